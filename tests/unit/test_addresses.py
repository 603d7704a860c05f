"""The addresses of databases: what each kind says, and that no message shows a password."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentscope.runtime.addresses import BigQuery, CloudSql, Postgres, parse_address, parse_desk_address
from talentscope.runtime.errors import SettingError

SECRET = "Hunter2Hunter2"


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_nothing_means_files_in_the_data_directory(empty: str | None) -> None:
    assert parse_address(empty) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql://ann:x@db.example.org:6432/talent", Postgres("talent", "db.example.org", "6432", "ann", "x")),
        ("postgres://ann@db/talent", Postgres("talent", "db", "5432", "ann")),
        ("postgresql:///talent", Postgres("talent")),
        ("postgresql:///talent?host=/run/postgresql&user=ann", Postgres("talent", "/run/postgresql", user="ann")),
        ("postgresql://ann:a%40b%2Fc%3A@[::1]:5433/my%20db", Postgres("my db", "::1", "5433", "ann", "a@b/c:")),
        ("postgresql://ann:a@b@db/talent", Postgres("talent", "db", user="ann", password="a@b")),
        ("postgresql://one:1,two/talent", Postgres("talent", "one,two", "1,5432")),
        (
            "postgresql://db/talent?sslmode=verify-full&sslrootcert=/etc/ca.pem",
            Postgres("talent", "db", options={"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}),
        ),
        (
            "cloudsql://my-project:europe-west1:small/talent?user=runner@my-project.iam",
            CloudSql("my-project", "europe-west1", "small", "talent", "runner@my-project.iam"),
        ),
        (
            "cloudsql://example.com:my-project:europe-west1:small/talent?user=ann&password=x%26y&ip=PRIVATE",
            CloudSql("example.com:my-project", "europe-west1", "small", "talent", "ann", "x&y", "private"),
        ),
        ("bigquery://my-project/talent?location=US", BigQuery("my-project", "talent", "US")),
        ("bigquery://my-project/talent", BigQuery("my-project", "talent", "EU")),
    ],
)
def test_each_kind_is_read(text: str, expected: object) -> None:
    assert parse_address(text) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"mysql://ann:{SECRET}@db/talent", "came mysql://"),
        (SECRET, "expected an address that begins with postgresql://, cloudsql://, bigquery://"),
        (f"host=db password={SECRET}", "expected an address"),
        (f"postgresql://ann:{SECRET}@db", "names no database"),
        (f"postgresql://ann:{SECRET}#1@db/talent", "%23 for #"),
        (f"postgresql://ann:{SECRET}/1@db/talent", "%2F for /"),
        (f"postgresql://ann:{SECRET}[@db:x/talent", "%40 for @"),
        (f"postgresql://ann:{SECRET}@db:x/talent", "a port from 1 to 65535"),
        (f"postgresql://ann:{SECRET}@db:99999/talent", "a port from 1 to 65535"),
        (f"postgresql://ann:{SECRET}@db/talent?sslmode=yes", "expected sslmode to be one of disable"),
        (f"postgresql://ann:{SECRET}@db/talent?sslmode=require&sslmode=disable", "given twice"),
        (f"postgresql://ann:{SECRET}@db/talent?sslmode", "no address"),
        (f"postgresql://ann:{SECRET}%00@db/talent", "must be written otherwise"),
        (f"cloudsql://ann:{SECRET}@p:r:i/talent?user=ann", "expected the user as ?user=NAME"),
        (f"cloudsql://p:i/talent?user=ann&password={SECRET}", "expected project:region:instance"),
        (f"cloudsql://p:r:i/talent?password={SECRET}", "names no user"),
        (f"cloudsql://p:r:i/?user=ann&password={SECRET}", "names no database"),
        (f"cloudsql://p:r:i/talent?user=ann&password={SECRET}&ip=x", "ip to be one of public, private, psc"),
        (f"cloudsql://p:r:i/talent?user=ann&password={SECRET}&tls=1", "came tls"),
        (f"bigquery://my-project/a/b?location={SECRET}", "expected one prefix"),
        ("bigquery://my-project", "names no prefix"),
        ("bigquery://X/talent", "id of a Google project"),
        ("bigquery://my-project/ta-lent", "expected a prefix of letters"),
        ("bigquery://my-project/talent?location=E U", "a location such as EU"),
        ("bigquery://my-project/talent?dataset=x", "came dataset"),
    ],
)
def test_a_wrong_address_says_what_was_expected_and_no_secret(text: str, says: str) -> None:
    with pytest.raises(SettingError) as raised:
        parse_address(text, setting="TALENTSCOPE_DESK_URL")
    told = f"{raised.value.message} {raised.value.way_out}"
    assert says in told
    assert told.startswith("TALENTSCOPE_DESK_URL: ")
    assert SECRET not in told
    assert raised.value.way_out.startswith("write ")
    assert raised.value.__cause__ is None  # the cause's text may hold the address


def test_no_address_shows_its_password_when_it_is_printed() -> None:
    for text in (f"postgresql://ann:{SECRET}@db/talent", f"cloudsql://p:r:i/talent?user=ann&password={SECRET}"):
        address = parse_address(text)
        assert address is not None
        assert SECRET not in repr(address) + address.place


@given(
    user=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
    password=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    database=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0/"), min_size=1),
)
def test_what_is_written_out_is_read_again(user: str, password: str, database: str) -> None:
    address = Postgres(database, "db", "1", user, password, {"sslmode": "require", "options": "-c timezone=UTC"})
    assert parse_address(address.url) == address


def test_the_desk_is_where_it_is_said_to_be() -> None:
    there, here = "postgresql://db/talent", "postgresql://other/desk"
    assert parse_desk_address(None, None) is None
    assert parse_desk_address(there, None) == Postgres("talent", "db")
    assert parse_desk_address(there, here) == Postgres("desk", "other")
    assert parse_desk_address("bigquery://my-project/talent", None) is None
    assert parse_desk_address("bigquery://my-project/talent", here) == Postgres("desk", "other")
    with pytest.raises(SettingError, match="needs transactions"):
        parse_desk_address(None, "bigquery://my-project/talent")
