"""GitHub's own contracts and a sandbox to hold to them. Missing contracts fail every test here: they are no option."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import orjson
import pytest
from graphql import GraphQLSchema, build_schema

from talentscope.runtime.clock import FixedClock
from talentscope.sandbox.github.world import WorldSettings
from talentscope.sandbox.limits import UNLIMITED
from talentscope.sandbox.server import Running, start

CONTRACTS = Path(__file__).resolve().parents[2] / ".contracts"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
TOKEN = "good"
Json = dict[str, Any]


def contract(name: str) -> Path:
    path = CONTRACTS / name
    if not path.exists():
        pytest.fail(f"{path} is missing: run .venv/bin/python tools/fetch.py contracts (it needs npm)", pytrace=False)
    return path


def _nullable_to_union(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable: true` where JSON Schema says a type union."""
    if isinstance(node, list):
        return [_nullable_to_union(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _nullable_to_union(value) for key, value in node.items() if key != "nullable"}
    if node.get("nullable") is not True:
        return made
    if isinstance(made.get("type"), str) and "enum" not in made:
        return made | {"type": [made["type"], "null"]}
    return {"anyOf": [made, {"type": "null"}]}


class Contract:
    """GitHub's OpenAPI description, asked by path and status, or by the name of a schema."""

    def __init__(self, text: bytes) -> None:
        description = orjson.loads(text)
        self._paths = description["paths"]
        self._responses = description["components"]["responses"]
        self._schemas = _nullable_to_union(description["components"]["schemas"])
        self._validators: dict[str, jsonschema_rs.Validator] = {}

    def errors(self, body: Any, *, path: str, status: int = 200) -> list[str]:
        """What an answer of GET `path` breaks."""
        response = self._paths[path]["get"]["responses"][str(status)]
        if "$ref" in response:
            response = self._responses[response["$ref"].rsplit("/", 1)[1]]
        return self._broken(
            f"{path} {status}", _nullable_to_union(response["content"]["application/json"]["schema"]), body
        )

    def errors_of(self, body: Any, schema: str) -> list[str]:
        """What a body breaks of a schema by name."""
        return self._broken(schema, {"$ref": f"#/components/schemas/{schema}"}, body)

    def _broken(self, key: str, schema: Json, body: Any) -> list[str]:
        if key not in self._validators:
            whole = schema | {"components": {"schemas": self._schemas}}
            self._validators[key] = jsonschema_rs.validator_for(whole, validate_formats=True)
        return [
            f"{list(error.instance_path)}: {error.message[:300]}" for error in self._validators[key].iter_errors(body)
        ]


@pytest.fixture(scope="session")
def openapi() -> Contract:
    return Contract(contract("api.github.com.json").read_bytes())


@pytest.fixture(scope="session")
def whole_schema() -> GraphQLSchema:
    return build_schema(contract("schema.graphql").read_text(), assume_valid=True, assume_valid_sdl=True)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Running]:
    """One quiet world on GitHub's whole SDL, for tests that change nothing."""
    with start(
        WorldSettings(scale=3_000, seed=7, now=NOW), limits=UNLIMITED, schema=contract("schema.graphql")
    ) as running:
        yield running


@pytest.fixture
def api(sandbox: Running) -> Iterator[httpx.Client]:
    with client_of(sandbox) as client:
        yield client


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def begin(clock: FixedClock) -> Iterator[Callable[..., Running]]:
    """Starts small sandboxes of a test's own, on a clock that stands still, and stops them."""
    started: list[Running] = []

    def make(*faults: str, scale: int = 600, **settings: Any) -> Running:
        world = WorldSettings(scale=scale, seed=settings.pop("seed", 7), now=NOW)
        started.append(start(world, faults=faults, clock=settings.pop("clock", clock), **settings))
        return started[-1]

    yield make
    for running in started:
        running.stop()


def client_of(running: Running, *, token: str | None = TOKEN, base: str = "") -> httpx.Client:
    headers = {"User-Agent": "talentscope-tests", "Accept": "application/vnd.github+json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return httpx.Client(base_url=running.api_url + base, headers=headers)
