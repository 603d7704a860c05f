"""What the marts `repositories` and `developers` should hold, computed naively from the raw rows, one at a time."""

from __future__ import annotations

import math
from typing import Any

from tests.integration.stock import Row, Stock

from talentscope.warehouse import rules, tables


def repositories(stock: Stock) -> dict[str, Row]:
    """By node id."""
    gone = {row["node_id"]: row["observed_at"] for row in stock[tables.TOMBSTONES] if row["kind"] == "repository"}
    proofs = {(row["repository_node_id"], row["owner_github_id"]): row for row in stock[tables.OWNERSHIP]}
    found = {}
    for row in stock[tables.REPOSITORIES]:
        if row["node_id"] in gone and gone[row["node_id"]] >= row["observed_at"]:
            continue
        proof = proofs.get((row["node_id"], row["owner_github_id"]), {})
        found[row["node_id"]] = {
            "full_name": row["full_name"],
            "description": row["description"] or None,
            "stars": row["stars"],
            "commits_total": proof.get("commits_total"),
            "owner_commit_share": _share(proof.get("commits_owner"), proof.get("commits_total")),
            "active_days": _days(row["created_at"], row["pushed_at"]),
            "ownership_observed_at": proof.get("observed_at"),
        }
    return found


def _share(mine: int | None, total: int | None) -> float | None:
    if mine is None or total is None or total == 0:
        return None
    return min(1.0, mine / total)


def _days(start: Any, end: Any) -> int | None:
    if start is None or end is None:
        return None
    return max(0, (end.date() - start.date()).days)


def developers(stock: Stock) -> dict[int, Row]:
    """By account id."""
    alive = repositories(stock)
    rows = [row for row in stock[tables.REPOSITORIES] if row["node_id"] in alive]
    proofs = {(row["repository_node_id"], row["owner_github_id"]): row for row in stock[tables.OWNERSHIP]}
    accounts = {row["github_id"]: row for row in stock[tables.ACCOUNTS]}
    gone = {row["node_id"]: row["observed_at"] for row in stock[tables.TOMBSTONES] if row["kind"] == "account"}
    found = {}
    for owner in {row["owner_github_id"] for row in rows}:
        owned = [row for row in rows if row["owner_github_id"] == owner]
        found[owner] = _developer(owned, accounts.get(owner), gone=gone, proofs=proofs)
    return found


def _developer(owned: list[Row], profile: Row | None, *, gone: dict[str, Any], proofs: dict[Any, Row]) -> Row:
    newest = max(owned, key=lambda row: (row["observed_at"], row["github_id"]))
    own = [row for row in owned if not row["is_fork"]]
    is_fresh = profile is not None and profile["observed_at"] >= newest["observed_at"]
    row = {
        "login": profile["login"] if profile and is_fresh else newest["owner_login"],
        "type": profile["type"] if profile and is_fresh else newest["owner_type"],
        "bio": (profile["bio"] or None) if profile else None,
        "followers": profile["followers"] if profile else None,
        "is_profile_known": profile is not None,
        "repository_count": len(own),
        "fork_count": len(owned) - len(own),
        "archived_count": sum(row["is_archived"] for row in own),
        "star_count": sum(row["stars"] for row in own),
        "first_repository_at": min((row["created_at"] for row in own), default=None),
        "last_pushed_at": max((row["pushed_at"] for row in own if row["pushed_at"]), default=None),
    }
    is_gone = newest["owner_node_id"] in gone and (
        profile is None or gone[newest["owner_node_id"]] >= profile["observed_at"]
    )
    return row | {"excluded_rule": _rule(row, own, profile, is_gone=is_gone, proofs=proofs)}


def _rule(row: Row, own: list[Row], profile: Row | None, *, is_gone: bool, proofs: dict[Any, Row]) -> str | None:
    held = {
        "gone": is_gone,
        "organisation": row["type"] == "Organization",
        "bot_type": row["type"] in {"Bot", "Mannequin"},
        "bot_name": rules.is_bot_name(row["login"]),
        "mass_commits": any(_commits_a_day(each, proofs) >= rules.MASS_COMMITS_PER_DAY for each in own),
        "mass_repositories": profile is not None and _is_mass_maker(profile),
        "forks_only": not own,
        "archived_only": bool(own) and all(each["is_archived"] for each in own),
    }
    return next((rule.name for rule in rules.EXCLUSION_RULES if held[rule.name]), None)


def _commits_a_day(row: Row, proofs: dict[Any, Row]) -> int:
    mine = proofs.get((row["node_id"], row["owner_github_id"]), {}).get("commits_owner")
    days = _days(row["created_at"], row["pushed_at"])
    if mine is None or days is None or days < rules.MASS_COMMITS_MIN_DAYS:
        return 0
    return math.floor(mine / (days + 1))


def _is_mass_maker(profile: Row) -> bool:
    count, life = profile["public_repositories"], _days(profile["created_at"], profile["observed_at"])
    if count is None or life is None or count < rules.MASS_REPOSITORIES_MIN:
        return False
    return math.floor(count / (life + 1)) >= rules.MASS_REPOSITORIES_PER_DAY
