"""Google Secret Manager over gRPC: the value behind `gcp-secret://project/name[/version]`.

The library comes with the extra `gcp` and is imported when the first such setting is used. Who we are is Google's
application default credentials; a stand-in on this machine is asked without any.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from talentscope.runtime.errors import SettingError, UpstreamDown, UpstreamMalformed
from talentscope.runtime.secrets import decode

if TYPE_CHECKING:
    from google.cloud.secretmanager_v1 import SecretManagerServiceClient

ROLE = "roles/secretmanager.secretAccessor"
DEADLINE_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 1.0
"""Google's own library pauses 2 s first and gives up after 60 s; a command that somebody waits for begins sooner."""

_REFERENCE = re.compile(
    r"gcp-secret://(?P<project>[a-z0-9][a-z0-9.:-]*)/(?P<name>[A-Za-z0-9_-]{1,255})(/(?P<version>[A-Za-z0-9_-]{1,63}))?"
)


@dataclass(frozen=True)
class Name:
    """One version of a secret, as Secret Manager names it."""

    project: str
    name: str
    version: str

    @property
    def path(self) -> str:
        """The resource's name."""
        return f"projects/{self.project}/secrets/{self.name}/versions/{self.version}"


def parse_name(reference: str) -> Name:
    """What `gcp-secret://project/name[/version]` names; the version is `latest` without one. Raises SettingError."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise SettingError(
            f"expected gcp-secret://project/name or gcp-secret://project/name/version, came {reference[:200]}",
            way_out="the version is a number, an alias or latest; without one it is latest",
        )
    return Name(found["project"], found["name"], found["version"] or "latest")


class SecretManager:
    """Reads secrets of one service. `endpoint` is host:port of a stand-in on this machine, empty for Google's own.

    Raises SettingError for an endpoint that is elsewhere: nothing but loopback is asked in the clear.
    """

    def __init__(
        self,
        *,
        endpoint: str = "",
        deadline_seconds: float = DEADLINE_SECONDS,
        first_pause_seconds: float = FIRST_PAUSE_SECONDS,
    ) -> None:
        if endpoint and not _is_here(endpoint):
            raise SettingError(
                f"TALENTSCOPE_SECRET_MANAGER_ENDPOINT: expected host:port on this machine, came {endpoint[:200]}",
                way_out="leave it empty for Google's own; to a stand-in we speak in the clear, so never over a network",
            )
        self._endpoint, self._deadline, self._pause = endpoint, deadline_seconds, first_pause_seconds
        self._client: SecretManagerServiceClient | None = None

    def read(self, reference: str) -> str:
        """The value behind a reference.

        Raises SettingError (malformed, library or credentials missing, no permission, no such secret or version,
        disabled), UpstreamDown (no answer until the deadline) and UpstreamMalformed (the checksum does not fit).
        """
        place = parse_name(reference)
        return decode(self._ask(place), place=f"version {place.version} of the secret {place.name} in {place.project}")

    def _ask(self, place: Name) -> bytes:
        client = self._open()
        from google.api_core import exceptions, retry

        patience = retry.Retry(
            predicate=retry.if_exception_type(exceptions.ResourceExhausted, exceptions.ServiceUnavailable),
            initial=self._pause,
            multiplier=2.0,
            timeout=self._deadline,
        )
        try:
            answer = client.access_secret_version(name=place.path, retry=patience, timeout=self._deadline)
        except (exceptions.GoogleAPICallError, exceptions.RetryError) as error:
            raise _explain(error, place) from None  # its text may be long, and is of no more use
        _check_sum(answer.payload, place.path)
        return bytes(answer.payload.data)

    def _open(self) -> SecretManagerServiceClient:
        if self._client is None:
            try:
                from google.cloud import secretmanager_v1
            except ImportError as error:
                raise SettingError(
                    "a gcp-secret:// address needs Google's library, which is not installed",
                    way_out="pip install 'talentscope[gcp]'",
                ) from error
            transport = self._local() if self._endpoint else None
            self._client = secretmanager_v1.SecretManagerServiceClient(transport=transport) if transport else _google()
        return self._client

    def _local(self) -> Any:
        import grpc  # type: ignore[import-untyped]
        from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (
            SecretManagerServiceGrpcTransport,
        )

        return SecretManagerServiceGrpcTransport(channel=grpc.insecure_channel(self._endpoint))


def _google() -> SecretManagerServiceClient:
    from google.auth.exceptions import DefaultCredentialsError
    from google.cloud import secretmanager_v1

    try:
        return secretmanager_v1.SecretManagerServiceClient()
    except DefaultCredentialsError:
        raise SettingError(
            "Google does not know who we are: there are no application default credentials",
            way_out="on this machine: gcloud auth application-default login; on Cloud Run: give it a service account",
        ) from None


def _explain(error: Exception, place: Name) -> Exception:
    from google.api_core import exceptions

    project, name, version = place.project, place.name, place.version
    secret = f"the secret {name} in {project}"
    listing = f"gcloud secrets versions list {name} --project {project}"
    match error:
        case exceptions.PermissionDenied():
            return SettingError(f"no permission to read {secret}", way_out=f"grant {ROLE} on it to who runs this")
        case exceptions.Unauthenticated():
            return SettingError(
                f"Google does not accept who asks for {secret}", way_out="gcloud auth application-default login"
            )
        case exceptions.NotFound():
            return SettingError(f"there is no version {version} of {secret}, or no such secret", way_out=listing)
        case exceptions.FailedPrecondition():
            return SettingError(
                f"version {version} of {secret} is disabled or destroyed",
                way_out=f"enable it, or name another; see them with: {listing}",
            )
        case exceptions.InvalidArgument():
            return SettingError(f"Secret Manager does not understand the name of {secret}", way_out=listing)
        case _:
            return UpstreamDown(
                f"Secret Manager gave no answer for {secret}: {type(error).__name__}",
                way_out="check the network, or run again later",
            )


def _check_sum(payload: Any, path: str) -> None:
    """Rule: https://cloud.google.com/secret-manager/docs/data-integrity"""
    import google_crc32c

    if "data_crc32c" not in payload or google_crc32c.value(bytes(payload.data)) != payload.data_crc32c:
        raise UpstreamMalformed(
            f"what Secret Manager sent for {path} does not fit its checksum",
            way_out="run again; tell Google if it lasts",
        )


def _is_here(endpoint: str) -> bool:
    host, found, port = endpoint.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not found or not port.isdecimal():
        return False
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
