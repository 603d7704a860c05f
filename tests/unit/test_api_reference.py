"""The page of the API tells all of the document, and nothing in it is taken for markup."""

from __future__ import annotations

from typing import Any

from talentscope.web.api.reference import read_resources, read_shapes, tell

DOCUMENT: dict[str, Any] = {
    "tags": [{"name": "things", "description": "Things."}, {"name": "none", "description": "Nothing."}],
    "paths": {
        "/things/{id}": {
            "get": {
                "tags": ["things"],
                "operationId": "getThing",
                "summary": "One thing",
                "description": "First `code`.\n\nSecond <b>.",
                "parameters": [
                    {
                        "name": "way",
                        "in": "query",
                        "schema": {"anyOf": [{"$ref": "#/components/schemas/Way"}, {"type": "null"}]},
                    },
                    {
                        "name": "id",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "integer", "description": "Its id."},
                    },
                ],
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}},
                            "text/csv": {},
                        }
                    },
                    "404": {},
                },
            },
            "put": {
                "tags": ["things"],
                "operationId": "putThing",
                "summary": "Change it",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                "responses": {"204": {}, "422": {}},
            },
        }
    },
    "components": {
        "schemas": {
            "Way": {"enum": ["up", "down"]},
            "Thing": {
                "description": "A thing.",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "description": "Its `name`."},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
                    "held": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Thing"}},
                    "any": {},
                    "at": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
                },
            },
        }
    },
}


def test_every_call_is_told_with_what_it_needs() -> None:
    things, none = read_resources(DOCUMENT)
    read, written = things.calls
    assert (read.method, read.path, read.answered, read.forms, read.problems) == (
        "GET", "/things/{id}", "Thing", ("text/csv",), ("404",),
    )  # fmt: skip
    assert [(item.name, item.kind, item.is_required) for item in read.parameters] == [
        ("id", "integer, in the path", True),
        ("way", "one of up, down", False),
    ]
    assert (written.status, written.sent, written.answered) == ("204", "Thing", "")
    assert none.calls == ()


def test_every_shape_is_told_with_its_keys() -> None:
    (thing,) = read_shapes(DOCUMENT)
    assert [(key.name, key.kind, key.shape) for key in thing.keys] == [
        ("name", "text", ""),
        ("parts", "list of Thing", "Thing"),
        ("held", "keys with values", "Thing"),
        ("any", "anything", ""),
        ("at", "time or null", ""),
    ]


def test_nothing_in_the_document_is_taken_for_markup() -> None:
    read = read_resources(DOCUMENT)[0].calls[0]
    assert [str(part) for part in read.paragraphs] == ["First <code>code</code>.", "Second &lt;b&gt;."]
    assert str(tell("`<i>`")) == "<code>&lt;i&gt;</code>"
