"""Every model and every audit can be said to BigQuery and to Spark, and keeps the rules of tests/portable.py."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot.optimizer.annotate_types import annotate_types
from tests import rendered
from tests.portable import problems
from tests.rendered import Rendered


def test_every_model_keeps_the_rules_and_parses_for_bigquery_and_spark() -> None:
    models = rendered.models()
    assert len(models) > 40
    assert {model.name: found for model in models if (found := problems(model))} == {}
    for model in models:
        sqlglot.parse_one(model.to_sql("spark"), read="spark")


def test_every_audit_keeps_the_rules_and_parses_for_bigquery() -> None:
    audits = rendered.audits()
    assert len(audits) > 50
    assert {audit.name: found for audit in audits if (found := problems(audit))} == {}


BAD = {
    "SELECT DATE_DIFF('DAY', t, u) AS d FROM raw.x": "not cast to DATE",
    "SELECT CAST(t AS DATE) - CAST(u AS DATE) AS d FROM raw.x": "a date less a date",
    "SELECT MEDIAN(n) AS m FROM raw.x": "MEDIAN",
    "SELECT JSON_EXTRACT(s, '$.a') AS j FROM raw.x": "JSON",
    "SELECT NO_SUCH_THING(s) AS j FROM raw.x": "no function NO_SUCH_THING",
    "SELECT COUNT(*) FILTER(WHERE n > 1) AS c FROM raw.x": "FILTER",
    "SELECT ARRAY_AGG(s ORDER BY s DESC) AS a FROM raw.x": "not kept on Spark",
    "SELECT CAST(CAST(n AS DOUBLE) AS BIGINT) AS i FROM raw.x": "not rounded first",
    "SELECT a.s FROM raw.x AS a LEFT JOIN raw.y AS b ON TRUE": "LEFT JOIN",
    "SELECT a.s FROM raw.x AS a LEFT JOIN raw.y AS b ON a.n < b.n AND b.s = 'q'": "LEFT JOIN",
    "SELECT MAX(n) OVER w AS m FROM raw.x WINDOW w AS (ORDER BY t)": "NULLS",
    "SELECT SUM(n) OVER (ORDER BY t ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS m FROM raw.x": "cannot be said",
}


@pytest.mark.parametrize("sql", BAD)
def test_a_model_that_breaks_a_rule_is_told(sql: str) -> None:
    columns = {"t": "TIMESTAMPTZ", "u": "TIMESTAMPTZ", "n": "DOUBLE", "s": "TEXT"}
    tree = annotate_types(sqlglot.parse_one(sql, read="duckdb"), schema={"raw": {"x": columns, "y": columns}})
    assert BAD[sql] in " ".join(problems(Rendered("staging.bad", tree)))
