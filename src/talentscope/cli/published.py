"""What has been published, for commands: the shared place of snapshots, whoever follows it, and the newest snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from talentscope.cli.secret import secret
from talentscope.cli.show import plain, warn
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import StorageError
from talentscope.runtime.settings import Settings, load
from talentscope.runtime.storage_settings import StorageSettings
from talentscope.transport.objects import Access, Objects, open_objects, parse_place
from talentscope.warehouse.snapshot import Snapshot, find_snapshot, open_snapshot

if TYPE_CHECKING:
    from talentscope.warehouse.follow import Follower


def access_of(storage: StorageSettings) -> Access:
    """How buckets are reached."""
    return Access(
        endpoint=storage.aws_endpoint_url,
        region=storage.aws_region,
        key_id=storage.aws_access_key_id,
        secret=secret(storage.aws_secret_access_key, setting="AWS_SECRET_ACCESS_KEY") or "",
        session=secret(storage.aws_session_token, setting="AWS_SESSION_TOKEN") or "",
        google=storage.storage_emulator_host,
    )


def shared_place(settings: Settings) -> Objects | None:
    """Where snapshots are shared, None when nowhere: invented data stays in its own directory, whatever is set."""
    from talentscope.cli.serve import DEMO_MARK

    storage = load(StorageSettings)
    if not storage.snapshots or (settings.home / DEMO_MARK).exists():
        return None
    return open_objects(parse_place(storage.snapshots, what="TALENTSCOPE_SNAPSHOTS"), access_of(storage))


def follower_of(settings: Settings) -> Follower | None:
    """Whoever brings shared snapshots into the data directory; None when none are shared."""
    objects = shared_place(settings)
    if objects is None:
        return None
    from talentscope.warehouse.follow import Follower  # the command line says its help without pyarrow

    return Follower(objects, home=settings.home, clock=SystemClock())


def published(settings: Settings) -> Snapshot:
    """The newest snapshot, open. Where the shared place does not answer, the last one that came, with a warning.

    Raises SnapshotMissing, WarehouseError, and StorageError when nothing has ever come.
    """
    follower = follower_of(settings)
    if follower is not None:
        try:
            follower.catch_up()
        except StorageError as error:
            if find_snapshot(settings.home) is None:
                raise
            warn(f"{plain(error.message, limit=400)}; this is the last snapshot that came")
    return open_snapshot(settings.home)
