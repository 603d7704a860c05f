"""Reddit's API (https://www.reddit.com/dev/api): a token for an application's id and secret, and search for posts.

An id or secret that begins with `bad` is refused.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from datetime import timedelta
from typing import Any

from talentscope.sandbox.companies.chance import uuid
from talentscope.sandbox.companies.chatter import Post
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.exchange import Answer, Call, Endpoint

TOKEN = uuid("reddit", "token").replace("-", "")
SPANS = {"hour": 1 / 24, "day": 1, "week": 7}
LONGEST_DAYS = 31
"""However far back is asked for."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def endpoints(world: CompanyWorld) -> dict[str, Endpoint]:
    """/api/v1/access_token, and search in all communities or in those named."""

    def token(call: Call) -> Answer:
        if not _is_known(call) or world.faults.is_on_at("key-refused", ("reddit",)):
            return _refused()
        return Answer(200, {"access_token": TOKEN, "token_type": "bearer", "expires_in": 86_400, "scope": "*"})

    def search(call: Call) -> Answer:
        kind, _, value = call.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or value != TOKEN:
            return _refused()
        return Answer(200, _listing(world, call), headers=_budget(call))

    return {
        "/api/v1/access_token": Endpoint(token, "reddit", method="POST"),
        "/search": Endpoint(search, "reddit"),
        "/r/{communities}/search": Endpoint(search, "reddit"),
    }


def _refused() -> Answer:
    return Answer(401, {"message": "Unauthorized", "error": 401})


def _is_known(call: Call) -> bool:
    kind, _, value = call.headers.get("authorization", "").partition(" ")
    try:
        name, _, secret = b64decode(value, validate=True).decode().partition(":")
    except (Error, UnicodeDecodeError):
        return False
    is_asked = b"grant_type=client_credentials" in call.body
    return kind.lower() == "basic" and is_asked and bool(name and secret) and not f"{name}{secret}".startswith("bad")


def _budget(call: Call) -> dict[str, str]:
    left = 60 - int(call.now) % 60
    return {"x-ratelimit-used": "1", "x-ratelimit-remaining": "99.0", "x-ratelimit-reset": str(left)}


def _listing(world: CompanyWorld, call: Call) -> dict[str, Any]:
    """Posts that say all of the words (or the quoted phrase), newest first."""
    params = call.params
    phrase = params.get("q", "").strip().strip('"').strip().casefold()
    now = world.now()
    since = now - timedelta(days=SPANS.get(params.get("t", "all"), LONGEST_DAYS))
    found = [
        post
        for post in reversed(world.written("reddit", since, now))
        if phrase and phrase in f"{post.title} {post.text}".casefold()
    ]
    names = [_name(post) for post in found]
    begin = names.index(params["after"]) + 1 if params.get("after") in names else 0
    text = params.get("limit", "25")
    limit = max(1, min(100, int(text) if text.isascii() and text.isdigit() else 25))
    shown = found[begin : begin + limit]
    after = _name(shown[-1]) if shown and begin + limit < len(found) else None
    community = call.parts.get("communities", "technology").split("+")[0]
    children = [{"kind": "t3", "data": _submission(post, community)} for post in shown]
    return {
        "kind": "Listing",
        "data": {
            "after": after,
            "before": None,
            "dist": len(shown),
            "modhash": "",
            "geo_filter": "",
            "children": children,
        },
    }


def _name(post: Post) -> str:
    return f"t3_{_identity(post)}"


def _identity(post: Post) -> str:
    value, text = post.post_id, ""
    while value:
        value, digit = divmod(value, 36)
        text = _DIGITS[digit] + text
    return text


def _submission(post: Post, community: str) -> dict[str, Any]:
    is_gone = post.company_id is None and post.post_id % 3 == 0
    title = post.title or post.text[:80]
    quoted = f"> {post.quote}\n\n{post.text}" if post.quote else post.text
    return {
        "id": _identity(post),
        "name": _name(post),
        "title": title,
        "selftext": "[removed]" if is_gone else quoted,
        "author": "[deleted]" if is_gone else post.author,
        "subreddit": community,
        "created_utc": float(int(post.at.timestamp())),
        "permalink": f"/r/{community}/comments/{_identity(post)}/a_post/",
        "url": f"https://www.reddit.com/r/{community}/comments/{_identity(post)}/a_post/",
        "score": post.post_id % 200,
        "num_comments": post.post_id % 30,
        "over_18": False,
        "is_self": True,
    }
