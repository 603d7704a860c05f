"""The warehouse as the rest of the product sees it: one object, whatever the engine. No SQL models here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import pyarrow as pa

from talentscope.runtime.addresses import BigQuery, parse_address
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import DeskError, WarehouseError, WarehouseGone, WarehouseLocked
from talentscope.runtime.tracing import span
from talentscope.transport.objects import Objects
from talentscope.warehouse.engines.engine import Engine, Holder
from talentscope.warehouse.tables import RawTable

if TYPE_CHECKING:
    from talentscope.warehouse.checks import Finding
    from talentscope.warehouse.load import Loader

LOCK_POLL_SECONDS = 0.2


def open_warehouse(*, home: Path, database_url: str | None, clock: Clock, shared: Objects | None = None) -> Warehouse:
    """The warehouse of a data directory: DuckDB in it, or PostgreSQL when a URL is given. Nothing is opened yet.

    `shared`: where `publish` also offers each snapshot to others.

    Raises WarehouseError if the directory cannot be written.
    """
    from talentscope.warehouse.engines.duck import DuckEngine, check_directory

    check_directory(home)
    if database_url is None:
        engine = DuckEngine(home=home.resolve(), clock=clock)
        return Warehouse(engine, home=home.resolve(), clock=clock, shared=shared)
    if database_url.startswith("bigquery:") and isinstance(address := parse_address(database_url), BigQuery):
        from talentscope.warehouse.engines.bigquery import BigQueryEngine

        big = BigQueryEngine(address=address, home=home.resolve())
        return Warehouse(big, home=home.resolve(), clock=clock, shared=shared)
    from talentscope.warehouse.engines.postgres import PostgresEngine

    return Warehouse(PostgresEngine(url=database_url), home=home.resolve(), clock=clock, shared=shared)


class Warehouse:
    """Where facts and models live. A context manager; use `hold` around anything that writes."""

    def __init__(self, engine: Engine, *, home: Path, clock: Clock, shared: Objects | None = None) -> None:
        self.home = home
        self._shared = shared
        self._engine, self._clock = engine, clock
        self._loader: Loader | None = None
        self._holder: Holder | None = None

    @property
    def engine(self) -> str:
        """duckdb, postgres or bigquery."""
        return self._engine.name

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database. A later use opens it again."""
        self._loader = None
        self._engine.close()

    @contextmanager
    def hold(self, *, wait_seconds: float, purpose: str) -> Iterator[None]:
        """The run lock: one writer at a time, in this process or any other. It dies with the process.

        Raises WarehouseLocked naming who holds it, since when and for what, after `wait_seconds`; and WarehouseGone
        when the server goes away within the block, whatever the error was that told us.
        """
        holder = self._engine.holder(purpose)
        try:
            self._wait_for(holder, wait_seconds=wait_seconds)
            self._holder = holder
            self._engine.connect()
            yield
        except (WarehouseError, DeskError) as error:
            if self._holder is None or isinstance(error, WarehouseGone) or holder.is_held():
                raise
            raise self._gone(error.message) from error
        finally:
            self._holder = None
            self.close()
            holder.release()

    def _check_held(self) -> None:
        """Before anything is written: without the lock another run may be writing already. Raises WarehouseGone."""
        if self._holder is not None and not self._holder.is_held():
            raise self._gone("its connection was closed")

    def _gone(self, why: str) -> WarehouseGone:
        return WarehouseGone(
            f"the warehouse {self._engine.place} went away during the run: {why}",
            way_out="what was stored is kept; run again when the server is back, to go on from there",
        )

    def _wait_for(self, holder: Holder, *, wait_seconds: float) -> None:
        waited = 0.0
        while not holder.acquire():
            if waited >= wait_seconds:
                raise WarehouseLocked(
                    f"the warehouse is held by {holder.describe()}; waited {waited:.0f} s",
                    way_out="run again when it is done, or set TALENTSCOPE_LOCK_WAIT_SECONDS higher",
                )
            self._clock.sleep(LOCK_POLL_SECONDS)
            waited += LOCK_POLL_SECONDS

    def prepare(self) -> None:
        """Make the warehouse ready for a run: raw tables exist, nothing half loaded is left.

        Raises WarehouseError if a stored column has another type than `tables.py` says.
        """
        self._load().prepare()

    def missing(self) -> dict[RawTable, tuple[str, ...]]:
        """Raw tables that `prepare` would make or widen, with the columns they lack. Raises WarehouseError as it."""
        return self._load().missing()

    def is_new(self) -> bool:
        """Whether no raw table can be seen here; to somebody without rights on them that is so too."""
        from talentscope.warehouse.raw import RAW_TABLES

        missing = self.missing()
        return all(missing.get(table) == tuple(table.schema.names) for table in RAW_TABLES)

    def load(self, tables: Mapping[RawTable, pa.Table]) -> None:
        """Store rows: merged by key, or appended where a table has none; all tables in one load package.

        Raises WarehouseError naming table, column, what was expected and what came, if a type differs.
        """
        with span("load", tables=len(tables), rows=sum(rows.num_rows for rows in tables.values())):
            self._check_held()
            self._load().load(tables)

    def _load(self) -> Loader:
        from talentscope.warehouse.load import Loader

        if self._loader is None:
            self._loader = Loader(self._engine, home=self.home, clock=self._clock)
        return self._loader

    def query(self, sql: str, **parameters: object) -> pa.Table:
        """Rows of a query in DuckDB's dialect with `$name` parameters; the same text serves PostgreSQL."""
        return pa.concat_tables(
            [pa.Table.from_batches([batch]) for batch in self.batches(sql, **parameters)],
            promote_options="permissive",
        )

    def batches(self, sql: str, **parameters: object) -> Iterator[pa.RecordBatch]:
        """As `query`, a batch at a time; at least one, which may be empty."""
        return self._engine.batches(sql, parameters)

    def transform(self) -> None:
        """Build staging and marts from what raw holds now."""
        from talentscope.warehouse.transform import transform

        self._check_held()
        with span("transform"):
            transform(self._engine, home=self.home)

    def rebuild(self) -> None:
        """Drop everything but raw, then transform: the marts come out equal."""
        from talentscope.warehouse.transform import drop_models, transform

        drop_models(self._engine)
        transform(self._engine, home=self.home)

    def clear(self) -> None:
        """Delete every raw row, watermarks first, and all that was derived. Only a restore does that."""
        from talentscope.warehouse.raw import RAW_TABLES
        from talentscope.warehouse.tables import COVERAGE
        from talentscope.warehouse.transform import drop_models

        self._check_held()
        drop_models(self._engine)
        for table in (COVERAGE, *RAW_TABLES):
            self._engine.execute(f"DELETE FROM raw.{table.name} WHERE TRUE", {})

    def check(self) -> list[Finding]:
        """The checks that found rows; empty when all is well."""
        from talentscope.warehouse.checks import run_checks

        return run_checks(self._engine, home=self.home)

    def publish(self, *, run_id: str, is_forced: bool = False) -> Path:
        """Check, write the marts into a new snapshot file, then move the pointer. The path of the new file.

        `is_forced` skips the floor (a snapshot that would lose more than half of the repositories or companies of the
        last one: of the shared place where there is one, since a data directory may be new each time).
        Raises ChecksFailed naming check, model and rows; the last good snapshot then stays. Raises StorageError when
        the shared place cannot take it: the snapshot is published here then, and there by the next publish.
        """
        from talentscope.warehouse.publish import publish

        self._check_held()
        with span("publish", run_id=run_id):
            if self._shared is None:
                return publish(self._engine, home=self.home, clock=self._clock, run_id=run_id, is_forced=is_forced)
            from talentscope.warehouse.offer import publish_to

            return publish_to(
                self._shared, self._engine, home=self.home, clock=self._clock, run_id=run_id, is_forced=is_forced
            )

    def forget(self, github_ids: Sequence[int]) -> int:
        """Delete raw rows of these accounts: profile, repositories, their topics and ownership. How many rows went."""
        from talentscope.warehouse.privacy import forget

        return forget(self._engine, github_ids)

    def forget_unseen(self, *, before: datetime) -> int:
        """Delete repositories and profiles that were last seen before that time. How many rows went."""
        from talentscope.warehouse.privacy import forget_unseen

        return forget_unseen(self._engine, before=before)

    def forget_posts(self, *, before: datetime) -> int:
        """Delete samples of posts written before that time. How many went."""
        from talentscope.warehouse.privacy import forget_posts

        return forget_posts(self._engine, before=before)
