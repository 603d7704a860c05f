"""What a run is doing, for logs and traces: each line of a run carries its id, each stage is a span if traces are on.

Nothing is traced unless a tracer was put in (by setting, in transport/telemetry.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import structlog

Fact = str | int | float | bool


class Note(Protocol):
    """Adds facts to the span that is open."""

    def __call__(self, **facts: Fact) -> None:
        """They must not name a person."""
        ...


class Tracer(Protocol):
    """Opens spans."""

    def span(self, name: str, facts: dict[str, Fact]) -> AbstractContextManager[Note]:
        """A span around the block; an error that leaves the block is noted in it, by its kind."""
        ...


class _Tracing:
    tracer: Tracer | None = None
    opener: Callable[[], Tracer | None] | None = None


def trace_with(opener: Callable[[], Tracer | None] | None) -> None:
    """From now on in this process, spans are opened by what `opener` gives when the first is wanted.

    None: by nobody.
    """
    _Tracing.tracer, _Tracing.opener = None, opener


@contextmanager
def span(name: str, **facts: Fact) -> Iterator[Note]:
    """A stage of the work; `facts`, and what is noted within, must not name a person."""
    opener, _Tracing.opener = _Tracing.opener, None
    if opener is not None:
        _Tracing.tracer = opener()
    if _Tracing.tracer is None:
        yield _nowhere
        return
    with _Tracing.tracer.span(name, facts) as note:
        yield note


@contextmanager
def run_of(pipeline: str, run_id: str) -> Iterator[None]:
    """A run: the log lines within carry its id, and those after it until the next run begins, which tell its end."""
    structlog.contextvars.bind_contextvars(pipeline=pipeline, run_id=run_id)
    with span(f"run {pipeline}", pipeline=pipeline, run_id=run_id):
        yield


def leave_run() -> None:
    """Lines from now on belong to no run, until the next begins."""
    structlog.contextvars.unbind_contextvars("pipeline", "run_id")


def _nowhere(**_: Fact) -> None:
    """A note of a span that is none."""
