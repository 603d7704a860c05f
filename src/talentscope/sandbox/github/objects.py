"""Rows of the world as objects of GitHub's GraphQL schema, under its field names. Pure."""

from __future__ import annotations

import hashlib
from typing import Any

from talentscope.sandbox.github.dates import to_iso
from talentscope.sandbox.github.rendering import AVATARS, HTML, quoted

Row = dict[str, Any]
Object = dict[str, Any]


def account_object(account: Row) -> Object:
    """User, Organization or Bot. A user without a public address has the e-mail "", an organisation null."""
    kind, login = account["type"], account["login"]
    url = f"{HTML}/{quoted(login)}"
    return {
        "__typename": kind,
        "_account": account,
        "_counts": account,
        "id": account["node_id"],
        "databaseId": account["id"],
        "login": login,
        "name": account["name"],
        "company": account["company"],
        "location": account["location"],
        "bio": account["bio"],
        "description": account["bio"],
        "email": account["email"] or ("" if kind == "User" else None),
        "websiteUrl": account["blog"],
        "twitterUsername": account["twitter"],
        "isHireable": bool(account["hireable"]),
        "createdAt": to_iso(account["created"]),
        "updatedAt": to_iso(account["updated"]),
        "url": url,
        "resourcePath": f"/{quoted(login)}",
        "avatarUrl": f"{AVATARS}/{account['id']}?v=4",
    }


def repository_object(repository: Row) -> Object:
    """Repository."""
    name = repository["full_name"]
    return {
        "__typename": "Repository",
        "_repository": repository,
        "_counts": {
            "stars": repository["stars"], "forks": repository["forks"], "issues": repository["issues"],
            "watchers": repository["stars"] // 20,
        },
        "id": repository["node_id"],
        "databaseId": repository["id"],
        "name": repository["name"],
        "nameWithOwner": name,
        "description": repository["description"],
        "homepageUrl": repository["homepage"],
        "diskUsage": repository["size"],
        "stargazerCount": repository["stars"],
        "forkCount": repository["forks"],
        "isFork": repository["fork"],
        "isArchived": repository["archived"],
        "isTemplate": repository["template"],
        "isEmpty": repository["empty"],
        "isInOrganization": repository["owner"]["type"] == "Organization",
        "hasIssuesEnabled": True,
        "hasWikiEnabled": repository["wiki"],
        "hasDiscussionsEnabled": repository["discussions"],
        "visibility": "PUBLIC",
        "createdAt": to_iso(repository["created"]),
        "pushedAt": to_iso(repository["pushed"]),
        "updatedAt": to_iso(repository["updated"]),
        "url": f"{HTML}/{quoted(name)}",
        "resourcePath": f"/{name}",
        "sshUrl": f"git@github.example.com:{name}.git",
    }  # fmt: skip


def commit_object(repository: Row, number: int = 0) -> Object:
    """Commit: the `number`th newest of the default branch."""
    text = f"{repository['id']}/{number}"
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    moment = to_iso(max(repository["created"], repository["pushed"] - number * 3_600))
    return {
        "__typename": "Commit",
        "_repository": repository,
        "id": f"C_{digest}",
        "oid": digest,
        "abbreviatedOid": digest[:7],
        "message": f"Change number {number + 1}",
        "messageHeadline": f"Change number {number + 1}",
        "committedDate": moment,
        "authoredDate": moment,
        "url": f"{HTML}/{repository['full_name']}/commit/{digest}",
        "resourcePath": f"/{repository['full_name']}/commit/{digest}",
    }


def topic_object(name: str) -> Object:
    """RepositoryTopic."""
    return {
        "id": f"RT_{name}",
        "topic": {"__typename": "Topic", "id": f"T_{name}", "name": name},
        "url": f"{HTML}/topics/{name}",
        "resourcePath": f"/topics/{name}",
    }


def language_object(name: str | None) -> Object | None:
    """Language."""
    return {"id": f"LA_{name}", "name": name, "color": "#888888"} if name else None


def license_object(found: tuple[str, str, str, float] | None) -> Object | None:
    """License."""
    if found is None:
        return None
    key, name, spdx, _ = found
    return {"id": f"L_{key}", "key": key, "name": name, "spdxId": spdx, "body": name, "nickname": None, "url": None}
