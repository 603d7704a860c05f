"""The key of the suppression hashes: from the settings, or made once in the data directory.

Whoever has the key can test whether a known login is suppressed; nobody can read logins out of the desk. Losing the key
loses every suppression, so a desk without its key is an error, never a fresh start.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from talentscope.runtime.errors import DeskError, SettingError

LEAST_LENGTH = 16


class Hasher:
    """HMAC-SHA256 of account ids and logins, as hexadecimal text."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def account(self, github_id: int) -> str:
        """The hash of a numeric account id."""
        return self._digest(f"account:{github_id}")

    def login(self, login: str) -> str:
        """The hash of a login; GitHub takes logins without regard to case."""
        return self._digest(f"login:{login.strip().removeprefix('@').lower()}")

    def secret(self, secret: str) -> str:
        """The hash of an API key's secret; it is long and random, so a quick hash keeps it."""
        return self._digest(f"secret:{secret}")

    def fingerprint(self) -> str:
        """Tells two keys apart without telling either."""
        return self._digest("fingerprint")

    def _digest(self, text: str) -> str:
        return hmac.digest(self._key, text.encode(errors="replace"), hashlib.sha256).hex()


def load_key(home: Path, key: str | None, *, may_create: bool, desk: str = "in this directory") -> str:
    """The key given, or the one in `<home>/desk.key`, or a new one there (mode 0600) if `may_create`.

    `desk` is where the desk is, for messages.

    Raises SettingError when the given key is too short, DeskError when the key file is missing or unreadable.
    """
    if key is not None:
        if len(key) < LEAST_LENGTH:
            raise SettingError(
                f"TALENTSCOPE_DESK_KEY: expected at least {LEAST_LENGTH} characters, came {len(key)}",
                way_out="make one: python3 -c 'import secrets; print(secrets.token_hex(32))'",
            )
        return key
    path = home / "desk.key"
    if may_create:
        _create(path)
    return _read(path, desk)


def _create(path: Path) -> None:
    """Write a new key under another name, then link it: whoever comes second finds a whole one."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        if path.exists():
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # where the desk is on a server, nobody has yet
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    except OSError as error:
        raise DeskError(
            f"expected to write {path.name} in {path.parent}, but {(error.strerror or 'cannot').lower()}",
            way_out="make the data directory writable, or set TALENTSCOPE_HOME",
        ) from error
    finally:
        with suppress(OSError):  # where nothing was made, nothing is to go
            draft.unlink(missing_ok=True)


def _read(path: Path, desk: str) -> str:
    try:
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DeskError(
            f"the desk {desk} was begun with a key, but {path} cannot be read",
            way_out="copy desk.key from the machine that began it, or restore it from a backup, or set"
            " TALENTSCOPE_DESK_KEY to its text",
        ) from error
    if len(key) < LEAST_LENGTH:
        raise DeskError(f"expected a key of at least {LEAST_LENGTH} characters in {path}", way_out="restore desk.key")
    return key
