"""Secret settings: values, files, services; how long they are kept, what is told when they are not there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from talentscope.runtime.errors import SettingError, UpstreamDown
from talentscope.runtime.secrets import KEPT_FOR, Secrets, is_reference

REFERENCE = "gcp-secret://project/name"


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class Place:
    """A service with one secret."""

    def __init__(self, value: str = "first-value-0123") -> None:
        self.value, self.asked, self.trouble = value, 0, None  # type: tuple[str, int, Exception | None] # type: ignore

    def __call__(self, reference: str) -> str:
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble
        return self.value


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def secrets(clock: Clock, place: Place) -> Secrets:
    return Secrets(clock, {"gcp-secret": place})


def test_a_value_is_itself_and_nothing_stays_nothing(secrets: Secrets) -> None:
    assert secrets.text(SecretStr("ghp_value"), setting="GITHUB_TOKEN") == "ghp_value"
    assert secrets.text(None, setting="GITHUB_TOKEN") is None
    assert secrets.text("", setting="GITHUB_TOKEN") is None
    assert secrets.token(None, setting="GITHUB_TOKEN") is None


def test_an_address_of_a_database_is_a_value(secrets: Secrets) -> None:
    for address in ("postgresql://u:p@h/d", "bigquery://p/x", "cloudsql://p:r:i/d"):
        assert secrets.text(address, setting="DATABASE_URL") == address
        assert secrets.text(address, setting="TALENTSCOPE_DESK_URL") == address


@pytest.mark.parametrize(
    "value", ["gcp-secrets://kept/close", "vault://kept/close", "aws-secret://kept", "GCP_SECRET://kept"]
)
def test_an_unknown_scheme_names_the_known_ones_and_not_what_came_after_it(secrets: Secrets, value: str) -> None:
    with pytest.raises(SettingError, match=r"GITHUB_TOKEN: expected a value, file:///path or gcp-secret") as caught:
        secrets.text(value, setting="GITHUB_TOKEN")
    assert value.partition("://")[2] not in caught.value.message
    assert caught.value.way_out


def test_a_place_is_asked_once_in_five_minutes(secrets: Secrets, place: Place, clock: Clock) -> None:
    for _ in range(5):
        assert secrets.text(REFERENCE, setting="FMP_API_KEY") == "first-value-0123"
    assert place.asked == 1
    place.value = "second-value-0123"
    clock.sleep(KEPT_FOR.total_seconds())
    assert secrets.text(REFERENCE, setting="FMP_API_KEY") == "second-value-0123"
    assert place.asked == 2


def test_nothing_is_asked_before_somebody_needs_it(clock: Clock, place: Place) -> None:
    Secrets(clock, {"gcp-secret": place})
    assert place.asked == 0


def test_a_refused_token_is_read_at_once(secrets: Secrets, place: Place) -> None:
    token = secrets.token(REFERENCE, setting="GITHUB_TOKEN")
    assert token is not None
    assert token.text() == "first-value-0123"
    place.value = "second-value-0123"
    assert token.text() == "first-value-0123"
    assert token.anew() == "second-value-0123"
    assert token.text() == "second-value-0123"
    assert place.asked == 2


def test_a_service_that_is_down_later_costs_nothing_while_the_value_is_good(
    secrets: Secrets, place: Place, clock: Clock
) -> None:
    token = secrets.token(REFERENCE, setting="GITHUB_TOKEN")
    assert token is not None
    place.trouble = UpstreamDown("no answer", way_out="wait")
    clock.sleep(KEPT_FOR.total_seconds() + 1)
    with capture_logs() as logged:
        assert token.text() == "first-value-0123"
    assert [(line["log_level"], line["setting"]) for line in logged] == [("warning", "GITHUB_TOKEN")]
    with pytest.raises(UpstreamDown, match="GITHUB_TOKEN: no answer"):
        token.anew()  # GitHub has refused the one that we have


def test_a_service_that_is_down_from_the_beginning_is_told(secrets: Secrets, place: Place) -> None:
    place.trouble = UpstreamDown("no answer", way_out="wait")
    with pytest.raises(UpstreamDown, match="DATABASE_URL: no answer"):
        secrets.text(REFERENCE, setting="DATABASE_URL")


def test_a_secret_that_was_taken_away_is_not_used_any_longer(secrets: Secrets, place: Place, clock: Clock) -> None:
    assert secrets.text(REFERENCE, setting="GITHUB_TOKEN")
    place.trouble = SettingError("disabled", way_out="enable it")
    clock.sleep(KEPT_FOR.total_seconds() + 1)
    with pytest.raises(SettingError, match="GITHUB_TOKEN: disabled"):
        secrets.text(REFERENCE, setting="GITHUB_TOKEN")


Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file and gives its address. The folders above are open, as in a container."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_mode & 0o001 == 0:
            folder.chmod(0o755)

    def make(content: bytes, mode: int = 0o400, name: str = "token") -> str:
        path = tmp_path / name
        path.write_bytes(content)
        path.chmod(mode)
        return f"file://{path}"

    return make


def test_a_file_is_read_without_the_newline_at_its_end(secrets: Secrets, write: Write) -> None:
    for end in (b"", b"\n", b"\r\n", b"\n\n"):
        address = write(b"ghp_from_a_file" + end, name=f"token{len(end)}{end[:1].hex()}")
        assert secrets.text(address, setting="GITHUB_TOKEN") == "ghp_from_a_file"


def test_an_address_may_be_percent_encoded(secrets: Secrets, write: Write) -> None:
    address = write(b"value-0123", name="my token")
    assert secrets.text(address.replace(" ", "%20"), setting="GITHUB_TOKEN") == "value-0123"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"  \n", "empty"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"x" * 70_000, "more than 65,536 bytes"),
    ],
)
def test_a_file_that_holds_no_secret_says_so(secrets: Secrets, write: Write, content: bytes, said: str) -> None:
    with pytest.raises(SettingError, match=f"GITHUB_TOKEN: the file .*token .*{said}") as caught:
        secrets.text(write(content), setting="GITHUB_TOKEN")
    assert caught.value.way_out


def test_a_file_that_is_missing_or_no_file_says_so(secrets: Secrets, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="cannot be read: no such file") as caught:
        secrets.text(f"file://{tmp_path}/nothing", setting="GITHUB_TOKEN")
    assert "readable for the user" in caught.value.way_out
    with pytest.raises(SettingError, match="cannot be read: is a directory"):
        secrets.text(f"file://{tmp_path}", setting="GITHUB_TOKEN")


def test_a_path_must_be_absolute(secrets: Secrets) -> None:
    with pytest.raises(SettingError, match="expected an absolute path") as caught:
        secrets.text("file://run/secrets/token", setting="GITHUB_TOKEN")
    assert "three slashes" in caught.value.way_out


def test_a_file_that_everybody_can_change_is_refused(secrets: Secrets, write: Write) -> None:
    with pytest.raises(SettingError, match="can be changed by everybody") as caught:
        secrets.text(write(b"value-0123", 0o646), setting="GITHUB_TOKEN")
    assert caught.value.way_out.startswith("chmod 400 ")


def test_a_file_that_everybody_can_read_is_warned_about(secrets: Secrets, write: Write) -> None:
    with capture_logs() as logged:
        assert secrets.text(write(b"value-0123", 0o444), setting="GITHUB_TOKEN") == "value-0123"
    assert [line["log_level"] for line in logged] == ["warning"]
    with capture_logs() as logged:
        secrets.text(write(b"value-0123", 0o440, name="closed"), setting="GITHUB_TOKEN")
    assert logged == []


def test_a_closed_folder_keeps_others_out(secrets: Secrets, write: Write, tmp_path: Path) -> None:
    address = write(b"value-0123", 0o666)
    tmp_path.chmod(0o700)
    with capture_logs() as logged:
        assert secrets.text(address, setting="GITHUB_TOKEN") == "value-0123"
    assert logged == []


def test_what_is_a_reference() -> None:
    assert is_reference("file:///x")
    assert is_reference("GCP-secret://p/n")
    assert not is_reference("postgresql://h/d")
    assert not is_reference("ghp_0123")
