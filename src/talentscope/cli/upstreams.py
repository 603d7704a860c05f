"""Where the sources of companies are put together: settings become visitors, visitors become sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from talentscope import __version__
from talentscope.cli.secret import secret
from talentscope.registry.observation import Source
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import UsageError
from talentscope.runtime.settings import Settings
from talentscope.runtime.upstreams import Upstreams
from talentscope.sources.ashby import client as ashby
from talentscope.sources.bluesky import client as bluesky
from talentscope.sources.fmp import client as fmp
from talentscope.sources.gdelt import client as gdelt
from talentscope.sources.greenhouse import client as greenhouse
from talentscope.sources.hackernews import client as hackernews
from talentscope.sources.lever import client as lever
from talentscope.sources.nasdaq import client as nasdaq
from talentscope.sources.nasdaq.records import Closes, Quote, ticker_key
from talentscope.sources.reddit import client as reddit
from talentscope.sources.sec import client as sec
from talentscope.sources.wikidata import client as wikidata
from talentscope.sources.workable import client as workable
from talentscope.sources.workday import client as workday
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

if TYPE_CHECKING:
    from talentscope.registry.passages import Find
    from talentscope.registry.read import Registry
    from talentscope.warehouse.connection import Warehouse

HURRIED_PER_SECOND = 1000.0

_CLOSES = """
SELECT o.company_id, o.metric, o.value, o.as_of FROM raw.company_observations AS o
JOIN (
  SELECT max(as_of) AS as_of FROM raw.company_observations WHERE source = 'nasdaq' AND value IS NOT NULL
) AS n ON n.as_of = o.as_of
WHERE o.source = 'nasdaq' AND o.value IS NOT NULL
"""


@dataclass
class Recall:
    """What was stored before, for sources that must recognise it. Filled when the warehouse is held."""

    closes: Closes | None = None

    def read(self, warehouse: Warehouse, registry: Registry) -> None:
        """The newest quotes of the screener."""
        found: dict[str, dict[str, float]] = {}
        as_of: date | None = None
        for row in warehouse.query(_CLOSES).to_pylist():
            as_of = row["as_of"]
            company = registry.by_id(row["company_id"])
            ticker = company.ticker_on(row["as_of"]) if company else None
            if ticker is not None:
                found.setdefault(ticker_key(ticker), {})[row["metric"]] = row["value"]
        quotes = {key: Quote(of.get("price_usd"), of.get("market_value_usd")) for key, of in found.items()}
        self.closes = Closes(as_of, quotes) if as_of is not None else None


@dataclass
class Wiring:
    """The sources of this installation, those that are off with the reason, and what each has cost so far."""

    sources: list[Source] = field(default_factory=list)
    off: dict[str, str] = field(default_factory=dict)
    visitors: dict[str, list[Visitor]] = field(default_factory=dict)

    def spent(self, source: str) -> tuple[int, int]:
        """Requests made to a source, and how many were answered as unchanged."""
        visitors = self.visitors.get(source, [])
        return sum(v.requests for v in visitors), sum(v.unchanged for v in visitors)

    def close(self) -> None:
        """Close all connections."""
        for visitors in self.visitors.values():
            for visitor in visitors:
                visitor.close()

    def only(self, names: Iterable[str]) -> None:
        """Leave out every other source. Raises UsageError for a name that is not known."""
        wanted, known = set(names), {source.name for source in self.sources} | set(self.off)
        for name in sorted(wanted - known):
            raise UsageError(f"no source is called {name[:50]!r}", way_out=f"one of: {', '.join(sorted(known))}")
        for name in sorted(wanted & set(self.off)):
            raise UsageError(f"{name} is off: {self.off[name]}", way_out="switch it on, or leave it out")
        self.sources = [source for source in self.sources if source.name in wanted]
        self.off = {}


class _Wirer:
    """Builds visitors with this installation's identity, and remembers them by source."""

    def __init__(self, settings: Settings, upstreams: Upstreams, *, clock: Clock, hurried: bool) -> None:
        self.settings, self.upstreams, self.clock, self.hurried = settings, upstreams, clock, hurried
        self.wiring = Wiring()

    def visit(self, source: str, site: Site, *, is_kept: bool = True) -> Visitor:
        """A visitor for a site of a source. What people wrote is never kept on disk: then `is_kept` is False."""
        contact = f" (+{self.settings.contact})" if self.settings.contact else ""
        visitor = Visitor(
            replace(site, per_second=HURRIED_PER_SECOND, heeds_robots=False) if self.hurried else site,
            user_agent=f"talentscope/{__version__}{contact}",
            clock=self.clock,
            timeout_seconds=self.settings.timeout_seconds,
            max_wait_seconds=self.settings.max_wait_seconds,
            cache=self.settings.home / "answers" if is_kept else None,
        )
        self.wiring.visitors.setdefault(source, []).append(visitor)
        return visitor

    def add(self, source: Source) -> None:
        """A source that is asked."""
        self.wiring.sources.append(source)

    def off(self, name: str, reason: str) -> None:
        """A source that is not, and why."""
        self.wiring.off[name] = reason


