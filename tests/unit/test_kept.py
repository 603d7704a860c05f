"""Conditional requests: what is kept on disk, for how long, and what is never kept."""

from __future__ import annotations

import contextlib
from pathlib import Path

import httpx
import pytest
from tests.answers import NOW, Recording, Upstream, say, visit

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamMalformed, UpstreamRefused
from talentscope.transport.kept import UNUSED_DAYS, Kept, Shelf


@pytest.mark.parametrize(
    "validator",
    [("etag", '"v1"', "if-none-match"), ("last-modified", "Sun, 01 Nov 2026 10:00:00 GMT", "if-modified-since")],
)
def test_what_has_not_changed_is_not_sent_twice(tmp_path: Path, validator: tuple[str, str, str]) -> None:
    name, value, question = validator

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers.get(question) == value:
            return httpx.Response(304)
        return httpx.Response(200, headers={name: value}, json={"jobs": ["ä"]})

    first = visit(Recording(FixedClock(NOW), answer), cache=tmp_path)
    assert first.get_json("/jobs", params={"a": 1}) == {"jobs": ["ä"]}
    again = visit(Recording(FixedClock(NOW), answer), cache=tmp_path)
    assert again.get_json("/jobs", params={"a": 1}) == {"jobs": ["ä"]}
    assert again.get_json("/jobs", params={"a": 2}) == {"jobs": ["ä"]}

    assert (first.requests, first.unchanged) == (1, 0)
    assert (again.requests, again.unchanged) == (2, 1)


@pytest.mark.parametrize(
    "answer",
    [
        say({"a": 1}),
        say({"a": 1}, etag='"1"', cache_control="private, no-store"),
        say({"a": 1}, etag='"1"', status=404),
        httpx.Response(200, headers={"etag": '"1"'}, content=b'{"a": '),
    ],
    ids=["no validator", "no-store", "refusal", "broken"],
)
def test_what_cannot_be_asked_about_again_is_not_kept(tmp_path: Path, answer: httpx.Response) -> None:
    with contextlib.suppress(UpstreamRefused, UpstreamMalformed):
        visit(Upstream(answer), cache=tmp_path / "c").get_json("/jobs")

    assert list(tmp_path.rglob("*.gz")) == []


def test_a_kept_file_that_is_damaged_or_of_another_address_is_as_good_as_none(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.keep("one", Kept(b"body", etag='"1"'))
    place = next(tmp_path.glob("*.gz"))
    whole = place.read_bytes()

    place.write_bytes(whole[:20])
    assert shelf.find("one") is None
    place.write_bytes(b"")
    assert shelf.find("one") is None
    shelf.keep("two", Kept(b"other", etag='"2"'))
    other = next(path for path in tmp_path.glob("*.gz") if path != place)
    place.write_bytes(other.read_bytes())
    assert shelf.find("one") is None
    shelf.keep("one", Kept(b"body", etag='"1"'))
    assert shelf.find("one") == Kept(b"body", etag='"1"')


def test_what_nobody_asks_for_is_dropped_in_time(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.keep("one", Kept(b"body", etag='"1"'))
    (tmp_path / ".half").touch()
    born = next(tmp_path.glob("*.gz")).stat().st_mtime

    shelf.tidy(born + (UNUSED_DAYS - 1) * 86_400)
    assert shelf.find("one") is not None
    assert not (tmp_path / ".half").exists()
    shelf.tidy(born + (UNUSED_DAYS + 1) * 86_400)
    assert shelf.find("one") is None


def test_a_cache_that_cannot_be_written_costs_the_saving_only(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a directory should be")
    visitor = visit(Upstream(say({"a": 1}, etag='"1"')), cache=tmp_path / "cache")

    assert visitor.get_json("/jobs") == {"a": 1}


def test_what_never_changes_is_read_once_a_version(tmp_path: Path) -> None:
    upstream = Upstream(httpx.Response(200, headers={"content-type": "text/html"}, content=b"<p>a b c</p>"))
    digested: list[str] = []

    def digest(text: str) -> str:
        digested.append(text)
        return text.upper()

    for _ in range(2):
        assert visit(upstream, cache=tmp_path).get_digest("/doc", digest=digest, version="1") == "<P>A B C</P>"
    assert (len(upstream.requests), digested) == (1, ["<p>a b c</p>"])
    visit(upstream, cache=tmp_path).get_digest("/doc", digest=digest, version="2")
    assert len(upstream.requests) == 2
