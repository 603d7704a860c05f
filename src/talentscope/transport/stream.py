"""One WebSocket: text messages as they come. The only place that knows the library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from talentscope.runtime.errors import UpstreamDown, UpstreamError, UpstreamMalformed, UpstreamRefused
from talentscope.transport.exchange import Passing

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

MAX_MESSAGE_BYTES = 1024 * 1024
CLOSE_SECONDS = 1
"""Patience with the other side's farewell: whoever has read enough waits for nothing."""


def connect(url: str, *, headers: Mapping[str, str], user_agent: str, timeout_seconds: float) -> ClientConnection:
    """Open the stream. `url` may be http(s) or ws(s). Raises Passing, UpstreamRefused or UpstreamMalformed."""
    from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI
    from websockets.sync.client import connect as open_socket

    where = url.partition("?")[0]
    try:
        return open_socket(
            f"ws{url.removeprefix('http')}" if url.startswith("http") else url,
            additional_headers=headers,
            user_agent_header=user_agent,
            open_timeout=timeout_seconds,
            close_timeout=CLOSE_SECONDS,
            max_size=MAX_MESSAGE_BYTES,
        )
    except InvalidStatus as error:
        status = error.response.status_code
        if status >= 500:
            raise Passing(UpstreamDown(f"{where} answered {status}", way_out="run again later")) from error
        raise UpstreamRefused(f"{where} answered {status}", status=status) from error
    except InvalidURI as error:
        raise UpstreamMalformed(f"{where} is no address of a stream") from error
    except (OSError, InvalidHandshake) as error:
        problem = str(error) or type(error).__name__
        raise Passing(UpstreamDown(f"no stream from {where}: {problem}", way_out="run again later")) from error


def messages(connection: ClientConnection, *, where: str, patience_seconds: float) -> Iterator[str]:
    """Text messages until the other side ends the stream properly, or the reader stops reading.

    Raises UpstreamDown if the stream breaks or nothing comes for `patience_seconds`, UpstreamMalformed for a message
    that is too long.
    """
    from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, PayloadTooBig

    with connection:
        while True:
            try:
                message = connection.recv(timeout=patience_seconds)
            except ConnectionClosedOK:
                return
            except TimeoutError as error:
                raise _broke(where, f"nothing came for {patience_seconds:g} s") from error
            except PayloadTooBig as error:
                raise UpstreamMalformed(f"{where} sent a message of more than {MAX_MESSAGE_BYTES:,} bytes") from error
            except (ConnectionClosedError, OSError) as error:
                raise _broke(where, str(error) or type(error).__name__) from error
            if isinstance(message, str):
                yield message


def _broke(where: str, problem: str) -> UpstreamError:
    return UpstreamDown(f"the stream of {where} broke: {problem}", way_out="run again later")
