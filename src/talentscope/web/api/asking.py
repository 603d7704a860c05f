"""What a request to the API may ask: known parameters only, each once, and a form that we write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Any, get_origin

from fastapi import Depends, Path, Query, Request
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from talentscope.runtime.words import suggest
from talentscope.web.errors import RequestRefused
from talentscope.web.signin.identity import Role, User, require, require_scope

MOST_ID = 2**63 - 1
"""Numbers of accounts, shortlists and so on: what a column of 64 bits holds."""

Reader = Annotated[User, Depends(require(Role.reader))]
Recruiter = Annotated[User, Depends(require_scope("write"))]
Operator = Annotated[User, Depends(require_scope("operate"))]
Number = Annotated[int, Path(ge=1, le=MOST_ID)]


class Form(StrEnum):
    """How an answer is written."""

    json = "json"
    csv = "csv"
    parquet = "parquet"
    xlsx = "xlsx"


MEDIA = {
    Form.json: "application/json",
    Form.csv: "text/csv",
    Form.parquet: "application/vnd.apache.parquet",
    Form.xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
EVERY_FORM = tuple(Form)
JSON_ONLY = (Form.json,)

ABOUT_CURSOR = "Where to go on: from `next` of the page before, unchanged."
ABOUT_FORMAT = "How to write the answer; wins over the header `Accept`."
CursorAsked = Annotated[str, Query(max_length=2_000, description=ABOUT_CURSOR)]


class Unacceptable(RequestRefused):
    """No form that the client takes is one that we write."""

    status = 406


class Unknown(RequestRefused):
    """A parameter that is not known, or that came twice."""

    status = 422


def choose_form(request: Request, asked: Form | None, offered: Sequence[Form] = EVERY_FORM) -> Form:
    """The form that was asked for by `format`, else the best by `Accept`, else JSON. Raises Unacceptable."""
    ways = ", ".join(f"{MEDIA[form]} (format={form})" for form in offered)
    if asked is not None:
        if asked not in offered:
            raise Unacceptable(f"this is not written as {asked}", way_out=f"ask for one of: {ways}")
        return asked
    accepted = request.headers.get("accept", "*/*")
    weights = {form: _weight(MEDIA[form], accepted) for form in offered}
    best = max(offered, key=lambda form: weights[form])
    if weights[best] <= 0:
        raise Unacceptable(f"expected another Accept, came {accepted[:100]!r}", way_out=f"ask for one of: {ways}")
    return best


def _weight(media: str, accepted: str) -> float:
    """How much a client wants a media type: the weight of the most specific range that it falls under (RFC 9110)."""
    kind = media.partition("/")[0]
    best, how_exact = 0.0, -1
    for item in accepted.split(","):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        exact = {media: 2, f"{kind}/*": 1, "*/*": 0}.get(name, -1)
        if exact > how_exact:
            best, how_exact = _quality(parameters), exact
    return best


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0


def may_export(request: Request) -> None:
    """Whether whoever asks may take a copy of personal data along. Raises NotAllowed (403)."""
    require_scope("export")(request)


def only_known(request: Request) -> None:
    """A dependency of every route: refuses parameters that would be skipped in silence. Raises Unknown (422)."""
    route = request.scope["route"]
    known = dict(_parameters(route.dependant))
    known |= {told["name"]: True for told in (route.openapi_extra or {}).get("parameters", ())}
    for name in dict.fromkeys(request.query_params.keys()):
        if name not in known:
            hint = suggest(name, list(known))
            listed = f"known: {', '.join(sorted(known))}" if known else "this takes none"
            raise Unknown(f"there is no parameter {name[:80]!r} here", way_out=f"{hint} {listed}".strip())
        if not known[name] and len(request.query_params.getlist(name)) > 1:
            raise Unknown(f"{name}: expected one value, came several", way_out="give it once")


def _parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """Name of each query parameter and whether it may come several times."""
    for field in dependant.query_params:
        annotation = field.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            for name, inner in annotation.model_fields.items():
                yield inner.alias or name, _is_many(inner.annotation)
        else:
            yield field.alias, _is_many(annotation)
    for inner_dependant in dependant.dependencies:
        yield from _parameters(inner_dependant)


def _is_many(annotation: Any) -> bool:
    return get_origin(annotation) in {list, tuple, set, frozenset}
