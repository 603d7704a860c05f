"""What every worker is told and what it prints. Standard library only: it runs in the peers' own environments."""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time
from types import TracebackType


class Report:
    """One peer's run: `with Report(...) as report:` around the work and nothing else.

    Whatever ends the work early is reported, not raised: how a peer dies is what one of the runs is about.
    `repositories` and `owners` hold numeric ids; owners are those whose whole profile was read.
    """

    def __init__(self, distribution: str) -> None:
        self.version = importlib.metadata.version(distribution)
        self.repositories: set[int] = set()
        self.owners: set[int] = set()
        self.error: str | None = None
        self.seconds = self._started = 0.0

    def __enter__(self) -> Report:
        self._started = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.seconds = time.perf_counter() - self._started
        if error is None:
            return True
        root = error
        while root.__cause__ is not None:
            root = root.__cause__
        self.error = f"{type(root).__name__}: {' '.join(str(root).split())[:300]}"
        return isinstance(error, Exception)

    def show(self) -> None:
        """One line of JSON on stdout."""
        found = {"repositories": sorted(self.repositories), "owners": sorted(self.owners)}
        print(json.dumps({"version": self.version, "seconds": self.seconds, "error": self.error, **found}))


def read_task() -> tuple[str, str, str]:
    """REST URL, GraphQL URL and search text, from the command line."""
    api_url, graphql_url, query = sys.argv[1:]
    return api_url, graphql_url, query


TOKEN = "sandbox-token"
"""Any token will do for the sandbox; it gives a caller the limits of somebody with one."""
