"""Fiscal years, head-counts and filings of the employers. Pure functions of seed and company; the documents
themselves are written in document.py."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from talentscope.sandbox.companies.chance import between, chance, number, share
from talentscope.sandbox.companies.employer import Employer

QUARTERS = 15
"""How many quarters back filings reach."""


@dataclass(frozen=True)
class Filing:
    """One filing. `period` is the day that it reports of; `cover` the day of its share count."""

    accession: str
    form: str
    filed: date
    period: date
    cover: date
    document: str
    description: str
    size: int

    @property
    def is_annual(self) -> bool:
        return self.form in {"10-K", "20-F"}


@dataclass(frozen=True)
class HeadCount:
    """People employed and on which day; `filed` is when it became known."""

    employees: int
    as_of: date
    filed: date | None = None
    accession: str = ""


class Filings:
    """What the employers of one seed have filed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._people = lru_cache(maxsize=4_000)(self._people_of)
        self._filings = lru_cache(maxsize=2_000)(self._filings_of)

    def people(self, employer: Employer, year: int) -> int:
        """People at the end of a fiscal year, to the last one."""
        return self._people(employer, year)

    def fiscal_end(self, employer: Employer, year: int) -> date:
        """The last day of a fiscal year: December for most, else January, June or September."""
        rng = chance(self._seed, employer.company_id, "fiscal")
        month = rng.choices((12, 1, 6, 9), (70, 10, 10, 10))[0]
        return date(year, month, monthrange(year, month)[1])

    def filed_until(self, employer: Employer, day: date) -> tuple[Filing, ...]:
        """All filings up to a day, newest first, about four years of them."""
        return self._filings(employer, day)

    def find(self, employer: Employer, accession: str, day: date) -> Filing | None:
        """A filing by accession number, with or without dashes."""
        wanted = accession.replace("-", "")
        filings = self.filed_until(employer, day)
        return next((filing for filing in filings if filing.accession.replace("-", "") == wanted), None)

    def head_count(self, employer: Employer, day: date) -> HeadCount | None:
        """What its newest annual report of that day says; None for who files none."""
        annual = next((filing for filing in self.filed_until(employer, day) if filing.is_annual), None)
        return self.stated(employer, annual) if annual is not None else None

    def stated(self, employer: Employer, filing: Filing) -> HeadCount:
        """The head-count of an annual report, rounded where its sentence says approximately."""
        from talentscope.sandbox.companies.wording import rounded, wording_of

        people = self.people(employer, filing.period.year)
        wording = wording_of(employer, seed=self._seed)
        return HeadCount(rounded(people, wording), filing.period, filing.filed, filing.accession)

    def _people_of(self, employer: Employer, year: int) -> int:
        low, high = employer.tier.people
        rng = chance(self._seed, employer.company_id, "people")
        people, growth = between(rng, low, high), rng.uniform(-0.03, 0.12)
        wobble = 0.04 * (share(self._seed, employer.company_id, "people", year) - 0.5)
        return max(3, round(people * (1 + growth) ** (year - 2025) * (1 + wobble)))

    def _filings_of(self, employer: Employer, day: date) -> tuple[Filing, ...]:
        if employer.cik is None:
            return ()
        found = [filing for filing in self._periodic(employer, day) if filing.filed <= day]
        found += [filing for filing in self._others(employer, day) if filing.filed <= day]
        return tuple(sorted(found, key=lambda filing: (filing.filed, filing.accession), reverse=True))

    def _periodic(self, employer: Employer, day: date) -> list[Filing]:
        is_foreign = employer.country not in {"US", ""}
        month = self.fiscal_end(employer, day.year).month
        found = []
        for back in range(3 * QUARTERS):
            year, at = divmod(day.year * 12 + day.month - 1 - back, 12)
            if (at + 1 - month) % 3 or (is_foreign and at + 1 != month):
                continue
            end = date(year, at + 1, monthrange(year, at + 1)[1])
            form = ("20-F" if is_foreign else "10-K") if at + 1 == month else "10-Q"
            delay = {"20-F": 75, "10-K": 36, "10-Q": 26}[form]
            filed = _weekday(end + timedelta(days=delay + number(self._seed, employer.cik, end, below=16)))
            found.append(self._filing(employer, form, filed, end))
        return found

    def _others(self, employer: Employer, day: date) -> list[Filing]:
        found = []
        for back in range(24):
            year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
            at = _weekday(date(year, month + 1, 1 + number(self._seed, employer.cik, year, month, below=27)))
            form = "6-K" if employer.country not in {"US", ""} else ("8-K", "4", "SC 13G")[month % 3]
            found.append(self._filing(employer, form, at, at))
        return found

    def _filing(self, employer: Employer, form: str, filed: date, period: date) -> Filing:
        sequence = number(self._seed, employer.cik, form, period, below=900_000) + 1
        stem = (employer.ticker or employer.company_id).lower().replace(".", "").replace("-", "")
        return Filing(
            accession=f"{int(employer.cik or 0):010d}-{filed:%y}-{sequence:06d}",
            form=form,
            filed=filed,
            period=period,
            cover=filed - timedelta(days=6),
            document=f"{stem}-{period:%Y%m%d}.htm",
            description=form,
            size=1_000_000 + number(self._seed, employer.cik, filed, below=9_000_000),
        )


def _weekday(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= 5 else day
