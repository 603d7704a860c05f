"""A few companies of the shipped registry, each with a difficulty of its own, and how the program is aimed at them."""

from __future__ import annotations

from tests.functional.stage import Program

from talentscope.registry.read import Registry
from talentscope.sandbox.server import Running

CHOSEN = ("nvidia", "alphabet", "block", "amplitude", "gitlab", "spotify", "openai", "hugging-face", "servicenow")
QUICK = ["sec", "wikidata", "nasdaq", "greenhouse", "ashby", "lever", "workable", "workday", "hackernews"]
"""All but those that ask for seconds between requests."""

BY_SOURCE = [word for name in QUICK for word in ("--source", name)]


def aimed(program: Program, market: Running, registry: Registry) -> Program:
    return program.with_settings(
        **market.upstreams(),
        TALENTSCOPE_REGISTRY=registry.path,
        TALENTSCOPE_NASDAQ=1,
        TALENTSCOPE_CONTACT="tests@example.org",
        TALENTSCOPE_BATCH_ROWS=5000,
    )
