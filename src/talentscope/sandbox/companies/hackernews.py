"""Hacker News search by Algolia (https://hn.algolia.com/api): newest first, a thousand hits a query at most."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from talentscope.sandbox.companies.chatter import Post
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.exchange import Answer, Call, Endpoint

MOST_HITS, PAGE = 1_000, 20
LONGEST = timedelta(days=32)
"""Without a beginning it looks back no further than this."""

_FILTER = re.compile(r"created_at_i(<=|>=|<|>|=)(\d{1,11})")


def endpoints(world: CompanyWorld) -> dict[str, Endpoint]:
    """/api/v1/search_by_date and /api/v1/items/{id}."""

    def search(call: Call) -> Answer:
        params = call.params
        bounds = _bounds(params.get("numericFilters", ""), world.now())
        per_page = _number(params.get("hitsPerPage"), PAGE, most=MOST_HITS)
        page = _number(params.get("page"), 0, most=10_000)
        if bounds is None:
            return Answer(400, {"message": "invalid numeric attribute", "status": 400})
        words, kinds = params.get("query", "").casefold().split(), _kinds(params.get("tags", ""))
        found = [
            post
            for post in reversed(world.written("hackernews", *bounds))
            if _kind(post) in kinds and all(word in f"{post.title} {post.text}".casefold() for word in words)
        ]
        reachable = found[:MOST_HITS]
        hits = [_hit(post) for post in reachable[page * per_page : (page + 1) * per_page]]
        return Answer(
            200,
            {
                "exhaustive": {"nbHits": True, "typo": True},
                "exhaustiveNbHits": True,
                "hits": hits,
                "hitsPerPage": per_page,
                "nbHits": len(found),
                "nbPages": -(-len(reachable) // per_page),
                "page": page,
                "params": call.query_string,
                "processingTimeMS": 3,
                "query": params.get("query", ""),
            },
        )

    return {"/api/v1/search_by_date": Endpoint(search, "hackernews"), "/api/v1/search": Endpoint(search, "hackernews")}


def _bounds(filters: str, now: datetime) -> tuple[datetime, datetime] | None:
    """Since and until; nothing is known of the future."""
    since, until = int((now - LONGEST).timestamp()), int(now.timestamp()) + 1
    for part in filter(None, filters.split(",")):
        match = _FILTER.fullmatch(part.strip())
        if match is None:
            return None
        sign, at = match.group(1), int(match.group(2))
        if sign in {">", ">=", "="}:
            since = at + (sign == ">")
        if sign in {"<", "<=", "="}:
            until = min(until, at + (sign != "<"))
    return datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(max(since, until), UTC)


def _kinds(tags: str) -> set[str]:
    named = {kind for kind in ("story", "comment") if kind in tags}
    return named or {"story", "comment"}


def _kind(post: Post) -> str:
    return "story" if post.title else "comment"


def _number(text: str | None, default: int, *, most: int) -> int:
    return max(0, min(int(text), most)) or default if text and text.isascii() and text.isdigit() else default


def _hit(post: Post) -> dict[str, Any]:
    identity, at = str(post.post_id), int(post.at.timestamp())
    hit: dict[str, Any] = {
        "_tags": [_kind(post), f"author_{post.author}", f"story_{identity}"],
        "author": post.author,
        "created_at": f"{post.at:%Y-%m-%dT%H:%M:%SZ}",
        "created_at_i": at,
        "objectID": identity,
        "updated_at": f"{post.at:%Y-%m-%dT%H:%M:%SZ}",
    }
    if post.title:
        own = {"title": post.title, "points": post.post_id % 90, "num_comments": post.post_id % 40, "children": []}
        text = (
            {"story_text": _html(post), "url": None} if post.company_id else {"url": f"https://example.org/{identity}"}
        )
        return hit | own | text | {"story_id": post.post_id}
    return hit | {
        "comment_text": _html(post),
        "parent_id": post.post_id - 1,
        "story_id": post.post_id - 2,
        "story_title": "Notes on everything",
        "story_url": "https://example.org/notes",
        "points": None,
    }


def _html(post: Post) -> str:
    """As Hacker News stores it: entities, paragraphs that are never closed, quotations by a sign."""
    body = escape(post.text, quote=True).replace("/", "&#x2F;")
    link = (
        f'<a href="https:&#x2F;&#x2F;example.org&#x2F;{post.post_id}" rel="nofollow">https:&#x2F;&#x2F;example.org</a>'
    )
    quoted = f"&gt; {escape(post.quote)}<p>{body}" if post.quote else body
    return f"{quoted}<p>{link}" if post.post_id % 11 == 0 else quoted
