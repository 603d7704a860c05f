"""Pages and Link headers. Rule: https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from talentscope.sandbox.exchange import Call

T = TypeVar("T")


@dataclass(frozen=True)
class Page:
    """Number from 1, size up to 100."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    def cut(self, items: list[T]) -> list[T]:
        """The items of this page."""
        return items[self.offset : self.offset + self.size]


def read_page(call: Call, default: int = 30) -> Page:
    """What cannot be read counts as not given, as on GitHub."""
    return Page(
        max(1, read_number(call.params.get("page")) or 1),
        min(100, max(1, read_number(call.params.get("per_page")) or default)),
    )


def read_number(text: str | None) -> int | None:
    """Plain digits, and no more of them than an id may have."""
    is_plain = text is not None and text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if text is not None and is_plain else None


def link_header(call: Call, page: Page, total: int) -> dict[str, str]:
    """prev, next, last, first as GitHub orders them; nothing when all fits on one page."""
    last = -(-total // page.size)
    wanted = {}
    if page.number > 1:
        wanted["prev"] = page.number - 1
    if page.number < last:
        wanted |= {"next": page.number + 1, "last": last}
    if page.number > 1:
        wanted["first"] = 1
    if not wanted:
        return {}
    urls = {
        name: f"{call.base}{call.path}?{urlencode({**call.params, 'page': number})}" for name, number in wanted.items()
    }
    return {"Link": ", ".join(f'<{url}>; rel="{name}"' for name, url in urls.items())}
