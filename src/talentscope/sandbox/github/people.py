"""A plain `/search/users`: words in login and name, and the qualifiers that recruiters' tools use. Pure.

Rule: https://docs.github.com/en/search-github/searching-on-github/searching-users
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from talentscope.sandbox.github.accounts import ORGANIZATION, USER
from talentscope.sandbox.github.dates import read_span
from talentscope.sandbox.github.qualifiers import BadQuery

_TOKEN = re.compile(r'[a-z]+:"[^"]*"|[^\s"]+')
_NUMBER = re.compile(r"^(>=|<=|>|<)?(\d{1,15})$|^(\d{1,15}|\*)\.\.(\d{1,15}|\*)$", re.ASCII)


@dataclass(frozen=True)
class PeopleQuery:
    """`words` must all be in login or name; `qualifiers` are (key, value)."""

    words: tuple[str, ...]
    qualifiers: tuple[tuple[str, str], ...]


def read_people_query(text: str) -> PeopleQuery:
    """Unknown qualifiers are kept and ignored when matching, as little harm as GitHub does."""
    words, qualifiers = [], []
    for token in _TOKEN.findall(text):
        key, colon, value = token.partition(":")
        if colon:
            qualifiers.append((key.lower(), value.strip('"')))
        else:
            words.append(token.lower())
    return PeopleQuery(tuple(words), tuple(qualifiers))


def match_people(query: PeopleQuery, accounts: pa.Table, repositories: Any) -> Any:
    """A mask over `accounts`; `repositories` counts what each owns. Raises BadQuery for a date that is none."""
    mask = np.ones(len(accounts), dtype=bool)
    for word in query.words:
        hit = pc.or_kleene(
            pc.match_substring(accounts["login"], word, ignore_case=True),
            pc.fill_null(pc.match_substring(accounts["name"], word, ignore_case=True), fill_value=False),
        )
        mask &= hit.to_numpy(zero_copy_only=False)
    numbers: Mapping[str, Any] = {"followers": accounts["followers"].to_numpy(), "repos": repositories}
    for key, value in query.qualifiers:
        if key in numbers:
            mask &= _compare(numbers[key], value)
        elif key == "type":
            mask &= accounts["kind"].to_numpy() == (ORGANIZATION if value == "org" else USER)
        elif key in {"location", "fullname"}:
            column = accounts["location" if key == "location" else "name"]
            hit = pc.fill_null(pc.match_substring(column, value, ignore_case=True), fill_value=False)
            mask &= hit.to_numpy(zero_copy_only=False)
        elif key == "created":
            first, last = _span(value)
            created = accounts["created"].to_numpy()
            mask &= (created >= first) & (created <= last)
    return mask


def _span(value: str) -> tuple[int, int]:
    try:
        return read_span(value)
    except ValueError as error:
        raise BadQuery(str(error)) from error


def _compare(column: Any, value: str) -> Any:
    match = _NUMBER.match(value)
    if match is None:
        return np.ones(len(column), dtype=bool)
    sign, number, low, high = match.groups()
    if number is None:
        above = column >= (0 if low == "*" else int(low))
        return above & (column <= (1 << 40 if high == "*" else int(high)))
    limit = int(number)
    return {">=": column >= limit, "<=": column <= limit, ">": column > limit, "<": column < limit}.get(
        sign, column == limit
    )
