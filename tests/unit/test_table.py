"""Tables of prices, market values and head-counts: their cells, their columns, and whose each row is. All invented."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentscope.registry.company import Company, Dated
from talentscope.registry.observation import Metric, Observation, State
from talentscope.registry.read import Registry, build_registry
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UsageError
from talentscope.sources.table import cells
from talentscope.sources.table.cells import Cell
from talentscope.sources.table.client import Imported, read_table, read_tickers
from talentscope.sources.table.records import TableRow, find_columns, parse_table

DAY = date(2024, 6, 3)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def company(company_id: str, *tickers: str, cik: str | None = None, **more: object) -> Company:
    name = company_id.capitalize()
    return Company(company_id, name, tickers=tuple(map(Dated, tickers)), cik=cik, **more)  # type: ignore[arg-type]


REGISTRY = build_registry(
    [
        company("gizmo", "GIZA", "GIZ", cik="0000000001"),
        company("widget", "WID"),
        Company("renamed", "Newname", tickers=(Dated("NEW", date(2025, 1, 1)), Dated("OLD", None, date(2024, 12, 31)))),
    ]
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$194.03", 194.03),
        ("2,100,000", 2_100_000),
        ("2.97E+12", 2.97e12),
        ("3.4T", 3.4e12),
        ("$46.6 bn", 46.6e9),
        ("750m", 750e6),
        ("12K", 12_000),
        ("2975271930460.00", 2975271930460),
        (".5", 0.5),
        ("", None),
        ("0.00", None),
        ("0", None),
        ("N/A", None),
        ("nan", None),
        ("-", None),
    ],
)
def test_amounts_as_tables_write_them(text: str, value: float | None) -> None:
    assert cells.amount(Cell("place", text)) == value


@pytest.mark.parametrize(
    "text", ["1,23", "1.234,5", "-5", "12 people", "1e999", "1E+400", "12Q", "$", "1_000", "٣", "inf", "0x10", "9" * 41]
)
def test_what_is_no_amount_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        cells.amount(Cell("caps.csv, row 7, column Marketcap", text))
    assert caught.value.message.startswith("caps.csv, row 7, column Marketcap: expected a number")
    assert repr(text[:80]) in caught.value.message


@given(st.floats(min_value=0.01, max_value=1e13), st.sampled_from(["{}", "${}", " {} "]))
def test_an_amount_written_by_python_is_read_back(value: float, form: str) -> None:
    assert cells.amount(Cell("place", form.format(repr(value)).strip())) == value


@pytest.mark.parametrize(
    ("text", "day"), [("2024-06-03", DAY), ("2024-06-03T21:00:00Z", DAY), ("2024-06-03 16:00", DAY), ("", None)]
)
def test_days(text: str, day: date | None) -> None:
    assert cells.day(Cell("place", text), last_day=DAY) == day


@pytest.mark.parametrize("text", ["06/03/2024", "2024-13-01", "2024-06-04", "yesterday"])
def test_what_is_no_day_or_still_to_come_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected a da"):
        cells.day(Cell("place", text), last_day=DAY)


@pytest.mark.parametrize(
    ("text", "ticker"), [("brk.b", "BRK-B"), ("BRK/B", "BRK-B"), ("$AAPL", "AAPL"), ("ABR^D", "ABR^D"), ("", None)]
)
def test_tickers(text: str, ticker: str | None) -> None:
    assert cells.ticker(Cell("place", text)) == ticker


@pytest.mark.parametrize("text", ["<script>", "A" * 30, "APPLE, INC", "\x1b[31m"])
def test_what_is_no_ticker_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected a ticker"):
        cells.ticker(Cell("place", text))


@pytest.mark.parametrize(
    ("text", "cik"), [("320193", "0000320193"), ("CIK0000320193", "0000320193"), ("320193.0", "0000320193"), ("", None)]
)
def test_ciks(text: str, cik: str | None) -> None:
    assert cells.cik(Cell("place", text)) == cik


def test_columns_are_found_by_the_spellings_of_public_tables() -> None:
    header = ["Exchange", "Symbol", "Shortname", "Longname", "Sector", "Currentprice", "Marketcap", "Fulltimeemployees"]
    assert find_columns(header, {}, "t") == {
        "ticker": "Symbol",
        "name": "Longname",
        "sector": "Sector",
        "price_usd": "Currentprice",
        "market_value_usd": "Marketcap",
        "employees": "Fulltimeemployees",
    }
    screener = find_columns(["symbol", "name", "lastsale", "marketCap"], {}, "t")
    assert screener == {"ticker": "symbol", "name": "name", "price_usd": "lastsale", "market_value_usd": "marketCap"}
    assert find_columns(["CIK", "Number_of_employees", "as_of"], {}, "t")["as_of"] == "as_of"


def test_a_column_may_be_named_and_may_be_in_millions() -> None:
    (row,) = parse(
        "Ticker,MarketCap_March28_M,Market Cap\nWID,2.5,9\n",
        columns={"market_value_millions_usd": "MarketCap_March28_M"},
    )
    assert row.facts == {"market_value_usd": 2.5e6}


@pytest.mark.parametrize(
    ("header", "columns", "message"),
    [
        (["Company", "Employees"], {}, "expected a column with tickers or CIKs"),
        (["Ticker", "Revenue"], {}, "expected a column with prices, market values or head-counts"),
        (["Ticker", "Price"], {"prize": "Price"}, "expected one of ticker, cik"),
        (["Ticker", "Price"], {"employees": "Staff"}, "expected a column 'Staff', came Ticker, Price"),
        (["Ticker", "Price", "Price"], {}, "'Price' is there twice"),
    ],
)
def test_columns_that_are_not_there_are_named(header: list[str], columns: Mapping[str, str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_columns(header, columns, "t.csv")
    assert message in caught.value.message


def parse(text: str, *, columns: Mapping[str, str] | None = None, as_of: date | None = DAY) -> list[TableRow]:
    return parse_table(text, name="t.csv", columns=columns or {}, as_of=as_of, last_day=NOW.date())


def test_the_same_table_as_csv_as_json_lines_and_as_an_array() -> None:
    items = [{"symbol": "WID", "price": "1.5", "name": 'Widget, "Inc"'}, {"symbol": "GIZ", "price": "", "name": None}]
    semicolons = 'symbol;price;name\nWID;1.5;"Widget, ""Inc"""\n\nGIZ;;\n'
    lines = "\n".join(map(json.dumps, items))
    for text in (semicolons, semicolons.replace(";", "\t"), "\ufeff" + lines, json.dumps(items)):
        rows = parse(text)
        assert [(row.ticker, row.facts, row.name) for row in rows] == [
            ("WID", {"price_usd": 1.5}, 'Widget, "Inc"'),
            ("GIZ", {"price_usd": None}, ""),
        ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "came an empty file"),
        ("Ticker,Price\nWID,1,2\n", "t.csv, row 2: expected 2 cells as in the header, came 3"),
        ('Ticker,Price\nWID,"1\n', "t.csv, row 2: not readable as CSV"),
        ("Ticker,Price\nGIZ,1\nWID,free\n", "t.csv, row 3, column Price: expected a number such as"),
        ('{"symbol": "WID", "price": 1}\nnonsense\n', "t.csv, row 2: expected a JSON object, came 'nonsense'"),
        ('{"symbol": "WID", "price": 1}\n[]\n', "t.csv, row 2: expected a JSON object, came '[]'"),
        ("[1, 2]", "t.csv, row 1: expected a JSON object, came '1'"),
        ("[" * 100_000, "expected a JSON array"),
        ("<html><body>Too many requests</body></html>", "expected a column with tickers or CIKs"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_once_with_row_and_column(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert message in caught.value.message


def test_facts_need_a_day() -> None:
    with pytest.raises(UsageError, match="of which day") as caught:
        parse("Ticker,Price\nWID,1\n", as_of=None)
    assert "--as-of" in caught.value.way_out
    with pytest.raises(UsageError, match="row 2, column Date: expected a date"):
        parse("Ticker,Price,Date\nWID,1,\n", as_of=None)
    assert parse("Ticker,Price,Date\nWID,1,2024-01-02\nWID,1,\n")[0].as_of == date(2024, 1, 2)
    assert parse("Ticker,Price,Date\nWID,1,2024-01-02\nWID,1,\n")[1].as_of == DAY


def imported(
    tmp_path: Path, text: str, *, registry: Registry = REGISTRY, tickers: object = None, **more: object
) -> Imported:
    path = tmp_path / "t.csv"
    path.write_bytes(gzip.compress(text.encode()) if more.pop("is_packed", False) else text.encode())
    tickers_file = None
    if tickers is not None:
        tickers_file = tmp_path / "tickers.json"
        tickers_file.write_text(json.dumps(tickers))
    options = {"as_of": DAY, "source_name": "csv"} | more
    return read_table(path, registry=registry, tickers_file=tickers_file, clock=FixedClock(NOW), **options)  # type: ignore[arg-type]


def values(found: Imported) -> dict[tuple[str, str], float | None]:
    return {(one.company_id, one.metric.value): one.value for one in found.observations}


def test_a_row_becomes_an_observation_a_fact(tmp_path: Path) -> None:
    found = imported(tmp_path, "Symbol,Marketcap,Employees\nWID,5B,\n", is_packed=True)
    same = {"company_id": "widget", "as_of": DAY, "observed_at": NOW, "source": "csv", "source_url": ""}
    evidence = "row 2 of t.csv: WID"
    reason = "the table has no value, or 0, which means that it knows none"
    assert found.observations == (
        Observation(metric=Metric.MARKET_VALUE, value=5e9, evidence=evidence, **same),  # type: ignore[arg-type]
        Observation(
            metric=Metric.EMPLOYEES,
            value=None,
            state=State.MISSING,
            evidence=evidence,
            reason=reason,
            **same,  # type: ignore[arg-type]
        ),
    )
    assert (found.row_count, found.unknown_rows, found.new_companies) == (1, (), ())


def test_share_classes_of_one_company_are_never_summed_and_its_own_ticker_speaks(tmp_path: Path) -> None:
    text = "Symbol,Price,Marketcap,Employees\nGIZ,20,101,\nGIZA,10,100,7\n"
    assert values(imported(tmp_path, text)) == {
        ("gizmo", "price_usd"): 10,
        ("gizmo", "market_value_usd"): 100,
        ("gizmo", "employees"): 7,
    }
    other_way = "Symbol,Price,Marketcap,Employees\nGIZA,,0,\nGIZ,20,101,7\n"
    assert values(imported(tmp_path, other_way)) == {
        ("gizmo", "price_usd"): None,
        ("gizmo", "market_value_usd"): 101,
        ("gizmo", "employees"): 7,
    }


def test_a_cik_goes_before_a_ticker(tmp_path: Path) -> None:
    found = imported(tmp_path, "Symbol,CIK,Price\nWID,1,9\nXXX,2,8\n")
    assert values(found) == {("gizmo", "price_usd"): 9}
    assert [(row.number, row.ticker, row.cik) for row in found.unknown_rows] == [(3, "XXX", "0000000002")]


def test_a_ticker_is_its_owners_of_that_day(tmp_path: Path) -> None:
    text = "Symbol,Price,Date\nOLD,1,2024-12-31\nOLD,2,2025-01-01\nNEW,3,2025-01-01\n"
    found = imported(tmp_path, text)
    assert [(one.company_id, one.value, one.as_of) for one in found.observations] == [
        ("renamed", 1, date(2024, 12, 31)),
        ("renamed", 3, date(2025, 1, 1)),
    ]
    assert [row.number for row in found.unknown_rows] == [3]


def test_a_ticker_that_another_company_has_now_is_set_aside(tmp_path: Path) -> None:
    found = imported(tmp_path, "Symbol,Name,Price\nWID,Quite Other Holdings,1\nWID,WIDGET Inc. Common Stock,2\n")
    assert values(found) == {("widget", "price_usd"): 2}
    (row,) = found.unknown_rows
    assert (row.number, row.name) == (2, "Quite Other Holdings")
    assert row.reason.startswith("Widget has that ticker in the registry, but not that name")


SEC = {"0": {"cik_str": 1, "ticker": "GIZ.C", "title": "Gizmo"}, "1": {"cik_str": 77, "ticker": "FOX", "title": "Fox"}}


def test_companies_are_added_once_a_cik_with_all_their_tickers(tmp_path: Path) -> None:
    text = (
        "Symbol,Longname,Sector,Marketcap,Employees\n"
        "FOXA,Fox Corporation,Communication Services,101,50\n"
        "FOX,Fox Corporation,Communication Services,100,50\n"
        "GIZ-C,Gizmo Inc.,Technology,99,\n"
        "BRK.B,Berk Hathaway,Financial,800,\n"
        "ABR^D,Arbor Preferred,Real Estate,5,\n"
    )
    found = imported(tmp_path, text, tickers=SEC, is_adding=True)
    made = {one.company_id: one for one in found.new_companies}
    fox = made["fox-corporation"]
    assert ([ticker.text for ticker in fox.tickers], fox.cik, fox.sector) == (
        ["FOX", "FOXA"],
        "0000000077",
        "communication services",
    )
    assert fox.sources == "added from csv"
    assert made["berk-hathaway"].cik is None
    assert values(found)[("fox-corporation", "market_value_usd")] == 100
    assert values(found)[("gizmo", "market_value_usd")] == 99
    assert [(row.ticker, row.reason) for row in found.unknown_rows] == [
        ("ABR^D", "not the ticker of a share: a company to be added needs one")
    ]
    grown = build_registry([*REGISTRY.companies, *found.new_companies])
    again = imported(tmp_path, text, registry=grown, tickers=SEC, is_adding=True)
    assert (again.new_companies, values(again)) == ((), values(found))


def test_one_name_is_two_companies_where_the_values_are_not_of_one(tmp_path: Path) -> None:
    found = imported(tmp_path, "Symbol,Name,Marketcap\nONE,Acme,100\nTWO,Acme,900\n", is_adding=True)
    assert [one.tickers[0].text for one in found.new_companies] == ["ONE"]
    (row,) = found.unknown_rows
    assert (row.ticker, row.reason) == ("TWO", "Acme (acme) is called so too, and has another CIK or ticker")


def test_a_company_is_not_added_under_a_name_or_ticker_of_the_registry(tmp_path: Path) -> None:
    found = imported(
        tmp_path, "Symbol,Name,Price,Date\nXYZ,Widget,1,2024-01-01\nNEW,Else,2,2024-01-01\n", is_adding=True
    )
    assert found.new_companies == ()
    assert [row.reason for row in found.unknown_rows] == [
        "Widget (widget) is called so too, and has another CIK or ticker",
        "the registry gives that ticker to a company, but not on that day",
    ]


@pytest.mark.parametrize("name", ["sec", "Wikidata", " "])
def test_a_table_must_not_pass_for_another_source(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="expected a name for the table"):
        imported(tmp_path, "Symbol,Price\nWID,1\n", source_name=name)


def test_facts_of_days_to_come_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected a day that has begun"):
        imported(tmp_path, "Symbol,Price\nWID,1\n", as_of=date(2026, 11, 22))


def test_files_that_cannot_be_read_are_named_without_their_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^gone.csv: cannot be read: no such file"):
        read_table(tmp_path / "gone.csv", registry=REGISTRY, as_of=DAY, source_name="csv")
    path = tmp_path / "latin.csv"
    path.write_bytes("Symbol,Name,Price\nWID,Soci\xe9t\xe9,1\n".encode("latin-1"))
    with pytest.raises(UsageError, match=r"latin.csv, row 2: expected UTF-8, came the byte 0xe9"):
        read_table(path, registry=REGISTRY, as_of=DAY, source_name="csv")
    path.write_bytes(gzip.compress(b"Symbol,Price\nWID,1\n" * 100)[:40])
    with pytest.raises(UsageError, match="not a whole gzip file"):
        read_table(path, registry=REGISTRY, as_of=DAY, source_name="csv")


def test_secs_tickers_in_each_of_their_shapes(tmp_path: Path) -> None:
    path = tmp_path / "tickers.json.gz"
    exchange = {"fields": ["cik", "name", "ticker", "exchange"], "data": [[1, "Gizmo", "GIZ.C", "NYSE"]]}
    for data in (SEC, list(SEC.values()), exchange):
        path.write_bytes(gzip.compress(json.dumps(data).encode()))
        assert read_tickers(path)["GIZ-C"] == "0000000001"
    for data in ("[1]", "7", '[{"ticker": "A"}]', '[{"cik_str": true, "ticker": "A"}]', "<html>"):
        path.write_text(data)
        with pytest.raises(UsageError, match="expected SEC's company_tickers"):
            read_tickers(path)


@given(st.text(alphabet=st.sampled_from('Symbol,Price;\t\n\r"[]{}:01.eE-\u2028\x00$ nul'), max_size=60))
def test_whatever_a_file_holds_is_read_or_refused(text: str) -> None:
    try:
        rows = parse("Symbol,Price\n" + text)
    except UsageError as error:
        said = error.message
    else:
        said = "t.csv"
        assert all(row.facts.keys() == {"price_usd"} for row in rows)
    assert said.startswith("t.csv")
