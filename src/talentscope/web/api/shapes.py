"""Shapes that all resources share: problems, pages, and how an answer is described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from talentscope.web.api.asking import MEDIA, Form


class Shape(BaseModel):
    """What the API answers. Nothing but what is described here is ever in it."""

    model_config = ConfigDict(extra="forbid")


class Body(BaseModel):
    """What a client sends. An unknown key is refused, not skipped."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """An error, by RFC 9457."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "there is no company 'nvidiaa'",
                    "way_out": "did you mean NVIDIA (nvidia)?",
                }
            ]
        }
    )

    type: str = Field(description="Always about:blank: the status says what kind it is.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The HTTP status.", ge=400, le=599)
    detail: str = Field(description="What was expected, what came, and where.")
    way_out: str | None = Field(None, description="What you can do about it.")


class Page(Shape):
    """What every list has beside its rows."""

    next: str | None = Field(description="The address of the next page, as in the header Link; null on the last.")


class OfSnapshot(Page):
    """A list out of the published snapshot."""

    snapshot: str = Field(
        description="The snapshot that this is of.", examples=["20261121T130649949259-82f905fa.duckdb"]
    )
    published_at: str = Field(
        description="When it was published, UTC.",
        examples=["2026-11-21T13:06:49Z"],
        json_schema_extra={"format": "date-time"},
    )


_PROBLEMS = {
    400: "The request cannot be understood: a value, a cursor that is not ours.",
    401: "Nobody is signed in and no good key came.",
    403: "The role or the key's scopes do not reach.",
    404: "There is no such thing. Somebody who asked not to be shown is answered as one never met.",
    406: "No form that the client takes is one that we write.",
    409: "Somebody was faster, or a newer snapshot has been published since the first page.",
    412: "Somebody saved meanwhile: not this version stands there.",
    413: "More than may be sent.",
    415: "A body that is no JSON.",
    422: "A parameter or the body is not as described here.",
    428: "This change needs If-Match, so that nobody overwrites what somebody else saved.",
    429: "Too many requests in a minute.",
    503: "Nothing has been published yet, or the desk does not answer.",
}
USUAL = (400, 401, 403, 404, 406, 409, 422, 429, 503)

Answers = dict[int | str, dict[str, Any]]


def answers(*also: int, success: str = "", files: bool = False, unchanged: bool = True) -> Answers:
    """`responses` of a route: the usual problems and those named; `files`: CSV, Parquet and XLSX beside JSON."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    made: Answers = {code: {"description": _PROBLEMS[code], "content": content} for code in sorted({*USUAL, *also})}
    if unchanged:
        made[304] = {"description": "You have this answer already, by If-None-Match."}
    if success or files:
        made[200] = {"description": success or "As asked."}
    if files:
        binary = {"schema": {"type": "string", "format": "binary"}}
        made[200]["content"] = {MEDIA[form]: binary for form in Form if form is not Form.json}
    return made
