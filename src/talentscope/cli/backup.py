"""`backup` and `restore`: what cannot be collected or typed again, into one file and back."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from talentscope.cli.assemble import build_desk, prepare_home, warehouse_of
from talentscope.cli.database import desk_address
from talentscope.cli.published import access_of
from talentscope.cli.secret import secret
from talentscope.cli.show import note, warn
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import BackupError, StorageError, UsageError
from talentscope.runtime.settings import Settings, load, load_settings
from talentscope.runtime.storage_settings import StorageSettings
from talentscope.transport.objects import NAME, Objects, Place, open_objects, parse_place

if TYPE_CHECKING:
    from talentscope.backup.archive import Manifest
    from talentscope.backup.restore import Target
    from talentscope.desk.engines.engine import Database


def backup(
    to: Annotated[str, typer.Argument(metavar="TO", help="A file, a directory, gs://bucket/… or s3://bucket/….")],
    with_key: Annotated[
        bool, typer.Option("--with-key", help="Put the desk's key in too: whoever has the file can then test logins.")
    ] = False,
) -> None:
    """Everything that cannot be collected or typed again, in one file: raw facts and the desk.

    Taken while no run writes. The file holds personal data and is readable by its owner only; docs/backup.md says how
    long to keep it. Without --with-key keep desk.key (or TALENTSCOPE_DESK_KEY) somewhere else: a restore needs it.
    """
    from talentscope.backup.take import take_backup

    settings, clock = load_settings(), SystemClock()
    name = f"talentscope-{clock.now():%Y%m%dT%H%M%SZ}.zip"
    with ExitStack() as stack:
        desk = stack.enter_context(build_desk(settings))  # makes it where there is none, and checks its key
        path = stack.enter_context(_outgoing(to, name, settings))
        warehouse = stack.enter_context(warehouse_of(settings))
        database = stack.enter_context(_desk(settings))
        key = _key(settings)
        with warehouse.hold(wait_seconds=settings.lock_wait_seconds, purpose="backup"):
            manifest = take_backup(
                path, warehouse=warehouse, database=database, key=key, with_key=with_key, clock=clock
            )
        told = f"{manifest.rows('raw'):,} rows of raw facts, {manifest.rows('desk'):,} of the desk"
        desk.record("backup", detail=told + (", with the key" if with_key else ""))
    note(f"backed up {told}")
    if not with_key:
        note("the desk's key is not in it: keep desk.key (or TALENTSCOPE_DESK_KEY) as well, elsewhere")


def restore(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A file, or its gs:// or s3:// address.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Also where there is something: say what would go.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --replace: do it.")] = False,
    publish: Annotated[bool, typer.Option("--publish", help="Then build and publish; else the next run does.")] = False,
) -> None:
    """Put a backup into this installation: into an empty one, or with --replace --yes in the place of what is there.

    The database may be another than the backup's: so a laptop moves to a server. Watermarks come along, so the next run
    goes on where the backup stood. Suppressions that are here stay, and apply to what comes back.
    """
    from talentscope.backup.archive import KEY, read_manifest
    from talentscope.backup.restore import Target, check_fit, find_occupied, is_begun, restore_backup

    settings = load_settings()
    home = prepare_home(settings.home)
    with _incoming(source, settings) as path:
        manifest = read_manifest(path)
        key, is_new = _target_key(settings, path, manifest)
        check_fit(manifest, key=key)
        with warehouse_of(settings) as warehouse, _desk(settings) as database:
            target = Target(home.resolve(), warehouse, database)
            with warehouse.hold(wait_seconds=settings.lock_wait_seconds, purpose="restore"):
                occupied = find_occupied(target)
                begun = is_begun(target.home, manifest)
                _agree(target, occupied, begun=begun, replace=replace, yes=yes)
                if is_new:
                    _write_key(home / KEY, key)
                done = restore_backup(path, manifest, target, key=key, is_clearing=bool(occupied))
    told = f"{done.facts:,} rows of raw facts, {sum(done.desk.values()):,} of the desk"
    with build_desk(settings) as desk:
        desk.record("restore", detail=f"{told}; backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC")
    note(f"restored {told}, as of {manifest.made_at:%Y-%m-%d %H:%M} UTC")
    if done.kept_out:
        note(f"{done.kept_out:,} rows of the desk went again: those people have said no here")
    if publish:
        _publish(settings)
    else:
        note("the next run publishes it; now: talentscope rebuild")


def _agree(target: Target, occupied: dict[str, int], *, begun: bool, replace: bool, yes: bool) -> None:
    """Whether what is there may go. Raises UsageError naming it."""
    if not occupied or begun:
        if begun:
            note("a restore of this backup was cut off here; it begins anew")
        return
    told = ", ".join(f"{count:,} {name}" for name, count in sorted(occupied.items()))
    if not replace:
        raise UsageError(
            f"there is something here already ({target.warehouse.engine}: {told}); nothing was done",
            way_out="restore into an empty place (TALENTSCOPE_HOME, DATABASE_URL), or add --replace",
        )
    warn(f"this would be replaced: {told}")
    if not yes:
        raise UsageError("nothing was done", way_out="add --yes to replace it; `talentscope backup` it first")


def _publish(settings: Settings) -> None:
    with (
        warehouse_of(settings) as warehouse,
        warehouse.hold(wait_seconds=settings.lock_wait_seconds, purpose="restore"),
    ):
        warehouse.transform()
        path = warehouse.publish(run_id="restore", is_forced=True)  # fewer than before is what was asked for
    note(f"published {path.name}")


@contextmanager
def _desk(settings: Settings) -> Iterator[Database]:
    from talentscope.desk.connection import database_at

    database = database_at(settings.home, desk_address(settings))
    try:
        yield database
    finally:
        database.close()


def _key(settings: Settings) -> str:
    """The key of a desk that is there."""
    from talentscope.desk.key import load_key

    given = secret(settings.desk_key, setting="TALENTSCOPE_DESK_KEY")
    return load_key(settings.home, given, may_create=False)


def _target_key(settings: Settings, path: Path, manifest: Manifest) -> tuple[str, bool]:
    """The key that is here, else the backup's own and True. Raises BackupError when there is neither."""
    from talentscope.backup.archive import KEY, unpack

    if settings.desk_key is not None or (settings.home / KEY).exists():
        return _key(settings), False
    if KEY not in manifest.members:
        raise BackupError(
            "the backup came without the desk's key, and there is none here; no suppression would be found",
            way_out="put its desk.key into the data directory, or set TALENTSCOPE_DESK_KEY to it",
        )
    only_key = type(manifest)(**{**vars(manifest), "members": {KEY: manifest.members[KEY]}})
    with tempfile.TemporaryDirectory(dir=settings.home, prefix=".restore-") as name:
        return unpack(path, only_key, Path(name))[KEY].read_text(encoding="ascii").strip(), True


