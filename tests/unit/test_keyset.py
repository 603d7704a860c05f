"""Keyset discovery against an index in memory: complete, near the floor in requests, and guarded."""

from __future__ import annotations

import math
import random
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from talentscope.sources.github.search import Item, Keyset, Page, SearchRequest
from talentscope.sources.github.seen import Seen
from talentscope.sources.github.windows import REACH

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BEGINNING = datetime(2008, 1, 1, tzinfo=UTC)
FOREVER = datetime.max.replace(tzinfo=UTC)
SECOND = timedelta(seconds=1)
BOUND = re.compile(r"(pushed|created):(?:>=(\S+Z)|(\S+?Z)\.\.(\S+))")

Spoil = Callable[[int, SearchRequest, Page], Page]


@dataclass
class Row:
    github_id: int
    pushed_at: datetime
    created_at: datetime


@dataclass
class Index:
    """A search index of the rows given. `spoil` may change answer number n; `between` runs after each answer."""

    rows: list[Row]
    spoil: Spoil = lambda _n, _request, page: page
    between: Callable[[Index], None] | None = None
    requests: list[SearchRequest] = field(default_factory=list)
    ordered: list[Row] | None = None

    def answer(self, request: SearchRequest) -> Page:
        self.requests.append(request)
        assert request.page * 100 <= REACH, "GitHub answers 422 beyond 1,000 results"
        found = self._find(request)
        shown = found[(request.page - 1) * 100 : request.page * 100]
        page = Page(len(found), False, tuple(Item(row.github_id, row.pushed_at) for row in shown))
        page = self.spoil(len(self.requests), request, page)
        if self.between is not None:
            self.between(self)
            self.ordered = None
        return page

    def _find(self, request: SearchRequest) -> list[Row]:
        if self.ordered is None:
            self.ordered = sorted(self.rows, key=lambda row: (row.pushed_at, row.github_id))
        found = self.ordered
        for name, low, high in bounds(request.q):
            if name == "pushed":
                first = bisect_left(found, low, key=lambda row: row.pushed_at)
                found = found[first : bisect_right(found, high, key=lambda row: row.pushed_at)]
            else:
                found = [row for row in found if low <= row.created_at <= high]
        return found if request.sort == "updated" else sorted(found, key=lambda row: (row.github_id % 7, row.github_id))


def bounds(q: str) -> Iterator[tuple[str, datetime, datetime]]:
    for name, only, low, high in BOUND.findall(q):
        yield name, datetime.fromisoformat(only or low), datetime.fromisoformat(high) if high else FOREVER


