"""The parameters of an address that change a brief: where each stands in it, how it is read and written. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from talentscope.runtime.errors import UsageError
from talentscope.scoring.brief import Brief
from talentscope.scoring.rules import COMPONENTS

MOST_DIGITS = 16


@dataclass(frozen=True)
class Field:
    """One parameter. `kind` is words, number, weight, switch or choice; `path` leads to it through the brief."""

    name: str
    path: tuple[str, ...]
    kind: str
    label: str
    about: str

    def get(self, brief: Brief) -> Any:
        """Its value in a brief."""
        value: Any = brief
        for key in self.path:
            value = getattr(value, key)
        return value

    def put(self, brief: Brief, value: Any) -> Brief:
        """The brief with another value of it, which is taken as it comes."""
        return _put(brief, self.path, value)


Part = TypeVar("Part", bound=BaseModel)


def _put(part: Part, path: Sequence[str], value: Any) -> Part:
    inner = value if len(path) == 1 else _put(getattr(part, path[0]), path[1:], value)
    return part.model_copy(update={path[0]: inner})


def _band(name: str, path: tuple[str, ...], label: str) -> tuple[Field, Field]:
    return (
        Field(f"{name}_min", (*path, "min"), "number", f"{label}, at least", f"{label}, at least; empty: any"),
        Field(f"{name}_max", (*path, "max"), "number", f"{label}, at most", f"{label}, at most; empty: any"),
    )


FIELDS: tuple[Field, ...] = (
    Field("topic", ("topics",), "words", "topic", "topic of repositories; any of several"),
    Field("strike", ("without_topics",), "words", "struck out", "topic struck out of what the topics pull in"),
    Field("related", ("related",), "switch", "related topics", "1: related topics count too, by half"),
    Field("keyword", ("keywords",), "words", "keyword", "words in name or description of a repository"),
    Field("language", ("languages",), "words", "language", "language of repositories; any of several"),
    *_band("stars", ("repository", "stars"), "stars of a repository"),
    *_band("size", ("repository", "size_kb"), "size of a repository in KiB"),
    Field(
        "pushed",
        ("repository", "pushed_within_days"),
        "number",
        "pushed within days",
        "pushed to within so many days; empty: ever",
    ),
    Field(
        "topics_max",
        ("repository", "max_topics"),
        "number",
        "topics of a repository, at most",
        "topics that a repository may carry, at most; empty: any",
    ),
    *_band("followers", ("developer", "followers"), "followers"),
    Field("contact", ("developer", "contact"), "choice", "contact", "none, any or email: what a profile must publish"),
    Field("place", ("developer", "places"), "words", "place", "words of the location that a profile states"),
    Field("employer", ("developer", "employers"), "words", "employer", "company of the registry, by its id"),
    Field(
        "not_employer",
        ("developer", "exclude_companies"),
        "words",
        "not employed at",
        "company whose people are left out, by its id or as profiles write it",
    ),
    *(Field(f"w_{name}", ("weights", name), "weight", f"weight of {name}", f"weight of {name}") for name in COMPONENTS),
)
FILTERS = {field.name: field for field in FIELDS}
BY_PART = {
    part: tuple(field for field in FIELDS if field.path[0] == part) for part in dict.fromkeys(f.path[0] for f in FIELDS)
}
"""Parameters by the key of the brief that they stand under, in the order of FIELDS."""


def read_value(field: Field, texts: Sequence[str]) -> Any:
    """The value that these texts of one parameter mean; whether a brief allows it is for the brief to say.

    Raises UsageError for what is no number, or neither 0 nor 1.
    """
    if field.kind == "words":
        return list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    last = texts[-1].strip()
    if field.kind == "number":
        return _whole(field, last)
    if field.kind == "weight":
        return _weight(field, last)
    if field.kind == "switch":
        return _switch(field, last)
    return last


def written(value: Any) -> tuple[str, ...]:
    """The texts of a value; an empty list and an open end are one empty text."""
    if isinstance(value, tuple):
        return value or ("",)
    if value is None:
        return ("",)
    if isinstance(value, bool):
        return ("1" if value else "0",)
    return (f"{value:g}" if isinstance(value, float) else str(value),)


def _whole(field: Field, text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise _refuse(field, "a whole number", text)
    return int(text)


def _weight(field: Field, text: str) -> float:
    try:
        return float(text) if text.isascii() else float("nan")
    except ValueError as error:
        raise _refuse(field, "a number", text) from error


def _switch(field: Field, text: str) -> bool:
    if text not in {"0", "1"}:
        raise _refuse(field, "0 or 1", text)
    return text == "1"


def _refuse(field: Field, expected: str, came: str) -> UsageError:
    return UsageError(
        f"{field.label}: expected {expected}, came {came[:80]!r}",
        way_out="change it in the filters, or leave it out",
    )
