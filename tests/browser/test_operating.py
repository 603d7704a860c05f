"""Runs, briefs, privacy, keys: what people who operate it do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.judge import judge
from tests.browser.site import Site, copy_home, serving
from tests.browser.watch import Watch
from tests.player import write_player

from talentscope.runtime.clock import SystemClock
from talentscope.web.jobs import Jobs


@pytest.fixture
def running_site(worlds: Path, tmp_path: Path) -> Iterator[Site]:
    """A site from which runs can be started; what they do is played."""
    home = copy_home(worlds / "home", tmp_path / "home")
    jobs = Jobs(home, SystemClock(), program=write_player(tmp_path))
    with serving(home, others={"jobs": jobs}) as running:
        yield running
    jobs.close(wait_seconds=5)


def test_a_run_is_started_its_progress_seen_live_and_stopped(running_site: Site, open_page: OpenPage) -> None:
    page = open_page(running_site, "/runs")
    page.get_by_role("radio", name=re.compile("^Companies")).check()
    page.get_by_role("button", name="Start").click()
    now = page.get_by_role("region", name=re.compile("Running now"))
    expect(now).to_contain_text("3 of 4")
    expect(now.get_by_role("progressbar")).to_be_visible()
    assert judge(page) == []
    now.get_by_role("button", name="Stop").click()
    ended = page.get_by_role("region", name=re.compile("Last run from here"))
    expect(ended).to_contain_text("stopped by a signal")
    expect(page.get_by_role("button", name="Start")).to_be_enabled()


@pytest.mark.parametrize("trouble", ["offline", "503"])
def test_a_run_is_watched_on_after_the_server_could_not_be_reached(
    running_site: Site, open_page: OpenPage, watches: list[Watch], trouble: str
) -> None:
    page = open_page(running_site, "/runs")
    page.get_by_role("radio", name=re.compile("^Companies")).check()
    page.get_by_role("button", name="Start").click()
    now = page.get_by_role("region", name=re.compile("Running now"))
    expect(now).to_contain_text("3 of 4")
    watches[0].expect("ERR_INTERNET_DISCONNECTED", "503", "Failed to fetch")
    if trouble == "offline":
        page.context.set_offline(True)
    else:
        page.route("**/runs/now", lambda route: route.fulfill(status=503, body="<p>away</p>"))
    for _ in range(3):
        page.wait_for_event("requestfailed" if trouble == "offline" else "response")
    expect(page.locator(".toast")).to_have_count(1)
    expect(now).to_contain_text("3 of 4")
    page.context.set_offline(False)
    page.unroute_all()
    with page.expect_response(lambda answer: answer.url.endswith("/runs/now") and answer.ok):
        pass
    now.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("region", name=re.compile("Last run from here"))).to_contain_text("stopped by a signal")


def test_runs_tell_freshness_coverage_and_the_last_good_snapshot(site: Site, open_page: OpenPage) -> None:
    page = open_page(site, "/runs")
    for words in ("Last good snapshot", "Developers", "Repositories", "Companies"):
        expect(page.get_by_role("main").get_by_text(words, exact=True).first).to_be_visible()
    expect(page.get_by_role("main").get_by_text("greenhouse", exact=False).first).to_be_visible()


def test_a_brief_is_checked_while_one_types(desk_site: Site, open_page: OpenPage) -> None:
    page = open_page(desk_site, "/briefs/minecraft-modders")
    text = page.get_by_label("The brief, as YAML")
    good = text.input_value()
    expect(page.locator("#verdict")).to_contain_text("This is a brief")
    text.fill(good.replace("topics:", "topisc:"))
    expect(page.locator("#verdict")).to_contain_text("topisc")
    expect(page.locator("#verdict")).to_contain_text("topics")
    assert judge(page) == []
    text.fill(good.replace("languages: [Java, Kotlin]", "languages: [Java]"))
    expect(page.locator("#verdict")).to_contain_text("This is a brief")


def test_a_brief_is_saved_its_history_kept_and_nobody_overwrites_another(
    desk_site: Site, open_page: OpenPage, watches: list[Watch]
) -> None:
    mine, theirs = (open_page(desk_site, "/briefs/minecraft-modders") for _ in range(2))
    good = mine.get_by_label("The brief, as YAML").input_value()
    theirs.get_by_label("The brief, as YAML").fill(good.replace("[Java, Kotlin]", "[Kotlin]"))
    theirs.get_by_role("button", name="Save").click()
    expect(theirs.get_by_role("status").first).to_contain_text("Saved")
    for watch in watches:
        watch.expect("409")
    mine.get_by_label("The brief, as YAML").fill(good.replace("[Java, Kotlin]", "[Java]"))
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_role("alert")).to_contain_text("nothing was overwritten")
    expect(mine.get_by_label("The brief, as YAML")).to_have_value(re.compile(r"\[Java\]"))
    assert judge(mine) == []
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_role("status").first).to_contain_text("Saved")
    mine.goto("/briefs/minecraft-modders/history")
    expect(mine.get_by_role("heading", name=re.compile("^Version"))).to_have_count(2)
    mine.get_by_role("button", name="Restore version 1").click()
    mine.wait_for_url("**/briefs/minecraft-modders?saved=1")
    mine.goto("/briefs/minecraft-modders")
    expect(mine.get_by_label("The brief, as YAML")).to_have_value(re.compile(r"\[Kotlin\]"))


def test_a_brief_is_duplicated_under_another_name(desk_site: Site, open_page: OpenPage) -> None:
    page = open_page(desk_site, "/briefs")
    page.get_by_role("link", name="Duplicate rust-systems").click()
    text = page.get_by_label("The brief, as YAML")
    text.fill(re.sub(r"(?m)^name: .*$", "name: rust-elsewhere", text.input_value()))
    page.get_by_role("button", name="Save the new brief").click()
    page.wait_for_url("**/briefs/rust-elsewhere?saved=1")
    page.goto("/briefs")
    expect(page.get_by_role("link", name="rust-elsewhere", exact=True)).to_be_visible()


def asks(page: Page, login: str) -> str:
    """Object on the public page; the reference."""
    page.get_by_label("Your GitHub login").fill(login)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").first).to_contain_text("reference")
    return page.locator(".reference").first.inner_text()


@pytest.mark.parametrize("has_scripts", [True, False])
def test_somebody_objects_and_an_operator_settles_it(desk_site: Site, open_page: OpenPage, has_scripts: bool) -> None:
    leads = open_page(desk_site, "/leads?brief=minecraft-modders")
    who = leads.get_by_role("table", name="Leads").locator("[data-row-open]").first.inner_text()
    reference = asks(open_page(desk_site, "/privacy", has_scripts=has_scripts), who)
    page = open_page(desk_site, "/privacy/requests", has_scripts=has_scripts)
    page.get_by_role("link", name=reference).click()
    expect(page.get_by_text(re.compile("^Account [0-9]+ with"))).to_be_visible()
    page.get_by_role("button", name="Settle").click()
    expect(page.get_by_role("heading", name=re.compile("^Settled"))).to_be_visible()
    leads.reload()
    expect(leads.get_by_role("link", name=who, exact=True)).to_have_count(0)


def test_an_objection_without_a_login_is_told_what_is_missing(
    desk_site: Site, open_page: OpenPage, watches: list[Watch]
) -> None:
    page = open_page(desk_site, "/privacy")
    watches[0].expect("400", "422")
    page.get_by_label("Your GitHub login").fill("not a login!")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Your GitHub login")).to_have_value("not a login!")
    assert judge(page) == []


def test_a_key_is_made_shown_once_used_and_revoked(desk_site: Site, open_page: OpenPage) -> None:
    page = open_page(desk_site, "/keys")
    page.get_by_label("Name").fill("nightly report")
    page.get_by_role("checkbox", name=re.compile("^read")).check()
    page.get_by_role("button", name="Make a key").click()
    secret = page.get_by_label("The secret").input_value()
    assert judge(page) == []
    page.goto("/keys")
    assert secret not in page.content()
    page.get_by_role("button", name="Revoke nightly report").click()
    expect(page.get_by_text("revoked", exact=True)).to_be_visible()
    assert desk_site.parts.desk.keys.check(secret) is None
