"""What the mart `company_days` should hold, computed naively from the raw rows: company by company, day by day.

Slow on purpose: every figure looks through all rows again. The statistics of sentiment are those of scoring.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean, median
from typing import Any

from tests.integration.stock import Row, Stock

from talentscope.scoring import sentiment_rules
from talentscope.warehouse import company_rules as rules
from talentscope.warehouse import company_tables as tables

GOOD = {"ok", "empty", "capped", "stale"}
ASKED = {"price_usd", "market_value_usd", "open_offers", "postings"}


class Twin:
    """All that is known; `days()` gives the rows of the mart by company and day."""

    def __init__(self, stock: Stock) -> None:
        rows = stock.get(tables.COMPANIES, [])
        read_at = max((row["observed_at"] for row in rows), default=None)
        self.companies = {row["company_id"]: row for row in rows}
        self.current = {row["company_id"] for row in rows if row["observed_at"] == read_at}
        self.observations = list(self._first_told(stock.get(tables.COMPANY_OBSERVATIONS, [])))
        self.mentions = list(self._newest_told(stock.get(tables.COMPANY_MENTIONS, [])))
        self.boards = {
            (row["company_id"], f"{row['vendor']}:{row['token']}")
            for row in stock.get(tables.COMPANY_BOARDS, [])
            if row["is_current"] and row["observed_at"] == read_at
        }
        asked = [row["as_of"] for row in self.observations if row["metric"] in ASKED]
        asked += [row["day"] for row in self.mentions]
        self.last_day = max(asked, default=max((row["as_of"] for row in self.observations), default=None))

    def _now(self, row: Row) -> str:
        """The company that a row is of now: the one with its CIK, once it has left the registry itself."""
        name: str = row["company_id"]
        cik = self.companies.get(name, {}).get("cik")
        if name in self.current or not cik:
            return name
        return min((other for other in self.current if self.companies[other]["cik"] == cik), default=name)

    def _first_told(self, rows: Iterable[Row]) -> Iterable[Row]:
        by_key: dict[Any, list[Row]] = {}
        for row in rows:
            if row["as_of"] <= row["observed_at"].date():
                told = row | {"company_id": self._now(row), "subject": row["subject"] or ""}
                key = [told[name] for name in ("company_id", "metric", "subject", "source", "as_of")]
                by_key.setdefault(tuple(key), []).append(told)
        for told in by_key.values():
            yield min(told, key=_told_order)

    def _newest_told(self, rows: Iterable[Row]) -> Iterable[Row]:
        by_key: dict[Any, list[Row]] = {}
        for row in rows:
            by_key.setdefault((self._now(row), row["source"], row["day"]), []).append(row)
        for (name, _, _), told in by_key.items():
            newest = min(told, key=lambda row: (-row["observed_at"].timestamp(), row["company_id"]))
            yield newest | {"company_id": name}

    def good(self, company: str, metric: str, until: date) -> list[Row]:
        """Good values above zero that are of that day or earlier."""
        return [
            row
            for row in self.observations
            if row["company_id"] == company
            and row["metric"] == metric
            and row["as_of"] <= until
            and _is_good(row)
            and row["value"] > 0
        ]

    def days(self) -> dict[tuple[str, date], Row]:
        """By company and day."""
        found = {}
        for company in self.companies:
            own = [o["as_of"] for o in self.observations if o["company_id"] == company and o["metric"] in ASKED]
            own += [m["day"] for m in self.mentions if m["company_id"] == company]
            if company in self.current:
                first, last = min(own, default=self.last_day), self.last_day
            else:
                first, last = min(own, default=None), max(own, default=None)
            if first is None or last is None:
                continue
            for number in range((last - first).days + 1):
                day = first + timedelta(days=number)
                found[company, day] = self.row(company, day, first=first)
        return found

    def row(self, company: str, day: date, *, first: date) -> Row:
        value, people = self.market_value(company, day), self.employees(company, day)
        offers, words = self.offers(company, day, first=first), self.sentiment(company, day, first=first)
        row = {**value, **people, **offers, **words, **self.news(company, day, first=first)}
        usd, employees, middle = row["market_value_usd"], row["employees"], row["open_offers_7d_median"]
        few = middle is not None and middle < rules.LEAST_OFFERS
        row["value_per_employee_usd"] = usd / employees if usd and employees else None
        row["value_per_offer_usd"] = usd / middle if usd and middle and not few else None
        row["offers_per_100_employees"] = 100 * middle / employees if middle is not None and employees else None
        flags = row.pop("flags") | offers["marks"] | people["marks"] | words["marks"]
        flags |= {"few_offers"} if few else set()
        row["quality"] = [mark.name for mark in rules.MARKS if mark.name in flags]
        return row

    def market_value(self, company: str, day: date) -> Row:
        stated = _newest(self.good(company, "market_value_usd", day), _value_order)
        price = _newest(self.good(company, "price_usd", day), _value_order)
        shares = _newest(
            self.good(company, "shares", day), lambda row: _value_order(row) if row["source"] != "sec" else -1
        )
        split = shares is not None and self._jumped(company, after=shares["as_of"], until=day)
        computed = None
        if price and shares and not split and (price["as_of"] - shares["as_of"]).days <= rules.SHARES_LIFETIME_DAYS:
            computed = price["value"] * shares["value"] / self.companies[company]["shares_per_ticker"]
        is_computed = computed is not None and (
            stated is None or ((day - stated["as_of"]).days > rules.VALUE_OLD_DAYS and price["as_of"] > stated["as_of"])
        )
        chosen = (
            {"value": computed, "as_of": price["as_of"], "source": f"sec x {price['source']}"}
            if is_computed
            else stated
        )
        shown = chosen if chosen and (day - chosen["as_of"]).days <= rules.VALUE_LIFETIME_DAYS else None
        flags = set()
        if shown:
            flags |= {"value_old"} if (day - shown["as_of"]).days > rules.VALUE_OLD_DAYS else set()
            flags |= {"value_computed"} if is_computed else set()
            if not is_computed:
                same_day = [
                    r["value"] for r in self.good(company, "market_value_usd", day) if r["as_of"] == shown["as_of"]
                ]
                if max(same_day) - min(same_day) > rules.DISAGREE_SHARE * shown["value"]:
                    flags.add("sources_disagree")
                is_near = price and abs((price["as_of"] - shown["as_of"]).days) <= rules.VALUE_OLD_DAYS
                if computed and is_near and abs(shown["value"] - computed) > rules.DISPUTED_SHARE * shown["value"]:
                    flags.add("value_disputed")
        flags |= {"split_suspected"} if split else set()
        fresh = price if price and (day - price["as_of"]).days <= rules.VALUE_LIFETIME_DAYS else None
        return {
            "market_value_usd": shown and shown["value"],
            "market_value_source": shown and shown["source"],
            "market_value_as_of": shown and shown["as_of"],
            "price_usd": fresh and fresh["value"],
            "shares": shares and shares["value"],
            "flags": flags,
        }

    def _jumped(self, company: str, *, after: date, until: date) -> bool:
        closes: dict[date, Row] = {}
        for row in self.good(company, "price_usd", until):
            known = closes.get(row["as_of"])
            closes[row["as_of"]] = row if known is None else min(row, known, key=_value_order)
        order = sorted(closes)
        return any(
            later > after and _ratio(closes[earlier]["value"], closes[later]["value"]) >= rules.SPLIT_FACTOR
            for earlier, later in pairwise(order)
        )

    def employees(self, company: str, day: date) -> Row:
        stated = self.good(company, "employees", day)
        grades = [
            [row for row in stated if row["source"] == "sec"],
            [row for row in stated if row["source"] not in {"sec", "wikidata"}],
            [row for row in stated if row["source"] == "wikidata"],
        ]
        best = [_newest(rows, _people_order) for rows in grades if rows]
        young = [row for row in best if row and (day - row["as_of"]).days <= rules.EMPLOYEES_OLD_DAYS]
        chosen = young[0] if young else max(best, key=lambda row: row["as_of"], default=None)
        blank = {"employees": None, "employees_source": None, "employees_change_1y_percent": None, "marks": set()}
        if chosen is None:
            return blank
        own = next(rows for rows in grades if chosen in rows)
        past = [r for r in own if (chosen["as_of"] - r["as_of"]).days >= rules.YEAR_MIN_DAYS]
        before = _newest(past, _people_order)
        change = None
        if before and (chosen["as_of"] - before["as_of"]).days <= rules.YEAR_MAX_DAYS:
            change = 100 * (chosen["value"] / before["value"] - 1)
        marks = {"employees_old"} if (day - chosen["as_of"]).days > rules.EMPLOYEES_OLD_DAYS else set()
        marks |= {"employees_jump"} if change is not None and abs(change) > 100 * rules.JUMP_SHARE else set()
        return blank | {
            "employees": chosen["value"],
            "employees_source": chosen["source"],
            "employees_as_of": chosen["as_of"],
            "employees_change_1y_percent": change,
            "marks": marks,
        }

    def boards_on(self, company: str, day: date) -> list[Row]:
        """State, offers and postings of each board that is in use on that day."""
        found = []
        told = [o for o in self.observations if o["company_id"] == company and o["metric"] == "open_offers"]
        for subject in sorted({row["subject"] for row in told}):
            own = [row for row in told if row["subject"] == subject]
            first, last = min(row["as_of"] for row in own), max(row["as_of"] for row in own)
            if day < first or (day > last and (company, subject) not in self.boards):
                continue
            today = [row for row in own if row["as_of"] == day]
            good = [row for row in own if row["as_of"] <= day and _is_good(row)]
            newest = max(good, key=lambda row: row["as_of"], default=None)
            if today and not _is_good(today[0]) and today[0]["state"] == "missing":
                found.append({"state": "missing", "reading": None})
            elif newest is None or (day - newest["as_of"]).days > rules.OFFERS_FILL_DAYS:
                found.append({"state": "blocked", "reading": None})
            else:
                found.append({"state": newest["state"] if newest["as_of"] == day else "stale", "reading": newest})
        return found

    def offers_state(self, boards: list[Row]) -> str | None:
        states = {board["state"] for board in boards}
        if not boards or "blocked" in states or states == {"missing"}:
            return None if not boards else "blocked" if "blocked" in states else "missing"
        if "stale" in states:
            return "stale"
        if any(board["reading"] and board["reading"]["state"] == "capped" for board in boards):
            return "capped"
        return "ok" if any(board["reading"] and board["reading"]["value"] for board in boards) else "empty"

    def open_offers(self, company: str, day: date) -> float | None:
        boards = self.boards_on(company, day)
        if self.offers_state(boards) in {None, "blocked", "missing"}:
            return None
        return sum(board["reading"]["value"] for board in boards if board["reading"])

    def offers(self, company: str, day: date, *, first: date) -> Row:
        boards = self.boards_on(company, day)
        state, total = self.offers_state(boards), self.open_offers(company, day)
        week = [day - timedelta(days=n) for n in range(rules.OFFERS_MEDIAN_DAYS)]
        known = [self.open_offers(company, each) for each in week if each >= first]
        numbers = [number for number in known if number is not None]
        marks = {"stale": {"offers_filled"}, "blocked": {"offers_blocked"}}.get(state or "", set())
        if any(board["reading"] and board["reading"]["state"] == "capped" for board in boards):
            marks = marks | {"offers_capped"}
        gone = sum(board["state"] == "missing" for board in boards)
        marks = marks | ({"offers_partial"} if 0 < gone < len(boards) else set())
        return {
            "offers_state": state,
            "open_offers": total,
            "open_offers_7d_median": median(numbers) if total is not None else None,
            "marks": marks,
        }

    def _words(self, company: str, first: date, last: date) -> tuple[int, float, float, int] | None:
        rows = [m for m in self.mentions if m["company_id"] == company and first <= m["day"] <= last]
        if not rows:
            return None
        return (
            sum(row["scored"] for row in rows),
            sum(row["score_sum"] for row in rows),
            sum(row["score_square_sum"] for row in rows),
            sum(row["authors"] for row in rows),
        )

    def _raw_mean(self, company: str, end: date) -> float | None:
        words = self._words(company, end - timedelta(days=rules.MENTIONS_DAYS - 1), end)
        return words[1] / words[0] if words and words[0] >= rules.LEAST_MENTIONS else None

    def sentiment(self, company: str, day: date, *, first: date) -> Row:
        blank = dict.fromkeys(("sentiment_mean", "sentiment_low", "sentiment_high", "sentiment_change", "mentions_7d"))
        ends = [m["day"] for m in self.mentions if 0 <= (day - m["day"]).days < rules.MENTIONS_DAYS]
        end = max(ends, default=None)
        words = self._words(company, end - timedelta(days=6), end) if end and end >= first else None
        if words is None:
            return {**blank, "marks": set()}
        n, total, squares, authors = words
        if n < rules.LEAST_MENTIONS:
            return {**blank, "mentions_7d": authors, "marks": {"few_mentions"}}
        others = [self._raw_mean(other, end) for other in self.companies]
        prior = mean(value for value in others if value is not None)
        own_mean, variance = sentiment_rules.spread(n, total, squares)
        centre, low, high = sentiment_rules.shrunk(n, own_mean, variance, prior)
        past = self._words(company, end - timedelta(days=34), end - timedelta(days=7))
        change = None
        if past and past[0] >= rules.LEAST_MENTIONS:
            change = sentiment_rules.change(
                n, own_mean, variance, past[0], *sentiment_rules.spread(past[0], past[1], past[2])
            )
        return {
            "sentiment_mean": centre,
            "sentiment_low": low,
            "sentiment_high": high,
            "sentiment_change": change and change[0],
            "sentiment_change_low": change and change[1],
            "mentions_7d": authors,
            "marks": set(),
        }

    def news(self, company: str, day: date, *, first: date) -> Row:
        own = [o for o in self.observations if o["company_id"] == company and _is_good(o)]
        tones = {o["as_of"]: o["value"] for o in own if o["metric"] == "news_tone"}
        counts = {o["as_of"]: o["value"] for o in own if o["metric"] == "news_articles" and o["value"] > 0}
        toned = {each: (tones[each], counts[each]) for each in tones if each in counts}
        newest = max((each for each in toned if first <= each <= day), default=None)
        if newest is None or (day - newest).days > rules.NEWS_LIFETIME_DAYS:
            return {"news_tone_7d": None}
        week = [pair for each, pair in toned.items() if 0 <= (newest - each).days < 7]
        return {"news_tone_7d": sum(tone * n for tone, n in week) / sum(n for _, n in week)}


def _told_order(row: Row) -> tuple[int, float, float, str]:
    return _badness(row), -row["observed_at"].timestamp(), -(row["value"] or 0), row["state"]


def _badness(row: Row) -> int:
    if not _is_good(row):
        return 2
    return 1 if row["state"] == "stale" else 0


def _is_good(row: Row) -> bool:
    return row["value"] is not None and row["state"] in GOOD


def _newest(rows: list[Row], order: Callable[[Row], int]) -> Row | None:
    return min(rows, key=lambda row: (-row["as_of"].toordinal(), order(row), row["source"]), default=None)


def _value_order(row: Row) -> int:
    return {"fmp": 2, "nasdaq": 3, "sec": 4}.get(row["source"], 1)


def _people_order(row: Row) -> int:
    return 2 if row["source"] == "fmp" else 1


def _ratio(one: float, other: float) -> float:
    return max(one, other) / min(one, other) if min(one, other) > 0 else math.inf
