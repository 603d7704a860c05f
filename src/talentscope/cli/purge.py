"""The purge: what was not seen again for too long goes, and is published without. By hand or by the schedule."""

from __future__ import annotations

from datetime import datetime

from talentscope.cli.assemble import build_desk, warehouse_of
from talentscope.cli.published import published
from talentscope.cli.show import note
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import SnapshotMissing, StorageError
from talentscope.runtime.settings import Settings

_SHOWN = """
SELECT EXISTS (SELECT 1 FROM repositories WHERE observed_at < $before)
  OR EXISTS (SELECT 1 FROM developers WHERE profile_observed_at < $before)
"""


def purge_unseen(settings: Settings) -> None:
    """Delete what was not seen for TALENTSCOPE_RETENTION_DAYS, and publish if anybody is still shown it.

    So a purge that was ended between deleting and publishing is made good by the next, on another machine too. Raises
    WarehouseLocked.
    """
    if settings.database_url is None and not (settings.home / "warehouse.duckdb").exists():
        note("nothing has been collected here")
        return
    before = SystemClock().now() - settings.retention
    with (
        warehouse_of(settings) as warehouse,
        warehouse.hold(wait_seconds=settings.lock_wait_seconds, purpose="privacy purge"),
    ):
        warehouse.prepare()
        count = warehouse.forget_unseen(before=before)
        note(f"deleted {count:,} raw rows that were not seen for {settings.retention_days} days")
        if count or _is_shown(settings, before):
            warehouse.transform()
            path = warehouse.publish(run_id="purge", is_forced=True)  # fewer people is what was asked for
            note(f"published {path.name} without them; the snapshot before it goes with the next publish")
    with build_desk(settings) as desk:
        desk.record("purge", detail=f"{count} raw rows, {settings.retention_days} days")


def _is_shown(settings: Settings, before: datetime) -> bool:
    try:
        with published(settings) as snapshot:
            row = snapshot.connection.execute(_SHOWN, {"before": before}).fetchone()
    except SnapshotMissing:
        return False
    except StorageError:  # what cannot be looked at is replaced, if it can be reached at all
        return True
    return bool(row and row[0])
