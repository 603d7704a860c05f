"""What stands before every request: the host it names, where it comes from, and how many there are."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from talentscope.web.parts import Parts


def install(app: FastAPI, parts: Parts) -> None:
    """Put the guards around the app."""


def to_sign_in(request: Request) -> Response:
    """A visitor who wants a page is led to the sign-in page and back."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?next={quote(wanted, safe='')}", status_code=303)
