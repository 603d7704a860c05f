"""The command line: parse, build, hand over. `main` turns every error into one message and its exit code."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the program. Exit codes: 0 done, 1 failed, 2 wrong use, 75 out of budget, 130 stopped by hand."""
    from talentscope.cli.app import app
    from talentscope.cli.secret import open_tracer
    from talentscope.cli.show import plain
    from talentscope.runtime import log, tracing
    from talentscope.runtime.errors import TalentscopeError
    from talentscope.runtime.masking import hide

    log.begin()
    tracing.trace_with(open_tracer)
    try:
        app()
    except TalentscopeError as error:
        message, way_out = plain(hide(error.message), limit=2000), plain(hide(error.way_out), limit=1000)
        if log.has_chosen_json():
            log.tell("error", message, way_out=way_out, exit_code=error.exit_code)
        else:
            sys.stderr.write(f"talentscope: {message}\n" + (f"  way out: {way_out}\n" if way_out else ""))
        sys.exit(error.exit_code)
    except Exception as error:  # noqa: BLE001 - typer would print it, and whatever secret its text has, as it is
        log.tell_crash(type(error), error, error.__traceback__)
        sys.exit(1)
