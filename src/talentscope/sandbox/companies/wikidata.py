"""Wikidata's query service: enough of SPARQL to answer a question about companies by item and by Central Index Key.

The ids are taken from the VALUES of the query, the columns from its SELECT. Items carry several head-counts, some
without a day, CIKs with and without leading zeros, and here and there a wrong one.
"""

from __future__ import annotations

import re
from itertools import product
from typing import Any

from talentscope.sandbox.companies.chance import number, share
from talentscope.sandbox.companies.employer import Employer
from talentscope.sandbox.companies.gate import plain
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.exchange import Answer, Call, Endpoint

WRONG_SHARE, MISSING_SHARE, UNDATED_SHARE = 0.03, 0.04, 0.12
_ENTITY = "http://www.wikidata.org/entity/"
_DECIMAL = "http://www.w3.org/2001/XMLSchema#decimal"
_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"

Row = dict[str, Any]


def endpoints(world: CompanyWorld) -> dict[str, Endpoint]:
    """GET /sparql?query=…&format=json."""

    def sparql(call: Call) -> Answer:
        query = call.params.get("query", "")
        columns = re.match(r".*?select\s+(?:distinct\s+)?((?:\?\w+\s+)+)where", query, re.IGNORECASE | re.DOTALL)
        if columns is None:
            return plain("MalformedQueryException: expected SELECT ?… WHERE { … }", 400)
        names = [name.removeprefix("?") for name in columns.group(1).split()]
        bindings = [row for employer in _asked(world, query) for row in _rows(world, employer)]
        shown = [{name: row[name] for name in names if name in row} for row in bindings]
        unique = list({repr(row): row for row in shown}.values())
        answer = Answer(200, {"head": {"vars": names}, "results": {"bindings": unique}})
        answer.media = "application/sparql-results+json;charset=utf-8"
        return answer

    return {"/sparql": Endpoint(sparql, "wikidata")}


def _asked(world: CompanyWorld, query: str) -> list[Employer]:
    items = set(re.findall(r"\bwd:(Q[1-9][0-9]*)", query))
    keys = set(re.findall(r'"([0-9]{1,10})"', query))
    return [one for one in world.employers if _item(one) in items or (_key(world, one) or "-") in keys]


def _item(employer: Employer) -> str:
    """Its item; one that nobody told is found by its key only."""
    return employer.wikidata_id or f"Q{900_000_000 + number(employer.company_id, 'item', below=90_000_000)}"


def _key(world: CompanyWorld, employer: Employer) -> str | None:
    """Its Central Index Key as its item has it: two in three with ten digits."""
    if employer.cik is None or share(world.seed, employer.company_id, "no key") < MISSING_SHARE:
        return None
    is_wrong = share(world.seed, employer.company_id, "wrong key") < WRONG_SHARE
    cik = int(employer.cik)
    if is_wrong or world.is_struck("wrong-cik", employer):
        cik = world.issuers[number(employer.company_id, below=len(world.issuers))].cik
    return str(cik) if number(employer.company_id, "zeros", below=3) == 0 else f"{cik:010d}"


def _rows(world: CompanyWorld, employer: Employer) -> list[Row]:
    """Every combination of what an item says several times, as SPARQL answers."""
    item: Row = {"item": {"type": "uri", "value": _ENTITY + _item(employer)}}
    label = {"xml:lang": "en", "type": "literal", "value": employer.name}
    item |= {"label": label, "itemLabel": label}
    if (key := _key(world, employer)) is not None:
        item["cik"] = {"type": "literal", "value": key}
    if employer.website:
        item["website"] = {"type": "uri", "value": f"https://www.{employer.website.removeprefix('www.')}/"}
    accounts: list[Row] = [{"github": {"type": "literal", "value": name}} for name in employer.organisations[:1]]
    return [item | account | count for account, count in product(accounts or [{}], _counts(world, employer) or [{}])]


def _counts(world: CompanyWorld, employer: Employer) -> list[Row]:
    if world.is_struck("missing-employees", employer):
        return []
    newest = world.known_employees(employer.company_id, world.today).as_of.year
    rows = []
    for year in range(newest - 2, newest + 1):
        people = world.filings.people(employer, year)
        rows.append(_count(people, f"{year}-12-31T00:00:00Z"))
    if share(world.seed, employer.company_id, "undated") < UNDATED_SHARE:
        rows.append(_count(world.filings.people(employer, newest - 5), None))
    return rows


def _count(people: int, at: str | None) -> Row:
    row: Row = {"employees": {"datatype": _DECIMAL, "type": "literal", "value": f"+{people}"}}
    row["employees"]["value"] = str(people)
    if at is not None:
        row["asOf"] = {"datatype": _TIME, "type": "literal", "value": at}
    return row
