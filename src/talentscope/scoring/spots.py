"""Which repositories of a ground pass a brief's repository filters, and how many people each value of theirs has.

Masks and counts in memory: a thousandth of what a query would plan. The only place that knows these filters.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from talentscope.scoring.brief import Band
from talentscope.scoring.query import Question

if TYPE_CHECKING:  # the command line says its help without these
    import pyarrow as pa

    from talentscope.scoring.owners import Ids
    from talentscope.scoring.texts import Mask, Numbers, Places

ALL = 2**62  # an open end of a band


class Spots:
    """Repositories of these owners, a row each: by the owner's place among `owner_ids`, the most substantial first.

    `owner_places` has that place of each. Who is not among `owner_ids` is excluded by a rule, with all repositories.
    """

    def __init__(self, table: pa.Table, owner_ids: Ids) -> None:
        import numpy as np
        import pyarrow as pa

        places = _find_places(owner_ids, table["owner_github_id"].fill_null(-1).to_numpy())
        substance = table["substance"].to_numpy()  # NaN where unknown
        order = np.lexsort((-substance, places))
        order = order[np.searchsorted(places, 0, sorter=order) :]
        self.table = table.take(pa.array(order))
        self.owner_places: Places = places[order]
        self.substance: Numbers = substance[order]
        self._owner_count = len(owner_ids)

    @property
    def size_bytes(self) -> int:
        """What they take in memory, with the places of owners and the order's key."""
        return int(self.table.nbytes) + 12 * int(self.table.num_rows)

    def matched(self, question: Question, language_ids: list[int] | None) -> Mask:
        """Those that pass: an unknown size keeps none out; what else is unknown does where it is asked for."""
        import numpy as np

        asked = question.brief.repository
        found = self._within("stars", asked.stars) & self._within("size_kb", asked.size_kb, unknown=True)
        found &= self._within("topic_count", Band(max=asked.max_topics))
        if asked.pushed_within_days is not None:
            since = np.datetime64(question.as_of - timedelta(days=asked.pushed_within_days))
            pushed = self.table["pushed_on"].to_numpy()
            found &= pushed >= since  # NaT is never
        if language_ids is not None:
            found &= np.isin(self.languages, language_ids)
        return found

    def count_languages(self, kept: Mask, same: list[int]) -> dict[int, int]:
        """Owners by language of the repositories kept, one with two in each. `same`: what each language counts as."""
        import numpy as np

        rows = np.flatnonzero(kept & (self.languages >= 0))
        return self._count(np.array(same, dtype=np.int64)[self.languages[rows]], rows)

    def count_topics(self, kept: Mask) -> dict[int, int]:
        """Owners by asked topic of the repositories kept."""
        rows, topics = self._topics
        is_kept = kept[rows]
        return self._count(topics[is_kept], rows[is_kept])

    def numbers(self, name: str) -> Places:
        """A column of whole numbers; 0 where nothing is known."""
        found: Places = self.table[name].fill_null(0).to_numpy()
        return found

    @cached_property
    def languages(self) -> Places:
        """The place of each one's language; -1: none is known."""
        places: Places = self.table["language_id"].fill_null(-1).to_numpy()
        return places

    @cached_property
    def _topics(self) -> tuple[Places, Places]:
        """Rows and topics of all pairs."""
        import pyarrow.compute as pc

        lists = self.table["topics"].combine_chunks()
        return pc.list_parent_indices(lists).to_numpy(), pc.list_flatten(lists).to_numpy()

    def _within(self, name: str, band: Band, *, unknown: bool = False) -> Mask:
        import numpy as np

        column = self.table[name]
        if band.min is None and band.max is None:
            return np.ones(len(column), dtype=bool) if unknown else column.is_valid().to_numpy()
        values = column.fill_null(-1).to_numpy()
        found: Mask = (values >= (band.min or 0)) & (values <= (ALL if band.max is None else band.max))
        return found | (values == -1) if unknown else found

    def _count(self, values: Places, rows: Places) -> dict[int, int]:
        """Different owners by value."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        owners = self._owner_count
        pairs = values.astype(np.int64) * owners + self.owner_places[rows]
        if not len(pairs):  # and perhaps nobody to divide by
            return {}
        numbers = np.bincount(pc.unique(pa.array(pairs)).to_numpy() // owners).tolist()
        return {value: number for value, number in enumerate(numbers) if number}


def _find_places(owner_ids: Ids, wanted: Ids) -> Places:
    """Where each of the wanted stands among the owners; -1: it does not."""
    import numpy as np

    order = np.argsort(owner_ids, kind="stable")
    if not len(order):
        return np.full(len(wanted), -1, dtype=np.int32)
    at = order[np.minimum(np.searchsorted(owner_ids, wanted, sorter=order), len(order) - 1)]
    places: Places = np.where(owner_ids[at] == wanted, at, -1).astype(np.int32)
    return places
