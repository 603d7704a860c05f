"""The comparison that the proofs of killing stand on sees a row that is there twice."""

from __future__ import annotations

import pytest
from tests.functional.killing import assert_same_tables

ROW, OTHER = (("topic", "'python'"),), (("topic", "'rust'"),)


def test_equal_tables_are_the_same() -> None:
    assert_same_tables({"marts.topics": [OTHER, ROW]}, {"marts.topics": [ROW, OTHER]}, filled=["marts.topics"])


@pytest.mark.parametrize("came", [[ROW, ROW, OTHER], [ROW], [ROW, OTHER, OTHER], []], ids=range(4))
def test_a_row_that_is_there_twice_or_is_missing_is_a_difference(came: list[tuple[tuple[str, str], ...]]) -> None:
    with pytest.raises(AssertionError, match="rows more"):
        assert_same_tables({"marts.topics": came}, {"marts.topics": [ROW, OTHER]}, filled=[])
