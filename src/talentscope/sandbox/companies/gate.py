"""What every request to an upstream of companies passes: identity, limits, faults, validators, headers, the log."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from talentscope.sandbox.companies import sabotage
from talentscope.sandbox.companies.manners import Manners, Turnstile, sec_undeclared
from talentscope.sandbox.exchange import Answer, Call, Endpoint, Log
from talentscope.sandbox.faults import Faults
from talentscope.sandbox.github.dates import to_http_date

ROBOTS = "/robots.txt"


class CompanyGate:
    """One upstream's. `turnstile` may be shared with another's; `is_strict` false lets everybody in."""

    def __init__(self, manners: Manners, turnstile: Turnstile, faults: Faults, log: Log, *, is_strict: bool) -> None:
        self.manners = manners
        self._turnstile, self._faults, self._log, self._is_strict = turnstile, faults, log, is_strict

    def answer(self, call: Call, endpoint: Endpoint, *, in_flight: int) -> Answer:
        """The whole exchange; never raises for anything a caller can send."""
        places = (self.manners.name, *endpoint.about(call))
        if call.path.endswith(ROBOTS):  # free, and struck by nothing less than an outage
            answer = sabotage.outage(self._faults, places) or endpoint.handle(call)
        else:
            answer = self._answer(call, endpoint, places, in_flight=in_flight)
        answer.headers |= {"Date": to_http_date(call.now), "Content-Type": answer.media}
        self._log.add(call, answer, resource=self.manners.name, size=len(answer.body), in_flight=in_flight)
        return answer

    def _answer(self, call: Call, endpoint: Endpoint, places: tuple[str, ...], *, in_flight: int) -> Answer:
        answer = self._refuse(call, in_flight) or sabotage.instead(self._faults, places, self.manners)
        if answer is None:
            answer = endpoint.handle(call)
            sabotage.spoil(answer, self._faults, places, self.manners.name)
        if not isinstance(answer.body, bytes):
            answer.body = orjson.dumps(answer.body)
        sabotage.cut(answer, self._faults, places)
        self._validate(call, answer)
        return answer

    def robots(self, call: Call) -> Answer:  # noqa: ARG002 - a handler
        """robots.txt as the real one has it."""
        text = self.manners.robots
        if self._faults.is_on_at("robots-closed", (self.manners.name,)):
            text = "User-agent: *\nDisallow: /\n"
        if text is None:
            return not_found()
        return Answer(401, b"Unauthorized", media="text/plain") if text == "401" else plain(text)

    def opening(self, call: Call, *, in_flight: int) -> Answer | None:
        """A stream's opening, which is a request as well: how it is refused, or None. Logged when it is let in too."""
        places = (self.manners.name,)
        answer = self._refuse(call, in_flight) or sabotage.instead(self._faults, places, self.manners)
        told = answer or Answer(101, b"")
        self._log.add(call, told, resource=self.manners.name, size=0, in_flight=in_flight)
        return answer

    def _refuse(self, call: Call, in_flight: int) -> Answer | None:
        if not self._is_strict:
            return None
        agent = call.headers.get("user-agent", "")
        if self.manners.needs_contact and "@" not in agent and "://" not in agent:
            return sec_undeclared()
        return self._turnstile.refusal(call.now, in_flight=in_flight)

    def _validate(self, call: Call, answer: Answer) -> None:
        if not self.manners.has_tags or answer.status != 200 or answer.is_reset or answer.is_silent or answer.is_cut:
            return
        tag = f'"{hashlib.blake2b(answer.body, digest_size=16).hexdigest()}"'
        answer.headers["ETag"] = tag
        modified = answer.headers.get("Last-Modified")
        is_known = tag in call.headers.get("if-none-match", "")
        if not call.headers.get("if-none-match") and modified is not None:
            is_known = call.headers.get("if-modified-since") == modified
        if is_known:
            answer.status, answer.body = 304, b""


def plain(text: str, status: int = 200) -> Answer:
    """A text as it is."""
    return Answer(status, text.encode(), media="text/plain; charset=utf-8")


def page(text: str, status: int = 200) -> Answer:
    """HTML."""
    return Answer(status, text.encode(), media="text/html; charset=utf-8")


def not_found(body: Mapping[str, Any] | None = None) -> Answer:
    """404, as JSON if there is a body."""
    return Answer(404, dict(body)) if body is not None else plain("Not Found", 404)
