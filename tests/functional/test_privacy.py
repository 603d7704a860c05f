"""A person's no: gone at once from everything that is shown, and from everything kept with the next run."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.functional.stage import Program, Rows, assert_same_rows, complaint, count

from talentscope.sandbox.server import Running


def logins(program: Program, brief: Path) -> list[str]:
    return [lead["login"] for lead in program("leads", brief, "-f", "json", "-n", 100000).json()]


def test_a_no_holds_at_once_in_all_that_is_shown_and_the_next_run_deletes_what_was_kept(
    copied: Program, brief: Path, sandbox: Running, undisturbed: Rows, tmp_path: Path
) -> None:
    program = copied.at(sandbox)
    first, second = program("leads", brief, "-f", "json", "-n", 2).json()
    for who in (f"@{first['login'].upper()}", second["github_id"]):
        answer = program("privacy", "suppress", who, "--reason", "asked by mail")
        assert answer.code == 0
        assert "suppressed" in answer.err

    everybody = logins(program, brief)
    assert len(everybody) > 50
    assert not {first["login"], second["login"]} & set(everybody)
    for gone in (first, second):
        told = program("explain", brief, gone["login"], "--format", "json")
        assert told.json()["rule"] == "suppressed"
        assert str(gone["score"]) not in told.out
    export = tmp_path / "leads.csv"
    assert program("leads", brief, "-f", "csv", "-n", 100000, "-o", export).code == 0
    assert first["login"] not in export.read_text()
    assert second["login"] not in export.read_text()

    ids = f"({first['github_id']}, {second['github_id']})"
    assert count(program.home, "raw.github_accounts", f"github_id IN {ids}") == 2
    assert program.run(brief).code == 0
    for table in ("raw.github_repositories", "raw.github_ownership", "marts.repositories"):
        assert count(program.home, table, f"owner_github_id IN {ids}") == 0, table
    for table in ("raw.github_accounts", "marts.developers"):
        assert count(program.home, table, f"github_id IN {ids}") == 0, table
    for path in program.home.glob("desk.*"):
        kept = path.read_bytes().lower()
        assert first["login"].lower().encode() not in kept, f"{path.name} has a name in it"

    for who in (first["login"], second["github_id"]):
        assert "released" in program("privacy", "release", who).err
    assert "was not suppressed" in program("privacy", "release", first["login"]).err
    again = program.with_settings(TALENTSCOPE_OVERLAP_SECONDS=10**9)
    assert again.run(brief).code == 0
    assert_same_rows(program.home, undisturbed)
    assert {first["login"], second["login"]} <= set(logins(program, brief))


def test_a_no_of_somebody_never_met_is_kept_too(program: Program) -> None:
    answer = program("privacy", "suppress", "not-met-yet")
    assert answer.code == 0
    assert "id is not known" in answer.err
    assert "released" in program("privacy", "release", "NOT-met-YET").err


def test_a_number_that_no_account_has_is_wrong_use(reader: Program) -> None:
    for words in (["suppress", 10**40], ["release", 2**63], ["suppress", " "]):
        assert "expected a login or an account id" in complaint(reader("privacy", *words), code=2)


def test_a_desk_without_its_key_is_an_error_and_no_fresh_start(copied: Program, brief: Path) -> None:
    login = copied("leads", brief, "-f", "json", "-n", 1).json()[0]["login"]
    assert copied("privacy", "suppress", login).code == 0
    (copied.home / "desk.key").unlink()
    for words in (["leads", brief], ["explain", brief, login], ["privacy", "release", login]):
        told = complaint(copied(*words))
        assert "desk.key" in told
        assert re.search(r"restore (it|desk\.key)", told), told
    key = "a-key-that-was-never-used-here"
    answer = copied.with_settings(TALENTSCOPE_DESK_KEY=key)("leads", brief, "-f", "json")
    assert "not the one" in complaint(answer)
    assert key not in json.dumps([answer.out, answer.err])
