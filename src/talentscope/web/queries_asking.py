"""What pages and API ask of the current snapshot, and whom they never show: one place for both."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pyarrow as pa

from talentscope.scoring.brief import Brief
from talentscope.scoring.browse import FacetValue, LeadPage, Leads
from talentscope.scoring.hidden import Hidden
from talentscope.scoring.lead import Exclusion, Lead
from talentscope.scoring.ranking import View
from talentscope.scoring.topic_chips import AskedTopic
from talentscope.web.parts import Parts
from talentscope.web.queries import LeadsQuery
from talentscope.web.reader import Reading

EVERYBODY = 2**62


def leads_of(parts: Parts, reading: Reading) -> Leads:
    """The leads of this snapshot; pools are kept as long as it is current."""
    return reading.remember("leads", lambda: Leads(parts.registry))


def hidden_ids(parts: Parts, reading: Reading) -> frozenset[int]:
    """Everybody in this snapshot who said no: exact, and asked anew whenever somebody says so."""
    hidden = reading.remember("hidden", Hidden)
    return hidden.ids(
        reading.connection,
        version=parts.desk.suppressions_version(),
        hasher=parts.desk.hasher,
        hashes=parts.desk.suppressed_hashes,
    )


@dataclass(frozen=True)
class Asking:
    """One request's questions about leads. `hidden` are never shown; `cooling` are left out unless asked for."""

    parts: Parts
    reading: Reading
    hidden: frozenset[int]
    cooling: frozenset[int]

    def view(self, query: LeadsQuery, *, only_ids: frozenset[int] | None = None, **slice_: int) -> View:
        """The view of a query without those who are not shown in it."""
        left_out = self.hidden if query.has_contacted else self.hidden | self.cooling
        return query.view(without_ids=left_out, only_ids=only_ids, **slice_)

    def page(self, brief: Brief, view: View) -> LeadPage:
        """A slice of leads."""
        reading = self.reading
        return self._leads.page(reading.connection, brief, view, as_of=reading.as_of, site=reading.site)

    def facets(self, brief: Brief, view: View) -> dict[str, tuple[FacetValue, ...]]:
        """Counts by language, topic, contact, place and employer."""
        return dict(self._leads.facets(self.reading.connection, brief, view, as_of=self.reading.as_of))

    def clusters(self, brief: Brief) -> tuple[AskedTopic, ...]:
        """What each topic pulls in, or could."""
        return self._leads.clusters(self.reading.connection, brief)

    def ids(self, brief: Brief, view: View) -> pa.Array:
        """Account ids of a view in its order."""
        return self._leads.ids(self.reading.connection, brief, view, as_of=self.reading.as_of)

    def one(self, brief: Brief, github_id: int) -> Lead | Exclusion:
        """One account as a lead, with its rank in the list as usual, or why it is none."""
        reading = self.reading
        return self._leads.one(
            reading.connection,
            brief,
            github_id,
            as_of=reading.as_of,
            site=reading.site,
            without_ids=self.hidden | (self.cooling - {github_id}),
        )

    def find_ids(self, logins: Collection[str]) -> dict[str, int]:
        """Account ids by login in lower case; who said no, or was never met, is not in it."""
        rows = self.reading.connection.execute(
            """
            SELECT lower(login), github_id FROM developers WHERE lower(login) IN (SELECT unnest($logins::VARCHAR[]))
            ORDER BY observed_at, github_id DESC
            """,
            {"logins": [login.lower() for login in logins]},
        ).fetchall()
        return {str(login): int(number) for login, number in rows if number not in self.hidden}

    @property
    def _leads(self) -> Leads:
        return leads_of(self.parts, self.reading)


def ask_for(parts: Parts, reading: Reading) -> Asking:
    """The questions of one request."""
    cooling = frozenset(parts.desk.shortlists.cooling())
    return Asking(parts, reading, hidden_ids(parts, reading), cooling)
