"""Leads: a brief that is changed on the page, the list it makes, and what is done with those on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Depends, Request, Response

from talentscope.runtime.errors import TalentscopeError, UsageError
from talentscope.scoring.completion import complete_topic
from talentscope.scoring.ranking import ORDERS
from talentscope.web.errors import status_of
from talentscope.web.pages import leads_panel, leads_view
from talentscope.web.pages.leads_ways import find_ways
from talentscope.web.parts import Parts, PartsHere
from talentscope.web.queries import PAGE_SIZE, LeadsQuery, parse_query
from talentscope.web.queries_asking import Asking, ask_for
from talentscope.web.queries_briefs import find_or_first, list_known
from talentscope.web.queries_news import News, find_news
from talentscope.web.reader import Reading
from talentscope.web.render import is_partial, render
from talentscope.web.signin.identity import Role, User, require

router = APIRouter(include_in_schema=False)

ReaderHere = Annotated[User, Depends(require(Role.reader))]


@router.get("/leads")
def show_leads(request: Request, parts: PartsHere, user: ReaderHere) -> Response:
    """The page, or for htmx what changed of it."""
    with parts.reader.read() as reading:
        find_brief = find_or_first(parts.desk, reading.connection)
        query = parse_query(request.query_params.multi_items(), find_brief=find_brief)
        return show_list(request, parts, user, reading, query)


@router.get("/leads/topics", dependencies=[Depends(require(Role.reader))])
def complete(request: Request, parts: PartsHere, topic: str = "") -> Response:
    """Options for the box that adds a topic."""
    with parts.reader.read() as reading:
        found = complete_topic(reading.connection, topic[:50], limit=12) if topic.strip() else ()
    return render(request, "leads/_options.html", options=found)


@dataclass(frozen=True)
class Refused:
    """A form of the page that was refused: why, and what was typed in it."""

    error: UsageError
    typed: Mapping[str, str]


def show_list(
    request: Request,
    parts: Parts,
    user: User,
    reading: Reading,
    query: LeadsQuery,
    *,
    notice: str = "",
    refused: Refused | None = None,
) -> Response:
    """The list of a query: whole, or in parts for htmx. `notice` tells what was just done, `refused` what was not."""
    asking = ask_for(parts, reading)
    news = find_news(asking, user, query)
    values: dict[str, Any] = {"query": query, "news": news, "notice": notice, "published_at": reading.published_at}
    values["refused"] = refused
    values |= describe_list(asking, query, news)
    values |= describe_actions(request, parts, query)
    former = _former(request, parts, reading) if is_partial(request) else None
    has_same_facets = former is not None and _counted(former) == _counted(query)
    values |= {"weighing": leads_panel.build_weighing(query), "has_facets": not has_same_facets}
    if not has_same_facets:
        values |= describe_facets(asking, query, values["only_ids"])
    if not is_partial(request):
        values["briefs"] = leads_view.find_briefs(list_known(parts.desk), query.name)
        values["shortlists"] = parts.desk.shortlists.list(is_archived=False)
        return render(request, "leads/page.html", status=status_of(refused.error) if refused else 200, **values)
    response = render(request, "leads/partial.html", **values)
    url = query.url()
    response.headers["HX-Replace-Url" if _is_fleeting(former, query) else "HX-Push-Url"] = url
    return response


def describe_list(asking: Asking, query: LeadsQuery, news: News) -> dict[str, Any]:
    """The rows of the page, what narrows them, and where to go from here."""
    only_ids = news.ids if query.is_new_only and news.since is not None else None
    view = asking.view(query, only_ids=only_ids)
    found = asking.page(query.brief, view)
    if not found.leads and found.total:  # a page past the last: the list became shorter
        query = query.with_view(page=(found.total - 1) // PAGE_SIZE + 1)
        found = asking.page(query.brief, asking.view(query, only_ids=only_ids))
    desk, ids = asking.parts.desk, [lead.github_id for lead in found.leads]
    rows = leads_view.build_rows(
        found.leads,
        places=desk.shortlists.places(ids) if ids else {},
        contacts=desk.shortlists.contacted(ids) if ids and query.has_contacted else {},
        new_ids=news.ids,
        opened=query.open_login,
        medians=found.median,
    )
    chips = leads_view.find_chips(query, _names(asking.parts, query))
    first = (query.page - 1) * PAGE_SIZE
    last_page = max(1, -(-found.total // PAGE_SIZE))
    return {
        "only_ids": only_ids,
        "rows": rows,
        "total": found.total,
        "first": first + 1,
        "last": first + len(rows),
        "last_page": last_page,
        "previous_url": query.with_view(page=query.page - 1).url() if query.page > 1 else "",
        "next_url": query.with_view(page=query.page + 1).url() if query.page < last_page else "",
        "chips": chips,
        "ways": [] if rows else find_ways(asking, query, chips),
        "heads": leads_view.build_heads(query),
        "orders": ORDERS,
        "open_prefix": leads_view.open_prefix(query),
        "close_url": leads_view.close_url(query),
        "suffix": leads_view.developer_suffix(query),
        "cooling_count": _count_cooling(asking, query),
        "site": asking.reading.site,
        "way_words": leads_view.WAYS,
    }


def describe_facets(asking: Asking, query: LeadsQuery, only_ids: frozenset[int] | None) -> dict[str, Any]:
    """The panel's clusters and facets with their counts."""
    view = asking.view(query, only_ids=only_ids)
    counts = asking.facets(query.brief, view)
    by_topic = {value.value: value.count for value in counts["topic"]} if counts["topic"] else {}
    brief = query.brief
    is_last = len(brief.topics) + len(brief.keywords) + len(brief.languages) == 1
    clusters = leads_panel.build_clusters(query, asking.clusters(brief), by_topic, is_last=is_last)
    facets = {name: leads_panel.build_facet(name, counts[name]) for name in ("language", "place", "employer")}
    return {"clusters": clusters, "facets": facets, "contacts": counts["contact"]}


