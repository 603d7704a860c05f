"""The registry of companies: what its file may say, what it is asked, and what it keeps when it is written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentscope.registry.cells import OTHER_VENDORS, READ_VENDORS
from talentscope.registry.company import CONFIDENCES, STATUSES, Board, Company, Dated
from talentscope.registry.read import Registry, build_registry, parse_registry, read_registry
from talentscope.registry.rows import COLUMNS, to_company, to_row
from talentscope.registry.write import add_rows, to_csv, write_registry
from talentscope.runtime.errors import RegistryError, UsageError

BEFORE, AFTER = date(2021, 6, 30), date(2026, 6, 30)


def parse(*lines: str) -> tuple[Company, ...]:
    return parse_registry("\n".join(lines) + "\n", "companies.csv")


def message_of(*lines: str) -> str:
    with pytest.raises(RegistryError) as caught:
        parse(*lines)
    assert caught.value.exit_code == 2
    assert caught.value.way_out
    return f"{caught.value.message} | {caught.value.way_out}"


@pytest.fixture(scope="module")
def shipped() -> Registry:
    return read_registry()


# what a cell may hold


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("company_id", "Acme Inc", "lower-case letters, digits and single hyphens, came 'Acme Inc'"),
        ("company_id", "", "lower-case letters, digits and single hyphens, came nothing"),
        ("name", "", "a text with at least one letter or digit, came nothing"),
        ("status", "listet", "one of listed, private, delisted, came 'listet' | did you mean listed?"),
        ("sector", "Chips", "a sector in lower case"),
        ("country", "USA", "two capitals of ISO 3166"),
        ("cik", "320193", "ten digits, came '320193' | put zeros in front"),
        ("cik", "٠٠٠٠٣٢٠١٩٣", "ten digits"),
        ("tickers", "aapl", "tickers separated by `;`"),
        ("tickers", "AAPL 2020-13-01..", "dates as 2025-01-21, came 'AAPL 2020-13-01..'"),
        ("tickers", "AAPL 20200101..", "dates as 2025-01-21, came 'AAPL 20200101..'"),
        ("tickers", "AAPL 2021-01-01..2020-01-01", "FROM..TO with FROM not after TO"),
        ("tickers", "AAPL;AAPL", "each item once, came 'AAPL'"),
        ("shares_per_ticker", "0", "a number above 0"),
        ("shares_per_ticker", "nan", "a number above 0"),
        ("shares_per_ticker", "-5", "a number above 0"),
        ("wikidata_id", "95", "an item such as Q95"),
        ("website", "https://acme.example", "an address without https://"),
        ("github_organisations", "acme;acme--labs", "GitHub organisations separated by `;`, came 'acme--labs'"),
        ("boards", "greenhose:acme", "vendor:token, came 'greenhose:acme' | did you mean greenhouse?"),
        ("boards", "acme", "vendor:token, came 'acme'"),
        ("boards", "greenhouse:", "greenhouse:token with a token without spaces, came nothing"),
        ("boards", "workday:acme/External", "workday:tenant/pod/site, came 'acme/External' | https://TENANT.POD."),
        ("aliases", "Acme;!!!", "names with at least one letter or digit, came '!!!'"),
        ("is_ambiguous", "1", "one of no, yes, empty, came '1'"),
        ("context", "shoes;-", "texts with at least one letter or digit, came '-'"),
        ("cik_confidence", "sure", "one of high, medium, low, empty, came 'sure'"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row_and_column(column: str, cell: str, expected: str) -> None:
    row = {"company_id": "acme", "name": "Acme", column: cell}
    lines = (",".join(row), "good,Good" + "," * (len(row) - 2), ",".join(f'"{cell}"' for cell in row.values()))
    message = message_of(*lines)
    assert message.startswith(f"companies.csv:3: {column}: expected {expected}"), message


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("company_id,name,tickr", "companies.csv:1: expected each column once and no others, came 'tickr'"),
        ("company_id,name,name", "companies.csv:1: expected each column once and no others, came 'name'"),
        ("company_id", "companies.csv:1: expected a column name"),
        ("", "companies.csv:1: expected a column company_id, came nothing"),
    ],
)
def test_the_first_row_names_the_columns(header: str, expected: str) -> None:
    assert message_of(header, "acme,Acme,X").startswith(expected)


def test_a_file_that_is_no_table_is_refused() -> None:
    assert "expected 2 cells, came 3" in message_of("company_id,name", "acme,Acme, Inc.")
    assert "companies.csv:2: expected CSV, but" in message_of("company_id,name", 'acme,"Acme"x')
    assert "expected plain text" in message_of("company_id,name", 'acme,"Ac\nme"')
    assert "expected plain text" in message_of("company_id,name", "acme,Ac\x00me")
    assert "expected at least one company" in message_of("company_id,name", ",", "")


def test_two_columns_are_enough() -> None:
    (company,) = parse("company_id,name", "acme,Acme Widgets")
    assert company == Company("acme", "Acme Widgets", confidence=company.confidence)
    assert set(company.confidence.values()) == {""}


# what two companies may not share


@pytest.mark.parametrize(
    ("column", "one", "other", "kind"),
    [
        ("cik", "0000000001", "0000000001", "CIK"),
        ("wikidata_id", "Q1", "Q1", "item"),
        ("tickers", "AB", "AB", "ticker"),
        ("tickers", "AB ..2020-01-02", "AB 2020-01-02..", "ticker"),
        ("aliases", "The Widget", "the widget!", "name"),
        ("aliases", "x", "First", "name"),
        ("subsidiaries", "Sub 2020-01-01..", "sub ..2021-01-01", "name"),
        ("github_organisations", "acme-labs", "Acme-Labs", "organisation"),
        ("boards", "ashby:acme", "ashby:ACME", "board"),
    ],
)
def test_two_companies_share_nothing_on_one_day(column: str, one: str, other: str, kind: str) -> None:
    header = f"company_id,name,{column}"
    message = message_of(header, f"first,First,{one}", f"second,Second,{other}")
    assert message.startswith(f"companies.csv:3: {column}: expected what no other company has on the same day"), message
    assert f"the {kind} of First in row 2" in message


def test_a_row_that_comes_twice_is_refused() -> None:
    assert "companies.csv:3: company_id" in message_of("company_id,name", "acme,Acme", "acme,Acme Two")


def test_what_moves_from_one_company_to_another_is_no_conflict() -> None:
    one, other = parse(
        "company_id,name,tickers,aliases,boards",
        "first,First,AB ..2020-01-01,Widget ..2020-01-01,ashby:ab ..2020-01-01",
        "second,Second,AB 2020-01-02..,Widget 2020-01-02..,ashby:ab 2020-01-02..",
    )
    registry = build_registry([one, other])
    assert registry.ticker_owner("ab", date(2020, 1, 1)) == one
    assert registry.ticker_owner("AB", date(2020, 1, 2)) == other
    assert registry.find("AB") == other  # a person means today's
    assert registry.find("widget") == other


# what a registry is asked


@pytest.mark.parametrize(
    ("text", "company_id"),
    [
        ("block", "block"),
        ("XYZ", "block"),
        ("$xyz", "block"),
        ("sq", "block"),
        ("1512673", "block"),
        ("CIK0001512673", "block"),
        ("Block, Inc.", "block"),
        ("Square", "block"),
        ("meta", "meta"),
        ("facebook", "meta"),
        ("Hugging Face", "hugging-face"),
        ("GOOG", "alphabet"),
        ("github", "microsoft"),
        ("  Pure   Storage ", "everpure"),
    ],
)
def test_a_company_is_found_as_people_call_it(shipped: Registry, text: str, company_id: str) -> None:
    assert shipped.find(text).company_id == company_id


def test_a_company_that_is_not_there_has_a_near_one(shipped: Registry) -> None:
    with pytest.raises(UsageError) as caught:
        shipped.find("Micorsoft")
    assert caught.value.way_out == "did you mean Microsoft (microsoft)?"
    with pytest.raises(UsageError) as caught:
        shipped.find("qqqqqqqq")
    assert "talentscope companies" in caught.value.way_out
    assert shipped.named("qqqqqqqq") is None
    assert shipped.by_id("qqqqqqqq") is None


def test_a_ticker_has_an_owner_on_a_day(shipped: Registry) -> None:
    def owner(ticker: str, day: date) -> str | None:
        company = shipped.ticker_owner(ticker, day)
        return company.company_id if company else None

    assert [owner("SQ", BEFORE), owner("SQ", AFTER), owner("XYZ", BEFORE)] == ["block", None, None]
    assert [owner("GOOG", AFTER), owner("GOOGL", AFTER)] == ["alphabet", "alphabet"]
    assert [owner("PSTG", date(2025, 8, 8)), owner("P", date(2026, 6, 1))] == ["everpure", "everpure"]
    assert owner("NOPE", AFTER) is None


# the shipped registry


def test_the_shipped_registry_is_whole(shipped: Registry) -> None:
    assert len(shipped.companies) == 151
    assert len({company.cik for company in shipped.companies if company.cik}) == 138
    for company in shipped.companies:
        assert company.status in STATUSES
        assert (company.cik is None) == (company.status == "private"), company.company_id
        assert bool(company.tickers) == (company.status == "listed"), company.company_id
        assert company.sector in SECTORS, company.company_id
        assert company.country, company.company_id
        assert company.sources or company.status == "private", company.company_id
        assert set(company.confidence.values()) <= set(CONFIDENCES)
        assert bool(company.confidence["cik"]) == bool(company.cik)
        assert bool(company.confidence["wikidata_id"]) == bool(company.wikidata_id)
        assert bool(company.confidence["github_organisations"]) == bool(company.github_organisations)
        assert company.context or not company.is_ambiguous, company.company_id


SECTORS = {
    *("ai", "cloud", "fintech", "games", "hardware", "internet", "media", "security", "semiconductors"),
    *("services", "software"),
}


def test_a_listed_company_has_one_ticker_today_and_boards_that_are_known(shipped: Registry) -> None:
    several = {c.company_id for c in shipped.companies if sum(ticker.holds_on(AFTER) for ticker in c.tickers) > 1}
    assert several == {"alphabet", "zillow"}  # two share classes; the first is the one that is shown
    assert all(company.ticker_on(AFTER) for company in shipped.companies if company.status == "listed")
    vendors = {board.vendor for company in shipped.companies for board in company.boards}
    assert vendors <= {*READ_VENDORS, *OTHER_VENDORS}
    read = [company for company in shipped.companies if {b.vendor for b in company.boards_on(AFTER)} & {*READ_VENDORS}]
    assert len(read) > 100


def test_a_board_that_moved_is_counted_once(shipped: Registry) -> None:
    amplitude = shipped.find("Amplitude")
    assert [board.subject for board in amplitude.boards_on(AFTER)] == ["ashby:amplitude"]
    assert len(amplitude.boards_on(BEFORE)) == 2  # the day of the move is not known: see the row's note
    assert len(shipped.find("DoorDash").boards_on(AFTER)) == 6
    assert len(shipped.find("Take-Two").boards_on(AFTER)) == 5


def test_the_shipped_file_is_as_we_would_write_it(shipped: Registry) -> None:
    path = Path(__file__).parents[2] / "src" / "talentscope" / "registry" / "data" / "companies.csv"
    assert to_csv(shipped.companies) == path.read_text()


# writing


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="no such file"):
        read_registry(tmp_path / "none.csv")
    latin = tmp_path / "latin.csv"
    latin.write_bytes(b"company_id,name\nacme,Caf\xe9\n")
    with pytest.raises(RegistryError, match=r"latin\.csv:2: expected UTF-8"):
        read_registry(latin)


def test_rows_are_added_and_replaced(tmp_path: Path, shipped: Registry) -> None:
    path = tmp_path / "deep" / "registry.csv"
    acme = Company("acme", "Acme", tickers=(Dated("ACME"),))
    grown = add_rows(shipped, [acme], path)
    assert grown.find("ACME").name == "Acme"
    assert grown.path == path
    again = add_rows(read_registry(path), [Company("acme", "Acme Two")], path)
    assert [company.name for company in again.companies][-1] == "Acme Two"
    assert len(read_registry(path).companies) == 152


def test_a_refused_row_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "registry.csv"
    write_registry([Company("acme", "Acme", tickers=(Dated("AC"),))], path)
    before = path.read_text()
    for bad in (
        Company("other", "Other", tickers=(Dated("AC"),)),
        Company("other", "Two\nLines"),
        Company("Other", "Capital"),
    ):
        with pytest.raises(RegistryError):
            add_rows(read_registry(path), [bad], path)
    assert path.read_text() == before
    assert [file.name for file in tmp_path.iterdir()] == ["registry.csv"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RegistryError, match="could not be written"):
        write_registry([Company("acme", "Acme")], tmp_path / "file" / "registry.csv")


days = st.one_of(st.none(), st.dates())
words = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 .,&'\"+#-]{0,20}[A-Za-z0-9]", fullmatch=True)


@st.composite
def spans(draw: st.DrawFn) -> tuple[date | None, date | None]:
    since, until = draw(days), draw(days)
    return (until, since) if since and until and since > until else (since, until)


@given(
    st.lists(st.tuples(words, spans()), max_size=4, unique_by=lambda one: one[0]),
    st.lists(st.tuples(st.sampled_from(["ashby:a", "workday:a/wd1/S", "custom:jobs.a.com"]), spans()), max_size=3),
)
def test_a_row_comes_back_as_it_went(
    names: list[tuple[str, tuple[date | None, date | None]]],
    boards: list[tuple[str, tuple[date | None, date | None]]],
) -> None:
    company = Company(
        "acme",
        "Acme, Inc.",
        aliases=tuple(Dated(text, *span) for text, span in names),
        boards=tuple(dict.fromkeys(Board(*text.split(":"), *span) for text, span in boards)),
        confidence=dict.fromkeys(("cik", "wikidata_id", "github_organisations", "boards"), "low"),
    )
    row = to_row(company)
    assert list(row) == list(COLUMNS)
    assert to_company(row, "file:2") == company
