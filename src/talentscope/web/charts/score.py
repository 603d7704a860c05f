"""Scores as pictures: a stacked bar of the parts, and a bullet bar of one part. SVG text; colours come from the style.

Widths are attributes (no inline style), so they hold under the strict content security policy. Every picture has a text
that says the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from talentscope.scoring.lead import Component, Lead
from talentscope.scoring.rules import COMPONENTS
from talentscope.web.formats import UNKNOWN

PART = {name: number for number, name in enumerate(COMPONENTS, 1)}
"""The colour of each part: --part-1 to --part-7, in the order of the bar."""


def score_bar(lead: Lead) -> Markup:
    """The score of 0 to 100 as a stacked bar of its parts; a line beneath spans low to high where they differ."""
    x, rects = 0.0, []
    for item in lead.components:
        if item.contribution:
            rects.append(f'<rect class="p{PART[item.name]}" x="{x:.2f}" width="{item.contribution:.2f}"/>')
            x += item.contribution
    low, high = lead.score_low, lead.score_high
    span = "" if low == high else f'<path d="M{low:.1f} 11H{high:.1f}"/>'
    label = escape(say_parts(lead))
    return Markup(  # noqa: S704 - numbers of ours, and an escaped label
        f'<svg class="score-bar" viewBox="0 0 100 12" preserveAspectRatio="none" role="img" aria-label="{label}">'
        f'<rect class="track" width="100"/>{"".join(rects)}{span}</svg>'
    )


def say_parts(lead: Lead) -> str:
    """The bar in words: `Score 68.4: relevance 24.1, authorship 18.0, reach unknown`."""
    head = "Score unknown" if lead.score is None else f"Score {lead.score:.1f}"
    if lead.score_low != lead.score_high:
        head += f", between {lead.score_low:.0f} and {lead.score_high:.0f}"
    parts = [f"{item.name} {_points(item)}" for item in lead.components if item.weight > 0]
    return f"{head}: {', '.join(parts)}"


def _points(item: Component) -> str:
    return UNKNOWN if item.contribution is None else f"{item.contribution:.1f}"


def bullet(item: Component, weights: Sequence[float], median: float | None) -> Markup:
    """One part: the track is as long as its weight is large, the fill is what was earned, the tick is the usual."""
    full = 100 * item.weight / max(weights) if max(weights) > 0 else 0.0
    if full == 0:
        return Markup('<svg class="bullet" viewBox="0 0 100 14" role="img" aria-label="not weighed"></svg>')
    shapes = f'<rect class="track" y="3" height="8" width="{full:.2f}"/>'
    if item.value is not None:
        shapes += f'<rect class="p{PART[item.name]}" y="3" height="8" width="{full * item.value:.2f}"/>'
    if median is not None:
        at = max(0.4, min(full * median, 99.6))
        shapes += f'<path class="tick" d="M{at:.2f} 0V14"/>'
    told = UNKNOWN if item.value is None else f"{100 * item.value:.0f} %"
    usual = "" if median is None else f", half of all have at most {100 * median:.0f} %"
    return Markup(  # noqa: S704 - numbers and words of ours
        f'<svg class="bullet" viewBox="0 0 100 14" preserveAspectRatio="none" role="img" '
        f'aria-label="{told} of what {item.name} can give{usual}">{shapes}</svg>'
    )
