"""Where the next page begins: an opaque, signed mark that holds for one snapshot and one question.

Nobody can make one up, carry it over to another question, or go on in a newer snapshot and so miss or repeat somebody.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from talentscope.web.errors import Conflict, RequestRefused

SIGNATURE = 16
"""Bytes of the signature that are kept: 128 bits."""


class Hasher(Protocol):
    """The desk's (desk/key.py)."""

    def secret(self, secret: str) -> str:
        """Keyed hash, hexadecimal."""


@dataclass(frozen=True)
class Cursor:
    """`of`: the snapshot's name, empty where only the desk is read. `question`: what was asked, hashed; `place`: where
    the next page begins, as the resource wants it."""

    of: str
    question: str
    place: tuple[Any, ...]

    def seal(self, hasher: Hasher) -> str:
        """As text for an address."""
        body = orjson.dumps([self.of, self.question, self.place])
        return base64.urlsafe_b64encode(_sign(hasher, body) + body).decode().rstrip("=")


def open_cursor(text: str, hasher: Hasher, *, of: str, question: str) -> tuple[Any, ...] | None:
    """The place that a cursor holds; None for no cursor.

    Raises RequestRefused (400) for one that is not ours or of another question, Conflict (409) for an older snapshot.
    """
    if not text:
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise _not_ours() from error
    signature, body = raw[:SIGNATURE], raw[SIGNATURE:]
    if not hmac.compare_digest(signature, _sign(hasher, body)):
        raise _not_ours()
    came_of, came_question, place = orjson.loads(body)
    if came_question != question:
        raise RequestRefused(
            "this cursor belongs to another question: its filters, order or brief differ",
            way_out="follow `next` unchanged, or begin anew without a cursor",
        )
    if came_of != of:
        raise Conflict(
            "a newer snapshot has been published since the first page: pages of the two would not fit together",
            way_out="begin anew without a cursor",
        )
    return tuple(place)


def _sign(hasher: Hasher, body: bytes) -> bytes:
    return bytes.fromhex(hasher.secret(f"cursor:{body.hex()}"))[:SIGNATURE]


def _not_ours() -> RequestRefused:
    return RequestRefused(
        "this is no cursor of ours", way_out="follow `next` unchanged, or begin anew without a cursor"
    )
