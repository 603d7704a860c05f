"""Makes the repositories of the invented world: who owns them, what they are about, how alive they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from talentscope.sandbox.github.accounts import BOT, ORGANIZATION, USER
from talentscope.sandbox.github.chance import Ints, blank, draw, first_of_each, join, pick, rising_ids, sprinkle, text
from talentscope.sandbox.github.subjects import EVERYWHERE, LANGUAGES, SUBJECTS, VOCABULARY
from talentscope.sandbox.github.words import ADJECTIVES, HOSTILE, LICENSES, NAME_HEADS

DAY = 86_400
BURST = 120  # repositories that one tool pushed within the same second


@dataclass(frozen=True)
class Repositories:
    """`table` has one row a repository by rising id; topics are codes of VOCABULARY between consecutive `offsets`."""

    table: pa.Table
    offsets: Ints
    topics: Ints


def make_repositories(rng: np.random.Generator, *, scale: int, accounts: pa.Table, now: int) -> Repositories:
    """`scale` repositories of the accounts that own some. Times are epoch seconds, UTC; sizes KiB."""
    owner, created = _owners(rng, scale=scale, accounts=accounts, now=now)
    kind = accounts["kind"].to_numpy()[owner]
    subject = np.where(
        rng.random(scale) < 0.72,
        accounts["subject"].to_numpy()[owner],
        rng.choice(len(SUBJECTS), size=scale, p=_shares()),
    )
    stars = _stars(rng, scale)
    state = _state(rng, scale=scale, created=created, now=now)
    empty = state["empty"]
    words = _words(rng, subject=subject, owner=owner)
    offsets, topics = _topics(rng, subject=subject, stars=np.where(empty, 0, stars))
    language = _languages(rng, subject)
    license_code = rng.choice(len(LICENSES), size=scale, p=[weight for *_, weight in LICENSES])
    columns: dict[str, Any] = {
        "id": rising_ids(rng, scale, start=10_000_000, ceiling=1_100_000_000),
        "owner": owner.astype(np.int32),
        "subject": subject.astype(np.int8),
        "stars": np.where(empty, 0, stars),
        "forks": np.where(empty, 0, np.floor(stars * rng.beta(1.2, 7, scale)).astype(np.int64)),
        "issues": np.where(empty, 0, np.floor(rng.lognormal(0.2, 1.3, scale) * np.log1p(stars) / 3).astype(np.int64)),
        "size": np.where(empty, 0, np.minimum(np.floor(rng.lognormal(5.6, 2.3, scale)), 90_000_000).astype(np.int64)),
        "language": np.where(empty | (rng.random(scale) < 0.12), -1, language).astype(np.int16),
        "license": np.where(empty | (rng.random(scale) < 0.52), -1, license_code).astype(np.int8),
        "template": rng.random(scale) < 0.015,
        "wiki": rng.random(scale) < 0.8,
        "discussions": rng.random(scale) < 0.06,
        "pages": rng.random(scale) < 0.07,
        "master": (created < now - 6 * 365 * DAY) & (rng.random(scale) < 0.9),
        "created": created,
    }
    work = _work(rng, kind=kind, masses=accounts["masses"].to_numpy()[owner], state=state, stars=stars)
    return Repositories(pa.table(columns | words | state | work), offsets, topics)


def _shares() -> Any:
    shares = np.array([subject.share for subject in SUBJECTS])
    return shares / shares.sum()


def _owners(rng: np.random.Generator, *, scale: int, accounts: pa.Table, now: int) -> tuple[Ints, Ints]:
    """Owner (row of `accounts`) and creation time per repository, oldest first.

    Everybody who owns has one; the rest goes by a heavy tail. A few people with young accounts own one in a hundred,
    3,000 at most.
    """
    owning = np.flatnonzero(accounts["owns"].to_numpy())
    weights = rng.pareto(1.6, len(owning)) + 0.1
    people = owning[(accounts["kind"].to_numpy()[owning] == USER) & ~accounts["botlike"].to_numpy()[owning]]
    young = len(people) * 9 // 10
    hoarders = people[young : young + max(1, scale // 100_000)] if scale >= 2_000 else people[:0]
    rest = scale - len(owning)
    weights = np.minimum(weights / weights.sum(), 0.004)
    if rest:
        weights[np.searchsorted(owning, hoarders)] = min(scale // 100, 3_000) / rest
    owner = np.concatenate([owning, rng.choice(owning, size=rest, p=weights / weights.sum())])
    since = accounts["created"].to_numpy()[owner]
    created = since + 3_600 + ((now - since - 7_200) * rng.beta(1.2, 1.0, scale)).astype(np.int64)
    order = np.argsort(created, kind="stable")
    return owner[order], created[order]


def _stars(rng: np.random.Generator, scale: int) -> Ints:
    """Six in ten have none, nine in ten below twenty, one in a hundred hundreds (shared/data/users/city-*)."""
    stars = np.floor(rng.lognormal(1.1, 1.9, scale)).astype(np.int64)
    stars[rng.random(scale) < 0.52] = 0
    famous = rng.random(scale) < 0.0004
    stars[famous] = np.floor(3_000 * (1 + rng.pareto(1.2, int(famous.sum())))).astype(np.int64)
    return np.minimum(stars, 400_000)


def _state(rng: np.random.Generator, *, scale: int, created: Ints, now: int) -> dict[str, Any]:
    """Pushed, updated, fork, archived, empty. Half the repositories were pushed within a year, the fresher the more."""
    recent = now - 60 - np.floor(rng.beta(0.8, 1.6, scale) * 365 * DAY).astype(np.int64)
    lived = created + np.floor((now - created) * rng.beta(0.5, 2.0, scale)).astype(np.int64)
    empty = rng.random(scale) < 0.03
    archived = rng.random(scale) < 0.035
    pushed = np.maximum(created, np.where((rng.random(scale) < 0.45) & ~archived, recent, lived))
    pushed = np.where(empty, created, np.minimum(pushed, now - 30))
    if scale >= 2_000:
        old_enough = np.flatnonzero((created < now - 250 * DAY) & ~empty)
        pushed[rng.choice(old_enough, size=BURST, replace=False)] = now - 200 * DAY
    updated = np.minimum(now, pushed + np.floor(rng.exponential(20 * DAY, scale)).astype(np.int64))
    return {
        "pushed": pushed,
        "updated": updated,
        "fork": (rng.random(scale) < 0.12) & ~empty,
        "archived": archived,
        "empty": empty,
    }


def _work(rng: np.random.Generator, *, kind: Any, masses: Any, state: dict[str, Any], stars: Ints) -> dict[str, Any]:
    """Commits of the default branch, how many are the owner's, and how many people took part.

    Most small repositories are one person's; an organisation authors nothing itself; a fork is mostly others' work.
    """
    scale = len(kind)
    total = 1 + np.floor(rng.lognormal(2.6, 1.6, scale) * (1 + np.log1p(stars) / 3)).astype(np.int64)
    total[masses] = rng.integers(20_000, 300_000, int(masses.sum()))
    total = np.where(state["fork"], total * 4 + 20, np.minimum(total, 1_000_000))
    alone = rng.random(scale) < 0.72 - np.minimum(0.5, np.log1p(stars) / 16)
    share = np.where(alone | masses, 1.0, rng.beta(2.2, 1.3, scale))
    share = np.where(state["fork"], rng.beta(0.5, 12, scale), share)
    share = np.where((kind == ORGANIZATION), 0.0, share)
    owned = np.floor(total * share).astype(np.int64)
    others = total - owned
    crowd = 1 + np.floor(rng.lognormal(0.5, 1.0, scale) * (1 + np.log1p(stars) / 2)).astype(np.int64)
    crowd = np.where(others > 0, np.minimum(np.minimum(crowd, others), 400), 0)
    none = state["empty"]
    return {
        "commits": np.where(none, 0, total),
        "owned": np.where(none, 0, owned),
        "crowd": np.where(none, 0, crowd),  # contributors besides the owner
        "by_bot": kind == BOT,
    }


def _words(rng: np.random.Generator, *, subject: Any, owner: Ints) -> dict[str, Any]:
    """Names are unique per owner; a quarter has no description."""
    scale = len(subject)
    noun = _nouns(rng, subject)
    lead = pa.array([s.name for s in SUBJECTS]).take(pa.array(subject))
    head = pick(rng, NAME_HEADS, scale)
    name = pc.choose(
        pa.array(rng.integers(0, 4, scale)),
        join(head, noun, by="-"),
        noun,
        join(pc.utf8_capitalize(head), pc.utf8_capitalize(noun)),
        join(pick(rng, ADJECTIVES, scale), noun, by="_"),
    )
    repeated = ~first_of_each(join(text(owner), pc.utf8_lower(name), by="/"))
    name = pc.if_else(pa.array(repeated), join(name, text(np.arange(scale)), by="-"), name)
    sentence = join(
        pa.scalar("A "), pick(rng, ADJECTIVES, scale), pa.scalar(" "), noun, pa.scalar(" for "), lead,
        pick(rng, ("", "", ", written at night", " with tests", " in one file", ", work in progress"), scale),
    )  # fmt: skip
    page = join(pa.scalar("https://"), pc.utf8_lower(head), pa.scalar(".example.org/"), pc.utf8_lower(noun))
    return {
        "name": name,
        "description": sprinkle(rng, blank(sentence, rng.random(scale) < 0.25), HOSTILE, max(1, scale // 8000)),
        "homepage": blank(page, rng.random(scale) < 0.85),
    }


def _nouns(rng: np.random.Generator, subject: Any) -> pa.Array:
    pool = pa.array([noun for s in SUBJECTS for noun in s.nouns])
    sizes = np.array([len(s.nouns) for s in SUBJECTS])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return pool.take(pa.array(starts[subject] + np.floor(rng.random(len(subject)) * sizes[subject]).astype(np.int64)))


def _languages(rng: np.random.Generator, subject: Any) -> Ints:
    codes = {name: code for code, name in enumerate(LANGUAGES)}
    language = np.zeros(len(subject), dtype=np.int64)
    for number, about in enumerate(SUBJECTS):
        mine = subject == number
        language[mine] = draw(rng, about.languages, codes, int(mine.sum()))
    return language


def _topics(rng: np.random.Generator, *, subject: Any, stars: Ints) -> tuple[Ints, Ints]:
    """None for half of the repositories, up to 20 for the rest: weighted draws without repetition (Gumbel top-k)."""
    codes = {name: code for code, name in enumerate(VOCABULARY)}
    chance = np.select([stars >= 50, stars >= 1], [0.88, 0.66], 0.36)
    wanted = np.where(rng.random(len(stars)) < chance, np.minimum(rng.geometric(0.24, len(stars)), 20), 0)
    wanted[(rng.random(len(stars)) < 0.006) & (wanted > 0)] = 20
    rows: list[Ints] = []
    values: list[Ints] = []
    for number, about in enumerate(SUBJECTS):
        pool = about.topics | {name: weight for name, weight in EVERYWHERE.items() if name not in about.topics}
        mine = np.flatnonzero((subject == number) & (wanted > 0))
        weights = np.log(np.array(list(pool.values()), dtype=np.float32))
        keys = weights + rng.gumbel(size=(len(mine), len(pool))).astype(np.float32)
        ranks = np.argsort(-keys, axis=1)[:, :20]
        taken = np.arange(ranks.shape[1]) < wanted[mine][:, None]
        own = np.array([codes[name] for name in pool], dtype=np.int64)
        values.append(own[ranks][taken])
        rows.append(np.repeat(mine, taken.sum(axis=1)))
    row, value = np.concatenate(rows), np.concatenate(values)
    order = np.lexsort((value, row))
    offsets = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(stars)))])
    return offsets.astype(np.int64), value[order]


def make_known(accounts: pa.Table, made: Repositories) -> pa.Table:
    """The accounts with what their repositories did for them: stars bring followers, and who owns a hundredth of the
    world has thousands more that no search shows (column `elsewhere`)."""
    owner, stars = made.table["owner"].to_numpy(), made.table["stars"].to_numpy()
    fame = np.bincount(owner, weights=stars, minlength=len(accounts))
    owned = np.bincount(owner, minlength=len(accounts))
    followers = accounts["followers"].to_numpy() + np.floor(fame * 0.04).astype(np.int64)
    elsewhere = np.where(owned >= max(15, min(len(owner) // 150, 2_000)), 5_000, 0)
    place = accounts.column_names.index("followers")
    return accounts.set_column(place, "followers", pa.array(followers)).append_column("elsewhere", pa.array(elsewhere))
