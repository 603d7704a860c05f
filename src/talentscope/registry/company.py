"""The records of the registry: a company, and what of it is dated. Pure; `read.py` reads them from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from talentscope.runtime.words import fold

STATUSES = ("listed", "private", "delisted")
CONFIDENCES = ("high", "medium", "low", "")


@dataclass(frozen=True)
class Dated:
    """A text that held for a time: a ticker, a name. `since` and `until` are inclusive; None is open."""

    text: str
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it held on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Board:
    """A job board: `vendor` is greenhouse, lever, lever-eu, ashby, workable, workday or one that no source reads.

    `token` is what the vendor calls the employer; for Workday tenant/pod/site.
    """

    vendor: str
    token: str
    since: date | None = None
    until: date | None = None

    @property
    def subject(self) -> str:
        """How observations and the registry file write it: vendor:token."""
        return f"{self.vendor}:{self.token}"

    def holds_on(self, day: date) -> bool:
        """Whether the company hired there on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Company:
    """One row of the registry. Identity is `cik` where there is one, never the name.

    `cik` has ten digits. `shares_per_ticker` is how many ordinary shares one traded share stands for (5 for an ADS
    that bundles five). `aliases` are all ways in which people write the company, former names with their dates.
    `subsidiaries` belong to it, for as long as they did: who states one as the employer works for the company, yet a
    text that names one (GitHub) is not about the company (Microsoft). `is_ambiguous`: the name is a common word, so
    that a post counts only with one of `context` beside it; in `not_phrases` it is no name at all (apple pie).
    `confidence` maps cik, wikidata_id, github_organisations and boards to high, medium, low or "".
    """

    company_id: str
    name: str
    status: str = "listed"
    sector: str = ""
    country: str = ""
    cik: str | None = None
    tickers: tuple[Dated, ...] = ()
    shares_per_ticker: float = 1.0
    wikidata_id: str | None = None
    website: str | None = None
    github_organisations: tuple[str, ...] = ()
    boards: tuple[Board, ...] = ()
    aliases: tuple[Dated, ...] = ()
    subsidiaries: tuple[Dated, ...] = ()
    is_ambiguous: bool = False
    context: tuple[str, ...] = ()
    not_phrases: tuple[str, ...] = ()
    confidence: Mapping[str, str] = field(default_factory=dict)
    sources: str = ""
    note: str = ""

    def is_common_word(self, name: str) -> bool:
        """Whether that name of the company needs other words to give the company away.

        In an ambiguous company these are names of one word and those among `not_phrases`, but for a name that itself
        stands in `context`: Alphabet needs help, its alias Google does not.
        """
        words = fold(name)
        struck = any(words == fold(phrase) for phrase in self.not_phrases)
        known = any(words == fold(phrase) for phrase in self.context)
        return self.is_ambiguous and (struck or len(words.split()) == 1) and not known

    def ticker_on(self, day: date) -> str | None:
        """The ticker of that day, or None."""
        return next((ticker.text for ticker in self.tickers if ticker.holds_on(day)), None)

    def boards_on(self, day: date) -> tuple[Board, ...]:
        """The boards of that day."""
        return tuple(board for board in self.boards if board.holds_on(day))
