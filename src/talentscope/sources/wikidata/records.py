"""Wikidata's answers become items, and an item becomes a head-count, if it is surely the company's. Pure and strict.

Shape: W3C SPARQL 1.1 Query Results JSON. Properties: P5531 Central Index Key, P856 official website, P1128 employees,
P585 point in time (https://www.wikidata.org/wiki/Property:P1128).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from talentscope.registry.company import Company
from talentscope.registry.shapes import Shape, read, read_each
from talentscope.runtime.words import fold

_ENTITY = re.compile(r"https?://www\.wikidata\.org/entity/(Q[1-9][0-9]{0,11})")
_PEOPLE = re.compile(r"\+?([0-9]{1,9})(\.0+)?")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T[0-9:]{8}Z")

QUERY = """SELECT DISTINCT ?item ?label ?cik ?website ?employees ?asOf WHERE {{
  {{ VALUES ?known {{ {ciks} }} ?item wdt:P5531 ?known . }} UNION {{ VALUES ?item {{ {items} }} }}
  OPTIONAL {{ ?item wdt:P5531 ?cik . }}
  OPTIONAL {{ ?item wdt:P856 ?website . }}
  OPTIONAL {{ ?item rdfs:label ?label . FILTER(LANG(?label) = "en") }}
  OPTIONAL {{
    ?item p:P1128 ?statement . ?statement ps:P1128 ?employees ; wikibase:rank ?rank .
    FILTER(?rank != wikibase:DeprecatedRank)
    OPTIONAL {{ ?statement pq:P585 ?asOf . }}
  }}
}}"""


@dataclass(frozen=True)
class HeadCount:
    """People employed, and on which day; None if the item does not say. A year alone is told as its first day."""

    employees: int
    on: date | None


@dataclass(frozen=True)
class Item:
    """What Wikidata says of one thing. `ciks` are numbers, `websites` hosts without www."""

    qid: str
    labels: frozenset[str] = frozenset()
    ciks: frozenset[int] = frozenset()
    websites: frozenset[str] = frozenset()
    head_counts: frozenset[HeadCount] = frozenset()


@dataclass(frozen=True)
class Choice:
    """The item that is the company's, or why there is none; `note` is what the registry should be told."""

    item: Item | None
    reason: str = ""
    note: str = ""


class _Value(Shape):
    value: str


class _Binding(Shape):
    item: _Value
    label: _Value | None = None
    cik: _Value | None = None
    website: _Value | None = None
    employees: _Value | None = None
    asOf: _Value | None = None  # noqa: N815 - Wikidata's spelling is ours in the query


class _Results(Shape):
    bindings: list[object]


class _Answer(Shape):
    results: _Results


def build_query(companies: Iterable[Company]) -> str:
    """One SPARQL query for all of them, by CIK (stored with ten digits, sometimes without zeros) and by item."""
    ciks, items = [], []
    for company in companies:
        if company.cik is not None:
            ciks += [f'"{int(company.cik):010d}"', f'"{int(company.cik)}"']
        if company.wikidata_id is not None:
            items.append(f"wd:{company.wikidata_id}")
    return QUERY.format(ciks=" ".join(dict.fromkeys(ciks)), items=" ".join(items))


def parse_items(data: object) -> tuple[Item, ...]:
    """All items of an answer. Raises UpstreamMalformed if it is not one.

    Values that Wikidata itself marks as unknown, and dates before our era, are left out.
    """
    answer = read(_Answer, data, what="Wikidata's answer")
    rows = read_each(_Binding, answer.results.bindings, what="rows of Wikidata's answer")
    by_item: dict[str, list[_Binding]] = {}
    for row in rows:
        match = _ENTITY.fullmatch(row.item.value)
        if match is not None:
            by_item.setdefault(match.group(1), []).append(row)
    return tuple(_item(qid, its_rows) for qid, its_rows in by_item.items())


def _item(qid: str, rows: Sequence[_Binding]) -> Item:
    return Item(
        qid,
        labels=frozenset(row.label.value for row in rows if row.label is not None),
        ciks=frozenset(int(row.cik.value) for row in rows if row.cik is not None and _is_number(row.cik.value)),
        websites=frozenset(host for row in rows if row.website is not None and (host := host_of(row.website.value))),
        head_counts=frozenset(count for row in rows if (count := _head_count(row)) is not None),
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10


def _head_count(row: _Binding) -> HeadCount | None:
    match = _PEOPLE.fullmatch(row.employees.value) if row.employees is not None else None
    if match is None or int(match.group(1)) == 0:  # zero people is nobody's head-count
        return None
    return HeadCount(int(match.group(1)), _day(row.asOf.value) if row.asOf is not None else None)


def _day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(match.group(1)) if match is not None else None
    except ValueError:
        return None


def host_of(address: str) -> str:
    """The host of a web address without www., or "" if it has none."""
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname
    except ValueError:
        return ""
    return (host or "").removeprefix("www.")


def choose(company: Company, items: Sequence[Item]) -> Choice:
    """The one item that is the company's. The registry's word for it is not enough: something in the item must agree
    (of 17 published items of companies 10 were wrong; reference: companies.md, 1.4).
    """
    own = next((item for item in items if item.qid == company.wikidata_id), None)
    agreeing = [item for item in items if _belongs(company, item) and objection(company, item) is None]
    if own is not None and own in agreeing:
        return Choice(own)
    doubt = f"{own.qid} is another company: {objection(company, own)}" if own is not None else ""
    if len(agreeing) == 1:
        found = agreeing[0]
        note = f"{company.name}: the registry's {doubt}; {found.qid} agrees" if doubt else ""
        return Choice(found, note=note)
    if agreeing:
        return Choice(None, f"several items carry its CIK: {', '.join(sorted(item.qid for item in agreeing))}")
    return Choice(None, doubt or "Wikidata has no item with its CIK", note=f"{company.name}: {doubt}" if doubt else "")


def _belongs(company: Company, item: Item) -> bool:
    return item.qid == company.wikidata_id or (company.cik is not None and int(company.cik) in item.ciks)


def objection(company: Company, item: Item) -> str | None:
    """Why an item is not the company's; None if its CIK, or else its website or name, says that it is."""
    if company.cik is not None and item.ciks:
        if int(company.cik) in item.ciks:
            return None
        return f"its CIK is {', '.join(map(str, sorted(item.ciks)))}, not {int(company.cik)}"
    website = host_of(company.website or "")
    if website and any(_is_within(host, website) or _is_within(website, host) for host in item.websites):
        return None
    names = {fold(name) for name in (company.name, *(alias.text for alias in company.aliases))}
    if any(fold(label) in names for label in item.labels):
        return None
    return f"neither CIK nor website nor name of {company.name} is in it"


def _is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def newest_head_count(item: Item, *, until: date) -> HeadCount | str:
    """The latest dated head-count up to a day, or why there is none."""
    if not item.head_counts:
        return f"{item.qid} tells no number of employees"
    dated = [(count.on, count) for count in item.head_counts if count.on is not None and count.on <= until]
    if not dated:
        return f"{item.qid} tells a number of employees without its date, so its age is not known"
    newest = max(on for on, _ in dated)
    counts = sorted(count.employees for on, count in dated if on == newest)
    if len(counts) > 1:
        return f"{item.qid} tells several numbers of employees for {newest}: {', '.join(map(str, counts))}"
    return HeadCount(counts[0], newest)
