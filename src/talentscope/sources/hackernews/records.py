"""One answer of Hacker News search becomes frozen records. Pure and strict.

Shapes: Algolia's HN Search API, https://hn.algolia.com/api (hits with objectID, author, created_at_i, title,
story_text, comment_text, story_title; nbHits).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from talentscope.runtime.errors import UpstreamMalformed

_URL = re.compile(r"https?://\S+")
_HIRING = re.compile(r"^\s*(ask hn:\s*)?(who is hiring|who wants to be hired|freelancer\?)", re.IGNORECASE)
_NEW_LINE = re.compile(r"<(p|br|li|div)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Item:
    """A story or comment. `text` is plain, without quotations, code and addresses; it may be empty."""

    item_id: str
    author: str
    posted_at: datetime
    text: str


@dataclass(frozen=True)
class Answer:
    """One slice of time. `total` is how many hits the search says there are, `shown` how many it handed over.

    `items` are fewer where hits are nobody's opinion or were set aside; `set_aside` has the reasons of the latter.
    """

    items: tuple[Item, ...]
    total: int
    shown: int
    set_aside: tuple[str, ...]


def parse_answer(data: object) -> Answer:
    """Raises UpstreamMalformed if the envelope is not one; a bad hit is set aside with its reason."""
    if not isinstance(data, Mapping) or not isinstance(data.get("hits"), list):
        raise UpstreamMalformed(f"hackernews: expected an object with a list of hits; came {_shown(data)}")
    total = data.get("nbHits")
    if not isinstance(total, int) or isinstance(total, bool) or total < 0:
        raise UpstreamMalformed(f"hackernews: expected nbHits, the number of hits; came {total!r:.50}")
    items, set_aside = [], []
    for hit in data["hits"]:
        try:
            item = _item(hit)
        except ValueError as error:
            set_aside.append(str(error))
        else:
            items += [item] if item is not None else []
    return Answer(tuple(items), total, len(data["hits"]), tuple(set_aside))


def _item(hit: object) -> Item | None:
    """None: nobody's opinion (an advertisement of a job)."""
    if not isinstance(hit, Mapping):
        raise ValueError("a hit that is no object")
    item_id, author, at = hit.get("objectID"), hit.get("author"), hit.get("created_at_i")
    if not isinstance(item_id, str) or not item_id.isascii() or not item_id.isdigit():
        raise ValueError("objectID is no number")
    if not isinstance(author, str) or not author:
        raise ValueError("author is missing")
    if not isinstance(at, int) or isinstance(at, bool) or not 0 < at < 1 << 33:
        raise ValueError("created_at_i is no time")
    texts = [hit.get(name) for name in ("title", "story_text", "comment_text")]
    if not all(text is None or isinstance(text, str) for text in texts):
        raise ValueError("a text is no string")
    if all(text is None for text in texts):
        raise ValueError("neither title nor text")
    thread = hit.get("story_title")
    if any(isinstance(name, str) and _HIRING.match(name) for name in (thread, texts[0])):
        return None
    title, *bodies = texts
    plain = [title or "", *(plain_text(body) for body in bodies if body)]
    return Item(item_id, author, datetime.fromtimestamp(at, UTC), "\n".join(part for part in plain if part))


def plain_text(html: str) -> str:
    """The author's own words: without markup, code, addresses and the lines quoted from others ("> …")."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(_NEW_LINE.sub(r"\n<\1", html))
    for node in tree.css("pre, script, style"):
        node.decompose()
    body = tree.body
    text = body.text(separator="") if body is not None else ""
    lines = (_URL.sub("", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(">"))


def _shown(data: object) -> str:
    return f"{sorted(map(str, data))!r:.100}" if isinstance(data, Mapping) else type(data).__name__