def wire(
    settings: Settings, upstreams: Upstreams, *, clock: Clock, find: Find, recall: Recall, hurried: bool = False
) -> Wiring:
    """Every source of this installation. `find` tells which companies a text names.

    `hurried` drops the pace that real sites and their robots.txt ask for: for the sandbox only.
    """
    wirer = _Wirer(settings, upstreams, clock=clock, hurried=hurried)
    _add_figures(wirer, recall)
    _add_boards(wirer)
    _add_voices(wirer, find)
    return wirer.wiring


def _add_figures(wirer: _Wirer, recall: Recall) -> None:
    """Market value, shares and head-count."""
    upstreams, clock = wirer.upstreams, wirer.clock
    wirer.add(
        sec.Sec(
            wirer.visit("sec", sec.site(upstreams.sec_url)),
            wirer.visit("sec", sec.data_site(upstreams.sec_data_url)),
            clock=clock,
        )
    )
    wirer.add(wikidata.Wikidata(wirer.visit("wikidata", wikidata.site(upstreams.wikidata_url)), clock=clock))
    if upstreams.nasdaq:
        visitor = wirer.visit("nasdaq", nasdaq.site(upstreams.nasdaq_url))
        wirer.add(nasdaq.Nasdaq(visitor, clock=clock, previous=lambda: recall.closes))
    else:
        wirer.off("nasdaq", "an unofficial source: TALENTSCOPE_NASDAQ=1 switches it on")
    if upstreams.fmp_key is not None:
        site = fmp.site(upstreams.fmp_url, key=secret(upstreams.fmp_key, setting="FMP_API_KEY") or "")
        wirer.add(fmp.Fmp(wirer.visit("fmp", site), clock=clock))
    else:
        wirer.off("fmp", "it needs a key: FMP_API_KEY")


def _add_boards(wirer: _Wirer) -> None:
    """Open offers."""
    upstreams, clock = wirer.upstreams, wirer.clock
    wirer.add(greenhouse.Greenhouse(wirer.visit("greenhouse", greenhouse.site(upstreams.greenhouse_url)), clock=clock))
    wirer.add(ashby.Ashby(wirer.visit("ashby", ashby.site(upstreams.ashby_url)), clock=clock))
    wirer.add(
        lever.Lever(
            wirer.visit("lever", lever.site(upstreams.lever_url)),
            eu_visitor=wirer.visit("lever", lever.site(upstreams.lever_eu_url, is_eu=True)),
            clock=clock,
        )
    )
    wirer.add(workable.Workable(wirer.visit("workable", workable.site(upstreams.workable_url)), clock=clock))
    wirer.add(workday.Workday(wirer.visit("workday", workday.site(upstreams.workday_url)), clock=clock))


def _add_voices(wirer: _Wirer, find: Find) -> None:
    """Posts and news."""
    upstreams, clock = wirer.upstreams, wirer.clock
    visitor = wirer.visit("hackernews", hackernews.site(upstreams.hackernews_url), is_kept=False)
    wirer.add(hackernews.HackerNews(visitor, clock=clock, find=find))
    if upstreams.bluesky_seconds:
        visitor = wirer.visit("bluesky", bluesky.site(upstreams.bluesky_url), is_kept=False)
        wirer.add(bluesky.Bluesky(visitor, clock=clock, find=find, seconds=upstreams.bluesky_seconds))
    else:
        wirer.off("bluesky", "TALENTSCOPE_BLUESKY_SECONDS is 0")
    wirer.add(gdelt.Gdelt(wirer.visit("gdelt", gdelt.site(upstreams.gdelt_url)), clock=clock))
    if upstreams.reddit_client_id and upstreams.reddit_client_secret is not None:
        wirer.add(
            reddit.Reddit(
                wirer.visit("reddit", reddit.site(upstreams.reddit_url), is_kept=False),
                wirer.visit("reddit", reddit.token_site(upstreams.reddit_token_url), is_kept=False),
                clock=clock,
                find=find,
                client_id=upstreams.reddit_client_id,
                client_secret=secret(upstreams.reddit_client_secret, setting="REDDIT_CLIENT_SECRET") or "",
            )
        )
    else:
        wirer.off("reddit", "it needs an application that Reddit approved: REDDIT_CLIENT_ID, REDDIT_CLIENT_SECRET")
