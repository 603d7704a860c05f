"""Others that are listed beside the employers. All invented."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from talentscope.sandbox.companies.chance import between, chance
from talentscope.sandbox.github.words import FAMILY_HEADS, FAMILY_TAILS

COUNT = 600
KINDS = ("Common Stock", "Class A Common Stock", "Ordinary Shares", "Warrants", "Units", "American Depositary Shares")
SECTORS = ("Technology", "Health Care", "Finance", "Industrials", "Consumer Discretionary", "")


@dataclass(frozen=True)
class Issuer:
    """One invented listing. `value_usd` 0 is one whose value nobody knows."""

    cik: int
    name: str
    ticker: str
    exchange: str
    kind: str
    sector: str
    price: float
    value_usd: float


def make_issuers(seed: int, *, taken: Container[str]) -> tuple[Issuer, ...]:
    """Listings with tickers that none of `taken` has."""
    rng = chance(seed, "issuers")
    found: dict[str, Issuer] = {}
    while len(found) < COUNT:
        ticker = "".join(rng.choices("BCDFGJKLMNPQRVWXZ", k=rng.choice((3, 4, 4, 5))))
        if ticker in taken or ticker in found:
            continue
        name = (
            f"{rng.choice(FAMILY_HEADS)}{rng.choice(FAMILY_TAILS)} {rng.choice(('Holdings', 'Group', 'Corp', 'Inc'))}"
        )
        value = 0.0 if rng.random() < 0.14 else round(between(rng, 5e6, 5e10), 2)
        found[ticker] = Issuer(
            cik=5_000_000 + len(found) * 7 + rng.randrange(7),
            name=name,
            ticker=ticker,
            exchange=rng.choice(("Nasdaq", "NYSE", "OTC")),
            kind=rng.choice(KINDS),
            sector=rng.choice(SECTORS),
            price=round(between(rng, 0.3, 400), 2),
            value_usd=value,
        )
    return tuple(found.values())
