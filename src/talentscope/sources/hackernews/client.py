"""Hacker News: every story and comment of a day, read once for all companies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from talentscope.registry.company import Company
from talentscope.registry.observation import Findings, Metric, Post
from talentscope.registry.passages import Find, passages
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import UpstreamMalformed
from talentscope.sources.hackernews.records import Item, parse_answer
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

PATH = "/api/v1/search_by_date"
MOST_HITS = 1_000
"""What one search shows at most, however many hits it counts."""

SLICE = timedelta(hours=1)
HOME, PAGES = "https://hn.algolia.com", "https://news.ycombinator.com"


def site(url: str) -> Site:
    """Algolia's HN search. It publishes no limit; users report 10,000 requests an hour (reference: companies.md, 3.1),
    which is 2.8 a second. A day takes about forty requests."""
    return Site(name="hackernews", url=url, setting="TALENTSCOPE_HACKERNEWS_URL", per_second=2.0)


class HackerNews:
    """Posts that name a company. `find` tells which companies a text names."""

    name = "hackernews"
    metrics: tuple[Metric, ...] = ()
    in_flight = 1
    has_past = True

    def __init__(self, visitor: Visitor, *, clock: Clock, find: Find) -> None:
        self._visitor, self._clock, self._find = visitor, clock, find
        self._pages = PAGES if visitor.site.url == HOME else visitor.site.url  # a stand-in's items are nobody's
        self._day: date | None = None
        self._posts: dict[str, list[Post]] = {}
        self._notes: list[str] = []

    def covers(self, company: Company, day: date) -> bool:  # noqa: ARG002 - the protocol
        """Everybody is written about."""
        return True

    def prepare(self, companies: Sequence[Company], day: date) -> None:
        """Read the whole UTC day. Raises UpstreamError; then nothing of the day is known."""
        self._day, self._posts, self._notes = None, {}, []
        wanted = {company.company_id for company in companies}
        items = self._read(day)
        for item in items:
            for company_id, text in passages(item.text, self._find).items():
                if company_id in wanted:
                    self._posts.setdefault(company_id, []).append(_post(item, company_id, text, pages=self._pages))
        self._notes.append(f"hackernews: {len(items):,} stories and comments of {day} read")
        self._day = day

    def observe(self, company: Company, day: date) -> Findings:
        """The company's posts of the day that was prepared."""
        if day != self._day:
            raise ValueError(f"prepare({day}) comes before observe; prepared is {self._day}")
        notes, self._notes = tuple(self._notes), []
        return Findings(posts=tuple(self._posts.get(company.company_id, ())), notes=notes)

    def _read(self, day: date) -> list[Item]:
        start = datetime.combine(day, time(), UTC)
        slices = [(start + n * SLICE, start + (n + 1) * SLICE) for n in range(24)]
        items: dict[str, Item] = {}
        set_aside: Counter[str] = Counter()
        while slices:
            since, until = slices.pop()
            answer = parse_answer(self._visitor.get_json(PATH, params=_params(since, until)))
            inside = [item for item in answer.items if since <= item.posted_at < until]
            if answer.items and not inside:
                raise UpstreamMalformed(
                    f"hackernews: asked for {since:%Y-%m-%d %H:%M:%S} to {until:%H:%M:%S} UTC, "
                    f"came items of {answer.items[0].posted_at:%Y-%m-%d %H:%M:%S}"
                )
            set_aside.update(answer.set_aside)
            set_aside["outside the time that was asked for"] += len(answer.items) - len(inside)
            is_whole = answer.total < MOST_HITS and answer.shown >= answer.total
            if not is_whole and until - since > timedelta(seconds=1):
                middle = (since + (until - since) / 2).replace(microsecond=0)
                slices += [(since, middle), (middle, until)]
                continue
            if not is_whole:
                self._notes.append(
                    f"hackernews: {answer.total:,} items at {since:%H:%M:%S}, {answer.shown:,} of them shown"
                )
            items.update((item.item_id, item) for item in inside)
        self._notes += _told(set_aside)
        return list(items.values())


def _params(since: datetime, until: datetime) -> dict[str, str | int]:
    return {
        "query": "",
        "tags": "(story,comment)",
        "numericFilters": f"created_at_i>={int(since.timestamp())},created_at_i<{int(until.timestamp())}",
        "hitsPerPage": MOST_HITS,
    }


def _post(item: Item, company_id: str, text: str, *, pages: str) -> Post:
    url = f"{pages}/item?id={item.item_id}"
    return Post(company_id, HackerNews.name, item.item_id, url, text, item.author, item.posted_at)


def _told(set_aside: Counter[str]) -> Iterable[str]:
    return [f"hackernews: {count} items set aside: {reason}" for reason, count in set_aside.items() if count]
