"""What a run prints goes into a file, so that it outlives the server; here its lines go on to the server's standard
error as well, where whoever collects logs finds them (`docker compose logs`).

The file is followed and not a pipe: a server that is gone must not take its run along.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

LOOK_SECONDS = 0.5


def pass_on(path: Path, child: subprocess.Popen[bytes]) -> threading.Thread:
    """A thread that writes each line of that file to standard error, and ends with the child once all is written."""
    thread = threading.Thread(target=_follow, args=(path.open("rb"), child), name="run's log", daemon=True)
    thread.start()
    return thread


def _follow(file: BinaryIO, child: subprocess.Popen[bytes]) -> None:
    rest = b""
    with file, suppress(OSError, ValueError):  # standard error was closed: the file has it all
        while True:
            has_ended = _has_ended(child)  # asked before reading: what it wrote last is read then
            for line in file:
                rest += line
                if rest.endswith(b"\n"):
                    _write(rest)
                    rest = b""
            if has_ended:
                break
        if rest:
            _write(rest + b"\n")


def _has_ended(child: subprocess.Popen[bytes]) -> bool:
    try:
        child.wait(LOOK_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def _write(line: bytes) -> None:
    """In one piece: other threads write there too."""
    sys.stderr.write(line.decode("utf-8", "replace"))
    sys.stderr.flush()
