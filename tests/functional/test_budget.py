"""GitHub's patience ends before the work does: exit 75, everything kept, and on from there until it is done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.functional.stage import Program, Rows, assert_same_rows, count

from talentscope.sandbox.limits import UNLIMITED, Limits
from talentscope.sandbox.server import Running


def tight(**limits: int) -> Limits:
    """Windows of an hour, so that none opens by itself within a test."""
    return Limits(**{"search": 10**9, "graphql": 10**9, **limits}, search_window=3600, graphql_window=3600)  # type: ignore[arg-type]


def test_a_run_out_of_budget_keeps_and_publishes_and_goes_on_until_all_is_read(
    program: Program, world: Callable[..., Running], brief: Path, undisturbed: Rows
) -> None:
    run = program.with_settings(TALENTSCOPE_MAX_WAIT_SECONDS=0)
    codes, kept = [], [0]
    for limits in (tight(search=2), tight(search=4, graphql=3), tight(search=9, graphql=8), UNLIMITED):
        sandbox = world(limits=limits)  # a new window
        answer = run.at(sandbox).run(brief)
        codes.append(answer.code)
        assert sandbox.log.count(status=403) == sandbox.log.count(status=429) == 0, "it stops before it is refused"
        if answer.code == 75:
            assert "budget" in answer.err
            assert "UTC" in answer.err, "when it is full again"
            assert "Everything is kept" in answer.err
            assert "left out" in answer.err
            assert program("leads", brief, "--format", "json").code == 0, "what there is, is published"
        kept.append(
            sum(count(program.home, f"raw.github_{name}") for name in ("repositories", "accounts", "ownership"))
        )
    assert codes == [75, 75, 75, 0]
    assert kept == sorted(set(kept)), "every run adds"
    assert_same_rows(program.home, undisturbed)


def test_a_short_limit_is_waited_out_and_not_met_twice(
    program: Program, world: Callable[..., Running], brief: Path, undisturbed: Rows
) -> None:
    sandbox = world("secondary-limit-seconds:4")
    answer = program.at(sandbox).run(brief)
    assert answer.code == 0, answer.err
    assert "secondary limit" in answer.err, "why it stands still is said"
    assert sandbox.log.count(status=403) == 1, "the one that was injected"
    assert_same_rows(program.home, undisturbed)
