"""Offers of a company over all its boards: a job that is on two systems counts once, two like jobs count twice."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.company_world import posting

from talentscope.registry.boards import count_listings
from talentscope.registry.company import Board
from talentscope.registry.observation import Posting
from talentscope.registry.offers import distinct_across, engineering_share

OLD, NEW, THIRD = Board("greenhouse", "acme"), Board("ashby", "acme"), Board("lever", "acme")
SISTER = Board("greenhouse", "acme-games")


def one(
    number: int, board: Board, *, title: str = "Engineer", location: str | None = "Lisbon", **fields: str
) -> Posting:
    return replace(posting(number, board=board, title=title), location=location, **fields)


def unnamed(number: int, board: Board, *, title: str = "Engineer", location: str | None = "Lisbon") -> Posting:
    return replace(one(number, board, title=title, location=location), requisition_id=None)


def test_a_board_by_itself_counts_its_requisitions() -> None:
    postings = [one(1, OLD), one(2, OLD, location="Porto", requisition_id="r1"), one(3, OLD)]
    assert distinct_across(postings) == {"greenhouse:acme": 2}
    assert count_listings(postings).offers == 2


def test_a_board_that_moved_to_another_system_counts_once() -> None:
    moved = [
        *(one(1, OLD, title="Backend Engineer"), one(2, OLD, title="Designer", location="São Paulo")),
        *(unnamed(11, NEW, title="backend  engineer"), unnamed(12, NEW, title="Designer", location="Sao Paulo")),
        unnamed(13, NEW, title="Counsel"),
    ]
    assert distinct_across(moved) == {"greenhouse:acme": 2, "ashby:acme": 1}
    assert distinct_across(moved[::-1]) == {"ashby:acme": 3, "greenhouse:acme": 0}


def test_two_openings_for_one_kind_of_work_stay_two() -> None:
    postings = [one(1, OLD), one(2, OLD), unnamed(11, NEW), unnamed(12, NEW), unnamed(13, NEW)]
    assert distinct_across(postings) == {"greenhouse:acme": 2, "ashby:acme": 1}


def test_a_requisition_in_two_cities_accounts_for_a_job_in_each_of_them() -> None:
    postings = [
        *(one(1, OLD, location="Lisbon", requisition_id="r"), one(2, OLD, location="Porto", requisition_id="r")),
        *(unnamed(11, NEW, location="Porto"), unnamed(12, NEW, location="Lisbon"), unnamed(13, NEW, location="Faro")),
    ]
    assert distinct_across(postings) == {"greenhouse:acme": 1, "ashby:acme": 1}


def test_a_job_on_three_systems_counts_once() -> None:
    postings = [one(1, OLD), unnamed(11, NEW), unnamed(21, THIRD)]
    assert distinct_across(postings) == {"greenhouse:acme": 1, "ashby:acme": 0, "lever:acme": 0}


def test_between_boards_of_one_vendor_the_ids_decide_and_not_the_words() -> None:
    postings = [one(1, OLD), one(2, SISTER), one(3, SISTER, requisition_id="r1")]
    assert distinct_across(postings) == {"greenhouse:acme": 1, "greenhouse:acme-games": 1}


def test_the_same_words_somewhere_else_or_nowhere_are_another_job() -> None:
    assert distinct_across([one(1, OLD), unnamed(11, NEW, location="Porto")])["ashby:acme"] == 1
    assert distinct_across([one(1, OLD, location=None), unnamed(11, NEW, location=None)])["ashby:acme"] == 1


def test_without_listings_there_is_nothing_to_count() -> None:
    assert distinct_across([]) == {}
    assert engineering_share([]) is None


def test_the_share_is_of_offers_not_of_listings() -> None:
    postings = [
        *(one(1, OLD), one(2, OLD, location="Porto", requisition_id="r1"), one(3, OLD, requisition_id="r1")),
        *(one(4, OLD, title="Counsel"), one(5, OLD, title="Recruiter"), one(6, NEW, title="Account Executive")),
    ]
    assert engineering_share(postings) == 1 / 4


BOARDS = (OLD, NEW, THIRD, SISTER)
LISTINGS = st.lists(
    st.builds(
        lambda number, board, title, location, requisition: replace(
            one(number, BOARDS[board], title=title, location=location), requisition_id=requisition
        ),
        st.integers(0, 30),
        st.integers(0, 3),
        st.sampled_from(["Engineer", "Designer"]),
        st.sampled_from(["Lisbon", "Porto", None]),
        st.sampled_from(["r1", "r2", None]),
    ),
    max_size=20,
)


@given(LISTINGS)
def test_together_boards_never_count_more_than_each_by_itself(postings: list[Posting]) -> None:
    counts = distinct_across(postings)
    alone = {
        board.subject: distinct_across([p for p in postings if (p.vendor, p.board) == (board.vendor, board.token)])
        for board in BOARDS
    }
    assert counts.keys() == {subject for subject, found in alone.items() if found}
    assert all(0 <= count <= alone[subject][subject] for subject, count in counts.items())
    first = next(iter(counts), None)
    assert first is None or counts[first] == alone[first][first]
