"""Log lines: both formats, what libraries say, what a run binds, and nothing that steers a terminal, no secret."""

from __future__ import annotations

import contextvars
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import structlog

from talentscope.runtime import log
from talentscope.runtime.errors import SettingError, WarehouseError
from talentscope.runtime.masking import HIDDEN, remember
from talentscope.runtime.observing import LogFormat
from talentscope.runtime.tracing import leave_run, run_of

SECRET = "ghp_OnlyForTheTestOfLogs0123"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Logging is one for a process: begin as a fresh one, whatever a library did before, and leave it as it was."""
    handlers, hook = list(logging.getLogger().handlers), sys.excepthook
    loggers = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    before = [(one, one.disabled, one.propagate, one.level, list(one.handlers)) for one in loggers]
    threshold = logging.root.manager.disable
    logging.disable(logging.NOTSET)
    logging.captureWarnings(False)
    for one in loggers:
        one.disabled, one.propagate = False, True
        one.setLevel(logging.NOTSET)
        one.handlers[:] = []
    yield
    logging.disable(threshold)
    for one, disabled, propagate, level, own in before:
        one.disabled, one.propagate = disabled, propagate
        one.setLevel(level)
        one.handlers[:] = own
    logging.getLogger().handlers[:] = handlers
    logging.captureWarnings(False)
    log._Chosen.form, log._Chosen.google_project = None, ""
    sys.excepthook = hook
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    said = capsys.readouterr()
    assert said.out == ""
    return [json.loads(line) for line in said.err.splitlines()]


def test_json_has_the_names_that_google_cloud_reads(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure_log("info", LogFormat.json)
    structlog.get_logger().warning("sign-in refused", wait_seconds=3, at=None)
    (line,) = lines(capsys)
    assert line["severity"] == "WARNING"
    assert line["message"] == line["event"] == "sign-in refused"
    assert line["logger"] == "talentscope"
    assert (line["wait_seconds"], line["at"]) == (3, None)
    assert datetime.fromisoformat(line["timestamp"]).tzinfo is not None


def test_a_trace_is_named_as_google_cloud_wants_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure_log("info", LogFormat.json)
    structlog.get_logger().info("request", trace_id="0af7")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "my-project")
    log.configure_log("info", LogFormat.json)
    structlog.get_logger().info("request", trace_id="0af7")
    bare, named = lines(capsys)
    assert "logging.googleapis.com/trace" not in bare
    assert named["logging.googleapis.com/trace"] == "projects/my-project/traces/0af7"


def test_every_line_of_a_run_carries_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure_log("debug", LogFormat.json)
    with run_of("talent", "20261121-x"):
        structlog.get_logger().debug("asked")
        logging.getLogger("dlt").warning("odd")
        log.tell("info", "searching repositories: 26")
        contextvars.copy_context().run(structlog.get_logger().info, "from a thread")
    found = lines(capsys)
    assert len(found) == 4
    for line in found:
        assert (line["run_id"], line["pipeline"]) == ("20261121-x", "talent")
        assert line["logging.googleapis.com/labels"] == {"run_id": "20261121-x", "pipeline": "talent"}
    assert [line["logger"] for line in found] == ["talentscope", "dlt", "talentscope", "talentscope"]


def test_lines_after_a_run_tell_its_end_and_those_before_the_next_are_of_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log.configure_log("debug", LogFormat.json)
    with run_of("talent", "20261121-x"):
        pass
    log.tell("info", "done")
    leave_run()
    log.tell("info", "due: Companies")
    after, between = lines(capsys)
    assert after["run_id"] == "20261121-x"
    assert "run_id" not in between


def test_text_is_one_line_of_names_and_values(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure_log("info", LogFormat.text)
    structlog.get_logger().error("request failed", path="/x", cause="KeyError")
    structlog.get_logger().debug("not this")
    said = capsys.readouterr().err
    assert said.startswith("timestamp=20")
    assert said.endswith(" level=error event=request failed path=/x cause=KeyError\n")


@pytest.mark.parametrize("form", list(LogFormat))
def test_libraries_are_heard_from_warnings_on(form: LogFormat, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure_log("debug", form)
    for name in ("uvicorn.error", "sqlalchemy.engine", "alembic.runtime", "httpx"):
        logging.getLogger(name).info("chatter of %s", name)
        logging.getLogger(name).warning("trouble of %s", name)
    warnings.warn("an old habit", DeprecationWarning, stacklevel=1)
    said = capsys.readouterr().err
    assert "chatter" not in said
    assert said.count("trouble of") == (8 if form is LogFormat.json else 4)
    assert "an old habit" in said
    assert "py.warnings" in said


@pytest.mark.parametrize("form", list(LogFormat))
def test_no_secret_reaches_a_line(form: LogFormat, capsys: pytest.CaptureFixture[str]) -> None:
    remember(SECRET)
    log.configure_log("debug", form)
    structlog.get_logger().info(f"asked with {SECRET}", header=f"Bearer {SECRET}", nested={"a": [SECRET]})
    logging.getLogger("urllib3").warning("GET https://h/?apikey=%s", SECRET)
    try:
        raise RuntimeError(f"refused {SECRET}")
    except RuntimeError:
        structlog.get_logger().exception("it broke")
        logging.getLogger("uvicorn.error").exception("it broke")
    said = capsys.readouterr().err
    assert SECRET not in said
    assert said.count(HIDDEN) >= 6
    assert said.count("RuntimeError: refused") == 2


@pytest.mark.parametrize("form", list(LogFormat))
def test_no_string_from_outside_steers_a_terminal_or_begins_a_line(
    form: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure_log("info", form)
    structlog.get_logger().info("read", name="\x1b[31mred\x1b[0m\nlevel=critical event=forged\u202eevil\x07")
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert not any(steering in said for steering in ("\x1b", "\u202e", "\x07", "\\u001b", "\\u202e", "\\n"))


@pytest.mark.parametrize("form", list(LogFormat))
def test_a_crash_is_told_without_secrets(form: LogFormat, capsys: pytest.CaptureFixture[str]) -> None:
    remember(SECRET)
    log.begin()
    log.configure_log("warning", form)
    try:
        raise ValueError(f"came {SECRET}")
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    said = capsys.readouterr().err
    assert SECRET not in said
    assert "ValueError: came" in said
    assert "Traceback" in said
    if form is LogFormat.json:
        (line,) = [json.loads(text) for text in said.splitlines()]
        assert line["severity"] == "CRITICAL"
        assert line["exception"].startswith("Traceback")


def test_an_error_of_ours_forgets_secrets_that_a_library_quoted() -> None:
    remember(SECRET)
    error = WarehouseError(f"no sign-in with {SECRET} to postgresql://u:short@h/d")
    assert error.message == str(error) == f"no sign-in with {HIDDEN} to postgresql://u:{HIDDEN}@h/d"


def test_a_long_value_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure_log("info", LogFormat.json)
    structlog.get_logger().info("read", body="x" * 1_000_000)
    (line,) = lines(capsys)
    assert len(line["body"]) == log.LONGEST


def test_the_format_is_asked_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TALENTSCOPE_LOG_FORMAT", "json")
    log.configure_log("info")
    structlog.get_logger().info("hello")
    assert lines(capsys)[0]["message"] == "hello"


def test_before_settings_are_read_events_go_to_standard_error_too(capsys: pytest.CaptureFixture[str]) -> None:
    log.begin()
    structlog.get_logger().warning("a secret file can be read by everybody on this machine")
    structlog.get_logger().info("not this")
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "can be read by everybody" in said.err


def test_a_setting_that_is_not_right_does_not_hide_what_went_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TALENTSCOPE_LOG_FORMAT", "yaml")
    log.begin()
    structlog.get_logger().error("it broke")
    assert "event=it broke" in capsys.readouterr().err
    with pytest.raises(SettingError, match="TALENTSCOPE_LOG_FORMAT"):
        log.configure_log("info")
