"""Settings of the page and the API. Read like all others (settings.py); `dotenv-sample` documents each."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from talentscope.runtime.secrets import is_reference


class SignIn(StrEnum):
    """How people say who they are."""

    none = "none"
    password = "password"  # noqa: S105 - the name of a way, no secret
    oidc = "oidc"
    iap = "iap"


LEAST_KEY = 32
"""Characters of a key that signs."""

Network = IPv4Network | IPv6Network


class WebSettings(BaseSettings):
    """Everything that can be set about the page and the API."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    sign_in: SignIn = Field(
        default=SignIn.none,
        validation_alias="TALENTSCOPE_SIGN_IN",
        description="none (on this machine only), password, oidc or iap",
    )
    port: int = Field(
        default=8080,
        ge=0,
        le=65535,
        validation_alias="PORT",
        description="The port of serve and up when --port is not given; Cloud Run and others set it",
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
    public_url: str = Field(
        default="",
        validation_alias="TALENTSCOPE_PUBLIC_URL",
        description="Where people reach the page, such as https://talent.example.org; needed behind a proxy",
    )
    trusted_proxies: str = Field(
        default="",
        validation_alias="TALENTSCOPE_TRUSTED_PROXIES",
        description="Proxies (addresses, networks; * for any peer) whose X-Forwarded-For is believed, comma separated",
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
    idle_minutes: float = Field(
        default=120.0,
        gt=0,
        le=60 * 24 * 30,
        validation_alias="TALENTSCOPE_IDLE_MINUTES",
        description="Minutes without a request after which people sign in again",
    )
    default_role: str = Field(
        default="",
        validation_alias="TALENTSCOPE_DEFAULT_ROLE",
        description="Role of whom the provider knows and the file of users does not; empty: they stay outside",
    )
    oidc_issuer: str = Field(
        default="",
        validation_alias="TALENTSCOPE_OIDC_ISSUER",
        description="The OIDC provider, as its tokens name it, such as https://accounts.google.com",
    )
    oidc_client_id: str = Field(
        default="", validation_alias="TALENTSCOPE_OIDC_CLIENT_ID", description="The id that the provider gave us"
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None,
        validation_alias="TALENTSCOPE_OIDC_CLIENT_SECRET",
        description="The secret that the provider gave us; empty for a public client (PKCE alone)",
    )
    oidc_role_claim: str = Field(
        default="",
        validation_alias="TALENTSCOPE_OIDC_ROLE_CLAIM",
        description="A claim of the ID token that names the role; empty: the file of users says it",
    )
    iap_audience: str = Field(
        default="",
        validation_alias="TALENTSCOPE_IAP_AUDIENCE",
        description="What Google IAP's assertions must be meant for, such as /projects/1/global/backendServices/2",
    )
    iap_keys_url: str = Field(
        default="https://www.gstatic.com/iap/verify/public_key-jwk",
        validation_alias="TALENTSCOPE_IAP_KEYS_URL",
        description="Where the public keys of Google IAP are",
    )
    requests_per_minute: int = Field(
        default=600,
        ge=10,
        validation_alias="TALENTSCOPE_REQUESTS_PER_MINUTE",
        description="Requests that one user, key or address may make in a minute",
    )
    page_runs: bool = Field(
        default=True,
        validation_alias="TALENTSCOPE_PAGE_RUNS",
        description="Whether operators may start runs on the page; false where a schedule elsewhere starts them",
    )
    controller: str = Field(
        default="",
        validation_alias="TALENTSCOPE_CONTROLLER",
        description="Who answers for the data, on the privacy page: name and address",
    )

    @field_validator("session_key", "users", "oidc_client_secret", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("session_key")
    @classmethod
    def _long_key(cls, value: SecretStr | None) -> SecretStr | None:
        given = value.get_secret_value() if value is not None else ""
        if given and not is_reference(given) and len(given) < LEAST_KEY:
            raise ValueError(f"expected at least {LEAST_KEY} characters")
        return value

    @field_validator("default_role")
    @classmethod
    def _known_role(cls, value: str) -> str:
        if value not in {"", "reader", "recruiter", "operator"}:
            raise ValueError("expected reader, recruiter, operator or nothing")
        return value

    @field_validator("public_url")
    @classmethod
    def _bare_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (
            parts.scheme not in {"http", "https"}
            or not parts.hostname
            or parts.path.strip("/")
            or parts.query
            or parts.username
        ):
            raise ValueError("expected https:// and a host, without a path")
        return f"{parts.scheme}://{parts.netloc.lower()}" if value else ""

    @field_validator("trusted_proxies")
    @classmethod
    def _readable_networks(cls, value: str) -> str:
        _networks(value)
        return value

    @property
    def known_hosts(self) -> tuple[str, ...]:
        """Host names beside loopback."""
        named = _split(self.hosts.lower())
        public = urlsplit(self.public_url).hostname
        return (*named, public) if public else named

    @property
    def proxies(self) -> tuple[Network, ...]:
        """Networks whose word on the client's address is believed."""
        return _networks(self.trusted_proxies)

    @property
    def is_public_safe(self) -> bool:
        """Whether people reach us by https, as `public_url` says."""
        return self.public_url.startswith("https://")


def _split(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(word, strict=False) for word in _split(text) if word != "*")
