"""The team's work: from a lead to a shortlist, stages and notes, a cool-down for all, a no that is obeyed at once."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.furnish import BRIEF, best
from tests.browser.judge import judge, sticks_out
from tests.browser.pages import is_listening
from tests.browser.site import Site
from tests.browser.watch import Watch

LEADS = "/leads?brief=minecraft-modders"


def choose(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("checkbox", name=f"Choose {name}", exact=True).check()


def shown(page: Page) -> list[str]:
    return page.get_by_role("table", name="Leads").locator("[data-row-open]").all_inner_texts()


def test_leads_are_chosen_and_put_on_a_new_shortlist(desk_site: Site, open_page: OpenPage) -> None:
    page = open_page(desk_site, LEADS)
    first, second, third = shown(page)[:3]
    choose(page, first, third)
    bar = page.get_by_role("form", name="With those chosen")
    expect(bar).to_contain_text("2 chosen")
    bar.get_by_label("Name of a new shortlist").fill("For the game team")
    assert judge(page) == []
    bar.get_by_role("button", name="Add to shortlist").click()
    expect(page.get_by_role("link", name="For the game team").first).to_be_visible()
    page.goto("/shortlists")
    page.get_by_role("link", name="For the game team").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("For the game team")
    expect(page.get_by_role("list", name="Developers").get_by_role("heading", level=2)).to_have_count(2)
    expect(page.get_by_role("link", name=first)).to_be_visible()
    expect(page.get_by_role("link", name=second)).to_have_count(0)
    page.goto(LEADS)
    expect(
        page.locator("[data-row]", has_text=first).get_by_title("On the shortlist For the game team, stage new")
    ).to_be_visible()


def listed(site: Site) -> tuple[int, str, str]:
    """A shortlist with two people: its number, their logins."""
    one, two = best(site.parts, 2)
    number = site.parts.desk.shortlists.create("Team", actor="operator")
    site.parts.desk.shortlists.add(number, [one, two], actor="operator")
    return number, one.login, two.login


def test_a_stage_a_note_and_a_decision_with_its_reason(desk_site: Site, open_page: OpenPage) -> None:
    number, who, _ = listed(desk_site)
    page = open_page(desk_site, f"/shortlists/{number}")
    page.get_by_label(f"Stage of {who}").select_option("shortlisted")
    page.get_by_role("button", name=f"Move {who}").click()
    card = page.locator("[data-row]", has=page.get_by_role("link", name=who))
    expect(card.locator(".stage").first).to_have_text("shortlisted")
    card.locator("summary").first.click()
    page.get_by_label(re.compile(f"^Note about {who}")).fill("Writes good <b>tests</b>")
    card.get_by_role("button", name="Save note").click()
    expect(card.get_by_text("Writes good <b>tests</b>")).to_be_visible()
    card.get_by_label(re.compile(f"^Tags of {who}")).fill("Rendering, part time")
    card.get_by_role("button", name="Add tags").click()
    expect(card.locator(".person-head .tag")).to_have_text(["rendering", "part time"])
    card.get_by_role("button", name="Take off part time").click()
    expect(card.locator(".person-head .tag")).to_have_text(["rendering"])
    card.locator(".person-head .tag").click()
    expect(page.locator(".person")).to_have_count(1)
    page.get_by_role("navigation", name="Tags").get_by_role("link", name="rendering").click()
    page.goto(f"/shortlists/{number}")
    card.locator("summary").first.click()
    card.get_by_role("radio", name="yes").check()
    card.get_by_label(re.compile("^Reason a person")).fill("Finishes things")
    card.get_by_role("button", name="Save decision").click()
    expect(card.get_by_text("Finishes things")).to_be_visible()
    page.goto(f"/developers/{who}?brief=minecraft-modders")
    state = page.get_by_role("region", name="Your team's work")
    for words in ("shortlisted", "Finishes things", "Writes good <b>tests</b>"):
        expect(state.get_by_text(words).first).to_be_visible()


def test_who_was_written_to_is_left_alone_by_the_whole_team(
    desk_site: Site, open_page: OpenPage, watches: list[Watch]
) -> None:
    number, who, _ = listed(desk_site)
    page = open_page(desk_site, f"/shortlists/{number}")
    page.get_by_label(f"Stage of {who}").select_option("contacted")
    page.get_by_role("button", name=f"Move {who}").click()
    expect(page.get_by_text(re.compile("wait until")).first).to_be_visible()
    page.goto(LEADS)
    assert who not in shown(page), "hidden by default"
    is_listening(page)
    page.get_by_role("checkbox", name=re.compile("^Show contacted")).check()
    expect(page.locator("[data-row]", has_text=who).get_by_text("contacted just now")).to_be_visible()
    other = desk_site.parts.desk.shortlists.create("Another team", actor="Tomke")
    desk_site.parts.desk.shortlists.add(other, best(desk_site.parts, 1), actor="Tomke")
    page.goto(f"/shortlists/{other}")
    page.get_by_label(f"Stage of {who}").select_option("contacted")
    page.get_by_role("button", name=f"Move {who}").click()
    expect(page.get_by_label(f"Reason for moving {who}")).to_be_focused()  # the browser asks for it first
    plain = open_page(desk_site, f"/shortlists/{other}", has_scripts=False)
    watches[-1].expect("400", "409", "422")
    plain.get_by_label(f"Stage of {who}").select_option("contacted")
    plain.get_by_role("button", name=f"Move {who}").click()
    expect(plain.locator("#refused")).to_contain_text("Not done")
    page.get_by_label(f"Reason for moving {who}").fill("they asked us to write again")
    page.get_by_role("button", name=f"Move {who}").click()
    expect(page.locator("[data-row]", has_text=who).locator(".stage").first).to_have_text("contacted")


def test_a_no_takes_somebody_out_of_everything_at_once(
    desk_site: Site, open_page: OpenPage, watches: list[Watch]
) -> None:
    number, who, other = listed(desk_site)
    desk_site.parts.desk.shortlists.note(number, best(desk_site.parts, 1)[0].github_id, "a note", actor="operator")
    page = open_page(desk_site, f"/developers/{who}?brief=minecraft-modders")
    page.get_by_text("They asked not to be found").click()
    page.get_by_role("checkbox", name=re.compile("^Yes, suppress")).check()
    page.get_by_role("button", name="Suppress").click()
    expect(page.get_by_role("button", name="Suppress")).to_have_count(0)
    watches[0].expect("404", "410")
    page.goto(LEADS)
    assert who not in shown(page)
    page.goto(f"{LEADS}&q={who}")
    expect(page.get_by_role("heading", name="Nobody passes all of this")).to_be_visible()
    page.goto(f"/shortlists/{number}")
    expect(page.get_by_role("link", name=other)).to_be_visible()
    expect(page.get_by_text(who)).to_have_count(0)
    page.goto(f"/developers/{who}")
    expect(page.get_by_text("100 % own commits")).to_have_count(0)
    exported = page.request.get("/leads/export?brief=minecraft-modders&kind=csv").text()
    assert who not in exported
    assert other in exported
    page.goto("/privacy/audit")
    table = page.get_by_role("region", name="Audit")
    expect(table.get_by_text("suppress", exact=True).first).to_be_visible()
    expect(table.get_by_text(who)).to_have_count(0)


def test_who_is_new_since_the_last_look_is_told_and_can_be_asked_for(desk_site: Site, open_page: OpenPage) -> None:
    people = best(desk_site.parts, 200)
    desk_site.parts.desk.looks.mark("operator", "minecraft-modders", [one.github_id for one in people[3:]])
    page = open_page(desk_site, LEADS)
    page.get_by_role("checkbox", name=re.compile("^New since")).check()
    expect(page.locator("[data-row]")).to_have_count(3)
    assert set(shown(page)) == {one.login for one in people[:3]}
    page.get_by_role("button", name="Mark all as seen").click()
    expect(page).not_to_have_url(re.compile("new=1"))
    page.goto(f"{LEADS}&new=1")
    expect(page.get_by_role("heading", name="Nobody new since you last looked")).to_be_visible()


def test_a_list_is_saved_as_a_brief_and_found_again(desk_site: Site, open_page: OpenPage) -> None:
    page = open_page(desk_site, f"{LEADS}&language=Java&stars_min=20")
    expect(page.locator("[data-row]").first).to_be_visible()
    rows = shown(page)
    page.locator("summary", has_text="Save").click()
    page.get_by_label("Title").fill("Java modders")
    page.get_by_label(re.compile("^Name lower case")).fill("java-modders")
    page.get_by_role("button", name="Save the brief").click()
    page.wait_for_url("**brief=java-modders**")
    assert shown(page) == rows
    page.goto("/leads?brief=java-modders")
    assert shown(page) == rows
    page.goto("/briefs")
    expect(page.get_by_role("link", name="java-modders", exact=True)).to_be_visible()


def test_a_brief_under_a_taken_name_is_refused_in_its_form(
    desk_site: Site, open_page: OpenPage, watches: list[Watch]
) -> None:
    desk_site.parts.desk.briefs.save("taken", BRIEF.replace("modders-abroad", "taken"), actor="Rana")
    page = open_page(desk_site, f"{LEADS}&stars_min=20")
    watches[0].expect("400")
    page.locator("summary", has_text="Save").click()
    page.get_by_label(re.compile("^Name lower case")).fill("taken")
    page.get_by_role("button", name="Save the brief").click()
    expect(page.get_by_role("alert")).to_contain_text("Not saved.")
    expect(page.get_by_label(re.compile("^Name lower case"))).to_have_value("taken")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[data-row]").first).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 780})
    assert sticks_out(page) == []


def test_two_leads_are_compared_side_by_side(desk_site: Site, open_page: OpenPage) -> None:
    page = open_page(desk_site, LEADS)
    first, second = shown(page)[:2]
    choose(page, first, second)
    page.get_by_role("form", name="With those chosen").get_by_role("button", name="Compare").click()
    page.wait_for_url("**/compare**")
    table = page.get_by_role("region", name="Developers side by side")
    for name in (first, second):
        expect(table.get_by_role("link", name=name, exact=True)).to_be_visible()
    for part in ("relevance", "authorship", "substance", "validation", "recency", "reach", "attention"):
        expect(table.get_by_role("rowheader", name=part)).to_be_visible()


def test_a_developer_is_told_with_evidence_and_where_each_field_is_from(desk_site: Site, open_page: OpenPage) -> None:
    page = open_page(desk_site, LEADS)
    who = shown(page)[0]
    page.get_by_role("link", name=who, exact=True).click()
    page.wait_for_url(f"**/developers/{who}**")
    expect(page.get_by_role("heading", level=1)).to_have_text(who)
    for words in ("relevance", "authorship", "attention"):
        expect(page.get_by_text(words, exact=True).first).to_be_visible()
    held = page.get_by_role("region", name="What is held, and where it comes from")
    assert held.get_by_role("columnheader").all_inner_texts() == ["Field", "Value", "Read", "Goes"]
    email = held.get_by_role("row").filter(has=page.get_by_role("rowheader", name=re.compile("mail", re.I)))
    expect(email.get_by_role("link", name=re.compile("read .* on http"))).to_be_visible()
    expect(email.get_by_text(re.compile(r"^20\d\d-\d\d-\d\d$"))).to_be_visible()
    outside = page.locator("main a[target=_blank]")
    assert outside.count() > 3
    for at in range(outside.count()):
        assert "noopener" in (outside.nth(at).get_attribute("rel") or "")
    expect(
        page.get_by_role("region", name="For every brief").get_by_role("link", name=re.compile("^Minecraft modders"))
    ).to_be_visible()
