"""Every fault of the company upstreams does what its sentence says, over the wire."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import httpx
import pytest
from tests.employers import INVENTED
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from talentscope.runtime.clock import FixedClock
from talentscope.sandbox.limits import UNLIMITED
from talentscope.sandbox.server import Running

Begin = Callable[..., Running]
ACME, BOLT = INVENTED[0], INVENTED[1]
GREENHOUSE, ASHBY, LEVER = "/v1/boards/acme/jobs", "/posting-api/job-board/acme", "/v0/postings/boltworks?mode=json"
CONCEPT = "/api/xbrl/companyconcept/CIK0000777001/dei/EntityCommonStockSharesOutstanding.json"
SCREENER = "/api/screener/stocks?tableonly=true&download=true"
SPARQL = "/sparql?format=json&query=SELECT ?item ?cik ?employees ?asOf WHERE { VALUES ?item { wd:Q990001 wd:Q990002 } }"
TO_TUESDAY = 58 * 3_600  # from the Sunday noon of the worlds to an evening after the close
QUESTION = {"appliedFacets": {}, "limit": 20, "offset": 0, "searchText": ""}


@cache
def client() -> httpx.Client:
    return httpx.Client(headers={"User-Agent": "talentscope-tests tests@example.org"}, timeout=30)


def get(running: Running, setting: str, path: str) -> httpx.Response:
    return client().get(running.upstreams()[f"TALENTSCOPE_{setting}_URL"] + path)


def play(begin: Begin, *faults: str, **settings: Any) -> Running:
    return begin(*faults, scale=100, employers=INVENTED, **{"limits": UNLIMITED, **settings})


def workday(running: Running) -> Any:
    base = running.upstreams()["TALENTSCOPE_WORKDAY_URL"].format(tenant="cosmo", pod="wd5")
    return client().post(f"{base}/wday/cxs/cosmo/Careers/jobs", json=QUESTION).json()


def quotes(running: Running) -> dict[str, dict[str, str]]:
    return {row["symbol"]: row for row in get(running, "NASDAQ", SCREENER).json()["data"]["rows"]}


def items(running: Running) -> dict[str, list[dict[str, str]]]:
    """Rows by item, as plain values."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in get(running, "WIKIDATA", SPARQL).json()["results"]["bindings"]:
        plain = {name: cell["value"] for name, cell in row.items()}
        found.setdefault(plain["item"].rsplit("/", 1)[1], []).append(plain)
    return found


@pytest.mark.parametrize(
    ("fault", "status"), [("board-403", 403), ("board-404", 404), ("overloaded-529", 529), ("html-200-board", 200)]
)
def test_a_fault_of_boards_strikes_boards_and_nobody_else(begin: Begin, fault: str, status: int) -> None:
    running = play(begin, fault)
    for setting, path in (("GREENHOUSE", GREENHOUSE), ("ASHBY", ASHBY), ("LEVER", LEVER)):
        answer = get(running, setting, path)
        assert answer.status_code == status
        assert not answer.text.startswith('{"jobs"')
    assert get(running, "NASDAQ", SCREENER).json()["data"]["rows"]


def test_a_fault_is_aimed_at_a_vendor_a_company_or_a_board(begin: Begin) -> None:
    running = play(begin, "board-403:ashby", "board-404:bolt", "overloaded-529:greenhouse:acme=2")
    assert get(running, "ASHBY", ASHBY).status_code == 403
    assert get(running, "LEVER", LEVER).status_code == 404
    assert get(running, "LEVER_EU", "/v0/postings/elm?mode=json").status_code == 200
    assert [get(running, "GREENHOUSE", GREENHOUSE).status_code for _ in range(3)] == [529, 529, 200]
    assert running.faults.struck == {"board-403": 1, "board-404": 1, "overloaded-529": 2}
    running.faults.switch_off("board-403")
    assert get(running, "ASHBY", ASHBY).status_code == 200


def test_a_page_with_status_200_comes_from_others_if_they_are_named(begin: Begin) -> None:
    answer = get(play(begin, "html-200-board:nasdaq"), "NASDAQ", SCREENER)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_an_empty_board_lists_nothing(begin: Begin) -> None:
    running = play(begin, "board-empty:greenhouse:acme")
    assert get(running, "GREENHOUSE", GREENHOUSE).json() == {"jobs": [], "meta": {"total": 0}}
    assert get(running, "ASHBY", ASHBY).json()["jobs"]
    told = running.employers.open_requisitions("acme", running.employers.today)
    assert told.offers["greenhouse:acme"] == 0 < told.offers["ashby:acme"] == told.distinct


