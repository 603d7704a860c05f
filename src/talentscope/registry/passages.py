"""Which part of a post is about which company. Pure.

A long comment that praises one company and names another in passing says nothing of the other; so a company gets the
sentences that name it, and the whole text only if it is short or names nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Find = Callable[[str], Iterable[tuple[str, str]]]
"""Finds companies in a text: (company_id, how it is written there), as registry/names.py does."""

SHORT = 280
"""Characters; a text up to this is taken whole unless it names several companies."""

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


def passages(text: str, find: Find) -> dict[str, str]:
    """Company id -> the passage about it; empty if no company is named.

    A sentence that follows one that names a company and itself names none belongs to it ("I tried X. It was awful.").
    A company that only the whole text gives away (an ambiguous name whose context stands elsewhere) gets all of it.
    """
    named = {company_id for company_id, _ in find(text)}
    if not named:
        return {}
    if len(named) == 1 and len(text) <= SHORT:
        return dict.fromkeys(named, text)
    sentences = [sentence.strip() for sentence in _SENTENCE.split(text) if sentence.strip()]
    chosen: dict[str, list[str]] = {company_id: [] for company_id in named}
    before: set[str] = set()
    for sentence in sentences:
        here = {company_id for company_id, _ in find(sentence)} & named
        for company_id in here or before:
            chosen[company_id].append(sentence)
        before = here
    return {company_id: " ".join(parts) if parts else text for company_id, parts in chosen.items()}
