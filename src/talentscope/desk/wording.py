"""What people type, before it is kept: how long, which characters, which numbers. Pure."""

from __future__ import annotations

import re
import unicodedata

from talentscope.runtime.errors import UsageError

NAME, REASON, NOTE, BRIEF, TAG = 200, 1_000, 10_000, 100_000, 30
"""Characters at most."""

GREATEST_ID = 2**63 - 1
_LOGIN = re.compile(r"[A-Za-z0-9_-]{1,90}(\[bot\])?")


def one_line(value: str, what: str, *, most: int = NAME, least: int = 1) -> str:
    """Text on one line, trimmed. Raises UsageError for control characters, too much or too little."""
    text = _checked(value, what, most=most)
    if any(mark in text for mark in "\n\t"):
        raise UsageError(f"{what}: expected one line, came several", way_out="take out line breaks and tabs")
    return _long_enough(text.strip(), what, least)


def paragraphs(value: str, what: str, *, most: int = NOTE, least: int = 1) -> str:
    """Text that may have line breaks and tabs, trimmed at its end. Raises UsageError as `one_line` does."""
    return _long_enough(_checked(value, what, most=most).rstrip().lstrip("\n"), what, least)


def tag_text(value: str) -> str:
    """A tag: lower case, single spaces, no comma, since commas part them. Raises UsageError as `one_line` does."""
    text = " ".join(one_line(value, "the tag").split()).lower()
    if len(text) > TAG or "," in text:
        raise UsageError(
            f"the tag: expected at most {TAG} characters without a comma, came {text[:40]!r}", way_out="make it shorter"
        )
    return text


def account_id(value: int) -> int:
    """A GitHub account's number. Raises UsageError for what cannot be one."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= GREATEST_ID:
        raise UsageError(f"expected an account id from 1 to {GREATEST_ID}, came {value!r}"[:200])
    return value


def login_name(value: str) -> str:
    """A GitHub login, without the `@` people put before it. Raises UsageError for what cannot be one."""
    text = one_line(value, "the login", most=200).removeprefix("@")
    if _LOGIN.fullmatch(text) is None:
        raise UsageError(
            "expected a GitHub login: letters, digits and hyphens",
            way_out="it is the last part of the profile's address, github.com/LOGIN",
        )
    return text


def _checked(value: str, what: str, *, most: int) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{what}: expected text")
    if len(value) > most:
        raise UsageError(
            f"{what}: expected at most {most:,} characters, came {len(value):,}", way_out="make it shorter"
        )
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if any(unicodedata.category(mark) in {"Cc", "Cs"} and mark not in "\n\t" for mark in text):
        raise UsageError(
            f"{what}: expected readable text, came control characters or broken ones",
            way_out="type it anew, or paste it as plain text",
        )
    return text


def _long_enough(text: str, what: str, least: int) -> str:
    if len(text) < least:
        raise UsageError(f"{what}: expected some text, came none", way_out="write a few words")
    return text
