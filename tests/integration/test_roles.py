"""Least rights, on a real server: the loader runs everything, the page's role has the desk and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from tests.integration.stock import crowd, to_arrow
from tests.postgres import create_database, to_address

from talentscope.desk.connection import HEAD, database_at, migrate
from talentscope.desk.desk import Desk, open_desk
from talentscope.desk.roles import grant_desk
from talentscope.desk.shortlist import Candidate
from talentscope.runtime.clock import FixedClock, SystemClock
from talentscope.runtime.errors import DeskError, UsageError, WarehouseError
from talentscope.warehouse.connection import open_warehouse
from talentscope.warehouse.engines.roles import hand_over
from talentscope.warehouse.transform import DERIVED_SCHEMAS

CLOCK = FixedClock(datetime(2026, 11, 21, 12, tzinfo=UTC))
KEY = "a key that is long enough"
SCHEMAS = ("raw", "raw_staging", *DERIVED_SCHEMAS)


@dataclass(frozen=True)
class Office:
    """A database, its roles, and their addresses."""

    admin: str
    loader: str
    reader: str
    home: Path

    def desk_of(self, url: str) -> Desk:
        return open_desk(home=self.home, key=KEY, clock=CLOCK, address=to_address(url))


@pytest.fixture(scope="module")
def office(postgres_url: str, make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A warehouse with facts and a desk that an administrator made, and handed to two roles with awkward names."""
    admin, home = make_database(), tmp_path_factory.mktemp("office")
    names = [f'{kind} "of" {uuid.uuid4().hex[:6]}%' for kind in ("loader", "reader")]
    with psycopg.connect(admin, autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
    with open_warehouse(home=home, database_url=admin, clock=SystemClock()) as warehouse:
        warehouse.prepare()
        warehouse.load(to_arrow(crowd(40, seed=1)))
        warehouse.transform()
    database = database_at(home, to_address(admin))
    migrate(database, to=HEAD)
    grant_desk(database, names)
    database.close()
    for _ in range(2):
        hand_over(to_address(admin), SCHEMAS, loader=names[0], readers=[names[1]])
    return Office(admin, *(replace(to_address(admin), user=name).url for name in names), home)


def test_the_loader_loads_transforms_publishes_and_rebuilds(office: Office) -> None:
    with (
        open_warehouse(home=office.home / "loader", database_url=office.loader, clock=SystemClock()) as warehouse,
        warehouse.hold(wait_seconds=5, purpose="test"),
    ):
        warehouse.prepare()
        warehouse.load(to_arrow(crowd(60, seed=2)))
        warehouse.transform()
        assert warehouse.publish(run_id="r1", is_forced=True).exists()
        warehouse.rebuild()
        assert warehouse.check() == []


@pytest.mark.parametrize("schema", ["raw", "staging", "daily", "marts", "sqlmesh", "sqlmesh__marts"])
def test_the_reader_reads_and_writes_nothing_of_the_warehouse(office: Office, schema: str) -> None:
    with psycopg.connect(office.admin) as connection:
        tables = connection.execute(
            "SELECT c.relname FROM pg_class AS c WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'v')",
            [schema],
        ).fetchall()
    assert tables, "an empty schema would prove nothing"
    with psycopg.connect(office.reader, autocommit=True) as connection:
        for (table,) in tables:
            for statement in ("SELECT * FROM {}", "DELETE FROM {}", "DROP TABLE {}", "GRANT ALL ON {} TO PUBLIC"):
                with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.WrongObjectType)):
                    connection.execute(sql.SQL(statement).format(sql.Identifier(schema, table)))  # type: ignore[arg-type]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(sql.SQL("CREATE TABLE {} (x int)").format(sql.Identifier(schema, "mine")))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE SCHEMA mine")


def test_a_warehouse_opened_by_the_reader_says_what_is_missing(office: Office) -> None:
    with (
        open_warehouse(home=office.home / "reader", database_url=office.reader, clock=SystemClock()) as warehouse,
        pytest.raises(WarehouseError, match="permission denied"),
    ):
        warehouse.query("SELECT * FROM marts.developers")


@pytest.mark.parametrize("who", ["loader", "reader"])
def test_whoever_uses_the_desk_does_all_that_people_do(office: Office, who: str) -> None:
    with office.desk_of(getattr(office, who)) as desk:
        number = desk.shortlists.create(f"of the {who}", actor="ann")
        desk.shortlists.add(number, [Candidate(7, "ada"), Candidate(8, "ben")], actor="ann")
        desk.shortlists.note(number, 7, "a very-unusual-note", actor="ann")
        desk.briefs.save(f"of-{who}", "topics: [a]", actor="ann")
        desk.past_runs.note("talent", started_at=CLOCK.now(), ended_at=CLOCK.now(), code=0)
        assert desk.leases.take(who, "a", 60)
        assert desk.suppress(github_id=7, reason="asked")["notes"] == 1
        assert desk.is_suppressed(7, None)
        assert desk.release(github_id=7)
    with psycopg.connect(office.admin, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        stored = connection.execute(
            "SELECT pg_read_binary_file(pg_relation_filepath('desk.notes'))", binary=True
        ).fetchone()
    assert stored is not None
    assert b"very-unusual-note" not in stored[0], "the vacuum after an erasure needs a right of its own"


@pytest.mark.parametrize("who", ["loader", "reader"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE desk.audit SET actor = 'nobody'",
        "DELETE FROM desk.audit",
        "TRUNCATE desk.audit",
        "ALTER TABLE desk.audit DISABLE TRIGGER ALL",
        "UPDATE desk.keys SET fingerprint = 'x'",
        "DELETE FROM desk.keys",
        "UPDATE desk.alembic_version SET version_num = '0001'",
        "DROP TABLE desk.notes",
        "CREATE TABLE desk.mine (x int)",
    ],
)
def test_nobody_who_uses_the_desk_changes_its_audit_its_key_or_its_tables(
    office: Office, who: str, statement: str
) -> None:
    with (
        psycopg.connect(getattr(office, who), autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


def test_tables_of_a_later_migration_can_be_used_too(office: Office) -> None:
    with psycopg.connect(office.admin, autocommit=True) as connection:
        connection.execute("CREATE TABLE desk.later (later_id serial PRIMARY KEY, text text)")
    for url in (office.loader, office.reader):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("INSERT INTO desk.later (text) VALUES ('x')")
            connection.execute("VACUUM (FULL) desk.later")
    with psycopg.connect(office.admin, autocommit=True) as connection:
        connection.execute("DROP TABLE desk.later")


def test_a_role_that_may_not_migrate_says_so(office: Office, postgres_url: str, tmp_path: Path) -> None:
    empty = create_database(postgres_url)
    role = to_address(office.reader).user
    with pytest.raises(DeskError, match="permission denied") as raised:
        open_desk(home=tmp_path, key=KEY, clock=CLOCK, address=replace(to_address(empty), user=role))
    assert "talentscope migrate" in raised.value.way_out


def test_an_unknown_role_is_named(office: Office) -> None:
    database = database_at(office.home, to_address(office.admin))
    with pytest.raises(UsageError, match="no role 'nobody-of-that-name'"):
        grant_desk(database, ["nobody-of-that-name"])
    database.close()
    with pytest.raises(UsageError, match="no role 'nobody-of-that-name'"):
        hand_over(to_address(office.admin), SCHEMAS, loader="nobody-of-that-name", readers=[])
