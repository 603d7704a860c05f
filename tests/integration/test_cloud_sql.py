"""Cloud SQL through Google's own connector, to the end.

A stand-in for the SQL Admin API and for the TLS front on port 3307 of an instance, with a real PostgreSQL behind it; it
lets nobody in without a certificate that it has signed.
"""

from __future__ import annotations

import datetime
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth.credentials import Credentials, Scoped
from psycopg import sql
from tests.integration.stock import crowd, to_arrow
from tests.postgres import to_address
from typer.testing import CliRunner

from talentscope.cli import database
from talentscope.cli.app import app
from talentscope.desk.desk import open_desk
from talentscope.runtime.addresses import CloudSql
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import WarehouseError
from talentscope.transport.cloud_sql import Gateway, build_connector, iam_user
from talentscope.warehouse.connection import open_warehouse

FRONT = 3307
"""Where the connector expects every instance to listen; it cannot be told another."""


class Authority:
    """Signs certificates, as Cloud SQL does for an instance and for its clients."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.certificate = self.sign(self.key.public_key(), "authority", is_authority=True)

    def sign(self, public_key: Any, name: str, *, is_authority: bool = False) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        issuer = subject if is_authority else self.certificate.subject
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(minutes=5))
            .not_valid_after(now + datetime.timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .sign(self.key, hashes.SHA256())
        )


def to_pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


class Account(Credentials, Scoped):  # type: ignore[misc]
    """A service account: its token tells the scopes that were asked for."""

    def __init__(self, scopes: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._scopes = scopes

    @property
    def requires_scopes(self) -> bool:
        return not self._scopes

    def with_scopes(self, scopes: list[str], default_scopes: object = None) -> Account:
        return Account(tuple(scopes))

    def refresh(self, request: object) -> None:
        self.token = "token of " + " ".join(self._scopes)
        self.expiry = datetime.datetime.now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(hours=1)


class Instance:
    """What Google runs for an instance: the Admin API over HTTP, and the TLS front before PostgreSQL."""

    def __init__(self, folder: Path, postgres: Any) -> None:
        self.authority, self.refusal = Authority(), 0
        self.asked: list[dict[str, Any]] = []
        self.connections = 0
        self._postgres = postgres
        self._front = self._listen(folder)
        self._admin = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._admin.serve_forever, daemon=True).start()
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._admin.server_port}"

    def close(self) -> None:
        self._admin.shutdown()
        self._admin.server_close()
        with suppress(OSError):
            self._front.shutdown(socket.SHUT_RDWR)  # wakes whoever waits in accept, which would keep the port
        self._front.close()
        self._accepting.join(timeout=10)

    def _listen(self, folder: Path) -> ssl.SSLSocket:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        server, authority = folder / "server.pem", folder / "authority.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        server.write_text(private.decode() + to_pem(self.authority.sign(key.public_key(), "instance")))
        authority.write_text(to_pem(self.authority.certificate))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(server)
        context.load_verify_locations(authority)
        context.verify_mode = ssl.CERT_REQUIRED
        return context.wrap_socket(socket.create_server(("127.0.0.1", FRONT)), server_side=True)

    def _accept(self) -> None:
        while self._front.fileno() >= 0:
            try:
                tls, _ = self._front.accept()
                tls.do_handshake()
            except OSError:
                continue
            self.connections += 1
            threading.Thread(target=self._relay, args=(tls,), daemon=True).start()

    def _relay(self, tls: ssl.SSLSocket) -> None:
        """Both ways on one thread: a TLS socket must not be read and written by two at once."""
        address = self._postgres
        behind = socket.socket(socket.AF_UNIX) if address.host.startswith("/") else socket.socket(socket.AF_INET)
        where: Any = (
            f"{address.host}/.s.PGSQL.{address.port}"
            if address.host.startswith("/")
            else (address.host, int(address.port))
        )
        with tls, behind:
            behind.connect(where)
            tls.settimeout(0.01)
            behind.settimeout(0.01)
            while True:
                for source, target in ((tls, behind), (behind, tls)):
                    try:
                        data = source.recv(65536)
                    except (TimeoutError, ssl.SSLWantReadError):
                        continue
                    except OSError:
                        return
                    if not data:
                        return
                    target.settimeout(10)
                    target.sendall(data)
                    target.settimeout(0.01)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        instance = self

        class Admin(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                instance.answer(self, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                instance.answer(self, json.loads(body))

        return Admin

    def answer(self, request: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        self.asked.append({"path": request.path, "authorization": request.headers["Authorization"], **body})
        if self.refusal:
            told = {
                "error": {"code": self.refusal, "message": "boss::NOT_AUTHORIZED: not authorized to access instance"}
            }
            return _send(request, self.refusal, told)
        if request.path.endswith("/connectSettings"):
            settings = {
                "region": "europe-west1",
                "databaseVersion": "POSTGRES_18",
                "ipAddresses": [{"type": "PRIMARY", "ipAddress": "127.0.0.1"}],
                "serverCaCert": {"cert": to_pem(self.authority.certificate)},
            }
            return _send(request, 200, settings)
        public = serialization.load_pem_public_key(body["public_key"].encode())
        return _send(request, 200, {"ephemeralCert": {"cert": to_pem(self.authority.sign(public, "client"))}})


def _send(request: BaseHTTPRequestHandler, status: int, told: dict[str, Any]) -> None:
    text = json.dumps(told).encode()
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(text)))
    request.end_headers()
    request.wfile.write(text)


@pytest.fixture
def instance(tmp_path: Path, make_empty_database: Callable[[], str]) -> Iterator[Instance]:
    running = Instance(tmp_path, to_address(make_empty_database()))
    yield running
    running.close()


def reach(instance: Instance, *, password: str | None) -> Gateway:
    behind = instance._postgres
    target = CloudSql(
        project="my-project",
        region="europe-west1",
        instance="talent",
        database=behind.database,
        user=behind.user,
        password=password,
    )
    return Gateway(target, build_connector(credentials=Account(), endpoint=instance.endpoint))


def test_warehouse_and_desk_work_through_googles_connector(instance: Instance, tmp_path: Path) -> None:
    gateway = reach(instance, password=instance._postgres.password or "unused")
    gateway.probe()
    try:
        with open_warehouse(home=tmp_path / "w", database_url=gateway.address.url, clock=SystemClock()) as warehouse:
            warehouse.prepare()
            warehouse.load(to_arrow(crowd(50, seed=1)))
            warehouse.transform()
            (row,) = warehouse.query("SELECT count(*) AS n FROM marts.developers").to_pylist()
        with open_desk(home=tmp_path, key="k" * 40, clock=SystemClock(), address=gateway.address) as desk:
            desk.suppress(github_id=7, login="somebody", reason="asked")
            assert desk.is_suppressed(7, None)
    finally:
        gateway.close()
    assert row["n"] > 0
    assert instance.connections >= 4  # psycopg, dlt, SQLMesh and SQLAlchemy each came through the front
    paths = {asked["path"] for asked in instance.asked}
    stem = "/sql/v1beta4/projects/my-project/instances/talent"
    assert paths == {f"{stem}/connectSettings", f"{stem}:generateEphemeralCert"}
    assert "access_token" not in instance.asked[-1]


def test_migrate_lets_a_loader_make_the_warehouse_of_an_instance(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind, loader = instance._postgres, f"runs-{uuid4().hex[:6]}@my-project.iam"
    with psycopg.connect(behind.url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(loader)))
    gateway = reach(instance, password="unused")
    monkeypatch.setattr(database, "reach", lambda _: gateway.address)
    monkeypatch.setenv("TALENTSCOPE_HOME", str(tmp_path / "home"))
    url = f"cloudsql://my-project:europe-west1:talent/{behind.database}?user={behind.user}&password=unused"
    monkeypatch.setenv("DATABASE_URL", url)
    try:
        answer = CliRunner().invoke(app, ["migrate", "--loader", loader])
    finally:
        gateway.close()
    assert answer.exit_code == 0, answer.output
    with open_warehouse(
        home=tmp_path / "w", database_url=replace(behind, user=loader).url, clock=SystemClock()
    ) as warehouse:
        warehouse.prepare()
        assert warehouse.missing() == {}


def test_iam_signs_in_by_the_certificate_and_sends_no_password(instance: Instance) -> None:
    gateway = reach(instance, password=None)
    try:
        assert ":@" not in gateway.address.url
        assert gateway.address.password == ""
        with psycopg.connect(gateway.address.url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        gateway.close()
    certificate = next(asked for asked in instance.asked if "public_key" in asked)
    assert certificate["access_token"] == "token of https://www.googleapis.com/auth/sqlservice.login"


def test_a_refusal_says_which_role_is_missing_and_names_the_instance(instance: Instance) -> None:
    instance.refusal = 403
    gateway = reach(instance, password=None)
    try:
        with pytest.raises(WarehouseError) as caught:
            gateway.probe()
    finally:
        gateway.close()
    assert "my-project:europe-west1:talent" in caught.value.message
    assert "roles/cloudsql.client" in caught.value.way_out


def test_the_socket_is_for_this_user_alone_and_goes_with_the_gateway(instance: Instance) -> None:
    gateway = reach(instance, password=None)
    folder = Path(gateway.address.host)
    assert folder.stat().st_mode & 0o777 == 0o700
    gateway.close()
    assert not folder.exists()


def test_postgresql_names_a_service_account_without_its_domain() -> None:
    assert iam_user("page@my-project.iam.gserviceaccount.com") == "page@my-project.iam"
    assert iam_user("somebody@example.org") == "somebody@example.org"
