"""What the sentiment model sees of a text: VADER's signals and single words, marked where they are negated. Pure.

The fitting script and the product use this one module, so that a model is never asked about something else than what it
was fitted on. VADER: Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media
Text", ICWSM 2014.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

SIGNALS = (
    "compound",  # VADER's verdict, -1 to 1
    "compound_curved",  # times its own size: strong verdicts are worth more than in proportion
    "compound_size",
    "positive",  # shares of the text that VADER finds positive, negative, neither
    "negative",
    "neither",
    "length",  # words, sixty and more are 1, none is -1
    "capitals",  # share of words written in capitals
    "is_positive",  # 1 or 0: beyond VADER's own limits of ±0.05
    "is_negative",
)

_NEGATIONS = """
    not no never none nobody nothing neither nor nowhere cannot without hardly barely lacks lack isn't aren't wasn't
    weren't don't doesn't didn't won't wouldn't can't couldn't shouldn't ain't dont cant wont didnt doesnt isnt
"""
NEGATIONS = frozenset(_NEGATIONS.split())
REACH = 4
"""A negation marks so many words after it, up to the next mark of punctuation."""

_TOKEN = re.compile(
    r"https?://\S+|www\.\S+|@\w+|\$[A-Za-z]{1,6}\b|[A-Za-z]+(?:['’][A-Za-z]+)*|\d[\d.,]*%?|[!?]+|[.;:,]+"
    r"|[:;=8xX][-o']?[()\[\]dDpP/|]+|[^\s\w]|\w"
)
_STOPS = frozenset({".", ",", "!", "?", "?!"})
_WORD = re.compile(r"\w+")


def signals(text: str, verdict: Mapping[str, float]) -> list[float]:
    """One number for each of SIGNALS. `verdict` is VADER's: compound, pos, neg, neu."""
    words = _WORD.findall(text)
    compound = verdict["compound"]
    return [
        compound,
        compound * abs(compound),
        abs(compound),
        verdict["pos"],
        verdict["neg"],
        verdict["neu"],
        min(len(words), 60) / 30 - 1,
        sum(word.isupper() and len(word) > 2 for word in words) / max(len(words), 1),
        float(compound > 0.05),
        float(compound < -0.05),
    ]


def words(text: str, is_known: Callable[[str], Any]) -> dict[str, float]:
    """The known words of a text with their weights: how often, by the root of how many known words there are.

    A negated word is "~word". Numbers, shares, addresses, handles and tickers are "<num>", "<pct>", "<url>", "<at>",
    "<tic>": what they are counts, not which.
    """
    return weigh(tokens(text), is_known)


def weigh(found: Iterable[str], is_known: Callable[[str], Any]) -> dict[str, float]:
    """The same of tokens."""
    counts = Counter(word for word in found if is_known(word))
    total = math.sqrt(max(sum(counts.values()), 1))
    return {word: 2 * count / total for word, count in counts.items()}


def tokens(text: str) -> list[str]:
    """All words in order, folded and marked; full stops and commas are left out."""
    found, left = [], 0
    for match in _TOKEN.finditer(text):
        word = _fold(match.group())
        if word in _STOPS:
            left = 0
            if word in ".,":
                continue
        found.append(f"~{word}" if left and word.isalpha() else word)
        if word in NEGATIONS:
            left = REACH
        elif left:
            left -= 1
    return found


def has_words(text: str) -> bool:
    """Whether there is anything to judge: a word or a picture, beyond addresses, handles, numbers and punctuation."""
    for match in _TOKEN.finditer(text):
        word = _fold(match.group())
        if not word.startswith("<") and (word[0].isalpha() or (len(word) == 1 and ord(word) > 0x2BFF)):
            return True
    return False


def _fold(word: str) -> str:
    first = word[0]
    folded = word.lower().replace("’", "'")
    if folded.startswith(("http:", "https:", "www.")):
        folded = "<url>"
    elif len(word) > 1 and first == "@":
        folded = "<at>"
    elif len(word) > 1 and first == "$":
        folded = "<tic>"
    elif first.isdigit():
        folded = "<pct>" if word[-1] == "%" else "<num>"
    elif first in "!?":
        folded = "!" if "?" not in word else "?" if "!" not in word else "?!"
    elif first in ".;:," and word != "..." and len(set(word)) == 1:
        folded = "," if first == "," else "."
    return folded
