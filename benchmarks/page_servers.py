"""The three who show the table of leads, each a process on a port of its own: ours, Datasette and a Dash app."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import psutil

from benchmarks.page_world import FOLDER, ROOT, TALENTSCOPE, environment, newest
from benchmarks.peers_environment import Peer, find_python
from talentscope.desk.desk import open_desk
from talentscope.registry.read import read_registry
from talentscope.runtime.clock import SystemClock
from talentscope.scoring.brief import parse_brief
from talentscope.scoring.browse import Leads
from talentscope.scoring.ranking import View

DATASETTE = Peer("Datasette", "with_datasette.py", ("datasette==0.65.5",))
DASH = Peer("Dash", "with_dash.py", ("dash==4.4.1", "dash-ag-grid==35.3.0", "pandas==3.1.1", "gunicorn==27.0.1"))
PARTS = ("relevance", "authorship", "substance", "validation", "recency", "reach", "attention")
START_SECONDS = 120.0

EXTRA = """
SELECT developers.github_id, developers.login, developers.followers, developers.star_count::BIGINT AS stars,
  languages.language, developers.location,
  CASE WHEN developers.email IS NOT NULL THEN 'e-mail' WHEN developers.website IS NOT NULL THEN 'website'
    ELSE 'none' END AS contact,
  coalesce(developers.employer_company_id, '') AS employer
FROM developers
LEFT JOIN (SELECT owner_github_id, mode(language) AS language FROM repositories GROUP BY ALL) AS languages
  ON languages.owner_github_id = developers.github_id
"""
BATCH = 5_000


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(words: list[object], *, env: dict[str, str], url: str) -> Iterator[psutil.Process]:
    """A server process that answers at `url`, ended with its children."""
    with (FOLDER / "server.log").open("wb") as log:
        process = subprocess.Popen(list(map(str, words)), env=env, cwd=FOLDER, stdout=log, stderr=log)
    seen = psutil.Process(process.pid)
    try:
        _await(url, process)
        yield seen
    finally:
        for one in [*seen.children(recursive=True), seen]:
            one.terminate()
        process.wait(30)


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        assert process.poll() is None, (FOLDER / "server.log").read_text()
        try:
            with urllib.request.urlopen(url, timeout=60):
                return
        except OSError:
            assert time.monotonic() < end, f"{url} does not answer"
            time.sleep(0.1)  # noqa: TID251 - another process is waited for


@contextmanager
def ours(home: Path) -> Iterator[tuple[str, psutil.Process]]:
    """`talentscope serve` over a home: its address and process."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with running([TALENTSCOPE, "serve", "--port", port], env=environment(home), url=f"{url}/readyz") as process:
        yield url, process


@contextmanager
def datasette(table: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Datasette over the table, as its documentation starts it; facets may take their time."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = ["--setting", "facet_time_limit_ms", 20000, "--setting", "sql_time_limit_ms", 20000]
    words = [find_python(DATASETTE).parent / "datasette", "serve", "--immutable", table, "--port", port, *settings]
    with running(words, env=environment(FOLDER), url=f"{url}/-/versions.json") as process:
        yield f"{url}/{table.stem}", process


@contextmanager
def dash(table: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The Dash app over the table."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    words = [find_python(DASH), ROOT / "benchmarks" / "page_dash.py", table, port]
    with running(words, env=environment(FOLDER), url=f"{url}/_dash-layout") as process:
        yield url, process


def peers_table(home: Path, brief_name: str) -> Path:
    """The leads of a brief with their components and default score as an SQLite file with an index a column.

    That is in the peers' favour: the pool of a question, which ours works out, lies ready for them.
    """
    path = home / f"{brief_name}.sqlite"
    if path.exists():
        return path
    with open_desk(home=home, key=None, clock=SystemClock()) as desk:
        saved = desk.briefs.get(brief_name)
    assert saved is not None
    brief, leads = parse_brief(saved.text, source=brief_name), Leads(read_registry())
    rows: list[tuple[object, ...]] = []
    with duckdb.connect(str(newest(home)), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        as_of = connection.execute("SELECT published_at FROM snapshot").fetchone()[0].date()
        extra = {row[0]: row[1:] for row in connection.execute(EXTRA).fetchall()}
        while True:
            page = leads.page(connection, brief, View(offset=len(rows), limit=BATCH), as_of=as_of)
            for lead in page.leads:
                login, *rest = extra[lead.github_id]
                values = {component.name: component.value for component in lead.components}
                rows.append((lead.github_id, login, lead.score, *(values[part] for part in PARTS), *rest))
            if len(rows) >= page.total:
                break
    _write(path, rows)
    return path


def _write(path: Path, rows: list[tuple[object, ...]]) -> None:
    names = ["id", "login", "score", *PARTS, "followers", "stars", "language", "location", "contact", "employer"]
    with closing(sqlite3.connect(path)) as connection, connection:
        kinds = {"id": "INTEGER", "followers": "INTEGER", "stars": "INTEGER"} | dict.fromkeys(["score", *PARTS], "REAL")
        columns = ", ".join(f"{name} {kinds.get(name, 'TEXT')}" for name in names)
        connection.execute(f"CREATE TABLE leads ({columns}, PRIMARY KEY (id))")
        connection.executemany(f"INSERT INTO leads VALUES ({', '.join('?' * len(names))})", rows)
        for name in names[1:]:
            connection.execute(f"CREATE INDEX by_{name} ON leads ({name})")
        connection.execute("ANALYZE")
