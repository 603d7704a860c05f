"""The extraction against the in-process sandbox: complete, near the floor in requests, and unmoved by bad days."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import OutOfBudget, UpstreamDown, UpstreamRefused
from talentscope.sandbox.github.world import WorldSettings
from talentscope.sandbox.server import Running, start
from talentscope.sources.github.batch import AccountRef, Batch, RepositoryRef
from talentscope.sources.github.client import GitHub
from talentscope.sources.github.records import Coverage, Repository
from talentscope.transport.session import Session

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BEGINNING = datetime(2008, 1, 1, tzinfo=UTC)
EVERYTHING = "is:public stars:>=0"
SCALE, TOKEN = 3_000, "ghp_x"


@dataclass
class Place:
    """A sandbox and a client that share a clock, so that waits cost no time."""

    box: Running
    github: GitHub
    session: Session
    clock: FixedClock


@contextmanager
def place(*faults: str, scale: int = SCALE, token: str | None = TOKEN, **changes: Any) -> Iterator[Place]:
    clock = FixedClock(NOW)
    with start(WorldSettings(scale=scale, seed=1), clock=clock, faults=faults) as box:
        parts: dict[str, Any] = {"max_wait_seconds": 300, "timeout_seconds": 30}
        session = Session(user_agent="talentscope/test", token=token, clock=clock, **(parts | changes))
        github = GitHub(
            session, api_url=box.api_url, graphql_url=box.graphql_url, clock=clock, has_token=token is not None
        )
        yield Place(box, github, session, clock)
        session.close()


@dataclass
class Found:
    repositories: dict[int, Repository] = field(default_factory=dict)
    batches: list[Batch] = field(default_factory=list)

    @property
    def coverage(self) -> Coverage:
        last = self.batches[-1].coverage
        assert last is not None
        return last


def search(here: Place, query: str = EVERYTHING, since: datetime = BEGINNING) -> Found:
    found = Found()
    for batch in here.github.search(query, since=since, is_sweep=True):
        found.batches.append(batch)
        found.repositories |= {repository.github_id: repository for repository in batch.repositories}
    return found


def truth(here: Place, query: str = EVERYTHING) -> set[int]:
    rows = here.box.world.find_rows(query)
    return {int(repository["id"]) for repository in here.box.world.repositories(rows)}


def account_refs(found: Found) -> list[AccountRef]:
    refs = {
        r.owner_github_id: AccountRef(r.owner_github_id, r.owner_node_id, r.owner_login)
        for r in found.repositories.values()
    }
    return list(refs.values())


def repository_refs(found: Found, count: int) -> list[RepositoryRef]:
    return [
        RepositoryRef(r.node_id, r.github_id, r.full_name, r.owner_node_id, r.owner_github_id, r.owner_login)
        for r in list(found.repositories.values())[:count]
    ]


def refusals(here: Place) -> int:
    return here.box.log.count(status=403) + here.box.log.count(status=429)


@pytest.mark.parametrize("faults", [(), ("push-while-crawling",)], ids=["quiet", "pushed"])
def test_twenty_thousand_repositories_are_read_whole_at_the_floor(faults: tuple[str, ...]) -> None:
    with place(*faults, scale=23_000) as here:
        found, wanted = search(here), truth(here)

        assert len(wanted) > 20_000
        assert set(found.repositories) == wanted
        assert (found.coverage.read, found.coverage.missing, found.coverage.state) == (len(wanted), 0, "drained")
        assert here.box.log.count(resource="search") <= 1.05 * math.ceil(len(wanted) / 100)
        assert refusals(here) == 0


PASSING = [
    "primary-limit",
    "primary-limit:429",
    "secondary-limit-seconds",
    "secondary-limit-date",
    "secondary-limit-bare",
    "bad-gateway:3",
    "service-unavailable:3",
    "incomplete-results",
    "incomplete-results:10%",
    "unordered-search",
    "unordered-search:always",
    "index-lag",
    "duplicate-page",
    "rename:5",
    "ties-101",
    "ties-1001",
    "html-200:3",
    "truncated-body:3",
    "connection-reset:3",
    "clock-skew",
    "clock-skew:-300",
    "unknown-field",
    "push-while-crawling:3",
]


@pytest.mark.parametrize("fault", PASSING)
def test_a_bad_day_costs_requests_but_no_repository(fault: str) -> None:
    with place(fault) as here:
        found, wanted = search(here), truth(here)

        assert set(found.repositories) >= wanted
        assert (found.coverage.missing, found.coverage.state) == (0, "drained")
        assert refusals(here) <= (1 if "limit" in fault else 0), "no refusal beyond the injected one"
        assert here.box.log.count(resource="search") <= 1.6 * math.ceil(len(wanted) / 100)


@pytest.mark.parametrize("skew", ["300", "-300"])
def test_a_spent_search_window_is_waited_out_by_the_servers_clock(skew: str) -> None:
    with place(f"clock-skew:{skew}", scale=5_000) as here:
        search(here)

        assert here.box.log.count(resource="search") > 30
        assert refusals(here) == 0
        assert 55 <= sum(here.clock.slept) <= 70


def test_a_deleted_repository_is_reported_missing_or_becomes_a_tombstone() -> None:
    with place("deleted-node:5") as here:
        found = search(here)
        accounts = [*here.github.fetch_accounts(account_refs(found))]
        owned = [*here.github.fetch_ownership(repository_refs(found, SCALE))]

        assert set(found.repositories) >= truth(here)
        assert found.coverage.missing == found.coverage.reported - len(found.repositories)
        assert [t.kind for batch in accounts for t in batch.tombstones] == ["account"]
        gone, living = {t.node_id for batch in owned for t in batch.tombstones}, truth(here)
        assert gone == {r.node_id for r in found.repositories.values() if r.github_id not in living}
        assert len(gone) >= 5


def test_a_malformed_record_is_set_aside_with_its_reason_and_everything_else_is_kept() -> None:
    with place("malformed-record:3") as here:
        found, wanted = search(here), truth(here)
        rejects = [reject for batch in found.batches for reject in batch.rejects]

        assert len(rejects) == 3
        assert all(reject.path and reject.reason and reject.payload for reject in rejects)
        assert len(found.repositories) >= len(wanted) - 3


def test_an_unknown_field_is_noted_once() -> None:
    with place("unknown-field") as here:
        search(here)
        noted = [note.path for batch in search(here).batches for note in batch.unknown_fields]
        assert noted == []
    with place("unknown-field") as here:
        assert [n.path for batch in search(here).batches for n in batch.unknown_fields] == ["sandbox_surprise"]


def test_a_source_that_stays_incomplete_is_never_called_drained() -> None:
    with place("incomplete-results:always") as here:
        coverage = search(here).coverage

        assert (coverage.state, coverage.incomplete_pages > 0) == ("draining", True)
        assert coverage.reported >= coverage.read


def test_what_was_stored_until_the_budget_ended_and_what_comes_after_is_the_whole() -> None:
    with place("secondary-limit-seconds:1000", scale=5_000) as here:
        here.box.faults.switch_off("secondary-limit-seconds")
        first: list[Batch] = []
        batches = here.github.search(EVERYTHING, since=BEGINNING, is_sweep=True)
        first.extend(next(batches) for _ in range(20))
        here.box.faults.switch_on("secondary-limit-seconds:1000")
        with pytest.raises(OutOfBudget) as stopped:
            first.extend(batches)
        stored = {repository.github_id for batch in first for repository in batch.repositories}
        coverage = first[-1].coverage
        assert stopped.value.exit_code == 75
        assert coverage is not None
        assert coverage.watermark is not None
        here.clock.advance(1_001)
        here.box.faults.switch_off("secondary-limit-seconds")

        rest = search(here, since=coverage.watermark)
        assert stored | set(rest.repositories) == truth(here)
        assert set(rest.repositories) != truth(here)


def test_owners_are_read_by_the_hundred() -> None:
    with place() as here:
        refs = account_refs(search(here))
        accounts = [account for batch in here.github.fetch_accounts(refs) for account in batch.accounts]
        known = {account.github_id: account for account in accounts}

        assert set(known) == {ref.github_id for ref in refs}
        assert here.github.spend().graphql_requests <= 1.02 * math.ceil(len(refs) / 100)
        assert any(account.email for account in accounts)
        assert not any(account.email == "" for account in accounts)
        assert {account.type for account in accounts} >= {"User", "Organization"}


@pytest.mark.parametrize(
    "fault", [None, "resource-limits", "bad-gateway:6", "secondary-limit-seconds", "truncated-body:3"]
)
def test_ownership_is_proved_for_everything_at_the_pace_that_github_bears(fault: str | None) -> None:
    with place() as here:
        refs = repository_refs(search(here), 600)
        if fault is not None:
            here.box.faults.switch_on(fault)
        before = here.github.spend().graphql_requests
        owned = {o.repository_node_id: o for batch in here.github.fetch_ownership(refs) for o in batch.ownership}

        assert set(owned) == {ref.node_id for ref in refs}
        assert all(o.commits_owner <= o.commits_total for o in owned.values())  # type: ignore[operator]
        assert here.github.spend().graphql_requests - before <= 50
        for ref in refs[:50]:
            row = here.box.world.find_repository(ref.github_id)
            fact = here.box.world.repositories([row])[0]
            if not fact["empty"]:
                assert owned[ref.node_id].commits_total == fact["commits"]


def test_a_renamed_repository_is_proved_by_its_number_with_and_without_a_token() -> None:
    for token in (TOKEN, None):
        with place("rename:5", token=token, scale=400) as here:
            refs = repository_refs(search(here), 5)
            owned = [o for batch in here.github.fetch_ownership(refs) for o in batch.ownership]

            assert [o.repository_node_id for o in owned] == [ref.node_id for ref in refs]


def test_without_a_token_rest_says_the_same_and_what_was_left_out_is_said() -> None:
    with place(scale=400) as here:
        found = search(here)
        accounts, refs = account_refs(found)[:15], repository_refs(found, 15)
        rich = {a.github_id: a for batch in here.github.fetch_accounts(accounts) for a in batch.accounts}
        proved = {o.repository_node_id: o for batch in here.github.fetch_ownership(refs) for o in batch.ownership}
        assert here.github.left_out == []
    with place(token=None, scale=400) as here:
        plain = {a.github_id: a for batch in here.github.fetch_accounts(accounts) for a in batch.accounts}
        shares = {o.repository_node_id: o for batch in here.github.fetch_ownership(refs) for o in batch.ownership}

        assert here.github.spend().graphql_requests == 0
        assert any("token" in sentence for sentence in here.github.left_out)
    assert {number: (a.login, a.name, a.location) for number, a in plain.items()} == {
        number: (a.login, a.name, a.location) for number, a in rich.items()
    }
    people = [number for number, account in rich.items() if account.type == "User"]
    assert people
    assert [plain[number].followers for number in people] == [rich[number].followers for number in people]
    assert set(shares) == set(proved)
    known = [node for node, share in shares.items() if share.commits_total is not None]
    assert known
    for node in known:
        assert shares[node].commits_total == proved[node].commits_total
        assert shares[node].commits_owner == proved[node].commits_owner


def test_without_a_token_the_hourly_budget_ends_the_run_and_nothing_is_refused() -> None:
    with place(token=None, scale=400) as here:
        refs = account_refs(search(here))
        assert len(refs) > 60
        batches: list[Batch] = []
        with pytest.raises(OutOfBudget) as stopped:
            batches.extend(here.github.fetch_accounts(refs))
        read = [account.github_id for batch in batches for account in batch.accounts]

        assert (len(read), stopped.value.resource, refusals(here)) == (60, "core", 0)


def test_a_token_without_the_scope_reads_everything_but_e_mail_and_says_so() -> None:
    with place(token="noscope_x") as here:
        refs = account_refs(search(here))[:250]
        accounts = [account for batch in here.github.fetch_accounts(refs) for account in batch.accounts]

        assert len(accounts) == 250
        assert not any(account.email for account in accounts)
        assert len(here.github.left_out) == 1
        assert "read:user" in here.github.left_out[0]
        assert here.github.spend().graphql_requests <= 5


def test_ten_megabytes_of_biography_are_cut_and_stop_nothing() -> None:
    with place("hostile-bio-10mb") as here:
        refs = account_refs(search(here))[:300]
        accounts = [account for batch in here.github.fetch_accounts(refs) for account in batch.accounts]

        assert len(accounts) == 300
        assert max(len(account.bio or "") for account in accounts) == 4_000


def test_graphql_telling_its_limit_with_status_200_ends_the_run_within_its_budget() -> None:
    with place("graphql-200-limit") as here:
        with pytest.raises(OutOfBudget) as stopped:
            list(here.github.fetch_accounts(account_refs(search(here))))

        assert stopped.value.resource == "graphql"
        here.box.faults.switch_off("graphql-200-limit")
        here.clock.advance(3_700)
        assert list(here.github.fetch_accounts(account_refs(search(here))))


def test_an_invalid_token_stops_at_the_first_request() -> None:
    with place("invalid-token") as here:
        with pytest.raises(UpstreamRefused, match="invalid or expired"):
            search(here)

        assert len(here.box.log.entries) == 1


def test_a_source_that_is_down_stops_the_run_and_sets_nobody_aside() -> None:
    with place() as here:
        found = search(here)
        here.box.faults.switch_on("bad-gateway:always")
        batches: list[Batch] = []
        with pytest.raises(UpstreamDown):
            batches.extend(here.github.fetch_ownership(repository_refs(found, 100)))
        with pytest.raises(UpstreamDown):
            batches.extend(here.github.fetch_accounts(account_refs(found)))

        assert [reject for batch in batches for reject in batch.rejects] == []


def test_several_topics_and_languages_find_what_each_query_finds_once() -> None:
    from talentscope.sources.github.search import build_queries

    with place() as here:
        queries = build_queries(topics=["minecraft"], languages=["Java", "Kotlin"], stars=(1, 500))
        for query in queries:
            assert set(search(here, query).repositories) == truth(here, query)
