"""Nothing from outside steers a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentscope.cli.show import plain


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2Jcleared", "[2Jcleared"),
        ("\x1b]0;title\x07x", "]0;titlex"),
        ("abc\u202edef", "abcdef"),
        ("two\nlines\tand tab", "two lines and tab"),
        ("[bold]markup[/bold]", "[bold]markup[/bold]"),
        ("\x9b31mred", "31mred"),
        (None, ""),
        ("naïve 日本 🙂", "naïve 日本 🙂"),
    ],
)
def test_control_and_direction_characters_are_gone(hostile: str | None, shown: str) -> None:
    assert plain(hostile) == shown


@given(st.text())
def test_any_text_becomes_one_short_line_of_printable_characters(text: str) -> None:
    shown = plain(text)
    assert len(shown) <= 200
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in shown)
