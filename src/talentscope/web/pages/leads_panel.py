"""The filter panel beside the leads: weights with their shares, topic clusters, facets with counts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from talentscope.scoring.browse import FacetValue
from talentscope.scoring.rules import COMPONENTS
from talentscope.scoring.topic_chips import AskedTopic, Offered
from talentscope.web.charts.score import PART
from talentscope.web.queries import LeadsQuery

SHOWN = 7
"""Values of a facet that stand there at once; the others open."""

MOST = 10.0
STEP = 0.5

ABOUT = {
    "relevance": "how much of their work is on the topics",
    "authorship": "whose commits they are",
    "substance": "how much there is: size, commits, days",
    "validation": "stars of what matches",
    "recency": "when it was last pushed to",
    "reach": "ways to write that are published",
    "attention": "few followers: not yet looked at by everybody",
}

PRESETS: Mapping[str, tuple[float, ...]] = {
    "Even": (1, 1, 1, 1, 1, 1, 1),
    "Craft": (3, 4, 4, 2, 1, 0, 0),
    "Active": (3, 2, 1, 1, 5, 1, 1),
    "Reach": (3, 2, 1, 1, 1, 4, 2),
}


@dataclass(frozen=True, slots=True)
class Slider:
    """One weight. `share` is its part of the total, 0..1."""

    name: str
    about: str
    part: int
    value: str
    share: float


@dataclass(frozen=True, slots=True)
class Preset:
    """Weights under a name, the address that sets them, and whether they are set."""

    title: str
    url: str
    is_set: bool


@dataclass(frozen=True, slots=True)
class Weighing:
    """All sliders with their common scale, and the presets."""

    sliders: tuple[Slider, ...]
    most: str
    step: str
    presets: tuple[Preset, ...]
    is_changed: bool


def build_weighing(query: LeadsQuery) -> Weighing:
    """The weights of a query. The scale holds every value, so that none is changed by being shown."""
    weights = query.brief.weights.model_dump()
    total = sum(weights.values())
    most = max(MOST, *weights.values())
    is_even = all(float(value / STEP).is_integer() for value in weights.values())
    sliders = tuple(
        Slider(name, ABOUT[name], PART[name], f"{weights[name]:g}", weights[name] / total) for name in COMPONENTS
    )
    saved = query.base.weights.model_dump()
    named = {"Saved": tuple(saved[name] for name in COMPONENTS), **PRESETS}
    return Weighing(
        sliders=sliders,
        most=f"{most:g}",
        step=f"{STEP:g}" if is_even and float(most / STEP).is_integer() else "any",
        presets=tuple(_preset(query, title, values) for title, values in named.items()),
        is_changed=query.brief.weights != query.base.weights,
    )


def _preset(query: LeadsQuery, title: str, values: Sequence[float]) -> Preset:
    changed = query
    for name, value in zip(COMPONENTS, values, strict=True):
        changed = changed.with_value(f"w_{name}", float(value))
    return Preset(title, changed.url(), changed.brief.weights == query.brief.weights)


@dataclass(frozen=True, slots=True)
class OfferedChip:
    """A topic of a cluster: how many leads carry it, and the address that strikes it out or takes it back."""

    item: Offered
    count: int | None
    url: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """A topic asked for, the address without it ("" for the last term), and what it pulls in.

    `exact_url` strikes out all its aliases, or takes them back where it `is_exact`; "" where it has none.
    """

    topic: str
    title: str
    count: int | None
    url: str
    aliases: tuple[OfferedChip, ...]
    related: tuple[OfferedChip, ...]
    exact_url: str
    is_exact: bool


def build_clusters(
    query: LeadsQuery, asked: Sequence[AskedTopic], counts: Mapping[str, int], *, is_last: bool
) -> list[Cluster]:
    """Clusters in the order of the brief. A topic that two clusters offer is shown in the first."""
    seen = set(query.brief.topics)
    clusters = []
    for one in asked:
        fresh = [item for item in one.offered if item.topic not in seen]
        seen.update(item.topic for item in fresh)
        chips = [OfferedChip(item, counts.get(item.topic), _toggle(query, item)) for item in fresh]
        aliases = [item for item in one.aliases if item.topic not in query.brief.topics]
        clusters.append(
            Cluster(
                topic=one.topic,
                title=one.display_name,
                count=counts.get(one.topic),
                url="" if is_last else query.without_value("topic", one.topic).url(),
                aliases=tuple(chip for chip in chips if chip.item.kind == "alias"),
                related=tuple(chip for chip in chips if chip.item.kind != "alias"),
                exact_url=_toggle_all(query, aliases),
                is_exact=all(item.is_struck for item in aliases),
            )
        )
    return clusters


def _toggle(query: LeadsQuery, item: Offered) -> str:
    if item.is_struck:
        return query.without_value("strike", item.topic).url()
    return query.with_value("strike", (*query.brief.without_topics, item.topic)).url()


def _toggle_all(query: LeadsQuery, items: Sequence[Offered]) -> str:
    """All of them struck out beside those that are; taken back only where all are."""
    struck, names = query.brief.without_topics, [item.topic for item in items]
    if all(item.is_struck for item in items):
        kept = tuple(name for name in struck if name not in names)
    else:
        kept = tuple(dict.fromkeys((*struck, *names)))
    return query.with_value("strike", kept).url() if items else ""


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one filter: those shown at once, and the others."""

    name: str
    shown: tuple[FacetValue, ...]
    others: tuple[FacetValue, ...]
    chosen: int


def build_facet(name: str, values: Sequence[FacetValue]) -> Facet:
    """Chosen values and the most frequent stand first; a value that nobody has is only shown when chosen."""
    alive = [value for value in values if value.is_chosen or value.count]
    first = [value for value in alive if value.is_chosen]
    rest = [value for value in alive if not value.is_chosen]
    room = max(0, SHOWN - len(first))
    shown = sorted([*first, *rest[:room]], key=lambda value: (-value.count, value.label))
    return Facet(name, tuple(shown), tuple(rest[room:]), len(first))
