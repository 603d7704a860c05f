"""MeltanoLabs tap-github: its `searches` for the repositories, then a second run with `user_ids` for their owners.

Without a token, because it checks tokens against an address that cannot be changed. What counts as found are the
RECORD messages it wrote. `rate_limit_buffer` is 0: its default keeps a thousand requests back.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from report import Report, read_task
from tap_github.tap import TapGitHub


def run(config: dict[str, Any], *, stream: str, messages: Path) -> None:
    """One sync of one selected stream, its messages into a file where a target would read them."""
    catalog = TapGitHub(config=config).catalog_dict
    for entry in catalog["streams"]:
        for metadata in entry["metadata"]:
            if not metadata["breadcrumb"]:
                metadata["metadata"]["selected"] = entry["tap_stream_id"] == stream
    with messages.open("w") as target, contextlib.redirect_stdout(target):
        TapGitHub(config=config, catalog=catalog).sync_all()


def read_records(messages: Path) -> Iterator[dict[str, Any]]:
    """The rows it wrote, also when it died in between."""
    if messages.exists():
        for line in messages.read_text().splitlines():
            message = json.loads(line)
            if message["type"] == "RECORD":
                yield message["record"]


def main() -> None:
    api_url, _, query = read_task()
    common = {"api_url_base": api_url, "rate_limit_buffer": 0}
    with tempfile.TemporaryDirectory() as folder:
        repositories, users = Path(folder) / "repositories.jsonl", Path(folder) / "users.jsonl"
        with Report("meltanolabs-tap-github") as report:
            searches = [{"name": "all", "query": query}]
            run(common | {"searches": searches}, stream="repositories", messages=repositories)
            owners = {row["owner"]["id"] for row in read_records(repositories) if row["owner"]["type"] == "User"}
            run(common | {"user_ids": [str(number) for number in owners]}, stream="users", messages=users)
        report.repositories = {row["id"] for row in read_records(repositories)}
        report.owners = {row["id"] for row in read_records(users)}
    report.show()


if __name__ == "__main__":
    main()
