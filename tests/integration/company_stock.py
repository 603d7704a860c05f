"""Raw rows of companies for tests: builders with defaults, and a seeded year of everything that goes wrong.

Companies, figures and posts are invented.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zlib import crc32

from tests.integration.stock import Row, Stock

from talentscope.warehouse import company_tables as tables

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def day(days_ago: int) -> date:
    return TODAY - timedelta(days=days_ago)


def seen(days_ago: float) -> datetime:
    return NOW - timedelta(days=days_ago)


def company(company_id: str = "acme", **changes: Any) -> Row:
    row: Row = {
        "company_id": company_id,
        "name": company_id.capitalize(),
        "status": "listed",
        "sector": "software",
        "country": "US",
        "cik": f"{crc32(company_id.encode()) % 10**9:010d}",
        "ticker": company_id.upper()[:4],
        "shares_per_ticker": 1.0,
        "wikidata_id": None,
        "website": f"{company_id}.example",
        "note": None,
        "observed_at": NOW,
        "run_id": "run1",
    }
    return row | changes


def organisation(company_id: str, name: str, **changes: Any) -> Row:
    return {"company_id": company_id, "organisation": name, "observed_at": NOW, "run_id": "run1"} | changes


def board(company_id: str, subject: str, *, is_current: bool = True, **changes: Any) -> Row:
    vendor, _, token = subject.partition(":")
    row: Row = {"company_id": company_id, "vendor": vendor, "token": token, "is_current": is_current}
    return row | {"observed_at": NOW, "run_id": "run1"} | changes


UNITS = {
    "shares": "shares",
    "price_usd": "usd",
    "market_value_usd": "usd",
    "employees": "people",
    "open_offers": "offers",
    "postings": "postings",
    "news_tone": "tone",
    "news_articles": "articles",
}
SOURCES = {
    "shares": "sec",
    "price_usd": "nasdaq",
    "market_value_usd": "nasdaq",
    "employees": "sec",
    "open_offers": "greenhouse",
    "postings": "greenhouse",
    "news_tone": "gdelt",
    "news_articles": "gdelt",
}


def fact(metric: str, value: float | None, *, days_ago: int = 0, company_id: str = "acme", **changes: Any) -> Row:
    """An observation of that many days ago, asked on that day at noon."""
    row: Row = {
        "company_id": company_id,
        "metric": metric,
        "subject": f"greenhouse:{company_id}" if metric in {"open_offers", "postings"} else None,
        "value": value,
        "unit": UNITS[metric],
        "as_of": day(days_ago),
        "source": SOURCES[metric],
        "source_url": "https://source.example/fact",
        "state": "blocked" if value is None else "ok",
        "evidence": None,
        "reason": "403" if value is None else None,
        "observed_at": seen(days_ago),
        "run_id": "run1",
    }
    return row | changes


def mention(company_id: str, days_ago: int, scores: list[float], *, unscored: int = 0, **changes: Any) -> Row:
    """Author-days of one day: a score each, and so many without one."""
    row: Row = {
        "company_id": company_id,
        "source": "hackernews",
        "day": day(days_ago),
        "posts": len(scores) + unscored,
        "authors": len(scores) + unscored,
        "scored": len(scores),
        "score_sum": float(sum(scores)),
        "score_square_sum": float(sum(score * score for score in scores)),
        "positive": sum(score >= 0.2 for score in scores),
        "negative": sum(score <= -0.2 for score in scores),
        "observed_at": seen(days_ago - 1),
        "run_id": "run1",
    }
    return row | changes


def posting(company_id: str, number: int, *, days_ago: float = 0, **changes: Any) -> Row:
    row: Row = {
        "company_id": company_id,
        "vendor": "greenhouse",
        "board": company_id,
        "posting_id": f"P{number}",
        "requisition_id": f"R{number}",
        "title": f"Engineer {number}",
        "department": None,
        "location": "Anywhere",
        "url": f"https://boards.example/{company_id}/{number}",
        "opened_at": seen(30),
        "observed_at": seen(days_ago),
        "run_id": "run1",
    }
    return row | changes


def post(company_id: str, number: int, *, days_ago: float = 1, **changes: Any) -> Row:
    row: Row = {
        "company_id": company_id,
        "source": "hackernews",
        "post_id": str(number),
        "url": f"https://posts.example/{number}",
        "text": f"I tried the thing of {company_id} today",
        "language": "en",
        "score": 0.3,
        "posted_at": seen(days_ago),
        "observed_at": NOW,
        "run_id": "run1",
    }
    return row | changes


def visit(source: str, *, days_ago: int = 0, **changes: Any) -> Row:
    row: Row = {
        "source": source,
        "day": day(days_ago),
        "state": "ok",
        "requests": 3,
        "unchanged": 1,
        "companies": 2,
        "observations": 4,
        "without_value": 0,
        "seconds": 1.5,
        "reason": None,
        "observed_at": seen(days_ago),
        "run_id": f"run{days_ago}",
    }
    return row | changes


def employer(stated: str, company_id: str | None, confidence: str | None, **changes: Any) -> Row:
    row: Row = {"stated": stated, "company_id": company_id, "confidence": confidence, "evidence": "an alias"}
    return row | {"observed_at": NOW, "run_id": "run1"} | changes


def stock(*rows: Row, **more: list[Row]) -> Stock:
    """Companies, observations and mentions among `rows` are told apart by their columns; others come by table name."""
    by_name = {table.name: table for table in tables.COMPANY_TABLES}
    found: Stock = {table: [] for table in tables.COMPANY_TABLES}
    for row in rows:
        found[_table_of(row)].append(row)
    for name, given in more.items():
        found[by_name[name]] += given
    return {table: rows for table, rows in found.items() if rows}


def _table_of(row: Row) -> Any:
    if "metric" in row:
        return tables.COMPANY_OBSERVATIONS
    if "score_sum" in row:
        return tables.COMPANY_MENTIONS
    return tables.COMPANY_BOARDS if "token" in row else tables.COMPANIES


def year(count: int, *, seed: int, days: int = 120) -> Stock:
    """`count` companies over so many days, with failures, gaps, splits, renames, repeats, caps and moved boards."""
    chance = random.Random(seed)
    found: Stock = {table: [] for table in tables.COMPANY_TABLES}
    for number in range(count):
        _add_company(found, f"company{number:03d}", days=days, chance=chance)
    chance.shuffle(found[tables.COMPANY_OBSERVATIONS])
    found[tables.SOURCE_VISITS] = [
        visit(source, days_ago=days_ago, state=chance.choice(["ok", "partial", "down"]))
        for source in ("greenhouse", "nasdaq", "gdelt")
        for days_ago in range(3)
    ]
    return found


def _add_company(found: Stock, name: str, *, days: int, chance: random.Random) -> None:
    rows = found[tables.COMPANY_OBSERVATIONS]
    kind = chance.choice(["listed", "listed", "listed", "private"])
    row = company(name, status=kind, cik=None if kind == "private" else f"{int(name[-3:]) + 1:010d}")
    row["shares_per_ticker"] = chance.choice([1.0, 1.0, 5.0])
    if chance.random() < 0.15 and row["cik"]:
        former = f"former-{name}"
        found[tables.COMPANIES].append(row | {"company_id": former, "observed_at": seen(days / 2)})
        switch = chance.randint(1, days)
    else:
        former, switch = name, 0
    found[tables.COMPANIES].append(row)
    start = chance.randint(2, days)

    def named(days_ago: int) -> str:
        return former if days_ago > switch else name

    if kind == "listed":
        _add_market(rows, named, start=start, row=row, chance=chance)
    _add_people(rows, named, start=start, chance=chance)
    found[tables.COMPANY_ORGANISATIONS].append(organisation(name, f"owner{int(name[-3:]) + 1}"))
    found[tables.COMPANY_POSTS] += [post(name, number, days_ago=number / 5) for number in range(chance.randint(0, 30))]
    for number in range(chance.choice([0, 1, 1, 2, 3])):
        _add_board(found, name, f"greenhouse:{name}-{number}", start=start, chance=chance)
    _add_words(found, named, start=start, chance=chance)


def _add_market(rows: list[Row], named: Any, *, start: int, row: Row, chance: random.Random) -> None:
    shares, price = chance.uniform(1e8, 1e10), chance.uniform(5, 500)
    states_value, split_at = chance.random() < 0.8, chance.choice([None, None, chance.randint(0, start)])
    for days_ago in range(start, -1, -1):
        price *= chance.uniform(0.97, 1.03)
        if days_ago == split_at:
            price, shares = price / 10, shares * 10
        if days_ago % 45 == 7 and split_at != days_ago:
            rows.append(fact("shares", shares, days_ago=days_ago, company_id=named(days_ago)))
        if chance.random() < 0.25:
            continue
        value = price * shares / row["shares_per_ticker"]
        rows.append(fact("price_usd", price, days_ago=days_ago, company_id=named(days_ago)))
        if states_value:
            stated = chance.choice([value, value, value * 1.3, 0.0, None])
            rows.append(fact("market_value_usd", stated, days_ago=days_ago, company_id=named(days_ago)))
        if chance.random() < 0.1:
            other = chance.choice([value, value * 1.02])
            source = chance.choice(["csv", "fmp", "table"])
            rows.append(fact("market_value_usd", other, days_ago=days_ago, company_id=named(days_ago), source=source))


def _add_people(rows: list[Row], named: Any, *, start: int, chance: random.Random) -> None:
    people = chance.randint(50, 200_000)
    for source, oldest in (("sec", 900), ("csv", 400), ("fmp", 300), ("wikidata", 2000)):
        if chance.random() < 0.5:
            continue
        for _ in range(chance.randint(1, 4)):
            value = chance.choice([people, round(people * chance.uniform(0.5, 1.6)), 0])
            days_ago = chance.randint(0, oldest)
            rows.append(fact("employees", float(value), days_ago=days_ago, company_id=named(days_ago), source=source))


def _add_board(found: Stock, name: str, subject: str, *, start: int, chance: random.Random) -> None:
    rows = found[tables.COMPANY_OBSERVATIONS]
    begin, end = start, 0
    if chance.random() < 0.3:
        end = chance.randint(0, start)
    found[tables.COMPANY_BOARDS].append(board(name, subject, is_current=end == 0))
    offers, days_ago = chance.choice([0, 3, 40, 300]), begin
    while days_ago >= end:
        outcome = chance.choices(["ok", "capped", "blocked", "missing", "gap", "stale"], [70, 4, 6, 2, 6, 4])[0]
        offers = max(0, offers + chance.randint(-3, 3))
        given = {"days_ago": days_ago, "company_id": name, "subject": subject}
        if outcome in {"ok", "capped"}:
            state = "empty" if offers == 0 and outcome == "ok" else outcome
            rows.append(fact("open_offers", float(offers), **given, state=state))
            rows.append(fact("postings", float(offers * 2), **given))
            if days_ago < 20:
                token = subject.partition(":")[2]
                posted = posting(name, 100 * days_ago + 1, board=token, days_ago=days_ago - chance.choice([0, 0.01]))
                found[tables.COMPANY_POSTINGS].append(posted)
            if chance.random() < 0.1:
                rows.append(fact("open_offers", None, **given, observed_at=seen(days_ago - 0.3)))
        elif outcome == "stale":
            earlier = given | {"days_ago": days_ago + 1, "observed_at": seen(days_ago)}
            rows.append(fact("open_offers", float(offers + 1), **earlier, state="stale"))
        elif outcome == "gap":
            days_ago -= chance.randint(0, 12)
        else:
            rows.append(fact("open_offers", None, **given, state=outcome))
        days_ago -= 1


def _add_words(found: Stock, named: Any, *, start: int, chance: random.Random) -> None:
    volume = chance.choice([0, 1, 4, 12])
    for days_ago in range(min(start, 80), 0, -1):
        if chance.random() < 0.1:
            continue
        for source in ("hackernews", "bluesky"):
            scores = [chance.uniform(-1, 1) for _ in range(chance.randint(0, volume))]
            row = mention(named(days_ago), days_ago, scores, unscored=chance.randint(0, 2), source=source)
            found[tables.COMPANY_MENTIONS].append(row)
    for days_ago in range(min(start, 60), 0, -7):
        for back in range(7):
            if chance.random() < 0.3:
                continue
            rows, given = (
                found[tables.COMPANY_OBSERVATIONS],
                {"days_ago": days_ago + back, "observed_at": seen(days_ago - 1), "company_id": named(days_ago + back)},
            )
            rows.append(fact("news_tone", chance.uniform(-6, 6), **given))
            rows.append(fact("news_articles", float(chance.randint(0, 9)), **given))
