"""What a GraphQL query costs and whether GitHub would refuse it unread: a walk over its selections. Pure.

Rules: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode, get_named_type
from graphql.language import ast
from graphql.utilities import value_from_ast_untyped

MOST = 100
Error = dict[str, Any]


@dataclass
class Price:
    """`requests` of the doc's formula, `nodes` that might come back, and the errors that stop the query."""

    requests: int = 0
    nodes: int = 0
    errors: list[Error] = field(default_factory=list)

    @property
    def points(self) -> int:
        """At least one; hundredths are cut off, as real answers show."""
        return max(1, self.requests // 100)


@dataclass(frozen=True)
class _Walk:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    price: Price
    has_scope: bool


def price_of(
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
    *,
    schema: GraphQLSchema,
    most_nodes: int,
    has_scope: bool,
) -> Price:
    """Assumes a valid document. `has_scope`: the token may read e-mail addresses."""
    price = Price()
    walk = _Walk(schema, fragments, variables, price, has_scope)
    if schema.query_type is not None:
        _visit(walk, operation.selection_set, schema.query_type.name, 1)
    if price.nodes > most_nodes:
        message = (
            f"This query requests up to {price.nodes:,} possible nodes which exceeds the maximum limit of "
            f"{most_nodes:,}."
        )
        price.errors.append({"type": "MAX_NODE_LIMIT_EXCEEDED", "message": message})
    return price


def _visit(walk: _Walk, selections: ast.SelectionSetNode | None, type_name: str, times: int) -> None:
    for selection in selections.selections if selections else ():
        if isinstance(selection, ast.FieldNode):
            _visit_field(walk, selection, type_name, times)
        elif isinstance(selection, ast.FragmentSpreadNode):
            fragment = walk.fragments[selection.name.value]
            _visit(walk, fragment.selection_set, fragment.type_condition.name.value, times)
        elif isinstance(selection, ast.InlineFragmentNode):
            condition = selection.type_condition
            _visit(walk, selection.selection_set, condition.name.value if condition else type_name, times)


def _visit_field(walk: _Walk, node: ast.FieldNode, type_name: str, times: int) -> None:
    name = node.name.value
    definition = getattr(walk.schema.get_type(type_name), "fields", {}).get(name)
    if definition is None:
        return
    returned = get_named_type(definition.type).name
    if name == "email" and type_name == "User" and not walk.has_scope:
        walk.price.errors.append(_scope_error(node))
    arguments = {a.name.value: value_from_ast_untyped(a.value, dict(walk.variables)) for a in node.arguments or ()}
    if returned.endswith("Connection"):
        times = _visit_connection(walk, node, arguments, times)
    elif name == "nodes" and type_name == "Query":
        times *= max(1, len(arguments.get("ids") or ()))
    _visit(walk, node.selection_set, returned, times)


def _visit_connection(walk: _Walk, node: ast.FieldNode, arguments: dict[str, Any], times: int) -> int:
    """How often what is inside happens. Only connections with `first` or `last` cost anything."""
    bound = next((key for key in ("first", "last") if arguments.get(key) is not None), None)
    name = node.name.value
    if bound is None:
        if _lists_nodes(node):
            message = f"You must provide a `first` or `last` value to properly paginate the `{name}` connection."
            walk.price.errors.append(_at(node, "MISSING_PAGINATION_BOUNDARIES", message))
        return times
    count = max(0, int(arguments[bound]))
    if count != int(arguments[bound]):
        message = f"`{bound}` on the `{name}` connection cannot be less than zero."
        walk.price.errors.append(_at(node, "ARGUMENT_ERROR", message))
    if count > MOST:
        message = (
            f"Requesting {count} records on the `{name}` connection exceeds the `{bound}` limit of {MOST} records."
        )
        walk.price.errors.append(_at(node, "EXCESSIVE_PAGINATION", message))
    walk.price.requests += times
    walk.price.nodes += times * count
    return times * count


def _lists_nodes(node: ast.FieldNode) -> bool:
    selections = node.selection_set.selections if node.selection_set else ()
    return any(isinstance(part, ast.FieldNode) and part.name.value in {"nodes", "edges"} for part in selections)


def _scope_error(node: ast.FieldNode) -> Error:
    message = (
        "Your token has not been granted the required scopes to execute this query. The 'email' field requires one of "
        "the following scopes: ['user:email', 'read:user'], but your token has only been granted the: ['repo'] scopes. "
        "Please modify your token's scopes at: https://github.com/settings/tokens."
    )
    return _at(node, "INSUFFICIENT_SCOPES", message)


def _at(node: ast.FieldNode, kind: str, message: str) -> Error:
    error: Error = {"type": kind, "message": message}
    if node.loc is not None:
        line = node.loc.start_token
        error["locations"] = [{"line": line.line, "column": line.column}]
    return error
