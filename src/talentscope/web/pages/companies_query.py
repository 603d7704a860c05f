"""The address of the ranking of companies as one typed value: page, partial and export read and write it here alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams

from talentscope.registry.company import STATUSES
from talentscope.runtime.errors import UsageError
from talentscope.runtime.words import suggest
from talentscope.scoring.companies import SORTS, Question, sort_of

PAGE_SIZE = 200
MOST_TEXT = 100
MOST_SECTORS = 40
MOST_PAGES = 10_000

DIRECTIONS = ("asc", "desc")
PERS = ("employee", "offer")
PICTURES = ("sentiment", "people")
BACKS = ("30", "90")
COLUMN_GROUPS: Mapping[str, str] = {
    "ratios": "Ratios",
    "market": "Market",
    "hiring": "Hiring",
    "sentiment": "Sentiment",
    "open_source": "Open source",
}
LEAST_VALUES: Mapping[str, str] = {"1e9": "$1B", "1e10": "$10B", "1e11": "$100B", "1e12": "$1T"}

PARAMETERS: Mapping[str, str] = {
    "q": "name, ticker or id contains this, whatever case and accents",
    "sector": "only this sector; may be repeated",
    "status": f"one of {', '.join(STATUSES)}",
    "min_value": "only from this market value, in US dollars: 10e9",
    "complete": "1: only companies with both ratios",
    "sort": f"one of {', '.join(SORTS)}",
    "direction": "asc or desc; what is unknown comes last either way",
    "columns": f"which columns: one of {', '.join(COLUMN_GROUPS)}",
    "per": "employee or offer: which ratio the pictures show",
    "back": "30 or 90: how many days ago the hollow dots are",
    "picture": "sentiment or people: what the second picture sets the value against",
    "page": f"page of {PAGE_SIZE}, from 1",
}


@dataclass(frozen=True)
class CompaniesQuery:
    """What somebody looks at. `sort` "" is by the ratio that `per` says; `direction` "" is the sort's own."""

    text: str = ""
    sectors: tuple[str, ...] = ()
    status: str = ""
    least_value: str = ""
    is_complete_only: bool = False
    sort: str = ""
    direction: str = ""
    columns: str = "ratios"
    per: str = "employee"
    back: str = "90"
    picture: str = "sentiment"
    page: int = 1

    @property
    def order(self) -> str:
        """The name of the sort that holds."""
        return self.sort or f"value_per_{self.per}"

    @property
    def is_descending(self) -> bool:
        """Whether the highest, or Z, comes first."""
        return self.direction == "desc" if self.direction else sort_of(self.order).is_descending

    @property
    def is_filtered(self) -> bool:
        """Whether anything is left out."""
        return bool(self.text or self.sectors or self.status or self.least_value or self.is_complete_only)

    @property
    def question(self) -> Question:
        """What scoring is asked, all pages of it."""
        return Question(
            sort=self.order,
            sectors=self.sectors,
            status=self.status or None,
            least_value_usd=float(self.least_value) if self.least_value else None,
            is_complete_only=self.is_complete_only,
            text=self.text,
            is_descending=self.is_descending,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The shortest address that says the same: names and values, always in the same order."""
        said: list[tuple[str, str]] = [("q", self.text)] if self.text else []
        said += [("sector", sector) for sector in self.sectors]
        plain = {
            "status": (self.status, ""),
            "min_value": (self.least_value, ""),
            "complete": ("1" if self.is_complete_only else "", ""),
            "sort": (self.sort, ""),
            "direction": (self.direction, ""),
            "columns": (self.columns, "ratios"),
            "per": (self.per, "employee"),
            "back": (self.back, "90"),
            "picture": (self.picture, "sentiment"),
            "page": (str(self.page), "1"),
        }
        return said + [(name, value) for name, (value, usual) in plain.items() if value != usual]

    def url(self, path: str = "/companies", *more: tuple[str, str]) -> str:
        """The address, with `more` parameters at its end."""
        told = urlencode([*self.pairs(), *more], quote_via=quote, safe="")
        return f"{path}?{told}" if told else path

    def with_(self, **changes: Any) -> CompaniesQuery:
        """The same but for these; from the first page, unless the page is among them."""
        return replace(self, **({"page": 1} | changes))

    def sorted_by(self, name: str) -> CompaniesQuery:
        """What a click on a column's head leads to: that order, or its other direction when it holds already."""
        if name != self.order:
            return self.with_(sort=name, direction="")
        usual = sort_of(name).is_descending
        turned = not self.is_descending
        return self.with_(sort=name, direction="" if turned == usual else "desc" if turned else "asc")

    def seen_per(self, per: str) -> CompaniesQuery:
        """The same with the other ratio in the pictures, and in the order where that was by a ratio."""
        is_by_ratio = self.order in {f"value_per_{name}" for name in PERS}
        return self.with_(per=per, sort="" if is_by_ratio else self.sort)

    def with_sector(self, sector: str) -> CompaniesQuery:
        """The same with that sector added, or taken away when it is there."""
        kept = tuple(one for one in self.sectors if one != sector)
        return self.with_(sectors=kept if sector in self.sectors else (*self.sectors, sector))


def read_query(given: QueryParams) -> CompaniesQuery:
    """The query of an address; an empty value says nothing. Raises UsageError: what was expected, what came."""
    for name in given:
        if name not in PARAMETERS:
            hint = suggest(name, list(PARAMETERS))
            raise UsageError(
                f"there is no parameter {name[:50]!r} here", way_out=f"{hint} known: {', '.join(PARAMETERS)}".strip()
            )
    text = given.get("q", "").strip()
    if len(text) > MOST_TEXT:
        raise UsageError(f"q: expected at most {MOST_TEXT} letters, came {len(text)}", way_out="search for less")
    sectors = tuple(dict.fromkeys(sector for sector in given.getlist("sector") if sector))
    if len(sectors) > MOST_SECTORS:
        raise UsageError(f"sector: expected at most {MOST_SECTORS}, came {len(sectors)}", way_out="ask for fewer")
    sort = given.get("sort", "")
    return CompaniesQuery(
        text=text,
        sectors=sectors,
        status=_one_of(given, "status", STATUSES, ""),
        least_value=_amount(given.get("min_value", "")),
        is_complete_only=_one_of(given, "complete", ("1", "0"), "0") == "1",
        sort=sort.replace("-", "_") if sort and sort_of(sort) else "",
        direction=_one_of(given, "direction", DIRECTIONS, ""),
        columns=_one_of(given, "columns", tuple(COLUMN_GROUPS), "ratios"),
        per=_one_of(given, "per", PERS, "employee"),
        back=_one_of(given, "back", BACKS, "90"),
        picture=_one_of(given, "picture", PICTURES, "sentiment"),
        page=_page(given.get("page", "") or "1"),
    )


def _one_of(given: QueryParams, name: str, known: Sequence[str], usual: str) -> str:
    value = given.get(name, "") or usual
    if value not in known and value != usual:
        raise UsageError(f"{name}: expected one of {', '.join(known)}, came {value[:50]!r}", way_out=PARAMETERS[name])
    return value


def _amount(text: str) -> str:
    if not text:
        return ""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (0 <= value < math.inf):
        raise UsageError(
            f"min_value: expected dollars from zero, came {text[:50]!r}", way_out="write it as 10e9 or 10000000000"
        )
    return next((known for known in LEAST_VALUES if float(known) == value), f"{value:.12g}" if value else "")


def _page(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 6 and 1 <= int(text) <= MOST_PAGES):
        raise UsageError(f"page: expected a number from 1 to {MOST_PAGES}, came {text[:50]!r}", way_out="start at 1")
    return int(text)
