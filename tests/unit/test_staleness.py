"""What counts as stale."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from talentscope.runtime.staleness import Stale, find_stale

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LIMITS = {"talent": timedelta(hours=26), "companies": timedelta(hours=50)}


def stale(*, overdue: dict[str, datetime] | None = None, **hours_ago: float) -> list[Stale]:
    ends = {name: NOW - timedelta(hours=hours) for name, hours in hours_ago.items()}
    return find_stale(NOW, good_ends=ends, limits=LIMITS, overdue=overdue or {})


def test_what_never_ran_is_not_wanted_here() -> None:
    assert stale() == []
    assert stale(talent=1) == []


def test_each_pipeline_has_its_own_limit() -> None:
    assert stale(talent=26, companies=50) == []
    (found,) = stale(talent=26.1, companies=50)
    assert (found.what, found.since) == ("talent", NOW - timedelta(hours=26.1))
    assert "26 hours ago; at most 26 hours is expected" in found.message
    assert "`talentscope run talent`" in found.way_out
    assert "TALENTSCOPE_STALE_TALENT_HOURS" in found.way_out
    assert [item.what for item in stale(talent=27, companies=500)] == ["talent", "companies"]
    assert "21 days ago" in stale(companies=500)[0].message


def test_an_overdue_request_counts_and_one_that_is_not_due_does_not() -> None:
    overdue = {"LATE2": NOW - timedelta(days=1), "LATE1": NOW - timedelta(days=2), "SOON": NOW + timedelta(days=1)}
    found = stale(talent=1, overdue=overdue)
    assert [item.what for item in found] == ["request LATE1", "request LATE2"]
    assert "2026-11-19" in found[0].message
    assert "/privacy/requests" in found[0].way_out
