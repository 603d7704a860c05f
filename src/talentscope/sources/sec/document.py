"""What is worth keeping of a filing's main document: share counts of the cover page, and passages about its people.

Pure. A filing is 1 to 30 MB of inline XBRL (https://www.sec.gov/structureddata/osd-inline-xbrl.html); what is kept is a
few thousand characters. Documents in the archives never change, so each is read once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from selectolax.lexbor import LexborHTMLParser

VERSION = "1"
"""Raised when more or other things are kept, so that documents are read anew."""

SHARES = "dei:EntityCommonStockSharesOutstanding"
CLASS_AXIS = "us-gaap:StatementClassOfStockAxis"
PLACEHOLDER_SHARES = 1000
"""Filers put 1, 100 or 1,000 where a number must stand; no listed class is that small."""

PASSAGES_MOST = 600
PASSAGE_LENGTH = 4000
BLOCKS = "p,div,tr,br,li,h1,h2,h3,h4,h5,h6,table"
PEOPLE = re.compile(
    r"\b(employ(?:s|ed|ees?)?|head ?-?count|work ?force|associates|team ?members|colleagues|teammates|personnel|FTEs?"
    r"|full[- ]time|staff)\b",
    re.IGNORECASE,
)
HEADING = re.compile(
    r"\b(human capital|employees|our people|our team|workforce|work force|team members|associates|talent|headcount"
    r"|people and culture|our culture)\b",
    re.IGNORECASE,
)
HEADING_LENGTH = 90
HEADING_REACH = 30  # blocks
TABLE_ROWS_MOST = 60
FURNITURE = re.compile(r"(?:table of contents|page|form 10-k|[\divxlc|. -])+", re.IGNORECASE)
"""What stands between two halves of a paragraph where a page ends."""


@dataclass(frozen=True)
class ShareClass:
    """One count on the cover page. `name` is the class's XBRL member, "" where the count is of no class."""

    name: str
    shares: float
    as_of: date


@dataclass(frozen=True)
class Passage:
    """A paragraph, or the rows of a table (a line each, cells apart by |), that speaks of people, and its heading."""

    text: str
    heading: str


@dataclass(frozen=True)
class Reading:
    """What is kept of one document."""

    classes: tuple[ShareClass, ...]
    passages: tuple[Passage, ...]


def digest_of(html: str) -> str:
    """What is kept of a document, as text for the shelf."""
    reading = read_document(html)
    return orjson.dumps(
        {
            "classes": [[one.name, one.shares, one.as_of.isoformat()] for one in reading.classes],
            "passages": [[one.text, one.heading] for one in reading.passages],
        }
    ).decode()


def parse_digest(text: str) -> Reading:
    """Back from the shelf."""
    kept = orjson.loads(text)
    return Reading(
        tuple(ShareClass(name, shares, date.fromisoformat(as_of)) for name, shares, as_of in kept["classes"]),
        tuple(Passage(passage, heading) for passage, heading in kept["passages"]),
    )


def read_document(html: str) -> Reading:
    """Read a main document: inline XBRL, HTML, or plain text of earlier years."""
    tree = LexborHTMLParser(html)
    classes = tuple(_classes(tree))
    for node in tree.css("ix\\:header, script, style, title, [style*='display:none'], [style*='display: none']"):
        node.decompose()
    blocks = list(_blocks(tree)) if "<" in html[:2000] else [_squeeze(part) for part in re.split(r"\n\s*\n", html)]
    return Reading(classes, tuple(_passages(blocks)))


def _classes(tree: LexborHTMLParser) -> Iterator[ShareClass]:
    contexts = {str(node.attributes.get("id")): node for node in tree.css("xbrli\\:context, context")}
    seen = set()
    for fact in tree.css(f"[name='{SHARES}']"):
        context = contexts.get(str(fact.attributes.get("contextref")))
        if context is None:
            continue
        instant = context.css_first("xbrli\\:instant, instant")
        members = context.css("xbrldi\\:explicitmember, explicitmember")
        axes = {str(member.attributes.get("dimension")) for member in members}
        shares, as_of = _number(fact), _day(instant)
        if shares is None or as_of is None or shares <= PLACEHOLDER_SHARES or axes - {CLASS_AXIS}:
            continue  # another axis is another company of a joint filing
        name = members[0].text(strip=True) if members else ""
        if (name, as_of) not in seen:
            seen.add((name, as_of))
            yield ShareClass(name, shares, as_of)


