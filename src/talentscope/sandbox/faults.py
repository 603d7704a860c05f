"""Everything the sandbox can do wrong on purpose, in one frozen table, and the switchboard that turns it on."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from talentscope.runtime.errors import UsageError


@dataclass(frozen=True)
class Fault:
    """`sentence` is for people (command help, docs); `default` is the value when none is given.

    `value` says what `NAME:value` means: times (`3`, `10%` by seed, `always`), switch (nothing), or a quantity of its
    own, which holds until it is switched off.
    """

    name: str
    sentence: str
    value: str = "times"
    default: str = "1"


_TIMES = "times"
_ALL = (
    Fault(
        "primary-limit",
        "The window of the resource asked for is spent: 403 until it resets; :429 answers 429.",
        "status",
        "403",
    ),
    Fault(
        "secondary-limit-seconds",
        "403 with Retry-After in seconds, and for all requests until then.",
        "seconds",
        "60",
    ),
    Fault(
        "secondary-limit-date",
        "403 with Retry-After as an HTTP date, and for all requests until then.",
        "seconds",
        "60",
    ),
    Fault(
        "secondary-limit-bare",
        "403 by the secondary limit without Retry-After, for all requests until then.",
        "seconds",
        "60",
    ),
    Fault(
        "graphql-200-limit",
        "GraphQL's window is spent, told with HTTP 200 and an error of type RATE_LIMITED.",
        "switch",
        "on",
    ),
    Fault(
        "resource-limits",
        "A GraphQL query gets partial data with RESOURCE_LIMITS_EXCEEDED beyond so many commit counts.",
        "counts",
        "40",
    ),
    Fault("bad-gateway", "502 with an HTML page."),
    Fault("service-unavailable", "503 with GitHub's JSON."),
    Fault("incomplete-results", "A search page with half its items missing and incomplete_results true."),
    Fault("unordered-search", "A search page that is not in the order asked for."),
    Fault("index-lag", "The search index knows nothing of the last so many seconds of pushes.", "seconds", "600"),
    Fault("duplicate-page", "A search page repeats the items of the page before it."),
    Fault("rename", "So many repositories of the next search page are renamed right after it.", "repositories", "1"),
    Fault(
        "deleted-node",
        "So many repositories of the next search page are deleted right after it, the first one's owner too.",
        "repositories",
        "1",
    ),
    Fault(
        "ties-101",
        "101 matches of the first search that has as many share one second of last push.",
        "switch",
        "on",
    ),
    Fault(
        "ties-1001",
        "1,001 matches of the first search that has as many share one second of last push.",
        "switch",
        "on",
    ),
    Fault(
        "push-while-crawling",
        "So many repositories are pushed with every request, half of them matches of the last search.",
        "pushes a request",
        "1",
    ),
    Fault("html-200", "An HTML page with status 200 where JSON is expected."),
    Fault("truncated-body", "The connection closes in the middle of the body."),
    Fault("slow", "Every answer takes so many milliseconds more.", "milliseconds", "2000"),
    Fault("connection-reset", "The connection is reset instead of an answer."),
    Fault("clock-skew", "Date and every reset time are wrong by so many seconds.", "seconds", "300"),
    Fault("malformed-record", "One item of an answer lacks a required field or has one of the wrong type."),
    Fault("unknown-field", "Objects carry a field that GitHub's contract does not know.", "switch", "on"),
    Fault(
        "hostile-bio-10mb",
        "The first person whose profile is asked for has a bio of 10 MB of hostile text.",
        "switch",
        "on",
    ),
    Fault("invalid-token", "Every token is refused with 401.", "switch", "on"),
)
FAULTS: Mapping[str, Fault] = MappingProxyType({fault.name: fault for fault in _ALL})


class Faults:
    """Which faults are on. All chance is drawn from the seed, so that a day goes wrong the same way every time."""

    def __init__(self, *texts: str, seed: int = 1) -> None:
        self._on: dict[str, str] = {}
        self._left: dict[str, int] = {}
        self._rng = random.Random(seed)
        self.struck: dict[str, int] = {}
        for text in texts:
            self.switch_on(text)

    def switch_on(self, text: str) -> None:
        """`NAME` or `NAME:value`. Raises UsageError for a name that is not in FAULTS or a value that cannot be read."""
        name, _, value = text.partition(":")
        if name not in FAULTS:
            raise UsageError(f"fault {name!r} is not known", way_out=f"choose from {', '.join(sorted(FAULTS))}")
        fault = FAULTS[name]
        value = value or fault.default
        if fault.value not in {_TIMES, "switch"} and not value.lstrip("-").replace(".", "", 1).isdigit():
            raise UsageError(f"fault {name}: expected {fault.value} as a number, came {value!r}")
        if fault.value == _TIMES and value != "always" and not value.removesuffix("%").isdigit():
            raise UsageError(f"fault {name}: expected times (3), a share (10%) or always, came {value!r}")
        self._on[name] = value
        self._left[name] = int(value) if fault.value == _TIMES and value.isdigit() else 1

    def switch_off(self, name: str) -> None:
        """Nothing happens when it was not on."""
        self._on.pop(name, None)

    def is_on(self, name: str) -> bool:
        """Whether a state of the world holds."""
        return name in self._on

    def quantity(self, name: str) -> float:
        """The number that came with a fault; 0 when it is off."""
        return float(self._on[name]) if name in self._on else 0.0

    def strikes(self, name: str) -> bool:
        """Whether a fault happens now. One that happens a number of times is used up by the asking."""
        value = self._on.get(name)
        if value is None:
            return False
        if FAULTS[name].value == _TIMES and value.endswith("%"):
            hit = self._rng.random() * 100 < float(value[:-1])
        elif value == "always":
            hit = True
        else:
            hit = self._left[name] > 0
            self._left[name] -= 1
        if hit:
            self.struck[name] = self.struck.get(name, 0) + 1
        return hit

    def draw(self, count: int) -> int:
        """A number below `count`, by seed."""
        return self._rng.randrange(count)

    @property
    def active(self) -> tuple[str, ...]:
        """Names of the faults that are on."""
        return tuple(self._on)
