"""Whole annual reports as they were filed, where somebody has put them: `filings/NAME.htm` in the data directory.

NAME is an id of tests/spec/head_counts.yaml (`aapl-2024.htm`). The reports are large and are not kept here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from talentscope.sources.sec.document import digest_of, parse_digest
from talentscope.sources.sec.headcount import find_head_count

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("TALENTSCOPE_TEST_DATA", ROOT.parent / "shared" / "data"))  # noqa: TID251 - tests
LABELS: dict[str, dict[str, Any]] = {
    row["id"]: row for row in yaml.safe_load((ROOT / "tests" / "spec" / "head_counts.yaml").read_text())
}
REPORTS = sorted(path for path in (DATA / "filings").glob("*.htm") if path.stem in LABELS)


@pytest.mark.skipif(not REPORTS, reason="no annual reports in the data directory (filings/*.htm)")
@pytest.mark.parametrize("path", REPORTS or [DATA], ids=lambda path: path.stem)
def test_a_whole_report_tells_its_head_count(path: Path) -> None:
    label = LABELS[path.stem]
    reading = parse_digest(digest_of(path.read_text(encoding="utf-8", errors="replace")))
    found = find_head_count(reading.passages, label["period"])

    assert found is not None
    assert (found.employees, found.as_of) == (label["employees"], label["as_of"])
    assert reading.classes
