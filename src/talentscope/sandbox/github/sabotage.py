"""The faults that change the world or spoil an answer's content, as against its transport (gate.py)."""

from __future__ import annotations

from typing import Any

from talentscope.sandbox.faults import Faults
from talentscope.sandbox.github.qualifiers import Query
from talentscope.sandbox.github.words import HOSTILE
from talentscope.sandbox.github.world import World

Json = dict[str, Any]
BIO_BYTES = 10_000_000


class Sabotage:
    """Holds what the faults must remember from one request to the next."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._matches: Any = None  # rows of the last search, for pushes that the crawl feels
        self._owed_pushes = 0.0
        self._last_page: list[int] = []
        self._bio_row: int | None = None

    def before_request(self) -> None:
        """Pushes and index lag."""
        self._world.changes.lag_seconds = int(self._faults.quantity("index-lag"))
        self._owed_pushes += self._faults.quantity("push-while-crawling")
        while self._owed_pushes >= 1:
            self._owed_pushes -= 1
            self._push_one()

    def _push_one(self) -> None:
        is_felt = self._matches is not None and len(self._matches) and self._faults.draw(2) == 0
        rows = self._matches if is_felt else range(self._world.settings.scale)
        row = int(rows[self._faults.draw(len(rows))])
        if self._world.alive[row]:
            self._world.push(row, self._world.now())

    def before_search(self, query: Query) -> None:
        """Ties, once a search has enough matches for them."""
        self._matches = self._world.matching_rows(query)
        for name, count in (("ties-101", 101), ("ties-1001", 1_001)):
            if self._faults.is_on(name) and len(self._matches) >= count:
                self._world.tie(self._matches[:count])
                self._faults.switch_off(name)
                self._faults.struck[name] = 1

    def spoil_page(self, rows: list[int]) -> tuple[list[int], bool]:
        """The rows a search page really carries, and whether it admits to be incomplete."""
        if self._last_page and self._faults.strikes("duplicate-page"):
            return self._last_page, False
        self._last_page = rows
        if len(rows) > 1 and self._faults.strikes("incomplete-results"):
            return rows[: len(rows) // 2], True
        if len(rows) > 1 and self._faults.strikes("unordered-search"):
            return rows[len(rows) // 2 :] + rows[: len(rows) // 2], False
        return rows, False

    def after_search(self, rows: list[int]) -> None:
        """Renames and deletions that the caller could not foresee."""
        if rows and self._faults.is_on("rename"):
            for row in rows[: int(self._faults.quantity("rename"))]:
                self._world.rename(row)
            self._settle("rename")
        if rows and self._faults.is_on("deleted-node"):
            for row in rows[: int(self._faults.quantity("deleted-node"))]:
                self._world.delete_repository(row)
            self._world.delete_account(int(self._world.owner[rows[0]]))
            self._settle("deleted-node")

    def _settle(self, name: str) -> None:
        self._faults.switch_off(name)
        self._faults.struck[name] = 1

    def allowed_counts(self, limit: int | None) -> int | None:
        """How many commit counts a GraphQL query may make before the rest of it comes back null."""
        return int(self._faults.quantity("resource-limits")) if self._faults.is_on("resource-limits") else limit

    def spoil_items(self, items: list[Json]) -> None:
        """One malformed record; a field nobody knows on every one."""
        if self._faults.is_on("unknown-field"):
            for item in items:
                item["sandbox_surprise"] = {"is": "new"}
        if items and self._faults.strikes("malformed-record"):
            self._break_one(items[self._faults.draw(len(items))])

    def _break_one(self, item: Json) -> None:
        ways: list[tuple[str, Any]] = [("id", None), ("node_id", 17), ("created_at", "yesterday"), ("login", None)]
        ways += [
            ("stargazers_count", "many"),
            ("full_name", None),
            ("owner", "nobody"),
            ("size", "1 kB"),
            ("databaseId", "many"),
        ]
        known = [(key, value) for key, value in ways if key in item]
        key, value = known[self._faults.draw(len(known))]
        if value is None:
            del item[key]
        else:
            item[key] = value

    def spoil_profile(self, account: Json) -> Json:
        """Ten megabytes of biography for the first person asked for."""
        if (
            self._faults.is_on("hostile-bio-10mb")
            and account["type"] == "User"
            and self._bio_row in {None, account["row"]}
        ):
            self._bio_row = account["row"]
            text = " ".join(HOSTILE)
            account["bio"] = (text * (BIO_BYTES // len(text.encode()) + 1))[: BIO_BYTES // 2] + "x" * (BIO_BYTES // 2)
            self._faults.struck["hostile-bio-10mb"] = 1
        return account
