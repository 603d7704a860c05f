"""Articles about companies and their tone, by the hour. Pure functions of seed, company and hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from talentscope.sandbox.companies import phrases
from talentscope.sandbox.companies.chance import chance, how_many, share, swing
from talentscope.sandbox.companies.employer import Employer

MOODS = ((250.0, 1.6), (45.0, 0.9))
ARTICLES_PER_POST = 0.9
"""Articles a day for each post a day at Hacker News."""


@dataclass(frozen=True)
class Article:
    """One article. `at` is when it was seen, aware UTC."""

    url: str
    title: str
    at: datetime
    domain: str
    language: str = "English"
    country: str = "United States"


class News:
    """What papers write, of one seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def count(self, employer: Employer, hour: datetime) -> int:
        """How many articles were seen in the hour that begins then."""
        rng = chance(self._seed, "news", employer.company_id, hour)
        return how_many(rng, employer.tier.posts * ARTICLES_PER_POST / 24)

    def tone(self, employer: Employer, hour: datetime) -> float:
        """Their mean tone, about -10 to 10."""
        mood = 0.4 + swing(hour.toordinal(), self._seed, "tone", employer.company_id, periods=MOODS)
        return round(mood + 1.5 * (share(self._seed, "tone", employer.company_id, hour) - 0.5), 4)

    def day(self, employer: Employer, day: date) -> tuple[int, float | None]:
        """Articles of a UTC day and their mean tone; None without any."""
        hours = hours_of(day)
        counts = [self.count(employer, hour) for hour in hours]
        total = sum(counts)
        if not total:
            return 0, None
        weighed = sum(count * self.tone(employer, hour) for count, hour in zip(counts, hours, strict=True))
        return total, round(weighed / total, 4)

    def articles(self, employer: Employer, since: datetime, until: datetime) -> list[Article]:
        """Newest first."""
        found = []
        hour = since.replace(minute=0, second=0, microsecond=0)
        while hour < until:
            rng = chance(self._seed, "articles", employer.company_id, hour)
            for _ in range(self.count(employer, hour)):
                domain, at = rng.choice(phrases.OUTLETS), hour + timedelta(minutes=15 * rng.randrange(4))
                title = rng.choice(phrases.HEADLINES).format(name=employer.name)
                url = f"https://www.{domain}/{at:%Y/%m/%d}/{rng.randrange(10**9)}"
                found.append(Article(url, title, at, domain))
            hour += timedelta(hours=1)
        return sorted((article for article in found if since <= article.at < until), key=lambda a: a.at, reverse=True)


def hours_of(day: date) -> list[datetime]:
    """The 24 hours of a UTC day."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return [begin + timedelta(hours=hour) for hour in range(24)]
