"""After a restore: whom this desk knows to keep out is taken out again of what came back."""

from __future__ import annotations

from sqlalchemy import Connection, select

from talentscope.desk.erasure import blank_requests, erase_rows
from talentscope.desk.key import Hasher
from talentscope.desk.packing import unpack
from talentscope.desk.tables import AUDIT, ENTRIES, LOOKS, PERSONAL, REQUESTS, SUPPRESSIONS


def keep_erased(connection: Connection, *, hasher: Hasher, since: set[str]) -> int:
    """Delete what is about suppressed accounts; how many rows went or were blanked.

    `since`: hashes of who said no after the backup was taken. Their own requests are blanked as well, and those of
    everybody who was erased here: an erasure did that before.
    """
    rows = list(connection.execute(select(SUPPRESSIONS.c.account_hash, SUPPRESSIONS.c.login_hash)))
    hashes = {value for row in rows for value in row if value is not None}
    erased = set(connection.execute(select(AUDIT.c.subject_hash).where(AUDIT.c.action == "erase")).scalars())
    gone = 0
    for github_id, login in _people(connection).items():
        if hasher.account(github_id) in hashes or (login is not None and hasher.login(login) in hashes):
            gone += sum(erase_rows(connection, github_id=github_id, login=login).values())
    out = since | erased | {row.login_hash for row in rows if row.account_hash in erased or row.account_hash in since}
    for login in set(connection.execute(select(REQUESTS.c.login).where(REQUESTS.c.login != "")).scalars()):
        if hasher.login(login) in out:
            gone += blank_requests(connection, login=login)
    return gone


def _people(connection: Connection) -> dict[int, str | None]:
    """Every account that the desk has rows about, with its login where a shortlist says it."""
    found: dict[int, str | None] = {}
    for table in PERSONAL:
        found.update(dict.fromkeys(connection.execute(select(table.c.github_id).distinct()).scalars()))
    for packed in connection.execute(select(LOOKS.c.github_ids)).scalars():
        found.update({number: found.get(number) for number in unpack(packed)})
    for row in connection.execute(select(ENTRIES.c.github_id, ENTRIES.c.login)):
        found[row.github_id] = row.login
    return found
