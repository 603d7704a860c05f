"""A page with an empty data directory and a shared place that is filled: its first answer has the data."""

from __future__ import annotations

from pathlib import Path

import httpx
from tests.functional.stage import Program, fresh

from talentscope.runtime.clock import SystemClock
from talentscope.transport.folder import Folder
from talentscope.warehouse.offer import offer
from talentscope.warehouse.snapshot import find_snapshot


def test_a_cold_page_has_the_shared_snapshot_before_it_listens(collected: Path, tmp_path: Path) -> None:
    place, path = tmp_path / "shared", find_snapshot(collected)
    assert path is not None
    offer(Folder(place), path, run_id="elsewhere", clock=SystemClock())
    page: Program = fresh(tmp_path / "home").with_settings(
        TALENTSCOPE_SNAPSHOTS=place, TALENTSCOPE_SNAPSHOT_POLL_SECONDS=3600
    )
    process = page.start("serve", "--port", "0")
    try:
        assert process.stderr is not None
        url = next(line.decode().split()[0] for line in process.stderr if b"http://" in line)
        assert httpx.get(f"{url}/readyz", timeout=60).status_code == 200
    finally:
        process.terminate()
        page.finish(process)
