"""A file of users, and the app that asks them for a password."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.signin_world import HASH, Page

from talentscope.web.signin.identity import Role
from talentscope.web.signin.users import Account, write_users


@pytest.fixture
def home(tmp_path: Path) -> Path:
    names = (("ada", Role.operator), ("bob", Role.recruiter), ("cleo", Role.reader))
    people = [Account(name, role, HASH) for name, role in names]
    write_users(tmp_path / "users.yaml", [*people, Account("grace@example.org", Role.recruiter)])
    return tmp_path


@pytest.fixture
def site(home: Path) -> Page:
    return Page(home, TALENTSCOPE_SIGN_IN="password")
