"""robots.txt as RFC 9309 reads it. Pure: a status and a text in, a verdict out."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

PARSE_BYTES = 512 * 1024
"""RFC 9309, section 2.5, asks for at least 500 KiB."""


@dataclass(frozen=True)
class Robots:
    """What a host's robots.txt says. `rules` is None where it says nothing; `is_closed` where it would not say."""

    rules: Protego | None
    is_closed: bool = False

    def allows(self, url: str, product: str) -> bool:
        """Whether that product may fetch that URL."""
        return not self.is_closed and (self.rules is None or self.rules.can_fetch(url, product))

    def delay(self, product: str) -> float:
        """Seconds that it asks to leave between two requests. Never part of the standard, and meant all the same."""
        seconds = self.rules.crawl_delay(product) if self.rules is not None else None
        return max(0.0, seconds or 0.0)


CLOSED = Robots(None, is_closed=True)
"""What a host means that answers 5xx for its robots.txt: keep away altogether (section 2.3.1.4)."""


def read_robots(status: int, body: bytes) -> Robots:
    """What an answer below 500 says. Where there is no file there are no rules (section 2.3.1.3)."""
    if status >= 300:
        return Robots(None)
    return Robots(Protego.parse(body[:PARSE_BYTES].decode("utf-8", "replace")))
