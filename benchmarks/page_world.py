"""Homes for the page's benchmarks: the demo's snapshot with the people of benchmarks/scoring.py in place of its own.

Kept in `.benchmarks/page/`. The demo brings what the other pages show (151 companies with real names and invented
figures); people and repositories are invented by DuckDB from hashes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from benchmarks.scoring import build
from talentscope.desk.desk import open_desk
from talentscope.runtime.clock import SystemClock
from talentscope.warehouse.snapshot import find_snapshot

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".benchmarks" / "page"
TALENTSCOPE = Path(sys.executable).parent / "talentscope"
PEOPLE = ("repositories", "repository_topics", "developers", "topic_pairs", "topics")

BRIEF = """\
name: bench
title: Three topics, no other filter
topics: [minecraft, rust, accessibility]
repository: {max_topics: 15}
"""
EVERYBODY = """\
name: everybody
title: Everybody who wrote in one of seven languages
languages: [Java, Kotlin, Rust, Python, TypeScript, Go, C++]
"""
PAST_DAYS = 90


def environment(home: Path) -> dict[str, str]:
    """For the installed program: this home, nothing else of ours, and no limit that a benchmark would meet."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}  # noqa: TID251
    return {**kept, "TALENTSCOPE_HOME": str(home), "TALENTSCOPE_REQUESTS_PER_MINUTE": "100000000"}


def demo_home() -> Path:
    """The demo, made once, with a past for its companies so that sparklines have points."""
    home = FOLDER / "demo"
    if not (home / "ready").exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        print("making the demo world (a minute or two, once)", file=sys.stderr, flush=True)
        done = subprocess.run(
            [TALENTSCOPE, "demo"], env=environment(FOLDER), cwd=FOLDER, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        add_past(newest(home), days=PAST_DAYS)
        (home / "ready").touch()
    return home


def newest(home: Path) -> Path:
    """The snapshot that is current."""
    path = find_snapshot(home)
    assert path is not None, home
    return path


def add_past(snapshot: Path, *, days: int) -> None:
    """Days before the newest one, each figure swinging a little."""
    from tests.browser.world import PAST

    with duckdb.connect(str(snapshot)) as connection:
        connection.execute(PAST, {"days": days})


def page_home(developers: int, *, generation: int = 0) -> Path:
    """A home in which `developers` own twice as many repositories.

    Generations differ in what a reader sees: every login begins with g<generation>, some hundreds fewer people are
    there in each, and each was published in a minute of its own.
    """
    home = FOLDER / (f"{developers}-g{generation}" if generation else f"{developers}")
    if (home / "ready").exists():
        return home
    shutil.rmtree(home, ignore_errors=True)
    (home / "snapshots").mkdir(parents=True)
    print(f"making {developers:,} developers", file=sys.stderr, flush=True)
    people = home / "people.duckdb"
    build(people, repositories=2 * developers, developers=developers)
    name = f"{datetime.now(UTC) + timedelta(seconds=generation):%Y%m%dT%H%M%S%f}-{generation:08x}.duckdb"
    path = home / "snapshots" / name
    shutil.copy(newest(demo_home()), path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH '{people}' AS people (READ_ONLY)")
        for table in PEOPLE:
            _replace(connection, table)
        connection.execute("DETACH people")
        _mark(connection, generation=generation, name=name)
    people.unlink()
    (home / "snapshots" / "current").write_text(f"{name}\n")
    with open_desk(home=home, key=None, clock=SystemClock()) as desk:
        desk.briefs.save("bench", BRIEF, actor="benchmark")
        desk.briefs.save("everybody", EVERYBODY, actor="benchmark")
    (home / "ready").touch()
    return home


def _replace(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """The rows of `people`, in the columns that the snapshot has."""
    there = {row[0] for row in connection.execute(f"DESCRIBE people.{table}").fetchall()}
    columns = connection.execute(f"DESCRIBE {table}").fetchall()
    listed = ", ".join(f'"{name}"' if name in there else f'NULL::{kind} AS "{name}"' for name, kind, *_ in columns)
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {listed} FROM people.{table}")


def _mark(connection: duckdb.DuckDBPyConnection, *, generation: int, name: str) -> None:
    published_at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=24 - generation)
    connection.execute("UPDATE snapshot SET name = ?, published_at = ?", [name, published_at])
    if generation:
        some = "SELECT github_id FROM developers ORDER BY hash(github_id) LIMIT ?"
        connection.execute(f"DELETE FROM developers WHERE github_id IN ({some})", [500 * generation])
        connection.execute(f"UPDATE developers SET login = 'g{generation}-' || login")
        owner = "split_part(full_name, '/', 1)"
        connection.execute(
            f"UPDATE repositories SET owner_login = 'g{generation}-' || owner_login,"
            f" full_name = 'g{generation}-' || {owner} || '/' || name"
        )
    connection.execute("CHECKPOINT")
