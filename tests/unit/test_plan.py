"""Where each query of a run starts, and what the run will cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from talentscope.pipelines.talent.plan import BEGINNING, Mark, Search, estimate, plan_searches
from talentscope.scoring.brief import Brief

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def brief(**fields: object) -> Brief:
    return Brief.model_validate({"name": "test", "topics": ("minecraft",), **fields}, strict=False)


def mark(**fields: object) -> Mark:
    usual: dict[str, object] = {
        "state": "drained",
        "watermark": NOW - HOUR,
        "since": BEGINNING,
        "is_sweep": True,
        "swept_at": NOW - HOUR,
        "swept_since": BEGINNING,
    }
    return Mark(**{**usual, **fields})  # type: ignore[arg-type]


def plan(*briefs: Brief, marks: dict[str, Mark] | None = None) -> list[Search]:
    return plan_searches(
        briefs or [brief()],
        marks or {},
        terms_of=lambda b: b.topics,
        now=NOW,
        overlap=HOUR,
        sweep_every=timedelta(days=7),
    )


def only_query() -> str:
    return plan()[0].query


def test_a_query_never_asked_before_is_swept_from_the_beginning() -> None:
    (search,) = plan()
    assert (search.since, search.is_sweep, search.is_resumed) == (BEGINNING, True, False)


def test_a_brief_that_wants_recent_pushes_starts_there() -> None:
    (search,) = plan(brief(repository={"pushed_within_days": 365}))
    assert search.since == NOW - timedelta(days=365)


def test_two_briefs_that_ask_the_same_share_the_query_from_the_earlier_start() -> None:
    searches = plan(brief(repository={"pushed_within_days": 30}), brief())
    assert [search.since for search in searches] == [BEGINNING]


def test_each_topic_and_language_is_its_own_query() -> None:
    searches = plan(brief(topics=("a", "b"), languages=("Java", "Kotlin")))
    assert len({search.query for search in searches}) == 4


def test_many_languages_are_one_search_and_filtered_afterwards() -> None:
    searches = plan(brief(topics=("a",), languages=("Java", "Kotlin", "Scala")))
    assert [("language:" in search.query) for search in searches] == [False]
    assert len(plan(brief(topics=(), languages=("Java", "Kotlin", "Scala")))) == 3


def test_a_drained_query_goes_on_an_overlap_before_its_watermark() -> None:
    (search,) = plan(marks={only_query(): mark()})
    assert (search.since, search.is_sweep) == (NOW - 2 * HOUR, False)


def test_a_query_that_was_cut_short_goes_on_at_its_watermark_and_stays_a_sweep() -> None:
    (search,) = plan(marks={only_query(): mark(state="draining", swept_at=None, swept_since=None)})
    assert (search.since, search.declared_since) == (NOW - HOUR, BEGINNING)
    assert search.is_sweep
    assert search.is_resumed


def test_a_query_cut_short_before_its_first_page_was_stored_starts_again() -> None:
    (search,) = plan(marks={only_query(): mark(state="draining", watermark=None, swept_at=None, swept_since=None)})
    assert (search.since, search.is_sweep) == (BEGINNING, True)


def test_a_week_after_the_last_sweep_the_query_is_swept_again() -> None:
    (search,) = plan(marks={only_query(): mark(swept_at=NOW - timedelta(days=7))})
    assert (search.since, search.is_sweep) == (BEGINNING, True)


def test_a_brief_that_reaches_further_back_than_the_last_sweep_sweeps_again() -> None:
    (search,) = plan(marks={only_query(): mark(swept_since=NOW - timedelta(days=30))})
    assert (search.since, search.is_sweep) == (BEGINNING, True)


def test_the_estimate_counts_requests_in_hundreds_with_a_token_and_one_by_one_without() -> None:
    with_token = estimate([250, 40], pending_accounts=10, pending_proofs=0, has_token=True)
    assert (with_token.repositories, with_token.search_requests) == (290, 4)
    assert (with_token.owner_requests, with_token.proof_requests) == (2, 6)
    without = estimate([250, 40], pending_accounts=10, pending_proofs=0, has_token=False)
    assert (without.owner_requests, without.proof_requests) == (184, 290)


def test_the_estimate_says_how_long_githubs_pace_makes_it() -> None:
    assert estimate([3000], pending_accounts=0, pending_proofs=0, has_token=True).minutes == 0
    assert estimate([20000], pending_accounts=0, pending_proofs=0, has_token=True).minutes == (200 - 30) / 30