def _number(fact: Any) -> float | None:
    """Inline XBRL writes numbers as people read them; `format` and `scale` say what they mean."""
    text = re.sub(r"\s", "", fact.text())
    is_comma_decimal = "comma" in str(fact.attributes.get("format"))
    text = text.replace(".", "").replace(",", ".") if is_comma_decimal else text.replace(",", "")
    scale = str(fact.attributes.get("scale") or "0")
    if not re.fullmatch(r"\d+(\.\d+)?", text) or not re.fullmatch(r"-?\d{1,2}", scale):
        return None
    return float(text) * 10.0 ** int(scale)


def _day(instant: Any) -> date | None:
    try:
        return date.fromisoformat(instant.text(strip=True)[:10]) if instant is not None else None
    except ValueError:
        return None


def _blocks(tree: LexborHTMLParser) -> Iterator[str]:
    """Paragraphs one by one; a table of few rows as one block with a line a row."""
    if tree.body is None:
        return
    for cell in tree.css("td, th"):
        cell.insert_after(" | ")
    for block in tree.css(BLOCKS):
        block.insert_before("\n")
        block.insert_after("\n")
    for table in tree.css("table"):
        table.insert_before("\ue000")  # private marks: where a table begins and ends
        table.insert_after("\ue001")
    text = tree.body.text(separator="").replace("\ue001", "\ue000")
    for index, part in enumerate(text.split("\ue000")):
        lines = [line for line in (_squeeze(line) for line in part.split("\n")) if line]
        if index % 2 and len(lines) <= TABLE_ROWS_MOST and any(" | " in line for line in lines):
            yield "\n".join(lines)
        else:
            yield from lines


def _squeeze(text: str) -> str:
    """One line of plain characters: spaces of all kinds, hyphens of all kinds, and cells that hold something."""
    text = re.sub(r"[\u200b\u00ad\ufeff]", "", text)
    text = re.sub(r"[\u2010\u2011]", "-", text)
    text = re.sub(r"[\u2018\u2019]", "'", text)
    line = " ".join(text.split())
    return " | ".join(cell.strip() for cell in line.split("|") if cell.strip()) if "|" in line else line


def _passages(blocks: list[str]) -> Iterator[Passage]:
    heading, since = "", HEADING_REACH
    kept = 0
    for block in _joined(blocks):
        if len(block) <= HEADING_LENGTH and HEADING.search(block) and not re.search(r"\d{3}", block):
            heading, since = block, 0
            continue
        since += 1
        if kept < PASSAGES_MOST and PEOPLE.search(block) and re.search(r"\d", block):
            kept += 1
            yield Passage(block[:PASSAGE_LENGTH], heading if since <= HEADING_REACH else "")


def _joined(blocks: list[str]) -> Iterator[str]:
    """Paragraphs that a page's end or a list cut into pieces, whole again."""
    held = ""
    for block in blocks:
        if not block or (held and len(block) <= 40 and FURNITURE.fullmatch(block)):
            continue
        if held and _goes_on(held, block):
            held = f"{held}\n{block}" if "\n" in block else f"{held} {block}"
            continue
        if held:
            yield held
        held = block
    if held:
        yield held


def _goes_on(held: str, block: str) -> bool:
    if "\n" in held or len(held) > PASSAGE_LENGTH or ("\n" in block and not held.endswith(":")):
        return False
    if held.endswith(":") or (":" in held and block[0] in "\u2022\u00b7\u25aa\u25cf\u2013-*"):
        return True
    is_cut = len(held) > HEADING_LENGTH and held[-1] not in '.!?"\u201d'
    return is_cut and (block[0].islower() or block[0].isdigit())
