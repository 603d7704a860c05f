"""The page of one developer and the comparison: every figure with its reason and source, every view in the audit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from tests.functional.leads_site import LeadsSite, leads_site, logins, text_of, total
from tests.functional.stage import Program

from talentscope.desk.shortlist import Candidate
from talentscope.warehouse.snapshot import find_snapshot


@pytest.fixture
def site(copied: Program) -> Iterator[LeadsSite]:
    made = leads_site(copied.home)
    yield made
    made.parts.desk.close()


def test_the_score_is_the_one_of_the_list_and_is_told_in_parts(site: LeadsSite) -> None:
    leads = site.page()
    link = leads.css("[data-row-open]")[3]
    page = site.page(link.attributes["href"] or "")
    assert text_of(page, "h1") == link.text()
    assert text_of(page, ".big-score b") == leads.css("a.why b")[3].text()
    assert text_of(page, ".rank-of") == f"4of {total(leads):,}"
    points = [float(node.text()) for node in page.css("table.parts td.pts b")][:7]
    assert sum(points) == pytest.approx(float(text_of(page, ".big-score b")), abs=0.4)
    assert page.css(".evidence tbody tr"), "repositories are the evidence"


def test_a_rank_is_told_among_those_whom_the_list_counts(site: LeadsSite) -> None:
    first, second = logins(site.page())[:2]
    room = site.parts.desk.shortlists
    number = room.create("Modders", actor="ann")
    room.add(number, [Candidate(site.ids()[first], first, 50.0)], actor="ann")
    room.move(number, site.ids()[first], "contacted", actor="ann")
    listed = total(site.page())
    assert text_of(site.page(f"/developers/{second}?brief=everything"), ".rank-of") == f"1of {listed:,}"
    contacted = site.page(f"/developers/{first}?brief=everything")
    assert text_of(contacted, ".rank-of") == f"1of {listed + 1:,}", "as if nobody had written to them"
    both = site.page(f"/compare?brief=everything&login={first}&login={second}")
    assert f"{listed:,} leads in all" in text_of(both, ".page-sub")


def test_a_changed_brief_is_kept_on_the_way_to_a_person_and_back(site: LeadsSite) -> None:
    leads = site.page("/leads?brief=everything&w_reach=9&sort=stars&q=a")
    page = site.page(leads.css_first("[data-row-open]").attributes["href"] or "")  # type: ignore[union-attr]
    assert "changed" in text_of(page, "#t-score")
    back = page.css_first(".actions a")
    assert back is not None
    assert back.attributes["href"] == "/leads?brief=everything&w_reach=9"


def test_each_personal_field_has_its_source_and_its_end(site: LeadsSite) -> None:
    login = logins(site.page("/leads?brief=everything&contact=email"))[0]
    page = site.page(f"/developers/{login}?brief=everything")
    rows = {row.css_first("th").text(): row for row in page.css(".held tbody tr")}  # type: ignore[union-attr]
    assert set(rows) == {"Name", "E-mail", "Website", "Handle", "Place", "Employer", "Bio", "Followers"}
    mail = rows["E-mail"]
    assert (mail.css_first("a").attributes["href"] or "").startswith("mailto:")  # type: ignore[union-attr]
    source = mail.css("a")[1].attributes
    assert (source["href"] or "").endswith(f"/{login}")
    assert "UTC" in (source["aria-label"] or "")
    for row in rows.values():
        is_told = any("UTC" in (link.attributes.get("aria-label") or "") for link in row.css("a"))
        assert is_told != ("not published" in row.text())


def employ(home: Path, *statements: str) -> str:
    """Somebody's login, who works for NVIDIA from now on; statements change the snapshot further."""
    path = find_snapshot(home)
    assert path is not None
    with duckdb.connect(str(path)) as snapshot:
        row = snapshot.execute(
            "UPDATE developers SET employer_company_id = 'nvidia', employer_confidence = 'high',"
            " employer_evidence = 'its alias is in the profile' WHERE github_id = (SELECT min(github_id)"
            " FROM developers WHERE is_profile_known AND excluded_rule IS NULL) RETURNING login"
        ).fetchone()
        assert row is not None
        for statement in statements:
            snapshot.execute(statement)
    return str(row[0])


