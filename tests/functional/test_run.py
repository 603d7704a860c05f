"""`run talent` from end to end, and going on from where the last run stopped."""

from __future__ import annotations

import re
from pathlib import Path

from tests.functional.stage import Program, Rows, assert_same_rows, read_rows

from talentscope.sandbox.server import Running


def test_a_run_says_what_it_will_cost_and_what_it_cost_and_the_next_one_goes_on(
    program: Program, sandbox: Running, brief: Path, undisturbed: Rows
) -> None:
    before = len(sandbox.log.entries)
    first = program.at(sandbox).run(brief)
    asked = sandbox.log.entries[before:]
    assert first.code == 0
    assert first.out == ""
    expected = re.search(r"expecting (\d+) repositories: (\d+) search requests", first.err)
    spent = re.search(r"(\d[\d,]*) rows stored in [\d.]+ s; (\d+) search, 0 core and (\d+) GraphQL requests", first.err)
    assert expected, first.err
    assert spent, first.err
    assert expected.start() < spent.start()
    assert int(expected[1]) == len(undisturbed["raw.github_repositories"])
    assert int(spent[2]) == sum(entry.resource == "search" for entry in asked)
    assert int(spent[3]) == sum(entry.resource == "graphql" for entry in asked)
    assert "talentscope leads everything" in first.err
    assert_same_rows(program.home, undisturbed)

    rows, before = read_rows(program.home), len(sandbox.log.entries)
    second = program.at(sandbox).run(brief)
    assert second.code == 0
    languages = 3
    assert len(sandbox.log.entries) - before == languages, (
        "a search a query is all that a run needs when nothing is new"
    )
    assert read_rows(program.home) == rows


def test_nothing_is_left_outside_the_data_directory(collected: Path) -> None:
    left = {path.name for path in collected.parent.iterdir()}
    assert left <= {"home", ".dlt"}
    assert {path.name for path in (collected.parent / ".dlt").glob("**/*")} <= {".anonymous_id"}


def test_rebuild_gives_the_same_leads_and_asks_nobody(copied: Program, brief: Path) -> None:
    nobody = copied.with_settings(GITHUB_API_URL="http://127.0.0.1:9")
    rows = read_rows(nobody.home)
    before, after = _leads(nobody, brief), _leads_rebuilt(nobody, brief)
    if before[0]["as_of"] != after[0]["as_of"]:  # ages are counted from another day since midnight
        before, after = after, _leads_rebuilt(nobody, brief)
    assert read_rows(nobody.home) == rows
    stamps = {"exported_at"}
    assert [_without(lead, stamps) for lead in after] == [_without(lead, stamps) for lead in before]


def _leads(program: Program, brief: Path) -> list[dict[str, object]]:
    leads: list[dict[str, object]] = program("leads", brief, "--format", "json", "--limit", 100000).json()
    assert leads
    return leads


def _leads_rebuilt(program: Program, brief: Path) -> list[dict[str, object]]:
    answer = program("rebuild")
    assert (answer.code, answer.out) == (0, "")
    return _leads(program, brief)


def _without(lead: dict[str, object], names: set[str]) -> dict[str, object]:
    return {name: value for name, value in lead.items() if name not in names}
