"""How the words people write become the words that are compared. Pure.

`normalise_topic` follows GitHub's own rule for topics; free text is compared as runtime/words.py folds it, and
scoring/ground.sql does the same with `strip_accents`, `lower` and `regexp_replace`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from talentscope.runtime.words import fold

TOPIC = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")
"""GitHub: at most 50 characters, lower-case letters, numbers and hyphens.

Rule: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/classifying-your-repository-with-topics
"""


def normalise_topic(term: str) -> str:
    """`Machine Learning` -> `machine-learning`. The result need not be a valid topic: see `is_topic`."""
    return re.sub(r"[\s_]+", "-", term.strip().lower())


def is_topic(term: str) -> bool:
    """Whether GitHub would accept this as a topic."""
    return TOPIC.fullmatch(term) is not None


def has_words(text: str | None, phrase: str) -> bool:
    """Whether the folded `text` holds the folded `phrase` as whole words."""
    return text is not None and bool(phrase.strip()) and fold(phrase) in fold(text)


def word_pattern(phrases: Sequence[str]) -> str | None:
    """A regular expression (RE2) that finds any of the phrases as whole words in lower-case text without accents.

    One constant pattern is compiled once, where folding each text would cost four times as much. None for no phrases.
    """
    gap = r"[^\pL\pN+#]"
    folded = [fold(phrase).split() for phrase in phrases]
    choices = "|".join(f"{gap}+".join(re.escape(word) for word in words) for words in folded if words)
    return f"(^|{gap})({choices})({gap}|$)" if choices else None
