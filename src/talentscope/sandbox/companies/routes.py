"""The addresses of the company upstreams: one prefix each, as the product's settings have hosts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from talentscope.runtime.clock import Clock
from talentscope.sandbox.companies import (
    ashby,
    fmp,
    gdelt,
    greenhouse,
    hackernews,
    lever,
    nasdaq,
    reddit,
    sec,
    sec_data,
    wikidata,
    workable,
    workday,
)
from talentscope.sandbox.companies.bluesky import Jetstream
from talentscope.sandbox.companies.gate import ROBOTS, CompanyGate, not_found
from talentscope.sandbox.companies.manners import MANNERS, Turnstile
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.door import Door
from talentscope.sandbox.exchange import Answer, Call, Endpoint, Log
from talentscope.sandbox.faults import Faults

SETTINGS = {
    "TALENTSCOPE_SEC_URL": "sec",
    "TALENTSCOPE_SEC_DATA_URL": "sec-data",
    "TALENTSCOPE_WIKIDATA_URL": "wikidata",
    "TALENTSCOPE_NASDAQ_URL": "nasdaq",
    "TALENTSCOPE_FMP_URL": "fmp",
    "TALENTSCOPE_GREENHOUSE_URL": "greenhouse",
    "TALENTSCOPE_LEVER_URL": "lever",
    "TALENTSCOPE_LEVER_EU_URL": "lever-eu",
    "TALENTSCOPE_ASHBY_URL": "ashby",
    "TALENTSCOPE_WORKABLE_URL": "workable",
    "TALENTSCOPE_WORKDAY_URL": "workday/{tenant}/{pod}",
    "TALENTSCOPE_HACKERNEWS_URL": "hackernews",
    "TALENTSCOPE_BLUESKY_URL": "bluesky",
    "TALENTSCOPE_GDELT_URL": "gdelt",
    "TALENTSCOPE_REDDIT_URL": "reddit",
    "TALENTSCOPE_REDDIT_TOKEN_URL": "reddit",
}
"""The setting that moves each upstream, and its prefix here."""


def upstreams(host: str, port: int) -> dict[str, str]:
    """Setting -> address, for a sandbox that listens there."""
    return {
        setting: f"{'ws' if prefix == 'bluesky' else 'http'}://{host}:{port}/{prefix}"
        for setting, prefix in SETTINGS.items()
    }


def make_routes(
    world: CompanyWorld, faults: Faults, log: Log, *, clock: Clock, latency_ms: float, is_strict: bool
) -> list[BaseRoute]:
    """`is_strict` false switches all their limits off."""
    turnstiles = {manners.pool or manners.name: Turnstile(manners) for manners in MANNERS.values()}
    gates = {
        manners.name: CompanyGate(manners, turnstiles[manners.pool or manners.name], faults, log, is_strict=is_strict)
        for manners in MANNERS.values()
    }
    routes: list[BaseRoute] = []
    for name, endpoints in _endpoints(world).items():
        gate = gates[name]
        door = Door(gate, clock, latency_ms)
        inside: list[BaseRoute] = [
            Route(path, door.serve(endpoint), methods=[endpoint.method]) for path, endpoint in endpoints.items()
        ]
        robots = door.serve(Endpoint(gate.robots, name))
        inside.append(Route(ROBOTS, robots, methods=["GET"]))
        if name == "workday":
            inside.append(Route(f"/{{tenant}}/{{pod}}{ROBOTS}", robots, methods=["GET"]))
        if name == "bluesky":
            stream = Jetstream(world, gate, faults, clock=clock, latency_ms=latency_ms)
            inside.append(WebSocketRoute("/subscribe", stream.subscribe))
        inside.append(Route("/{rest:path}", door.serve(Endpoint(_nothing, name)), methods=["GET", "POST"]))
        routes.append(Mount(f"/{name}", routes=inside))
    return routes


def _endpoints(world: CompanyWorld) -> Mapping[str, Mapping[str, Endpoint]]:
    made: dict[str, Any] = {
        "sec": sec.endpoints(world),
        "sec-data": sec_data.endpoints(world),
        "wikidata": wikidata.endpoints(world),
        "nasdaq": nasdaq.endpoints(world),
        "fmp": fmp.endpoints(world),
        "greenhouse": greenhouse.endpoints(world),
        "lever": lever.endpoints(world),
        "lever-eu": lever.endpoints(world, vendor="lever-eu"),
        "ashby": ashby.endpoints(world),
        "workable": workable.endpoints(world),
        "workday": workday.endpoints(world),
        "hackernews": hackernews.endpoints(world),
        "bluesky": {},
        "gdelt": gdelt.endpoints(world),
        "reddit": reddit.endpoints(world),
    }
    return made


def _nothing(call: Call) -> Answer:  # noqa: ARG001 - a handler
    return not_found()
