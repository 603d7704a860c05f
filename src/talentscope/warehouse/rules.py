"""Who is not a person to write to: the thresholds and words of the exclusion rules, once. Read by the model
`marts/developers.sql` (as SQLMesh variables), by its naive twin in the tests, and by the documentation.

Unknown data never excludes. The first rule that holds, in the order of EXCLUSION_RULES, is the one on record.
"""

from __future__ import annotations

from dataclasses import dataclass

BOT_WORDS = ("bot", "ci", "automation", "jenkins", "buildbot", "cla")
"""A login with one of these between separators (`x-bot`, `bot-x`, `x-bot-y`) is a machine account. `robot` is not
among them: people like it (measured on labelled accounts: 13 of 16 are machines, too few to be sure)."""

SERVICE_NAMES = (
    "actions-user",
    "allcontributors",
    "ansibot",
    "bors",
    "brewtestbot",
    "codecov-commenter",
    "codecov-io",
    "coveralls",
    "crowdinbot",
    "dependabot",
    "fossabot",
    "github-actions",
    "gitter-badger",
    "gopherbot",
    "greenkeeper",
    "imgbot",
    "k8s-ci-robot",
    "matzbot",
    "mergify",
    "opentelemetrybot",
    "pep8speaks",
    "pytorchbot",
    "renovate",
    "rultor",
    "scala-steward",
    "web-flow",
    "weblate",
)
"""Well-known services that sign commits under a plain account."""

MASS_COMMITS_PER_DAY = 100
"""More commits a day than this, on average over a repository's life, no person writes."""

MASS_COMMITS_MIN_DAYS = 90
"""Younger repositories are not judged: an imported history looks like a rush of commits."""

MASS_REPOSITORIES_PER_DAY = 1
"""More public repositories a day than this, on average over an account's life, no person makes."""

MASS_REPOSITORIES_MIN = 1000
"""Accounts with fewer public repositories are not judged."""


@dataclass(frozen=True)
class ExclusionRule:
    """A rule's name as it stands in `developers.excluded_rule`, and what it says."""

    name: str
    sentence: str


EXCLUSION_RULES = (
    ExclusionRule("gone", "GitHub no longer knows the account."),
    ExclusionRule("organisation", "The account is an organisation."),
    ExclusionRule("bot_type", "GitHub marks the account as a bot or a placeholder (type Bot or Mannequin)."),
    ExclusionRule(
        "bot_name",
        "The login ends with [bot], has one of the words " + ", ".join(BOT_WORDS) + " between separators, or is a"
        " well-known service.",
    ),
    ExclusionRule(
        "mass_commits",
        f"In a repository of at least {MASS_COMMITS_MIN_DAYS} days the owner wrote more than {MASS_COMMITS_PER_DAY}"
        " commits a day on average.",
    ),
    ExclusionRule(
        "mass_repositories",
        f"At least {MASS_REPOSITORIES_MIN} public repositories, and more than {MASS_REPOSITORIES_PER_DAY} a day since"
        " the account was made.",
    ),
    ExclusionRule("forks_only", "Every known repository is a fork."),
    ExclusionRule("archived_only", "Every known repository that is not a fork is archived."),
)


def to_variables() -> dict[str, object]:
    """The thresholds as variables of the SQL models."""
    return {
        "bot_words": [f"-{word}-" for word in BOT_WORDS],
        "service_names": "|" + "|".join(SERVICE_NAMES) + "|",
        "mass_commits_per_day": MASS_COMMITS_PER_DAY,
        "mass_commits_min_days": MASS_COMMITS_MIN_DAYS,
        "mass_repositories_per_day": MASS_REPOSITORIES_PER_DAY,
        "mass_repositories_min": MASS_REPOSITORIES_MIN,
    }


def is_bot_name(login: str) -> bool:
    """The rule `bot_name` on one login; the model says the same in SQL."""
    lower = login.lower()
    padded = f"-{lower.replace('_', '-')}-"
    return lower.endswith("[bot]") or lower in SERVICE_NAMES or any(f"-{word}-" in padded for word in BOT_WORDS)
