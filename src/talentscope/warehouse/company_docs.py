"""docs/companies.md: how a company's figures come about, in words, made of the rules. `make docs` writes it."""

from __future__ import annotations

from pathlib import Path
from string import Template

from talentscope.registry.observation import UNITS, Metric, State
from talentscope.warehouse import company_rules as rules

PAGE = Path(__file__).with_suffix(".md")
"""The prose; every $name in it is a rule."""

STATES = {
    State.OK: "the source said it",
    State.EMPTY: "the source said that there is nothing: a true zero",
    State.CAPPED: "the source shows no more than so much; the value is a floor",
    State.BLOCKED: "the source would not tell, or could not be reached or understood; never zero",
    State.MISSING: "the source does not have it, or no source reads it",
    State.STALE: "the source repeats an earlier day's answer; or a board's last good reading fills in",
}

METRICS = {
    Metric.SHARES: "ordinary shares outstanding, summed over classes (SEC)",
    Metric.PRICE: "last close of one traded share (FMP, Nasdaq's screener, an imported table)",
    Metric.MARKET_VALUE: "value of all shares of all classes (the same)",
    Metric.EMPLOYEES: "head-count: a sentence of the annual report (SEC), Wikidata, FMP, an imported table",
    Metric.OPEN_OFFERS: "distinct requisitions of one board (Greenhouse, Ashby, Lever, Workable; Workday as a count)",
    Metric.POSTINGS: "listings of one board: a requisition that is posted in five cities is five",
    Metric.NEWS_TONE: "GDELT's mean tone of the day's articles, about -10 to 10",
    Metric.NEWS_ARTICLES: "how many articles that is the mean of",
}


def render() -> str:
    """The page as Markdown. Raises KeyError for a rule that the prose names and nobody knows."""
    return Template(PAGE.read_text(encoding="utf-8")).substitute(
        {name: _shown(value) for name, value in rules.to_variables().items()},
        facts="".join(f"| `{metric}` | {UNITS[metric]} | {sentence} |\n" for metric, sentence in METRICS.items()),
        states="".join(f"| `{state}` | {sentence} |\n" for state, sentence in STATES.items()),
        marks="".join(f"| `{mark.name}` | {mark.sentence} |\n" for mark in rules.MARKS),
        value_sources=", then ".join(f"`{name}`" for name in rules.VALUE_SOURCES),
    )


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
