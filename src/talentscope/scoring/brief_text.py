"""A brief as the text of its file: only what differs from the defaults, in the order of the handbook. Pure."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import BaseModel

from talentscope.scoring.brief import Brief

WIDTH = 116


def to_yaml(brief: Brief) -> str:
    """The YAML of a brief; `parse_brief` reads the same brief from it."""
    return "".join(_dump(key, value) for key, value in _differing(brief).items())


def _dump(key: str, value: object) -> str:
    """Lists and the innermost keys on one line, as people write them."""
    flow = None if isinstance(value, dict | list) else False
    return yaml.safe_dump({key: value}, default_flow_style=flow, allow_unicode=True, sort_keys=False, width=WIDTH)


def _differing(part: BaseModel) -> dict[str, Any]:
    """Keys in the order of the model, without those that say what would be so anyway."""
    said: dict[str, Any] = {}
    for key, field in type(part).model_fields.items():
        value = getattr(part, key)
        if not field.is_required() and value == field.get_default():
            continue
        said[key] = _plain(value)
    return said


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return _differing(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
