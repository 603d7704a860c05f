"""Settings: what is read, what is refused, and that secrets stay secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from talentscope.runtime.errors import SettingError
from talentscope.runtime.settings import Settings, load, load_settings
from talentscope.runtime.upstreams import Upstreams


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in [*Settings.model_fields.values(), *Upstreams.model_fields.values()]:
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_need_be_set() -> None:
    settings = load_settings()
    assert settings.api_url == "https://api.github.com"
    assert settings.graphql_url == "https://api.github.com/graphql"
    assert settings.github_token is None
    assert settings.home == Path(".talentscope")


def test_enterprise_keeps_graphql_beside_v3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_API_URL", "https://git.example.com/api/v3/")
    assert load_settings().graphql_url == "https://git.example.com/api/graphql"
    monkeypatch.setenv("GITHUB_GRAPHQL_URL", "https://other.example.com/graphql")
    assert load_settings().graphql_url == "https://other.example.com/graphql"


def test_an_empty_value_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ["GITHUB_TOKEN", "DATABASE_URL", "TALENTSCOPE_DESK_KEY", "GITHUB_GRAPHQL_URL"]:
        monkeypatch.setenv(name, "")
    settings = load_settings()
    assert settings.github_token is None
    assert settings.database_url is None
    assert settings.graphql_url == "https://api.github.com/graphql"


def test_the_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TALENTSCOPE_PURPOSE=from file\nTALENTSCOPE_BATCH_ROWS=200\n")
    monkeypatch.setenv("TALENTSCOPE_PURPOSE", "from environment")
    settings = load_settings()
    assert (settings.purpose, settings.batch_rows) == ("from environment", 200)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GITHUB_API_URL", "not a url"),
        ("TALENTSCOPE_BATCH_ROWS", "many"),
        ("TALENTSCOPE_MAX_WAIT_SECONDS", "-1"),
        ("TALENTSCOPE_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_value_names_the_setting_and_the_value(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError) as refused:
        load_settings()
    assert name in refused.value.message
    assert value in refused.value.message
    assert refused.value.exit_code == 2


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "hush-hush")
    assert "hush-hush" not in repr(load_settings())


def test_an_upstream_that_is_no_address_is_refused_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALENTSCOPE_SEC_URL", "sec.gov")
    with pytest.raises(SettingError, match=r"TALENTSCOPE_SEC_URL.*begins with https"):
        load(Upstreams)


def test_an_upstream_loses_its_trailing_slash_and_an_empty_key_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALENTSCOPE_SEC_URL", "http://127.0.0.1:9/sec/")
    monkeypatch.setenv("FMP_API_KEY", "")
    upstreams = load(Upstreams)
    assert upstreams.sec_url == "http://127.0.0.1:9/sec"
    assert upstreams.fmp_key is None
