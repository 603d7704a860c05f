"""`sandbox`: the stand-in upstreams as a server."""

from __future__ import annotations

from typing import Annotated

import typer

from talentscope.cli.assemble import registry_of
from talentscope.cli.show import note
from talentscope.cli.stage import to_employers
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import UsageError
from talentscope.runtime.settings import load, load_settings
from talentscope.runtime.upstreams import Upstreams
from talentscope.sandbox.faults import FAULTS

_FAULT_HELP = "Break as the real one does; may be repeated. " + "; ".join(
    f"{fault.name}: {fault.sentence}" for fault in FAULTS.values()
)


def sandbox(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any free port.")] = 8765,
    scale: Annotated[int, typer.Option("--scale", min=10, max=2_000_000, help="Repositories in the world.")] = 6000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same world.")] = 1,
    latency_ms: Annotated[float, typer.Option("--latency-ms", min=0, help="Added to each answer.")] = 0,
    fault: Annotated[list[str] | None, typer.Option("--fault", help=_FAULT_HELP)] = None,
) -> None:
    """A local server that plays GitHub and every source of companies, with their limits and failures.

    Nobody in it is real; the registry's companies have their real names and invented figures. The settings to use are
    printed; any token works (bad…, expired… and noscope… behave as named).
    """
    from talentscope.sandbox.server import WorldSettings, start

    for name in fault or []:
        if name.split(":", 1)[0] not in FAULTS:
            raise UsageError(f"no fault is called {name}", way_out="one of: " + ", ".join(sorted(FAULTS)))
    settings, clock = load_settings(), SystemClock()
    employers = to_employers(registry_of(settings, load(Upstreams)), today=clock.now().date())
    with start(
        WorldSettings(scale=scale, seed=seed, now=clock.now()),
        port=port,
        faults=tuple(fault or ()),
        latency_ms=latency_ms,
        employers=employers,
    ) as running:
        note(f"export GITHUB_API_URL={running.api_url} GITHUB_GRAPHQL_URL={running.graphql_url} GITHUB_TOKEN=sandbox")
        note("export " + " ".join(f"{name}='{url}'" for name, url in running.upstreams().items()))
        note("export TALENTSCOPE_NASDAQ=1 TALENTSCOPE_CONTACT=you@example.org FMP_API_KEY=sandbox")
        note(f"{scale:,} repositories and {len(employers)} companies, seed {seed}; Ctrl-C ends it")
        try:
            while True:
                clock.sleep(3600)
        except KeyboardInterrupt:
            note("sandbox ended")
