"""Employers: what accounts state as their employer becomes rows of raw.employer_names, each text once."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa

from talentscope.registry.employer import Employers
from talentscope.registry.read import Registry
from talentscope.warehouse.company_tables import EMPLOYER_NAMES
from talentscope.warehouse.connection import Warehouse

_UNRESOLVED = """
SELECT DISTINCT a.company AS stated FROM raw.github_accounts AS a
WHERE a.company IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM raw.employer_names AS e WHERE e.stated = a.company AND e.resolved_by = $resolved_by
)
"""


def note_employers(warehouse: Warehouse, registry: Registry, *, on: date, run_id: str, observed_at: datetime) -> int:
    """Resolve what is stated and was not yet resolved by these names; how many texts that were.

    A registry whose names changed, or a day on which another name holds, makes all of them unresolved again. Call it
    inside `hold`, before `transform`. `observed_at` is aware UTC. Raises WarehouseError.
    """
    employers = Employers(registry, on=on)
    rows = {name: [] for name in EMPLOYER_NAMES.schema.names}  # type: dict[str, list[object]]
    for batch in warehouse.batches(_UNRESOLVED, resolved_by=employers.fingerprint):
        for stated in batch.column("stated").to_pylist():
            employer = employers.resolve(stated)
            rows["stated"].append(stated)
            rows["company_id"].append(employer.company_id if employer else None)
            rows["confidence"].append(employer.confidence if employer else None)
            rows["evidence"].append(employer.evidence if employer else None)
    count = len(rows["stated"])
    rows |= {"resolved_by": [employers.fingerprint] * count, "observed_at": [observed_at] * count}
    rows["run_id"] = [run_id] * count
    warehouse.load({EMPLOYER_NAMES: pa.table(rows, schema=EMPLOYER_NAMES.schema)})
    return count
