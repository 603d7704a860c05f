"""The main document of a filing: HTML with inline XBRL, as the SEC publishes it.

The cover tells shares in the fact dei:EntityCommonStockSharesOutstanding, one a class where there are several
(https://www.sec.gov/structureddata/osd-inline-xbrl.html); an annual report has its passage about people.
"""

from __future__ import annotations

from html import escape

from talentscope.sandbox.companies.employer import Employer
from talentscope.sandbox.companies.filing import Filing, Filings
from talentscope.sandbox.companies.trading import ShareClass, Stocks
from talentscope.sandbox.companies.wording import human_capital, spelt

_MEMBERS = {"Class A": "us-gaap:CommonClassAMember", "Class B": "us-gaap:CommonClassBMember"}
_MEMBERS |= {"Class C": "us-gaap:CommonClassCMember"}
_SPACES = (
    'xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" '
    'xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi" '
    'xmlns:dei="http://xbrl.sec.gov/dei/2025" xmlns:us-gaap="http://fasb.org/us-gaap/2025"'
)
_FILLER = (
    "We operate in markets that change quickly, and our results may vary from quarter to quarter.",
    "Our agreements with suppliers and customers end at different times, and some renew by themselves.",
    "A failure of our systems, or of those of others that we rely on, could harm our business.",
    "We may not be able to protect what we have invented, and others may claim that we use what is theirs.",
)


def write(
    employer: Employer, filing: Filing, *, name: str, stocks: Stocks, filings: Filings, seed: int, has_people: bool
) -> str:
    """The whole document. `has_people` false leaves the head-count out."""
    classes = stocks.classes(employer)
    counts = [(kind, stocks.shares_of(employer, kind, filing.cover)) for kind in classes]
    body = [_cover(employer, filing, name, counts)]
    if filing.is_annual:
        body += ["<h2>Item 1. Business</h2>", *(f"<p>{text}</p>" for text in _FILLER[:2])]
        body.append("<h3>Human Capital</h3>")
        if has_people:
            count = filings.stated(employer, filing).employees
            before = filings.people(employer, filing.period.year - 1)
            body += human_capital(employer, seed=seed, count=count, before=before, day=filing.period)
        else:
            body.append("<p>Our culture is built on trust, and our benefits are competitive.</p>")
        body += ["<h2>Item 1A. Risk Factors</h2>", *(f"<p>{text}</p>" for text in _FILLER)]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<html {_SPACES}><head><title>{escape(filing.document)}</title></head>'
        f"<body>{_header(employer, filing, classes)}{''.join(body)}</body></html>"
    )


def _header(employer: Employer, filing: Filing, classes: tuple[ShareClass, ...]) -> str:
    """The contexts that the facts refer to, which no browser shows."""
    entity = f'<xbrli:identifier scheme="http://www.sec.gov/CIK">{employer.cik}</xbrli:identifier>'
    contexts = []
    for number, kind in enumerate(classes):
        member = _member(kind)
        segment = (
            '<xbrli:segment><xbrldi:explicitMember dimension="us-gaap:StatementClassOfStockAxis">'
            f"{member}</xbrldi:explicitMember></xbrli:segment>"
            if member
            else ""
        )
        contexts.append(
            f'<xbrli:context id="c-{number + 2}"><xbrli:entity>{entity}{segment}</xbrli:entity><xbrli:period>'
            f"<xbrli:instant>{filing.cover}</xbrli:instant></xbrli:period></xbrli:context>"
        )
    period = (
        f'<xbrli:context id="c-1"><xbrli:entity>{entity}</xbrli:entity><xbrli:period><xbrli:instant>{filing.period}'
        "</xbrli:instant></xbrli:period></xbrli:context>"
    )
    unit = '<xbrli:unit id="shares"><xbrli:measure>xbrli:shares</xbrli:measure></xbrli:unit>'
    return (
        '<div style="display:none"><ix:header><ix:resources>'
        f"{period}{''.join(contexts)}{unit}</ix:resources></ix:header></div>"
    )


def _cover(employer: Employer, filing: Filing, name: str, counts: list[tuple[ShareClass, int]]) -> str:
    kind = {"10-K": "ANNUAL REPORT", "20-F": "ANNUAL REPORT", "10-Q": "QUARTERLY REPORT"}.get(filing.form, "REPORT")
    shares = " and ".join(
        f'<ix:nonFraction contextRef="c-{number + 2}" name="dei:EntityCommonStockSharesOutstanding" unitRef="shares" '
        f'decimals="0" scale="0" format="ixt:num-dot-decimal">{count:,}</ix:nonFraction> shares of '
        f"{f'{kind_.name} common stock' if kind_.name else 'common stock'}"
        for number, (kind_, count) in enumerate(counts)
    )
    tells_shares = filing.form in {"10-K", "10-Q", "20-F"}
    sentence = f"<p>As of {spelt(filing.cover)}, the registrant had {shares} outstanding.</p>" if tells_shares else ""
    return (
        "<p>UNITED STATES SECURITIES AND EXCHANGE COMMISSION</p>"
        f'<p>FORM <ix:nonNumeric contextRef="c-1" name="dei:DocumentType">{filing.form}</ix:nonNumeric></p>'
        f"<p>{kind} for the period ended {spelt(filing.period)}</p>"
        f'<p><ix:nonNumeric contextRef="c-1" name="dei:EntityRegistrantName">{escape(name.upper())}</ix:nonNumeric></p>'
        f'<p>Central Index Key <ix:nonNumeric contextRef="c-1" name="dei:EntityCentralIndexKey">{employer.cik}'
        f"</ix:nonNumeric></p>{sentence}"
    )


def _member(kind: ShareClass) -> str:
    if not kind.name:
        return ""
    return _MEMBERS.get(kind.name, f"dei:{''.join(word.title() for word in kind.name.split())}Member")
