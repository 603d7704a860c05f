"""The visitor against answers in memory: pace, patience, refusals, redirects, and keys that stay at home."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from tests.answers import BASE, ELSEWHERE, NOW, Dripping, Recording, Upstream, html, say, site, visit

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamDown, UpstreamMalformed, UpstreamRefused
from talentscope.transport import visitor as visitor_module
from talentscope.transport.budget import Wait
from talentscope.transport.kept import Shelf
from talentscope.transport.pace import Pace
from talentscope.transport.visitor import ATTEMPTS, DEAD_AFTER, LIMITS_IN_A_ROW

KEY = "k3y+invented/1"


def test_it_says_who_it_is_and_carries_the_headers_of_the_site() -> None:
    upstream = Upstream(say({"a": 1}))
    visitor = visit(upstream, of=site(headers={"X-Api-Key": KEY}))

    assert visitor.get_json("/jobs", params={"q": "a b"}, headers={"Accept": "application/json"}) == {"a": 1}
    assert upstream.requests[0].headers["user-agent"] == "talentscope/1 (+mailto:a@example.org)"
    assert upstream.requests[0].headers["x-api-key"] == KEY
    assert upstream.requests[0].headers["accept"] == "application/json"
    assert str(upstream.requests[0].url) == f"{BASE}/jobs?q=a+b"


def test_a_base_of_its_own_takes_the_place_of_the_sites() -> None:
    upstream = Upstream(say())
    visitor = visit(upstream, of=site(url="https://{tenant}.{pod}.test"))
    visitor.get_json("/jobs", base="https://acme.wd5.test/")

    assert str(upstream.requests[0].url) == "https://acme.wd5.test/jobs"
    assert visitor.url_of("/jobs", base="https://acme.wd5.test") == "https://acme.wd5.test/jobs"


def test_starts_are_spaced_and_the_first_need_not_wait() -> None:
    clock = FixedClock(NOW)
    upstream = Recording(clock, lambda request: say())
    visitor = visit(upstream, of=site(per_second=4), clock=clock)
    for _ in range(4):
        visitor.get_json("/jobs")

    assert [at for at, _ in upstream.seen] == [0, 0.25, 0.5, 0.75]


def test_a_pause_between_requests_counts_towards_the_space() -> None:
    clock = FixedClock(NOW)
    visitor = visit(Upstream(say()), of=site(per_second=0.2), clock=clock)
    visitor.get_json("/jobs")
    clock.advance(4)
    visitor.get_json("/jobs")

    assert clock.slept == [1]


def test_a_clock_that_is_set_back_costs_one_space_and_no_more() -> None:
    clock = FixedClock(NOW)
    pace = Pace(2, clock=clock)
    pace.wait_turn(10)
    clock.advance(-3600)
    pace.wait_turn(10)

    assert sum(clock.slept) == 0.5


PASSING = [
    say(status=500),
    html(502),
    say(status=503),
    say(status=529),
    httpx.Response(200, content=b'{"total": 3, "ite'),
    httpx.ReadTimeout("slow"),
    httpx.ConnectError("connection refused"),
    httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
    httpx.DecodingError("not gzip"),
]


@pytest.mark.parametrize("trouble", PASSING, ids=lambda trouble: repr(trouble)[:60])
def test_a_trouble_that_passes_is_asked_through(trouble: httpx.Response | Exception) -> None:
    upstream, clock = Upstream(trouble, trouble, say({"a": 1})), FixedClock(NOW)
    visitor = visit(upstream, clock=clock)

    assert visitor.get_json("/jobs") == {"a": 1}
    assert (len(upstream.requests), visitor.requests) == (3, 3)
    assert sum(clock.slept) >= 2


@pytest.mark.parametrize("trouble", PASSING, ids=lambda trouble: repr(trouble)[:60])
def test_a_trouble_that_stays_is_raised_after_a_few_tries(trouble: httpx.Response | Exception) -> None:
    upstream = Upstream(trouble)
    is_malformed = isinstance(trouble, httpx.Response) and trouble.status_code == 200
    with pytest.raises(UpstreamMalformed if is_malformed else UpstreamDown) as error:
        visit(upstream).get_json("/jobs")

    assert len(upstream.requests) == ATTEMPTS
    assert "boards.test" in error.value.message
    assert "TALENTSCOPE_BOARDS_URL" in error.value.way_out


def test_a_site_that_is_down_is_left_alone_after_three() -> None:
    upstream = Upstream(httpx.ConnectError("connection refused"))
    visitor = visit(upstream)
    for _ in range(DEAD_AFTER + 5):
        with pytest.raises(UpstreamDown):
            visitor.get_json("/jobs")

    assert len(upstream.requests) == DEAD_AFTER * ATTEMPTS
    with pytest.raises(UpstreamDown, match="boards gave no usable answer 3 times in a row"):
        visitor.post_json("/jobs", body={})


@pytest.mark.parametrize("sign_of_life", [say(), say(status=404), html(200)])
def test_any_answer_is_a_sign_of_life(sign_of_life: httpx.Response) -> None:
    down = [say(status=500)] * ATTEMPTS
    upstream = Upstream(*down, *down, sign_of_life, *down, *down, say({"a": 1}))
    visitor = visit(upstream)
    outcomes = []
    for _ in range(6):
        try:
            outcomes.append(visitor.get_json("/jobs"))
        except (UpstreamDown, UpstreamRefused, UpstreamMalformed) as error:
            outcomes.append(type(error))

    assert outcomes[-3:] == [UpstreamDown, UpstreamDown, {"a": 1}]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422, 451])
def test_a_refusal_is_raised_at_once_with_what_the_site_said(status: int) -> None:
    upstream, clock = Upstream(say({"error": "no such board\x1b[2J"}, status=status)), FixedClock(NOW)
    with pytest.raises(UpstreamRefused, match="no such board") as refused:
        visit(upstream, clock=clock).get_json("/jobs", params={"q": "x"})

    assert (refused.value.status, len(upstream.requests), clock.slept) == (status, 1, [])
    assert refused.value.message.isprintable()
    assert "q=x" not in refused.value.message


def test_a_page_of_html_is_not_quoted_and_the_sites_own_hint_is_the_way_out() -> None:
    with pytest.raises(UpstreamRefused) as refused:
        visit(Upstream(html(403)), of=site(hints={403: "set TALENTSCOPE_CONTACT"})).get_json("/jobs")

    assert "Unicorn" not in refused.value.message
    assert refused.value.way_out == "set TALENTSCOPE_CONTACT"


AFTER: list[tuple[dict[str, str], float]] = [
    ({"retry_after": "45"}, 45),
    ({"retry_after": format_datetime(NOW + timedelta(seconds=45), usegmt=True)}, 46),
]


@pytest.mark.parametrize(
    ("status", "after", "waits"),
    [(429, {}, 5), *((status, after, waits) for status in (429, 403, 503, 529) for after, waits in AFTER)],
)
def test_a_limit_pauses_the_whole_site_as_long_as_it_says(status: int, after: dict[str, str], waits: float) -> None:
    clock, told = FixedClock(NOW), list[Wait]()
    upstream = Upstream(say(status=status, **after), say({"a": 1}))
    visitor = visit(upstream, clock=clock, on_wait=told.append)

    assert visitor.get_json("/jobs") == {"a": 1}
    assert waits <= (clock.now() - NOW).total_seconds() <= waits + 0.2
    assert [(wait.resource, wait.seconds) for wait in told] == [("boards", waits)]


def test_the_sites_own_clock_counts_for_a_date() -> None:
    clock, theirs = FixedClock(NOW), NOW + timedelta(hours=3)
    limit = say(
        status=429,
        date=format_datetime(theirs, usegmt=True),
        retry_after=format_datetime(theirs + timedelta(seconds=20), usegmt=True),
    )
    visit(Upstream(limit, say()), clock=clock).get_json("/jobs")

    assert 20 <= (clock.now() - NOW).total_seconds() <= 22


def test_a_limit_that_never_ends_is_a_refusal() -> None:
    upstream, clock = Upstream(say(status=429)), FixedClock(NOW)
    with pytest.raises(UpstreamRefused) as refused:
        visit(upstream, clock=clock).get_json("/jobs")

    assert (refused.value.status, len(upstream.requests)) == (429, LIMITS_IN_A_ROW)
    assert sum(clock.slept) <= 5 + 10 + 20 + 40 + 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_longer_wait_than_allowed_is_refused_for_everybody_without_asking(status: int) -> None:
    upstream, clock = Upstream(say(status=status, retry_after="86400")), FixedClock(NOW)
    visitor = visit(upstream, clock=clock)
    for _ in range(3):
        with pytest.raises(UpstreamRefused, match="at most 300 s") as refused:
            visitor.get_json("/jobs")
        assert refused.value.status == 429
        assert "TALENTSCOPE_MAX_WAIT_SECONDS" in refused.value.way_out

    assert (len(upstream.requests), clock.slept) == (1, [])


def test_a_long_pause_that_begins_while_another_waits_does_not_hold_it() -> None:
    clock = FixedClock(NOW)
    pace = Pace(0.1, clock=clock)
    pace.wait_turn(60)
    sleep = clock.sleep

    def sleep_while_another_meets_a_limit(seconds: float) -> None:
        pace.pause(86_400)
        sleep(seconds)

    clock.sleep = sleep_while_another_meets_a_limit  # type: ignore[method-assign]
    assert pace.wait_turn(60) > 60
    assert (clock.now() - NOW).total_seconds() == 10


@pytest.mark.parametrize(
    "page", [html(200), httpx.Response(200, content=b"  <!DOCTYPE html><p>proof of work</p>")], ids=["typed", "untyped"]
)
def test_html_with_status_200_is_no_answer_and_is_not_asked_for_again(page: httpx.Response) -> None:
    upstream = Upstream(page)
    with pytest.raises(UpstreamMalformed, match="HTML where JSON") as malformed:
        visit(upstream).get_json("/jobs")

    assert len(upstream.requests) == 1
    assert "TALENTSCOPE_BOARDS_URL" in malformed.value.way_out


def test_no_content_is_none() -> None:
    assert visit(Upstream(httpx.Response(204))).get_json("/jobs") is None


def test_a_304_that_nobody_asked_for_is_refused() -> None:
    with pytest.raises(UpstreamRefused, match="304"):
        visit(Upstream(httpx.Response(304))).get_json("/jobs")


def test_an_answer_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor_module, "MAX_BODY_BYTES", 1000)
    with pytest.raises(UpstreamMalformed, match="1,000 bytes"):
        visit(Upstream(say("x" * 2000))).get_json("/jobs")
    with pytest.raises(UpstreamMalformed, match="500 bytes"):
        visit(Upstream(say("x" * 900))).get_text("/jobs", limit_bytes=500)


def test_an_answer_that_drips_is_given_up() -> None:
    clock = FixedClock(NOW)
    with pytest.raises(UpstreamDown):
        visit(Upstream(httpx.Response(200, stream=Dripping(clock))), clock=clock).get_json("/jobs")


def test_text_is_read_in_the_charset_it_is_in() -> None:
    named = httpx.Response(
        200, headers={"content-type": "text/html; charset=iso-8859-2"}, content="Łódź".encode("iso-8859-2")
    )
    plain = httpx.Response(200, headers={"content-type": "text/plain"}, content="Łódź".encode())
    old = httpx.Response(200, headers={"content-type": "text/plain"}, content="36\u2019000\u2014".encode("cp1252"))
    lying = httpx.Response(200, headers={"content-type": "text/plain; charset=nonsense"}, content="Łódź".encode())

    assert [visit(Upstream(one)).get_text("/a") for one in (named, plain, lying)] == ["Łódź"] * 3
    assert visit(Upstream(old)).get_text("/a") == "36\u2019000\u2014"


@pytest.mark.parametrize(
    "body",
    [
        httpx.Response(200, headers={"content-type": "application/pdf"}, content=b"%PDF"),
        httpx.Response(200, headers={"content-type": "text/html"}, content=b"\0\0\0"),
    ],
    ids=["pdf", "bytes"],
)
def test_what_is_no_text_is_refused(body: httpx.Response) -> None:
    with pytest.raises(UpstreamMalformed, match="where text was expected"):
        visit(Upstream(body)).get_text("/a")


def test_questions_and_forms_are_posted() -> None:
    upstream = Upstream(say({"total": 7}))
    visitor = visit(upstream)

    assert visitor.post_json("/jobs", body={"limit": 20, "facets": {}}) == {"total": 7}
    assert json.loads(upstream.requests[0].content) == {"limit": 20, "facets": {}}
    assert visitor.post_form("/token", form={"grant_type": "client credentials"}, auth=("me", "geheim")) == {"total": 7}
    assert upstream.requests[1].content == b"grant_type=client+credentials"
    assert upstream.requests[1].headers["content-type"] == "application/x-www-form-urlencoded"
    assert upstream.requests[1].headers["authorization"] == "Basic bWU6Z2VoZWlt"


def test_a_redirect_is_followed_within_the_pace_and_headers_stay_at_home() -> None:
    clock = FixedClock(NOW)
    upstream = Upstream(say(status=301, location=f"{ELSEWHERE}/x"), say({"a": 1}))
    visitor = visit(upstream, of=site(headers={"X-Api-Key": KEY, "Accept": "application/json"}), clock=clock)

    assert visitor.get_json("/jobs", headers={"Authorization": "Bearer geheim", "X-Token": "geheim"}) == {"a": 1}
    assert {"x-api-key", "authorization", "x-token"} <= set(upstream.requests[0].headers)
    assert {"x-api-key", "authorization", "x-token"}.isdisjoint(upstream.requests[1].headers)
    assert upstream.requests[1].headers["accept"] == "application/json"
    assert clock.slept == [0.1]


@pytest.mark.parametrize("location", [f"{BASE}/again", "http://[", "file:///etc/passwd"])
def test_a_redirect_that_leads_nowhere_ends_the_request(location: str) -> None:
    upstream = Upstream(say(status=302, location=location))
    with pytest.raises((UpstreamMalformed, UpstreamDown)):
        visit(upstream).get_json("/jobs")

    assert len(upstream.requests) <= 30


def test_a_post_is_not_redirected() -> None:
    upstream = Upstream(say(status=302, location=f"{ELSEWHERE}/x"))
    with pytest.raises(UpstreamRefused):
        visit(upstream).post_json("/jobs", body={})

    assert len(upstream.requests) == 1


def test_a_key_in_the_query_is_sent_and_never_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = say({"Error Message": f"Invalid API KEY {KEY}"}, status=401)
    upstream = Upstream(say([1], etag='"1"'), echo, httpx.ConnectError(f"cannot reach ?apikey={KEY}"))
    visitor = visit(upstream, of=site(secret_params={"apikey": KEY}), cache=tmp_path)
    shown = [visitor.url_of("/profile", params={"symbol": "A"})]

    assert visitor.get_json("/profile", params={"symbol": "A"}) == [1]
    assert dict(upstream.requests[0].url.params) == {"symbol": "A", "apikey": KEY}
    for expected in (UpstreamRefused, UpstreamDown):
        with pytest.raises(expected) as error:
            visitor.get_json("/profile", params={"symbol": "A"})
        trail: BaseException | None = error.value
        while trail is not None:
            shown += [str(trail), repr(trail)]
            trail = trail.__cause__ or trail.__context__
        shown += [error.value.message, error.value.way_out]
    shown += [repr(visitor.site), caplog.text]
    shown += [f"{path} {Shelf(tmp_path).find(f'{BASE}/profile?symbol=A')}" for path in tmp_path.iterdir()]

    assert "Invalid API KEY" in " ".join(shown)
    assert "symbol=A" in caplog.text
    encoded = str(httpx.QueryParams({"x": KEY}))[2:]
    assert encoded != KEY
    for text in shown:
        assert KEY not in text
        assert encoded not in text


def test_a_password_that_is_echoed_is_not_shown() -> None:
    upstream = Upstream(say({"message": "geheim-17 is wrong for wer-auch-immer"}, status=401))
    with pytest.raises(UpstreamRefused) as refused:
        visit(upstream).post_form("/token", form={"grant_type": "x"}, auth=("wer-auch-immer", "geheim-17"))

    assert refused.value.message.endswith("answered 401 … is wrong for …")
