"""The command line: parse, build, hand over. `main` turns every error into one message and its exit code."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the program. Exit codes: 0 done, 1 failed, 2 wrong use, 75 out of budget, 130 stopped by hand."""
    from talentscope.cli.app import app
    from talentscope.cli.show import plain
    from talentscope.runtime.errors import TalentscopeError

    try:
        app()
    except TalentscopeError as error:
        way_out = f"\n  way out: {plain(error.way_out, limit=1000)}" if error.way_out else ""
        sys.stderr.write(f"talentscope: {plain(error.message, limit=2000)}{way_out}\n")
        sys.exit(error.exit_code)
