"""Ways out of an empty list: which of the things that narrow it stands in the way, by how many it would let in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from talentscope.web.formats import plural
from talentscope.web.pages.leads_view import Chip
from talentscope.web.queries import LeadsQuery
from talentscope.web.queries_asking import EVERYBODY, Asking

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Way:
    """A step that brings somebody back, and where it leads."""

    text: str
    url: str
    count: int


def find_ways(asking: Asking, query: LeadsQuery, chips: Iterable[Chip]) -> list[Way]:
    """Single steps that let somebody in, the ones that let in most first."""
    steps = [
        (f"Without \N{LEFT DOUBLE QUOTATION MARK}{chip.text}\N{RIGHT DOUBLE QUOTATION MARK}", chip.without)
        for chip in chips
        if chip.without is not None
    ]
    if query.brief.languages and query.brief.terms != query.brief.languages:
        steps.append(("In any language", query.with_value("language", ())))
    if query.brief.topics and not query.brief.related:
        steps.append(("With related topics", query.with_value("related", value=True)))
    if query.is_changed:
        steps.append(("Back to the brief as saved", query.plain()))
    ways = []
    for text, step in steps:
        number = len(asking.ids(step.brief, asking.view(step, offset=0, limit=EVERYBODY)))
        if number:
            ways.append(Way(f"{text}: {plural(number, 'lead')}", step.url(), number))
    return sorted(ways, key=lambda way: -way.count)[:SHOWN]