def _write_key(path: Path, key: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
    note(f"the desk's key came with the backup and is now {path}")


@contextmanager
def _outgoing(to: str, name: str, settings: Settings) -> Iterator[Path]:
    """A file to write to; it is uploaded at the end where `to` is in a bucket."""
    place = parse_place(to, what="TO")
    if place.scheme == "file":
        path = Path(place.bucket)
        path = path / name if path.is_dir() or to.endswith("/") else path
        if not path.parent.is_dir():
            raise UsageError(f"there is no directory {path.parent}", way_out="make it, or name another")
        yield path
        note(f"into {path}")
        return
    objects, name = _object(place, name)
    with tempfile.TemporaryDirectory(dir=prepare_home(settings.home), prefix=".backup-") as folder:
        path = Path(folder) / name
        if objects.size(name) is not None:
            raise UsageError(f"{objects.address}/{name} is there already; nothing was done", way_out="name another")
        yield path
        objects.upload(path, name)
        if objects.size(name) != path.stat().st_size:
            raise StorageError(f"{objects.address}/{name} arrived damaged", way_out="delete it and run again")
    note(f"into {objects.address}/{name}")


@contextmanager
def _incoming(source: str, settings: Settings) -> Iterator[Path]:
    """The archive as a file here; out of a bucket it is fetched for a while."""
    place = parse_place(source, what="FROM")
    if place.scheme == "file":
        if Path(place.bucket).is_dir():
            raise UsageError(f"{place.bucket} is a directory", way_out="name one of the backups in it")
        yield Path(place.bucket)
        return
    objects, name = _object(place, "")
    size = objects.size(name) if name else None
    if size is None:
        raise UsageError(f"there is no backup {place.address}", way_out="name one: gs://bucket/path/talentscope-….zip")
    with tempfile.TemporaryDirectory(dir=settings.home, prefix=".restore-") as folder:
        path = Path(folder) / name
        with path.open("wb") as file:
            for piece in objects.pieces(name, size):
                file.write(piece)
        yield path


def _object(place: Place, name: str) -> tuple[Objects, str]:
    """The place of an object in a bucket, and its name: the last part of the path where that is a zip's."""
    head, _, last = place.prefix.rpartition("/")
    if last.endswith(".zip") and NAME.fullmatch(last):
        place, name = Place(place.scheme, place.bucket, head), last
    return open_objects(place, access_of(load(StorageSettings))), name
