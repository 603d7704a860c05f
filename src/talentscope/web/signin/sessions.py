"""Sessions: a signed cookie that says who signed in, when, and how; nothing is kept of it but its end.

A cookie is good until its hours are over, until nobody used it for a while, until somebody signs out, or until the
user's role or password changes (`mark`). Every sign-in begins a new one, so nobody can prepare one for somebody else.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from itsdangerous import BadData, URLSafeSerializer

from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import SettingError
from talentscope.runtime.web_settings import LEAST_KEY, WebSettings
from talentscope.web.signin.ended import EndedSessions
from talentscope.web.signin.surroundings import host_name, is_loopback

COOKIE = "talentscope"
SKEW_SECONDS = 60
RENEW_SECONDS = 60
"""How old the word on the last request may be before the cookie is sent again."""


@dataclass(frozen=True)
class Session:
    """Who signed in. Times are seconds since 1970; `claimed_role` is set only where the provider says the role."""

    session_id: str
    name: str
    via: str
    mark: str
    claimed_role: str
    began: int
    seen: int


class Signer:
    """Signs small values, each kind with a salt of its own."""

    def __init__(self, key: str) -> None:
        self._key = key

    def sign(self, kind: str, value: list[Any]) -> str:
        """Text for a cookie."""
        return str(self._serializer(kind).dumps(value))

    def read(self, kind: str, text: str) -> list[Any] | None:
        """What was signed; None for what was not, or was changed since."""
        try:
            value = self._serializer(kind).loads(text)
        except (BadData, ValueError, RecursionError):
            return None
        return value if isinstance(value, list) else None

    def mark(self, *texts: str) -> str:
        """Tells whether these texts are still the same, without telling them."""
        joined = "\0".join(texts).encode()
        return hmac.digest(self._key.encode(), b"mark\0" + joined, hashlib.sha256).hex()[:32]

    def _serializer(self, kind: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._key,
            salt=f"talentscope {kind}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )


class Sessions:
    """Begins, reads and ends sessions."""

    def __init__(self, signer: Signer, ended: EndedSessions, web: WebSettings, clock: Clock) -> None:
        self.signer = signer
        self._ended, self._web, self._clock = ended, web, clock
        self._longest = int(timedelta(hours=web.session_hours).total_seconds())
        self._idle = int(timedelta(minutes=web.idle_minutes).total_seconds())

    def begin(
        self, request: Request, response: Response, *, name: str, via: str, mark: str, claimed_role: str = ""
    ) -> Session:
        """A new session, its cookie set on the response; the one that the request had is over."""
        now = self._end_here(request)
        session = Session(secrets.token_urlsafe(18), name, via, mark, claimed_role, now, now)
        self._put(request, response, session)
        return session

    def read(self, request: Request) -> Session | None:
        """The session of a request; None for none, a forged or a changed one, and one that is over.

        One that is still good is renewed on the way back (`request.state.renewal`). Raises DeskError.
        """
        session = self._signed(request)
        if session is None:
            return None
        now = self._now()
        is_alive = session.began - SKEW_SECONDS <= now < session.began + self._longest
        is_awake = session.seen - SKEW_SECONDS <= now < session.seen + self._idle
        if not (is_alive and is_awake) or self._ended.is_ended(session.session_id):
            return None
        if now - session.seen >= min(RENEW_SECONDS, self._idle / 4):
            request.state.renewal = self._header(request, replace(session, seen=now))
        return session

    def end(self, request: Request, response: Response) -> None:
        """The session of the request is over, here and in the browser. Raises DeskError."""
        self._end_here(request)
        response.delete_cookie(self._name(request), path="/", secure=self.is_secure(request), httponly=True)

    def is_secure(self, request: Request) -> bool:
        """Whether cookies are for https only: everywhere but on this machine without it."""
        if self._web.is_public_safe or request.url.scheme == "https":
            return True
        return not is_loopback(host_name(request.headers.get("host", "")) or "")

    def put_aside(self, request: Request, response: Response, kind: str, value: list[Any], seconds: int) -> None:
        """A short-lived signed cookie of another kind, for the way to a provider and back."""
        text = self.signer.sign(kind, [*value, self._now() + seconds])
        response.set_cookie(
            self._name(request, kind), text, max_age=seconds, httponly=True, samesite="lax", **self._place(request)
        )

    def take_back(self, request: Request, response: Response | None, kind: str) -> list[Any] | None:
        """What was put aside, if its time is not over; with a response, it is cleared away."""
        name = self._name(request, kind)
        if response is not None:
            response.delete_cookie(name, httponly=True, **self._place(request))
        value = self.signer.read(kind, request.cookies.get(name, ""))
        if not value or not isinstance(value[-1], int) or value[-1] <= self._now():
            return None
        return value[:-1]

    def _end_here(self, request: Request) -> int:
        session, now = self._signed(request), self._now()
        if session is not None and session.began + self._longest > now:
            self._ended.end(session.session_id, until=session.began + self._longest, now=now)
        request.state.renewal = None
        return now

    def _place(self, request: Request) -> Any:
        return {"path": "/", "secure": self.is_secure(request)}

    def _name(self, request: Request, kind: str = "") -> str:
        name = f"{COOKIE}-{kind}" if kind else COOKIE
        return f"__Host-{name}" if self.is_secure(request) else name

    def _signed(self, request: Request) -> Session | None:
        value = self.signer.read("session", request.cookies.get(self._name(request), ""))
        if value is None or [type(item) for item in value] != [str] * 5 + [int] * 2:
            return None
        return Session(*value)

    def _put(self, request: Request, response: Response, session: Session) -> None:
        response.headers.append("set-cookie", self._header(request, session))

    def _header(self, request: Request, session: Session) -> str:
        value = [
            session.session_id,
            session.name,
            session.via,
            session.mark,
            session.claimed_role,
            session.began,
            session.seen,
        ]
        name = self._name(request)
        cookie: SimpleCookie = SimpleCookie({name: self.signer.sign("session", value)})
        cookie[name]["max-age"] = max(0, session.began + self._longest - self._now())
        cookie[name]["path"], cookie[name]["samesite"], cookie[name]["httponly"] = "/", "lax", True
        if self.is_secure(request):
            cookie[name]["secure"] = True
        return cookie.output(header="").strip()

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def load_session_key(home: Path, web: WebSettings) -> str:
    """The key that signs cookies: from the settings, or from `session.key`, made there (0600) once.

    Raises SettingError for one that is unreadable or too short.
    """
    if web.session_key is not None:
        given = web.session_key.get_secret_value()
        if len(given) < LEAST_KEY:
            raise SettingError(
                f"TALENTSCOPE_SESSION_KEY: expected at least {LEAST_KEY} characters",
                way_out="make one: python3 -c 'import secrets; print(secrets.token_hex(32))'",
            )
        return given
    path = home / "session.key"
    way_out = "make the data directory writable, or set TALENTSCOPE_SESSION_KEY"
    try:
        home.mkdir(parents=True, exist_ok=True)
        _create(path)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{path}: the key of sessions cannot be read or made", way_out=way_out) from error
    if len(key) < LEAST_KEY:
        raise SettingError(
            f"{path}: expected a key of {LEAST_KEY} characters at least", way_out="delete it: a new one is made"
        )
    return key


def _create(path: Path) -> None:
    """Written beside and then linked into place, so that another process never reads half a key."""
    if path.exists():
        return
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32))
    with suppress(FileExistsError):
        path.hardlink_to(part)
    part.unlink()
