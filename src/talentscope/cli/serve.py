"""`serve`: the page and the API, in this process."""

from __future__ import annotations

import errno
import signal
import socket
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from talentscope.cli.assemble import build_desk, registry_of
from talentscope.cli.published import follower_of
from talentscope.cli.secret import secrets, token
from talentscope.cli.show import note, warn
from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import UsageError
from talentscope.runtime.log import configure_log
from talentscope.runtime.observing import Observing
from talentscope.runtime.settings import Settings, load, load_settings
from talentscope.runtime.storage_settings import StorageSettings
from talentscope.runtime.upstreams import Upstreams
from talentscope.runtime.web_settings import WebSettings

if TYPE_CHECKING:
    import uvicorn

    from talentscope.web.parts import Parts

LOCAL = "127.0.0.1"

DEMO_MARK = "demo.txt"
"""A file in a data directory whose data is invented: the page then says so, and starts no run against real services."""

LAST_WORDS_SECONDS = 5
"""How long requests that are being answered have when the server is told to end."""

Host = Annotated[str, typer.Option("--host", help="The address to listen on. Beyond this machine it needs signing in.")]
Port = Annotated[
    int | None,
    typer.Option("--port", "-p", min=0, max=65535, help="0 takes any free port; PORT, else 8080, when not given."),
]
Open = Annotated[bool, typer.Option("--open", help="Open the page in the browser.")]


def serve(host: Host = LOCAL, port: Port = None, open_page: Open = False) -> None:
    """The page for people and the API for programs, over what has been published.

    Reads the published snapshot and swaps it by itself when a run publishes a newer one. Without signing in it listens
    on this machine only. `talentscope up` runs the schedule as well.
    """
    settings = load_settings()
    configure_log(settings.log_level)
    with door(host, port, load(WebSettings)) as listening, parts_of(settings) as parts:
        answer(parts, listening, open_page=open_page)


def check_port(port: int | None) -> None:
    """Whether the page could listen there on this machine, asked before long work. Raises UsageError."""
    with door(LOCAL, port, load(WebSettings)):
        pass


def show_page(settings: Settings, port: int | None, *, surroundings: Mapping[str, str]) -> None:
    """Serve the page on this machine and open it in the browser, until a signal.

    `surroundings` aim the runs that are started from it; they end with it.
    """
    with door(LOCAL, port, load(WebSettings)) as listening, parts_of(settings, surroundings) as parts:
        try:
            answer(parts, listening, open_page=True)
        finally:
            if parts.jobs is not None:
                parts.jobs.close()


@contextmanager
def door(host: str, port: int | None, web: WebSettings) -> Iterator[socket.socket]:
    """The socket to listen on; `port` None: the one that the settings say.

    Raises UsageError for a port that is taken or not ours, and SettingError for an address that others can reach while
    nobody has to sign in.
    """
    from talentscope.web.signin.gates import check_bind

    check_bind(host, web)
    port = web.port if port is None else port
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        # The protocol is named because asyncio sends small answers at once (TCP_NODELAY) only on sockets that name it:
        # without it an answer close after another on a kept connection takes 40 ms longer
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise _no_door(host, port, error) from error
    with listening:
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
        except OSError as error:
            raise _no_door(host, port, error) from error
        yield listening


def _no_door(host: str, port: int, error: OSError) -> UsageError:
    if error.errno == errno.EADDRINUSE:
        return UsageError(f"port {port} is taken on {host}", way_out="choose another: --port 8081, or --port 0 for any")
    if error.errno == errno.EACCES:
        return UsageError(f"port {port} may not be opened by this user", way_out="choose one above 1023: --port 8080")
    return UsageError(f"cannot listen on {host}: {error.strerror or error}", way_out="--host 127.0.0.1 is always there")


@contextmanager
def parts_of(settings: Settings, surroundings: Mapping[str, str] | None = None) -> Iterator[Parts]:
    """What pages and API are built from, and its end. `surroundings` are settings of the runs that the page starts."""
    from talentscope.warehouse.follow import following
    from talentscope.web.assets import load_assets
    from talentscope.web.fresh_reader import FreshReader
    from talentscope.web.jobs import Jobs
    from talentscope.web.parts import Parts
    from talentscope.web.signin.gates import build_gate

    clock, web, home = SystemClock(), load(WebSettings), settings.home
    desk = build_desk(settings)  # makes the data directory
    assets = load_assets()
    if assets.url("htmx.min.js") is None:
        warn("the page is plain: its scripts and fonts were not fetched. `make serve` fetches them where npm is")
    is_demo, every = (home / DEMO_MARK).exists(), load(StorageSettings).poll_seconds
    try:
        with (
            following(follower_of(settings), every_seconds=every, clock=clock) as look,
            closing(FreshReader(home, clock, look=look)) as reader,
        ):
            yield Parts(
                reader=reader,
                desk=desk,
                clock=clock,
                registry=registry_of(settings, load(Upstreams)),
                settings=settings,
                web=web,
                gate=build_gate(home, web, clock, secrets()),
                assets=assets,
                # aimed at nothing, a run over invented data would mix real people into it
                jobs=None if is_demo and not surroundings else Jobs(home, clock, settings=surroundings),
                is_demo=is_demo,
                metrics_token=token(load(Observing).metrics_token, setting="TALENTSCOPE_METRICS_TOKEN"),
            )
    finally:
        desk.close()


def answer(parts: Parts, listening: socket.socket, *, open_page: bool) -> None:
    """Answer until SIGINT or SIGTERM; what is being answered then has a few seconds to end."""
    import uvicorn

    from talentscope.web.app import create_app
    from talentscope.web.warming import warming

    config = uvicorn.Config(
        create_app(parts),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # an address that a visitor can write into a header is no address
        timeout_graceful_shutdown=LAST_WORDS_SECONDS,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    listening.listen(config.backlog)
    address = _address(listening)
    note(f"{address}  (Ctrl-C ends it)")
    if open_page:
        webbrowser.open(address)
    with _ended_by_signals(server), warming(parts):
        server.run(sockets=[listening])
    note("ended")


@contextmanager
def _ended_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """A signal ends the server and is then over: uvicorn raises it once more at the end, when it must not kill us."""

    def end(*_: object) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"