def test_a_board_that_moved_shows_the_same_jobs_at_both_places(begin: Begin) -> None:
    running = play(begin, "board-moved:acme")
    before = {job["title"] for job in get(running, "GREENHOUSE", GREENHOUSE).json()["jobs"] if job["internal_job_id"]}
    after = {job["title"] for job in get(running, "ASHBY", ASHBY).json()["jobs"] if job["isListed"]}
    assert before == after
    told = running.employers.open_requisitions("acme", running.employers.today)
    assert told.offers["greenhouse:acme"] == told.offers["ashby:acme"] == told.distinct > 50
    running.faults.switch_off("board-moved")
    apart = running.employers.open_requisitions("acme", running.employers.today)
    assert apart.distinct == sum(apart.offers.values())


def test_a_capped_total_hides_how_many_there_are(begin: Begin) -> None:
    running = play(begin)
    whole = workday(running)
    told = running.employers.open_requisitions("cosmo", running.employers.today).distinct
    groups = next(facet for facet in whole["facets"] if facet["facetParameter"] == "jobFamilyGroup")
    assert sum(value["count"] for value in groups["values"]) == told
    assert whole["total"] == min(told, 2_000)
    running.faults.switch_on("capped-2000")
    capped = workday(running)
    assert capped["total"] == 2_000 < running.employers.open_requisitions("cosmo", running.employers.today).distinct
    assert not any("count" in value for facet in capped["facets"] for value in facet["values"])


def test_a_429_says_when_to_come_again(begin: Begin) -> None:
    running = play(begin, "limit-429:lever=1")
    answers = [get(running, "LEVER", LEVER) for _ in range(2)]
    assert [(one.status_code, one.headers.get("retry-after")) for one in answers] == [(429, "1"), (200, None)]


def test_a_451_is_for_legal_reasons(begin: Begin) -> None:
    assert get(play(begin, "forbidden-451"), "SEC", "/files/company_tickers.json").status_code == 451


def test_a_refused_key_is_refused_at_every_upstream_that_wants_one(begin: Begin) -> None:
    running = play(begin, "key-refused")
    assert get(running, "FMP", "/stable/profile?symbol=ACMW&apikey=good").status_code == 401
    token = client().post(
        running.upstreams()["TALENTSCOPE_REDDIT_TOKEN_URL"] + "/api/v1/access_token",
        data={"grant_type": "client_credentials"},
        auth=("id", "secret"),
    )
    assert token.status_code == 401


