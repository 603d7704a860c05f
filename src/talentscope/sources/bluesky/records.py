"""One message of Bluesky's Jetstream becomes a frozen record. Pure and strict.

Shapes: bluesky-social/jetstream README (kind, did, time_us, commit.operation, commit.rkey, commit.record) and the
lexicon app.bsky.feed.post (text, langs).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

COLLECTION = "app.bsky.feed.post"

_DID = re.compile(r"did:[a-z]{2,20}:[A-Za-z0-9._:%-]{1,250}")
_RKEY = re.compile(r"[A-Za-z0-9._:~-]{1,512}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True)
class Written:
    """A post. `at_us` is when the relay saw it (the author's own clock cannot be trusted), microseconds since 1970."""

    did: str
    rkey: str
    at_us: int
    text: str
    language: str | None

    @property
    def key(self) -> str:
        """What tells posts apart."""
        return f"{self.did}/{self.rkey}"

    @property
    def posted_at(self) -> datetime:
        """Aware UTC."""
        return datetime.fromtimestamp(self.at_us / 1_000_000, UTC)


@dataclass(frozen=True)
class Removed:
    """A post that its author deleted."""

    did: str
    rkey: str
    at_us: int

    @property
    def key(self) -> str:
        """What tells posts apart."""
        return f"{self.did}/{self.rkey}"


@dataclass(frozen=True)
class Other:
    """A message about something else: an account, an identity, an edit."""

    at_us: int


def parse_message(text: str) -> Written | Removed | Other:
    """Raises ValueError with the reason if the message is not what Jetstream sends."""
    import orjson

    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValueError("no JSON") from error
    if not isinstance(data, Mapping):
        raise ValueError("no object")
    at_us, did = data.get("time_us"), data.get("did")
    if not isinstance(at_us, int) or isinstance(at_us, bool) or not 0 < at_us < 1 << 53:
        raise ValueError("time_us is no time")
    if data.get("kind") != "commit":
        return Other(at_us)
    if not isinstance(data.get("commit"), Mapping):
        raise ValueError("commit is missing")
    return _commit(did, at_us, data["commit"])


def _commit(did: object, at_us: int, commit: Mapping[str, object]) -> Written | Removed | Other:
    if commit.get("collection") != COLLECTION or commit.get("operation") not in ("create", "delete"):
        return Other(at_us)
    rkey = commit.get("rkey")
    if not isinstance(did, str) or not _DID.fullmatch(did):
        raise ValueError("did is malformed")
    if not isinstance(rkey, str) or not _RKEY.fullmatch(rkey):
        raise ValueError("rkey is malformed")
    if commit["operation"] == "delete":
        return Removed(did, rkey, at_us)
    record = commit.get("record")
    if not isinstance(record, Mapping) or not isinstance(record.get("text"), str):
        raise ValueError("a post without a text")
    return Written(did, rkey, at_us, record["text"], _language(record.get("langs")))


def _language(langs: object) -> str | None:
    """The one language that the author's program says; None if it says none or several."""
    if langs is None:
        return None
    if not isinstance(langs, list) or not all(isinstance(name, str) for name in langs):
        raise ValueError("langs is no list of strings")
    known = {name.partition("-")[0].lower() for name in langs if _LANGUAGE.fullmatch(name)}
    return known.pop() if len(known) == 1 else None
