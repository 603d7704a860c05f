"""The shelf: static files answered from memory, before anything is routed, packed or handed to a thread.

A cold page waits for its style sheet, and in a thread that wait is behind whoever's page is being made. Armour and
Guard stand before the shelf, so headers, hosts and rates are what they are for every answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from talentscope.web.assets import FOREVER, Asset, Assets

ROUTE = "/static/{name}"


@dataclass(frozen=True)
class _Route:
    """What the log and the counts call these requests."""

    path: str = ROUTE


class Shelf:
    """Plain ASGI. What is not there goes on to the app, which says so as it says of any page."""

    def __init__(self, app: ASGIApp, *, assets: Assets) -> None:
        self._app, self._route = app, _Route()
        self._whole = {url: _answer(asset, asset.content, b"") for url, asset in assets.by_url.items()}
        self._packed = {
            url: _answer(asset, asset.packed, b"gzip") for url, asset in assets.by_url.items() if asset.packed
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["path"] not in self._whole or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        scope["route"] = self._route
        url = scope["path"]
        headers, body = self._packed[url] if url in self._packed and _takes_gzip(scope) else self._whole[url]
        await send({"type": "http.response.start", "status": 200, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body if scope["method"] == "GET" else b""})


def _answer(asset: Asset, body: bytes, encoding: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    headers = [
        (b"content-type", asset.media_type.encode("latin-1")),
        (b"content-length", str(len(body)).encode("latin-1")),
        (b"cache-control", FOREVER.encode("latin-1")),
        (b"vary", b"Accept-Encoding"),
    ]
    return [*headers, *([(b"content-encoding", encoding)] if encoding else [])], body


def _takes_gzip(scope: Scope) -> bool:
    """Whether gzip is among what is accepted, and not with a weight of zero. Rule: RFC 9110, 12.5.3."""
    told = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding").decode("latin-1")
    for choice in told.lower().split(","):
        coding, _, weight = choice.replace(" ", "").partition(";q=")
        if coding == "gzip":
            return weight.rstrip("0") not in {"0.", ""} if weight else True
    return False
