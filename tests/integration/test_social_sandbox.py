"""Posts and news of the sandbox, read over a socket: nothing is lost or invented, and bad days end as they should.

The companies are the registry's own, found in the texts by its own rules. Client and sandbox share a clock that moves
only when somebody waits, so that every pause is kept and costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
import pytest_socket

from talentscope.registry.company import Company
from talentscope.registry.names import Names
from talentscope.registry.observation import Findings, Metric, Post, Source, State
from talentscope.registry.read import read_registry
from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import UpstreamDown, UpstreamMalformed, UpstreamRefused
from talentscope.sandbox.companies.employer import Employer
from talentscope.sandbox.server import Running, WorldSettings, start
from talentscope.scoring.mentions import ScoredPost, summarise
from talentscope.scoring.sentiment import score_posts
from talentscope.scoring.sentiment_rules import label
from talentscope.sources.bluesky import client as bluesky
from talentscope.sources.gdelt import client as gdelt
from talentscope.sources.hackernews import client as hackernews
from talentscope.sources.reddit import client as reddit
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DAY = date(2026, 11, 20)
BEGIN = datetime.combine(DAY, time(), UTC)
NOON = BEGIN + timedelta(hours=12)
SECONDS = 180


@dataclass
class Stage:
    """A sandbox, the registry, and one visitor after the other."""

    sandbox: Running
    clock: FixedClock
    companies: tuple[Company, ...]
    names: Names

    def visit(self, make: Callable[[str], Site], setting: str) -> Visitor:
        url = self.sandbox.upstreams()[f"TALENTSCOPE_{setting}_URL"]
        return Visitor(
            make(url),
            user_agent="talentscope-test/1 (+mailto:test@example.org)",
            clock=self.clock,
            timeout_seconds=5,
            max_wait_seconds=60,
        )

    def hackernews(self) -> hackernews.HackerNews:
        visitor = self.visit(hackernews.site, "HACKERNEWS")
        return hackernews.HackerNews(visitor, clock=self.clock, find=self.names.find)

    def bluesky(self, *, seconds: int = SECONDS) -> bluesky.Bluesky:
        visitor = self.visit(bluesky.site, "BLUESKY")
        return bluesky.Bluesky(visitor, clock=self.clock, find=self.names.find, seconds=seconds)

    def gdelt(self) -> gdelt.Gdelt:
        return gdelt.Gdelt(self.visit(gdelt.site, "GDELT"), clock=self.clock)

    def reddit(self, *, key: str = "id") -> reddit.Reddit:
        return reddit.Reddit(
            self.visit(reddit.site, "REDDIT"),
            self.visit(reddit.token_site, "REDDIT_TOKEN"),
            clock=self.clock,
            find=self.names.find,
            client_id=key,
            client_secret="secret",
        )

    def read(self, source: Source, *, day: date = DAY) -> dict[str, Findings]:
        covered = [company for company in self.companies if source.covers(company, day)]
        source.prepare(covered, day)
        return {company.company_id: source.observe(company, day) for company in covered}

    def written(self, source: str, since: datetime, until: datetime) -> set[tuple[str, datetime]]:
        """The truth: which company was written about when, where the words give it away (an ambiguous name may not)."""
        posts = self.sandbox.employers.written(source, since, until)
        about = [post for post in posts if post.company_id is not None]
        told = [post for post in about if post.company_id in dict(self.names.find(f"{post.title}\n{post.text}"))]
        assert len(told) >= 0.95 * len(about)
        return {(str(post.company_id), post.at.replace(microsecond=0)) for post in told}


def found(findings: dict[str, Findings]) -> set[tuple[str, datetime]]:
    return {
        (company_id, post.posted_at.replace(microsecond=0))
        for company_id, each in findings.items()
        for post in each.posts
    }


def posts_of(findings: dict[str, Findings]) -> list[Post]:
    return [post for each in findings.values() for post in each.posts]


def notes_of(findings: dict[str, Findings]) -> list[str]:
    return [note for each in findings.values() for note in each.notes]


@pytest.fixture(scope="module")
def registry() -> tuple[Company, ...]:
    return tuple(read_registry(None).companies)


@pytest.fixture
def stage(registry: tuple[Company, ...]) -> Iterator[Stage]:
    pytest_socket.enable_socket()
    clock = FixedClock(NOW)
    employers = [
        Employer(
            company.company_id,
            company.name,
            names=tuple(alias.text for alias in company.aliases if alias.holds_on(DAY)),
            decoys=company.not_phrases,
        )
        for company in registry
    ]
    sandbox = start(WorldSettings(scale=10, now=NOW), clock=clock, employers=employers)
    yield Stage(sandbox, clock, registry, Names(registry, on=DAY))
    sandbox.stop()


def test_a_day_of_hacker_news_is_complete_and_nobody_is_credited_with_a_decoy(stage: Stage) -> None:
    source = stage.hackernews()
    findings = stage.read(source)
    truth = stage.written("hackernews", BEGIN, BEGIN + timedelta(days=1))
    assert len(truth) > 300
    assert found(findings) == truth
    assert len({post.post_id for post in posts_of(findings)}) == len(posts_of(findings))
    assert 24 <= source._visitor.requests <= 30


def test_the_model_tells_what_was_meant(stage: Stage) -> None:
    findings = stage.read(stage.hackernews())
    meant = {post.at: post.polarity for post in stage.sandbox.employers.written("hackernews", BEGIN, NOW)}
    posts = [post for post in posts_of(findings) if post.posted_at in meant]
    scores = score_posts([(post.text, post.language) for post in posts], find=stage.names.find)
    words = {1: "positive", 0: "neutral", -1: "negative"}
    judged = [
        label(score) == words[meant[post.posted_at]]
        for post, score in zip(posts, scores, strict=True)
        if score is not None
    ]
    assert len(judged) > 0.9 * len(posts)
    assert sum(judged) > 0.85 * len(judged)


def test_posts_in_another_language_are_counted_and_not_scored(stage: Stage) -> None:
    stage.sandbox.faults.switch_on("foreign-posts:microsoft")
    for source, name in ((stage.hackernews(), "hackernews"), (stage.bluesky(seconds=900), "bluesky")):
        posts = stage.read(source)["microsoft"].posts
        scores = score_posts([(post.text, post.language) for post in posts], find=stage.names.find)
        sums = summarise("microsoft", name, DAY, map(ScoredPost, posts, scores))
        assert sums.posts > 0
        assert (sums.scored, sums.score_sum, sums.positive, sums.negative) == (0, 0.0, 0, 0)


def test_a_company_of_which_nobody_writes_has_no_posts(stage: Stage) -> None:
    stage.sandbox.faults.switch_on("no-posts:microsoft")
    assert stage.read(stage.hackernews())["microsoft"].posts == ()


def test_a_dead_hacker_news_is_told_and_so_is_a_field_with_another_name(stage: Stage) -> None:
    stage.sandbox.faults.switch_on("upstream-down:hackernews")
    with pytest.raises(UpstreamDown):
        stage.read(stage.hackernews())
    stage.sandbox.faults.switch_off("upstream-down")
    stage.sandbox.faults.switch_on("renamed-field:hackernews")
    findings = stage.read(stage.hackernews())
    assert posts_of(findings) == []
    assert any("set aside: created_at_i is no time" in note for note in notes_of(findings))


def test_the_window_of_bluesky_is_complete_and_the_same_when_asked_again(stage: Stage) -> None:
    first, again = stage.read(stage.bluesky()), stage.read(stage.bluesky())
    truth = stage.written("bluesky", NOON, NOON + timedelta(seconds=SECONDS))
    assert len(truth) > 20
    assert found(first) == truth
    assert {key: each.posts for key, each in again.items()} == {key: each.posts for key, each in first.items()}


def test_a_stream_that_breaks_keeps_what_came(stage: Stage) -> None:
    stage.sandbox.faults.switch_on("stream-cut:bluesky")
    findings = stage.read(stage.bluesky(seconds=3600))
    truth = stage.written("bluesky", NOON, NOON + timedelta(hours=1))
    assert set() < found(findings) < truth
    assert any("ended early" in note and "what came is kept" in note for note in notes_of(findings))


def test_a_day_that_the_stream_has_forgotten_is_not_a_silent_day(stage: Stage) -> None:
    with pytest.raises(UpstreamDown, match="is gone"):
        stage.read(stage.bluesky(), day=DAY - timedelta(days=3))


def test_news_of_a_seventh_of_the_companies_two_weeks_at_once(stage: Stage) -> None:
    source = stage.gdelt()
    began = stage.clock.now()
    findings = stage.read(source)
    assert 10 <= len(findings) <= 30
    assert source._visitor.requests == 2 * len(findings)
    assert (stage.clock.now() - began).total_seconds() >= 5 * (2 * len(findings) - 1)
    for company_id, each in findings.items():
        told = {(fact.metric, fact.as_of): fact.value for fact in each.observations}
        for n in range(14):
            day = DAY - timedelta(days=n)
            articles, tone = stage.sandbox.employers.news_tone(company_id, day)
            assert told[Metric.NEWS_ARTICLES, day] == articles
            assert told.get((Metric.NEWS_TONE, day)) == (pytest.approx(tone) if tone is not None else None)


@pytest.mark.parametrize("fault", ["html-200-board:gdelt", "retyped-field:gdelt", "forbidden-451:gdelt"])
def test_news_that_cannot_be_read_are_blocked_not_zero(stage: Stage, fault: str) -> None:
    stage.sandbox.faults.switch_on(fault)
    source = stage.gdelt()
    company = next(company for company in stage.companies if source.covers(company, DAY))
    facts = source.observe(company, DAY).observations
    assert {fact.metric for fact in facts} == {Metric.NEWS_TONE, Metric.NEWS_ARTICLES}
    assert all(fact.state is State.BLOCKED and fact.value is None and fact.reason for fact in facts)


def test_reddit_with_a_key_and_with_a_wrong_one(stage: Stage) -> None:
    source = stage.reddit()
    company = next(company for company in stage.companies if company.company_id == "microsoft")
    source.prepare([company], DAY)
    posts = source.observe(company, DAY).posts
    truth = stage.written("reddit", BEGIN, BEGIN + timedelta(days=1))
    assert {("microsoft", post.posted_at) for post in posts} == {each for each in truth if each[0] == "microsoft"}
    assert posts
    with pytest.raises(UpstreamRefused):
        stage.read(stage.reddit(key="bad"))


def test_an_answer_that_is_no_json_is_told(stage: Stage) -> None:
    stage.sandbox.faults.switch_on("html-200-board:hackernews")
    with pytest.raises(UpstreamMalformed):
        stage.read(stage.hackernews())
