"""Discovery: which search texts to ask, and how to read all matches of one. Pure and sans-I/O.

Keyset, not pages: ask `pushed:>=T` sorted by last push, always page 1; the next T is the last item's push. A
repository pushed meanwhile only moves ahead and is met again. The guards that make it safe are in `Keyset.receive`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise, product

from talentscope.runtime.errors import UsageError
from talentscope.sources.github.records import Coverage
from talentscope.sources.github.seen import Seen
from talentscope.sources.github.windows import (
    FIRST_REPOSITORY,
    ONE_SECOND,
    PAGE,
    RETRIES,
    Item,
    Page,
    SearchRequest,
    Windows,
    to_text,
)

__all__ = ["Item", "Keyset", "Page", "SearchRequest", "build_queries", "to_text"]

MAX_QUERY = 256
"""Characters of a search text. https://docs.github.com/en/rest/search/search#limitations-on-query-length"""

INDEX_LAG = timedelta(hours=1)
"""For this long after a push GitHub's search may still order a repository by the push before."""

MAX_SPLITS, MAX_STEPS_BACK = 64, 3

_TOPIC = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")
_UNSAFE = re.compile(r'["\\\x00-\x1f\x7f]')


def build_queries(
    *,
    topics: Sequence[str],
    keywords: Sequence[str] = (),
    languages: Sequence[str] = (),
    stars: tuple[int | None, int | None] = (None, None),
    size_kb: tuple[int | None, int | None] = (None, None),
    max_topics: int | None = None,
) -> list[str]:
    """The search texts, without `pushed:`, whose matches together are all that is asked for.

    One text for each topic or keyword and each language: what repeated `language:` means is not documented. The same
    wishes give the same texts, which are the keys of watermarks. Raises UsageError for what cannot be asked.
    """
    subjects = [f"topic:{_check_topic(topic)}" for topic in topics]
    subjects += [f'"{_check_words(word)}" in:name,description' for word in keywords]
    tongues = [f"language:{_quoted(language)}" for language in languages]
    if not (subjects or tongues):
        raise UsageError(
            "a search for all of GitHub: expected at least one topic, keyword or language",
            way_out="add for example `topics: [minecraft]` to the brief",
        )
    bands = [_band("stars", stars), _band("size", size_kb)]
    if max_topics is not None:
        bands.append(f"topics:<={max_topics}")
    # A token may see private repositories of its owner; they are nobody's evidence.
    texts = [
        " ".join(filter(None, [*parts, *bands, "is:public"])) for parts in product(subjects or [""], tongues or [""])
    ]
    for text in texts:
        if len(text) >= MAX_QUERY:
            raise UsageError(
                f"a search text has {len(text)} characters, expected fewer than {MAX_QUERY}: {text[:80]}…",
                way_out="shorten the keyword or the language in the brief",
            )
    return list(dict.fromkeys(texts))


def _check_topic(topic: str) -> str:
    name = topic.strip().lower()
    if _TOPIC.fullmatch(name) is None:
        raise UsageError(
            f"topic {topic[:60]!r}: expected letters, digits and hyphens, at most 50",
            way_out="put free words under keywords",
        )
    return name


def _check_words(word: str) -> str:
    words = " ".join(_UNSAFE.sub(" ", word).split())
    if not words:
        raise UsageError(f"keyword {word[:60]!r}: expected at least one letter or digit")
    return words


def _quoted(language: str) -> str:
    name = _check_words(language).lower()
    return f'"{name}"' if " " in name else name


def _band(name: str, band: tuple[int | None, int | None]) -> str:
    low, high = band
    if low is not None and high is not None:
        return f"{name}:{low}..{high}"
    if high is not None:
        return f"{name}:<={high}"
    return f"{name}:>={low}" if low else ""


