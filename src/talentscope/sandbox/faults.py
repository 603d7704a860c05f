"""Everything the sandbox can do wrong on purpose, in one frozen table, and the switchboard that turns it on."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from talentscope.runtime.errors import UsageError
from talentscope.sandbox.companies.faults import COMPANY_FAULTS
from talentscope.sandbox.fault import ANYWHERE, PLACE, PLACE_MILLISECONDS, SWITCH, TIMES, Fault
from talentscope.sandbox.github.faults import GITHUB_FAULTS

FAULTS: Mapping[str, Fault] = MappingProxyType({fault.name: fault for fault in (*GITHUB_FAULTS, *COMPANY_FAULTS)})


class Faults:
    """Which faults are on. All chance is drawn from the seed, so that a day goes wrong the same way every time."""

    def __init__(self, *texts: str, seed: int = 1) -> None:
        self._on: dict[str, str] = {}
        self._left: dict[str, int] = {}
        self._places: dict[str, dict[str, float | None]] = {}  # fault -> place -> times left or milliseconds
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
        if fault.value in {PLACE, PLACE_MILLISECONDS}:
            self._aim(fault, value)
        elif fault.value not in {TIMES, SWITCH} and not value.lstrip("-").replace(".", "", 1).isdigit():
            raise UsageError(f"fault {name}: expected {fault.value} as a number, came {value!r}")
        elif fault.value == TIMES and value != "always" and not value.removesuffix("%").isdigit():
            raise UsageError(f"fault {name}: expected times (3), a share (10%) or always, came {value!r}")
        self._on[name] = value
        self._left[name] = int(value) if fault.value == TIMES and value.isdigit() else 1

    def _aim(self, fault: Fault, value: str) -> None:
        """`PLACE`, `PLACE=3`, or for milliseconds also `300`, which is anywhere."""
        place, _, number = value.rpartition("=") if "=" in value else (value, "", "")
        if fault.value == PLACE_MILLISECONDS and not number:
            place, number = (ANYWHERE, place) if place.isdigit() else (place, fault.default)
        if not place or not (number or "1").isdigit():
            raise UsageError(f"fault {fault.name}: expected {fault.value} such as lever=3, came {value!r}")
        self._places.setdefault(fault.name, {})[place] = float(number) if number else None

    def switch_off(self, name: str) -> None:
        """Nothing happens when it was not on. One that is aimed at places is off everywhere."""
        self._on.pop(name, None)
        self._places.pop(name, None)

    def is_on(self, name: str) -> bool:
        """Whether a state of the world holds."""
        return name in self._on

    def is_on_at(self, name: str, places: Iterable[str]) -> bool:
        """Whether a fault is aimed at one of these places, or anywhere. Nothing is used up."""
        aimed = self._places.get(name)
        return aimed is not None and any(aimed.get(place, None) != 0 for place in (*places, ANYWHERE) if place in aimed)

    def quantity(self, name: str) -> float:
        """The number that came with a fault; 0 when it is off."""
        return float(self._on[name]) if name in self._on else 0.0

    def quantity_at(self, name: str, places: Iterable[str]) -> float:
        """The greatest number that was aimed at one of these places, or anywhere; 0 when there is none."""
        aimed = self._places.get(name, {})
        return max((aimed[place] or 0.0 for place in (*places, ANYWHERE) if place in aimed), default=0.0)

    def strikes(self, name: str) -> bool:
        """Whether a fault happens now. One that happens a number of times is used up by the asking."""
        value = self._on.get(name)
        if value is None:
            return False
        if FAULTS[name].value == TIMES and value.endswith("%"):
            hit = self._rng.random() * 100 < float(value[:-1])
        elif value == "always":
            hit = True
        else:
            hit = self._left[name] > 0
            self._left[name] -= 1
        if hit:
            self.struck[name] = self.struck.get(name, 0) + 1
        return hit

    def strikes_at(self, name: str, places: Iterable[str], *, anywhere: bool = True) -> bool:
        """The same at one of these places; `PLACE=3` is used up by three. `anywhere`: also where no place is named."""
        aimed = self._places.get(name, {})
        for place in (*places, ANYWHERE) if anywhere else places:
            left = aimed.get(place)
            if place not in aimed or left == 0:
                continue
            aimed[place] = left if left is None else left - 1
            self.struck[name] = self.struck.get(name, 0) + 1
            return True
        return False

    def draw(self, count: int) -> int:
        """A number below `count`, by seed."""
        return self._rng.randrange(count)

    @property
    def active(self) -> tuple[str, ...]:
        """Names of the faults that are on."""
        return tuple(self._on)
