"""Which database a data directory of the functional tests belongs to.

With TALENTSCOPE_TEST_ENGINE=postgres every data directory has a PostgreSQL database of its own for warehouse and desk;
else both are files in it. The name of the database follows from the directory, so every worker finds it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet

import duckdb
import psycopg
import pytest
from tests.postgres import create_database, drop_database, to_address, with_database

from talentscope.desk.desk import Desk, open_desk
from talentscope.runtime.addresses import Postgres
from talentscope.runtime.clock import Clock, SystemClock
from talentscope.warehouse.connection import open_warehouse

IS_POSTGRES = os.environ.get("TALENTSCOPE_TEST_ENGINE") == "postgres"  # noqa: TID251 - tests have no settings object
_SERVER: list[str] = []
"""The server's URL, once the session has one (conftest.py)."""
_DESKS: WeakSet[Desk] = WeakSet()
"""Those that were opened in this process."""


def on_server(url: str) -> None:
    """Tell where databases are made."""
    _SERVER[:] = [url]


def files_only(why: str) -> pytest.MarkDecorator:
    """For a test about the files of DuckDB and SQLite themselves: on PostgreSQL there are none."""
    return pytest.mark.skipif(IS_POSTGRES, reason=f"about files of DuckDB and SQLite: {why}")


def url_of(home: Path) -> str | None:
    """The URL of a data directory's database, made on first use; None where it keeps files."""
    if not IS_POSTGRES:
        return None
    url = with_database(_SERVER[0], _name(home))
    with psycopg.connect(_SERVER[0]) as connection:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        is_there = connection.execute(query, [_name(home)]).fetchone() is not None
    return url if is_there else create_database(_SERVER[0], name=_name(home))


def address_of(home: Path) -> Postgres | None:
    """Where its desk is, when that is no file."""
    url = url_of(home)
    return None if url is None else to_address(url)


def settings_of(home: Path) -> dict[str, str]:
    """What the program must be told of it."""
    url = url_of(home)
    return {} if url is None else {"DATABASE_URL": url}


def copy_facts(source: Path, target: Path) -> None:
    """The database of `target` becomes a copy of `source`'s."""
    url = url_of(source)
    if url is not None:
        let_go()
        drop_database(_SERVER[0], with_database(_SERVER[0], _name(target)))
        create_database(_SERVER[0], name=_name(target), template=_name(source))


def copy_home(source: Path, target: Path) -> Path:
    """A copy of a data directory that others may be reading: the files of SQLite that come and go stay behind."""
    copy_facts(source, target)
    return Path(shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.sqlite-shm", "*.sqlite-wal")))


def break_desk(home: Path) -> None:
    """Whoever asks the desk of a data directory gets no usable answer from now on."""
    url = url_of(home)
    if url is not None:
        drop_database(_SERVER[0], url)
        return
    (home / "desk.sqlite").write_bytes(b"this is no database" * 100)
    for left in home.glob("desk.sqlite-*"):
        left.unlink()


def let_go() -> None:
    """Give up the server's connections of the desks of this process; they open others when they are asked again.

    A server has few, and a database that somebody is connected to cannot be copied.
    """
    if IS_POSTGRES:
        for desk in list(_DESKS):
            desk.close()


@contextmanager
def facts(home: Path, *, is_writing: bool = False) -> Iterator[Any]:
    """The warehouse behind the program's back: something with `execute(sql)`."""
    url = url_of(home)
    if url is None:
        with duckdb.connect(str(home / "warehouse.duckdb"), read_only=not is_writing) as connection:
            yield connection
        return
    with psycopg.connect(url, options="-c timezone=UTC") as server:
        yield server


@contextmanager
def held(home: Path) -> Iterator[None]:
    """The warehouse of a data directory is held by a run, this process."""
    with (
        open_warehouse(home=home, database_url=url_of(home), clock=SystemClock()) as warehouse,
        warehouse.hold(wait_seconds=0, purpose="test"),
    ):
        yield


def desk_at(home: Path, clock: Clock | None = None, *, key: str | None = None) -> Desk:
    """The desk of a data directory, opened in this process."""
    desk = open_desk(home=home, key=key, clock=clock or SystemClock(), address=address_of(home))
    _DESKS.add(desk)
    return desk


def _name(home: Path) -> str:
    return "home_" + hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:20]
