"""Privacy on the page: what is held is told to everybody, a no is taken from anybody, an operator carries it out."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser
from tests.functional.stage import Program
from tests.web_world import Desktop, text

from talentscope.desk.requests import DUE
from talentscope.warehouse.columns import read_columns
from talentscope.warehouse.snapshot import open_snapshot
from talentscope.web.pages.privacy_view import what_is_held
from talentscope.web.signin.identity import Role

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}}"


@pytest.fixture
def sit(seat: Callable[..., Desktop]) -> Callable[..., Desktop]:
    """A visitor unless told otherwise."""
    return lambda home, role=None, **web: seat(home, role, **web)


def ask(visitor: Desktop, **form: str) -> str:
    """Send the form as a visitor does; the reference."""
    answer = visitor.post("/privacy/objections", **form)
    assert answer.status_code == 303, answer.text[:800]
    return answer.headers["location"].partition("reference=")[2].removesuffix("#form")


def test_every_column_about_people_is_told(collected: Path) -> None:
    told = {name for group in what_is_held("testing", timedelta(days=90)) for name in group.fields}
    with open_snapshot(collected) as snapshot:
        for table in ("developers", "repositories"):
            columns = {row[0] for row in snapshot.connection.execute(f"DESCRIBE {table}").fetchall()}
            assert columns - told == set(), table
            assert set(read_columns("marts", table)) == columns


def test_a_visitor_reads_what_is_held_and_whom_to_ask(sit: Callable[..., Desktop], empty: Path) -> None:
    page = sit(empty, controller="Example Ltd <b>\n1 Road").page("/privacy")
    told = text(page, "main")
    for piece in ("The e-mail address, only where the profile publishes one.", "Art. 21", "Art. 15", "Art. 17"):
        assert piece in told
    assert "Example Ltd <b> 1 Road" in told
    assert "in-house recruiting" in told
    assert page.css_first("nav[aria-label=Main]") is None, "a visitor is led nowhere else"


def test_a_request_is_taken_and_told_by_its_reference(sit: Callable[..., Desktop], empty: Path) -> None:
    visitor = sit(empty)
    reference = ask(visitor, kind="object", login=" @somebody ", text=HOSTILE)
    told = visitor.parts.desk.requests.get(reference)
    assert told is not None
    assert (told.kind, told.login, told.text, told.state) == ("object", "somebody", HOSTILE, "open")
    assert told.due_at - told.submitted_at == DUE
    assert reference in text(visitor.page(f"/privacy?reference={reference}"), "[role=status]")


@pytest.mark.parametrize("reference", ["<b>x</b>", "abc", "A" * 11, "You have won a prize"])
def test_the_page_repeats_nothing_that_is_no_reference(
    sit: Callable[..., Desktop], empty: Path, reference: str
) -> None:
    page = sit(empty).page(f"/privacy?reference={reference}")
    assert page.css_first("[role=status].notice") is None


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "object", "login": ""},
        {"kind": "object", "login": HOSTILE},
        {"kind": "access", "login": "somebody"},
        {"kind": "dance", "login": "somebody"},
        {"kind": "object", "login": "somebody", "text": "x" * 6000},
        {"kind": "object", "login": "some\x00body"},
    ],
)
def test_what_is_wrong_is_said_beside_the_form_and_what_was_typed_stays(
    sit: Callable[..., Desktop], empty: Path, form: dict[str, str]
) -> None:
    visitor = sit(empty)
    answer = visitor.post("/privacy/objections", **form)
    assert answer.status_code == 400
    page = LexborHTMLParser(answer.text)
    assert text(page, "[role=alert]")
    assert page.css_first("main img, main script") is None
    assert page.css_first("#login").attributes["value"] == form["login"].replace("\x00", "\ufffd")
    assert visitor.parts.desk.requests.list() == ()


def test_a_machine_cannot_fill_the_queue(sit: Callable[..., Desktop], empty: Path) -> None:
    visitor = sit(empty)
    answers = [visitor.post("/privacy/objections", kind="object", login=f"n{number}") for number in range(30)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(visitor.parts.desk.requests.list()) == 30 - len(refused)
    assert len(refused) >= 15
    assert int(refused[0].headers["retry-after"]) >= 1


def test_the_answer_does_not_tell_whether_somebody_is_held(sit: Callable[..., Desktop], copied: Program) -> None:
    visitor = sit(copied.home)
    with visitor.parts.reader.read() as reading:
        row = reading.connection.execute("SELECT login FROM developers LIMIT 1").fetchone()
    assert row is not None
    answers = [visitor.post("/privacy/objections", kind="object", login=login) for login in (row[0], "nobody-at-all")]
    pages = [visitor.web.get("/privacy", params={"reference": "ABCDEFGHJK"}).text for _ in answers]
    assert answers[0].status_code == answers[1].status_code == 303
    assert len(answers[0].headers["location"]) == len(answers[1].headers["location"])
    assert {*answers[0].headers} == {*answers[1].headers}
    assert pages[0] == pages[1]


@pytest.mark.parametrize("role", [None, Role.reader, Role.recruiter])
def test_requests_and_audit_are_for_operators(sit: Callable[..., Desktop], empty: Path, role: Role | None) -> None:
    somebody = sit(empty, role)
    reference = ask(somebody, kind="object", login="somebody")
    status = 403 if role else 303
    for url in ("/privacy/requests", f"/privacy/requests/{reference}", "/privacy/audit"):
        assert somebody.web.get(url).status_code == status, url
    refused = 403 if role else 401
    for url in (f"/privacy/requests/{reference}/settle", f"/privacy/requests/{reference}/export"):
        assert somebody.post(url, outcome="done", deed="suppress").status_code == refused
    assert not somebody.parts.desk.is_suppressed(None, "somebody")


def a_person(desktop: Desktop) -> tuple[int, str]:
    with desktop.parts.reader.read() as reading:
        row = reading.connection.execute(
            "SELECT github_id, login FROM developers WHERE excluded_rule IS NULL AND is_profile_known"
            " ORDER BY github_id LIMIT 1"
        ).fetchone()
    assert row is not None
    return int(row[0]), str(row[1])


def test_leaving_out_works_at_once_and_needs_no_proof(sit: Callable[..., Desktop], copied: Program) -> None:
    visitor, operator = sit(copied.home), sit(copied.home, Role.operator)
    github_id, login = a_person(operator)
    reference = ask(visitor, kind="object", login=login.upper(), text=HOSTILE)
    queue = operator.page("/privacy/requests")
    assert "29 days left" in text(queue, "tbody")
    page = operator.page(f"/privacy/requests/{reference}")
    assert HOSTILE in text(page, ".they-write")
    assert f"Account {github_id}" in text(page, "main")
    url = f"/privacy/requests/{reference}/settle"
    assert operator.post(url, outcome="done", deed="suppress", note="gone").status_code == 303
    assert operator.parts.desk.is_suppressed(github_id, "renamed-since")
    settled = operator.parts.desk.requests.get(reference)
    assert settled is not None
    assert (settled.outcome, settled.settled_by, settled.note) == ("done", "operator", "gone")
    assert "Nobody is waiting" in text(operator.page("/privacy/requests"), "main")
    assert reference in text(operator.page("/privacy/requests?state=settled"), "tbody")
    actions = [line.action for line in operator.parts.desk.audit.list(5)]
    assert actions[:3] == ["settle", "suppress", "request"]
    assert login not in operator.web.get("/privacy/audit").text, "the audit names nobody"


def test_erasing_needs_proof_and_leaves_nothing_of_the_request(sit: Callable[..., Desktop], copied: Program) -> None:
    operator = sit(copied.home, Role.operator)
    github_id, login = a_person(operator)
    reference = ask(operator, kind="erase", login=login, contact="me@example.org", text="all of it")
    url = f"/privacy/requests/{reference}/settle"
    refused = operator.post(url, outcome="done", deed="erase")
    assert refused.status_code == 400
    assert "how you know that it is them" in refused.text
    assert not operator.parts.desk.is_suppressed(github_id, login)
    assert operator.post(url, outcome="done", deed="erase", proof="a word in the bio").status_code == 303
    assert operator.parts.desk.is_suppressed(github_id, login)
    page = operator.web.get(f"/privacy/requests/{reference}")
    assert page.status_code == 200
    assert login not in page.text
    assert "me@example.org" not in page.text
    assert "a word in the bio" in page.text
    assert operator.post(f"/privacy/requests/{reference}/export").status_code == 400


def test_an_export_holds_what_the_snapshot_and_the_desk_hold(sit: Callable[..., Desktop], copied: Program) -> None:
    operator = sit(copied.home, Role.operator)
    github_id, login = a_person(operator)
    reference = ask(operator, kind="access", login=login, contact="me@example.org")
    answer = operator.post(f"/privacy/requests/{reference}/export")
    assert answer.headers["content-disposition"] == f'attachment; filename="{reference}.json"'
    held = json.loads(answer.content)
    assert held["about"] == {"login": login, "github_id": github_id}
    assert held["snapshot"]["profile"][0]["login"]["value"] == login
    assert held["snapshot"]["repositories"]
    assert [row["contact"] for row in held["desk"]["requests"]] == ["me@example.org"]
    assert operator.parts.desk.audit.list(1)[0].action == "export person"


@pytest.mark.parametrize("form", [{"outcome": "burnt"}, {"outcome": "done", "deed": "burn"}, {}])
def test_an_unknown_outcome_changes_nothing(sit: Callable[..., Desktop], empty: Path, form: dict[str, str]) -> None:
    operator = sit(empty, Role.operator)
    reference = ask(operator, kind="object", login="somebody")
    assert operator.post(f"/privacy/requests/{reference}/settle", **form).status_code == 400
    assert operator.parts.desk.requests.list("open")
    assert not operator.parts.desk.is_suppressed(None, "somebody")


@pytest.mark.parametrize("kind", ["object", "erase"])
@pytest.mark.parametrize("deed", ["suppress", "erase"])
def test_a_no_of_somebody_who_is_not_held_yet_holds_for_the_day_they_are_found(
    sit: Callable[..., Desktop], empty: Path, kind: str, deed: str
) -> None:
    operator = sit(empty, Role.operator)
    url = f"/privacy/requests/{ask(operator, kind=kind, login='later')}/settle"
    assert operator.post(url, outcome="not_found", deed=deed, proof="by mail").status_code == 303
    assert operator.parts.desk.is_suppressed(12345, "Later"), "what the next run asks of everybody whom it finds"


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"outcome": "refused", "deed": "suppress"}, "nothing is done for a request that is refused"),
        ({"outcome": "done", "deed": "none"}, "they asked to be left out"),
        ({"outcome": "not_found", "deed": "none"}, "they asked to be left out"),
    ],
)
@pytest.mark.parametrize("kind", ["object", "erase"])
def test_a_deed_and_an_outcome_that_contradict_each_other_settle_nothing(
    sit: Callable[..., Desktop], empty: Path, kind: str, form: dict[str, str], told: str
) -> None:
    operator = sit(empty, Role.operator)
    reference = ask(operator, kind=kind, login="somebody")
    answer = operator.post(f"/privacy/requests/{reference}/settle", proof="by mail", **form)
    assert answer.status_code == 400
    assert told in answer.text
    assert operator.parts.desk.requests.list("open")
    assert not operator.parts.desk.is_suppressed(None, "somebody")


def test_the_audit_is_paged_and_filtered(sit: Callable[..., Desktop], empty: Path) -> None:
    operator = sit(empty, Role.operator)
    for number in range(130):
        operator.parts.desk.record("export" if number % 2 else "explain", detail=f"n{number}", actor="ada" + HOSTILE)
    page = operator.page("/privacy/audit")
    assert len(page.css("tbody tr")) == 100
    assert page.css_first("main img") is None
    older = page.css_first("a[rel=next]").attributes["href"]
    assert older is not None
    assert len(operator.page(older).css("tbody tr")) == 30
    assert len(operator.page("/privacy/audit?action=export").css("tbody tr")) == 65
    assert "No such line" in text(operator.page("/privacy/audit?actor=nobody"), "main")
