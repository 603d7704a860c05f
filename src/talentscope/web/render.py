"""Pages from templates: one Jinja environment, the filters that all of them share, and what every page is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from talentscope import __version__
from talentscope.web import formats
from talentscope.web.signin.identity import Role, User, user_of

TEMPLATES = Path(__file__).resolve().parent / "templates"

FORMATS = (
    "dollars",
    "money",
    "compact",
    "count",
    "decimal",
    "signed",
    "signed_percent",
    "share",
    "score",
    "day",
    "minute",
    "age",
    "plural",
)


@dataclass(frozen=True)
class Entry:
    """One entry of the navigation."""

    url: str
    title: str
    icon: str
    role: Role = Role.reader


NAVIGATION = (
    Entry("/leads", "Leads", "leads"),
    Entry("/shortlists", "Shortlists", "shortlists"),
    Entry("/companies", "Companies", "companies"),
    Entry("/briefs", "Briefs", "briefs"),
    Entry("/runs", "Runs", "runs"),
    Entry("/privacy/requests", "Privacy", "privacy", Role.operator),
)


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page or a partial. Templates are told `user`, `navigation`, `assets`, `now` and what is in `values`."""
    parts = request.app.state.parts
    user: User | None = user_of(request) if values.get("user") is None else values["user"]
    shared = {
        "request": request,
        "path": request.url.path,
        "user": user,
        "role": user.role if user else None,
        "Role": Role,
        "navigation": [entry for entry in NAVIGATION if user and user.role >= entry.role],
        "asset": parts.assets.url,
        "now": parts.clock.now(),
        "version": __version__,
        "is_demo": parts.is_demo,
        "warnings": request.app.state.freshness.warnings,
        "published_at": None,
        "theme": request.cookies.get("theme"),
    }
    body = environment().get_template(template).render(shared | values)
    return HTMLResponse(body, status_code=status, headers={"Vary": "HX-Request", "Cache-Control": "private, no-cache"})


def is_partial(request: Request) -> bool:
    """Whether htmx asked for a part of the page; a history restore wants the whole."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one environment: everything escaped, an undefined name is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {name: getattr(formats, name) for name in FORMATS}
    made.filters |= {"moment": moment, "known": known, "initials": initials}
    made.globals |= {"link": link, "score_range": formats.score_range}
    return made


def known(text: str) -> Markup | str:
    """A formatted figure; what is unknown is set apart from what is known."""
    return Markup('<span class="unknown">unknown</span>') if text == formats.UNKNOWN else text


def moment(value: date | datetime | None, now: datetime) -> Markup:
    """A date or time as its age, with the exact one for machines and on hover."""
    if value is None:
        return Markup('<span class="unknown">unknown</span>')
    exact = formats.minute(value) if isinstance(value, datetime) else formats.day(value)
    machine = formats.utc(value).isoformat() if isinstance(value, datetime) else value.isoformat()
    return Markup('<time datetime="{}" title="{}">{}</time>').format(machine, exact, formats.age(value, now))


def link(url: str | None, text: str | None = None, *, label: str | None = None) -> Markup:
    """A link to another site; what is no http or https address is shown as text only."""
    shown = text if text is not None else (url or "")
    if not url or not is_web_address(url):
        return escape(shown)
    name = Markup(' aria-label="{}"').format(label) if label else Markup("")
    return Markup('<a href="{}" rel="noopener noreferrer nofollow" target="_blank"{}>{}</a>').format(url, name, shown)


def is_web_address(url: str) -> bool:
    """Whether this is an http or https address with a host and nothing odd in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and url.isprintable() and " " not in url


def initials(text: str) -> str:
    """One or two letters that stand for somebody; no picture is ever fetched."""
    words = [word for word in "".join(c if c.isalnum() else " " for c in text).split() if word]
    return "".join(word[0] for word in words[:2]).upper() or "?"
