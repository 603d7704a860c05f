"""Deleting what the desk holds about one developer, inside a transaction of somebody else."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select, update

from talentscope.desk.packing import pack, unpack
from talentscope.desk.tables import ENTRIES, LOOKS, PERSONAL, REQUESTS


def find_ids(connection: Connection, *, github_id: int | None, login: str | None) -> set[int]:
    """The account's id, and the ids that shortlists know under that login."""
    ids = set() if github_id is None else {github_id}
    if login:
        known = connection.execute(select(ENTRIES.c.github_id).where(func.lower(ENTRIES.c.login) == _fold(login)))
        ids |= set(known.scalars())
    return ids


def erase_rows(connection: Connection, *, github_id: int | None, login: str | None) -> dict[str, int]:
    """Delete entries, moves, notes, tags, decisions, contacts and looks; how many rows of each table went."""
    ids = find_ids(connection, github_id=github_id, login=login)
    gone = {
        str(table.name): connection.execute(delete(table).where(table.c.github_id.in_(ids))).rowcount
        for table in PERSONAL
    }
    gone[str(LOOKS.name)] = _unsee(connection, ids)
    return {name: count for name, count in gone.items() if count}


def blank_requests(connection: Connection, *, login: str) -> int:
    """Take login, contact and text out of that person's requests; that there was one, and its dates, stay."""
    is_theirs = func.lower(REQUESTS.c.login) == _fold(login)
    return connection.execute(update(REQUESTS).where(is_theirs).values(login="", contact="", text="", note="")).rowcount


def _unsee(connection: Connection, ids: set[int]) -> int:
    count = 0
    for look in connection.execute(select(LOOKS.c.look_id, LOOKS.c.github_ids)).all():
        seen = unpack(look.github_ids)
        if ids.isdisjoint(seen):
            continue
        left = pack(number for number in seen if number not in ids)
        connection.execute(update(LOOKS).where(LOOKS.c.look_id == look.look_id).values(github_ids=left))
        count += 1
    return count


def _fold(login: str) -> str:
    return login.strip().removeprefix("@").lower()
