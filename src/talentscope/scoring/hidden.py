"""Who of a snapshot said no: the exact set of their account ids, cheap enough to ask with every request.

The desk keeps only keyed hashes, so each account of the snapshot has to be hashed to be found. That is done once a
snapshot, and only once somebody said no at all; which hashes to look for is asked again whenever the desk changed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

import duckdb
import numpy as np

PREFIX = 8
"""Bytes of a hash that are kept in memory to find it by; what is found is compared with the whole hash."""

Rows = list[tuple[int, str]]


class Hasher(Protocol):
    """The desk's (desk/key.py): hexadecimal text, the same for the same account."""

    def account(self, github_id: int) -> str:
        """The hash of an account id."""

    def login(self, login: str) -> str:
        """The hash of a login, whatever its case."""


class Hidden:
    """The suppressed accounts of one snapshot: make one for each. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._version: Hashable = None
        self._ids: frozenset[int] = frozenset()
        self._hashed: _Hashed | None = None

    def ids(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        version: Hashable,
        hasher: Hasher,
        hashes: Callable[[], frozenset[str]],
    ) -> frozenset[int]:
        """The ids of accounts in the snapshot that are suppressed by id or by login.

        `version` is the desk's: `hashes` (of ids and logins of all who said no) is asked again when it changes. Take it
        before this call, so that a change in between is seen the next time. It must not be None.
        """
        with self._lock:
            if version != self._version:
                self._ids = self._find(connection, hasher, hashes())
                self._version = version
            return self._ids

    def _find(self, connection: duckdb.DuckDBPyConnection, hasher: Hasher, hashes: frozenset[str]) -> frozenset[int]:
        if not hashes:
            return frozenset()
        if self._hashed is None:
            self._hashed = _hash_all(connection, hasher)
        candidates = self._hashed.find(hashes)
        return frozenset(
            github_id
            for github_id, login in _read_logins(connection, candidates)
            if hasher.account(github_id) in hashes or hasher.login(login) in hashes
        )


@dataclass(frozen=True)
class _Hashed:
    """Beginnings of hashes, sorted, and the account of each."""

    prefixes: np.ndarray[Any, np.dtype[np.uint64]]
    accounts: np.ndarray[Any, np.dtype[np.int64]]

    def find(self, hashes: frozenset[str]) -> list[int]:
        """Accounts with a hash that begins as one of these does."""
        wanted = np.array([_prefix(value) for value in hashes], dtype=np.uint64)
        first = np.searchsorted(self.prefixes, wanted, side="left")
        last = np.searchsorted(self.prefixes, wanted, side="right")
        found = (self.accounts[start:end] for start, end in zip(first, last, strict=True))
        return [int(github_id) for part in found for github_id in part]


def _hash_all(connection: duckdb.DuckDBPyConnection, hasher: Hasher) -> _Hashed:
    prefixes: list[int] = []
    accounts: list[int] = []
    for rows in _batches(connection):
        for github_id, login in rows:
            prefixes += (_prefix(hasher.account(github_id)), _prefix(hasher.login(login)))
            accounts += (github_id, github_id)
    unsorted = np.array(prefixes, dtype=np.uint64)
    order = np.argsort(unsorted, kind="stable")
    return _Hashed(unsorted[order], np.array(accounts, dtype=np.int64)[order])


def _prefix(value: str) -> int:
    return int(value[: 2 * PREFIX], 16)


def _batches(connection: duckdb.DuckDBPyConnection) -> Iterator[Rows]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT github_id, login FROM developers")
        while rows := cursor.fetchmany(10_000):
            yield rows


def _read_logins(connection: duckdb.DuckDBPyConnection, github_ids: list[int]) -> Rows:
    with connection.cursor() as cursor:
        return cursor.execute(
            "SELECT github_id, login FROM developers WHERE github_id IN (SELECT unnest($ids::BIGINT[]))",
            {"ids": github_ids},
        ).fetchall()
