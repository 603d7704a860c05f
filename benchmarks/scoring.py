"""Leads for a three-topic brief over 1,000,000 repositories and 500,000 developers: time inside the process.

    python -m benchmarks.scoring [--repositories 1000000] [--developers 500000] [--repeat 20]

The snapshot is invented by DuckDB from hashes (no person in it), laid out as the publish step does:
repository_topics by topic, repositories by owner, everything in a file that is opened read-only.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb

from talentscope.scoring.brief import Brief, build_brief
from talentscope.scoring.leads import find_leads
from talentscope.scoring.pool import read_pool
from talentscope.scoring.query import ask
from talentscope.scoring.ranking import View, select

AS_OF = date(2026, 11, 21)
TOPICS = 2_000

BRIEFS = {
    "three topics": {"topics": ["minecraft", "rust", "accessibility"]},
    "three topics, every filter": {
        "topics": ["minecraft", "rust", "accessibility"],
        "languages": ["Java", "Kotlin", "Rust"],
        "repository": {"stars": {"min": 3, "max": 500}, "pushed_within_days": 365, "max_topics": 15},
        "developer": {
            "followers": {"max": 500},
            "contact": "any",
            "places": ["Berlin", "Zürich"],
            "exclude_companies": ["Example Corp"],
        },
    },
    "one keyword": {"keywords": ["redstone"]},
    "only employers": {"topics": ["minecraft"], "developer": {"employers": ["Google", "Block"]}},
    "one language": {"languages": ["Rust"]},
}

REPOSITORIES = """
CREATE TABLE repositories AS
WITH chance AS (
  SELECT
    i, CASE WHEN i < $developers THEN i
    ELSE floor(pow(hash(i * 10 + 1) / 18446744073709551616.0, 2) * $developers)::BIGINT
    END AS owner,
    hash(i * 10 + 2) / 18446744073709551616.0 AS b, hash(i * 10 + 3) / 18446744073709551616.0 AS c,
    hash(i * 10 + 4) / 18446744073709551616.0 AS d, hash(i * 10 + 5) / 18446744073709551616.0 AS e
  FROM range($repositories) AS numbers(i)
)
SELECT CASE WHEN i % 3 = 0 THEN to_base64(('010:Repository' || (100000000 + i))::BLOB)
    ELSE 'R_kgDO' || lpad(to_base(i, 36), 6, '0') END AS repository_node_id, 10000000 + i AS repository_github_id,
  'dev' || owner || '/repo-' || i AS full_name, 'repo-' || i AS name,
  owner AS owner_github_id, 'dev' || owner AS owner_login,
  'User' AS owner_type,
  CASE WHEN b < 0.8 THEN 'A ' || CASE WHEN i % 100 = 0 THEN 'redstone' ELSE 'simple' END
    || ' thing that does number ' || i || ' of many useful things, written for fun and for others' END AS description,
  NULL::VARCHAR AS homepage,
  ['Java', 'Kotlin', 'Rust', 'Python', 'TypeScript', 'Go', 'C++', NULL][1 + floor(c * 8)::INTEGER] AS language,
  'MIT' AS license, 5 AS topic_count,
  floor(pow(1 - d, -1.1) - 1)::BIGINT AS stars, 0 AS forks,
  floor(exp(e * 12))::BIGINT AS size_kb, hash(i * 10 + 6) % 20 = 0 AS is_fork, hash(i * 10 + 7) % 25 = 0 AS is_archived,
  false AS is_template, TIMESTAMPTZ '2020-01-01 00:00:00+00' AS created_at,
  TIMESTAMPTZ '2026-11-20 00:00:00+00' - to_days((c * c * 1500)::INTEGER) AS pushed_at,
  TIMESTAMPTZ '2026-11-20 00:00:00+00' AS updated_at,
  CASE WHEN b < 0.5 THEN 1 + floor(exp(d * 7))::BIGINT END AS commits_total,
  CASE WHEN b < 0.5 THEN 1 + floor(exp(d * 7) * e)::BIGINT END AS commits_owner,
  CASE WHEN b < 0.5 THEN least(1, (1 + floor(exp(d * 7) * e)) / (1 + floor(exp(d * 7)))) END AS owner_commit_share,
  3 AS contributors, floor(e * 1500)::BIGINT AS active_days, NULL::TIMESTAMPTZ AS ownership_observed_at,
  TIMESTAMPTZ '2026-11-21 00:00:00+00' AS observed_at
FROM chance ORDER BY owner_github_id
"""

REPOSITORY_TOPICS = """
CREATE TABLE repository_topics AS
SELECT DISTINCT ON (topic, repository_node_id) r.repository_node_id,
  CASE rank WHEN 3 THEN 'minecraft' WHEN 10 THEN 'rust' WHEN 20 THEN 'accessibility' ELSE 'topic-' || rank END AS topic,
  n AS position, r.owner_github_id
