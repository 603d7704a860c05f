"""Whether a post is in English, the one language that the sentiment model reads."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache
from typing import Any

_FUNCTION_WORDS = """
    the and but are were be been it its this that these those you she they my your our their them with from not what who
    how why when where which does did have would could should just about out get got very than then there here i'm it's
    don't can't
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Words that English sentences of some length do not do without, but for those that are words elsewhere too (a, do, of,
is, was, will)."""

_CANDIDATES = """
    en pcm de fr es pt it nl sv da no nb fi is et lv lt pl cs sk sl hr sr bs hu ro tr az id ms tl vi sw ca gl eu ga cy
    ja ko zh ru uk be bg mk el ar fa ur he hi bn ta te th ka
"""
CANDIDATES = frozenset(_CANDIDATES.split())
"""Languages that people post in; among all 139 that the detector knows, short English texts land in odd ones."""

ENGLISH = frozenset({"en", "pcm"})  # Nigerian Pidgin is read as the English it is written like
SURE, VERY_SURE = 0.5, 0.9
FAMILIAR = 0.6

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NOISE = re.compile(r"https?://\S+|www\.\S+|[@#$]\w+")


def is_english(text: str, mark: str | None = None, known: Container[str] = FUNCTION_WORDS) -> bool:
    """Whether the text is English: by function words, else by a detector (py3langid), else by how many of its words are
    `known` English ones (in lower case), since the detector is at a loss with three words.

    `mark` is the language that the source says, such as "en". Another one than English is believed. English is what
    programs set for whoever chooses nothing: it is believed unless the text is surely something else.
    """
    words = [word.replace("’", "'") for word in _WORD.findall(_NOISE.sub(" ", text))]
    is_marked = mark is not None and mark.partition("-")[0].lower() == "en"
    if (mark is not None and not is_marked) or not _is_latin(words):
        return False
    telling = sum(word.lower() in FUNCTION_WORDS for word in words)
    if telling >= 2 and telling >= 0.15 * len(words):
        return True
    language, sureness = _detect(" ".join(words))
    if language in ENGLISH or (is_marked and sureness < VERY_SURE):
        return True
    familiar = sum(word.lower() in known for word in words)
    return (sureness < SURE and telling > 0) or (sureness < VERY_SURE and familiar >= FAMILIAR * max(len(words), 1))


def _is_latin(words: list[str]) -> bool:
    letters = "".join(words)
    return sum(ord(letter) < 0x250 for letter in letters) >= 0.5 * len(letters)


def _detect(text: str) -> tuple[str, float]:
    language, sureness = _detector().classify(text)
    return str(language), float(sureness)


@lru_cache(maxsize=1)
def _detector() -> Any:
    """A third of a second and 60 MB, so only once somebody needs it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    detector = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    detector.set_languages(sorted(CANDIDATES.intersection(detector.labels)))
    return detector
