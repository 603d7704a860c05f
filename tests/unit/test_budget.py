"""Budgets: headers and times in, waits out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from talentscope.transport.budget import Budgets, is_limit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SOON = NOW + timedelta(seconds=60)
PRIMARY = "API rate limit exceeded for user ID 1."
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def rate(
    *, remaining: int, reset: datetime = NOW + timedelta(seconds=60), limit: int = 30, **more: str
) -> dict[str, str]:
    return {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-used": str(limit - remaining),
        "x-ratelimit-reset": str(int(reset.timestamp())),
    } | more


def test_nothing_known_means_go() -> None:
    assert Budgets().wait_before("search", NOW) is None


def test_while_something_is_left_go() -> None:
    budgets = Budgets()
    budgets.note_answer("search", rate(remaining=1), NOW)

    assert budgets.wait_before("search", NOW) is None


def test_a_spent_window_is_waited_out_before_asking_so_that_no_refusal_is_provoked() -> None:
    budgets = Budgets()
    budgets.note_answer("search", rate(remaining=0), NOW)
    wait = budgets.wait_before("search", after(10))

    assert wait is not None
    assert wait.resource == "search"
    assert 50 < wait.seconds <= 52


def test_a_spent_window_stops_only_its_own_resource() -> None:
    budgets = Budgets()
    budgets.note_answer("search", rate(remaining=0), NOW)

    assert budgets.wait_before("core", NOW) is None
    assert budgets.wait_before("graphql", NOW) is None


def test_after_the_reset_go() -> None:
    budgets = Budgets()
    budgets.note_answer("search", rate(remaining=0), NOW)

    assert budgets.wait_before("search", after(61)) is None


@pytest.mark.parametrize("skew", [-3600, -90, -1.5, 0, 1.5, 90, 3600])
def test_resets_are_read_by_the_servers_clock(skew: float) -> None:
    """Whatever our own clock says, we wait until the server's reads at least the reset, and hardly longer."""
    budgets, server = Budgets(), after(skew)
    date = format_datetime(server.replace(microsecond=0), usegmt=True)
    budgets.note_answer("core", rate(remaining=0, reset=server + timedelta(seconds=60), date=date), NOW)
    wait = budgets.wait_before("core", NOW)

    assert wait is not None
    assert 59 <= wait.seconds <= 62


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30", 30), (format_datetime(after(45), usegmt=True), 45), ("0", 0)],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(text: str, seconds: float) -> None:
    budgets = Budgets()
    wait = budgets.note_limit("core", {"retry-after": text}, NOW)

    assert seconds <= wait.seconds <= seconds + 2


def test_a_retry_after_that_cannot_be_read_counts_as_none() -> None:
    assert Budgets().note_limit("core", {"retry-after": "soon"}, NOW).seconds == 60


def test_retry_after_wins_over_the_reset() -> None:
    assert Budgets().note_limit("core", rate(remaining=0, **{"retry-after": "7"}), NOW).seconds == 7


def test_a_primary_limit_waits_for_the_reset_of_its_own_resource() -> None:
    budgets = Budgets()
    headers = rate(remaining=0, reset=after(300), limit=60)
    budgets.note_answer("core", headers, NOW)
    wait = budgets.note_limit("core", headers, NOW)

    assert 300 <= wait.seconds <= 302
    assert budgets.wait_before("search", NOW) is None


def test_a_secondary_limit_pauses_everything() -> None:
    budgets = Budgets()
    budgets.note_limit("search", {"retry-after": "60"}, NOW)

    for resource in ("search", "core", "graphql"):
        wait = budgets.wait_before(resource, after(20))
        assert wait is not None
        assert wait.seconds == 40
    assert budgets.wait_before("core", after(61)) is None


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    budgets = Budgets()
    budgets.note_limit("search", {"retry-after": "90"}, NOW)
    budgets.note_limit("core", {"retry-after": "5"}, NOW)
    wait = budgets.wait_before("search", NOW)

    assert wait is not None
    assert wait.seconds == 90


def test_a_secondary_limit_that_names_no_time_waits_a_minute_then_twice_as_long_each_time() -> None:
    budgets = Budgets()
    headers = rate(remaining=20)

    assert [budgets.note_limit("core", headers, NOW).seconds for _ in range(3)] == [60, 120, 240]
    budgets.note_success()
    assert budgets.note_limit("core", headers, NOW).seconds == 60


@pytest.mark.parametrize(("resource", "points"), [("search", 900), ("core", 900), ("graphql", 2000)])
def test_the_governor_keeps_below_the_points_of_any_minute(resource: str, points: int) -> None:
    budgets = Budgets()
    for number in range(points):
        moment = after(number / 100)
        assert budgets.wait_before(resource, moment) is None
        budgets.note_request(resource, moment)
    wait = budgets.wait_before(resource, after(points / 100))

    assert wait is not None
    assert 60 - points / 100 <= wait.seconds <= 61 - points / 100
    assert budgets.wait_before(resource, after(points / 100 + wait.seconds)) is None


def test_search_and_core_share_the_governor_and_graphql_has_its_own() -> None:
    budgets = Budgets({"rest": 3, "graphql": 3})
    for resource in ("search", "core", "search"):
        budgets.note_request(resource, NOW)

    assert budgets.wait_before("core", NOW) is not None
    assert budgets.wait_before("graphql", NOW) is None


@pytest.mark.parametrize(
    ("status", "headers", "message", "expected"),
    [
        (403, {}, PRIMARY, True),
        (403, {}, SECONDARY, True),
        (403, {}, "You have triggered an abuse detection mechanism.", True),
        (403, {"retry-after": "60"}, "Forbidden", True),
        (403, {"x-ratelimit-remaining": "0"}, "", True),
        (429, {}, "", True),
        (403, {}, "Resource not accessible by personal access token", False),
        (403, {"x-ratelimit-remaining": "0"}, "The history or contributor list is too large", False),
        (403, {"x-ratelimit-remaining": "5"}, "", False),
        (404, {"x-ratelimit-remaining": "0"}, "Not Found", False),
        (200, {"x-ratelimit-remaining": "0"}, "", False),
    ],
)
def test_a_limit_is_told_from_a_refusal(status: int, headers: dict[str, str], message: str, expected: bool) -> None:
    assert is_limit(status, headers, message) is expected


@pytest.mark.parametrize("junk", ["", "many", "-1", "٣", "9" * 400, "1e9", " 5"])
def test_a_header_that_cannot_be_read_tells_nothing(junk: str) -> None:
    budgets = Budgets()
    budgets.note_answer("core", {"x-ratelimit-remaining": junk, "x-ratelimit-reset": junk, "date": junk}, NOW)

    assert budgets.of["core"].remaining is None
    assert budgets.wait_before("core", NOW) is None


def test_points_are_counted_through_windows() -> None:
    budgets = Budgets()
    budgets.note_answer("graphql", rate(remaining=4990, limit=5000), NOW)  # nine of the ten were not ours
    budgets.note_answer("graphql", rate(remaining=4987, limit=5000), NOW)
    budgets.note_answer("graphql", rate(remaining=4998, limit=5000, reset=after(3700)), after(3600))

    assert budgets.of["graphql"].points == 1 + 3 + 2
