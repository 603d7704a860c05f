"""What EDGAR says of a company's names and tickers that the registry does not know: notes for a person to look at."""

from __future__ import annotations

import re
from datetime import date

from talentscope.registry.company import Company
from talentscope.sources.sec.records import Submissions

_FORMS = {
    "inc", "incorporated", "corp", "corporation", "co", "company", "plc", "ltd", "limited", "llc", "lp", "nv", "sa",
    "se", "ag", "ab", "asa", "holding", "holdings", "group", "the", "class", "common", "stock", "de", "new", "adr",
}  # fmt: skip


def changes(company: Company, known: Submissions, day: date) -> tuple[str, ...]:
    """A ticker of that day that EDGAR does not list any more, and a name that the registry does not know."""
    notes = []
    ticker = company.ticker_on(day)
    if ticker is not None and _plain(ticker) not in {_plain(one) for one in known.tickers}:
        listed = ", ".join(known.tickers) or "none"
        notes.append(f"{company.name}: EDGAR does not list the ticker {ticker} any more (it lists: {listed})")
    ours = [company.name, *(alias.text for alias in company.aliases)]
    if not any(_words(known.name) & _words(name) for name in ours):
        former = ", ".join(known.former_names[:3])
        notes.append(f"{company.name}: EDGAR calls it {known.name}" + (f", formerly {former}" if former else ""))
    return tuple(notes)


def _plain(ticker: str) -> str:
    """BRK.B, BRK-B and BRK/B are one."""
    return re.sub(r"[^A-Z0-9]", "", ticker.upper())


def _words(name: str) -> set[str]:
    words = {word for word in re.split(r"[^a-z0-9]+", name.lower()) if word} - _FORMS
    return words or {name.lower()}
