"""Posts about companies and about everything else: the same for the same seed, source and day.

A source's day is made whole and in the order of time: what strangers write, what people write about companies with a
known polarity, some of it in other languages, some of it by one author again and again, and decoys, in which a
company's name is none.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from talentscope.sandbox.companies import phrases
from talentscope.sandbox.companies.chance import chance, how_many, swing
from talentscope.sandbox.companies.employer import Employer
from talentscope.sandbox.github.words import HANDLE_NOUNS, HANDLE_WORDS, HOSTILE

AUTHORS = 6_000
FOREIGN_SHARE = 0.06
HOSTILE_SHARE = 0.005
REPEATERS = 0.06
"""How often somebody who writes about a company writes about it several times that day."""

MOODS = ((320.0, 0.5), (60.0, 0.3))


@dataclass(frozen=True)
class Post:
    """`polarity` is what we meant by it: 1, 0, -1. `company_id` is None for strangers' posts and for decoys."""

    post_id: int
    source: str
    company_id: str | None
    author: str
    at: datetime
    text: str
    polarity: int = 0
    language: str = "en"
    title: str = ""
    quote: str = ""


@dataclass(frozen=True)
class Volume:
    """How much is written: strangers' posts a day, and how many times as much as at Hacker News about companies."""

    strangers: int
    factor: float
    foreign: float = FOREIGN_SHARE


VOLUMES = {"hackernews": Volume(1_300, 1.0, 0.01), "reddit": Volume(0, 0.5, 0.03), "bluesky": Volume(0, 1.0)}
MINUTE_STRANGERS, MINUTE_MENTIONS = 24, 9
"""Bluesky is made by the minute: a day of it would be long, and only a window is ever read."""


