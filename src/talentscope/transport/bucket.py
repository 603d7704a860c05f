"""Objects in a bucket of Amazon S3 (or what speaks like it) or of Google Cloud Storage. Needs the extra `objects`.

Signing in is the library's: keys when given, else the identity that the machine has (metadata server, workload
identity). Rule: https://developmentseed.org/obstore/latest/authentication/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from talentscope.runtime.errors import Overtaken, StorageError
from talentscope.transport.objects import PIECE, SMALL, Access, Found, Listed, Place, Version

if TYPE_CHECKING:
    from obstore.store import GCSStore, S3Store

RETRIES = 4
PATIENCE = timedelta(seconds=20)
"""For one request with all its retries; a file is many requests."""

ANSWER = timedelta(seconds=60)
"""For one answer; a piece of a file must come through in it."""

AT_ONCE = 3
"""Pieces of a file on their way up at a time: they are in memory."""


class Bucket:
    """See Objects."""

    def __init__(self, place: Place, access: Access) -> None:
        self._place = place
        try:
            self._store = _open(place, access)
        except ImportError as error:
            raise StorageError(
                f"{place.scheme}:// needs the library obstore", way_out="pip install 'talentscope[objects]'"
            ) from error

    @property
    def address(self) -> str:
        return self._place.address

    def read(self, name: str, *, known: Version | None = None) -> Found:
        import obstore
        from obstore.exceptions import NotModifiedError

        options = {"if_none_match": known.e_tag} if known and known.e_tag else {}
        with self._translated():
            try:
                answer = obstore.get(self._store, name, options=options)  # type: ignore[arg-type]
                if answer.meta["size"] > SMALL:
                    raise StorageError(f"{self.address}/{name} is too large for what it should be", way_out="remove it")
                return Found(bytes(answer.bytes()), _version(answer.meta))
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise  # a wrong name must not look like a place where nothing was published yet
                return Found(None, None)
            except NotModifiedError:
                return Found(None, known)

    def write(self, name: str, content: bytes, *, replacing: Version | None) -> None:
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        mode: Any = "create"
        if replacing is not None:
            mode = {"e_tag": replacing.e_tag, "version": replacing.number}
            mode = {key: value for key, value in mode.items() if value is not None}
        with self._translated():
            try:
                obstore.put(self._store, name, content, mode=mode)
            except (AlreadyExistsError, PreconditionError) as error:
                raise Overtaken(
                    f"{name} in {self.address} was replaced by somebody else", way_out="try again"
                ) from error

    def upload(self, path: Path, name: str) -> None:
        import obstore

        with self._translated():
            obstore.put(self._store, name, path, chunk_size=PIECE, max_concurrency=AT_ONCE)

    def size(self, name: str) -> int | None:
        import obstore

        with self._translated():
            try:
                return obstore.head(self._store, name)["size"]
            except FileNotFoundError:
                return None

    def pieces(self, name: str, size: int) -> Iterator[bytes]:
        import obstore

        for start in range(0, size, PIECE):
            with self._translated():
                piece = bytes(obstore.get_range(self._store, name, start=start, end=min(start + PIECE, size)))
            yield piece

    def list(self) -> list[Listed]:
        import obstore

        with self._translated():
            found = obstore.list_with_delimiter(self._store)["objects"]
        return [Listed(item["path"].rsplit("/", 1)[-1], item["size"], item["last_modified"]) for item in found]

    def delete(self, name: str) -> None:
        import obstore

        with self._translated():
            try:
                obstore.delete(self._store, name)
            except FileNotFoundError:
                return

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The library's errors as ours. Files that are not there are dealt with before; what is left is a refusal."""
        from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

        try:
            yield
        except (PermissionDeniedError, UnauthenticatedError) as error:
            raise StorageError(
                f"{self.address} refuses: {_reason(error)}",
                way_out="give this identity the right to list, read, write and delete there, or set its key",
            ) from error
        except FileNotFoundError as error:
            raise StorageError(
                f"{self.address}: an object or the bucket is gone: {_reason(error)}", way_out="check the bucket's name"
            ) from error
        except (BaseError, OSError, ValueError) as error:
            raise StorageError(
                f"{self.address} cannot be reached: {_reason(error)}",
                way_out="check the network, the bucket's name and region; what is stored here is safe, run again later",
            ) from error


def _open(place: Place, access: Access) -> S3Store | GCSStore:
    from obstore.store import GCSStore, S3Store

    retry: Any = {
        "max_retries": RETRIES,
        "retry_timeout": PATIENCE,
        "backoff": {"init_backoff": timedelta(milliseconds=200), "max_backoff": timedelta(seconds=3), "base": 2},
    }
    client: Any = {"connect_timeout": timedelta(seconds=5), "timeout": ANSWER}
    prefix = place.prefix or None
    if place.scheme == "gs":
        google: Any = {}
        if access.google:
            client["allow_http"] = True
            anonymous = {"gcs_base_url": access.google, "disable_oauth": True}
            empty = {"client_email": "", "private_key": "", "private_key_id": ""}
            google = {"service_account_key": json.dumps(anonymous | empty)}
        return GCSStore(place.bucket, prefix=prefix, client_options=client, retry_config=retry, **google)
    given = {
        "endpoint": access.endpoint,
        "region": access.region,
        "access_key_id": access.key_id,
        "secret_access_key": access.secret,
        "session_token": access.session,
    }
    amazon: Any = {key: value for key, value in given.items() if value}
    if access.endpoint.startswith("http://"):
        client["allow_http"] = True
    return S3Store(place.bucket, prefix=prefix, client_options=client, retry_config=retry, **amazon)


def _version(meta: Any) -> Version:
    return Version(meta["e_tag"], meta["version"])


def _reason(error: Exception) -> str:
    """What the library says, on one line, without addresses' parameters and the service's page."""
    text = str(error).split("Debug source", 1)[0]
    status = re.search(r"non-2xx status code: (\d+[^:]*)", text)
    told = re.search(r"<Code>(\w+)</Code>", text)
    if status:
        return " ".join(filter(None, [status.group(1), told.group(1) if told else ""]))
    return re.sub(r"\?\S+", "", " ".join(text.split()))[:300]
