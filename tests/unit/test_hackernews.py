"""Hacker News: a whole day is read however busy it is, and only an author's own words count."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.answers import visit

from talentscope.registry.company import Company
from talentscope.registry.observation import Post
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamMalformed
from talentscope.sources.hackernews.client import HackerNews, site
from talentscope.sources.hackernews.records import parse_answer, plain_text

DAY = date(2026, 11, 20)
START = datetime(2026, 11, 20, tzinfo=UTC)
ACME, OTHER = Company("acme", "Acme"), Company("globex", "Globex")


def find(text: str) -> Iterable[tuple[str, str]]:
    return [(name.lower(), name) for name in ("Acme", "Globex") if name in text]


def hit(number: int, at: datetime, **changes: Any) -> dict[str, Any]:
    return {
        "objectID": str(number),
        "author": f"invented{number % 7}",
        "created_at_i": int(at.timestamp()),
        "title": None,
        "story_text": None,
        "comment_text": "Acme is fine.",
        "story_title": "Something",
        "story_id": 1,
        **changes,
    }


class Algolia(httpx.BaseTransport):
    """Answers by time as the search does: newest first, `most` at once, and the true number of hits."""

    def __init__(self, hits: list[dict[str, Any]], *, most: int = 1000, shift: timedelta = timedelta()) -> None:
        self.hits, self.most, self.shift, self.asked = hits, most, shift, 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        filters = request.url.params["numericFilters"].split(",")
        since, until = int(filters[0].removeprefix("created_at_i>=")), int(filters[1].removeprefix("created_at_i<"))
        assert request.url.params["tags"] == "(story,comment)"
        moved = int(self.shift.total_seconds())
        found = [each for each in self.hits if since <= each["created_at_i"] + moved < until]
        shown = sorted(found, key=lambda each: -each["created_at_i"])[: self.most]
        return httpx.Response(200, content=json.dumps({"hits": shown, "nbHits": len(found)}).encode())


def read(algolia: Algolia, *companies: Company) -> tuple[list[Post], tuple[str, ...]]:
    source = HackerNews(visit(algolia, of=site("https://hn.algolia.com")), clock=FixedClock(START), find=find)
    source.prepare(companies or (ACME,), DAY)
    findings = [source.observe(company, DAY) for company in companies or (ACME,)]
    return [post for each in findings for post in each.posts], findings[0].notes


def test_a_busy_hour_is_halved_until_everything_was_seen_and_nothing_comes_twice() -> None:
    busy = [hit(n, START + timedelta(hours=15, seconds=n % 3600)) for n in range(2500)]
    quiet = [hit(10_000 + n, START + timedelta(hours=n)) for n in range(24)]
    algolia = Algolia(busy + quiet)
    posts, notes = read(algolia)
    assert sorted(int(post.post_id) for post in posts) == sorted(int(each["objectID"]) for each in busy + quiet)
    assert algolia.asked == 24 + 4  # 2,500 in the hour -> 1,800 and 700 -> 900 and 900
    assert notes == ("hackernews: 2,524 stories and comments of 2026-11-20 read",)


def test_only_the_utc_day_is_read() -> None:
    edges = [hit(1, START), hit(2, START + timedelta(hours=24, seconds=-1)), hit(3, START + timedelta(hours=24))]
    posts, _ = read(Algolia([*edges, hit(4, START - timedelta(seconds=1))]))
    assert sorted(post.post_id for post in posts) == ["1", "2"]


def test_more_than_can_be_shown_in_one_second_is_said() -> None:
    posts, notes = read(Algolia([hit(n, START) for n in range(1200)]))
    assert len(posts) == 1000
    assert "hackernews: 1,200 items at 00:00:00, 1,000 of them shown" in notes


def test_a_server_that_shows_fewer_than_it_counts_is_asked_in_smaller_slices() -> None:
    posts, _ = read(Algolia([hit(n, START + timedelta(seconds=n * 7)) for n in range(500)], most=100))
    assert len(posts) == 500


def test_yesterdays_answer_for_todays_question_is_refused() -> None:
    with pytest.raises(UpstreamMalformed, match=r"asked for 2026-11-20 .* came items of 2026-11-19"):
        read(Algolia([hit(1, START - timedelta(hours=24))], shift=timedelta(hours=24)))


def test_a_post_is_linked_dated_and_keeps_its_author_in_memory() -> None:
    posts, _ = read(Algolia([hit(41, START + timedelta(hours=3), author="invented-one")]))
    assert posts == [
        Post(
            "acme",
            "hackernews",
            "41",
            "https://news.ycombinator.com/item?id=41",
            "Acme is fine.",
            "invented-one",
            START + timedelta(hours=3),
        )
    ]


def test_a_story_counts_by_its_title_and_each_company_gets_its_own_words() -> None:
    story = hit(1, START, title="Acme ships", comment_text=None, story_title=None)
    both = hit(2, START, comment_text="<p>I love Acme. It just works.<p>Globex lost my data.")
    posts, _ = read(Algolia([story, both]), ACME, OTHER)
    assert [(post.company_id, post.text) for post in posts if post.post_id == "2"] == [
        ("acme", "I love Acme. It just works."),
        ("globex", "Globex lost my data."),
    ]
    assert [post.text for post in posts if post.post_id == "1"] == ["Acme ships"]


def test_words_of_others_code_and_addresses_do_not_count() -> None:
    html = (
        "&gt; Acme is a scam<p>I don&#x27;t agree, <i>at all</i>."
        '<p><a href="https:&#x2F;&#x2F;acme.test&#x2F;x" rel="nofollow">https:&#x2F;&#x2F;acme.test&#x2F;x</a>'
        "<pre><code>rm -rf acme</code></pre><p>See https://acme.test/y for more &amp; less"
    )
    assert plain_text(html) == "I don't agree, at all.\nSee  for more & less"
    assert read(Algolia([hit(1, START, comment_text="<p>&gt; Acme is a scam<p>No.")]))[0] == []


def test_advertisements_of_jobs_are_no_opinions() -> None:
    thread = "Ask HN: Who is hiring? (November 2026)"
    posts, notes = read(Algolia([hit(1, START, story_title=thread), hit(2, START, title=thread, story_title=None)]))
    assert posts == []
    assert "hackernews: 0 stories and comments of 2026-11-20 read" in notes


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"author": None}, "author is missing"),
        ({"objectID": "12?a=<b>"}, "objectID is no number"),
        ({"created_at_i": "1763596800"}, "created_at_i is no time"),
        ({"comment_text": 7}, "a text is no string"),
        ({"comment_text": None}, "neither title nor text"),
    ],
)
def test_a_hit_that_is_not_as_it_should_be_is_set_aside_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    answer = parse_answer({"hits": [hit(1, START, **changes), hit(2, START)], "nbHits": 2})
    assert [item.item_id for item in answer.items] == ["2"]
    assert answer.set_aside == (reason,)


def test_what_was_set_aside_is_told() -> None:
    good, bad = hit(1, START), hit(2, START)
    del bad["author"]
    assert "hackernews: 1 items set aside: author is missing" in read(Algolia([good, bad]))[1]


@pytest.mark.parametrize("data", [[], {"hits": None, "nbHits": 0}, {"hits": []}, {"hits": [], "nbHits": "3"}, None])
def test_an_answer_without_its_envelope_is_malformed(data: object) -> None:
    with pytest.raises(UpstreamMalformed, match="hackernews: expected"):
        parse_answer(data)


def test_a_day_that_was_not_prepared_is_a_fault_of_ours() -> None:
    source = HackerNews(visit(Algolia([]), of=site("https://hn.algolia.com")), clock=FixedClock(START), find=find)
    with pytest.raises(ValueError, match="prepare"):
        source.observe(ACME, DAY)


def test_a_stand_ins_items_are_linked_to_the_stand_in() -> None:
    source = HackerNews(visit(Algolia([]), of=site("https://hn.test")), clock=FixedClock(START), find=find)
    assert source._pages == "https://hn.test"
