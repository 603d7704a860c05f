"""Open requisitions of the employers: opened and closed over days, posted in one city or several. Pure functions of
seed, board and day, so that no day has to be counted up from the one before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from talentscope.sandbox.companies.chance import between, chance, how_many, number, swing, uuid
from talentscope.sandbox.companies.employer import Board, Employer
from talentscope.sandbox.github.words import HOSTILE

VENDORS = ("greenhouse", "lever", "lever-eu", "ashby", "workable", "workday")
"""Whose boards the sandbox plays; openings on others are nobody's."""

LONGEST_DAYS = 180
MEAN_DAYS = 42.0
HOSTILE_SHARE = 0.004
"""Of so many titles the end is a text that wants to be taken for more than a text."""

HUGE = 3_300.0
"""Openings of a site beyond what Workday admits to."""

WAVES = ((400.0, 0.25), (90.0, 0.10))

ROLES: dict[str, tuple[str, ...]] = {
    "Engineering": (
        "Software Engineer", "Site Reliability Engineer", "Data Engineer", "Machine Learning Engineer",
        "Security Engineer", "Firmware Engineer", "Engineering Manager", "Android Developer", "Research Scientist",
    ),
    "Product": ("Product Manager", "Product Designer", "Technical Program Manager"),
    "Sales": ("Account Executive", "Solutions Engineer", "Sales Representative", "Customer Success Manager"),
    "Operations": ("Recruiter", "Financial Analyst", "Accountant", "Corporate Counsel", "Office Manager"),
    "Marketing": ("Content Strategist", "Product Marketing Manager"),
}  # fmt: skip
LEVELS = ("", "", "Senior ", "Senior ", "Staff ", "Principal ", "Junior ")
AREAS = (
    "Payments", "Search", "Storage", "Identity", "Growth", "Platform", "Networking", "Billing", "Observability", "Maps",
    "Compilers", "Graphics", "Messaging", "Trust", "Inference", "Data Pipelines", "Edge", "Developer Tools", "Video",
    "Fraud", "Logistics", "Accessibility", "Localization", "Releases", "Databases", "Partners", "Public Sector",
)  # fmt: skip
PLACES = (
    ("Berlin", "Germany"), ("Lisbon", "Portugal"), ("Toronto", "Canada"), ("Austin", "United States"),
    ("New York", "United States"), ("Seattle", "United States"), ("London", "United Kingdom"), ("Paris", "France"),
    ("Bengaluru", "India"), ("Warsaw", "Poland"), ("Tokyo", "Japan"), ("Dublin", "Ireland"), ("Singapore", "Singapore"),
    ("São Paulo", "Brazil"), ("Sydney", "Australia"), ("Amsterdam", "Netherlands"), ("Denver", "United States"),
    ("Mexico City", "Mexico"), ("Seoul", "South Korea"), ("Tel Aviv", "Israel"),
)  # fmt: skip


@dataclass(frozen=True)
class Requisition:
    """One opening. `places` are (city, country), one posting each where the vendor posts by city.

    `is_prospect` is a call for anybody; `is_listed` false is reached by its link only: neither is an open offer.
    """

    number: int
    title: str
    department: str
    team: str
    places: tuple[tuple[str, str], ...]
    opened_at: datetime
    last_day: date
    is_prospect: bool = False
    is_listed: bool = True

    @property
    def key(self) -> str:
        """An id in the form of a UUID."""
        return uuid("requisition", self.number)

    @property
    def is_offer(self) -> bool:
        return self.is_listed and not self.is_prospect


@dataclass(frozen=True)
class OpenOffers:
    """The truth of a company and day: offers and listings by board (vendor:token), and offers over all boards."""

    offers: dict[str, int]
    listings: dict[str, int]
    distinct: int