class Keyset:
    """Reads all matches of one query pushed since a moment. Ask `next_request`, give the answer to `receive`.

    `read` counts distinct repositories however often they are met. Times are the server's.
    """

    def __init__(self, query: str, *, since: datetime, is_sweep: bool) -> None:
        self._query, self._since, self._is_sweep = query, since, is_sweep
        self._from, self._until = since.replace(microsecond=0), None  # type: datetime, datetime | None
        self._newest: datetime | None = None
        self._side: Windows | None = None  # reads one second with too many repositories, or everything by creation
        self._is_fallback = self._is_drained = False
        self._seen = Seen()
        self._retries = self._splits = self._steps_back = 0
        self._expected: int | None = None  # total that the next answer should at least tell
        self._before: datetime | None = None  # where the walk stood one answer ago
        self._reported = 0
        self._doubtful_from: datetime | None = None  # from here on an incomplete answer had to be taken as it was
        self._is_reported_surely = False
        self._requests = self._incomplete_pages = self._fallbacks = 0

    def next_request(self) -> SearchRequest | None:
        """The next page to ask for; None when the query is drained."""
        if self._is_drained:
            return None
        if self._side is not None:
            request = self._side.next_request()
            if request is not None:
                return request
            self._leave_side()
            return self.next_request()
        start = to_text(self._from)
        bound = f">={start}" if self._until is None else f"{start}..{to_text(self._until)}"
        return SearchRequest(f"{self._query} pushed:{bound}")

    def receive(self, page: Page, *, now: datetime) -> frozenset[int]:
        """Take in an answer; give the positions of the items that are new, or pushed again since they were read."""
        self._requests += 1
        self._incomplete_pages += page.is_incomplete
        self._report(page)
        if self._side is not None:
            self._side.receive(page)
            if self._side.is_doubtful:
                self._doubt(self._since if self._is_fallback else self._from)
            fresh = frozenset(n for n, item in enumerate(page.items) if self._take(item))
            if self._is_fallback and self._side.next_request() is None:
                self._is_drained = True
            return fresh
        if not self._is_trusted(page, now):
            return frozenset()
        fresh = frozenset(n for n, item in enumerate(page.items) if self._take(item) or self._is_ahead(item))
        if page.is_incomplete:
            self._pass_by(page, now)
        else:
            self._advance(page, now, has_new=bool(fresh))
        return fresh

    def coverage(self, now: datetime) -> Coverage:
        """What was read so far. `watermark`: from here on it must be asked again; all before is read.

        A walk that had to take an incomplete answer ends as `draining`: the next run asks from there again.
        """
        read = len(self._seen)
        reported = self._reported if self._is_reported_surely else max(self._reported, read)
        return Coverage(
            query=self._query,
            since=self._since,
            reported=reported,
            read=read,
            missing=max(0, reported - read),
            requests=self._requests,
            incomplete_pages=self._incomplete_pages,
            fallbacks=self._fallbacks,
            state="drained" if self._is_drained and self._doubtful_from is None else "draining",
            watermark=self._watermark(now),
            is_sweep=self._is_sweep,
            observed_at=now,
        )

    def _watermark(self, now: datetime) -> datetime:
        if self._doubtful_from is not None:
            return max(self._since, self._doubtful_from)
        if self._is_drained:
            return max(self._since, min(self._newest or self._since, now))
        return self._since if self._is_fallback else max(self._since, self._from)

    def _report(self, page: Page) -> None:
        """The first complete answer's total for the whole counts; without one, the largest told."""
        if self._is_reported_surely or self._side is not None:
            return
        is_whole = self._until is None and self._from <= self._since
        self._is_reported_surely = is_whole and not page.is_incomplete
        self._reported = page.total if self._is_reported_surely else max(page.total, self._reported)

    def _take(self, item: Item) -> bool:
        if item.pushed_at is not None and (self._newest is None or item.pushed_at > self._newest):
            self._newest = item.pushed_at
        return self._seen.add(item.github_id)

    def _is_ahead(self, item: Item) -> bool:
        """Met before, but further on than where the walk stands: pushed again."""
        return item.pushed_at is not None and item.pushed_at > self._from

    # --- guards ----------------------------------------------------------------------------------------------------

    def _is_trusted(self, page: Page, now: datetime) -> bool:
        """Whether the walk may go on from this page; if not, the way on has been changed."""
        if page.is_incomplete:
            return not (self._retry() or self._split(now))
        pushes = [item.pushed_at for item in page.items if item.pushed_at is not None]
        settled = [pushed for pushed in pushes if pushed <= now - INDEX_LAG]
        is_stale = any(pushed < self._from for pushed in pushes)
        is_disordered = any(later < earlier for earlier, later in pairwise(settled))
        is_empty_handed = not pushes and page.total > len(page.items)
        if is_stale or is_disordered or is_empty_handed:
            if not self._retry():
                self._fall_back(now)
            return False
        return not self._has_hole(page, now)

    def _retry(self) -> bool:
        """Ask the same again, if that was not done too often."""
        self._retries += 1
        return self._retries <= RETRIES

    def _split(self, now: datetime) -> bool:
        """Ask for half the time only: what takes GitHub too long as a whole may be done in parts."""
        end = self._until or now
        if end - self._from <= ONE_SECOND or self._splits >= MAX_SPLITS:
            return False
        self._until = (self._from + (end - self._from) / 2).replace(microsecond=0)
        self._splits, self._retries, self._expected = self._splits + 1, 0, None
        return True

    def _has_hole(self, page: Page, now: datetime) -> bool:
        """total(k+1) must be at least total(k) less what was passed; else repositories were jumped over."""
        if self._expected is None or self._before is None:
            return False
        shortfall = self._expected - page.total
        if shortfall <= max(2, self._expected // 1000):
            return False
        if self._steps_back < MAX_STEPS_BACK:
            self._from, self._expected = self._before, None
            self._steps_back += 1
            return True
        if shortfall > max(PAGE, self._expected // 100):
            self._fall_back(now)
            return True
        return False

    def _fall_back(self, now: datetime) -> None:
        """The order by last push cannot be trusted: read everything from the start by date of creation."""
        self._is_fallback, self._until, self._expected = True, None, None
        self._fallbacks += 1
        scope = f"{self._query} pushed:>={to_text(self._since)}"
        self._side = Windows(scope, first=FIRST_REPOSITORY, last=_tomorrow(now))

    # --- going on --------------------------------------------------------------------------------------------------

    def _advance(self, page: Page, now: datetime, *, has_new: bool) -> None:
        self._retries = 0
        if len(page.items) >= page.total or (not has_new and page.total <= PAGE):
            self._close_part()
            return
        goal = self._next_from(page, now)
        if goal == self._from:
            # Everything on this page shares one second, and there is more.
            self._side = Windows(
                f"{self._query} pushed:{to_text(goal)}..{to_text(goal)}", first=FIRST_REPOSITORY, last=_tomorrow(now)
            )
            return
        passed = sum(1 for item in page.items if item.pushed_at is not None and item.pushed_at < goal)
        self._expected = page.total - passed if self._until is None else None
        self._before, self._from = self._from, goal

    def _pass_by(self, page: Page, now: datetime) -> None:
        """Nothing helped to make this page complete: take what came and go on. Its total means nothing."""
        self._retries, self._expected = 0, None
        self._doubt(self._from)
        if not page.items:
            self._close_part()
        else:
            goal = self._next_from(page, now)
            self._from = goal if goal > self._from else self._from + ONE_SECOND
            self._leave_part()

    def _doubt(self, moment: datetime) -> None:
        self._doubtful_from = min(moment, self._doubtful_from or moment)

    def _next_from(self, page: Page, now: datetime) -> datetime:
        """The last push on the page. One of the last hour may stand in an older place than it says, so while there
        are settled ones to go by, only these count."""
        pushes = [item.pushed_at for item in page.items if item.pushed_at is not None]
        settled = [pushed for pushed in pushes if pushed <= now - INDEX_LAG]
        if settled and settled[-1] > self._from:
            return settled[-1]
        return pushes[-1] if pushes else self._from

    def _close_part(self) -> None:
        if self._until is None:
            self._is_drained = True
        else:
            self._from, self._until, self._expected = self._until + ONE_SECOND, None, None

    def _leave_side(self) -> None:
        """One crowded second is read; go on with the next."""
        self._side, self._expected = None, None
        self._from += ONE_SECOND
        self._leave_part()

    def _leave_part(self) -> None:
        if self._until is not None and self._from > self._until:
            self._until = None


def _tomorrow(now: datetime) -> datetime:
    return now.replace(microsecond=0) + timedelta(days=1)
