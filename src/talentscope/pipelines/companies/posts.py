"""Posts of one company, source and day become sums and samples. Pure but for the model that scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from talentscope.registry.observation import Post
from talentscope.scoring.mentions import ScoredPost, choose_samples, summarise

Score = Callable[[Sequence[tuple[str, str | None]]], Sequence[float | None]]
"""Texts with the language that the source says, to scores from -1 to 1; None: not a language that the model reads."""


def sum_up(
    company_id: str, source: str, day: date, posts: Sequence[Post], *, score: Score
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The row of sums for raw.company_mentions, and the rows of samples for raw.company_posts."""
    scores = score([(post.text, post.language) for post in posts])
    scored = [ScoredPost(post, value) for post, value in zip(posts, scores, strict=True)]
    sums = summarise(company_id, source, day, scored)
    return asdict(sums), [asdict(sample) for sample in choose_samples(company_id, source, scored)]
