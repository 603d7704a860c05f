"""/briefs: list, write, check while typing, duplicate, history with what changed, restore, delete.

Addresses that begin with an underscore can be no brief's name.
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from talentscope.desk.briefs import SavedElsewhere
from talentscope.runtime.errors import BriefError, UsageError
from talentscope.web.errors import NotHere
from talentscope.web.pages import briefs_view
from talentscope.web.parts import Parts, PartsHere
from talentscope.web.render import render
from talentscope.web.signin.identity import Role, User, require

router = APIRouter(include_in_schema=False)
Reader = Annotated[User, Depends(require(Role.reader))]
Recruiter = Annotated[User, Depends(require(Role.recruiter))]
Text = Annotated[str, Form()]
Version = Annotated[int, Form(ge=0, le=10**9)]
EXAMPLE = "minecraft-modders"


@router.get("/briefs", response_class=HTMLResponse)
def briefs(request: Request, parts: PartsHere, _: Reader, deleted: str = "") -> HTMLResponse:
    """Every brief. `deleted` names one that has just gone, and can come back."""
    gone = deleted if deleted and parts.desk.briefs.history(deleted) else ""
    return render(request, "briefs/list.html", briefs=briefs_view.list_all(parts.desk), deleted=gone)


@router.get("/briefs/_new", response_class=HTMLResponse)
def new(
    request: Request, parts: PartsHere, user: Recruiter, copy_of: Annotated[str, Query(alias="from")] = ""
) -> HTMLResponse:
    """An editor for a new brief, or for one like another."""
    text = briefs_view.BEGINNING
    if copy_of:
        text, _ = briefs_view.text_of(parts.desk, copy_of)
        known = {item.name for item in briefs_view.list_all(parts.desk)}
        text = _renamed(text, copy_of, _free_name(copy_of, known))
    return _editor(request, parts, user, text=text, name="", version=0, copy_of=copy_of)


@router.post("/briefs/_check", response_class=HTMLResponse)
def check(request: Request, parts: PartsHere, _: Recruiter, text: Text = "") -> HTMLResponse:
    """What is to be said of a text that is being typed. Changes nothing."""
    return render(request, "briefs/_verdict.html", verdict=briefs_view.judge(parts, text))


@router.get("/briefs/{name}", response_class=HTMLResponse)
def brief(request: Request, parts: PartsHere, user: Reader, name: str, saved: str = "") -> HTMLResponse:
    """One brief: to read, or for a recruiter to change. Raises NotHere."""
    text, found = briefs_view.text_of(parts.desk, name)
    version = found.version if found else 0
    return _editor(request, parts, user, text=text, name=name, version=version, is_saved=bool(saved and found))


@router.post("/briefs", response_class=HTMLResponse)
def save(
    request: Request,
    parts: PartsHere,
    user: Recruiter,
    text: Text = "",
    note: Text = "",
    name: Text = "",
    version: Version = 0,
) -> Response:
    """Save under the name that the text states. `name` and `version` are what was opened; nobody is overwritten."""
    text = text.replace("\r\n", "\n")
    try:
        found = briefs_view.parse_text(text)
    except BriefError:
        return _editor(request, parts, user, text=text, name=name, version=version, note=note, status=422)
    expected = version if found.name == name else 0
    try:
        done = parts.desk.briefs.save(found.name, text, actor=user.name, note=note.strip(), expected_version=expected)
    except SavedElsewhere as error:
        return _editor(
            request, parts, user, text=text, name=name, version=version, note=note, status=409, conflict=error
        )
    return RedirectResponse(f"/briefs/{quote(done.name)}?saved=1", status_code=303)


@router.get("/briefs/{name}/history", response_class=HTMLResponse)
def history(request: Request, parts: PartsHere, _: Reader, name: str) -> HTMLResponse:
    """Every version with what it changed, the newest first. Raises NotHere."""
    versions = parts.desk.briefs.history(name)
    if not versions:
        raise NotHere(f"nothing was ever saved as {name[:80]!r}", way_out="a brief in a file has its history in git")
    current = parts.desk.briefs.get(name)
    changes = briefs_view.show_history(versions)
    return render(request, "briefs/history.html", name=name, changes=changes, current=current)


@router.post("/briefs/{name}/restore")
def restore(parts: PartsHere, user: Recruiter, name: str, version: Version) -> RedirectResponse:
    """Make an old version the newest. Raises UsageError."""
    parts.desk.briefs.restore(name, version, actor=user.name)
    return RedirectResponse(f"/briefs/{quote(name)}?saved=1", status_code=303)


@router.post("/briefs/{name}/delete")
def delete(parts: PartsHere, user: Recruiter, name: str, version: Version) -> RedirectResponse:
    """Take a saved brief off the list; its history stays. Raises UsageError if somebody saved it meanwhile."""
    found = parts.desk.briefs.get(name)
    if found is None:
        raise NotHere("there is no saved brief of that name", way_out="a brief in a file is deleted where it lies")
    if found.version != version:
        raise UsageError(
            f"{found.saved_by} saved version {found.version} meanwhile; nothing was deleted",
            way_out="look at what changed, then delete it",
        )
    parts.desk.briefs.delete(name, actor=user.name)
    return RedirectResponse(f"/briefs?deleted={quote(name)}", status_code=303)


def _editor(
    request: Request,
    parts: Parts,
    user: User,
    *,
    text: str,
    name: str,
    version: int,
    status: int = 200,
    conflict: SavedElsewhere | None = None,
    **values: Any,
) -> HTMLResponse:
    """The page of one brief; `name` is empty for a new one. `conflict` is what somebody else saved meanwhile."""
    now = conflict.now if conflict else None
    told = {"note": "", "copy_of": "", "is_saved": False} | values
    example, _ = briefs_view.text_of(parts.desk, EXAMPLE)
    return render(
        request,
        "briefs/edit.html",
        status=status,
        name=name,
        text=text,
        opened=now.version if now else 0 if conflict else version,
        verdict=briefs_view.judge(parts, text),
        conflict=conflict,
        changed=briefs_view.diff(text, now.text) if now else (),
        versions=parts.desk.briefs.history(name) if name else (),
        is_file=bool(name) and version == 0,
        can_edit=user.role >= Role.recruiter,
        example=example,
        **told,
    )


def _free_name(name: str, known: set[str]) -> str:
    """A name like that one that nobody has."""
    stem = name[:58].rstrip("-")
    return next(f"{stem}-{number}" for number in range(2, len(known) + 3) if f"{stem}-{number}" not in known)


def _renamed(text: str, old: str, new: str) -> str:
    """The text with another name; comments and order stay."""
    lines = text.splitlines(keepends=True)
    at = next((index for index, line in enumerate(lines) if line.startswith("name:")), None)
    if at is None:
        return text
    lines[at] = lines[at].replace(old, new, 1) if old in lines[at] else f"name: {new}\n"
    return "".join(lines)
