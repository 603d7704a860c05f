"""Cursors, forms and tags of the API, without a snapshot."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from talentscope.desk.key import Hasher
from talentscope.web.api.asking import EVERY_FORM, JSON_ONLY, Form, Unacceptable, choose_form
from talentscope.web.api.cursor import Cursor, open_cursor
from talentscope.web.api.replying import matches, to_json
from talentscope.web.errors import Conflict, RequestRefused

HASHER = Hasher("a key that is long enough for tests of cursors")


def asked(accept: str | None, form: Form | None = None, offered: Sequence[Form] = EVERY_FORM) -> Form:
    headers = [(b"accept", accept.encode())] if accept is not None else []
    return choose_form(Request({"type": "http", "headers": headers}), form, offered)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, Form.json),
        ("*/*", Form.json),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Form.json),
        ("text/csv", Form.csv),
        ("text/*", Form.csv),
        ("application/json;q=0.5, text/csv", Form.csv),
        ("application/vnd.apache.parquet", Form.parquet),
        ("application/*;q=0.2, application/json;q=0", Form.parquet),
        ("TEXT/CSV;charset=utf-8", Form.csv),
    ],
)
def test_the_form_is_what_the_client_likes_best(accept: str | None, form: Form) -> None:
    assert asked(accept) is form


@pytest.mark.parametrize(
    "accept", ["image/png", "text/html", "application/json;q=0", "", ";;;", "application/json;q=x"]
)
def test_a_client_that_takes_nothing_of_ours_is_told_what_there_is(accept: str) -> None:
    with pytest.raises(Unacceptable) as caught:
        asked(accept)
    assert caught.value.status == 406
    assert "format=parquet" in caught.value.way_out


def test_the_parameter_wins_over_the_header() -> None:
    assert asked("text/csv", Form.xlsx) is Form.xlsx
    with pytest.raises(Unacceptable):
        asked("*/*", Form.csv, JSON_ONLY)


PLACES = st.lists(st.one_of(st.integers(-(2**53), 2**53), st.text(max_size=20), st.none(), st.booleans()), max_size=4)


@given(place=PLACES)
def test_a_cursor_comes_back_as_it_was_made(place: list[object]) -> None:
    text = Cursor("snapshot", "question", tuple(place)).seal(HASHER)
    assert open_cursor(text, HASHER, of="snapshot", question="question") == tuple(place)


@given(text=st.text(max_size=200))
def test_a_cursor_that_somebody_made_up_is_refused(text: str) -> None:
    if text == "":
        assert open_cursor(text, HASHER, of="s", question="q") is None
        return
    with pytest.raises(RequestRefused) as caught:
        open_cursor(text, HASHER, of="s", question="q")
    assert caught.value.status == 400


@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_cursor_with_one_bit_turned_is_refused(position: int, bit: int) -> None:
    sealed = Cursor("s", "q", (50, 7)).seal(HASHER)
    raw = bytearray(base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)))
    raw[position % len(raw)] ^= 1 << bit
    with pytest.raises(RequestRefused):
        open_cursor(base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("="), HASHER, of="s", question="q")


def test_a_cursor_holds_for_its_question_its_snapshot_and_its_installation() -> None:
    sealed = Cursor("old", "q", (50,)).seal(HASHER)
    with pytest.raises(RequestRefused, match="another question"):
        open_cursor(sealed, HASHER, of="old", question="other")
    with pytest.raises(Conflict, match="newer snapshot") as caught:
        open_cursor(sealed, HASHER, of="new", question="q")
    assert caught.value.status == 409
    assert "without a cursor" in caught.value.way_out
    with pytest.raises(RequestRefused, match="no cursor of ours"):
        open_cursor(sealed, Hasher("another key, just as long as the first one"), of="old", question="q")


@pytest.mark.parametrize(
    ("given_tags", "is_match"),
    [(None, False), ("", False), ("*", True), ('W/"a"', True), ('"a"', True), ('"b", W/"a"', True), ('"ab"', False)],
)
def test_tags_are_compared_weakly(given_tags: str | None, is_match: bool) -> None:
    assert matches(given_tags, 'W/"a"') is is_match


def test_what_json_cannot_hold_is_mended() -> None:
    body = bytes(to_json({"text": "half \ud800", "number": float("nan"), "whole": "ä"}).body)
    assert body.decode() == '{"text":"half ?","number":null,"whole":"ä"}'
