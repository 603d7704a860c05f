"""One listing of Reddit becomes frozen records. Pure and strict.

Shapes: https://www.reddit.com/dev/api (Listing of t3: id, title, selftext, author, created_utc, permalink).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from talentscope.runtime.errors import UpstreamMalformed

_ID = re.compile(r"[0-9a-z]{1,16}")
_URL = re.compile(r"https?://\S+")
_GONE = ("[deleted]", "[removed]")


@dataclass(frozen=True)
class Submission:
    """A post. `text` is title and body without addresses and quoted lines; `permalink` begins with a slash."""

    post_id: str
    author: str
    posted_at: datetime
    text: str
    permalink: str


@dataclass(frozen=True)
class Listing:
    """One page, newest first. `after` names the next page, None is the last."""

    submissions: tuple[Submission, ...]
    after: str | None
    set_aside: tuple[str, ...]


def parse_token(data: object) -> str:
    """The access token of an answer; UpstreamMalformed if there is none."""
    token = data.get("access_token") if isinstance(data, Mapping) else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise UpstreamMalformed("reddit: expected an access_token; came none")
    return token


def parse_listing(data: object) -> Listing:
    """Raises UpstreamMalformed if the envelope is not one; a bad post is set aside with its reason."""
    inner = data.get("data") if isinstance(data, Mapping) else None
    if not isinstance(inner, Mapping) or not isinstance(inner.get("children"), list):
        raise UpstreamMalformed("reddit: expected a Listing with data.children")
    after = inner.get("after")
    if after is not None and not isinstance(after, str):
        raise UpstreamMalformed("reddit: expected a name as data.after")
    submissions, set_aside = [], []
    for child in inner["children"]:
        try:
            submission = _submission(child.get("data") if isinstance(child, Mapping) else None)
        except ValueError as error:
            set_aside.append(str(error))
        else:
            submissions += [submission] if submission is not None else []
    return Listing(tuple(submissions), after, tuple(set_aside))


def _submission(data: object) -> Submission | None:
    """None: deleted by its author or removed."""
    if not isinstance(data, Mapping):
        raise ValueError("a post that is no object")
    post_id, author, at = data.get("id"), data.get("author"), data.get("created_utc")
    title, body, permalink = data.get("title"), data.get("selftext"), data.get("permalink")
    if not isinstance(post_id, str) or not _ID.fullmatch(post_id):
        raise ValueError("id is malformed")
    if not isinstance(author, str) or not author:
        raise ValueError("author is missing")
    if not isinstance(at, int | float) or isinstance(at, bool) or not 0 < at < 1 << 33:
        raise ValueError("created_utc is no time")
    if not isinstance(title, str) or not (body is None or isinstance(body, str)):
        raise ValueError("title or selftext is no string")
    if not isinstance(permalink, str) or not re.fullmatch(r"/r/[\w/%.-]{1,300}", permalink):
        raise ValueError("permalink is malformed")
    if author in _GONE or body in _GONE:
        return None
    lines = [title, *(body or "").splitlines()]
    kept = (_URL.sub("", line).strip() for line in lines if not line.lstrip().startswith((">", "&gt;")))
    return Submission(
        post_id, author, datetime.fromtimestamp(at, UTC), "\n".join(line for line in kept if line), permalink
    )
