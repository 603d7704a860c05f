"""Bluesky: the same window of a day gives the same posts, deletions are respected, a broken stream keeps what came."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest

from talentscope.registry.company import Company
from talentscope.registry.observation import Findings
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamDown, UpstreamError
from talentscope.sources.bluesky.client import Bluesky, site
from talentscope.sources.bluesky.records import Written, parse_message
from talentscope.transport.visitor import Visitor

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
DID = "did:plc:" + "a2" * 12
ACME = Company("acme", "Acme")


def find(text: str) -> Iterable[tuple[str, str]]:
    return [("acme", "Acme")] if "Acme" in text else []


def message(second: float, rkey: str = "3lkey", *, operation: str = "create", did: str = DID, **record: Any) -> str:
    commit: dict[str, Any] = {"operation": operation, "collection": "app.bsky.feed.post", "rkey": rkey}
    if operation == "create":
        commit["record"] = {"text": "Acme is fine.", "langs": ["en"], **record}
    at = int((NOON + timedelta(seconds=second)).timestamp() * 1e6)
    return json.dumps({"did": did, "time_us": at, "kind": "commit", "commit": commit})


class Stream:
    """Stands in for a visitor: plays messages, then ends or breaks."""

    def __init__(self, *messages: str, trouble: UpstreamError | None = None) -> None:
        self.messages, self.trouble, self.asked, self.played = messages, trouble, [], 0
        self.site = site("wss://jetstream2.us-east.bsky.network")

    def listen(self, path: str, *, params: dict[str, Any]) -> Iterator[str]:
        self.asked.append((path, params))
        for text in self.messages:
            self.played += 1
            yield text
        if self.trouble is not None:
            raise self.trouble


def read(stream: Stream, *, seconds: int = 600, now: datetime = NOW) -> Findings:
    source = Bluesky(cast("Visitor", stream), clock=FixedClock(now), find=find, seconds=seconds)
    source.prepare([ACME], DAY)
    return source.observe(ACME, DAY)


def test_the_window_begins_at_noon_and_ends_by_the_streams_own_time() -> None:
    stream = Stream(message(-1, "before"), message(0, "first"), message(599, "last"), message(600, "after"), "{}")
    findings = read(stream)
    assert stream.asked == [
        ("/subscribe", {"wantedCollections": "app.bsky.feed.post", "cursor": int(NOON.timestamp()) * 1_000_000})
    ]
    assert [post.post_id for post in findings.posts] == [f"{DID}/first", f"{DID}/last"]
    assert stream.played == 4  # nothing is read beyond the window
    assert findings.notes == ("bluesky: 2 posts read, 600 s of 2026-11-20",)
    assert read(Stream(*stream.messages)).posts == findings.posts


def test_a_post_is_linked_and_dated_by_the_relay_not_by_its_author() -> None:
    (post,) = read(Stream(message(5, "3lk", createdAt="1999-01-01T00:00:00Z"), message(600))).posts
    assert post.url == f"https://bsky.app/profile/{DID}/post/3lk"
    assert post.posted_at == NOON + timedelta(seconds=5)
    assert (post.author, post.language, post.source) == (DID, "en", "bluesky")


def test_a_post_that_its_author_deletes_in_the_window_is_not_used() -> None:
    stream = Stream(message(1, "x"), message(2, "y"), message(3, "x", operation="delete"), message(600))
    assert [post.post_id for post in read(stream).posts] == [f"{DID}/y"]


@pytest.mark.parametrize("trouble", [None, UpstreamDown("the stream broke: reset")])
def test_a_stream_that_ends_early_keeps_what_came_and_says_so(trouble: UpstreamError | None) -> None:
    findings = read(Stream(message(1, "x"), message(90, "y"), trouble=trouble))
    assert len(findings.posts) == 2
    why = "the stream broke: reset" if trouble else "it was closed"
    assert f"bluesky: the stream ended early, at 12:01:30: {why}; what came is kept" in findings.notes


def test_a_stream_that_brings_nothing_is_down() -> None:
    with pytest.raises(UpstreamDown, match="before anything came"):
        read(Stream())
    with pytest.raises(UpstreamDown, match="no stream"):
        read(Stream(trouble=UpstreamDown("no stream")))


def test_a_day_that_is_no_longer_kept_is_not_a_day_without_posts() -> None:
    with pytest.raises(UpstreamDown, match=r"begins at 2026-11-20 20:00 UTC; that of 2026-11-20 12:00 is gone"):
        read(Stream(message(8 * 3600)))


def test_a_gap_at_the_beginning_is_said() -> None:
    assert "bluesky: the stream begins at 12:05:00, not at 12:00:00" in read(Stream(message(300), message(600))).notes


def test_messages_that_are_not_as_they_should_be_are_counted_and_the_rest_is_kept() -> None:
    broken = ["no json", "[]", json.dumps({"kind": "commit"}), message(3, text=None), message(4, did="did:<script>")]
    findings = read(Stream(message(1), *broken, message(5, "../../x"), message(600)))
    assert len(findings.posts) == 1
    assert set(findings.notes[:-1]) == {
        "bluesky: 1 messages set aside: no JSON",
        "bluesky: 1 messages set aside: no object",
        "bluesky: 1 messages set aside: time_us is no time",
        "bluesky: 1 messages set aside: a post without a text",
        "bluesky: 1 messages set aside: did is malformed",
        "bluesky: 1 messages set aside: rkey is malformed",
    }


def test_accounts_and_edits_are_passed_over() -> None:
    at = int(NOON.timestamp() * 1e6) + 7
    account = json.dumps({"kind": "account", "did": DID, "time_us": at, "account": {}})
    findings = read(Stream(account, message(1, operation="update"), message(2), message(600)))
    assert len(findings.posts) == 1
    assert findings.notes == ("bluesky: 1 posts read, 600 s of 2026-11-20",)


@pytest.mark.parametrize(
    ("langs", "language"), [(["en-GB"], "en"), (["de"], "de"), (["en", "de"], None), ([], None), (["<b>"], None)]
)
def test_the_language_is_the_authors_own_mark_where_it_is_one(langs: list[str], language: str | None) -> None:
    found = parse_message(message(0, langs=langs))
    assert isinstance(found, Written)
    assert found.language == language


def test_with_a_window_of_no_length_nobody_is_asked() -> None:
    source = Bluesky(cast("Visitor", Stream()), clock=FixedClock(NOW), find=find, seconds=0)
    assert not source.covers(ACME, DAY)
    assert Bluesky(cast("Visitor", Stream()), clock=FixedClock(NOW), find=find, seconds=1).covers(ACME, DAY)


def test_a_stand_ins_posts_are_linked_to_the_stand_in() -> None:
    stream = Stream(message(1), message(700))
    stream.site = site("ws://127.0.0.1:9/bluesky")
    (post,) = read(stream).posts
    assert post.url.startswith("http://127.0.0.1:9/bluesky/profile/did:plc:")
