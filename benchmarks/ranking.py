"""Leads against the awesome lists, on real people: NDCG@10 beside the baseline "exact topic, by stars".

    python -m benchmarks ranking            (TALENTSCOPE_TEST_DATA, else ../shared/data; about a minute)

Two worlds go through the product's own load, transform and publish; `find_leads` answers for each list's topic with the
default weights. Figures are printed for the half of the lists that rules may be tuned on (A) and for the other (B).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from benchmarks import ranking_people, ranking_starred
from benchmarks.ranking_measure import CUT, Comparison, compare, half, ndcg
from benchmarks.ranking_people import Facts, find_data, publish
from benchmarks.ranking_truth import LEAST_RELEVANT, Case, World, build_cases, read_collections, read_lists
from talentscope.scoring.brief import Brief, build_brief
from talentscope.scoring.leads import find_leads
from talentscope.scoring.rules import COMPONENTS
from talentscope.warehouse.snapshot import open_snapshot

BASELINE = """
SELECT lower(r.owner_login)
FROM repositories AS r JOIN repository_topics AS t ON t.repository_node_id = r.repository_node_id
WHERE t.topic = $topic AND r.owner_type = 'User'
ORDER BY r.stars DESC, r.repository_github_id
"""

WORLDS: Mapping[str, Callable[[Path], Facts]] = {
    "githubgraph": ranking_people.read_facts,
    "starred": ranking_starred.read_facts,
}

EVIDENCE = {"reach": 0.0, "attention": 0.0}
"""The sources have no contact fields and profiles of few: these two components say little here."""

VARIANTS: Mapping[str, Mapping[str, float]] = {
    "default weights": {},
    "without reach and attention": EVIDENCE,
    **{f"also without {name}": {**EVIDENCE, name: 0.0} for name in COMPONENTS if name not in EVIDENCE},
}


@dataclass(frozen=True)
class Measured:
    """One list in one world: the NDCG of the baseline, and of the leads by variant."""

    world: str
    case: Case
    baseline: float
    leads: Mapping[str, float]

    @property
    def half(self) -> str:
        """A or B."""
        return half(self.case.name)


def rank_leads(connection: duckdb.DuckDBPyConnection, brief: Brief, *, as_of: date) -> list[str]:
    """Logins, lower case, best first."""
    leads = find_leads(connection, brief, as_of=as_of, limit=CUT, is_suppressed=lambda _id, _login: False)
    return [lead.login.lower() for lead in leads]


def rank_by_stars(connection: duckdb.DuckDBPyConnection, topic: str) -> list[str]:
    """The baseline: repositories with exactly that topic by stars, their owners (users) in that order, each once."""
    return list(dict.fromkeys(row[0] for row in connection.execute(BASELINE, {"topic": topic}).fetchall()))


def read_world(connection: duckdb.DuckDBPyConnection) -> World:
    """What the lists are held against."""
    owners = connection.execute(
        "SELECT lower(full_name), lower(owner_login) FROM repositories WHERE owner_type = 'User'"
    ).fetchall()
    return World(dict(owners), {row[0] for row in connection.execute("SELECT topic FROM topics").fetchall()})


def measure_world(name: str, folder: Path, home: Path) -> list[Measured]:
    """Load a world in `home`, print what it is, and ask for every list's topic."""
    facts = WORLDS[name](folder)
    publish(facts, home)
    print(
        f"{name}: {len(facts.batch.repositories):,} repositories; owners: {facts.profiles:,} users with a profile,"
        f" {facts.unknown_profiles:,} users without, {facts.organisations:,} taken for organisations",
        flush=True,
    )
    with open_snapshot(home) as snapshot:
        lists = {**read_lists(folder), **read_collections(folder)}
        cases = build_cases(lists, read_world(snapshot.connection))
        return [_measure(snapshot.connection, name, case, facts.observed_at.date()) for case in cases]


def _measure(connection: duckdb.DuckDBPyConnection, world: str, case: Case, as_of: date) -> Measured:
    leads = {}
    for variant, weights in VARIANTS.items():
        brief = build_brief({"name": "ranking", "topics": [case.topic], "weights": dict(weights)}, source="ranking")
        leads[variant] = ndcg(rank_leads(connection, brief, as_of=as_of), case.gains)
    return Measured(world, case, ndcg(rank_by_stars(connection, case.topic), case.gains), leads)


def _compare(measured: Sequence[Measured], variant: str) -> Comparison:
    return compare([each.leads[variant] for each in measured], [each.baseline for each in measured])


def _print_summary(measured: Sequence[Measured]) -> None:
    print(
        "\n| lists | n | leads | by stars | wins/ties/losses | difference, 95 % interval |\n|---|--:|--:|--:|--:|--:|"
    )
    parts: dict[str, Iterable[Measured]] = {
        "all": measured,
        "half A (tuned on)": [each for each in measured if each.half == "A"],
        "half B (never tuned on)": [each for each in measured if each.half == "B"],
        **{f"world {world}": [each for each in measured if each.world == world] for world in WORLDS},
        "with a hit on either side": [each for each in measured if each.baseline or each.leads["default weights"]],
    }
    for title, part in parts.items():
        found = _compare(list(part), "default weights")
        print(
            f"| {title} | {found.lists} | {found.ours:.3f} | {found.theirs:.3f}"
            f" | {found.wins}/{found.ties}/{found.losses} | {found.low:+.3f} to {found.high:+.3f} |"
        )


def _print_lists(measured: Sequence[Measured]) -> None:
    print("\n| world | list | topic | half | relevant | leads | by stars |\n|---|---|---|---|--:|--:|--:|")
    for each in measured:
        slug = each.case.name.rsplit("/", maxsplit=1)[-1]  # whose list it is does not matter
        print(
            f"| {each.world} | {slug} | {each.case.topic} | {each.half} | {len(each.case.gains)}"
            f" | {each.leads['default weights']:.2f} | {each.baseline:.2f} |"
        )


def _print_variants(measured: Sequence[Measured]) -> None:
    print("\n| weights | leads, all | half A | half B |\n|---|--:|--:|--:|")
    for variant in VARIANTS:
        means = [
            _compare([each for each in measured if each.half in halves], variant).ours for halves in ("AB", "A", "B")
        ]
        print(f"| {variant} | " + " | ".join(f"{value:.3f}" for value in means) + " |")


def main() -> None:
    """Measure both worlds in a temporary folder and print three tables."""
    folder = find_data()
    print(f"NDCG@{CUT}; a list counts from {LEAST_RELEVANT} of its owners among the loaded users\n")
    with tempfile.TemporaryDirectory() as home:
        measured = [each for name in WORLDS for each in measure_world(name, folder, Path(home) / name)]
    _print_summary(measured)
    _print_lists(measured)
    _print_variants(measured)


if __name__ == "__main__":
    main()
