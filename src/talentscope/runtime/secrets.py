"""Secret settings: each is a value, or says where the value lies (`file:///path`, `gcp-secret://project/name`).

Pure but for reading files. Whoever needs a secret asks for it then, so a command pays only for those that it uses, and
each value that was seen is known to the log, which never writes it (log.py).
"""

from __future__ import annotations

import re
import stat
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import structlog
from pydantic import SecretStr

from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import SettingError, UpstreamDown
from talentscope.runtime.masking import remember

KEPT_FOR = timedelta(minutes=5)
"""How long a value is used before its place is asked again."""

MOST_BYTES = 65_536
"""What Secret Manager takes at most. Rule: https://cloud.google.com/secret-manager/quotas"""

ADDRESSES = frozenset({"DATABASE_URL", "TALENTSCOPE_DESK_URL"})
"""Settings whose values have schemes of their own."""

Reader = Callable[[str], str]
"""Takes a reference, gives the value. Raises SettingError (wrong place, no right to it) or UpstreamDown."""

_SCHEME = re.compile(r"([a-z][a-z0-9+._-]*)://", re.IGNORECASE)


class Secrets:
    """Finds the values of secret settings. `readers` by scheme; safe to share between threads."""

    def __init__(self, clock: Clock, readers: Mapping[str, Reader] | None = None) -> None:
        self._clock, self._readers = clock, {"file": read_file, **(readers or {})}
        self._kept: dict[str, tuple[str, datetime]] = {}
        self._lock = threading.Lock()

    def text(self, value: SecretStr | str | None, *, setting: str) -> str | None:
        """The value of a setting, None where it is not set; kept for KEPT_FOR.

        Raises SettingError naming `setting` for a place that does not exist, may not be read, or has nothing in it, and
        UpstreamDown when the service behind it gives no answer and no value was read before.
        """
        return self._read(value, setting=setting, is_refused=False)

    def token(self, value: SecretStr | str | None, *, setting: str) -> Token | None:
        """A secret that is read again while it is used. Raises as `text` for one that is not there to begin with."""
        return Token(self, value, setting) if self.text(value, setting=setting) is not None else None

    def _read(self, value: SecretStr | str | None, *, setting: str, is_refused: bool) -> str | None:
        given = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not given:
            return None
        scheme = scheme_of(given)
        if scheme not in self._readers:
            if scheme and setting not in ADDRESSES:
                raise SettingError(
                    f"{setting}: expected a value, file:///path or gcp-secret://project/name, came {scheme}://…",
                    way_out="see docs/secrets.md",
                )
            remember(given)
            return given
        with self._lock:
            return self._look(given, self._readers[scheme], setting=setting, is_refused=is_refused)

    def _look(self, reference: str, read: Reader, *, setting: str, is_refused: bool) -> str:
        now = self._clock.now()
        known, read_at = self._kept.get(reference, (None, now))
        if known is not None and not is_refused and now - read_at < KEPT_FOR:
            return known
        try:
            found = read(reference)
        except SettingError as error:
            raise SettingError(f"{setting}: {error.message}", way_out=error.way_out) from error
        except UpstreamDown as error:
            if known is None or is_refused:
                raise UpstreamDown(f"{setting}: {error.message}", way_out=error.way_out) from error
            # a service that is down for a minute must not end a run whose secret is still good
            structlog.get_logger().warning("a secret could not be read again", setting=setting, cause=error.message)
            found = known
        remember(found)
        self._kept[reference] = (found, now)
        return found


class Token:
    """A secret that may change while it is used."""

    def __init__(self, secrets: Secrets, value: SecretStr | str | None, setting: str) -> None:
        self._secrets, self._value, self._setting = secrets, value, setting

    def text(self) -> str:
        """The value as of KEPT_FOR ago at most. Raises as `Secrets.text`."""
        return self._secrets._read(self._value, setting=self._setting, is_refused=False) or ""

    def anew(self) -> str:
        """The value as it is now, after the former one was refused. Raises as `Secrets.text`."""
        return self._secrets._read(self._value, setting=self._setting, is_refused=True) or ""


def scheme_of(value: str) -> str:
    """What stands before `://` at its beginning, in small letters; empty if nothing does."""
    found = _SCHEME.match(value)
    return found.group(1).lower() if found else ""


def is_reference(value: str) -> bool:
    """Whether it says where the secret lies, rather than being it."""
    return scheme_of(value) in {"file", "gcp-secret"}


def read_file(reference: str) -> str:
    """The text of `file:///path`, without the newlines at its end.

    Raises SettingError for a path that is not absolute, and for a file that is missing, empty, too large, no text, or
    can be changed by anybody. One that anybody can read is warned about: containers mount their secrets so.
    """
    path = Path(unquote(reference[len("file://") :]))
    if not path.is_absolute():
        raise SettingError(
            f"expected an absolute path, such as file:///run/secrets/name, came {reference[:200]}",
            way_out="three slashes: two belong to file://, the third begins the path",
        )
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(path.stat().st_mode)
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SettingError(
            f"the file {path} cannot be read: {(error.strerror or 'no such file').lower()}",
            way_out="write the secret there, readable for the user who runs talentscope (chmod 400)",
        ) from error
    _check_rights(path, mode)
    return decode(content, place=f"the file {path}")


def decode(content: bytes, *, place: str) -> str:
    """Bytes of a secret as text, without the newlines that `echo` and editors leave. Raises SettingError."""
    if len(content) > MOST_BYTES:
        raise SettingError(f"{place} has more than {MOST_BYTES:,} bytes", way_out="is it the right place?")
    try:
        text = content.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise SettingError(f"{place} is not text in UTF-8", way_out="write the secret there as plain text") from None
    if not text.strip():
        raise SettingError(f"{place} is empty", way_out="write the secret there")
    return text


def _check_rights(path: Path, mode: int) -> None:
    """Others must not change a secret, and had better not read it; a closed folder above keeps them out of both."""
    if any(not parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents):
        return
    if mode & stat.S_IWOTH:
        raise SettingError(f"the file {path} can be changed by everybody on this machine", way_out=f"chmod 400 {path}")
    if mode & stat.S_IROTH:
        structlog.get_logger().warning("a secret file can be read by everybody on this machine", path=str(path))
