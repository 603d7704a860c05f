"""What accounts state as their employer becomes rows, once, and anew when the names of companies change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tests.integration.stock import NOW, account, to_arrow

from talentscope.registry.company import Company, Dated
from talentscope.registry.read import Registry, build_registry
from talentscope.warehouse import tables
from talentscope.warehouse.connection import Warehouse
from talentscope.warehouse.employers import note_employers

DAY = date(2026, 11, 21)
ACME = Company("acme", "Acme", github_organisations=("acme-oss",), aliases=(Dated("Oldname", until=DAY),))
REGISTRY = build_registry([ACME])


def note(warehouse: Warehouse, registry: Registry = REGISTRY, *, on: date = DAY) -> int:
    return note_employers(warehouse, registry, on=on, run_id="run", observed_at=NOW)


def rows(warehouse: Warehouse) -> dict[str, tuple[str | None, str | None]]:
    found = warehouse.query("SELECT stated, company_id, confidence FROM raw.employer_names").to_pylist()
    assert len(found) == len({row["stated"] for row in found})
    return {row["stated"]: (row["company_id"], row["confidence"]) for row in found}


def test_each_text_is_resolved_once_and_again_when_names_change(warehouse: Warehouse) -> None:
    assert note(warehouse) == 0  # nobody is known yet
    stated = ["Acme, Inc.", "@acme-oss", "Acme, Inc.", "Nobody Ltd", None, "Acmee India", "'; DROP TABLE x; --"]
    accounts = [account(number, company=text) for number, text in enumerate(stated, start=1)]
    warehouse.load(to_arrow({tables.ACCOUNTS: accounts}))
    assert note(warehouse) == 5
    expected: dict[str, tuple[str | None, str | None]] = {
        "Acme, Inc.": ("acme", "high"),
        "@acme-oss": ("acme", "high"),
        "Nobody Ltd": (None, None),
        "Acmee India": (None, None),
        "'; DROP TABLE x; --": (None, None),
    }
    assert rows(warehouse) == expected
    assert note(warehouse) == 0
    assert note(warehouse, on=DAY - timedelta(days=30)) == 0  # the same names held then

    nobody = Company("nobody", "Nobody")
    assert note(warehouse, build_registry([ACME, nobody])) == 5
    assert rows(warehouse) == {**expected, "Nobody Ltd": ("nobody", "high")}
    assert note(warehouse, build_registry([ACME, nobody])) == 0

    warehouse.load(to_arrow({tables.ACCOUNTS: [account(9, company="Oldname")]}))
    assert note(warehouse, build_registry([ACME, nobody]), on=DAY + timedelta(days=1)) == 6
    assert rows(warehouse)["Oldname"] == ("acme", "medium")


def test_evidence_run_and_time_are_kept(warehouse: Warehouse) -> None:
    warehouse.load(to_arrow({tables.ACCOUNTS: [account(1, company="Acme")]}))
    note(warehouse)
    (row,) = warehouse.query("SELECT * FROM raw.employer_names").to_pylist()
    assert row["evidence"] == "states “Acme”, the name of Acme"
    assert (row["run_id"], row["observed_at"]) == ("run", NOW)


def test_a_company_that_left_the_registry_is_nobody_s_employer(warehouse: Warehouse) -> None:
    warehouse.load(to_arrow({tables.ACCOUNTS: [account(1, company="Acme")]}))
    note(warehouse)
    note(warehouse, build_registry([replace(ACME, company_id="other", name="Other", github_organisations=())]))
    assert rows(warehouse) == {"Acme": (None, None)}


def test_what_only_a_forgotten_account_stated_is_forgotten(warehouse: Warehouse) -> None:
    accounts = [account(1, company="Doe Family Office"), account(2, company="Acme"), account(3, company="Acme")]
    warehouse.load(to_arrow({tables.ACCOUNTS: accounts}))
    note(warehouse)
    warehouse.forget([1, 2])
    assert rows(warehouse) == {"Acme": ("acme", "high")}
