"""What people see in a terminal: tables, warnings, progress. Data goes to standard output, all else to standard error.

Strings from outside lose every control character and direction mark before they reach a terminal.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from talentscope.cli.stop import Stop
from talentscope.pipelines.talent.plan import Estimate
from talentscope.runtime.log import is_json, tell
from talentscope.runtime.masking import hide
from talentscope.transport.budget import Wait

PIPED_WIDTH = 150
"""Columns when nobody says how wide the screen is."""

out = Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)
err = Console(stderr=True, highlight=False)


def plain(value: object, *, limit: int = 200) -> str:
    """`value` as one line of text that cannot steer a terminal: no control, format or direction characters.

    Newlines and tabs become spaces; more than `limit` characters are cut. None is shown as an empty string.
    """
    if value is None:
        return ""
    text = str(value).replace("\n", " ").replace("\r", " ").replace("\t", " ")
    text = "".join(c for c in text[: limit * 2] if unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
    return text if len(text) <= limit else text[: limit - 1] + "…"


def print_json(data: object) -> None:
    """`data` as indented JSON on standard output, and nothing else."""
    text = orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z, default=str)
    sys.stdout.buffer.write(text + b"\n")
    sys.stdout.flush()


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Sequence[str] = ()
) -> None:
    """A table on standard output; the columns named in `right` are numbers."""
    table = Table(title=Text(title), title_justify="left", title_style="bold", header_style="bold", expand=False)
    for column in columns:
        is_number = column in right
        table.add_column(column, justify="right" if is_number else "left", overflow="fold", no_wrap=is_number)
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    out.print(table)


def note(sentence: str) -> None:
    """A sentence for the person at the terminal, or a line for who reads logs."""
    if is_json():
        tell("info", sentence)
    else:
        err.print(Text(hide(sentence)), soft_wrap=True)


def warn(sentence: str) -> None:
    """A sentence that a person must not miss."""
    if is_json():
        tell("warning", sentence)
    else:
        err.print(Text(f"warning: {hide(sentence)}", style="yellow"), soft_wrap=True)


class Bars:
    """Progress of a run: bars with an estimate on a terminal, a line a stage elsewhere.

    It remembers a Ctrl-C or SIGTERM: Python drops one that lands in a finalizer, and the next stage then heeds it.
    """

    def __init__(self) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[remark]}"),
            console=err,
            disable=not err.is_terminal or is_json(),
        )
        self._is_told = not err.is_terminal or is_json()
        self._task: Any = None
        self._name, self._done = "", 0
        self._stop, self._is_own = Stop(), False

    def __enter__(self) -> Bars:
        found = Stop.in_force()
        self._is_own = found is None
        self._stop = found if found is not None else Stop().__enter__()
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._close()
        self._progress.stop()
        if self._is_own:
            self._stop.__exit__(kind, *rest)
        if self._stop.is_asked and kind is not None and not issubclass(kind, self._stop.error):
            raise self._stop.error  # it landed inside an import or a callback, which made another error of it

    def estimate(self, estimate: Estimate) -> None:
        """The cost, before it is spent."""
        pace = f", about {estimate.minutes:.0f} min at GitHub's pace" if estimate.minutes >= 1 else ""
        self.note(
            f"expecting {estimate.repositories:,} repositories: {estimate.search_requests:,} search requests,"
            f" {estimate.owner_requests:,} for owners, {estimate.proof_requests:,} for proof of ownership{pace}"
        )

    def stage(self, name: str, *, total: int | None) -> None:
        """A new bar; the former one is done. Raises KeyboardInterrupt if a signal was dropped meanwhile."""
        self._stop.heed()
        self._close()
        self._name, self._done = name, 0
        self._task = self._progress.add_task(name, total=total, remark="")
        if self._is_told and total is None:
            note(name)

    def advance(self, done: int) -> None:
        """Move the present bar on."""
        self._done += done
        if self._task is not None:
            self._progress.advance(self._task, done)

    def note(self, sentence: str) -> None:
        """A line above the bars."""
        note(sentence)

    def waiting(self, wait: Wait) -> None:
        """Say that, and why, the run stands still."""
        if wait.seconds >= 2:
            self.note(f"waiting {wait.seconds:.0f} s for the {wait.resource} budget ({wait.reason})")

    def _close(self) -> None:
        if self._task is None:
            return
        task = self._progress.tasks[self._progress.task_ids.index(self._task)]
        self._progress.update(self._task, total=task.completed if task.total is None else task.total)
        self._progress.stop_task(self._task)
        if self._is_told and self._done:
            note(f"{self._name}: {self._done:,}")
        self._task = None
