"""The warehouse on Google BigQuery, by DATABASE_URL. Needs the extra `bigquery`.

Signs in by Google's application default credentials. BIGQUERY_EMULATOR_HOST, a variable of Google's library, leads all
of it (ours, dlt's and SQLMesh's clients) to a stand-in, which is spoken to without credentials.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from talentscope.runtime.addresses import BigQuery
from talentscope.runtime.errors import WarehouseError
from talentscope.warehouse.engines.bigquery_lease import LeaseHolder
from talentscope.warehouse.engines.bigquery_sql import dataset, kinds_of, to_bigquery
from talentscope.warehouse.engines.engine import BATCH_ROWS, explain, whole_text
from talentscope.warehouse.tables import UTC_TIME

STATE = "sqlmesh_state.duckdb"
SCOPES = ("https://www.googleapis.com/auth/bigquery",)

_KINDS = {
    "BOOL": pa.bool_(),
    "BOOLEAN": pa.bool_(),
    "INT64": pa.int64(),
    "INTEGER": pa.int64(),
    "FLOAT": pa.float64(),
    "FLOAT64": pa.float64(),
    "NUMERIC": pa.float64(),
    "BIGNUMERIC": pa.float64(),
    "DATE": pa.date32(),
    "TIMESTAMP": UTC_TIME,
}


class BigQueryEngine:
    """Datasets `prefix_raw`, `prefix_marts` and so on of one project, in one location."""

    name = "bigquery"

    def __init__(self, *, address: BigQuery, home: Path) -> None:
        self._address, self._home = address, home
        self._client: Any = None

    @property
    def place(self) -> str:
        """Where."""
        return f"{self._address.place} in {self._address.location}"

    @property
    def client(self) -> Any:
        """Google's client, signed in."""
        self.connect()
        return self._client

    def connect(self) -> None:
        if self._client is not None:
            return
        with self.translated():
            self._client = open_client(self._address)
            for schema in ("raw", "sqlmesh"):
                self._make_dataset(dataset(self._address.prefix, schema))

    def close(self) -> None:
        if self._client is not None:
            client, self._client = self._client, None
            client.close()

    def _make_dataset(self, name: str) -> None:
        from google.cloud import bigquery

        made = bigquery.Dataset(f"{self._address.project}.{name}")
        made.location = self._address.location
        self._client.create_dataset(made, exists_ok=True)

    def batches(self, sql: str, parameters: Mapping[str, object]) -> Iterator[pa.RecordBatch]:
        with self.translated():
            rows = self._ask(sql, parameters).result(page_size=BATCH_ROWS)
            schema = pa.schema([(field.name, _KINDS.get(field.field_type, pa.string())) for field in rows.schema])
            is_empty = True
            for batch in rows.to_arrow_iterable(bqstorage_client=None):
                if batch.num_rows:
                    is_empty = False
                    columns = [column.cast(field.type) for column, field in zip(batch.columns, schema, strict=True)]
                    yield pa.RecordBatch.from_arrays(columns, schema=schema)
            if is_empty:
                yield pa.RecordBatch.from_pylist([], schema=schema)

    def execute(self, sql: str, parameters: Mapping[str, object]) -> int:
        with self.translated():
            job = self._ask(sql, parameters)
            job.result()
            return int(job.num_dml_affected_rows or 0)

    def _ask(self, sql: str, parameters: Mapping[str, object]) -> Any:
        from google.cloud import bigquery

        text, used = to_bigquery(sql, prefix=self._address.prefix)
        values: dict[str, Any] = {name: value for name, value in parameters.items() if name in used}
        kinds = kinds_of(values)
        config = bigquery.QueryJobConfig(
            query_parameters=[
                bigquery.ScalarQueryParameter(name, kinds[name], value) for name, value in values.items()
            ],
            use_query_cache=False,
        )
        return self.client.query(text, job_config=config, location=self._address.location)

    def holder(self, purpose: str) -> LeaseHolder:
        """A lease of its own client: the heartbeat is a thread, and a run closes and opens its client."""
        return LeaseHolder(BigQueryEngine(address=self._address, home=self._home), purpose=purpose)

    def destination(self) -> Any:
        from dlt.common.configuration.specs import GcpServiceAccountCredentials
        from dlt.destinations import bigquery as destination

        signed_in = GcpServiceAccountCredentials()
        signed_in.project_id = self._address.project
        signed_in._set_default_credentials(_credentials())  # dlt would look for its own, and finds none for a stand-in
        signed_in.__is_resolved__ = True
        return destination(
            credentials=signed_in,
            location=self._address.location,
            project_id=self._address.project,
            enable_dataset_name_normalization=False,
        )

    def gateway(self) -> Any:
        from sqlmesh.core.config import BigQueryConnectionConfig

        address = self._address

        class Connected(BigQueryConnectionConfig):  # type: ignore[misc]
            """With our client: SQLMesh would ask for credentials even of a stand-in."""

            @property
            def _static_connection_kwargs(self) -> dict[str, Any]:
                return {"client": open_client(address)}

        return Connected(project=address.project, location=address.location, concurrent_tasks=1)

    def state_gateway(self) -> Any:
        """A DuckDB file in the home: SQLMesh's state is many small transactions, which BigQuery is slow and dear at.

        Rule: https://sqlmesh.readthedocs.io/en/stable/integrations/engines/bigquery/ . Without the file (a container
        that starts anew) the next transform builds every model, which it would at every change of raw anyway.
        """
        from sqlmesh.core.config import DuckDBConnectionConfig

        return DuckDBConnectionConfig(database=str(self._home / STATE))

    def forget_state(self) -> None:
        (self._home / STATE).unlink(missing_ok=True)

    def schema_name(self, schema: str) -> str:
        """The dataset of a schema of ours."""
        return dataset(self._address.prefix, schema)

    @contextmanager
    def translated(self) -> Iterator[None]:
        from google.api_core.exceptions import GoogleAPIError
        from google.auth.exceptions import GoogleAuthError

        try:
            yield
        except GoogleAuthError as error:
            raise WarehouseError(
                f"cannot sign in to BigQuery {self.place}: {_first_line(error)}",
                way_out="run as a service account, or once: gcloud auth application-default login",
            ) from error
        except (GoogleAPIError, OSError) as error:  # of requests, which Google's client speaks through, all are OSError
            raise _explain(error, place=self.place) from error