class Hiring:
    """Requisitions of one seed. Whether a company's board moved, stands empty or froze is told by faults."""

    def __init__(
        self,
        seed: int,
        *,
        is_moved: Callable[[Employer], bool] = lambda employer: False,  # noqa: ARG005
        is_empty: Callable[[Employer, Board], bool] = lambda employer, board: False,  # noqa: ARG005
        is_huge: Callable[[Employer, Board], bool] = lambda employer, board: False,  # noqa: ARG005
        frozen_since: Callable[[Employer], date | None] = lambda employer: None,  # noqa: ARG005
    ) -> None:
        self._seed = seed
        self._is_moved, self._is_empty = is_moved, is_empty
        self._is_huge, self._frozen_since = is_huge, frozen_since
        self._cohort = lru_cache(maxsize=60_000)(self._opened_on)
        self._requisition = lru_cache(maxsize=200_000)(self._make)

    def open_on(self, employer: Employer, board: Board, day: date) -> list[Requisition]:
        """Everything that a board shows on a day, newest first, calls for anybody among it."""
        if self._is_empty(employer, board):
            return []
        first = next(one for one in employer.boards if one[0] in VENDORS)
        is_follower = board[0] != first[0] and self._is_moved(employer)
        return self._own(employer, first if is_follower else board, day)

    def offers(self, employer: Employer, day: date) -> OpenOffers:
        """What is open, by board and over all of them. A moved board shows the same offers a second time."""
        offers: dict[str, int] = {}
        listings: dict[str, int] = {}
        distinct: set[int] = set()
        for board in (board for board in employer.boards if board[0] in VENDORS):
            shown = [one for one in self.open_on(employer, board, day) if one.is_offer]
            offers[employer.subject(board)] = len(shown)
            listings[employer.subject(board)] = sum(listings_of(board[0], one) for one in shown)
            distinct |= {one.number for one in shown}
        return OpenOffers(offers, listings, len(distinct))

    def _own(self, employer: Employer, board: Board, day: date) -> list[Requisition]:
        level = self._level(employer, board)
        found: list[Requisition] = []
        frozen = self._frozen_since(employer)
        for back in range(LONGEST_DAYS):
            opened = day - timedelta(days=back)
            if frozen is None or opened < frozen:
                lasting = enumerate(self._cohort(board, level, opened))
                found += [self._requisition(board, opened, index, days) for index, days in lasting if back <= days]
        if board[0] == "greenhouse" and number(self._seed, board, "prospects", below=3) == 0:
            found.append(self._prospect(board, day))
        return found

    def _level(self, employer: Employer, board: Board) -> float:
        """How many are open on average. Several boards share the company's openings, the first has most of them."""
        if self._is_huge(employer, board):
            return HUGE
        low, high = employer.tier.offers
        rng = chance(self._seed, employer.company_id, "offers")
        mean = between(rng, low + 1, high + 1) - 1
        played = [one for one in employer.boards if one[0] in VENDORS]
        if len(played) == 1:
            return mean
        return mean * (0.7 if board == played[0] else 0.3 / (len(played) - 1))

    def _opened_on(self, board: Board, level: float, day: date) -> tuple[int, ...]:
        """How many days each of the requisitions stays open that were opened on a day."""
        if day.weekday() >= 5:
            return ()
        rng = chance(self._seed, *board, day)
        trend = 1 + swing(day.toordinal(), self._seed, *board, periods=WAVES)
        return tuple(
            min(LONGEST_DAYS - 1, int(6 + rng.expovariate(1 / (MEAN_DAYS - 6))))
            for _ in range(how_many(rng, level / MEAN_DAYS * 1.4 * trend))
        )

    def _make(self, board: Board, day: date, index: int, days: int) -> Requisition:
        rng = chance(self._seed, *board, day, index)
        department = rng.choices(tuple(ROLES), (52, 12, 20, 10, 6))[0]
        team = rng.choice(AREAS)
        cities = rng.choices((1, 2, 3, 4), (74, 14, 8, 4))[0]
        # A day's openings are posted in its first minutes: a board that is asked early shows nothing of the future.
        at = datetime(day.year, day.month, day.day, 0, rng.randrange(5), rng.randrange(60), tzinfo=UTC)
        title = f"{rng.choice(LEVELS)}{rng.choice(ROLES[department])}, {team}"
        if rng.random() < HOSTILE_SHARE:
            title = f"{title} {rng.choice(HOSTILE)}"
        return Requisition(
            number=1_000_000_000 + number(self._seed, *board, day, index, "id", below=8_000_000_000),
            title=title,
            department=department,
            team=team,
            places=tuple(rng.sample(PLACES, cities)),
            opened_at=at,
            last_day=day + timedelta(days=days),
            is_listed=board[0] != "ashby" or rng.random() > 0.05,
        )

    def _prospect(self, board: Board, day: date) -> Requisition:
        opened = datetime(2025, 3, 3, 9, tzinfo=UTC)
        identity = number(self._seed, *board, "prospect", below=8_000_000_000) + 1
        title = "Don't see your role? Introduce yourself"
        return Requisition(identity, title, "Operations", "Partners", (PLACES[0],), opened, day, is_prospect=True)


def listings_of(vendor: str, requisition: Requisition) -> int:
    """How often a vendor shows one opening: Greenhouse and Workable once a city, the others once."""
    return len(requisition.places) if vendor in {"greenhouse", "workable"} else 1
