"""Upstreams of companies in memory: answers by path, recorded answers, JSON of any shape; no real person is in it."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import strategies as st
from tests.answers import visit

from talentscope.registry.company import Board, Company, Dated
from talentscope.registry.observation import Findings, Metric, Observation
from talentscope.runtime.clock import FixedClock
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

TODAY = date(2026, 11, 21)  # a Saturday
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)

Answer = object | httpx.Response | Exception
DATA = Path(
    os.environ.get("TALENTSCOPE_TEST_DATA")  # noqa: TID251 - where the data lies is no setting of the product
    or Path(__file__).resolve().parents[2] / "shared" / "data"
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
"""Any JSON, and the numbers that only hostile writers of JSON send."""


def mangled(example: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The example, or the example with one field missing or holding anything else."""
    missing = object()

    def change(name: str, value: object) -> dict[str, Any]:
        changed = {**example, name: value}
        return {key: kept for key, kept in changed.items() if kept is not missing}

    return st.just(dict(example)) | st.builds(change, st.sampled_from(sorted(example)), st.just(missing) | JSON)


class Paths(httpx.BaseTransport):
    """Answers by path, whatever the query; 404 for every other path. `asked` are the requests but for robots.txt."""

    def __init__(self, answers: Mapping[str, Answer | Callable[[httpx.Request], object]]) -> None:
        self.answers = dict(answers)
        self.asked: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path != "/robots.txt":
            self.asked.append(request)
        answer = self.answers.get(path, httpx.Response(404, content=b"{}"))
        if callable(answer) and not isinstance(answer, httpx.Response):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return httpx.Response(200, content=json.dumps(answer).encode())


def calm(transport: httpx.BaseTransport, site: Site, clock: FixedClock | None = None) -> Visitor:
    """A visitor whose waits cost no time."""
    return visit(transport, of=site, clock=clock or FixedClock(NOW))


def employer(*boards: Board, **fields: Any) -> Company:
    """An invented company."""
    usual: dict[str, Any] = {
        "name": "Acme",
        "cik": "0000000042",
        "tickers": (Dated("ACME"),),
        "website": "acme.example",
    }
    return Company("acme", **{**usual, "boards": boards, **fields})


def facts(findings: Findings) -> dict[tuple[str, Metric], Observation]:
    """Observations by subject and metric; each is there once."""
    found = {(one.subject, one.metric): one for one in findings.observations}
    assert len(found) == len(findings.observations)
    return found


def recorded(name: str) -> Any:
    """A recorded answer of a board. Skips, and says why, where there is none."""
    path = DATA / "companies" / "ats" / name
    if not path.exists():
        pytest.skip(f"no recordings at {path.parent}: set TALENTSCOPE_TEST_DATA to the folder of the test data")
    return json.loads(gzip.decompress(path.read_bytes()))
