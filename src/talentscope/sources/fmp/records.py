"""Answers of Financial Modeling Prep become a profile and a history of head-counts. Pure and strict.

Shapes: https://site.financialmodelingprep.com/developer/docs/stable, `profile` and `historical-employee-count`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from talentscope.registry.shapes import Address, Identity, Said, Shape, Text, read_each, shown
from talentscope.runtime.errors import UpstreamMalformed, UpstreamRefused

_Amount = Annotated[float, Field(ge=0, le=1e16, allow_inf_nan=False)]
_PEOPLE = re.compile(r"[0-9]{1,9}")


def _read_day(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("expected a date as text")
    return date.fromisoformat(value)


def _read_people(value: Any) -> Any:
    """FMP writes the number as text, now and then as a number or with nothing in it."""
    if value is None or value == "":
        return None
    text = value.replace(",", "") if isinstance(value, str) else str(value)
    if isinstance(value, bool) or _PEOPLE.fullmatch(text) is None:
        raise ValueError("expected a number of people")
    return int(text)


_Day = Annotated[date, BeforeValidator(_read_day)]
_People = Annotated[int | None, BeforeValidator(_read_people)]


@dataclass(frozen=True)
class Profile:
    """What FMP says of a company now, in USD and people; None is unknown. It does not say how old the head-count is."""

    symbol: str
    name: str
    cik: int | None
    price: float | None
    market_value: float | None
    employees: int | None


@dataclass(frozen=True)
class Filed:
    """A head-count that the company filed: at the end of which period, when, in what form, where."""

    cik: int | None
    employees: int
    period: date
    filed_on: date
    form: str
    url: str


class _Profile(Shape):
    symbol: Identity
    company_name: Said = Field(validation_alias="companyName")
    cik: Text
    price: _Amount | None
    market_cap: _Amount | None = Field(validation_alias="marketCap")
    currency: Text
    employees: _People = Field(validation_alias="fullTimeEmployees")


class _Count(Shape):
    cik: Text
    period: _Day = Field(validation_alias="periodOfReport")
    filed_on: _Day = Field(validation_alias="filingDate")
    form: Said = Field(validation_alias="formType")
    employees: _People = Field(validation_alias="employeeCount")
    url: Address = Field(validation_alias="source")


def parse_profile(data: object, *, symbol: str) -> Profile | None:
    """The profile of a ticker; None if FMP does not know it. Raises UpstreamRefused if the answer is a refusal in other
    words, UpstreamMalformed if it is not what it was.
    """
    profiles = read_each(_Profile, _rows(data, "profile"), what="profiles of FMP")
    for profile in profiles:
        if profile.symbol.upper() == symbol.upper():
            is_dollars = profile.currency == "USD"
            return Profile(
                symbol=profile.symbol,
                name=profile.company_name,
                cik=_cik(profile.cik),
                price=(profile.price or None) if is_dollars else None,
                market_value=(profile.market_cap or None) if is_dollars else None,
                employees=profile.employees or None,
            )
    if profiles:
        raise UpstreamMalformed(f"FMP was asked for {symbol} and told of {profiles[0].symbol}")
    return None


def parse_counts(data: object) -> tuple[Filed, ...]:
    """All filed head-counts of a company, newest filing first. Raises as `parse_profile`."""
    counts = read_each(_Count, _rows(data, "historical-employee-count"), what="head-counts of FMP")
    filed = [
        Filed(_cik(count.cik), count.employees, count.period, count.filed_on, count.form, count.url)
        for count in counts
        if count.employees
    ]
    return tuple(sorted(filed, key=lambda one: (one.filed_on, one.period), reverse=True))


def known_on(counts: Sequence[Filed], day: date) -> Filed | None:
    """The newest head-count that had been filed by that day."""
    return next((count for count in counts if count.filed_on <= day), None)


def _cik(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) <= 10 else None


def _rows(data: object, endpoint: str) -> list[object]:
    """FMP puts refusals into an answer 200 as {"Error Message": …}. Its words may name the key."""
    if isinstance(data, Mapping) and "Error Message" in data:
        words = str(data["Error Message"]).lower()
        if "limit" in words:
            raise UpstreamRefused("FMP says that the limit of this key is reached", status=429, way_out="run tomorrow")
        if "key" in words:
            raise UpstreamRefused("FMP does not accept this key", status=401, way_out="check FMP_API_KEY")
        raise UpstreamRefused(f"FMP answers {endpoint} with an error message", status=403)
    if not isinstance(data, list):
        raise UpstreamMalformed(f"FMP's {endpoint} is not what it was: expected a list; came {shown(data)}")
    return data
