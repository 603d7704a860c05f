"""GitHub's addresses: REST at / and /api/v3, GraphQL at /graphql and /api/graphql."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route

from talentscope.runtime.clock import Clock
from talentscope.sandbox.door import Door
from talentscope.sandbox.exchange import Answer, Call, Endpoint, Log
from talentscope.sandbox.faults import Faults
from talentscope.sandbox.github import refusals
from talentscope.sandbox.github.gate import GitHubGate
from talentscope.sandbox.github.graphql import GraphQL
from talentscope.sandbox.github.rest import Rest
from talentscope.sandbox.github.sabotage import Sabotage
from talentscope.sandbox.github.world import World
from talentscope.sandbox.limits import Meter

RESOURCES = ("core", "search", "graphql")


def make_routes(
    world: World, faults: Faults, meter: Meter, log: Log, *, clock: Clock, latency_ms: float, schema: Path | None
) -> list[BaseRoute]:
    """The last one answers 404 to every other GET, so they belong at the end of an app."""
    sabotage = Sabotage(world, faults)
    rest = Rest(world, sabotage, results=meter.limits.search_results)
    graphql = GraphQL(world, sabotage, meter, schema=schema)
    gate = GitHubGate(meter, faults, log, sabotage.before_request, graphql.viewer_id)
    door = Door(gate, clock, latency_ms)

    paths = _rest_paths(rest) | {
        "/rate_limit": Endpoint(partial(_limits, meter), "none"),
        "/{rest:path}": Endpoint(lambda call: refusals.not_found(), "core"),  # noqa: ARG005
    }
    routes = [Route(path, door.serve(endpoint), methods=["GET"]) for path, endpoint in paths.items()]
    questions = door.serve(Endpoint(graphql.execute, "graphql"))
    return [
        Route("/graphql", questions, methods=["POST"]),
        Route("/api/graphql", questions, methods=["POST"]),
        Mount("/api/v3", routes=routes),
        *routes,
    ]


def _rest_paths(rest: Rest) -> dict[str, Endpoint]:
    return {
        "/search/repositories": Endpoint(rest.search_repositories, "search"),
        "/search/users": Endpoint(rest.search_users, "search"),
        "/users/{username}": Endpoint(rest.user, "core"),
        "/users/{username}/repos": Endpoint(rest.user_repositories, "core"),
        "/orgs/{org}": Endpoint(rest.organization, "core"),
        "/user": Endpoint(rest.viewer, "core"),
        "/user/{account_id}": Endpoint(rest.account, "core"),
        "/repos/{owner}/{repo}": Endpoint(rest.repository, "core"),
        "/repos/{owner}/{repo}/contributors": Endpoint(rest.contributors, "core"),
        "/repos/{owner}/{repo}/commits": Endpoint(rest.commits, "core"),
        "/repositories/{repository_id}": Endpoint(rest.repository, "core"),
        "/repositories/{repository_id}/contributors": Endpoint(rest.contributors, "core"),
        "/repositories/{repository_id}/commits": Endpoint(rest.commits, "core"),
    }


def _limits(meter: Meter, call: Call) -> Answer:
    """GET /rate_limit: what everything stands at; asking is free."""
    standings = {
        name: meter.standing(call.caller, name, has_token=call.token is not None, now=call.now).body()
        for name in RESOURCES
    }
    return Answer(200, {"resources": standings, "rate": standings["core"]}, points=0)
