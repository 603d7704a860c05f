"""One person asks: everything held is handed out with source and expiry, and everything held is erased, now."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from tests.desk_world import Seat
from tests.functional.places import desk_at, held, url_of
from tests.functional.stage import Program, complaint, count

from talentscope.desk.shortlist import Candidate


def first_lead(program: Program, brief: Path) -> tuple[str, int]:
    lead = program("leads", brief, "-f", "json", "-n", 1).json()[0]
    return lead["login"], lead["github_id"]


def write_about(program: Program, login: str, github_id: int) -> str:
    """A shortlist entry with a note, and a request of theirs; its reference."""
    with desk_at(program.home) as desk:
        number = desk.shortlists.create("Modders", actor="ann")
        desk.shortlists.add(number, [Candidate(github_id, login, 80.0), Candidate(1, "somebody-else")], actor="ann")
        desk.shortlists.note(number, github_id, "a note about them", actor="ann")
        desk.shortlists.tag(number, github_id, ["a tag of them"], actor="ann")
        return desk.requests.submit("erase", login=login, contact="them@example.org")


def test_everything_held_is_handed_out_with_source_and_expiry(copied: Program, brief: Path, tmp_path: Path) -> None:
    login, github_id = first_lead(copied, brief)
    write_about(copied, login, github_id)
    held = copied("privacy", "export", f"@{login.upper()}").json()
    assert (held["about"]["login"], held["about"]["github_id"]) == (login, github_id)
    [profile] = held["snapshot"]["profile"]
    assert profile["login"]["value"] == login
    repositories = held["snapshot"]["repositories"]
    assert len(repositories) == count(copied.home, "marts.repositories", f"owner_github_id = {github_id}") > 0
    assert any(repository["topics"]["value"] for repository in repositories if "topics" in repository)
    for record in [profile, *repositories]:
        for name, field in record.items():
            assert set(field) == {"value", "source", "read_at", "expires_at"}, name
            assert field["source"] == "worked out by talentscope" or f"/{login}" in field["source"]
            assert field["read_at"] < field["expires_at"]
    assert held["desk"]["notes"][0]["text"] == "a note about them"
    assert held["desk"]["tags"][0]["text"] == "a tag of them"
    assert held["desk"]["requests"][0]["contact"] == "them@example.org"
    assert "somebody-else" not in json.dumps(held)

    path = tmp_path / "held.json"
    assert copied("privacy", "export", github_id, "--output", path).code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    again = json.loads(path.read_text())
    assert again["snapshot"] == held["snapshot"]
    assert [line["action"] for line in again["desk"]["audit"]][-1] == "export person"


def test_a_suppressed_person_can_still_ask_what_is_held(copied: Program, brief: Path) -> None:
    login, github_id = first_lead(copied, brief)
    assert copied("privacy", "suppress", login).code == 0
    held = copied("privacy", "export", login).json()
    assert held["about"]["is_suppressed"] is True
    assert held["snapshot"]["profile"][0]["github_id"]["value"] == github_id


def test_a_person_never_met_is_told_that_nothing_is_held(program: Program) -> None:
    held = program("privacy", "export", "never-met").json()
    assert held["snapshot"] == {"published_at": None, "profile": [], "repositories": []}
    assert not any(held["desk"].values())
    assert "nothing has been collected here" in program("privacy", "erase", "never-met").err


def test_an_erased_person_is_nowhere_but_as_a_hash(copied: Program, brief: Path) -> None:
    login, github_id = first_lead(copied, brief)
    write_about(copied, login, github_id)
    others = count(copied.home, "marts.developers", f"github_id <> {github_id}")
    answer = copied("privacy", "erase", login)
    assert answer.code == 0, answer.err
    assert "answer to them@example.org" in answer.err
    assert "published" in answer.err
    for table, column in (
        ("raw.github_accounts", "github_id"),
        ("raw.github_repositories", "owner_github_id"),
        ("raw.github_ownership", "owner_github_id"),
        ("marts.developers", "github_id"),
        ("marts.repositories", "owner_github_id"),
        ("marts.repository_topics", "owner_github_id"),
    ):
        assert count(copied.home, table, f"{column} = {github_id}") == 0, table
    assert count(copied.home, "marts.developers") == others
    name = (copied.home / "snapshots" / "current").read_text().strip()
    with duckdb.connect(str(copied.home / "snapshots" / name), read_only=True) as snapshot:
        for table, column in (("developers", "login"), ("repositories", "owner_login")):
            rows = snapshot.execute(f"SELECT count(*) FROM {table} WHERE {column} = ?", [login]).fetchone()
            assert rows == (0,), table
    kept = Seat(copied.home, url_of(copied.home)).stored()
    assert b"somebody-else" in kept
    assert not [word for word in (login.encode(), b"a note about them", b"them@example.org") if word in kept]
    held = copied("privacy", "export", github_id).json()
    assert held["snapshot"]["profile"] == held["snapshot"]["repositories"] == []
    assert {name for name, rows in held["desk"].items() if rows} == {"suppressions", "audit"}
    assert copied("privacy", "erase", login).code == 0, "twice is the same as once"


def test_while_a_run_holds_the_warehouse_the_person_is_hidden_and_the_rest_is_said(
    copied: Program, brief: Path
) -> None:
    login, github_id = first_lead(copied, brief)
    write_about(copied, login, github_id)
    with held(copied.home):
        answer = copied.with_settings(TALENTSCOPE_LOCK_WAIT_SECONDS=0)("privacy", "erase", login)
    told = complaint(answer)
    assert "not from the warehouse" in told
    assert "next run" in told
    assert login not in {lead["login"] for lead in copied("leads", brief, "-f", "json", "-n", 100000).json()}
    assert count(copied.home, "raw.github_accounts", f"github_id = {github_id}") == 1


def test_the_queue_of_requests_is_shown_and_settled(copied: Program, brief: Path) -> None:
    login, github_id = first_lead(copied, brief)
    reference = write_about(copied, login, github_id)
    [request] = copied("privacy", "requests", "--format", "json").json()
    assert (request["reference"], request["kind"], request["login"]) == (reference, "erase", login)
    assert reference in copied("privacy", "requests").out
    assert copied("privacy", "settle", reference.lower(), "done").code == 0
    assert copied("privacy", "requests", "--format", "json").json() == []
    assert "ABC" in complaint(copied("privacy", "settle", "ABC", "done"), code=2)
    assert "done, refused" in complaint(copied("privacy", "settle", reference, "nonsense"), code=2)


@pytest.mark.parametrize(
    ("kind", "outcome", "is_left_out"),
    [
        ("object", "done", True),
        ("object", "not_found", True),
        ("object", "refused", False),
        ("erase", "not_found", True),
        ("correct", "done", False),
    ],
)
def test_settling_a_no_carries_it_out(program: Program, kind: str, outcome: str, is_left_out: bool) -> None:
    with desk_at(program.home) as desk:
        reference = desk.requests.submit(kind, login="later", contact="me@example.org")
        assert program("privacy", "settle", reference, outcome).code == 0
        assert desk.is_suppressed(12345, "later") is is_left_out
