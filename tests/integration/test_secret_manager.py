"""`gcp-secret://` against a stand-in that speaks Secret Manager's own API, by Google's own library."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from tests.integration.secret_service import SecretService, serving

from talentscope.runtime.clock import SystemClock
from talentscope.runtime.errors import SettingError, UpstreamDown, UpstreamMalformed
from talentscope.runtime.secrets import Secrets
from talentscope.transport.secret_manager import ROLE, SecretManager

REFERENCE = "gcp-secret://my-project/github-token"


@pytest.fixture
def service() -> Iterator[SecretService]:
    with serving() as running:
        running.add("my-project/github-token", "ghp_first\n")
        yield running


@pytest.fixture
def manager(service: SecretService) -> SecretManager:
    return SecretManager(endpoint=service.endpoint, deadline_seconds=5, first_pause_seconds=0.05)


def test_the_latest_version_unless_one_is_named(service: SecretService, manager: SecretManager) -> None:
    assert manager.read(REFERENCE) == "ghp_first"
    service.add("my-project/github-token", "ghp_second")
    assert manager.read(REFERENCE) == "ghp_second"
    assert manager.read(f"{REFERENCE}/latest") == "ghp_second"
    assert manager.read(f"{REFERENCE}/1") == "ghp_first"
    assert set(service.asked) == {
        f"projects/my-project/secrets/github-token/versions/{version}" for version in ("latest", "1")
    }


def test_a_rotated_token_is_used_without_a_restart(service: SecretService, manager: SecretManager) -> None:
    token = Secrets(SystemClock(), {"gcp-secret": manager.read}).token(REFERENCE, setting="GITHUB_TOKEN")
    assert token is not None
    assert token.text() == "ghp_first"
    service.add("my-project/github-token", "ghp_second")
    assert token.text() == "ghp_first"
    assert token.anew() == "ghp_second"
    assert sum(service.asked.values()) == 2


def test_troubles_that_pass_are_waited_for(service: SecretService, manager: SecretManager) -> None:
    service.down_times = 2
    assert manager.read(REFERENCE) == "ghp_first"
    assert sum(service.asked.values()) == 3


def test_a_service_that_stays_down_is_told(service: SecretService) -> None:
    service.down_times = 1000
    manager = SecretManager(endpoint=service.endpoint, deadline_seconds=1, first_pause_seconds=0.05)
    with pytest.raises(UpstreamDown, match="Secret Manager gave no answer for the secret github-token") as caught:
        manager.read(REFERENCE)
    assert "network" in caught.value.way_out


def test_nobody_there_is_told() -> None:
    with pytest.raises(UpstreamDown, match="gave no answer"):
        SecretManager(endpoint="127.0.0.1:9", deadline_seconds=1, first_pause_seconds=0.05).read(REFERENCE)


def test_no_permission_names_the_role(service: SecretService, manager: SecretManager) -> None:
    service.closed.add("my-project/github-token")
    with pytest.raises(SettingError, match="no permission to read the secret github-token in my-project") as caught:
        manager.read(REFERENCE)
    assert ROLE in caught.value.way_out
    assert sum(service.asked.values()) == 1, "asking again does not help"


@pytest.mark.parametrize("missing", ["gcp-secret://my-project/other", f"{REFERENCE}/7", "gcp-secret://other/name"])
def test_no_such_secret_or_version(manager: SecretManager, missing: str) -> None:
    with pytest.raises(SettingError, match=r"there is no version .* or no such secret") as caught:
        manager.read(missing)
    assert "gcloud secrets versions list" in caught.value.way_out


def test_a_disabled_version(service: SecretService, manager: SecretManager) -> None:
    service.add("my-project/github-token", None)
    with pytest.raises(SettingError, match=r"version latest .* is disabled or destroyed") as caught:
        manager.read(REFERENCE)
    assert "enable it" in caught.value.way_out
    assert manager.read(f"{REFERENCE}/1") == "ghp_first"


def test_an_empty_one(service: SecretService, manager: SecretManager) -> None:
    service.add("my-project/empty", "\n")
    with pytest.raises(SettingError, match="version latest of the secret empty in my-project is empty"):
        manager.read("gcp-secret://my-project/empty")


def test_a_payload_that_was_spoilt_on_its_way_is_not_used(service: SecretService, manager: SecretManager) -> None:
    service.spoils = True
    with pytest.raises(UpstreamMalformed, match="does not fit its checksum"):
        manager.read(REFERENCE)


@pytest.mark.parametrize(
    "reference",
    ["gcp-secret://", "gcp-secret://project", "gcp-secret://p/n/1/2", "gcp-secret://p/n?x", "gcp-secret://P/n"],
)
def test_a_malformed_reference_says_what_one_looks_like(manager: SecretManager, reference: str) -> None:
    with pytest.raises(SettingError, match="expected gcp-secret://project/name"):
        manager.read(reference)


@pytest.mark.parametrize("endpoint", ["secrets.example.org:443", "10.0.0.1:80", "127.0.0.1", "localhost:x"])
def test_only_this_machine_is_asked_in_the_clear(endpoint: str) -> None:
    with pytest.raises(SettingError, match="TALENTSCOPE_SECRET_MANAGER_ENDPOINT: expected host:port on this machine"):
        SecretManager(endpoint=endpoint)


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, service: SecretService) -> None:
    monkeypatch.setitem(sys.modules, "google.cloud.secretmanager_v1", None)
    monkeypatch.delattr("google.cloud.secretmanager_v1")
    with pytest.raises(SettingError, match="not installed") as caught:
        SecretManager(endpoint=service.endpoint).read(REFERENCE)
    assert "talentscope[gcp]" in caught.value.way_out


def test_without_credentials_it_says_how_to_get_some(monkeypatch: pytest.MonkeyPatch) -> None:
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError

    def nobody(*_: object, **__: object) -> None:
        raise DefaultCredentialsError("none")

    monkeypatch.setattr(google.auth, "default", nobody)
    with pytest.raises(SettingError, match="Google does not know who we are") as caught:
        SecretManager().read(REFERENCE)
    assert "gcloud auth application-default login" in caught.value.way_out
