"""What people ask about their own data: leave me out, show me, delete, put right. Anybody may submit."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from talentscope.desk.store import Store
from talentscope.desk.tables import REQUESTS
from talentscope.desk.wording import REASON, login_name, one_line, paragraphs
from talentscope.runtime.errors import UsageError

KINDS = ("object", "access", "erase", "correct")
OUTCOMES = ("done", "refused", "not_found")
ANSWERED_BY_MAIL = ("access", "correct")
"""Kinds that cannot be settled without a way to reach the person."""

DUE = timedelta(days=30)
"""Rule: GDPR Art. 12(3), one month: https://gdpr-info.eu/art-12-gdpr/"""

MOST_OPEN = 5_000
MOST_TEXT = 5_000
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that look alike
_REFERENCE_LENGTH = 10


@dataclass(frozen=True)
class Request:
    """One request. `state` is open or settled; times are aware; empty texts were not given or are deleted."""

    reference: str
    kind: str
    login: str
    contact: str
    text: str
    state: str
    submitted_at: datetime
    due_at: datetime
    outcome: str
    note: str
    settled_at: datetime | None
    settled_by: str | None


class Requests:
    """The queue of requests."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def submit(self, kind: str, *, login: str, contact: str = "", text: str = "") -> str:
        """Put a request into the queue; its reference. The same request again, while it is open, is the same one.

        Raises UsageError for what cannot be a request, or when the queue is full.
        """
        if kind not in KINDS:
            raise UsageError(f"expected one of {', '.join(KINDS)}", way_out="choose one of these")
        values = {
            "kind": kind,
            "login": login_name(login),
            "contact": one_line(contact, "how we reach you", most=320, least=0),
            "text": paragraphs(text, "the text", most=MOST_TEXT, least=0),
        }
        if kind in ANSWERED_BY_MAIL and not values["contact"]:
            raise UsageError("expected an address to answer to, came none", way_out="give an e-mail address")
        now = self._store.now()
        with self._store.write() as connection:
            is_open = REQUESTS.c.state == "open"
            same = [REQUESTS.c[name] == value for name, value in values.items()]
            known = connection.execute(select(REQUESTS.c.reference).where(is_open, *same)).scalar()
            if known is not None:
                return str(known)
            waiting = connection.execute(select(func.count()).select_from(REQUESTS).where(is_open)).scalar_one()
            if waiting >= MOST_OPEN:
                raise UsageError("the queue of requests is full", way_out="write to the address on the privacy page")
            reference = "".join(secrets.choice(_ALPHABET) for _ in range(_REFERENCE_LENGTH))
            rest = {"state": "open", "outcome": "", "note": "", "submitted_at": now, "due_at": now + DUE}
            connection.execute(insert(REQUESTS).values(reference=reference, **values, **rest))
            self._store.log(
                connection, "request", actor="visitor", detail=f"{kind}, {reference}", login=values["login"]
            )
        return reference

    def list(self, state: str | None = None) -> tuple[Request, ...]:
        """Requests of a state (open, settled, or all when None): open ones by what is due first, then the newest."""
        query = select(REQUESTS).order_by(REQUESTS.c.settled_at.desc(), REQUESTS.c.due_at, REQUESTS.c.request_id)
        if state is not None:
            query = query.where(REQUESTS.c.state == state)
        with self._store.read() as connection:
            rows = [to_request(row) for row in connection.execute(query)]
        return tuple(sorted(rows, key=lambda request: request.state != "open"))  # databases sort NULL differently

    def get(self, reference: str) -> Request | None:
        """A request by its reference, in whatever case it was typed."""
        query = select(REQUESTS).where(REQUESTS.c.reference == reference.strip().upper())
        with self._store.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else to_request(row)

    def settle(self, reference: str, outcome: str, *, actor: str, note: str = "") -> Request:
        """Say how a request ended. The same outcome again changes nothing.

        Raises UsageError for an unknown reference or outcome, or if somebody settled it otherwise.
        """
        if outcome not in OUTCOMES:
            raise UsageError(f"expected one of {', '.join(OUTCOMES)}", way_out="choose one of these")
        values = {
            "state": "settled",
            "outcome": outcome,
            "note": paragraphs(note, "the note", most=REASON, least=0),
            "settled_at": self._store.now(),
            "settled_by": one_line(actor, "the actor"),
        }
        with self._store.write() as connection:
            row = connection.execute(select(REQUESTS).where(REQUESTS.c.reference == reference)).first()
            if row is None:
                raise UsageError(f"there is no request {reference}"[:100], way_out="see the list of requests")
            found = to_request(row)
            if found.state == "settled":
                if found.outcome == outcome:
                    return found
                raise UsageError(
                    f"{found.settled_by} settled it already as {found.outcome}", way_out="look at it again"
                )
            connection.execute(update(REQUESTS).where(REQUESTS.c.reference == reference).values(**values))
            detail = f"{found.kind}, {reference}: {outcome}"
            self._store.log(connection, "settle", actor=actor, detail=detail, login=found.login or None)
            row = connection.execute(select(REQUESTS).where(REQUESTS.c.reference == reference)).one()
            return to_request(row)


def to_request(row: Any) -> Request:
    """A row of the table as a value."""
    fields = (getattr(row, name) for name in Request.__dataclass_fields__)
    return Request(*fields)
