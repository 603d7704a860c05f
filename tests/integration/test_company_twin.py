"""Any handful of observations: the SELECTs of the models, run by a bare DuckDB, give what a naive reading gives."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration.company_naive import Twin
from tests.integration.company_stock import board, company, fact, mention, seen, stock
from tests.integration.stock import Row, Stock, to_arrow

from talentscope.runtime.clock import SystemClock
from talentscope.warehouse import company_tables as tables
from talentscope.warehouse.connection import open_warehouse
from talentscope.warehouse.engines.duck import DuckEngine
from talentscope.warehouse.transform import opened

NAMES = ("acme", "bolt", "gone")
BOARDS = ("greenhouse:one", "ashby:two")
NEEDED = {
    "staging.companies",
    "staging.company_boards",
    "staging.company_mentions",
    "staging.company_observations",
    "marts.company_days",
}


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """CREATE statements of what `company_days` is built from, in the order of what they need."""
    home = tmp_path_factory.mktemp("twin")
    with open_warehouse(home=home, database_url=None, clock=SystemClock()) as warehouse:
        warehouse.prepare()
    with opened(DuckEngine(home=home, clock=SystemClock()), home=home) as context:
        models = [context.models[name] for name in context.dag.sorted if name in context.models]
        needed = [model for model in models if model.schema_name == "daily" or model.name in NEEDED]
        rendered = {model.name: context.render(model).sql("duckdb") for model in needed}
    return [
        f"CREATE TABLE {name} AS {select}".replace('"warehouse".', "").replace("warehouse.", "")
        for name, select in rendered.items()
    ]


def build(statements: list[str], given_rows: Stock) -> dict[Any, Row]:
    """The rows of the mart by company and day."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("CREATE SCHEMA raw; CREATE SCHEMA staging; CREATE SCHEMA daily; CREATE SCHEMA marts")
        connection.execute("CREATE TABLE raw._dlt_loads AS SELECT '1' AS load_id, 0 AS status")
        empty = {table: [] for table in tables.COMPANY_TABLES}
        for table, rows in to_arrow(empty | given_rows).items():
            loaded = rows.append_column("_dlt_load_id", pa.array(["1"] * rows.num_rows, pa.string()))
            connection.register("loaded", loaded)
            connection.execute(f"CREATE TABLE raw.{table.name} AS SELECT * FROM loaded")
        for statement in statements:
            connection.execute(statement)
        found = connection.execute("SELECT * FROM marts.company_days").to_arrow_table().to_pylist()
    return {(row["company_id"], row["day"]): row for row in found}


days = st.integers(0, 45)
states = st.sampled_from(["ok", "ok", "ok", "empty", "capped", "stale", "blocked", "missing"])
amounts = st.sampled_from([None, 0.0, 1.0, 4.0, 10.0, 1000.0, 1e9, 1.005e9, 1.3e9])


@st.composite
def observations(draw: st.DrawFn) -> Row:
    metric = draw(st.sampled_from(["market_value_usd", "price_usd", "shares", "employees", "open_offers", "postings"]))
    state, value, days_ago = draw(states), draw(amounts), draw(days)
    if state in {"blocked", "missing"}:
        value = None
    more: Row = {"state": state, "company_id": draw(st.sampled_from(NAMES))}
    if metric in {"open_offers", "postings"}:
        more["subject"] = draw(st.sampled_from(BOARDS))
    else:
        more["source"] = draw(st.sampled_from(["sec", "nasdaq", "csv", "fmp", "wikidata"]))
        days_ago *= draw(st.sampled_from([1, 1, 12]))
    # all at one moment a day: what was told twice at the same moment has no order
    hours = draw(st.sampled_from([0.0, 0.1, 0.2]))
    return fact(metric, value, days_ago=days_ago, **more) | {"observed_at": seen(days_ago - hours)}


@st.composite
def mentions(draw: st.DrawFn) -> Row:
    scores = draw(st.lists(st.sampled_from([-1.0, -0.3, 0.0, 0.5, 1.0]), max_size=25))
    source = draw(st.sampled_from(["hackernews", "bluesky"]))
    return mention(draw(st.sampled_from(NAMES)), draw(st.integers(0, 40)), scores, source=source)


@st.composite
def worlds(draw: st.DrawFn) -> Stock:
    told = draw(st.lists(observations(), max_size=30))
    moments = {}
    for row in told:
        key = tuple(row[name] for name in ("company_id", "metric", "subject", "source", "as_of", "observed_at"))
        moments.setdefault(key, row)
    written = {(row["company_id"], row["source"], row["day"]): row for row in draw(st.lists(mentions(), max_size=12))}
    is_gone, shares = draw(st.booleans()), draw(st.sampled_from([1.0, 5.0]))
    companies = [company("acme", shares_per_ticker=shares), company("bolt", status="private")]
    companies.append(company("gone", observed_at=seen(3 if is_gone else 0)))
    if is_gone and draw(st.booleans()):
        companies[-1]["cik"] = companies[0]["cik"]
    boards = [board(name, subject, is_current=draw(st.booleans())) for name in NAMES for subject in BOARDS]
    return stock(*companies, *boards, *moments.values(), *written.values())


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_any_observations_give_the_days_of_a_naive_reading(statements: list[str], world: Stock) -> None:
    expected, found = Twin(world).days(), build(statements, world)
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        shown = {name: found[key][name] for name in row if name != "marks"}
        shown["quality"] = shown["quality"].split(",") if shown["quality"] else []
        near = {name: pytest.approx(v, rel=1e-9, abs=1e-9) if isinstance(v, float) else v for name, v in row.items()}
        assert shown == {name: near[name] for name in shown}, key
