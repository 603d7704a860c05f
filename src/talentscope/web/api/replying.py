"""Answers of the API: tags so that nothing unchanged is sent twice, the next page, files, times in UTC."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from talentscope import __version__
from talentscope.scoring.exports import Sheet, export
from talentscope.web.api.asking import EVERY_FORM, MEDIA, Form, choose_form
from talentscope.web.api.cursor import Cursor, open_cursor
from talentscope.web.formats import utc
from talentscope.web.parts import Parts
from talentscope.web.reader import Reading
from talentscope.web.signin.identity import User

PIECE = 64 * 1024
"""Bytes of a file that are handed on at a time."""

_PAGING = {"cursor", "limit", "format"}


class Reply:
    """One answer on its way: what it depends on, and how it is written.

    `question` is what was asked beside the address (the body of a POST), `also` what else the answer depends on.
    What is read of the desk alone has no reading.
    """

    def __init__(
        self,
        request: Request,
        parts: Parts,
        user: User,
        *,
        reading: Reading | None,
        form: Form = Form.json,
        question: str = "",
        also: str = "",
    ) -> None:
        self._request, self._hasher = request, parts.desk.hasher
        self.form, self._reading = form, reading
        self._of = reading.name if reading is not None else ""
        self._question = _digest(request.url.path, _query(request, without=_PAGING), question)
        depends = (self._of, parts.desk.version(), user.role.name, *sorted(user.scopes), user.name, form, __version__)
        self.tag = f'W/"{_digest(*depends, _query(request), request.url.path, question, also)}"'

    @property
    def headers(self) -> dict[str, str]:
        """Those of every answer, whatever its form."""
        headers = {"ETag": self.tag, "Cache-Control": "private, no-cache", "Vary": "Accept, Authorization, Cookie"}
        if self._reading is not None:
            headers["Last-Modified"] = format_datetime(self._reading.published_at.astimezone(UTC), usegmt=True)
        return headers

    def unchanged(self) -> Response | None:
        """304 if the client has this very answer already, by its If-None-Match."""
        if self._request.method not in {"GET", "HEAD"} or not matches(
            self._request.headers.get("if-none-match"), self.tag
        ):
            return None
        return Response(status_code=304, headers=self.headers)

    def place(self, cursor: str) -> tuple[Any, ...] | None:
        """Where the page begins by its cursor; None at the beginning. Raises RequestRefused, Conflict."""
        return open_cursor(cursor, self._hasher, of=self._of, question=self._question)

    def next(self, *place: Any) -> str:
        """The address of the next page, which begins at `place`."""
        cursor = Cursor(self._of, self._question, place).seal(self._hasher)
        kept = [(name, value) for name, value in self._request.query_params.multi_items() if name != "cursor"]
        return f"{self._request.url.path}?{urlencode([*kept, ('cursor', cursor)], errors='replace')}"

    def json(self, body: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """As JSON; `next` in the body also goes into the header Link."""
        following = body.get("next")
        link = {"Link": f'<{following}>; rel="next"'} if following else {}
        return to_json(body, status=status, headers={**self.headers, **link, **(headers or {})})

    def file(self, sheet: Sheet, name: str, *, following: str | None = None) -> Response:
        """A sheet as CSV, XLSX or Parquet. `following` is the next page's address."""
        return self.content(export(sheet, kind=self.form.value, path=None) or b"", name, following=following)

    def content(self, content: bytes, name: str, *, following: str | None = None) -> Response:
        """The bytes of a file, handed on in pieces."""
        headers = self.headers | {
            "Content-Disposition": f'attachment; filename="{name}.{self.form}"',
            "Content-Length": str(len(content)),
        }
        headers |= {"Link": f'<{following}>; rel="next"'} if following else {}
        media = MEDIA[self.form] + ("; charset=utf-8" if self.form is Form.csv else "")
        return StreamingResponse(_pieces(content), media_type=media, headers=headers)


def reply(
    request: Request,
    parts: Parts,
    user: User,
    reading: Reading | None,
    *,
    asked: Form | None = None,
    offered: tuple[Form, ...] = EVERY_FORM,
    question: str = "",
    also: str = "",
) -> Reply:
    """A reply in the form that the client takes. Raises Unacceptable (406)."""
    form = choose_form(request, asked, offered)
    return Reply(request, parts, user, reading=reading, form=form, question=question, also=also)


def to_json(body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON with times in UTC; what is no number is null, text that is no text gets a replacement mark."""
    content = orjson.dumps(_readable(body), option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)
    return Response(content, status_code=status, headers=dict(headers or {}), media_type="application/json")


def matches(given: str | None, tag: str) -> bool:
    """Whether a header If-Match or If-None-Match names this tag, compared weakly (RFC 9110)."""
    if given is None:
        return False
    names = {part.strip().removeprefix("W/") for part in given.split(",")}
    return "*" in names or tag.removeprefix("W/") in names


def _readable(value: Any) -> Any:
    """Data as JSON can hold it: lone surrogates are mended."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", errors="replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {_readable(key): _readable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_readable(item) for item in value]
    if isinstance(value, datetime):
        return utc(value)
    return value.isoformat() if isinstance(value, date) else value


def _pieces(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]


def _query(request: Request, *, without: set[str] | None = None) -> str:
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] not in (without or set())]
    return repr(pairs)


def _digest(*texts: str) -> str:
    return hashlib.sha256("\x00".join(texts).encode(errors="replace")).hexdigest()[:32]
