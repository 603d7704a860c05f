"""What each source did in a run, in numbers. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from talentscope.pipelines.companies.visits import Began, Ended, Event, Failed, Found
from talentscope.registry.observation import State


@dataclass
class Visit:
    """One source on one day. `state`: ok, partial (some companies had no answer), down, off."""

    source: str
    day: date
    began_at: datetime
    state: str = "ok"
    companies: int = 0
    failed: int = 0
    blocked: int = 0
    observations: int = 0
    without_value: int = 0
    requests: int = 0
    unchanged: int = 0
    seconds: float = 0.0
    reason: str = ""
    spent_before: tuple[int, int] = (0, 0)


@dataclass
class Ledger:
    """All visits of a run, and what is worth a person's notice."""

    visits: dict[tuple[str, date], Visit] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def note(self, event: Event) -> None:
        """Take in one event."""
        key = (event.source.name, event.day)
        if isinstance(event, Began):
            self.visits[key] = Visit(*key, began_at=event.at, companies=len(event.companies), spent_before=event.spent)
            return
        visit = self.visits[key]
        if isinstance(event, Found):
            visit.observations += len(event.findings.observations)
            blocked = [o for o in event.findings.observations if o.state is State.BLOCKED]
            visit.blocked += len(blocked)
            visit.reason = visit.reason or next((o.reason for o in blocked), "")
            visit.without_value += sum(o.value is None for o in event.findings.observations)
            self.notes += [_named(event.source.name, note) for note in event.findings.notes]
        elif isinstance(event, Failed):
            visit.failed += 1
            visit.reason = visit.reason or event.error.message
        elif isinstance(event, Ended):
            self._end(visit, event)

    def _end(self, visit: Visit, event: Ended) -> None:
        visit.requests, visit.unchanged = (
            now - before for now, before in zip(event.spent, visit.spent_before, strict=True)
        )
        visit.seconds = (event.at - visit.began_at).total_seconds()
        if event.error is not None:
            visit.state, visit.reason = "down", event.error.message
        elif (visit.failed and visit.failed == visit.companies) or (
            visit.blocked and visit.blocked == visit.observations
        ):
            visit.state = "down"
        elif visit.failed:
            visit.state = "partial"
            visit.reason = f"{visit.failed} of {visit.companies} companies without an answer: {visit.reason}"
        elif visit.blocked:
            visit.state = "partial"
            visit.reason = f"{visit.blocked} of {visit.observations} facts blocked: {visit.reason}"

    def off(self, source: str, *, day: date, at: datetime, reason: str) -> None:
        """A source that was not asked, and why."""
        self.visits[source, day] = Visit(source, day, began_at=at, state="off", reason=reason)

    def warnings(self) -> list[str]:
        """One sentence for each source that was down or answered in part."""
        return [
            f"{visit.source} {'is down' if visit.state == 'down' else 'answered in part'}"
            f" ({visit.day.isoformat()}): {visit.reason}"
            for visit in self.visits.values()
            if visit.state in {"down", "partial"}
        ]


def _named(source: str, note: str) -> str:
    """A note that says which source it is from."""
    return note if note.startswith(f"{source}:") else f"{source}: {note}"
