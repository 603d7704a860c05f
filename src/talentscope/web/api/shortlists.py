"""Shortlists: who is on them, in which stage, with what was noted and decided, and what changes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from talentscope.desk.shortlist import Candidate, Entry, Shortlist
from talentscope.runtime.errors import SnapshotMissing, UsageError
from talentscope.scoring.lead import Lead
from talentscope.web.api.asking import (
    ABOUT_FORMAT,
    JSON_ONLY,
    CursorAsked,
    Form,
    Number,
    Reader,
    Recruiter,
    may_export,
    only_known,
)
from talentscope.web.api.replying import Reply, reply, to_json
from talentscope.web.api.shapes import answers
from talentscope.web.api.shortlist_shapes import (
    AddedPeople,
    DecisionBody,
    EntriesBody,
    EntryPage,
    EntryShape,
    MoveBody,
    NewShortlist,
    NoteBody,
    NoteShape,
    NotesPage,
    ShortlistChange,
    ShortlistPage,
    ShortlistShape,
)
from talentscope.web.errors import NotHere
from talentscope.web.parts import Parts, PartsHere
from talentscope.web.queries_asking import Asking, ask_for
from talentscope.web.queries_briefs import find_known
from talentscope.web.shortlist_rows import build_rows
from talentscope.web.shortlist_sheet import make_sheet
from talentscope.web.signin.identity import User

router = APIRouter(prefix="/api/v1/shortlists", tags=["shortlists"], dependencies=[Depends(only_known)])

Limit = Annotated[int, Query(ge=1, le=1_000, description="Rows of a page.")]
CHANGED = answers(415, unchanged=False)


@router.get("", operation_id="listShortlists", summary="Shortlists", response_model=ShortlistPage, responses=answers())
def list_shortlists(
    request: Request,
    parts: PartsHere,
    user: Reader,
    archived: Annotated[bool | None, Query(description="Only archived ones, or only open ones.")] = None,
    limit: Limit = 100,
    cursor: CursorAsked = "",
) -> Response:
    """The last changed first."""
    answer = reply(request, parts, user, None, offered=JSON_ONLY)
    place = answer.place(cursor)
    if (unchanged := answer.unchanged()) is not None:
        return unchanged
    found = parts.desk.shortlists.list(is_archived=archived)
    if place is not None:  # what changed meanwhile has moved to the front: nobody is met twice
        found = tuple(one for one in found if [one.changed_at.isoformat(), one.shortlist_id] < list(place))
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    following = answer.next(last.changed_at.isoformat(), last.shortlist_id) if last else None
    return answer.json({"next": following, "shortlists": [_shortlist(one) for one in shown]})


@router.post(
    "",
    operation_id="createShortlist",
    summary="A new shortlist",
    status_code=201,
    response_model=ShortlistShape,
    responses=CHANGED,
)
def create_shortlist(parts: PartsHere, user: Recruiter, body: NewShortlist) -> Response:
    """Empty; open ones have names of their own."""
    number = parts.desk.shortlists.create(body.name, actor=user.name, brief_text=body.brief_text)
    location = {"Location": f"/api/v1/shortlists/{number}"}
    return to_json(_shortlist(_find(parts, number)), status=201, headers=location)


@router.get(
    "/{shortlist_id}",
    operation_id="getShortlist",
    summary="One shortlist",
    response_model=ShortlistShape,
    responses=answers(),
)
def get_shortlist(request: Request, parts: PartsHere, user: Reader, shortlist_id: Number) -> Response:
    """Its name, the brief it was made from, and how many are in each stage."""
    answer = reply(request, parts, user, None, offered=JSON_ONLY)
    found = _find(parts, shortlist_id)
    return answer.unchanged() or answer.json(_shortlist(found))


@router.patch(
    "/{shortlist_id}",
    operation_id="changeShortlist",
    summary="Rename, archive or reopen a shortlist",
    response_model=ShortlistShape,
    responses=CHANGED,
)
def change_shortlist(parts: PartsHere, user: Recruiter, shortlist_id: Number, body: ShortlistChange) -> Response:
    """An archived one is closed for changes; nothing is lost."""
    _find(parts, shortlist_id)
    room = parts.desk.shortlists
    if body.is_archived is False:
        room.reopen(shortlist_id, actor=user.name)
    if body.name is not None:
        room.rename(shortlist_id, body.name, actor=user.name)
    if body.is_archived:
        room.archive(shortlist_id, actor=user.name)
    return to_json(_shortlist(_find(parts, shortlist_id)))


@router.get(
    "/{shortlist_id}/entries",
    operation_id="listEntries",
    summary="Who is on a shortlist",
    response_model=EntryPage,
    responses=answers(files=True),
)
def list_entries(
    request: Request,
    parts: PartsHere,
    user: Reader,
    shortlist_id: Number,
    limit: Annotated[int | None, Query(ge=1, le=1_000, description="Rows of a page: 100 unless told.")] = None,
    cursor: CursorAsked = "",
    form: Annotated[Form | None, Query(alias="format", description=ABOUT_FORMAT)] = None,
) -> Response:
    """The best score first, with stage, notes, decisions and history. Who asked not to be shown is on none.

    A file holds all of them unless a limit is told. It is a copy of personal data: it needs the scope `export` (people:
    the role of a recruiter), and is noted in the audit.
    """
    snapshot, site = _published(parts)
    answer = reply(request, parts, user, None, asked=form, also=snapshot)
    found = _find(parts, shortlist_id)
    if answer.form is not Form.json:
        may_export(request)
    place = answer.place(cursor)
    if (unchanged := answer.unchanged()) is not None:
        return unchanged
    entries = [one for one in parts.desk.shortlists.entries(shortlist_id) if not _said_no(parts, one)]
    if place is not None:
        entries = [one for one in entries if _order(one) > list(place)]
    shown = entries[: limit or (100 if answer.form is Form.json else len(entries))]
    following = answer.next(*_order(shown[-1])) if len(entries) > len(shown) else None
    if answer.form is not Form.json:
        return _file(parts, user, answer, found, shown, site=site, following=following)
    return answer.json({"next": following, "entries": [_entry(one) for one in shown]})


@router.post(
    "/{shortlist_id}/entries",
    operation_id="addToShortlist",
    summary="Put developers on a shortlist",
    response_model=AddedPeople,
    responses=CHANGED,
)
def add_entries(parts: PartsHere, user: Recruiter, shortlist_id: Number, body: EntriesBody) -> Response:
    """By login, in stage `new`. With `brief`, each with the score that they have for it now.

    A login that the snapshot does not know is in `unknown`, and so is one who asked not to be shown.
    """
    _find(parts, shortlist_id)
    wanted = {login.strip().removeprefix("@").lower(): login for login in body.logins}
    with parts.reader.read() as reading:
        asking = ask_for(parts, reading)
        ids = asking.find_ids(list(wanted))
        candidates = [_candidate(asking, body.brief, number, wanted[login]) for login, number in ids.items()]
    unknown = sorted(login for key, login in wanted.items() if key not in ids)
    if not candidates:
        return to_json({"added": 0, "present": 0, "unknown": unknown})
    added = parts.desk.shortlists.add(shortlist_id, candidates, actor=user.name)
    return to_json({"added": added.added, "present": added.present, "unknown": unknown})


@router.get(
    "/{shortlist_id}/entries/{github_id}",
    operation_id="getEntry",
    summary="One developer on a shortlist",
    response_model=EntryShape,
    responses=answers(),
)
def get_entry(request: Request, parts: PartsHere, user: Reader, shortlist_id: Number, github_id: Number) -> Response:
    """Stage, notes, decisions and history there."""
    answer = reply(request, parts, user, None, offered=JSON_ONLY)
    found = _find_entry(parts, shortlist_id, github_id)
    return answer.unchanged() or answer.json(_entry(found))


@router.patch(
    "/{shortlist_id}/entries/{github_id}",
    operation_id="moveEntry",
    summary="Move a developer to another stage",
    response_model=EntryShape,
    responses=CHANGED,
)
def move_entry(parts: PartsHere, user: Recruiter, shortlist_id: Number, github_id: Number, body: MoveBody) -> Response:
    """`contacted` says that somebody wrote: then the whole team waits, and writing again needs a reason."""
    _find_entry(parts, shortlist_id, github_id)
    parts.desk.shortlists.move(shortlist_id, github_id, body.stage, actor=user.name, reason=body.reason)
    return to_json(_entry(_find_entry(parts, shortlist_id, github_id)))


@router.delete(
    "/{shortlist_id}/entries/{github_id}",
    operation_id="removeEntry",
    summary="Take a developer off a shortlist",
    status_code=204,
    responses=answers(unchanged=False),
)
def remove_entry(parts: PartsHere, user: Recruiter, shortlist_id: Number, github_id: Number) -> Response:
    """With notes, decisions and history there; that somebody wrote to them stays known."""
    _find_entry(parts, shortlist_id, github_id)
    parts.desk.shortlists.remove(shortlist_id, github_id, actor=user.name)
    return Response(status_code=204)


@router.get(
    "/{shortlist_id}/entries/{github_id}/notes",
    operation_id="listNotes",
    summary="Notes about a developer on a shortlist",
    response_model=NotesPage,
    responses=answers(),
)
def list_notes(request: Request, parts: PartsHere, user: Reader, shortlist_id: Number, github_id: Number) -> Response:
    """In the order of time."""
    answer = reply(request, parts, user, None, offered=JSON_ONLY)
    found = _find_entry(parts, shortlist_id, github_id)
    return answer.unchanged() or answer.json({"next": None, "notes": _entry(found)["notes"]})


@router.post(
    "/{shortlist_id}/entries/{github_id}/notes",
    operation_id="writeNote",
    summary="Write a note about a developer",
    status_code=201,
    response_model=NoteShape,
    responses=CHANGED,
)
def write_note(parts: PartsHere, user: Recruiter, shortlist_id: Number, github_id: Number, body: NoteBody) -> Response:
    """Signed with your name. The developer may ask to read it."""
    _find_entry(parts, shortlist_id, github_id)
    note = parts.desk.shortlists.note(shortlist_id, github_id, body.text, actor=user.name)
    return to_json({"note_id": note.note_id, "text": note.text, "at": note.at, "actor": note.actor}, status=201)


@router.put(
    "/{shortlist_id}/entries/{github_id}/decision",
    operation_id="decide",
    summary="Say yes, maybe or no, and why",
    response_model=EntryShape,
    responses=CHANGED,
)
def decide(parts: PartsHere, user: Recruiter, shortlist_id: Number, github_id: Number, body: DecisionBody) -> Response:
    """A person decides, never a score. An earlier decision stays on record."""
    _find_entry(parts, shortlist_id, github_id)
    parts.desk.shortlists.decide(shortlist_id, github_id, body.decision, body.reason, actor=user.name)
    return to_json(_entry(_find_entry(parts, shortlist_id, github_id)))


def _file(
    parts: Parts,
    user: User,
    answer: Reply,
    shortlist: Shortlist,
    entries: Sequence[Entry],
    *,
    site: str,
    following: str | None,
) -> Response:
    """The file that the page exports, too."""
    purpose, number = parts.settings.purpose, shortlist.shortlist_id
    sheet = make_sheet(shortlist, build_rows(parts, entries), site=site, purpose=purpose, now=parts.clock.now())
    detail = f"{len(entries)} developers of shortlist {number} as {answer.form}: {purpose}"
    parts.desk.record("export", detail=detail, actor=user.name)
    return answer.file(sheet, f"shortlist-{number}", following=following)


def _published(parts: Parts) -> tuple[str, str]:
    """The snapshot, by which a file tells facts, and where its profiles are."""
    try:
        with parts.reader.read() as reading:
            return reading.name, reading.site
    except SnapshotMissing:
        return "", "https://github.com"


def _find(parts: Parts, shortlist_id: int) -> Shortlist:
    found = parts.desk.shortlists.get(shortlist_id)
    if found is None:
        raise NotHere(f"there is no shortlist {shortlist_id}", way_out="see /api/v1/shortlists")
    return found


def _find_entry(parts: Parts, shortlist_id: int, github_id: int) -> Entry:
    _find(parts, shortlist_id)
    for one in parts.desk.shortlists.entries(shortlist_id):
        if one.github_id == github_id and not _said_no(parts, one):
            return one
    raise NotHere(
        f"there is nobody with the id {github_id} on this shortlist",
        way_out=f"see /api/v1/shortlists/{shortlist_id}/entries",
    )


def _said_no(parts: Parts, entry: Entry) -> bool:
    return parts.desk.is_suppressed(entry.github_id, entry.login)


def _candidate(asking: Asking, brief_name: str | None, github_id: int, login: str) -> Candidate:
    if brief_name is None:
        return Candidate(github_id, login)
    found = asking.one(find_known(asking.parts.desk, brief_name), github_id)
    if not isinstance(found, Lead):
        raise UsageError(
            f"{found.login} is no lead for {brief_name}: {found.sentence}", way_out="add them without a brief"
        )
    return Candidate(github_id, found.login, found.score)


def _order(entry: Entry) -> list[Any]:
    """As the desk sorts entries: the best score first."""
    return [entry.score is None, -(entry.score or 0.0), entry.login.lower(), entry.github_id]


def _shortlist(found: Shortlist) -> dict[str, Any]:
    return {
        "shortlist_id": found.shortlist_id,
        "name": found.name,
        "brief_text": found.brief_text,
        "created_at": found.created_at,
        "created_by": found.created_by,
        "changed_at": found.changed_at,
        "is_archived": found.is_archived,
        "size": found.size,
        "stages": dict(found.counts),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "github_id": entry.github_id,
        "login": entry.login,
        "score": entry.score,
        "stage": entry.stage,
        "added_at": entry.added_at,
        "added_by": entry.added_by,
        "tags": [tag.text for tag in entry.tags],
        "notes": [{"note_id": n.note_id, "text": n.text, "at": n.at, "actor": n.actor} for n in entry.notes],
        "decisions": [
            {"decision": d.decision, "reason": d.reason, "at": d.at, "actor": d.actor} for d in entry.decisions
        ],
        "history": [
            {"from_stage": m.from_stage, "to_stage": m.to_stage, "reason": m.reason, "at": m.at, "actor": m.actor}
            for m in entry.history
        ],
    }
