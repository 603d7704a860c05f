"""Warming: a snapshot that has just come is asked what its first visitors will ask, so that they need not wait for it.

Pools of leads, counts of facets and the pictures of companies are worked out once a snapshot; the first to ask pays.
Here that is a thread that nobody waits for. Somebody who asks meanwhile waits for the same work, as without it.

What the first warming leaves (modules, templates, shapes of answers) stays as long as the server, and is put where
Python's garbage collector does not look: walking through it took 0.2 s each time, and some visitor waited for that.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from starlette.datastructures import QueryParams

from talentscope.runtime.errors import TalentscopeError, WarehouseError
from talentscope.warehouse.snapshot import find_snapshot
from talentscope.web.pages.companies import describe_companies
from talentscope.web.pages.companies_query import read_query
from talentscope.web.pages.leads import describe_facets, describe_list
from talentscope.web.parts import Parts
from talentscope.web.queries import parse_query
from talentscope.web.queries_asking import ask_for
from talentscope.web.queries_briefs import find_or_first
from talentscope.web.queries_news import NO_NEWS
from talentscope.web.reader import CHECK_SECONDS, Reading
from talentscope.web.render import environment

log = structlog.get_logger()

LOOK_SECONDS = 2.0
"""How often the thread looks whether another snapshot is current."""

COLLECTED_EACH = (5_000, 5, 40)
"""Of the garbage collector's three generations. Answers make some thousand objects each: with Python's 700 most of them
are still in use when they are looked at, grow old, and only a walk through everything finds them."""


def settle() -> None:
    """Put what is there now out of the garbage collector's sight, and let it look less often. For a whole process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_EACH)


@contextmanager
def warming(parts: Parts, *, when_warm: Callable[[], None] = settle) -> Iterator[None]:
    """A thread that warms each snapshot once while the block runs; trouble is a line in the log, once a snapshot.

    After the first it calls `when_warm`.
    """
    has_ended = threading.Event()
    words = (parts, has_ended, when_warm)
    thread = threading.Thread(target=_keep_warm, args=words, name="warming", daemon=True)
    thread.start()
    try:
        yield
    finally:
        has_ended.set()
        thread.join(timeout=2)  # a question that is under way ends with the program


def warm(parts: Parts, reading: Reading) -> None:
    """Ask what the first page of leads and that of companies show. Raises what they would."""
    query = parse_query([], find_brief=find_or_first(parts.desk, reading.connection))
    asking = ask_for(parts, reading)
    listed = describe_list(asking, query, NO_NEWS)
    describe_facets(asking, query, listed["only_ids"])
    describe_companies(reading, read_query(QueryParams()))


def _keep_warm(parts: Parts, has_ended: threading.Event, when_warm: Callable[[], None]) -> None:
    for name in environment().list_templates(extensions=["html"]):
        environment().get_template(name)  # compiled, which takes longer than to fill one in
    seen = ""
    while True:
        newest = _newest(parts)
        if newest not in {"", seen}:
            is_first, seen = not seen, newest
            if not is_first and has_ended.wait(CHECK_SECONDS):  # until the reader, too, looks for a newer one
                return
            _warm_once(parts, seen)
            if is_first:
                when_warm()
        if has_ended.wait(LOOK_SECONDS):
            return


def _newest(parts: Parts) -> str:
    try:
        found = find_snapshot(parts.settings.home)
    except WarehouseError:  # every page says so
        return ""
    return found.name if found is not None else ""


def _warm_once(parts: Parts, name: str) -> None:
    """Trouble is told in the log only: the first visitor meets the same, and is told on the page.

    Nothing is lost by catching all: what failed is not remembered, and whoever asks it next gets its error as their
    answer. Not caught, one snapshot's trouble would end this thread, and no later one would be warmed.
    """
    began = time.perf_counter()
    try:
        with parts.reader.read() as reading:
            warm(parts, reading)
        log.info("warmed", snapshot=name, seconds=round(time.perf_counter() - began, 2))
    except TalentscopeError as error:
        log.error("the snapshot was not warmed", snapshot=name, why=error.message, way_out=error.way_out)
    except Exception as error:
        log.exception("the snapshot was not warmed", snapshot=name, cause=type(error).__name__)
