"""Writes src/talentscope/sandbox/github/schema.graphql: the part of GitHub's SDL that clients of the sandbox need.

    .venv/bin/python tests/contract/extract.py          after tools/fetch.py contracts

Whole types are taken; a field goes when its type or an argument's type is not taken. Descriptions and directives other
than @deprecated go too. test_graphql_contract.py holds the result to the whole, field by field.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from graphql import DocumentNode, parse, print_ast
from graphql.language import ast

ROOT = Path(__file__).resolve().parents[2]
WHOLE = ROOT / ".contracts" / "schema.graphql"
LICENSE = ROOT / ".contracts" / "schema.LICENSE"
EXTRACT = ROOT / "src" / "talentscope" / "sandbox" / "github" / "schema.graphql"

TAKEN = frozenset(
    [
        "Query",
        "User",
        "Organization",
        "Bot",
        "Mannequin",
        "Repository",
        "Ref",
        "Commit",
        "Tree",
        "GitActor",
        "RateLimit",
        "PageInfo",
        "Node",
        "Actor",
        "RepositoryOwner",
        "ProfileOwner",
        "UniformResourceLocatable",
        "GitObject",
        "Starrable",
        "RepositoryInfo",
        "CommitHistoryConnection",
        "CommitEdge",
        "RefConnection",
        "RefEdge",
        "RepositoryTopic",
        "RepositoryTopicConnection",
        "RepositoryTopicEdge",
        "Topic",
        "Language",
        "LanguageConnection",
        "LanguageEdge",
        "License",
        "UserConnection",
        "UserEdge",
        "FollowerConnection",
        "FollowingConnection",
        "StargazerConnection",
        "StargazerEdge",
        "OrganizationConnection",
        "OrganizationEdge",
        "OrganizationMemberConnection",
        "OrganizationMemberEdge",
        "RepositoryConnection",
        "RepositoryEdge",
        "StarredRepositoryConnection",
        "StarredRepositoryEdge",
        "SocialAccount",
        "SocialAccountConnection",
        "SocialAccountEdge",
        "PinnableItem",
        "PinnableItemConnection",
        "PinnableItemEdge",
        "UserStatus",
        "SearchResultItem",
        "SearchResultItemConnection",
        "SearchResultItemEdge",
        "IssueConnection",
        "PullRequestConnection",
        "ReleaseConnection",
        "GistConnection",
    ]
)
N = TypeVar("N", ast.FieldDefinitionNode, ast.EnumValueDefinitionNode, ast.InputValueDefinitionNode)
_NAMED = (ast.ObjectTypeDefinitionNode, ast.InterfaceTypeDefinitionNode)
_LEAVES = (ast.EnumTypeDefinitionNode, ast.InputObjectTypeDefinitionNode, ast.ScalarTypeDefinitionNode)
_BUILT_IN = {"String", "Int", "Float", "Boolean", "ID"}


def name_of(kind: ast.TypeNode) -> str:
    """The type inside lists and non-nulls."""
    while not isinstance(kind, ast.NamedTypeNode):
        kind = kind.type
    return kind.name.value


def extract(text: str) -> str:
    """The SDL of TAKEN and of the enums, inputs and scalars it uses, sorted by name."""
    definitions = {
        d.name.value: d for d in parse(text, no_location=True).definitions if isinstance(d, ast.TypeDefinitionNode)
    }
    leaves = {name for name, definition in definitions.items() if isinstance(definition, _LEAVES)}
    usable = TAKEN | leaves | _BUILT_IN
    kept = {name: _trim(definitions[name], usable) for name in sorted(TAKEN)}
    used = {name for definition in kept.values() for name in _uses(definition)}
    while missing := sorted((used & leaves) - set(kept)):
        for name in missing:
            kept[name] = _trim(definitions[name], usable)
            used |= _uses(kept[name])
    return print_ast(DocumentNode(definitions=tuple(kept[name] for name in sorted(kept)))) + "\n"


def _trim(definition: ast.TypeDefinitionNode, usable: set[str] | frozenset[str]) -> ast.TypeDefinitionNode:
    changes: dict[str, object] = {"description": None, "directives": ()}
    if isinstance(definition, _NAMED):
        fields = {f.name.value: f for f in definition.fields or () if _is_usable(f, usable)}
        changes["interfaces"] = tuple(i for i in definition.interfaces or () if i.name.value in usable)
        changes["fields"] = tuple(_bare(f) for f in fields.values())
    elif isinstance(definition, ast.UnionTypeDefinitionNode):
        changes["types"] = tuple(t for t in definition.types or () if t.name.value in usable)
    elif isinstance(definition, ast.EnumTypeDefinitionNode):
        changes["values"] = tuple(_bare(v) for v in definition.values or ())
    elif isinstance(definition, ast.InputObjectTypeDefinitionNode):
        changes["fields"] = tuple(_bare(f) for f in definition.fields or ())
    return replace(definition, **changes)


def _bare(node: N) -> N:
    kept = tuple(d for d in node.directives or () if d.name.value == "deprecated")
    bare = replace(node, description=None, directives=kept)
    if isinstance(bare, ast.FieldDefinitionNode):
        bare = replace(bare, arguments=tuple(_bare(a) for a in bare.arguments or ()))
    return bare


def _is_usable(field: ast.FieldDefinitionNode, usable: set[str] | frozenset[str]) -> bool:
    return all(name in usable for name in (name_of(field.type), *(name_of(a.type) for a in field.arguments or ())))


def _uses(definition: ast.TypeDefinitionNode) -> set[str]:
    fields = getattr(definition, "fields", None) or ()
    arguments = [a for f in fields for a in getattr(f, "arguments", None) or ()]
    return {name_of(part.type) for part in (*fields, *arguments)}


def main() -> int:
    """Exit 1 with a word about fetch.py when the whole SDL is not there."""
    if not WHOLE.exists():
        sys.stderr.write(f"{WHOLE} is missing: run .venv/bin/python tools/fetch.py contracts first\n")
        return 1
    notice = "\n".join(f"# {line}".rstrip() for line in LICENSE.read_text().strip().splitlines())
    head = f"# Extract of GitHub's GraphQL schema; made by tests/contract/extract.py, not by hand.\n#\n{notice}\n\n"
    EXTRACT.write_text(head + extract(WHOLE.read_text()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
