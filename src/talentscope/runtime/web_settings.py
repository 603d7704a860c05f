"""Settings of the page and the API. Read like all others (settings.py); `dotenv-sample` documents each."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SignIn(StrEnum):
    """How people say who they are."""

    none = "none"
    password = "password"  # noqa: S105 - the name of a way, no secret
    oidc = "oidc"
    iap = "iap"


class WebSettings(BaseSettings):
    """Everything that can be set about the page and the API."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    sign_in: SignIn = Field(
        default=SignIn.none,
        validation_alias="TALENTSCOPE_SIGN_IN",
        description="none (on this machine only), password, oidc or iap",
    )
    users: Path | None = Field(
        default=None,
        validation_alias="TALENTSCOPE_USERS",
        description="The file of users and their roles; users.yaml in the data directory when not set",
    )
    hosts: str = Field(
        default="",
        validation_alias="TALENTSCOPE_HOSTS",
        description="Host names that the page answers to beside this machine's own, comma separated",
    )
    session_key: SecretStr | None = Field(
        default=None,
        validation_alias="TALENTSCOPE_SESSION_KEY",
        description="Key that signs session cookies; made in the data directory when not set",
    )
    session_hours: float = Field(
        default=12.0,
        gt=0,
        le=24 * 30,
        validation_alias="TALENTSCOPE_SESSION_HOURS",
        description="Hours after which people sign in again",
    )
    requests_per_minute: int = Field(
        default=600,
        ge=10,
        validation_alias="TALENTSCOPE_REQUESTS_PER_MINUTE",
        description="Requests that one user, key or address may make in a minute",
    )
    controller: str = Field(
        default="",
        validation_alias="TALENTSCOPE_CONTROLLER",
        description="Who answers for the data, on the privacy page: name and address",
    )

    @field_validator("session_key", "users", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @property
    def known_hosts(self) -> tuple[str, ...]:
        """Host names beside loopback."""
        return tuple(name.strip().lower() for name in self.hosts.split(",") if name.strip())
