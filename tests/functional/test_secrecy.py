"""No secret leaves the program: both pipelines, the page and a row of errors at the loudest log level, in both formats.

Every line, event, file and stored row is looked through for every secret in the forms in which one travels.
"""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import duckdb
import httpx
import pytest
from argon2 import PasswordHasher
from tests.functional import places
from tests.functional.market import aimed
from tests.functional.stage import Answer, Program

from talentscope.registry.read import Registry
from talentscope.sandbox.server import Running
from talentscope.web.signin.identity import Role
from talentscope.web.signin.users import Account, write_users

SECRETS = {
    "GITHUB_TOKEN": "ghp_WatchMeToken0123456789abcdef",
    "TALENTSCOPE_DESK_KEY": "watch-me-desk-key/with+odd=signs",
    "TALENTSCOPE_SESSION_KEY": "watch-me-session-key-0123456789-abcdef",
    "FMP_API_KEY": "WatchMeFmpKey/with+odd&signs=1",
    "REDDIT_CLIENT_SECRET": "watch-me-reddit-secret%41",
    "TALENTSCOPE_OIDC_CLIENT_SECRET": "watch-me-oidc-secret",
    "TALENTSCOPE_METRICS_TOKEN": "watch-me-metrics-token-0123456789",
    "OTEL_EXPORTER_OTLP_HEADERS": "authorization=watch-me-collector-key",
}
DATABASE_PASSWORD = "watch-me-database/password"
USER_PASSWORD = "watch me as a persons password"
ALL = [*SECRETS.values(), DATABASE_PASSWORD, USER_PASSWORD, "watch-me-collector-key", "bad_watch_me_token_0123"]
ASKED = [word for name in ("fmp", "reddit", "wikidata", "greenhouse") for word in ("--source", name)]


def written(secret: str) -> Iterator[str]:
    """A secret as it is, in addresses, in JSON, and inside Base64 wherever in it it begins."""
    yield from {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]}
    for before in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            coded = encode(b"x" * before + secret.encode()).decode().rstrip("=")
            yield coded[4 if before else 0 : -4]


FORMS = sorted({form for secret in ALL for form in written(secret)})


def leaks(text: str) -> list[str]:
    return [form for form in FORMS if form in text]


def dumped(path: Path) -> str:
    """Every row of a database as text: its file is packed, so bytes alone would prove nothing."""
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            return rows_of(connection)
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump())


