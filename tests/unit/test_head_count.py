"""Reading head-counts: what is not one, days, tables, and what survives the making of an HTML page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from talentscope.runtime.errors import UsageError
from talentscope.sources.sec.days import mentions
from talentscope.sources.sec.document import Passage, read_document
from talentscope.sources.sec.headcount import find_head_count, sentences
from talentscope.sources.sec.overrides import COLUMNS, read_overrides
from talentscope.sources.sec.tables import table_counts

PERIOD = date(2025, 12, 31)


def count(text: str, *, heading: str = "", period: date | None = PERIOD) -> int | None:
    found = find_head_count([Passage(text, heading)], period)
    return found.employees if found is not None else None


TOTAL = "As of December 31, 2025, we had 1,178 full time employees. "
NOT_THE_TOTAL = [
    "Our commercial organization consisted of 2,400 full time employees, many with PhD degrees.",
    "He leads a distribution team of around 4,000 people.",
    "We had a sales staff of approximately 40,000 individuals across the US and Mexico.",
    "In 2023, we reduced our workforce by approximately 8,000 employees.",
    "Approximately 9,000 associates were impacted by the reductions during 2025.",
    "We employed 9,300 employees in our research and development organization.",
    "We had 20,000 employees located in India.",
    "As of December 31, 2025, we had 3,000 temporary employees and contractors.",
    "Of our employees, 5,000 full-time employees were represented by labor unions.",
    "We acquired a company with 12,000 full-time employees.",
    "During 2025 we hired 6,000 employees.",
    "Our customers are companies with more than 5,000 employees.",
    "We serve businesses with between 2,000 and 9,000 employees.",
    "As of December 31, 2024, we had 2,900 full time employees.",
    "We expect to have over 7,000 employees over the next three years.",
    "Options held by 4,000 employees were exercised; the stock options plan covers all of them.",
    "Our 401(k) plan is open to all 3,500 full-time employees worldwide.",
    "We spent $2,500 on employees.",
    "We pay 1,500 per employee; in 2025 our headcount costs rose by 12,000 dollars.",
    "More than 60,000 people attended our conference.",
    "We had 15,000 stockholders of record.",
]


@pytest.mark.parametrize("other", NOT_THE_TOTAL)
def test_a_larger_number_that_is_something_else_does_not_win(other: str) -> None:
    assert count(TOTAL + other, heading="Human Capital") == 1178
    assert count(f"{other} {TOTAL}", heading="Human Capital") == 1178


@pytest.mark.parametrize("other", NOT_THE_TOTAL)
def test_a_number_that_is_something_else_is_no_head_count_even_where_it_stands_alone(other: str) -> None:
    if "December 31, 2024" in other:
        assert count(other, heading="Human Capital") is not None  # better an older total than none; its day is kept
    else:
        assert count(other) is None


def test_numbers_beyond_belief_are_none() -> None:
    assert count("As of December 31, 2025, we had 7,000,000,000 employees worldwide.") is None
    assert count("As of December 31, 2025, we had 3 full-time employees worldwide.") is None
    assert count("As of December 31, 2025, we had 2025 goals for our employees.") is None


@pytest.mark.parametrize(
    ("text", "employees"),
    [
        ("Our headcount stood at approximately 12,345 as of December 31, 2025.", 12_345),
        ("We employed 36,500 as of December 31, 2025.", 36_500),
        ("At fiscal year-end we had 164,000 total employees.", 164_000),
        ("As of December 31, 2025, we had approximately 1.6 million employees.", 1_600_000),
        ("As of December\u00a031, 2025, we had approximately 26 thousand employees.", 26_000),
        ("As of December 31, 2025, we had approximately 26,000 colleagues in over 40 countries.", 26_000),
        ("31 December 2025: the Group had a total of 12,345 full-time equivalents worldwide.", 12_345),
        ("As of December 31, 2025 we had 1,200 employees, up from 1,000 employees as of December 31, 2024.", 1_200),
        ("As of December 31, 2024 and 2025, we had 1,000 and 1,200 employees, respectively.", 1_200),
        (
            "We had a total of 9,123, 8,456 and 7,789 employees as of December 31, 2025, 2024 and 2023, respectively.",
            9_123,
        ),
    ],
)
def test_other_wordings(text: str, employees: int) -> None:
    assert count(" ".join(text.split()), heading="Employees") == employees


def test_of_two_with_as_much_said_for_them_the_larger_is_the_whole() -> None:
    assert (
        count("As of December 31, 2025, A had 6,994 employees. As of December 31, 2025, B had 17,581 employees.")
        == 17_581
    )


def test_the_evidence_is_the_sentence_and_no_longer_than_it_need_be() -> None:
    text = f"We sell things. {TOTAL}{'We are proud of them. ' * 50}"
    found = find_head_count([Passage(text, "")], PERIOD)

    assert found is not None
    assert found.sentence == TOTAL.strip()
    endless = find_head_count([Passage(TOTAL.replace(".", ",") + "and " * 500, "Human Capital")], PERIOD)
    assert endless is not None
    assert len(endless.sentence) <= 500


def test_sentences_end_where_they_end() -> None:
    text = (
        "We work in the U.S. Treasury market. Acme Inc. has No. 5 of J. P. Morgan. (See Item 1.) \u201cYes.\u201d So."
    )

    assert sentences(text) == [
        "We work in the U.S. Treasury market.",
        "Acme Inc. has No. 5 of J. P. Morgan.",
        "(See Item 1.)",
        "\u201cYes.\u201d",
        "So.",
    ]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("as of December 31, 2025", [date(2025, 12, 31)]),
        ("As of December31, 2025", [date(2025, 12, 31)]),
        ("at 30 June 2025", [date(2025, 6, 30)]),
        ("As of Oct. 31, 2020", [date(2020, 10, 31)]),
        ("In February 2024", [date(2024, 2, 29)]),
        ("as of December 31, 2025, 2024, and 2023", [date(2025, 12, 31), date(2024, 12, 31), date(2023, 12, 31)]),
        ("at years ended 2022, 2021, and 2020", [date(2022, 12, 31), date(2021, 12, 31), date(2020, 12, 31)]),
        ("As of February 30, 2025", []),
        ("Section 2025 of the Act, room 2031", []),
    ],
)
def test_days_as_they_are_written(text: str, days: list[date]) -> None:
    assert [mention.day for mention in mentions(text, PERIOD)] == days


def test_a_bare_year_is_the_fiscal_one() -> None:
    assert mentions("at the end of fiscal year 2025", date(2025, 1, 26))[0].day == date(2025, 1, 26)
    assert mentions("at the end of fiscal 2024", date(2024, 9, 28))[0].day == date(2024, 9, 28)
    assert mentions("at the end of 2023", None)[0].day == date(2023, 12, 31)
    assert mentions("at the end of fiscal 2023", date(2024, 2, 29))[0].day == date(2023, 2, 28)


def test_tables_tell_the_newest_total() -> None:
    by_year = "| 2025 | 2024 | 2023\nResearch | 400 | 300 | 200\nTotal employees | 1,400 | 1,300 | 1,200"
    oldest_first = (
        "As of December 31, | 2023 | 2024 | 2025\nSales | 5 | 6 | 7\nTotal full-time equivalents | 90 | 95 | 99"
    )
    thousands = "(in thousands) | 2025 | 2024\nTotal headcount | 98 | 91"

    assert [found[:2] for found in table_counts(by_year, PERIOD, is_under_heading=False)] == [(1400, PERIOD)]
    assert [found[:2] for found in table_counts(oldest_first, PERIOD, is_under_heading=False)] == [(99, PERIOD)]
    assert [found[0] for found in table_counts(thousands, PERIOD, is_under_heading=False)] == [98_000]
    assert count(by_year, heading="Employees") == 1400


@pytest.mark.parametrize(
    "table",
    [
        "Revenue | 2025 | 2024\nTotal | 1,400 | 1,300",
        "Employee benefits | 2025 | 2024\nTotal employees' compensation | 1,400 | 1,300",
        "Women employees | 2025 | 2024\nTotal | 40 | 30",
        "Employees | Germany | France\nTotal | 1,400 | 1,300",
        "| 2025 | 2024\nEmployee turnover rate | 12 | 13",
    ],
)
def test_tables_about_other_things_tell_nothing(table: str) -> None:
    assert list(table_counts(table, PERIOD, is_under_heading=False)) == []


# -- the making of a page ----------------------------------------------------------------------------------------------


def page(*parts: str) -> str:
    return f"<html><body>{''.join(parts)}</body></html>"


def test_a_page_becomes_passages_with_their_headings() -> None:
    html = page(
        "<div><span>Human</span> <span>Capital</span></div>",
        "<div>As of December&#160;31, 2025, we had 1,<span>200</span> full&#8209;time em<span>ployees</span>.</div>",
        "<p>We sell 40 kinds of things.</p>",
    )
    passages = read_document(html).passages

    assert passages == (Passage("As of December 31, 2025, we had 1,200 full-time employees.", "Human Capital"),)
    assert find_head_count(passages, PERIOD) is not None


def test_a_heading_far_above_is_no_heading() -> None:
    between = "<p>Something else is said here.</p>" * 40
    html = page("<p>Employees</p>", between, f"<p>{TOTAL}</p>")

    assert read_document(html).passages[0].heading == ""


def test_a_paragraph_that_a_page_end_cut_is_whole_again() -> None:
    html = page(
        "<p>We view our people and our culture as key to success and as of December 31, 2025 we had approximately</p>",
        "<p>12</p><p>Table of Contents</p>",
        "<p>1,200 full-time employees.</p>",
    )

    assert find_head_count(read_document(html).passages, PERIOD) is not None


def test_a_list_belongs_to_the_line_above_it() -> None:
    html = page("<p>As of December 31, 2025, we had:</p><ul><li>\u2022 1,200 full-time employees</li></ul>")

    found = find_head_count(read_document(html).passages, PERIOD)
    assert found is not None
    assert (found.employees, found.as_of) == (1200, PERIOD)


def test_a_table_of_a_page_is_read_with_the_line_above_it() -> None:
    row = "<tr><td>{}</td><td></td><td>{}</td></tr>"
    table = row.format("Asia", "300") + row.format("Europe", "900") + row.format("Total", "1,200")
    html = page("<p>The number of employees as of December 31, 2025 was:</p><table>", table, "</table>")

    found = find_head_count(read_document(html).passages, PERIOD)
    assert found is not None
    assert (found.employees, found.as_of) == (1200, PERIOD)


def test_a_plain_text_report_of_earlier_years_is_read() -> None:
    told = "EMPLOYEES\n\n  As of September 29, 2001, the Company had 9,603\nemployees worldwide."
    text = f"ANNUAL REPORT\n\n{told}\n\nITEM 2."

    found = find_head_count(read_document(text).passages, date(2001, 9, 29))
    assert found is not None
    assert found.employees == 9603


@pytest.mark.parametrize("junk", ["", "<", "<html>", "\0\x01", "<html><body><table><tr><td>", "x" * 100_000])
def test_junk_holds_nothing_and_breaks_nothing(junk: str) -> None:
    reading = read_document(junk)

    assert (reading.classes, find_head_count(reading.passages, None)) == ((), None)


def test_a_page_made_to_be_slow_is_read_all_the_same() -> None:
    hostile = page(
        f"<p>{'1,000 and ' * 2000} employees</p>",
        f"<p>we employed {'approximately ' * 3000} employees 5</p>",
        f"<p>{'1 full-time ' * 3000} employees</p>",
        f"<p>headcount {'a ' * 4000} was 5 employees</p>",
        f"<p>We employ people and so on without an end of this sentence and</p><p>{'i' * 38}!</p>",
        f"<p>companies {'with ' * 2000} 5,000 employees</p>",
    )

    assert find_head_count(read_document(hostile).passages, PERIOD) is None


# -- reviewed head-counts ----------------------------------------------------------------------------------------------


def test_the_shipped_file_is_readable() -> None:
    assert isinstance(read_overrides(), dict)


def test_a_reviewed_file_is_read_newest_first(tmp_path: Path) -> None:
    rows = [
        "ibm,2023-12-31,282200,https://sec.test/a,exhibit 13",
        "ibm,2024-12-31,270300,https://sec.test/b,exhibit 13",
    ]
    (tmp_path / "o.csv").write_text("\n".join([",".join(COLUMNS), *rows]))

    assert [one.employees for one in read_overrides(tmp_path / "o.csv")["ibm"]] == [270300, 282200]


@pytest.mark.parametrize(
    "row",
    [
        "ibm,soon,1,https://x,",
        "ibm,2024-12-31,many,https://x,",
        "ibm,2024-12-31,0,https://x,",
        "ibm,2024-12-31,5,ftp://x,",
        "ibm",
    ],
)
def test_a_line_that_is_wrong_is_named(row: str, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(f"{','.join(COLUMNS)}\n{row}\n")
    with pytest.raises(UsageError, match="line 2"):
        read_overrides(tmp_path / "o.csv")


def test_a_file_of_another_kind_or_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match="expected the columns"):
        read_overrides(tmp_path / "o.csv")
    with pytest.raises(UsageError, match="cannot be read"):
        read_overrides(tmp_path / "none.csv")
