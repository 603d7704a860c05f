"""A Ctrl-C is heeded wherever it lands."""

from __future__ import annotations

import signal

import pytest

from talentscope.cli.show import Bars


def swallowed() -> None:
    """As Python does with an exception in a finalizer."""
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def broken_import() -> None:
    """An import that a Ctrl-C broke: numpy tells it as an ImportError of its own."""
    with Bars():
        swallowed()
        raise ImportError("numpy failed to import")


def test_a_ctrl_c_that_python_dropped_is_heeded_at_the_next_stage() -> None:
    with Bars() as bars:
        bars.stage("one", total=None)
        swallowed()
        with pytest.raises(KeyboardInterrupt):
            bars.stage("two", total=None)


def test_a_ctrl_c_that_an_import_made_another_error_of_is_a_ctrl_c_again() -> None:
    with pytest.raises(KeyboardInterrupt):
        broken_import()


def test_other_errors_pass_and_the_handler_is_given_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ImportError), Bars():
        raise ImportError("numpy is missing")
    assert signal.getsignal(signal.SIGINT) is before
