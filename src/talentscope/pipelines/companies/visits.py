"""Asking all sources at once: a thread a source, in it as many companies at a time as the source allows.

Nothing is decided and nothing stored here: answers and troubles go into one queue, in the order in which they come. A
slow or dead source holds up nobody but itself, and no longer than its deadline.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from queue import Empty, SimpleQueue

from talentscope.pipelines.companies.plan import Ask
from talentscope.registry.company import Company
from talentscope.registry.observation import Findings, Source
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import UpstreamDown, UpstreamError

POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Began:
    """A source is about to be asked about a day; `companies` are those that it covers.

    `spent` is what it had cost by then. Events are read later than they happen, so they carry it themselves.
    """

    source: Source
    day: date
    companies: tuple[Company, ...]
    at: datetime
    spent: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Found:
    """What a source said of a company."""

    source: Source
    day: date
    company: Company
    findings: Findings


@dataclass(frozen=True)
class Failed:
    """What a source did not say, and why."""

    source: Source
    day: date
    company: Company
    error: UpstreamError


@dataclass(frozen=True)
class Ended:
    """A source is done with a day. `error` is a trouble of the whole source; `spent` what it has cost by now."""

    source: Source
    day: date
    at: datetime
    error: UpstreamError | None = None
    spent: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class _Broken:
    """A fault of ours in a thread: it is raised where the run can end in order."""

    error: BaseException


Event = Began | Found | Failed | Ended

Spent = Callable[[str], tuple[int, int]]
"""Requests made so far to a source, and how many of them were answered as unchanged."""


def _free(source: str) -> tuple[int, int]:  # noqa: ARG001 - a Spent
    return 0, 0


class Visits:
    """One run's asking. Iterate `events` once; leaving the loop early stops every thread after its present request."""

    def __init__(
        self,
        asks: Sequence[Ask],
        companies: Sequence[Company],
        *,
        clock: Clock,
        deadline: timedelta,
        spent: Spent = _free,
    ) -> None:
        self._asks, self._companies, self._clock, self._deadline = asks, companies, clock, deadline
        self._spent = spent
        self._queue: SimpleQueue[Event | _Broken] = SimpleQueue()
        self._stop = threading.Event()

    def count(self) -> int:
        """How many companies all sources will be asked about, over all days."""
        return sum(ask.source.covers(company, ask.day) for ask in self._asks for company in self._companies)

    def events(self) -> Iterator[Event]:
        """Everything that comes, until every source is done or past its deadline."""
        days: dict[str, list[Ask]] = {}
        for ask in self._asks:
            days.setdefault(ask.source.name, []).append(ask)
        pending = {name: _Pending(asks) for name, asks in days.items()}
        started = self._clock.now()
        for name, asks in days.items():
            visit = partial(copy_context().run, self._visit, asks)  # what it logs carries the run's id, too
            threading.Thread(target=visit, name=f"source-{name}", daemon=True).start()
        try:
            while pending:
                try:
                    event = self._queue.get(timeout=POLL_SECONDS)
                except Empty:
                    if self._clock.now() - started > self._deadline:
                        yield from self._give_up(pending)
                        return
                    continue
                if isinstance(event, _Broken):
                    raise event.error
                known = pending.get(event.source.name)
                if known is None:
                    continue
                known.note(event)
                if known.is_done():
                    del pending[event.source.name]
                yield event
        finally:
            self._stop.set()

    def _give_up(self, pending: dict[str, _Pending]) -> Iterator[Event]:
        """What has not come by now is told as not come."""
        for name, waiting in pending.items():
            error = UpstreamDown(
                f"{name} was not done after {self._deadline.total_seconds():.0f} s",
                way_out="run again, or raise TALENTSCOPE_SOURCE_SECONDS",
            )
            for ask in waiting.open_asks():
                if ask.day not in waiting.begun:
                    yield self._began(ask, self._covered(ask))
                for company in self._covered(ask):
                    if (ask.day, company.company_id) not in waiting.heard:
                        yield Failed(ask.source, ask.day, company, error)
                yield self._ended(ask, error)

    def _covered(self, ask: Ask) -> tuple[Company, ...]:
        return tuple(company for company in self._companies if ask.source.covers(company, ask.day))

    def _began(self, ask: Ask, companies: tuple[Company, ...]) -> Began:
        return Began(ask.source, ask.day, companies, self._clock.now(), self._spent(ask.source.name))

    def _ended(self, ask: Ask, error: UpstreamError | None = None) -> Ended:
        return Ended(ask.source, ask.day, self._clock.now(), error, self._spent(ask.source.name))

    def _visit(self, asks: Sequence[Ask]) -> None:
        try:
            for ask in asks:
                if self._stop.is_set():
                    return
                self._ask(ask)
        except BaseException as error:  # noqa: BLE001 - handed to the run's own thread, which raises it
            self._queue.put(_Broken(error))

    def _ask(self, ask: Ask) -> None:
        source, day, companies = ask.source, ask.day, self._covered(ask)
        self._queue.put(self._began(ask, companies))
        try:
            source.prepare(companies, day)
        except UpstreamError as error:
            for company in companies:
                self._queue.put(Failed(source, day, company, error))
            self._queue.put(self._ended(ask, error))
            return
        with ThreadPoolExecutor(source.in_flight, thread_name_prefix=f"source-{source.name}") as pool:
            futures = [pool.submit(copy_context().run, self._observe, source, company, day) for company in companies]
            _drain(futures, pool, is_stopped=self._stop.is_set)
        self._queue.put(self._ended(ask))

    def _observe(self, source: Source, company: Company, day: date) -> None:
        if self._stop.is_set():
            return
        try:
            findings = source.observe(company, day)
        except UpstreamError as error:
            self._queue.put(Failed(source, day, company, error))
        else:
            self._queue.put(Found(source, day, company, findings))


class _Pending:
    """What is still to come from one source."""

    def __init__(self, asks: Sequence[Ask]) -> None:
        self._open = {ask.day: ask for ask in asks}
        self.begun: set[date] = set()
        self.heard: set[tuple[date, str]] = set()

    def note(self, event: Event) -> None:
        if isinstance(event, Ended):
            self._open.pop(event.day, None)
        elif isinstance(event, Began):
            self.begun.add(event.day)
        else:
            self.heard.add((event.day, event.company.company_id))

    def is_done(self) -> bool:
        return not self._open

    def open_asks(self) -> list[Ask]:
        return list(self._open.values())


def _drain(futures: Sequence[Future[None]], pool: ThreadPoolExecutor, *, is_stopped: Callable[[], bool]) -> None:
    """Wait for all; a fault of ours in one of them is raised here. Nothing new begins once the run has stopped."""
    for future in futures:
        if is_stopped():
            pool.shutdown(wait=False, cancel_futures=True)
            return
        future.result()
