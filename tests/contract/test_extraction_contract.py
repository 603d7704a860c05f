"""What the extraction asks and expects, held to GitHub's own published contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import GraphQLSchema, parse, validate

from talentscope.sources.github import fields
from talentscope.sources.github.asking import PROBE
from talentscope.sources.github.graphql import ACCOUNTS, ACCOUNTS_WITHOUT_EMAIL, ownership_query
from talentscope.sources.github.shapes import Owner, RestAccount, RestRepository

CONTRACTS = Path(__file__).resolve().parents[2] / ".contracts"


@pytest.mark.parametrize(
    "query",
    [ACCOUNTS, ACCOUNTS_WITHOUT_EMAIL, ownership_query(1), ownership_query(100), PROBE],
    ids=["accounts", "without e-mail", "one proof", "a hundred proofs", "probe"],
)
def test_every_query_is_valid_by_githubs_whole_schema(whole_schema: GraphQLSchema, query: str) -> None:
    assert validate(whole_schema, parse(query)) == []


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    path = CONTRACTS / "api.github.com.json"
    assert path.exists(), f"{path} is missing: run .venv/bin/python tests/contract/fetch.py (it needs npm)"
    found: dict[str, Any] = orjson.loads(path.read_bytes())["components"]["schemas"]
    return found


@pytest.mark.parametrize(
    ("schema", "known"),
    [
        ("repo-search-result-item", fields.KNOWN_ITEM),
        ("simple-user", fields.KNOWN_OWNER),
        ("license-simple", fields.KNOWN_LICENSE),
        ("public-user", fields.KNOWN_USER),
    ],
)
def test_every_field_that_github_documents_is_known(
    schemas: dict[str, Any], schema: str, known: frozenset[str]
) -> None:
    assert set(schemas[schema]["properties"]) - known == set()


@pytest.mark.parametrize(
    ("schema", "shape"),
    [("repo-search-result-item", RestRepository), ("simple-user", Owner), ("public-user", RestAccount)],
)
def test_what_we_require_github_promises(schemas: dict[str, Any], schema: str, shape: Any) -> None:
    """`topics` is promised nowhere and always there; without it a repository cannot be matched, so it is required."""
    required = {name for name, field in shape.model_fields.items() if field.is_required()}

    assert required - set(schemas[schema]["required"]) - {"topics"} == set()
