"""What a shared place says about its newest snapshot: the object `current`. It is read strictly: it comes from outside.

Objects beside it are the snapshots, under the names that publish gave them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from talentscope.runtime.errors import StorageError

POINTER = "current"
FORMAT = 1
SNAPSHOT_NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}\.duckdb")
"""The moment of publishing, so that names are in order, and what tells two of one moment apart."""


@dataclass(frozen=True)
class Pointer:
    """The newest snapshot: `size` in bytes, `sha256` of the file as hexadecimal text, `published_at` aware.

    `rows` of the tables that have a floor under them, so that a machine without a snapshot need not fetch one to count
    them; empty in a pointer of before they were told.
    """

    name: str
    size: int
    sha256: str
    published_at: datetime
    run_id: str
    version: str  # of the talentscope that published it
    rows: Mapping[str, int] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """As it is stored: JSON."""
        facts = {"format": FORMAT, **asdict(self), "published_at": self.published_at.isoformat()}
        return json.dumps(facts, indent=1).encode() + b"\n"


def parse_pointer(content: bytes, *, place: str) -> Pointer:
    """The pointer, if it is one that leads nowhere else. Raises StorageError naming the place."""
    try:
        facts = json.loads(content)
        if facts["format"] != FORMAT:
            raise StorageError(
                f"{place}/{POINTER} is of format {str(facts['format'])[:20]}; this talentscope reads {FORMAT}",
                way_out="install the talentscope that publishes there",
            )
        pointer = Pointer(
            name=str(facts["name"]),
            size=int(facts["size"]),
            sha256=str(facts["sha256"]),
            published_at=datetime.fromisoformat(facts["published_at"]),
            run_id=str(facts["run_id"])[:100],
            version=str(facts["version"])[:50],
            rows={str(table): int(count) for table, count in dict(facts.get("rows", {})).items()},
        )
        is_sound = (
            SNAPSHOT_NAME.fullmatch(pointer.name)
            and pointer.size > 0
            and re.fullmatch(r"[0-9a-f]{64}", pointer.sha256)
            and pointer.published_at.tzinfo is not None
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _refusal(place) from error
    if not is_sound:
        raise _refusal(place)
    return pointer


def _refusal(place: str) -> StorageError:
    return StorageError(
        f"{place}/{POINTER} does not name a snapshot; nothing was taken from there",
        way_out="check who may write there; delete it and publish again: `talentscope run talent`",
    )