FROM (
  SELECT repository_node_id, owner_github_id, n,
    (pow(hash(repository_github_id * 10 + n) / 18446744073709551615.0, 3) * $topics)::INTEGER AS rank
  FROM repositories, range(5) AS positions(n)
) AS r ORDER BY topic, repository_node_id
"""

TOPIC_COUNTS = """
CREATE TABLE topics AS
SELECT topic, count(*) AS repository_count, count(DISTINCT owner_github_id) AS developer_count
FROM repository_topics GROUP BY topic ORDER BY topic
"""

DEVELOPERS = """
CREATE TABLE developers AS
SELECT owner_github_id AS github_id, 'U_' || owner_github_id AS node_id, owner_login AS login, 'User' AS type,
  NULL::VARCHAR AS name, CASE WHEN owner_github_id % 3 = 0 THEN '@Example-Corp, Inc.' END AS company,
  CASE WHEN owner_github_id % 2 = 0 THEN ['Berlin, DE', 'Zürich', 'Lagos'][1 + owner_github_id % 3]
    WHEN owner_github_id % 5 = 0
    THEN 'Town ' || hash(owner_github_id) % 20000 || ', Country ' || hash(owner_github_id) % 100 END AS location,
  NULL::VARCHAR AS bio, CASE WHEN owner_github_id % 4 = 0 THEN 'x@example.invalid' END AS email,
  CASE WHEN owner_github_id % 3 = 0 THEN 'https://example.invalid' END AS website, NULL::VARCHAR AS twitter,
  CASE WHEN owner_github_id % 10 < 8 THEN (owner_github_id * 7919) % 3000 END AS followers, 5 AS following,
  10 AS public_repositories, TIMESTAMPTZ '2018-01-01 00:00:00+00' AS account_created_at,
  count(*) FILTER (NOT is_fork) AS repository_count, count(*) FILTER (is_fork) AS fork_count,
  count(*) FILTER (is_archived) AS archived_count, sum(stars) AS star_count, min(created_at) AS first_repository_at,
  max(pushed_at) AS last_pushed_at, owner_github_id % 10 < 8 AS is_profile_known,
  CASE WHEN owner_github_id % 12 = 0 THEN 'organisation' END AS excluded_rule, NULL::VARCHAR AS excluded_reason,
  NULL::TIMESTAMPTZ AS profile_observed_at, TIMESTAMPTZ '2026-11-21 00:00:00+00' AS observed_at,
  CASE WHEN owner_github_id % 6 = 0 THEN ['alphabet', 'microsoft', 'block'][1 + owner_github_id % 3] END
    AS employer_company_id,
  CASE WHEN owner_github_id % 6 = 0 THEN 'high' END AS employer_confidence,
  CASE WHEN owner_github_id % 6 = 0 THEN 'states @example' END AS employer_evidence
FROM repositories GROUP BY owner_github_id, owner_login ORDER BY owner_github_id
"""


def build(path: Path, *, repositories: int, developers: int) -> None:
    """Write the invented snapshot."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(REPOSITORIES, {"repositories": repositories, "developers": developers})
        connection.execute(REPOSITORY_TOPICS, {"topics": TOPICS})
        connection.execute(DEVELOPERS)
        connection.execute(TOPIC_COUNTS)
        connection.execute(
            "CREATE TABLE topic_pairs (topic VARCHAR, other_topic VARCHAR, repository_count BIGINT,"
            " share DOUBLE, lift DOUBLE)"
        )


def measure(connection: duckdb.DuckDBPyConnection, brief: Brief, *, repeat: int) -> list[float]:
    """Milliseconds of each call, the first (cold) one included."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        leads = find_leads(connection, brief, as_of=AS_OF, limit=50, is_suppressed=lambda _id, _login: False)
        times.append((time.perf_counter() - start) * 1000)
        assert len(leads) == 50, len(leads)
    return times


def _count(connection: duckdb.DuckDBPyConnection, brief: Brief) -> int:
    """How many pass."""
    question, view = ask(connection, brief, as_of=AS_OF), View()
    return select(connection, read_pool(connection, question), question, view).total


def run(*, repositories: int, developers: int, repeat: int, path: Path) -> None:
    """Build once, then print a line for each brief."""
    if not path.exists():
        build(path, repositories=repositories, developers=developers)
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        counts = [connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("repositories", "developers")]
        print(
            f"{counts[0]:,} repositories, {counts[1]:,} developers, {path.stat().st_size / 2**20:.0f} MiB, 50 leads\n"
        )
        print("| brief | matched developers | first ms | median ms | p95 ms |\n|---|--:|--:|--:|--:|")
        for title, values in BRIEFS.items():
            brief = build_brief({"name": "bench", **values}, source="bench")
            times = measure(connection, brief, repeat=repeat)
            matched = _count(connection, brief)
            warm = sorted(times[1:])
            p95 = warm[min(len(warm) - 1, round(0.95 * len(warm)))]
            print(f"| {title} | {matched:,} | {times[0]:.0f} | {statistics.median(warm):.0f} | {p95:.0f} |")


def main() -> None:
    """Parse the command line and run in a temporary folder, or on `--file`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repositories", type=int, default=1_000_000)
    parser.add_argument("--developers", type=int, default=500_000)
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--file", type=Path, default=None, help="keep the snapshot here and use it again")
    options, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.file or Path(folder) / "bench.duckdb"
        run(repositories=options.repositories, developers=options.developers, repeat=options.repeat, path=path)


if __name__ == "__main__":
    main()
