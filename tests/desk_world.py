"""A desk to be tested on either database: opened as often as one likes, and looked into from outside."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine, create_engine
from tests.postgres import to_address

from talentscope.desk.desk import Desk, open_desk
from talentscope.runtime.clock import Clock


@dataclass(frozen=True)
class Seat:
    """Where a desk is. Travels to other processes. `url` is None for SQLite."""

    home: Path
    url: str | None

    def open(self, clock: Clock, *, key: str | None = None, **options: Any) -> Desk:
        """The desk there, made on first use."""
        address = None if self.url is None else to_address(self.url)
        return open_desk(home=self.home, key=key, clock=clock, address=address, **options)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """A statement behind the desk's back; its rows."""
        if self.url is None:
            with sqlite3.connect(self.home / "desk.sqlite") as connection:
                return connection.execute(statement).fetchall()
        with psycopg.connect(self.url, options="-c search_path=desk") as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def engine(self) -> Engine:
        """As migrations see it."""
        if self.url is None:
            return create_engine(f"sqlite:///{self.home / 'desk.sqlite'}")
        url = self.url
        return create_engine(
            "postgresql+psycopg://", creator=lambda: psycopg.connect(url, options="-c search_path=desk")
        )

    def stored(self) -> bytes:
        """Every byte of the desk's tables and indexes on the disk, as far as the database owns it still."""
        if self.url is None:
            return b"".join(path.read_bytes() for path in self.home.glob("desk.sqlite*"))
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            rows = connection.execute(
                "SELECT c.oid FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
                " WHERE (n.nspname = 'desk' OR (n.nspname = 'pg_toast' AND c.oid IN (SELECT reltoastrelid FROM pg_class"
                " JOIN pg_namespace AS d ON d.oid = relnamespace WHERE d.nspname = 'desk')))"
                " AND c.relfilenode <> 0"
            ).fetchall()
            read = sql.SQL("SELECT pg_read_binary_file(pg_relation_filepath({}))")
            return b"".join(
                connection.execute(read.format(sql.Literal(oid)), binary=True).fetchone()[0]  # type: ignore[index]
                for (oid,) in rows
            )
