"""What is changed by the API, and by whom: briefs, shortlists, roles, keys."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from tests.functional.api.asking import BRIEF, get, parts_of


def test_nobody_overwrites_what_somebody_else_saved(own: TestClient) -> None:
    address = f"/api/v1/briefs/{BRIEF}"
    before = own.get(address)
    assert before.headers["etag"] == '"v0"'
    changed = {"brief": before.json()["brief"] | {"topics": ["minecraft", "forge"]}, "note": "more"}
    assert own.put(address, json=changed).status_code == 428
    saved = own.put(address, json=changed, headers={"If-Match": before.headers["etag"]})
    assert (saved.status_code, saved.json()["version"]) == (200, 1), saved.text
    late = own.put(address, json={"text": before.json()["text"]}, headers={"If-Match": before.headers["etag"]})
    assert late.status_code == 412
    assert "operator saved version 1" in late.json()["detail"]
    assert own.get(address, headers={"If-None-Match": saved.headers["etag"]}).status_code == 304
    other = own.put("/api/v1/briefs/another", json=changed, headers={"If-None-Match": "*"})
    assert other.status_code == 422
    assert own.delete(address, headers={"If-Match": '"v0"'}).status_code == 412
    assert own.delete(address, headers={"If-Match": '"v1"'}).status_code == 204
    assert own.get(address).json()["version"] == 0


def test_a_developer_goes_through_a_shortlist(own: TestClient) -> None:
    login = get(own, f"/leads?brief={BRIEF}&limit=1")["leads"][0]["login"]
    made = own.post("/api/v1/shortlists", json={"name": "autumn"})
    assert made.status_code == 201
    address = made.headers["location"]
    assert own.post(f"{address}/entries", json={"logins": [login, "nobody-here"], "brief": BRIEF}).json() == {
        "added": 1, "present": 0, "unknown": ["nobody-here"],
    }  # fmt: skip
    entry = own.get(f"{address}/entries").json()["entries"][0]
    assert entry["score"] > 0
    one = f"{address}/entries/{entry['github_id']}"
    assert own.post(f"{one}/notes", json={"text": "wrote the renderer"}).status_code == 201
    parts_of(own).desk.shortlists.tag(int(address.rsplit("/")[-1]), entry["github_id"], ["renderer"], actor="somebody")
    assert own.get(one).json()["tags"] == ["renderer"]
    assert own.patch(one, json={"stage": "contacted"}).json()["stage"] == "contacted"
    assert own.patch(one, json={"stage": "passed"}).status_code == 400
    decided = own.put(f"{one}/decision", json={"decision": "maybe", "reason": "in spring"}).json()
    assert [note["text"] for note in decided["notes"]] == ["wrote the renderer"]
    assert decided["history"][0]["to_stage"] == "contacted"
    assert own.get(f"{one}/notes").json()["notes"][0]["actor"] == "operator"
    assert login not in own.get(f"/api/v1/leads?brief={BRIEF}&limit=500").text  # the team waits
    assert login in own.get(f"/api/v1/leads?brief={BRIEF}&limit=500&contacted=1").text
    assert own.patch(address, json={"is_archived": True}).json()["is_archived"] is True
    assert own.patch(one, json={"stage": "replied"}).status_code == 400
    assert own.patch(address, json={"is_archived": False, "name": "winter"}).json()["name"] == "winter"
    assert own.delete(one).status_code == 204
    assert own.get(one).status_code == 404


def test_a_shortlist_is_a_file_without_those_who_said_no(own: TestClient) -> None:
    first, second, third = (one["login"] for one in get(own, f"/leads?brief={BRIEF}&limit=3")["leads"])
    address = own.post("/api/v1/shortlists", json={"name": "autumn"}).headers["location"] + "/entries"
    own.post(address, json={"logins": [first, second, third], "brief": BRIEF})
    number = own.get(address).json()["entries"][0]["github_id"]
    own.post(f"{address}/{number}/notes", json={"text": "=1+1"})
    own.post("/api/v1/suppressions", json={"login": second, "reason": "asked"})
    text = own.get(address, headers={"Accept": "text/csv"})
    assert text.headers["content-disposition"] == 'attachment; filename="shortlist-1.csv"'
    rows = list(csv.DictReader(io.StringIO(text.text)))
    assert [row["login"] for row in rows] == [first, third]
    assert {row["shortlist"] for row in rows} == {"autumn"}
    assert "=1+1" in rows[0]["notes"]
    table = pq.read_table(io.BytesIO(own.get(f"{address}?format=parquet").content))
    assert table["login"].to_pylist() == [first, third]
    part = own.get(f"{address}?format=csv&limit=1")
    assert next(iter(csv.DictReader(io.StringIO(part.text))))["login"] == first
    assert f"<{address}?format=csv&limit=1&cursor=" in part.headers["link"]
    told = [line.detail for line in parts_of(own).desk.audit.list(10, action="export")]
    assert len(told) == 3
    assert all(
        detail.startswith(("2 developers of shortlist 1 as", "1 developers of shortlist 1 as")) for detail in told
    )
    assert [one["login"] for one in own.get(address).json()["entries"]] == [first, third]


def test_a_key_opens_what_its_scopes_say(guarded: TestClient) -> None:
    assert guarded.get("/api/v1/status").status_code == 401

    def call(scope: str, method: str, path: str, **options: Any) -> httpx.Response:
        _, secret = parts_of(guarded).desk.keys.create(f"{scope} {path}", [scope], actor="tests")
        headers = {"Authorization": f"Bearer {secret}"}
        return guarded.request(method, f"/api/v1{path}", headers=headers, **options)

    leads = f"/leads?brief={BRIEF}&limit=2"
    assert call("read", "GET", leads).status_code == 200
    assert call("read", "GET", f"{leads}&format=csv").status_code == 403
    assert call("export", "GET", f"{leads}&format=csv").status_code == 200
    assert call("read", "POST", "/shortlists", json={"name": "x"}).status_code == 403
    assert call("write", "POST", "/shortlists", json={"name": "x"}).status_code == 201
    assert call("read", "GET", "/shortlists/1/entries").status_code == 200
    assert call("write", "GET", "/shortlists/1/entries?format=csv").status_code == 403
    assert call("export", "GET", "/shortlists/1/entries?format=csv").status_code == 200
    bad = guarded.get("/api/v1/status", headers={"Authorization": "Bearer ts_nothing"})
    assert (bad.status_code, bad.headers["content-type"]) == (401, "application/problem+json")


def test_a_visitor_who_wants_the_pages_of_the_api_is_led_to_sign_in(guarded: TestClient) -> None:
    for path in ("/api/docs", "/api/try", "/keys"):
        answer = guarded.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path.replace('/', '%2F')}")
    assert guarded.get("/openapi.json").status_code == 401
    assert guarded.get("/api/v1/nothing").headers["content-type"] == "application/problem+json"


def test_a_reader_reads_and_changes_nothing(guarded: TestClient) -> None:
    guarded.headers["x-test-role"] = "reader"
    assert guarded.get("/api/v1/companies").status_code == 200
    assert guarded.post("/api/v1/leads", json={"topics": ["minecraft"]}).status_code == 200
    assert guarded.get(f"/api/v1/leads?brief={BRIEF}&format=csv").status_code == 403
    assert guarded.post("/api/v1/suppressions", json={"login": "x", "reason": "y"}).status_code == 403
    assert guarded.put(f"/api/v1/briefs/{BRIEF}", json={}, headers={"If-Match": '"v0"'}).status_code == 403
    assert guarded.get("/keys").status_code == 403


def test_a_key_is_made_shown_once_and_revoked(guarded: TestClient) -> None:
    guarded.headers["x-test-role"] = "recruiter"
    made = guarded.post("/keys", data={"name": "<b>report</b>", "scopes": ["read", "export"], "days": "30"})
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    assert "&lt;b&gt;report&lt;/b&gt;" in made.text
    secret = next(word for word in made.text.replace('"', " ").split() if word.startswith("ts_") and len(word) > 40)
    del guarded.headers["x-test-role"]
    assert guarded.get("/api/v1/status", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    guarded.headers["x-test-role"] = "recruiter"
    assert secret not in guarded.get("/keys").text
    (record,) = parts_of(guarded).desk.keys.list()
    assert guarded.post(f"/keys/{record.key_id}/revoke").status_code == 303
    del guarded.headers["x-test-role"]
    assert guarded.get("/api/v1/status", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


@pytest.mark.parametrize(
    "form",
    [
        {"name": "", "scopes": ["read"]},
        {"name": "x"},
        {"name": "x", "scopes": ["everything"]},
        {"name": "x", "scopes": ["operate"]},
        {"name": "x", "scopes": ["read"], "days": "0"},
        {"name": "x", "scopes": ["read"], "days": "9" * 90},
        {"name": "x\x00y", "scopes": ["read"]},
    ],
)
def test_a_key_that_cannot_be_made_is_explained_with_what_was_typed(guarded: TestClient, form: dict[str, Any]) -> None:
    guarded.headers["x-test-role"] = "recruiter"
    answer = guarded.post("/keys", data=form)
    assert answer.status_code == 400
    assert "No key was made." in answer.text
    assert parts_of(guarded).desk.keys.list() == ()


def test_a_recruiter_cannot_close_the_key_of_somebody_else(guarded: TestClient) -> None:
    record, _ = parts_of(guarded).desk.keys.create("theirs", ["read"], actor="somebody else")
    guarded.headers["x-test-role"] = "recruiter"
    assert guarded.post(f"/keys/{record.key_id}/revoke").status_code == 403
    assert "theirs" not in guarded.get("/keys").text
    guarded.headers["x-test-role"] = "operator"
    assert guarded.post(f"/keys/{record.key_id}/revoke").status_code == 303
