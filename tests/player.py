"""A stand-in for `talentscope run`: a few lines of Python that end as they are told to, for tests of runs."""

from __future__ import annotations

import sys
from pathlib import Path

PLAYER = """
import json, signal, sys, time
from datetime import datetime, timezone
sys.stderr.reconfigure(encoding='utf-8')
words = sys.argv[1:]
assert words[:2] == ["run", "--events"], words
def tell(event, **facts):
    with open(words[2], "a") as file:
        file.write(json.dumps({"at": datetime.now(timezone.utc).isoformat(), "event": event, **facts}) + "\\n")
def end(code, message=""):
    tell("end", code=code, message=message, way_out="")
    sys.exit(code)
signal.signal(signal.SIGTERM, lambda *_: end(75, "stopped by a signal"))
print("said on the way <b>", flush=True)
tell("stage", name="reading", total=4)
tell("advance", done=3, requests={"search": 2})
match words[3]:
    case "well" | "talent" | "--due": end(0)
    case "chatty":
        for number in range(5000): print(f"line {number} ä", file=sys.stderr, flush=True)
        sys.stderr.write("line without an end")
        sys.stderr.flush()
        end(0)
    case "budget": end(75, "the search budget ended")
    case "badly": end(1, "no disk")
    case "killed": import os; os.kill(os.getpid(), signal.SIGKILL)
    case "long" | "companies": time.sleep(60)
"""


def write_player(folder: Path) -> tuple[str, str]:
    """The program to give to Jobs. The word after --events says how it ends: well, chatty, budget, badly, killed, long.

    Words that talentscope knows end well, but for `companies`, which takes long.
    """
    path = folder / "player.py"
    path.write_text(PLAYER)
    return sys.executable, str(path)