def open_client(address: BigQuery) -> Any:
    """Google's client for an address. Raises GoogleAuthError without credentials."""
    from google.cloud import bigquery

    return bigquery.Client(project=address.project, location=address.location, credentials=_credentials())


def _credentials() -> Any:
    """Application default credentials; none for a stand-in."""
    import google.auth
    from google.auth.credentials import AnonymousCredentials
    from google.cloud.bigquery import _helpers

    host: str = _helpers._get_bigquery_host()  # type: ignore[no-untyped-call]
    if host != _helpers._DEFAULT_HOST:
        return AnonymousCredentials()  # type: ignore[no-untyped-call]
    return google.auth.default(scopes=list(SCOPES))[0]


def _explain(error: Exception, *, place: str) -> WarehouseError:
    """Google's refusals with their way out; what is not among them as of every engine."""
    from google.api_core.exceptions import Forbidden, NotFound, RetryError, TooManyRequests

    if isinstance(error, Forbidden | TooManyRequests):
        way = (
            "grant roles/bigquery.dataEditor and roles/bigquery.jobUser to who runs this, or raise the quota"
            " that the message names"
        )
        return WarehouseError(f"BigQuery {place} refused: {_first_line(error)}", way_out=way)
    if isinstance(error, OSError | RetryError):
        way = "check the network, and that BIGQUERY_EMULATOR_HOST is not set by mistake"
        return WarehouseError(f"cannot reach BigQuery {place}: {_first_line(error)}", way_out=way)
    if isinstance(error, NotFound) and "dataset" in str(error).lower():
        way = "run once, which makes the datasets; or check project, prefix and location in DATABASE_URL"
        return WarehouseError(f"BigQuery {place}: {_first_line(error)}", way_out=way)
    return explain(whole_text(error), place=place)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
