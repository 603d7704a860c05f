"""Who is new among the leads of a brief since somebody last looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from talentscope.web.queries import LeadsQuery
from talentscope.web.queries_asking import EVERYBODY, Asking
from talentscope.web.signin.identity import User


@dataclass(frozen=True)
class News:
    """`ids` came since `since`; nobody ever marked this brief as seen where that is None."""

    since: datetime | None
    ids: frozenset[int]


NO_NEWS = News(None, frozenset())


def find_news(asking: Asking, user: User, query: LeadsQuery) -> News:
    """New leads of the brief as saved: what is changed on the page does not make anybody new."""
    look = asking.parts.desk.looks.last(user.name, query.name)
    return NO_NEWS if look is None else News(look.at, frozenset(find_everybody(asking, query)) - look.ids)


def find_everybody(asking: Asking, query: LeadsQuery) -> list[int]:
    """The account ids of all leads of the brief as saved, the best first."""
    plain = query.plain()
    ids: list[int] = asking.ids(plain.brief, plain.view(without_ids=asking.hidden, limit=EVERYBODY)).to_pylist()
    return ids
