"""The truth about the employers: what every company upstream draws its answers from, and what tests compare with.

Everything follows from the seed, the company and the UTC day, and is made when it is asked for. Faults that change the
world itself (a split, a new name, a board that moved) change the truth as well; those that only spoil answers do not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from talentscope.sandbox.companies.chatter import Chatter, Post
from talentscope.sandbox.companies.employer import Board, Employer
from talentscope.sandbox.companies.filing import Filings, HeadCount
from talentscope.sandbox.companies.hiring import Hiring, OpenOffers, Requisition
from talentscope.sandbox.companies.issuers import Issuer, make_issuers
from talentscope.sandbox.companies.news import Article, News
from talentscope.sandbox.companies.trading import ShareClass, Split, Stocks, closed_day, trading_day
from talentscope.sandbox.faults import Faults


@dataclass(frozen=True)
class Identity:
    """What a company is called on a day."""

    name: str
    tickers: tuple[str, ...]
    former_names: tuple[str, ...]


class CompanyWorld:
    """All employers of a sandbox. `now` is the world's present moment, aware UTC. Days are UTC."""

    def __init__(
        self, employers: Sequence[Employer], *, seed: int, now: Callable[[], datetime], faults: Faults | None = None
    ) -> None:
        self.employers = tuple(employers)
        self.seed = seed
        self.now = now
        self.faults = faults or Faults(seed=seed)
        self.stocks = Stocks(seed)
        self.filings = Filings(seed)
        self.news = News(seed)
        self.hiring = Hiring(
            seed,
            is_moved=lambda employer: self.is_struck("board-moved", employer),
            is_empty=lambda employer, board: self.is_struck("board-empty", employer, board),
            is_huge=lambda employer, board: board[0] == "workday" and self.is_struck("capped-2000", employer, board),
            frozen_since=lambda employer: self.today if self.is_struck("hiring-freeze", employer) else None,
        )
        self.chatter = Chatter(
            seed,
            self.employers,
            is_foreign=lambda employer: self.is_struck("foreign-posts", employer),
            is_silent=lambda employer: self.is_struck("no-posts", employer),
        )
        self._by_id = {employer.company_id: employer for employer in self.employers}
        self._by_cik = {int(employer.cik): employer for employer in self.employers if employer.cik is not None}
        self._by_board = {
            (vendor, token.lower()): (employer, (vendor, token))
            for employer in self.employers
            for vendor, token in employer.boards
        }
        self._issuers: tuple[Issuer, ...] | None = None
        self._mood = ""

    # -- who ---------------------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        """The UTC day of the present moment."""
        return self.now().astimezone(UTC).date()

    def employer(self, company_id: str) -> Employer:
        """Raises KeyError for a company that the sandbox was not started with."""
        return self._by_id[company_id]

    def by_cik(self, cik: int) -> Employer | None:
        """Whose Central Index Key it is."""
        return self._by_cik.get(cik)

    def by_board(self, vendor: str, token: str) -> tuple[Employer, Board] | None:
        """Whose board it is, and how the employer writes it. Tokens count in any case."""
        return self._by_board.get((vendor, token.lower()))

    def by_name(self, name: str) -> Employer | None:
        """Who is written like that, in any case."""
        wanted = name.casefold()
        return next((one for one in self.employers if wanted in {text.casefold() for text in one.written}), None)

    def by_ticker(self, ticker: str) -> Employer | None:
        """Whose share it is today, in any spelling of the class (BRK.B, BRK-B, BRK/B)."""
        wanted = plain_ticker(ticker)
        return next((one for one in self.employers if wanted in map(plain_ticker, self.identity(one).tickers)), None)

    def identity(self, employer: Employer) -> Identity:
        """Name and tickers as of today; none where a fault made the ticker vanish."""
        if self.is_struck("ticker-vanished", employer):
            return Identity(employer.name, (), employer.former_names)
        if self.is_struck("company-renamed", employer):
            tickers = tuple(f"{plain_ticker(ticker)[:3]}Q{n or ''}" for n, ticker in enumerate(employer.tickers))
            return Identity(f"New {employer.name} Holdings", tickers, (employer.name, *employer.former_names))
        return Identity(employer.name, employer.tickers, employer.former_names)

    @property
    def issuers(self) -> tuple[Issuer, ...]:
        """Others that are listed beside the employers: invented."""
        if self._issuers is None:
            taken = {plain_ticker(ticker) for employer in self.employers for ticker in employer.tickers}
            self._issuers = make_issuers(self.seed, taken=taken)
        return self._issuers

    def is_struck(self, fault: str, employer: Employer, *boards: Board) -> bool:
        """Whether a fault is aimed at a company, at one of these boards, or anywhere."""
        places = [employer.company_id]
        for board in boards:
            places += [board[0], employer.subject(board)]
        return self.faults.is_on_at(fault, places)

    # -- figures -----------------------------------------------------------------------------------------------------

    def market_value(self, company_id: str, day: date) -> float | None:
        """USD at the close of that day, or of the last trading day before it; None for who is not listed."""
        employer = self._listed(company_id)
        return self.stocks.market_value(employer, day) if employer is not None else None

    def price(self, company_id: str, day: date) -> float | None:
        """The close of its first listed share, USD."""
        employer = self._listed(company_id)
        return self.stocks.price(employer, day) if employer is not None else None

    def shares(self, company_id: str, day: date) -> dict[str, int]:
        """Ordinary shares outstanding by class; the one class of a company with one is called ""."""
        employer = self._listed(company_id)
        if employer is None:
            return {}
        return {kind.name: self.stocks.shares_of(employer, kind, day) for kind in self.classes(employer)}

    def classes(self, employer: Employer) -> tuple[ShareClass, ...]:
        """Its classes of shares."""
        self._apply_split(employer)
        return self.stocks.classes(employer)

    def trading_day(self, day: date) -> date:
        """That day, or the last one before it with trading."""
        return trading_day(day)

    @property
    def closed_day(self) -> date:
        """The newest day whose trading is over."""
        return closed_day(self.now())

    def employees(self, company_id: str, day: date) -> HeadCount | None:
        """What the newest annual report of that day says; None for who files none (see `known_employees`)."""
        return self.filings.head_count(self.employer(company_id), day)

    def known_employees(self, company_id: str, day: date) -> HeadCount:
        """What encyclopedias know: the end of the year before last year, for everybody."""
        year = day.year - 2
        return HeadCount(self.filings.people(self.employer(company_id), year), date(year, 12, 31))

    def _listed(self, company_id: str) -> Employer | None:
        employer = self.employer(company_id)
        self._apply_split(employer)
        return employer if employer.tickers else None

    def _apply_split(self, employer: Employer) -> None:
        if self.is_struck("share-split", employer):
            self.stocks.splits.setdefault(employer.company_id, Split(self.today, 10))

    # -- offers ------------------------------------------------------------------------------------------------------

    def open_requisitions(self, company_id: str, day: date) -> OpenOffers:
        """Open offers and listings by board (vendor:token), and distinct offers over all of them."""
        return self.hiring.offers(self.employer(company_id), day)

    def requisitions(self, company_id: str, board: Board, day: date) -> list[Requisition]:
        """Everything that a board shows on a day, newest first."""
        return self.hiring.open_on(self.employer(company_id), board, day)

    # -- voices ------------------------------------------------------------------------------------------------------

    def posts(
        self, company_id: str, day: date, source: str, *, begin: time = time(), seconds: int = 86_400
    ) -> list[Post]:
        """What was written about a company on a UTC day (or a window of it) at hackernews, bluesky or reddit."""
        since = datetime.combine(day, begin, UTC)
        found = self.written(source, since, since + timedelta(seconds=seconds))
        return [post for post in found if post.company_id == company_id]

    def written(self, source: str, since: datetime, until: datetime) -> list[Post]:
        """Everything that was written at a source from `since` up to `until`, oldest first, strangers' posts too."""
        mood = f"{self.faults.is_on('foreign-posts')} {self.faults.is_on('no-posts')}"
        if mood != self._mood:
            self._mood = mood
            self.chatter.forget()
        return self.chatter.written(source, since, until)

    def articles(self, company_id: str, day: date) -> list[Article]:
        """Articles of a UTC day, newest first."""
        begin = datetime.combine(day, time(), UTC)
        return self.news.articles(self.employer(company_id), begin, begin + timedelta(days=1))

    def news_tone(self, company_id: str, day: date) -> tuple[int, float | None]:
        """How many articles there are of a UTC day, and their mean tone; None without any."""
        return self.news.day(self.employer(company_id), day)


def plain_ticker(ticker: str) -> str:
    """One spelling of a ticker, whatever parts its class from it."""
    return ticker.upper().replace(".", "-").replace("/", "-")
