"""Companies on bad days, one company a trouble: what the marts of companies are tested with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.integration.company_stock import (
    NOW,
    TODAY,
    board,
    company,
    fact,
    mention,
    seen,
)
from tests.integration.stock import Row

BILLION = 1e9


def plain(name: str, *, days: int = 10, value: float = 50 * BILLION, offers: float | None = 40) -> list[Row]:
    """A company with everything, unchanged day after day."""
    rows = [company(name), board(name, f"greenhouse:{name}"), fact("employees", 1000, days_ago=90, company_id=name)]
    for days_ago in range(days):
        given = {"days_ago": days_ago, "company_id": name}
        rows += [fact("market_value_usd", value, **given), fact("price_usd", 10, **given)]
        if offers is not None:
            rows.append(fact("open_offers", offers, **given))
    return rows


def only(name: str, *rows: Row) -> list[Row]:
    """Rows about one company and no other."""
    own = {"company_id": name, "cik": company(name)["cik"]}
    return [row | {key: value for key, value in own.items() if key in row} for row in rows]


def two_share_classes() -> list[Row]:
    """Both tickers state the whole company: the one row a company is not the sum; shares are summed at the source."""
    return [
        *only("classes", company(), fact("market_value_usd", 2000 * BILLION), fact("employees", 100_000)),
        fact("market_value_usd", 1985 * BILLION, company_id="classes", observed_at=seen(0.2)),
        fact("shares", 10 * BILLION, days_ago=20, company_id="classes"),
        fact("price_usd", 200, company_id="classes"),
    ]


def zero_value() -> list[Row]:
    return only("zero", company(), fact("market_value_usd", 0), fact("employees", 500))


def zero_value_with_shares() -> list[Row]:
    market = [fact("market_value_usd", 0), fact("price_usd", 20), fact("shares", BILLION, days_ago=30)]
    return only("computed", company(shares_per_ticker=5.0), *market, fact("employees", 500))


def zero_employees() -> list[Row]:
    return only("nobody", company(), fact("market_value_usd", BILLION), fact("employees", 0))


def no_offers() -> list[Row]:
    empty = fact("open_offers", 0, state="empty", subject="greenhouse:quiet")
    return [board("quiet", "greenhouse:quiet"), *only("quiet", company(), fact("market_value_usd", BILLION), empty)]


def few_offers() -> list[Row]:
    return plain("few", offers=4)


def split(name: str, *, is_stated: bool) -> list[Row]:
    """Ten for one, five days ago: the price falls to a tenth, the market value rises by a hundredth."""
    rows = only(name, company(), fact("shares", BILLION, days_ago=40), fact("employees", 100))
    for days_ago in range(10):
        is_after = days_ago < 5
        rows.append(fact("price_usd", 100 if is_after else 990, days_ago=days_ago, company_id=name))
        if is_stated:
            value = (1000 if is_after else 990) * BILLION
            rows.append(fact("market_value_usd", value, days_ago=days_ago, company_id=name))
    return rows


def disputed() -> list[Row]:
    market = [fact("market_value_usd", 130 * BILLION), fact("price_usd", 100), fact("shares", BILLION, days_ago=30)]
    return only("disputed", company(), *market)


def disagreeing() -> list[Row]:
    csv = fact("market_value_usd", 102 * BILLION, source="csv")
    return only("disagreeing", company(), fact("market_value_usd", 100 * BILLION), csv)


def old_value() -> list[Row]:
    return only("old", company(), fact("market_value_usd", BILLION, days_ago=8), fact("employees", 10))


def expired_value() -> list[Row]:
    return only("expired", company(), fact("market_value_usd", BILLION, days_ago=31), fact("employees", 10))


def old_employees() -> list[Row]:
    return only("grey", company(), fact("market_value_usd", BILLION), fact("employees", 10, days_ago=500))


def jumping_employees() -> list[Row]:
    past = [fact("employees", 1000, days_ago=380), fact("employees", 1310, days_ago=15)]
    return only("jumpy", company(), fact("market_value_usd", BILLION), *past)


def filed_before_bought() -> list[Row]:
    told = [fact("employees", 150_000, source="fmp"), fact("employees", 164_000, days_ago=60)]
    return only("filed", company(), fact("market_value_usd", BILLION), *told, fact("employees", 9, source="wikidata"))


def blocked_today() -> list[Row]:
    rows = plain("blocked", offers=None) + [
        fact("open_offers", 40, days_ago=days_ago, company_id="blocked") for days_ago in range(3, 10)
    ]
    return [*rows, *(fact("open_offers", None, days_ago=n, company_id="blocked") for n in range(3))]


def blocked_long() -> list[Row]:
    rows = plain("shut", days=20, offers=None) + [
        fact("open_offers", 40, days_ago=days_ago, company_id="shut") for days_ago in range(8, 20)
    ]
    return [*rows, *(fact("open_offers", None, days_ago=n, company_id="shut") for n in range(8))]


def failed_later_the_same_day() -> list[Row]:
    return [*plain("later"), fact("open_offers", None, company_id="later", observed_at=NOW.replace(hour=20))]


def moved_board() -> list[Row]:
    """From Greenhouse to Ashby three days ago; the registry has let go of the old board."""
    name, new = "moved", "ashby:moved"
    rows = plain(name, offers=None) + [fact("open_offers", 40, days_ago=n, company_id=name) for n in range(3, 10)]
    rows = [row | {"is_current": False} if "token" in row else row for row in rows]
    moved = [fact("open_offers", 41, days_ago=n, company_id=name, subject=new, source="ashby") for n in range(3)]
    return [*rows, board(name, new), *moved]


def left_board() -> list[Row]:
    """The same, but the registry still names both boards, and the old one answers 404."""
    name, new = "left", "ashby:left"
    rows = plain(name, offers=None) + [fact("open_offers", 40, days_ago=n, company_id=name) for n in range(3, 10)]
    rows += [fact("open_offers", None, days_ago=n, company_id=name, state="missing") for n in range(3)]
    moved = [fact("open_offers", 41, days_ago=n, company_id=name, subject=new, source="ashby") for n in range(3)]
    return [*rows, board(name, new), *moved]


def capped_board() -> list[Row]:
    return [
        row | {"state": "capped"} if row.get("metric") == "open_offers" else row for row in plain("capped", offers=2000)
    ]


def renamed() -> list[Row]:
    """Called `formerly` until the last run; the CIK is the same."""
    same = {"cik": "0000000042"}
    old = company("formerly", name="Formerly Inc", **same, observed_at=seen(1))
    facts = [fact("market_value_usd", 9 * BILLION, days_ago=n, company_id="formerly") for n in range(1, 9)]
    words = [mention("formerly", n, [0.4] * 5) for n in range(1, 9)]
    return [
        old,
        company("lately", name="Lately Inc", **same),
        *facts,
        *words,
        fact("employees", 90, company_id="lately"),
    ]


def removed() -> list[Row]:
    return only("removed", company(observed_at=seen(1)), fact("market_value_usd", BILLION, days_ago=2))


def foreign_posts() -> list[Row]:
    return [company("foreign"), *(mention("foreign", n, [], unscored=9) for n in range(1, 8))]


def loved() -> list[Row]:
    past = [mention("loved", n, [0.1, -0.1, 0.0, 0.2]) for n in range(8, 36)]
    return [company("loved"), *past, *(mention("loved", n, [0.8, 0.6, 0.7, 0.9]) for n in range(1, 8))]


def yesterdays_answer() -> list[Row]:
    """A source that repeats yesterday's data today."""
    good = [
        fact("market_value_usd", BILLION, days_ago=1),
        fact("open_offers", 7, days_ago=1, subject="greenhouse:slow"),
    ]
    again = [row | {"state": "stale", "observed_at": NOW, "value": 99.0} for row in good]
    return [board("slow", "greenhouse:slow"), *only("slow", company(), *good, *again)]


