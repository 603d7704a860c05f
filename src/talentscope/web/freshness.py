"""Whether what the pages show is old, or its last load failed: a sentence above every page, for those who trust it.

What counts as old is what `talentscope status` calls stale. Asked of the desk every few seconds at most, and of each
snapshot once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from talentscope.runtime.errors import TalentscopeError
from talentscope.runtime.observing import Observing
from talentscope.runtime.schedule import Ending
from talentscope.runtime.settings import load
from talentscope.warehouse.gauges import read_good_ends
from talentscope.web.formats import age
from talentscope.web.parts import Parts

KEPT = timedelta(seconds=10)
SHOWN = {"talent": "Leads", "companies": "Companies"}


class Freshness:
    """The sentences of one app. Threads that ask at once may both look; the later one is kept."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._limits = parts, load(Observing).stale_limits
        self._known: tuple[datetime, list[str]] | None = None

    def warnings(self) -> list[str]:
        """What people should know before they trust what they see. Invented data is never old: nothing renews it."""
        if self._parts.is_demo:
            return []
        now = self._parts.clock.now()
        if self._known is None or not timedelta() <= now - self._known[0] < KEPT:
            self._known = now, self._look(now)
        return self._known[1]

    def _look(self, now: datetime) -> list[str]:
        try:
            with self._parts.reader.read() as reading:
                ends = reading.remember("good ends", lambda: read_good_ends(reading.connection))
            found = [self._judge(pipeline, ends.get(pipeline), now) for pipeline in SHOWN]
        except TalentscopeError:  # nothing published, or the desk is away: the page itself says so
            return []
        return [sentence for sentence in found if sentence]

    def _judge(self, pipeline: str, ended_well: datetime | None, now: datetime) -> str:
        """The sentence about one pipeline, empty when all is well. Raises DeskError."""
        past = self._parts.desk.past_runs
        good = max((at for at in (ended_well, past.ended_well(pipeline)) if at is not None), default=None)
        runs = past.list(pipeline, limit=1)
        is_failing = bool(runs) and runs[0].ending is Ending.failed and (good is None or runs[0].ended_at > good)
        if good is not None and now - good > self._limits[pipeline]:
            failed = ", and the last run failed" if is_failing else ""
            return f"{SHOWN[pipeline]} are old: renewed last {age(good, now)}{failed}."
        return f"{SHOWN[pipeline]}: the last run failed {age(runs[0].ended_at, now)}." if is_failing else ""
