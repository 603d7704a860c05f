"""Bluesky: the posts of one fixed window of the day, replayed from the public stream."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from talentscope.registry.company import Company
from talentscope.registry.observation import Findings, Metric, Post
from talentscope.registry.passages import Find, passages
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import UpstreamDown, UpstreamError
from talentscope.sources.bluesky.records import COLLECTION, Other, Removed, Written, parse_message
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

PATH = "/subscribe"
HOST, PAGES = ".bsky.network", "https://bsky.app"
WINDOW_BEGINS = time(12, 0)
"""UTC: morning in America, evening in Europe. Always the same, so that a day asked twice gives the same posts."""

LATE = timedelta(seconds=60)
"""A stream whose first message is later than this after the window's beginning has a gap."""


def site(url: str) -> Site:
    """Jetstream is public and asks for no key; one connection, and what is not wanted is filtered at the source
    (wantedCollections), as its README asks of consumers."""
    return Site(name="bluesky", url=url, setting="TALENTSCOPE_BLUESKY_URL", per_second=0.5)


class Bluesky:
    """Posts that name a company. `seconds` is the length of the window; with 0 nothing is asked."""

    name = "bluesky"
    metrics: tuple[Metric, ...] = ()
    in_flight = 1
    has_past = False  # the stream is kept for about a day

    def __init__(self, visitor: Visitor, *, clock: Clock, find: Find, seconds: int) -> None:
        self._visitor, self._clock, self._find = visitor, clock, find
        url = visitor.site.url  # a stand-in's posts are nobody's
        self._pages = PAGES if url.endswith(HOST) else url.replace("ws", "http", 1)
        self._length = timedelta(seconds=seconds)
        self._day: date | None = None
        self._posts: dict[str, list[Post]] = {}
        self._notes: list[str] = []

    def covers(self, company: Company, day: date) -> bool:  # noqa: ARG002 - the protocol
        """Everybody is written about, if there is a window at all."""
        return bool(self._length)

    def prepare(self, companies: Sequence[Company], day: date) -> None:
        """Read the window of that day. Raises UpstreamError if nothing of it can be had."""
        self._day, self._posts, self._notes = None, {}, []
        if not companies:
            return
        wanted = {company.company_id for company in companies}
        written = self._read(day)
        for item in written:
            for company_id, text in passages(item.text, self._find).items():
                if company_id in wanted:
                    self._posts.setdefault(company_id, []).append(_post(item, company_id, text, pages=self._pages))
        self._notes.append(f"bluesky: {len(written):,} posts read, {self._length.total_seconds():.0f} s of {day}")
        self._day = day

    def observe(self, company: Company, day: date) -> Findings:
        """The company's posts of the day that was prepared."""
        if day != self._day:
            raise ValueError(f"prepare({day}) comes before observe; prepared is {self._day}")
        notes, self._notes = tuple(self._notes), []
        return Findings(posts=tuple(self._posts.get(company.company_id, ())), notes=notes)

    def _read(self, day: date) -> list[Written]:
        """Every post written in the window and not deleted in it. A stream that ends early leaves a note."""
        begin = datetime.combine(day, WINDOW_BEGINS, UTC)
        start, end = _microseconds(begin), _microseconds(min(begin + self._length, self._clock.now()))
        heard = _Heard(start, end)
        trouble: UpstreamError | None = None
        try:
            for message in self._visitor.listen(PATH, params={"wantedCollections": COLLECTION, "cursor": start}):
                if heard.take(message):
                    break
        except UpstreamError as error:
            trouble = error
        return self._judge(heard, begin, trouble)

    def _judge(self, heard: _Heard, begin: datetime, trouble: UpstreamError | None) -> list[Written]:
        if heard.first_us is None:
            raise trouble or UpstreamDown("bluesky's stream ended before anything came", way_out="run again later")
        first = datetime.fromtimestamp(heard.first_us / 1_000_000, UTC)
        if heard.first_us >= heard.end:
            raise UpstreamDown(
                f"bluesky's stream begins at {first:%Y-%m-%d %H:%M} UTC; that of {begin:%Y-%m-%d %H:%M} is gone",
                way_out="run once a day: the stream is kept for about that long",
            )
        if first - begin > LATE:
            self._notes.append(f"bluesky: the stream begins at {first:%H:%M:%S}, not at {begin:%H:%M:%S}")
        if not heard.is_over:
            last = datetime.fromtimestamp((heard.last_us or heard.first_us) / 1_000_000, UTC)
            why = trouble.message if trouble is not None else "it was closed"
            self._notes.append(f"bluesky: the stream ended early, at {last:%H:%M:%S}: {why}; what came is kept")
        self._notes += [f"bluesky: {count} messages set aside: {why}" for why, count in heard.set_aside.items()]
        return list(heard.written.values())


class _Heard:
    """What came of a window, in microseconds since 1970."""

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end
        self.first_us: int | None = None
        self.last_us: int | None = None
        self.is_over = False
        self.written: dict[str, Written] = {}
        self.set_aside: Counter[str] = Counter()

    def take(self, message: str) -> bool:
        """Take in one message; True if the window is over. What is before the window is passed over."""
        try:
            found = parse_message(message)
        except ValueError as error:
            self.set_aside[str(error)] += 1
            return False
        self.first_us = found.at_us if self.first_us is None else self.first_us
        self.last_us = found.at_us
        if found.at_us >= self.end:
            self.is_over = True
        elif isinstance(found, Other) or found.at_us < self.start:
            pass
        elif isinstance(found, Removed):
            self.written.pop(found.key, None)
        else:
            self.written[found.key] = found
        return self.is_over


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


def _post(item: Written, company_id: str, text: str, *, pages: str) -> Post:
    url = f"{pages}/profile/{item.did}/post/{item.rkey}"
    return Post(company_id, Bluesky.name, item.key, url, text, item.did, item.posted_at, item.language)
