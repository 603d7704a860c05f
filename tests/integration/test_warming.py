"""Warming: each snapshot is asked once, trouble is told in the log, and the next one is warmed all the same."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import pytest
import structlog
from tests.integration.test_web_reader import publish
from tests.web_world import make_parts

from talentscope.web import warming
from talentscope.web.parts import Parts
from talentscope.web.reader import Reading

PATIENCE = 20


class Asked:
    """What was warmed, in place of the questions; the first of them fails."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.told = {"one.duckdb": threading.Event(), "two.duckdb": threading.Event()}

    def __call__(self, parts: Parts, reading: Reading) -> None:
        self.names.append(reading.name)
        self.told[reading.name].set()
        if reading.name == "one.duckdb":
            raise ValueError("nothing can be asked of this one")


def test_each_snapshot_is_warmed_once_and_trouble_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked()
    monkeypatch.setattr(warming, "warm", asked)
    monkeypatch.setattr(warming, "LOOK_SECONDS", 0.05)
    publish(tmp_path, "one.duckdb", 1)
    parts = make_parts(tmp_path)
    with structlog.testing.capture_logs() as lines:
        settled: list[str] = []
        with warming.warming(parts, when_warm=lambda: settled.append(asked.names[-1])):
            assert asked.told["one.duckdb"].wait(PATIENCE)
            publish(tmp_path, "two.duckdb", 2)
            assert asked.told["two.duckdb"].wait(PATIENCE)
        assert asked.names == ["one.duckdb", "two.duckdb"]
        assert settled == ["one.duckdb"]
    told = [(line["event"], line["snapshot"]) for line in lines if "snapshot" in line]
    assert ("the snapshot was not warmed", "one.duckdb") in told
    parts.reader.close()
    parts.desk.close()


def test_what_is_there_when_it_is_warm_is_not_collected_again() -> None:
    before = gc.get_threshold()
    assert gc.get_freeze_count() == 0
    try:
        warming.settle()
        assert gc.get_freeze_count() > 10_000
        assert len(gc.get_objects()) < 10_000, "this is what a full collection walks through"
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def test_where_nothing_was_published_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "LOOK_SECONDS", 0.01)
    parts = make_parts(tmp_path)
    with structlog.testing.capture_logs() as lines, warming.warming(parts):
        threading.Event().wait(0.3)
    assert lines == []
    parts.desk.close()
