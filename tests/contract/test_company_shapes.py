"""The sandbox's company upstreams beside recordings of the real ones (shared/data/companies), or beside schemas of what
they document (shapes/)."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
from tests.contract.conftest import NOW
from tests.employers import INVENTED
from websockets.sync.client import connect

from talentscope.sandbox.limits import UNLIMITED
from talentscope.sandbox.server import Running, WorldSettings, start

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("TALENTSCOPE_TEST_DATA") or ROOT.parent / "shared" / "data") / "companies"  # noqa: TID251
SHAPES = Path(__file__).parent / "shapes"
QUESTION = {"appliedFacets": {}, "limit": 20, "offset": 0, "searchText": ""}
SPARQL = """SELECT DISTINCT ?item ?label ?cik ?website ?employees ?asOf WHERE {
  { VALUES ?known { "0000777001" "777001" } ?item wdt:P5531 ?known . } UNION { VALUES ?item { wd:Q990002 } } }"""


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with start(WorldSettings(scale=100, seed=7, now=NOW), limits=UNLIMITED, employers=INVENTED) as sandbox:
        yield sandbox


def ask(running: Running, setting: str, path: str, **params: Any) -> Any:
    answer = httpx.get(running.upstreams()[f"TALENTSCOPE_{setting}_URL"] + path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def broken(body: Any, shape: str) -> list[str]:
    schema = json.loads((SHAPES / f"{shape}.json").read_text())
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    return [f"{list(error.instance_path)}: {error.message[:200]}" for error in validator.iter_errors(body)]


def recorded(name: str) -> Any:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"no recording at {path}: set TALENTSCOPE_TEST_DATA to the folder of the test data")
    with gzip.open(path, "rt") as file:
        return [json.loads(line) for line in file] if ".jsonl" in name else json.load(file)


def kinds(values: Iterable[Any], path: str = "") -> dict[str, set[str]]:
    """Every path in bodies, and the JSON types that stand there."""
    found: dict[str, set[str]] = {}
    for value in values:
        inside: dict[str, set[str]] = {path: {type(value).__name__}}
        if isinstance(value, dict):
            for key, item in value.items():
                inside |= kinds([item], f"{path}.{key}")
        elif isinstance(value, list):
            inside |= kinds(value, f"{path}[]")
        for where, names in inside.items():
            found.setdefault(where, set()).update(names)
    return found


def differences(theirs: list[Any], ours: list[Any]) -> list[str]:
    """Fields that one has and the other has not, and fields with other types; null is of any type."""
    real, played = kinds(theirs), kinds(ours)
    different = [f"only the real one has {path}" for path in real.keys() - played.keys()]
    different += [f"only the sandbox has {path}" for path in played.keys() - real.keys()]
    for path in real.keys() & played.keys():
        told, known = played[path] - {"NoneType"}, real[path] - {"NoneType"}
        if told and known and not told <= known:
            different.append(f"{path}: {sorted(known)} there, {sorted(told)} here")
    return sorted(different)


def test_a_greenhouse_board_is_as_recorded(running: Running) -> None:
    theirs = recorded("ats/greenhouse-gitlab.json.gz")
    ours = ask(running, "GREENHOUSE", "/v1/boards/acme/jobs", content="true")
    assert len(ours["jobs"]) == ours["meta"]["total"] > 50
    assert differences([theirs], [ours]) == []


def test_a_greenhouse_board_without_content_lacks_what_only_content_brings(running: Running) -> None:
    whole = ask(running, "GREENHOUSE", "/v1/boards/acme/jobs", content="true")
    short = ask(running, "GREENHOUSE", "/v1/boards/acme/jobs")
    lacking = set(whole["jobs"][0]) - set(short["jobs"][0])
    assert {"content", "departments", "offices"} <= lacking
    assert [job["id"] for job in short["jobs"]] == [job["id"] for job in whole["jobs"]]


def test_a_lever_site_is_as_recorded(running: Running) -> None:
    theirs = recorded("ats/lever-matchgroup.json.gz")
    ours = ask(running, "LEVER", "/v0/postings/boltworks", mode="json")
    assert len(ours) > 10
    assert differences(theirs, ours) == []


def test_an_ashby_board_is_as_recorded(running: Running) -> None:
    theirs = recorded("ats/ashby-linear.json.gz")
    ours = ask(running, "ASHBY", "/posting-api/job-board/acme", includeCompensation="true")
    played = [{**job, "secondaryLocations": [], "address": None} for job in ours["jobs"]]
    assert len(ours["jobs"]) > 10
    # Recorded are two jobs with no second place, and addresses with a country only.
    theirs["jobs"] = [{**job, "address": None} for job in theirs["jobs"]]
    assert differences([theirs], [{**ours, "jobs": played}]) == []


def test_a_row_of_the_screener_is_as_recorded(running: Running) -> None:
    theirs = recorded("us-listed-2025-08-08.jsonl.gz")
    for row in theirs:
        del row["exchange"]  # those who recorded it added that
    ours = ask(running, "NASDAQ", "/api/screener/stocks", tableonly="true", download="true")["data"]["rows"]
    assert len(ours) > 300
    assert differences(theirs, ours) == []
    assert any(row["marketCap"] in {"", "0.00"} for row in ours)


def test_the_list_of_tickers_is_as_recorded(running: Running) -> None:
    theirs = recorded("sec-company-tickers.json.gz")
    ours = ask(running, "SEC", "/files/company_tickers.json")
    assert list(ours)[:2] == ["0", "1"]  # recorded without these numbers
    assert differences(theirs, list(ours.values())) == []


@pytest.mark.parametrize(
    ("shape", "setting", "path", "params"),
    [
        ("sec-tickers-exchange", "SEC", "/files/company_tickers_exchange.json", {}),
        ("sec-submissions", "SEC_DATA", "/submissions/CIK0000777001.json", {}),
        ("sec-submissions", "SEC_DATA", "/submissions/CIK0000777005.json", {}),
        (
            "sec-concept",
            "SEC_DATA",
            "/api/xbrl/companyconcept/CIK0000777001/dei/EntityCommonStockSharesOutstanding.json",
            {},
        ),
        ("sec-frame", "SEC_DATA", "/api/xbrl/frames/dei/EntityCommonStockSharesOutstanding/shares/CY2026Q3I.json", {}),
        ("wikidata", "WIKIDATA", "/sparql", {"query": SPARQL, "format": "json"}),
        ("nasdaq", "NASDAQ", "/api/screener/stocks", {"tableonly": "true", "download": "true"}),
        ("fmp-profile", "FMP", "/stable/profile", {"symbol": "ACMW", "apikey": "key"}),
        ("fmp-employees", "FMP", "/stable/historical-employee-count", {"symbol": "ACMW", "apikey": "key"}),
        ("workable", "WORKABLE", "/api/v1/widget/accounts/deltaloom", {}),
        ("hackernews", "HACKERNEWS", "/api/v1/search_by_date", {"tags": "(story,comment)", "hitsPerPage": 500}),
        ("gdelt-timeline", "GDELT", "/api/v2/doc/doc", {"query": '"Boltworks"', "mode": "timelinetone"}),
        ("gdelt-timeline", "GDELT", "/api/v2/doc/doc", {"query": '"Boltworks"', "mode": "timelinevolraw"}),
        ("gdelt-artlist", "GDELT", "/api/v2/doc/doc", {"query": '"Boltworks"', "mode": "artlist"}),
    ],
)
def test_an_answer_is_as_documented(
    running: Running, shape: str, setting: str, path: str, params: dict[str, Any]
) -> None:
    body = ask(running, setting, path, **params)
    assert broken(body, shape) == []
    assert body
    assert broken({"error": "Forbidden"}, shape)  # a schema that takes anything proves nothing


def test_a_workday_search_is_as_documented(running: Running) -> None:
    base = running.upstreams()["TALENTSCOPE_WORKDAY_URL"].format(tenant="cosmo", pod="wd5")
    for offset in (0, 20):
        body = httpx.post(f"{base}/wday/cxs/cosmo/Careers/jobs", json=QUESTION | {"offset": offset}).json()
        assert broken(body, "workday") == []
        assert len(body["jobPostings"]) == 20
    assert broken({"total": 3}, "workday")


def test_reddit_answers_as_documented(running: Running) -> None:
    base = running.upstreams()["TALENTSCOPE_REDDIT_URL"]
    token = httpx.post(
        f"{base}/api/v1/access_token", data={"grant_type": "client_credentials"}, auth=("id", "secret")
    ).json()
    assert broken(token, "reddit-token") == []
    headers = {"Authorization": f"bearer {token['access_token']}"}
    found = httpx.get(f"{base}/r/technology/search", params={"q": '"Acme"', "t": "week"}, headers=headers).json()
    assert broken(found, "reddit-listing") == []
    assert found["data"]["children"]


def test_messages_of_the_stream_are_as_documented(running: Running) -> None:
    cursor = int((NOW - timedelta(hours=2)).timestamp()) * 1_000_000
    seen: dict[str, int] = {}
    with connect(f"{running.upstreams()['TALENTSCOPE_BLUESKY_URL']}/subscribe?cursor={cursor}", close_timeout=1) as ws:
        for _ in range(2_000):
            message = json.loads(ws.recv(timeout=10))
            assert broken_quickly(message) == []
            kind = message["kind"] if message["kind"] != "commit" else message["commit"]["operation"]
            seen[kind] = seen.get(kind, 0) + 1
    assert set(seen) >= {"create", "update", "delete", "identity", "account"}


STREAM = jsonschema_rs.validator_for(json.loads((SHAPES / "bluesky.json").read_text()), validate_formats=True)


def broken_quickly(message: Any) -> list[str]:
    return [error.message[:200] for error in STREAM.iter_errors(message)]


def test_every_shape_is_used() -> None:
    text = Path(__file__).read_text()
    assert {path.stem for path in SHAPES.glob("*.json") if f'"{path.stem}' not in text} == set()
