"""Lets people of the invented GitHub work for employers, and employers have accounts there.

What people write as their company is as messy as on GitHub (measured on real profiles: a quarter writes `@org`, one in
eight several things at once; reference of the registry, companies.md, section 6). Draws are its own, so that a world
without employers is as it was.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from talentscope.sandbox.companies.chance import chance
from talentscope.sandbox.companies.employer import Employer
from talentscope.sandbox.github.accounts import ORGANIZATION, USER

SHARE = 0.12
"""Of so many people the company is an employer's."""


@dataclass(frozen=True)
class Stated:
    """What somebody wrote, in which way, and whose employer it means today; nobody's for who has left."""

    text: str
    way: str
    company_ids: tuple[str, ...]


@dataclass(frozen=True)
class Employment:
    """The accounts as they are now; statements by login; company_id by the login of an employer's organisation."""

    accounts: pa.Table
    stated: dict[str, Stated]
    organisations: dict[str, str]


def employ(accounts: pa.Table, employers: Sequence[Employer], *, seed: int) -> Employment:
    """Some accounts of organisations become the employers', some people work for them. Nothing without employers."""
    if not employers:
        return Employment(accounts, {}, {})
    kinds, owns = accounts["kind"].to_numpy(), accounts["owns"].to_numpy()
    organisations, accounts = _found(accounts, employers, rows=np.flatnonzero((kinds == ORGANIZATION) & owns))
    people = np.flatnonzero((kinds == USER) & ~accounts["botlike"].to_numpy())
    rng = chance(seed, "employment")
    weights = [employer.tier.posts for employer in employers]
    rows = sorted(rng.sample(people.tolist(), round(SHARE * len(people))))
    statements = [_statement(rng, one, employers) for one in rng.choices(employers, weights, k=len(rows))]
    accounts = _put(accounts, "company", rows, [statement.text for statement in statements])
    logins = accounts["login"].take(pa.array(rows, pa.int64())).to_pylist()
    return Employment(accounts, dict(zip(logins, statements, strict=True)), organisations)


def _found(accounts: pa.Table, employers: Sequence[Employer], *, rows: Any) -> tuple[dict[str, str], pa.Table]:
    """Half of the organisations at most take an employer's login, every employer's first one before any second one."""
    taken = set(pc.utf8_lower(accounts["login"]).to_pylist())
    rounds = zip_longest(*([(name, one) for name in one.organisations] for one in employers))
    wanted = [pair for turn in rounds for pair in turn if pair is not None and pair[0].lower() not in taken]
    chosen = list(zip(rows[: len(rows) // 2].tolist(), wanted, strict=False))
    places = [row for row, _ in chosen]
    accounts = _put(accounts, "login", places, [name for _, (name, _) in chosen])
    accounts = _put(accounts, "name", places, [employer.name for _, (_, employer) in chosen])
    return {name: employer.company_id for _, (name, employer) in chosen}, accounts


def _put(accounts: pa.Table, column: str, rows: list[int], values: list[str]) -> pa.Table:
    mask = np.zeros(len(accounts), dtype=bool)
    mask[rows] = True
    filled = pc.replace_with_mask(accounts[column], pa.array(mask), pa.array(values, pa.string()))
    return accounts.set_column(accounts.column_names.index(column), column, filled)


def _statement(rng: random.Random, employer: Employer, employers: Sequence[Employer]) -> Stated:
    name, mine = employer.name, (employer.company_id,)
    other = rng.choice(employers)
    both = tuple(dict.fromkeys((employer.company_id, other.company_id)))
    ways: list[tuple[float, str, str, tuple[str, ...]]] = [
        (30, "name", rng.choice(employer.written), mine),
        (8, "case", rng.choice((name.upper(), name.lower(), f"  {name} ")), mine),
        (10, "legal", f"{name}{rng.choice((', Inc.', ' Inc', ' Corporation', ', LLC', ' GmbH'))}", mine),
        (8, "role", f"{rng.choice(('Engineer at', 'Working at', 'SRE @'))} {name}", mine),
        (6, "several", f"{name} / {other.name}", both),
        (5, "place", f"{name}, {rng.choice(('Berlin', 'Seattle', 'Remote'))}", mine),
        (5, "past", f"{rng.choice(('ex-', 'formerly ', 'Ex ', 'previously at '))}{name}", ()),
        (3, "now", f"{other.name} -> {name}", mine),
    ]
    if employer.organisations:
        handle = employer.organisations[0]
        ways += [(24, "handle", f"@{handle}", mine), (4, "handles", f"@{handle} @{_club(rng)}", mine)]
    if employer.former_names:
        ways.append((6, "former name", rng.choice(employer.former_names), mine))
    _, way, text, company_ids = rng.choices(ways, [way[0] for way in ways])[0]
    return Stated(text, way, company_ids)


def _club(rng: random.Random) -> str:
    return rng.choice(("quillbyte-labs", "tumbleworks", "ironvesper"))
