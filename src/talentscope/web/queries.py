"""The address of a list of leads as one typed value: page, partial, export and API read and write it here alone.

An address names a brief and says only what differs from it. A list that is given replaces the brief's; given empty
(`topic=`) it empties it. What is put in here is what anybody may have typed: it comes out valid, or as one clear error.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from talentscope.runtime.errors import BriefError, UsageError
from talentscope.runtime.words import suggest
from talentscope.scoring.brief import Brief, build_brief
from talentscope.scoring.ranking import ORDERS, View
from talentscope.web.queries_fields import BY_PART, FIELDS, FILTERS, Field, read_value, written

PAGE_SIZE = 50
MOST_PAIRS = 1_500
MOST_PAGES = 2**31
MOST_TEXT = 100

VIEW = {
    "brief": "name of the brief that all else is told against",
    "q": "login or name contains this, whatever case and accents",
    "sort": f"one of {', '.join(ORDERS)}",
    "dir": "asc or desc; what is unknown comes last either way",
    "page": f"page of {PAGE_SIZE}, from 1",
    "contacted": "1: also those whom the team wrote to a short while ago",
    "new": "1: only those who were not there when you last looked",
    "open": "login of the row that is opened",
}
PARAMETERS = VIEW | {field.name: field.about for field in FIELDS}
"""Everything that an address may say, with what it means: documentation for people and for OpenAPI."""

FindBrief = Callable[[str], Brief]
Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class LeadsQuery:
    """What somebody looks at: a brief as it was changed on the page, and which slice of its leads.

    `base` is the brief as saved; `brief` is what the address makes of it. `page` counts from 1.
    """

    base: Brief
    brief: Brief
    order: str = "score"
    is_descending: bool = True
    page: int = 1
    text: str = ""
    has_contacted: bool = False
    is_new_only: bool = False
    open_login: str = ""

    @property
    def name(self) -> str:
        """The name of the brief."""
        return self.base.name

    @property
    def is_changed(self) -> bool:
        """Whether the brief differs from what is saved."""
        return self.brief != self.base

    def view(
        self,
        *,
        without_ids: frozenset[int] = frozenset(),
        only_ids: frozenset[int] | None = None,
        limit: int = PAGE_SIZE,
        offset: int | None = None,
    ) -> View:
        """The slice, for scoring. Without `offset` it is where the page begins."""
        return View(
            order=self.order,
            is_descending=self.is_descending,
            offset=(self.page - 1) * PAGE_SIZE if offset is None else offset,
            limit=limit,
            text=self.text,
            without_ids=without_ids,
            only_ids=only_ids,
        )

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The shortest address that says the same: names and values, always in the same order."""
        said: list[tuple[str, str]] = [("brief", self.name)]
        for part, fields in BY_PART.items():
            if getattr(self.brief, part) == getattr(self.base, part):  # a page has a hundred addresses
                continue
            for field in fields:
                value = field.get(self.brief)
                if value != field.get(self.base):
                    said += [(field.name, text) for text in written(value)]
        said += [("q", self.text)] if self.text else []
        if self.order != "score" or self.is_descending != ORDERS["score"].is_descending:
            said.append(("sort", self.order))
        if self.is_descending != ORDERS[self.order].is_descending:
            said.append(("dir", "desc" if self.is_descending else "asc"))
        said += [("contacted", "1")] if self.has_contacted else []
        said += [("new", "1")] if self.is_new_only else []
        said += [("page", str(self.page))] if self.page > 1 else []
        said += [("open", self.open_login)] if self.open_login else []
        return tuple(said)

    def url(self, path: str = "/leads") -> str:
        """The address."""
        return f"{path}?{urlencode(self.pairs(), quote_via=quote, safe='')}"

    def with_value(self, name: str, value: Any) -> LeadsQuery:
        """The same with another value of one parameter of the brief (a tuple for lists), from the first page."""
        return replace(self, brief=FILTERS[name].put(self.brief, value), page=1, open_login="")

    def without_value(self, name: str, value: str) -> LeadsQuery:
        """The same without one entry of a list."""
        kept = tuple(item for item in FILTERS[name].get(self.brief) if item != value)
        return self.with_value(name, kept)

    def with_view(self, **changes: Any) -> LeadsQuery:
        """The same with another order, page, text …; whatever but the page changes, it begins at the first page."""
        fresh = {"open_login": ""} | ({} if "page" in changes or "open_login" in changes else {"page": 1})
        return replace(self, **fresh | changes)

    @property
    def told(self) -> str:
        """What an export says of where it is from: the address of the whole list, empty for the brief as saved."""
        whole = self.with_view()
        return "" if whole == self.plain() else whole.url("").removeprefix("?")

    def plain(self) -> LeadsQuery:
        """The brief as saved, from its first page."""
        return LeadsQuery(self.base, self.base)


