"""Who of a snapshot said no: the exact set of their account ids, cheap enough to ask with every request.

The desk keeps only keyed hashes, so each account of the snapshot has to be hashed to be found. That is done once a
snapshot, and only once somebody said no at all; what the hashes are compared with is read again whenever the desk
changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Protocol

import duckdb


class Refusals(Protocol):
    """What is asked of the desk."""

    def version(self) -> str:
        """Changes whenever anything was written to the desk."""

    def suppressed_hashes(self) -> frozenset[str]:
        """The hashes of ids and logins of all who said no."""

    def hash_account(self, github_id: int) -> str:
        """As the desk hashes account ids."""

    def hash_login(self, login: str) -> str:
        """As the desk hashes logins."""


class Hidden:
    """The suppressed accounts of one snapshot. Safe to share between threads; one for each snapshot."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._version: str | None = None
        self._ids: frozenset[int] = frozenset()
        self._hashed: Mapping[str, frozenset[int]] | None = None

    def ids(self, connection: duckdb.DuckDBPyConnection, refusals: Refusals) -> frozenset[int]:
        """The ids of the snapshot's accounts that are suppressed by id or by login, as the desk stands now."""
        version = refusals.version()  # before the hashes: a change between the two is then read again next time
        with self._lock:
            if version != self._version:
                self._ids = self._find(connection, refusals)
                self._version = version
            return self._ids

    def _find(self, connection: duckdb.DuckDBPyConnection, refusals: Refusals) -> frozenset[int]:
        hashes = refusals.suppressed_hashes()
        if not hashes:
            return frozenset()
        if self._hashed is None:
            self._hashed = _hash_all(connection, refusals)
        found = (self._hashed.get(value, frozenset()) for value in hashes)
        return frozenset[int]().union(*found)


def _hash_all(connection: duckdb.DuckDBPyConnection, refusals: Refusals) -> dict[str, frozenset[int]]:
    """Hash -> the accounts that have it; a login that changed hands may belong to several."""
    hashed: dict[str, frozenset[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT github_id, login FROM developers")
        while rows := cursor.fetchmany(10_000):
            for github_id, login in rows:
                for value in (refusals.hash_account(github_id), refusals.hash_login(login)):
                    hashed[value] = hashed.get(value, frozenset()) | {github_id}
    return hashed
