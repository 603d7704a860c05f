"""The OpenAPI document, its page to read, and Swagger UI to try it, served by us, without a script in the page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response

from talentscope import __version__
from talentscope.web.api.reference import read_resources, read_shapes
from talentscope.web.api.replying import to_json
from talentscope.web.api.shapes import Problem
from talentscope.web.render import render
from talentscope.web.signin.identity import Role, require
from talentscope.web.signin.sessions import COOKIE

router = APIRouter(include_in_schema=False, dependencies=[Depends(require(Role.reader))])

ABOUT = """\
Leads, developers, companies, briefs, shortlists and runs for programs. What is read comes from the published snapshot;
what a team writes is on the desk. `docs/api.md` has calls to copy.

* **Keys** are made on the page /keys and sent as `Authorization: Bearer ts_…`. Scopes: read, export, write, operate.
* **Pages**: follow `next` in the body, or the header `Link`, until it is null. It holds for one snapshot: when a newer
  one is published the answer is 409, and you begin anew.
* **Forms**: leads, a shortlist, companies and days also come as CSV, Parquet and XLSX, by `Accept` or `format=`.
* **Nothing twice**: send the ETag of an answer as `If-None-Match`; 304 says that you have it.
* **Errors** are `application/problem+json`: `detail` says what was expected and came, `way_out` what to do.
* **Null is unknown**, never zero. Times are ISO 8601 in UTC.
* Whoever asked not to be shown is in no answer, from that moment on.
"""
TAGS = (
    ("leads", "Developers ranked for a brief, each with the evidence."),
    ("developers", "One developer, with the source and the age of each field."),
    ("companies", "Employers: ranking, facts with source and day, history."),
    ("briefs", "What somebody looks for, with versions."),
    ("shortlists", "Who is considered, in which stage, with notes and decisions."),
    ("topics", "What a topic also goes by, and what lies beside it."),
    ("runs", "What was collected, how fresh and how complete it is."),
    ("privacy", "Who is not to be shown."),
)


@router.get("/openapi.json")
def tell_openapi(request: Request) -> Response:
    """The document."""
    return to_json(describe(request.app), headers={"Cache-Control": "private, no-cache"})


@router.get("/api/docs")
def show_docs(request: Request) -> Response:
    """The document as a page to read; no script is needed."""
    document = describe(request.app)
    return render(
        request,
        "api/docs.html",
        resources=read_resources(document),
        shapes=read_shapes(document),
        base=str(request.base_url).rstrip("/"),
    )


@router.get("/api/try")
def show_try(request: Request) -> Response:
    """The document as a page to send calls from."""
    return render(request, "api/try.html")


@lru_cache(maxsize=4)
def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the routes under /api/v1."""
    document = get_openapi(
        title="talentscope",
        version=__version__,
        description=ABOUT,
        routes=app.routes,
        tags=[{"name": name, "description": about} for name, about in TAGS],
    )
    schemas = document["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own, which is never sent
        schemas.pop(name, None)
    document["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key: `Bearer ts_…`."},
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "As the page signs people in."},
    }
    document["security"] = [{"key": []}, {"session": []}]
    return document
