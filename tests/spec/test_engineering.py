"""What counts as engineering, by example: engineering.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from talentscope.registry.offers import is_engineering

EXAMPLES = yaml.safe_load(Path(__file__).with_name("engineering.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: f"{each['title']} ({each.get('department', '-')})")
def test_the_example_holds(example: dict[str, Any]) -> None:
    assert set(example) <= {"title", "department", "engineering", "because"}
    assert is_engineering(example["title"], example.get("department")) is example["engineering"]
