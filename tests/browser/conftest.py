"""A published world, the page over it, and a browser that is watched in every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.api_world import published_home
from tests.browser.furnish import Furnished, furnish
from tests.browser.pages import is_listening
from tests.browser.site import Site, copy_home, serving
from tests.browser.watch import Watch

from talentscope.runtime.clock import SystemClock
from talentscope.web.jobs import Jobs

ROOT = Path(__file__).parents[2]
CHROMIUM = ROOT / ".venv" / "chromium"
VENDORED = ROOT / "src" / "talentscope" / "web" / "static" / "vendor" / "ready"
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # what goes elsewhere fails, and is told by the watch
]
PATIENCE_MS = 15_000
OpenPage = Callable[..., Page]

expect.set_options(timeout=PATIENCE_MS)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Known when this folder is named on the command line."""
    parser.addoption("--worlds", help="keep the browser tests' worlds in this folder and use them again")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium that `make test` found."""
    found = Path(CHROMIUM.read_text().strip()) if CHROMIUM.exists() else Path("/usr/bin/chromium")
    if not found.exists():
        pytest.fail(f"the browser tests need a Chromium: `make {CHROMIUM.relative_to(ROOT)}` finds or installs one")
    if not VENDORED.exists():
        pytest.fail(f"the page's scripts are not there: `make {VENDORED.relative_to(ROOT)}` fetches them")
    return {**browser_type_launch_args, "executable_path": str(found), "args": QUIET}


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A folder with `home` and `hostile`, made once for all workers of this test session. Read only."""
    return published_home(tmp_path_factory, request.config).parent


@pytest.fixture(scope="session")
def site(worlds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The page over the world, shared by tests that only read."""
    with serving(copy_home(worlds / "home", tmp_path_factory.mktemp("site") / "home")) as running:
        yield running


@dataclass(frozen=True)
class FurnishedSite:
    """A site with a desk that a team has worked at."""

    site: Site
    there: Furnished


@pytest.fixture(scope="session")
def furnished(worlds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FurnishedSite]:
    """The page over the world and a desk in use, shared by tests that only read."""
    home = copy_home(worlds / "home", tmp_path_factory.mktemp("furnished") / "home")
    with serving(home, others={"jobs": Jobs(home, SystemClock())}) as running:
        yield FurnishedSite(running, furnish(running.parts))


@pytest.fixture
def desk_site(worlds: Path, tmp_path: Path) -> Iterator[Site]:
    """The page over a copy of the world that belongs to one test, which may write to its desk."""
    with serving(copy_home(worlds / "home", tmp_path / "home")) as running:
        yield running


@pytest.fixture(scope="session")
def hostile_site(worlds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The page over a world in which every text of a stranger means harm."""
    home = copy_home(worlds / "hostile", tmp_path_factory.mktemp("hostile") / "home")
    with serving(home, others={"jobs": Jobs(home, SystemClock())}) as running:
        yield running


@pytest.fixture
def watches() -> Iterator[list[Watch]]:
    """The watches of this test's contexts; what they saw is held against the test at its end."""
    made: list[Watch] = []
    yield made
    troubles = [trouble for watch in made for trouble in watch.left()]
    assert troubles == []


@pytest.fixture
def open_page(browser: Browser, watches: list[Watch]) -> Iterator[OpenPage]:
    """Opens a page of a site in a fresh browser context: open_page(site, "/leads", width=360, theme="dark")."""
    contexts = []

    def make(site: Site, path: str = "", *, width: int = 1440, height: int = 900, theme: str = "light",
             has_scripts: bool = True, **options: Any) -> Page:  # fmt: skip
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            java_script_enabled=has_scripts,
            locale="en-GB",
            timezone_id="UTC",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        watch = Watch(site.url.removeprefix("http://"))
        watch.over(context)
        watches.append(watch)
        page = context.new_page()
        if path:
            page.goto(path)
            if has_scripts:
                is_listening(page)
        return page

    yield make
    for context in contexts:
        context.close()
