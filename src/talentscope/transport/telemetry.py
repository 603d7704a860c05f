"""Traces to an OpenTelemetry collector, when its address is set; else nothing of this is even imported.

The libraries come with the extra `otel`. The provider is our own and not the process's: what other libraries would
trace goes nowhere. Of an error only its kind is told, since its message may name somebody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from talentscope import __version__
from talentscope.runtime.errors import SettingError
from talentscope.runtime.tracing import Fact, Note

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

PATIENCE_SECONDS = 5.0
"""With the collector; one that is away must not hold up the end of a run."""

NAMES = {"method": "http.request.method", "route": "http.route", "status": "http.response.status_code"}
"""Facts with a name of their own elsewhere. Rule: https://opentelemetry.io/docs/specs/semconv/http/http-spans/"""


class Telemetry:
    """A tracer (runtime/tracing.py) that sends its spans to a collector over OTLP/HTTP, in the background."""

    def __init__(self, endpoint: str, *, headers: str = "") -> None:
        """`endpoint` without the signal's path; `headers` as OTEL_EXPORTER_OTLP_HEADERS has them.

        Raises SettingError if the libraries are not installed or the headers cannot be read.
        """
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError as error:
            raise SettingError(
                "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry's libraries are not installed",
                way_out="pip install 'talentscope[otel]', or leave the setting empty",
            ) from error
        exporter = OTLPSpanExporter(
            endpoint=f"{endpoint}/v1/traces", headers=_read_headers(headers), timeout=PATIENCE_SECONDS
        )
        resource = Resource.create({"service.name": "talentscope", "service.version": __version__})
        self._provider: TracerProvider = TracerProvider(resource=resource)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("talentscope", __version__)

    def close(self) -> None:
        """Send what is left. Called by itself when the process ends."""
        self._provider.shutdown()

    @contextmanager
    def span(self, name: str, facts: dict[str, Fact]) -> Iterator[Note]:
        """See runtime/tracing.py. A fact `parent` is a W3C traceparent; a noted fact `name` renames the span."""
        from opentelemetry.trace import SpanKind, StatusCode

        parent = str(facts.pop("parent", ""))
        kind = SpanKind.SERVER if "method" in facts else SpanKind.INTERNAL
        opened = self._tracer.start_as_current_span(
            name, context=_context(parent), kind=kind, record_exception=False, set_status_on_exception=False
        )
        with opened as span:
            _note(span, facts)
            try:
                yield lambda **more: _note(span, more)
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(StatusCode.ERROR)
                raise


def _note(span: Span, facts: dict[str, Fact]) -> None:
    for name, value in facts.items():
        if name == "name":
            span.update_name(str(value))
        else:
            span.set_attribute(NAMES.get(name, f"talentscope.{name}"), value)


def _context(parent: str) -> Any:
    if not parent:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": parent})


def _read_headers(text: str) -> dict[str, str]:
    """Rule: https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables"""
    headers = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, found, value = pair.partition("=")
        if not found or not name.strip():
            raise SettingError(
                "OTEL_EXPORTER_OTLP_HEADERS: expected name=value, comma separated, came something else",
                way_out="percent-encode commas and spaces within a value",
            )
        headers[name.strip().lower()] = unquote(value.strip())
    return headers
