"""The API against its own OpenAPI document: whatever is sent, no server error, and answers as the document says."""

from __future__ import annotations

import importlib
import pkgutil
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.api_world import published_home
from tests.web_world import client, make_parts

from talentscope.desk.desk import Desk
from talentscope.desk.shortlist import Candidate
from talentscope.web import api
from talentscope.web.api.docs import describe

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 12
BRIEF = "minecraft-modders"


def _document() -> dict[str, Any]:
    app = FastAPI()
    for item in pkgutil.iter_modules(api.__path__):
        module = importlib.import_module(f"{api.__name__}.{item.name}")
        if hasattr(module, "router"):
            app.include_router(module.router)
    return describe(app)


SCHEMA = schemathesis.openapi.from_dict(
    _document(), config=SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
)
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}


@dataclass(frozen=True)
class World:
    """The app, and things that are there: by the names of path parameters."""

    client: TestClient
    desk: Desk
    there: Mapping[str, Any]

    def prepare(self) -> None:
        """Put back what an earlier call may have taken away."""
        number, one = self.there["shortlist_id"], Candidate(self.there["github_id"], self.there["login"], 50.0)
        self.desk.shortlists.reopen(number, actor="tests")
        self.desk.shortlists.add(number, [one], actor="tests")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[World]:
    """The app over a data directory of its own: calls that write are sent too."""
    home = tmp_path_factory.mktemp("api") / "home"
    shutil.copytree(published_home(tmp_path_factory, request.config), home)
    parts = make_parts(home)
    number = parts.desk.shortlists.create("One", actor="tests")
    with parts.reader.read() as reading:
        found = reading.connection.execute(
            "SELECT github_id, login, (SELECT run_id FROM runs LIMIT 1) FROM developers WHERE excluded_rule IS NULL"
            " ORDER BY followers DESC LIMIT 1"
        ).fetchone()
    assert found is not None
    github_id, login, run_id = found
    there = {"shortlist_id": number, "github_id": github_id, "login": login, "run_id": run_id, "topic": "minecraft"}
    with client(parts) as running:
        yield World(running, parts.desk, {"name": BRIEF, "company_id": "nvidia", **there})
    parts.reader.close()
    parts.desk.close()


def _cases() -> Iterator[tuple[str, GenerationMode]]:
    for label, operation in sorted(OPERATIONS.items()):
        yield label, GenerationMode.POSITIVE
        if operation.query or operation.path_parameters or operation.body:  # else nothing can be wrong about it
            yield label, GenerationMode.NEGATIVE


@pytest.mark.parametrize(("label", "mode"), list(_cases()), ids=str)
def test_whatever_is_sent_the_answer_is_as_described(label: str, mode: GenerationMode, world: World) -> None:
    strategy = st.tuples(OPERATIONS[label].as_strategy(generation_mode=mode), st.booleans())

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn=strategy)
    def ask(drawn: tuple[Case, bool]) -> None:
        case, is_there = drawn
        if is_there:
            world.prepare()
            aim(case, world.there)
        case.headers = {**(case.headers or {}), "Sec-Fetch-Site": "same-origin"}
        response = world.client.request(**case.as_transport_kwargs(base_url="http://127.0.0.1"))
        case.validate_response(response, checks=CHECKS)

    ask()


def aim(case: Case, there: Mapping[str, Any]) -> None:
    """The same call about something that is there: most invented names are not."""
    case.path_parameters = {name: there.get(name, value) for name, value in (case.path_parameters or {}).items()}
    if case.operation.path in {"/api/v1/leads", "/api/v1/developers/{login}"} and case.method == "GET":
        case.query = {**(case.query or {}), "brief": BRIEF}
