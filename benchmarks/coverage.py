"""How much of a query is read, and for how many requests: quiet, and while repositories are pushed.

The floor is ceil(N/100) searches for N matches and ceil(M/100) owner requests for M owners. The sandbox's own log
counts the requests, and the sandbox's world says what there was to find; both are independent of the client.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from talentscope.runtime.clock import SystemClock
from talentscope.sandbox.limits import UNLIMITED
from talentscope.sandbox.server import Running, WorldSettings, start
from talentscope.sources.github.client import AccountRef, GitHub
from talentscope.transport.session import Session

QUERY = "stars:>=0"
SINCE = datetime(2008, 1, 1, tzinfo=UTC)
SCALE = 23_500
CASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("quiet", ()),
    ("one push a request", ("push-while-crawling:1",)),
    ("five pushes a request", ("push-while-crawling:5",)),
    ("101 pushes in one second", ("ties-101",)),
    ("1,001 pushes in one second", ("ties-1001",)),
    ("ten incomplete pages", ("incomplete-results:10",)),
    ("one secondary limit", ("secondary-limit-seconds:1",)),
    ("order never to be trusted", ("unordered-search:always",)),
)


def main() -> None:
    """Print one row a case."""
    print(
        "| case | N matches | read | coverage | searches | to floor | M owners | requests | to floor | 403 or 429 | s |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for name, faults in CASES:
        world = WorldSettings(scale=SCALE, seed=3, now=datetime.now(UTC))
        with start(world, limits=UNLIMITED, faults=faults) as sandbox:
            print(f"| {name} | " + " | ".join(measure(sandbox)) + " |", flush=True)


def measure(sandbox: Running) -> Iterator[str]:
    """Drain the query and read every owner; yield the cells of the row."""
    began = time.perf_counter()
    rows = sandbox.world.find_rows(QUERY)
    wanted = {row["id"] for at in range(0, len(rows), 1000) for row in sandbox.world.repositories(rows[at : at + 1000])}
    github = _github(sandbox)
    read: dict[int, AccountRef | None] = {}
    for batch in github.search(QUERY, since=SINCE, is_sweep=True):
        for item in batch.repositories:
            is_person = item.owner_type == "User"
            ref = AccountRef(item.owner_github_id, item.owner_node_id, item.owner_login) if is_person else None
            read[item.github_id] = ref
    searches = sandbox.log.count(resource="search")
    owners = {ref.github_id: ref for ref in read.values() if ref is not None}
    known = sum(len(batch.accounts) for batch in github.fetch_accounts(list(owners.values())))
    requests = sandbox.log.count(resource="graphql")
    refused = sandbox.log.count(status=403) + sandbox.log.count(status=429)
    floor, owner_floor = math.ceil(len(wanted) / 100), math.ceil(len(owners) / 100)
    assert known == len(owners), "an owner was lost"
    yield from (f"{len(wanted):,}", f"{len(read):,}", f"{100 * len(wanted & read.keys()) / len(wanted):.2f} %")
    yield from (str(searches), f"{searches / floor:.3f}", f"{len(owners):,}", str(requests))
    yield from (f"{requests / owner_floor:.3f}", str(refused), f"{time.perf_counter() - began:.1f}")


def _github(sandbox: Running) -> GitHub:
    clock = SystemClock()
    pace = {"rest": 10**9, "graphql": 10**9}  # the sandbox is generous here, so that waiting is not what is measured
    session = Session(
        user_agent="talentscope-benchmark",
        token="benchmark",
        clock=clock,
        max_wait_seconds=120,
        timeout_seconds=60,
        points_per_minute=pace,
    )
    return GitHub(session, api_url=sandbox.api_url, graphql_url=sandbox.graphql_url, clock=clock, has_token=True)


if __name__ == "__main__":
    main()
