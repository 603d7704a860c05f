"""robots.txt: read once, obeyed, and what its silence means (RFC 9309)."""

from __future__ import annotations

import httpx
import pytest
from tests.answers import BASE, ELSEWHERE, NOW, Recording, say, site, visit

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamRefused
from talentscope.transport.visitor import ATTEMPTS


def robots(text: str | int, clock: FixedClock | None = None) -> Recording:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/robots.txt"):
            return httpx.Response(text) if isinstance(text, int) else httpx.Response(200, text=text)
        return say({"a": 1})

    return Recording(clock or FixedClock(NOW), answer)


def test_robots_are_read_once_and_obeyed() -> None:
    upstream = robots("User-agent: *\nDisallow: /private\n\nUser-agent: other\nDisallow: /")
    visitor = visit(upstream, of=site(heeds_robots=True))

    assert visitor.get_json("/jobs") == {"a": 1}
    for _ in range(2):
        with pytest.raises(UpstreamRefused, match=r"robots\.txt") as refused:
            visitor.get_json("/private/jobs")
        assert refused.value.status == 403
    assert [url for _, url in upstream.seen] == [f"{BASE}/robots.txt", f"{BASE}/jobs"]


def test_robots_may_name_us() -> None:
    upstream = robots("User-agent: *\nAllow: /\n\nUser-agent: talentscope\nDisallow: /")
    with pytest.raises(UpstreamRefused):
        visit(upstream, of=site(heeds_robots=True)).get_json("/jobs")


def test_a_site_whose_terms_allow_it_is_not_asked_for_robots() -> None:
    upstream = robots("User-agent: *\nDisallow: /")
    assert visit(upstream).get_json("/jobs") == {"a": 1}


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_without_robots_everything_is_allowed(status: int) -> None:
    assert visit(robots(status), of=site(heeds_robots=True)).get_json("/jobs") == {"a": 1}


@pytest.mark.parametrize("status", [500, 503, 429])
def test_robots_that_cannot_be_read_keep_us_away(status: int) -> None:
    upstream = robots(status)
    visitor = visit(upstream, of=site(heeds_robots=True))
    for _ in range(2):
        with pytest.raises(UpstreamRefused, match="cannot be read"):
            visitor.get_json("/jobs")

    assert {url for _, url in upstream.seen} == {f"{BASE}/robots.txt"}
    assert len(upstream.seen) == ATTEMPTS


def test_a_crawl_delay_slows_and_one_beyond_patience_keeps_us_away() -> None:
    clock = FixedClock(NOW)
    upstream = robots("User-agent: *\nCrawl-delay: 2", clock)
    visitor = visit(upstream, of=site(heeds_robots=True), clock=clock)
    visitor.get_json("/a")
    visitor.get_json("/b")

    assert [at for at, _ in upstream.seen] == [0, 2, 4]
    with pytest.raises(UpstreamRefused):
        visit(robots("User-agent: *\nCrawl-delay: 9999"), of=site(heeds_robots=True)).get_json("/a")


def test_every_host_has_its_own_robots_and_a_base_with_a_path_stands_in_for_a_host() -> None:
    upstream = robots("User-agent: *\nDisallow: /private")
    visitor = visit(upstream, of=site(url=f"{BASE}/lever", heeds_robots=True))
    visitor.get_json("/jobs")
    with pytest.raises(UpstreamRefused):
        visitor.get_json("/private")
    visitor.get_json("/jobs", base="https://acme.wd5.test")

    asked = [url for _, url in upstream.seen if url.endswith("robots.txt")]
    assert asked == [f"{BASE}/lever/robots.txt", "https://acme.wd5.test/robots.txt"]


def test_robots_behind_a_redirect_are_read_there() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if str(request.url) == f"{BASE}/robots.txt":
            return httpx.Response(301, headers={"location": f"{ELSEWHERE}/robots.txt"})
        return httpx.Response(200, text="User-agent: *\nDisallow: /") if "robots" in str(request.url) else say()

    with pytest.raises(UpstreamRefused):
        visit(Recording(FixedClock(NOW), answer), of=site(heeds_robots=True)).get_json("/jobs")
