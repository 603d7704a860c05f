"""Transform: SQLMesh builds staging and marts from the files in `models/`, on whichever engine. No SQL here.

SQLMesh keeps its state in the warehouse itself, its cache under `<home>/sqlmesh`, and its opinions to itself.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from talentscope.runtime.errors import WarehouseError
from talentscope.warehouse import company_rules, rules
from talentscope.warehouse.changes import note_built, raw_parents, read_built, read_raw
from talentscope.warehouse.engines.engine import Engine, explain, is_full, whole_text

MODELS = Path(__file__).parent / "models"

LAYERS = ("staging", "daily", "marts")

DERIVED_SCHEMAS = (
    "staging",
    "daily",
    "marts",
    "sqlmesh__staging",
    "sqlmesh__daily",
    "sqlmesh__marts",
    "sqlmesh",
)
"""Everything that can be dropped and built again."""


def transform(engine: Engine, *, home: Path) -> None:
    """Build every model from what raw holds at this moment, whether or not SQLMesh thinks that it is due.

    Models of raw tables that are as they were stay as they are; in a database that was copied or renamed all are built
    anew. Raises WarehouseError naming the model that failed.
    """
    if not _build(engine, home=home):
        drop_models(engine)
        _build(engine, home=home)


def _build(engine: Engine, *, home: Path) -> bool:
    """As `transform`; False, with nothing done, where SQLMesh's state is of a database of another name."""
    now, built = read_raw(engine), read_built(engine)
    changed = {name for name, state in now.items() if built.get(name) != state}
    with opened(engine, home=home) as context:
        _audit_later(context)
        environment = context.state_reader.get_environment("prod")
        known = {} if environment is None else {snapshot.name: snapshot for snapshot in environment.snapshots}
        if known and not _catalogs(known) & _catalogs(context.snapshots):
            return False
        _apply(context)
        parents = raw_parents(context)
        stale = [
            name
            for name, snapshot in context.snapshots.items()
            if name in known
            and known[name].fingerprint == snapshot.fingerprint
            and _is_table(snapshot)
            and parents[name] & changed
        ]
        if stale:
            _apply(context, restate_models=[context.get_model(name).name for name in stale])
    note_built(engine, now)
    return True


def _catalogs(names: Iterable[str]) -> set[str]:
    """The databases that models are in, by their names as SQLMesh keeps them: "database"."schema"."model"."""
    return {name.partition('"."')[0] for name in names}


def to_variables() -> dict[str, object]:
    """The rules of both pipelines as variables of the SQL models."""
    return {**rules.to_variables(), **company_rules.to_variables()}


def drop_models(engine: Engine) -> None:
    """Drop staging, marts and SQLMesh's own state; raw stays."""
    for schema in DERIVED_SCHEMAS:
        engine.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE", {})
    engine.forget_state()


@contextmanager
def opened(engine: Engine, *, home: Path) -> Iterator[Any]:
    """A SQLMesh context over our models and this engine; its own connections are closed on the way out."""
    from sqlmesh.core import analytics, constants
    from sqlmesh.core.console import set_console
    from sqlmesh.core.context import Context
    from sqlmesh.utils.errors import SQLMeshError

    from talentscope.warehouse.walls import build_console

    constants.SQLMESH_PATH = home / "sqlmesh"  # it would keep a user's id in the home directory
    analytics.disable_analytics()
    constants.MAX_FORK_WORKERS = 1  # a forked reader of models beside open databases is asking for trouble
    console = build_console()
    logging.getLogger("sqlmesh").setLevel(logging.CRITICAL)  # what matters is raised; its log goes to standard error
    set_console(console)
    context = None
    try:
        with engine.translated(), warnings.catch_warnings():
            # SQLMesh turns the bounds of its audits into Python (`-1 is None`), of which Python then complains
            warnings.filterwarnings("ignore", category=SyntaxWarning, message='"is(?: not)?" with')
            context = Context(paths=[str(_sources(engine, home=home))], config=_build_config(engine, home=home))
            context.console = console
            yield context
    except (SQLMeshError, WarehouseError) as error:
        causes = whole_text(error)
        said = "; ".join(console.failures) or causes
        if is_full(said) or is_full(causes):
            raise explain(f"{said}\n{causes}", place=engine.place) from error
        if isinstance(error, WarehouseError):
            raise
        raise WarehouseError(
            f"a model failed: {said[:2000]}", way_out="mend the model, or run `talentscope rebuild` if SQLMesh changed"
        ) from error
    finally:
        if context is not None:
            context.close()
        _forget_adapters()


def _apply(context: Any, **options: Any) -> None:
    context.plan(
        "prod",
        auto_apply=True,
        no_prompts=True,
        no_diff=True,
        skip_tests=True,
        skip_linter=True,
        include_unmodified=True,
        **options,
    )


def _audit_later(context: Any) -> None:
    """Audits are the checks before a publish, where they run over everything; here they would run a second time."""
    build = context.create_scheduler

    def build_without_audits(*arguments: Any, **options: Any) -> Any:
        scheduler = build(*arguments, **options)
        scheduler._audit_snapshot = lambda **_: []
        return scheduler

    context.create_scheduler = build_without_audits


def _is_table(snapshot: Any) -> bool:
    return bool(snapshot.is_model and snapshot.model.kind.is_materialized)


def _sources(engine: Engine, *, home: Path) -> Path:
    """The folder of models and audits; where schemas have other names, a copy that says these."""
    if engine.schema_name("raw") == "raw":
        return MODELS.parent
    folder = home / "sqlmesh" / "sources"
    for path in [*MODELS.rglob("*.sql"), *(MODELS.parent / "audits").glob("*.sql")]:
        copy = folder / path.relative_to(MODELS.parent)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = re.sub(
            r"(?<![\w.'])(raw|staging|daily|marts)\.(?=[a-z_])",
            lambda found: f"{engine.schema_name(found[1])}.",
            path.read_text(encoding="utf-8"),
        )
        copy.write_text(text, encoding="utf-8")
    return folder


def _build_config(engine: Engine, *, home: Path) -> Any:
    from sqlmesh.core.config import CategorizerConfig, Config, GatewayConfig, ModelDefaultsConfig
    from sqlmesh.core.config.categorizer import AutoCategorizationMode
    from sqlmesh.core.config.plan import PlanConfig

    categorizer = CategorizerConfig(
        external=AutoCategorizationMode.FULL,
        python=AutoCategorizationMode.FULL,
        sql=AutoCategorizationMode.FULL,
        seed=AutoCategorizationMode.FULL,
    )
    return Config(
        gateways={"": GatewayConfig(connection=engine.gateway(), state_connection=engine.state_gateway())},
        physical_schema_mapping={
            f"^{name}$": engine.schema_name(f"sqlmesh__{layer}")
            for layer in LAYERS
            if (name := engine.schema_name(layer)) != layer
        },
        model_defaults=ModelDefaultsConfig(dialect="duckdb", start="2020-01-01"),
        plan=PlanConfig(auto_categorize_changes=categorizer),
        variables=to_variables(),
        disable_anonymized_analytics=True,
        cache_dir=str(home / "sqlmesh"),
    )


def _forget_adapters() -> None:
    """SQLMesh keeps DuckDB adapters by file for the life of the process; a closed one must not be met again."""
    from sqlmesh.core.config.connection import BaseDuckDBConnectionConfig

    BaseDuckDBConnectionConfig._data_file_to_adapter.clear()
