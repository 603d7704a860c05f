"""The peers and the virtual environments they live in, made under `.benchmarks/` when first needed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOME = ROOT / ".benchmarks" / "peers"
WORKERS = Path(__file__).parent / "peer_workers"


@dataclass(frozen=True)
class Peer:
    """`requirements` are pinned; a peer without any runs in our own environment (it is a dependency of ours)."""

    name: str
    worker: str
    requirements: tuple[str, ...] = ()
    has_token: bool = True


OURS = Peer("talentscope", "ours.py")
PEERS = (
    OURS,
    Peer("PyGithub", "with_pygithub.py", ("PyGithub==2.10.0",)),
    # hishel 2.0.0 is allowed by githubkit's own metadata, but githubkit fails to import with it
    Peer("githubkit", "with_githubkit.py", ("githubkit==0.16.1", "githubkit-schemas==26.10.21", "hishel==1.4.0")),
    Peer("dlt rest_api", "with_dlt.py"),
    Peer(
        "tap-github", "with_tap.py", ("meltanolabs-tap-github==1.30.1", "singer-sdk==0.54.9"), has_token=False
    ),
)  # fmt: skip


def find_python(peer: Peer) -> Path:
    """The interpreter of a peer's environment, which is made anew when its pins changed.

    Raises CalledProcessError when pip cannot install it; what pip said is on stderr.
    """
    if not peer.requirements:
        return Path(sys.executable)
    folder = HOME / peer.worker.removesuffix(".py")
    python, pins = folder / "bin" / "python", folder / "pins.txt"
    wanted = "\n".join(peer.requirements)
    if not pins.exists() or pins.read_text() != wanted:
        print(f"installing {peer.name} into {folder.relative_to(ROOT)}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *peer.requirements]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stderr, file=sys.stderr)
            done.check_returncode()
        pins.write_text(wanted)
    return python
