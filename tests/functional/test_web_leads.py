"""The page of leads without a browser: lists, addresses, what is left out, what is saved, exported and audited."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator

import pyarrow.parquet as pq
import pytest
from selectolax.lexbor import LexborHTMLParser
from tests.functional.leads_site import LEADS, LeadsSite, leads_site, logins, text_of, total
from tests.functional.stage import Program

from talentscope.desk.shortlist import Candidate
from talentscope.web.signin.identity import Role

HOSTILE = "<script>alert(1)</script>\" onmouseover=x {{7*7}} =cmd|'/c calc'!A1"
BUDGET = 120_000


@pytest.fixture
def site(copied: Program) -> Iterator[LeadsSite]:
    made = leads_site(copied.home)
    yield made
    made.parts.desk.close()


def test_a_page_shows_fifty_and_says_how_many_there_are(site: LeadsSite) -> None:
    page = site.page()
    assert total(page) > 50
    assert len(logins(page)) == 50
    assert f"1 to 50 of {total(page):,} leads" in text_of(page, ".pager-count")
    ranks = [int(node.text()) for node in page.css("[data-row] .rank")]
    assert ranks == list(range(1, 51))


def test_every_page_together_holds_everybody_once(site: LeadsSite) -> None:
    page = site.page()
    count, seen = total(page), logins(page)
    while (following := page.css_first('a[rel="next"]')) is not None:
        page = site.page(following.attributes["href"] or "")
        seen += logins(page)
    assert len(seen) == len(set(seen)) == count


def test_a_page_past_the_last_is_the_last(site: LeadsSite) -> None:
    page = site.page(f"{LEADS}&page=99999")
    assert 0 < len(logins(page)) <= 50
    assert page.css_first('a[rel="next"]') is None


def test_a_facet_promises_what_a_click_gives(site: LeadsSite) -> None:
    page = site.page()
    for name, value in (("language", "Java"), ("contact", "email")):
        box = page.css_first(f'input[name="{name}"][value="{value}"]')
        assert box is not None
        promised = int(text_of(LexborHTMLParser(box.parent.html or ""), ".num").replace(",", ""))  # type: ignore[union-attr]
        assert promised > 0
        assert total(site.page(f"{LEADS}&{name}={value}")) == promised


def test_htmx_gets_the_parts_and_the_short_address(site: LeadsSite) -> None:
    form = f"{LEADS}&language=&language=Java&language=Python&language=Go&related=0&stars_min=5&w_reach=1&sort=score&q="
    answer = site.part(form)
    assert answer.headers["HX-Push-Url"] == f"{LEADS}&stars_min=5"
    assert "HX-Request" in answer.headers["Vary"]
    assert "<html" not in answer.text
    assert 'hx-target="#facets"' in answer.text, "counts follow the filter"


def test_a_weight_changes_the_order_and_no_count(site: LeadsSite) -> None:
    before = site.page()
    answer = site.part(f"{LEADS}&w_recency=9")
    assert answer.headers["HX-Replace-Url"] == f"{LEADS}&w_recency=9", "a slider on its way is no step back"
    assert 'hx-target="#facets"' not in answer.text
    after = LexborHTMLParser(answer.text)
    assert total(after) == total(before)
    assert logins(after) != logins(before)
    assert re.search(r"w-recency.*?50 % of the score", answer.text, re.DOTALL), "nine of eighteen"


def test_going_back_gets_the_whole_page(site: LeadsSite) -> None:
    answer = site.get(LEADS, **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in answer.text


def test_a_row_opens_without_a_script_and_its_points_are_the_score(site: LeadsSite) -> None:
    page = site.page()
    link = page.css_first("a.why")
    opened = site.page(link.attributes["href"] or "")  # type: ignore[union-attr]
    points = [float(node.text()) for node in opened.css("table.parts td.pts b")]
    score = float(text_of(opened, "a.why b"))
    assert sum(points) == pytest.approx(score, abs=0.05 * len(points) + 0.06)
    links = [node.attributes["href"] or "" for node in opened.css("table.parts td a")]
    assert len(links) == 7
    assert all(url.startswith("http") for url in links)
    assert opened.css_first('a.why[aria-expanded="true"]') is not None


def test_who_said_no_is_nowhere_at_once(site: LeadsSite) -> None:
    page = site.page()
    login, before = logins(page)[2], total(page)
    site.parts.desk.suppress(github_id=site.ids()[login], login=login, reason="asked")
    after = site.page()
    assert total(after) == before - 1
    assert login not in logins(after)
    assert total(site.page(f"{LEADS}&q={login}")) == 0
    export = site.get("/leads/export?brief=everything&kind=csv").text
    assert login not in export
    assert site.get(f"/developers/{login}?brief=everything").status_code == 404
    assert site.get(f"/compare?brief=everything&login={login}&login={logins(after)[0]}").status_code == 404
    assert site.post("/leads/shortlist", query="brief=everything", name="A", login=[login]).status_code == 400


def test_whom_the_team_wrote_to_is_hidden_until_asked_for(site: LeadsSite) -> None:
    page = site.page()
    login, before = logins(page)[0], total(page)
    room = site.parts.desk.shortlists
    number = room.create("Modders", actor="ann")
    room.add(number, [Candidate(site.ids()[login], login, 50.0)], actor="ann")
    room.move(number, site.ids()[login], "contacted", actor="ann", reason="asked <b>when</b> they are free")
    hidden = site.page()
    assert login not in logins(hidden)
    assert total(hidden) == before - 1
    assert "Show contacted 1 hidden" in text_of(hidden, ".switches")
    shown = site.page(f"{LEADS}&contacted=1")
    assert total(shown) == before
    assert "contacted just now" in text_of(shown, "[data-row] .who")
    assert text_of(shown, "[data-row] .contact-why") == "by ann: asked <b>when</b> they are free"


def test_who_is_new_is_marked_and_can_be_asked_for(site: LeadsSite) -> None:
    assert site.page().css_first("[name=new]") is None, "nobody is new before somebody looked"
    answer = site.post("/leads/seen", query="brief=everything&stars_min=5")
    assert answer.headers["location"] == f"{LEADS}&stars_min=5"
    assert total(site.page(f"{LEADS}&new=1")) == 0
    fresh = logins(site.page())[4]
    look = site.parts.desk.looks.last("recruiter@example.org", "everything")
    assert look is not None
    site.parts.desk.looks.mark("recruiter@example.org", "everything", look.ids - {site.ids()[fresh]})
    page = site.page(f"{LEADS}&new=1")
    assert logins(page) == [fresh]
    assert "new" in text_of(page, "[data-row] .who")
    other = site.page()
    assert [node.text() for node in other.css("[data-row] .badge.accent")] == ["new"]


def test_a_changed_brief_is_saved_and_nobody_is_overwritten(site: LeadsSite) -> None:
    form = {"query": "brief=everything&stars_min=7&w_reach=4", "name": "everything", "title": "All  of it"}
    answer = site.post("/leads/brief", version="1", **form)
    assert (answer.status_code, answer.headers["location"]) == (303, LEADS)
    saved = site.parts.desk.briefs.get("everything")
    assert saved is not None
    assert (saved.version, saved.title, saved.saved_by) == (2, "All of it", "recruiter@example.org")
    page = site.page()
    assert text_of(page, "h1") == "All of it"
    assert page.css_first('input[name="stars_min"]').attributes["value"] == "7"  # type: ignore[union-attr]
    stale = site.post("/leads/brief", version="1", **form)
    assert stale.status_code == 400
    assert "recruiter@example.org saved version 2" in stale.text
    kept = LexborHTMLParser(stale.text).css_first('form[action="/leads/brief"] input[name="version"]')
    assert kept is not None
    assert kept.attributes["value"] == "1", "sent once more it would be refused once more: nobody is overwritten unseen"
    taken = site.post("/leads/brief", version="1", **form | {"query": "brief=minecraft-modders"})
    assert taken.status_code == 400, "another brief of that name is not overwritten"
    changed = {"query": "brief=everything&stars_min=9"}
    refused = site.post("/leads/brief", version="0", **form | changed | {"name": "Not a name!", "note": "why <b>"})
    assert refused.status_code == 422
    again = LexborHTMLParser(refused.text)
    menu = again.css_first('details[open] form[action="/leads/brief"]')
    assert menu is not None, "the form that was sent is open, on the list that it was about"
    assert menu.css_first('[role="alert"]') is not None
    typed = {node.attributes["name"]: node.attributes["value"] for node in menu.css("input[name]")}
    assert (typed["name"], typed["title"], typed["note"]) == ("Not a name!", "All  of it", "why <b>")
    assert typed["query"] == changed["query"]
    assert logins(again)
    assert site.get("/leads/brief").headers["location"] == "/leads", "the address of a refused form, opened again"


def test_those_ticked_are_put_on_a_shortlist(site: LeadsSite) -> None:
    first, second, third = logins(site.page())[:3]
    plain = site.post("/leads/shortlist", query="brief=everything&stars_min=3", name="Modders", login=[first, second])
    assert plain.status_code == 303
    number = int(plain.headers["location"].rsplit("/", 1)[1])
    found = site.parts.desk.shortlists.get(number)
    assert found is not None
    assert (found.size, found.name) == (2, "Modders")
    assert "stars: {min: 3}" in found.brief_text, "the criteria are kept with it"
    again = site.post(
        "/leads/shortlist", is_htmx=True, query="brief=everything", shortlist=str(number), login=[second, third]
    )
    assert "1 developer put on the shortlist Modders, 1 were on it already" in again.text
    assert "Modders" in text_of(LexborHTMLParser(again.text), "[data-row] .who .badge")
    assert site.post("/leads/shortlist", query="brief=everything", name="Nobody").status_code == 400
    assert site.post("/leads/shortlist", query="brief=everything", shortlist="77", login=[first]).status_code == 400


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "parquet"])
def test_the_whole_list_is_exported_stamped_and_audited(site: LeadsSite, kind: str) -> None:
    count = total(site.page(f"{LEADS}&stars_min=2"))
    answer = site.get(f"/leads/export?brief=everything&stars_min=2&page=2&kind={kind}")
    assert answer.status_code == 200
    assert re.search(rf'filename="leads-everything-\d{{8}}\.{kind}"', answer.headers["content-disposition"])
    readers = {
        "csv": lambda: list(csv.DictReader(io.StringIO(answer.text))),
        "json": lambda: json.loads(answer.content),
        "parquet": lambda: pq.read_table(io.BytesIO(answer.content)).to_pylist(),
    }
    if kind in readers:
        rows = readers[kind]()
        assert len(rows) == count > 50
        assert {row["brief"] for row in rows} == {"everything"}
        assert {row["query"] for row in rows} == {"brief=everything&stars_min=2"}, "what made the list, on any page"
        assert all(row["purpose"] and row["exported_at"] for row in rows)
    assert site.audit("export")[0].startswith(f"{count} leads of everything, changed on the page as {kind}")


def test_those_ticked_are_exported_alone(site: LeadsSite) -> None:
    chosen = logins(site.page())[:2]
    answer = site.post("/leads/export/chosen", query="brief=everything", login=chosen)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["login"] for row in rows] == chosen
    assert {row["query"] for row in rows} == {"2 ticked of brief=everything"}, "no whole list of that brief"
    assert site.post("/leads/export/chosen", query="brief=everything").status_code == 400


def test_a_reader_reads_and_changes_nothing(copied: Program) -> None:
    site = leads_site(copied.home, Role.reader)
    page = site.page()
    assert total(page) > 50
    for gone in ("Export", "Save the brief", "Mark all as seen", "Add to shortlist"):
        assert gone not in page.html  # type: ignore[operator]
    assert site.get("/leads/export?brief=everything&kind=csv").status_code == 403
    for url in ("/leads/brief", "/leads/seen", "/leads/shortlist", "/leads/export/chosen"):
        assert site.post(url, query="brief=everything").status_code == 403
    site.parts.desk.close()


@pytest.mark.parametrize(
    "asked",
    [
        "brief=nobody-knows",
        "brief=..%2F..%2Fetc%2Fpasswd",
        "brief=%2Fetc%2Fpasswd.yaml",
        "stars_min=lots",
        "stars_min=9&stars_max=1",
        "employer=no-such-company-anywhere",
        "page=0",
        "page=-1",
        "sort=password",
        "w_reach=inf",
        "topic=%00",
        "place=%F0%9F%92%A9",
        "open[]=1",
        "language=" + "x" * 5000,
        "&".join(f"place={n}" for n in range(2000)),
    ],
)
def test_nonsense_is_told_and_never_a_failure(site: LeadsSite, asked: str) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        answer = site.get(f"/leads?{asked}", **headers)
        assert answer.status_code in {400, 422}
        assert 'role="alert"' in answer.text


def test_what_was_typed_is_shown_as_text(site: LeadsSite) -> None:
    answer = site.web.get("/leads", params={"brief": "everything", "q": HOSTILE, "open": HOSTILE, "place": HOSTILE})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "49" not in text_of(LexborHTMLParser(answer.text), ".filters-in-force")
    page = LexborHTMLParser(answer.text)
    assert all("onmouseover" not in node.attributes for node in page.css("*"))


def test_an_empty_list_names_what_stands_in_the_way(site: LeadsSite) -> None:
    count = total(site.page())
    page = site.page(f"{LEADS}&place=Nowhereville")
    assert total(page) == 0
    ways = [" ".join(node.text().split()) for node in page.css(".empty li")]
    assert f"Without “in Nowhereville”: {count:,} leads" in ways
    back = next(node for node in page.css(".empty li a") if "Nowhereville" in node.text())
    assert total(site.page(back.attributes["href"] or "")) == count


def test_nothing_inline_and_light_enough_for_a_first_visit(site: LeadsSite) -> None:
    answer = site.get(LEADS)
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style", answer.text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", answer.text)
    assets = site.parts.assets.by_name
    names = ("app.css", "app.js", "htmx.min.js", "inter-latin.woff2", "icon.svg")
    sent = [assets[name] for name in names if name in assets]
    weight = len(gzip.compress(answer.content, 4)) + sum(len(asset.packed or asset.content) for asset in sent)
    assert weight <= BUDGET, f"{weight:,} bytes"


def test_topics_are_offered_while_one_types(site: LeadsSite) -> None:
    answer = site.get("/leads/topics?topic=mine")
    values = [node.attributes["value"] for node in LexborHTMLParser(answer.text).css("option")]
    assert "minecraft" in values
    assert site.get("/leads/topics?topic=%3Cscript%3E").text.strip() == ""


def test_saved_briefs_are_named_on_the_first_screen_the_current_one_marked(site: LeadsSite) -> None:
    for number in range(9):
        text = f"name: brief-{number}\ntitle: Saved {number}\ntopics: [minecraft]"
        site.parts.desk.briefs.save(f"brief-{number}", text, actor="ann")
    page = site.page()
    offered = {
        text_of(page, f'.brief-chips a[href="{node.attributes["href"]}"]') for node in page.css(".brief-chips a")
    }
    assert len(page.css(".brief-chips .chip")) == 8
    assert {"All briefs", "Saved 0"} < offered, "those of the team stand before those of files"
    assert text_of(page, ".brief-chips [aria-current]") == "All of three languages, so that there is something to read"
    last = site.page("/leads?brief=brief-8")
    assert text_of(last, ".brief-chips [aria-current]") == "Saved 8", "there though eight stand before it"


def test_a_topic_is_asked_for_alone_and_its_aliases_are_taken_back(site: LeadsSite) -> None:
    asked = f"{LEADS}&language=&topic=minecraft"
    before = site.page(asked)
    alone = before.css_first('a[aria-label="Exact only: minecraft without its aliases"]')
    assert alone is not None
    assert text_of(before, ".exact") == "exact only"
    aliases = len(before.css(".chip.tiny:not(.exact)"))
    after = site.page(alone.attributes["href"] or "")
    struck = [node.attributes["value"] for node in after.css('input[name="strike"]') if node.attributes["value"]]
    assert len(struck) == aliases == len(after.css(".chip.tiny.struck")) > 0
    assert total(after) <= total(before)
    back = after.css_first('a[aria-label="Exact only is on: find aliases of minecraft too"]')
    assert back is not None
    again = site.page(back.attributes["href"] or "")
    assert not again.css(".chip.tiny.struck")
    assert total(again) == total(before)


def test_what_was_struck_out_by_name_stays_so_beside_a_topic_alone(site: LeadsSite) -> None:
    asked = f"{LEADS}&language=&topic=minecraft&strike=rust"
    alone = site.page(asked).css_first(".exact")
    assert alone is not None
    back = site.page(alone.attributes["href"] or "").css_first(".exact")
    assert back is not None
    page = site.page(back.attributes["href"] or "")
    assert [node.attributes["value"] for node in page.css('input[name="strike"]')] == ["", "rust"]
