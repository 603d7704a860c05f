"""EDGAR played by the sandbox for the whole registry: every share count and head-count against the truth."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.employers import employers_of

from talentscope.registry.company import Company
from talentscope.registry.observation import Findings, Metric, Observation, State
from talentscope.registry.read import read_registry
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamRefused
from talentscope.sandbox.github.world import WorldSettings
from talentscope.sandbox.server import Running, start
from talentscope.sources.sec import client
from talentscope.transport.visitor import Visitor

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
TODAY = NOW.date()


@dataclass
class Edgar:
    """The sandbox and the clock that it shares with the source; the visitors of its two sites."""

    box: Running
    clock: FixedClock
    source: client.Sec
    site: Visitor
    data: Visitor

    def companies(self, day: date) -> list[Company]:
        return [company for company in read_registry().companies if self.source.covers(company, day)]

    def look(self, day: date, companies: list[Company] | None = None) -> dict[str, Findings]:
        companies = companies or self.companies(day)
        self.source.prepare(companies, day)
        with ThreadPoolExecutor(self.source.in_flight) as pool:
            found = pool.map(lambda company: self.source.observe(company, day), companies)
            return dict(zip([company.company_id for company in companies], found, strict=True))


@contextmanager
def edgar(*faults: str, cache: Path | None = None, contact: str = " (+mailto:a@example.org)") -> Iterator[Edgar]:
    clock = FixedClock(NOW)
    employers = employers_of(read_registry().companies, TODAY)
    with start(WorldSettings(scale=10, now=NOW), clock=clock, faults=faults, employers=employers) as box:
        urls = box.upstreams()
        visitors = [
            Visitor(
                site,
                user_agent=f"talentscope/1{contact}",
                clock=clock,
                timeout_seconds=60,
                max_wait_seconds=300,
                cache=cache,
            )
            for site in (client.site(urls["TALENTSCOPE_SEC_URL"]), client.data_site(urls["TALENTSCOPE_SEC_DATA_URL"]))
        ]
        yield Edgar(box, clock, client.Sec(*visitors, clock=clock, overrides={}), *visitors)
        for visitor in visitors:
            visitor.close()


def the(metric: Metric, findings: Findings) -> Observation:
    return next(one for one in findings.observations if one.metric is metric)


@pytest.mark.parametrize("day", [TODAY, date(2026, 2, 1), date(2025, 6, 15)])
def test_every_figure_is_the_true_one_of_that_day(day: date) -> None:
    with edgar() as place:
        found = place.look(day)
        assert len(found) > 130
        for company_id, findings in found.items():
            people, truth = the(Metric.EMPLOYEES, findings), place.box.employers.employees(company_id, day)
            assert truth is not None
            assert (people.value, people.as_of, people.state) == (truth.employees, truth.as_of, State.OK), company_id
            assert people.evidence
            shares = the(Metric.SHARES, findings)
            assert shares.as_of <= day
            assert shares.value == sum(place.box.employers.shares(company_id, shares.as_of).values()), company_id


def test_several_classes_are_told_by_name() -> None:
    with edgar() as place:
        meta = place.look(TODAY, [company for company in place.companies(TODAY) if company.company_id == "meta"])[
            "meta"
        ]

    assert the(Metric.SHARES, meta).evidence.count("class") >= 2


def test_a_second_day_asks_for_what_may_have_changed_and_for_no_document(tmp_path: Path) -> None:
    with edgar(cache=tmp_path) as place:
        first = place.look(TODAY)
        documents, asked = place.site.requests, place.data.requests
        assert documents <= 2 * len(first)
        assert asked <= len(first) + client.QUARTERS + 10
        second = place.look(TODAY)

        assert place.site.requests == documents
        assert place.data.unchanged >= len(first)
    for company_id, findings in first.items():
        assert [one.value for one in second[company_id].observations] == [one.value for one in findings.observations]


def test_the_pace_of_the_sec_is_kept() -> None:
    with edgar() as place:
        place.look(TODAY)
        asked = place.site.requests + place.data.requests
        seconds = (place.clock.now() - NOW).total_seconds()

    assert asked / seconds <= 10


def test_a_contact_is_what_the_sec_wants() -> None:
    with edgar(contact="") as place, pytest.raises(UpstreamRefused) as refused:
        place.look(TODAY)

    assert "TALENTSCOPE_CONTACT" in refused.value.way_out


def test_a_company_that_changed_its_name_and_lost_its_ticker_is_told_and_observed() -> None:
    with edgar("company-renamed:apple", "ticker-vanished:nvidia") as place:
        chosen = [company for company in place.companies(TODAY) if company.company_id in {"apple", "nvidia"}]
        found = place.look(TODAY, chosen)

    assert len(found) == 2
    assert all(the(Metric.EMPLOYEES, one).value for one in found.values())
    assert "New Apple Holdings" in " ".join(found["apple"].notes) or "AAPL" in " ".join(found["apple"].notes)
    assert "NVDA" in " ".join(found["nvidia"].notes)


def test_a_head_count_that_stands_nowhere_is_missing() -> None:
    with edgar("missing-employees:apple") as place:
        chosen = [company for company in place.companies(TODAY) if company.company_id == "apple"]
        people = the(Metric.EMPLOYEES, place.look(TODAY, chosen)["apple"])

    assert (people.value, people.state) == (None, State.MISSING)
    assert people.reason