def two_sources_down() -> list[Row]:
    """Neither the market nor the boards answered today."""
    name = "dark"
    return [
        *[row for row in plain(name) if row.get("as_of") != TODAY],
        fact("market_value_usd", None, company_id=name),
        fact("price_usd", None, company_id=name),
        fact("open_offers", None, company_id=name),
    ]


def never_answered() -> list[Row]:
    return only("mute", company(), fact("employees", 10), fact("market_value_usd", None, company_id="mute"))


def from_the_future() -> list[Row]:
    return only(
        "hasty", company(), fact("market_value_usd", BILLION), fact("market_value_usd", 5e9, as_of=date(2030, 1, 1))
    )


def with_organisation() -> list[Row]:
    return only("open", company(), fact("employees", 10))


TROUBLES: list[Callable[[], list[Row]]] = [
    lambda: [*plain("once"), *plain("twin")],
    lambda: [*split("split", is_stated=True), *split("unsplit", is_stated=False)],
    two_share_classes,
    zero_value,
    zero_value_with_shares,
    zero_employees,
    no_offers,
    few_offers,
    disputed,
    disagreeing,
    old_value,
    expired_value,
    old_employees,
    jumping_employees,
    filed_before_bought,
    blocked_today,
    blocked_long,
    failed_later_the_same_day,
    moved_board,
    left_board,
    capped_board,
    renamed,
    removed,
    foreign_posts,
    loved,
    yesterdays_answer,
    two_sources_down,
    never_answered,
    from_the_future,
    with_organisation,
]
