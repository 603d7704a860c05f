"""Rows of the world as the JSON objects of GitHub's REST API. Pure. Shapes: @octokit/openapi (tests/contract)."""

from __future__ import annotations

import hashlib
from typing import Any

from talentscope.sandbox.github.crowd import Share
from talentscope.sandbox.github.dates import to_iso

Row = dict[str, Any]
Json = dict[str, Any]
# Pages for people do not exist in the sandbox; a reserved domain stands in for github.com.
HTML = "https://github.example.com"
AVATARS = "https://avatars.example.com/u"

_ACCOUNT_URLS = {
    "followers_url": "/followers", "following_url": "/following{/other_user}", "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}", "subscriptions_url": "/subscriptions", "organizations_url": "/orgs",
    "repos_url": "/repos", "events_url": "/events{/privacy}", "received_events_url": "/received_events",
}  # fmt: skip
_REPOSITORY_URLS = {
    "forks_url": "/forks", "keys_url": "/keys{/key_id}", "collaborators_url": "/collaborators{/collaborator}",
    "teams_url": "/teams", "hooks_url": "/hooks", "issue_events_url": "/issues/events{/number}",
    "events_url": "/events", "assignees_url": "/assignees{/user}", "branches_url": "/branches{/branch}",
    "tags_url": "/tags", "blobs_url": "/git/blobs{/sha}", "git_tags_url": "/git/tags{/sha}",
    "git_refs_url": "/git/refs{/sha}", "trees_url": "/git/trees{/sha}", "statuses_url": "/statuses/{sha}",
    "languages_url": "/languages", "stargazers_url": "/stargazers", "contributors_url": "/contributors",
    "subscribers_url": "/subscribers", "subscription_url": "/subscription", "commits_url": "/commits{/sha}",
    "git_commits_url": "/git/commits{/sha}", "comments_url": "/comments{/number}",
    "issue_comment_url": "/issues/comments{/number}", "contents_url": "/contents/{+path}",
    "compare_url": "/compare/{base}...{head}", "merges_url": "/merges",
    "archive_url": "/{archive_format}{/ref}", "downloads_url": "/downloads", "issues_url": "/issues{/number}",
    "pulls_url": "/pulls{/number}", "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}", "labels_url": "/labels{/name}",
    "releases_url": "/releases{/id}", "deployments_url": "/deployments",
}  # fmt: skip


def quoted(name: str) -> str:
    """A login or full name inside an address: the brackets of `some[bot]` are percent-encoded."""
    return name.replace("[", "%5B").replace("]", "%5D")


def render_owner(account: Row, base: str) -> Json:
    """`simple-user`."""
    login = quoted(account["login"])
    url = f"{base}/users/{login}"
    return {
        "login": account["login"],
        "id": account["id"],
        "node_id": account["node_id"],
        "avatar_url": f"{AVATARS}/{account['id']}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{HTML}/{login}",
        **{key: url + path for key, path in _ACCOUNT_URLS.items()},
        "type": account["type"],
        "user_view_type": "public",
        "site_admin": False,
    }


def render_account(account: Row, base: str) -> Json:
    """`public-user`; an organisation looks the same here."""
    return render_owner(account, base) | {
        "name": account["name"],
        "company": account["company"],
        "blog": account["blog"] or "",
        "location": account["location"],
        "email": account["email"],
        "hireable": account["hireable"],
        "bio": account["bio"],
        "twitter_username": account["twitter"],
        "public_repos": account["repositories"],
        "public_gists": account["gists"],
        "followers": account["followers"],
        "following": account["following"],
        "created_at": to_iso(account["created"]),
        "updated_at": to_iso(account["updated"]),
    }


def render_organization(account: Row, base: str) -> Json:
    """`organization-full`, as anybody may see it."""
    url = f"{base}/orgs/{account['login']}"
    shown = render_account(account, base)
    kept = (
        "login", "id", "node_id", "avatar_url", "name", "company", "blog", "location", "email", "twitter_username",
        "public_repos", "public_gists", "followers", "following", "html_url", "created_at", "updated_at", "type",
    )  # fmt: skip
    # The contract allows these to be missing, not to be null or "".
    optional = {"name", "company", "blog", "location", "email", "twitter_username"}
    return {key: shown[key] for key in kept if shown[key] or key not in optional} | {
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "description": account["bio"],
        "is_verified": False,
        "has_organization_projects": True,
        "has_repository_projects": True,
        "archived_at": None,
    }


