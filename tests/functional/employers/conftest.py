"""The pages over the published companies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from filelock import FileLock
from tests.functional.employers.invented import HOSTILE, rows
from tests.functional.places import url_of
from tests.integration import company_stock as stock
from tests.integration.stock import to_arrow
from tests.web_world import client, make_parts

from talentscope.runtime.clock import FixedClock
from talentscope.warehouse.connection import open_warehouse


@pytest.fixture(scope="session")
def home(shared_folder: Path) -> Path:
    folder = shared_folder / "web-companies"
    with FileLock(shared_folder / "web-companies.lock"):
        if not folder.exists():
            made = stock.stock(
                *rows(),
                company_postings=[
                    stock.posting("acme", 1),
                    stock.posting("acme", 2, title=HOSTILE, url="javascript:alert(2)"),
                ],
                company_posts=[
                    stock.post("acme", 1),
                    stock.post("acme", 2, text=HOSTILE, url="javascript:alert(3)", score=None, language="xx"),
                ],
            )
            with open_warehouse(home=folder, database_url=url_of(folder), clock=FixedClock(stock.NOW)) as warehouse:
                warehouse.prepare()
                warehouse.load(to_arrow(made))
                warehouse.transform()
                warehouse.publish(run_id="run1")
    return folder


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[TestClient]:
    with client(make_parts(home, clock=FixedClock(stock.NOW))) as made:
        yield made
