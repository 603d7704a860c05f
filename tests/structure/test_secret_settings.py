"""Every secret setting is read by way of runtime/secrets.py, so that each may lie in a file or in Secret Manager."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from talentscope import runtime

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "talentscope"
UNPACKING = {"runtime/secrets.py", "runtime/web_settings.py", "web/signin/sessions.py"}
"""Beside secrets.py: a key's length is checked where it is a value, and cookies are signed with one that was read."""


def settings() -> dict[str, FieldInfo]:
    """Every setting of every group, by the name of its variable."""
    for module in pkgutil.iter_modules(runtime.__path__):
        importlib.import_module(f"{runtime.__name__}.{module.name}")
    groups = [kind for kind in BaseSettings.__subclasses__() if kind.__module__.startswith("talentscope.")]
    assert len(groups) >= 5
    return {str(field.validation_alias): field for kind in groups for field in kind.model_fields.values()}


def secret_settings() -> set[str]:
    return {name for name, field in settings().items() if "SecretStr" in str(field.annotation)}


def test_nobody_else_unpacks_a_secret() -> None:
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if "get_secret_value" in path.read_text(encoding="utf-8")
    }
    assert found == UNPACKING


def test_every_secret_setting_is_on_the_page_of_secrets() -> None:
    named = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs" / "secrets.md").read_text(encoding="utf-8")))
    secret = secret_settings()
    assert {"GITHUB_TOKEN", "DATABASE_URL", "TALENTSCOPE_METRICS_TOKEN"} <= secret
    assert secret <= named, secret - named


def test_a_setting_that_sounds_secret_is_one() -> None:
    sounding = {name for name in settings() if re.search(r"TOKEN$|SECRET$|PASSWORD|_KEY$|^DATABASE_URL|DESK_URL", name)}
    assert sounding <= secret_settings(), sounding - secret_settings()
