"""/keys: keys of programs. A secret is shown once, on the answer that makes it, and never again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from talentscope.desk.api_keys import SCOPES, KeyRecord
from talentscope.runtime.errors import UsageError
from talentscope.web.errors import NotAllowed, NotHere
from talentscope.web.parts import Parts, PartsHere
from talentscope.web.render import render
from talentscope.web.signin.identity import Role, User, makers_of, require_person

router = APIRouter(include_in_schema=False)
Recruiter = Annotated[User, Depends(require_person(Role.recruiter))]

MOST_DAYS = 3650
MOST_DAYS_UNLISTED = 90
"""For who has no line in the file of users: nothing here notices when the provider lets them in no more."""

MEANINGS = {
    "read": "Read everything that the page shows",
    "export": "Take files of leads along: CSV, Excel, Parquet",
    "write": "Write briefs, shortlists, notes; suppress",
    "operate": "What only operators may",
}
"""Scopes in words, in the order of what they open."""


@router.get("/keys", response_class=HTMLResponse)
def show_keys(request: Request, parts: PartsHere, user: Recruiter) -> HTMLResponse:
    """Keys: your own, or for an operator everybody's."""
    return _page(request, parts, user)


@router.post("/keys", response_class=HTMLResponse)
def create_key(
    request: Request,
    parts: PartsHere,
    user: Recruiter,
    name: Annotated[str, Form(max_length=1_000)] = "",
    scopes: Annotated[tuple[str, ...], Form()] = (),
    days: Annotated[str, Form(max_length=100)] = "",
) -> HTMLResponse:
    """Make a key and show its secret this once: nobody can read it again."""
    try:
        if "operate" in scopes and user.role < Role.operator:
            raise UsageError("only an operator may make a key with the scope operate", way_out="leave it out")
        age = _days(days, has_to_end=_has_to_end(parts, user))
        expires_at = parts.clock.now() + timedelta(days=age) if age else None
        record, secret = parts.desk.keys.create(name, scopes, actor=user.name, expires_at=expires_at)
    except UsageError as error:
        typed = {"name": name, "scopes": scopes, "days": days}
        return _page(request, parts, user, status=400, error=error, typed=typed)
    response = _page(request, parts, user, status=201, made=record, secret=secret)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/keys/{key_id}/revoke")
def revoke_key(parts: PartsHere, user: Recruiter, key_id: Annotated[int, Path(ge=1, le=2**63 - 1)]) -> Response:
    """Close a key for good. Raises NotHere, NotAllowed."""
    found = next((one for one in parts.desk.keys.list() if one.key_id == key_id), None)
    if found is None:
        raise NotHere("there is no such key", way_out="see the list of keys")
    if not _is_theirs(found, user):
        raise NotAllowed(f"this key is {found.created_by}'s", way_out="ask them, or an operator")
    parts.desk.keys.revoke(key_id, actor=user.name)
    return RedirectResponse("/keys", status_code=303)


def _page(
    request: Request,
    parts: Parts,
    user: User,
    *,
    status: int = 200,
    made: KeyRecord | None = None,
    secret: str = "",
    error: UsageError | None = None,
    typed: Mapping[str, object] | None = None,
) -> HTMLResponse:
    now = parts.clock.now()
    keys = [one for one in parts.desk.keys.list() if _is_theirs(one, user)]
    return render(
        request,
        "keys/page.html",
        status=status,
        keys=[(one, one.is_valid(now)) for one in keys],
        scopes={scope: MEANINGS[scope] for scope in SCOPES if scope != "operate" or user.role >= Role.operator},
        made=made,
        secret=secret,
        error=error,
        typed=typed or {"name": "", "scopes": ("read",), "days": "90"},
        most_days=MOST_DAYS_UNLISTED if _has_to_end(parts, user) else None,
        base=str(request.base_url).rstrip("/"),
    )


def _is_theirs(record: KeyRecord, user: User) -> bool:
    return user.role >= Role.operator or record.created_by == user.name


def _has_to_end(parts: Parts, user: User) -> bool:
    makers = makers_of(parts.gate)
    return makers is not None and not makers.is_listed(user.name)


def _days(text: str, *, has_to_end: bool) -> int:
    """Days until a key ends; 0 for never. Raises UsageError."""
    plain = text.strip()
    if not plain and not has_to_end:
        return 0
    if has_to_end and not (plain.isascii() and plain.isdigit() and 1 <= int(plain[:9]) <= MOST_DAYS_UNLISTED):
        raise UsageError(
            f"expected 1 to {MOST_DAYS_UNLISTED} days, since the file of users has no line for you",
            way_out="such as 90; with a line that an operator adds (talentscope users add) a key may last longer",
        )
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 5 and 1 <= int(plain) <= MOST_DAYS):
        raise UsageError(f"expected 1 to {MOST_DAYS:,} days, or nothing for a key without an end", way_out="such as 90")
    return int(plain)
