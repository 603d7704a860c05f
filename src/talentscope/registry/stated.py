"""What people write as their employer, taken apart into what they may work for now. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from talentscope.runtime.words import fold

MAX_LENGTH = 300
"""Characters that are looked at. GitHub shows about a hundred."""


class Kind(StrEnum):
    """How an employer is stated."""

    NAME = "name"
    HANDLE = "handle"  # an account on GitHub, written with an @
    DOMAIN = "domain"  # an address of the web or of mail


@dataclass(frozen=True)
class Claim:
    """One employer that is stated: for a handle what follows the @, for a domain the host in lower case."""

    kind: Kind
    text: str


_HOST = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}"
_PIECE = re.compile(
    rf"(?P<mail>[\w.+-]*@(?P<mail_host>{_HOST}))"
    r"|@(?P<handle>[a-z0-9](?:-?[a-z0-9])*)(?:/[\w.-]+)*"
    rf"|(?P<url>(?:https?://)?(?P<url_host>{_HOST})(?::\d+)?(?P<path>/\S*)?)"
    r"|(?P<split>[/|;,·•‧∙●()\[\]{}\n]|\s[-–—―⎯+&~@]+\s|:\s|\.\s|\b(?:and|und|at|bei|chez|for)\b)",
    re.IGNORECASE,
)
_ARROW = re.compile(r"[-=–]+>|[→➡⇨]")
_NOW = re.compile(r" (?:now|currently|current|presently|present|today) ")
_PAST = re.compile(
    r" (?:ex|former|formerly|previously|previous|prev|past|was|worked|retired|earlier|once|left|xoogler) "
)
_THEN_PAST = re.compile(r" (?:ex|formerly|previously|prev) $")
_ENDED = re.compile(r" (?:alum|alumni|alumnus|alumna|emeritus) ")
_ONLY_PAST = re.compile(r" (?:ex|former|formerly|previously|previous|prev|past|retired|alum|alumni|alumnus|alumna) ")
_UNRELATED = re.compile(
    r" (?:student|students|studying|not|definitely|isn t|wannabe|aspiring|future|incoming|soon|hopefully|fan|mvp"
    r"|ambassador|contributor|contributors|volunteer|looking|seeking|want|wants|hire|rejected|unemployed|applicant) "
)


def claims(stated: str) -> tuple[Claim, ...]:
    """The employers that a text states as present ones: the whole text first, then its parts in their order.

    What follows `ex`, `formerly` and the like is left out until a `now`; of `A -> B` only the last is taken; what
    follows a word that says something else than work (student, fan, not) is left out until the next comma.
    """
    text = _ARROW.split(unicodedata.normalize("NFKC", stated[:MAX_LENGTH]))[-1].strip()
    found: list[Claim] = []
    if not _says_otherwise(fold(text)) and fold(text).strip() and "@" not in text:
        found.append(Claim(Kind.NAME, text))
    is_past = is_unrelated = False
    for part, stated_claim, separator in _parts(text):
        words, claim = fold(part), stated_claim
        is_unrelated = is_unrelated and not any(mark in separator for mark in ",;|/\n")
        if _ONLY_PAST.fullmatch(words) and separator.endswith("(") and found:
            found.pop()  # Google (former)
        if _NOW.match(words):
            is_past, claim = False, Claim(Kind.NAME, part.split(maxsplit=1)[-1])
        is_past = is_past or bool(_PAST.match(words) or _THEN_PAST.search(words))
        is_unrelated = is_unrelated or bool(_UNRELATED.search(words))
        if not (is_past or is_unrelated or _ENDED.search(words) or claim in found) and fold(claim.text).strip():
            found.append(claim)
    return tuple(found)


def _says_otherwise(words: str) -> bool:
    return any(pattern.search(words) for pattern in (_PAST, _ENDED, _UNRELATED))


def _parts(text: str) -> list[tuple[str, Claim, str]]:
    """Each part as written, as a claim, and what separates it from the one before."""
    parts: list[tuple[str, Claim, str]] = []
    position, separator = 0, ""
    for piece in _PIECE.finditer(text):
        if before := text[position : piece.start()].strip():
            parts.append((before, Claim(Kind.NAME, before), separator))
            separator = ""
        position = piece.end()
        claim = _to_claim(piece)
        if claim is None:
            separator = f"{separator}{piece[0]}".rstrip() or separator
        else:
            parts.append((piece[0], claim, separator))
            separator = ""
    if rest := text[position:].strip():
        parts.append((rest, Claim(Kind.NAME, rest), separator))
    return parts


def _to_claim(piece: re.Match[str]) -> Claim | None:
    if piece["handle"]:
        return Claim(Kind.HANDLE, piece["handle"])
    if piece["mail_host"]:
        return Claim(Kind.DOMAIN, piece["mail_host"].lower())
    if piece["url_host"]:
        # the page of somebody on a site says nothing of who runs the site
        inside = (piece["path"] or "/").strip("/").lower()
        kind = Kind.DOMAIN if inside in {"", "careers", "jobs", "about"} else Kind.NAME
        return Claim(kind, piece["url_host"].lower() if kind is Kind.DOMAIN else piece[0])
    return None
