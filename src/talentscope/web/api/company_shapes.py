"""What the API tells of companies."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from talentscope.web.api.shapes import OfSnapshot, Shape

_STATE = "ok, empty, capped, stale, blocked or missing; null where no board was ever asked."


class Sentiment(Shape):
    """What posts of seven days say of a company, drawn toward the mean of all companies."""

    mean: float | None = Field(description="-1 to 1; null below the least number of mentions.", examples=[0.18])
    low: float | None = Field(description="Lower end of the 95 % interval.")
    high: float | None = Field(description="Upper end of the 95 % interval.")
    mentions: int | None = Field(description="Mentions with a score; an author counts once a day.")
    as_of: date | None = Field(description="The last of the seven days.")
    source: str | None = Field(description="posts, or null while there are none.")
    positive_share: float | None = Field(description="0 to 1.")
    negative_share: float | None = Field(description="0 to 1.")
    change: float | None = Field(description="Against the company's own 28 days before.")
    direction: str | None = Field(description="rising, falling or steady, by the interval of the change.")


class News(Shape):
    """Tone of news over seven days, by GDELT: another scale than sentiment."""

    tone: float | None = Field(description="About -10 to 10.")
    articles: int | None = Field(description="Articles that it is the mean of.")
    as_of: date | None = Field(description="The last of these days.")


class Changes(Shape):
    """Against earlier days; null where unknown."""

    market_value_change_7d_percent: float | None
    market_value_change_30d_percent: float | None
    employees_change_1y_percent: float | None
    offers_change_7d: float | None
    offers_change_7d_percent: float | None
    offers_change_30d: float | None
    offers_change_30d_percent: float | None
    sentiment_change_7d: float | None
    sentiment_change_30d: float | None


class Ranks(Shape):
    """Places among all companies, 1 is the highest; null where the figure is not shown."""

    market_value: int | None
    employees: int | None
    open_offers: int | None
    value_per_employee: int | None
    value_per_offer: int | None
    offers_per_100_employees: int | None
    sentiment: int | None


class OpenSource(Shape):
    """What the snapshot holds of its people and organisations on GitHub."""

    developers: int | None = Field(description="Developers met who state it as their employer.")
    repositories: int | None = Field(description="Repositories met of its organisations.")
    stars: int | None = Field(description="Stars of these.")


class Company(Shape):
    """One company; every figure beside its day and its source. Null is unknown or withheld, never zero."""

    rank: int | None = Field(description="Place in the order asked for; null where that figure is unknown.")
    company_id: str = Field(examples=["nvidia"])
    name: str = Field(examples=["NVIDIA"])
    ticker: str | None = Field(examples=["NVDA"])
    cik: str | None = Field(description="The SEC's number, ten digits.", examples=["0001045810"])
    status: str = Field(description="listed, private or delisted.")
    sector: str | None
    country: str | None
    wikidata_id: str | None
    website: str | None
    day: date | None = Field(description="The day that all this is as known on.")
    market_value_usd: float | None = Field(description="US dollars, all share classes.")
    market_value_as_of: date | None
    market_value_source: str | None
    employees: float | None = Field(description="Head-count.")
    employees_as_of: date | None
    employees_source: str | None
    open_offers: float | None = Field(description="Distinct open requisitions over all boards.")
    open_offers_as_of: date | None
    open_offers_source: str | None
    open_offers_state: str | None = Field(description=_STATE)
    open_offers_7d_median: float | None
    value_per_employee_usd: float | None = Field(description="Market value per employee.")
    value_per_offer_usd: float | None = Field(description="Market value per open offer, by the median of seven days.")
    offers_per_100_employees: float | None
    price_usd: float | None = Field(description="The last close of one share.")
    price_as_of: date | None
    shares: float | None = Field(description="Ordinary shares outstanding, all classes.")
    shares_as_of: date | None
    sentiment: Sentiment
    news: News
    changes: Changes
    ranks: Ranks
    open_source: OpenSource
    quality: list[str] = Field(description="Quality marks; docs/companies.md says what each means.")
    withheld: dict[str, str] = Field(description="Figures that are not shown, each with the reason.")


class Fact(Shape):
    """One figure as one source states it."""

    metric: str
    subject: str
    source: str
    value: float | None
    unit: str | None
    as_of: date | None = Field(description="The day that it is of.")
    age_days: int | None
    observed_at: datetime | None = Field(description="When it was read, UTC.")
    source_url: str | None
    evidence: str | None = Field(description="The sentence or field that it came from.")
    state: str | None
    reason: str | None
    asked_as_of: date | None
    asked_at: datetime | None


class Board(Shape):
    """One job board with its last good reading."""

    vendor: str
    token: str
    is_current: bool
    state: str | None = Field(description=_STATE)
    reason: str | None
    asked_as_of: date | None
    open_offers: int | None
    postings: int | None
    as_of: date | None
    age_days: int | None
    source_url: str | None
    evidence: str | None


class Posting(Shape):
    """One open offer."""

    vendor: str
    board: str
    posting_id: str
    requisition_id: str | None
    title: str | None
    department: str | None
    location: str | None
    url: str | None
    opened_at: datetime | None
    as_of: date | None
    observed_at: datetime | None


class Post(Shape):
    """One of the posts that sentiment was made of."""

    source: str
    post_id: str
    url: str | None
    text: str | None
    language: str | None
    score: float | None = Field(description="-1 to 1.")
    posted_at: datetime | None
    observed_at: datetime | None


class Day(Shape):
    """What was known of a company on a day. Null is unknown or withheld, never zero."""

    day: date
    market_value_usd: float | None
    market_value_source: str | None
    market_value_as_of: date | None
    price_usd: float | None
    price_as_of: date | None
    shares: float | None
    shares_as_of: date | None
    employees: int | None
    employees_source: str | None
    employees_as_of: date | None
    employees_change_1y_percent: float | None
    offers_state: str | None
    open_offers: int | None
    offers_as_of: date | None
    open_offers_7d_median: float | None
    postings: int | None
    value_per_employee_usd: float | None
    value_per_offer_usd: float | None
    offers_per_100_employees: float | None
    sentiment_as_of: date | None
    mentions_7d: int | None
    sentiment_mentions: int | None
    sentiment_mean: float | None
    sentiment_low: float | None
    sentiment_high: float | None
    sentiment_positive_share: float | None
    sentiment_negative_share: float | None
    sentiment_raw_mean: float | None
    sentiment_change: float | None
    sentiment_change_low: float | None
    sentiment_change_high: float | None
    sentiment_direction: str | None
    news_tone_7d: float | None
    news_articles_7d: int | None
    news_as_of: date | None
    quality: str | None = Field(description="Quality marks, comma separated.")
    withheld_value_per_employee: str | None
    withheld_value_per_offer: str | None
    withheld_sentiment: str | None


class CompanyDay(Day):
    """The same with the company that it is of."""

    company_id: str = Field(examples=["nvidia"])


class Card(Company):
    """Everything published about one company."""

    facts: list[Fact]
    boards: list[Board]
    postings: list[Posting] = Field(description="The twenty newest.")
    posts: list[Post] = Field(description="Samples of the posts behind sentiment.")
    days: list[Day] = Field(description="The last ninety, the newest first.")


class CompanyPage(OfSnapshot):
    """A page of companies in the order asked for."""

    total: int = Field(description="Companies that pass the filters.")
    companies: list[Company]


class CompanyDayPage(OfSnapshot):
    """A page of days."""

    days: list[CompanyDay]
