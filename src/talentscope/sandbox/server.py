"""Starts the sandbox: an HTTP server in a thread of this process, for tests, benchmarks and the demo."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import uvicorn
from starlette.types import ASGIApp

from talentscope.runtime.clock import Clock, SystemClock
from talentscope.runtime.errors import TalentscopeError
from talentscope.sandbox.app import make_app
from talentscope.sandbox.companies.employer import Employer
from talentscope.sandbox.companies.routes import upstreams
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.exchange import Log
from talentscope.sandbox.faults import Faults
from talentscope.sandbox.github.world import World, WorldSettings
from talentscope.sandbox.limits import UNLIMITED, Limits, Meter

__all__ = ["UNLIMITED", "Employer", "Limits", "Running", "WorldSettings", "start"]

START_SECONDS = 30.0


@dataclass
class Running:
    """A sandbox that answers. Faults can be switched while it runs; `world` and `employers` know the truth."""

    port: int
    host: str
    world: World
    employers: CompanyWorld
    faults: Faults
    log: Log
    meter: Meter
    _server: uvicorn.Server
    _thread: threading.Thread

    @property
    def api_url(self) -> str:
        """For GITHUB_API_URL."""
        return f"http://{self.host}:{self.port}"

    @property
    def graphql_url(self) -> str:
        """For GITHUB_GRAPHQL_URL."""
        return f"{self.api_url}/graphql"

    @property
    def enterprise_url(self) -> str:
        """The same REST API where GitHub Enterprise has it; GraphQL is at /api/graphql."""
        return f"{self.api_url}/api/v3"

    def upstreams(self) -> dict[str, str]:
        """The settings that aim every company upstream at this sandbox: TALENTSCOPE_SEC_URL and the like."""
        return upstreams(self.host, self.port)

    def wait(self) -> None:
        """Until it is stopped, by `stop` or by an interrupt."""
        while self._thread.is_alive():
            self._thread.join(0.5)

    def stop(self) -> None:
        """Close the socket and free the world."""
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(START_SECONDS)
        self.world.close()

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(  # noqa: PLR0913 - each is a switch of its own
    settings: WorldSettings | None = None,
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    limits: Limits | None = None,
    faults: Iterable[str] = (),
    latency_ms: float = 0,
    clock: Clock | None = None,
    schema: Path | None = None,
    employers: Sequence[Employer] = (),
) -> Running:
    """Make the world, listen on `port` (0: any free one) and answer from a thread.

    `clock` is the server's own time (limits, Date, pushes); the world's present moves with it from `settings.now`.
    `employers` are the companies that SEC, job boards and the others know; their figures follow from the seed.
    `schema` is GitHub's whole SDL when there is one; without it the extract beside this package is used.
    Raises UsageError for an unknown fault and TalentscopeError when the port cannot be had.
    """
    settings = settings or WorldSettings()
    clock = clock or SystemClock()
    switchboard = Faults(*faults, seed=settings.seed)
    begun = clock.now()
    present = (settings.now or begun).astimezone(UTC)
    world = World(
        settings, started=int(present.timestamp()), now=lambda: _world_now(present, begun, clock), employers=employers
    )
    companies = CompanyWorld(
        employers, seed=settings.seed, now=lambda: present + (clock.now() - begun), faults=switchboard
    )
    meter, log = Meter(limits or Limits()), Log()
    app = make_app(world, companies, switchboard, meter, log, clock=clock, latency_ms=latency_ms, schema=schema)
    listener = _listen(host, port)
    server, thread = _serve(app, listener)
    return Running(listener.getsockname()[1], host, world, companies, switchboard, log, meter, server, thread)


def _serve(app: ASGIApp, listener: socket.socket) -> tuple[uvicorn.Server, threading.Thread]:
    """Answer from a thread; it listens when this returns."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        log_level="critical",
        lifespan="off",
        ws="websockets-sansio",
        ws_ping_interval=None,
        server_header=False,
        date_header=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="sandbox", daemon=True)
    thread.start()
    _await_start(server, thread)
    return server, thread


def _world_now(present: datetime, begun: datetime, clock: Clock) -> int:
    return int((present + (clock.now() - begun)).timestamp())


def _listen(host: str, port: int) -> socket.socket:
    # The protocol is named because asyncio sends small answers at once (TCP_NODELAY) only on sockets that name it.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise TalentscopeError(
            f"the sandbox cannot listen on {host}:{port}: {error.strerror}", way_out="choose another --port"
        ) from error
    return listener


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    """The server's own flag is the only sign that it listens; the thread is joined in small steps meanwhile."""
    for _ in range(int(START_SECONDS / 0.005)):
        if server.started:
            return
        thread.join(0.005)
        if not thread.is_alive():
            break
    raise TalentscopeError("the sandbox did not start", way_out="look for another program on its port")
