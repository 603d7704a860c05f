"""Strict reading of what an upstream tells, as pydantic models: a wrong type or a missing field is an error, never a
default. Pure. A source's own shapes stand in its records.py.

A field that a shape declares with a default is optional, or may be null, in the upstream's own contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from talentscope.runtime.errors import UpstreamMalformed

MAX_TEXT = 500
"""Characters of a title, a place or a name; more are cut."""

MAX_IDENTITY = 200
"""Characters of an id or token; what is longer is no such thing."""

MAX_URL = 2_000


def _clean(value: str) -> str:
    return " ".join(value.replace("\x00", " ").split())[:MAX_TEXT]


def _said(value: str) -> str:
    if not value:
        raise ValueError("expected a text that says something")
    return value


def _empty_is_none(value: str | None) -> str | None:
    return value or None


def _web_address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or any(character.isspace() for character in value):
        raise ValueError("expected a web address")
    return value


def _read_moment(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("expected a date and time as text")
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("expected a date and time with its offset from UTC")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("expected a date and time between the years 1 and 9999") from error


Said = Annotated[str, AfterValidator(_clean), AfterValidator(_said)]
"""A text in one line that is not empty."""
Text = Annotated[Annotated[str, AfterValidator(_clean)] | None, AfterValidator(_empty_is_none)]
"""A text in one line; null and empty are None."""
Identity = Annotated[str, Field(min_length=1, max_length=MAX_IDENTITY, pattern=r"^[\x21-\x7e]+$")]
"""An id of visible ASCII."""
Number = Annotated[int, Field(ge=1, lt=2**63)]
"""An id that is a number."""
Count = Annotated[int, Field(ge=0, lt=2**63)]
Address = Annotated[str, Field(max_length=MAX_URL), AfterValidator(_web_address)]
Moment = Annotated[datetime, BeforeValidator(_read_moment)]
"""An instant, told with its offset, read as UTC."""


class Shape(BaseModel):
    """Strict; fields that are not read are ignored."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", populate_by_name=False)


T = TypeVar("T", bound=Shape)


def read(shape: type[T], data: object, *, what: str) -> T:
    """The data as that shape. Raises UpstreamMalformed with the place, what was expected and what came."""
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        raise UpstreamMalformed(f"{what} is not what it was: {complaint(error)}") from None


def read_each(shape: type[T], items: Sequence[object], *, what: str) -> list[T]:
    """Every item as that shape.

    Raises UpstreamMalformed if one is not, with how many are not: a list with gaps cannot be counted.
    """
    found, complaints = [], []
    for number, item in enumerate(items, 1):
        try:
            found.append(shape.model_validate(item))
        except ValidationError as error:
            complaints.append(f"number {number}: {complaint(error)}")
    if complaints:
        raise UpstreamMalformed(f"{len(complaints)} of {len(items)} {what} are not what they were: {complaints[0]}")
    return found


def complaint(error: ValidationError) -> str:
    """The first thing that is wrong: where, what was expected, what came."""
    first = error.errors(include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"])[:MAX_IDENTITY] or "the whole"
    return f"{place}: {first['msg'].removeprefix('Value error, ')}; came {shown(first['input'])}"


def shown(value: object) -> str:
    """A value from outside as it may stand in a message: short, in one line."""
    if isinstance(value, dict):
        return f"an object with {', '.join(shown(key) for key in list(value)[:6]) or 'nothing in it'}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return f"{value!r:.60}"
