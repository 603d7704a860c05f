"""How free text (names, places, companies) is compared, and what is suggested for a misspelt word. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches


def fold(text: str) -> str:
    """Words of a text, lower case, without accents or punctuation, one space between and around: ` sao paulo `.

    `+` and `#` stay, so that c, c++ and c# are three words. Text without words folds to two spaces.
    """
    stripped = "".join(mark for mark in unicodedata.normalize("NFD", text) if unicodedata.category(mark)[0] != "M")
    # letter by letter: Python's own lower() treats a final sigma as another letter, DuckDB does not
    lower = "".join(mark.lower() for mark in unicodedata.normalize("NFC", stripped))
    words = "".join(mark if _is_word(mark) else " " for mark in lower)
    return f" {' '.join(words.split())} "


def suggest(word: str, known: Iterable[str]) -> str:
    """`did you mean stars?`, or nothing when no known word is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else ""


def _is_word(mark: str) -> bool:
    return mark in "+#" or unicodedata.category(mark)[0] in "LN"
