"""The file of users and their passwords."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from tests.unit.signin.pieces import HASH, PASSWORD, QUICK

from talentscope.runtime.errors import SettingError, UsageError
from talentscope.web.signin.identity import Role
from talentscope.web.signin.passwords import Passwords, check_password
from talentscope.web.signin.roles import NobodyKnown, Roles
from talentscope.web.signin.users import Account, Users, read_users, write_users

# the file of users


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_users_are_written_for_their_owner_only_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "users.yaml"
    accounts = [Account("ada", Role.operator, Passwords(QUICK).hash(PASSWORD)), Account("g@example.org", Role.reader)]
    write_users(path, accounts)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(read_users(path).values()) == accounts
    assert [one.name for one in tmp_path.iterdir()] == ["users.yaml"]
    assert PASSWORD not in path.read_text()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "users:\n  ada:\n    role: boss\n",
            r":3: users\.ada\.role: expected reader, recruiter or operator, came 'boss'",
        ),
        ("users:\n  ada: {}\n", r":2: users\.ada\.role: expected this key"),
        ("users:\n  ada:\n    role: reader\n    rights: all\n", r":4: users\.ada\.rights: there is no such key"),
        ("users:\n  ada: {role: reader}\n  ada: {role: operator}\n", r":3: users\.ada: the key is here twice"),
        ("users:\n  ada: {role: reader}\n  Ada: {role: operator}\n", r":3: Ada is here twice"),
        ("users:\n  ada: {role: reader, password: secret}\n", r":2: users\.ada\.password: expected an argon2id hash$"),
        ("users:\n  'a b': {role: reader}\n", r":2: expected a name"),
        ("users: [ada]\n", r":1: users: expected users:"),
        ("users:\n  ada: &a {role: reader}\n", r":2: anchors"),
        ("- ada\n", r":1: expected keys"),
    ],
)
def test_a_file_that_is_not_right_is_told_by_line_and_key(tmp_path: Path, text: str, told: str) -> None:
    path = write(tmp_path / "users.yaml", text)
    with pytest.raises(SettingError, match=told.removesuffix("$")) as raised:
        read_users(path)
    assert "secret" not in raised.value.message


def test_a_change_of_the_file_holds_at_once_and_a_missing_one_has_nobody(tmp_path: Path) -> None:
    users = Users(tmp_path / "users.yaml")
    assert users.find("ada") is None
    write_users(users.path, [Account("Ada", Role.reader, HASH)])
    found = users.find("ADA")
    assert found is not None
    assert found.role is Role.reader
    write_users(users.path, [])
    assert users.find("ada") is None
    users.path.write_text("users: nonsense")
    with pytest.raises(SettingError):
        users.find("ada")
    with pytest.raises(NobodyKnown):
        Roles(users, None).account("ada")


# passwords


def test_a_password_is_checked_and_nobody_costs_as_much_as_somebody() -> None:
    verified: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
            verified.append(str(hash))
            return super().verify(hash, password)

    passwords = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    kept = passwords.hash("pässword of ada")
    assert passwords.is_right("pässword of ada", kept), "the same letters, composed another way"
    assert not passwords.is_right("pässword of Ada", kept)
    assert not passwords.is_right("anything", None)
    assert not passwords.is_right("x" * 5000, kept)
    assert len(verified) == 4
    assert verified[2] != kept


def test_what_is_kept_is_as_costly_to_guess_as_the_rfc_asks() -> None:
    assert Passwords().hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize(
    "password", ["short", "x" * 300, "aaaaaaaaaaaaaaaa", "adalovelaceadalovelace", "ababababababab"]
)
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    with pytest.raises(UsageError, match="expected a password"):
        check_password(password, "adalovelace@example.org")
    check_password(PASSWORD, "adalovelace")
