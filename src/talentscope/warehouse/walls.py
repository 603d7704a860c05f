"""Walls around dlt: where it may write, what it may read, and to whom it may speak (nobody).

Only arguments configure it: no environment, no toml, no telemetry, and nothing in the user's home. (dlt writes an
anonymous id beside its working folder even so; nothing is ever sent: a test holds it to that.)
"""

from __future__ import annotations

import logging
import re
import traceback
from pathlib import Path
from typing import Any

_SETTINGS: dict[str, Any] = {
    "normalize": {
        "parquet_normalizer": {"add_dlt_load_id": True},
        "data_writer": {"disable_compression": True},  # its own small files only; a stand-in of BigQuery reads no gzip
    },
    "load": {"raise_on_failed_jobs": True, "workers": 1, "truncate_staging_dataset": True},
    "extract": {"workers": 1},
}


def build_walls(folder: Path) -> None:
    """Make `folder` all that dlt knows of this machine, from now on in this process."""
    from dlt.common.configuration.container import Container
    from dlt.common.configuration.specs.pluggable_run_context import PluggableRunContext

    Container()[PluggableRunContext] = PluggableRunContext(_build_context(folder))


def _build_context(folder: Path) -> Any:
    from dlt.common.configuration.providers.doc import CustomLoaderDocProvider
    from dlt.common.configuration.specs.runtime_configuration import RuntimeConfiguration
    from dlt.common.runtime.run_context import RunContext

    class Walled(RunContext):  # type: ignore[misc]
        @property
        def run_dir(self) -> str:
            return str(folder)

        @property
        def local_dir(self) -> str:
            return str(folder)

        @property
        def data_dir(self) -> str:
            return str(folder)

        @property
        def global_dir(self) -> str:
            return str(folder)

        def initial_providers(self) -> list[Any]:
            return [CustomLoaderDocProvider("talentscope", lambda: _SETTINGS)]

        def initialize_runtime(self, runtime_config: Any = None) -> None:  # noqa: ARG002 - ours always wins
            quiet = RuntimeConfiguration()
            quiet.dlthub_telemetry = False
            quiet.log_level = "WARNING"
            super().initialize_runtime(quiet)
            logger = logging.getLogger("dlt")  # its warnings go the way of all others, not to a handler of its own
            for handler in list(logger.handlers):
                logger.removeHandler(handler)
            logger.addFilter(is_news)
            logger.propagate = True

    return Walled(str(folder))


def is_news(record: logging.LogRecord) -> bool:
    """Whether a line of dlt's tells anything; of a load's error it then has the cause, not the trace.

    Such a load is tried again, or ends as one message of ours. Our tables are declared whole, nullability too; that
    Arrow's own hints differ is so by intent.
    """
    said, _, trace = record.getMessage().partition("Traceback (most recent call last):")
    if record.exc_info:
        trace = "".join(traceback.format_exception_only(record.exc_info[1]))
    if trace:
        causes = [line for line in trace.splitlines() if re.match(r"(?![A-Z]+:)[A-Za-z_][\w.]*: ", line)]
        said = f"{said.rstrip()}: {causes[-1] if causes else 'no cause told'}"
        record.msg, record.args, record.exc_info, record.exc_text = said, (), None, None
    return "when merging arrow schema with dlt schema" not in said


def build_console() -> Any:
    """SQLMesh's console that prints nothing and remembers, in `failures`, which models failed and why."""
    from sqlmesh.core.console import NoopConsole

    class Silent(NoopConsole):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.failures: list[str] = []

        def log_failed_models(self, errors: list[Any]) -> None:
            for error in errors:
                cause = error.__cause__ or error
                self.failures.append(f"{error.node}: {cause}")

        def log_error(self, message: str) -> None:
            self.failures.append(message)

        def log_warning(self, short_message: str, long_message: str | None = None) -> None:
            pass

    return Silent()
