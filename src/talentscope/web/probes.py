"""`/healthz` and `/readyz`, for machines that look after us: a line of text, or JSON for whoever asks for it.

Anybody may ask, so the reasons name no path, no host and no version.
"""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from talentscope.runtime.errors import DeskError, SnapshotMissing, WarehouseError
from talentscope.web.parts import Parts

OK = ""


def install(app: FastAPI, parts: Parts) -> None:
    """Add both routes."""

    @app.get("/healthz", include_in_schema=False)
    def alive(request: Request) -> Response:
        return _tell(request, {}, good="ok")

    @app.get("/readyz", include_in_schema=False)
    def ready(request: Request) -> Response:
        return _tell(request, {"snapshot": _snapshot(parts), "desk": _desk(parts)}, good="ready")


def _snapshot(parts: Parts) -> str:
    try:
        with parts.reader.read() as reading:
            reading.connection.execute("SELECT 1").fetchone()
    except SnapshotMissing:
        return "nothing has been published yet"
    except WarehouseError:
        return "the snapshot cannot be read"
    return OK


def _desk(parts: Parts) -> str:
    try:
        parts.desk.suppression_count()
    except DeskError:
        return "the desk does not answer"
    return OK


def _tell(request: Request, reasons: dict[str, str], *, good: str) -> Response:
    """`reasons` by what was looked at, empty where all is well."""
    troubles = {name: reason for name, reason in reasons.items() if reason != OK}
    status = 503 if troubles else 200
    if "application/json" in request.headers.get("accept", ""):
        checks = {
            name: {"ok": reason == OK} | ({"reason": reason} if reason else {}) for name, reason in reasons.items()
        }
        return JSONResponse({"status": "not ready" if troubles else good, "checks": checks}, status_code=status)
    return PlainTextResponse("; ".join(troubles.values() or [good]) + "\n", status_code=status)
