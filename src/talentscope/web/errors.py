"""What can go wrong with a request, and the HTTP status of every error of ours."""

from __future__ import annotations

from talentscope.runtime.errors import (
    BriefError,
    DeskError,
    OutOfBudget,
    SnapshotMissing,
    TalentscopeError,
    UsageError,
    WarehouseLocked,
)


class RequestRefused(UsageError):
    """A request that is not answered, with its HTTP status."""

    status = 400

    def __init__(self, message: str, *, way_out: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(message, way_out=way_out)
        self.headers = headers or {}


class NotSignedIn(RequestRefused):
    """Nobody has said who they are."""

    status = 401


class NotAllowed(RequestRefused):
    """The user lacks the role."""

    status = 403


class NotHere(RequestRefused):
    """There is no such thing."""

    status = 404


class Conflict(RequestRefused):
    """Somebody was faster, or the snapshot is another by now."""

    status = 409


class TooMany(RequestRefused):
    """Too many requests in a minute."""

    status = 429


_STATUS: tuple[tuple[type[TalentscopeError], int], ...] = (
    (BriefError, 422),
    (UsageError, 400),
    (SnapshotMissing, 503),
    (DeskError, 503),
    (OutOfBudget, 503),
    (WarehouseLocked, 409),
)


def status_of(error: TalentscopeError) -> int:
    """The HTTP status for an error of ours; 500 for what is our own fault."""
    if isinstance(error, RequestRefused):
        return error.status
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
