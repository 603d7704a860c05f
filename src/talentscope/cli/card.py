"""One company on a terminal: what is known, since when, from whom, and what is withheld."""

from __future__ import annotations

from typing import Any

from talentscope.cli.figures import amount, figure, percent, signed
from talentscope.cli.show import out, plain, print_table

SHOWN_POSTINGS = 8
SHOWN_POSTS = 8
SHOWN_DAYS = 10

_KINDS = {"usd": "usd", "people": "count", "shares": "count", "offers": "count", "postings": "count", "tone": "score"}

Card = dict[str, Any]


def print_card(card: Card) -> None:
    """The whole card."""
    _print_head(card)
    _print_facts(card)
    _print_boards(card)
    _print_sentiment(card)
    _print_days(card)


def _print_head(card: Card) -> None:
    ticker = f" ({card['ticker']})" if card["ticker"] else ""
    cik = f", CIK {card['cik']}" if card["cik"] else ""
    out.print(
        f"{plain(card['name'])}{plain(ticker)}: {card['status']}, {plain(card['sector'])}{plain(cik)}",
        style="bold",
        markup=False,
    )
    rows = [
        ("market value", amount(card["market_value_usd"]), _from(card, "market_value"), _change(card, "market_value")),
        ("people employed", figure(card["employees"], "count"), _from(card, "employees"), _yearly(card)),
        ("open offers", _offers(card), card["open_offers_as_of"] or "", _offers_change(card)),
        _ratio(card, "value per person", "value_per_employee"),
        _ratio(card, "value per offer", "value_per_offer"),
        ("offers per 100 people", figure(card["offers_per_100_employees"], "count"), "", ""),
    ]
    source = card["open_source"]
    if source["repositories"] is not None:
        told = f"{figure(source['stars'], 'count')} stars"
        rows.append(("repositories met", figure(source["repositories"], "count"), told, ""))
    if source["developers"] is not None:
        rows.append(("developers met", figure(source["developers"], "count"), "state it as their employer", ""))
    print_table(
        f"As known on {card['day'] or 'no day yet'}", ["what", "figure", "of", "change"], rows, right=["figure"]
    )
    if card["quality"]:
        out.print("mind: " + ", ".join(mark.replace("_", " ") for mark in card["quality"]), markup=False)


def _print_facts(card: Card) -> None:
    rows = [
        (
            fact["metric"].replace("_", " "),
            figure(fact["value"], _KINDS.get(fact["unit"], "count")),
            fact["as_of"] or fact["asked_as_of"],
            fact["source"],
            fact["state"],
            fact["evidence"] or fact["reason"],
            fact["source_url"],
        )
        for fact in card["facts"]
        if not fact["subject"]
    ]
    if rows:
        columns = ["fact", "value", "of", "source", "state", "evidence or reason", "see"]
        print_table("Facts, as each source tells them", columns, rows, right=["value"])


def _print_boards(card: Card) -> None:
    rows = [
        (
            f"{board['vendor']}:{board['token']}",
            figure(board["open_offers"], "count"),
            figure(board["postings"], "count"),
            board["as_of"],
            board["state"] or "never asked",
            board["reason"] or board["evidence"],
        )
        for board in card["boards"]
        if board["is_current"] or board["open_offers"]
    ]
    if rows:
        columns = ["board", "offers", "postings", "of", "state", "remark"]
        print_table("Job boards", columns, rows, right=["offers", "postings"])
    postings = card["postings"][:SHOWN_POSTINGS]
    if postings:
        cells = [(one["title"], one["department"], one["location"], _date(one["opened_at"])) for one in postings]
        print_table("Newest postings", ["title", "department", "place", "since"], cells)


def _print_sentiment(card: Card) -> None:
    sentiment = card["sentiment"]
    if sentiment["mean"] is not None:
        out.print(
            f"sentiment {signed(sentiment['mean'])} ({signed(sentiment['low'])} to {signed(sentiment['high'])}),"
            f" {sentiment['mentions']} mentions in the seven days to {sentiment['as_of']};"
            f" {sentiment['positive_share']:.0%} positive, {sentiment['negative_share']:.0%} negative;"
            f" {sentiment['direction'] or 'no own past to compare with'}",
            markup=False,
        )
    else:
        out.print(f"sentiment: {_withheld(card, 'sentiment') or 'no posts were read'}", markup=False)
    news = card["news"]
    if news["tone"] is not None:
        articles = figure(news["articles"], "count")
        out.print(f"news tone {news['tone']:+.1f} over {articles} articles to {news['as_of']} (GDELT)", markup=False)
    rows = [(signed(post["score"]), post["source"], post["text"], post["url"]) for post in card["posts"][:SHOWN_POSTS]]
    if rows:
        print_table("Samples of what is written", ["score", "where", "text", "see"], rows, right=["score"])


def _print_days(card: Card) -> None:
    days = card["days"][:SHOWN_DAYS]
    if len(days) < 2:
        return
    rows = [
        (
            day["day"],
            amount(day["market_value_usd"]),
            figure(day["employees"], "count"),
            figure(day["open_offers"], "count") or day["offers_state"],
            amount(day["value_per_employee_usd"]),
            amount(day["value_per_offer_usd"]),
            signed(day["sentiment_mean"]),
        )
        for day in days
    ]
    columns = ["day", "value", "people", "offers", "value/person", "value/offer", "sentiment"]
    print_table("Days, newest first", columns, rows, right=columns[1:])


def _from(card: Card, fact: str) -> str:
    if card[f"{fact}_as_of"] is None:
        return "unknown"
    return f"{card[f'{fact}_as_of']}, {card[f'{fact}_source']}"


def _change(card: Card, fact: str) -> str:
    change = card["changes"][f"{fact}_change_30d_percent"]
    return f"{percent(change)} in 30 days" if change is not None else ""


def _yearly(card: Card) -> str:
    change = card["changes"]["employees_change_1y_percent"]
    return f"{percent(change)} in a year" if change is not None else ""


def _ratio(card: Card, words: str, name: str) -> tuple[str, str, str, str]:
    place = card["ranks"][name]
    told = f"place {place}" if place is not None else ""
    return words, amount(card[f"{name}_usd"]), _withheld(card, name), told


def _offers(card: Card) -> str:
    return figure(card["open_offers"], "count") or card["open_offers_state"] or "unknown"


def _offers_change(card: Card) -> str:
    change = card["changes"]["offers_change_30d"]
    return f"{change:+,.0f} in 30 days" if change is not None else ""


def _withheld(card: Card, figure_name: str) -> str:
    return str(card["withheld"].get(figure_name, ""))


def _date(value: Any) -> str:
    return f"{value:%Y-%m-%d}" if value is not None else ""
