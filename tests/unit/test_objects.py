"""Addresses of places, and what a pointer may say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from talentscope.runtime.errors import StorageError, UsageError
from talentscope.transport.objects import Access, Place, parse_place
from talentscope.warehouse.pointer import Pointer, parse_pointer

SOUND = Pointer("20261101T000000000000-0000abcd.duckdb", 10, "a" * 64, datetime(2026, 11, 1, tzinfo=UTC), "run1", "1.0")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("gs://bucket", Place("gs", "bucket", "")),
        ("gs://bucket/", Place("gs", "bucket", "")),
        ("s3://my.bucket-1/a/b/", Place("s3", "my.bucket-1", "a/b")),
        ("/mnt/shared", Place("file", "/mnt/shared", "")),
        ("shared", Place("file", "shared", "")),
    ],
)
def test_an_address_is_taken_apart(text: str, place: Place) -> None:
    assert parse_place(text, what="X") == place


@pytest.mark.parametrize(
    "text",
    [
        "http://host/a",
        "gs://",
        "s3://UPPER",
        "s3://user:secret@host/a",
        "gs://bucket/../b",
        "gs://bucket/a//b",
        "az://x",
    ],
)
def test_what_is_no_address_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(UsageError, match=r"^X: ") as caught:
        parse_place(text, what="X")
    assert "secret" not in caught.value.message
    assert "gs://bucket/prefix" in caught.value.way_out


def test_keys_are_not_shown() -> None:
    assert "hidden" not in repr(Access(key_id="me", secret="hidden", session="hidden"))


def test_a_pointer_reads_back() -> None:
    counted = replace(SOUND, rows={"repositories": 10, "companies": 0})
    for pointer in (SOUND, counted):
        assert parse_pointer(pointer.to_bytes(), place="here") == pointer


def test_a_pointer_of_before_rows_were_told_is_read() -> None:
    facts = json.loads(SOUND.to_bytes())
    del facts["rows"]
    assert parse_pointer(json.dumps(facts).encode(), place="here").rows == {}


@pytest.mark.parametrize("rows", [[1], 7, "no", {"repositories": "many"}, {"repositories": None}, None], ids=str)
def test_rows_that_are_no_counts_are_refused(rows: object) -> None:
    content = json.dumps(json.loads(SOUND.to_bytes()) | {"rows": rows}).encode()
    with pytest.raises(StorageError, match="does not name a snapshot"):
        parse_pointer(content, place="here")


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"null", b"\xff", json.dumps({"format": 1, "name": SOUND.name}).encode(), b"[" * 100_000],
    ids=range(7),
)
def test_what_is_no_pointer_is_refused(content: bytes) -> None:
    with pytest.raises(StorageError, match="does not name a snapshot"):
        parse_pointer(content, place="here")
