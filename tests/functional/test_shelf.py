"""Static files: from memory, for good, packed for those who take it, and armoured as every answer is."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.web_world import make_parts

from talentscope.web.app import create_app
from talentscope.web.assets import Assets


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[TestClient, Assets]:
    parts = make_parts(tmp_path_factory.mktemp("shelf"))
    return TestClient(create_app(parts), base_url="http://127.0.0.1"), parts.assets


def test_a_file_is_kept_for_good_and_armoured(site: tuple[TestClient, Assets]) -> None:
    browser, assets = site
    asset = assets.by_name["app.css"]
    answer = browser.get(asset.url)
    assert answer.status_code == 200
    assert answer.content == asset.content
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"]
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [("gzip, deflate, br", True), ("br;q=1, GZIP;q=0.5", True), ("gzip;q=0", False), ("identity", False), ("", False)],
)
def test_it_is_packed_for_those_who_take_it(site: tuple[TestClient, Assets], accepted: str, is_packed: bool) -> None:
    browser, assets = site
    asset = assets.by_name["app.js"]
    with browser.stream("GET", asset.url, headers={"Accept-Encoding": accepted}) as answer:
        raw = b"".join(answer.iter_raw())
    assert ("gzip" in answer.headers.get("content-encoding", "")) is is_packed
    assert (gzip.decompress(raw) if is_packed else raw) == asset.content
    assert len(raw) == int(answer.headers["content-length"])
    assert answer.headers["vary"] == "Accept-Encoding"


def test_head_tells_the_same_without_the_bytes(site: tuple[TestClient, Assets]) -> None:
    browser, assets = site
    url = assets.by_name["icon.svg"].url
    got, told = browser.get(url), browser.head(url)
    assert told.status_code == 200
    assert told.content == b""
    assert told.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize("name", ["app.000000000000.css", "none.js", "..%2Fapp.py"])
def test_what_is_not_there_is_told_as_of_any_page(site: tuple[TestClient, Assets], name: str) -> None:
    answer = site[0].get(f"/static/{name}")
    assert answer.status_code == 404
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "immutable" not in answer.headers.get("cache-control", "")


def test_a_file_takes_no_other_method(site: tuple[TestClient, Assets]) -> None:
    browser, assets = site
    answer = browser.post(assets.by_name["app.css"].url, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 405


def test_another_host_gets_none(tmp_path: Path) -> None:
    parts = make_parts(tmp_path)
    browser = TestClient(create_app(parts), base_url="http://127.0.0.1", headers={"Host": "evil.example"})
    assert browser.get(parts.assets.by_name["app.css"].url).status_code == 421
