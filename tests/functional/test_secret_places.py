"""Secrets that lie elsewhere, as a stranger uses them: files, Secret Manager, rotation in mid-run, clear messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.functional.stage import Program, complaint, wait_until
from tests.integration.secret_service import SecretService, serving

from talentscope.sandbox.server import Running

OLD, NEW = "expired_watch_me_token_0123", "ghp_watch_me_token_4567"
REFERENCE = "gcp-secret://my-project/github-token"
World = Callable[..., Running]


@pytest.fixture
def service() -> Iterator[SecretService]:
    with serving() as running:
        running.add("my-project/github-token", OLD)
        yield running


def at(program: Program, service: SecretService) -> Program:
    return program.with_settings(GITHUB_TOKEN=REFERENCE, TALENTSCOPE_SECRET_MANAGER_ENDPOINT=service.endpoint)


def test_a_run_goes_on_with_the_token_that_was_put_there_meanwhile(
    program: Program, brief: Path, world: World, service: SecretService
) -> None:
    """It has read the former token when the new version comes; GitHub refuses the former one with 401."""
    sandbox = world()
    process = at(program, service).at(sandbox).start("run", "talent", "--brief", brief)
    wait_until(lambda: sum(service.asked.values()) >= 1, why="the token is read")
    service.add("my-project/github-token", f"{NEW}\n")
    answer = program.finish(process)
    assert answer.code == 0, answer.err
    assert sandbox.log.count(status=401) == 1
    assert sum(service.asked.values()) == 2, "each place is asked once, and once more when it was refused"
    assert OLD not in answer.err
    assert NEW not in answer.err


def test_a_token_that_stays_refused_is_told(
    program: Program, brief: Path, sandbox: Running, service: SecretService
) -> None:
    said = complaint(at(program, service).at(sandbox).run(brief))
    assert "invalid or expired" in said
    assert OLD not in said


def test_no_permission_is_told_with_the_setting_and_the_role(
    program: Program, brief: Path, sandbox: Running, service: SecretService
) -> None:
    service.closed.add("my-project/github-token")
    said = complaint(at(program, service).at(sandbox).run(brief), code=2)
    assert "GITHUB_TOKEN: no permission to read the secret github-token in my-project" in said
    assert "roles/secretmanager.secretAccessor" in said


def test_what_a_command_does_not_use_is_not_asked_for(copied: Program, service: SecretService) -> None:
    lazy = at(copied, service).with_settings(FMP_API_KEY="gcp-secret://my-project/none", TALENTSCOPE_DESK_KEY=None)
    assert lazy("status").code == 0
    assert lazy("topics", "rust").code == 0
    assert service.asked.total() == 0


def test_a_desk_key_in_a_file_is_the_desk_key(program: Program, tmp_path: Path) -> None:
    """Two commands with the same file, one with another: the desk knows its own key."""
    path = tmp_path / "desk"
    path.write_text("a-desk-key-in-a-file-0123\n")
    path.chmod(0o400)
    by_file = program.with_settings(TALENTSCOPE_DESK_KEY=f"file://{path}")
    assert by_file("privacy", "suppress", "ada-lovelace").code == 0
    by_value = program.with_settings(TALENTSCOPE_DESK_KEY="a-desk-key-in-a-file-0123")
    assert by_value("privacy", "requests").code == 0
    other = program.with_settings(TALENTSCOPE_DESK_KEY="another-desk-key-0123456")
    assert "the key of the desk is not the one" in complaint(other("privacy", "requests"))


def test_a_file_that_is_missing_is_told_with_the_setting(program: Program, brief: Path, sandbox: Running) -> None:
    said = complaint(program.at(sandbox).with_settings(GITHUB_TOKEN="file:///no/such/token").run(brief), code=2)
    assert "GITHUB_TOKEN: the file /no/such/token cannot be read: no such file" in said
    assert "way out:" in said
