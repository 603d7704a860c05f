"""A brief as text: short, in a stable order, and read back as the same brief."""

from __future__ import annotations

import string

from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from talentscope.scoring.brief import Brief, build_brief, find_brief, list_briefs, parse_brief
from talentscope.scoring.brief_text import to_yaml

LETTERS = string.ascii_lowercase + string.digits
NAMES = st.builds(str.__add__, st.sampled_from(LETTERS), st.text(LETTERS + "-", max_size=20))
TOPICS = st.lists(NAMES, max_size=5)
PHRASES = st.lists(
    st.one_of(st.text(max_size=60), st.sampled_from(["yes", "null", "1", "- a", "a: b", "#x"])), max_size=4
)
COUNTS = st.one_of(st.none(), st.integers(0, 2**53))
BANDS = st.fixed_dictionaries({}, optional={"min": COUNTS, "max": COUNTS})


def briefs() -> st.SearchStrategy[Brief]:
    weight = st.floats(0, 1000, allow_nan=False)
    return (
        st.fixed_dictionaries(
            {"name": NAMES},
            optional={
                "title": st.text(max_size=200),
                "topics": TOPICS,
                "related": st.booleans(),
                "without_topics": TOPICS,
                "keywords": PHRASES,
                "languages": PHRASES,
                "repository": st.fixed_dictionaries(
                    {},
                    optional={
                        "stars": BANDS,
                        "size_kb": BANDS,
                        "pushed_within_days": st.one_of(st.none(), st.integers(1, 36500)),
                        "max_topics": st.one_of(st.none(), st.integers(0, 1000)),
                    },
                ),
                "developer": st.fixed_dictionaries(
                    {},
                    optional={
                        "followers": BANDS,
                        "contact": st.sampled_from(["none", "any", "email"]),
                        "places": PHRASES,
                        "employers": PHRASES,
                        "exclude_companies": PHRASES,
                    },
                ),
                "weights": st.fixed_dictionaries({}, optional={"relevance": weight, "reach": weight}),
            },
        )
        .map(validated)
        .filter(lambda brief: brief is not None)
    )


def validated(values: dict[str, object]) -> Brief | None:
    try:
        return Brief.model_validate(tupled(values))
    except ValidationError:
        return None


def tupled(value: object) -> object:
    if isinstance(value, dict):
        return {key: tupled(item) for key, item in value.items()}
    return tuple(value) if isinstance(value, list) else value


@given(brief=briefs())
@example(brief=Brief(name="a", title="one\x85two\u2028three", topics=("a",)))  # line breaks of YAML
def test_the_text_of_a_brief_is_read_back_as_the_same_brief(brief: Brief) -> None:
    text = to_yaml(brief)
    assert parse_brief(text, source="saved") == brief
    assert to_yaml(parse_brief(text, source="saved")) == text


def test_the_briefs_we_ship_survive() -> None:
    for name in list_briefs(()):
        found = find_brief(name, ())
        assert parse_brief(to_yaml(found), source=name) == found


def test_what_is_so_anyway_is_not_said() -> None:
    brief = build_brief(
        {
            "name": "mine",
            "topics": ["minecraft"],
            "related": False,
            "keywords": [],
            "repository": {"stars": {"min": 3, "max": None}, "size_kb": {}},
            "developer": {"contact": "none", "places": ["São Paulo", "yes"]},
            "weights": {"relevance": 3, "reach": 2.5},
        },
        source="test",
    )
    assert to_yaml(brief) == (
        "name: mine\n"
        "topics: [minecraft]\n"
        "repository:\n  stars: {min: 3}\n"
        "developer:\n  places: [São Paulo, 'yes']\n"
        "weights: {reach: 2.5}\n"
    )
