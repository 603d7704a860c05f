"""Sentences with numbers. Pure: counts in, English out; unknown is said as unknown."""

from __future__ import annotations

from collections.abc import Sequence

KIND_WORDS = {"topic": "by topic", "related": "by related topic", "keyword": "by keyword"}


def say_relevance(
    *, counts: dict[str, int], known_count: int, met: Sequence[str], asked_count: int, is_language_only: bool
) -> str:
    """`counts` is matched repositories by kind (topic, related, keyword, language); `met` the asked terms found."""
    matched = sum(counts.values())
    verb = _relevance_verb(counts, matched=matched, known_count=known_count, is_language_only=is_language_only)
    subject = _relevance_subject(matched, known_count)
    sentence = f"{subject} {verb} {join_words(met, 'or')}"
    mixed = [f"{number} {KIND_WORDS[kind]}" for kind, number in counts.items() if number and kind in KIND_WORDS]
    if len(mixed) > 1:
        sentence += f": {join_words(mixed, 'and')}"
    if asked_count > 1 and not is_language_only:
        sentence += f"; {len(met)} of {asked_count} asked-for terms met"
    return sentence


def say_authorship(*, commits_owner: int | None, commits_total: int | None, proven: int, matched: int) -> str:
    """Whose commits they are, over the matched repositories whose history is known."""
    if commits_total is None or commits_owner is None:
        return "whose commits these are is not known yet"
    mine = min(commits_owner, commits_total)
    verb = "is" if commits_total == 1 else "are"
    sentence = f"{percent(mine, commits_total)} of {count(commits_total, 'commit')} {verb} theirs"
    if proven < matched:
        sentence += f" (history known for {proven} of {matched} matched repositories)"
    return sentence


def say_substance(*, full_name: str, size_kb: int | None, commits_total: int | None, active_days: int | None) -> str:
    """How much there is in the strongest matched repository."""
    commits = "commits not known yet" if commits_total is None else count(commits_total, "commit")
    time = ", time worked on not known" if active_days is None else f" over {count(active_days, 'day')}"
    size = "an unknown size" if size_kb is None else f"{size_kb:,} KiB"
    return f"{full_name} holds {size}, {commits}{time}"


def say_validation(*, full_name: str, stars: int) -> str:
    """What others made of it."""
    return f"{full_name} has {count(stars, 'star')}" if stars else "no stars yet on what matches"


def say_recency(*, full_name: str | None, days: int | None) -> str:
    """When what matches was last worked on."""
    if days is None or full_name is None:
        return "the last push is not known"
    if days == 0:
        return f"last push today, to {full_name}"
    return f"last push {count(days, 'day')} ago, to {full_name}"


def say_reach(*, is_profile_known: bool, email: bool, website: bool, twitter: bool) -> str:
    """Ways to write that the profile publishes."""
    if not is_profile_known:
        return "ways to write are not known yet"
    flags = {"an e-mail address": email, "a website": website, "a handle": twitter}
    found = [words for words, is_there in flags.items() if is_there]
    number = "" if not found else f"{len(found)} of 3 ways to write: "
    return f"publishes {number}{join_words(found, 'and')}" if found else "publishes 0 of 3 ways to write"


def say_attention(followers: int | None) -> str:
    """How many are looking already."""
    return "followers are not known yet" if followers is None else count(followers, "follower")


def count(number: int, noun: str, *, plural: str = "") -> str:
    """`1 star`, `2,000 stars`, `0 stars`; `plural` where an s is not enough."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def percent(part: int, whole: int) -> str:
    """`92 %`; 0 and 100 only when exact."""
    share = round(100 * part / whole)
    if 0 < part < whole:
        share = min(99, max(1, share))
    return f"{share} %"


def join_words(words: Sequence[str], conjunction: str, most: int = 4) -> str:
    """`a, b and c`; beyond `most` the rest is counted."""
    if len(words) > most:
        return f"{', '.join(words[:most])} {conjunction} {len(words) - most} more"
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def _relevance_subject(matched: int, known_count: int) -> str:
    if known_count == 1:
        return "their only known repository"
    return f"{matched:,} of {known_count:,} known repositories"


def _relevance_verb(counts: dict[str, int], *, matched: int, known_count: int, is_language_only: bool) -> str:
    one = matched == 1 or known_count == 1
    if is_language_only:
        return "is in" if one else "are in"
    if counts.get("topic", 0) == matched:
        return "carries" if one else "carry"
    return "matches" if one else "match"
