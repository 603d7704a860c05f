"""The pages of briefs: written, checked while typed, saved without overwriting anybody, restored, deleted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser
from tests.functional.stage import Program
from tests.web_world import Desktop, text

from talentscope.runtime.errors import BriefError
from talentscope.scoring.brief import find_brief, list_briefs
from talentscope.web.pages.briefs_view import diff
from talentscope.web.queries_briefs import find_known, list_known
from talentscope.web.signin.identity import Role

JAVA = "name: java-people  # mine\nlanguages: [Java]\n"
GO = "name: java-people\nlanguages: [Go]\n"
HOSTILE = "name: <script>alert(1)</script>\ntopics: [minecraft]\n"


@pytest.fixture
def sit(seat: Callable[..., Desktop]) -> Callable[..., Desktop]:
    """Ada, a recruiter unless told otherwise."""
    return lambda home, role=Role.recruiter, name="ada": seat(home, role, name)


def check(desktop: Desktop, typed: str) -> LexborHTMLParser:
    """What is said of a text while it is typed."""
    answer = desktop.post("/briefs/_check", text=typed)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def test_every_brief_is_listed_and_opens(sit: Callable[..., Desktop], empty: Path) -> None:
    desktop = sit(empty)
    desktop.post("/briefs", text=JAVA)
    page = desktop.page("/briefs")
    for there in (page, desktop.page("/briefs/_new")):
        assert "a grouping of your own" in text(there, ".page-sub"), "where groupings are looked for"
    names = [node.text() for node in page.css("tbody th a")]
    assert names == sorted({*list_briefs(), "java-people"})
    told = text(page, "tbody")
    assert "Saved here version 1" in told
    assert "Comes with talentscope" in told
    for name in names:
        assert desktop.page(f"/briefs/{name}").css_first("#brief-text") is not None


def test_what_is_typed_is_judged_as_the_command_line_judges_it_and_nothing_is_saved(
    sit: Callable[..., Desktop], empty: Path
) -> None:
    desktop = sit(empty)
    page = check(desktop, "name: java-people\ntopics: [minecraft]\nstars: 3\n")
    assert text(page, ".verdict b") == "Line 3"
    assert "unknown key 'stars'" in text(page, ".verdict")
    assert page.css_first(".verdict").attributes["data-line"] == "3"
    assert "This is a brief" in text(check(desktop, JAVA), ".verdict")
    assert "Nothing has been published yet" in text(check(desktop, JAVA), ".verdict")
    assert desktop.parts.desk.briefs.list() == ()


@pytest.mark.parametrize("typed", ["", "[", HOSTILE, "a: &x [*x, *x]\n", "x" * 70_000, "name: [\ud800", "\x00"])
def test_no_text_breaks_the_check(sit: Callable[..., Desktop], empty: Path, typed: str) -> None:
    desktop = sit(empty)
    page = check(desktop, typed.encode("utf-8", "replace").decode())
    assert page.css_first("[data-verdict=bad]") is not None
    assert page.css_first("script") is None
    assert str(Path(__file__).parents[2]) not in (page.html or ""), "a path of this machine is nobody's business"


def test_the_number_of_leads_is_that_of_the_command(sit: Callable[..., Desktop], copied: Program) -> None:
    desktop = sit(copied.home)
    assert desktop.post("/briefs", text=JAVA).status_code == 303
    leads = copied("leads", "java-people", "--limit", 100000, "--format", "json").json()
    assert len(leads) > 5
    assert text(check(desktop, JAVA), ".verdict-number") == f"{len(leads):,}"


def test_a_saved_brief_is_found_by_the_command_line(sit: Callable[..., Desktop], copied: Program) -> None:
    assert "known:" in copied("leads", "java-people").err
    sit(copied.home).post("/briefs", text=JAVA)
    assert copied("leads", "java-people").code == 0
    answer = copied("leads", "java-poeple")
    assert answer.code == 2
    assert "saved: java-people" in answer.err


def test_text_is_kept_as_it_was_typed_comments_included(sit: Callable[..., Desktop], empty: Path) -> None:
    desktop = sit(empty)
    answer = desktop.post("/briefs", text=JAVA.replace("\n", "\r\n"), note="first <b>")
    assert (answer.status_code, answer.headers["location"]) == (303, "/briefs/java-people?saved=1")
    assert desktop.page("/briefs/java-people").css_first("textarea").text().lstrip("\n") == JAVA.rstrip()
    saved = desktop.parts.desk.briefs.get("java-people")
    assert saved is not None
    assert (saved.saved_by, saved.note, saved.version) == ("ada", "first <b>", 1)


def test_a_text_that_is_no_brief_stays_on_the_page_and_is_not_saved(sit: Callable[..., Desktop], empty: Path) -> None:
    desktop = sit(empty)
    answer = desktop.post("/briefs", text=HOSTILE, note="mine")
    assert answer.status_code == 422
    page = LexborHTMLParser(answer.text)
    assert page.css_first("textarea").text().strip() == HOSTILE.strip()
    assert page.css_first("textarea").attributes["aria-invalid"] == "true"
    assert page.css_first("#brief-note").attributes["value"] == "mine"
    assert desktop.parts.desk.briefs.list() == ()


def test_nobody_overwrites_what_somebody_else_saved_meanwhile(sit: Callable[..., Desktop], empty: Path) -> None:
    ada, bob = sit(empty), sit(empty, name="bob")
    ada.post("/briefs", text=JAVA)
    assert bob.post("/briefs", text=GO, name="java-people", version=1).status_code == 303
    late = ada.post("/briefs", text=JAVA + "keywords: [x]\n", name="java-people", version=1)
    assert late.status_code == 409
    page = LexborHTMLParser(late.text)
    assert "bob saved version 2" in text(page, "[role=alert]")
    assert "languages: [Go]" in text(page, ".diff")
    assert "keywords: [x]" in page.css_first("textarea").text(), "what was typed is not lost"
    version = page.css_first("input[name=version]").attributes["value"]
    assert ada.post("/briefs", text=JAVA, name="java-people", version=version).status_code == 303
    assert [item.saved_by for item in ada.parts.desk.briefs.history("java-people")] == ["ada", "bob", "ada"]


def test_another_name_makes_another_brief_and_takes_none_that_is_there(
    sit: Callable[..., Desktop], empty: Path
) -> None:
    desktop = sit(empty)
    desktop.post("/briefs", text=JAVA)
    desktop.post("/briefs", text="name: other\nlanguages: [C]\n", name="java-people", version=1)
    assert {item.name for item in desktop.parts.desk.briefs.list()} == {"java-people", "other"}
    assert (
        desktop.post("/briefs", text="name: other\nlanguages: [D]\n", name="java-people", version=1).status_code == 409
    )
    assert desktop.post("/briefs", text="name: other\nlanguages: [D]\n").status_code == 409


def test_a_shipped_brief_can_be_changed_here_and_comes_back_when_that_is_deleted(
    sit: Callable[..., Desktop], empty: Path
) -> None:
    desktop = sit(empty)
    shipped = desktop.page("/briefs/rust-systems").css_first("textarea").text()
    desktop.post("/briefs", text="name: rust-systems\nlanguages: [Rust]\n", name="rust-systems", version=0)
    assert "Version 1" in text(desktop.page("/briefs/rust-systems"), ".page-sub")
    assert desktop.post("/briefs/rust-systems/delete", version=7).status_code == 400
    gone = desktop.post("/briefs/rust-systems/delete", version=1)
    assert gone.headers["location"] == "/briefs?deleted=rust-systems"
    assert "Its history stays" in text(desktop.page(gone.headers["location"]), "[role=status]")
    assert desktop.page("/briefs/rust-systems").css_first("textarea").text() == shipped
    assert desktop.post("/briefs/rust-systems/delete", version=1).status_code == 404


def test_history_shows_what_changed_and_restores(sit: Callable[..., Desktop], empty: Path) -> None:
    desktop = sit(empty)
    desktop.post("/briefs", text=JAVA)
    desktop.post("/briefs", text=GO, name="java-people", version=1, note="<script>x</script>")
    page = desktop.page("/briefs/java-people/history")
    assert page.css_first("main script") is None
    assert "<script>x</script>" in text(page, "ol.versions")
    assert "languages: [Java]" in text(page, "ol.versions li:first-child del:last-of-type")
    desktop.post("/briefs/java-people/restore", version=1)
    saved = desktop.parts.desk.briefs.get("java-people")
    assert saved is not None
    assert (saved.text, saved.version) == (JAVA.rstrip(), 3)
    assert desktop.post("/briefs/java-people/restore", version=9).status_code == 400


def test_a_duplicate_has_a_name_of_its_own_and_every_comment(sit: Callable[..., Desktop], empty: Path) -> None:
    desktop = sit(empty)
    typed = desktop.page("/briefs/_new?from=minecraft-modders").css_first("textarea").text()
    assert typed.strip().startswith("name: minecraft-modders-2\n")
    assert "# any of these, each with its aliases" in typed
    desktop.post("/briefs", text=typed)
    saved = desktop.parts.desk.briefs.get("minecraft-modders-2")
    assert saved is not None
    assert "minecraft-modders-3" in desktop.page("/briefs/_new?from=minecraft-modders").css_first("textarea").text()


def test_a_reader_reads_and_changes_nothing(sit: Callable[..., Desktop], empty: Path) -> None:
    desktop = sit(empty, Role.reader)
    assert desktop.page("/briefs").css_first("a[href='/briefs/_new']") is None
    page = desktop.page("/briefs/minecraft-modders")
    assert page.css_first("textarea") is None
    assert find_brief("minecraft-modders").title in text(page, "pre.brief-read")
    desktop.page("/briefs/_new", status=403)
    for url in ("/briefs", "/briefs/_check", "/briefs/rust-systems/delete", "/briefs/rust-systems/restore"):
        assert desktop.post(url, text=JAVA, version=1).status_code == 403
    assert desktop.parts.desk.briefs.list() == ()


@pytest.mark.parametrize("name", ["nobody", "..%2f..%2fetc%2fpasswd", "A%00", "_other", "x" * 500])
def test_what_is_no_brief_is_not_there(sit: Callable[..., Desktop], empty: Path, name: str) -> None:
    desktop = sit(empty)
    assert desktop.web.get(f"/briefs/{name}").status_code == 404
    assert desktop.web.get(f"/briefs/{name}/history").status_code == 404


def test_a_difference_is_lines_that_went_and_came() -> None:
    assert diff("a\nb\nc\n", "a\nx\nc\n") == ((" ", "a"), ("-", "b"), ("+", "x"), (" ", "c"))
    assert diff("a\n", "a\n") == ()
    assert diff("", "a\n") == (("+", "a"),)


def test_a_broken_file_is_listed_as_such_and_stops_no_list(
    sit: Callable[..., Desktop], empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty / "briefs").mkdir()
    (empty / "briefs" / "a-broken-one.yaml").write_text("topics: [", encoding="utf-8")
    monkeypatch.chdir(empty)
    desktop = sit(empty)
    known = {item.name: item for item in list_known(desktop.parts.desk)}
    assert known["a-broken-one"].is_broken
    assert "a-broken-one.yaml:1" in known["a-broken-one"].title
    assert not known["minecraft-modders"].is_broken
    with pytest.raises(BriefError, match=r"a-broken-one\.yaml:1"):
        find_known(desktop.parts.desk, "a-broken-one")
