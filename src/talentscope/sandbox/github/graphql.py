"""POST /graphql on GitHub's own schema: read, validate, price, execute, and word the errors as GitHub does.

Which value a field has is in `fields.py`; what a query costs in `price.py`.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from talentscope.sandbox.exchange import Answer, Call
from talentscope.sandbox.github.dates import to_iso
from talentscope.sandbox.github.fields import Execution, resolve_field
from talentscope.sandbox.github.price import Price, price_of
from talentscope.sandbox.github.sabotage import Sabotage
from talentscope.sandbox.github.world import World
from talentscope.sandbox.limits import Meter

EXTRACT = Path(__file__).with_name("schema.graphql")
KEPT_DOCUMENTS = 64
_UNKNOWN_FIELD = re.compile(r"^Cannot query field '(\w+)' on type '(\w+)'")
Errors = list[dict[str, Any]]


class GraphQL:
    """`schema` is the file of GitHub's whole SDL; None: the extract that comes with the package."""

    def __init__(self, world: World, sabotage: Sabotage, meter: Meter, *, schema: Path | None) -> None:
        self._world = world
        self._sabotage = sabotage
        self._meter = meter
        self._path = schema or EXTRACT
        self._documents: dict[str, DocumentNode | Errors] = {}

    @cached_property
    def schema(self) -> GraphQLSchema:
        """Loaded at the first question. GitHub's SDL defines two fields twice, so it is taken as valid."""
        return build_schema(self._path.read_text(encoding="utf-8"), assume_valid=True, assume_valid_sdl=True)

    def viewer_id(self) -> int:
        """The numeric id of whoever asks."""
        return int(self._world.owners([self._world.viewer_row()])[0]["id"])

    def execute(self, call: Call) -> Answer:
        """One query. Errors in it are told with HTTP 200; only a body that is no JSON is 400, and a slow query 502."""
        try:
            question = orjson.loads(call.body)
        except orjson.JSONDecodeError:
            return Answer(
                400, {"message": "Problems parsing JSON", "documentation_url": "https://docs.github.com/graphql"}
            )
        if not isinstance(question, dict) or not isinstance(question.get("query"), str):
            message = "A query attribute must be specified and must be a string."
            return Answer(200, {"errors": [{"message": message}]})
        variables = question.get("variables") or {}
        if not isinstance(variables, dict):
            return Answer(200, {"errors": [{"message": "Variables must be an object of names and values."}]})
        document = self._read(question["query"])
        if isinstance(document, list):
            return Answer(200, {"errors": document})
        return self._run(call, document, variables, question.get("operationName"))

    def _read(self, text: str) -> DocumentNode | Errors:
        """Parsed and validated; a client repeats its few texts, so the last ones are kept."""
        if text not in self._documents:
            if len(self._documents) >= KEPT_DOCUMENTS:
                self._documents.pop(next(iter(self._documents)))
            self._documents[text] = self._read_new(text)
        return self._documents[text]

    def _read_new(self, text: str) -> DocumentNode | Errors:
        try:
            document = parse(text)
        except GraphQLError as error:
            return [_worded(error)]
        return [_worded(error) for error in validate(self.schema, document)] or document

    def _run(self, call: Call, document: DocumentNode, variables: dict[str, Any], name: str | None) -> Answer:
        operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        operation = next((d for d in operations if name is None or (d.name and d.name.value == name)), None)
        if operation is None:
            return Answer(200, {"errors": [{"message": f'No operation named "{name}"'}]})
        price = self._price(call, document, operation, variables)
        if price.errors:
            return Answer(200, {"data": None, "errors": price.errors})
        execution = self._execution(call, price)
        result = execute_sync(
            self.schema, document, context_value=execution, variable_values=variables, operation_name=name,
            field_resolver=resolve_field,
        )  # fmt: skip
        if execution.counts > self._meter.limits.history_counts:
            return _timed_out(call, price)
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [_worded(error) for error in result.errors]
        self._sabotage.spoil_items(_nodes(result.data))
        return Answer(200, body, points=price.points)

    def _price(
        self, call: Call, document: DocumentNode, operation: OperationDefinitionNode, variables: dict[str, Any]
    ) -> Price:
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        return price_of(
            operation, fragments, variables, schema=self.schema, most_nodes=self._meter.limits.graphql_nodes,
            has_scope=not (call.token or "").startswith("noscope"),
        )  # fmt: skip

    def _execution(self, call: Call, price: Price) -> Execution:
        standing = self._meter.standing(call.caller, "graphql", has_token=True, now=call.now)
        used = min(standing.used + price.points, standing.limit)
        return Execution(
            world=self._world,
            sabotage=self._sabotage,
            base=call.base,
            allowed_counts=self._sabotage.allowed_counts(self._meter.limits.resource_counts),
            results=self._meter.limits.search_results,
            rate={
                "cost": price.points, "limit": standing.limit, "used": used, "remaining": standing.limit - used,
                "nodeCount": price.nodes, "resetAt": to_iso(standing.reset),
            },
        )  # fmt: skip


def _timed_out(call: Call, price: Price) -> Answer:
    message = (
        "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub "
        f"bug. Please include `{int(call.now):X}` when reporting this issue."
    )
    return Answer(502, {"data": None, "errors": [{"message": message}]}, points=price.points)


def _nodes(data: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The top-level objects of an answer that a fault may spoil."""
    found: list[dict[str, Any]] = []
    for value in (data or {}).values():
        many = value if isinstance(value, list) else [value]
        found += [node for node in many if isinstance(node, dict) and ("login" in node or "nameWithOwner" in node)]
    return found


def _worded(error: GraphQLError) -> dict[str, Any]:
    """A graphql-core error in GitHub's form: `type` beside the message, unknown fields in GitHub's words."""
    message = error.message
    worded: dict[str, Any] = {}
    extensions = dict(error.extensions or {})
    if "type" in extensions:
        worded["type"] = extensions["type"]
    match = _UNKNOWN_FIELD.match(message)
    if match:
        field, owner = match.groups()
        message = f"Field '{field}' doesn't exist on type '{owner}'"
        worded["extensions"] = {"code": "undefinedField", "typeName": owner, "fieldName": field}
    if error.path:
        worded["path"] = list(error.path)
    if error.locations:
        worded["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    return worded | {"message": message}
