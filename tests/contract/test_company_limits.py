"""The company upstreams insist on their manners as the real ones do, and the log shows who came when."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import httpx
import pytest
from tests.employers import INVENTED

from talentscope.runtime.clock import FixedClock
from talentscope.sandbox.limits import UNLIMITED
from talentscope.sandbox.server import Running

Begin = Callable[..., Running]
TICKERS, LEVER = "/files/company_tickers.json", "/v0/postings/boltworks?mode=json"
GDELT = "/api/v2/doc/doc?query=acme&mode=timelinetone"


@cache
def client() -> httpx.Client:
    return httpx.Client(headers={"User-Agent": "talentscope-tests tests@example.org"}, timeout=30)


def get(running: Running, setting: str, path: str, **headers: str) -> httpx.Response:
    return client().get(running.upstreams()[f"TALENTSCOPE_{setting}_URL"] + path, headers=headers)


def play(begin: Begin, **settings: Any) -> Running:
    return begin(scale=100, employers=INVENTED, **settings)


def at_once(running: Running, setting: str, path: str, count: int) -> list[int]:
    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(lambda _: get(running, setting, path).status_code, range(count)))


@pytest.mark.parametrize(
    ("agent", "status"),
    [("curl/8", 403), ("", 403), ("me someone@example.org", 200), ("me (+https://example.org)", 200)],
)
def test_the_sec_wants_a_contact(begin: Begin, agent: str, status: int) -> None:
    answer = get(play(begin), "SEC", TICKERS, **{"User-Agent": agent})
    assert answer.status_code == status
    assert status == 200 or "Undeclared Automated Tool" in answer.text


def test_the_sec_counts_ten_a_second_over_both_hosts(begin: Begin, clock: FixedClock) -> None:
    running = play(begin)
    paths = [("SEC", TICKERS), ("SEC_DATA", "/submissions/CIK0000777001.json")] * 5
    assert {get(running, *pair).status_code for pair in paths} == {200}
    refused = get(running, "SEC", TICKERS)
    assert (refused.status_code, refused.headers["content-type"]) == (429, "text/html; charset=utf-8")
    clock.advance(1)
    assert get(running, "SEC", TICKERS).status_code == 200


def test_gdelt_tells_with_either_status_that_one_was_too_fast(begin: Begin, clock: FixedClock) -> None:
    running = play(begin)
    answers = [get(running, "GDELT", GDELT) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 429, 200]
    assert [answer.text.startswith("Please limit requests") for answer in answers] == [False, True, True]
    clock.advance(5)
    assert get(running, "GDELT", GDELT).json()["timeline"]


@pytest.mark.parametrize(
    ("setting", "path", "most"),
    [
        ("LEVER", LEVER, 2),
        ("WORKABLE", "/api/v1/widget/accounts/deltaloom", 2),
        ("WIKIDATA", "/sparql?query=SELECT ?item WHERE {}", 1),
    ],
)
def test_too_many_at_once_are_refused(begin: Begin, setting: str, path: str, most: int) -> None:
    running = play(begin, latency_ms=150)
    statuses = at_once(running, setting, path, most + 3)
    assert statuses.count(429) >= 1
    assert 1 <= statuses.count(200) <= most
    assert running.log.peak(setting.lower()) > most
    answer = get(running, setting, path)
    assert (answer.status_code, "retry-after" in answer.headers) in {(200, False), (429, True)}


@pytest.mark.parametrize(
    ("setting", "path", "most", "window"),
    [
        ("REDDIT", "/search?q=acme", 100, 60),
        ("FMP", "/stable/profile?symbol=ACMW&apikey=k", 250, 86_400),
        ("WORKABLE", "/api/v1/widget/accounts/deltaloom", 10, 10),
    ],
)
def test_a_rate_holds_for_its_window(
    begin: Begin, clock: FixedClock, setting: str, path: str, most: int, window: int
) -> None:
    running = play(begin)
    assert 429 not in {get(running, setting, path).status_code for _ in range(most)}
    assert get(running, setting, path).status_code == 429
    clock.advance(window)
    assert get(running, setting, path).status_code != 429


def test_one_upstream_does_not_use_up_what_another_allows(begin: Begin) -> None:
    running = play(begin)
    for _ in range(12):
        get(running, "WORKABLE", "/api/v1/widget/accounts/deltaloom")
    assert get(running, "LEVER", LEVER).status_code == 200
    assert client().get(f"{running.api_url}/rate_limit").status_code == 200


def test_without_limits_everybody_gets_in(begin: Begin) -> None:
    running = play(begin, limits=UNLIMITED)
    assert {get(running, "GDELT", GDELT).status_code for _ in range(20)} == {200}
    assert get(running, "SEC", TICKERS, **{"User-Agent": "nobody"}).status_code == 200


def test_a_board_that_has_not_changed_says_so(begin: Begin, clock: FixedClock) -> None:
    running = play(begin)
    first = get(running, "LEVER", LEVER)
    again = get(running, "LEVER", LEVER, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    clock.advance(4 * 86_400)
    changed = get(running, "LEVER", LEVER, **{"If-None-Match": first.headers["etag"]})
    assert (changed.status_code, changed.headers["etag"] != first.headers["etag"]) == (200, True)


def test_the_list_of_tickers_can_be_asked_by_its_date(begin: Begin) -> None:
    running = play(begin)
    first = get(running, "SEC", TICKERS)
    again = get(running, "SEC", TICKERS, **{"If-Modified-Since": first.headers["last-modified"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_the_log_tells_who_came_when_and_how_many_at_once(begin: Begin, clock: FixedClock) -> None:
    running = play(begin, latency_ms=100, limits=UNLIMITED)
    at_once(running, "ASHBY", "/posting-api/job-board/acme", 4)
    for _ in range(3):
        get(running, "LEVER", LEVER)
        clock.advance(0.4)
    log = running.log
    assert (log.count(resource="ashby"), log.peak("ashby"), log.peak("lever"), log.peak("gdelt")) == (4, 4, 1, 0)
    assert (log.busiest("ashby", 1), log.busiest("lever", 1), log.busiest("lever", 0.5)) == (4, 3, 2)
    assert {entry.path for entry in log.entries if entry.resource == "lever"} == {"/v0/postings/boltworks"}


def test_a_robots_file_is_free(begin: Begin) -> None:
    running = play(begin)
    get(running, "GDELT", GDELT)
    assert get(running, "GDELT", "/robots.txt").status_code == 404
    assert get(running, "SEC", "/robots.txt", **{"User-Agent": "nobody"}).status_code == 200
