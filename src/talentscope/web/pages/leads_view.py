"""Leads as the list shows them: rows, short reasons, chips of what is asked, heads of columns. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import quote

from markupsafe import Markup

from talentscope.desk.shortlist import Contact, Place
from talentscope.scoring.lead import Component, Lead
from talentscope.scoring.ranking import ORDERS
from talentscope.scoring.reasons import percent
from talentscope.web import formats
from talentscope.web.charts.score import bullet, score_bar
from talentscope.web.queries import LeadsQuery
from talentscope.web.queries_briefs import KnownBrief

BRIEFS = 8
"""Briefs that are named above the list; the others are on their page."""

BADGES = 2
"""Reasons that stand in a row; the others open with it."""

STALE_DAYS = 2
"""Days that what is told of a lead may be behind the snapshot before the row says so."""

WAYS = {"email": "e-mail", "website": "website", "twitter": "handle"}
CONTACT_WORDS = {"any": "any way to write", "email": "e-mail published"}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the score in an opened row: `given` is what its weight can give, in points."""

    item: Component
    bar: Markup
    given: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """A lead in the list. `badges` are (text, address) of what weighs most; `stars` is the most that one match has."""

    lead: Lead
    bar: Markup
    badges: tuple[tuple[str, str], ...]
    stars: int
    pushed_on: date | None
    seen_at: datetime | None
    ways: tuple[str, ...]
    places: tuple[Place, ...]
    contact: Contact | None
    is_new: bool
    is_stale: bool
    parts: tuple[Part, ...]


def build_rows(
    leads: Iterable[Lead],
    *,
    places: Mapping[int, tuple[Place, ...]],
    contacts: Mapping[int, Contact],
    new_ids: Collection[int],
    opened: str,
    medians: Mapping[str, float | None],
) -> list[Row]:
    """Rows of a page; the parts are worked out for the opened one only."""
    return [
        Row(
            lead=lead,
            bar=score_bar(lead),
            badges=find_badges(lead),
            stars=max((repository.stars for repository in lead.repositories), default=0),
            pushed_on=last_push(lead),
            seen_at=seen_at(lead),
            ways=tuple(way for way in WAYS if lead.contacts.get(way)),
            places=tuple(place for place in places.get(lead.github_id, ()) if not place.is_archived),
            contact=contacts.get(lead.github_id),
            is_new=lead.github_id in new_ids,
            is_stale=_is_stale(lead),
            parts=build_parts(lead, medians) if lead.login.lower() == opened.lower() else (),
        )
        for lead in leads
    ]


def build_parts(lead: Lead, medians: Mapping[str, float | None]) -> tuple[Part, ...]:
    """Every part with its bar, in the order of the score."""
    weights = [item.weight for item in lead.components]
    known = sum(item.weight for item in lead.components if item.value is not None)
    return tuple(
        Part(item, bullet(item, weights, medians.get(item.name)), 100 * item.weight / known if known else None)
        for item in lead.components
    )


def last_push(lead: Lead) -> date | None:
    """The day (UTC) of the last push to a matched repository: days are counted from it, as in reasons."""
    moments = [item.pushed_at for item in lead.repositories if item.pushed_at is not None]
    return max(moments).astimezone(UTC).date() if moments else None


def seen_at(lead: Lead) -> datetime | None:
    """When what is told of them was last read: the older of profile and repositories."""
    return min((at for at in (lead.profile_observed_at, lead.repositories_observed_at) if at is not None), default=None)


def _is_stale(lead: Lead) -> bool:
    at = seen_at(lead)
    return at is not None and (lead.as_of - at.astimezone(UTC).date()).days > STALE_DAYS


def find_badges(lead: Lead) -> tuple[tuple[str, str], ...]:
    """The parts that give most points, in a few words each, with the page that shows it."""
    known = [item for item in lead.components if item.contribution]
    best = sorted(known, key=lambda item: -(item.contribution or 0.0))
    told = ((say_briefly(item, lead), item.url) for item in best)
    return tuple((text, url) for text, url in told if text)[:BADGES]


def say_briefly(item: Component, lead: Lead) -> str:
    """A part in two or three words; nothing where a figure is missing."""
    return _BRIEFLY[item.name](lead)


def _say_relevance(lead: Lead) -> str:
    return formats.plural(len(lead.repositories), "matching repo")


def _say_authorship(lead: Lead) -> str:
    known = [one for one in lead.repositories if one.commits_owner is not None]
    total = sum(one.commits_total or 0 for one in known)
    mine = sum(min(one.commits_owner or 0, one.commits_total or 0) for one in known)
    return f"{percent(mine, total)} own commits" if total else ""


def _say_substance(lead: Lead) -> str:
    most = max((one.commits_total or 0 for one in lead.repositories), default=0)
    return formats.plural(most, "commit") if most else ""


def _say_validation(lead: Lead) -> str:
    return formats.plural(max(one.stars for one in lead.repositories), "star")


def _say_recency(lead: Lead) -> str:
    pushed = last_push(lead)
    noon = datetime.combine(lead.as_of, time(12), tzinfo=UTC)
    return f"pushed {formats.age(pushed, noon)}" if pushed else ""


