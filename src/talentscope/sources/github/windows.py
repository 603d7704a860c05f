"""Reading a search by windows of `created:`, halved until each holds at most 1,000. Sans-I/O: no socket, no clock.

The date of creation never changes, so nothing moves from one window to another; it is what remains when the order by
last push cannot be trusted, or when too many repositories share one second of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

PAGE = 100
REACH = 1_000
"""Results that a search can be paged through. https://docs.github.com/en/rest/search/search#about-search"""

RETRIES = 2
"""How often an answer that admits to be incomplete, or is plainly wrong, is asked for again."""

MAX_DOUBTS = 64
"""How many windows are split because an answer was incomplete or short, and not because there was too much."""

ONE_SECOND = timedelta(seconds=1)
FIRST_REPOSITORY = datetime(2007, 10, 1, tzinfo=UTC)
"""Before the first repository of GitHub."""


@dataclass(frozen=True)
class SearchRequest:
    """One page to ask for."""

    q: str
    page: int = 1
    sort: str = "updated"

    def params(self) -> dict[str, str | int]:
        """As GitHub wants them."""
        return {"q": self.q, "sort": self.sort, "order": "asc", "per_page": PAGE, "page": self.page}


@dataclass(frozen=True)
class Item:
    """What the walk needs to know of a repository. `pushed_at` is None where it was not given or not readable."""

    github_id: int
    pushed_at: datetime | None


@dataclass(frozen=True)
class Page:
    """One answer: how many match in all, whether GitHub ran out of time, and what came."""

    total: int
    is_incomplete: bool
    items: tuple[Item, ...]


@dataclass(frozen=True)
class _Span:
    first: datetime
    last: datetime

    @property
    def is_divisible(self) -> bool:
        return self.last - self.first >= ONE_SECOND

    def halves(self) -> list[_Span]:
        """Later half first, because the stack is read from its end."""
        middle = (self.first + (self.last - self.first) / 2).replace(microsecond=0)
        return [_Span(middle + ONE_SECOND, self.last), _Span(self.first, middle)]


def to_text(moment: datetime) -> str:
    """A moment as GitHub's search reads it, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Windows:
    """Reads all of `scope` (a search text). Ask `next_request`, give the answer to `receive`, until there is none."""

    def __init__(self, scope: str, *, first: datetime, last: datetime) -> None:
        self._scope = scope
        self._stack = [_Span(first, last)]
        self._doubts = MAX_DOUBTS
        self.is_doubtful = False  # whether an incomplete answer had to be taken as it was
        self._page, self._retries = 1, 0
        self._ids: set[int] = set()

    def next_request(self) -> SearchRequest | None:
        """The next page to ask for; None when all is read."""
        if not self._stack:
            return None
        span = self._stack[-1]
        q = f"{self._scope} created:{to_text(span.first)}..{to_text(span.last)}"
        # Stars hardly move while a window is read, pushes do.
        return SearchRequest(q, page=self._page, sort="stars")

    def receive(self, page: Page) -> None:
        """Take in the answer to the last request."""
        if page.is_incomplete and self._retries < RETRIES:
            self._retries += 1
            return
        if page.total > REACH and self._stack[-1].is_divisible:
            self._split()
            return
        if page.is_incomplete and self._may_doubt():
            self._split()
            return
        self.is_doubtful = self.is_doubtful or page.is_incomplete
        self._ids.update(item.github_id for item in page.items)
        if page.items and self._page * PAGE < min(page.total, REACH):
            self._page += 1
        else:
            self._close_window(page.total)

    def _close_window(self, total: int) -> None:
        """Pages may have shifted or come twice: what lacks repositories is read again in smaller windows."""
        if len(self._ids) < min(total, REACH):
            if total > PAGE and self._may_doubt():
                self._split()
                return
            if self._retries < RETRIES:
                self._retries, self._page = self._retries + 1, 1
                return
        self._stack.pop()
        self._begin()

    def _may_doubt(self) -> bool:
        self._doubts -= 1
        return self._doubts >= 0 and self._stack[-1].is_divisible

    def _split(self) -> None:
        self._stack += self._stack.pop().halves()
        self._begin()

    def _begin(self) -> None:
        self._page, self._retries, self._ids = 1, 0, set()
