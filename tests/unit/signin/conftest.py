"""A clock that tests move, and sessions that go by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.signin.pieces import START, make_sessions

from talentscope.runtime.clock import FixedClock
from talentscope.web.signin.sessions import Sessions


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def sessions(tmp_path: Path, clock: FixedClock) -> Sessions:
    return make_sessions(tmp_path, clock)