def rows_of(connection: Any) -> str:
    """Every row of every table, raw, derived, and those of the desk where they are in the same database."""
    tables = connection.execute(
        "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
        " AND table_schema NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    assert tables
    return repr([connection.execute(f'SELECT * FROM "{schema}"."{name}"').fetchall() for schema, name in tables])


def stored(folder: Path) -> dict[str, list[str]]:
    """Files below `folder` that hold a secret, and which."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            if path.suffix in {".duckdb", ".sqlite"}:
                text += dumped(path)
            if leaks(text):
                found[str(path.relative_to(folder))] = leaks(text)
    return found


def looked_through(answer: Answer, form: str) -> str:
    """What a command said, after it was looked through; JSON lines must be that."""
    assert leaks(answer.out + answer.err) == []
    if form == "json":
        for line in answer.err.splitlines():
            assert {"severity", "message", "timestamp"} <= json.loads(line).keys(), line
    return answer.err


@pytest.fixture(params=["text", "json"])
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def loud(program: Program, form: str) -> Program:
    """The program with every secret there is, at the loudest level."""
    return program.with_settings(
        **SECRETS,
        TALENTSCOPE_LOG_LEVEL="debug",
        TALENTSCOPE_LOG_FORMAT=form,
        REDDIT_CLIENT_ID="reddit-id",
    )


def test_runs_that_go_well_and_the_page_over_them(
    loud: Program,
    form: str,
    brief: Path,
    world: Callable[..., Running],
    make_market: Callable[..., Running],
    registry: Registry,
    tmp_path: Path,
) -> None:
    events = tmp_path / "events.jsonl"
    talent = loud.at(world("bad-gateway:1"))("run", "--events", events, "talent", "--brief", brief)
    said = looked_through(talent, form)
    assert talent.code == 0, said
    companies = aimed(loud, make_market(), registry)("run", "--events", events, "companies", *ASKED)
    said = looked_through(companies, form)
    assert companies.code == 0, said
    assert "published" in said
    if form == "json":
        lines = [json.loads(line) for line in said.splitlines()]
        assert any(line.get("pipeline") == "companies" and line.get("run_id") for line in lines)
        assert not any("it needs" in line["message"] for line in lines), "reddit or fmp was off: nothing was proved"
    look_at_the_page(loud, form)
    look_through_what_is_kept(tmp_path, loud.home)


def look_through_what_is_kept(folder: Path, home: Path) -> None:
    names = {path.name for path in folder.rglob("*") if path.is_file()}
    assert names >= ({"events.jsonl"} if places.IS_POSTGRES else {"events.jsonl", "warehouse.duckdb", "desk.sqlite"})
    assert list((home / "snapshots").glob("*.duckdb")), "no snapshot was looked at"
    assert stored(folder) == {}
    with places.facts(home) as connection:
        assert leaks(rows_of(connection)) == []


def look_at_the_page(loud: Program, form: str) -> None:
    """Signing in, failing to, asking with keys in headers and addresses; what it said is looked through."""
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(USER_PASSWORD)
    write_users(loud.home / "users.yaml", [Account("ada", Role.operator, hashed)])
    process = loud.with_settings(TALENTSCOPE_SIGN_IN="password").start("serve", "--port", "0")
    assert process.stderr is not None
    first = []
    while not first or "http://" not in first[-1]:
        first.append(process.stderr.readline().decode())
        assert first[-1], first
    url = next(word for word in first[-1].replace('"', " ").split() if word.startswith("http://"))
    with httpx.Client(base_url=url, headers={"Origin": url}, timeout=60) as web:
        web.get("/healthz")
        assert (
            web.post("/sign-in/password", data={"name": "ada", "password": SECRETS["GITHUB_TOKEN"]}).status_code < 500
        )
        web.post("/sign-in/password", data={"name": "ada", "password": USER_PASSWORD})
        for token in (SECRETS["TALENTSCOPE_METRICS_TOKEN"], SECRETS["TALENTSCOPE_SESSION_KEY"]):
            web.get("/metrics", headers={"Authorization": f"Bearer {token}"})
            web.get("/api/v1/leads", headers={"Authorization": f"Bearer {token}"})
        for path in ("/leads", "/runs", "/no/such/page", "/readyz"):
            answer = web.get(path, params={"apikey": SECRETS["FMP_API_KEY"]})
            assert leaks(answer.text.replace(quote(SECRETS["FMP_API_KEY"], safe=""), "")) == [] or path == "/leads"
    process.send_signal(signal.SIGTERM)
    answer = loud.finish(process)
    looked_through(Answer(answer.code, answer.out, "".join(first) + answer.err), form)
    assert answer.code == 0


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        ({"GITHUB_TOKEN": "bad_watch_me_token_0123"}, 1, "invalid or expired"),
        ({"GITHUB_TOKEN": f"{SECRETS['GITHUB_TOKEN']} x"}, 2, "printable ASCII"),
        ({"GITHUB_API_URL": f"http://user:{quote(DATABASE_PASSWORD, safe='')}@127.0.0.1:9/"}, 1, "no usable answer"),
        ({"GITHUB_API_URL": f"user:{DATABASE_PASSWORD}@nowhere"}, 2, "GITHUB_API_URL"),
        (
            {"DATABASE_URL": f"postgresql://me:{quote(DATABASE_PASSWORD, safe='')}@127.0.0.1:9/x?connect_timeout=1"},
            1,
            "",
        ),
        ({"DATABASE_URL": f"nonsense://me:{DATABASE_PASSWORD}@h/x"}, 2, "DATABASE_URL"),
        ({"TALENTSCOPE_SESSION_KEY": "vault://watch-me-session-key-0123456789-abcdef"}, 0, ""),
    ],
    ids=["refused", "unsendable", "password in an address", "no address", "database", "no database", "unused"],
)
def test_errors_name_no_secret(
    loud: Program,
    form: str,
    brief: Path,
    sandbox: Running,
    tmp_path: Path,
    settings: dict[str, str],
    code: int,
    said: str,
) -> None:
    events = tmp_path / "events.jsonl"
    aim = loud.at(sandbox).with_settings(**settings)
    words = ("status",) if code == 0 else ("run", "--events", events, "talent", "--brief", brief)
    answer = aim(*words)
    assert said in looked_through(answer, form)
    assert answer.code == (code or 1), answer.err
    assert stored(tmp_path) == {}


CRASH = """
from talentscope.transport import session
from talentscope.cli import main
def break_down(self, *_, **__):
    raise RuntimeError(f"refused: {self._authorization}")
session.Session.get = break_down
main()
"""


def test_a_crash_names_no_secret(loud: Program, form: str, brief: Path, sandbox: Running, tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    settings = {**loud.at(sandbox).settings, "TALENTSCOPE_HOME": str(loud.home), "PATH": "/usr/bin:/bin"}
    process = subprocess.run(
        [sys.executable, "-c", CRASH, "run", "--events", str(events), "talent", "--brief", str(brief)],
        env=settings, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert process.returncode == 1
    assert "RuntimeError: refused" in process.stderr
    looked_through(Answer(process.returncode, process.stdout, process.stderr), form)
    assert stored(tmp_path) == {}
