"""What the job boards of all vendors have in common here: whose board a call asks for, and what is open on it."""

from __future__ import annotations

from collections.abc import Callable

from talentscope.sandbox.companies.employer import Board, Employer
from talentscope.sandbox.companies.hiring import Requisition
from talentscope.sandbox.companies.world import CompanyWorld
from talentscope.sandbox.exchange import Answer, Call, Endpoint

Show = Callable[[Call, Employer, Board, list[Requisition]], Answer]

COUNTRY_CODES = {
    "Germany": "DE", "Portugal": "PT", "Canada": "CA", "United States": "US", "United Kingdom": "GB", "France": "FR",
    "India": "IN", "Poland": "PL", "Japan": "JP", "Ireland": "IE", "Singapore": "SG", "Brazil": "BR", "Australia": "AU",
    "Netherlands": "NL", "Mexico": "MX", "South Korea": "KR", "Israel": "IL",
}  # fmt: skip


def board_endpoint(
    world: CompanyWorld,
    vendor: str,
    *,
    token: Callable[[Call], str],
    show: Show,
    missing: Callable[[], Answer],
    method: str = "GET",
) -> Endpoint:
    """`show` answers for a board that exists, `missing` for one that does not."""

    def handle(call: Call) -> Answer:
        found = world.by_board(vendor, token(call))
        if found is None:
            return missing()
        employer, board = found
        return show(call, employer, board, world.requisitions(employer.company_id, board, world.today))

    def about(call: Call) -> tuple[str, ...]:
        found = world.by_board(vendor, token(call))
        return (found[0].company_id, found[0].subject(found[1])) if found is not None else ()

    return Endpoint(handle, vendor, about, method)


def place_text(place: tuple[str, str]) -> str:
    """A city as every vendor writes it here: `Berlin, Germany`."""
    return ", ".join(place)


def describe(requisition: Requisition, name: str) -> str:
    """A few sentences of a job's description."""
    return f"{name} is looking for a {requisition.title}. You will work with the {requisition.team} team."
