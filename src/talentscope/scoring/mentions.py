"""From posts and their scores to what is stored: sums by company and day, and a few posts as samples. Pure.

Authors are used here to weigh posts and go no further: an author's posts about a company on a day are averaged first,
so that each counts once, and neither the sums nor the samples say who wrote.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from talentscope.registry.observation import Post
from talentscope.scoring.sentiment_rules import NEGATIVE_TO, POSITIVE_FROM

MOST_SAMPLES = 5
LONGEST_SAMPLE = 300
"""Characters."""

_HANDLE = re.compile(r"(?<![\w@/.])@[\w](?:[\w.-]*[\w])?")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_USER_PATH = re.compile(r"(?<![\w/])/?u/[\w-]+")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class ScoredPost:
    """A post and its score, -1 to 1; None: not in a language that the model reads."""

    post: Post
    score: float | None


@dataclass(frozen=True)
class Mentions:
    """What was written about one company on one UTC day at one source. Field by field raw.company_mentions.

    `posts` are distinct posts, `authors` author-days, `scored` author-days with a score; sums, `positive` and
    `negative` are over the scored ones.
    """

    company_id: str
    source: str
    day: date
    posts: int = 0
    authors: int = 0
    scored: int = 0
    score_sum: float = 0.0
    score_square_sum: float = 0.0
    positive: int = 0
    negative: int = 0


@dataclass(frozen=True)
class Sample:
    """A post kept to show what the sentiment is of. `text` is cut and names nobody's handle. No author."""

    company_id: str
    source: str
    post_id: str
    url: str
    text: str
    language: str | None
    score: float | None
    posted_at: datetime


def summarise(company_id: str, source: str, day: date, posts: Iterable[ScoredPost]) -> Mentions:
    """The sums of one company, source and day. A post that comes twice counts once; posts of others are an error.

    No posts give a row of zeros: the company was asked about and nobody wrote.
    """
    scores: dict[str, list[float]] = {}
    kept = _distinct(company_id, source, posts)
    for item in kept:
        of_author = scores.setdefault(item.post.author, [])
        if item.score is not None:
            of_author.append(item.score)
    means = [sum(of_author) / len(of_author) for of_author in scores.values() if of_author]
    return Mentions(
        company_id,
        source,
        day,
        posts=len(kept),
        authors=len(scores),
        scored=len(means),
        score_sum=sum(means),
        score_square_sum=sum(mean * mean for mean in means),
        positive=sum(mean >= POSITIVE_FROM for mean in means),
        negative=sum(mean <= NEGATIVE_TO for mean in means),
    )


def choose_samples(company_id: str, source: str, posts: Iterable[ScoredPost]) -> list[Sample]:
    """At most five posts of one company, source and day: two most positive, two most negative, and typical ones.

    Extremes are only posts that are positive or negative at all; typical is nearest to the median score. One post an
    author, so that one voice does not fill the card. The same posts give the same samples in whatever order they come.
    """
    scored = sorted(
        (
            (item.score, item.post.post_id, item.post)
            for item in _distinct(company_id, source, posts)
            if item.score is not None
        ),
        key=lambda entry: entry[:2],
    )
    if not scored:
        return []
    median = scored[len(scored) // 2][0]
    best = [entry for entry in reversed(scored) if entry[0] >= POSITIVE_FROM]
    worst = [entry for entry in scored if entry[0] <= NEGATIVE_TO]
    typical = sorted(scored, key=lambda entry: (abs(entry[0] - median), entry[1]))
    chosen: dict[str, tuple[float, Post]] = {}
    for entries, most in ((best, 2), (worst, 2), (typical, MOST_SAMPLES)):
        taken = 0
        for score, _, post in entries:
            if taken == most or len(chosen) == MOST_SAMPLES:
                break
            if post.author not in chosen:
                chosen[post.author] = (score, post)
                taken += 1
    return [_sample(post, score) for score, post in chosen.values()]


def clean_text(text: str) -> str:
    """A post's text as it may be kept: no control or direction characters, no handles of people, 300 characters.

    @name, @name.bsky.social, u/name and name@example.org become "@…".
    """
    spaced = _SPACE.sub(" ", text)
    visible = "".join(
        mark for mark in spaced if mark == " " or unicodedata.category(mark) not in ("Cc", "Cf", "Cs", "Co")
    )
    nameless = _USER_PATH.sub("@…", _HANDLE.sub("@…", _MAIL.sub("@…", visible))).strip()
    return nameless if len(nameless) <= LONGEST_SAMPLE else nameless[: LONGEST_SAMPLE - 1].rstrip() + "…"


def _distinct(company_id: str, source: str, posts: Iterable[ScoredPost]) -> Sequence[ScoredPost]:
    kept = {item.post.post_id: item for item in posts}
    strangers = {(item.post.company_id, item.post.source) for item in kept.values()} - {(company_id, source)}
    if strangers:
        raise ValueError(
            f"posts of {company_id} at {source} are summed; there are posts of {sorted(strangers)} among them"
        )
    return list(kept.values())


def _sample(post: Post, score: float) -> Sample:
    return Sample(
        company_id=post.company_id,
        source=post.source,
        post_id=post.post_id,
        url=post.url,
        text=clean_text(post.text),
        language=post.language,
        score=score,
        posted_at=post.posted_at,
    )
