"""The score computed a second time, the long way: plain loops over a World, no SQL. Slow and simple on purpose."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import timedelta
from typing import NamedTuple

from tests.world import AS_OF, NOW, Dev, Repo, World, known_count

from talentscope.scoring.brief import Brief
from talentscope.scoring.rules import RULES
from talentscope.scoring.topics import TopicCluster

Values = dict[str, float | None]

MEANT = {
    "example corp": "example",
    "EXM": "example",
    "exemplary widgets": "example",
    "corp": None,
    "other": "other",
    "Third": "third",
}
"""What the words of the generated briefs, as briefs keep them, mean in the registry of tests/world.py: all of them."""


class Scored(NamedTuple):
    github_id: int
    score: float | None
    low: float
    high: float
    values: Values


def score_world(world: World, brief: Brief, clusters: tuple[TopicCluster, ...]) -> list[Scored]:
    """Everybody who passes, best first."""
    scored = [score_one(world, developer, brief, clusters) for developer in world.developers]
    found = [lead for lead in scored if lead is not None]
    return sorted(found, key=lambda lead: (lead.score is None, -(lead.score or 0), -lead.low, lead.github_id))


def score_one(world: World, dev: Dev, brief: Brief, clusters: tuple[TopicCluster, ...]) -> Scored | None:
    own = [repo for repo in world.repositories if repo.owner == dev.github_id and not repo.is_fork]
    matches = [(repo, *find_terms(repo, brief, clusters)) for repo in own if passes_filters(repo, brief)]
    matches = [match for match in matches if match[1]]
    if not matches or dev.excluded_rule is not None or not passes_developer(dev, brief):
        return None
    values = compute_components(world, dev, brief, matches)
    weights = brief.weights.model_dump()
    known = {name: value for name, value in values.items() if value is not None}
    points = sum(weights[name] * value for name, value in known.items())
    known_weight = sum(weights[name] for name in known)
    full_weight = sum(weights.values())
    score = round(100 * points / known_weight, 6) if known_weight else None
    low = round(100 * points / full_weight, 6)
    high = round(100 * (points + full_weight - known_weight) / full_weight, 6)
    return Scored(dev.github_id, score, low, high, values)


def find_terms(repo: Repo, brief: Brief, clusters: tuple[TopicCluster, ...]) -> tuple[set[str], float]:
    """The asked terms that the repository meets, and what it counts for."""
    terms: set[str] = set()
    worth = 0.0
    for cluster in clusters:
        if set(repo.topics) & {cluster.topic, *(alias.topic for alias in cluster.aliases)}:
            terms.add(cluster.topic)
            worth = max(worth, RULES.evidence.topic)
        if set(repo.topics) & {related.topic for related in cluster.related}:
            terms.add(cluster.topic)
            worth = max(worth, RULES.evidence.related)
    for keyword in brief.keywords:
        if says(f"{repo.name} {repo.description or ''}", keyword):
            terms.add(keyword)
            worth = max(worth, RULES.evidence.keyword)
    if not brief.topics and not brief.keywords:
        met = {language for language in brief.languages if language.lower() == (repo.language or "").lower()}
        return met, RULES.evidence.language if met else 0.0
    return terms, worth


def passes_filters(repo: Repo, brief: Brief) -> bool:
    asked = brief.repository
    pushed = None if repo.pushed_days_ago is None else (NOW - timedelta(days=repo.pushed_days_ago)).date()
    topic_count = len(repo.topics) if repo.topic_count is None else repo.topic_count
    checks = [
        not brief.languages or (repo.language or "").lower() in [language.lower() for language in brief.languages],
        asked.stars.min is None or repo.stars >= asked.stars.min,
        asked.stars.max is None or repo.stars <= asked.stars.max,
        asked.size_kb.min is None or repo.size_kb >= asked.size_kb.min,
        asked.size_kb.max is None or repo.size_kb <= asked.size_kb.max,
        asked.max_topics is None or topic_count <= asked.max_topics,
        asked.pushed_within_days is None or (pushed is not None and (AS_OF - pushed).days <= asked.pushed_within_days),
    ]
    return all(checks)


def passes_developer(dev: Dev, brief: Brief) -> bool:
    asked = brief.developer
    known = dev.is_profile_known
    followers = dev.followers if known else None
    if followers is not None and asked.followers.min is not None and followers < asked.followers.min:
        return False
    if followers is not None and asked.followers.max is not None and followers > asked.followers.max:
        return False
    if known and asked.contact == "email" and dev.email is None:
        return False
    if known and asked.contact == "any" and (dev.email, dev.website, dev.twitter) == (None, None, None):
        return False
    location = dev.location if known else None
    if asked.places and not any(says(location or "", place) for place in asked.places):
        return False
    return passes_employer(dev, brief) if known else not asked.employers


def passes_employer(dev: Dev, brief: Brief) -> bool:
    asked = brief.developer
    if any(says(dev.company or "", name) for name in asked.exclude_companies):
        return False
    if asked.employers and dev.employer not in [MEANT[name] for name in asked.employers]:
        return False
    return dev.employer is None or dev.employer not in [MEANT[name] for name in asked.exclude_companies]


def compute_components(world: World, dev: Dev, brief: Brief, matches: list[tuple[Repo, set[str], float]]) -> Values:
    known = dev.is_profile_known
    repos = [repo for repo, _, _ in matches]
    evidence = sum(worth for _, _, worth in matches)
    met = set().union(*(terms for _, terms, _ in matches))
    total = max(known_count(world, dev), len(repos))
    rules = RULES.relevance
    depth = evidence / (evidence + rules.depth_half)
    focus = (evidence + rules.focus_prior * rules.focus_prior_count) / (total + rules.focus_prior_count)
    breadth = len(met) / len(brief.terms)
    pushes = [repo.pushed_days_ago for repo in repos if repo.pushed_days_ago is not None]
    return {
        "relevance": rules.depth_share * depth + rules.focus_share * min(1, focus) + rules.breadth_share * breadth,
        "authorship": authorship(repos),
        "substance": substance(repos),
        "validation": band(RULES.stars, max(repo.stars for repo in repos)),
        "recency": band(RULES.days_since_push, max(0, min(pushes))) if pushes else None,
        "reach": reach(dev) if known else None,
        "attention": band(RULES.followers, dev.followers) if known and dev.followers is not None else None,
    }


def authorship(repos: list[Repo]) -> float | None:
    proven = [repo for repo in repos if repo.commits_total and repo.commits_owner is not None]
    if not proven:
        return None
    return min(1, sum(repo.commits_owner or 0 for repo in proven) / sum(repo.commits_total or 0 for repo in proven))


def substance(repos: list[Repo]) -> float:
    strengths = sorted((strength(repo) for repo in repos), reverse=True)
    return sum(share * value for share, value in zip(RULES.substance.rank_shares, strengths, strict=False))


def strength(repo: Repo) -> float:
    full = RULES.substance
    parts = [
        (repo.size_kb, full.full_size_kb),
        (repo.commits_total, full.full_commits),
        (repo.active_days, full.full_active_days),
    ]
    known = [min(1, math.log(1 + value) / math.log(1 + most)) for value, most in parts if value is not None]
    return sum(known) / len(known)


def reach(dev: Dev) -> float:
    worth = {"email": RULES.reach.email, "website": RULES.reach.website, "twitter": RULES.reach.twitter}
    return sum(value for name, value in worth.items() if getattr(dev, name) is not None)


def band(bands: object, number: float) -> float:
    best = 0.0
    for floor, value in zip(bands.floors, bands.values, strict=True):  # type: ignore[attr-defined]
        if number >= floor:
            best = value
    return best


def says(text: str, phrase: str) -> bool:
    """Whole words, by cutting both into words and looking for the run: another way than the product's."""
    words, wanted = cut(text), cut(phrase)
    return any(words[start : start + len(wanted)] == wanted for start in range(len(words) - len(wanted) + 1))


def cut(text: str) -> list[str]:
    bare = "".join(mark for mark in unicodedata.normalize("NFD", text) if not unicodedata.combining(mark))
    return re.findall(r"[^\W_]+(?:[+#]+[^\W_]*)*|[+#]+(?:[^\W_]+[+#]*)*", bare.lower())
