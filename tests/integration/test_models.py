"""The models say what they hold, their own unit tests pass, and the pages generated from them are current."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from talentscope.runtime.clock import SystemClock
from talentscope.warehouse.connection import open_warehouse
from talentscope.warehouse.dictionary import Entry, read_entries, render_dictionary, render_lineage
from talentscope.warehouse.publish import SERVED
from talentscope.warehouse.raw import RAW_TABLES
from talentscope.warehouse.transform import MODELS, opened

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return read_entries()


def test_the_unit_tests_of_the_models_pass(tmp_path: Path) -> None:
    with open_warehouse(home=tmp_path, database_url=None, clock=SystemClock()) as warehouse:
        warehouse.prepare()
        said = io.StringIO()
        with opened(warehouse._engine, home=tmp_path) as context:
            result = context.test(stream=said)
    assert result.wasSuccessful(), said.getvalue() + str(result.failures) + str(result.errors)
    written = list((MODELS.parent / "tests").glob("*.yaml"))
    assert result.testsRun >= len(written) >= 4


def test_every_raw_table_has_a_staging_model_and_every_mart_is_served(entries: list[Entry]) -> None:
    names = {layer: {entry.name for entry in entries if entry.layer == layer} for layer in ("staging", "marts")}
    assert names["staging"] == {table.name for table in RAW_TABLES}
    assert names["marts"] == {table.name for table in SERVED}


def test_every_model_and_every_column_has_a_sentence_and_a_plain_type(entries: list[Entry]) -> None:
    for entry in entries:
        assert entry.sentence.endswith("."), entry.full_name
        for column in entry.columns:
            assert column.kind in {"text", "integer", "boolean", "number", "time", "date"}, (
                f"{entry.full_name}.{column.name}"
            )
            if entry.layer != "raw":
                assert column.sentence.endswith("."), f"{entry.full_name}.{column.name}"


def test_every_model_is_checked(entries: list[Entry]) -> None:
    assert [entry.full_name for entry in entries if entry.layer != "raw" and not entry.checks] == []


def test_marts_do_not_read_raw_and_staging_reads_nothing_else(entries: list[Entry]) -> None:
    reads = {
        "raw": (),
        "staging": ("raw.",),
        "daily": ("staging.", "daily."),
        "marts": ("staging.", "daily.", "marts."),
    }
    for entry in entries:
        allowed = reads[entry.layer]
        assert all(parent.startswith(allowed) for parent in entry.parents), entry.full_name


def test_the_models_are_portable() -> None:
    for path in MODELS.rglob("*.sql"):
        text = path.read_text(encoding="utf-8").lower()
        assert "json" not in text, path.name
        assert "group by all" not in text, path.name
        assert "array_agg" not in text, path.name


@pytest.mark.parametrize("page", ["dictionary.md", "lineage.svg"])
def test_the_generated_pages_are_current(entries: list[Entry], page: str) -> None:
    render = {"dictionary.md": render_dictionary, "lineage.svg": render_lineage}[page]
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == render(entries), "run: make docs"
