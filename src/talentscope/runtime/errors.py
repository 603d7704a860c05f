"""Every error that talentscope raises on purpose, grouped by what to do next.

    TalentscopeError                 exit 1   stop the run
    ├── UsageError                   exit 2   tell the user: what was expected, what came, where, the way out
    │   ├── BriefError                        a brief file
    │   ├── RegistryError                     a file of companies
    │   └── SettingError                      an environment variable or a settings file
    ├── OutOfBudget                  exit 75  everything is kept; run again later
    ├── UpstreamError                exit 1   an outside service failed for longer than retries cover
    │   ├── UpstreamDown                      no answer, or 5xx until the retries were spent
    │   ├── UpstreamRefused                   401, 403, 404, 422: asking again will not help
    │   └── UpstreamMalformed                 an answer that is not what its contract says
    ├── WarehouseError               exit 1   the warehouse cannot be read or written
    │   ├── WarehouseLocked                   another run holds it
    │   ├── WarehouseAway            exit 1   its server does not answer; nothing was begun
    │   ├── WarehouseGone            exit 75  its server went away in mid-run; everything stored is kept
    │   ├── ChecksFailed                      a check found rows; the last good snapshot stays
    │   └── SnapshotOfAnotherVersion          tables that this version does not read; the last good one serves on
    ├── StorageError                 exit 1   a bucket or directory of snapshots or backups cannot be read or written
    │   └── Overtaken                         somebody else wrote first; nothing was overwritten
    ├── BackupError                  exit 1   a backup is damaged, or does not fit here
    ├── DeskError                    exit 1   the desk (suppressions, audit) cannot be read or written
    └── SnapshotMissing              exit 1   nothing has been published yet

Nothing here is caught in order to go on; `cli` turns each into one message and its exit code.
"""

from __future__ import annotations

from datetime import datetime

from talentscope.runtime.masking import hide


class TalentscopeError(Exception):
    """Base of all. `message` says what happened; `way_out` what the reader can do about it."""

    exit_code = 1

    def __init__(self, message: str, *, way_out: str = "") -> None:
        message = hide(message)  # it may be stored, logged and shown: a library's text in it may have quoted a secret
        super().__init__(message)
        self.message = message
        self.way_out = way_out


class UsageError(TalentscopeError):
    """The input is wrong; nothing was done."""

    exit_code = 2


class BriefError(UsageError):
    """A brief does not say what a brief must say."""


class RegistryError(UsageError):
    """A registry of companies does not say what it must say."""


class SettingError(UsageError):
    """A setting is missing or malformed."""


class OutOfBudget(TalentscopeError):
    """An upstream's rate limit is spent for longer than we may wait. `resets_at` is aware UTC, or None if unknown."""

    exit_code = 75

    def __init__(self, message: str, *, resource: str, resets_at: datetime | None, way_out: str = "") -> None:
        super().__init__(message, way_out=way_out)
        self.resource = resource
        self.resets_at = resets_at


class UpstreamError(TalentscopeError):
    """An outside service is at fault, or says that we are."""


class UpstreamDown(UpstreamError):
    """No usable answer after all retries."""


class UpstreamRefused(UpstreamError):
    """The service refuses the request for good. `status` is the HTTP status."""

    def __init__(self, message: str, *, status: int, way_out: str = "") -> None:
        super().__init__(message, way_out=way_out)
        self.status = status


class UpstreamMalformed(UpstreamError):
    """The answer breaks the upstream's own contract (HTML for JSON, a truncated body, a missing envelope)."""


class WarehouseError(TalentscopeError):
    """The warehouse cannot do what was asked."""


class WarehouseLocked(WarehouseError):
    """Another run holds the warehouse."""


class WarehouseAway(WarehouseError):
    """The server does not answer, so nothing was begun: it is away for a moment, or the address is wrong."""


class WarehouseGone(WarehouseError):
    """The server went away while a run held it, and the run's lock with it. The next run goes on."""

    exit_code = 75


class ChecksFailed(WarehouseError):
    """One or more checks found rows that break a rule. The last good snapshot is untouched."""


class StorageError(TalentscopeError):
    """A bucket or directory cannot be reached, refuses, or holds what it should not."""


class Overtaken(StorageError):
    """Somebody else wrote first: the object is another than the one that was to be replaced."""


class BackupError(TalentscopeError):
    """A backup is damaged, too new, or made with another key."""


class DeskError(TalentscopeError):
    """The desk cannot do what was asked, or its key is not the one it was written with."""


class SnapshotOfAnotherVersion(WarehouseError):
    """The snapshot was published by a version whose tables this one does not read."""


class SnapshotMissing(TalentscopeError):
    """Nothing has been published in this data directory yet."""
