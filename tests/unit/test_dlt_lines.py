"""What dlt logs of a load that is tried again: the cause in one line, no trace."""

from __future__ import annotations

import logging
import sys
import traceback

from talentscope.warehouse.walls import is_news


def record(message: str, *args: object, error: object = None) -> logging.LogRecord:
    return logging.LogRecord("dlt", logging.WARNING, "", 0, message, args, error)  # type: ignore[arg-type]


def test_of_a_load_that_is_tried_again_the_cause_is_told_and_no_trace() -> None:
    try:
        raise OSError("no space left\nDETAIL: on device")
    except OSError:
        trace, error = traceback.format_exc(), sys.exc_info()
    for line, words in (
        (record("retried with message %s", trace), "retried with message: OSError: no space left"),
        (record("transient in %s", "x.parquet", error=error), "transient in x.parquet: OSError: no space left"),
    ):
        assert is_news(line)
        assert line.getMessage() == words
        assert line.exc_info is None


def test_other_lines_stay_as_they_are_and_what_is_so_by_intent_is_none() -> None:
    line = record("a package of %d %s", 3, "100%")
    assert is_news(line)
    assert line.getMessage() == "a package of 3 100%"
    assert not is_news(record("a hint differs when merging arrow schema with dlt schema"))
