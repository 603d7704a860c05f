"""One peer, one query, one sandbox of its own: what it found, held against what is there and what it asked."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass

from benchmarks.peers_environment import WORKERS, Peer, find_python
from talentscope.runtime.clock import SystemClock
from talentscope.sandbox.server import Limits, Running, WorldSettings, start

SEED = 1
PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Case:
    """A query over a world of `scale` repositories under `limits`. The same seed makes the same world each time."""

    query: str
    scale: int
    limits: Limits


@dataclass(frozen=True)
class Truth:
    """Ids of all matches, and of their owners that are users."""

    repositories: frozenset[int]
    owners: frozenset[int]


@dataclass(frozen=True)
class Result:
    """Shares are 0..1 of the truth; requests, refusals and bytes are from the sandbox's own log."""

    peer: Peer
    version: str
    truth: Truth
    repository_share: float
    owner_share: float
    search_requests: int
    other_requests: int
    refusals: int
    bytes_sent: int
    seconds: float
    error: str | None

    @property
    def requests(self) -> int:
        """All of them."""
        return self.search_requests + self.other_requests

    @property
    def records(self) -> float:
        """Repositories and owners it found."""
        return self.repository_share * len(self.truth.repositories) + self.owner_share * len(self.truth.owners)


def run_peer(peer: Peer, case: Case) -> Result:
    """Start a fresh sandbox, let the peer do the work, count. Raises TimeoutExpired after five minutes."""
    python = find_python(peer)
    # a world is made up to its present: midnight, so that every peer of one day meets the very same one
    midnight = SystemClock().now().replace(hour=0, minute=0, second=0, microsecond=0)
    settings = WorldSettings(scale=case.scale, seed=SEED, now=midnight)
    with start(settings, limits=case.limits) as sandbox, tempfile.TemporaryDirectory() as folder:
        # nothing of the caller's environment: a peer must not pick up a real token, a proxy or a configuration
        environment = {
            "PATH": os.defpath, "HOME": folder, "LANG": "C.UTF-8", "RUNTIME__DLTHUB_TELEMETRY": "false",
        }  # fmt: skip
        command = [python, WORKERS / peer.worker, sandbox.api_url, sandbox.graphql_url, case.query]
        done = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )
        if done.returncode:
            raise RuntimeError(f"the worker of {peer.name} broke: {done.stderr[-2000:]}")
        return _judge(peer, json.loads(done.stdout.splitlines()[-1]), sandbox, read_truth(sandbox, case.query))


def read_truth(sandbox: Running, query: str) -> Truth:
    """From the world itself, without any cap."""
    matches = sandbox.world.repositories(sandbox.world.find_rows(query))
    return Truth(
        repositories=frozenset(match["id"] for match in matches),
        owners=frozenset(match["owner"]["id"] for match in matches if match["owner"]["type"] == "User"),
    )


def _judge(peer: Peer, said: dict[str, object], sandbox: Running, truth: Truth) -> Result:
    searches = sandbox.log.count(resource="search")
    return Result(
        peer=peer,
        version=str(said["version"]),
        truth=truth,
        repository_share=_share(said["repositories"], truth.repositories),
        owner_share=_share(said["owners"], truth.owners),
        search_requests=searches,
        other_requests=sandbox.log.count() - searches,
        refusals=sandbox.log.count(status=403) + sandbox.log.count(status=429),
        bytes_sent=sum(entry.bytes_sent for entry in sandbox.log.entries),
        seconds=float(str(said["seconds"])),
        error=None if said["error"] is None else str(said["error"]),
    )


def _share(found: object, wanted: frozenset[int]) -> float:
    assert isinstance(found, list)
    return len(wanted.intersection(found)) / len(wanted)
