"""Settings of object storage. Read like all others (settings.py); `dotenv-sample` documents each.

The names of AWS and of Google's emulator are theirs, so that what is set for other tools holds here too.
"""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class StorageSettings(BaseSettings):
    """Where snapshots are shared, and how buckets are reached."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    snapshots: str = Field(
        default="",
        validation_alias="TALENTSCOPE_SNAPSHOTS",
        description="gs://bucket/prefix, s3://bucket/prefix or a directory that runs publish to and pages read from",
    )
    poll_seconds: float = Field(
        default=15.0,
        ge=0.2,
        le=3600,
        validation_alias="TALENTSCOPE_SNAPSHOT_POLL_SECONDS",
        description="How often the page asks there for a newer snapshot",
    )
    aws_endpoint_url: str = Field(
        default="",
        validation_alias="AWS_ENDPOINT_URL",
        description="The S3 service when it is not Amazon's, such as https://objects.example.org",
    )
    aws_region: str = Field(default="", validation_alias="AWS_REGION", description="The region of the S3 bucket")
    aws_access_key_id: str = Field(
        default="",
        validation_alias="AWS_ACCESS_KEY_ID",
        description="The S3 key's name; the machine's own identity when empty",
    )
    aws_secret_access_key: SecretStr | None = Field(
        default=None, validation_alias="AWS_SECRET_ACCESS_KEY", description="The S3 key"
    )
    aws_session_token: SecretStr | None = Field(
        default=None, validation_alias="AWS_SESSION_TOKEN", description="The session of a temporary S3 key"
    )
    storage_emulator_host: str = Field(
        default="",
        validation_alias="STORAGE_EMULATOR_HOST",
        description="A stand-in for Google Cloud Storage, such as http://127.0.0.1:4443; no signing in then",
    )

    @field_validator("aws_secret_access_key", "aws_session_token", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value
