"""Logs: events on standard error, a constant phrase and what belongs to it; never a secret, never on standard output.

Ours and those of libraries (from warnings on) take the same way: secrets are hidden, characters that steer a terminal
taken out, and what a run has bound (run_id, pipeline) is on every line. `text` is for people, `json` is one object a
line, with Google Cloud's names. Rule: https://cloud.google.com/logging/docs/structured-logging
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import orjson
import structlog

from talentscope.runtime.errors import SettingError
from talentscope.runtime.masking import hide
from talentscope.runtime.observing import LogFormat, Observing
from talentscope.runtime.settings import load

LABELS = ("run_id", "pipeline")
"""What a log collector should be able to find lines by."""

LONGEST = 20_000
"""Characters of one value; a page of somebody's HTML is no log line."""

_STEERING = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
_write_lock = threading.Lock()


class _Chosen:
    """The format of this process, and the project whose traces it names, asked of the settings once."""

    form: LogFormat | None = None
    google_project = ""


def configure_log(level: str, form: LogFormat | None = None) -> None:
    """Send events of `level` (debug, info, warning, error) and above to standard error; of libraries, from warnings on.

    `form` is the setting's when None. Raises SettingError for a setting that is not right.
    """
    observing = load(Observing)
    _Chosen.form, _Chosen.google_project = form or observing.log_format, observing.google_project
    _configure(logging.getLevelNamesMapping()[level.upper()])


def _configure(number: int) -> None:
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, _render],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_Lines,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, _Pipe)]:
        root.removeHandler(handler)
    root.addHandler(_Pipe(max(number, logging.WARNING)))
    logging.captureWarnings(True)


def is_json() -> bool:
    """Whether standard error is JSON lines. Raises SettingError for a setting that is not right."""
    if _Chosen.form is None:
        _Chosen.form = load(Observing).log_format
    return _Chosen.form is LogFormat.json


def has_chosen_json() -> bool:
    """As `is_json`, for errors: a format that cannot be read is text."""
    try:
        return is_json()
    except SettingError:
        return False


def tell(severity: str, sentence: str, **facts: object) -> None:
    """A line that is not held back by the level: what a person at a terminal would be told. For json."""
    event = {"event": sentence, "level": severity, **structlog.contextvars.get_contextvars(), **facts}
    _write(_to_json(event))


def begin() -> None:
    """For every command, before settings are read: events from warnings on go to standard error, never to standard
    output, and an error that nobody foresaw is told without secrets, here and in threads.
    """
    _configure(logging.WARNING)
    sys.excepthook = tell_crash
    threading.excepthook = lambda crash: tell_crash(crash.exc_type, crash.exc_value, crash.exc_traceback)


def tell_crash(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """An error that nobody foresaw, with its trace and without secrets."""
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        sys.__excepthook__(kind, error or kind(), trace)
        return
    if has_chosen_json():
        event = {"event": "an error that nobody foresaw", "level": "critical", "cause": kind.__name__}
        _write(_to_json({**event, **structlog.contextvars.get_contextvars(), "exc_info": error}))
        return
    _write(tame("".join(traceback.format_exception(kind, error, trace)), keep="\n").rstrip())


def tame(text: str, *, keep: str = "") -> str:
    """Text without secrets and without characters that steer a terminal, but for those in `keep`."""
    text = hide(text[: 2 * LONGEST])
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    if text.isascii() and text.isprintable():
        return text
    spaced = text if "\n" in keep else text.replace("\n", " ").replace("\r", " ").replace("\t", " ")
    return "".join(c for c in spaced if c in keep or unicodedata.category(c) not in _STEERING)


class _Lines:
    """Where rendered lines of structlog go: standard error as it is now."""

    def __init__(self, *_: object) -> None:
        pass

    def msg(self, message: str) -> None:
        """Write one line."""
        _write(message)

    debug = info = warning = error = critical = fatal = exception = log = msg


class _Pipe(logging.Handler):
    """Takes what libraries log."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        event: dict[str, Any] = {
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "logger": record.name,
            **structlog.contextvars.get_contextvars(),
        }
        if record.exc_info:
            event["exc_info"] = record.exc_info
        _write(_render(None, "", event))


def _render(_: object, __: str, event: Mapping[str, Any]) -> str:
    return _to_json(event) if has_chosen_json() else _to_text(event)


def _to_text(event: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in event.items() if name not in {"event", "level", "exc_info"}}
    shown = {"timestamp": _now(), "level": event.get("level", "info"), "event": event.get("event", ""), **rest}
    line = " ".join(f"{name}={tame(str(value))}" for name, value in shown.items())
    crash = _trace(event)
    return f"{line}\n{crash}" if crash else line


def _to_json(event: Mapping[str, Any]) -> str:
    said = tame(str(event.get("event", "")))
    line: dict[str, Any] = {
        "timestamp": _now(),
        "severity": str(event.get("level", "info")).upper(),
        "message": said,
        "logger": "talentscope",
        "event": said,
    }
    line |= {name: _plain(value) for name, value in event.items() if name not in {"event", "level", "exc_info"}}
    labels = {name: line[name] for name in LABELS if name in line}
    if labels:
        line["logging.googleapis.com/labels"] = labels
    if _Chosen.google_project and "trace_id" in line:
        line["logging.googleapis.com/trace"] = f"projects/{_Chosen.google_project}/traces/{line['trace_id']}"
    crash = _trace(event)
    if crash:
        line["exception"] = crash
    return orjson.dumps(line, option=orjson.OPT_NON_STR_KEYS).decode()


def _plain(value: object) -> object:
    if isinstance(value, bool | int | float) or value is None:
        return value
    return value.isoformat() if isinstance(value, datetime) else tame(str(value))


def _trace(event: Mapping[str, Any]) -> str:
    found = event.get("exc_info")
    if not found:
        return ""
    error = found if isinstance(found, BaseException) else found[1] if isinstance(found, tuple) else sys.exc_info()[1]
    return tame("".join(traceback.format_exception(error)), keep="\n").rstrip() if error is not None else ""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _write(line: str) -> None:
    with _write_lock:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
