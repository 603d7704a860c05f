"""Briefs, looks, requests, keys, audit and the person's own view of the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from sqlalchemy import LargeBinary, Table
from tests.desk_world import Seat

from talentscope.desk import erasure, person
from talentscope.desk.briefs import SavedElsewhere
from talentscope.desk.desk import Desk
from talentscope.desk.shortlist import Candidate
from talentscope.desk.tables import LOOKS, METADATA, PERSONAL, REQUESTS
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UsageError

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANN, BOB = "ann@example.org", "bob@example.org"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def desk(seat: Seat, clock: FixedClock) -> Iterator[Desk]:
    with seat.open(clock) as opened:
        yield opened


# ---- briefs


def test_a_brief_keeps_every_version(desk: Desk, clock: FixedClock) -> None:
    desk.briefs.save("modders", "title: Modders\ntopics: [a]", actor=ANN)
    clock.advance(60)
    second = desk.briefs.save("modders", "title: Better\ntopics: [b]", actor=BOB, note="b finds more")
    assert (second.version, second.title, second.saved_by, second.note) == (2, "Better", BOB, "b finds more")
    assert desk.briefs.get("modders") == second
    assert [old.version for old in desk.briefs.history("modders")] == [2, 1]
    third = desk.briefs.restore("modders", 1, actor=ANN)
    assert (third.version, third.text) == (3, "title: Modders\ntopics: [a]")


def test_saving_the_same_text_twice_is_the_same_as_once(desk: Desk) -> None:
    first = desk.briefs.save("modders", "topics: [a]", actor=ANN)
    assert desk.briefs.save("modders", "topics: [a]", actor=BOB) == first
    assert len(desk.briefs.history("modders")) == 1


def test_nobody_overwrites_what_somebody_saved_meanwhile(desk: Desk) -> None:
    first = desk.briefs.save("modders", "topics: [a]", actor=ANN, expected_version=0)
    desk.briefs.save("modders", "topics: [b]", actor=BOB, expected_version=first.version)
    with pytest.raises(SavedElsewhere, match=rf"{BOB} saved version 2 on 2026-11-21 12:00 UTC") as told:
        desk.briefs.save("modders", "topics: [c]", actor=ANN, expected_version=first.version)
    assert told.value.now is not None
    assert told.value.now.text == "topics: [b]"
    with pytest.raises(SavedElsewhere, match="saved version 2"):
        desk.briefs.save("modders", "topics: [c]", actor=ANN, expected_version=0)
    with pytest.raises(SavedElsewhere, match="there is none"):
        desk.briefs.save("others", "topics: [c]", actor=ANN, expected_version=1)


def test_a_deleted_brief_is_off_the_list_and_can_come_back(desk: Desk) -> None:
    desk.briefs.save("modders", "topics: [a]", actor=ANN)
    desk.briefs.save("others", "topics: [b]", actor=ANN)
    assert desk.briefs.delete("modders", actor=BOB)
    assert not desk.briefs.delete("modders", actor=BOB)
    assert [brief.name for brief in desk.briefs.list()] == ["others"]
    assert desk.briefs.get("modders") is None
    with pytest.raises(SavedElsewhere, match="it was deleted"):
        desk.briefs.save("modders", "topics: [c]", actor=ANN, expected_version=1)
    assert desk.briefs.restore("modders", 1, actor=ANN).text == "topics: [a]"
    assert [brief.name for brief in desk.briefs.list()] == ["modders", "others"]


@pytest.mark.parametrize("name", ["", "Modders", "../etc/passwd", "a" * 65, "a b", "-a"])
def test_a_name_that_no_brief_can_have_is_refused(desk: Desk, name: str) -> None:
    with pytest.raises(UsageError, match="lower-case letters"):
        desk.briefs.save(name, "topics: [a]", actor=ANN)


def test_a_text_of_a_megabyte_or_none_is_refused(desk: Desk) -> None:
    for text in ("a" * 1_000_000, "", "\x00"):
        with pytest.raises(UsageError, match="the brief: expected"):
            desk.briefs.save("modders", text, actor=ANN)
    assert desk.briefs.save("modders", "no: [yaml", actor=ANN).title == ""
    assert desk.briefs.save("bomb", "[" * 50_000, actor=ANN).title == ""


# ---- looks


def test_the_last_look_of_each_is_their_own(desk: Desk, clock: FixedClock) -> None:
    assert desk.looks.last(ANN, "modders") is None
    desk.looks.mark(ANN, "modders", [3, 1, 2**63 - 1, 3])
    clock.advance(60)
    desk.looks.mark(ANN, "modders", [5])
    desk.looks.mark(BOB, "modders", [])
    look, others = desk.looks.last(ANN, "modders"), desk.looks.last(BOB, "modders")
    assert look is not None
    assert others is not None
    assert (look.at, look.ids, others.ids) == (START + timedelta(seconds=60), {5}, set())
    with pytest.raises(UsageError):
        desk.looks.mark(ANN, "modders", [0])


# ---- requests


def test_a_request_is_due_in_thirty_days_and_settled_once(desk: Desk, clock: FixedClock) -> None:
    reference = desk.requests.submit("object", login="@Ada-L", text="please")
    [request] = desk.requests.list("open")
    assert (request.reference, request.login, request.due_at) == (reference, "Ada-L", START + timedelta(days=30))
    assert desk.requests.get(reference.lower()) == request
    clock.advance(60)
    settled = desk.requests.settle(reference, "done", actor=BOB, note="suppressed")
    assert (settled.state, settled.outcome, settled.settled_by) == ("settled", "done", BOB)
    assert desk.requests.settle(reference, "done", actor=ANN) == settled
    with pytest.raises(UsageError, match=f"{BOB} settled it already as done"):
        desk.requests.settle(reference, "refused", actor=ANN)
    assert desk.requests.list("open") == ()
    assert desk.requests.list() == desk.requests.list("settled") == (settled,)
    assert [line.action for line in desk.audit.list()] == ["settle", "request"]


def test_sending_the_form_twice_makes_one_request(desk: Desk) -> None:
    first = desk.requests.submit("erase", login="ada", contact="a@example.org")
    assert desk.requests.submit("erase", login="ada", contact="a@example.org") == first
    assert desk.requests.submit("erase", login="ada", contact="b@example.org") != first
    desk.requests.settle(first, "done", actor=ANN)
    assert desk.requests.submit("erase", login="ada", contact="a@example.org") != first


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "spam", "login": "ada"},
        {"kind": "object", "login": ""},
        {"kind": "object", "login": "ada lovelace"},
        {"kind": "object", "login": "a" * 200},
        {"kind": "object", "login": "<img src=x>"},
        {"kind": "object", "login": "ada", "text": "x" * 5_001},
        {"kind": "object", "login": "ada", "text": "\ud83d"},
        {"kind": "object", "login": "ada", "contact": "a\nb"},
        {"kind": "access", "login": "ada"},
    ],
)
def test_what_a_stranger_sends_is_checked(desk: Desk, form: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        desk.requests.submit(**form)
    assert desk.requests.list() == ()


def test_a_flood_of_requests_ends_at_the_cap(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("talentscope.desk.requests.MOST_OPEN", 3)
    for number in range(3):
        desk.requests.submit("object", login=f"user{number}")
    with pytest.raises(UsageError, match="full"):
        desk.requests.submit("object", login="ada")


# ---- keys


def test_a_secret_opens_until_it_is_revoked_or_expires(desk: Desk, clock: FixedClock, seat: Seat) -> None:
    key, secret = desk.keys.create("reporting", ["export", "read"], actor=ANN, expires_at=START + timedelta(days=1))
    assert key.scopes == ("read", "export")
    assert desk.keys.check(secret) == key
    for wrong in (secret[:-1], secret[:-1] + ("a" if secret[-1] != "a" else "b"), "", "ts_", "x" * 10_000, "\ud800"):
        assert desk.keys.check(wrong) is None
    assert key.public_part.encode() in seat.stored()
    assert secret.encode() not in seat.stored()
    clock.advance(86400)
    assert desk.keys.check(secret) is None
    second, other = desk.keys.create("reporting", ["read"], actor=ANN)
    assert desk.keys.revoke(second.key_id, actor=BOB) == desk.keys.revoke(second.key_id, actor=ANN)
    assert desk.keys.check(other) is None
    assert [(one.key_id, one.revoked_by) for one in desk.keys.list()] == [(second.key_id, BOB), (key.key_id, None)]


def test_a_key_that_opens_nothing_or_everything_else_is_not_made(desk: Desk) -> None:
    past = START - timedelta(days=1)
    for scopes, expires_at in (([], None), (["admin"], None), (["read"], past), (["read"], datetime(2030, 1, 1))):
        with pytest.raises(UsageError):
            desk.keys.create("x", scopes, actor=ANN, expires_at=expires_at)
    with pytest.raises(UsageError):
        desk.keys.revoke(1, actor=ANN)


# ---- audit, version


def test_the_audit_is_read_page_by_page(desk: Desk) -> None:
    for number in range(5):
        desk.audit.record("view", actor=ANN if number % 2 else BOB, detail=str(number), github_id=7)
    first = desk.audit.list(2)
    assert [line.detail for line in first] == ["4", "3"]
    assert [line.detail for line in desk.audit.list(9, before_id=first[-1].audit_id)] == ["2", "1", "0"]
    assert [line.detail for line in desk.audit.list(actor=ANN)] == ["3", "1"]
    assert desk.audit.list(action="export") == ()
    assert desk.audit.actions() == ("view",)
    assert (first[0].subject_hash, first[0].at) == (desk.hasher.account(7), START)
    for limit in (0, 1_001):
        with pytest.raises(UsageError):
            desk.audit.list(limit)


def test_the_version_moves_with_every_write_of_anybody_but_not_with_the_audit(desk: Desk, seat: Seat) -> None:
    versions = [desk.version()]
    with seat.open(FixedClock(START)) as other:
        for write in (
            lambda: other.briefs.save("a", "topics: [a]", actor=ANN),
            lambda: desk.briefs.save("b", "topics: [a]", actor=ANN),
            lambda: other.suppress(github_id=1, reason="x"),
            lambda: desk.requests.submit("object", login="x"),
        ):
            write()
            assert desk.version() == other.version()
            versions.append(desk.version())
        assert len(set(versions)) == len(versions)
        other.record("view", detail="x")
        assert desk.version() == versions[-1]
        nos = desk.suppressions_version()
        other.briefs.delete("a", actor=ANN)
        assert desk.suppressions_version() == nos
        assert desk.version() != versions[-1]


# ---- one person


def fill(desk: Desk) -> None:
    number = desk.shortlists.create("Modders", actor=ANN)
    desk.shortlists.add(number, [Candidate(7, "Ada-L", 81.5), Candidate(8, "ben")], actor=ANN)
    for who in (7, 8):
        desk.shortlists.move(number, who, "contacted", actor=ANN)
        desk.shortlists.note(number, who, f"note on {who}", actor=ANN)
        desk.shortlists.tag(number, who, [f"tag of {who}"], actor=ANN)
        desk.shortlists.decide(number, who, "yes", "good", actor=ANN)
    desk.looks.mark(ANN, "modders", [7, 8])
    desk.requests.submit("access", login="ada-l", contact="a@example.org")
    desk.requests.submit("access", login="ben", contact="b@example.org")


def test_a_person_gets_everything_about_them_and_nothing_about_others(desk: Desk) -> None:
    fill(desk)
    held = desk.person.export(7, "Ada-L")
    assert set(held) == {*(table.name for table in PERSONAL), "looks", "requests", "suppressions", "audit"}
    assert {name: len(rows) for name, rows in held.items() if name not in {"suppressions", "audit"}} == dict.fromkeys(
        [*(table.name for table in PERSONAL), "looks", "requests"], 1
    )
    text = orjson.dumps(held).decode()
    assert "note on 7" in text
    assert "tag of 7" in text
    assert not [word for word in ("note on 8", "tag of 8", "ben", "b@example.org", ANN) if word in text]
    assert [line["action"] for line in held["audit"]] == ["shortlist", "move", "note", "tag", "decide", "request"]


def test_an_erased_person_is_gone_and_the_others_stay(desk: Desk, seat: Seat) -> None:
    fill(desk)
    before = desk.person.export(8, "ben")
    assert desk.person.erase(7, "ADA-L", actor=BOB) == dict.fromkeys(
        [*(table.name for table in PERSONAL), "looks", "requests"], 1
    )
    held = desk.person.export(7, "Ada-L")
    assert not [name for name, rows in held.items() if rows and name != "audit"]
    assert desk.person.export(8, "ben") == before
    assert desk.person.erase(7, "ada-l", actor=BOB) == {}
    kept = seat.stored().lower()
    assert b"note on 8" in kept
    assert not [word for word in (b"ada-l", b"note on 7", b"tag of 7", b"a@example.org") if word in kept]


def is_personal(table: Table) -> bool:
    """A table that knows a developer by a column that says so, or by packed ids."""
    return any(
        column.name in {"github_id", "login", "github_ids"} or isinstance(column.type, LargeBinary)
        for column in table.columns
    )


def test_every_table_that_knows_a_developer_is_exported_and_erased(desk: Desk) -> None:
    """A new table with a person in it belongs into tables.PERSONAL, or into erasure.py and person.py by hand."""
    assert {table.name for table in METADATA.sorted_tables if is_personal(table)} == {
        *(table.name for table in PERSONAL),
        LOOKS.name,
        REQUESTS.name,
    }
    hashed = {table.name for table in METADATA.sorted_tables if any(c.name.endswith("_hash") for c in table.columns)}
    assert hashed - {"api_keys"} == {table.name for table in person.HASHED}
    assert set(desk.person.export(7, "ada")) == {
        *(t.name for t in METADATA.sorted_tables if is_personal(t)),
        *(table.name for table in person.HASHED),
    }
    assert erasure.PERSONAL is PERSONAL
