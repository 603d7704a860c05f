"""The pages of shortlists over a collected world: every change by a plain form, every refusal in words."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from selectolax.lexbor import LexborHTMLParser
from tests.functional.stage import Program
from tests.web_world import As, client, make_parts

from talentscope.web.parts import Parts
from talentscope.web.signin.identity import Role

HOSTILE = "<script>alert(1)</script>\" onmouseover=x {{7*7}} =cmd|'/c calc'!A1"


@dataclass(frozen=True)
class World:
    """The page as a recruiter sees it, and two developers of its snapshot."""

    parts: Parts
    web: TestClient
    people: tuple[tuple[int, str], ...]

    def post(self, url: str, **form: object) -> Response:
        return self.web.post(url, data=form, headers={"Origin": "http://127.0.0.1"})

    def get(self, url: str) -> LexborHTMLParser:
        answer = self.web.get(url)
        assert answer.status_code == 200, answer.text[:500]
        return LexborHTMLParser(answer.text)

    def make(self, name: str = "Modders") -> int:
        """A shortlist with both developers on it, made as a person makes it."""
        ids = [github_id for github_id, _ in self.people]
        answer = self.post(
            "/shortlists/add", github_id=ids, shortlist="new", name=name, query="brief=minecraft-modders"
        )
        assert answer.status_code == 303, answer.text[:800]
        return int(answer.headers["location"].rsplit("/", 1)[1])


def world_as(home: Path, role: Role) -> World:
    parts = make_parts(home, gate=As(role, f"{role.name}@example.org"))
    with parts.reader.read() as reading:
        rows = reading.connection.execute(
            "SELECT github_id, login FROM developers WHERE excluded_rule IS NULL AND is_profile_known"
            " ORDER BY 1 LIMIT 2"
        ).fetchall()
    return World(parts, client(parts), tuple(rows))


@pytest.fixture
def world(copied: Program) -> Iterator[World]:
    made = world_as(copied.home, Role.recruiter)
    yield made
    made.parts.desk.close()


def text_of(page: LexborHTMLParser, selector: str) -> str:
    node = page.css_first(selector)
    assert node is not None, selector
    return " ".join(node.text().split())


def test_an_empty_page_says_what_to_do(world: World) -> None:
    page = world.get("/shortlists")
    assert "No shortlist yet" in text_of(page, ".empty")
    assert "Nothing is archived" in text_of(world.get("/shortlists?archived=1"), ".empty")
    answer = world.post("/shortlists", name="Modders", brief="minecraft-modders")
    assert answer.status_code == 303
    page = world.get(answer.headers["location"])
    assert "Nobody on it yet" in text_of(page, ".empty")
    assert "minecraft" in text_of(page, ".criteria pre")


def test_a_name_that_is_taken_is_refused_beside_the_form_with_what_was_typed(world: World) -> None:
    world.make()
    answer = world.post("/shortlists", name="modders", brief="minecraft-modders")
    assert answer.status_code == 400
    page = LexborHTMLParser(answer.text)
    assert "already" in text_of(page, "[role=alert]")
    assert page.css_first("#name").attributes["value"] == "modders"
    assert page.css_first("#brief option[selected]").attributes["value"] == "minecraft-modders"


def test_who_is_added_keeps_login_score_and_the_brief(world: World) -> None:
    number = world.make()
    page = world.get(f"/shortlists/{number}")
    logins = {node.text(strip=True) for node in page.css(".person h2 a")}
    assert logins == {login for _, login in world.people}
    assert "minecraft" in text_of(page, ".criteria pre")
    for github_id, login in world.people:
        assert page.css_first(f"#p-{github_id} h2 a").attributes["href"] == f"/developers/{login}"
    assert "new" in text_of(world.get("/shortlists"), ".stage-counts")


def test_a_move_goes_back_to_the_page_as_it_was_filtered(world: World) -> None:
    number, (github_id, _) = world.make(), world.people[0]
    answer = world.post(f"/shortlists/{number}/move?stage=new&q=a", github_id=github_id, stage="shortlisted")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/shortlists/{number}?stage=new&q=a#p-{github_id}"
    page = world.get(f"/shortlists/{number}?stage=shortlisted")
    assert [node.attributes["id"] for node in page.css(".person")] == [f"p-{github_id}"]
    assert page.css_first(".stage-tabs [aria-current]").text(strip=True) == "1shortlisted"


def test_passing_over_needs_a_reason_and_what_was_typed_stays(world: World) -> None:
    number, (github_id, _) = world.make(), world.people[0]
    answer = world.post(f"/shortlists/{number}/move", github_id=github_id, stage="passed", reason="")
    assert answer.status_code == 400
    again = world.web.get(f"/shortlists/{number}/move")  # what was refused, loaded anew
    assert (again.status_code, again.headers["location"]) == (303, f"/shortlists/{number}")
    assert world.web.get(f"/shortlists/{number}/nonsense").status_code == 404
    page = LexborHTMLParser(answer.text)
    assert "expected a reason" in text_of(page, "[role=alert]")
    assert page.css_first(f"#stage-{github_id} option[selected]").attributes["value"] == "passed"
    assert world.parts.desk.shortlists.of_account(github_id)[0].stage == "new"


def test_after_a_contact_a_badge_says_until_when_and_by_whom(world: World) -> None:
    number, (github_id, login) = world.make(), world.people[0]
    world.post(f"/shortlists/{number}/move", github_id=github_id, stage="contacted")
    told = text_of(world.get(f"/shortlists/{number}"), f"#p-{github_id} .person-badges")
    until = world.parts.desk.shortlists.contacted()[github_id].until
    assert f"wait until {until:%Y-%m-%d}" in told
    assert "recruiter@example.org" in told
    world.post(f"/shortlists/{number}/move", github_id=github_id, stage="replied")
    answer = world.post(f"/shortlists/{number}/move", github_id=github_id, stage="contacted")
    assert answer.status_code == 400
    assert f"wrote to {login}" in text_of(LexborHTMLParser(answer.text), "[role=alert]")
    again = world.post(f"/shortlists/{number}/move", github_id=github_id, stage="contacted", reason="they asked")
    assert again.status_code == 303
    told = text_of(world.get(f"/shortlists/{number}"), f"#p-{github_id} .person-badges")
    assert "recruiter@example.org wrote just now: they asked" in told


def test_all_that_are_ticked_move_together_or_none(world: World) -> None:
    number, ids = world.make(), [github_id for github_id, _ in world.people]
    assert world.post(f"/shortlists/{number}/move", stage="hired").status_code == 400
    assert world.post(f"/shortlists/{number}/move", github_id=ids, stage="passed").status_code == 400
    assert world.post(f"/shortlists/{number}/move", github_id=[*ids, 1], stage="hired").status_code == 400
    assert world.parts.desk.shortlists.get(number).counts == {"new": 2}  # type: ignore[union-attr]
    assert world.post(f"/shortlists/{number}/move", github_id=ids, stage="hired").status_code == 303
    assert world.parts.desk.shortlists.get(number).counts == {"hired": 2}  # type: ignore[union-attr]


def test_notes_and_decisions_are_shown_inert_with_who_wrote_them(world: World) -> None:
    number, (github_id, _) = world.make(), world.people[0]
    answer = world.post(f"/shortlists/{number}/note", github_id=github_id, text=HOSTILE)
    assert f"open={github_id}" in answer.headers["location"]
    world.post(f"/shortlists/{number}/decide", github_id=github_id, decision="yes", reason=HOSTILE)
    world.post(f"/shortlists/{number}/rename", name=HOSTILE)
    page = world.get(f"/shortlists/{number}?open={github_id}")
    said = [node.text() for node in page.css(f"#p-{github_id} .said-text")]
    assert HOSTILE in said[0]
    assert page.css_first(f"#p-{github_id} > details").attributes.get("open", None) is None  # present, without a value
    assert text_of(page, "h1") == HOSTILE
    assert "recruiter@example.org" in text_of(page, f"#p-{github_id} .said")
    for answer in (world.web.get("/shortlists"), world.web.get(f"/shortlists/{number}")):
        assert "<script>alert" not in answer.text
        assert " onmouseover=x" not in answer.text.replace("&#34; onmouseover=x", "")


def test_an_export_is_stamped_defused_and_in_the_audit(world: World) -> None:
    number, (github_id, login) = world.make(), world.people[0]
    world.post(f"/shortlists/{number}/note", github_id=github_id, text="=1+1")
    world.post(f"/shortlists/{number}/decide", github_id=github_id, decision="no", reason="=2+2")
    answer = world.web.get(f"/shortlists/{number}/export?kind=csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = {row["login"]: row for row in csv.DictReader(io.StringIO(answer.text))}
    assert set(rows) == {name for _, name in world.people}
    row = rows[login]
    assert (row["decision"], row["decision_reason"], row["purpose"]) == ("no", "'=2+2", "in-house recruiting")
    found = {one["login"]: one for one in json.loads(world.web.get(f"/shortlists/{number}/export?kind=json").text)}
    assert found[login]["notes"][0]["text"] == "=1+1"
    for kind in ("xlsx", "parquet"):
        assert len(world.web.get(f"/shortlists/{number}/export?kind={kind}").content) > 1000
    assert world.web.get(f"/shortlists/{number}/export?kind=exe").status_code == 400
    lines = world.parts.desk.audit.list(action="export", actor="recruiter@example.org")
    assert len(lines) == 4
    assert "2 developers of shortlist" in lines[0].detail


def tags_of(page: LexborHTMLParser, github_id: int) -> list[str]:
    return [" ".join(node.text().split()) for node in page.css(f"#p-{github_id} .person-head .tag")]


def test_tags_are_chips_that_filter_and_are_taken_off(world: World) -> None:
    number, (github_id, login), (other_id, _) = world.make(), *world.people
    answer = world.post(f"/shortlists/{number}/tag?stage=new", github_id=github_id, text="Voxel  Engines, rust, ")
    assert answer.headers["location"] == f"/shortlists/{number}?stage=new&open={github_id}#p-{github_id}"
    world.post(f"/shortlists/{number}/tag", github_id=other_id, text="rust")
    page = world.get(f"/shortlists/{number}")
    assert tags_of(page, github_id) == ["voxel engines", "rust"]
    offered = {" ".join(node.text().split()): node.attributes["href"] or "" for node in page.css(".tag-filter a")}
    assert list(offered) == ["rust 2", "voxel engines 1"]
    some = world.get(offered["voxel engines 1"])
    assert [node.attributes["id"] for node in some.css(".person")] == [f"p-{github_id}"]
    assert "tag=voxel+engines" in (some.css_first(".stage-tab").attributes["href"] or "")
    assert some.css_first(".tag-filter [aria-current] + a, .tag-filter a[aria-current]") is not None
    [export] = [node.attributes["href"] for node in some.css("a[download]") if "CSV" in node.text()]
    rows = list(csv.DictReader(io.StringIO(world.web.get(export or "").text)))
    assert [(row["login"], row["tags"]) for row in rows] == [(login, "voxel engines, rust")]
    assert world.post(f"/shortlists/{number}/tag", github_id=github_id, off="rust").status_code == 303
    assert tags_of(world.get(f"/shortlists/{number}"), github_id) == ["voxel engines"]
    history = text_of(world.get(f"/shortlists/{number}?open={github_id}"), f"#p-{github_id} .person-more")
    assert "tagged voxel engines" in history
    assert "recruiter@example.org" in history
    lines = [(line.action, line.detail) for line in world.parts.desk.audit.list(2)]
    assert lines == [("untag", f"shortlist {number}"), ("export", lines[1][1])]


def test_a_tag_that_is_none_is_refused_beside_the_form_and_hostile_ones_are_inert(world: World) -> None:
    number, (github_id, _) = world.make(), world.people[0]
    answer = world.post(f"/shortlists/{number}/tag", github_id=github_id, text="x" * 31)
    assert answer.status_code == 400
    page = LexborHTMLParser(answer.text)
    assert "at most 30 characters" in text_of(page, "[role=alert]")
    assert page.css_first(f"#tag-{github_id}").attributes["value"] == "x" * 31
    for text in ('<b onclick="x">', "=1+1", "{{7*7}}"):
        assert world.post(f"/shortlists/{number}/tag", github_id=github_id, text=text).status_code == 303
    page = world.get(f"/shortlists/{number}?tag=%3Cscript%3E")
    assert "Nobody here" in text_of(page, ".empty")
    page = world.get(f"/shortlists/{number}")
    assert tags_of(page, github_id) == ['<b onclick="x">', "=1+1", "{{7*7}}"]
    assert not page.css("b[onclick]")
    row = next(csv.DictReader(io.StringIO(world.web.get(f"/shortlists/{number}/export?tag=%3D1%2B1").text)))
    assert row["tags"] == '<b onclick="x">, =1+1, {{7*7}}'
    found = json.loads(world.web.get(f"/shortlists/{number}/export?kind=json&tag=%3D1%2B1").text)
    assert [tag["text"] for tag in found[0]["tags"]] == ['<b onclick="x">', "=1+1", "{{7*7}}"]


def test_archiving_closes_it_and_reopening_opens_it_again(world: World) -> None:
    number, (github_id, _) = world.make(), world.people[0]
    assert world.post(f"/shortlists/{number}/archive").headers["location"] == "/shortlists?done=archived"
    assert world.post(f"/shortlists/{number}/move", github_id=github_id, stage="hired").status_code == 400
    page = world.get(f"/shortlists/{number}")
    assert page.css_first("form[action$='/move']") is None
    assert "Modders" in text_of(world.get("/shortlists?archived=1"), ".shortlist-card")
    assert world.post(f"/shortlists/{number}/reopen").status_code == 303
    assert "Modders" in text_of(world.get("/shortlists"), ".shortlist-card")


def test_a_suppressed_person_is_gone_from_every_page_at_once(world: World) -> None:
    number, (github_id, login) = world.make(), world.people[0]
    world.post(f"/shortlists/{number}/note", github_id=github_id, text="a note about them")
    assert world.post(f"/developers/{github_id}/suppress", reason="asked").status_code == 400, "without the tick"
    answer = world.post(f"/developers/{github_id}/suppress", reason="asked by mail", confirm="yes")
    assert (answer.status_code, answer.headers["location"]) == (303, "/shortlists?done=suppressed")
    assert "suppressed" in text_of(world.get("/shortlists?done=suppressed"), "[role=status]")
    for url in (f"/shortlists/{number}", "/shortlists", f"/shortlists/{number}/export?kind=csv", "/leads"):
        assert login not in world.web.get(url).text, url
    added = world.post("/shortlists/add", github_id=github_id, shortlist=str(number))
    assert added.status_code == 400
    assert login not in added.text
    lines = [line for line in world.parts.desk.audit.list() if line.action in {"suppress", "forget"}]
    assert {(line.action, line.actor) for line in lines} == {
        ("suppress", "recruiter@example.org"),
        ("forget", "recruiter@example.org"),
    }
    assert login not in str(lines)


def test_the_state_of_a_developer_is_answered_in_part_to_htmx(world: World) -> None:
    number, (github_id, login) = world.make(), world.people[0]
    headers = {"Origin": "http://127.0.0.1", "HX-Request": "true"}
    form = {"github_id": github_id, "next": f"/developers/{login}", "part": "state"}

    def post(url: str, **more: object) -> tuple[int, LexborHTMLParser]:
        answer = world.web.post(url, data=form | more, headers=headers)
        assert "<html" not in answer.text
        return answer.status_code, LexborHTMLParser(answer.text)

    status, part = post(f"/shortlists/{number}/note", text="seen in part")
    assert status == 200
    assert "seen in part" in text_of(part, "#shortlist-state .said")
    assert part.css_first("#shortlist-state input[name=next]").attributes["value"] == f"/developers/{login}"
    other = world.make("Others")
    status, part = post(f"/shortlists/{number}/move", stage="passed")
    chosen = [part.css_first(f"#stage-{n}-{github_id} option[selected]").attributes["value"] for n in (number, other)]
    assert chosen == ["passed", "new"], "what was typed is kept in that form only"
    assert status == 400
    assert "expected a reason" in text_of(part, "#shortlist-state [role=alert]")
    status, part = post("/shortlists/add", name="Another", shortlist="new")
    assert (status, len(part.css(".state-place"))) == (200, 3)
    answer = world.web.post("/shortlists/add", data={"github_id": github_id, "shortlist": number}, headers=headers)
    assert "1 already there" in answer.text


@pytest.mark.parametrize(
    "next_url", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_a_form_never_leads_away_from_this_site(world: World, next_url: str) -> None:
    number, (github_id, _) = world.make(), world.people[0]
    for url, form in (
        (f"/shortlists/{number}/move", {"stage": "hired"}),
        (f"/shortlists/{number}/note", {"text": "x"}),
        ("/shortlists/add", {"shortlist": str(number)}),
        (f"/developers/{github_id}/suppress", {"confirm": "yes"}),
    ):
        answer = world.post(url, github_id=github_id, next=next_url, **form)
        assert answer.status_code == 303, url
        assert answer.headers["location"].startswith("/shortlists"), url


def test_a_reader_reads_and_changes_nothing(copied: Program) -> None:
    recruiter, reader = world_as(copied.home, Role.recruiter), world_as(copied.home, Role.reader)
    number, (github_id, _) = recruiter.make(), recruiter.people[0]
    page = reader.get(f"/shortlists/{number}")
    assert len(page.css(".person")) == 2
    assert page.css("main form[method=post]") == []
    before = reader.parts.desk.version()
    for url in (
        "/shortlists",
        "/shortlists/add",
        *(
            f"/shortlists/{number}/{verb}"
            for verb in ("move", "note", "tag", "decide", "remove", "rename", "archive", "reopen")
        ),
        f"/developers/{github_id}/suppress",
    ):
        answer = reader.post(url, github_id=github_id, stage="hired", text="x", name="x", confirm="yes")
        assert answer.status_code == 403, url
    assert reader.web.get(f"/shortlists/{number}/export?kind=csv").status_code == 403
    assert reader.parts.desk.version() == before


@pytest.mark.parametrize("url", ["/shortlists/99", "/shortlists/0", f"/shortlists/{2**70}", "/shortlists/99/export"])
def test_a_shortlist_that_is_not_there_is_a_designed_page(world: World, url: str) -> None:
    answer = world.web.get(url)
    assert answer.status_code == 404
    assert "there is no shortlist" in answer.text


def test_what_nobody_types_gets_an_answer_in_words(world: World) -> None:
    number = world.make()
    for url, form in (
        (f"/shortlists/{number}/note", {"github_id": "x", "text": "x"}),
        (f"/shortlists/{number}/note", {"github_id": 2**70, "text": "x"}),
        (f"/shortlists/{number}/note", {"github_id": world.people[0][0], "text": "x" * 20_000}),
        (f"/shortlists/{number}/note", {"github_id": world.people[0][0], "text": "\x00"}),
        (f"/shortlists/{number}/decide", {"github_id": world.people[0][0], "decision": "perhaps", "reason": "x"}),
        ("/shortlists/add", {"github_id": [2**70], "shortlist": "1"}),
        ("/shortlists/add", {"github_id": [1], "shortlist": "9" * 30}),
        ("/shortlists/add", {"shortlist": "1"}),
        ("/shortlists/add", {"github_id": [world.people[0][0]], "shortlist": "1", "query": "topic=%00&stars_min=x"}),
        (f"/developers/{2**70}/suppress", {"confirm": "yes"}),
    ):
        answer = world.post(url, **form)
        assert 400 <= answer.status_code < 500, (url, form)
        assert 'role="alert"' in answer.text, (url, form)
    assert world.web.get(f"/shortlists/{number}?stage=nonsense&page=999999&q=%22%3E&open=5").status_code == 200
