"""The invented world: deterministic from seed and scale, questioned by the API, changed only by faults and pushes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from talentscope.sandbox.companies.employer import Employer
from talentscope.sandbox.github.accounts import ORGANIZATION, TYPES, USER, make_accounts
from talentscope.sandbox.github.crowd import Crowd
from talentscope.sandbox.github.employment import employ
from talentscope.sandbox.github.identity import from_node_id, to_node_id
from talentscope.sandbox.github.index import SearchIndex
from talentscope.sandbox.github.ordering import Found, find_page
from talentscope.sandbox.github.people import PeopleQuery, match_people
from talentscope.sandbox.github.qualifiers import BadQuery, Query, read_query
from talentscope.sandbox.github.repositories import make_known, make_repositories
from talentscope.sandbox.github.subjects import LANGUAGES, VOCABULARY
from talentscope.sandbox.github.words import LICENSES

Row = dict[str, Any]


@dataclass(frozen=True)
class WorldSettings:
    """`scale` is the number of repositories; `now` the world's present (aware), by default the moment of the start."""

    scale: int = 20_000
    seed: int = 1
    now: datetime | None = None


@dataclass
class Changes:
    """What faults and pushes did to the world since it was made."""

    names: dict[int, str] = field(default_factory=dict)  # repository row -> present name
    moved: dict[tuple[int, str], int] = field(default_factory=dict)  # (owner row, former name) -> repository row
    lag_seconds: int = 0
    pushes: int = 0


