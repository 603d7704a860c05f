"""docs/scoring.md: the rules in words, with the examples that the spec tests run. `make docs` writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from talentscope.scoring.brief import Weights
from talentscope.scoring.rules import RULES, Bands

HEAD = """# How developers are scored

<!-- made by `make docs` from src/talentscope/scoring/rules.py and tests/spec/components.yaml; edit those -->

A brief is a question; its answer is computed when it is asked, over the published snapshot (`src/talentscope/scoring`):
`ground.sql` finds the repositories that answer, `components.py` measures their owners, `ranking.sql` weighs and orders
them. Every developer with at least one repository that matches gets up to seven
components, each between 0 and 1, or unknown.

**Score** = 100 x the weighted mean of the components that are known. **Low** and **high** put the unknown ones at 0 and
at 1. Rank is by score, then by low (what is certain counts), then by account number. If nothing that the brief weighs
is known, there is no score, and the developer comes last.

## What counts as a match

A repository of their own (not a fork) that passes the brief's repository filters and

{evidence}

Archived repositories are evidence; accounts with nothing but archived repositories are left out, like organisations,
bots, mass-commit accounts, accounts with forks only, and everybody who said no. Words are compared whole, without
regard to case, accents or punctuation: `C` does not match C++, `Sao Paulo` matches São Paulo.

## What a filter does with the unknown

Followers and ways to write that are not known yet keep nobody out; the reasons say that they are not known. A place
asked for is only met by a location that names it.

`exclude_companies` leaves out whoever states a company: by its words, so `ex-Example` is left out with Example, and, if
the registry of companies has it, by whatever else means it (`exclude_companies: [Google]` also leaves out who states
YouTube). An employer that is not known leaves nobody out. `employers` keeps only those whose stated employer
is certainly one of these companies of the registry; who states none, or one that the registry does not have, is no lead
then. What belongs to a company counts as the company; what is only like its name counts for nothing.

## Topics

A topic always finds its aliases, by GitHub's published topic pages. With `related: true` it also finds related topics:
those of the same pages, and those that collected repositories carry together with it: at least {pairs} repositories,
{share:.0%} of the repositories with the other topic, and {lift:g} times more often than chance. What occurs together is
never taken for a synonym. `talentscope topics TERM --related` shows what a word pulls in, and why;
`without_topics: [a, b]` strikes topics out again, aliases too, here and from what is collected.
"""


def render_scoring(spec: Path) -> str:
    """The whole page as Markdown. `spec` is tests/spec/components.yaml."""
    chapters: list[dict[str, Any]] = yaml.safe_load(spec.read_text(encoding="utf-8"))
    rules = RULES.cooccurrence
    head = HEAD.format(
        evidence=_table(("by", "counts"), [(name, f"{value:g}") for name, value in vars(RULES.evidence).items()]),
        pairs=rules.least_repositories,
        share=rules.least_share,
        lift=rules.least_lift,
    )
    weights = Weights().model_dump()
    usual = _table(("component", "usual weight"), [(name, f"{value:g}") for name, value in weights.items()])
    parts = [head, f"## Weights\n\n{usual}\n", *(_chapter(chapter) for chapter in chapters)]
    return "\n".join(parts)


def _chapter(chapter: dict[str, Any]) -> str:
    rows = [
        (example["says"], "unknown" if example["value"] is None else f"{example['value']:g}", example["reason"])
        for example in chapter["examples"]
    ]
    law = LAWS[chapter["component"]]()
    return f"## {chapter['title']}\n\n{law}\n\n{_table(('example', 'value', 'reason given'), rows)}\n"


def _relevance() -> str:
    rules = RULES.relevance
    return (
        f"{rules.depth_share:g} x depth + {rules.focus_share:g} x focus + {rules.breadth_share:g} x breadth. Depth is"
        f" e / (e + {rules.depth_half:g}), e being what the matched repositories count for. Focus is e among all known"
        f" repositories, as if {rules.focus_prior_count:g} more were known of which {rules.focus_prior:.0%} match, so"
        " that one of one is not proof of devotion. Breadth is the share of the asked-for terms that were met."
    )


def _authorship() -> str:
    return "The owner's commits among all commits of the matched repositories whose history is known."


def _substance() -> str:
    rules = RULES.substance
    first, second, third = rules.rank_shares
    return (
        "For each matched repository the mean of what is known of size, commits and days from its making to its last"
        f" push, each as log(1 + x) / log(1 + full), at most 1, full being {rules.full_size_kb:,} KiB,"
        f" {rules.full_commits:,} commits and {rules.full_active_days:,} days. Then {first:g} x the strongest,"
        f" {second:g} x the second, {third:g} x the third."
    )


def _validation() -> str:
    return f"The stars of the most starred matched repository, in bands.\n\n{_bands('stars', RULES.stars)}"


def _recency() -> str:
    bands = _bands("days", RULES.days_since_push)
    return f"Days since the latest push to a matched repository, in bands.\n\n{bands}"


def _reach() -> str:
    rules = RULES.reach
    return (
        f"{rules.email:g} for an e-mail address, {rules.website:g} for a website, {rules.twitter:g} for a handle: only"
        " what the profile publishes, never from commits. Unknown until the profile was read."
    )


def _attention() -> str:
    bands = _bands("followers", RULES.followers)
    return f"Followers, in bands. Unknown until the profile was read.\n\n{bands}"


LAWS: dict[str, Callable[[], str]] = {
    "relevance": _relevance,
    "authorship": _authorship,
    "substance": _substance,
    "validation": _validation,
    "recency": _recency,
    "reach": _reach,
    "attention": _attention,
}


def _bands(noun: str, bands: Bands) -> str:
    rows = [(f"{floor:,} or more", f"{value:g}") for floor, value in zip(bands.floors, bands.values, strict=True)]
    return _table((noun, "value"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
