"""GDELT: the tone of the news about a company, and of how many articles it is. GDELT's own measure, not ours.

GDELT answers one request in five seconds, and a company needs two (tone, articles): 150 companies would take 25
minutes a day. Each company is therefore asked once a week, a seventh of them on each day, for two weeks of days at
once. A run asks some 22 companies in four minutes, every day of every company is read, and a missed run is
healed by the next: each day lies in two windows. The price is that a fact is up to a week old; its `as_of` says so.
(One query for several companies with OR would be cheaper, but gives one tone for all of them.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from talentscope.registry.company import Company
from talentscope.registry.observation import Findings, Metric, Observation, State
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import UpstreamMalformed, UpstreamRefused
from talentscope.sources.gdelt.records import DayTone, NotSearchable, Point, by_day, parse_timeline
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

PATH = "/api/v2/doc/doc"
WEEK = 7
WINDOW_DAYS = 14
SHORTEST_NAME = 4
"""Letters; GDELT refuses queries and phrases that it finds too short."""

MOST_CONTEXT = 5
ATTEMPTS = 3

T = TypeVar("T")


def site(url: str) -> Site:
    """GDELT asks for at most one request every five seconds, and who is faster again and again is shut out for longer
    (its own message; reports of its users). So a little slower."""
    return Site(name="gdelt", url=url, setting="TALENTSCOPE_GDELT_URL", per_second=1 / 5.5)


class Gdelt:
    """News tone and article counts by day."""

    name = "gdelt"
    metrics: tuple[Metric, ...] = (Metric.NEWS_TONE, Metric.NEWS_ARTICLES)
    in_flight = 1
    has_past = False  # it has one, but at five seconds a request nobody would wait for it

    def __init__(self, visitor: Visitor, *, clock: Clock) -> None:
        self._visitor, self._clock = visitor, clock

    def covers(self, company: Company, day: date) -> bool:
        """Whether it is this company's day of the week."""
        turn = int.from_bytes(hashlib.sha256(company.company_id.encode()).digest()[:4], "big") % WEEK
        return day.toordinal() % WEEK == turn

    def prepare(self, companies: Sequence[Company], day: date) -> None:
        """Nothing is asked for all at once."""

    def observe(self, company: Company, day: date) -> Findings:
        """The fourteen days up to `day`; a state where the company cannot be searched for or the answer is broken."""
        query, first = query_of(company, day), day - timedelta(days=WINDOW_DAYS - 1)
        url = self._visitor.url_of(PATH, params=_params(query, "timelinetone", first, day))
        try:
            counts = self._timeline(query, "timelinevolraw", first, day)
            tones = self._timeline(query, "timelinetone", first, day) if counts else ()
            days = by_day(tones, counts, first=first, last=day)
        except NotSearchable as error:
            return self._without(company, day, url, State.MISSING, f"GDELT does not search for {query}: {error}")
        except (UpstreamRefused, UpstreamMalformed) as error:
            return self._without(company, day, url, State.BLOCKED, error.message)
        if counts and not days:
            reason = f"asked for {first} to {day}, came {counts[0].at.date()} to {counts[-1].at.date()}"
            return self._without(company, day, url, State.BLOCKED, reason)
        if not days:
            return self._without(company, day, url, State.MISSING, f"GDELT knows no article with {query}")
        at = self._clock.now()
        return Findings(tuple(fact for row in days for fact in _facts(company, row, url=url, at=at)))

    def _timeline(self, query: str, mode: str, first: date, last: date) -> tuple[Point, ...]:
        params = _params(query, mode, first, last)
        return _patiently(lambda: parse_timeline(self._visitor.get_text(PATH, params=params)))

    def _without(self, company: Company, day: date, url: str, state: State, reason: str) -> Findings:
        at = self._clock.now()
        return Findings(
            tuple(
                Observation(company.company_id, metric, None, day, at, self.name, url, state, reason=reason)
                for metric in self.metrics
            )
        )


def query_of(company: Company, day: date) -> str:
    """The company's name; an ambiguous or very short one only beside a word of its context.

    GDELT's grammar, as its messages teach it: several words are a phrase in quotation marks, one word stands without
    them (a short phrase is refused) unless it has a mark in it, and only alternatives with OR stand in brackets.
    """
    names = [company.name, *(alias.text for alias in company.aliases if alias.holds_on(day))]
    long_enough = [name for name in map(_plain, names) if len(name) >= SHORTEST_NAME]
    name = long_enough[0] if long_enough else _plain(company.name)
    context = [word for word in map(_plain, company.context) if len(word) >= SHORTEST_NAME]
    context = [word for word in dict.fromkeys(context) if word.lower() != name.lower()][:MOST_CONTEXT]
    is_weak = company.is_ambiguous or not long_enough
    if not is_weak or not context:
        return _term(name)
    words = " OR ".join(map(_term, context))
    return f"{_term(name)} ({words})" if len(context) > 1 else f"{_term(name)} {words}"


def _term(text: str) -> str:
    return text if text.isalnum() else f'"{text}"'


def _plain(text: str) -> str:
    """Without what means something in a query."""
    return " ".join(text.replace('"', " ").replace("(", " ").replace(")", " ").split())


def _params(query: str, mode: str, first: date, last: date) -> dict[str, str | int]:
    return {
        "query": query,
        "mode": mode,
        "format": "json",
        "startdatetime": f"{first:%Y%m%d}000000",
        "enddatetime": f"{last:%Y%m%d}235959",
    }


def _patiently(ask: Callable[[], T]) -> T:
    """Ask again when told with status 200 that one was too fast; the visitor keeps the pace in between."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return ask()
        except UpstreamRefused as error:
            if error.status != 429 or attempt == ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")


def _facts(company: Company, row: DayTone, *, url: str, at: datetime) -> list[Observation]:
    articles = Observation(
        company.company_id,
        Metric.NEWS_ARTICLES,
        float(row.articles),
        row.day,
        at,
        Gdelt.name,
        url,
        State.OK if row.articles else State.EMPTY,
    )
    if row.tone is None:
        return [articles]
    return [
        articles,
        Observation(company.company_id, Metric.NEWS_TONE, row.tone, row.day, at, Gdelt.name, url),
    ]
