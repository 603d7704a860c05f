"""The labelled texts of the sentiment benchmark, their three classes and their halves. Reads shared test data only.

Classes are -1, 0, 1. Half "fit" may be fitted and tuned on; only half "held out" is ever reported. The half of a text
is a hash of its words, so that the same text in two sets, or with other punctuation, lies in one half.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import os
import re
import tarfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent

WORDS = {"positive": 1, "neutral": 0, "negative": -1, "bullish": 1, "bearish": -1}
Row = Mapping[str, str]


@dataclass(frozen=True)
class Labelled:
    """A text with its class."""

    text: str
    gold: int

    @property
    def is_held_out(self) -> bool:
        """Which half the text lies in."""
        bare = re.sub(r"\W+", " ", self.text.lower()).strip()
        return int(hashlib.sha256(bare.encode()).hexdigest()[:8], 16) % 2 == 1


def _by_word(row: Row) -> int | None:
    return WORDS.get(row["label"])


def _by_number(column: str, limit: float) -> Callable[[Row], int]:
    def classify(row: Row) -> int:
        value = float(row[column])
        return 1 if value >= limit else -1 if value <= -limit else 0

    return classify


def _text(row: Row) -> str:
    return f"{row['title']}. {row['text']}".strip() if "title" in row else row["text"]


SETS: dict[str, Callable[[Row], int | None]] = {
    "tweets-vader-groundtruth": _by_number("mean", 0.5),  # 20 people's mean, -4..4; 0.5 is VADER's authors' limit
    "tweets-semeval2017": _by_word,
    "reddit-goemotions": _by_word,  # without "mixed" and "ambiguous": two of three classes at once, or none
    "reddit-wallstreetbets": _by_word,  # title and text
    "stocktwits-stockemotions": _by_word,  # bullish, bearish: no neutral
    "tweets-surge-stock": _by_word,  # no neutral
    "microblogs-fiqa": _by_number("score", 0.05),  # -1..1; 0.05 is VADER's own limit on that scale
    "headlines-semeval2017t5": _by_number("score", 0.05),
}


def find_folder() -> Path:
    """Where the sets are: TALENTSCOPE_TEST_DATA, else ../shared/data. Raises FileNotFoundError."""
    given = os.environ.get("TALENTSCOPE_TEST_DATA")  # noqa: TID251 - a benchmark has no settings object
    folder = (Path(given) if given else ROOT.parent / "shared" / "data") / "sentiment"
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is not there; set TALENTSCOPE_TEST_DATA to the folder that holds sentiment")
    return folder


def read_sets() -> dict[str, list[Labelled]]:
    """Every set by name. Raises FileNotFoundError without the data."""
    return {name: read_set(name) for name in SETS}


def read_set(name: str) -> list[Labelled]:
    """One set."""
    with gzip.open(find_folder() / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        found = [(_text(row), SETS[name](row)) for row in csv.DictReader(file)]
    return [Labelled(text, gold) for text, gold in found if gold is not None]


def read_more(archive: Path) -> dict[str, list[Labelled]]:
    """Two sets out of VADER's source distribution (MIT), for fitting only: NYT editorials, Amazon reviews."""
    with tarfile.open(archive) as outer:
        inner = next(member for member in outer.getnames() if member.endswith("hutto_ICWSM_2014.tar.gz"))
        with tarfile.open(fileobj=outer.extractfile(inner)) as packed:
            return {
                name: _ratings(packed, f"hutto_ICWSM_2014/{name}_GroundTruth.txt")
                for name in ("nytEditorialSnippets", "amazonReviewSnippets")
            }


def _ratings(packed: tarfile.TarFile, name: str) -> list[Labelled]:
    file = packed.extractfile(name)
    assert file is not None
    rows = (line.split("\t") for line in file.read().decode("utf-8", "replace").splitlines())
    classify = _by_number("mean", 0.5)
    return [Labelled(row[2], classify({"mean": row[1]})) for row in rows if len(row) >= 3]


def accuracy(gold: Sequence[int], said: Sequence[int]) -> float:
    """The share that is right."""
    return sum(one == other for one, other in zip(gold, said, strict=True)) / len(gold)


def macro_f1(gold: Sequence[int], said: Sequence[int]) -> float:
    """The mean F1 of the classes that occur in `gold`; each class counts the same, however rare."""
    scores = []
    for label in sorted(set(gold)):
        right = sum(one == other == label for one, other in zip(gold, said, strict=True))
        claimed, there = said.count(label), list(gold).count(label)
        scores.append(2 * right / (claimed + there))
    return sum(scores) / len(scores)


def separation(gold: Sequence[int], scores: Sequence[float]) -> float:
    """How well scores tell positive from negative, whatever the limits: the chance that a positive text scores higher
    than a negative one (area under the ROC curve); 0.5 is guessing."""
    positive = Counter(score for score, label in zip(scores, gold, strict=True) if label > 0)
    negative = Counter(score for score, label in zip(scores, gold, strict=True) if label < 0)
    below, wins = 0, 0.0
    for score in sorted({*positive, *negative}):
        wins += positive[score] * (below + negative[score] / 2)
        below += negative[score]
    return wins / (sum(positive.values()) * sum(negative.values()))


def classify(score: float, limit: float) -> int:
    """The class of a score with a neutral band of ± limit."""
    return 1 if score >= limit else -1 if score <= -limit else 0