def test_the_employer_is_shown_with_its_figures(copied: Program) -> None:
    login = employ(
        copied.home,
        "INSERT INTO companies (company_id, name, day, market_value_usd, employees, open_offers,"
        " withheld_value_per_employee) VALUES ('nvidia', 'x', DATE '2026-11-20', 2e9, 1000, 17, 'too old')",
    )
    site = leads_site(copied.home)
    card = site.page(f"/developers/{login}?brief=everything").css_first(".employer-card")
    site.parts.desk.close()
    assert card is not None
    assert card.css("a")[0].attributes["href"] == "/companies/nvidia"
    figures = {item.css("dt")[0].text(): item.css("dd")[0].text() for item in card.css(".employer-figures div")}
    assert figures == {
        "Market value": "$2.00B",
        "Head-count": "1,000",
        "Value per employee": "withheld",
        "Open offers": "17",
        "Sentiment": "withheld",
    }
    assert "As of 2026-11-20" in card.text()


def test_an_employer_without_figures_is_shown_all_the_same(copied: Program) -> None:
    login = employ(copied.home)
    site = leads_site(copied.home)
    card = site.page(f"/developers/{login}?brief=everything").css_first(".employer-card")
    site.parts.desk.close()
    assert card is not None
    assert card.css("a")[0].attributes["href"] == "/companies/nvidia"
    assert not card.css(".employer-figures")


def test_every_view_of_a_person_is_in_the_audit(site: LeadsSite) -> None:
    first, second = logins(site.page())[:2]
    site.page(f"/developers/{first}?brief=everything")
    assert site.audit("view") == ["developer, for everything"]
    site.page(f"/compare?brief=everything&login={first}&login={second}")
    assert site.audit("view") == ["compare, for everything"] * 2 + ["developer, for everything"]


def test_who_is_no_lead_is_told_why(site: LeadsSite) -> None:
    with site.parts.reader.read() as reading:
        row = reading.connection.execute(
            "SELECT login, excluded_reason FROM developers WHERE excluded_rule = 'organisation' LIMIT 1"
        ).fetchone()
    assert row is not None
    page = site.page(f"/developers/{row[0]}?brief=everything")
    assert text_of(page, "#t-why-not").startswith("No lead for")
    assert row[1] in text_of(page, "section.card")
    login = logins(site.page())[0]
    narrowed = site.page(f"/developers/{login}?brief=everything&stars_min=99999999")
    assert "none passes the brief's repository filters" in text_of(narrowed, "section.card")


def test_other_briefs_come_after_the_page(site: LeadsSite) -> None:
    login = logins(site.page())[0]
    answer = site.part(f"/developers/{login}/briefs")
    assert "<html" not in answer.text
    assert "minecraft" in answer.text.lower()
    assert "rank 1" in answer.text
    assert "<html" in site.get(f"/developers/{login}/briefs").text, "whole without a script"


@pytest.mark.parametrize("login", ["nobody-of-that-name", "%3Cscript%3E", "a" * 300, "..%2f..%2fetc"])
def test_somebody_never_met_is_not_here(site: LeadsSite, login: str) -> None:
    answer = site.get(f"/developers/{login}?brief=everything")
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_two_to_four_stand_side_by_side(site: LeadsSite) -> None:
    some = logins(site.page())[:4]
    page = site.page("/compare?brief=everything&" + "&".join(f"login={login}" for login in some))
    assert [node.text() for node in page.css(".compare-name")] == some
    assert len(page.css(".compare-cell")) == 7 * 4
    less = page.css_first(".compare thead .chip-x")
    assert less is not None
    assert len(site.page(less.attributes["href"] or "").css(".compare-name")) == 3


def test_a_form_leads_to_a_short_address(site: LeadsSite) -> None:
    first, second = logins(site.page())[:2]
    form = f"/compare?query=brief%3Deverything%26stars_min%3D3&shortlist=&name=&login={first}&login={second}"
    answer = site.get(form)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/compare?brief=everything&stars_min=3&login={first}&login={second}"


def test_one_or_five_cannot_be_compared(site: LeadsSite) -> None:
    some = logins(site.page())[:5]
    for chosen in ([], some[:1], some, [some[0], some[0].upper()]):
        answer = site.get("/compare?brief=everything" + "".join(f"&login={login}" for login in chosen))
        assert answer.status_code == 400, chosen
    assert site.get(f"/compare?brief=everything&login={some[0]}&login=nobody-of-that-name").status_code == 404
