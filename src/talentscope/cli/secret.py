"""Where commands get the values of secret settings, and what is opened with them for every command."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pydantic import SecretStr

from talentscope.runtime.clock import SystemClock
from talentscope.runtime.observing import Observing
from talentscope.runtime.secrets import Secrets, Token
from talentscope.runtime.settings import load

if TYPE_CHECKING:
    from talentscope.transport.secret_manager import SecretManager
    from talentscope.transport.telemetry import Telemetry


@cache
def secrets() -> Secrets:
    """The secrets of this process: each place is asked once in a while, not once a use."""

    def ask_google(reference: str) -> str:
        return _google().read(reference)

    return Secrets(SystemClock(), {"gcp-secret": ask_google})


def secret(value: SecretStr | None, *, setting: str = "a secret setting") -> str | None:
    """The value of a secret setting, wherever it lies; None if it is not set. Raises as `Secrets.text`."""
    return secrets().text(value, setting=setting)


def token(value: SecretStr | None, *, setting: str) -> Token | None:
    """A secret that is read again while it is used. Raises as `Secrets.text`."""
    return secrets().token(value, setting=setting)


def open_tracer() -> Telemetry | None:
    """What sends traces to the collector that is set, if one is. Raises SettingError, UpstreamDown."""
    observing = load(Observing)
    if not observing.otlp_endpoint:
        return None
    from talentscope.transport.telemetry import Telemetry

    headers = secret(observing.otlp_headers, setting="OTEL_EXPORTER_OTLP_HEADERS")
    return Telemetry(observing.otlp_endpoint, headers=headers or "")


@cache
def _google() -> SecretManager:
    from talentscope.transport.secret_manager import SecretManager

    return SecretManager(endpoint=load(Observing).secret_manager_endpoint)
