"""The page on a free port, served from a thread of the test's own process."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import uvicorn
from tests.web_world import make_parts

from talentscope.web.app import create_app
from talentscope.web.parts import Parts

PATIENCE = 30.0
READ = ("snapshots", "desk.key", "desk.sqlite", "registry.csv")
"""What the page needs of a data directory; the warehouse is not among it."""


@dataclass(frozen=True)
class Site:
    """A running page. `parts` are those it is made of, `home` is its data directory."""

    url: str
    home: Path
    parts: Parts


def copy_home(source: Path, target: Path) -> Path:
    """A data directory of one's own with the newest snapshot of another."""
    target.mkdir(parents=True)
    for name in READ:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
        elif (source / name).exists():
            shutil.copy2(source / name, target / name)
    return target


@contextmanager
def serving(home: Path, **options: Any) -> Iterator[Site]:
    """The page over `home` until the block ends; `options` as in make_parts, and `web`: settings that differ."""
    web = {"requests_per_minute": 1_000_000, **options.pop("web", {})}
    others = options.pop("others", {})
    parts = make_parts(home, **options)
    parts = replace(parts, web=parts.web.model_copy(update=web), **others)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        config = uvicorn.Config(create_app(parts), log_level="critical", access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="page", daemon=True)
        thread.start()
        end = time.monotonic() + PATIENCE
        while not server.started:
            assert thread.is_alive(), "the page did not start"
            assert time.monotonic() < end, "the page did not start in time"
            time.sleep(0.01)  # noqa: TID251 - another thread is waited for
        try:
            yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}", home, parts)
        finally:
            server.should_exit = server.force_exit = True
            thread.join(PATIENCE)
            parts.reader.close()