class World:
    """Rows are positions in the tables of accounts and repositories; `now` answers epoch seconds of world time.

    `employment` knows who stated which of the `employers` and which organisations are theirs.
    """

    def __init__(
        self, settings: WorldSettings, *, started: int, now: Callable[[], int], employers: Sequence[Employer] = ()
    ) -> None:
        rng = np.random.default_rng(settings.seed)
        owners = max(1, settings.scale // 2)
        self.settings = settings
        self.now = now
        self.lock = threading.RLock()
        people = make_accounts(rng, owners=owners, others=max(4, settings.scale // 10), now=started)
        made = make_repositories(rng, scale=settings.scale, accounts=people, now=started)
        self.employment = employ(people, employers, seed=settings.seed)
        self._accounts = make_known(self.employment.accounts, made)
        self._index = SearchIndex(made)
        self._repositories = made.table.drop_columns(["pushed", "updated", "subject", "by_bot"])
        self._offsets, self._topics = made.offsets, made.topics
        self.owner = made.table["owner"].to_numpy()
        self.pushed = made.table["pushed"].to_numpy().copy()
        self._updated = made.table["updated"].to_numpy().copy()
        self._before = np.full(settings.scale, -1, dtype=np.int64)  # the push before the last one, for index lag
        self._repository_ids = made.table["id"].to_numpy()
        self._account_ids = self._accounts["id"].to_numpy()
        self._kinds = self._accounts["kind"].to_numpy()
        self.alive = np.ones(settings.scale, dtype=bool)
        self.alive_accounts = np.ones(len(self._accounts), dtype=bool)
        self.changes = Changes()
        self.crowd = Crowd(seed=settings.seed, people=np.flatnonzero(self._kinds == USER), ids=self._repository_ids)

    # --- searching -------------------------------------------------------------------------------------------------

    def search(self, query: Query, *, offset: int, limit: int) -> Found:
        """One page of rows and the count of all matches. Raises BadQuery when `user:` names nobody."""
        with self.lock:
            owners = tuple(self._owner_row(login) for login in query.owners)
            matches = self._index.matches(query, owners, self.alive)
            return find_page(
                matches, query, self._sortable, pushed=self._indexed(), offset=offset, limit=limit,
                version=-1 if self.changes.lag_seconds else self.changes.pushes,
            )  # fmt: skip

    def count(self, text: str) -> int:
        """The truth behind a search text, whatever faults are on."""
        return self.search(read_query(text), offset=0, limit=0).total

    def find_rows(self, text: str) -> list[int]:
        """All rows that a search text matches, oldest push first: the truth, without any cap."""
        query = read_query(f"{text} sort:updated-asc")
        return self.search(query, offset=0, limit=self.settings.scale).rows

    def matching_rows(self, query: Query) -> Any:
        """The rows of `query` whatever their last push."""
        owners = tuple(self._owner_row(login) for login in query.owners)
        return self._index.matches(query, owners, self.alive).rows

    def _owner_row(self, login: str) -> int:
        row = self.find_login(login)
        if row is None:
            raise BadQuery(
                "The listed users and repositories cannot be searched either because the resources do not exist "
                "or you do not have permission to view them."
            )
        return row

    def _indexed(self) -> Any:
        """Last pushes as the search index knows them; -1 hides what it has not seen yet."""
        if not self.changes.lag_seconds:
            return self.pushed
        seen = self.now() - self.changes.lag_seconds
        return np.where(self.pushed <= seen, self.pushed, np.where(self._before <= seen, self._before, -1))

    @cached_property
    def _sortable(self) -> dict[str, Any]:
        columns = {"stars": "stars", "forks": "forks", "help-wanted-issues": "issues"}
        return {sort: self._repositories[column].to_numpy() for sort, column in columns.items()}

    # --- looking up ------------------------------------------------------------------------------------------------

    @cached_property
    def _logins(self) -> dict[str, int]:
        return {login: row for row, login in enumerate(pc.utf8_lower(self._accounts["login"]).to_pylist())}

    @cached_property
    def _by_owner(self) -> tuple[Any, Any]:
        order = np.argsort(self.owner, kind="stable")
        counts = np.bincount(self.owner, minlength=len(self._accounts))
        return order, np.concatenate([[0], np.cumsum(counts)])

    def find_login(self, login: str) -> int | None:
        """The row of an account by login, in any case."""
        row = self._logins.get(login.lower())
        return row if row is not None and self.alive_accounts[row] else None

    def find_account(self, number: int) -> int | None:
        """The row of an account by numeric id."""
        return _position(self._account_ids, number, self.alive_accounts)

    def find_repository(self, number: int) -> int | None:
        """The row of a repository by numeric id."""
        return _position(self._repository_ids, number, self.alive)

    def find_node(self, node_id: str) -> tuple[str, int] | None:
        """Kind and row of a node id; None when nobody has it (any more)."""
        node = from_node_id(node_id)
        if node is None:
            return None
        if node.kind == "Repository":
            row = self.find_repository(node.number)
            return None if row is None else ("Repository", row)
        row = self.find_account(node.number)
        return None if row is None or TYPES[self._kinds[row]] != node.kind else (node.kind, row)

    def owned_rows(self, account: int) -> list[int]:
        """Repositories of an account, oldest first."""
        order, starts = self._by_owner
        rows = order[starts[account] : starts[account + 1]]
        return [int(row) for row in rows if self.alive[row]]

    def find_named(self, owner: str, name: str) -> tuple[int | None, bool]:
        """The row of `owner/name` and whether it has moved to another name since."""
        account = self.find_login(owner)
        if account is None:
            return None, False
        rows = self.owned_rows(account)
        for row, other in zip(rows, self.names(rows), strict=True):
            if other.lower() == name.lower():
                return row, False
        moved = self.changes.moved.get((account, name.lower()))
        return (moved, True) if moved is not None and self.alive[moved] else (None, False)

    def names(self, rows: Sequence[int]) -> list[str]:
        """Present names of repositories."""
        stored = self._repositories["name"].take(pa.array(rows, pa.int64())).to_pylist()
        return [self.changes.names.get(row, name) for row, name in zip(rows, stored, strict=True)]

    # --- reading ---------------------------------------------------------------------------------------------------

    def accounts(self, rows: Sequence[int]) -> list[Row]:
        """Whole profiles."""
        found: list[Row] = self._accounts.take(pa.array(rows, pa.int64())).to_pylist()
        _, starts = self._by_owner
        for row, account in zip(rows, found, strict=True):
            self._sign(account, row)
            order = self._by_owner[0][starts[row] : starts[row + 1]]
            account["repositories"] = int(self.alive[order].sum()) + account["elsewhere"]
        return found

    def owners(self, rows: Sequence[int]) -> list[Row]:
        """Just what a repository says of its owner: id, login, type, node id."""
        found: list[Row] = self._accounts.select(["id", "login", "kind"]).take(pa.array(rows, pa.int64())).to_pylist()
        for row, account in zip(rows, found, strict=True):
            self._sign(account, row)
        return found

    def _sign(self, account: Row, row: int) -> None:
        account["row"] = int(row)
        account["type"] = TYPES[account["kind"]]
        account["node_id"] = to_node_id(account["type"], account["id"])

    def repositories(self, rows: Sequence[int]) -> list[Row]:
        """Everything about repositories, owner included (see `owners`)."""
        found: list[Row] = self._repositories.take(pa.array(rows, pa.int64())).to_pylist()
        owners = self.owners([int(self.owner[row]) for row in rows])
        for row, repository, owner in zip(rows, found, owners, strict=True):
            codes = self._topics[self._offsets[row] : self._offsets[row + 1]]
            name = self.changes.names.get(row, repository["name"])
            language, license_code = repository["language"], repository["license"]
            repository |= {
                "row": row,
                "name": name,
                "owner_row": repository["owner"],
                "owner": owner,
                "full_name": f"{owner['login']}/{name}",
                "node_id": to_node_id("Repository", repository["id"]),
                "pushed": int(self.pushed[row]),
                "updated": int(self._updated[row]),
                "topics": [VOCABULARY[code] for code in codes],
                "language": LANGUAGES[language] if language >= 0 else None,
                "license": LICENSES[license_code] if license_code >= 0 else None,
                "branch": "master" if repository["master"] else "main",
            }
        return found

    # --- changing --------------------------------------------------------------------------------------------------

    def push(self, row: int, at: int) -> None:
        """Somebody pushes: the repository moves to the end of `sort=updated`."""
        with self.lock:
            self._before[row] = self.pushed[row]
            self.pushed[row] = at
            self._updated[row] = max(at, int(self._updated[row]))
            self.changes.pushes += 1

    def tie(self, rows: Any) -> None:
        """Give all `rows` the same second of last push: that of the middle one."""
        with self.lock:
            self.pushed[rows] = np.sort(self.pushed[rows])[len(rows) // 2]
            self.changes.pushes += 1

    def rename(self, row: int) -> str:
        """Give a repository another name; the former one redirects from now on. Returns the new name."""
        with self.lock:
            former = self.names([row])[0]
            name = f"{former}-renamed"
            self.changes.names[row] = name
            self.changes.moved[int(self.owner[row]), former.lower()] = row
            return name

    def delete_repository(self, row: int) -> None:
        """Gone from every answer from now on."""
        with self.lock:
            self.alive[row] = False
            self._index.forget()

    def delete_account(self, row: int) -> None:
        """Gone with all its repositories."""
        with self.lock:
            self.alive[self.owned_rows(row)] = False
            self.alive_accounts[row] = False
            self._index.forget()

    def find_people(
        self, query: PeopleQuery, *, sort: str | None, order: str, offset: int, limit: int
    ) -> tuple[int, list[int]]:
        """Count and one page of the accounts that match; the most followed first unless told otherwise."""
        _, starts = self._by_owner
        counts = np.diff(starts)
        mask = match_people(query, self._accounts, counts) & self.alive_accounts
        rows = np.flatnonzero(mask)
        columns = {"repositories": counts, "joined": self._accounts["created"].to_numpy()}
        keys = columns.get(sort or "", self._accounts["followers"].to_numpy())[rows]
        ordered = rows[np.argsort(keys if order == "asc" else -keys, kind="stable")]
        return len(rows), [int(row) for row in ordered[offset : offset + limit]]

    def viewer_row(self) -> int:
        """Whose token it is that asks: always the first person of the world."""
        return int(np.flatnonzero(self._kinds == USER)[0])

    def is_organization(self, row: int) -> bool:
        """Whether an account is one."""
        return bool(self._kinds[row] == ORGANIZATION)

    @property
    def account_count(self) -> int:
        """How many accounts there are, living or gone."""
        return len(self._accounts)

    def close(self) -> None:
        """Free the search index."""
        self._index.close()


def _position(ids: Any, number: int, alive: Any) -> int | None:
    row = int(np.searchsorted(ids, number))
    return row if row < len(ids) and ids[row] == number and alive[row] else None
