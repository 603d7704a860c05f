"""Shortlists: stages, notes, decisions, the team's cool-down; and that a no empties all of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.desk_world import Seat

from talentscope.desk.desk import Desk
from talentscope.desk.shortlist import STAGES, Added, Candidate
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UsageError

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANN, BOB = "ann@example.org", "bob@example.org"
NUMBERS = count()
ADA, BEN = Candidate(7, "Ada-L", 81.5), Candidate(8, "ben", None)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def desk(seat: Seat, clock: FixedClock) -> Iterator[Desk]:
    with seat.open(clock) as opened:
        yield opened


@pytest.fixture
def two(desk: Desk) -> int:
    """A shortlist with two developers on it."""
    number = desk.shortlists.create("Modders", actor=ANN, brief_text="topics: [minecraft]")
    desk.shortlists.add(number, [ADA, BEN], actor=ANN)
    return number


def stage_of(desk: Desk, number: int, github_id: int) -> str:
    return next(entry.stage for entry in desk.shortlists.entries(number) if entry.github_id == github_id)


def test_a_shortlist_remembers_its_brief_who_made_it_and_when(desk: Desk, two: int) -> None:
    found = desk.shortlists.get(two)
    assert found is not None
    assert (found.name, found.brief_text, found.created_by, found.created_at) == (
        "Modders",
        "topics: [minecraft]",
        ANN,
        START,
    )
    assert (found.counts, found.size, found.is_archived) == ({"new": 2}, 2, False)
    assert desk.shortlists.list() == (found,)
    assert desk.shortlists.get(two + 1) is None


def test_the_best_score_comes_first_and_the_unknown_last(desk: Desk, two: int) -> None:
    desk.shortlists.add(two, [Candidate(9, "zoe", 99.0)], actor=ANN)
    assert [entry.login for entry in desk.shortlists.entries(two)] == ["zoe", "Ada-L", "ben"]


def test_adding_twice_is_the_same_as_once(desk: Desk, two: int) -> None:
    before = desk.shortlists.entries(two)
    assert desk.shortlists.add(two, [ADA, ADA, BEN], actor=BOB) == Added(0, 2, 0)
    assert desk.shortlists.entries(two) == before


def test_an_open_shortlist_has_its_name_for_itself(desk: Desk, two: int) -> None:
    with pytest.raises(UsageError, match="already"):
        desk.shortlists.create("MODDERS", actor=BOB)
    desk.shortlists.archive(two, actor=ANN)
    second = desk.shortlists.create("modders", actor=BOB)
    with pytest.raises(UsageError, match="already"):
        desk.shortlists.reopen(two, actor=ANN)
    desk.shortlists.rename(second, "Others", actor=BOB)
    desk.shortlists.reopen(two, actor=ANN)
    assert {found.name for found in desk.shortlists.list(is_archived=False)} == {"Modders", "Others"}


def test_an_archived_shortlist_refuses_every_change_and_loses_nothing(desk: Desk, two: int) -> None:
    desk.shortlists.archive(two, actor=ANN)
    changes = (
        lambda: desk.shortlists.add(two, [Candidate(9, "zoe")], actor=ANN),
        lambda: desk.shortlists.move(two, 7, "hired", actor=ANN),
        lambda: desk.shortlists.note(two, 7, "x", actor=ANN),
        lambda: desk.shortlists.tag(two, 7, ["x"], actor=ANN),
        lambda: desk.shortlists.untag(two, 7, "x", actor=ANN),
        lambda: desk.shortlists.decide(two, 7, "yes", "x", actor=ANN),
        lambda: desk.shortlists.remove(two, 7, actor=ANN),
    )
    for change in changes:
        with pytest.raises(UsageError, match="archived"):
            change()
    assert len(desk.shortlists.entries(two)) == 2
    assert [found.shortlist_id for found in desk.shortlists.list(is_archived=True)] == [two]


def test_a_move_is_signed_and_kept_and_moving_twice_is_the_same_as_once(desk: Desk, two: int) -> None:
    assert desk.shortlists.move(two, 7, "shortlisted", actor=BOB, reason="good tests")
    assert not desk.shortlists.move(two, 7, "shortlisted", actor=BOB)
    [move] = desk.shortlists.entries(two)[0].history
    assert (move.from_stage, move.to_stage, move.reason, move.actor, move.at) == (
        "new",
        "shortlisted",
        "good tests",
        BOB,
        START,
    )


def test_nobody_is_passed_over_without_a_reason(desk: Desk, two: int) -> None:
    with pytest.raises(UsageError, match="reason"):
        desk.shortlists.move(two, 7, "passed", actor=ANN)
    assert desk.shortlists.move(two, 7, "passed", actor=ANN, reason="wants to stay where they are")


def test_after_a_contact_the_whole_team_waits(desk: Desk, clock: FixedClock, two: int) -> None:
    desk.shortlists.move(two, 7, "contacted", actor=ANN)
    other = desk.shortlists.create("Rustaceans", actor=BOB)
    desk.shortlists.add(other, [ADA, BEN], actor=BOB)
    with pytest.raises(UsageError, match=f"{ANN} wrote to Ada-L on 2026-11-21; the team waits until 2027-02-19"):
        desk.shortlists.move_many(other, [8, 7], "contacted", actor=BOB)
    assert stage_of(desk, other, 8) == "new", "all are moved or none"
    contact = desk.shortlists.contacted([7, 8])
    assert {number: (one.by, one.until) for number, one in contact.items()} == {7: (ANN, START + timedelta(days=90))}
    clock.advance(timedelta(days=90).total_seconds() - 1)
    assert set(desk.shortlists.cooling()) == {7}
    clock.advance(1)
    assert desk.shortlists.cooling() == {}
    assert desk.shortlists.move_many(other, [8, 7], "contacted", actor=BOB) == 2


def test_a_reason_overrides_the_wait_and_the_wait_begins_anew(desk: Desk, clock: FixedClock, two: int) -> None:
    desk.shortlists.move(two, 7, "contacted", actor=ANN)
    clock.advance(86400)
    desk.shortlists.move(two, 7, "replied", actor=ANN)
    desk.shortlists.move(two, 7, "contacted", actor=BOB, reason="they asked for the address again")
    assert desk.shortlists.contacted()[7].at == START + timedelta(days=1)
    assert desk.shortlists.contacted()[7].by == BOB
    assert desk.shortlists.contacted()[7].reason == "they asked for the address again"


def test_taking_somebody_off_does_not_end_the_wait(desk: Desk, two: int) -> None:
    desk.shortlists.move(two, 7, "contacted", actor=ANN)
    desk.shortlists.note(two, 7, "a note", actor=ANN)
    desk.shortlists.tag(two, 7, ["renderer"], actor=ANN)
    assert desk.shortlists.remove(two, 7, actor=ANN)
    assert not desk.shortlists.remove(two, 7, actor=ANN)
    assert set(desk.shortlists.cooling()) == {7}
    assert desk.shortlists.notes(7) == ()
    desk.shortlists.add(two, [ADA], actor=ANN)
    assert (desk.shortlists.entries(two)[0].history, desk.shortlists.entries(two)[0].tags) == ((), ())


def test_notes_and_decisions_are_signed_and_stay(desk: Desk, clock: FixedClock, two: int) -> None:
    desk.shortlists.note(two, 7, "first\r\nline", actor=ANN)
    clock.advance(60)
    desk.shortlists.note(two, 7, "second", actor=BOB)
    desk.shortlists.decide(two, 7, "maybe", "need to ask", actor=ANN)
    desk.shortlists.decide(two, 7, "yes", "asked", actor=BOB)
    entry = desk.shortlists.entries(two)[0]
    assert [(note.text, note.actor) for note in entry.notes] == [("first\nline", ANN), ("second", BOB)]
    assert [(one.decision, one.reason, one.actor) for one in entry.decisions] == [
        ("maybe", "need to ask", ANN),
        ("yes", "asked", BOB),
    ]
    assert [note.text for note in desk.shortlists.notes(7)] == ["second", "first\nline"]
    assert desk.shortlists.decisions(7)[0].decision == "yes"
    for wrong in (("perhaps", "x"), ("yes", " ")):
        with pytest.raises(UsageError):
            desk.shortlists.decide(two, 7, *wrong, actor=ANN)


def test_tags_are_signed_told_once_and_taken_off(desk: Desk, clock: FixedClock, two: int) -> None:
    assert desk.shortlists.tag(two, 7, ["  Voxel   ENGINES ", "rust", "Rust"], actor=ANN) == 2
    clock.advance(60)
    assert desk.shortlists.tag(two, 7, ["rust", "part time"], actor=BOB) == 1
    assert [(tag.text, tag.actor) for tag in desk.shortlists.entries(two)[0].tags] == [
        ("voxel engines", ANN),
        ("rust", ANN),
        ("part time", BOB),
    ]
    assert desk.shortlists.entries(two)[1].tags == ()
    assert desk.shortlists.untag(two, 7, "RUST ", actor=BOB)
    assert not desk.shortlists.untag(two, 7, "rust", actor=BOB)
    assert [tag.text for tag in desk.shortlists.entries(two)[0].tags] == ["voxel engines", "part time"]
    told = [(line.action, line.actor, line.detail) for line in desk.audit.list(3)]
    where = f"shortlist {two}"
    assert told == [("untag", BOB, where), ("tag", BOB, where), ("tag", ANN, where)]


def test_a_developer_has_ten_tags_and_no_more(desk: Desk, two: int) -> None:
    desk.shortlists.tag(two, 7, [f"tag {number}" for number in range(9)], actor=ANN)
    with pytest.raises(UsageError, match="at most 10 tags") as told:
        desk.shortlists.tag(two, 7, ["one", "another"], actor=ANN)
    assert "take one off" in told.value.way_out
    assert len(desk.shortlists.entries(two)[0].tags) == 9, "all or none"
    desk.shortlists.tag(two, 7, ["one", "tag 1"], actor=ANN)
    desk.shortlists.tag(two, 8, ["one"], actor=ANN)


@pytest.mark.parametrize("text", ["a" * 31, "", "  ", "\x00", "two\nlines", "\ud800", "a,b"])
def test_what_is_no_tag_is_refused(desk: Desk, two: int, text: str) -> None:
    with pytest.raises(UsageError) as told:
        desk.shortlists.tag(two, 7, ["fine", text], actor=ANN)
    assert told.value.message.startswith("the tag: expected")
    assert desk.shortlists.entries(two)[0].tags == ()


def test_a_tag_of_any_script_is_kept_inert(desk: Desk, two: int) -> None:
    for text in ("<b>&amp;'\"--;", "你好", "שלום", "=cmd|'/c calc'!a1"):
        desk.shortlists.tag(two, 7, [text], actor=ANN)
        assert desk.shortlists.entries(two)[0].tags[-1].text == text


def test_where_a_developer_is(desk: Desk, two: int) -> None:
    other = desk.shortlists.create("Rustaceans", actor=BOB)
    desk.shortlists.add(other, [ADA], actor=BOB)
    desk.shortlists.move(other, 7, "hired", actor=BOB)
    assert [(place.name, place.stage) for place in desk.shortlists.of_account(7)] == [
        ("Rustaceans", "hired"),
        ("Modders", "new"),
    ]
    desk.shortlists.archive(other, actor=BOB)
    assert [place.name for place in desk.shortlists.of_account(7)] == ["Modders", "Rustaceans"]
    assert set(desk.shortlists.places(range(2_000))) == {7, 8}
    assert desk.shortlists.of_account(99) == ()


@pytest.mark.parametrize("who", [{"github_id": 7}, {"login": "@ADA-l"}, {"github_id": 7, "login": "renamed"}])
def test_a_no_empties_every_shortlist_at_once_and_names_nobody(
    desk: Desk, seat: Seat, two: int, who: dict[str, object]
) -> None:
    desk.shortlists.move(two, 7, "contacted", actor=ANN)
    desk.shortlists.note(two, 7, "lives in a very-unusual-town", actor=ANN)
    desk.shortlists.tag(two, 7, ["a very-unusual-tag"], actor=ANN)
    desk.shortlists.decide(two, 7, "yes", "a very-unusual-reason", actor=ANN)
    desk.looks.mark(ANN, "modders", [6, 7, 8])
    gone = desk.suppress(**who, reason="asked", actor=BOB)  # type: ignore[arg-type]
    assert gone == {
        "shortlist_entries": 1,
        "notes": 1,
        "tags": 1,
        "decisions": 1,
        "stage_moves": 1,
        "contacts": 1,
        "looks": 1,
    }
    assert [entry.github_id for entry in desk.shortlists.entries(two)] == [8]
    assert (desk.shortlists.notes(7), desk.shortlists.decisions(7), desk.shortlists.of_account(7)) == ((), (), ())
    assert desk.shortlists.contacted() == {}
    look = desk.looks.last(ANN, "modders")
    assert look is not None
    assert look.ids == {6, 8}
    told = desk.audit.list(2)
    assert {(line.action, line.actor) for line in told} == {("suppress", BOB), ("forget", BOB)}
    assert "1 of notes" in told[0].detail
    kept = seat.stored().lower()
    assert b"ben" in kept
    assert not [word for word in (b"ada-l", b"very-unusual") if word in kept]
    assert desk.suppress(**who, reason="asked", actor=BOB) == {}  # type: ignore[arg-type]


def test_whoever_said_no_is_left_out_of_what_is_added(desk: Desk, two: int) -> None:
    desk.suppress(github_id=9, reason="asked")
    desk.suppress(login="yan", reason="asked")
    assert desk.shortlists.add(two, [Candidate(9, "zoe"), Candidate(10, "Yan"), Candidate(11, "x")], actor=ANN) == (
        Added(1, 0, 2)
    )
    with pytest.raises(UsageError, match="asked not to be shown"):
        desk.shortlists.add(two, [Candidate(9, "renamed")], actor=ANN)
    assert {entry.github_id for entry in desk.shortlists.entries(two)} == {7, 8, 11}


def test_what_cannot_be_is_refused_in_words(desk: Desk, two: int) -> None:
    wrong = (
        lambda: desk.shortlists.add(two, [], actor=ANN),
        lambda: desk.shortlists.add(two, [Candidate(0, "x")], actor=ANN),
        lambda: desk.shortlists.add(two, [Candidate(2**63, "x")], actor=ANN),
        lambda: desk.shortlists.add(two, [Candidate(True, "x")], actor=ANN),
        lambda: desk.shortlists.add(two, [Candidate(1, "<script>")], actor=ANN),
        lambda: desk.shortlists.add(two, [Candidate(n, "x") for n in range(1, 1002)], actor=ANN),
        lambda: desk.shortlists.add(two + 1, [Candidate(1, "x")], actor=ANN),
        lambda: desk.shortlists.move(two, 99, "hired", actor=ANN),
        lambda: desk.shortlists.move(two, 7, "fired", actor=ANN),
        lambda: desk.shortlists.note(two, 99, "x", actor=ANN),
        lambda: desk.shortlists.tag(two, 99, ["x"], actor=ANN),
        lambda: desk.shortlists.tag(two, 7, [], actor=ANN),
        lambda: desk.shortlists.untag(two, 99, "x", actor=ANN),
        lambda: desk.shortlists.create(" ", actor=ANN),
        lambda: desk.shortlists.create("two\nlines", actor=ANN),
        lambda: desk.shortlists.entries(two + 1),
    )
    before = desk.version(), desk.shortlists.entries(two)
    for attempt in wrong:
        with pytest.raises(UsageError):
            attempt()
    assert (desk.version(), desk.shortlists.entries(two)) == before


@pytest.mark.parametrize("text", ["a" * 10_001, "\x00", "bell \x07", "\ud800", "a" * 1_000_000, " \n\t "])
def test_hostile_text_is_refused_and_the_limit_told(desk: Desk, two: int, text: str) -> None:
    with pytest.raises(UsageError) as told:
        desk.shortlists.note(two, 7, text, actor=ANN)
    assert told.value.message.startswith("the note: expected")
    assert len(told.value.message) < 200
    assert desk.shortlists.notes(7) == ()


def test_text_of_any_script_is_kept_as_it_is(desk: Desk, two: int) -> None:
    text = "שלום 你好 \N{RIGHT-TO-LEFT MARK}👩‍💻 <b>&amp;'\"--;\n\tzweite Zeile"
    assert desk.shortlists.note(two, 7, text, actor=ANN).text == text


@given(
    st.lists(
        st.tuples(st.sampled_from([7, 8]), st.sampled_from(STAGES), st.booleans(), st.integers(0, 40)), max_size=25
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_moves_give_what_a_naive_reading_gives(seat: Seat, moves: list[tuple[int, str, bool, int]]) -> None:
    clock = FixedClock(START)
    with seat.open(clock, cooldown_days=30) as desk:
        for who in (7, 8):  # the desk of the example before
            desk.person.erase(who, None, actor=ANN)
        number = desk.shortlists.create(f"Any {next(NUMBERS)}", actor=ANN)
        desk.shortlists.add(number, [ADA, BEN], actor=ANN)
        stages, told, waits = {7: "new", 8: "new"}, {7: 0, 8: 0}, {7: START, 8: START}
        for who, stage, has_reason, days in moves:
            clock.advance(days * 86400)
            is_waiting = stage == "contacted" and stages[who] != stage and clock.now() < waits[who]
            refused = not has_reason and (stage == "passed" or is_waiting)
            try:
                desk.shortlists.move(number, who, stage, actor=ANN, reason="why" if has_reason else "")
                assert not refused
                if stages[who] != stage:
                    told[who] += 1
                    if stage == "contacted":
                        waits[who] = clock.now() + timedelta(days=30)
                stages[who] = stage
            except UsageError:
                assert refused
        for entry in desk.shortlists.entries(number):
            assert entry.stage == stages[entry.github_id]
            assert len(entry.history) == told[entry.github_id]
            chain = ["new", *(move.to_stage for move in entry.history)]
            assert [move.from_stage for move in entry.history] == chain[:-1]
        assert set(desk.shortlists.cooling()) == {who for who, until in waits.items() if until > clock.now()}