def render_license(found: tuple[str, str, str, float] | None, base: str) -> Json | None:
    """`license-simple`."""
    if found is None:
        return None
    key, name, spdx, _ = found
    url = None if spdx == "NOASSERTION" else f"{base}/licenses/{key}"
    return {"key": key, "name": name, "spdx_id": spdx, "url": url, "node_id": f"MDc6TGljZW5zZ{len(key):02d}="}


def render_repository(repository: Row, base: str) -> Json:
    """`minimal-repository` with all that listings carry."""
    full_name = quoted(repository["full_name"])
    url, page = f"{base}/repos/{full_name}", f"{HTML}/{full_name}"
    return {
        "id": repository["id"],
        "node_id": repository["node_id"],
        "name": repository["name"],
        "full_name": repository["full_name"],
        "private": False,
        "owner": render_owner(repository["owner"], base),
        "html_url": page,
        "description": repository["description"],
        "fork": repository["fork"],
        "url": url,
        **{key: url + path for key, path in _REPOSITORY_URLS.items()},
        "created_at": to_iso(repository["created"]),
        "updated_at": to_iso(repository["updated"]),
        "pushed_at": to_iso(repository["pushed"]),
        "git_url": f"git://github.example.com/{full_name}.git",
        "ssh_url": f"git@github.example.com:{full_name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "homepage": repository["homepage"],
        **_state_of(repository, base),
    }


def _state_of(repository: Row, base: str) -> Json:
    """The half of a repository that is numbers, switches and tags."""
    stars, forks, issues = repository["stars"], repository["forks"], repository["issues"]
    return {
        "size": repository["size"],
        "stargazers_count": stars,
        "watchers_count": stars,
        "language": repository["language"],
        "has_issues": True,
        "has_projects": True,
        "has_downloads": True,
        "has_wiki": repository["wiki"],
        "has_pages": repository["pages"],
        "has_discussions": repository["discussions"],
        "forks_count": forks,
        "mirror_url": None,
        "archived": repository["archived"],
        "disabled": False,
        "open_issues_count": issues,
        "license": render_license(repository["license"], base),
        "allow_forking": True,
        "is_template": repository["template"],
        "web_commit_signoff_required": False,
        "topics": repository["topics"],
        "visibility": "public",
        "forks": forks,
        "open_issues": issues,
        "watchers": stars,
        "default_branch": repository["branch"],
    }


# What a token shows of somebody else's public repository.
PERMISSIONS = {"admin": False, "maintain": False, "push": False, "triage": False, "pull": True}


def render_found(repository: Row, base: str) -> Json:
    """`repo-search-result-item`."""
    return render_repository(repository, base) | {"score": 1.0}


def render_full(repository: Row, base: str) -> Json:
    """`full-repository`."""
    full = render_repository(repository, base) | {
        "temp_clone_token": None,
        "network_count": repository["forks"],
        "subscribers_count": repository["stars"] // 20,
    }
    if repository["owner"]["type"] == "Organization":
        full["organization"] = full["owner"]
    return full


def render_contributor(share: Share, account: Row | None, base: str) -> Json:
    """`contributor`; without an account it is anonymous, a mail address and a name."""
    if account is None:
        return {"email": share.email, "name": "anonymous", "type": "Anonymous", "contributions": share.commits}
    return render_owner(account, base) | {"contributions": share.commits}


def render_commit(repository: Row, number: int, account: Row | None, base: str) -> Json:
    """`commit`: the `number`th newest of an author."""
    sha = hashlib.sha1(f"{repository['id']}/{account and account['id']}/{number}".encode(), usedforsecurity=False)
    name, digest = quoted(repository["full_name"]), sha.hexdigest()
    url, page = f"{base}/repos/{name}/commits/{digest}", f"{HTML}/{name}/commit/{digest}"
    person = {
        "name": (account and account["login"]) or "anonymous",
        "email": "noreply@example.com",
        "date": to_iso(max(repository["created"], repository["pushed"] - number * 3_600)),
    }
    owner = render_owner(account, base) if account else None
    tree = {"sha": digest, "url": f"{base}/repos/{name}/git/trees/{digest}"}
    signature = {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}
    return {
        "sha": digest,
        "node_id": f"C_{digest}",
        "commit": {
            "author": person, "committer": person, "message": f"Change number {number + 1}", "tree": tree,
            "url": f"{base}/repos/{name}/git/commits/{digest}", "comment_count": 0, "verification": signature,
        },
        "url": url,
        "html_url": page,
        "comments_url": f"{url}/comments",
        "author": owner,
        "committer": owner,
        "parents": [],
    }  # fmt: skip
