"""The whole sandbox as one web app: GitHub at its own addresses, every company upstream under a prefix."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.types import ASGIApp

from talentscope.runtime.clock import Clock
from talentscope.sandbox.companies import routes as companies
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.exchange import Log
from talentscope.sandbox.faults import Faults
from talentscope.sandbox.github import routes as github
from talentscope.sandbox.github.world import World
from talentscope.sandbox.limits import Meter


def make_app(
    world: World,
    employers: CompanyWorld,
    faults: Faults,
    meter: Meter,
    log: Log,
    *,
    clock: Clock,
    latency_ms: float,
    schema: Path | None,
) -> ASGIApp:
    """GitHub comes last: it answers to every address that nobody else has."""
    has_manners = meter.limits.has_manners
    return Starlette(
        routes=[
            *companies.make_routes(employers, faults, log, clock=clock, latency_ms=latency_ms, is_strict=has_manners),
            *github.make_routes(world, faults, meter, log, clock=clock, latency_ms=latency_ms, schema=schema),
        ]
    )
