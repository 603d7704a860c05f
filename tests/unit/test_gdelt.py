"""GDELT: a seventh of the companies a day, values by day whatever the resolution, complaints with status 200."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.answers import Recording, visit

from talentscope.registry.company import Company, Dated
from talentscope.registry.observation import Findings, Metric, State
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamDown
from talentscope.sources.gdelt.client import Gdelt, query_of, site
from talentscope.sources.gdelt.records import by_day, parse_timeline

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
ACME = Company("acme", "Acme Corporation")


def timeline(*points: tuple[str, float]) -> str:
    data = [{"date": at, "value": value} for at, value in points]
    return json.dumps({"query_details": {"title": "x"}, "timeline": [{"series": "Average Tone", "data": data}]})


COUNTS = timeline(("20261119T000000Z", 3), ("20261120T000000Z", 0))
TONES = timeline(("20261119T000000Z", -1.5), ("20261120T000000Z", 0))


def observe(answer: Callable[[httpx.Request], str], *, status: int = 200) -> tuple[Findings, Recording, FixedClock]:
    clock = FixedClock(datetime(2026, 11, 1, 12, tzinfo=UTC))
    upstream = Recording(clock, lambda request: httpx.Response(status, text=answer(request)))
    source = Gdelt(visit(upstream, of=site("https://gdelt.test"), clock=clock), clock=clock)
    return source.observe(ACME, DAY), upstream, clock


def by_mode(counts: str, tones: str) -> Callable[[httpx.Request], str]:
    return lambda request: counts if request.url.params["mode"] == "timelinevolraw" else tones


def test_each_company_has_its_day_of_the_week_and_a_day_asks_about_a_seventh() -> None:
    companies = [Company(f"company-{n}", f"Company {n}") for n in range(150)]
    source = Gdelt(visit(Recording(FixedClock(NOW), lambda request: httpx.Response(200))), clock=FixedClock(NOW))
    week = [DAY + timedelta(days=n) for n in range(7)]
    turns = [[day for day in week if source.covers(company, day)] for company in companies]
    assert all(len(days) == 1 for days in turns)
    assert max(sum(source.covers(company, day) for company in companies) for day in week) <= 35
    assert source.covers(companies[0], turns[0][0] + timedelta(days=7))


def test_two_requests_give_the_tone_and_the_articles_of_two_weeks() -> None:
    findings, upstream, _ = observe(by_mode(COUNTS, TONES))
    facts = [(fact.metric, fact.as_of, fact.value, fact.state) for fact in findings.observations]
    assert facts == [
        (Metric.NEWS_ARTICLES, date(2026, 11, 19), 3.0, State.OK),
        (Metric.NEWS_TONE, date(2026, 11, 19), -1.5, State.OK),
        (Metric.NEWS_ARTICLES, date(2026, 11, 20), 0.0, State.EMPTY),  # a day without articles has no tone
    ]
    assert [at for at, _ in upstream.seen] == [0, 5.5]
    params = httpx.URL(upstream.seen[1][1]).params
    assert (params["query"], params["mode"]) == ('"Acme Corporation"', "timelinetone")
    assert (params["startdatetime"], params["enddatetime"]) == ("20261107000000", "20261120235959")


def test_finer_points_are_weighed_by_the_articles_they_are_of() -> None:
    counts = parse_timeline(timeline(("20261120T000000Z", 9), ("20261120T010000Z", 1), ("20261121T000000Z", 5)))
    tones = parse_timeline(timeline(("20261120T010000Z", -10), ("20261120T000000Z", 0)))
    (row,) = by_day(tones, counts, first=DAY, last=DAY)
    assert (row.day, row.tone, row.articles) == (DAY, -1.0, 10)


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        ("{}", State.MISSING, 'GDELT knows no article with "Acme Corporation"'),
        ('{"timeline": []}', State.MISSING, "knows no article"),
        ("The specified phrase is too short.", State.MISSING, "does not search for .* too short"),
        ("Your search contained a keyword that was too common.", State.MISSING, "does not search for"),
        ("<html><title>Sorry</title></html>", State.BLOCKED, "expected JSON, came a page"),
        ("Unhandled timeout", State.BLOCKED, "expected JSON, came 'Unhandled timeout'"),
        ("", State.BLOCKED, "came nothing"),
        ('{"timeline": [{', State.BLOCKED, "broken JSON"),
        ('{"timeline": 3}', State.BLOCKED, "no list of series"),
        ('{"timeline": [{"series": "x"}]}', State.BLOCKED, "a series without data"),
        (timeline(("2026-11-20", 1)), State.BLOCKED, "expected a date like"),
        (timeline(("20261120T000000Z", "3")), State.BLOCKED, "expected a number"),
        (timeline(("20261020T000000Z", 3)), State.BLOCKED, "asked for 2026-11-07 to 2026-11-20, came 2026-10-20"),
    ],
)
def test_an_answer_that_brings_nothing_becomes_a_state_with_its_reason(answer: str, state: State, reason: str) -> None:
    findings, _, _ = observe(lambda request: answer)
    assert {fact.metric for fact in findings.observations} == {Metric.NEWS_TONE, Metric.NEWS_ARTICLES}
    for fact in findings.observations:
        assert (fact.value, fact.state) == (None, state)
        assert re.search(reason, fact.reason)


def test_asked_too_fast_with_status_200_is_asked_again_at_the_pace() -> None:
    complaints = iter(["Please limit requests to one every 5 seconds or contact us"] * 2)
    findings, upstream, _ = observe(lambda request: next(complaints, by_mode(COUNTS, TONES)(request)))
    assert len(findings.observations) == 3
    assert [at for at, _ in upstream.seen] == [0, 5.5, 11, 16.5]


def test_asked_too_fast_for_ever_blocks_the_company() -> None:
    findings, upstream, _ = observe(lambda request: "Please limit requests to one every 5 seconds")
    assert {fact.state for fact in findings.observations} == {State.BLOCKED}
    assert len(upstream.seen) == 3


def test_a_dead_gdelt_is_told_to_the_run() -> None:
    with pytest.raises(UpstreamDown):
        observe(lambda request: "", status=503)


def alias(text: str, until: date | None = None) -> Dated:
    return Dated(text, until=until)


@pytest.mark.parametrize(
    ("changes", "query"),
    [
        ({"name": "Snowflake"}, "Snowflake"),  # one word in quotation marks would be "too short a phrase"
        ({"name": "Palo Alto Networks"}, '"Palo Alto Networks"'),
        ({"name": "Wix.com"}, '"Wix.com"'),  # a mark in a bare word is an "illegal character"
        ({"name": "Block", "is_ambiguous": True, "context": ("Cash App", "Dorsey")}, 'Block ("Cash App" OR Dorsey)'),
        ({"name": "Stem", "is_ambiguous": True, "context": ("stem", "battery", "it")}, "Stem battery"),
        ({"name": "HP", "aliases": (alias("Hewlett-Packard"),)}, '"Hewlett-Packard"'),
        ({"name": "HP", "aliases": (alias("Hewlett-Packard", until=date(2015, 11, 1)),)}, "HP"),
        ({"name": "HP", "context": ("printer", "laptop")}, "HP (printer OR laptop)"),
        ({"name": 'Acme "A" (Holdings)'}, '"Acme A Holdings"'),
    ],
)
def test_the_query_keeps_to_gdelts_grammar_and_a_weak_name_stands_beside_its_context(
    changes: dict[str, Any], query: str
) -> None:
    assert query_of(Company(**{"company_id": "x", **changes}), DAY) == query
