"""The page: how soon it is useful, how quickly it answers, and what twenty readers meet while snapshots change.

Beside the same table by Datasette and by a Dash app. The parts run one by one: page_load, page_filter, page_readers.
"""

from __future__ import annotations

from benchmarks import page_filter, page_load, page_readers


def main() -> None:
    """All three."""
    for part in (page_load, page_filter, page_readers):
        print(f"\n### {part.__name__.rpartition('.')[2]}\n", flush=True)
        part.main()


if __name__ == "__main__":
    main()
