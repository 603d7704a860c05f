"""Companies: the ranking, one company, and the days of one or of all."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from talentscope.scoring.companies import DEFAULT_SORT, SORTS, Question, find_card, find_companies, run
from talentscope.scoring.company import to_card, to_object
from talentscope.scoring.company_days_sheet import Span, days_sheet, find_span
from talentscope.scoring.company_sheet import export_companies
from talentscope.web.api.asking import ABOUT_CURSOR, ABOUT_FORMAT, JSON_ONLY, Form, Reader, only_known
from talentscope.web.api.company_shapes import Card, CompanyDayPage, CompanyPage
from talentscope.web.api.replying import Reply, reply
from talentscope.web.api.shapes import answers
from talentscope.web.errors import NotHere, RequestRefused
from talentscope.web.parts import Parts, PartsHere
from talentscope.web.reader import Reading
from talentscope.web.signin.identity import User

router = APIRouter(prefix="/api/v1", tags=["companies"], dependencies=[Depends(only_known)])

MOST_ROWS, MOST_FILE_ROWS = 1_000, 50_000

CompanyId = Annotated[str, Path(max_length=64, description="The id of a company.", examples=["nvidia"])]


class Paged(BaseModel):
    """Which page, and in which form."""

    limit: int | None = Field(
        None,
        ge=1,
        le=MOST_FILE_ROWS,
        description=f"Rows of a page: 200 unless told, {MOST_ROWS:,} at most. Of a file: {MOST_FILE_ROWS:,}.",
    )
    cursor: str = Field("", max_length=2_000, description=ABOUT_CURSOR)
    form: Form | None = Field(None, alias="format", description=ABOUT_FORMAT)


class CompaniesAsked(Paged):
    """Which companies, in which order."""

    sort: str = Field(
        DEFAULT_SORT,
        max_length=100,
        description="By what, highest first; names from A. "
        + "; ".join(f"`{name}`: {sort.sentence}" for name, sort in SORTS.items()),
        json_schema_extra={"enum": list(SORTS)},
    )
    sector: list[Annotated[str, Field(max_length=100)]] = Field(
        [], max_length=100, description="Only these; may be repeated."
    )
    status: Literal["listed", "private", "delisted"] | None = Field(None, description="Only of this kind.")
    min_value: float | None = Field(
        None, ge=0, allow_inf_nan=False, description="Only from this market value, in US dollars."
    )
    complete: bool = Field(False, description="Only those with value per employee and value per offer.")

    q: str = Field("", max_length=100, description="Name, ticker or id contains this, whatever case and accents.")
    dir: Literal["asc", "desc"] | None = Field(None, description="The other way round; what is unknown comes last.")

    def question(self) -> Question:
        """As scoring asks it."""
        return Question(
            sort=self.sort,
            sectors=tuple(self.sector),
            status=self.status,
            least_value_usd=self.min_value,
            is_complete_only=self.complete,
            text=self.q,
            is_descending=None if self.dir is None else self.dir == "desc",
        )


class DaysAsked(Paged):
    """Which days."""

    since: date | None = Field(None, alias="from", description="The first day, included.", examples=["2026-11-01"])
    until: date | None = Field(None, alias="to", description="The last day, included.", examples=["2026-11-21"])


@router.get(
    "/companies",
    operation_id="listCompanies",
    summary="Employers, ranked",
    response_model=CompanyPage,
    responses=answers(files=True),
)
def list_companies(
    request: Request, parts: PartsHere, user: Reader, asked: Annotated[CompaniesAsked, Query()]
) -> Response:
    """Companies in the order asked for. What is unknown comes last and has no rank; nothing is imputed."""
    with parts.reader.read() as reading:
        answer = reply(request, parts, user, reading, asked=asked.form)
        place = answer.place(asked.cursor)
        if (unchanged := answer.unchanged()) is not None:
            return unchanged
        question = asked.question()
        rows = find_companies(reading.connection, question)
        start = int(place[0]) if place else 0
        shown = rows[start : start + _count(answer, asked.limit)]
        end = start + len(shown)
        following = answer.next(end) if end < len(rows) else None
        if answer.form is Form.json:
            page = _page(reading, following) | {"total": len(rows)}
            return answer.json(page | {"companies": [to_object(row) for row in shown]})
        content = export_companies(shown, question=question, at=parts.clock.now(), kind=answer.form.value, path=None)
        _audit(parts, user, f"{len(shown)} companies as {answer.form}")
        return answer.content(content or b"", "companies", following=following)


@router.get(
    "/companies/{company_id}",
    operation_id="getCompany",
    summary="Everything published about one company",
    response_model=Card,
    responses=answers(),
)
def get_company(request: Request, parts: PartsHere, user: Reader, company_id: CompanyId) -> Response:
    """Facts with source and day, boards and their state, sentiment with samples, the last ninety days."""
    with parts.reader.read() as reading:
        answer = reply(request, parts, user, reading, offered=JSON_ONLY)
        _check_company(parts, reading, company_id)
        return answer.unchanged() or answer.json(to_card(find_card(reading.connection, company_id)))


@router.get(
    "/companies/{company_id}/days",
    operation_id="listDaysOfCompany",
    summary="A company day by day",
    response_model=CompanyDayPage,
    responses=answers(files=True),
)
def list_days_of_company(
    request: Request, parts: PartsHere, user: Reader, company_id: CompanyId, asked: Annotated[DaysAsked, Query()]
) -> Response:
    """What was known on each day, the newest first. A figure carries the day that it is of and its source."""
    with parts.reader.read() as reading:
        answer = reply(request, parts, user, reading, asked=asked.form)
        _check_company(parts, reading, company_id)
        return _days(parts, user, reading, answer, asked, company_id)


@router.get(
    "/company-days",
    operation_id="listCompanyDays",
    summary="All companies day by day",
    response_model=CompanyDayPage,
    responses=answers(files=True),
)
def list_company_days(
    request: Request, parts: PartsHere, user: Reader, asked: Annotated[DaysAsked, Query()]
) -> Response:
    """The newest day first, companies by id. As Parquet: the whole history for a notebook, in one file."""
    with parts.reader.read() as reading:
        answer = reply(request, parts, user, reading, asked=asked.form)
        return _days(parts, user, reading, answer, asked)


def _days(
    parts: Parts, user: User, reading: Reading, answer: Reply, asked: DaysAsked, company_id: str | None = None
) -> Response:
    since, until = asked.since, asked.until
    if since is not None and until is not None and since > until:
        raise RequestRefused(f"expected from <= to, came {since} and {until}", way_out="swap them")
    place = answer.place(asked.cursor)
    if (unchanged := answer.unchanged()) is not None:
        return unchanged
    count = _count(answer, asked.limit)
    after = (date.fromisoformat(place[0]), str(place[1])) if place else None
    rows = find_span(reading.connection, Span(since, until, company_id), limit=count + 1, after=after)
    shown = rows[:count]
    following = answer.next(shown[-1]["day"], shown[-1]["company_id"]) if len(rows) > count else None
    if answer.form is Form.json:
        return answer.json(_page(reading, following) | {"days": shown})
    sheet = days_sheet(reading.connection, shown, at=parts.clock.now())
    _audit(parts, user, f"{len(shown)} company days as {answer.form}")
    return answer.file(sheet, "company-days", following=following)


def _count(answer: Reply, limit: int | None) -> int:
    """How many rows a page has, or a file."""
    if answer.form is not Form.json:
        return limit or MOST_FILE_ROWS
    return min(limit or 200, MOST_ROWS)


def _page(reading: Reading, following: str | None) -> dict[str, Any]:
    return {"next": following, "snapshot": reading.name, "published_at": reading.published_at}


def _check_company(parts: Parts, reading: Reading, company_id: str) -> None:
    if not run(reading.connection, "SELECT 1 AS one FROM companies WHERE company_id = $id", id=company_id):
        way_out = parts.registry.suggest(company_id) or "see /api/v1/companies"
        raise NotHere(f"there is no company {company_id!r}", way_out=way_out)


def _audit(parts: Parts, user: User, detail: str) -> None:
    parts.desk.record("export", detail=detail, actor=user.name)
