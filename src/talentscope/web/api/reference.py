"""The OpenAPI document as a page tells it: calls by resource, their parameters, and the shapes they speak in. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

Document = Mapping[str, Any]
_CODE = re.compile(r"`([^`]+)`")
_REF = "#/components/schemas/"
_PARAGRAPH = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Item:
    """A parameter, or a key of a shape. `shape` names the shape that it holds, empty for plain values."""

    name: str
    kind: str
    shape: str
    about: Markup
    is_required: bool


@dataclass(frozen=True)
class Call:
    """One method of one path. `sent` and `answered` name shapes; `forms` are media types beside JSON."""

    method: str
    path: str
    anchor: str
    summary: str
    paragraphs: tuple[Markup, ...]
    parameters: tuple[Item, ...]
    sent: str
    answered: str
    status: str
    forms: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Resource:
    """Calls that belong together."""

    name: str
    about: str
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class ShapeTold:
    """A shape with its keys."""

    name: str
    about: Markup
    keys: tuple[Item, ...]


def read_resources(document: Document) -> tuple[Resource, ...]:
    """Every call, in the order of the document's tags."""
    calls: dict[str, list[Call]] = {}
    shapes = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            calls.setdefault(told["tags"][0], []).append(_read_call(method.upper(), path, told, shapes))
    return tuple(
        Resource(tag["name"], tag["description"], tuple(calls.get(tag["name"], ()))) for tag in document["tags"]
    )


def read_shapes(document: Document) -> tuple[ShapeTold, ...]:
    """Every shape that has keys, by name."""
    shapes = document["components"]["schemas"]
    return tuple(
        ShapeTold(name, tell(schema.get("description", "")), tuple(_keys(schema)))
        for name, schema in sorted(shapes.items())
        if schema.get("properties")
    )


def tell(text: str) -> Markup:
    """Text with `code` between backquotes; everything else is escaped."""
    parts = _CODE.split(" ".join(text.split()))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )


def _read_call(method: str, path: str, told: Mapping[str, Any], shapes: Document) -> Call:
    status, answer = next((code, one) for code, one in sorted(told["responses"].items()) if code.startswith("2"))
    media = answer.get("content", {})
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Call(
        method=method,
        path=path,
        anchor=told["operationId"],
        summary=told["summary"],
        paragraphs=tuple(tell(part) for part in _PARAGRAPH.split(told.get("description", "")) if part.strip()),
        parameters=tuple(_parameters(told, shapes)),
        sent=_shape(body.get("schema", {})),
        answered=_shape(media.get("application/json", {}).get("schema", {})),
        status=status,
        forms=tuple(name for name in media if name != "application/json"),
        problems=tuple(code for code in told["responses"] if code >= "4"),
    )


def _parameters(told: Mapping[str, Any], shapes: Document) -> Iterator[Item]:
    for one in sorted(told.get("parameters", ()), key=lambda one: (not one.get("required"), one["in"] != "path")):
        choices = [part for part in one["schema"].get("anyOf", [one["schema"]]) if part.get("type") != "null"]
        kind = " or ".join(_kind(shapes.get(_shape(part), part)) for part in choices)
        kind += {"header": ", header", "path": ", in the path"}.get(one["in"], "")
        about = one.get("description") or one["schema"].get("description", "")
        yield Item(one["name"], kind, "", tell(about), bool(one.get("required")))


def _keys(schema: Mapping[str, Any]) -> Iterator[Item]:
    required = set(schema.get("required", ()))
    for name, told in schema["properties"].items():
        yield Item(name, _kind(told), _shape(told), tell(told.get("description", "")), name in required)


def _kind(schema: Mapping[str, Any]) -> str:
    """The type in a word or two: integer, text or null, list of text, one of a, b."""
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_REF)
    kind = schema.get("format") or schema.get("type") or "anything"
    return {"string": "text", "object": "keys with values", "date-time": "time", "boolean": "true or false"}.get(
        kind, str(kind)
    )


def _shape(schema: Mapping[str, Any]) -> str:
    """The name of the shape in here, whether alone, in a list, or beside null."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_REF)
    inner = [*schema.get("anyOf", ()), schema.get("items"), schema.get("additionalProperties")]
    return next((name for one in inner if isinstance(one, Mapping) and (name := _shape(one))), "")
