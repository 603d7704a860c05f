"""How many people a company says it has, from the passages of its annual report: every number is weighed, one wins.

Pure. There is no XBRL fact for it in practice, and no fixed wording. A number is taken only if what stands around it
says that it counts everybody; of several such, the one with most said for it. Nothing said is no head-count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from talentscope.sources.sec import wording as say
from talentscope.sources.sec.days import Mention, mentions, nearness
from talentscope.sources.sec.document import Passage
from talentscope.sources.sec.tables import table_counts

ENOUGH = 4.0
"""Said for a number at least: a verb of having and a day, or a verb, a heading and `worldwide`."""

LEAST, MOST = 10, 3_000_000
"""Fewer is not a company of the registry; the largest employer that files has 2.1 million."""

PRIOR_YEAR = timedelta(days=200)
SENTENCE_LENGTH = 500


@dataclass(frozen=True)
class HeadCount:
    """`as_of` is the day that the sentence names, or None where it names none. `score` is what is said for it."""

    employees: int
    as_of: date | None
    sentence: str
    score: float


def find_head_count(passages: Sequence[Passage], period: date | None) -> HeadCount | None:
    """The company's head-count, or None if no passage tells it. `period` is the report's (for what `2024` means)."""
    best: HeadCount | None = None
    for passage in passages:
        for found in _counts(passage, period):
            if LEAST <= found.employees <= MOST and found.score >= ENOUGH and _beats(found, best):
                best = found
    return best


def _beats(new: HeadCount, old: HeadCount | None) -> bool:
    """More said for it; with as much said, the larger, for a part is never larger than the whole."""
    return old is None or (new.score, new.employees) > (old.score, old.employees)


def _counts(passage: Passage, period: date | None) -> Iterator[HeadCount]:
    bonus = say.HEADING_BONUS if passage.heading else 0.0
    if "\n" in passage.text:
        for count, as_of, row in table_counts(passage.text, period, is_under_heading=bool(passage.heading)):
            yield HeadCount(count, as_of, row[:SENTENCE_LENGTH], say.TABLE + bonus)
    before = ""
    prose = " ".join(line for line in passage.text.split("\n") if " | " not in line)
    for sentence in sentences(prose):
        days = mentions(sentence, period)
        inherited = [] if days else mentions(before, period)
        for number in _numbers(sentence, has_days=len(days) > 1):
            yield _weigh(sentence, number, days, inherited, period, bonus)
        before = sentence


def sentences(text: str) -> list[str]:
    """Split where a sentence ends; `U.S.` and `Inc.` do not end one."""
    parts, start = [], 0
    for end in re.finditer(r"[.!?][\u201d\")]?\s+(?=[A-Z\u201c\"(\u2022])", text):
        word = re.search(r"[\w.&']*$", text[start : end.start()])
        if word and (say.ABBREVIATION.fullmatch(word.group()) or re.fullmatch(r"([A-Za-z]\.)*[A-Z]", word.group())):
            continue
        parts.append(text[start : end.end()].strip())
        start = end.end()
    return [*parts, text[start:].strip()]


@dataclass(frozen=True)
class _Number:
    """A number that counts people: the words before it, between it and its noun, and after."""

    value: int
    start: int
    end: int  # of the noun
    between: str
    noun: str
    kind: str  # counted ("36,000 employees"), named ("headcount was 36,000"), employed ("employed 36,000")
    place: int | None = None  # in a list of numbers of several days


def _numbers(sentence: str, *, has_days: bool) -> Iterator[_Number]:
    taken = [*_sums(sentence), *(_lists(sentence) if has_days else ())]
    yield from taken
    for match in say.COUNTED.finditer(sentence):
        if _overlaps(match, taken):
            continue
        value = _value(match["number"], match["unit"])
        if value is not None and not say.NOT_BETWEEN.search(match["between"]):
            taken.append(_Number(value, match.start("number"), match.end(), match["between"], match["noun"], "counted"))
            yield taken[-1]
    for pattern, kind in ((say.NAMED, "named"), (say.EMPLOYED, "employed")):
        for match in pattern.finditer(sentence):
            value = None if _overlaps(match, taken) else _value(match["number"], match["unit"])
            if value is not None and not say.NOT_AFTER.match(sentence[match.end() :]):
                yield _Number(value, match.start("number"), match.end(), "", match["noun"], kind)


def _sums(sentence: str) -> Iterator[_Number]:
    """`31,600 full-time and 73,600 part-time employees` are 105,200 people."""
    for match in say.PARTS.finditer(sentence):
        values = [_value(match[f"number{at}"], match[f"unit{at}"]) for at in (1, 2)]
        if None not in values:
            total = sum(value for value in values if value is not None)
            yield _Number(total, match.start(), match.end(), "", "employees", "counted")


def _lists(sentence: str) -> Iterator[_Number]:
    """`65,900 and 69,700 employees` are of two days, which the sentence lists in the same order."""
    for match in say.LISTED.finditer(sentence):
        items = list(say.SERIES_NUMBER.finditer(match["list"]))
        units = [item["unit"] for item in items]
        for place, item in enumerate(items):
            value = _value(item["number"], units[place] or units[-1])
            if value is not None:
                at = match.start("list")
                yield _Number(value, at, match.end(), "", match["noun"] or "employees", "counted", place)


def _overlaps(match: re.Match[str], taken: list[_Number]) -> bool:
    return any(number.start < match.end() and match.start("number") < number.end for number in taken)


def _value(number: str, unit: str | None) -> int | None:
    """None for a bare year, which is no count."""
    if unit:
        return round(float(number.replace(",", "")) * (1_000_000 if unit.lower() == "million" else 1_000))
    if "." in number or (re.fullmatch(r"(19|20)\d\d", number)):
        return None
    return int(number.replace(",", ""))


def _weigh(
    sentence: str, number: _Number, days: list[Mention], inherited: list[Mention], period: date | None, bonus: float
) -> HeadCount:
    """Everything that speaks for the number, less everything that speaks against it."""
    before, after = sentence[: number.start], sentence[number.end :]
    score = bonus + say.score_before(before, number.kind) + say.score_after(after)
    score += say.score_between(number.between) + say.score_noun(number.noun, sentence) + say.score_sentence(sentence)
    mention = _day_of(sentence, number, days)
    if mention is not None:
        score += say.DATED
        newest = period if period is not None else max(day.day for day in days)
        score += say.PRIOR if nearness(mention.day, newest) > PRIOR_YEAR else say.CURRENT
    elif inherited:
        score += say.DATED_BEFORE
    return HeadCount(number.value, mention.day if mention is not None else None, sentence[:SENTENCE_LENGTH], score)


def _day_of(sentence: str, number: _Number, days: list[Mention]) -> Mention | None:
    """The day that a number is of: by its place in a list, else close behind it, else the last one before it."""
    if not days:
        return None
    if number.place is not None:
        return days[number.place] if number.place < len(days) else days[-1]
    for day in days:
        gap = sentence[number.end : day.start]
        if day.start >= number.end and len(gap) <= say.DAY_CLOSE and not re.search(r"\d{2}|;", gap):
            return day
    earlier = [day for day in days if day.end <= number.start]
    return earlier[-1] if earlier else days[0]
