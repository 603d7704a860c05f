"""The API over a published world: one that all read, copies that belong to one test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.api_world import published_home
from tests.functional.api.asking import SAME, Doorkeeper, running_over
from tests.functional.places import copy_home
from tests.web_world import client, make_parts


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    """The app over the world, for tests that only read."""
    home = tmp_path_factory.mktemp("api") / "home"
    copy_home(published_home(tmp_path_factory, request.config), home)
    yield from running_over(home)


@pytest.fixture
def home(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A copy of the world that belongs to one test."""
    return copy_home(published_home(tmp_path_factory, request.config), tmp_path / "home")


@pytest.fixture
def own(home: Path) -> Iterator[TestClient]:
    """The app over a copy of the world that belongs to one test."""
    yield from running_over(home)


@pytest.fixture
def guarded(home: Path) -> Iterator[TestClient]:
    """The app where a header says the role."""
    parts = make_parts(home, gate=Doorkeeper())
    with client(parts) as running:
        running.headers.update(SAME)
        yield running
    parts.reader.close()
    parts.desk.close()
