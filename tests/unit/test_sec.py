"""EDGAR against answers in memory: shares by class, head-counts by day, alarms, troubles, and few requests."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.edgar_world import (
    ACME,
    ANNUAL,
    CIK,
    EARLIER,
    FRAMES,
    LETTER,
    NOW,
    PEOPLE,
    QUARTERLY,
    TODAY,
    columns,
    doc_path,
    document,
    edgar,
    frame,
    look,
    submissions,
    the,
)

from talentscope.registry.company import Company, Dated
from talentscope.registry.observation import Metric, State
from talentscope.runtime.errors import UpstreamDown, UpstreamMalformed, UpstreamRefused
from talentscope.sources.sec import client as sec_client
from talentscope.sources.sec.document import digest_of, parse_digest, read_document
from talentscope.sources.sec.overrides import Override
from talentscope.sources.sec.records import parse_filings, parse_frame, parse_submissions


def test_one_class_comes_from_the_frame_with_the_day_and_the_filing() -> None:
    shares = the(Metric.SHARES, look(edgar()))

    assert (shares.value, shares.as_of, shares.state) == (500_000_000, date(2026, 10, 15), State.OK)
    assert shares.source_url == f"https://sec.test{doc_path(QUARTERLY)}"
    assert shares.observed_at == NOW


def test_classes_are_summed_from_the_cover_page_where_the_frame_is_silent() -> None:
    cover = document(
        shares={
            "a": ("us-gaap:CommonClassAMember", 5_824_000_000, "2026-10-16"),
            "b": ("us-gaap:CommonClassBMember", 836_000_000, "2026-10-16"),
            "c": ("acme:ClassCCapitalStockMember", 5_456_000_000, "2026-10-16"),
        }
    )
    upstream = edgar(**{f"{FRAMES}CY2026Q3I.json": frame(), doc_path(QUARTERLY): cover})
    shares = the(Metric.SHARES, look(upstream))

    assert (shares.value, shares.as_of) == (12_116_000_000, date(2026, 10, 16))
    assert shares.source_url.endswith(doc_path(QUARTERLY))
    told = "common class a: 5,824,000,000; common class b: 836,000,000; class c capital stock: 5,456,000,000"
    assert shares.evidence == f"cover page of the 10-Q filed 2026-10-20: {told}"


@pytest.mark.parametrize("placeholder", [1, 100, 1000])
def test_a_placeholder_never_wins(placeholder: int) -> None:
    cover = document(
        shares={"a": ("", placeholder, "2026-10-16"), "b": ("us-gaap:CommonStockMember", 300_000_000, "2026-10-16")}
    )
    upstream = edgar(
        **{
            f"{FRAMES}CY2026Q3I.json": frame((CIK, placeholder, "2026-10-16", QUARTERLY["accessionNumber"])),
            doc_path(QUARTERLY): cover,
        }
    )

    assert the(Metric.SHARES, look(upstream)).value == 300_000_000
    upstream.pages[doc_path(QUARTERLY)] = document(shares={"a": ("", placeholder, "2026-10-16")})
    nothing = the(Metric.SHARES, look(upstream))
    assert (nothing.value, nothing.state) == (None, State.MISSING)
    assert nothing.reason


def test_a_report_newer_than_the_frame_is_read_itself_and_the_frame_serves_if_it_cannot_be() -> None:
    older = frame((CIK, 400_000_000, "2026-01-30", ANNUAL["accessionNumber"]))
    upstream = edgar(
        **{
            f"{FRAMES}CY2026Q3I.json": older,
            doc_path(QUARTERLY): document(shares={"a": ("", 510_000_000, "2026-10-16")}),
        }
    )
    assert the(Metric.SHARES, look(upstream)).value == 510_000_000

    upstream.pages[doc_path(QUARTERLY)] = 404
    fallback = the(Metric.SHARES, look(upstream))
    assert (fallback.value, fallback.as_of) == (400_000_000, date(2026, 1, 30))


def test_a_count_of_another_company_in_a_joint_report_is_not_added() -> None:
    joint = document(shares={"a": ("", 10_000_000, "2026-10-16")}).replace(
        "</ix:header>",
        '<xbrli:context id="x"><xbrli:entity><xbrli:segment><xbrldi:explicitMember dimension="dei:LegalEntityAxis">'
        "acme:PartnershipMember</xbrldi:explicitMember></xbrli:segment></xbrli:entity><xbrli:period><xbrli:instant>"
        "2026-10-16</xbrli:instant></xbrli:period></xbrli:context></ix:header>",
    )
    fact = '<ix:nonFraction name="dei:EntityCommonStockSharesOutstanding" contextRef="x">77,000,000</ix:nonFraction>'
    joint = joint.replace("</body>", f"{fact}</body>")

    assert [one.shares for one in read_document(joint).classes] == [10_000_000]


def test_numbers_of_the_cover_page_mean_what_their_format_says() -> None:
    def count(text: str, attributes: str) -> float | None:
        page = document(shares={"a": ("", 1, "2026-10-16")}).replace('scale="0"', attributes)
        page = page.replace('format="ixt:num-dot-decimal">1<', f">{text}<")
        return next((one.shares for one in read_document(page).classes), None)

    assert count("12,5", 'scale="6" format="ixt:num-comma-decimal"') == 12_500_000
    assert count("5.824.000", 'scale="3" format="ixt:num-comma-decimal"') == 5_824_000_000
    assert count("83.6", 'scale="6"') == 83_600_000
    assert count("no", 'scale="0"') is None
    assert count("12", 'scale="1e9"') is None


def test_the_head_count_has_its_sentence_its_day_and_its_report() -> None:
    employees = the(Metric.EMPLOYEES, look(edgar()))

    assert (employees.value, employees.as_of, employees.state) == (1200, date(2025, 12, 31), State.OK)
    assert employees.evidence == PEOPLE
    assert employees.source_url == f"https://sec.test{doc_path(ANNUAL)}"


def test_a_sentence_without_a_day_is_of_the_day_of_the_report() -> None:
    upstream = edgar(
        **{doc_path(ANNUAL): document("<b>Human Capital</b></p><p>We have 1,300 employees in 12 countries.")}
    )

    assert the(Metric.EMPLOYEES, look(upstream)).as_of == date(2025, 12, 31)


def test_a_past_day_is_told_by_what_was_filed_then() -> None:
    upstream = edgar(**{doc_path(EARLIER): document(PEOPLE.replace("1,200", "900").replace("2025", "2024"))})
    before = the(Metric.EMPLOYEES, look(upstream, day=date(2026, 2, 19)))
    after = the(Metric.EMPLOYEES, look(upstream, day=date(2026, 2, 20)))

    assert (before.value, before.as_of) == (900, date(2024, 12, 31))
    assert after.value == 1200
    assert all(one.as_of <= date(2026, 2, 19) for one in look(upstream, day=date(2026, 2, 19)).observations)


def test_earlier_pages_of_filings_are_read_only_where_they_are_needed() -> None:
    page = {"name": f"CIK{CIK}-submissions-001.json", "filingFrom": "2019-01-01", "filingTo": "2025-12-31"}
    known = submissions(LETTER, QUARTERLY, filings={"recent": columns(LETTER, QUARTERLY), "files": [page]})
    upstream = edgar(**{f"/submissions/CIK{CIK}.json": known, f"/submissions/{page['name']}": columns(ANNUAL, EARLIER)})

    assert the(Metric.EMPLOYEES, look(upstream)).value == 1200
    assert f"/submissions/{page['name']}" in upstream.asked
    known["filings"]["recent"] = columns(LETTER, QUARTERLY, ANNUAL)
    upstream.asked.clear()
    assert the(Metric.EMPLOYEES, look(upstream)).value == 1200
    assert f"/submissions/{page['name']}" not in upstream.asked


def test_nothing_told_is_missing_with_the_reason() -> None:
    silent = the(Metric.EMPLOYEES, look(edgar(**{doc_path(ANNUAL): document("Our employees are our strength.")})))
    none_filed = the(Metric.EMPLOYEES, look(edgar(**{f"/submissions/CIK{CIK}.json": submissions(LETTER)})))

    assert (silent.value, silent.state) == (None, State.MISSING)
    assert "10-K filed 2026-02-20" in silent.reason
    assert (none_filed.value, none_filed.state) == (None, State.MISSING)
    assert "no annual report" in none_filed.reason


def test_a_reviewed_head_count_wins_until_a_newer_report_tells_another() -> None:
    def reviewed(as_of: date) -> dict[str, list[Override]]:
        return {"acme": [Override(as_of, 1234, "https://sec.test/exhibit13.htm", "exhibit 13")]}

    same_year = the(Metric.EMPLOYEES, look(edgar(), overrides=reviewed(date(2025, 12, 31))))
    year_before = the(Metric.EMPLOYEES, look(edgar(), overrides=reviewed(date(2024, 12, 31))))
    in_future = the(Metric.EMPLOYEES, look(edgar(), overrides=reviewed(date(2027, 12, 31))))
    silent = edgar(**{doc_path(ANNUAL): document("See exhibit 13.")})

    assert (same_year.value, same_year.evidence) == (1234, "exhibit 13")
    assert same_year.source_url == "https://sec.test/exhibit13.htm"
    assert (year_before.value, in_future.value) == (1200, 1200)
    assert the(Metric.EMPLOYEES, look(silent, overrides=reviewed(date(2024, 12, 31)))).value == 1234


@pytest.mark.parametrize(
    ("status", "state"), [(404, State.MISSING), (410, State.MISSING), (403, State.BLOCKED), (451, State.BLOCKED)]
)
def test_a_company_that_edgar_refuses_has_a_state_and_a_reason(status: int, state: State) -> None:
    findings = look(edgar(**{f"/submissions/CIK{CIK}.json": status}))

    assert [one.state for one in findings.observations] == [state, state]
    assert all(one.value is None and str(status) in one.reason for one in findings.observations)


def test_a_document_that_is_gone_costs_one_fact_only() -> None:
    findings = look(edgar(**{doc_path(ANNUAL): 404}))

    assert the(Metric.EMPLOYEES, findings).state is State.MISSING
    assert the(Metric.SHARES, findings).value == 500_000_000


def test_a_renamed_field_blocks_and_is_told() -> None:
    renamed = submissions(ANNUAL)
    renamed["filings"]["recent"]["accession_number"] = renamed["filings"]["recent"].pop("accessionNumber")
    findings = look(edgar(**{f"/submissions/CIK{CIK}.json": renamed}))

    assert {one.state for one in findings.observations} == {State.BLOCKED}
    assert "accessionNumber" in findings.observations[0].reason


def test_without_a_contact_the_sec_refuses_and_the_way_out_is_said() -> None:
    with pytest.raises(UpstreamRefused) as refused:
        look(edgar(**{f"{FRAMES}CY2026Q4I.json": 403}))

    assert "TALENTSCOPE_CONTACT" in refused.value.way_out


def test_a_sec_that_is_down_is_raised() -> None:
    source = edgar(**{f"/submissions/CIK{CIK}.json": httpx.ConnectError("refused")}).source()
    with pytest.raises(UpstreamDown):
        source.observe(ACME, TODAY)


def test_frames_that_cannot_be_read_send_us_to_the_cover_pages_and_are_told() -> None:
    upstream = edgar(
        **{
            f"{FRAMES}CY2026Q3I.json": {"rows": []},
            doc_path(QUARTERLY): document(shares={"a": ("", 510_000_000, "2026-10-16")}),
        }
    )
    findings = look(upstream)

    assert the(Metric.SHARES, findings).value == 510_000_000
    assert "CY2026Q3I" in " ".join(findings.notes)


def test_requests_are_few_and_a_document_is_read_once(tmp_path: Path) -> None:
    upstream = edgar()
    for _ in range(2):
        look(upstream, cache=tmp_path)

    assert upstream.asked.count(f"/submissions/CIK{CIK}.json") == 2
    assert upstream.asked.count(doc_path(ANNUAL)) == 1
    assert len([path for path in upstream.asked if path.startswith(FRAMES)]) == 2 * sec_client.QUARTERS


def test_frames_of_past_days_are_read_once() -> None:
    upstream = edgar()
    source = upstream.source()
    for day in (date(2026, 5, 1), date(2026, 5, 2), date(2026, 8, 1)):
        source.prepare([ACME], day)

    asked = sorted(path[-14:-5] for path in upstream.asked)
    assert asked == ["CY2025Q4I", "CY2026Q1I", "CY2026Q2I", "CY2026Q3I"]


def test_a_ticker_that_vanished_and_a_new_name_are_notes() -> None:
    renamed = submissions(ANNUAL, name="Everbright Corp", tickers=["EVB"], formerNames=[{"name": "ACME SYSTEMS INC"}])
    findings = look(edgar(**{f"/submissions/CIK{CIK}.json": renamed}))
    notes = " ".join(findings.notes)

    assert the(Metric.EMPLOYEES, findings).value == 1200
    assert "does not list the ticker ACME" in notes
    assert "EVB" in notes
    assert "Everbright Corp" in notes
    assert "ACME SYSTEMS INC" in notes


def test_known_names_and_tickers_are_no_news() -> None:
    company = Company(
        "acme", "Acme", cik=CIK, tickers=(Dated("ACM-B"),), aliases=(Dated("Everbright", since=date(2026, 1, 1)),)
    )
    known = submissions(ANNUAL, name="Everbright Corp", tickers=["ACM.B", "ACM.A"])

    assert look(edgar(**{f"/submissions/CIK{CIK}.json": known}), company=company).notes == ()
    # tickers of today say nothing of a past day
    gone = submissions(ANNUAL, EARLIER, tickers=[])
    assert look(edgar(**{f"/submissions/CIK{CIK}.json": gone}), day=date(2026, 3, 1)).notes == ()


def test_only_companies_with_a_cik_are_covered() -> None:
    source = edgar().source()

    assert source.covers(ACME, TODAY)
    assert not source.covers(Company("p", "Private", cik=None), TODAY)


BROKEN: list[Any] = [
    None,
    [],
    {},
    {"filings": None},
    submissions(name=""),
    submissions(tickers="ACME"),
    submissions(filings={"recent": columns(ANNUAL) | {"form": []}, "files": []}),
    submissions(filings={"recent": columns(ANNUAL | {"filingDate": "yesterday"}), "files": []}),
    submissions(filings={"recent": columns(ANNUAL | {"accessionNumber": "../../x"}), "files": []}),
    submissions(filings={"recent": columns(ANNUAL | {"primaryDocument": "../../etc/passwd"}), "files": []}),
    submissions(filings={"recent": columns(ANNUAL | {"primaryDocument": "a?b"}), "files": []}),
    submissions(filings={"recent": columns(), "files": [{"name": "x.json"}]}),
    submissions(
        filings={
            "recent": columns(),
            "files": [{"name": "/a/b/c", "filingFrom": "2020-01-01", "filingTo": "2020-01-01"}],
        }
    ),
]


@pytest.mark.parametrize("answer", BROKEN, ids=lambda answer: json.dumps(answer)[:70])
def test_submissions_of_another_shape_are_refused(answer: Any) -> None:
    with pytest.raises(UpstreamMalformed, match="expected"):
        parse_submissions(answer, CIK)


def test_filings_of_other_forms_need_not_be_readable() -> None:
    letter = LETTER | {"primaryDocument": "", "reportDate": ""}
    bare = columns(letter | {"accessionNumber": "?"}, QUARTERLY | {"reportDate": ""})

    assert [one.period for one in parse_filings(bare, CIK)] == [None]


def test_a_row_of_a_frame_that_cannot_be_read_is_left_out() -> None:
    good = {"cik": 7, "val": 5_000_000, "end": "2026-10-15", "accn": "a"}
    rows = [good, "x", good | {"cik": "8"}, good | {"cik": 9, "val": "many"}, good | {"cik": 10, "end": "soon"}]

    assert list(parse_frame({"data": rows}, "f")) == [CIK]
    with pytest.raises(UpstreamMalformed, match="frame f"):
        parse_frame({"facts": []}, "f")


def test_what_is_kept_of_a_document_comes_back_as_it_was() -> None:
    page = document(
        PEOPLE, "We sell 400 things.", shares={"a": ("us-gaap:CommonClassAMember", 5_000_000, "2026-10-16")}
    )
    reading = parse_digest(digest_of(page))

    assert reading == read_document(page)
    assert [one.text for one in reading.passages] == [PEOPLE]
    assert len(digest_of(page)) < 400