def test_closed_robots_close_the_whole_host(begin: Begin) -> None:
    running = play(begin, "robots-closed:greenhouse")
    assert get(running, "GREENHOUSE", "/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert "Crawl-delay: 1" in get(running, "LEVER", "/robots.txt").text
    assert get(running, "ASHBY", "/robots.txt").status_code == 401
    assert get(running, "NASDAQ", "/robots.txt").status_code == 404


def test_robots_are_struck_by_an_outage_only(begin: Begin) -> None:
    running = play(begin, "board-403:lever", "truncated:lever", "limit-429:lever", "upstream-down:greenhouse")
    assert "Crawl-delay" in get(running, "LEVER", "/robots.txt").text
    assert get(running, "GREENHOUSE", "/robots.txt").status_code == 503


def test_a_time_out_gives_no_answer_and_lets_others_through(begin: Begin) -> None:
    running = play(begin, "time-out")
    with pytest.raises(httpx.ReadTimeout):
        client().get(running.upstreams()["TALENTSCOPE_GDELT_URL"] + "/api/v2/doc/doc", timeout=0.2)
    assert get(running, "GREENHOUSE", GREENHOUSE).status_code == 200
    assert [entry.status for entry in running.log.entries if entry.resource == "gdelt"] == [0]


def test_an_upstream_that_is_down_answers_503_and_the_others_go_on(begin: Begin) -> None:
    running = play(begin, "upstream-down")
    assert get(running, "HACKERNEWS", "/api/v1/search_by_date").status_code == 503
    assert get(running, "GREENHOUSE", GREENHOUSE).status_code == 200


def test_a_reset_connection_gives_no_answer(begin: Begin) -> None:
    running = play(begin, "upstream-reset:lever=1")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        get(running, "LEVER", LEVER)
    assert get(running, "LEVER", LEVER).status_code == 200


def test_a_slow_upstream_is_slow_alone(begin: Begin) -> None:
    running = play(begin, "slow-upstream:gdelt=300")
    assert get(running, "GDELT", "/api/v2/doc/doc?query=acme").elapsed >= timedelta(milliseconds=300)
    assert get(running, "ASHBY", ASHBY).elapsed < timedelta(milliseconds=300)


def test_a_truncated_body_is_shorter_than_it_says(begin: Begin) -> None:
    running = play(begin, "truncated:lever=1")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        get(running, "LEVER", LEVER)
    assert get(running, "LEVER", LEVER).json()


def test_broken_json_has_the_length_that_it_says(begin: Begin) -> None:
    answer = get(play(begin, "broken-json"), "ASHBY", ASHBY)
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_a_field_is_called_otherwise(begin: Begin) -> None:
    (row, *_) = quotes(play(begin, "renamed-field")).values()
    assert "marketCap" not in row
    assert "marketCap_v2" in row


@pytest.mark.parametrize(
    ("upstream", "path", "field"),
    [("GREENHOUSE", GREENHOUSE, "internal_job_id"), ("ASHBY", ASHBY, "isListed"), ("NASDAQ", SCREENER, "marketCap")],
)
def test_a_field_is_of_another_type(begin: Begin, upstream: str, path: str, field: str) -> None:
    def values(body: Any) -> list[Any]:
        rows = body["data"]["rows"] if "data" in body else body["jobs"]
        return [type(row[field]) for row in rows if row[field] is not None]

    running = play(begin)
    before = set(values(get(running, upstream, path).json()))
    running.faults.switch_on(f"retyped-field:{upstream.lower()}")
    after = set(values(get(running, upstream, path).json()))
    assert before
    assert not before & after


def test_a_stream_breaks_after_a_hundred_messages(begin: Begin, clock: FixedClock) -> None:
    running = play(begin, "stream-cut:bluesky=1")
    cursor = int((clock.now() - timedelta(hours=1)).timestamp()) * 1_000_000
    url = f"{running.upstreams()['TALENTSCOPE_BLUESKY_URL']}/subscribe?cursor={cursor}"
    with connect(url, close_timeout=1) as socket:
        for _ in range(100):
            socket.recv(timeout=10)
        with pytest.raises(ConnectionClosedError):
            socket.recv(timeout=10)
    with connect(url, close_timeout=1) as socket:
        assert len([socket.recv(timeout=10) for _ in range(150)]) == 150


def test_a_stream_that_is_down_is_refused(begin: Begin) -> None:
    running = play(begin, "upstream-down:bluesky")
    with (
        pytest.raises(Exception, match="rejected"),
        connect(f"{running.upstreams()['TALENTSCOPE_BLUESKY_URL']}/subscribe", close_timeout=1),
    ):
        pass


def test_the_screener_serves_the_close_of_the_day_before(begin: Begin, clock: FixedClock) -> None:
    running = play(begin, "yesterday-again")
    clock.advance(TO_TUESDAY)
    stale = quotes(running)["ACMW"]["lastsale"]
    running.faults.switch_off("yesterday-again")
    fresh = quotes(running)["ACMW"]["lastsale"]
    close = running.employers.closed_day
    assert fresh == f"${running.employers.price('acme', close):.2f}"
    assert stale == f"${running.employers.price('acme', close - timedelta(days=1)):.2f}" != fresh


def test_a_ticker_that_vanished_is_listed_nowhere(begin: Begin) -> None:
    running = play(begin, "ticker-vanished:acme")
    assert "ACMW" not in quotes(running)
    tickers = [row[2] for row in get(running, "SEC", "/files/company_tickers_exchange.json").json()["data"]]
    assert "ACMW" not in tickers
    assert "BOLT" in tickers
    assert get(running, "FMP", "/stable/profile?symbol=ACMW&apikey=k").json() == []
    assert get(running, "SEC_DATA", "/submissions/CIK0000777001.json").json()["tickers"] == []


def test_a_renamed_company_has_another_ticker_and_tells_its_former_name(begin: Begin) -> None:
    running = play(begin, "company-renamed:acme")
    told = get(running, "SEC_DATA", "/submissions/CIK0000777001.json").json()
    assert "Acme Widgets" in [former["name"] for former in told["formerNames"]]
    assert told["name"] != "Acme Widgets"
    assert "ACMW" not in quotes(running)
    assert told["tickers"][0] in quotes(running)


def test_a_market_value_of_zero(begin: Begin) -> None:
    running = play(begin, "zero-market-value:acme")
    assert float(quotes(running)["ACMW"]["marketCap"] or 0) == 0
    assert float(quotes(running)["COSM"]["marketCap"]) > 0
    assert get(running, "FMP", "/stable/profile?symbol=ACMW&apikey=k").json()[0]["marketCap"] is None


def test_a_head_count_that_is_missing_stands_nowhere(begin: Begin) -> None:
    running = play(begin, "missing-employees:acme")
    recent = get(running, "SEC_DATA", "/submissions/CIK0000777001.json").json()["filings"]["recent"]
    place = recent["form"].index("10-K")
    accession, document = recent["accessionNumber"][place].replace("-", ""), recent["primaryDocument"][place]
    text = get(running, "SEC", f"/Archives/edgar/data/777001/{accession}/{document}").text
    assert "Human Capital" in text
    assert "employees" not in text.split("Item 1.")[1]
    assert [row.get("employees") for row in items(running)["Q990001"]] == [None]
    assert any("employees" in row for row in items(running)["Q990002"])
    profile = get(running, "FMP", "/stable/profile?symbol=ACMW&apikey=k").json()[0]
    assert profile["fullTimeEmployees"] is None
    assert get(running, "FMP", "/stable/historical-employee-count?symbol=ACMW&apikey=k").json() == []


def test_a_wrong_key_at_wikidata_is_another_issuers(begin: Begin) -> None:
    running = play(begin, "wrong-cik:acme")
    (told,) = {int(row["cik"]) for row in items(running)["Q990001"]}
    assert told != 777001
    assert told in {row[0] for row in get(running, "SEC", "/files/company_tickers_exchange.json").json()["data"]}


def test_a_split_makes_ten_shares_of_one_today_and_leaves_the_value(begin: Begin, clock: FixedClock) -> None:
    plain, split = play(begin).employers, play(begin, "share-split:acme").employers
    clock.advance(TO_TUESDAY)
    today = split.today
    assert split.shares("acme", today)[""] == 10 * plain.shares("acme", today)[""]
    assert split.price("acme", today) == pytest.approx((plain.price("acme", today) or 0) / 10, abs=0.01)
    assert split.market_value("acme", today) == pytest.approx(plain.market_value("acme", today), rel=0.001)
    before = today - timedelta(days=1)
    assert split.shares("acme", before) == plain.shares("acme", before)


def test_a_hiring_freeze_opens_nothing_new(begin: Begin, clock: FixedClock) -> None:
    plain, frozen = play(begin), play(begin, "hiring-freeze:acme")
    clock.advance(TO_TUESDAY)

    def days(running: Running) -> list[date]:
        jobs = get(running, "GREENHOUSE", GREENHOUSE).json()["jobs"]
        return [datetime.fromisoformat(job["first_published"]).astimezone(UTC).date() for job in jobs]

    today = clock.now().date()
    assert today in days(plain)
    assert days(frozen) == [day for day in days(plain) if day != today]


def test_posts_come_in_other_languages(begin: Begin, clock: FixedClock) -> None:
    running = play(begin, "foreign-posts:cosmo")
    yesterday = clock.now().date() - timedelta(days=1)
    told = running.employers.posts("cosmo", yesterday, "bluesky", begin=time(12), seconds=600)
    assert told
    assert "en" not in {post.language for post in told}
    assert {post.language for post in running.employers.posts("acme", yesterday, "hackernews")} >= {"en"}


def test_nobody_writes_about_a_company(begin: Begin, clock: FixedClock) -> None:
    running = play(begin, "no-posts:cosmo")
    yesterday = clock.now().date() - timedelta(days=1)
    assert [running.employers.posts("cosmo", yesterday, source) for source in ("hackernews", "reddit")] == [[], []]
    running.faults.switch_off("no-posts")
    assert running.employers.posts("cosmo", yesterday, "hackernews")
