"""Counting offers: what one open requisition is, over all boards of a company, and which of them are engineering. Pure.

Rules and their reasons: reference of the registry (companies.md), section 2.2.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from talentscope.registry.observation import Posting
from talentscope.runtime.words import fold

Place = tuple[str, str]
"""A folded title and a folded location."""


def offer_key(posting: Posting) -> tuple[str, str]:
    """What makes a listing the same offer as another one on a board of the same vendor.

    The requisition where the vendor tells one; else the listing's own id, so that it counts by itself.
    """
    if posting.requisition_id is not None:
        return ("requisition", posting.requisition_id)
    return ("posting", posting.posting_id)


def distinct_across(postings: Sequence[Posting]) -> dict[str, int]:
    """Offers by board (`vendor:token`) of one company that no earlier board in `postings` shows already.

    Boards of one vendor share its ids, so the ids decide. Between vendors there is no common id: an offer is taken
    for one that was seen if a listing of it has the same title and location, as when a board moves to another system.
    Each earlier listing accounts for one later listing only: of two openings for the same work in the same place, a
    board that shows one takes away one. A listing without a location is never taken for another.
    """
    counts: dict[str, int] = {}
    seen: dict[str, set[tuple[str, str]]] = {}
    elsewhere: dict[str, Counter[Place]] = {}  # by vendor: what the vendors before it show
    shown: Counter[Place] = Counter()
    for vendor, token, offers in _boards(postings):
        taken = seen.setdefault(vendor, set())
        counterparts = elsewhere.setdefault(vendor, shown.copy())
        new = 0
        for key, listings in offers.items():
            if key in taken:
                continue
            taken.add(key)
            if not _has_counterpart(listings, counterparts):
                new += 1
                shown.update(place for place in map(_place, listings) if place is not None)
        counts[f"{vendor}:{token}"] = new
    return counts


def _boards(postings: Sequence[Posting]) -> list[tuple[str, str, dict[tuple[str, str], list[Posting]]]]:
    """Boards with their offers and the listings of each, a vendor's boards together, in order of first appearance."""
    boards: dict[str, dict[str, dict[tuple[str, str], list[Posting]]]] = {}
    for posting in postings:
        offers = boards.setdefault(posting.vendor, {}).setdefault(posting.board, {})
        offers.setdefault(offer_key(posting), []).append(posting)
    return [(vendor, token, offers) for vendor, tokens in boards.items() for token, offers in tokens.items()]


def _has_counterpart(listings: Sequence[Posting], counterparts: Counter[Place]) -> bool:
    """Whether another vendor shows this offer; what accounts for it is used up."""
    used = [place for place in map(_place, listings) if place is not None and counterparts[place] > 0]
    counterparts.subtract(set(used))
    return bool(used)


def _place(posting: Posting) -> Place | None:
    location = fold(posting.location or "").strip()
    return (fold(posting.title).strip(), location) if location else None


_BESIDE_ENGINEERING = re.compile(
    r"\b((sales|solutions?|presales|pre sales|customer|support|success|field|partner|forward deployed|value)"
    r" (engineers?|engineering|architects?|developers?)"
    r"|recruit\w*|talent|sourcer|counsel|attorney|account\w*|financ\w*|payroll|market\w*|sales|business development"
    r"|assistant|business partner|hr|human resources|people partner|design\w*|writer|editor|(program|product|project)"
    r" manag\w*|customer success|customer support|procurement|facilities|landscape architect)\b"
)
_ENGINEERING = re.compile(
    r"\b(engineers?|engineering|developers?|programmers?|sre|devops|sdet|firmware|hardware|fpga|asic|rtl|back ?end"
    r"|front ?end|full ?stack|machine learning|deep learning|computer vision|cto|architects?|technical staff"
    r"|(data|research|applied|decision|computer|machine learning|ai) scientists?"
    r"|\w*entwickler(in)?|\w*ingenieur(in|e|es)?|developpeu(r|se)|ingenier[oa]|desarrollador(a)?)\b"
)
_ENGINEERING_DEPARTMENT = re.compile(
    r"\b(engineering|engineers|software|hardware|r d|research and development|research development|technology"
    r"|machine learning|data science|infrastructure|platform|devops|site reliability)\b"
)
_HEAD_ENDS = re.compile(r"[,:;|(\[]| [-\u2013\u2014] ")


def is_engineering(title: str, department: str | None) -> bool:
    """Whether an opening is for building technology. tests/spec/engineering.yaml says it by example.

    The head of the title decides ("Data Scientist" of "Data Scientist, Finance"), then the whole title, then the
    department. Work beside engineering (selling, supporting, hiring, designing, managing a product) is not it, even
    where it is called engineering.
    """
    for text in (_HEAD_ENDS.split(title, maxsplit=1)[0], title):
        words = fold(text)
        if _BESIDE_ENGINEERING.search(words):
            return False
        if _ENGINEERING.search(words):
            return True
    return bool(_ENGINEERING_DEPARTMENT.search(fold(department or "")))


def engineering_share(postings: Sequence[Posting]) -> float | None:
    """Share of offers that are engineering, 0 to 1; None if there is no listing to tell."""
    offers: dict[tuple[str, str, str], bool] = {}
    for posting in postings:
        key = (posting.vendor, *offer_key(posting))
        offers[key] = offers.get(key, False) or is_engineering(posting.title, posting.department)
    return sum(offers.values()) / len(offers) if offers else None