def parse_query(pairs: Pairs, *, find_brief: FindBrief, also: Collection[str] = ()) -> LeadsQuery:
    """What the pairs of an address, or of a form, ask for. `also`: names that mean something to the caller.

    Raises BriefError (the brief, or what is changed in it) and UsageError (everything else).
    """
    given = _collect(pairs, also)
    base = find_brief(given["brief"][-1].strip() if "brief" in given else "")
    brief = _change(base, given)
    order, is_descending = _read_order(given)
    return LeadsQuery(
        base=base,
        brief=brief,
        order=order,
        is_descending=is_descending,
        page=_read_page(given),
        text=" ".join(_last(given, "q").split())[:MOST_TEXT],
        has_contacted=_is_yes(given, "contacted"),
        is_new_only=_is_yes(given, "new"),
        open_login=_last(given, "open")[:MOST_TEXT],
    )


def _collect(pairs: Pairs, also: Collection[str]) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for number, (name, value) in enumerate(pairs):
        if number >= MOST_PAIRS:
            raise UsageError(f"expected at most {MOST_PAIRS:,} parameters, came more", way_out="save it as a brief")
        if name in also:
            continue
        if name not in PARAMETERS:
            raise UsageError(
                f"unknown parameter {name[:80]!r}",
                way_out=suggest(name[:80], PARAMETERS) or f"known: {', '.join(PARAMETERS)}",
            )
        given.setdefault(name, []).append(value)
    return given


def _change(base: Brief, given: dict[str, list[str]]) -> Brief:
    """The brief with what is given in place of what it says. Raises BriefError, UsageError."""
    named = [field for field in FIELDS if field.name in given]
    if not named:
        return base
    values = base.model_dump()
    for field in named:
        part = values
        for key in field.path[:-1]:
            part = part[key]
        part[field.path[-1]] = read_value(field, given[field.name])
    asked = {text.lower() for text in values["topics"]}
    values["without_topics"] = [text for text in values["without_topics"] if text.lower() not in asked]
    try:
        changed = build_brief(values, source=base.name)
    except BriefError as error:
        raise _retell(error, base.name) from error
    return base if changed == base else changed


def _retell(error: BriefError, name: str) -> BriefError:
    """The error in the words of the address: parameters in place of keys, and no line."""
    message = error.message.removeprefix(f"{name}:1: ")
    key, _, rest = message.partition(": ")
    field = next((field for field in FIELDS if f"{key}.".startswith(f"{'.'.join(field.path)}.")), None)
    band = next((field for field in FIELDS if ".".join(field.path[:-1]) == key), None)
    way_out = "" if error.way_out.startswith("change it there") else error.way_out
    told = f"{field.label}: {rest}" if field else message
    if band is not None and key.count("."):
        told = f"{band.label.partition(',')[0]}: {rest}"
    return BriefError(told, way_out=way_out or "change it in the filters, or clear them")


def _read_order(given: dict[str, list[str]]) -> tuple[str, bool]:
    order = _last(given, "sort") or "score"
    if order not in ORDERS:
        raise UsageError(
            f"sort: expected one of {', '.join(ORDERS)}, came {order[:80]!r}",
            way_out=suggest(order[:80], ORDERS) or "sort by score",
        )
    way = _last(given, "dir")
    if way not in {"", "asc", "desc"}:
        raise UsageError(f"dir: expected asc or desc, came {way[:80]!r}", way_out="leave it out for the usual way")
    return order, ORDERS[order].is_descending if not way else way == "desc"


def _read_page(given: dict[str, list[str]]) -> int:
    text = _last(given, "page") or "1"
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and 1 <= int(text) <= MOST_PAGES):
        raise UsageError(f"page: expected a whole number from 1, came {text[:80]!r}", way_out="begin at page 1")
    return int(text)


def _is_yes(given: dict[str, list[str]], name: str) -> bool:
    text = _last(given, name)
    if text not in {"", "0", "1"}:
        raise UsageError(f"{name}: expected 0 or 1, came {text[:80]!r}", way_out="leave it out for 0")
    return text == "1"


def _last(given: dict[str, list[str]], name: str) -> str:
    values: Sequence[str] = given.get(name) or ("",)
    return values[-1].strip()


__all__ = ["PAGE_SIZE", "PARAMETERS", "Field", "FindBrief", "LeadsQuery", "parse_query"]
