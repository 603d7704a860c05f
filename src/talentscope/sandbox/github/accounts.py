"""Makes the accounts of the invented world: people, organisations and bots, as one Arrow table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from talentscope.sandbox.github.chance import blank, first_of_each, join, pick, rising_ids, sprinkle, text
from talentscope.sandbox.github.subjects import SUBJECTS
from talentscope.sandbox.github.words import (
    COMPANIES,
    FAMILY_HEADS,
    FAMILY_TAILS,
    GIVEN_HEADS,
    GIVEN_TAILS,
    HANDLE_NOUNS,
    HANDLE_WORDS,
    HOSTILE,
    MAIL_DOMAINS,
    PASTIMES,
    PLACES,
    ROLES,
)

USER, ORGANIZATION, BOT = 0, 1, 2
TYPES = ("User", "Organization", "Bot")
# The first account may be as old as this (2008-02-20); the first of ours is from 2010.
FIRST_DAY = 1_262_304_000


def make_accounts(rng: np.random.Generator, *, owners: int, others: int, now: int) -> pa.Table:
    """One row an account, by rising id and creation time. Times are epoch seconds, UTC.

    The first `owners` rows in a random order own repositories (column `owns`); the rest only contribute.
    Share of organisations among owners 12 %, bots 2 % (half of them of type Bot), 0.4 % commit in masses.
    """
    count = owners + others
    owns = rng.permutation(count) < owners
    kind = np.full(count, USER, dtype=np.int8)
    kind[rng.random(count) < 0.12] = ORGANIZATION
    botlike = rng.random(count) < 0.02
    is_typed = rng.random(count) < 0.4
    kind[botlike] = USER
    kind[botlike & is_typed] = BOT
    age = rng.beta(1.1, 1.6, count)
    created = np.sort(now - 86_400 - (age * (now - FIRST_DAY - 86_400)).astype(np.int64))
    given, family = _people(rng, count)
    login = _logins(rng, kind=kind, botlike=botlike, given=given, family=family)
    name = _names(rng, kind=kind, given=given, family=family)
    columns: dict[str, Any] = {
        "id": rising_ids(rng, count, start=20_000_000, ceiling=260_000_000),
        "login": login,
        "kind": kind,
        "name": sprinkle(rng, blank(name, rng.random(count) < 0.22), HOSTILE, max(1, count // 8000)),
        "created": created,
        "updated": np.minimum(now, created + ((now - created) * rng.beta(4, 1.2, count)).astype(np.int64)),
        "subject": rng.choice(len(SUBJECTS), size=count, p=_shares()).astype(np.int8),
        "owns": owns,
        "botlike": botlike,
        "masses": (kind == USER) & (rng.random(count) < 0.004),
    }
    return pa.table(columns | _profile(rng, kind=kind, botlike=botlike, login=login))


def _shares() -> Any:
    shares = np.array([subject.share for subject in SUBJECTS])
    return shares / shares.sum()


def _people(rng: np.random.Generator, count: int) -> tuple[pa.Array, pa.Array]:
    given = join(pick(rng, GIVEN_HEADS, count), pick(rng, GIVEN_TAILS, count))
    family = join(pick(rng, FAMILY_HEADS, count), pick(rng, FAMILY_TAILS, count))
    return given, family


def _logins(rng: np.random.Generator, *, kind: Any, botlike: Any, given: pa.Array, family: pa.Array) -> pa.Array:
    """Unique without regard to case, as on GitHub; digits make the second of a name different from the first."""
    count = len(kind)
    handle = join(pick(rng, HANDLE_WORDS, count), pick(rng, HANDLE_NOUNS, count))
    style = rng.integers(0, 4, count)
    login = pc.choose(
        pa.array(style),
        join(given, family),
        join(pc.utf8_lower(given), pc.utf8_lower(family), by="-"),
        join(pc.utf8_lower(handle), text(rng.integers(0, 100, count))),
        join(pc.utf8_slice_codeunits(pc.utf8_lower(given), 0, 1), pc.utf8_lower(family)),
    )
    collective = join(pick(rng, HANDLE_WORDS, count), pc.utf8_lower(family), by="-")
    login = pc.if_else(pa.array(kind == ORGANIZATION), collective, login)
    login = pc.if_else(
        pa.array(~first_of_each(pc.utf8_lower(login))), join(login, text(np.arange(count)), by="-"), login
    )
    login = pc.if_else(pa.array(botlike & (kind == USER)), join(login, pa.scalar("-bot")), login)
    return pc.if_else(pa.array(kind == BOT), join(login, pa.scalar("[bot]")), login)


def _names(rng: np.random.Generator, *, kind: Any, given: pa.Array, family: pa.Array) -> pa.Array:
    person = join(given, family, by=" ")
    collective = join(family, pick(rng, ("Labs", "Collective", "Software", "Studio", "Foundation"), len(kind)), by=" ")
    return pc.if_else(pa.array(kind == ORGANIZATION), collective, person)


def _profile(rng: np.random.Generator, *, kind: Any, botlike: Any, login: pa.Array) -> dict[str, Any]:
    """Fields that people leave empty about as often as they do on GitHub (shared/data/users, all but the famous)."""
    count = len(kind)
    quiet = botlike & (rng.random(count) < 0.8)
    handle = pc.replace_substring_regex(login, r"[^A-Za-z0-9-]", "")
    bio = join(pick(rng, ROLES, count), pick(rng, PASTIMES, count), by=". ")
    mail = join(pc.utf8_lower(handle), pick(rng, MAIL_DOMAINS, count), by="@")
    site = join(pa.scalar("https://"), pc.utf8_lower(handle), pa.scalar(".example.com"))
    tag = join(pc.utf8_slice_codeunits(pc.replace_substring(handle, "-", "_"), 0, 15))
    hireable = blank(pa.array(np.ones(count, dtype=bool)), quiet | (rng.random(count) < 0.82))
    return {
        "company": blank(pick(rng, COMPANIES, count), quiet | (rng.random(count) < 0.55)),
        "location": blank(pick(rng, PLACES, count), quiet | (rng.random(count) < 0.42)),
        "bio": sprinkle(rng, blank(bio, quiet | (rng.random(count) < 0.5)), HOSTILE, max(1, count // 8000)),
        "email": blank(mail, quiet | (rng.random(count) < 0.7)),
        "blog": blank(site, quiet | (rng.random(count) < 0.6)),
        "twitter": blank(tag, quiet | (kind != USER) | (rng.random(count) < 0.82)),
        "hireable": blank(hireable, kind != USER),
        "followers": _followers(rng, kind=kind, quiet=quiet),
        "following": np.where(kind == USER, np.floor(rng.lognormal(1.6, 1.6, count)), 0).astype(np.int64),
        "gists": np.floor(rng.lognormal(0.4, 1.3, count)).astype(np.int64),
    }


def _followers(rng: np.random.Generator, *, kind: Any, quiet: Any) -> Any:
    followers = np.floor(rng.lognormal(1.7, 1.9, len(kind))).astype(np.int64)
    famous = rng.random(len(kind)) < 0.003
    followers[famous] = np.floor(rng.pareto(1.1, int(famous.sum())) * 2_000).astype(np.int64)
    return np.where(quiet, followers // 20, np.minimum(followers, 250_000))
