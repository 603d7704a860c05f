"""Requests, settings and sessions that tests of signing in are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from fastapi import Request, Response

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.settings import load
from talentscope.runtime.web_settings import WebSettings
from talentscope.web.signin.ended import EndedSessions
from talentscope.web.signin.sessions import Sessions, Signer

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = "0123456789abcdef0123456789abcdef"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ANYWHERE = "0.0.0.0"  # noqa: S104 - the address whose danger is tested
PASSWORD = "correct horse battery"


def web(**values: Any) -> WebSettings:
    return load(WebSettings, _env_file=None, **values)


def ask(
    cookies: dict[str, str] | None = None,
    *,
    host: str = "127.0.0.1:8080",
    scheme: str = "http",
    peer: str = "127.0.0.1",
    headers: dict[str, str] | None = None,
) -> Request:
    named = {"host": host} | (headers or {})
    if cookies:
        named["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": "/leads",
            "query_string": b"",
            "scheme": scheme,
            "server": ("127.0.0.1", 8080),
            "client": (peer, 1),
            "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
            "state": {},
        }
    )


def cookies_of(response: Response) -> dict[str, str]:
    pairs = [value.split(";")[0].split("=", 1) for value in response.headers.getlist("set-cookie")]
    return {name: value.strip('"') for name, value in pairs}


HASH = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"


def make_sessions(folder: Path, clock: FixedClock, key: str = KEY, **values: Any) -> Sessions:
    return Sessions(Signer(key), EndedSessions(folder / "sessions.sqlite"), web(**values), clock)
