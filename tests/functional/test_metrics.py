"""`/metrics` as Prometheus reads it: its format, its names, what it says of data and desk, who may read it, and the
alert rules over it. And the log line of a request, which names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs
from tests.functional.places import break_desk, copy_home
from tests.web_world import client, make_parts

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.secrets import Secrets
from talentscope.web.app import create_app
from talentscope.web.parts import Parts
from talentscope.web.signin.identity import User

RULES = Path(__file__).resolve().parents[2] / "deploy" / "observability" / "alerts.yaml"
DOCS = Path(__file__).resolve().parents[2] / "docs" / "observability.md"
TOKEN = "a-token-for-prometheus"
Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def parts(collected: Path, tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """The page over a collected world, an hour later, with a run that failed and a request that is overdue."""
    home = copy_home(collected, tmp_path_factory.mktemp("metrics") / "home")
    clock = FixedClock(datetime.now(UTC) - timedelta(days=40))
    made = make_parts(home, clock=clock)
    made.desk.requests.submit("object", login="somebody")
    late = FixedClock(datetime.now(UTC) + timedelta(hours=1))
    made = make_parts(home, clock=late)
    made.desk.requests.submit("object", login="somebody-else")
    end = late.now() - timedelta(minutes=5)
    made.desk.past_runs.note("companies", started_at=end - timedelta(seconds=90), ended_at=end, code=1)
    made.desk.past_runs.note("talent", started_at=end - timedelta(seconds=60), ended_at=end, code=0)
    return made


@pytest.fixture(scope="module")
def said(parts: Parts) -> str:
    web = client(parts)
    web.get("/leads")
    web.get("/developers/somebody-nobody-knows")
    answer = web.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return answer.text


def samples_of(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """By Prometheus' own parser, which refuses what is malformed."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture(scope="module")
def samples(said: str) -> Samples:
    return samples_of(said)


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples[f"talentscope_{name}", frozenset(labels.items())]


def test_names_follow_the_conventions(said: str) -> None:
    families = list(text_string_to_metric_families(said))
    assert len(families) > 25
    for family in families:
        assert family.name.startswith(("talentscope_", "process_")), family.name
        assert family.documentation
        assert re.fullmatch(r"[a-z_]+", family.name)
        assert not re.search(r"_(ms|minutes|hours|days|kb|mb|percent)\b", family.name), "base units only"
        for sample in family.samples:
            assert family.type != "counter" or sample.name.endswith("_total"), sample.name
    assert len({family.name for family in families}) == len(families)


def test_it_tells_how_data_and_runs_stand(samples: Samples, parts: Parts) -> None:
    assert value(samples, "snapshot_up") == 1
    assert 3600 <= value(samples, "snapshot_age_seconds") < 6 * 3600
    with parts.reader.read() as reading:
        path = parts.settings.home / "snapshots" / reading.name
        rows = reading.connection.execute("SELECT reported, read, missing FROM coverage").fetchall()
        owners = reading.connection.execute("SELECT count(*) FROM developers").fetchall()[0][0]
    assert value(samples, "snapshot_size_bytes") == path.stat().st_size
    for index, name in enumerate(("reported", "read", "missing")):
        assert value(samples, f"coverage_{name}_repositories") == sum(row[index] for row in rows)
    assert value(samples, "coverage_worst_missing_ratio") == max(row[2] / row[0] for row in rows if row[0])
    assert value(samples, "coverage_queries") == len(rows)
    assert value(samples, "owners") == owners
    assert value(samples, "run_duration_seconds", pipeline="talent", state="done") > 0
    assert value(samples, "run_end_timestamp_seconds", pipeline="talent", state="done") <= datetime.now(UTC).timestamp()
    assert value(samples, "source_age_seconds", source="github") >= 3600


def test_it_tells_what_github_left_us(samples: Samples) -> None:
    for resource in ("search", "graphql"):
        left, limit = (value(samples, f"budget_{name}", resource=resource) for name in ("remaining", "limit"))
        assert 0 <= left <= limit
        assert limit > 0


def test_it_tells_of_desk_and_schedule(samples: Samples) -> None:
    assert value(samples, "desk_up") == 1
    assert value(samples, "privacy_requests", state="open") == 2
    assert value(samples, "privacy_requests", state="overdue") == 1
    assert value(samples, "schedule_failing", entry="companies") == 1
    assert value(samples, "schedule_failing", entry="talent") == 0
    assert value(samples, "schedule_last_duration_seconds", entry="companies") == 90
    assert ("talentscope_schedule_last_done_timestamp_seconds", frozenset({("entry", "companies")})) not in samples


def test_requests_are_counted_by_route_and_name_nobody(samples: Samples, said: str) -> None:
    assert value(samples, "http_requests_total", method="GET", route="/leads", status="200") == 1
    assert value(samples, "http_request_duration_seconds_count", method="GET", route="/leads") == 1
    assert "somebody" not in said


def test_strangers_cannot_invent_series(parts: Parts) -> None:
    web = client(parts)
    for number in range(20):
        web.request(f"METHOD{number}", f"/no/such/{number}")
    found = samples_of(web.get("/metrics").text)
    routes = {dict(labels).get("route") for name, labels in found if name == "talentscope_http_requests_total"}
    assert routes == {"none"}
    assert {dict(labels)["method"] for name, labels in found if name == "talentscope_http_requests_total"} == {"OTHER"}


