"""The employers that the company upstreams know: real identifiers, handed in by whoever starts the sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from talentscope.sandbox.companies.chance import chance

Board = tuple[str, str]
"""Vendor (greenhouse, lever, lever-eu, ashby, workable, workday) and token (for Workday tenant/pod/site)."""


@dataclass(frozen=True)
class Tier:
    """What companies of a size look like: ranges of USD, people, open requisitions; posts a day at Hacker News."""

    name: str
    share: float
    value_usd: tuple[float, float]
    people: tuple[int, int]
    offers: tuple[int, int]
    posts: float


TIERS = (
    Tier("mega", 0.05, (8e11, 4e12), (40_000, 230_000), (900, 3_200), 24.0),
    Tier("large", 0.30, (4e10, 4e11), (8_000, 80_000), (150, 900), 7.0),
    Tier("mid", 0.40, (4e9, 4e10), (1_500, 15_000), (30, 250), 2.2),
    Tier("small", 0.18, (4e8, 4e9), (250, 2_500), (6, 60), 0.6),
    Tier("tiny", 0.07, (4e7, 4e8), (30, 250), (0, 7), 0.15),
)


@dataclass(frozen=True)
class Employer:
    """One company. Who has no `ticker` is not listed; who has no `cik` (ten digits) files nothing.

    `tickers` has one for each listed class of shares; `names` are the ways in which people write the company today,
    `former_names` those of the past; `decoys` are phrases in which a name is none (apple pie). `boards` are those of
    today, `organisations` its accounts at GitHub. `size_tier` is a name of TIERS, "" leaves it to chance; so does an
    empty `share_classes` (names such as Class A; more than one makes the company tell shares by class only).
    `shares_per_ticker` is how many ordinary shares one traded share stands for. `country` other than US files a 20-F.
    """

    company_id: str
    name: str
    cik: str | None = None
    tickers: tuple[str, ...] = ()
    exchange: str = "Nasdaq"
    sector: str = "software"
    country: str = "US"
    wikidata_id: str | None = None
    website: str | None = None
    boards: tuple[Board, ...] = ()
    organisations: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    decoys: tuple[str, ...] = ()
    size_tier: str = ""
    share_classes: tuple[str, ...] = ()
    shares_per_ticker: float = 1.0

    @property
    def ticker(self) -> str | None:
        """The first one."""
        return self.tickers[0] if self.tickers else None

    @property
    def written(self) -> tuple[str, ...]:
        """All names of today, its own first."""
        return (self.name, *(name for name in self.names if name != self.name))

    @cached_property
    def tier(self) -> Tier:
        """Its size."""
        for tier in TIERS:
            if tier.name == self.size_tier:
                return tier
        return chance(self.company_id, "tier").choices(TIERS, [tier.share for tier in TIERS])[0]

    def subject(self, board: Board) -> str:
        """A board as faults and the truth name it: vendor:token."""
        return ":".join(board)
