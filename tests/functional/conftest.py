"""Data directories for functional tests: one collected once and shared by all workers, and fresh ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from tests.functional import places
from tests.functional.live_page import Page
from tests.functional.market import CHOSEN
from tests.functional.stage import EVERYTHING, Program, Rows, fresh, read_rows, sandbox_at
from tests.postgres import postgres_url, session_folder  # noqa: F401 - fixtures
from tests.web_world import As, Desktop, client, make_parts

from talentscope.cli.stage import to_employers
from talentscope.registry.read import Registry, read_registry
from talentscope.registry.write import write_registry
from talentscope.sandbox.server import Running
from talentscope.web.parts import Parts
from talentscope.web.signin.identity import Role


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A folder that every worker of this test session sees."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if hasattr(request.config, "workerinput") else base) / "functional"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session", autouse=True)
def server_of_the_session(request: pytest.FixtureRequest) -> None:
    """Where data directories have their databases, when the session is to run on PostgreSQL."""
    if places.IS_POSTGRES:
        places.on_server(request.getfixturevalue("postgres_url"))


@pytest.fixture(autouse=True)
def connections() -> Iterator[None]:
    """No test keeps connections of the server to itself when it is over."""
    yield
    places.let_go()


@pytest.fixture(scope="session")
def now(shared_folder: Path) -> datetime:
    """The moment at which the invented world of this test session stands: the same for all workers."""
    with FileLock(shared_folder / "now.lock"):
        path = shared_folder / "now"
        if not path.exists():
            path.write_text(datetime.now(UTC).replace(microsecond=0).isoformat())
        return datetime.fromisoformat(path.read_text())


@pytest.fixture(scope="session")
def brief(shared_folder: Path) -> Path:
    """A brief that finds some hundreds of repositories."""
    with FileLock(shared_folder / "brief.lock"):
        path = shared_folder / "everything.yaml"
        path.write_text(EVERYTHING)
    return path


@pytest.fixture(scope="session")
def sandbox(now: datetime) -> Iterator[Running]:
    """A GitHub on a good day."""
    with sandbox_at(now) as running:
        yield running


@pytest.fixture(scope="session")
def collected(shared_folder: Path, sandbox: Running, brief: Path) -> Path:
    """A data directory after one undisturbed run. Read only: copy it (`copied`) to change it."""
    home = shared_folder / "collected" / "home"
    with FileLock(shared_folder / "collected.lock"):
        if not home.exists():
            answer = fresh(home).at(sandbox).run(brief)
            assert answer.code == 0, answer.err
    return home


@pytest.fixture(scope="session")
def undisturbed(collected: Path) -> Rows:
    """The rows of one undisturbed run."""
    return read_rows(collected)


@pytest.fixture
def reader(collected: Path) -> Program:
    """The program over the shared data directory, for commands that only read."""
    return fresh(collected)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program with a data directory that does not exist yet, and a token; aim it with `.at(sandbox)`."""
    return fresh(tmp_path / "home")


@pytest.fixture
def copied(tmp_path: Path, collected: Path) -> Program:
    """The program over its own copy of the collected data directory."""
    places.copy_home(collected, tmp_path / "home")
    return fresh(tmp_path / "home")


@pytest.fixture
def world(now: datetime) -> Iterator[Callable[..., Running]]:
    """Makes a GitHub with faults and limits of its own, of the same world as `sandbox`."""
    opened: list[Running] = []

    def make(*faults: str, **options: object) -> Running:
        opened.append(sandbox_at(now, *faults, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield make
    for running in opened:
        running.stop()


@pytest.fixture(scope="session")
def registry(shared_folder: Path) -> Registry:
    """A few companies of the shipped registry, each with a difficulty of its own."""
    shipped = read_registry()
    with FileLock(shared_folder / "registry.lock"):
        return write_registry(
            [company for company in shipped.companies if company.company_id in CHOSEN], shared_folder / "registry.csv"
        )


@pytest.fixture(scope="session")
def make_market(now: datetime, registry: Registry) -> Iterator[Callable[..., Running]]:
    """Makes a sandbox that plays these companies, with faults of its own."""
    opened: list[Running] = []

    def make(*faults: str, at: datetime = now, **options: Any) -> Running:
        employers = to_employers(registry, today=at.date())
        opened.append(sandbox_at(at, *faults, scale=300, employers=employers, **options))
        return opened[-1]

    yield make
    for running in opened:
        running.stop()


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A data directory in which nothing is."""
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
def seat() -> Iterator[Callable[..., Desktop]]:
    """Seats somebody before the page over a data directory: seat(home, role, name), and settings of the page."""
    made: list[Parts] = []

    def make(home: Path, role: Role | None, name: str = "", **web: object) -> Desktop:
        parts = make_parts(home, gate=As(role, name))
        made.append(replace(parts, web=parts.web.model_copy(update=web)))
        return Desktop(made[-1], client(made[-1]))

    yield make
    for parts in made:
        parts.reader.close()
        parts.desk.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Page]]:
    made: list[Page] = []

    def make(program: Program, *words: str) -> Page:
        made.append(Page(program, *(words or ("serve",))))
        return made[-1]

    yield make
    for page in made:
        if page.process.poll() is None:
            page.process.kill()
            page.process.communicate()
