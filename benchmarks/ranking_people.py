"""Real repositories and their owners as the frozen records that GitHub's answers become; then the product's own load.

The source (githubgraph, April 2022) lacks some facts:

* `size_kb` is unknown (None, NULL in the warehouse: GitHub's own answers always have it, so the record says int);
* `pushed_at` is `updated_at`, which stars and edits move too: recency says little here;
* forks, archived and template repositories are not marked: none is one (GitHub's search leaves forks out by default);
* ids of accounts are invented from the login, ids of nodes from the number of the repository;
* commits are those of the (at most ten) top contributors: `commits_total` is their sum, and a repository whose owner is
  not among ten of them gets 0 of the owner; with fewer than ten listed the list is complete and 0 is a fact;
* a profile carries no e-mail, site or handle: none is published as far as the record can tell;
* an owner without a row among the users who contributes somewhere is a user whose profile is unknown; one who
  contributes nowhere is taken for an organisation (`Facts.organisations` of them).
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from talentscope.pipelines.talent.rows import Gathered, to_tables
from talentscope.runtime.clock import FixedClock
from talentscope.sources.github.batch import Batch
from talentscope.sources.github.records import Account, Ownership, Repository
from talentscope.warehouse.connection import open_warehouse

ROOT = Path(__file__).resolve().parents[1]
LISTED_CONTRIBUTORS = 10
OBSERVED_AT = datetime(2022, 4, 15, tzinfo=UTC)
BATCH = 5_000

Row = dict[str, str]


@dataclass(frozen=True)
class Facts:
    """What was read: records, and the owners by how their kind is known."""

    batch: Batch
    observed_at: datetime
    profiles: int
    unknown_profiles: int
    organisations: int


def find_data() -> Path:
    """The folder of real test data: TALENTSCOPE_TEST_DATA, else ../shared/data. Raises FileNotFoundError."""
    given = os.environ.get("TALENTSCOPE_TEST_DATA")  # noqa: TID251 - a benchmark has no settings object
    folder = Path(given) if given else ROOT.parent / "shared" / "data"
    if not (folder / "repos" / "githubgraph-repos.csv.gz").is_file():
        raise FileNotFoundError(
            f"expected the real test data in {folder} (repos/githubgraph-repos.csv.gz), found none there;"
            " set TALENTSCOPE_TEST_DATA to the folder that holds it"
        )
    return folder


def read_facts(folder: Path) -> Facts:
    """All repositories, their owners' profiles where known, and who wrote them."""
    repositories = list(_read_csv(folder / "repos" / "githubgraph-repos.csv.gz"))
    profiles = {row["login"].lower(): row for row in _read_csv(folder / "repos" / "githubgraph-users.csv.gz")}
    commits: dict[str, dict[str, int]] = {}
    for row in _read_csv(folder / "repos" / "githubgraph-contributors.csv.gz"):
        commits.setdefault(row["repo_id"], {})[row["login"].lower()] = int(row["contributions"])
    writers = {login for each in commits.values() for login in each}
    owners = {row["owner"].lower() for row in repositories}
    kinds = {owner: _kind(owner, profiles, writers) for owner in owners}
    batch = Batch(
        repositories=tuple(_to_repository(row, kinds[row["owner"].lower()]) for row in repositories),
        accounts=tuple(_to_account(profiles[owner]) for owner in sorted(owners & profiles.keys())),
        ownership=tuple(_to_ownership(row, commits[row["id"]]) for row in repositories if row["id"] in commits),
    )
    return Facts(
        batch=batch,
        observed_at=OBSERVED_AT,
        profiles=len(batch.accounts),
        unknown_profiles=sum(owner in writers and owner not in profiles for owner in owners),
        organisations=sum(kind == "Organization" for kind in kinds.values()),
    )


def publish(facts: Facts, home: Path) -> None:
    """The way every run goes: records, Arrow tables, load in batches, transform, checks, snapshot."""
    clock = FixedClock(facts.observed_at)
    with (
        open_warehouse(home=home, database_url=None, clock=clock) as warehouse,
        warehouse.hold(wait_seconds=0, purpose="benchmark of the ranking"),
    ):
        warehouse.prepare()
        for part in _parts(facts.batch):
            gathered = Gathered()
            gathered.add(part, is_suppressed=lambda _github_id, _login: False)
            warehouse.load(to_tables(gathered, run_id="ranking"))
        warehouse.transform()
        warehouse.publish(run_id="ranking")


def account_id(login: str) -> int:
    """An invented number for a login, the same each time; as long as those of GitHub's own plus six digits."""
    return int.from_bytes(hashlib.sha256(login.lower().encode()).digest()[:6], "big")


def _parts(batch: Batch) -> Iterable[Batch]:
    for start in range(0, len(batch.repositories), BATCH):
        yield Batch(repositories=batch.repositories[start : start + BATCH])
    if batch.accounts or batch.ownership:
        yield Batch(accounts=batch.accounts, ownership=batch.ownership)


def _read_csv(path: Path) -> Iterable[Row]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _kind(owner: str, profiles: dict[str, Row], writers: set[str]) -> str:
    if owner in profiles:
        return profiles[owner]["type"]
    return "User" if owner in writers else "Organization"


def _to_repository(row: Row, owner_type: str) -> Repository:
    updated_at = to_moment(row["updated_at"])
    return Repository(
        node_id=f"R_{row['id']}",
        github_id=int(row["id"]),
        full_name=row["full_name"],
        name=row["name"],
        owner_github_id=account_id(row["owner"]),
        owner_node_id=f"U_{account_id(row['owner'])}",
        owner_login=row["owner"],
        owner_type=owner_type,
        description=None,
        homepage=None,
        language=row["language"] or None,
        license=None,
        topics=tuple(topic.lower() for topic in json.loads(row["topics"])),
        stars=int(row["stargazers_count"]),
        forks=int(row["forks_count"]),
        size_kb=None,  # type: ignore[arg-type]
        is_fork=False,
        is_archived=False,
        is_template=None,
        created_at=to_moment(row["created_at"]),
        pushed_at=updated_at,
        updated_at=updated_at,
        observed_at=OBSERVED_AT,
        source="rest_search",
    )


def _to_account(row: Row) -> Account:
    return Account(
        github_id=account_id(row["login"]),
        node_id=f"U_{account_id(row['login'])}",
        login=row["login"],
        type=row["type"],
        name=row["name"] or None,
        company=row["company"] or None,
        location=row["location"] or None,
        bio=row["bio"] or None,
        email=None,
        website=None,
        twitter=None,
        followers=_number(row["followers"]),
        following=_number(row["following"]),
        public_repositories=_number(row["public_repos"]),
        created_at=to_moment(row["created_at"]),
        updated_at=None,
        observed_at=OBSERVED_AT,
        source="rest",
    )


def _to_ownership(row: Row, commits: dict[str, int]) -> Ownership:
    owner = row["owner"].lower()
    is_whole = len(commits) < LISTED_CONTRIBUTORS
    return Ownership(
        repository_node_id=f"R_{row['id']}",
        owner_github_id=account_id(owner),
        commits_total=sum(commits.values()),
        commits_owner=commits.get(owner, 0),
        contributors=len(commits) if is_whole else None,
        observed_at=OBSERVED_AT,
        source="rest",
    )


def _number(text: str) -> int | None:
    return int(text) if text else None


def to_moment(text: str) -> datetime:
    """An aware moment from ISO text that ends in Z."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