def describe_actions(request: Request, parts: Parts, query: LeadsQuery) -> dict[str, Any]:
    """Addresses that lead out of the page: to share, to call, to export."""
    base = str(request.base_url).rstrip("/")
    saved = parts.desk.briefs.get(query.name)
    return {
        "share_url": base + query.url(),
        "api_url": base + query.url("/api/v1/leads"),
        "export_url": query.url("/leads/export"),
        "saved_version": saved.version if saved else 0,
    }


def _former(request: Request, parts: Parts, reading: Reading) -> LeadsQuery | None:
    """What the page showed when this was asked for; None where that cannot be told."""
    address = urlsplit(request.headers.get("HX-Current-URL", ""))
    if address.path != "/leads":
        return None
    try:
        pairs = parse_qsl(address.query, keep_blank_values=True)
        return parse_query(pairs, find_brief=find_or_first(parts.desk, reading.connection))
    except TalentscopeError:
        return None


def _counted(query: LeadsQuery) -> tuple[Any, ...]:
    """What the counts of the panel hang on: all but weights, order and page."""
    brief = query.brief.model_copy(update={"weights": query.base.weights})
    return brief, query.text, query.has_contacted, query.is_new_only


def _is_fleeting(former: LeadsQuery | None, query: LeadsQuery) -> bool:
    """Whether Back should skip the view that was there: a slider on its way, a word half typed, a row opened."""
    if former is None:
        return False
    brief = former.brief.model_copy(update={"weights": query.brief.weights})
    return replace(former, brief=brief, text=query.text, open_login=query.open_login) == query


def _names(parts: Parts, query: LeadsQuery) -> Mapping[str, str]:
    developer = query.brief.developer
    known = ((text, parts.registry.by_id(text)) for text in (*developer.employers, *developer.exclude_companies))
    return {text: company.name for text, company in known if company is not None}


def _count_cooling(asking: Asking, query: LeadsQuery) -> int:
    """How many of the list the team wrote to a short while ago."""
    if not asking.cooling:
        return 0
    view = query.view(without_ids=asking.hidden, only_ids=asking.cooling, offset=0, limit=len(asking.cooling))
    return len(asking.ids(query.brief, view))
