"""Where the upstreams of the companies pipeline are, and the keys and switches of the optional ones.

Every base URL can be set, so that a test server, a mirror or a proxy can stand in.
"""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def _url(name: str, default: str, description: str) -> str:
    field: str = Field(default=default, validation_alias=f"TALENTSCOPE_{name}_URL", description=description)
    return field


class Upstreams(BaseSettings):
    """Base URLs without a trailing slash, keys, and switches."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    sec_url: str = _url("SEC", "https://www.sec.gov", "SEC EDGAR: tickers and filings")
    sec_data_url: str = _url("SEC_DATA", "https://data.sec.gov", "SEC EDGAR's JSON API: submissions and share counts")
    wikidata_url: str = _url("WIKIDATA", "https://query.wikidata.org", "Wikidata's query service")
    nasdaq_url: str = _url("NASDAQ", "https://api.nasdaq.com", "Nasdaq's screener (unofficial; see TALENTSCOPE_NASDAQ)")
    fmp_url: str = _url("FMP", "https://financialmodelingprep.com", "Financial Modeling Prep")
    greenhouse_url: str = _url("GREENHOUSE", "https://boards-api.greenhouse.io", "Greenhouse job boards")
    lever_url: str = _url("LEVER", "https://api.lever.co", "Lever job boards")
    lever_eu_url: str = _url("LEVER_EU", "https://api.eu.lever.co", "Lever job boards, European host")
    ashby_url: str = _url("ASHBY", "https://api.ashbyhq.com", "Ashby job boards")
    workable_url: str = _url("WORKABLE", "https://apply.workable.com", "Workable job boards")
    workday_url: str = _url(
        "WORKDAY", "https://{tenant}.{pod}.myworkdayjobs.com", "Workday career sites; {tenant} and {pod} are filled in"
    )
    hackernews_url: str = _url("HACKERNEWS", "https://hn.algolia.com", "Hacker News search (Algolia)")
    bluesky_url: str = _url("BLUESKY", "wss://jetstream2.us-east.bsky.network", "Bluesky's Jetstream (WebSocket)")
    gdelt_url: str = _url("GDELT", "https://api.gdeltproject.org", "GDELT, for the tone of news")
    reddit_url: str = _url("REDDIT", "https://oauth.reddit.com", "Reddit's API")
    reddit_token_url: str = _url("REDDIT_TOKEN", "https://www.reddit.com", "Where Reddit gives tokens")

    nasdaq: bool = Field(
        default=False,
        validation_alias="TALENTSCOPE_NASDAQ",
        description="Read prices and market values from Nasdaq's screener: unofficial, for your own use only",
    )
    fmp_key: SecretStr | None = Field(
        default=None, validation_alias="FMP_API_KEY", description="A key of Financial Modeling Prep"
    )
    reddit_client_id: str = Field(
        default="", validation_alias="REDDIT_CLIENT_ID", description="A Reddit application's id"
    )
    reddit_client_secret: SecretStr | None = Field(
        default=None, validation_alias="REDDIT_CLIENT_SECRET", description="That application's secret"
    )
    registry: Path | None = Field(
        default=None,
        validation_alias="TALENTSCOPE_REGISTRY",
        description="The registry of companies (CSV); registry.csv in the data directory, else the shipped one",
    )
    bluesky_seconds: int = Field(
        default=600,
        ge=0,
        validation_alias="TALENTSCOPE_BLUESKY_SECONDS",
        description="How many seconds of Bluesky's stream are read for a day",
    )

    @field_validator("fmp_key", "reddit_client_secret", "registry", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("*", mode="before")
    @classmethod
    def _is_address(cls, value: object, info: ValidationInfo) -> object:
        if (info.field_name or "").endswith("_url") and not re.match(r"(https?|wss?)://[^/\s]", str(value)):
            raise ValueError("expected an address that begins with https://, http://, wss:// or ws://")
        return value

    @field_validator("*", mode="after")
    @classmethod
    def _no_trailing_slash(cls, value: object) -> object:
        return value.rstrip("/") if isinstance(value, str) else value
