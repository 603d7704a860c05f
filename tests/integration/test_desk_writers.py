"""Many writers at the desk at once, in threads and in processes: nothing is lost, nothing is done twice."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from tests.desk_world import Seat

from talentscope.desk.briefs import SavedElsewhere
from talentscope.desk.desk import Desk
from talentscope.desk.shortlist import Candidate
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UsageError

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WRITERS, EACH = 4, 15


def desk_in(seat: Seat) -> Desk:
    return seat.open(FixedClock(NOW))


def write_much(seat: Seat, writer: int) -> int:
    """What one process does: add, note, count one brief upwards under optimistic locking. How often it had to yield."""
    yielded = 0
    with desk_in(seat) as desk:
        [shortlist] = desk.shortlists.list()
        number = shortlist.shortlist_id
        for turn in range(EACH):
            who = 1 + writer * EACH + turn
            desk.shortlists.add(number, [Candidate(who, f"user{who}"), Candidate(100_000, "shared")], actor=str(writer))
            desk.shortlists.note(number, 100_000, f"{writer}/{turn}", actor=str(writer))
            while True:
                brief = desk.briefs.get("counter")
                assert brief is not None
                try:
                    text = f"count: {int(brief.text.split()[1]) + 1}"
                    desk.briefs.save("counter", text, actor=str(writer), expected_version=brief.version)
                    break
                except SavedElsewhere:
                    yielded += 1
    return yielded


def start(seat: Seat) -> int:
    with desk_in(seat) as desk:
        desk.briefs.save("counter", "count: 0", actor="ann")
        return desk.shortlists.create("Everybody", actor="ann")


def assert_nothing_lost(seat: Seat, number: int) -> None:
    with desk_in(seat) as desk:
        entries = {entry.github_id: entry for entry in desk.shortlists.entries(number)}
        assert set(entries) == {*range(1, WRITERS * EACH + 1), 100_000}
        assert {note.text for note in entries[100_000].notes} == {
            f"{writer}/{turn}" for writer in range(WRITERS) for turn in range(EACH)
        }
        brief = desk.briefs.get("counter")
        assert brief is not None
        assert (brief.text, brief.version) == (f"count: {WRITERS * EACH}", WRITERS * EACH + 1)
        actions = [line.action for line in desk.audit.list(1_000)]
        assert actions.count("shortlist") == WRITERS * EACH + 1
        assert actions.count("note") == WRITERS * EACH


def test_several_processes_write_at_once(seat: Seat) -> None:
    number = start(seat)
    with multiprocessing.get_context("spawn").Pool(WRITERS) as pool:
        pool.starmap(write_much, [(seat, writer) for writer in range(WRITERS)])
    assert_nothing_lost(seat, number)


def test_many_threads_share_one_desk(seat: Seat) -> None:
    number = start(seat)
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write_much, [seat] * WRITERS, range(WRITERS)))
    assert_nothing_lost(seat, number)


def together(*tasks: Callable[[], object]) -> list[object]:
    def run(task: Callable[[], object]) -> object:
        try:
            return task()
        except UsageError as error:
            return error

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def test_of_two_who_contact_somebody_at_once_one_is_told_to_wait(seat: Seat) -> None:
    with desk_in(seat) as desk:
        lists = []
        for name in ("a", "b"):
            lists.append(desk.shortlists.create(name, actor="ann"))
            desk.shortlists.add(lists[-1], [Candidate(n, f"user{n}") for n in range(1, 21)], actor="ann")
        for who in range(1, 21):
            told = together(
                *(lambda n=n, w=who: desk.shortlists.move(n, w, "contacted", actor=str(n)) for n in lists)  # type: ignore[misc]
            )
            assert sorted(type(answer).__name__ for answer in told) == ["UsageError", "bool"]


def test_whoever_says_no_while_being_added_is_on_no_list_in_the_end(seat: Seat) -> None:
    with desk_in(seat) as desk:
        number = desk.shortlists.create("a", actor="ann")
        for who in range(1, 31):
            together(
                lambda w=who: desk.shortlists.add(number, [Candidate(w, f"user{w}")], actor="ann"),  # type: ignore[misc]
                lambda w=who: desk.suppress(github_id=w, reason="asked"),  # type: ignore[misc]
            )
        assert desk.shortlists.entries(number) == ()
        assert desk.suppression_count() == 30


def test_two_processes_that_open_a_new_desk_at_once_make_one(new_seat: Seat) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert pool.map(open_and_ask, [new_seat] * 4) == [False] * 4


def open_and_ask(seat: Seat) -> bool:
    with desk_in(seat) as desk:
        return desk.is_suppressed(1, "x")
