"""`demo`: everything once, on the sandbox."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from talentscope.cli import leads as leads_command
from talentscope.cli.assemble import companies_run, prepare_home, run_talent
from talentscope.cli.companies import print_companies
from talentscope.cli.run import tell
from talentscope.cli.run_companies import tell as tell_companies
from talentscope.cli.serve import DEMO_MARK, LOCAL, Port, check_port, show_page
from talentscope.cli.show import note
from talentscope.cli.stage import aimed, surroundings, to_employers
from talentscope.registry.read import read_registry
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.log import configure_log
from talentscope.runtime.settings import Settings, load, load_settings
from talentscope.runtime.web_settings import WebSettings
from talentscope.scoring.brief import Brief, find_brief, list_briefs
from talentscope.scoring.companies import Question, find_companies
from talentscope.warehouse.snapshot import open_snapshot


def demo(
    brief: Annotated[str, typer.Option("--brief", "-b", help="Whose leads to show at the end.")] = "minecraft-modders",
    scale: Annotated[int, typer.Option("--scale", min=300, help="Repositories in the invented world.")] = 20000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same world.")] = 1,
    is_served: Annotated[
        bool, typer.Option("--serve", help="Then serve its page, where runs can be started too, and open it.")
    ] = False,
    port: Port = None,
) -> None:
    """Both pipelines once, on the sandbox: no account, no token, no network.

    Starts the sandbox, runs the talent pipeline for every shipped brief and the companies pipeline for every company of
    the registry, and ends with both rankings. Its data lives in demo/ inside the data directory. Nobody in it is real;
    the companies have real names and invented figures.
    """
    from talentscope.sandbox.limits import UNLIMITED
    from talentscope.sandbox.server import WorldSettings, start

    settings = load_settings()
    configure_log(settings.log_level)
    if is_served:
        check_port(port)
    home = _fresh(settings.home / "demo")
    wanted = find_brief(brief)
    briefs = {item.name: item for item in [*(find_brief(name) for name in list_briefs()), wanted]}
    now = SystemClock().now()
    employers = to_employers(read_registry(), today=now.date())
    world = WorldSettings(scale=scale, seed=seed, now=now)
    with start(world, limits=UNLIMITED, employers=employers) as sandbox:  # the real pace would be a minute of waiting
        note(f"the sandbox plays GitHub with {scale:,} invented repositories at {sandbox.api_url}")
        aim, upstreams = aimed(settings, home, sandbox)
        tell(run_talent(aim, list(briefs.values())), [])
        note(f"and the sources of {len(employers)} companies: real names, invented figures")
        with companies_run(aim, upstreams, hurried=True) as run:
            tell_companies(run.execute())
        _show(aim, wanted)
        _tell_ways(home, wanted.name, [name for name in briefs if name != wanted.name])
        if is_served:
            note(
                "a run that is started on its page asks the sandbox too; companies at the pace of real sources: minutes"
            )
            show_page(aim, port, surroundings=surroundings(home, sandbox))
    if not is_served:
        _tell_page(home)


def _tell_page(home: Path) -> None:
    served_at = f"http://{LOCAL}:{load(WebSettings).port}"
    note("page with runs:  talentscope demo --serve")
    note(f"the page:        TALENTSCOPE_HOME={home} talentscope serve, then {served_at}")


def _show(aim: Settings, wanted: Brief) -> None:
    """Both rankings."""
    leads_command.show(aim, wanted, limit=10)
    with open_snapshot(aim.home) as snapshot:
        question = Question(limit=10)
        print_companies(find_companies(snapshot.connection, question), question)
    note("the companies' names are real, every figure of them is invented")


def _tell_ways(home: Path, brief: str, others: list[str]) -> None:
    """What to look at next, with commands that can be copied."""
    shown = f"TALENTSCOPE_HOME={home} talentscope"
    note(f"\nlook again:      {shown} leads {brief} --limit 50")
    note(f"                 {shown} companies --sort value_per_offer")
    note(f"                 {shown} companies show nvidia")
    note(f"other briefs:    {', '.join(others)}")
    note(f"what was read:   {shown} status")


def _fresh(home: Path) -> Path:
    """An empty directory for the demo, which begins anew each time."""
    if home.is_dir():
        shutil.rmtree(home)
    prepare_home(home)
    (home / DEMO_MARK).write_text("The data here is invented, by `talentscope demo`.\n", encoding="utf-8")
    return home
