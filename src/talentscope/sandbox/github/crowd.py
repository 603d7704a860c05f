"""Who else worked on a repository: the contributors beside the owner, drawn on demand from seed and repository id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Repository = dict[str, Any]
NOBODY = -1


@dataclass(frozen=True)
class Share:
    """Commits of one author. `account` is a row, or NOBODY for an author without an account (then `email` is set)."""

    account: int
    commits: int
    email: str | None = None


class Crowd:
    """Deterministic: the same repository always has the same contributors."""

    def __init__(self, *, seed: int, people: Any, ids: Any) -> None:
        self._seed = seed
        self._people = people
        self._ids = ids

    def shares(self, repository: Repository) -> list[Share]:
        """All authors, most commits first; they add up to the repository's commits."""
        others = repository["commits"] - repository["owned"]
        own = [Share(repository["owner_row"], repository["owned"])] if repository["owned"] else []
        if others <= 0 or repository["crowd"] <= 0:
            return own
        rng = np.random.default_rng([self._seed, repository["id"]])
        drawn = rng.choice(len(self._people), size=min(repository["crowd"], len(self._people)), replace=False)
        weights = 1 / np.arange(1, len(drawn) + 1) ** 1.3
        parts = 1 + rng.multinomial(others - len(drawn), weights / weights.sum())
        nameless = rng.random(len(drawn)) < 0.1
        rows = self._people[drawn]
        shares = own + [
            Share(NOBODY, int(part), f"dev{number}@example.net") if is_nameless or row == repository["owner_row"]
            else Share(int(row), int(part))
            for number, (row, part, is_nameless) in enumerate(zip(rows, parts, nameless, strict=True))
        ]  # fmt: skip
        return sorted(shares, key=lambda share: (-share.commits, share.account))

    def commits(self, repository: Repository, *, author: int | None, since: int | None, until: int | None) -> int:
        """Commits of the default branch by `author` (row; None: by anybody), spread evenly over its lifetime."""
        if author is None:
            total = int(repository["commits"])
        elif author == repository["owner_row"]:
            total = int(repository["owned"])
        else:
            total = sum(share.commits for share in self.shares(repository) if share.account == author)
        first, last = repository["created"], repository["pushed"]
        begin = max(first, since if since is not None else first)
        end = min(last, until if until is not None else last)
        if begin <= first and end >= last:
            return total
        return 0 if end < begin else round(total * (end - begin) / max(1, last - first))

    def mentionable(self, repository: Repository) -> int:
        """People with an account among the authors, the owner counted when a person."""
        named = {share.account for share in self.shares(repository) if share.account != NOBODY}
        if repository["owner"]["type"] == "User":
            named.add(repository["owner_row"])
        return len(named)
