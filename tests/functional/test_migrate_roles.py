"""`migrate` on a server by an owner who is no superuser: a loader, a reader, a run in between."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from tests.functional.stage import Program, complaint
from tests.integration.stock import crowd, to_arrow
from tests.postgres import to_address, with_database

from talentscope.desk.desk import open_desk
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import WarehouseError
from talentscope.warehouse.connection import Warehouse, open_warehouse
from talentscope.warehouse.transform import DERIVED_SCHEMAS

pytestmark = pytest.mark.once

KEY = "a key that is long enough"
SCHEMAS = ["raw", "raw_staging", *DERIVED_SCHEMAS]


@dataclass(frozen=True)
class Place:
    """A database of a role that is no superuser, and two roles that it did not make."""

    server: str
    database: str
    owner: str
    loader: str
    reader: str
    home: Path

    def url(self, role: str) -> str:
        return replace(to_address(with_database(self.server, self.database)), user=role).url

    def program(self, role: str, **settings: object) -> Program:
        """The program as that role signs in."""
        given = {"DATABASE_URL": self.url(role), "TALENTSCOPE_DESK_KEY": KEY}
        return Program(self.home / role, given).with_settings(**settings)

    def migrate(self, *words: str) -> str:
        answer = self.program(self.owner)("migrate", *words)
        assert answer.code == 0, answer.err
        return answer.err

    def hand_over(self) -> str:
        return self.migrate("--loader", self.loader, "--reader", self.reader)

    @contextmanager
    def warehouse(self, role: str) -> Iterator[Warehouse]:
        home = self.home / f"{role} in process"
        with open_warehouse(home=home, database_url=self.url(role), clock=SystemClock()) as opened:
            yield opened

    def run(self, role: str, *, seed: int) -> None:
        """What a run of that role does to the warehouse."""
        with self.warehouse(role) as warehouse, warehouse.hold(wait_seconds=5, purpose="test"):
            warehouse.prepare()
            warehouse.load(to_arrow(crowd(30, seed=seed)))
            warehouse.transform()
            assert warehouse.publish(run_id=f"r{seed}", is_forced=True).exists()

    def prepare(self, role: str) -> None:
        """What a run of that role begins with."""
        with self.warehouse(role) as warehouse, warehouse.hold(wait_seconds=5, purpose="test"):
            warehouse.prepare()
            warehouse.load(to_arrow(crowd(30, seed=1)))

    def owners(self) -> set[str]:
        """Whom the warehouse belongs to."""
        query = (
            "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = ANY(%(names)s) UNION"
            " SELECT pg_get_userbyid(relowner) FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace"
            " WHERE nspname = ANY(%(names)s)"
        )
        with psycopg.connect(with_database(self.server, self.database)) as connection:
            return {row[0] for row in connection.execute(query, {"names": SCHEMAS})}

    def execute(self, role: str, statement: str) -> None:
        with psycopg.connect(self.url(role), autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture
def place(postgres_url: str, tmp_path: Path) -> Place:
    mark = uuid.uuid4().hex[:8]
    owner, loader, reader = (f"{kind}-{mark}@my-project.iam" for kind in ("migrate", "runs", "page"))
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for role in (owner, loader, reader):
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0 OWNER {}")
        connection.execute(statement.format(sql.Identifier(f"of_{mark}"), sql.Identifier(owner)))
    return Place(postgres_url, f"of_{mark}", owner, loader, reader, tmp_path)


def test_the_loader_makes_the_warehouse_itself_and_later_migrations_leave_it_alone(place: Place) -> None:
    assert f"{place.loader} makes" in place.hand_over()
    place.prepare(place.loader)
    place.execute(place.loader, "DROP TABLE raw.github_rejects")
    for words in (["--plan"], [], ["--loader", place.loader, "--reader", place.reader]):
        assert f"{place.loader} makes" in place.migrate(*words)
    for seed in (1, 2):
        place.run(place.loader, seed=seed)
        assert place.owners() == {place.loader}
        place.hand_over()


def test_not_even_a_superuser_makes_tables_in_the_loaders_warehouse(place: Place) -> None:
    place.hand_over()
    place.prepare(place.loader)
    place.execute(place.loader, "DROP TABLE raw.github_rejects")
    superuser = to_address(place.server).user
    assert place.program(superuser)("migrate").code == 0
    place.prepare(place.loader)
    assert place.owners() == {place.loader}


def test_the_reader_has_the_desk_and_nothing_of_the_warehouse(place: Place) -> None:
    place.hand_over()
    place.run(place.loader, seed=1)
    place.hand_over()
    for role, name in ((place.reader, "of-the-reader"), (place.loader, "of-the-loader")):
        with open_desk(home=place.home, key=KEY, clock=SystemClock(), address=to_address(place.url(role))) as desk:
            assert desk.briefs.get("nobodys") is None
            desk.briefs.save(name, "topics: [a]", actor="ann")
    for statement in (
        "SELECT * FROM marts.developers",
        "SELECT * FROM raw.github_accounts",
        "DELETE FROM raw.github_accounts",
        "CREATE TABLE raw.mine (x int)",
        "CREATE SCHEMA mine",
        "DELETE FROM desk.audit",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            place.execute(place.reader, statement)


def test_a_reader_whom_the_loader_let_in_is_not_said_to_be_shut_out(place: Place) -> None:
    place.hand_over()
    place.prepare(place.loader)
    place.execute(place.loader, f'GRANT USAGE ON SCHEMA raw TO "{place.reader}"')
    told = complaint(place.program(place.owner)("migrate", "--reader", place.reader), code=2)
    assert f"{place.reader!r} has rights in raw" in told
    assert "REVOKE" in told


def test_who_may_not_give_a_warehouse_away_is_told_and_nothing_changes(place: Place) -> None:
    place.migrate()
    place.prepare(place.owner)
    told = complaint(place.program(place.owner)("migrate", "--loader", place.loader), code=2)
    assert f'GRANT "{place.loader}" TO "{place.owner}"' in told
    assert place.owners() == {place.owner}
    place.prepare(place.owner)


def test_who_made_the_loader_gives_it_the_warehouse_that_there_is(place: Place) -> None:
    place.execute(to_address(place.server).user, f'ALTER ROLE "{place.owner}" CREATEROLE')
    theirs = replace(place, loader=f"{place.loader}.2")
    place.execute(place.owner, f'CREATE ROLE "{theirs.loader}" LOGIN')
    theirs.migrate()
    theirs.prepare(theirs.owner)
    assert f"{theirs.loader} owns raw" in theirs.hand_over()
    assert theirs.owners() == {theirs.loader}
    theirs.run(theirs.loader, seed=2)
    theirs.hand_over()
    assert theirs.owners() == {theirs.loader}


def test_who_may_not_let_others_make_schemas_is_told(place: Place) -> None:
    place.migrate()
    superuser = to_address(place.server).user
    place.execute(superuser, f'ALTER DATABASE "{place.database}" OWNER TO CURRENT_USER')
    told = complaint(place.program(place.owner)("migrate", "--loader", place.loader), code=2)
    assert "GRANT CREATE ON DATABASE" in told


def test_a_member_of_the_role_that_owns_the_database_may_migrate_as_on_cloud_sql(place: Place) -> None:
    superuser, group = to_address(place.server).user, f"group of {place.database}"
    place.execute(superuser, f'CREATE ROLE "{group}"')
    place.execute(superuser, f'GRANT "{group}" TO "{place.owner}"')
    place.execute(superuser, f'ALTER DATABASE "{place.database}" OWNER TO "{group}"')
    place.hand_over()
    place.prepare(place.loader)
    place.hand_over()
    assert place.owners() == {place.loader}


def test_a_run_in_between_keeps_nobody_waiting_who_has_nothing_to_do(place: Place) -> None:
    place.migrate()
    program = place.program(place.owner, TALENTSCOPE_LOCK_WAIT_SECONDS=0)
    with place.warehouse(place.owner) as running, running.hold(wait_seconds=0, purpose="run talent"):
        for words in ([], ["--plan"]):
            answer = program("migrate", *words)
            assert answer.code == 0, answer.err
            assert "has every raw table; nothing to do" in answer.err


def test_who_has_to_wait_for_a_run_says_for_whom_and_how_long(place: Place) -> None:
    place.migrate()
    place.execute(place.owner, "DROP TABLE raw.github_rejects")
    program = place.program(place.owner, TALENTSCOPE_LOCK_WAIT_SECONDS=1)
    with place.warehouse(place.owner) as running, running.hold(wait_seconds=0, purpose="run talent"):
        planned = program("migrate", "--plan")
        assert "would be made: raw.github_rejects" in planned.err
        answer = program("migrate")
        told = complaint(answer)
    assert "for 'run talent'" in answer.err
    assert "waiting up to 1 s" in answer.err
    assert "TALENTSCOPE_LOCK_WAIT_SECONDS" in told
    assert "made: raw.github_rejects" in place.migrate()


def test_what_a_role_lacks_is_told_with_the_command_that_grants_it(place: Place) -> None:
    place.hand_over()
    place.prepare(place.loader)
    with place.warehouse(place.reader) as warehouse, pytest.raises(WarehouseError, match=place.reader):
        warehouse.query("SELECT * FROM raw.github_accounts")
    told = complaint(place.program(place.reader)("rebuild"))
    assert "the role in DATABASE_URL lacks a right" in told
    assert "permission denied" in told
    assert "migrate --loader" in told
    assert "TALENTSCOPE_HOME" not in told


def test_a_loader_is_not_left_out_in_silence_where_its_rights_are_given_elsewhere(tmp_path: Path) -> None:
    for settings, what in (({}, "a file"), ({"DATABASE_URL": "bigquery://my-project/leads"}, "BigQuery")):
        told = complaint(Program(tmp_path / "home", settings)("migrate", "--loader", "runs"), code=2)
        assert f"this one is {what}" in told
        assert "--reader" in told