def rows(count: int, *, seed: int = 1, until: datetime = NOW) -> list[Row]:
    """Most pushed lately, as on GitHub."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        created = BEGINNING + rng.random() * (until - BEGINNING)
        pushed = created + (until - created) * (1 - rng.random() ** 3)
        made.append(Row(1000 + number * 17, pushed.replace(microsecond=0), created.replace(microsecond=0)))
    return made


@dataclass
class Walked:
    keyset: Keyset
    ids: set[int]
    requests: int
    watermarks: list[datetime | None]


def walk(index: Index, *, since: datetime = BEGINNING, now: datetime = NOW, at_most: int = 5_000) -> Walked:
    keyset, ids, watermarks = Keyset("topic:minecraft", since=since, is_sweep=True), set[int](), []
    while (request := keyset.next_request()) is not None:
        assert len(index.requests) < at_most, "the walk does not end"
        page = index.answer(request)
        fresh = keyset.receive(page, now=now)
        ids |= {page.items[number].github_id for number in fresh}
        watermarks.append(keyset.coverage(now).watermark)
    return Walked(keyset, ids, len(index.requests), watermarks)


def on(number: int, change: Callable[[Page], Page]) -> Spoil:
    return lambda n, _request, page: change(page) if n == number else page


def halved(page: Page) -> Page:
    half = page.items[: len(page.items) // 2]
    return Page(len(half), True, half)


def turned(page: Page) -> Page:
    half = len(page.items) // 2
    return replace(page, items=page.items[half:] + page.items[:half])


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 2_500, 20_000])
def test_a_quiet_query_is_read_whole_near_the_floor(count: int) -> None:
    walked = walk(Index(rows(count)))

    coverage = walked.keyset.coverage(NOW)
    assert len(walked.ids) == coverage.read == coverage.reported == count
    assert (coverage.missing, coverage.state, coverage.fallbacks) == (0, "drained", 0)
    floor = max(1, math.ceil(count / 100))
    assert walked.requests <= max(1.05 * floor, floor + 1)
    assert coverage.requests == walked.requests


def test_nothing_is_lost_while_repositories_are_pushed_during_the_crawl() -> None:
    rng = random.Random(7)

    def push(index: Index) -> None:
        for row in rng.sample(index.rows, 5):
            row.pushed_at = NOW - timedelta(seconds=rng.randrange(60))

    index = Index(rows(5_000), between=push)
    walked = walk(index)

    coverage = walked.keyset.coverage(NOW)
    assert walked.ids == {row.github_id for row in index.rows}
    assert (coverage.read, coverage.missing, coverage.fallbacks) == (5_000, 0, 0)
    assert walked.requests <= 1.05 * 50 + 3 + 1  # 250 repositories pushed again are read again: three pages more


def test_a_repository_pushed_again_is_handed_over_again_but_counted_once() -> None:
    index = Index(rows(300))
    first = min(index.rows, key=lambda row: row.pushed_at)

    def push(index: Index) -> None:
        first.pushed_at = NOW

    index.between = push
    keyset, met = Keyset("q", since=BEGINNING, is_sweep=True), []
    while (request := keyset.next_request()) is not None:
        page = index.answer(request)
        met += [page.items[n] for n in keyset.receive(page, now=NOW)]
    assert [item.pushed_at for item in met if item.github_id == first.github_id][-1] == NOW
    assert keyset.coverage(NOW).read == 300


@pytest.mark.parametrize("count", [100, 101, 150, 1_000, 1_001, 2_300])
def test_many_repositories_pushed_in_one_second_are_all_read(count: int) -> None:
    made = rows(3_000)
    tied = sorted(made, key=lambda row: row.pushed_at)[400 : 400 + count]
    for row in tied:
        row.pushed_at = tied[0].pushed_at
    walked = walk(Index(made))

    assert walked.ids == {row.github_id for row in made}
    assert walked.keyset.coverage(NOW).missing == 0
    assert walked.requests <= 30 * 1.05 + count / 50 + 4


@pytest.mark.parametrize("number", [1, 2, 13, 26])
def test_an_incomplete_answer_is_asked_for_again(number: int) -> None:
    walked = walk(Index(rows(2_500), spoil=on(number, halved)))

    coverage = walked.keyset.coverage(NOW)
    assert (coverage.read, coverage.missing, coverage.reported, coverage.incomplete_pages) == (2_500, 0, 2_500, 1)
    assert walked.requests <= 28


def test_what_stays_incomplete_is_asked_for_in_halves_of_its_time() -> None:
    def too_much(_n: int, request: SearchRequest, page: Page) -> Page:
        return halved(page) if page.total > 800 else page

    index = Index(rows(2_500), spoil=too_much)
    walked = walk(index)

    coverage = walked.keyset.coverage(NOW)
    assert len(walked.ids) == 2_500
    assert coverage.state == "drained"
    assert any(".." in request.q for request in index.requests)


def test_a_source_that_is_always_incomplete_is_read_as_far_as_can_be_and_never_called_drained() -> None:
    index = Index(rows(1_000), spoil=lambda _n, _request, page: halved(page) if len(page.items) > 1 else page)
    walked = walk(index)

    coverage = walked.keyset.coverage(NOW)
    assert coverage.read >= 990
    assert coverage.reported >= coverage.read
    assert coverage.incomplete_pages > 3
    assert coverage.state == "draining"
    assert coverage.watermark is not None
    assert coverage.watermark < max(row.pushed_at for row in index.rows)


def test_the_watermark_stays_before_the_first_answer_that_remained_incomplete() -> None:
    made = sorted(rows(1_000), key=lambda row: row.pushed_at)
    lost, last = made[550], made[549].pushed_at

    def hides(_n: int, _request: SearchRequest, page: Page) -> Page:
        kept = tuple(item for item in page.items if item.github_id != lost.github_id)
        return page if len(kept) == len(page.items) else Page(page.total - 1, True, kept)

    walked = walk(Index(made, spoil=hides))

    coverage = walked.keyset.coverage(NOW)
    assert (coverage.read, coverage.reported, coverage.missing, coverage.state) == (999, 1_000, 1, "draining")
    assert coverage.watermark is not None
    assert coverage.watermark <= lost.pushed_at
    assert last - coverage.watermark < timedelta(days=400)


@pytest.mark.parametrize("number", [1, 5])
def test_one_page_out_of_order_is_asked_for_again(number: int) -> None:
    walked = walk(Index(rows(2_500), spoil=on(number, turned)))

    coverage = walked.keyset.coverage(NOW)
    assert (coverage.read, coverage.missing, coverage.fallbacks) == (2_500, 0, 0)
    assert walked.requests <= 28


@pytest.mark.parametrize("begins_at", [1, 10])
def test_when_the_order_cannot_be_trusted_everything_is_read_by_date_of_creation(begins_at: int) -> None:
    def disordered(n: int, _request: SearchRequest, page: Page) -> Page:
        return turned(page) if n >= begins_at else page

    index = Index(rows(5_000), spoil=disordered)
    walked = walk(index)

    coverage = walked.keyset.coverage(NOW)
    assert walked.ids == {row.github_id for row in index.rows}
    assert (coverage.read, coverage.missing, coverage.fallbacks, coverage.state) == (5_000, 0, 1, "drained")
    assert walked.requests <= 50 * 1.6 + begins_at + 16


def test_the_watermark_goes_back_to_the_start_and_stays_until_a_fall_back_is_drained() -> None:
    def disordered(n: int, _request: SearchRequest, page: Page) -> Page:
        return turned(page) if n >= 10 else page

    index = Index(rows(5_000), spoil=disordered)
    walked = walk(index)

    assert walked.watermarks[8] > BEGINNING
    assert set(walked.watermarks[12:-1]) == {BEGINNING}
    assert walked.watermarks[-1] == max(row.pushed_at for row in index.rows)


@pytest.mark.parametrize("number", [2, 14, 26])
def test_a_page_that_repeats_the_one_before_is_asked_for_again(number: int) -> None:
    pages: list[Page] = []

    def repeat(n: int, _request: SearchRequest, page: Page) -> Page:
        pages.append(page)
        return replace(page, items=pages[-2].items) if n == number else page

    walked = walk(Index(rows(2_500), spoil=repeat))

    assert walked.keyset.coverage(NOW).missing == 0
    assert walked.requests <= 28


def test_a_jump_over_repositories_is_noticed_by_the_total_and_taken_back() -> None:
    made = rows(2_500)
    late = sorted(made, key=lambda row: row.pushed_at)[1_500:1_600]

    def foreign(page: Page) -> Page:
        return replace(page, items=tuple(Item(row.github_id, row.pushed_at) for row in late))

    walked = walk(Index(made, spoil=on(3, foreign)))

    coverage = walked.keyset.coverage(NOW)
    assert (coverage.read, coverage.missing) == (2_500, 0)
    assert walked.requests <= 30


def test_index_lag_neither_stops_the_walk_nor_makes_it_jump() -> None:
    """GitHub shows the true push of a repository which its index still orders by the push before."""
    made = rows(3_000, until=NOW - timedelta(hours=2))
    lagging = {row.github_id for row in random.Random(3).sample(made, 40)}
    lagging.add(sorted(made, key=lambda row: row.pushed_at)[99].github_id)  # the last of the first page

    def show(_n: int, _request: SearchRequest, page: Page) -> Page:
        pushed = NOW - timedelta(minutes=5)
        items = tuple(replace(item, pushed_at=pushed) if item.github_id in lagging else item for item in page.items)
        return replace(page, items=items)

    walked = walk(Index(made, spoil=show))

    coverage = walked.keyset.coverage(NOW)
    assert (coverage.read, coverage.missing, coverage.fallbacks) == (3_000, 0, 0)


def test_a_deficit_is_reported() -> None:
    walked = walk(Index(rows(2_500), spoil=on(1, lambda page: replace(page, total=2_600))))

    coverage = walked.keyset.coverage(NOW)
    assert (coverage.reported, coverage.read, coverage.missing, coverage.state) == (2_600, 2_500, 100, "drained")


def test_a_total_with_nothing_behind_it_ends_with_a_deficit() -> None:
    walked = walk(Index(rows(400), spoil=lambda _n, _request, page: replace(page, items=())), at_most=400)

    coverage = walked.keyset.coverage(NOW)
    assert (coverage.read, coverage.missing, coverage.state) == (0, 400, "drained")


def test_stored_batches_and_their_watermark_are_a_checkpoint_at_every_page() -> None:
    made = rows(1_200)
    tied = sorted(made, key=lambda row: row.pushed_at)[300:550]
    for row in tied:
        row.pushed_at = tied[0].pushed_at
    everything = {row.github_id for row in made}
    for stop_after in range(1, 20):
        index, keyset = Index(made), Keyset("q", since=BEGINNING, is_sweep=True)
        stored: set[int] = set()
        for _ in range(stop_after):
            request = keyset.next_request()
            if request is None:
                break
            page = index.answer(request)
            stored |= {page.items[n].github_id for n in keyset.receive(page, now=NOW)}
        watermark = keyset.coverage(NOW).watermark
        assert watermark is not None
        assert stored | walk(Index(made), since=watermark).ids == everything


def test_an_empty_query_is_drained_with_its_start_for_a_watermark() -> None:
    coverage = walk(Index([]), since=NOW - SECOND).keyset.coverage(NOW)

    assert (coverage.state, coverage.watermark, coverage.reported) == ("drained", NOW - SECOND, 0)


def test_a_push_from_the_future_does_not_move_the_watermark_past_now() -> None:
    made = rows(10)
    made[0].pushed_at = NOW + timedelta(days=900)

    assert walk(Index(made)).keyset.coverage(NOW).watermark == NOW


def test_the_set_of_ids_met_agrees_with_a_plain_set() -> None:
    rng, seen, plain = random.Random(5), Seen(), set[int]()
    for _ in range(20_000):
        number = rng.choice([rng.randrange(200), rng.randrange(1_200_000_000)])
        assert (number in seen) == (number in plain)
        assert seen.add(number) == (number not in plain)
        plain.add(number)
    assert len(seen) == len(plain)
