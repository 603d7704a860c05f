"""The file of users: who may sign in, with which role. Read strictly, again whenever it has changed.

    users:
      ada:
        role: operator
        password: $argon2id$v=19$m=65536,t=3,p=4$…
      grace@example.org:
        role: recruiter

A name with a password signs in by password, an e-mail address by OIDC or IAP.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from talentscope.runtime.errors import SettingError
from talentscope.scoring.markup import Document, MarkupError, parse_document
from talentscope.web.signin.identity import Role

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+@-]{0,99}")
MOST_BYTES = 1024 * 1024
HEADER = "# Who may sign in to talentscope. Written by `talentscope users`; may be edited by hand.\n"


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in. `password_hash` is argon2id, None for who comes by OIDC or IAP."""

    name: str
    role: Role
    password_hash: str | None = None


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    role: Literal["reader", "recruiter", "operator"]
    password: (
        Annotated[str, Field(pattern=r"^\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$")] | None
    ) = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    users: dict[str, _Entry]


class Users:
    """The accounts in a file. Safe to share between threads; a change of the file holds from the next question on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._accounts: Mapping[str, Account] = {}

    def find(self, name: str) -> Account | None:
        """The account of that name, without regard to case. Raises SettingError for a file that is not right."""
        return self.all().get(fold(name))

    def all(self) -> Mapping[str, Account]:
        """Every account by folded name; none when there is no file. Raises SettingError."""
        with self._lock:
            try:
                stat = self.path.stat()
            except FileNotFoundError:
                self._seen, self._accounts = None, {}
                return self._accounts
            except OSError as error:
                raise _unreadable(self.path, error) from error
            seen = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if seen != self._seen:
                self._accounts = read_users(self.path)
                self._seen = seen
            return self._accounts


def fold(name: str) -> str:
    """Names and e-mail addresses are the same whatever their case."""
    return name.strip().casefold()


def read_users(path: Path) -> dict[str, Account]:
    """The accounts in a file by folded name. Raises SettingError: file, line, key, what was expected, what came."""
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES + 1).decode("utf-8-sig")
    except OSError as error:
        raise _unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise SettingError(f"{path}: expected UTF-8 text", way_out="save the file as UTF-8") from error
    if len(text) > MOST_BYTES:
        raise SettingError(f"{path}: expected at most {MOST_BYTES:,} bytes", way_out="leave out who left")
    if all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines()):
        return {}
    return _parse(text, path)


def write_users(path: Path, accounts: Iterable[Account]) -> None:
    """Put the accounts in place of the file, at once and readable for its owner only. Raises SettingError."""
    users = {
        account.name: {"role": account.role.name}
        | ({"password": account.password_hash} if account.password_hash else {})
        for account in accounts
    }
    text = HEADER + yaml.safe_dump({"users": users}, sort_keys=False, allow_unicode=True, width=200)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SettingError(
            f"{path}: cannot be written: {(error.strerror or 'unknown cause').lower()}",
            way_out="make the folder writable, or set TALENTSCOPE_USERS to a file that is",
        ) from error


def check_name(name: str) -> str:
    """The name, if somebody may be called that. Raises SettingError."""
    if NAME.fullmatch(name) is None:
        raise SettingError(
            f"expected a name of letters, digits and . _ + @ -, at most 100, came {name[:100]!r}",
            way_out="for example ada, or ada@example.org",
        )
    return name


def _parse(text: str, path: Path) -> dict[str, Account]:
    try:
        document = parse_document(text)
    except MarkupError as error:
        key = f": {'.'.join(str(part) for part in error.path)}" if error.path else ""
        raise SettingError(f"{path}:{error.line}{key}: {error}", way_out=error.way_out or "mend the file") from error
    try:
        read = _File.model_validate(document.values)
    except ValidationError as error:
        raise _translate(error, document, path) from error
    accounts: dict[str, Account] = {}
    for name, entry in read.users.items():
        line = document.line(("users", name))
        if NAME.fullmatch(name) is None:
            expected = "expected a name of letters, digits and . _ + @ -"
            raise SettingError(f"{path}:{line}: {expected}, came {name[:100]!r}", way_out="name them otherwise")
        if fold(name) in accounts:
            raise SettingError(f"{path}:{line}: {name} is here twice; case makes no difference", way_out="keep one")
        accounts[fold(name)] = Account(name, Role[entry.role], entry.password)
    return accounts


_EXPECTED = {
    "missing": "expected this key, it is not there",
    "literal_error": "expected reader, recruiter or operator",
    "extra_forbidden": "there is no such key; known are role and password",
    "string_pattern_mismatch": "expected an argon2id hash as `talentscope users add` writes it",
}


def _translate(error: ValidationError, document: Document, path: Path) -> SettingError:
    first = error.errors(include_url=False)[0]
    place = tuple(first["loc"])
    is_secret = "password" in place
    came = "" if is_secret or first["type"] == "missing" else f", came {str(first['input'])[:60]!r}"
    expected = _EXPECTED.get(first["type"], "expected users: and under it name: with role:")
    where = f"{path}:{document.line(place)}: {'.'.join(str(part) for part in place)}"
    return SettingError(f"{where}: {expected}{came}", way_out="see docs/sign-in.md, or use `talentscope users`")


def _unreadable(path: Path, error: OSError) -> SettingError:
    return SettingError(
        f"{path}: the file of users cannot be read: {(error.strerror or 'unknown cause').lower()}",
        way_out="make it readable, or set TALENTSCOPE_USERS",
    )
