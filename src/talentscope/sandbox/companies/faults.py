"""What can go wrong at the upstreams of companies. Each is aimed at a place: an upstream (`greenhouse`), a company
(`acme`) or a board (`greenhouse:acme`); without one it strikes wherever it can."""

from __future__ import annotations

from talentscope.sandbox.fault import ANYWHERE, PLACE, PLACE_MILLISECONDS, Fault


def _fault(name: str, sentence: str, default: str = ANYWHERE) -> Fault:
    return Fault(name, sentence, PLACE, default)


COMPANY_FAULTS = (
    _fault("board-403", "A job board refuses with 403."),
    _fault("board-404", "A job board is not there any more: 404."),
    _fault("board-empty", "A job board that lists nothing at all."),
    _fault("board-moved", "A company's second board, of another vendor, shows the jobs of its first as well."),
    _fault("overloaded-529", "529 with an HTML page; a job board unless another upstream is named."),
    _fault("html-200-board", "An HTML page with status 200 for JSON; a job board unless another upstream is named."),
    _fault(
        "capped-2000", "A site of Workday has thousands of jobs and says 2,000, and no facet has a count.", "workday"
    ),
    _fault("limit-429", "429 with Retry-After: 1."),
    _fault("forbidden-451", "451, refused for legal reasons.", "sec"),
    _fault("key-refused", "Keys and tokens are refused with 401."),
    _fault("robots-closed", "robots.txt closes the whole host.", "nasdaq"),
    _fault("time-out", "No answer ever comes; the connection stays open.", "gdelt"),
    _fault("upstream-down", "503 to every request.", "hackernews"),
    _fault("upstream-reset", "The connection is reset instead of an answer.", "lever"),
    Fault("slow-upstream", "Every answer takes so many milliseconds more.", PLACE_MILLISECONDS, "2000"),
    _fault("truncated", "The connection closes in the middle of the body.", "lever"),
    _fault("broken-json", "JSON that ends too early, with a length that fits it.", "ashby"),
    _fault("renamed-field", "A field that matters has another name.", "nasdaq"),
    _fault("retyped-field", "A field that matters has another type.", "nasdaq"),
    _fault("stream-cut", "The stream breaks after a hundred messages.", "bluesky"),
    _fault("yesterday-again", "The screener serves the close of the trading day before.", "nasdaq"),
    _fault("ticker-vanished", "A company's tickers are listed nowhere."),
    _fault("company-renamed", "A company has a new name and a new ticker everywhere."),
    _fault("zero-market-value", "The screener says 0.00 for a company's value, and the vendor of quotes null."),
    _fault("missing-employees", "A company's head-count stands nowhere."),
    _fault("wrong-cik", "A company's item at Wikidata carries the CIK of another issuer."),
    _fault("share-split", "A company splits its shares ten for one today."),
    _fault("hiring-freeze", "A company opens nothing new; what is open closes as it would."),
    _fault("foreign-posts", "All posts about a company are in other languages than English."),
    _fault("no-posts", "Nobody writes about a company."),
)
