"""What is stale here: the settings, the snapshot's runs and the desk put together."""

from __future__ import annotations

from datetime import datetime

import duckdb

from talentscope.cli.assemble import build_desk, may_have_desk
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.observing import Observing
from talentscope.runtime.settings import Settings, load
from talentscope.runtime.staleness import Stale, find_stale
from talentscope.warehouse.gauges import read_good_ends


def stale_here(settings: Settings, connection: duckdb.DuckDBPyConnection, *, is_demo: bool) -> list[Stale]:
    """What is stale by the published snapshot and the desk. Invented data never is: nothing renews it.

    Raises WarehouseError, DeskError.
    """
    if is_demo:
        return []
    limits, ends = load(Observing).stale_limits, read_good_ends(connection)
    overdue: dict[str, datetime] = {}
    if may_have_desk(settings):
        with build_desk(settings) as desk:
            overdue = {request.reference: request.due_at for request in desk.requests.list("open")}
            for pipeline in limits:
                done = desk.past_runs.ended_well(pipeline)
                if done is not None:
                    ends[pipeline] = max(done, ends.get(pipeline, done))
    return find_stale(SystemClock().now(), good_ends=ends, limits=limits, overdue=overdue)
