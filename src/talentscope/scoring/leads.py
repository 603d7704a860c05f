"""The two questions people ask: who are the leads of a brief, and why is this person one, or none.

Both go the way of the page (browse.py): a pool, weighed and ordered, then the details of those who are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import duckdb

from talentscope.registry.read import Registry
from talentscope.scoring.brief import Brief
from talentscope.scoring.exclusion import find_account, find_exclusion, never_seen, suppressed
from talentscope.scoring.lead import Exclusion, Lead
from talentscope.scoring.pool import Pool, read_details, read_pool
from talentscope.scoring.query import GITHUB, Question, ask
from talentscope.scoring.ranking import View, rank_ids, rank_pool, select
from talentscope.scoring.telling import to_lead
from talentscope.scoring.topics import TopicFacts

__all__ = ["Exclusion", "Lead", "explain_lead", "find_leads", "find_site"]

IsSuppressed = Callable[[int, str], bool]


def find_leads(
    connection: duckdb.DuckDBPyConnection,
    brief: Brief,
    *,
    as_of: date,
    limit: int | None,
    is_suppressed: IsSuppressed,
    facts: TopicFacts | None = None,
    site: str = GITHUB,
    registry: Registry | None = None,
) -> list[Lead]:
    """The best `limit` leads (all when None), best first, ranks from 1 without gaps; suppressed accounts are not in it.

    `connection` is a published snapshot, in a session whose time zone is UTC. `facts` default to those we ship; `site`
    is where links lead; `registry` says which companies a brief means, the shipped one when not given.
    Raises BriefError for an employer that is no company of it.
    """
    question = ask(connection, brief, as_of=as_of, site=site, facts=facts, registry=registry)
    pool = read_pool(connection, question)
    without, kept = [], 0
    for github_id, login in _rank(connection, pool, question):
        if kept == limit:
            break
        if is_suppressed(github_id, login):
            without.append(github_id)
        else:
            kept += 1
    view = View(limit=kept, without_ids=frozenset(without))
    found = rank_pool(connection, pool, question, select(connection, pool, question, view), view)
    return [to_lead(row, question) for row in read_details(connection, question, pool.ground, found.rows)]


def find_site(connection: duckdb.DuckDBPyConnection) -> str:
    """Where the newest run found what it found: links lead there, also on GitHub Enterprise and in the demo."""
    newest = "SELECT site FROM runs WHERE site IS NOT NULL ORDER BY started_at DESC LIMIT 1"
    row = connection.execute(newest).fetchone()
    return str(row[0]) if row is not None else GITHUB


def explain_lead(
    connection: duckdb.DuckDBPyConnection,
    brief: Brief,
    login: str,
    *,
    as_of: date,
    is_suppressed: IsSuppressed,
    facts: TopicFacts | None = None,
    site: str = GITHUB,
    registry: Registry | None = None,
) -> Lead | Exclusion:
    """The lead behind a login (case does not matter) with its rank, or the rule that keeps it out. As `find_leads`."""
    question = ask(connection, brief, as_of=as_of, site=site, facts=facts, registry=registry)
    account = find_account(connection, login)
    if account is None:
        return never_seen(login)
    if is_suppressed(account.github_id, account.login):
        return suppressed(account)
    pool = read_pool(connection, question)
    ranked = _rank(connection, pool, question)
    without = frozenset(github_id for github_id, other in ranked if is_suppressed(github_id, other))
    view = View(limit=1, without_ids=without, only_ids=frozenset({account.github_id}))
    found = rank_pool(connection, pool, question, select(connection, pool, question, view), view)
    rows = read_details(connection, question, pool.ground, found.rows)
    return to_lead(rows[0], question) if rows else find_exclusion(connection, question, account)


def _rank(connection: duckdb.DuckDBPyConnection, pool: Pool, question: Question) -> list[tuple[int, str]]:
    """(github_id, login) of everybody who passes, best first."""
    view = View(limit=len(pool))
    ids = rank_ids(connection, pool, question, select(connection, pool, question, view), view).to_pylist()
    owners = pool.ground.owners.table
    logins = dict(zip(owners["github_id"].to_pylist(), owners["login"].to_pylist(), strict=True))
    return [(github_id, logins[github_id]) for github_id in ids]
