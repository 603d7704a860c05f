"""Shortlists: the list of them, one of them, and every change: each is a small form that works without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from talentscope.desk.shortlist import STAGES, Shortlist
from talentscope.desk.shortlists import Shortlists
from talentscope.runtime.errors import SnapshotMissing, UsageError
from talentscope.scoring.exports import WRITERS, export
from talentscope.web.errors import NotHere
from talentscope.web.pages import shortlist_view as view
from talentscope.web.pages.shortlist_add import brief_text_of, local
from talentscope.web.pages.shortlist_state import Trouble, shortlist_state, trouble_of
from talentscope.web.parts import Parts, PartsHere
from talentscope.web.queries_briefs import list_known
from talentscope.web.render import is_partial, render
from talentscope.web.shortlist_rows import build_rows
from talentscope.web.shortlist_sheet import make_sheet
from talentscope.web.signin.identity import Role, User, require, require_scope

router = APIRouter(include_in_schema=False)

ReaderHere = Annotated[User, Depends(require(Role.reader))]
RecruiterHere = Annotated[User, Depends(require(Role.recruiter))]
Text = Annotated[str, Form()]

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
VERBS = ("move", "note", "tag", "decide", "remove", "rename", "archive", "reopen")
DONE = {
    "suppressed": "That developer is suppressed: shown, scored, exported and collected no more. "
    "What the team wrote about them is deleted.",
    "archived": "Archived. Nothing is lost: reopen it when you need it.",
}


class MoveForm(BaseModel):
    """Whom to move, where to, why. `next` and `part`: see _parts.html."""

    github_id: list[int] = []
    stage: str = ""
    reason: str = ""
    next: str = ""
    part: str = ""


class NoteForm(BaseModel):
    """A note. `shortlist` overrides the one in the address: a form may offer a choice."""

    github_id: int
    text: str = ""
    shortlist: int | None = None
    next: str = ""
    part: str = ""


class TagForm(BaseModel):
    """Tags to put on, with commas between; or one to take off."""

    github_id: int
    text: str = ""
    off: str = ""


class DecideForm(BaseModel):
    """A decision and its reason."""

    github_id: int
    decision: str = ""
    reason: str = ""
    shortlist: int | None = None
    next: str = ""
    part: str = ""


@dataclass(frozen=True)
class Attempt:
    """A change that may be refused: by which form, about whom, with what typed, and where to go back to."""

    shortlist_id: int
    form: str
    change: Callable[[Shortlists], object]
    typed: Mapping[str, str] = field(default_factory=dict)
    about: int = 0
    back: str = ""
    part: str = ""


@router.get("/shortlists")
def show_shortlists(
    request: Request, parts: PartsHere, user: ReaderHere, archived: bool = False, done: str = ""
) -> Response:
    """The list of shortlists: open ones, or archived ones."""
    return _show_list(request, parts, user, is_archived=archived, done=DONE.get(done, ""))


@router.post("/shortlists")
def create(request: Request, parts: PartsHere, user: RecruiterHere, name: Text = "", brief: Text = "") -> Response:
    """A new shortlist, with the text of a brief kept beside it."""
    try:
        text = brief_text_of(parts, brief)
        number = parts.desk.shortlists.create(name, actor=user.name, brief_text=text)
    except UsageError as error:
        trouble = trouble_of(error, github_id=0, form="create", typed={"name": name, "brief": brief})
        return _show_list(request, parts, user, trouble=trouble)
    return _go(f"/shortlists/{number}")


@router.get("/shortlists/{shortlist_id}")
def show_shortlist(
    request: Request,
    parts: PartsHere,
    user: ReaderHere,
    shortlist_id: int,
    opened: Annotated[int, Query(alias="open")] = 0,
) -> Response:
    """Everybody on a shortlist, by stage, by tag and by name."""
    return _show_one(request, parts, user, shortlist_id, opened=opened)


@router.get("/shortlists/{shortlist_id}/export", dependencies=[Depends(require_scope("export"))])
def export_shortlist(
    parts: PartsHere, user: RecruiterHere, shortlist_id: int, kind: str = "csv", stage: str = "", tag: str = ""
) -> Response:
    """The shortlist, or one stage or tag of it, as a file; stamped with its purpose and written down in the audit."""
    shortlist = _find(parts, shortlist_id)
    if kind not in WRITERS:
        raise UsageError(f"expected one of {', '.join(WRITERS)}, came {kind[:40]!r}", way_out="choose one of these")
    wanted = view.Wanted(stage=stage, tag=tag)
    entries = [entry for entry in view.people_on(parts, shortlist_id) if wanted.has(entry)]
    purpose = parts.settings.purpose
    detail = f"{len(entries)} developers of shortlist {shortlist_id} as {kind}: {purpose}"
    parts.desk.audit.record("export", actor=user.name, detail=detail)
    rows = build_rows(parts, entries)
    sheet = make_sheet(shortlist, rows, site=_site(parts), purpose=purpose, now=parts.clock.now())
    name = f"shortlist-{shortlist_id}{'-' + stage if stage in STAGES else ''}.{kind}"
    content = export(sheet, kind=kind, path=None)
    return Response(content, media_type=MEDIA[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.post("/shortlists/{shortlist_id}/rename")
def rename(request: Request, parts: PartsHere, user: RecruiterHere, shortlist_id: int, name: Text = "") -> Response:
    """Another name."""
    attempt = Attempt(
        shortlist_id,
        form="rename",
        change=lambda room: room.rename(shortlist_id, name, actor=user.name),
        typed={"name": name},
    )
    return _try(request, parts, user, attempt)


@router.post("/shortlists/{shortlist_id}/archive")
def archive(parts: PartsHere, user: RecruiterHere, shortlist_id: int) -> Response:
    """Off the list of open ones; nothing is lost."""
    _find(parts, shortlist_id)
    parts.desk.shortlists.archive(shortlist_id, actor=user.name)
    return _go("/shortlists?done=archived")


@router.post("/shortlists/{shortlist_id}/reopen")
def reopen(request: Request, parts: PartsHere, user: RecruiterHere, shortlist_id: int) -> Response:
    """The end of an archive."""
    attempt = Attempt(shortlist_id, form="rename", change=lambda room: room.reopen(shortlist_id, actor=user.name))
    return _try(request, parts, user, attempt)


@router.post("/shortlists/{shortlist_id}/move")
def move(
    request: Request, parts: PartsHere, user: RecruiterHere, shortlist_id: int, form: Annotated[MoveForm, Form()]
) -> Response:
    """One developer, or all that are ticked, to another stage."""
    ids = form.github_id

    def change(room: Shortlists) -> None:
        if not ids:
            raise UsageError("nobody is chosen", way_out="tick whom you want to move")
        room.move_many(shortlist_id, ids, form.stage, actor=user.name, reason=form.reason)

    attempt = Attempt(
        shortlist_id,
        form="move" if len(ids) == 1 else "bulk",
        change=change,
        typed={"stage": form.stage, "reason": form.reason},
        about=ids[0] if len(ids) == 1 else 0,
        back=form.next,
        part=form.part,
    )
    return _try(request, parts, user, attempt)


@router.post("/shortlists/{shortlist_id}/note")
def note(
    request: Request, parts: PartsHere, user: RecruiterHere, shortlist_id: int, form: Annotated[NoteForm, Form()]
) -> Response:
    """A note about one developer."""
    number = form.shortlist or shortlist_id
    attempt = Attempt(
        number,
        form="note",
        change=lambda room: room.note(number, form.github_id, form.text, actor=user.name),
        typed={"text": form.text},
        about=form.github_id,
        back=form.next,
        part=form.part,
    )
    return _try(request, parts, user, attempt)


@router.post("/shortlists/{shortlist_id}/tag")
def tag(
    request: Request, parts: PartsHere, user: RecruiterHere, shortlist_id: int, form: Annotated[TagForm, Form()]
) -> Response:
    """Tags on one developer, or one off."""
    texts = [text for text in form.text.split(",") if text.strip()]

    def change(room: Shortlists) -> None:
        if form.off:
            room.untag(shortlist_id, form.github_id, form.off, actor=user.name)
        else:
            room.tag(shortlist_id, form.github_id, texts, actor=user.name)

    typed = {"text": form.text}
    return _try(request, parts, user, Attempt(shortlist_id, "tag", change, typed, about=form.github_id))


@router.post("/shortlists/{shortlist_id}/decide")
def decide(
    request: Request, parts: PartsHere, user: RecruiterHere, shortlist_id: int, form: Annotated[DecideForm, Form()]
) -> Response:
    """yes, maybe or no, with a reason."""
    number = form.shortlist or shortlist_id
    attempt = Attempt(
        number,
        form="decide",
        change=lambda room: room.decide(number, form.github_id, form.decision, form.reason, actor=user.name),
        typed={"decision": form.decision, "reason": form.reason},
        about=form.github_id,
        back=form.next,
        part=form.part,
    )
    return _try(request, parts, user, attempt)


@router.post("/shortlists/{shortlist_id}/remove")
def remove(
    request: Request, parts: PartsHere, user: RecruiterHere, shortlist_id: int, github_id: Annotated[int, Form()]
) -> Response:
    """Off this shortlist."""
    attempt = Attempt(
        shortlist_id,
        form="remove",
        change=lambda room: room.remove(shortlist_id, github_id, actor=user.name),
        about=github_id,
    )
    return _try(request, parts, user, attempt)


@router.get("/shortlists/{shortlist_id}/{verb}", dependencies=[Depends(require(Role.reader))])
def go_back(shortlist_id: int, verb: str) -> Response:
    """The address of a refused form, opened again: to the page that the form is on."""
    if verb not in VERBS:
        raise NotHere("there is no such page", way_out="see the list of shortlists")
    return _go(f"/shortlists/{shortlist_id}")


def _try(request: Request, parts: Parts, user: User, attempt: Attempt) -> Response:
    """Make a change and go back to where the form was; or show that page again with the reason of the refusal."""
    number, about, back = attempt.shortlist_id, attempt.about, attempt.back
    _find(parts, number)
    is_state = attempt.part == "state" and is_partial(request)
    trouble: Trouble | None = None
    try:
        attempt.change(parts.desk.shortlists)
    except UsageError as error:
        trouble = trouble_of(error, github_id=about, form=attempt.form, typed=attempt.typed, shortlist_id=number)
        if back and not is_state:
            raise
    if is_state:
        state = shortlist_state(parts, user, about, trouble=trouble)
        path = local(back, "/shortlists")
        return render(request, "shortlists/_state.html", state=state, path=path, status=_status(trouble))
    if trouble is not None:
        return _show_one(request, parts, user, number, opened=about, trouble=trouble)
    return _go(local(back, "/shortlists") if back else _page_url(request, number, about, attempt.form))


def _page_url(request: Request, shortlist_id: int, about: int, form: str) -> str:
    """The page that the form was on, as it was filtered, with that developer opened where something was written."""
    keep = {name: text for name, text in request.query_params.items() if name in {"stage", "tag", "q", "page"}}
    if form in {"note", "tag", "decide"}:
        keep["open"] = str(about)
    return f"/shortlists/{shortlist_id}" + (f"?{urlencode(keep)}" if keep else "") + (f"#p-{about}" if about else "")


def _show_list(
    request: Request,
    parts: Parts,
    user: User,
    *,
    is_archived: bool = False,
    done: str = "",
    trouble: Trouble | None = None,
) -> Response:
    found = parts.desk.shortlists.list(is_archived=is_archived)
    return render(
        request,
        "shortlists/list.html",
        status=_status(trouble),
        shortlists=view.titled(found),
        is_archived=is_archived,
        archived_count=len(parts.desk.shortlists.list(is_archived=True)),
        briefs=list_known(parts.desk),
        cooling_count=len(parts.desk.shortlists.cooling()),
        can_write=user.role >= Role.recruiter,
        done=done,
        trouble=trouble,
    )


def _show_one(
    request: Request,
    parts: Parts,
    user: User,
    shortlist_id: int,
    *,
    opened: int = 0,
    trouble: Trouble | None = None,
) -> Response:
    shortlist = _find(parts, shortlist_id)
    wanted = _wanted(request)
    entries = view.people_on(parts, shortlist_id)
    found = view.page_of(parts, entries, wanted)
    keep, base = wanted.pairs(), f"/shortlists/{shortlist_id}"
    return render(
        request,
        "shortlists/page.html",
        status=_status(trouble),
        shortlist=shortlist,
        found=found,
        wanted=wanted,
        counts=view.counts_of(entries),
        tags=view.tags_of(entries, wanted.tag),
        with_=lambda **changes: base + (f"?{urlencode(said)}" if (said := wanted.pairs(**changes)) else ""),
        size=len(entries),
        stages=STAGES,
        opened=opened,
        trouble=trouble,
        kept=urlencode(keep | ({"page": str(found.page)} if found.page > 1 else {})),
        page_url=lambda number: f"{base}?{urlencode(keep | {'page': number})}",
        can_write=user.role >= Role.recruiter and not shortlist.is_archived,
        can_manage=user.role >= Role.recruiter,
        kinds=tuple(WRITERS),
    )


def _wanted(request: Request) -> view.Wanted:
    asked = request.query_params
    stage, page = asked.get("stage", ""), asked.get("page", "1")
    is_page = page.isdecimal() and len(page) < 7
    stage = stage if stage in STAGES else ""
    return view.Wanted(stage, asked.get("q", "")[:100], int(page) if is_page else 1, asked.get("tag", "")[:100])


def _find(parts: Parts, shortlist_id: int) -> Shortlist:
    found = parts.desk.shortlists.get(shortlist_id) if 0 < shortlist_id < 2**31 else None
    if found is None:
        raise NotHere(f"there is no shortlist {shortlist_id}"[:60], way_out="see the list of shortlists")
    return found


def _site(parts: Parts) -> str:
    try:
        with parts.reader.read() as reading:
            return reading.site
    except SnapshotMissing:
        return "https://github.com"


def _status(trouble: Trouble | None) -> int:
    return 200 if trouble is None else 400


def _go(url: str) -> Response:
    return RedirectResponse(url, status_code=303)
