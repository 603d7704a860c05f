"""The sentiment of posts, offline: VADER's signals and some thousand words, weighed by a small fitted model.

The score of a text is what the model expects of its label: P(positive) - P(negative), between -1 and 1. How it was
chosen and how well it does: docs/decisions/0008 and benchmarks/README.md (sentiment). The limits of the labels are in
sentiment_rules.py. Only English is read; `None` is the answer to everything else.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from talentscope.registry.passages import Find
from talentscope.scoring.language import is_english
from talentscope.scoring.sentiment_features import SIGNALS, has_words, signals, words
from talentscope.scoring.sentiment_rules import label

__all__ = ["label", "score", "score_posts"]

LONGEST = 5_000
"""Characters that are read of a text; the rest of a treatise says the same, and time must have a bound."""

NAME = "Acme"
"""Stands for a company's name, so that no company is judged by what its name means (block, amazon, unity). A word that
tells neither the model nor the language anything."""


@dataclass(frozen=True)
class Model:
    """Weights of a multinomial logistic model, each a pair: toward negative and toward positive, against neutral.

    `signals` in the order of SIGNALS; `words` by word.
    """

    intercept: tuple[float, float]
    signals: tuple[tuple[float, float], ...]
    words: dict[str, tuple[float, float]]

    def expect(self, numbers: Sequence[float], weights: dict[str, float]) -> float:
        """P(positive) - P(negative)."""
        negative, positive = self.intercept
        for number, (less, more) in zip(numbers, self.signals, strict=True):
            negative += number * less
            positive += number * more
        for word, weight in weights.items():
            less, more = self.words[word]
            negative += weight * less
            positive += weight * more
        top = max(negative, positive, 0.0)
        below, above, neither = math.exp(negative - top), math.exp(positive - top), math.exp(-top)
        return (above - below) / (above + below + neither)


def score(texts: Sequence[str], languages: Sequence[str | None] | None = None) -> list[float | None]:
    """One score a text, -1 to 1; None: not English, or nothing to judge in it.

    `languages` are the marks of the source, one a text, None where it gives none.
    """
    marks = languages if languages is not None else [None] * len(texts)
    return [_score(text[:LONGEST], mark) for text, mark in zip(texts, marks, strict=True)]


def score_posts(posts: Sequence[tuple[str, str | None]], *, find: Find) -> list[float | None]:
    """Scores of texts with the language that their source says. `find` tells which companies a text names; their names
    are not judged."""
    bare = [without_names(text[:LONGEST], (name for _, name in find(text[:LONGEST]))) for text, _ in posts]
    return score(bare, [mark for _, mark in posts])


def without_names(text: str, names: Iterable[str]) -> str:
    """The text with NAME in the place of each of the names, as whole words in any case."""
    for name in names:
        pattern = r"\s+".join(re.escape(part) for part in name.split())
        if pattern:
            text = re.sub(rf"(?<!\w){pattern}(?!\w)", NAME, text, flags=re.IGNORECASE)
    return text


def _score(text: str, mark: str | None) -> float | None:
    if not has_words(text) or not is_english(text, mark, known_words()):
        return None
    model = read_model()
    return model.expect(signals(text, _vader().polarity_scores(text)), words(text, model.words.__contains__))


@lru_cache(maxsize=1)
def read_model() -> Model:
    """The model that is shipped; benchmarks/fit_sentiment.py writes it."""
    source = resources.files("talentscope.scoring").joinpath("data/sentiment.json")
    data = json.loads(source.read_text(encoding="utf-8"))
    if tuple(data["signals"]) != SIGNALS:
        raise ValueError(f"the sentiment model knows the signals {list(data['signals'])}; expected {list(SIGNALS)}")
    return Model(
        intercept=_pair(data["intercept"]),
        signals=tuple(_pair(data["signals"][name]) for name in SIGNALS),
        words={word: _pair(weights) for word, weights in data["words"].items()},
    )


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """English words in lower case: those of the model and of VADER's lexicon."""
    return frozenset(_vader().lexicon).union(read_model().words)


def _pair(weights: Sequence[float]) -> tuple[float, float]:
    negative, positive = weights
    return float(negative), float(positive)


@lru_cache(maxsize=1)
def _vader() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
