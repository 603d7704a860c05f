"""One request and its answer, whoever asks: read within bounds, parsed, tried again where that may help."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

import httpx
import orjson
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import UpstreamDown, UpstreamError, UpstreamMalformed

REDIRECTS_IN_A_ROW = 5
MAX_BODY_BYTES = 64 * 1024 * 1024

T = TypeVar("T")


@lru_cache(maxsize=1)
def trusted() -> ssl.SSLContext:
    """Whom to trust. Reading the certificates takes a tenth of a second: once a process, not once a site."""
    return httpx.create_ssl_context()


class Passing(Exception):
    """A trouble that may be gone the next time. `final` is what to raise if it is not."""

    def __init__(self, final: UpstreamError) -> None:
        super().__init__(final.message)
        self.final = final


class Slow(Passing):
    """The answer did not come in time."""


def persist(ask: Callable[[], T], *, clock: Clock, attempts: int) -> T:
    """Ask, and ask again after a growing pause while the trouble may pass. Raises the last trouble's `final`."""
    retrying = Retrying(
        stop=stop_after_attempt(attempts),
        wait=wait_exponential_jitter(initial=1, max=30),
        retry=retry_if_exception_type(Passing),
        sleep=clock.sleep,
        reraise=True,
    )
    try:
        return retrying(ask)
    except Passing as trouble:
        raise trouble.final from trouble


def receive(
    client: httpx.Client,
    request: httpx.Request,
    *,
    clock: Clock,
    patience: timedelta,
    limit_bytes: int,
    down: Callable[[str], UpstreamDown],
) -> tuple[httpx.Response, bytes]:
    """Send, and read the whole body, unpacked. `patience` is with one whole answer, however slowly it drips.

    `down` words the error for a trouble of the network. Raises Slow, Passing or UpstreamMalformed, nothing of httpx.
    """
    started = clock.now()
    try:
        response = client.send(request, stream=True)
        try:
            return response, _read(response, limit_bytes, until=started + patience, clock=clock)
        finally:
            response.close()
    except httpx.InvalidURL as error:
        raise UpstreamMalformed(f"{request.url.host} redirected to something that is no address") from error
    except httpx.ReadTimeout as error:
        raise Slow(down("it did not answer in time")) from error
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise Passing(down(str(error) or type(error).__name__)) from error


def _read(response: httpx.Response, limit_bytes: int, *, until: datetime, clock: Clock) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > limit_bytes:
            raise UpstreamMalformed(f"{response.url.host} sent more than {limit_bytes:,} bytes at once")
        if clock.now() > until:
            raise httpx.ReadTimeout("the answer drips")
    return bytes(body)


def where_of(request: httpx.Request) -> str:
    """How messages name a request: without its query, which may hold what is nobody's business."""
    return f"{request.method} {request.url.copy_with(query=None)}"


def parse_json(request: httpx.Request, response: httpx.Response, body: bytes, *, way_out: str) -> Any:
    """JSON, or None where there is no body. Raises Passing: a broken body may be whole the next time."""
    if not body:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        came = f"{response.headers.get('content-type', 'no type')}, beginning {body[:60]!r}"
        raise Passing(
            UpstreamMalformed(
                f"{where_of(request)} answered {response.status_code} with something that is not JSON ({came})",
                way_out=way_out,
            )
        ) from error


def message_of(data: Any) -> str:
    """What an upstream's error answer says, where it says it in the usual place."""
    return str(data.get("message", "")) if isinstance(data, dict) else ""
