"""A stand-in that speaks Secret Manager's own API over gRPC, with versions, rights, troubles and rotation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import google_crc32c
import grpc
from google.cloud.secretmanager_v1.types import AccessSecretVersionRequest, AccessSecretVersionResponse, SecretPayload

METHOD = "/google.cloud.secretmanager.v1.SecretManagerService/AccessSecretVersion"


@dataclass
class SecretService:
    """Secrets by `project/name`, each a list of versions; None is one that was disabled."""

    secrets: dict[str, list[bytes | None]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    down_times: int = 0
    spoils: bool = False
    asked: Counter[str] = field(default_factory=Counter)
    endpoint: str = ""

    def add(self, secret: str, value: str | bytes | None) -> None:
        """A new version, which `latest` means from now on."""
        self.secrets.setdefault(secret, []).append(value.encode() if isinstance(value, str) else value)

    def access(self, request: AccessSecretVersionRequest, context: grpc.ServicerContext) -> Any:
        """AccessSecretVersion, as https://cloud.google.com/secret-manager/docs/reference/rpc says."""
        self.asked[request.name] += 1
        if self.down_times > 0:
            self.down_times -= 1
            context.abort(grpc.StatusCode.UNAVAILABLE, "The service is currently unavailable.")
        _, project, _, name, _, version = request.name.split("/")
        secret = f"{project}/{name}"
        if secret in self.closed:
            context.abort(grpc.StatusCode.PERMISSION_DENIED, "Permission 'secretmanager.versions.access' denied")
        versions = self.secrets.get(secret, [])
        number = len(versions) if version == "latest" else int(version)
        if not 0 < number <= len(versions):
            context.abort(grpc.StatusCode.NOT_FOUND, f"Secret Version [{request.name}] not found.")
        content = versions[number - 1]
        if content is None:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"Secret Version [{request.name}] is in DISABLED state.")
        sum_of = google_crc32c.value(content) + (1 if self.spoils else 0)
        return AccessSecretVersionResponse(name=request.name, payload=SecretPayload(data=content, data_crc32c=sum_of))


@contextmanager
def serving() -> Iterator[SecretService]:
    """The stand-in on a free port of this machine."""
    service = SecretService()
    server = grpc.server(ThreadPoolExecutor(2))
    handler = grpc.unary_unary_rpc_method_handler(
        service.access,
        request_deserializer=AccessSecretVersionRequest.deserialize,
        response_serializer=AccessSecretVersionResponse.serialize,
    )
    _, service_name, method = METHOD.split("/")
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service_name, {method: handler}),))
    service.endpoint = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield service
    finally:
        server.stop(None)
