"""The visitor over real sockets and with real threads: its manners hold, and a stream is a stream."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from websockets.sync.server import ServerConnection, serve

from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import UpstreamDown, UpstreamError, UpstreamMalformed, UpstreamRefused
from talentscope.transport import stream
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor


class Board(BaseHTTPRequestHandler):
    """Answers after a while, and counts who is there at once."""

    lock = threading.Lock()
    begun: ClassVar[list[float]] = []
    here, most = 0, 0
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        with Board.lock:
            Board.begun.append(time.monotonic())
            Board.here += 1
            Board.most = max(Board.most, Board.here)
        time.sleep(0.06)  # noqa: TID251 - a server that takes its time
        with Board.lock:
            Board.here -= 1
        is_limit = self.path.startswith("/limit") and len(Board.begun) == 1
        is_same = self.headers.get("If-None-Match") == '"1"'
        body = b"" if is_same or is_limit else b'{"a": 1}'
        self.send_response(429 if is_limit else 304 if is_same else 200)
        if is_limit:
            self.send_header("Retry-After", "1")
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def board() -> Iterator[str]:
    Board.begun, Board.here, Board.most = [], 0, 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Board)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


class Hasty(SystemClock):
    """Waits a hundredth of what it is told."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds / 100)


def visitor_of(url: str, *, per_second: float = 40, in_flight: int = 3, **changes: Any) -> Visitor:
    site = Site("board", url, "TALENTSCOPE_BOARD_URL", per_second=per_second, in_flight=in_flight)
    parts: dict[str, Any] = {"user_agent": "talentscope/1", "timeout_seconds": 5, "max_wait_seconds": 5}
    return Visitor(site, **({"clock": SystemClock()} | parts | changes))


def ask_from_threads(visitor: Visitor, *, threads: int, requests: int, path: str = "/jobs") -> list[Any]:
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda at: visitor.get_json(path, params={"at": at % 5}), range(requests)))


def test_many_threads_never_ask_faster_than_the_site_likes(board: str) -> None:
    visitor = visitor_of(board, per_second=40, in_flight=20)
    answers = ask_from_threads(visitor, threads=16, requests=40)

    assert answers == [{"a": 1}] * 40
    assert visitor.requests == 40
    # the first may be late in being seen, so a little less than 39/40 of a second
    assert Board.begun[-1] - Board.begun[0] >= 39 / 40 - 0.15
    for first, at in enumerate(Board.begun):
        within = [one for one in Board.begun[first:] if one < at + 0.5]
        assert len(within) <= 0.5 * 40 + 5


def test_never_more_are_under_way_than_the_site_likes(board: str) -> None:
    answers = ask_from_threads(visitor_of(board, per_second=1000, in_flight=3), threads=12, requests=36)

    assert len(answers) == 36
    assert Board.most == 3


def test_a_limit_that_one_thread_meets_holds_all_of_them(board: str) -> None:
    visitor = visitor_of(board, per_second=1000, in_flight=1)
    ask_from_threads(visitor, threads=6, requests=6, path="/limit")

    assert len(Board.begun) == 7
    assert Board.begun[1] - Board.begun[0] >= 1


def test_threads_share_what_is_kept(board: str, tmp_path: Path) -> None:
    ask_from_threads(visitor_of(board, per_second=1000, cache=tmp_path), threads=6, requests=30)
    again = visitor_of(board, per_second=1000, cache=tmp_path)

    assert ask_from_threads(again, threads=6, requests=30) == [{"a": 1}] * 30
    assert again.unchanged == 30
    assert len(list(tmp_path.iterdir())) == 5


def test_nobody_at_home_is_down(board: str) -> None:
    with pytest.raises(UpstreamDown, match=r"127\.0\.0\.1"):
        visitor_of("http://127.0.0.1:1", clock=Hasty()).get_json("/jobs")


@contextmanager
def a_stream(*messages: str | bytes, is_cut: bool = False) -> Iterator[str]:
    """A WebSocket that sends and then ends, or breaks off. Yields its address."""

    def speak(connection: ServerConnection) -> None:
        agents.append(connection.request.headers["User-Agent"])  # type: ignore[union-attr]
        for message in messages:
            connection.send(message)
        if is_cut:
            connection.socket.close()

    agents: list[str] = []
    with serve(speak, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
    assert set(agents) <= {"talentscope/1"}


def test_a_stream_is_read_until_it_ends_and_only_its_texts() -> None:
    with a_stream('{"a": 1}', b"bytes", '{"a": 2}') as url:
        visitor = visitor_of(url)
        assert list(visitor.listen("/subscribe", params={"cursor": 7})) == ['{"a": 1}', '{"a": 2}']
        assert visitor.requests == 1


def test_a_reader_may_stop_when_it_has_enough() -> None:
    with a_stream(*[str(at) for at in range(100)]) as url:
        messages = visitor_of(url.replace("ws:", "http:")).listen("/subscribe")
        assert [next(messages), next(messages)] == ["0", "1"]
        messages.close()  # type: ignore[attr-defined]


def test_a_stream_that_breaks_or_falls_silent_is_down() -> None:
    with a_stream("one", is_cut=True) as url, pytest.raises(UpstreamDown, match="broke"):
        list(visitor_of(url).listen("/subscribe"))

    def keep_silent(connection: ServerConnection) -> None:
        connection.recv()

    with serve(keep_silent, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        silent = visitor_of(f"ws://127.0.0.1:{server.socket.getsockname()[1]}", timeout_seconds=0.3)
        with pytest.raises(UpstreamDown, match=r"nothing came for 0\.3 s"):
            list(silent.listen("/subscribe"))
        server.shutdown()


def test_a_message_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MAX_MESSAGE_BYTES", 100)
    with a_stream("x" * 1000) as url, pytest.raises(UpstreamError) as error:
        list(visitor_of(url).listen("/subscribe"))

    assert isinstance(error.value, UpstreamMalformed | UpstreamDown)


def test_what_is_no_stream_is_refused_or_down(board: str) -> None:
    with pytest.raises((UpstreamRefused, UpstreamDown)):
        list(visitor_of(board.replace("http:", "ws:"), clock=Hasty()).listen("/jobs"))
    with pytest.raises(UpstreamDown):
        list(visitor_of("ws://127.0.0.1:1", clock=Hasty()).listen("/subscribe"))
