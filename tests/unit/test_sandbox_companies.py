"""The invented figures of the employers: the same by seed and day, consistent with each other, and with the traps that
the real ones have."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import numpy as np
import pytest
from tests.employers import INVENTED

from talentscope.runtime.errors import UsageError
from talentscope.sandbox.companies.chance import chance, how_many
from talentscope.sandbox.companies.employer import TIERS, Employer
from talentscope.sandbox.companies.hiring import LONGEST_DAYS
from talentscope.sandbox.companies.trading import closed_day, trading_day
from talentscope.sandbox.companies.wording import WORDINGS, human_capital, wording_of
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.faults import Faults
from talentscope.sandbox.github.words import HOSTILE
from talentscope.sandbox.github.world import World, WorldSettings

NOW = datetime(2026, 11, 20, 23, tzinfo=UTC)
TODAY = NOW.date()
ACME, BOLT, COSMO, DELTA, ELM = INVENTED


def world(seed: int = 3, *faults: str, employers: tuple[Employer, ...] = INVENTED) -> CompanyWorld:
    return CompanyWorld(employers, seed=seed, now=lambda: NOW, faults=Faults(*faults))


@cache
def same() -> CompanyWorld:
    """A world for tests that ask about the same days: what it has invented is kept."""
    return world()


def many(count: int, **fields: object) -> tuple[Employer, ...]:
    """Employers that differ by their id only."""
    return tuple(
        replace(ACME, company_id=f"c{n}", cik=f"{n + 1:010d}", tickers=(f"T{n}",), boards=(), **fields)  # type: ignore[arg-type]
        for n in range(count)
    )


# -- chance ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mean", [0.2, 3.0, 25.0, 120.0])
def test_counts_of_rare_events_have_their_mean(mean: float) -> None:
    rng = chance("a count", mean)
    drawn = [how_many(rng, mean) for _ in range(4_000)]
    assert sum(drawn) / len(drawn) == pytest.approx(mean, rel=0.1)
    assert min(drawn) >= 0


# -- figures -----------------------------------------------------------------------------------------------------------


def test_the_same_seed_tells_the_same_whatever_was_asked_before() -> None:
    one, other = world(), world()
    other.market_value("bolt", TODAY)
    other.open_requisitions("cosmo", TODAY - timedelta(days=9))
    other.posts("elm", TODAY, "reddit")

    def told(known: CompanyWorld) -> list[object]:
        day = TODAY - timedelta(days=100)
        return [
            known.market_value("acme", day),
            known.shares("bolt", day),
            known.employees("acme", day),
            known.open_requisitions("acme", day),
            known.posts("cosmo", day, "hackernews"),
            known.news_tone("cosmo", day),
        ]

    assert told(one) == told(other)
    assert all(mine != theirs for mine, theirs in zip(told(one), told(world(4)), strict=True))


def test_a_value_is_price_times_shares_on_every_day() -> None:
    known = world()
    for employer in (ACME, BOLT, COSMO, ELM):
        for back in range(0, 500, 37):
            day = TODAY - timedelta(days=back)
            price, value = known.price(employer.company_id, day), known.market_value(employer.company_id, day)
            shares = sum(known.shares(employer.company_id, trading_day(day)).values())
            assert value == pytest.approx((price or 0) * shares / employer.shares_per_ticker, abs=0.02)


def test_who_is_not_listed_has_neither_price_nor_shares() -> None:
    known = world()
    assert (known.price("delta", TODAY), known.market_value("delta", TODAY), known.shares("delta", TODAY)) == (
        None,
        None,
        {},
    )
    assert known.employees("delta", TODAY) is None
    assert known.known_employees("delta", TODAY).employees > 0


def test_classes_of_shares_sum_to_all() -> None:
    known = world()
    assert set(known.shares("bolt", TODAY)) == {"Class A", "Class C", "Class B"}
    assert sum(known.shares("bolt", TODAY).values()) == known.stocks.shares(BOLT, TODAY)
    assert [kind.ticker for kind in known.classes(BOLT)] == ["BOLT", "BOLC", None]
    first, second = (known.stocks.price(BOLT, TODAY, ticker) for ticker in BOLT.tickers)
    assert second == pytest.approx(first, rel=0.01)


def test_prices_move_a_little_every_trading_day_and_not_at_weekends() -> None:
    known = world()
    days = [TODAY - timedelta(days=back) for back in range(60)]
    prices = {day: known.price("acme", day) or 0 for day in days}
    saturday, sunday = date(2026, 11, 14), date(2026, 11, 15)
    assert prices[saturday] == prices[sunday] == prices[date(2026, 11, 13)]
    trading = [prices[day] for day in days if trading_day(day) == day]
    moves = [abs(new / old - 1) for new, old in itertools.pairwise(trading)]
    assert sum(move > 0 for move in moves) > 0.95 * len(moves)
    assert max(moves) < 0.1


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 11, 20, 20, 59, tzinfo=UTC), date(2026, 11, 19)),
        (datetime(2026, 11, 20, 21, 0, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 22, 12, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 26, 23, tzinfo=UTC), date(2026, 11, 25)),  # Thanksgiving
    ],
)
def test_a_close_is_of_the_last_day_whose_trading_is_over(now: datetime, day: date) -> None:
    assert closed_day(now) == day


def test_some_split_their_shares_and_their_value_does_not_jump() -> None:
    known = world(employers=many(120))
    splits = [(one, split) for one in known.employers if (split := known.stocks.split(one)) is not None]
    assert 4 <= len(splits) <= 25
    for employer, split in splits:
        before = trading_day(split.day - timedelta(days=1))
        grown = known.stocks.shares(employer, split.day) / known.stocks.shares(employer, before)
        assert grown == pytest.approx(split.ratio, rel=0.02)
        value, earlier = (known.stocks.market_value(employer, day) for day in (split.day, before))
        assert value == pytest.approx(earlier, rel=0.05)


def test_sizes_are_those_of_their_tier() -> None:
    known = world(employers=many(60, size_tier=""))
    assert len({employer.tier.name for employer in known.employers}) >= 4
    assert {tier.name for tier in TIERS} >= {employer.tier.name for employer in known.employers}
    small, mega = replace(ACME, size_tier="tiny"), replace(ACME, size_tier="mega")
    assert known.stocks.market_value(replace(mega, company_id="m"), TODAY) > 1e11
    assert known.stocks.market_value(replace(small, company_id="s"), TODAY) < 1e9


# -- filings -----------------------------------------------------------------------------------------------------------


def test_the_head_count_is_that_of_the_newest_report_of_a_day() -> None:
    known = world()
    annual = [one for one in known.filings.filed_until(ACME, TODAY) if one.is_annual]
    newest, earlier = annual[:2]
    assert known.employees("acme", newest.filed) == known.filings.stated(ACME, newest)
    on_the_eve = known.employees("acme", newest.filed - timedelta(days=1))
    assert on_the_eve == known.filings.stated(ACME, earlier)
    assert on_the_eve is not None
    assert on_the_eve.as_of == earlier.period < earlier.filed


def test_filings_are_of_the_quarters_and_have_numbers_of_their_own() -> None:
    known = world()
    filings = known.filings.filed_until(ACME, TODAY)
    assert len({one.accession for one in filings}) == len(filings)
    assert filings == tuple(sorted(filings, key=lambda one: (one.filed, one.accession), reverse=True))
    assert max(one.filed for one in filings) <= TODAY
    periods = Counter(one.form for one in filings if one.form in {"10-K", "10-Q"})
    assert periods["10-Q"] in range(2 * periods["10-K"], 4 * periods["10-K"] + 1)
    assert {one.form for one in known.filings.filed_until(ELM, TODAY)} == {"20-F", "6-K"}
    assert known.filings.filed_until(DELTA, TODAY) == ()


def test_every_way_of_telling_a_head_count_tells_it() -> None:
    used = {wording_of(one, seed=3) for one in many(200, size_tier="large")}
    assert used == set(WORDINGS)
    for employer in many(40, size_tier="large"):
        text = " ".join(human_capital(employer, seed=3, count=45_300, before=41_200, day=date(2026, 6, 30)))
        assert "45,300" in text or "45.3 thousand" in text
        assert "{" not in text


# -- offers ------------------------------------------------------------------------------------------------------------


def test_a_requisition_opens_once_stays_and_closes_for_good() -> None:
    known = world()
    board = ACME.boards[0]
    days = [TODAY - timedelta(days=back) for back in range(40, -1, -1)]
    open_on = [{one.number for one in known.requisitions("acme", board, day) if one.is_offer} for day in days]
    closed: set[int] = set()
    for day, before, now in zip(days[1:], open_on, open_on[1:], strict=False):
        new = now - before
        shown = known.requisitions("acme", board, day)
        assert {one.number for one in shown if one.opened_at.date() == day and one.is_offer} == new
        assert not closed & now
        closed |= before - now
    assert closed
    assert all(one.last_day - one.opened_at.date() < timedelta(days=LONGEST_DAYS) for one in shown if one.is_offer)


def test_offers_are_requisitions_and_listings_are_cities() -> None:
    known = world()
    told = known.open_requisitions("acme", TODAY)
    shown = [one for one in known.requisitions("acme", ("greenhouse", "acme"), TODAY) if one.is_offer]
    assert told.offers["greenhouse:acme"] == len(shown)
    assert told.listings["greenhouse:acme"] == sum(len(one.places) for one in shown) > len(shown)
    assert told.listings["ashby:acme"] == told.offers["ashby:acme"]
    assert told.distinct == sum(told.offers.values())


def test_boards_that_nobody_plays_have_no_offers() -> None:
    known = world(employers=(replace(ACME, boards=(("icims", "acme"), ("greenhouse", "acme"))),))
    assert set(known.open_requisitions("acme", TODAY).offers) == {"greenhouse:acme"}


def test_some_boards_call_for_anybody_and_some_jobs_are_not_listed() -> None:
    boards = (*tuple(("greenhouse", f"b{n}") for n in range(20)), ("ashby", "b"))
    known = world(employers=(replace(COSMO, boards=boards),))
    shown = [one for board in boards for one in known.requisitions("cosmo", board, TODAY)]
    assert 2 <= sum(one.is_prospect for one in shown) <= 14
    assert any(not one.is_listed for one in shown)


def test_some_texts_are_hostile() -> None:
    known = same()
    titles = [one.title for one in known.requisitions("cosmo", COSMO.boards[0], TODAY)]
    posts = [post.text for n in range(30) for post in known.posts("cosmo", TODAY - timedelta(days=n), "hackernews")]
    assert 0 < sum(any(text in title for text in HOSTILE) for title in titles) < len(titles) / 20
    assert 0 < sum(any(text in post for text in HOSTILE) for post in posts) < len(posts) / 20


# -- voices ------------------------------------------------------------------------------------------------------------


def test_posts_name_the_company_and_mean_what_they_are_said_to_mean() -> None:
    known = same()
    posts = [post for back in range(20) for post in known.posts("cosmo", TODAY - timedelta(days=back), "hackernews")]
    assert all("Cosmo Systems" in post.text for post in posts)
    assert {post.polarity for post in posts} == {-1, 0, 1}
    assert 10 < len(posts) / 20 < 60
    by_author = Counter((post.author, post.at.date()) for post in posts)
    assert max(by_author.values()) >= 3, "some write again and again"
    assert len({post.post_id for post in posts}) == len(posts)
    assert posts[-1].at.tzinfo is not None


def test_a_decoy_is_about_nobody() -> None:
    known = same()
    begin = datetime.combine(TODAY, time(), UTC)
    written = known.written("hackernews", begin - timedelta(days=30), begin)
    decoys = [post for post in written if "elm " in post.text]
    assert decoys
    assert {post.company_id for post in decoys} == {None}


def test_a_window_is_the_same_however_it_is_cut() -> None:
    known = world()
    begin = datetime(2026, 11, 19, 12, tzinfo=UTC)
    for source in ("bluesky", "hackernews", "reddit"):
        whole = known.written(source, begin, begin + timedelta(hours=1))
        parts = [
            post
            for n in range(60)
            for post in known.written(source, begin + timedelta(minutes=n), begin + timedelta(minutes=n + 1))
        ]
        assert whole == parts
        assert [post.at for post in whole] == sorted(post.at for post in whole)


def test_the_mood_about_a_company_changes_slowly() -> None:
    known = world()
    moods = [known.chatter.mood(COSMO, TODAY - timedelta(days=back)) for back in range(400)]
    assert max(abs(new - old) for new, old in itertools.pairwise(moods)) < 0.1
    assert max(moods) - min(moods) > 0.5


def test_the_tone_of_a_day_is_that_of_its_articles() -> None:
    known = world()
    count, tone = known.news_tone("cosmo", TODAY)
    assert count == len(known.articles("cosmo", TODAY)) > 0
    assert tone is not None
    assert -6 < tone < 6
    quiet = world(employers=(replace(ACME, size_tier="tiny"),))
    empty = [quiet.news_tone("acme", TODAY - timedelta(days=back)) for back in range(60)]
    assert (0, None) in empty


# -- GitHub ------------------------------------------------------------------------------------------------------------


def github(employers: tuple[Employer, ...] = ()) -> World:
    settings = WorldSettings(scale=1_500, seed=5)
    return World(settings, started=int(NOW.timestamp()), now=lambda: int(NOW.timestamp()), employers=employers)


def test_without_employers_the_invented_github_is_as_it_was() -> None:
    plain, staffed = github(), github(INVENTED)
    rows = range(plain.account_count)
    changed = [
        (before, after)
        for before, after in zip(plain.accounts(rows), staffed.accounts(rows), strict=True)
        if before != after
    ]
    assert all(
        {key for key in before if before[key] != after[key]} <= {"company", "login", "name"}
        for before, after in changed
    )
    assert len(changed) <= len(staffed.employment.stated) + len(staffed.employment.organisations)
    assert np.array_equal(plain.pushed, staffed.pushed)
    assert plain.employment.stated == {}


def test_who_states_an_employer_is_known() -> None:
    known = github(INVENTED)
    assert known.employment.stated
    for login, stated in known.employment.stated.items():
        row = known.find_login(login)
        assert row is not None
        (account,) = known.accounts([row])
        assert (account["company"], account["type"]) == (stated.text, "User")
    ways = {stated.way for stated in known.employment.stated.values()}
    assert ways >= {"name", "handle", "legal", "past", "several"}
    assert all(not stated.company_ids for stated in known.employment.stated.values() if stated.way == "past")


def test_organisations_of_employers_have_repositories() -> None:
    known = github(INVENTED)
    assert known.employment.organisations == {"acme-widgets": "acme", "boltworks": "bolt"}
    for login in known.employment.organisations:
        row = known.find_login(login)
        assert row is not None
        assert known.is_organization(row)
        assert known.owned_rows(row)


# -- faults ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["board-403:lever=often", "board-403:=2", "slow-upstream:gdelt=long"])
def test_a_place_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected"):
        Faults(text)


def test_a_fault_is_used_up_place_by_place() -> None:
    faults = Faults("truncated:lever=2", "truncated:acme", "slow-upstream:300", "slow-upstream:gdelt=900")
    assert [faults.strikes_at("truncated", ["lever"]) for _ in range(3)] == [True, True, False]
    assert [faults.strikes_at("truncated", ["ashby", "acme"]) for _ in range(3)] == [True] * 3
    assert not faults.strikes_at("truncated", ["ashby"])
    assert (faults.quantity_at("slow-upstream", ["gdelt"]), faults.quantity_at("slow-upstream", ["lever"])) == (
        900,
        300,
    )
    assert faults.is_on_at("truncated", ["acme"])
    assert not faults.is_on_at("truncated", ["lever"])
    faults.switch_off("truncated")
    assert not faults.strikes_at("truncated", ["acme"])


def test_a_fault_without_a_place_is_everywhere_or_where_its_name_alone_belongs() -> None:
    faults = Faults("limit-429", "time-out")
    assert faults.strikes_at("limit-429", ["lever"])
    assert not faults.strikes_at("limit-429", ["lever"], anywhere=False)
    assert faults.is_on_at("time-out", ["gdelt"])
    assert not faults.is_on_at("time-out", ["lever"])