def _say_reach(lead: Lead) -> str:
    return " and ".join(words for way, words in WAYS.items() if lead.contacts.get(way)) + " public"


def _say_attention(lead: Lead) -> str:
    return "" if lead.followers is None else formats.plural(lead.followers, "follower")


_BRIEFLY: Mapping[str, Callable[[Lead], str]] = {
    "relevance": _say_relevance,
    "authorship": _say_authorship,
    "substance": _say_substance,
    "validation": _say_validation,
    "recency": _say_recency,
    "reach": _say_reach,
    "attention": _say_attention,
}


def find_briefs(known: Iterable[KnownBrief], current: str) -> list[KnownBrief]:
    """Those named above the list: the current one, then what the team saved, then files."""
    readable = [one for one in known if one.name == current or not one.is_broken]
    return sorted(readable, key=lambda one: (one.name != current, not one.version, one.name))[:BRIEFS]


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that narrows the list, and the list without it (None where it cannot go alone)."""

    text: str
    without: LeadsQuery | None
    kind: str = ""

    @property
    def url(self) -> str:
        """The address without it."""
        return self.without.url() if self.without else ""


def find_chips(query: LeadsQuery, names: Mapping[str, str]) -> list[Chip]:
    """What narrows the list, in the order of the panel; `names` says what companies are called."""
    brief, chips = query.brief, []
    is_last = len(brief.topics) + len(brief.keywords) + len(brief.languages) == 1
    lists = (
        ("topic", brief.topics, "{}"),
        ("keyword", brief.keywords, "“{}”"),
        ("language", brief.languages, "{}"),
        ("place", brief.developer.places, "in {}"),
        ("employer", brief.developer.employers, "at {}"),
        ("not_employer", brief.developer.exclude_companies, "not at {}"),
        ("strike", brief.without_topics, "without {}"),
    )
    for name, values, words in lists:
        is_kept = is_last and name in {"topic", "keyword", "language"}
        for value in values:
            without = None if is_kept else query.without_value(name, value)
            chips.append(Chip(words.format(names.get(value, value)), without, "topic" if name == "topic" else ""))
    if brief.related:
        chips.append(Chip("and related topics", query.with_value("related", value=False)))
    chips += _find_bands(query)
    if brief.developer.contact != "none":
        chips.append(Chip(CONTACT_WORDS[brief.developer.contact], query.with_value("contact", "none")))
    chips += _find_view(query)
    return chips


def _find_bands(query: LeadsQuery) -> list[Chip]:
    repository, developer = query.brief.repository, query.brief.developer
    bands = (
        ("stars", repository.stars.min, repository.stars.max, "stars"),
        ("size", repository.size_kb.min, repository.size_kb.max, "KiB"),
        ("followers", developer.followers.min, developer.followers.max, "followers"),
    )
    chips = []
    for name, low, high, unit in bands:
        if low is not None or high is not None:
            free = query.with_value(f"{name}_min", None).with_value(f"{name}_max", None)
            chips.append(Chip(f"{_band(low, high)} {unit}", free))
    if repository.pushed_within_days is not None:
        free = query.with_value("pushed", None)
        chips.append(Chip(f"pushed within {formats.plural(repository.pushed_within_days, 'day')}", free))
    if repository.max_topics is not None:
        free = query.with_value("topics_max", None)
        chips.append(Chip(f"at most {formats.plural(repository.max_topics, 'topic')} a repository", free))
    return chips


def _band(low: int | None, high: int | None) -> str:
    if low is None:
        return f"at most {high:,}"
    return f"at least {low:,}" if high is None else f"{low:,} to {high:,}"


def _find_view(query: LeadsQuery) -> list[Chip]:
    chips = []
    if query.text:
        chips.append(Chip(f"search: {query.text}", query.with_view(text=""), "view"))
    if query.is_new_only:
        chips.append(Chip("only new", query.with_view(is_new_only=False), "view"))
    if query.has_contacted:
        chips.append(Chip("contacted too", query.with_view(has_contacted=False), "view"))
    return chips


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: where a click leads, and how the list is ordered by it now."""

    title: str
    url: str
    state: str


def build_heads(query: LeadsQuery) -> dict[str, Head]:
    """Heads of the columns that sort; a click on the present one turns it around."""
    heads = {}
    for name in ("login", "score", "stars", "recency", "followers", "reach"):
        is_current = query.order == name
        way = not query.is_descending if is_current else ORDERS[name].is_descending
        url = query.with_view(order=name, is_descending=way).url()
        state = ("descending" if query.is_descending else "ascending") if is_current else ""
        heads[name] = Head(ORDERS[name].label, url, state)
    return heads


def developer_suffix(query: LeadsQuery) -> str:
    """What follows a developer's address, so that their page scores them as this list does."""
    plain = query.with_view(order="score", is_descending=True, text="", has_contacted=False, is_new_only=False)
    return plain.with_view(page=1).url("")


def open_prefix(query: LeadsQuery) -> str:
    """The address that opens a row, but for the login at its end."""
    return query.with_view(open_login="").url() + "&open="


def close_url(query: LeadsQuery) -> str:
    """The address with no row opened."""
    return query.with_view(open_login="").url()


def quoted(login: str) -> str:
    """A login as part of an address."""
    return quote(login, safe="")
