"""The calls of docs/api.md, each run as it stands there against a live server that wants a key."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api_world import published_home
from tests.browser.site import serving
from tests.functional.places import copy_home, desk_at

from talentscope.web.signin.identity import User

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(bash|python|javascript)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
RUNNERS = {"bash": ["bash", "-euo", "pipefail"], "python": [sys.executable], "javascript": ["node"]}
ENDINGS = {"bash": "sh", "python": "py", "javascript": "mjs"}


class Closed:
    """Lets nobody in without a key."""

    def identify(self, request: Any) -> User | None:
        return None


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Variables of a program that asks a live server with a key of every scope but `operate`."""
    home = copy_home(published_home(tmp_path_factory, request.config), tmp_path_factory.mktemp("docs") / "h")
    with desk_at(home) as desk:
        _, secret = desk.keys.create("docs", ["read", "export", "write"], actor="tests")
    with serving(home, gate=Closed()) as site:
        yield {"TALENTSCOPE_URL": site.url, "TALENTSCOPE_KEY": secret}


def test_the_page_has_calls_in_each_language() -> None:
    assert {language for language, _ in BLOCKS} == set(RUNNERS)
    assert len(BLOCKS) >= 8


@pytest.mark.parametrize(("language", "text"), BLOCKS, ids=[f"{i}-{block[0]}" for i, block in enumerate(BLOCKS)])
def test_a_call_of_the_page_works(language: str, text: str, surroundings: dict[str, str], tmp_path: Path) -> None:
    script = tmp_path / f"call.{ENDINGS[language]}"
    script.write_text(text, encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **surroundings}  # noqa: TID251 - a process needs a path
    done = subprocess.run(
        [*RUNNERS[language], str(script)], env=environment, cwd=tmp_path, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout or list(tmp_path.glob("*.parquet")) or "raise_for_status" in text


def test_without_the_key_nothing_is_told(surroundings: dict[str, str]) -> None:
    answer = httpx.get(f"{surroundings['TALENTSCOPE_URL']}/api/v1/leads?brief=minecraft-modders")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert len(answer.headers["x-request-id"]) == 16


def test_the_statuses_on_the_page_are_those_of_the_document(surroundings: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {surroundings['TALENTSCOPE_KEY']}"}
    document = httpx.get(f"{surroundings['TALENTSCOPE_URL']}/openapi.json", headers=headers).json()
    described = {
        status for path in document["paths"].values() for call in path.values() for status in call["responses"]
    }
    told = {word for row in re.findall(r"^\| ([0-9, ]+) \|", PAGE, re.MULTILINE) for word in row.split(", ")}
    assert told <= described
    assert {status for status in described if status >= "400"} - told <= {"413", "415"}
