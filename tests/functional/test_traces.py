"""Traces: nothing is imported or sent unless a collector is set; then a run and a request are spans of the right shape.

The collector here is a local one that decodes with OpenTelemetry's own protobuf.
"""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from tests.functional.stage import TOKEN, Program, complaint
from tests.web_world import client, make_parts

from talentscope.runtime.tracing import span, trace_with
from talentscope.sandbox.server import Running
from talentscope.transport.telemetry import Telemetry

KEY = "watch-me-collector-key"


@dataclass
class Collector:
    """What came to POST /v1/traces, and with which headers."""

    endpoint: str
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)

    def spans(self) -> list[Span]:
        found = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        return [s for one in found for r in one.resource_spans for scope in r.scope_spans for s in scope.spans]

    def resources(self) -> list[dict[str, str]]:
        found = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        return [
            {a.key: a.value.string_value for a in r.resource.attributes} for one in found for r in one.resource_spans
        ]


@pytest.fixture
def collector() -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            packed = self.headers.get("content-encoding") == "gzip"
            made.bodies.append(gzip.decompress(body) if packed else body)
            made.headers.append({name.lower(): value for name, value in self.headers.items()})
            made.paths.add(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Collector(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def none_after() -> Iterator[None]:
    yield
    trace_with(None)


def facts(one: Span) -> dict[str, Any]:
    return {a.key: getattr(a.value, a.value.WhichOneof("value")) for a in one.attributes}


def test_a_run_is_a_span_with_its_stages_within(
    program: Program, world: Callable[..., Running], brief: Path, collector: Collector
) -> None:
    settings = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
        "OTEL_EXPORTER_OTLP_HEADERS": f"authorization=Bearer%20{KEY}",
    }
    answer = program.at(world()).with_settings(**settings).run(brief)
    assert answer.code == 0, answer.err
    run_id = re.search(r"run (\d{8}T\d{6}-\w+)", answer.err).group(1)  # type: ignore[union-attr]
    spans = {one.span_id: one for one in collector.spans()}
    (run,) = [one for one in spans.values() if one.name == "run talent"]
    assert facts(run) == {"talentscope.pipeline": "talent", "talentscope.run_id": run_id}
    assert not run.parent_span_id
    assert {"collect", "load", "transform", "publish", "check"} <= {one.name for one in spans.values()}
    for one in spans.values():
        assert one.trace_id == run.trace_id
        assert one is run or one.parent_span_id in spans
        assert run.start_time_unix_nano <= one.start_time_unix_nano <= one.end_time_unix_nano <= run.end_time_unix_nano
    (check,) = [one for one in spans.values() if one.name == "check"]
    assert spans[check.parent_span_id].name == "publish"
    loads = [facts(one) for one in spans.values() if one.name == "load"]
    assert sum(load["talentscope.rows"] for load in loads) > 100
    assert collector.paths == {"/v1/traces"}
    assert all(header["authorization"] == f"Bearer {KEY}" for header in collector.headers)
    assert all(resource["service.name"] == "talentscope" for resource in collector.resources())
    assert not any(TOKEN.encode() in body for body in collector.bodies)
    assert KEY not in answer.err


def test_a_request_is_a_span_that_names_nobody(collected: Path, collector: Collector) -> None:
    telemetry = Telemetry(collector.endpoint)
    trace_with(lambda: telemetry)
    web = client(make_parts(collected))
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    web.get("/developers/ada-lovelace?q=ada", headers={"traceparent": f"00-{trace}-{parent}-01"})
    web.get("/healthz")
    web.get("/metrics")
    telemetry.close()
    (one,) = collector.spans()
    assert one.name == "GET /developers/{login}"
    assert one.kind == Span.SPAN_KIND_SERVER
    assert (one.trace_id.hex(), one.parent_span_id.hex()) == (trace, parent)
    assert facts(one) == {
        "http.request.method": "GET",
        "http.route": "/developers/{login}",
        "http.response.status_code": 404,
    }
    assert not any(b"ada" in body for body in collector.bodies)


def test_of_an_error_only_its_kind_is_told(collector: Collector) -> None:
    telemetry = Telemetry(collector.endpoint)
    trace_with(lambda: telemetry)
    with pytest.raises(RuntimeError), span("collect"):
        raise RuntimeError("about ada@example.org")
    telemetry.close()
    (one,) = collector.spans()
    assert one.status.code == Status.STATUS_CODE_ERROR
    assert facts(one) == {"error.type": "RuntimeError"}
    assert not any(b"ada" in body for body in collector.bodies)


def test_headers_that_cannot_be_read_are_told_without_them(program: Program, brief: Path, sandbox: Running) -> None:
    settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_EXPORTER_OTLP_HEADERS": KEY}
    said = complaint(program.at(sandbox).with_settings(**settings).run(brief), code=2)
    assert "OTEL_EXPORTER_OTLP_HEADERS: expected name=value" in said
    assert KEY not in said


def test_an_address_that_is_none_is_told(program: Program, brief: Path, sandbox: Running) -> None:
    said = complaint(program.at(sandbox).with_settings(OTEL_EXPORTER_OTLP_ENDPOINT="collector:4318").run(brief), code=2)
    assert "OTEL_EXPORTER_OTLP_ENDPOINT: Value error, expected http:// or https:// and a host" in said


def test_without_the_libraries_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from talentscope.runtime.errors import SettingError

    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingError, match="not installed") as caught:
        Telemetry("http://127.0.0.1:9")
    assert "talentscope[otel]" in caught.value.way_out


SILENT = """
import sys
from talentscope import cli
from talentscope.runtime.tracing import span
sys.argv = ["talentscope", "topics", "--help"]
try:
    cli.main()
except SystemExit:
    pass
with span("collect"):
    pass
import dlt, sqlmesh
loaded = [name for name in sys.modules if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter"))]
assert loaded == [], loaded
"""


def test_where_no_collector_is_set_nothing_of_it_is_imported(tmp_path: Path) -> None:
    alone = {"HOME": str(tmp_path)}
    answer = subprocess.run([sys.executable, "-c", SILENT], env=alone, cwd=tmp_path, capture_output=True, check=False)
    assert answer.returncode == 0, answer.stderr
