"""Raw rows for tests: builders with defaults, and a seeded crowd with everything that goes wrong in the world in it.

All of it is invented.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from talentscope.warehouse import tables
from talentscope.warehouse.tables import RawTable

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
Row = dict[str, Any]
Stock = dict[RawTable, list[Row]]

HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x.invalid")',
    "'; DROP TABLE raw.runs; --",
    "\x1b[31mred\x1b[0m",
    "\u202egnp.exe",
    'quote " comma , newline \n tab \t backslash \\ \\N \\.',
    "100% of {braces} $name %s %(x)s",
    "naïve 日本語 👩‍💻",
    "",
    "   ",
    "NULL",
)

EMPLOYERS = (None, "@company001", "company002 Inc.", "Acme 🚀", "self-employed", "'; DROP TABLE raw.companies; --")


def to_arrow(stock: Mapping[RawTable, Sequence[Row]]) -> dict[RawTable, pa.Table]:
    """Rows as the Arrow tables that a warehouse loads."""
    return {table: pa.Table.from_pylist(list(rows), schema=table.schema) for table, rows in stock.items()}


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def repository(number: int, owner: int = 1, **changes: Any) -> Row:
    row: Row = {
        "node_id": f"R_{number}",
        "github_id": number,
        "full_name": f"owner{owner}/repo{number}",
        "name": f"repo{number}",
        "owner_github_id": owner,
        "owner_node_id": f"U_{owner}",
        "owner_login": f"owner{owner}",
        "owner_type": "User",
        "description": None,
        "homepage": None,
        "language": "Java",
        "license": "MIT",
        "topic_count": 0,
        "stars": 5,
        "forks": 1,
        "size_kb": 300,
        "is_fork": False,
        "is_archived": False,
        "is_template": None,
        "created_at": days_ago(400),
        "pushed_at": days_ago(10),
        "updated_at": days_ago(9),
        "source": "rest_search",
        "observed_at": NOW,
        "run_id": "run1",
    }
    return row | changes


def topic(number: int, name: str, position: int = 0, **changes: Any) -> Row:
    row: Row = {
        "repository_node_id": f"R_{number}",
        "topic": name,
        "position": position,
        "observed_at": NOW,
        "run_id": "run1",
    }
    return row | changes


def account(number: int, **changes: Any) -> Row:
    row: Row = {
        "github_id": number,
        "node_id": f"U_{number}",
        "login": f"owner{number}",
        "type": "User",
        "name": None,
        "company": None,
        "location": None,
        "bio": None,
        "email": None,
        "website": None,
        "twitter": None,
        "followers": 12,
        "following": 3,
        "public_repositories": 20,
        "created_at": days_ago(3000),
        "updated_at": days_ago(20),
        "source": "graphql",
        "observed_at": NOW,
        "run_id": "run1",
    }
    return row | changes


def ownership(number: int, owner: int = 1, **changes: Any) -> Row:
    row: Row = {
        "repository_node_id": f"R_{number}",
        "owner_github_id": owner,
        "commits_total": 100,
        "commits_owner": 90,
        "contributors": 2,
        "source": "graphql",
        "observed_at": NOW,
        "run_id": "run1",
    }
    return row | changes


def tombstone(kind: str, node_id: str, **changes: Any) -> Row:
    return {"kind": kind, "node_id": node_id, "reason": "NOT_FOUND", "observed_at": NOW, "run_id": "run1"} | changes


def coverage(query: str, **changes: Any) -> Row:
    row: Row = {
        "query": query,
        "since": days_ago(365),
        "reported": 100,
        "read": 100,
        "missing": 0,
        "requests": 1,
        "incomplete_pages": 0,
        "fallbacks": 0,
        "state": "drained",
        "watermark": days_ago(1),
        "is_sweep": True,
        "observed_at": NOW,
        "run_id": "run1",
    }
    return row | changes


def run(run_id: str, **changes: Any) -> Row:
    row: Row = dict.fromkeys(tables.RUNS.schema.names)
    row |= {"run_id": run_id, "pipeline": "talent", "started_at": days_ago(1), "state": "running", "observed_at": NOW}
    return row | changes


def reject(record_id: str, **changes: Any) -> Row:
    row: Row = {
        "source": "rest_search",
        "kind": "repository",
        "record_id": record_id,
        "path": "owner.id",
        "reason": "expected an integer, came text",
        "payload": "{}",
        "observed_at": NOW,
        "run_id": "run1",
    }
    return row | changes


def small() -> Stock:
    """Two developers, three repositories, one topic: enough for a snapshot."""
    return {
        tables.REPOSITORIES: [repository(1, topic_count=1), repository(2), repository(3, owner=2)],
        tables.REPOSITORY_TOPICS: [topic(1, "minecraft")],
        tables.ACCOUNTS: [account(1)],
        tables.OWNERSHIP: [ownership(1)],
        tables.COVERAGE: [coverage("topic:minecraft")],
        tables.RUNS: [run("run1", state="done", ended_at=NOW)],
    }


def crowd(count: int, *, seed: int) -> Stock:
    """`count` repositories of about half as many owners, with nulls, forks, bots, the gone and the hostile."""
    chance = random.Random(seed)
    stock: Stock = {table: [] for table in tables.TALENT_TABLES}
    owners = max(1, count // 2)
    logins = {owner: _login(owner, chance) for owner in range(1, owners + 1)}
    for number in range(1, count + 1):
        _add_repository(stock, number, owner=chance.randint(1, owners), logins=logins, chance=chance)
    for owner, login in logins.items():
        _add_account(stock, owner, login=login, chance=chance)
    stock[tables.COVERAGE] = [
        coverage(f"topic:t{n % 4}", requests=n, read=n * 10, observed_at=days_ago(n % 3), run_id=f"run{n % 3}")
        for n in range(12)
    ]
    stock[tables.RUNS] = [
        run(f"run{n % 4}", state="done" if n > 3 else "running", ended_at=NOW if n > 3 else None, rows_loaded=n)
        for n in range(8)
    ]
    stock[tables.REJECTS] = [reject(f"R_x{n}", path=f"p{n % 3}", reason=HOSTILE[n % 5]) for n in range(20)]
    stock[tables.UNKNOWN_FIELDS] = [
        {"source": "rest", "path": f"a.b{n}", "observed_at": NOW, "run_id": "run1"} for n in range(3)
    ]
    return stock


def _login(owner: int, chance: random.Random) -> str:
    kinds = ["{}", "{}", "{}", "{}-bot", "Bot-{}", "{}[bot]", "{}_ci_x", "talbot{}", "robot-{}", "x-BOT-{}"]
    if owner == 7:
        return "Dependabot"
    return chance.choices(kinds, weights=[60, 10, 10, 2, 2, 2, 2, 5, 5, 2])[0].format(f"owner{owner}")


def _maybe(chance: random.Random, value: Any, share: float = 0.2) -> Any:
    return None if chance.random() < share else value


def _add_repository(stock: Stock, number: int, *, owner: int, logins: Mapping[int, str], chance: random.Random) -> None:
    created = days_ago(chance.uniform(0, 3000))
    pushed = _maybe(chance, created + timedelta(days=chance.choice([-1, 0, 0.4, 30, 200, 900])), 0.1)
    names = sorted({f"t{int(chance.paretovariate(0.8)) % 40}" for _ in range(chance.choice([0, 0, 1, 3, 5, 12, 45]))})
    seen = days_ago(chance.choice([0, 0, 1, 5]))
    stock[tables.REPOSITORIES].append(
        repository(
            number,
            owner,
            owner_login=logins[owner],
            owner_type="Organization" if owner % 17 == 0 else "Bot" if owner % 41 == 0 else "User",
            description=_maybe(chance, chance.choice(HOSTILE)),
            homepage=_maybe(chance, "https://example.invalid/%C3%A9"),
            language=_maybe(chance, chance.choice(["Java", "Kotlin", "Python", "Rust"])),
            license=_maybe(chance, "MIT"),
            topic_count=len(names),
            stars=int(chance.paretovariate(0.7)),
            is_fork=owner % 11 == 0 or chance.random() < 0.15,
            is_archived=owner % 13 == 0 or chance.random() < 0.1,
            is_template=_maybe(chance, value=False, share=0.5),
            created_at=created,
            pushed_at=pushed,
            observed_at=seen,
        )
    )
    stock[tables.REPOSITORY_TOPICS] += [
        topic(number, name, place, observed_at=seen) for place, name in enumerate(names)
    ]
    if chance.random() < 0.1:  # a topic that was taken off since
        stock[tables.REPOSITORY_TOPICS].append(topic(number, "removed", observed_at=seen - timedelta(days=3)))
    if chance.random() < 0.6:
        total = _maybe(chance, chance.choice([0, 1, 7, 400, 60_000]), 0.1)
        share = chance.choice([0, 0.3, 0.9, 1, 1.2])
        mine = None if total is None else _maybe(chance, int(total * share), 0.1)
        stock[tables.OWNERSHIP].append(
            ownership(
                number,
                owner if chance.random() < 0.95 else owner + 1,
                commits_total=total,
                commits_owner=mine,
                contributors=_maybe(chance, 3),
            )
        )
    if chance.random() < 0.04:
        when = seen + timedelta(days=chance.choice([-1, 0, 1]))
        stock[tables.TOMBSTONES].append(tombstone("repository", f"R_{number}", observed_at=when))


def _add_account(stock: Stock, owner: int, *, login: str, chance: random.Random) -> None:
    if chance.random() < 0.7:
        made = days_ago(chance.choice([1, 40, 900, 4000]))
        stock[tables.ACCOUNTS].append(
            account(
                owner,
                login=login if chance.random() < 0.95 else f"renamed{owner}",
                type="Organization" if owner % 17 == 0 else "Bot" if owner % 41 == 0 else "User",
                name=_maybe(chance, chance.choice(HOSTILE)),
                company=EMPLOYERS[owner % len(EMPLOYERS)],
                bio=_maybe(chance, "x" * 5000 if owner % 50 == 0 else chance.choice(HOSTILE)),
                email=_maybe(chance, "someone@example.invalid", 0.6),
                followers=_maybe(chance, int(chance.paretovariate(0.6))),
                public_repositories=_maybe(chance, chance.choice([1, 30, 999, 1000, 5000])),
                created_at=_maybe(chance, made),
                observed_at=days_ago(chance.choice([0, 2, 9])),
            )
        )
    if chance.random() < 0.04:
        stock[tables.TOMBSTONES].append(
            tombstone("account", f"U_{owner}", observed_at=days_ago(chance.choice([0, 2, 3, 20])))
        )
