"""What the proofs of killing stand on: a run killed at a random moment, and every row of either database to compare."""

from __future__ import annotations

import random
import signal
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.functional.stage import PATIENCE, Answer, Program, wait_until

from talentscope.runtime.clock import SystemClock
from talentscope.runtime.events import read_progress
from talentscope.warehouse.company_tables import SOURCE_VISITS
from talentscope.warehouse.connection import open_warehouse
from talentscope.warehouse.publish import SERVED
from talentscope.warehouse.raw import RAW_TABLES
from talentscope.warehouse.snapshot import open_snapshot
from talentscope.warehouse.tables import COVERAGE, RUNS

Tables = Mapping[str, list[tuple[Any, ...]]]

LEDGERS = {RUNS.name, COVERAGE.name, SOURCE_VISITS.name, "runs", "coverage", "source_visits"}
"""What each attempt cost and how far it came: of that an interrupted run has more lines."""

TIMES = ("observed_at", "asked_at", "_dlt_load_id", "_dlt_id", "run_id", "swept_at")


@dataclass
class Blows:
    """Kills that landed: at which stage of the run, and how long after it began (seconds)."""

    seed: int
    landed: list[tuple[str, float]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"seed {self.seed}: " + ", ".join(f"{stage} +{seconds:.1f} s" for stage, seconds in self.landed)


def run_to_end(program: Program, words: Sequence[object], events: Path) -> tuple[Answer, float]:
    """An undisturbed run, and how many seconds passed from its first word to its end."""
    answer = program("run", "--events", events, *words)
    assert answer.code == 0, answer.err
    return answer, took(events)


def took(events: Path) -> float:
    """Seconds from a run's first word to its last."""
    progress = read_progress(events)
    assert progress.told_at is not None
    return (progress.told_at - progress.stages[0].started_at).total_seconds()


def kill_often(program: Program, words: Sequence[object], *, kills: int, seconds: float, folder: Path) -> Blows:
    """Start the run again and again, and kill -9 each at a random moment of its work, until so many were hit.

    `seconds` is how long an undisturbed one takes; the first blows fall early, where there is much left to do. One that
    comes to its end before the blow is started again.
    """
    blows = Blows(random.SystemRandom().randrange(10**6))
    chance, clock = random.Random(blows.seed), SystemClock()
    for attempt in range(kills * 4):
        if len(blows.landed) == kills:
            return blows
        events = folder / f"events-{attempt}.jsonl"
        after = chance.uniform(0, seconds * (len(blows.landed) + 2) / (kills + 1))
        process = program.start("run", "--events", events, *words)
        wait_until(lambda e=events, p=process: e.exists() or p.poll() is not None, why="it began")  # type: ignore[misc]
        for _ in range(int(after / 0.05)):
            if process.poll() is not None:
                break
            clock.sleep(0.05)
        process.kill()
        out, err = process.communicate(timeout=PATIENCE)
        if process.returncode == -signal.SIGKILL:
            stages = read_progress(events).stages
            blows.landed.append((stages[-1].name if stages else "beginning", after))
        else:
            assert process.returncode == 0, (out + err).decode()
            seconds = min(seconds, took(events))
    raise AssertionError(f"too few blows landed: {blows}")


def read_tables(home: Path, url: str | None) -> Tables:
    """Every fact, mart and published row but the ledgers, without when and by which run it was seen.

    What is appended (facts as they came) may be there twice after a second asking, so each row of raw counts once; of
    marts and of what is published, every row counts.
    """
    found: dict[str, list[tuple[Any, ...]]] = {}
    with open_warehouse(home=home, database_url=url, clock=SystemClock()) as warehouse:
        raw = [f"raw.{table.name}" for table in RAW_TABLES if table.name not in LEDGERS]
        marts = [f"marts.{table.name}" for table in SERVED if table.name not in LEDGERS]
        for name in [*raw, *marts]:
            rows = _rows(warehouse.query(f"SELECT * FROM {name}").to_pylist())
            found[name] = sorted(set(rows)) if name in raw else rows
    with open_snapshot(home) as snapshot:
        for table in SERVED:
            if table.name not in LEDGERS:
                rows = snapshot.connection.execute(f"SELECT * FROM {table.name}").to_arrow_table().to_pylist()
                found[f"snapshot.{table.name}"] = _rows(rows)
    return found


def _rows(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted(
        tuple((name, repr(row[name])) for name in sorted(row) if not name.endswith(TIMES) and row[name] is not None)
        for row in rows
    )


def assert_same_tables(came: Tables, expected: Tables, *, filled: Sequence[str]) -> None:
    """Table by table, no row more and none less; those named in `filled` are not empty, or nothing would be proved."""
    assert came.keys() == expected.keys()
    for name in filled:
        assert expected[name], f"{name} is empty: this would prove nothing"
    for name, rows in expected.items():
        here, there = Counter(came[name]), Counter(rows)
        more, less = sorted((here - there).elements()), sorted((there - here).elements())
        told = f"{name}: {len(more)} rows more, {len(less)} less: {_differences(more[:1], less[:1])}"
        assert (more[:2], less[:2]) == ([], []), told


def _differences(more: list[tuple[Any, ...]], less: list[tuple[Any, ...]]) -> str:
    """The fields in which the first rows differ."""
    return str([sorted(set(one) ^ set(other)) for one, other in zip(more, less, strict=False)])
