"""The way to a Cloud SQL instance: a Unix socket on this machine, behind which Google's connector speaks TLS.

Whoever speaks PostgreSQL here (psycopg, dlt, SQLMesh, SQLAlchemy) is handed the socket as its host: none of them need
know of Google. The connector fetches a client certificate for the instance and renews it; with IAM that certificate is
the sign-in, too, and no password is sent. Rule: https://cloud.google.com/sql/docs/postgres/iam-authentication

Needs the extra `gcp`. The connector hands out connections of certain drivers, never the TLS socket itself, so its way
into psycopg is replaced within this process; tests/integration/test_cloud_sql.py holds the two together.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from talentscope.runtime.addresses import CloudSql, Postgres
from talentscope.runtime.errors import SettingError, WarehouseError

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

PATIENCE_SECONDS = 30
WAITING = 40
"""Connections that may wait to be accepted: as many as a page opens at most."""

_log = structlog.get_logger()


class Opener(Protocol):
    """As Connector.connect, which in this process returns a TLS socket."""

    def connect(self, instance_connection_string: str, driver: str, **options: Any) -> Any:
        """A socket that speaks PostgreSQL with the instance."""
        ...

    def close(self) -> None:
        """End what renews certificates."""
        ...


def build_connector(*, credentials: Credentials | None = None, endpoint: str | None = None) -> Opener:
    """Google's connector over the credentials of this machine. `endpoint` is another SQL Admin API, for tests.

    Raises SettingError if the library or credentials are missing.
    """
    try:
        from google.auth.exceptions import DefaultCredentialsError
        from google.cloud.sql.connector import Connector, connector
    except ImportError as error:
        raise SettingError(
            "cloudsql:// needs Google's connector, which is not installed",
            way_out="install talentscope with the extra gcp: pip install 'talentscope[gcp,postgres]'",
        ) from error
    inside: Any = connector
    if not isinstance(inside.psycopg, _Handing):
        inside.psycopg = _Handing(inside.psycopg)
    try:
        # LAZY: a page that sleeps between requests has no background thread to rely on
        built: Opener = Connector(
            credentials=credentials,
            sqladmin_api_endpoint=endpoint,
            refresh_strategy="LAZY",
            timeout=PATIENCE_SECONDS,
            user_agent="talentscope",
        )
    except DefaultCredentialsError as error:
        raise SettingError(
            "cloudsql:// needs Google credentials, and this machine has none",
            way_out="on Google Cloud give the service an account; elsewhere: gcloud auth application-default login",
        ) from error
    return built


class _Handing:
    """Stands for the connector's psycopg module: its `connect` hands the TLS socket out instead of using it up."""

    def __init__(self, module: Any) -> None:
        self._proxy = module._proxy

    def connect(self, _ip_address: str, remote: Any, **_: Any) -> Any:
        """The socket, as it is."""
        return _Remote(remote, self._proxy)


class _Remote:
    """A TLS socket to the instance, and the connector's own way of copying between it and a local one."""

    def __init__(self, tls: Any, proxy: Any) -> None:
        self._tls, self._proxy = tls, proxy

    def relay(self, local: socket.socket) -> None:
        """Copy both ways until either side ends; both are closed then."""
        self._proxy(local, self._tls)

    def close(self) -> None:
        """Close without having used it."""
        self._tls.close()


class Gateway:
    """A listening Unix socket for one instance; `address` leads to it. Close it at the end of the process."""

    def __init__(self, target: CloudSql, connector: Opener) -> None:
        self._target, self._connector = target, connector
        self._folder = Path(tempfile.mkdtemp(prefix="talentscope-sql-"))  # mode 0700: nobody else may come in
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listening.bind(str(self._folder / ".s.PGSQL.5432"))
        self._listening.listen(WAITING)
        threading.Thread(target=self._serve, name="cloud-sql", daemon=True).start()

    @property
    def address(self) -> Postgres:
        """The same database by the socket. TLS lies behind it, so libpq must not ask for its own."""
        target = self._target
        return Postgres(
            database=target.database,
            host=str(self._folder),
            user=iam_user(target.user) if target.password is None else target.user,
            password=target.password or "",
            options={"sslmode": "disable"},
        )

    def probe(self) -> None:
        """Reach the instance once, so that what is wrong is told by us and at once.

        Raises WarehouseError saying what Google answered.
        """
        try:
            self._open().close()
        except Exception as error:
            raise _explain(error, self._target) from error

    def close(self) -> None:
        """Stop listening. Connections that are open end by themselves."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._connector.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _open(self) -> Any:
        target = self._target
        return self._connector.connect(
            target.connection_name,
            "psycopg",
            user=target.user,
            db=target.database,
            ip_type=target.ip,
            enable_iam_auth=target.password is None,
        )

    def _serve(self) -> None:
        while True:
            try:
                local, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=(local,), daemon=True).start()

    def _relay(self, local: socket.socket) -> None:
        try:
            remote = self._open()
        except Exception as error:  # noqa: BLE001 - libpq tells its caller that the server closed; the log says why
            _log.error("cloud sql", trouble=_explain(error, self._target).message)
            local.close()
            return
        remote.relay(local)


def iam_user(account: str) -> str:
    """How PostgreSQL names a service account. Rule: https://cloud.google.com/sql/docs/postgres/add-manage-iam-users"""
    return account.removesuffix(".gserviceaccount.com")


_WAYS = {
    401: "the credentials of this machine were refused: sign in again",
    403: "give the account roles/cloudsql.client (and roles/cloudsql.instanceUser for IAM), and enable the Cloud SQL"
    " Admin API",
    404: "check project:region:instance; `gcloud sql instances list` shows them",
}


def _explain(error: BaseException, target: CloudSql) -> WarehouseError:
    status = getattr(error, "status", None)
    way = _WAYS.get(
        status if isinstance(status, int) else 0,
        "check that the instance runs and that this machine reaches it (ip=private needs its network)",
    )
    said = str(getattr(error, "message", "") or error) or type(error).__name__
    return WarehouseError(f"cannot reach Cloud SQL {target.place}: {said[:300]}", way_out=way)
