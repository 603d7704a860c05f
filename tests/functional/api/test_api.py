"""The API over a published world: leads, developers, files, pages, tags, and who is never shown."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from tests.api_world import publish_again, published_home
from tests.functional.api.asking import BRIEF, LONG_AGO, follow, get, parts_of, running_over
from tests.functional.places import copy_home

from talentscope.scoring.brief import find_brief


@pytest.mark.parametrize(
    ("path", "rows", "key", "limit"),
    [
        (f"/leads?brief={BRIEF}", "leads", "rank", 7),
        (f"/leads?brief={BRIEF}&sort=login&dir=desc", "leads", "login", 9),
        ("/companies?sort=employees", "companies", "company_id", 5),
        ("/companies/nvidia/days", "days", "day", 50),
        (f"/company-days?to={LONG_AGO}", "days", "company_id", 700),
        ("/runs", "runs", "run_id", 1),
    ],
)
def test_pages_put_together_are_the_whole(read_only: TestClient, path: str, rows: str, key: str, limit: int) -> None:
    mark = "&" if "?" in path else "?"
    whole = follow(read_only, path if rows == "runs" else f"{path}{mark}limit=1000", rows)
    paged = follow(read_only, f"{path}{mark}limit={limit}", rows)
    assert len(whole) > limit
    assert paged == whole
    if key == "rank":
        assert [row["rank"] for row in paged] == list(range(1, len(paged) + 1))


def test_the_address_of_the_page_asks_the_api_the_same(read_only: TestClient) -> None:
    query = f"brief={BRIEF}&language=Java&contact=none&stars_max=&w_recency=9&sort=recency&page=2&contacted=1&open=x"
    assert read_only.get(f"/leads?{query}").status_code == 200
    second = get(read_only, f"/leads?{query}")
    first = get(read_only, f"/leads?{query.replace('page=2', 'page=1')}")
    assert second["total"] == first["total"]
    assert {lead["login"] for lead in second["leads"]}.isdisjoint(lead["login"] for lead in first["leads"])


def test_a_brief_in_the_body_gives_what_the_saved_one_gives(read_only: TestClient) -> None:
    brief = find_brief(BRIEF).model_dump(mode="json")
    answer = read_only.post("/api/v1/leads?limit=20", json=brief)
    saved = get(read_only, f"/leads?brief={BRIEF}&limit=20")
    assert answer.json()["leads"] == saved["leads"]
    following = read_only.post(answer.json()["next"], json=brief)
    assert following.json()["leads"][0]["rank"] == 21
    other = read_only.post(answer.json()["next"], json=brief | {"weights": {"reach": 5}})
    assert other.status_code == 400
    assert "another question" in other.json()["detail"]


def test_a_brief_that_is_none_names_the_key(read_only: TestClient) -> None:
    answer = read_only.post("/api/v1/leads", json={"topics": ["minecraft"], "repository": {"star": {"min": 3}}})
    assert answer.status_code == 422
    assert "repository.star" in answer.json()["detail"]
    assert "did you mean stars?" in answer.json()["way_out"]


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/leads", 422, "name of a brief"),
        ("/leads?brief=nobody-wrote-this", 422, "nobody-wrote-this"),
        ("/leads?brief=../../etc/passwd", 422, "name of a brief"),
        (f"/leads?brief={BRIEF}&lnguage=Java", 422, "lnguage"),
        (f"/leads?brief={BRIEF}&stars_min=many", 400, "stars"),
        (f"/leads?brief={BRIEF}&limit=0", 422, "limit"),
        (f"/leads?brief={BRIEF}&limit=5&limit=6", 422, "one value"),
        (f"/leads?brief={BRIEF}&cursor=AAAA", 400, "no cursor of ours"),
        (f"/leads?brief={BRIEF}&format=pdf", 422, "format"),
        ("/companies?sort=beauty", 400, "beauty"),
        ("/companies?min_value=nan", 422, "min_value"),
        ("/companies?sector=Astrology", 400, "Astrology"),
        ("/companies/nvidiaa", 404, "nvidiaa"),
        ("/companies?format=parquet&complete=maybe", 422, "complete"),
        ("/company-days?from=2026-13-01", 422, "from"),
        ("/company-days?from=2026-02-01&to=2026-01-01", 400, "from <= to"),
        ("/topics/not!a!topic", 400, "topic"),
        ("/runs/none", 404, "none"),
        ("/shortlists/999", 404, "999"),
        ("/shortlists/99999999999999999999", 422, "shortlist_id"),
        ("/briefs/none", 404, "none"),
        ("/nothing", 404, "no such"),
        ("/status?format=csv", 422, "format"),
    ],
)
def test_a_mistake_is_told_as_a_problem(read_only: TestClient, path: str, status: int, told: str) -> None:
    problem = get(read_only, path, status)
    assert told in problem["detail"]
    assert problem["title"]


def test_the_page_of_the_api_tells_every_call_and_needs_no_script(read_only: TestClient) -> None:
    document = read_only.get("/openapi.json").json()
    page = read_only.get("/api/docs").text
    names = [call["operationId"] for path in document["paths"].values() for call in path.values()]
    assert len(names) == len(set(names)) > 25
    assert [name for name in names if f'id="{name}"' not in page] == []
    assert "swagger" not in page
    assert "swagger-ui" in read_only.get("/api/try").text


def test_a_method_that_is_not_taken_is_a_problem(read_only: TestClient) -> None:
    answer = read_only.patch("/api/v1/companies")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["allow"] == "GET"


def test_what_the_client_has_is_not_sent_again(own: TestClient) -> None:
    address = f"/api/v1/leads?brief={BRIEF}&limit=3"
    first = own.get(address)
    assert first.headers["last-modified"].endswith("GMT")
    again = own.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = own.get(f"{address}&sort=login", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    lead = first.json()["leads"][0]
    parts_of(own).desk.suppress(github_id=lead["github_id"], reason="asked", actor="tests")
    changed = own.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert lead["login"] not in changed.text


def test_who_said_no_is_nowhere_and_is_answered_as_one_never_met(own: TestClient) -> None:
    lead = get(own, f"/leads?brief={BRIEF}&limit=1")["leads"][0]
    login = lead["login"]
    assert get(own, f"/developers/{login.upper()}?brief={BRIEF}")["lead"]["rank"] == 1
    made = own.post("/api/v1/suppressions", json={"login": f"@{login}", "reason": "asked by mail"})
    assert (made.status_code, made.json()) == (201, {"deleted": 0})
    said = get(own, f"/developers/{login}?brief={BRIEF}", 404)
    unknown = get(own, f"/developers/never-met-{login}?brief={BRIEF}", 404)
    assert said["detail"].replace(login, "X") == unknown["detail"].replace(f"never-met-{login}", "X")
    assert {key: said[key] for key in said if key != "detail"} == {key: unknown[key] for key in said if key != "detail"}
    for form in ("json", "csv"):
        assert login not in own.get(f"/api/v1/leads?brief={BRIEF}&format={form}&limit=500").text
    assert get(own, f"/leads?brief={BRIEF}&q={login}")["total"] == 0
    number = own.post("/api/v1/shortlists", json={"name": "one"}).json()["shortlist_id"]
    added = own.post(f"/api/v1/shortlists/{number}/entries", json={"logins": [login]}).json()
    assert added == {"added": 0, "present": 0, "unknown": [login]}


def test_nobody_is_missed_or_met_twice_when_somebody_says_no_between_pages(own: TestClient) -> None:
    everybody = [lead["login"] for lead in follow(own, f"/leads?brief={BRIEF}&limit=500", "leads")]
    first = get(own, f"/leads?brief={BRIEF}&limit=10")
    for gone in (everybody[2], everybody[9], everybody[10]):  # one seen, the last one seen, the next one
        own.post("/api/v1/suppressions", json={"login": gone, "reason": "asked"})
    second = own.get(first["next"]).json()
    assert [lead["login"] for lead in second["leads"]] == everybody[11:21]


def test_a_cursor_of_a_former_snapshot_is_a_conflict_with_a_way_out(home: Path, own: TestClient) -> None:
    following = get(own, f"/leads?brief={BRIEF}&limit=5")["next"]
    publish_again(home)
    parts_of(own).reader._checked_at = None  # the reader looks for a newer one once a second
    answer = own.get(following)
    assert answer.status_code == 409, answer.text
    assert "without a cursor" in answer.json()["way_out"]


def test_files_hold_the_same_leads_with_their_stamp(own: TestClient) -> None:
    leads = get(own, f"/leads?brief={BRIEF}&limit=500")["leads"]
    address = f"/api/v1/leads?brief={BRIEF}&purpose=a%20test"
    text = own.get(address, headers={"Accept": "text/csv"})
    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    assert text.headers["content-disposition"] == f'attachment; filename="{BRIEF}.csv"'
    rows = list(csv.DictReader(io.StringIO(text.text)))
    table = pq.read_table(io.BytesIO(own.get(f"{address}&format=parquet").content)).to_pylist()
    assert [row["login"] for row in rows] == [row["login"] for row in table] == [lead["login"] for lead in leads]
    assert {row["purpose"] for row in rows} == {row["purpose"] for row in table} == {"a test"}
    assert {row["query"] for row in rows} == {""}, "the brief as it is saved"
    narrowed = own.get(f"{address}&followers_min=1&sort=followers&format=parquet").content
    assert {row["query"] for row in pq.read_table(io.BytesIO(narrowed)).to_pylist()} == {
        f"brief={BRIEF}&followers_min=1&sort=followers"
    }
    assert own.get(f"{address}&format=xlsx").content.startswith(b"PK")
    told = [line for line in parts_of(own).desk.audit.list(limit=10) if line.action == "export"]
    assert len(told) == 4
    assert all("a test" in line.detail for line in told)


def test_files_come_in_pages_too(read_only: TestClient) -> None:
    answer = read_only.get("/api/v1/company-days?format=csv&limit=1000")
    assert answer.headers["link"].startswith("</api/v1/company-days?format=csv&limit=1000&cursor=")
    assert answer.text.count("\r\n") == 1001


def test_no_cell_of_a_file_is_a_formula(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    hostile = published_home(tmp_path_factory, request.config).with_name("hostile")
    for running in running_over(copy_home(hostile, tmp_path / "hostile")):
        everybody = f"/api/v1/leads?brief={BRIEF}&contact=none&language="
        for address in (everybody, "/api/v1/companies", "/api/v1/company-days?limit=900"):
            text = running.get(address, headers={"Accept": "text/csv"})
            assert text.status_code == 200
            cells = [cell for row in csv.reader(io.StringIO(text.text)) for cell in row]
            assert cells
            dangerous = [cell for cell in cells if cell.startswith(("=", "@", "\t", "\r")) or cell[:2] in {"+c", "-c"}]
            assert dangerous == []
            assert running.get(address).status_code == 200


def test_a_developer_is_told_with_the_source_of_each_field(read_only: TestClient) -> None:
    login = get(read_only, f"/leads?brief={BRIEF}&limit=1")["leads"][0]["login"]
    told = get(read_only, f"/developers/{login}?brief={BRIEF}")
    field = told["profile"]["followers"]
    assert set(field) == {"value", "source", "read_at", "expires_at"}
    assert field["source"].endswith(f"/{login}")
    assert field["read_at"] < field["expires_at"]
    assert told["exclusion"] is None
    assert told["lead"]["login"] == login
    other = get(read_only, f"/developers/{login}?brief=machine-learning-python")
    assert other["lead"] is None
    assert other["exclusion"]["rule"] == "no_match"
