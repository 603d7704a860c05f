"""Briefs: saved on the desk, or in files. Nobody overwrites what somebody else saved meanwhile."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.responses import Response

from talentscope.desk.briefs import SavedBrief, SavedElsewhere
from talentscope.runtime.errors import BriefError
from talentscope.scoring.brief import Brief, build_brief, parse_brief
from talentscope.scoring.brief_text import to_yaml
from talentscope.web.api.asking import JSON_ONLY, Reader, Recruiter, only_known
from talentscope.web.api.brief_shapes import BriefBody, BriefList, BriefVersion
from talentscope.web.api.replying import matches, reply, to_json
from talentscope.web.api.shapes import answers
from talentscope.web.errors import NotHere, RequestRefused
from talentscope.web.parts import Parts, PartsHere
from talentscope.web.queries_briefs import find_known, list_known

router = APIRouter(prefix="/api/v1", tags=["briefs"], dependencies=[Depends(only_known)])

TAG = re.compile(r'(?:W/)?"?v?(\d{1,9})"?')

Name = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9][a-z0-9-]*$", examples=["minecraft-modders"])]
IfMatch = Annotated[
    str | None,
    Header(max_length=200, description='The ETag of the version that you changed, such as "v3"; of a new one "v0".'),
]
IfNoneMatch = Annotated[str | None, Header(max_length=200, description="`*`: save it only if there is none.")]


class Stale(RequestRefused):
    """Not the version that was changed stands there."""

    status = 412


class Unversioned(RequestRefused):
    """A change that does not say what it changes."""

    status = 428


@router.get(
    "/briefs", operation_id="listBriefs", summary="Briefs, by name", response_model=BriefList, responses=answers()
)
def list_briefs(request: Request, parts: PartsHere, user: Reader) -> Response:
    """Saved ones and those from files. A saved one stands before a file of the same name."""
    answer = reply(request, parts, user, None, offered=JSON_ONLY)
    if (unchanged := answer.unchanged()) is not None:
        return unchanged
    saved = {item.name: item for item in parts.desk.briefs.list()}
    briefs = [
        {
            "name": item.name,
            "title": item.title,
            "version": item.version,
            "saved_at": saved[item.name].saved_at if item.name in saved else None,
            "saved_by": item.saved_by or None,
        }
        for item in list_known(parts.desk)
    ]
    return answer.json({"next": None, "briefs": briefs})


@router.get(
    "/briefs/{name}",
    operation_id="getBrief",
    summary="One brief with its text",
    response_model=BriefVersion,
    responses=answers(),
)
def get_brief(request: Request, parts: PartsHere, user: Reader, name: Name) -> Response:
    """As YAML and as JSON. Its ETag is its version: send it as If-Match with a change."""
    reply(request, parts, user, None, offered=JSON_ONLY)
    described = _describe(parts, name)
    tag = _tag(described["version"])
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return to_json(described, headers=headers)


@router.put(
    "/briefs/{name}",
    operation_id="saveBrief",
    summary="Save a brief",
    response_model=BriefVersion,
    responses=answers(412, 415, 428, success="As it stands now.", unchanged=False),
)
def put_brief(
    parts: PartsHere,
    user: Recruiter,
    name: Name,
    body: BriefBody,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """A new version; what stood there before stays in its history. Needs If-Match with the version that you changed,
    or `If-None-Match: *` for a new brief."""
    expected = _expected(if_match, if_none_match)
    text = body.text if body.text is not None else to_yaml(_build(body, name))
    _check(text, name)
    try:
        parts.desk.briefs.save(name, text, actor=user.name, note=body.note, expected_version=expected)
    except SavedElsewhere as error:
        raise Stale(error.message, way_out=error.way_out) from error
    described = _describe(parts, name)
    return to_json(described, headers={"ETag": _tag(described["version"])})


@router.delete(
    "/briefs/{name}",
    operation_id="deleteBrief",
    summary="Take a saved brief off the list",
    status_code=204,
    responses=answers(412, 428, unchanged=False),
)
def delete_brief(parts: PartsHere, user: Recruiter, name: Name, if_match: IfMatch = None) -> Response:
    """Its history stays and can be restored on the page. A brief from a file cannot be deleted here."""
    expected = _expected(if_match, None)
    saved = parts.desk.briefs.get(name)
    if saved is None:
        raise NotHere(f"there is no saved brief {name!r}", way_out="see /api/v1/briefs")
    if saved.version != expected:
        raise Stale(
            f"{name}: {saved.saved_by} saved version {saved.version} meanwhile", way_out="look at it, then decide"
        )
    parts.desk.briefs.delete(name, actor=user.name)
    return Response(status_code=204)


def _describe(parts: Parts, name: str) -> dict[str, Any]:
    """A brief as it stands. What was saved and is no brief any more has its text and no fields."""
    saved: SavedBrief | None = parts.desk.briefs.get(name)
    try:
        brief: Brief | None = find_known(parts.desk, name)
    except BriefError as error:
        if saved is None:
            raise NotHere(error.message, way_out=error.way_out) from error
        brief = None
    return {
        "name": name,
        "title": saved.title if saved is not None else (brief.title if brief else ""),
        "version": saved.version if saved is not None else 0,
        "saved_at": saved.saved_at if saved is not None else None,
        "saved_by": saved.saved_by if saved is not None else None,
        "note": saved.note if saved is not None else "",
        "text": saved.text if saved is not None else to_yaml(brief) if brief else "",
        "brief": brief.model_dump(mode="json") if brief else None,
    }


def _build(body: BriefBody, name: str) -> Brief:
    if body.brief is None:
        raise BriefError("expected `text` (YAML) or `brief` (JSON), came neither", way_out="send one of the two")
    return build_brief({"name": name} | body.brief, source=name)


def _check(text: str, name: str) -> None:
    brief = parse_brief(text, source=name)
    if brief.name != name:
        raise BriefError(f"{name}: expected this name in the brief, came {brief.name!r}", way_out="make them the same")


def _expected(if_match: str | None, if_none_match: str | None) -> int:
    if if_match is None and if_none_match is not None and if_none_match.strip() == "*":
        return 0
    match = TAG.fullmatch(if_match.strip()) if if_match is not None else None
    if match is not None:
        return int(match[1])
    if if_match is None:
        raise Unversioned(
            "expected If-Match with the version that you changed",
            way_out='GET it and send its ETag, such as "v3"; for a new brief send If-None-Match: *',
        )
    raise Stale(f'expected the ETag of a version, such as "v3", came {if_match[:50]!r}', way_out="GET it first")


def _tag(version: int) -> str:
    return f'"v{version}"'
