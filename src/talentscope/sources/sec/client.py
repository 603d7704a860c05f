"""SEC EDGAR: shares outstanding and head-counts of companies that file there, and what has changed of their names.

One frame tells the shares of all issuers with one class; where it is silent or older than the newest report, the
cover page of that report is read. Head-counts come from the text of the newest annual report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from threading import Lock

from talentscope.registry.company import Company
from talentscope.registry.observation import Findings, Metric, Observation, State
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import UpstreamMalformed, UpstreamRefused
from talentscope.sources.sec.alarms import changes
from talentscope.sources.sec.document import PLACEHOLDER_SHARES, VERSION, Reading, ShareClass, digest_of, parse_digest
from talentscope.sources.sec.headcount import find_head_count
from talentscope.sources.sec.overrides import Overrides, read_overrides
from talentscope.sources.sec.records import (
    ANNUAL,
    PERIODIC,
    Filing,
    ShareFact,
    Submissions,
    parse_filings,
    parse_frame,
    parse_submissions,
)
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

SHARES_CONCEPT = "dei/EntityCommonStockSharesOutstanding/shares"
QUARTERS = 3
"""Frames looked into: a report appears up to 45 days after its quarter, and tells the shares of a day near the end."""

SAME_REPORT = timedelta(days=45)
GONE = frozenset({404, 410})


def site(url: str) -> Site:
    """www.sec.gov. At most 10 requests a second from one address over all hosts, and a User-Agent with a contact:
    https://www.sec.gov/about/webmaster-frequently-asked-questions#developers. Half of it is this host's.
    """
    return _site("sec", url, "TALENTSCOPE_SEC_URL")


def data_site(url: str) -> Site:
    """data.sec.gov, with the other half of the requests."""
    return _site("sec-data", url, "TALENTSCOPE_SEC_DATA_URL")


def _site(name: str, url: str, setting: str) -> Site:
    hint = "set TALENTSCOPE_CONTACT to a mail address: the SEC refuses programs that do not say whose they are"
    return Site(name=name, url=url, setting=setting, per_second=4.5, in_flight=4, hints={403: hint})


class Sec:
    """The source `sec`. `visitor` visits the site with the documents, `data_visitor` the one with the JSON."""

    name = "sec"
    metrics: tuple[Metric, ...] = (Metric.SHARES, Metric.EMPLOYEES)
    in_flight = 4
    has_past = True

    def __init__(
        self, visitor: Visitor, data_visitor: Visitor, *, clock: Clock, overrides: Overrides | None = None
    ) -> None:
        self._visitor, self._data, self._clock = visitor, data_visitor, clock
        self._overrides = read_overrides() if overrides is None else overrides
        self._frames: dict[str, Mapping[str, ShareFact]] = {}
        self._frames_lock = Lock()
        self._frame_trouble: tuple[str, ...] = ()

    def covers(self, company: Company, day: date) -> bool:  # noqa: ARG002 - the protocol
        """Companies with a CIK."""
        return company.cik is not None

    def prepare(self, companies: Sequence[Company], day: date) -> None:  # noqa: ARG002 - the protocol
        """Read the frames of share counts that may hold the newest one of that day."""
        for name in _frame_names(day):
            if name in self._frames and day < self._clock.now().date():
                continue  # of a past day nothing new is said
            try:
                data = self._data.get_json(f"/api/xbrl/frames/{SHARES_CONCEPT}/{name}.json")
                facts = parse_frame(data, name)
            except UpstreamRefused as error:
                if error.status not in GONE:
                    raise
                facts = {}  # a quarter of which nobody has reported yet
            except UpstreamMalformed as error:
                # cover pages tell the same, one by one
                self._frame_trouble = (f"share counts are read from cover pages: {error.message}",)
                facts = {}
            with self._frames_lock:
                self._frames[name] = facts

    def observe(self, company: Company, day: date) -> Findings:
        """Shares and employees as filed up to that day."""
        cik = str(company.cik)
        url = self._data.url_of(f"/submissions/CIK{cik}.json")
        try:
            known = parse_submissions(self._data.get_json(f"/submissions/CIK{cik}.json"), cik)
            filings = self._filings(known, cik, day)
        except (UpstreamRefused, UpstreamMalformed) as error:
            return Findings(tuple(self._trouble(company, metric, day, url, error) for metric in self.metrics))
        today = self._clock.now().date()
        notes = changes(company, known, day) if day >= today - timedelta(days=7) else ()
        shares = self._or_trouble(company, Metric.SHARES, day, url, filings)
        employees = self._or_trouble(company, Metric.EMPLOYEES, day, url, filings)
        return Findings((shares, employees), notes=(*notes, *self._frame_trouble))

    # -- filings ---

    def _filings(self, known: Submissions, cik: str, day: date) -> list[Filing]:
        """What was filed up to that day, newest first. Earlier pages are read until they have an annual report."""
        filings = [filing for filing in known.filings if filing.filed <= day]
        for page in sorted(known.older, key=lambda page: page.until, reverse=True):
            if any(filing.form in ANNUAL for filing in filings):
                break
            if page.since <= day:
                more = parse_filings(self._data.get_json(f"/submissions/{page.name}"), cik)
                filings += [filing for filing in more if filing.filed <= day]
        return filings

    def _read(self, filing: Filing, cik: str) -> Reading:
        return parse_digest(self._visitor.get_digest(filing.path(cik), digest=digest_of, version=f"sec-{VERSION}"))

    def _or_trouble(self, company: Company, metric: Metric, day: date, url: str, filings: list[Filing]) -> Observation:
        look = self._shares if metric is Metric.SHARES else self._employees
        try:
            return look(company, day, url, filings)
        except (UpstreamRefused, UpstreamMalformed) as error:
            return self._trouble(company, metric, day, url, error)

    # -- shares ---

    def _shares(self, company: Company, day: date, url: str, filings: list[Filing]) -> Observation:
        cik = str(company.cik)
        newest = next((filing for filing in filings if filing.form in PERIODIC and filing.document), None)
        fact = self._frame_fact(cik, day, filings)
        if newest is not None and (fact is None or fact.accession != newest.accession):
            try:
                classes = _cover(self._read(newest, cik).classes)
            except (UpstreamRefused, UpstreamMalformed):
                if fact is None:
                    raise
                classes = []
            if classes:
                told = "; ".join(f"{_class_name(one.name)}: {one.shares:,.0f}" for one in classes)
                evidence = f"cover page of the {newest.form} filed {newest.filed}: {told}"
                total, where = sum(one.shares for one in classes), self._visitor.url_of(newest.path(cik))
                return self._value(company, Metric.SHARES, total, classes[0].as_of, where, evidence)
        if fact is None:
            return self._nothing(company, Metric.SHARES, day, url, "no report up to that day tells a share count")
        filing = next((filing for filing in filings if filing.accession == fact.accession), None)
        where = self._visitor.url_of(filing.path(cik)) if filing is not None and filing.document else url
        told = f"{filing.form} filed {filing.filed}" if filing is not None else fact.accession
        return self._value(
            company, Metric.SHARES, fact.shares, fact.as_of, where, f"{told}: {fact.shares:,.0f} shares outstanding"
        )

    def _frame_fact(self, cik: str, day: date, filings: list[Filing]) -> ShareFact | None:
        """The newest fact of a filing that was there on that day. Placeholders are no facts."""
        filed = {filing.accession for filing in filings}
        facts = [self._frames[name].get(cik) for name in _frame_names(day) if name in self._frames]
        usable = [
            fact
            for fact in facts
            if fact is not None and fact.accession in filed and fact.as_of <= day and fact.shares > PLACEHOLDER_SHARES
        ]
        return max(usable, key=lambda fact: fact.as_of, default=None)

    # -- employees ---

    def _employees(self, company: Company, day: date, url: str, filings: list[Filing]) -> Observation:
        cik = str(company.cik)
        reviewed = next((one for one in self._overrides.get(company.company_id, ()) if one.as_of <= day), None)
        annual = next((filing for filing in filings if filing.form in ANNUAL and filing.document), None)
        if annual is None and reviewed is None:
            return self._nothing(company, Metric.EMPLOYEES, day, url, f"no annual report was filed up to {day}")
        found = find_head_count(self._read(annual, cik).passages, annual.period) if annual is not None else None
        as_of = (found and found.as_of) or (annual and (annual.period or annual.filed)) or day
        if reviewed is not None and (found is None or reviewed.as_of >= as_of - SAME_REPORT):
            return self._value(
                company, Metric.EMPLOYEES, reviewed.employees, reviewed.as_of, reviewed.source_url, reviewed.note
            )
        where = self._visitor.url_of(annual.path(cik)) if annual is not None else url
        if found is None:
            form = annual.form if annual is not None else "report"
            reason = (
                f"the {form} filed {annual.filed if annual else day} has no sentence that tells a total of employees"
            )
            return self._nothing(company, Metric.EMPLOYEES, day, where, reason)
        return self._value(company, Metric.EMPLOYEES, found.employees, min(as_of, day), where, found.sentence)

    # -- observations ---

    def _value(
        self, company: Company, metric: Metric, value: float, as_of: date, url: str, evidence: str
    ) -> Observation:
        return Observation(
            company.company_id, metric, float(value), as_of, self._clock.now(), self.name, url, evidence=evidence
        )

    def _nothing(
        self, company: Company, metric: Metric, day: date, url: str, reason: str, state: State = State.MISSING
    ) -> Observation:
        return Observation(
            company.company_id, metric, None, day, self._clock.now(), self.name, url, state=state, reason=reason
        )

    def _trouble(
        self, company: Company, metric: Metric, day: date, url: str, error: UpstreamRefused | UpstreamMalformed
    ) -> Observation:
        is_gone = isinstance(error, UpstreamRefused) and error.status in GONE
        reason = f"{error.message} ({error.way_out})" if error.way_out else error.message
        state = State.MISSING if is_gone else State.BLOCKED
        return self._nothing(company, metric, day, url, reason, state)


def _frame_names(day: date) -> list[str]:
    """The frames of that day's quarter and of those before it, newest first."""
    quarter = day.year * 4 + (day.month - 1) // 3
    return [f"CY{at // 4}Q{at % 4 + 1}I" for at in range(quarter, quarter - QUARTERS, -1)]


def _cover(classes: Sequence[ShareClass]) -> list[ShareClass]:
    """The counts of a cover page that make its total: of its newest day, the whole or else the classes."""
    newest = max((one.as_of for one in classes), default=None)
    current = [one for one in classes if one.as_of == newest]
    named = [one for one in current if one.name]
    whole = max((one for one in current if not one.name), key=lambda one: one.shares, default=None)
    if whole is not None and whole.shares >= sum(one.shares for one in named):
        return [whole]
    return named or current


def _class_name(member: str) -> str:
    """`us-gaap:CommonClassAMember` as people say it."""
    name = member.partition(":")[2].removesuffix("Member") or "shares outstanding"
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
