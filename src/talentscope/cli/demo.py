"""`demo`: everything once, on the sandbox."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from talentscope.cli import leads as leads_command
from talentscope.cli.assemble import prepare_home, run_talent
from talentscope.cli.run import tell
from talentscope.cli.show import note
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.log import configure_log
from talentscope.runtime.settings import Settings, load_settings
from talentscope.scoring.brief import find_brief, list_briefs


def demo(
    brief: Annotated[str, typer.Option("--brief", "-b", help="Whose leads to show at the end.")] = "minecraft-modders",
    scale: Annotated[int, typer.Option("--scale", min=300, help="Repositories in the invented world.")] = 20000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same world.")] = 1,
) -> None:
    """The whole pipeline once, on an invented GitHub: no account, no token, no network.

    Starts the sandbox, collects for every shipped brief, loads, transforms, checks, publishes, and prints the leads.
    Its data lives in demo/ inside the data directory. Nobody in it is real.
    """
    from talentscope.sandbox.limits import UNLIMITED
    from talentscope.sandbox.server import WorldSettings, start

    settings = load_settings()
    configure_log(settings.log_level)
    home = _fresh(settings.home / "demo")
    wanted = find_brief(brief)
    briefs = {item.name: item for item in [*(find_brief(name) for name in list_briefs()), wanted]}
    world = WorldSettings(scale=scale, seed=seed, now=SystemClock().now())
    with start(world, limits=UNLIMITED) as sandbox:  # the real pace would make a minute of waiting out of seconds
        note(f"the sandbox plays GitHub with {scale:,} invented repositories at {sandbox.api_url}")
        outcome = run_talent(_aimed(settings, home, sandbox.api_url, sandbox.graphql_url), list(briefs.values()))
    tell(outcome, [])
    leads_command.show(_aimed(settings, home, "http://localhost", "http://localhost"), wanted, limit=10)
    shown = f"TALENTSCOPE_HOME={home} talentscope"
    note(f"\nlook again:      {shown} leads {wanted.name} --limit 50")
    note(f"other briefs:    {', '.join(name for name in briefs if name != wanted.name)}")
    note(f"what was read:   {shown} status")


def _fresh(home: Path) -> Path:
    """An empty directory for the demo, which begins anew each time."""
    if home.is_dir():
        shutil.rmtree(home)
    return prepare_home(home)


def _aimed(settings: Settings, home: Path, api_url: str, graphql_url: str) -> Settings:
    """The same settings, aimed at the sandbox: never the user's own token or warehouse."""
    return load_settings(
        GITHUB_TOKEN=SecretStr("sandbox"),
        GITHUB_API_URL=api_url,
        GITHUB_GRAPHQL_URL=graphql_url,
        DATABASE_URL=None,
        TALENTSCOPE_HOME=home,
        TALENTSCOPE_LOG_LEVEL=settings.log_level,
    )
