"""The briefs that pages and API can ask about: saved ones from the desk, then those that lie in files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import duckdb

from talentscope.desk.desk import Desk
from talentscope.runtime.errors import BriefError
from talentscope.runtime.words import suggest
from talentscope.scoring.brief import NAME, Brief, list_briefs, load_brief, parse_brief, shipped_folder


@dataclass(frozen=True)
class KnownBrief:
    """A brief by name. `version` is that of the desk, 0 for one that was never saved there."""

    name: str
    title: str
    version: int
    saved_by: str = ""
    is_broken: bool = False


def list_known(desk: Desk) -> tuple[KnownBrief, ...]:
    """Every brief by name; a saved one stands before a file of the same name.

    A file that is no brief is listed as broken, its title saying why: one bad file must not take every list away.
    """
    saved = {item.name: KnownBrief(item.name, item.title, item.version, item.saved_by) for item in desk.briefs.list()}
    for name in list_briefs():
        if name not in saved:
            saved[name] = _of_file(desk, name)
    return tuple(saved[name] for name in sorted(saved))


def _of_file(desk: Desk, name: str) -> KnownBrief:
    try:
        return KnownBrief(name, find_known(desk, name).title, 0)
    except BriefError as error:
        return KnownBrief(name, f"cannot be read: {error.message}", 0, is_broken=True)


def find_known(desk: Desk, name: str) -> Brief:
    """The brief of that name. Raises BriefError when there is none, or when what was saved is no brief any more."""
    if NAME.fullmatch(name) is None:  # a path would be read from the disk
        raise _unknown(desk, name)
    saved = desk.briefs.get(name)
    if saved is not None:
        return _parse(saved.text, name)
    path = next((path for folder in _folders() if (path := folder / f"{name}.yaml").is_file()), None)
    if path is None:
        raise _unknown(desk, name)
    return _load(path, path.stat().st_mtime_ns)


def _folders() -> tuple[Path, Path]:
    return Path("briefs"), shipped_folder()


@lru_cache(maxsize=256)
def _parse(text: str, name: str) -> Brief:
    return parse_brief(text, source=name).model_copy(update={"name": name})


@lru_cache(maxsize=256)
def _load(path: Path, changed_at: int) -> Brief:  # noqa: ARG001 - another time of change is another brief
    return load_brief(path)


def find_or_first(desk: Desk, connection: duckdb.DuckDBPyConnection) -> Callable[[str], Brief]:
    """`find_known`, where no name means the brief of the newest run, or the first there is."""
    return partial(_find_or_first, desk, connection)


def _find_or_first(desk: Desk, connection: duckdb.DuckDBPyConnection, name: str) -> Brief:
    if name:
        return find_known(desk, name)
    known = [item.name for item in list_known(desk) if not item.is_broken]
    row = connection.execute(
        "SELECT briefs FROM runs WHERE pipeline = 'talent' AND briefs <> '' ORDER BY started_at DESC LIMIT 1"
    ).fetchone()
    collected = [part.strip() for part in str(row[0]).split(",")] if row else []
    return find_known(desk, next((part for part in collected if part in known), known[0]))


def _unknown(desk: Desk, name: str) -> BriefError:
    known = [item.name for item in list_known(desk)]
    hint = suggest(name[:100], known)
    return BriefError(
        f"expected the name of a brief, came {name[:100]!r}", way_out=f"{hint} known: {', '.join(known)}".strip()
    )
