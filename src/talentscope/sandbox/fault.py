"""One thing that the sandbox can do wrong on purpose. The tables of them are each upstream's own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """`sentence` is for people (command help, docs); `default` is the value when none is given.

    `value` says what `NAME:value` means: times (`3`, `10%` by seed, `always`), switch (nothing), place (an upstream, a
    company or a board, where it strikes whenever it can, or `PLACE=3` times), milliseconds of a place (`gdelt=300`),
    or a quantity of its own, which holds until it is switched off.
    """

    name: str
    sentence: str
    value: str = "times"
    default: str = "1"


TIMES, SWITCH, PLACE, PLACE_MILLISECONDS = "times", "switch", "place", "milliseconds of a place"
ANYWHERE = "anywhere"
