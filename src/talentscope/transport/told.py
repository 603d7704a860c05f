"""What a body says: a filing as text, a refusal in one line. Pure; bodies are hostile until they are read."""

from __future__ import annotations

import httpx
import orjson

from talentscope.runtime.errors import UpstreamMalformed
from talentscope.transport.exchange import where_of

LINE_LENGTH = 200
TEXTS = ("text/", "xml", "html", "json", "javascript")


def text_of(request: httpx.Request, response: httpx.Response, body: bytes) -> str:
    """The body as text: in the charset that it names, else UTF-8, else what old pages are in.

    Raises UpstreamMalformed for a picture, a PDF and the like.
    """
    content_type = response.headers.get("content-type", "")
    if (content_type and not any(kind in content_type.lower() for kind in TEXTS)) or b"\0" in body[:4096]:
        raise UpstreamMalformed(f"{where_of(request)} answered with {content_type or 'bytes'} where text was expected")
    for charset in (response.charset_encoding or "utf-8", "utf-8"):
        try:
            return body.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode("cp1252", "replace")


def said(body: bytes) -> str:
    """What a refusal says of itself, in one printable line; nothing of a page of HTML."""
    if body.lstrip()[:1] == b"<":
        return ""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        data = body[: 4 * LINE_LENGTH].decode("utf-8", "replace")
    if isinstance(data, dict):
        found = (data.get(name) for name in ("message", "error", "error_description", "detail", "Error Message"))
        data = next((text for text in found if isinstance(text, str)), "")
    text = data if isinstance(data, str) else ""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line[:LINE_LENGTH]
