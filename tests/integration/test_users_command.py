"""`talentscope users`: who may sign in, said on a command line; the password comes by standard input, never shown."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from tests.unit.signin.pieces import QUICK
from typer.testing import CliRunner, Result

from talentscope.cli.app import app
from talentscope.desk.desk import open_desk
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import SettingError, UsageError
from talentscope.web.signin import passwords
from talentscope.web.signin.identity import Role
from talentscope.web.signin.passwords import Passwords
from talentscope.web.signin.users import read_users

PASSWORD = "correct horse battery"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TALENTSCOPE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TALENTSCOPE_USERS", raising=False)
    monkeypatch.setattr(passwords, "PasswordHasher", lambda: QUICK)  # the strength itself has a test of its own
    return tmp_path / "home"


def users(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["users", *words], input=typed)


def listed() -> Any:
    return json.loads(users("list", "--format", "json").stdout)


def test_somebody_is_added_and_only_the_hash_is_kept(home: Path) -> None:
    answer = users("add", "ada", "--role", "operator", typed=f"{PASSWORD}\n")
    assert answer.exit_code == 0, answer.output
    assert answer.stdout == ""
    path = home / "users.yaml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PASSWORD not in path.read_text() + answer.output
    account = read_users(path)["ada"]
    assert Passwords().is_right(PASSWORD, account.password_hash)
    assert listed() == [{"name": "ada", "role": "operator", "has_password": True}]


def test_adding_again_changes_role_and_password(home: Path) -> None:
    users("add", "ada", "--role", "operator", typed=f"{PASSWORD}\n")
    before = read_users(home / "users.yaml")["ada"].password_hash
    answer = users("add", "Ada", "--role", "reader", typed="another long password\n")
    assert "changed, and signed out everywhere" in answer.output
    account = read_users(home / "users.yaml")["ada"]
    assert (account.role, account.password_hash == before) == (Role.reader, False)
    assert len(listed()) == 1


def test_an_address_needs_no_password_and_a_name_does(home: Path) -> None:
    assert users("add", "grace@example.org", "--role", "recruiter", "--no-password").exit_code == 0
    assert listed() == [{"name": "grace@example.org", "role": "recruiter", "has_password": False}]
    refused = users("add", "bob", "--role", "reader", "--no-password")
    assert isinstance(refused.exception, UsageError)
    assert "expected an e-mail address" in str(refused.exception)


@pytest.mark.parametrize("typed", ["", "\n", "short\n", "aaaaaaaaaaaaaaaaaaa\n"])
def test_a_weak_password_changes_nothing(home: Path, typed: str) -> None:
    answer = users("add", "ada", "--role", "operator", typed=typed)
    assert isinstance(answer.exception, UsageError)
    assert not (home / "users.yaml").exists()


@pytest.mark.parametrize("name", ["", "a b", "../x", "-", "ada\nroot", "x" * 200])
def test_a_name_that_is_none_is_refused(home: Path, name: str) -> None:
    answer = users("add", "--role", "operator", "--", name, typed=f"{PASSWORD}\n")
    assert isinstance(answer.exception, SettingError)
    assert not (home / "users.yaml").exists()


def test_somebody_is_removed_and_nobody_twice(home: Path) -> None:
    users("add", "ada", "--role", "operator", typed=f"{PASSWORD}\n")
    assert users("remove", "ADA").exit_code == 0
    assert listed() == []
    assert isinstance(users("remove", "ada").exception, UsageError)


def test_the_keys_that_somebody_made_go_with_them_and_with_their_role(home: Path) -> None:
    def made() -> int:
        return open_desk(home=home, key=None, clock=SystemClock()).keys.create("k", ["write"], actor="ada")[0].key_id

    def is_open(key_id: int) -> bool:
        keys = open_desk(home=home, key=None, clock=SystemClock()).keys.list()
        return next(one for one in keys if one.key_id == key_id).revoked_at is None

    users("add", "ada", "--role", "recruiter", typed=f"{PASSWORD}\n")
    first = made()
    users("add", "ada", "--role", "operator", typed=f"{PASSWORD}\n")
    assert is_open(first), "whoever may do more keeps their keys"
    answer = users("add", "ada", "--role", "reader", typed=f"{PASSWORD}\n")
    assert "API keys revoked: 1" in answer.output
    assert not is_open(first)
    second = made()
    users("remove", "ada")
    assert not is_open(second)


def test_the_keys_of_somebody_whom_only_a_provider_vouches_for_can_be_revoked(home: Path) -> None:
    with open_desk(home=home, key=None, clock=SystemClock()) as desk:
        for _ in range(2):
            desk.keys.create("k", ["read"], actor="eve@example.org")
        other = desk.keys.create("k", ["read"], actor="bob@example.org")[0]
    answer = users("remove", "Eve@Example.org")
    assert answer.exit_code == 0, answer.output
    assert "API keys revoked: 2" in answer.output
    assert "at the provider" in answer.output, "what removing them here cannot do"
    with open_desk(home=home, key=None, clock=SystemClock()) as desk:
        assert [one.key_id for one in desk.keys.list() if one.revoked_at is None] == [other.key_id]
    assert isinstance(users("remove", "eve@example.org").exception, UsageError), "nothing is left to revoke"


def test_a_broken_file_is_told_and_not_overwritten(home: Path) -> None:
    home.mkdir()
    (home / "users.yaml").write_text("users:\n  ada: {role: boss}\n")
    for answer in (users("list"), users("remove", "ada"), users("add", "b@c.de", "--role", "reader", "--no-password")):
        assert isinstance(answer.exception, SettingError)
        assert "users.yaml:2: users.ada.role" in str(answer.exception)
    assert "boss" in (home / "users.yaml").read_text()
