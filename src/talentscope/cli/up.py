"""`up`: page, API and schedule in one process, for a small team."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from talentscope.cli.serve import LOCAL, Host, Open, Port, answer, door, parts_of
from talentscope.cli.show import note, plain, warn
from talentscope.runtime import schedule
from talentscope.runtime.errors import TalentscopeError
from talentscope.runtime.log import configure_log
from talentscope.runtime.settings import load, load_settings
from talentscope.runtime.web_settings import WebSettings

if TYPE_CHECKING:
    from talentscope.web.jobs import Jobs
    from talentscope.web.parts import Parts

EVERY_SECONDS = 60.0


def up(host: Host = LOCAL, port: Port = None, open_page: Open = False) -> None:
    """The page, the API and the schedule, in one process.

    As `talentscope serve`, and starts each minute what is due: talent hourly, companies daily at 02:00 UTC, a full
    sweep on Sundays. A run is a process of its own, one at a time; windows that were missed are caught up by one run.
    When this ends, a run that is under way is asked to end too; what it has is kept.
    """
    settings = load_settings()
    configure_log(settings.log_level)
    with door(host, port, load(WebSettings)) as listening, parts_of(settings) as parts, _schedule(parts):
        answer(parts, listening, open_page=open_page)


@contextmanager
def _schedule(parts: Parts) -> Iterator[None]:
    """The thread that starts what is due, until the block ends."""
    if parts.jobs is None:
        warn("no run is started over invented data; set TALENTSCOPE_HOME to a data directory of your own")
        yield
        return
    jobs, has_ended = parts.jobs, threading.Event()
    for item in schedule.plan(parts.desk.leases.now(), parts.desk.past_runs.read()):
        note(f"{item.entry.title}: {'due now' if item.is_due else f'next {item.next_at:%Y-%m-%d %H:%M} UTC'}")

    def work() -> None:
        while True:
            try:
                start_due(jobs, parts)
            except TalentscopeError as error:
                warn(f"schedule: {plain(error.message, limit=400)}")
            if has_ended.wait(EVERY_SECONDS):
                return

    thread = threading.Thread(target=work, name="schedule", daemon=True)
    thread.start()
    try:
        yield
    finally:
        has_ended.set()
        thread.join()
        if jobs.running() is not None:
            note("asking the run to end; what it has is kept")
        jobs.close()


def start_due(jobs: Jobs, parts: Parts) -> bool:
    """Start what is due as one job, unless one is running, here or by another process's lease; whether one was started.

    Raises DeskError, JobTrouble.
    """
    entries = schedule.due(parts.desk.leases.now(), parts.desk.past_runs.read())
    if not entries or jobs.running() is not None or parts.desk.leases.holder_of(schedule.LEASE) is not None:
        return False
    title = "Due: " + ", ".join(entry.name for entry in entries)
    jobs.start(["--due"], title=title, actor="schedule")
    parts.desk.record("start run", detail=title, actor="schedule")
    return True
