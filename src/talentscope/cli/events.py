"""A watcher that writes what a run tells to a file, for the page; and several watchers as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer

from talentscope.cli.show import Bars, plain, warn
from talentscope.cli.stop import STOPPED_BY_HAND, Stop, Terminated
from talentscope.pipelines.talent.plan import Estimate
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import OutOfBudget, TalentscopeError
from talentscope.runtime.events import EventLog
from talentscope.transport.budget import Wait

OFTEN = timedelta(seconds=0.5)
"""Steps of progress are gathered for so long: a line for each would be a file of millions."""

SHORTEST_WAIT = 2.0
KEPT = "what was stored is kept, the next run goes on from there"


class Events:
    """Tells of a run in a file, or nobody when there is none."""

    def __init__(self, log: EventLog | None = None) -> None:
        self._log = log
        self._spent: Callable[[], Mapping[str, int]] = dict
        self._gathered, self._told_at = 0, datetime.min.replace(tzinfo=UTC)
        self._has_ended = False

    def count_by(self, spent: Callable[[], Mapping[str, int]]) -> None:
        """Where to ask how many requests were made so far."""
        self._spent = spent

    def estimate(self, estimate: Estimate) -> None:
        """The cost, before it is spent."""
        self._write("estimate", **asdict(estimate))

    def stage(self, name: str, *, total: int | None) -> None:
        """A stage begins."""
        self._flush()
        self._write("stage", name=name, total=total)

    def advance(self, done: int) -> None:
        """The present stage moves."""
        if self._log is None:
            return
        self._gathered += done
        now = self._log.now()
        if now - self._told_at >= OFTEN:
            self._told_at = now
            self._flush()

    def note(self, sentence: str) -> None:
        """Something a person should know."""
        self._write("note", text=plain(sentence, limit=400))

    def waiting(self, wait: Wait) -> None:
        """The run stands still."""
        if wait.seconds >= SHORTEST_WAIT:
            self._write("wait", seconds=wait.seconds, resource=wait.resource, reason=wait.reason)

    def end(self, code: int, message: str = "", way_out: str = "") -> None:
        """The run is over, with what its process will end with. Only the first end counts."""
        if self._has_ended:
            return
        self._has_ended = True
        self._flush()
        self._write("end", code=code, message=plain(message, limit=2000), way_out=plain(way_out, limit=1000))

    def _flush(self) -> None:
        if self._gathered:
            self._write("advance", done=self._gathered, requests=dict(self._spent()))
            self._gathered = 0

    def _write(self, event: str, **facts: object) -> None:
        if self._log is not None:
            self._log.write(event, **facts)


class BarsAndEvents:
    """What a terminal and a file are both told."""

    def __init__(self, bars: Bars, events: Events) -> None:
        self._both = (bars, events)

    def estimate(self, estimate: Estimate) -> None:
        """As of the two."""
        for one in self._both:
            one.estimate(estimate)

    def stage(self, name: str, *, total: int | None) -> None:
        """As of the two."""
        for one in self._both:
            one.stage(name, total=total)

    def advance(self, done: int) -> None:
        """As of the two."""
        for one in self._both:
            one.advance(done)

    def note(self, sentence: str) -> None:
        """As of the two."""
        for one in self._both:
            one.note(sentence)

    def waiting(self, wait: Wait) -> None:
        """As of the two."""
        for one in self._both:
            one.waiting(wait)


@contextmanager
def told(path: Path | None) -> Iterator[Events]:
    """Events into the file at `path`, if there is one; however the block ends, its end is the last of them.

    Within the block a SIGTERM or Ctrl-C ends what is done, wherever it lands; it raises typer.Exit then.
    """
    events = Events(EventLog(path, SystemClock()) if path is not None else None)
    try:
        with endable(events):
            yield events
    except typer.Exit as ended:
        events.end(ended.exit_code)
        raise
    except TalentscopeError as error:
        events.end(error.exit_code, error.message, error.way_out)
        raise
    except BaseException as error:
        events.end(1, f"an error that nobody foresaw: {type(error).__name__}", "see the log, and report it")
        raise
    else:
        events.end(0)


@contextmanager
def endable(events: Events | None = None) -> Iterator[None]:
    """A block that SIGTERM and Ctrl-C end within seconds, by typer.Exit with the code that says who asked."""
    events = events or Events()

    def at_worst(code: int) -> None:
        events.end(code, "asked to end and still busy, so it ended at once", KEPT)
        warn(f"asked to end and still busy, so it ends at once; {KEPT}")

    with Stop(at_worst) as asked:
        try:
            yield
        except KeyboardInterrupt as stop:
            raise stopped_by(stop, events, "run again for the rest") from None
        except typer.Exit:
            raise
        except Exception:
            if asked.is_asked:  # it landed inside an import or a query, which made another error of it
                raise stopped_by(asked.error(), events, "run again for the rest") from None
            raise


def stopped_by(stop: KeyboardInterrupt, events: Events, way_out: str) -> typer.Exit:
    """The end of a run that was asked to end: by a Ctrl-C, or by SIGTERM, after which it can be run again at once."""
    asked = Stop.in_force()
    is_terminated = isinstance(stop, Terminated) or (asked is not None and asked.is_asked and asked.error is Terminated)
    by = "stopped by a signal" if is_terminated else "stopped by hand"
    if asked is not None and asked.reason:
        by = f"stopped: {asked.reason}"
    code = OutOfBudget.exit_code if is_terminated else STOPPED_BY_HAND
    events.end(code, by, f"everything collected so far is stored; {way_out}")
    warn(f"{by}; everything collected so far is stored; {way_out}")
    return typer.Exit(code)
