"""Financial Modeling Prep: price, market value and head-count with a key; filed head-counts of the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date
from threading import Lock

from talentscope.registry.boards import trouble_state
from talentscope.registry.company import Company
from talentscope.registry.observation import Findings, Metric, Observation, State
from talentscope.registry.trading import RUNNING, is_trading, last_trading_day
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import UpstreamDown, UpstreamError, UpstreamRefused
from talentscope.sources.fmp.records import Filed, Profile, known_on, parse_counts, parse_profile
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

HOME = "https://financialmodelingprep.com"
PROFILE, COUNTS = "/stable/profile", "/stable/historical-employee-count"

FOR_ALL = frozenset({401, 429})
"""Refusals of the key itself: nobody else need be asked about."""


def site(url: str, *, key: str) -> Site:
    """A free key is good for 250 requests a day, one for each listed company of the registry; the pace is our own
    restraint (limits: reference, companies.md, 1.1). The key goes as `apikey` in the query, and is never shown.
    """
    hints = {401: "check FMP_API_KEY", 402: "this key's plan does not have it", 403: "check FMP_API_KEY and its plan"}
    return Site("fmp", url, "TALENTSCOPE_FMP_URL", per_second=2.0, secret_params={"apikey": key}, hints=hints)


class Fmp:
    """Prices, market values and head-counts of listed companies; of days that are past, filed head-counts only."""

    name = "fmp"
    metrics: tuple[Metric, ...] = (Metric.PRICE, Metric.MARKET_VALUE, Metric.EMPLOYEES)
    in_flight = 1
    has_past = True

    def __init__(self, visitor: Visitor, *, clock: Clock) -> None:
        self._visitor, self._clock = visitor, clock
        self._refused: UpstreamRefused | None = None
        self._counts: dict[str, tuple[Filed, ...]] = {}
        self._lock = Lock()

    def covers(self, company: Company, day: date) -> bool:
        """Listed companies with a CIK: without it nobody can tell whose ticker it is."""
        return company.status == "listed" and company.cik is not None and self._ticker(company, day) is not None

    def prepare(self, companies: Sequence[Company], day: date) -> None:  # noqa: ARG002 - the protocol
        """Nothing is asked in common. A key that was refused is tried again."""
        self._refused = None

    def observe(self, company: Company, day: date) -> Findings:
        """Its profile as it stands; of a day that is past, the head-count that had been filed by then.

        Raises UpstreamDown, and UpstreamRefused at once for everybody after the key was refused.
        """
        ticker = self._ticker(company, day)
        if ticker is None:
            return Findings()
        if self._refused is not None:
            raise self._refused
        is_past = day < self._clock.now().astimezone(UTC).date()
        try:
            return self._of_the_past(company, ticker, day) if is_past else self._as_it_stands(company, ticker, day)
        except UpstreamDown:
            raise
        except UpstreamError as error:
            if isinstance(error, UpstreamRefused) and error.status in FOR_ALL:
                self._refused = error
                raise
            metrics = (Metric.EMPLOYEES,) if is_past else self.metrics
            state = trouble_state(error)
            path = COUNTS if is_past else PROFILE
            return self._untold(company, ticker, day, metrics, path=path, state=state, reason=error.message)

    def _as_it_stands(self, company: Company, ticker: str, day: date) -> Findings:
        profile = parse_profile(self._visitor.get_json(PROFILE, params={"symbol": ticker}), symbol=ticker)
        reason = _why_not(company, ticker, profile)
        if profile is None or reason:
            return self._untold(company, ticker, day, self.metrics, path=PROFILE, state=State.MISSING, reason=reason)
        now = self._clock.now()
        close, running = last_trading_day(now), RUNNING if is_trading(now) else ""
        undated = "FMP does not say of which day its head-count is; it is what it told on this day"
        facts = (
            (Metric.PRICE, profile.price, close, running),
            (Metric.MARKET_VALUE, profile.market_value, close, running),
            (Metric.EMPLOYEES, profile.employees, day, undated),
        )
        unknown = f"FMP does not know it for {ticker}, or not in USD"
        return Findings(
            tuple(
                self._observation(company, ticker, metric, as_of, reason=unknown)
                if value is None
                else replace(
                    self._observation(company, ticker, metric, as_of),
                    value=float(value),
                    state=State.OK,
                    evidence=evidence,
                )
                for metric, value, as_of, evidence in facts
            )
        )

    def _of_the_past(self, company: Company, ticker: str, day: date) -> Findings:
        symbol = {"symbol": ticker}
        found = known_on(self._counts_of(company, ticker), day)
        reason = "" if found is not None else f"FMP knows no head-count that had been filed by {day}"
        if found is not None and found.cik is not None and found.cik != int(company.cik or 0):
            reason = f"FMP's {ticker} is another company: its CIK is {found.cik}, not {int(company.cik or 0)}"
        if found is None or reason:
            metrics = (Metric.EMPLOYEES,)
            return self._untold(company, ticker, day, metrics, path=COUNTS, state=State.MISSING, reason=reason)
        told = replace(
            self._observation(company, ticker, Metric.EMPLOYEES, found.period),
            value=float(found.employees),
            state=State.OK,
            source_url=found.url if self._visitor.site.url == HOME else self._visitor.url_of(COUNTS, params=symbol),
            evidence=f"FMP, from the {found.form} filed on {found.filed_on}: {found.employees} employees",
        )
        return Findings((told,))

    def _counts_of(self, company: Company, ticker: str) -> tuple[Filed, ...]:
        """Its whole history, asked for once."""
        with self._lock:
            if company.company_id not in self._counts:
                answer = self._visitor.get_json(COUNTS, params={"symbol": ticker})
                self._counts[company.company_id] = parse_counts(answer)
            return self._counts[company.company_id]

    def _ticker(self, company: Company, day: date) -> str | None:
        """The ticker of today also for the past: FMP keeps a company's history under its present one."""
        return company.ticker_on(max(day, self._clock.now().astimezone(UTC).date()))

    def _untold(
        self,
        company: Company,
        ticker: str,
        day: date,
        metrics: Sequence[Metric],
        *,
        path: str,
        state: State,
        reason: str,
    ) -> Findings:
        return Findings(
            tuple(
                replace(self._observation(company, ticker, metric, day, path=path, reason=reason), state=state)
                for metric in metrics
            )
        )

    def _observation(
        self, company: Company, ticker: str, metric: Metric, as_of: date, *, path: str = PROFILE, reason: str = ""
    ) -> Observation:
        return Observation(
            company_id=company.company_id,
            metric=metric,
            value=None,
            as_of=as_of,
            observed_at=self._clock.now(),
            source=self.name,
            source_url=self._visitor.url_of(path, params={"symbol": ticker}),
            state=State.MISSING,
            reason=reason,
        )


def _why_not(company: Company, ticker: str, profile: Profile | None) -> str:
    """Why a profile is not the company's; "" if it is."""
    if profile is None:
        return f"FMP knows no {ticker}"
    if profile.cik is None:
        return f"FMP tells no CIK for {ticker}, so it may be another company ({profile.name})"
    if profile.cik != int(company.cik or 0):
        return f"FMP's {ticker} is another company: {profile.name}, CIK {profile.cik}, not {int(company.cik or 0)}"
    return ""
