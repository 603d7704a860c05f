"""Settings: read once from the environment and `.env`, validated, frozen, handed down piece by piece.

Nothing else in the product reads the environment. `dotenv-sample` documents each (a structure test holds it to that).
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from talentscope.runtime.errors import SettingError
from talentscope.runtime.masking import hide


class Settings(BaseSettings):
    """Everything that can be set. Field names in capitals are the variables; ours carry the prefix TALENTSCOPE_."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    github_token: SecretStr | None = Field(
        default=None, validation_alias="GITHUB_TOKEN", description="A GitHub token; without one the run is REST only"
    )
    github_api_url: AnyHttpUrl = Field(
        default=AnyHttpUrl("https://api.github.com"),
        validation_alias="GITHUB_API_URL",
        description="GitHub's REST API, or GitHub Enterprise's, or a stand-in's",
    )
    github_graphql_url: AnyHttpUrl | None = Field(
        default=None,
        validation_alias="GITHUB_GRAPHQL_URL",
        description="GitHub's GraphQL API; worked out from GITHUB_API_URL when not set",
    )
    database_url: SecretStr | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="The warehouse: postgresql://, cloudsql:// or bigquery:// (addresses.py); DuckDB when not set",
    )
    desk_url: SecretStr | None = Field(
        default=None,
        validation_alias="TALENTSCOPE_DESK_URL",
        description="The desk: postgresql:// or cloudsql://; beside a PostgreSQL warehouse, else SQLite, when not set",
    )
    database_connections: int = Field(
        default=5,
        ge=2,
        le=500,
        validation_alias="TALENTSCOPE_DATABASE_CONNECTIONS",
        description="Connections that one process opens to the desk's server at most",
    )
    home: Path = Field(
        default=Path(".talentscope"), validation_alias="TALENTSCOPE_HOME", description="The data directory"
    )
    contact: str = Field(
        default="", validation_alias="TALENTSCOPE_CONTACT", description="A mail address or URL put into the User-Agent"
    )
    max_wait_seconds: int = Field(
        default=300,
        ge=0,
        validation_alias="TALENTSCOPE_MAX_WAIT_SECONDS",
        description="How long a run may wait for one rate limit before it stops with exit code 75",
    )
    lock_wait_seconds: int = Field(
        default=60,
        ge=0,
        validation_alias="TALENTSCOPE_LOCK_WAIT_SECONDS",
        description="How long a second run waits for the first before it says who holds the warehouse",
    )
    timeout_seconds: float = Field(
        default=30.0, gt=0, validation_alias="TALENTSCOPE_TIMEOUT_SECONDS", description="Patience with one answer"
    )
    batch_rows: int = Field(
        default=5000,
        ge=100,
        validation_alias="TALENTSCOPE_BATCH_ROWS",
        description="Rows gathered before they are stored; what a crash can cost at most",
    )
    overlap_seconds: int = Field(
        default=3600,
        ge=0,
        validation_alias="TALENTSCOPE_OVERLAP_SECONDS",
        description="How far behind its watermark a query starts again, to cover GitHub's index lag",
    )
    sweep_days: int = Field(
        default=7,
        ge=1,
        validation_alias="TALENTSCOPE_SWEEP_DAYS",
        description="Days between full sweeps, which catch stars and topics that came without a push",
    )
    source_seconds: int = Field(
        default=1800,
        ge=1,
        validation_alias="TALENTSCOPE_SOURCE_SECONDS",
        description="How long one source of a companies run may take before the run goes on without the rest of it",
    )
    desk_key: SecretStr | None = Field(
        default=None,
        validation_alias="TALENTSCOPE_DESK_KEY",
        description="Key of the suppression hashes; made in the data directory when not set",
    )
    cooldown_days: int = Field(
        default=90,
        ge=0,
        le=3650,
        validation_alias="TALENTSCOPE_COOLDOWN_DAYS",
        description="Days for which the whole team leaves a developer alone after somebody wrote to them",
    )
    purpose: str = Field(
        default="in-house recruiting",
        validation_alias="TALENTSCOPE_PURPOSE",
        description="The purpose stamped on every export",
    )
    retention_days: int = Field(
        default=90,
        ge=31,
        validation_alias="TALENTSCOPE_RETENTION_DAYS",
        description="Days after which what was not seen again is deleted; a sweep a week sees all that still matches",
    )
    log_level: str = Field(
        default="warning", validation_alias="TALENTSCOPE_LOG_LEVEL", description="debug, info, warning or error"
    )

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("expected debug, info, warning or error")
        return value.lower()

    @field_validator("github_token", "database_url", "desk_url", "desk_key", "github_graphql_url", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @property
    def retention(self) -> timedelta:
        """How long anything about a person is kept without being seen again."""
        return timedelta(days=self.retention_days)

    @property
    def graphql_url(self) -> str:
        """GitHub.com: /graphql beside the API root; Enterprise: /api/graphql beside /api/v3.

        Rule: https://docs.github.com/en/enterprise-server/graphql/guides/managing-enterprise-accounts
        """
        if self.github_graphql_url is not None:
            return str(self.github_graphql_url)
        base = str(self.github_api_url).rstrip("/")
        return base.removesuffix("/v3") + "/graphql" if base.endswith("/api/v3") else base + "/graphql"

    @property
    def api_url(self) -> str:
        """The REST root without a trailing slash."""
        return str(self.github_api_url).rstrip("/")


Kind = TypeVar("Kind", bound=BaseSettings)


def load_settings(**overrides: Any) -> Settings:
    """Read the environment and `.env`; `overrides` (by field alias) win.

    Raises SettingError naming the variable, what was expected and what came (secrets are not echoed).
    """
    return load(Settings, **overrides)


def load(kind: type[Kind], **overrides: Any) -> Kind:
    """As `load_settings`, for a group of settings that lives elsewhere."""
    try:
        return kind(**overrides)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        name = str(first["loc"][0])
        shown = "" if _is_secret(kind, name) else f", came {_without_user(name, repr(first['input']))}"
        raise SettingError(f"setting {name}: {first['msg']}{shown}", way_out="see dotenv-sample") from error


def _is_secret(kind: type[BaseSettings], name: str) -> bool:
    """Whether a setting may hold a secret, so that what came is not echoed."""
    declared = [str(field.annotation) for field in kind.model_fields.values() if field.validation_alias == name]
    return any("SecretStr" in annotation for annotation in declared)


def _without_user(name: str, shown: str) -> str:
    """An address that cannot be read may still hold a password: all before the last @ goes."""
    return hide(f"'…@{shown.rpartition('@')[2]}" if name.endswith("_URL") and "@" in shown else shown)
