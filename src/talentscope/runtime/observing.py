"""Settings of what operators see: logs, metrics, traces, what counts as stale; and where secrets are asked for.

Read like all others (settings.py); `dotenv-sample` documents each.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class LogFormat(StrEnum):
    """How lines on standard error are written."""

    text = "text"
    json = "json"


class Observing(BaseSettings):
    """Everything that can be set about watching talentscope at work."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    log_format: LogFormat = Field(
        default=LogFormat.text,
        validation_alias="TALENTSCOPE_LOG_FORMAT",
        description="text for people, json for log collectors: one JSON object a line",
    )
    google_project: str = Field(
        default="",
        validation_alias="GOOGLE_CLOUD_PROJECT",
        description="The Google Cloud project whose traces JSON lines name; without it they carry the bare id",
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        validation_alias="TALENTSCOPE_METRICS_TOKEN",
        description="What Prometheus sends as a bearer token to read /metrics where signing in is needed",
    )
    otlp_endpoint: str = Field(
        default="",
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="An OpenTelemetry collector (OTLP over HTTP), such as http://localhost:4318; no traces when empty",
    )
    otlp_headers: SecretStr | None = Field(
        default=None,
        validation_alias="OTEL_EXPORTER_OTLP_HEADERS",
        description="Headers for that collector, name=value, comma separated",
    )
    stale_talent_hours: float = Field(
        default=26.0,
        gt=0,
        validation_alias="TALENTSCOPE_STALE_TALENT_HOURS",
        description="Hours after a talent run's last good end at which `talentscope status` calls it stale",
    )
    stale_companies_hours: float = Field(
        default=50.0,
        gt=0,
        validation_alias="TALENTSCOPE_STALE_COMPANIES_HOURS",
        description="Hours after a companies run's last good end at which `talentscope status` calls it stale",
    )
    secret_manager_endpoint: str = Field(
        default="",
        validation_alias="TALENTSCOPE_SECRET_MANAGER_ENDPOINT",
        description="host:port of a stand-in for Google Secret Manager on this machine; Google's own when empty",
    )

    @property
    def stale_limits(self) -> dict[str, timedelta]:
        """How long ago each pipeline may have ended well."""
        return {
            "talent": timedelta(hours=self.stale_talent_hours),
            "companies": timedelta(hours=self.stale_companies_hours),
        }

    @field_validator("metrics_token", "otlp_headers", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("otlp_endpoint")
    @classmethod
    def _is_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("expected http:// or https:// and a host")
        return value.rstrip("/")
