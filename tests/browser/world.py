"""Makes the data directories that the browser tests look at: both pipelines once, on the sandbox.

    python -m tests.browser.world FOLDER        # makes FOLDER/home and FOLDER/hostile, on DATABASE_URL where it is set

A process of its own, because Playwright's event loop lives in the one that tests run in. The seed is fixed, so the same
people have the same scores; the invented world ends today, so that ages are those of a fresh run.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import duckdb

from talentscope.cli.assemble import companies_run, prepare_home, run_talent
from talentscope.cli.stage import aimed, to_employers
from talentscope.registry.read import read_registry
from talentscope.registry.write import write_registry
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.settings import load_settings
from talentscope.sandbox.github.words import HOSTILE
from talentscope.sandbox.limits import UNLIMITED
from talentscope.sandbox.server import WorldSettings, start
from talentscope.scoring.brief import find_brief
from talentscope.warehouse.snapshot import find_snapshot

COMPANIES = (
    "nvidia", "alphabet", "block", "amplitude", "gitlab", "spotify", "openai", "hugging-face", "servicenow",
    "microsoft", "apple", "amazon",
)  # fmt: skip
"""Large and small, listed and private, one with two share classes, one whose board may not be read."""

QUICK = ["sec", "wikidata", "nasdaq", "greenhouse", "ashby", "lever", "workday", "hackernews"]
"""Sources that do not ask for seconds between requests."""

BRIEFS = ("minecraft-modders", "machine-learning-python")
SCALE = 30_000
PAST_DAYS = 120

PAST = """
DELETE FROM company_days WHERE day < (SELECT max(day) FROM company_days);
INSERT INTO company_days
SELECT * EXCLUDE (days, swing, offers_swing, mood) REPLACE (
  day - days::INTEGER AS day, market_value_as_of - days::INTEGER AS market_value_as_of,
  offers_as_of - days::INTEGER AS offers_as_of, sentiment_as_of - days::INTEGER AS sentiment_as_of,
  market_value_usd * swing AS market_value_usd, price_usd * swing AS price_usd,
  value_per_employee_usd * swing AS value_per_employee_usd,
  value_per_offer_usd * swing / offers_swing AS value_per_offer_usd,
  (open_offers * offers_swing)::BIGINT AS open_offers,
  open_offers_7d_median * offers_swing AS open_offers_7d_median,
  sentiment_mean + mood AS sentiment_mean, sentiment_low + mood AS sentiment_low,
  sentiment_high + mood AS sentiment_high
)
FROM (
  SELECT company_days.*, days,
    exp((sin(days / 11.0 + length(company_id)) - sin(length(company_id))) * 0.06 - days * 0.0012) AS swing,
    exp((sin(days / 17.0 + length(name_of)) - sin(length(name_of))) * 0.10 - days * 0.0008) AS offers_swing,
    (sin(days / 9.0 + length(company_id)) - sin(length(company_id))) * 0.08 AS mood
  FROM company_days, range(1, $days + 1) AS past(days), (SELECT company_id AS id, name AS name_of FROM companies)
  WHERE id = company_id AND day = (SELECT max(day) FROM company_days)
)
"""
"""A past for the newest day, so that charts over time have something to draw. Soon after midnight a run has a few facts
of the day before too: these go, or that day would be there twice."""


def make(folder: Path) -> None:
    """Collect, publish, and give the companies a past; then the same again with every stranger's text one of harm."""
    home, clock = prepare_home(folder / "part"), SystemClock()
    shipped = read_registry().companies
    registry = write_registry([one for one in shipped if one.company_id in COMPANIES], home / "registry.csv")
    now = clock.now()
    world = WorldSettings(scale=SCALE, seed=1, now=now)
    with start(world, limits=UNLIMITED, employers=to_employers(registry, today=now.date())) as sandbox:
        given = load_settings()
        settings, upstreams = aimed(given, home, sandbox)
        settings = settings.model_copy(update={"database_url": given.database_url})
        run_talent(settings, [find_brief(name) for name in BRIEFS])
        with companies_run(settings, upstreams, only=QUICK, hurried=True) as run:
            run.execute()
    with duckdb.connect(str(find_snapshot(home))) as connection:
        connection.execute(PAST, {"days": PAST_DAYS})
    shutil.copytree(home, folder / "hostile")
    poison(find_snapshot(folder / "hostile"))
    home.rename(folder / "home")


def poison(snapshot: Path | None) -> None:
    """Make every text in a snapshot that strangers write one that means harm, each in its own way."""
    texts = {
        ("developers", "github_id"): ("name", "company", "location", "bio", "email", "website", "twitter"),
        ("repositories", "repository_github_id"): ("description", "homepage", "license"),
        ("company_postings", "hash(posting_id)"): ("title", "department", "location", "url"),
        ("company_posts", "hash(post_id)"): ("text", "url"),
        ("company_boards", "hash(token)"): ("reason", "evidence", "source_url"),
        ("company_facts", "hash(metric || source)"): ("evidence", "reason", "source_url"),
        ("source_visits", "hash(source)"): ("reason",),
        ("runs", "hash(run_id)"): ("message", "left_out"),
    }
    with duckdb.connect(str(snapshot)) as connection:
        for (table, key), columns in texts.items():
            for turn, column in enumerate(columns):
                marks = ", ".join("?" for _ in HOSTILE)
                pick = f"list_value({marks})[1 + (({key} + {turn}) % {len(HOSTILE)})::INTEGER]"
                connection.execute(f"UPDATE {table} SET {column} = {pick}", list(HOSTILE))


if __name__ == "__main__":
    make(Path(sys.argv[1]))
