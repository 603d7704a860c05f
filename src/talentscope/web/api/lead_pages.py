"""Pages and files of leads: which parameters there are, where a page begins, how it is written."""

from __future__ import annotations

import hashlib
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from talentscope.scoring.lead_sheet import Stamp, export_leads
from talentscope.scoring.ranking import ORDERS, View
from talentscope.web.api.asking import ABOUT_CURSOR, ABOUT_FORMAT, Form, may_export
from talentscope.web.api.replying import Reply, reply
from talentscope.web.queries import PAGE_SIZE, VIEW, LeadsQuery
from talentscope.web.queries_asking import EVERYBODY, Asking
from talentscope.web.queries_fields import FIELDS
from talentscope.web.queries_fields import Field as Parameter
from talentscope.web.signin.identity import User

MOST_LEADS, MOST_FILE_LEADS = 500, 10_000
LARGEST = 2**53

_VIEW_TYPES: dict[str, dict[str, Any]] = {
    "brief": {"type": "string", "maxLength": 64, "examples": ["minecraft-modders"]},
    "q": {"type": "string", "maxLength": 100},
    "sort": {"type": "string", "enum": list(ORDERS)},
    "dir": {"type": "string", "enum": ["asc", "desc"]},
    "page": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
    "contacted": {"type": "string", "enum": ["0", "1"]},
    "new": {"type": "string", "enum": ["0", "1"]},
    "open": {"type": "string", "maxLength": 100},
}
_KINDS: dict[str, dict[str, Any]] = {
    "words": {"type": "array", "items": {"type": "string", "maxLength": 100}, "maxItems": 30},
    "number": {"type": "integer", "minimum": 0, "maximum": LARGEST},
    "weight": {"type": "number", "minimum": 0, "maximum": 1000},
    "switch": {"type": "string", "enum": ["0", "1"]},
    "choice": {"type": "string", "enum": ["none", "any", "email"]},
}
_NARROWER: dict[str, dict[str, Any]] = {
    "pushed": {"minimum": 1, "maximum": 36_500},
    "topics_max": {"maximum": 1_000},
}


class _Slice(BaseModel):
    """Which page, and in which form."""

    limit: int | None = Field(
        None,
        ge=1,
        le=MOST_FILE_LEADS,
        description=f"Leads of a page: {PAGE_SIZE} unless told, {MOST_LEADS} at most. Of a file: {MOST_FILE_LEADS:,}.",
    )
    cursor: str = Field("", max_length=2_000, description=ABOUT_CURSOR)
    form: Form | None = Field(None, alias="format", description=ABOUT_FORMAT)
    purpose: str = Field(
        "",
        max_length=200,
        description="What a file is for; stamped on each row. The installation's own when not given.",
    )


class LeadsAsked(_Slice):
    """A page of the leads of a saved brief; all else is told as on the page."""

    @classmethod
    def own_names(cls) -> list[str]:
        """Names in the address that are not of the query of leads."""
        return [field.alias or name for name, field in cls.model_fields.items()]


class ViewAsked(_Slice):
    """A page of the leads of an ad-hoc brief."""

    sort: str = Field("score", pattern=f"^({'|'.join(ORDERS)})$", json_schema_extra={"enum": list(ORDERS)})
    dir: str = Field("", pattern="^(asc|desc)?$", description=VIEW["dir"], json_schema_extra={"enum": ["asc", "desc"]})
    q: str = Field("", max_length=100, description=VIEW["q"])
    contacted: bool = Field(False, description="Also those whom the team wrote to a short while ago.")

    @property
    def is_descending(self) -> bool:
        """Which way; as usual for the order when nothing is said."""
        return self.dir == "desc" if self.dir else ORDERS[self.sort].is_descending


def view_parameters() -> list[dict[str, Any]]:
    """The query of leads as OpenAPI describes parameters: the same that the page takes."""
    told = [_parameter(name, about, _VIEW_TYPES[name]) for name, about in VIEW.items()]
    return told + [_parameter(field.name, field.about, _type_of(field)) for field in FIELDS]


def answer_leads(
    request: Request,
    user: User,
    asking: Asking,
    query: LeadsQuery,
    asked: _Slice,
    *,
    only_ids: frozenset[int] | None = None,
    question: str = "",
) -> Response:
    """A page of leads, or a file of them. Raises Unacceptable, NotAllowed, RequestRefused, Conflict."""
    parts, reading = asking.parts, asking.reading
    also = _digest(asking.cooling, only_ids)
    answer = reply(request, parts, user, reading, asked=asked.form, question=question, also=also)
    if answer.form is not Form.json:
        may_export(request)
    place = answer.place(asked.cursor)
    if (unchanged := answer.unchanged()) is not None:
        return unchanged
    count = _count(answer, asked.limit)
    view = _view(asking, query, count, place, only_ids)
    found = asking.page(query.brief, view)
    following = None
    if found.leads and view.offset + len(found.leads) < found.total:
        end = view.offset + len(found.leads)
        following = answer.next(end, found.leads[-1].github_id, _digest(view.without_ids, view.only_ids))
    told = f"{len(found.leads)} leads of {query.name}"
    if answer.form is Form.json:
        parts.desk.record("leads", detail=f"{told} by API", actor=user.name)
        return answer.json(
            {
                "next": following,
                "snapshot": reading.name,
                "published_at": reading.published_at,
                "brief": query.name,
                "total": found.total,
                "median": dict(found.median),
                "leads": [lead.to_dict() for lead in found.leads],
            }
        )
    purpose = asked.purpose.strip() or parts.settings.purpose
    stamp = Stamp(query.name, parts.clock.now(), purpose, query=f"{question} {query.told}".strip())
    content = export_leads(found.leads, stamp=stamp, kind=answer.form.value, path=None) or b""
    parts.desk.record("export", detail=f"{told} as {answer.form}: {stamp.purpose}", actor=user.name)
    return answer.content(content, query.name, following=following)


def _count(answer: Reply, limit: int | None) -> int:
    if answer.form is not Form.json:
        return limit or MOST_FILE_LEADS
    return min(limit or PAGE_SIZE, MOST_LEADS)


def _view(
    asking: Asking, query: LeadsQuery, count: int, place: tuple[Any, ...] | None, only_ids: frozenset[int] | None
) -> View:
    """The slice that a page shows.

    When somebody said no, or was written to, since the page before, its last lead says where to go on: nobody is
    missed and nobody is met twice.
    """
    if place is None:
        return asking.view(query, only_ids=only_ids, limit=count)
    offset, last_id, left_out = int(place[0]), int(place[1]), str(place[2])
    view = asking.view(query, only_ids=only_ids, limit=count, offset=offset)
    if left_out == _digest(view.without_ids, view.only_ids):
        return view
    others = view.without_ids - {last_id}
    whole = query.view(without_ids=others, only_ids=only_ids, offset=0, limit=EVERYBODY)
    ids: list[int] = asking.ids(query.brief, whole).to_pylist()
    if last_id not in ids:
        return view
    start = ids.index(last_id) + (last_id not in view.without_ids)
    return asking.view(query, only_ids=only_ids, limit=count, offset=start)


def _digest(*ids: frozenset[int] | None) -> str:
    told = repr([None if some is None else sorted(some) for some in ids])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _parameter(name: str, about: str, schema: dict[str, Any]) -> dict[str, Any]:
    told = {"name": name, "in": "query", "required": name == "brief", "description": about, "schema": schema}
    return told | ({"style": "form", "explode": True} if schema["type"] == "array" else {})


def _type_of(field: Parameter) -> dict[str, Any]:
    return _KINDS[field.kind] | _NARROWER.get(field.name, {})
