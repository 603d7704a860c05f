"""Passwords: what makes a good one, its hash, and a check that takes as long for a name that nobody has."""

from __future__ import annotations

import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from talentscope.runtime.errors import UsageError

LEAST, MOST = 12, 256
"""Characters. Rule: https://pages.nist.gov/800-63-4/sp800-63b.html asks for length, and for nothing else."""

AT_ONCE = 2
"""Hashes worked out at the same time; each takes 64 MB, so strangers cannot make us run out."""


class Passwords:
    """Hashes by argon2id, with the library's own strength (RFC 9106) unless told otherwise."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turn = threading.BoundedSemaphore(AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """What the file of users keeps."""
        with self._turn:
            return self._hasher.hash(_normal(password))

    def is_right(self, password: str, password_hash: str | None) -> bool:
        """Whether the password belongs to the hash; without a hash the same work is done, for nothing."""
        if len(password) > MOST:
            password = password[:MOST]
            password_hash = None
        with self._turn:
            try:
                is_right = self._hasher.verify(password_hash or self._nobody, _normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return is_right and password_hash is not None


def check_password(password: str, name: str) -> None:
    """Raises UsageError for a password that is too short, too long, or easily guessed from the name."""
    if not LEAST <= len(password) <= MOST:
        raise UsageError(
            f"expected a password of {LEAST} to {MOST} characters, came {len(password)}",
            way_out="a few words that have nothing to do with each other are easy to keep in mind",
        )
    bare = name.partition("@")[0].casefold()
    rest = password.casefold().replace(bare, "") if len(bare) > 2 else password
    if len(rest) < LEAST // 2 or len(set(password)) < 5:
        raise UsageError(
            "expected a password that is not the name, or a few letters over and over", way_out="choose another"
        )


def _normal(password: str) -> str:
    """The same letters typed on another keyboard are the same password."""
    return unicodedata.normalize("NFKC", password)
