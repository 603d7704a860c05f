"""The accounts behind a ground, and which of them a brief's filters on developers let through.

Filters are masks over the accounts, one for each filter, so that a facet can leave out its own. Unknown followers and
unknown ways to write keep nobody out.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import duckdb

from talentscope.scoring.query import Question, execute, read_sql
from talentscope.scoring.terms import word_pattern
from talentscope.scoring.texts import Texts

if TYPE_CHECKING:  # the command line says its help without these
    import numpy as np
    import pyarrow as pa

    from talentscope.scoring.texts import Mask

    Ids = np.ndarray[Any, np.dtype[np.int64]]

FILTERS = ("followers", "contact", "place", "company", "employer")


class Owners:
    """Accounts, a row each. `table` has what components need and `owner_place`, the row's own number."""

    def __init__(self, table: pa.Table) -> None:
        import numpy as np
        import pyarrow as pa

        self.locations = Texts(table["location"])
        self.companies = Texts(table["company"])
        self.employers = Texts(table["employer_company_id"])
        rest = table.drop_columns(["location", "company", "employer_company_id"])
        self.table = rest.append_column("owner_place", pa.array(np.arange(rest.num_rows, dtype=np.int32)))
        self.ids: Ids = rest["github_id"].to_numpy()

    @property
    def size_bytes(self) -> int:
        """What they take in memory."""
        texts = (self.locations, self.companies, self.employers)
        return int(self.table.nbytes) + sum(item.size_bytes for item in texts)

    @cached_property
    def is_profile_known(self) -> Mask:
        """Whose profile was read."""
        return self._flag("is_profile_known")

    @cached_property
    def has_email(self) -> Mask:
        """Who publishes an e-mail address."""
        return self._flag("has_email")

    @cached_property
    def has_website(self) -> Mask:
        """Who publishes a site."""
        return self._flag("has_website")

    @cached_property
    def has_twitter(self) -> Mask:
        """Who publishes a Twitter handle."""
        return self._flag("has_twitter")

    @cached_property
    def is_reachable(self) -> Mask:
        """Who publishes any way to write."""
        return self.has_email | self.has_website | self.has_twitter

    def masks(self, connection: duckdb.DuckDBPyConnection, question: Question) -> dict[str, Mask]:
        """By the names in FILTERS: whom that filter alone lets through."""
        return {
            "followers": self._by_followers(question),
            "contact": self.by_contact(question.brief.developer.contact),
            "place": self._by_place(connection, question),
            "company": self._by_company(connection, question),
            "employer": self._by_employer(question),
        }

    def by_contact(self, contact: str) -> Mask:
        """Whom `contact` (none, any, email) lets through."""
        if contact == "none":
            return self.everybody()
        has_way: Mask = self.has_email if contact == "email" else self.is_reachable
        return ~self.is_profile_known | has_way

    def everybody(self) -> Mask:
        """All of them."""
        import numpy as np

        return np.ones(len(self.ids), dtype=bool)

    def are_in(self, github_ids: frozenset[int]) -> Mask:
        """Who is one of these."""
        import numpy as np

        return np.isin(self.ids, np.fromiter(github_ids, dtype=np.int64, count=len(github_ids)))

    def say(self, folded: str) -> Mask:
        """Whose login or name contains the text, both in lower case without accents."""
        import pyarrow.compute as pc

        return self._numpy(pc.match_substring(self.table["text"], folded))

    def _by_followers(self, question: Question) -> Mask:
        band = question.brief.developer.followers
        if band.min is None and band.max is None:
            return self.everybody()
        followers = self.table["followers"]
        least, most = band.min or 0, 2**62 if band.max is None else band.max
        number = followers.fill_null(least).to_numpy()
        found: Mask = followers.is_null().to_numpy() | ((number >= least) & (number <= most))
        return found

    def _by_place(self, connection: duckdb.DuckDBPyConnection, question: Question) -> Mask:
        pattern = word_pattern(question.brief.developer.places)
        return self.everybody() if pattern is None else self.locations.found_by(connection, pattern)

    def _by_company(self, connection: duckdb.DuckDBPyConnection, question: Question) -> Mask:
        """Whom `exclude_companies` leaves in: by the words they state, and by the company that these mean."""
        pattern = word_pattern(question.brief.developer.exclude_companies)
        if pattern is None:
            return self.everybody()
        return ~self.companies.found_by(connection, pattern) & ~self.employers.among(question.employment.without)

    def _by_employer(self, question: Question) -> Mask:
        only = question.employment.only
        return self.everybody() if only is None else self.employers.among(only)

    def _flag(self, name: str) -> Mask:
        return self._numpy(self.table[name])

    def _numpy(self, column: pa.ChunkedArray) -> Mask:
        found: Mask = column.fill_null(False).to_numpy().astype(bool)
        return found


def read_owners(connection: duckdb.DuckDBPyConnection, spots: pa.Table) -> Owners:
    """The accounts that own one of these repositories, without those whom a rule excludes."""
    with connection.cursor() as cursor:
        cursor.register("spots", spots)
        return Owners(execute(cursor, read_sql("owners"), {}).to_arrow_table())


def all_of(masks: dict[str, Mask], *, but: str = "") -> Mask:
    """Whom all filters let through, leaving out one."""
    import numpy as np

    found: Mask = np.logical_and.reduce([mask for name, mask in masks.items() if name != but])
    return found
