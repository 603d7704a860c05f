"""What the Leads page keeps: up to a limit, the one not asked for longest goes first, and each is built once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier, Event, Lock

import pytest

from talentscope.scoring.kept import Kept


@dataclass(frozen=True)
class Thing:
    name: str
    size_bytes: int = 10


def test_what_was_not_asked_for_longest_goes_first() -> None:
    kept, built = Kept(25), []

    def get(name: str) -> Thing:
        def build() -> Thing:
            built.append(name)
            return Thing(name)

        return kept.get(name, build)

    for name in ["a", "b", "a", "c", "a", "b"]:
        assert get(name).name == name
    assert built == ["a", "b", "c", "b"]
    assert kept.size_bytes == 20


def test_what_is_larger_than_the_limit_is_answered_and_not_kept() -> None:
    kept = Kept(25)
    kept.get("small", lambda: Thing("small"))
    assert kept.get("large", lambda: Thing("large", 26)).name == "large"
    assert kept.size_bytes == 10


def test_many_who_ask_at_once_wait_for_one_who_builds() -> None:
    kept, lock, together = Kept(100), Lock(), Barrier(8)
    built = []

    def build() -> Thing:
        with lock:
            built.append(1)
        Event().wait(0.05)
        return Thing("x")

    def ask(_: int) -> Thing:
        together.wait()
        return kept.get("x", build)

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask, range(8)))
    assert len(built) == 1
    assert len({id(thing) for thing in found}) == 1


def test_a_failure_reaches_all_who_wait_and_is_not_kept() -> None:
    kept, together = Kept(100), Barrier(4)

    def fail() -> Thing:
        Event().wait(0.05)
        raise ValueError("no")

    def ask(_: int) -> str:
        together.wait()
        with pytest.raises(ValueError, match="no"):
            kept.get("x", fail)
        return "told"

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(ask, range(4))) == ["told"] * 4
    assert kept.get("x", lambda: Thing("x")).name == "x"
