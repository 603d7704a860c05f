"""TLS before a PostgreSQL server that has none: answers SSLRequest as PostgreSQL does, then relays.

Rule: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from talentscope.runtime.addresses import Postgres

SSL_REQUEST, GSS_REQUEST = 80877103, 80877104


def make_authority(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate authority of its own, and what it issued for `localhost`: its root, and certificate with key."""
    now, root_key, key = (
        datetime.now(UTC),
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

    def begun(subject: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(root_name).public_key(public)
        builder = builder.serial_number(x509.random_serial_number())
        return builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))

    root = (
        begun(root_name, root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    issued = (
        begun(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), key.public_key())
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.2"))]),
            critical=False,
        )
        .sign(root_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    root_file, server_file = folder / f"{name}.pem", folder / f"{name}-server.pem"
    root_file.write_bytes(root.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    server_file.write_bytes(issued.public_bytes(pem) + private)
    return root_file, server_file


@contextmanager
def tls_front(backend: Postgres, certificate: Path) -> Iterator[int]:
    """The port on 127.0.0.1 where the server answers by TLS only."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def work() -> None:
            while True:
                try:
                    incoming, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=_serve, args=(incoming, context, backend), daemon=True).start()

        threading.Thread(target=work, daemon=True).start()
        yield listening.getsockname()[1]
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)


def _serve(incoming: socket.socket, context: ssl.SSLContext, backend: Postgres) -> None:
    with incoming, suppress(OSError, struct.error):
        code = struct.unpack("!ii", incoming.recv(8))[1]
        if code == GSS_REQUEST:
            incoming.sendall(b"N")
            code = struct.unpack("!ii", incoming.recv(8))[1]
        if code != SSL_REQUEST:
            return  # plain text is not spoken here
        incoming.sendall(b"S")
        with context.wrap_socket(incoming, server_side=True) as outside, _connect(backend) as inside:
            back = threading.Thread(target=_relay, args=(inside, outside), daemon=True)
            back.start()
            _relay(outside, inside)
            back.join()


def _connect(backend: Postgres) -> socket.socket:
    if not backend.host.startswith("/"):
        return socket.create_connection((backend.host, int(backend.port)))
    inside = socket.socket(socket.AF_UNIX)
    inside.connect(f"{backend.host}/.s.PGSQL.{backend.port}")
    return inside


def _relay(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
