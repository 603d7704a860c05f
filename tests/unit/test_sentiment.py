"""What the sentiment model reads and what it leaves alone; the statistics of a company's sentiment."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable

import pytest

from talentscope.scoring import sentiment_rules
from talentscope.scoring.language import is_english
from talentscope.scoring.sentiment import LONGEST, known_words, label, read_model, score, score_posts, without_names
from talentscope.scoring.sentiment_features import has_words, tokens
from talentscope.scoring.sentiment_rules import (
    LEAST_VARIANCE,
    NEGATIVE_TO,
    POSITIVE_FROM,
    PRIOR_WEIGHT,
    Z,
    change,
    shrunk,
    spread,
)
from talentscope.warehouse import company_rules

GERMAN = "Die neue Version läuft seit gestern, aber der Dienst ist einfach zu teuer."


def find(text: str) -> Iterable[tuple[str, str]]:
    return [(name.lower(), name) for name in ("Amazon", "Block", "Acme Inc") if name in text]


def test_scores_lie_between_minus_one_and_one_and_follow_what_is_said() -> None:
    texts = ["I love working there, great people.", "They are evil, and the API is awful.", "It runs on port 8080."]
    good, bad, plain = (found for found in score(texts) if found is not None)
    assert -1 <= bad < NEGATIVE_TO < plain < POSITIVE_FROM < good <= 1
    assert [label(found) for found in (good, bad, plain)] == ["positive", "negative", "neutral"]


def test_a_negation_turns_a_word_around() -> None:
    plain, turned = score(["the service is good", "the service is not good"])
    assert plain is not None
    assert turned is not None
    assert plain > POSITIVE_FROM > turned
    assert tokens("it is not at all good, but good") == ["it", "is", "not", "~at", "~all", "~good", "but", "good"]


@pytest.mark.parametrize(
    "text", ["", "   ", "https://acme.test/x", "@somebody 12 %", "$ACME 3.5 …", "\x00\u202e", "!!! ??? ..."]
)
def test_nothing_to_judge_has_no_score(text: str) -> None:
    assert score([text]) == [None]
    assert not has_words(text)


def test_a_post_in_another_language_has_no_score() -> None:
    assert score([GERMAN, "Me encanta, es muy sencillo", "新しい製品が発表されました", "Очень плохо"]) == [None] * 4


@pytest.mark.parametrize("text", ["LMAO, amazing!", "bad mood", "wow", "Awesome sauce", "Nope, totally broken"])
def test_a_few_words_are_english_by_being_known(text: str) -> None:
    assert is_english(text, known=known_words())
    assert score([text]) != [None]


def test_the_sources_own_mark_comes_first() -> None:
    assert score([GERMAN], ["de"]) == [None]
    assert score(["This is great, I love it"], ["de"]) == [None]
    assert is_english("Suspicious Acme invoices", "en-GB")
    assert not is_english("Suspicious Acme invoices", "fr")


def test_english_is_a_mark_that_programs_set_by_themselves() -> None:
    assert score([GERMAN, "新しい製品が発表されました"], ["en", "en"]) == [None, None]
    assert is_english("wow", "en")  # nothing speaks against it


@pytest.mark.parametrize(
    "text",
    [
        "This is why I left.",
        "Their pricing is a joke",
        "Great product, terrible support",
        "Layoffs again, thousands of people out",
        "lol the outage is back",
    ],
)
def test_short_english_is_english(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "Warum ist der Dienst heute so langsam?",
        "Encore une panne, c'est pénible",
        "Otra vez caído, qué desastre",
        "O aplicativo piorou muito ultimamente",
        "Che brutto il nuovo logo",
        "De nieuwe update werkt helemaal niet",
        "Dit is wat we of had of was",
        "A Acme demitiu de novo. Que vergonha.",
        "Nowa wersja jest strasznie droga",
        "Bugün çok yavaş",
        "Tính năng rất hay",
        "주가가 또 올랐다",
        "股票又涨了",
        "गूगल ने नया फीचर लॉन्च किया",
    ],
)
def test_short_posts_in_other_languages_are_not(text: str) -> None:
    assert not is_english(text)
    assert score([text]) == [None]


def test_a_company_is_not_judged_by_what_its_name_means() -> None:
    named = ["Amazon released a new version today.", "Block released a new version today."]
    other = ["Acme released a new version today."] * 2
    assert score_posts([(text, "en") for text in named], find=find) == score(other, ["en", "en"])
    assert score(named) != score(other)  # without its name taken out it would be


def test_what_stands_for_a_name_tells_nothing() -> None:
    assert score_posts([("A Amazon demitiu de novo. Que vergonha.", None)], find=find) == [None]
    assert "acme" not in read_model().words


def test_names_are_taken_out_as_whole_words_in_any_case() -> None:
    assert without_names("AMAZON and Amazonas, acme   inc. and (Acme Inc)", ["Amazon", "Acme Inc"]) == (
        "Acme and Amazonas, Acme. and (Acme)"
    )
    assert without_names("a (b) c", ["(b"]) == "a Acme) c"  # a name is no pattern


def test_a_treatise_is_read_to_a_bound_and_hostile_text_does_no_harm() -> None:
    assert score(["I hate it. " + "and so on " * 50_000]) == score([("I hate it. " + "and so on " * 50_000)[:LONGEST]])
    assert len(score(["'" * 5000 + " is bad", "(" * 5000 + " is bad", "a" * 5000, "😀" * 5000])) == 4


def test_marks_must_be_as_many_as_texts() -> None:
    with pytest.raises(ValueError, match="zip"):
        score(["a", "b"], ["en"])


def test_the_shipped_model_holds_single_words_and_no_company() -> None:
    words = read_model().words
    assert 1_000 < len(words) < 10_000
    assert not [word for word in words if " " in word or "@" in word[1:] or word.startswith("http")]
    assert not {"google", "apple", "amazon", "microsoft", "tesla", "facebook", "block", "snap"} & set(words)
    assert all(math.isfinite(weight) and abs(weight) < 10 for pair in words.values() for weight in pair)


def test_mean_and_variance_come_from_sums() -> None:
    scores = [0.5, -0.25, 0.0, 1.0, -1.0]
    mean, variance = spread(len(scores), sum(scores), sum(each * each for each in scores))
    assert mean == pytest.approx(0.05)
    assert variance == pytest.approx(sum((each - mean) ** 2 for each in scores) / 4)
    assert spread(1, 0.3, 0.09) == (0.3, 0.0)
    assert spread(3, 0.3, 0.03)[1] == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="at least one"):
        spread(0, 0, 0)


def test_few_mentions_stay_near_the_mean_of_all_and_many_near_their_own() -> None:
    assert shrunk(20, 0.6, 0.2, 0.0)[0] == pytest.approx(0.3)
    assert shrunk(20_000, 0.6, 0.2, 0.0)[0] == pytest.approx(0.6, abs=0.001)
    assert shrunk(20, 0.1, 0.2, 0.1)[0] == pytest.approx(0.1)


def test_the_interval_is_symmetric_narrows_with_mentions_and_is_never_a_point() -> None:
    mean, low, high = shrunk(80, 0.2, 0.25, 0.0)
    assert high - mean == pytest.approx(mean - low) == pytest.approx(Z * math.sqrt(0.25 / 100))
    assert shrunk(20, 0.2, 0.0, 0.2)[2] - 0.2 == pytest.approx(Z * math.sqrt(LEAST_VARIANCE / 40))
    assert shrunk(20, 1.0, 1.0, 1.0)[1:] == (pytest.approx(1 - Z * math.sqrt(1 / 40)), 1.0)


def test_the_interval_holds_the_true_mean_in_95_of_100_cases() -> None:
    """The model of the docstring, drawn: companies differ by v/k, authors by v."""
    chance, held, rounds = random.Random(8), 0, 4_000
    for _ in range(rounds):
        true = chance.gauss(0.05, math.sqrt(0.1 / PRIOR_WEIGHT))
        scores = [chance.gauss(true, math.sqrt(0.1)) for _ in range(25)]
        mean, variance = spread(25, sum(scores), sum(each * each for each in scores))
        _, low, high = shrunk(25, mean, variance, 0.05)
        held += low <= true <= high
    assert 0.93 <= held / rounds <= 0.96


def test_a_company_is_compared_with_its_own_raw_past() -> None:
    difference, low, high = change(100, 0.3, 0.2, 400, 0.1, 0.2)
    assert difference == pytest.approx(0.2)
    assert high - difference == pytest.approx(difference - low) == pytest.approx(Z * math.sqrt(0.2 / 100 + 0.2 / 400))
    assert low > 0


def test_the_marts_reckon_with_the_same_constants() -> None:
    names = ("LEAST_MENTIONS", "PRIOR_WEIGHT", "LEAST_VARIANCE", "BASELINE_DAYS", "Z")
    assert {name: getattr(company_rules, name) for name in names} == {
        name: getattr(sentiment_rules, name) for name in names
    }
    assert company_rules.MENTIONS_DAYS == sentiment_rules.WINDOW_DAYS