def test_process_memory_is_there(samples: Samples) -> None:
    assert samples["process_resident_memory_bytes", frozenset()] > 10_000_000


def test_nothing_published_and_no_desk_are_told_not_crashed(tmp_path: Path) -> None:
    made = make_parts(tmp_path)
    found = samples_of(client(made).get("/metrics").text)
    assert value(found, "snapshot_up") == 0
    assert value(found, "desk_up") == 1
    assert not any(name.startswith("talentscope_coverage") for name, _ in found)
    made.desk.close()
    break_desk(tmp_path)
    found = samples_of(client(made).get("/metrics").text)
    assert value(found, "desk_up") == 0


# -- who may read it -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Closed:
    """A gate that knows nobody."""

    def identify(self, request: object) -> User | None:
        return None


def test_where_signing_in_is_needed_it_takes_the_token_or_a_key(parts: Parts) -> None:
    token = Secrets(parts.clock).token(TOKEN, setting="TALENTSCOPE_METRICS_TOKEN")
    web = client(replace(parts, gate=Closed(), metrics_token=token))
    assert web.get("/metrics").status_code == 401
    assert web.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 401
    assert web.get("/metrics", headers={"Authorization": f"Basic {TOKEN}"}).status_code == 401
    assert web.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert web.get("/leads", headers={"Authorization": f"Bearer {TOKEN}"}).status_code != 200, "of metrics only"
    _, key = parts.desk.keys.create("prometheus", scopes=["read"], actor="ada")
    assert web.get("/metrics", headers={"Authorization": f"Bearer {key}"}).status_code == 200


def test_without_a_token_set_none_is_right(parts: Parts) -> None:
    web = client(replace(parts, gate=Closed()))
    for given in ("", "None", "null"):
        assert web.get("/metrics", headers={"Authorization": f"Bearer {given}"}).status_code == 401


# -- the rules -------------------------------------------------------------------------------------------------------


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def selectors(expression: str) -> Iterator[Any]:
    """Every vector selector of a PromQL expression, by a PromQL parser."""
    found: list[Any] = [promql_parser.parse(expression)]
    while found:
        node = found.pop()
        if isinstance(node, promql_parser.VectorSelector):
            yield node
        for name in ("lhs", "rhs", "expr", "args", "param", "vector_selector", "vs"):
            inner = getattr(node, name, None)
            found.extend(inner if isinstance(inner, list) else [] if inner is None else [inner])


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_every_name_and_label_of_a_rule_is_one_that_we_give(rule: dict[str, Any], samples: Samples) -> None:
    known = {name: {label for key, labels in samples if key == name for label, _ in labels} for name, _ in samples}
    named = list(selectors(rule["expr"]))
    assert named, rule["expr"]
    for selector in named:
        assert selector.name in known, selector.name
        for matcher in selector.matchers.matchers:
            assert matcher.name in known[selector.name], f"{selector.name} has no label {matcher.name}"
    for label in re.findall(r"\$labels\.(\w+)", str(rule["annotations"])):
        assert all(label in known[selector.name] for selector in named)
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["way_out"]
    assert rule["labels"]["severity"] in {"page", "ticket"}


def test_every_metric_is_on_the_page_of_docs(said: str) -> None:
    page = DOCS.read_text()
    names = {family.name for family in text_string_to_metric_families(said) if family.name.startswith("talentscope_")}
    assert [name for name in sorted(names) if name not in page] == []
    for rule in rules():
        assert rule["alert"] in page


# -- the log line of a request ---------------------------------------------------------------------------------------


def test_a_request_is_one_line_that_names_nobody(parts: Parts) -> None:
    web = client(parts)
    trace = "0af7651916cd43dd8448eb211c80319c"
    with capture_logs() as logged:
        web.get("/developers/ada-lovelace?q=ada@example.org", headers={"traceparent": f"00-{trace}-{trace[:16]}-01"})
        web.get("/healthz")
        web.get("/metrics")
    lines = [line for line in logged if line["event"] == "request"]
    assert len(lines) == 1, "machines that ask every few seconds are not told"
    (line,) = lines
    assert "ada" not in str(line)
    assert (line["method"], line["route"], line["status"]) == ("GET", "/developers/{login}", 404)
    assert line["role"] == "operator"
    assert line["ms"] > 0
    assert line["log_level"] == "info"


def test_signed_out_is_a_visitor(parts: Parts) -> None:
    with capture_logs() as logged:
        client(replace(parts, gate=Closed())).get("/leads")
    assert [line["role"] for line in logged if line["event"] == "request"] == ["visitor"]


def test_a_request_that_fails_is_an_error_that_names_nobody(parts: Parts) -> None:
    app = create_app(parts)

    def crash(login: str) -> str:
        raise RuntimeError(f"about {login}")

    app.add_api_route("/crash/{login}", crash)
    web = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    with capture_logs() as logged:
        assert web.get("/crash/ada-lovelace").status_code == 500
    assert [(line["event"], line["log_level"], line["route"]) for line in logged] == [
        ("request failed", "error", "/crash/{login}"),
        ("request", "info", "/crash/{login}"),
    ]
    assert "ada" not in str(logged)
    assert logged[0]["request_id"] == logged[1]["request_id"]
