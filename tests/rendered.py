"""The models as SQLMesh renders them for an engine, with our variables, in the order in which they are built."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlglot import ErrorLevel, exp

from talentscope.warehouse.dictionary import _load_models


@dataclass(frozen=True)
class Rendered:
    """One SELECT: a model, or one of its audits. `tree` is in DuckDB's dialect, its columns typed."""

    name: str
    tree: exp.Expression

    def to_sql(self, dialect: str) -> str:
        """As SQLMesh hands it to an engine. Raises UnsupportedError for what cannot be said there."""
        return str(self.tree.sql(dialect=dialect, identify=True, pretty=True, unsupported_level=ErrorLevel.RAISE))


@lru_cache(maxsize=1)
def models() -> tuple[Rendered, ...]:
    """Every model, those that others read first."""
    known = {model.fqn: model for model in _load_models()}
    done: dict[str, Rendered] = {}

    def visit(fqn: str) -> None:
        if fqn in done or fqn not in known:
            return
        model = known[fqn]
        for parent in sorted(model.depends_on):
            visit(parent)
        done[fqn] = Rendered(f"{model.schema_name}.{model.view_name}", _plain(model.render_query_or_raise()))

    for fqn in sorted(known):
        visit(fqn)
    return tuple(done.values())


@lru_cache(maxsize=1)
def audits() -> tuple[Rendered, ...]:
    """Every audit of every model, named `schema.model: audit`."""
    return tuple(
        Rendered(
            f"{model.schema_name}.{model.view_name}: {audit.name}", _plain(model.render_audit_query(audit, **args))
        )
        for model in _load_models()
        for audit, args in model.audits_with_args
    )


def _plain(tree: Any) -> exp.Expression:
    """Tables by schema and name only: the catalog is the engine's business."""
    copied: exp.Expression = tree.copy()
    for table in copied.find_all(exp.Table):
        table.set("catalog", None)
    return copied
