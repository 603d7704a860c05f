"""Rules that a model keeps to mean the same on every engine; each is a function that tells what breaks it.

Learnt by comparing results (docs/decisions/0020). sqlglot translates without a word what means another thing elsewhere,
and an emulator that is DuckDB underneath accepts what BigQuery refuses: so the text itself is judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, UnsupportedError
from tests.rendered import Rendered

FUNCTIONS = frozenset((Path(__file__).parent / "bigquery_functions.txt").read_text(encoding="utf-8").split())
_NAVIGATION = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue)
_WHOLE = (exp.Round, exp.Floor, exp.Ceil)


def problems(rendered: Rendered) -> list[str]:
    """What would fail on BigQuery, or mean another thing there or on Spark; empty when nothing would."""
    try:
        text = rendered.to_sql("bigquery")
        parsed = sqlglot.parse_one(text, read="bigquery")
    except UnsupportedError as error:
        return [f"cannot be said in BigQuery: {error}"]
    except ParseError as error:
        return [f"does not parse as BigQuery's: {error}"]
    return [*_of_dates(rendered.tree), *_of_casts(rendered.tree), *_of_joins(rendered.tree), *_of_text(text, parsed)]


def _of_dates(tree: exp.Expression) -> Iterator[str]:
    """Days between timestamps are midnights on DuckDB and full 24 hours on Spark; a date less a date is an INTERVAL."""
    for found in tree.find_all(exp.DateDiff, exp.TimestampDiff):
        if not all(side.is_type(exp.DataType.Type.DATE) for side in (found.this, found.expression)):
            yield f"a difference of what is not cast to DATE: {found.sql('duckdb')}"
    for less in tree.find_all(exp.Sub):
        if less.this.is_type(exp.DataType.Type.DATE) and less.expression.is_type(exp.DataType.Type.DATE):
            yield f"a date less a date, which is no number on BigQuery and Spark: {less.sql('duckdb')}"


def _of_casts(tree: exp.Expression) -> Iterator[str]:
    """A number with a fraction becomes an integer by rounding on some engines, by cutting on Spark."""
    for cast in tree.find_all(exp.Cast):
        inner = cast.this.unnest()
        inner = inner.args["ifs"][0].args["true"] if isinstance(inner, exp.Case) else inner
        is_fraction = cast.this.is_type(exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT)
        if cast.to.is_type(exp.DataType.Type.BIGINT) and is_fraction and not isinstance(inner, _WHOLE):
            yield f"an integer of a fraction that is not rounded first: {cast.sql('duckdb')}"


def _of_joins(tree: exp.Expression) -> Iterator[str]:
    """BigQuery joins LEFT only where a column of one side equals one of the other."""
    for join in tree.find_all(exp.Join):
        if join.side and not any(_is_of_two(equal) for equal in join.args["on"].find_all(exp.EQ)):
            yield f"a LEFT JOIN without an equality of columns: {join.sql('duckdb')}"


def _is_of_two(equal: exp.EQ) -> bool:
    left, right = ({column.table for column in side.find_all(exp.Column)} for side in (equal.this, equal.expression))
    return bool(left and right and left != right)


def _of_text(text: str, parsed: exp.Expression) -> Iterator[str]:
    bare = re.sub(r"'(?:[^'\\]|\\.)*'|`[^`]*`|/\*.*?\*/", "''", text, flags=re.DOTALL)
    for name in sorted(set(re.findall(r"\b([A-Za-z_]\w*)\(", bare)) - FUNCTIONS):
        yield f"BigQuery has no function {name}"
    if found := re.search(r"\bFILTER\s*\(", bare):
        yield f"BigQuery has no {found[0]}...): write CASE in the aggregate"
    if "JSON" in bare.upper():
        yield "JSON functions have another name on every engine"
    if re.search(r"\bARRAY_AGG\(|\bCOLLECT_LIST\(", bare):
        yield "the order of gathered values is not kept on Spark"
    for ordered in parsed.find_all(exp.Ordered):
        window = ordered.find_ancestor(exp.Window, exp.Select)
        is_ranked = isinstance(window, exp.Window) and isinstance(window.this, _NAVIGATION)
        if isinstance(window, exp.Window) and not is_ranked and "NULLS" in ordered.sql("bigquery"):
            yield f"BigQuery takes no {ordered.sql('bigquery')} in the window of an aggregate: say NULLS FIRST"
