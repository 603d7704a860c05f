"""Reddit: never without a key; posts of the day only; the token goes in the header."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.answers import visit

from talentscope.registry.company import Company
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import SettingError, UpstreamMalformed, UpstreamRefused
from talentscope.sources.reddit.client import MOST_PAGES, Reddit, site, token_site
from talentscope.sources.reddit.records import parse_listing

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ACME = Company("acme", "Acme")
SECRET = "s3cret"


def find(text: str) -> Iterable[tuple[str, str]]:
    return [("acme", "Acme")] if "Acme" in text else []


def child(number: int, at: datetime, **changes: Any) -> dict[str, Any]:
    post = {
        "id": f"a{number}",
        "name": f"t3_a{number}",
        "title": "Acme is fine",
        "selftext": "",
        "author": "invented",
        "created_utc": at.timestamp(),
        "permalink": f"/r/technology/comments/a{number}/acme_is_fine/",
        **changes,
    }
    return {"kind": "t3", "data": post}


def listing(*children: dict[str, Any], after: str | None = None) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"after": after, "children": list(children)}}


class Api(httpx.BaseTransport):
    """Gives a token to whom it knows and plays its pages."""

    def __init__(self, *pages: dict[str, Any], is_known: bool = True) -> None:
        self.pages, self.is_known, self.requests = pages, is_known, []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.path == "/api/v1/access_token":
            assert request.read() == b"grant_type=client_credentials"
            assert request.headers["authorization"] == httpx.BasicAuth("id", "s3cret")._auth_header
            body: dict[str, Any] = {"access_token": "t0ken", "token_type": "bearer"}
            return httpx.Response(200 if self.is_known else 401, content=json.dumps(body).encode())
        assert request.headers["authorization"] == "bearer t0ken"
        searches = sum("search" in each.url.path for each in self.requests)
        page = self.pages[min(searches, len(self.pages)) - 1]
        return httpx.Response(200, content=json.dumps(page).encode())


def build(api: Api, *, secret: str = SECRET) -> Reddit:
    clock = FixedClock(NOON)
    visitor = visit(api, of=site("https://oauth.reddit.com"), clock=clock)
    tokens = visit(api, of=token_site("https://tokens.test"), clock=clock)
    return Reddit(visitor, tokens, clock=clock, find=find, client_id="id", client_secret=secret)


def test_without_a_key_there_is_no_source() -> None:
    with pytest.raises(SettingError, match="id and secret"):
        build(Api(), secret="")


def test_posts_of_the_day_that_name_the_company_are_linked() -> None:
    edges = [NOON, NOON - timedelta(hours=12), NOON - timedelta(hours=12, seconds=1), NOON + timedelta(hours=12)]
    api = Api(listing(*(child(n, at) for n, at in enumerate(edges)), child(9, NOON, title="Globex")))
    source = build(api)
    source.prepare([ACME], DAY)
    posts = source.observe(ACME, DAY).posts
    assert [post.post_id for post in posts] == ["a0", "a1"]
    assert posts[0].url == "https://www.reddit.com/r/technology/comments/a0/acme_is_fine/"
    assert (posts[0].author, posts[0].text, posts[0].posted_at) == ("invented", "Acme is fine", NOON)
    assert api.requests[1].url.params["q"] == '"Acme"'


def test_pages_are_turned_until_the_day_is_over() -> None:
    first = listing(child(1, NOON), after="t3_a1")
    last = listing(child(2, NOON - timedelta(hours=1)), child(3, NOON - timedelta(days=1)), after="t3_a3")
    api = Api(first, last)
    source = build(api)
    source.prepare([ACME], DAY)
    assert [post.post_id for post in source.observe(ACME, DAY).posts] == ["a1", "a2"]
    assert [request.url.params.get("after") for request in api.requests[1:]] == [None, "t3_a1"]


def test_a_day_with_more_than_is_read_is_said() -> None:
    source = build(Api(listing(child(1, NOON), after="t3_a1")))
    source.prepare([ACME], DAY)
    assert source.observe(ACME, DAY).notes == (f"reddit: Acme: only the newest {MOST_PAGES * 100} posts were read",)


def test_deleted_and_quoted_words_do_not_count_and_bad_posts_are_set_aside() -> None:
    page = listing(
        child(1, NOON, selftext="[removed]"),
        child(2, NOON, author="[deleted]"),
        child(3, NOON, title="Hm", selftext="> Acme is a scam\nNo."),
        child(4, NOON, permalink="https://evil.test/"),
        child(5, NOON, created_utc="now"),
        child(6, NOON, title=None),
    )
    source = build(Api(page))
    source.prepare([ACME], DAY)
    findings = source.observe(ACME, DAY)
    assert findings.posts == ()
    assert set(findings.notes) == {
        "reddit: 1 posts set aside: permalink is malformed",
        "reddit: 1 posts set aside: created_utc is no time",
        "reddit: 1 posts set aside: title or selftext is no string",
    }


def test_a_refused_key_names_the_way_out_and_not_the_key() -> None:
    with pytest.raises(UpstreamRefused) as caught:
        build(Api(is_known=False)).prepare([ACME], DAY)
    assert "REDDIT_CLIENT_SECRET" in caught.value.way_out
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("data", [None, [], {}, {"data": {"children": {}}}, {"data": {"children": [], "after": 3}}])
def test_a_listing_without_its_envelope_is_malformed(data: object) -> None:
    with pytest.raises(UpstreamMalformed, match="reddit: expected"):
        parse_listing(data)