class Chatter:
    """What is written at all sources of one seed. Faults tell about whom only foreigners write, or nobody."""

    def __init__(
        self,
        seed: int,
        employers: Sequence[Employer],
        *,
        is_foreign: Callable[[Employer], bool] = lambda employer: False,  # noqa: ARG005
        is_silent: Callable[[Employer], bool] = lambda employer: False,  # noqa: ARG005
    ) -> None:
        self._seed = seed
        self._employers = employers
        self._weights = [employer.tier.posts for employer in employers]
        self._is_foreign, self._is_silent = is_foreign, is_silent
        self._day = lru_cache(maxsize=8)(self._make_day)
        self._minute = lru_cache(maxsize=3_000)(self._make_minute)

    def forget(self) -> None:
        """Make everything anew, since a fault has changed it."""
        self._day.cache_clear()
        self._minute.cache_clear()

    def written(self, source: str, since: datetime, until: datetime) -> list[Post]:
        """All posts from `since` up to, not including, `until`, oldest first."""
        if source == "bluesky":
            found: list[Post] = []
            minute = since.replace(second=0, microsecond=0)
            while minute < until:
                found += self._minute(minute)
                minute += timedelta(minutes=1)
        else:
            days = (until.date() - since.date()).days + 1
            found = [post for n in range(days) for post in self._day(source, since.date() + timedelta(days=n))]
        return [post for post in found if since <= post.at < until]

    def mood(self, employer: Employer, day: date) -> float:
        """How much better than bad people speak of it, about -0.8 to 0.8."""
        return 0.12 + swing(day.toordinal(), self._seed, employer.company_id, "mood", periods=MOODS)

    # -- making them ---------------------------------------------------------------------------------------------------

    def _make_day(self, source: str, day: date) -> tuple[Post, ...]:
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
        posts = self._strangers(source, begin, 86_400, VOLUMES[source].strangers)
        for employer in self._employers:
            posts += self._mentions(employer, source, day)
        return _in_order(posts, begin)

    def _make_minute(self, minute: datetime) -> tuple[Post, ...]:
        posts = self._strangers("bluesky", minute, 60, MINUTE_STRANGERS)
        rng = chance(self._seed, "bluesky", minute, "mentions")
        for employer in rng.choices(self._employers, self._weights, k=MINUTE_MENTIONS) if self._employers else ():
            if not self._is_silent(employer):
                posts.append(self._mention(rng, employer, "bluesky", minute, 60))
        return _in_order(posts, minute)

    def _mentions(self, employer: Employer, source: str, day: date) -> list[Post]:
        rng = chance(self._seed, source, employer.company_id, day)
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
        posts: list[Post] = []
        for _ in range(how_many(rng, employer.tier.posts * VOLUMES[source].factor)):
            post = self._mention(rng, employer, source, begin, 86_400)
            again = rng.randrange(1, 5) if rng.random() < REPEATERS else 0
            posts += [post, *(self._again(rng, post, employer, begin) for _ in range(again))]
        for phrase in employer.decoys[:2]:
            if rng.random() < 0.3:
                text = rng.choice(phrases.DECOYS).format(phrase=phrase)
                posts.append(Post(0, source, None, _author(rng), _at(rng, begin, 86_400), text))
        return [] if self._is_silent(employer) else posts

    def _mention(self, rng: random.Random, employer: Employer, source: str, begin: datetime, seconds: int) -> Post:
        mood = self.mood(employer, begin.date())
        good, bad = max(0.05, 0.36 + 0.34 * mood), max(0.05, 0.30 - 0.30 * mood)
        polarity = rng.choices((1, -1, 0), (good, bad, 0.34))[0]
        name = rng.choice(employer.written) if rng.random() < 0.3 else employer.written[0]
        at, author = _at(rng, begin, seconds), _author(rng)
        share = VOLUMES[source].foreign
        if rng.random() < share or self._is_foreign(employer):
            language = rng.choice(tuple(phrases.FOREIGN))
            polarity, text = rng.choice(phrases.FOREIGN[language])
            text = text.format(name=name)
            return Post(0, source, employer.company_id, author, at, text, polarity, language)
        pool = {1: phrases.POSITIVE, -1: phrases.NEGATIVE, 0: phrases.NEUTRAL}[polarity]
        title = rng.choice(phrases.TITLES).format(name=name) if rng.random() < 0.15 else ""
        quote = rng.choice(phrases.QUOTES) if not title and rng.random() < 0.1 else ""
        text = rng.choice(pool).format(name=name)
        if rng.random() < HOSTILE_SHARE:
            text = f"{text} {rng.choice(HOSTILE)}"
        return Post(0, source, employer.company_id, author, at, text, polarity, title=title, quote=quote)

    def _again(self, rng: random.Random, post: Post, employer: Employer, begin: datetime) -> Post:
        other = self._mention(rng, employer, post.source, begin, 86_400)
        return replace(other, author=post.author)

    def _strangers(self, source: str, begin: datetime, seconds: int, count: int) -> list[Post]:
        rng = chance(self._seed, source, begin, "strangers")
        posts = []
        for _ in range(count):
            title = rng.choice(phrases.STRANGE_TITLES) if rng.random() < 0.12 else ""
            language, text = "en", rng.choice(phrases.STRANGERS)
            if source == "bluesky" and rng.random() < 0.3:
                language, text = rng.choice(phrases.FOREIGN_STRANGERS)
            posts.append(Post(0, source, None, _author(rng), _at(rng, begin, seconds), text, 0, language, title))
        return posts


def _in_order(posts: list[Post], begin: datetime) -> tuple[Post, ...]:
    """Sorted by time and numbered: ids rise with it."""
    first = int(begin.timestamp()) // 60 * 64
    ordered = sorted(posts, key=lambda post: (post.at, post.author, post.text))
    return tuple(replace(post, post_id=first + place) for place, post in enumerate(ordered))


def _author(rng: random.Random) -> str:
    who = rng.randrange(AUTHORS)
    word, noun = HANDLE_WORDS[who % len(HANDLE_WORDS)], HANDLE_NOUNS[who // 20 % len(HANDLE_NOUNS)]
    return f"{word}{noun}{who // 400}"


def _at(rng: random.Random, begin: datetime, seconds: int) -> datetime:
    return begin + timedelta(seconds=rng.randrange(seconds))
