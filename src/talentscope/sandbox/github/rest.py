"""The REST endpoints: each takes a Call and gives an Answer; limits and transport are not their business."""

from __future__ import annotations

from typing import Any

from talentscope.sandbox.exchange import Answer, Call
from talentscope.sandbox.github import refusals
from talentscope.sandbox.github.crowd import NOBODY
from talentscope.sandbox.github.paging import link_header, read_number, read_page
from talentscope.sandbox.github.people import read_people_query
from talentscope.sandbox.github.qualifiers import SORTS, BadQuery, Query, read_query
from talentscope.sandbox.github.rendering import (
    PERMISSIONS,
    render_account,
    render_commit,
    render_contributor,
    render_found,
    render_full,
    render_organization,
    render_owner,
    render_repository,
)
from talentscope.sandbox.github.sabotage import Sabotage
from talentscope.sandbox.github.world import World

TOO_LARGE = 290_000  # commits above which GitHub will not list contributors


class Rest:
    """`results` is the number of search results that can be reached."""

    def __init__(self, world: World, sabotage: Sabotage, *, results: int) -> None:
        self._world = world
        self._sabotage = sabotage
        self._results = results

    def search_repositories(self, call: Call) -> Answer:
        """GET /search/repositories"""
        page = read_page(call)
        if not call.params.get("q", "").strip():
            return refusals.invalid_search(None)
        if page.offset >= self._results:
            return refusals.too_deep()
        try:
            query = _sorted(read_query(call.params["q"]), call)
            self._sabotage.before_search(query)
            found = self._world.search(query, offset=page.offset, limit=min(page.size, self._results - page.offset))
        except BadQuery as error:
            return refusals.invalid_search(str(error))
        rows, is_incomplete = self._sabotage.spoil_page(found.rows)
        rights = {"permissions": PERMISSIONS} if call.token else {}
        items = [render_found(repository, call.base) | rights for repository in self._world.repositories(rows)]
        self._sabotage.spoil_items(items)
        self._sabotage.after_search(rows)
        total = len(items) if is_incomplete else found.total
        body = {"total_count": total, "incomplete_results": is_incomplete, "items": items}
        return Answer(200, body, link_header(call, page, min(found.total, self._results)))

    def search_users(self, call: Call) -> Answer:
        """GET /search/users"""
        page = read_page(call)
        text = call.params.get("q", "")
        if not text.strip():
            return refusals.invalid_search(None)
        if page.offset >= self._results:
            return refusals.too_deep()
        sort, order = call.params.get("sort"), call.params.get("order", "desc")
        people = read_people_query(text)
        try:
            total, rows = self._world.find_people(people, sort=sort, order=order, offset=page.offset, limit=page.size)
        except BadQuery as error:
            return refusals.invalid_search(str(error))
        items = [render_owner(account, call.base) | {"score": 1.0} for account in self._world.owners(rows)]
        self._sabotage.spoil_items(items)
        body = {"total_count": total, "incomplete_results": False, "items": items}
        return Answer(200, body, link_header(call, page, min(total, self._results)))

    def user(self, call: Call) -> Answer:
        """GET /users/{username}"""
        return self._account(self._world.find_login(call.parts["username"]), call)

    def organization(self, call: Call) -> Answer:
        """GET /orgs/{org}"""
        row = self._world.find_login(call.parts["org"])
        if row is None or not self._world.is_organization(row):
            return refusals.not_found(f"{refusals.REST_DOCS}/orgs/orgs#get-an-organization")
        return Answer(200, render_organization(self._world.accounts([row])[0], call.base))

    def account(self, call: Call) -> Answer:
        """GET /user/{account_id}: safe from renames."""
        number = read_number(call.parts["account_id"])
        return self._account(None if number is None else self._world.find_account(number), call)

    def viewer(self, call: Call) -> Answer:
        """GET /user"""
        if call.token is None:
            return refusals.requires_authentication()
        return self._account(self._world.viewer_row(), call)

    def _account(self, row: int | None, call: Call) -> Answer:
        if row is None:
            return refusals.not_found(f"{refusals.REST_DOCS}/users/users#get-a-user")
        profile = self._sabotage.spoil_profile(self._world.accounts([row])[0])
        items = [render_account(profile, call.base)]
        self._sabotage.spoil_items(items)
        return Answer(200, items[0])

    def user_repositories(self, call: Call) -> Answer:
        """GET /users/{username}/repos"""
        row = self._world.find_login(call.parts["username"])
        if row is None:
            return refusals.not_found(f"{refusals.REST_DOCS}/repos/repos#list-repositories-for-a-user")
        sort = call.params.get("sort", "full_name")
        direction = call.params.get("direction", "asc" if sort == "full_name" else "desc")
        key = {"created": "created", "updated": "updated", "pushed": "pushed"}.get(sort, "full_name")
        owned = self._world.repositories(self._world.owned_rows(row))
        owned.sort(key=lambda repository: repository[key], reverse=direction == "desc")
        page = read_page(call)
        items = [render_repository(repository, call.base) for repository in page.cut(owned)]
        self._sabotage.spoil_items(items)
        return Answer(200, items, link_header(call, page, len(owned)))

    def repository(self, call: Call) -> Answer:
        """GET /repos/{owner}/{repo} and /repositories/{repository_id}"""
        row, refusal = self._row(call, "")
        if row is None:
            return refusal
        rights = {"permissions": PERMISSIONS} if call.token else {}
        items = [render_full(self._world.repositories([row])[0], call.base) | rights]
        self._sabotage.spoil_items(items)
        return Answer(200, items[0])

    def contributors(self, call: Call) -> Answer:
        """GET /repos/{owner}/{repo}/contributors: who has an account, and with anon=1 those without."""
        row, refusal = self._row(call, "/contributors")
        if row is None:
            return refusal
        repository = self._world.repositories([row])[0]
        if repository["empty"]:
            return Answer(204, b"")
        if repository["commits"] > TOO_LARGE:
            text = "The history or contributor list is too large to list contributors for this repository via the API."
            return Answer(
                403, {"message": text, "documentation_url": f"{refusals.REST_DOCS}/repos/repos", "status": "403"}
            )
        shares = self._world.crowd.shares(repository)
        if call.params.get("anon") not in {"1", "true"}:
            shares = [share for share in shares if share.account != NOBODY]
        page = read_page(call)
        cut = page.cut(shares)
        rows = [share.account for share in cut if share.account != NOBODY]
        people = dict(zip(rows, self._world.owners(rows), strict=True))
        items = [render_contributor(share, people.get(share.account), call.base) for share in cut]
        return Answer(200, items, link_header(call, page, len(shares)))

    def commits(self, call: Call) -> Answer:
        """GET /repos/{owner}/{repo}/commits, by `author` (a login) if given."""
        row, refusal = self._row(call, "/commits")
        if row is None:
            return refusal
        repository = self._world.repositories([row])[0]
        if repository["empty"]:
            docs = f"{refusals.REST_DOCS}/commits/commits#list-commits"
            return Answer(409, {"message": "Git Repository is empty.", "documentation_url": docs, "status": "409"})
        author = self._world.find_login(call.params["author"]) if "author" in call.params else None
        if author is None and "author" in call.params:
            return Answer(200, [])
        total = self._world.crowd.commits(repository, author=author, since=None, until=None)
        who = author if author is not None else repository["owner_row"]
        person = self._world.owners([who])[0]
        page = read_page(call)
        numbers = range(page.offset, min(page.offset + page.size, total))
        items = [render_commit(repository, number, person, call.base) for number in numbers]
        return Answer(200, items, link_header(call, page, total))

    def _row(self, call: Call, rest: str) -> tuple[int | None, Answer]:
        """The repository a path means; a renamed one answers 301 to its numeric path."""
        docs = f"{refusals.REST_DOCS}/repos/repos#get-a-repository"
        if "repository_id" in call.parts:
            number = read_number(call.parts["repository_id"])
            return (None if number is None else self._world.find_repository(number)), refusals.not_found(docs)
        row, has_moved = self._world.find_named(call.parts["owner"], call.parts["repo"])
        if row is None or not has_moved:
            return row, refusals.not_found(docs)
        found: dict[str, Any] = self._world.repositories([row])[0]
        query = f"?{call.query_string}" if call.query_string else ""
        return None, refusals.moved(f"{call.base}/repositories/{found['id']}{rest}{query}")


def _sorted(query: Query, call: Call) -> Query:
    """`sort` and `order` beside the query, unless the query itself says `sort:`."""
    sort = call.params.get("sort")
    if query.sort is not None or sort not in SORTS:
        return query
    order = "asc" if call.params.get("order") == "asc" else "desc"
    return Query(query.conditions, query.parameters, query.pushed, query.owners, sort, order)
