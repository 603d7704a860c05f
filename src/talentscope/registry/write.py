"""Writing a registry file: whole, or not at all."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from talentscope.registry.company import Company
from talentscope.registry.read import Registry, parse_registry
from talentscope.registry.rows import COLUMNS, to_row
from talentscope.runtime.errors import RegistryError


def to_csv(companies: Iterable[Company]) -> str:
    """The companies as the text of a registry file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(to_row(company) for company in companies)
    return text.getvalue()


def write_registry(companies: Sequence[Company], path: Path) -> Registry:
    """Write a registry file and return what it says. An older file stays until the new one is complete.

    Raises RegistryError when the companies do not make a registry, or the file cannot be written.
    """
    text = to_csv(companies)
    checked = parse_registry(text, str(path))
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise RegistryError(
            f"{path}: the registry could not be written: {(error.strerror or str(error)).lower()}",
            way_out="check the folder and the disk; the file is as it was",
        ) from error
    return Registry(checked, path)


def add_rows(registry: Registry, added: Iterable[Company], path: Path) -> Registry:
    """Write a registry with companies added at its end; a company whose id is there is replaced in its place.

    `path` may be another file than the registry's own: the shipped one is never written. Raises RegistryError.
    """
    companies = {company.company_id: company for company in registry.companies}
    companies.update((company.company_id, company) for company in added)
    return write_registry(tuple(companies.values()), path)
