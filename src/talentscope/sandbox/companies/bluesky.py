"""Bluesky's Jetstream (https://github.com/bluesky-social/jetstream): a WebSocket that replays from a cursor and goes on
live. Posts of strangers, mentions, and events that are no posts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from talentscope.runtime.clock import Clock
from talentscope.sandbox.companies.chance import number
from talentscope.sandbox.companies.chatter import Post
from talentscope.sandbox.companies.gate import CompanyGate
from talentscope.sandbox.companies.sabotage import change_message
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.door import read_call
from talentscope.sandbox.faults import Faults

COLLECTION = "app.bsky.feed.post"
KEPT = timedelta(hours=36)
"""An older cursor begins where the stream's memory begins."""

LIVE_SECONDS = 0.1
CUT_AFTER = 100
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"


class Jetstream:
    """The stream's door: it counts its connections like any other upstream's requests."""

    def __init__(
        self, world: CompanyWorld, gate: CompanyGate, faults: Faults, *, clock: Clock, latency_ms: float
    ) -> None:
        self._world, self._gate, self._faults, self._clock = world, gate, faults, clock
        self._latency_ms = latency_ms
        self._in_flight = 0

    async def subscribe(self, socket: WebSocket) -> None:
        """One connection, until the caller leaves."""
        self._in_flight += 1
        try:
            call = read_call(socket, b"", self._clock.now().timestamp())
            refusal = self._gate.opening(call, in_flight=self._in_flight)
            await asyncio.sleep(self._latency_ms / 1000)
            if refusal is not None:
                await self._refuse(socket, silent=refusal.is_silent)
                return
            await socket.accept()
            await self._run(socket)
        except (WebSocketDisconnect, OSError):
            return
        finally:
            self._in_flight -= 1

    async def _refuse(self, socket: WebSocket, *, silent: bool) -> None:
        if silent:
            await socket.accept()
            await socket.receive()  # it never says anything
            return
        await socket.close(code=1013)

    async def _run(self, socket: WebSocket) -> None:
        """Replay, then live, until the caller hangs up: only then is there anything to receive."""
        talking = asyncio.ensure_future(self._talk(socket))
        hanging_up = asyncio.ensure_future(socket.receive())
        try:
            await asyncio.wait({talking, hanging_up}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (talking, hanging_up):
                task.cancel()
            await asyncio.gather(talking, hanging_up, return_exceptions=True)

    async def _talk(self, socket: WebSocket) -> None:
        now = self._world.now()
        cursor = _cursor(socket.query_params.get("cursor"), now)
        wanted = socket.query_params.getlist("wantedCollections")
        for sent, message in enumerate(self._replay(cursor, now, wanted), 1):
            await self._send(socket, message)
            if sent == CUT_AFTER and self._faults.strikes_at("stream-cut", ("bluesky",)):
                await socket.close(code=1011)
                return
            if sent % 10 == 0:
                await asyncio.sleep(0)  # others want to be served too
        while True:
            at = self._world.now()
            await self._send(socket, _identity("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", _micros(at)))
            await asyncio.sleep(LIVE_SECONDS)

    async def _send(self, socket: WebSocket, message: dict[str, Any]) -> None:
        await socket.send_text(orjson.dumps(change_message(message, self._faults, "bluesky")).decode())

    def _replay(self, since: datetime, until: datetime, wanted: list[str]) -> Iterator[dict[str, Any]]:
        minute = since.replace(second=0, microsecond=0)
        while minute < until:
            end = min(until, minute + timedelta(minutes=1))
            for post in self._world.written("bluesky", max(since, minute), end):
                yield from _events(post, wanted)
            minute += timedelta(minutes=1)


def _cursor(text: str | None, now: datetime) -> datetime:
    """Where to begin: microseconds since 1970; without one, or with one of the future, now."""
    if not text or not text.isascii() or not text.isdigit():
        return now
    at = datetime.fromtimestamp(min(int(text) / 1_000_000, now.timestamp()), UTC)
    return max(at, now - KEPT)


def _events(post: Post, wanted: list[str]) -> Iterator[dict[str, Any]]:
    """A post, and around some of them an event that is none. Collections that are not wanted are left out."""
    did, micros = _did(post.author), _micros(post.at) + post.post_id % 1_000_000
    others = post.post_id % 40
    if others == 0:
        yield _identity(did, micros)
    elif others == 1:
        yield {"did": did, "time_us": micros, "kind": "account", "account": {"active": True, "did": did, "seq": 1}}
    if not wanted or COLLECTION in wanted:
        yield _commit(did, micros, "create", _key(post), _record(post))
        if others == 2:
            yield _commit(did, micros + 1, "update", _key(post), _record(post))
        elif others == 3 and post.company_id is None:
            yield _commit(did, micros + 2, "delete", _key(post), None)
    if not wanted and others == 4:
        yield _commit(
            did,
            micros,
            "create",
            _key(post),
            {"$type": "app.bsky.feed.like", "createdAt": _told(post)},
            "app.bsky.feed.like",
        )


def _record(post: Post) -> dict[str, Any]:
    text = f"{post.title}\n{post.text}" if post.title else post.text
    return {
        "$type": COLLECTION,
        "createdAt": _told(post),
        "langs": [post.language],
        "text": text,
    }


def _told(post: Post) -> str:
    return f"{post.at:%Y-%m-%dT%H:%M:%S}.000Z"


def _commit(
    did: str, micros: int, operation: str, key: str, record: dict[str, Any] | None, collection: str = COLLECTION
) -> dict[str, Any]:
    commit: dict[str, Any] = {"rev": key, "operation": operation, "collection": collection, "rkey": key}
    if record is not None:
        commit |= {"record": record, "cid": f"bafyrei{key}"}
    return {"did": did, "time_us": micros, "kind": "commit", "commit": commit}


def _identity(did: str, micros: int) -> dict[str, Any]:
    return {
        "did": did,
        "time_us": micros,
        "kind": "identity",
        "identity": {"did": did, "handle": "x.example", "seq": 1},
    }


def _did(author: str) -> str:
    value = number("did", author, below=32**24)
    return "did:plc:" + "".join(_LETTERS[value >> 5 * place & 31] for place in range(24))


def _key(post: Post) -> str:
    return "3" + "".join(_LETTERS[post.post_id * 7919 >> 5 * place & 31] for place in range(12))


def _micros(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000 + at.microsecond
