"""The last line of defence: no secret that this process has seen leaves it in a log, a message or a file of ours.

What is known is hidden in the forms in which it travels: as it is, in a query, in JSON, in Base64 (HTTP Basic), quoted.
"""

from __future__ import annotations

import json
import re
import threading
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from urllib.parse import quote, quote_plus, unquote, urlsplit

SHORTEST = 8
LONGEST_WORD = 11
"""A secret of fewer characters, or one that is a plain word, is not hidden: it would blacken ordinary sentences."""

HIDDEN = "…"

_URL_PASSWORD = re.compile(r"(?P<head>[a-z][a-z0-9+._-]*://[^\s/@:]*:)[^\s/@]+(?=@)", re.IGNORECASE)
"""A password inside an address is hidden whether or not it is one of ours."""


class _Known:
    """What was seen, and one expression that finds all its forms."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: set[str] = set()
        self.pattern: re.Pattern[str] | None = None

    def add(self, secret: str) -> None:
        with self._lock:
            is_word = secret.isalpha() and len(secret) <= LONGEST_WORD and secret in {secret.lower(), secret.upper()}
            if secret in self._secrets or len(secret) < SHORTEST or is_word:
                return
            self._secrets.add(secret)
            found = {form for known in self._secrets for form in forms(known)}
            self.pattern = re.compile("|".join(re.escape(form) for form in sorted(found, key=len, reverse=True)))


_known = _Known()


def remember(secret: str) -> None:
    """Hide it from now on; of an address only the password and what its query gives away are secret."""
    if "://" not in secret:
        _known.add(secret)
        return
    try:
        parts = urlsplit(secret)
    except ValueError:
        _known.add(secret)
        return
    password = parts.password or ""
    for text in (password, unquote(password), *_query_passwords(parts.query)):
        _known.add(text)


def hide(text: str) -> str:
    """The text without any secret that is known, and without any password in an address."""
    pattern = _known.pattern
    if pattern is not None:
        text = pattern.sub(HIDDEN, text)
    return _URL_PASSWORD.sub(rf"\g<head>{HIDDEN}", text) if "@" in text else text


def forms(secret: str) -> Iterator[str]:
    """The ways in which a secret is written in logs: bare, percent-encoded, escaped, in Base64 wherever it begins."""
    raw = secret.encode(errors="surrogateescape")
    yield secret
    for safe in ("", "/"):
        yield quote(raw, safe=safe)
        yield quote_plus(raw, safe=safe)
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]
    for lead in range(3):
        # the characters that depend on neighbours are left out, so it is found inside `name:secret`, too
        for encode in (b64encode, urlsafe_b64encode):
            coded = encode(b"\0" * lead + raw).decode().rstrip("=")
            begin, end = (0, 2, 3)[lead], len(coded) - (1 if (lead + len(raw)) % 3 else 0)
            if end - begin >= SHORTEST:
                yield coded[begin:end]


def _query_passwords(query: str) -> Iterator[str]:
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if "password" in name.lower() or "secret" in name.lower() or "token" in name.lower():
            yield value
            yield unquote(value)
