"""Reads a repository search text as GitHub does and turns it into SQL conditions. Pure; knows no table but its columns.

Rules: https://docs.github.com/en/search-github/searching-on-github/searching-for-repositories and
https://docs.github.com/en/rest/search/search (length, operators).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from talentscope.sandbox.github.dates import read_span
from talentscope.sandbox.github.subjects import LANGUAGES, VOCABULARY
from talentscope.sandbox.github.words import LICENSES

FOREVER = 1 << 40
SORTS = ("stars", "forks", "help-wanted-issues", "updated")
_TOKEN = re.compile(r'-?[A-Za-z-]+:"[^"]*"|-?"[^"]*"|[^\s"]+')
_NUMBER = re.compile(r"^(?:(>=|<=|>|<)?(\d{1,99})|(\d{1,99}|\*)\.\.(\d{1,99}|\*))$", re.ASCII)
_TOPICS = {name: code for code, name in enumerate(VOCABULARY)}
_LANGUAGES = {name.lower(): code for code, name in enumerate(LANGUAGES)}
_LICENSES = {key: code for code, (key, *_) in enumerate(LICENSES)}
_NUMBERS = {
    "stars": "stars", "forks": "forks", "size": "size", "topics": "topic_count", "followers": "stars",
    "good-first-issues": "issues", "help-wanted-issues": "issues",
}  # fmt: skip


class BadQuery(Exception):
    """GitHub answers such a search with 422 and this text."""


@dataclass(frozen=True)
class Query:
    """`conditions` are ANDed; `pushed` is kept apart (first and last second) because it moves while the rest stays."""

    conditions: tuple[str, ...] = ()
    parameters: tuple[object, ...] = ()
    pushed: tuple[int, int] = (0, FOREVER)
    owners: tuple[str, ...] = ()
    sort: str | None = None
    order: str = "desc"

    @property
    def base(self) -> tuple[object, ...]:
        """What stays the same while `pushed:` moves."""
        return (self.conditions, self.parameters, self.owners)


@dataclass
class _Reading:
    any_of: dict[str, list[str]] = field(default_factory=dict)  # alternatives by key: language, license
    groups: list[list[tuple[str, list[object]]]] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    pushed: tuple[int, int] = (0, FOREVER)
    fork: str = "false"
    sort: str | None = None
    order: str = "desc"
    places: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    is_joined: bool = False
    is_negated: bool = False

    def add(self, sql: str, *parameters: object) -> None:
        condition = (f"NOT ({sql})" if self.is_negated else sql, list(parameters))
        if self.is_joined and self.groups:
            self.groups[-1].append(condition)
        else:
            self.groups.append([condition])
        self.is_joined = self.is_negated = False


def read_query(text: str) -> Query:
    """Raises BadQuery where GitHub would answer 422."""
    tokens = _TOKEN.findall(text)
    if sum(token in {"AND", "OR", "NOT"} for token in tokens) > 5:
        raise BadQuery("More than five AND / OR / NOT operators were used.")
    reading = _Reading(places=[t.split(":", 1)[1] for t in tokens if t.startswith("in:")])
    for token in tokens:
        _read_token(reading, token)
    if len(" ".join(reading.words)) > 256:
        raise BadQuery("The search is longer than 256 characters.")
    return _finish(reading)


def _read_token(reading: _Reading, part: str) -> None:
    if part == "OR":
        reading.is_joined = True
    elif part == "NOT":
        reading.is_negated = True
    elif part != "AND":
        bare = part.removeprefix("-")
        reading.is_negated = reading.is_negated or bare != part
        key, colon, value = bare.partition(":")
        is_known = bool(colon) and _read_qualifier(reading, key.lower(), value.strip('"'))
        if not is_known:
            _read_word(reading, bare)


def _read_word(reading: _Reading, word: str) -> None:
    reading.words.append(word)
    normal = " ".join(re.findall(r"[^\W_]+", word.lower()))
    if not normal:
        reading.is_negated = False
        return
    places = {place for listed in reading.places for place in listed.split(",")} & {"name", "description", "topics"}
    columns = [f"{place}_words" for place in sorted(places or {"name", "description", "topics"})]
    needle = f" {normal} "
    reading.add("(" + " OR ".join(f"contains({c}, ?)" for c in columns) + ")", *[needle] * len(columns))


def _read_qualifier(reading: _Reading, key: str, value: str) -> bool:
    """True when `key` is a qualifier; anything else is taken for words, as GitHub does."""
    if key in _NUMBERS:
        return _read_number(reading, _NUMBERS[key], value)
    if key in {"pushed", "created"}:
        return _read_date(reading, key, value)
    if key in {"language", "license"}:
        codes = _LANGUAGES if key == "language" else _LICENSES
        condition = f"{key} = {codes.get(value.lower(), -2)}"
        if reading.is_negated:
            reading.add(f"({condition})")
        else:
            reading.any_of.setdefault(key, []).append(condition)
    elif key == "topic":
        reading.add("idx IN (SELECT idx FROM topic WHERE code = ?)", _TOPICS.get(value.lower(), -1))
    elif key in {"user", "org"}:
        reading.owners.append(value.lower())
    else:
        return _read_switch(reading, key, value)
    return True


def _read_switch(reading: _Reading, key: str, value: str) -> bool:
    if key == "fork":
        reading.fork = value.lower()
    elif key in {"archived", "template"}:
        reading.add(f"{key} = ?", value.lower() == "true")
    elif key == "is" and value in {"public", "private"}:
        reading.add("TRUE" if value == "public" else "FALSE")
    elif key == "mirror":
        reading.add("FALSE" if value == "true" else "TRUE")
    elif key == "sort":
        name, _, order = value.rpartition("-") if value.endswith(("-asc", "-desc")) else (value, "", "desc")
        reading.sort, reading.order = name, order
    elif key != "in":
        return False
    reading.is_negated = False
    return True


def _read_number(reading: _Reading, column: str, value: str) -> bool:
    match = _NUMBER.match(value)
    if match is None:
        return False
    comparison, number, low, high = match.groups()
    if number is not None:
        reading.add(f"{column} {comparison or '='} ?", min(int(number), FOREVER))
        return True
    bounds = [0 if low == "*" else min(int(low), FOREVER), FOREVER if high == "*" else min(int(high), FOREVER)]
    reading.add(f"{column} BETWEEN ? AND ?", *bounds)
    return True


def _read_date(reading: _Reading, key: str, value: str) -> bool:
    try:
        first, last = read_span(value)
    except ValueError as error:
        raise BadQuery(str(error)) from error
    if key == "created":
        reading.add("created BETWEEN ? AND ?", first, last)
    else:
        reading.pushed = (max(first, reading.pushed[0]), min(last, reading.pushed[1]))
    return True


def _finish(reading: _Reading) -> Query:
    conditions: list[str] = []
    parameters: list[object] = []
    for group in reading.groups:
        conditions.append("(" + " OR ".join(sql for sql, _ in group) + ")")
        parameters += [parameter for _, own in group for parameter in own]
    conditions += ["(" + " OR ".join(sorted(set(choices))) + ")" for choices in reading.any_of.values()]
    if reading.fork != "true":
        conditions.append("fork" if reading.fork == "only" else "NOT fork")
    return Query(
        conditions=tuple(conditions),
        parameters=tuple(parameters),
        pushed=reading.pushed,
        owners=tuple(reading.owners),
        sort=reading.sort if reading.sort in SORTS else None,
        order=reading.order,
    )
