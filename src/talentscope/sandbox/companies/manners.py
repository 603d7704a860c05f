"""What each upstream of companies puts up with, and how it says no. Rules: reference of the registry (companies.md),
sections 1.1, 2.1 and 3.1.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from talentscope.sandbox.exchange import Answer

JITTER = 0.05
"""Threads do not send to the millisecond: a span counts as so much shorter than it is."""


def _html(status: int, title: str, text: str) -> Answer:
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    return Answer(status, page.encode(), media="text/html; charset=utf-8")


def _too_many(wait: float) -> Answer:
    answer = Answer(429, {"error": "Too many requests"})
    answer.headers["Retry-After"] = str(max(1, ceil(wait)))
    return answer


def _sec_too_fast(wait: float) -> Answer:  # noqa: ARG001 - it names no time
    return _html(
        429, "SEC.gov | Request Rate Threshold Exceeded", "Current guidelines limit users to 10 requests per second."
    )


def sec_undeclared() -> Answer:
    """For a User-Agent without a contact."""
    return _html(
        403,
        "SEC.gov | Your Request Originates from an Undeclared Automated Tool",
        "Please declare your traffic by updating your user agent to include company specific information.",
    )


def gdelt_too_fast(*, is_200: bool) -> Answer:
    """Plain text, with either status."""
    text = b"Please limit requests to one every 5 seconds. Requests for larger queries are arranged with us."
    return Answer(200 if is_200 else 429, text, media="text/html; charset=utf-8")


def _fmp_spent(wait: float) -> Answer:  # noqa: ARG001 - it names no time
    return Answer(429, {"Error Message": "Limit Reach . Please upgrade your plan or visit our documentation"})


@dataclass(frozen=True)
class Manners:
    """`rates` are (most requests, seconds), all of which hold; `in_flight` the most at once; `pool` who shares them.

    `has_tags`: answers carry an ETag, and asking with it brings a 304.
    """

    name: str
    rates: tuple[tuple[int, float], ...] = ()
    in_flight: int | None = None
    pool: str = ""
    needs_contact: bool = False
    has_tags: bool = False
    is_board: bool = False
    robots: str | None = None  # the text of robots.txt; None is 404, "401" is that status
    refuse: Callable[[float], Answer] = _too_many


_OPEN = "User-agent: *\nAllow: /\n"
MANNERS = {
    manners.name: manners
    for manners in (
        Manners(
            "sec", ((10, 1.0),), pool="sec", needs_contact=True, has_tags=True, refuse=_sec_too_fast,
            robots="User-agent: *\nAllow: /Archives/edgar/data\nDisallow: /cgi-bin\nDisallow: /search\n",
        ),
        Manners("sec-data", ((10, 1.0),), pool="sec", needs_contact=True, has_tags=True, refuse=_sec_too_fast),
        Manners("wikidata", ((60, 60.0),), in_flight=1),
        Manners("nasdaq", ((30, 60.0),)),
        Manners("fmp", ((250, 86_400.0),), refuse=_fmp_spent),
        Manners("greenhouse", ((50, 1.0),), has_tags=True, is_board=True, robots="User-agent: *\nDisallow: /embed/\n"),
        Manners(
            "lever", ((3, 1.0),), in_flight=2, has_tags=True, is_board=True,
            robots="User-agent: *\nCrawl-delay: 1\nAllow: /\n",
        ),
        Manners(
            "lever-eu", ((3, 1.0),), in_flight=2, has_tags=True, is_board=True,
            robots="User-agent: *\nCrawl-delay: 1\nAllow: /\n",
        ),
        Manners("ashby", ((20, 1.0),), has_tags=True, is_board=True, robots="401"),
        Manners(
            "workable", ((10, 10.0),), in_flight=2, has_tags=True, is_board=True,
            robots="User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\n",
        ),
        Manners("workday", ((10, 1.0),), in_flight=4, is_board=True, robots=f"{_OPEN}Disallow: /*/login\n"),
        Manners("hackernews", ((10_000, 3_600.0),)),
        Manners("bluesky", ((20, 60.0),)),
        Manners("gdelt", ((1, 5.0),)),
        Manners("reddit", ((100, 60.0),)),
    )
}  # fmt: skip


class Turnstile:
    """Counts who comes to one upstream (or to several that share a pool)."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._came: deque[float] = deque()
        self._refused = 0

    def refusal(self, now: float, *, in_flight: int) -> Answer | None:
        """No, and how; None lets one more in. Who is refused does not count."""
        longest = max((seconds for _, seconds in self._manners.rates), default=0.0)
        while self._came and self._came[0] <= now - longest:
            self._came.popleft()
        waits = [self._wait(now, most, seconds) for most, seconds in self._manners.rates]
        if self._manners.in_flight is not None and in_flight > self._manners.in_flight:
            waits.append(1.0)
        if any(waits):
            self._refused += 1
            if self._manners.name == "gdelt":
                return gdelt_too_fast(is_200=self._refused % 2 == 0)
            return self._manners.refuse(max(waits))
        self._came.append(now)
        return None

    def _wait(self, now: float, most: int, seconds: float) -> float:
        begin = now - seconds * (1 - JITTER)
        inside = [at for at in self._came if at > begin]
        return inside[-most] - begin if len(inside) >= most else 0.0
