"""dlt's `rest_api` source into DuckDB: the search with its link paginator, the owner as a dependent resource.

A dependent resource asks once for every row of its parent, so an owner of two repositories is read twice.
What counts as found is what is in DuckDB at the end.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import dlt
import duckdb
from dlt.sources.rest_api import rest_api_source
from report import TOKEN, Report, read_task


def make_source(api_url: str, query: str) -> Any:
    """Two resources, as in dlt's own GitHub example."""
    return rest_api_source(
        {
            "client": {"base_url": f"{api_url}/", "auth": {"type": "bearer", "token": TOKEN}},
            "resource_defaults": {"primary_key": "id", "write_disposition": "merge"},
            "resources": [
                {
                    "name": "repositories",
                    "endpoint": {
                        "path": "search/repositories",
                        "params": {"q": query, "per_page": 100},
                        "paginator": "header_link",
                        "data_selector": "items",
                    },
                },
                {
                    "name": "owners",
                    "parallelized": True,
                    "endpoint": {"path": "users/{resources.repositories.owner.login}", "paginator": "single_page"},
                },
            ],
        }
    )


def read_found(path: Path, report: Report) -> None:
    """Ids out of the loaded tables; nothing when the load never happened."""
    if not path.exists():
        return
    with duckdb.connect(str(path), read_only=True) as connection:
        known = {row[0] for row in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()}
        for table, ids in (("repositories", report.repositories), ("owners", report.owners)):
            if table in known:
                ids.update(row[0] for row in connection.execute(f"SELECT id FROM peers.{table}").fetchall())


def main() -> None:
    api_url, _, query = read_task()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "found.duckdb"
        with Report("dlt") as report:
            pipeline = dlt.pipeline(
                "peers", pipelines_dir=folder, destination=dlt.destinations.duckdb(str(path)), dataset_name="peers"
            )
            pipeline.run(make_source(api_url, query))
        read_found(path, report)
    report.show()


if __name__ == "__main__":
    main()
