"""The only place of the web room that asks another host: identity providers, for their addresses and public keys."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from talentscope import __version__
from talentscope.runtime.clock import Clock
from talentscope.web.errors import RequestRefused
from talentscope.web.signin.surroundings import is_loopback

PATIENCE_SECONDS = 10.0
MOST_BYTES = 1024 * 1024
KEPT_SECONDS = 3600
"""How long keys and addresses of a provider are kept."""

AGAIN_SECONDS = 30
"""How soon keys are asked for again because of one that is not among them; strangers can name any key."""

Fetch = Callable[[str], dict[str, Any]]
"""Gives the JSON object at an address. Raises ProviderDown."""


class ProviderDown(RequestRefused):
    """Who vouches for people does not answer as it should, so nobody is let in."""

    status = 503


def fetch_json(url: str) -> dict[str, Any]:
    """The JSON object at an https address (http on this machine). Raises ProviderDown."""
    return _ask("GET", url)


def post_form(
    url: str, form: Mapping[str, str], *, credentials: tuple[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """Send a form; the status and the JSON object that came back. Raises ProviderDown."""
    answer: dict[str, Any] = {}
    status = _send("POST", url, answer, data=dict(form), auth=credentials)
    return status, answer


def _ask(method: str, url: str) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    status = _send(method, url, answer)
    if status != 200:
        raise _down(url, f"it answered {status}")
    return answer


def _send(method: str, url: str, answer: dict[str, Any], **what: Any) -> int:
    check_address(url)
    headers = {"User-Agent": f"talentscope/{__version__}", "Accept": "application/json"}
    auth = what.pop("auth", None)
    try:
        with (
            httpx.Client(timeout=PATIENCE_SECONDS, follow_redirects=False, headers=headers) as client,
            client.stream(method, url, auth=auth, **what) as response,
        ):
            body = b""
            for piece in response.iter_bytes():
                body += piece
                if len(body) > MOST_BYTES:
                    raise _down(url, f"it answered with more than {MOST_BYTES:,} bytes")
            read = httpx.Response(response.status_code, content=body).json()
    except httpx.HTTPError as error:
        raise _down(url, type(error).__name__) from error
    except ValueError as error:
        raise _down(url, "it answered with something else than JSON") from error
    if not isinstance(read, dict):
        raise _down(url, "it answered with something else than a JSON object")
    answer.update(read)
    return response.status_code


def check_address(url: str) -> None:
    """Raises ProviderDown for an address that is neither https nor on this machine."""
    parts = urlsplit(url)
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    ):
        raise ProviderDown(f"expected an https address of the identity provider, came {url[:100]!r}")


def _down(url: str, why: str) -> ProviderDown:
    host = urlsplit(url).hostname
    return ProviderDown(
        f"the identity provider {host} cannot be asked: {why}",
        way_out="try again in a minute; if it lasts, tell your operator",
    )


class Keys:
    """The public keys at an address, kept for an hour, asked for again for a key that is not among them."""

    def __init__(self, clock: Clock, fetch: Fetch = fetch_json) -> None:
        self._clock, self._fetch = clock, fetch
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._url, self._asked_at = "", 0.0

    def at(self, url: str, key_id: str | None) -> KeySet:
        """The keys, `key_id` among them if the provider has it. Raises ProviderDown."""
        with self._lock:
            now = self._clock.now().timestamp()
            age = now - self._asked_at
            is_there = self._keys is not None and any(key.kid == key_id for key in self._keys.keys)
            is_due = url != self._url or age >= KEPT_SECONDS or (not is_there and age >= AGAIN_SECONDS)
            if self._keys is None or is_due:
                self._ask(url, now, may_keep=is_there and url == self._url)
            assert self._keys is not None  # noqa: S101 - asked for just now
            return self._keys

    def _ask(self, url: str, now: float, *, may_keep: bool) -> None:
        try:
            keys = KeySet.import_key_set({"keys": self._fetch(url)["keys"]})
        except ProviderDown:
            if not may_keep:
                raise
            self._asked_at = now - KEPT_SECONDS + AGAIN_SECONDS  # old keys do until it answers again
            return
        except (JoseError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise _down(url, "its keys cannot be read") from error
        self._keys, self._url, self._asked_at = keys, url, now
