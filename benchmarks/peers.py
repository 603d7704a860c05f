"""The same work by ours and by four tools from PyPI: all repositories that match, and every owner's public profile.

    python -m benchmarks peers

Each runs as its documentation says, in a process and an environment of its own, against a fresh sandbox with the same
world. Coverage is held against the world itself; requests, refusals and bytes come from the sandbox's log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from benchmarks.peers_environment import PEERS
from benchmarks.peers_run import Case, Result, run_peer
from talentscope.sandbox.server import UNLIMITED

CASES = (
    Case("topic:python is:public", scale=67_000, limits=UNLIMITED),
    Case("stars:>=1 is:public", scale=67_000, limits=UNLIMITED),
)
SPENT = Case(
    "topic:python is:public",
    scale=15_000,
    limits=replace(UNLIMITED, search=4, search_anonymous=4, search_window=6.0),
)

HEADINGS = (
    "peer", "version", "matches read", "owners read", "search requests", "other requests", "requests / ours",
    "requests per 100 records", "403 or 429", "MB", "seconds", "wall time / ours", "wall time per record / ours",
)  # fmt: skip
SPENT_HEADINGS = ("peer", "outcome", "matches kept", "owners kept", "search requests", "403 or 429", "seconds")


def main() -> None:
    """Print one table for each query, and one for the spent search window."""
    for case in CASES:
        results = [run_peer(peer, case) for peer in PEERS]
        print(f"{_describe(case, results)}; generous limits\n")
        _print_table(HEADINGS, [_row(result, ours=results[0]) for result in results])
    results = [run_peer(peer, SPENT) for peer in PEERS]
    window = f"{SPENT.limits.search} searches per {SPENT.limits.search_window:.0f} s"
    print(f"{_describe(SPENT, results)}; {window}, so the window is spent in the middle of the run\n")
    _print_table(SPENT_HEADINGS, [_spent_row(result) for result in results])


def _describe(case: Case, results: Sequence[Result]) -> str:
    truth = results[0].truth
    return f"`{case.query}`: {len(truth.repositories):,} matches of {len(truth.owners):,} users"


def _row(result: Result, *, ours: Result) -> list[str]:
    per_records = f"{100 * result.requests / result.records:.1f}" if result.records else "-"
    return [
        result.peer.name,
        result.version,
        _percent(result.repository_share),
        _percent(result.owner_share),
        f"{result.search_requests:,}",
        f"{result.other_requests:,}",
        f"{result.requests / ours.requests:.2f}",
        per_records,
        str(result.refusals),
        f"{result.bytes_sent / 1e6:.1f}",
        f"{result.seconds:.1f}",
        f"{result.seconds / ours.seconds:.2f}",
        f"{result.seconds / result.records / (ours.seconds / ours.records):.1f}" if result.records else "-",
    ]


def _spent_row(result: Result) -> list[str]:
    outcome = "finishes" if result.error is None else f"dies: {_shorten(result.error)}"
    return [
        result.peer.name,
        outcome,
        _percent(result.repository_share),
        _percent(result.owner_share),
        f"{result.search_requests:,}",
        str(result.refusals),
        f"{result.seconds:.1f}",
    ]


def _shorten(error: str) -> str:
    """Fit for a cell: without the address, which holds the port of this run."""
    return error.partition(" for url")[0].replace("|", "/")[:120]


def _percent(share: float) -> str:
    """Cut, not rounded: 100 % means all of them."""
    return f"{int(share * 1000) / 10:.1f} %"


def _print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    for row in (headings, ["---"] * len(headings), *rows):
        print(f"| {' | '.join(row)} |")
    print(flush=True)


if __name__ == "__main__":
    main()
