"""The raw tables: their columns as Arrow schemas, their keys, and how rows enter. No SQL and no connection here.

Every raw table carries `observed_at` (when the source was asked, UTC) and `run_id`. `merge` replaces by key,
`append` keeps every row. Strings from outside are stored as they came, without NUL bytes, an empty one as NULL;
showing them safely is the job of whoever shows them.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

UTC_TIME = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class RawTable:
    """One raw table. `schema` is the contract: a new column is noted, a changed type refused."""

    name: str
    sentence: str
    schema: pa.Schema
    key: tuple[str, ...]  # empty: append


def make_schema(**columns: pa.DataType) -> pa.Schema:
    """The columns and the two that every raw table has."""
    fields = [pa.field(name, kind) for name, kind in columns.items()]
    return pa.schema([*fields, pa.field("observed_at", UTC_TIME), pa.field("run_id", pa.string())])


TEXT, INTEGER, FLAG = pa.string(), pa.int64(), pa.bool_()
NUMBER, DAY = pa.float64(), pa.date32()

REPOSITORIES = RawTable(
    "github_repositories",
    "The latest observation of each repository met.",
    make_schema(
        node_id=TEXT,
        github_id=INTEGER,
        full_name=TEXT,
        name=TEXT,
        owner_github_id=INTEGER,
        owner_node_id=TEXT,
        owner_login=TEXT,
        owner_type=TEXT,
        description=TEXT,
        homepage=TEXT,
        language=TEXT,
        license=TEXT,
        topic_count=INTEGER,
        stars=INTEGER,
        forks=INTEGER,
        size_kb=INTEGER,
        is_fork=FLAG,
        is_archived=FLAG,
        is_template=FLAG,
        created_at=UTC_TIME,
        pushed_at=UTC_TIME,
        updated_at=UTC_TIME,
        source=TEXT,
    ),
    ("node_id",),
)
REPOSITORY_TOPICS = RawTable(
    "github_repository_topics",
    "Topics of each repository; only the rows whose observed_at equals the repository's are current.",
    make_schema(repository_node_id=TEXT, topic=TEXT, position=INTEGER),
    ("repository_node_id", "topic"),
)
ACCOUNTS = RawTable(
    "github_accounts",
    "The latest observation of each account's public profile.",
    make_schema(
        github_id=INTEGER,
        node_id=TEXT,
        login=TEXT,
        type=TEXT,
        name=TEXT,
        company=TEXT,
        location=TEXT,
        bio=TEXT,
        email=TEXT,
        website=TEXT,
        twitter=TEXT,
        followers=INTEGER,
        following=INTEGER,
        public_repositories=INTEGER,
        created_at=UTC_TIME,
        updated_at=UTC_TIME,
        source=TEXT,
    ),
    ("github_id",),
)
OWNERSHIP = RawTable(
    "github_ownership",
    "How much of each repository its owner wrote, where that was asked.",
    make_schema(
        repository_node_id=TEXT,
        owner_github_id=INTEGER,
        commits_total=INTEGER,
        commits_owner=INTEGER,
        contributors=INTEGER,
        source=TEXT,
    ),
    ("repository_node_id",),
)
TOMBSTONES = RawTable(
    "github_tombstones",
    "Nodes that GitHub no longer knows.",
    make_schema(kind=TEXT, node_id=TEXT, reason=TEXT),
    ("kind", "node_id"),
)
REJECTS = RawTable(
    "github_rejects",
    "Records set aside, with the reason.",
    make_schema(source=TEXT, kind=TEXT, record_id=TEXT, path=TEXT, reason=TEXT, payload=TEXT),
    ("source", "kind", "record_id", "path"),
)
UNKNOWN_FIELDS = RawTable(
    "github_unknown_fields",
    "Fields that GitHub sends and we neither use nor ignore by name.",
    make_schema(source=TEXT, path=TEXT),
    ("source", "path"),
)
COVERAGE = RawTable(
    "github_coverage",
    "For each query and run: what the source said exists, what was read, what is missing. The newest row of a query"
    " from a completed load is its watermark.",
    make_schema(
        query=TEXT,
        since=UTC_TIME,
        reported=INTEGER,
        read=INTEGER,
        missing=INTEGER,
        requests=INTEGER,
        incomplete_pages=INTEGER,
        fallbacks=INTEGER,
        state=TEXT,
        watermark=UTC_TIME,
        is_sweep=FLAG,
    ),
    (),
)
RUNS = RawTable(
    "runs",
    "One row each time a run changes state; the newest row of a run is its state.",
    make_schema(
        pipeline=TEXT,
        started_at=UTC_TIME,
        ended_at=UTC_TIME,
        state=TEXT,  # running | done | out_of_budget | failed
        message=TEXT,
        briefs=TEXT,
        search_requests=INTEGER,
        core_requests=INTEGER,
        graphql_requests=INTEGER,
        graphql_points=INTEGER,
        search_limit=INTEGER,  # as GitHub last said
        search_remaining=INTEGER,
        core_limit=INTEGER,
        core_remaining=INTEGER,
        graphql_limit=INTEGER,
        graphql_remaining=INTEGER,
        requests=INTEGER,  # to sources other than GitHub
        rows_loaded=INTEGER,
        left_out=TEXT,
        site=TEXT,
    ),
    (),
)

TALENT_TABLES = (
    REPOSITORIES,
    REPOSITORY_TOPICS,
    ACCOUNTS,
    OWNERSHIP,
    TOMBSTONES,
    REJECTS,
    UNKNOWN_FIELDS,
    COVERAGE,
    RUNS,
)
