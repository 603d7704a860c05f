"""How well the shipped sentiment model labels texts, beside VADER and beside always saying the commonest class.

    python -m benchmarks sentiment          (TALENTSCOPE_TEST_DATA, else ../shared/data; half a minute)

Everything is measured on the held-out halves (sentiment_sets.py); nothing was fitted or tuned on them. A text that the
model does not read (another language, no words) counts as said to be neutral.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from dataclasses import dataclass

from benchmarks.fit_sentiment import command, environment
from benchmarks.sentiment_sets import ROOT, Labelled, accuracy, classify, macro_f1, read_sets, separation

VADERS_LIMIT = 0.05  # of its authors


@dataclass(frozen=True)
class Figures:
    """What one labeller reaches on one set."""

    accuracy: float
    f1: float
    separation: float = 0.5

    def __str__(self) -> str:
        return f"{self.accuracy:.3f} / {self.f1:.3f}"


@dataclass(frozen=True)
class Row:
    """One set's held-out half."""

    name: str
    n: int
    majority: Figures
    vader: Figures
    ours: Figures

    def __str__(self) -> str:
        parts = (self.name, f"{self.n:,}", self.majority, self.vader, self.ours)
        both = f"{self.vader.separation:.3f} / {self.ours.separation:.3f}"
        return f"| {' | '.join(map(str, parts))} | {both} |"


def main() -> None:
    """Print the tables of benchmarks/README.md."""
    sets = {name: [item for item in items if item.is_held_out] for name, items in read_sets().items()}
    print("| set (held-out half) | n | always majority | VADER | ours | separation VADER / ours |")
    print("|---|--:|--:|--:|--:|--:|")
    rows: list[Row] = []
    for name, items in sets.items():
        rows.append(measure(name, items))
        print(rows[-1], flush=True)
    print(_mean(rows))
    print("\nTexts a second on one core: " + ", ".join(f"{who} {rate:,.0f}" for who, rate in speeds(sets).items()))
    print("\nLeave one set out: the model is fitted on all other sets and has never seen the set of the row.\n")
    print("| set (held-out half) | VADER | ours, fitted without it | separation VADER / ours |\n|---|--:|--:|--:|")
    for line in leave_one_out():
        print(line)
    print("\nOther labellers, mean over the eight held-out halves:\n")
    print("| labeller | neutral within ±0.05 | neutral band tuned | texts/s |\n|---|--:|--:|--:|")
    for line in _ask("benchmarks.sentiment_candidates"):
        print(line)


def measure(name: str, items: list[Labelled]) -> Row:
    """One row: always the commonest class, VADER, the shipped model."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    from talentscope.scoring.sentiment import score
    from talentscope.scoring.sentiment_rules import POSITIVE_FROM

    gold = [item.gold for item in items]
    commonest = Counter(gold).most_common(1)[0][0]
    vader = SentimentIntensityAnalyzer()
    compounds = [vader.polarity_scores(item.text)["compound"] for item in items]
    scores = [found if found is not None else 0.0 for found in score([item.text for item in items])]
    return Row(
        name,
        len(items),
        _figures(gold, [float(commonest)] * len(gold), 0.5),
        _figures(gold, compounds, VADERS_LIMIT),
        _figures(gold, scores, POSITIVE_FROM),
    )


def _mean(rows: list[Row]) -> Row:
    """Each set counts the same."""

    def over(figures: list[Figures]) -> Figures:
        columns = zip(*((each.accuracy, each.f1, each.separation) for each in figures), strict=True)
        return Figures(*(sum(column) / len(rows) for column in columns))

    return Row(
        "mean",
        sum(row.n for row in rows),
        over([row.majority for row in rows]),
        over([row.vader for row in rows]),
        over([row.ours for row in rows]),
    )


def _figures(gold: list[int], scores: list[float], limit: float) -> Figures:
    said = [classify(score, limit) for score in scores]
    return Figures(accuracy(gold, said), macro_f1(gold, said), separation(gold, scores))


def speeds(sets: dict[str, list[Labelled]]) -> dict[str, float]:
    """Texts a second of processor time: VADER, ours, and ours without the question of the language."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    from talentscope.scoring.sentiment import score

    texts = [item.text for items in sets.values() for item in items]
    vader = SentimentIntensityAnalyzer()
    score(["warm up, and load what is loaded once", "wärm dich auf"])
    found = {}
    for who, work in (
        ("VADER", lambda: [vader.polarity_scores(text) for text in texts]),
        ("ours", lambda: score(texts)),
        ("ours with the source's language mark", lambda: score(texts, ["en"] * len(texts))),
    ):
        began = time.process_time()
        work()
        found[who] = len(texts) / (time.process_time() - began)
    return found


def leave_one_out() -> list[str]:
    """The rows of that table and their mean."""
    table = json.loads("\n".join(_ask("benchmarks.fit_sentiment", "--leave-one-out")))
    interval = table.pop("difference")
    keys = next(iter(table.values())).keys()
    table["mean"] = {key: sum(row[key] for row in table.values()) / len(table) for key in keys}
    gap = table["mean"]["ours_f1"] - table["mean"]["vader_f1"]
    rows = [
        f"| {name} | {row['vader_accuracy']:.3f} / {row['vader_f1']:.3f} | {row['ours_accuracy']:.3f} /"
        f" {row['ours_f1']:.3f} | {row['vader_separation']:.3f} / {row['ours_separation']:.3f} |"
        for name, row in table.items()
    ]
    return [*rows, f"\nMean macro-F1: {gap:+.3f}, 95 % interval {interval['low']:+.3f} to {interval['high']:+.3f}"]


def _ask(module: str, *arguments: str) -> list[str]:
    """What a module prints in the environment of the fitting."""
    python, *_ = command()
    done = subprocess.run(
        [python, "-m", module, *arguments], env=environment(), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.splitlines()
