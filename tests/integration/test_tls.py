"""TLS to PostgreSQL, for real: sslmode and sslrootcert reach psycopg, dlt, SQLMesh and the desk; each refuses a wrong
root."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
import pytest
from tests.integration.stock import crowd, to_arrow
from tests.postgres import to_address
from tests.tls_front import make_authority, tls_front

from talentscope.desk.desk import open_desk
from talentscope.runtime.addresses import Postgres
from talentscope.runtime.clock import FixedClock, SystemClock
from talentscope.runtime.errors import DeskError, WarehouseError
from talentscope.warehouse.connection import open_warehouse
from talentscope.warehouse.engines.postgres import PostgresEngine

CLOCK = FixedClock(datetime(2026, 11, 21, 12, tzinfo=UTC))


@dataclass(frozen=True)
class Front:
    """A server that speaks TLS only, the root that vouches for it, and one that does not."""

    address: Postgres
    root: Path
    stranger: Path

    def at(self, mode: str, root: Path | None = None, *, host: str = "localhost") -> Postgres:
        options = {"sslmode": mode, **({"sslrootcert": str(root)} if root else {})}
        return replace(self.address, host=host, options=options)


@pytest.fixture(scope="module")
def front(make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder, backend = tmp_path_factory.mktemp("tls"), to_address(make_database())
    root, certificate = make_authority(folder, "ours")
    stranger, _ = make_authority(folder, "stranger")
    with tls_front(backend, certificate) as port:
        yield Front(replace(backend, port=str(port)), root, stranger)


def test_the_whole_warehouse_works_with_a_verified_server(front: Front, tmp_path: Path) -> None:
    url = front.at("verify-full", front.root).url
    with open_warehouse(home=tmp_path, database_url=url, clock=SystemClock()) as warehouse:
        with warehouse.hold(wait_seconds=5, purpose="test"):
            warehouse.prepare()
            warehouse.load(to_arrow(crowd(30, seed=1)))  # dlt
            warehouse.transform()  # SQLMesh
        assert warehouse.query("SELECT * FROM marts.developers").num_rows > 0  # psycopg


def test_the_desk_works_with_a_verified_server(front: Front, tmp_path: Path) -> None:
    with open_desk(home=tmp_path, key=None, clock=CLOCK, address=front.at("verify-full", front.root)) as desk:
        desk.suppress(github_id=7, reason="asked")
        assert desk.is_suppressed(7, None)


@pytest.mark.parametrize(
    ("mode", "root", "host", "says"),
    [
        ("verify-full", "stranger", "localhost", "certificate verify failed"),
        ("verify-ca", "stranger", "localhost", "certificate verify failed"),
        ("verify-full", "root", "127.0.0.1", "does not match host name"),
        ("verify-full", None, "localhost", "root certificate"),
        ("disable", None, "localhost", "closed"),
    ],
)
def test_whoever_cannot_be_trusted_is_refused_with_the_way_out(
    front: Front, tmp_path: Path, mode: str, root: str | None, host: str, says: str
) -> None:
    address = front.at(mode, getattr(front, root) if root else None, host=host)
    with pytest.raises(DeskError, match=says) as raised:
        open_desk(home=tmp_path, key=None, clock=CLOCK, address=address)
    assert "sslrootcert" in raised.value.way_out or mode == "disable"
    with (
        open_warehouse(home=tmp_path, database_url=address.url, clock=SystemClock()) as warehouse,
        pytest.raises(WarehouseError, match=says) as refused,
    ):
        warehouse.query("SELECT 1 AS one")
    assert "sslrootcert" in refused.value.way_out or mode == "disable"


def test_each_library_that_connects_refuses_a_server_of_a_stranger(front: Front) -> None:
    trusting = PostgresEngine(url=front.at("verify-full", front.root).url)
    doubting = PostgresEngine(url=front.at("verify-full", front.stranger).url)
    for engine in (trusting, doubting):
        for connect in (
            engine.gateway()._connection_factory_with_kwargs,  # SQLMesh
            lambda engine=engine: psycopg2.connect(engine._dlt_url()),  # dlt
        ):
            if engine is trusting:
                connect().close()
                continue
            with pytest.raises(psycopg2.OperationalError, match="certificate verify failed"):
                connect()
