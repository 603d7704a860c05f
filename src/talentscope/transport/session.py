"""The only socket: one identity, one request at a time, patient, and never over budget.

What comes back is an `Answer` with parsed JSON. Limits are waited out (or end the run as OutOfBudget), passing troubles
are tried again, and what asking again cannot mend is raised at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import orjson

from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import OutOfBudget, SettingError, UpstreamDown, UpstreamMalformed, UpstreamRefused
from talentscope.runtime.secrets import Token
from talentscope.transport.budget import Budgets, Wait, is_limit
from talentscope.transport.exchange import (
    MAX_BODY_BYTES,
    REDIRECTS_IN_A_ROW,
    Passing,
    Slow,
    message_of,
    parse_json,
    persist,
    receive,
    where_of,
)

API_VERSION = "2026-03-10"
"""https://docs.github.com/en/rest/about-the-rest-api/api-versions"""

ATTEMPTS = 5
LIMITS_IN_A_ROW = 6
SLOW = frozenset({502, 504})
"""GitHub's way of saying that a GraphQL query took longer than ten seconds."""


@dataclass(frozen=True)
class Answer:
    """A usable answer. `data` is parsed JSON, or None where there is no body; `link` maps rel to URL."""

    status: int
    headers: Mapping[str, str]
    data: Any
    link: Mapping[str, str]


class Session:
    """Talks to one upstream as one identity. `transport` replaces the network in tests.

    Raises OutOfBudget, UpstreamDown, UpstreamRefused or UpstreamMalformed; nothing of httpx leaves this class.
    Raises SettingError for a token that no header can carry. A Token is read again while it is used, and at once when
    GitHub refuses it.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        token: str | Token | None,
        clock: Clock,
        max_wait_seconds: float,
        timeout_seconds: float,
        transport: httpx.BaseTransport | None = None,
        on_wait: Callable[[Wait], None] | None = None,
        points_per_minute: Mapping[str, int] | None = None,
    ) -> None:
        headers = {
            "User-Agent": user_agent,
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": API_VERSION,
        }
        self.budgets = Budgets(points_per_minute) if points_per_minute else Budgets()
        self._token, self._has_token = token, bool(token)
        self._authorization = self._authorize() if token else {}  # so that one that cannot be sent is told at once
        self._clock, self._max_wait, self._on_wait = clock, max_wait_seconds, on_wait
        self._patience = timedelta(seconds=4 * timeout_seconds)  # with one whole answer, however slowly it drips
        self._client = httpx.Client(headers=headers, timeout=timeout_seconds, transport=transport)

    def now(self) -> datetime:
        """The present moment by the server's clock, as far as its `Date` headers told us."""
        return self._clock.now() + self.budgets.skew

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        resource: str,
        allow: Collection[int] = (),
    ) -> Answer:
        """GET as JSON. Statuses in `allow` (such as 404) come back as answers instead of being raised."""
        build = lambda: self._client.build_request(  # noqa: E731 - built anew for each attempt
            "GET", url, params=params, headers=self._authorize()
        )
        return self._ask(resource, build, allow=allow)

    def post_graphql(
        self, url: str, *, query: str, variables: Mapping[str, object], is_patient: bool = False
    ) -> Answer:
        """A GraphQL query. 502, 504 and a timeout (as 504) come back as answers without data: ask for less.

        `is_patient`: less cannot be asked; try these again like any other trouble, and raise UpstreamDown at last.
        """
        body = orjson.dumps({"query": query, "variables": variables})
        build = lambda: self._client.build_request(  # noqa: E731 - built anew for each attempt
            "POST", url, content=body, headers={"Content-Type": "application/json", **self._authorize()}
        )
        return self._ask("graphql", build, allow=() if is_patient else SLOW)

    def _ask(self, resource: str, build: Callable[[], httpx.Request], *, allow: Collection[int]) -> Answer:
        for _ in range(LIMITS_IN_A_ROW):
            answer = persist(lambda: self._send(resource, build, allow), clock=self._clock, attempts=ATTEMPTS)
            if answer is not None:
                return answer
        raise OutOfBudget(
            f"the {resource} budget was refused {LIMITS_IN_A_ROW} times in a row",
            resource=resource,
            resets_at=self.budgets.of[resource].resets_at,
            way_out="run again later; everything collected is kept",
        )

    def _send(self, resource: str, build: Callable[[], httpx.Request], allow: Collection[int]) -> Answer | None:
        """One attempt. None means that a limit was met and waited out, or that the token was another by now."""
        request = build()
        for _ in range(REDIRECTS_IN_A_ROW + 1):
            while (wait := self.budgets.wait_before(resource, self._clock.now())) is not None:
                self._wait(wait)
            try:
                response, body = self._receive(request, resource)
            except Slow:
                if 504 in allow:
                    return Answer(504, {}, None, {})
                raise
            if request.method != "GET" or response.next_request is None:
                break
            # httpx has taken the token out of it if it leads to another host
            request = response.next_request
        else:
            raise UpstreamMalformed(f"{request.url.host} redirects in a circle")
        now = self._clock.now()
        data = _parse(request, response, body, allow=allow)
        if is_limit(response.status_code, response.headers, message_of(data)) or _is_graphql_limit(data):
            self._wait(self.budgets.note_limit(resource, response.headers, now))
            return None
        self.budgets.note_success()
        status = response.status_code
        if status == 401 and self._has_new_token():
            return None
        if status >= 300 and status not in allow:
            raise self._refusal(request, status, message_of(data))
        links = {str(rel): str(link["url"]) for rel, link in response.links.items() if "url" in link}
        return Answer(status, response.headers, data, links)

    def _authorize(self) -> dict[str, str]:
        if not self._token:
            return {}
        text = self._token if isinstance(self._token, str) else self._token.text()
        self._authorization = {"Authorization": f"Bearer {_check_token(text)}"}
        return self._authorization

    def _has_new_token(self) -> bool:
        """Whether the place of the refused token has another by now."""
        refused = self._authorization
        return isinstance(self._token, Token) and refused != {"Authorization": f"Bearer {self._token.anew()}"}

    def _receive(self, request: httpx.Request, resource: str) -> tuple[httpx.Response, bytes]:
        self.budgets.note_request(resource, self._clock.now())
        response, body = receive(
            self._client,
            request,
            clock=self._clock,
            patience=self._patience,
            limit_bytes=MAX_BODY_BYTES,
            down=lambda problem: self._down(request, problem),
        )
        self.budgets.note_answer(resource, response.headers, self._clock.now())
        return response, body

    def _down(self, request: httpx.Request, problem: str) -> UpstreamDown:
        return UpstreamDown(
            f"no usable answer from {request.url.scheme}://{request.url.netloc.decode()} after {ATTEMPTS} attempts:"
            f" {problem}",
            way_out="check the network and GITHUB_API_URL, then run again; everything collected is kept",
        )

    def _wait(self, wait: Wait | None) -> None:
        if wait is None:
            return
        if wait.seconds > self._max_wait:
            budget = self.budgets.of[wait.resource]
            raise OutOfBudget(
                f"the {wait.resource} budget is spent ({wait.reason}): {wait.seconds:.0f} s to wait, at most"
                f" {self._max_wait:.0f} s allowed",
                resource=wait.resource,
                resets_at=budget.resets_at or self.budgets.paused_until,
                way_out="run again later, or raise TALENTSCOPE_MAX_WAIT_SECONDS",
            )
        if self._on_wait is not None:
            self._on_wait(wait)
        self._clock.sleep(wait.seconds)

    def _refusal(self, request: httpx.Request, status: int, message: str) -> UpstreamRefused:
        where = where_of(request)
        if status == 401 and self._has_token:
            return UpstreamRefused(
                f"the token is invalid or expired: {where} answered 401 {message}",
                status=status,
                way_out="make a new token and set GITHUB_TOKEN",
            )
        if status == 401:
            return UpstreamRefused(f"{where} answered 401 {message}", status=status, way_out="set GITHUB_TOKEN")
        way_out = "give the token the scope that the message names" if status == 403 else "check GITHUB_API_URL"
        return UpstreamRefused(f"{where} answered {status} {message[:300]}", status=status, way_out=way_out)


def _check_token(token: str) -> str:
    """The token itself is never shown: an HTTP library would put it into its complaint."""
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise SettingError(
            "setting GITHUB_TOKEN: expected printable ASCII characters without spaces, came others",
            way_out="copy the token again",
        )
    return token


def _parse(request: httpx.Request, response: httpx.Response, body: bytes, *, allow: Collection[int]) -> Any:
    """JSON, or the reason why there is none: 5xx and bodies that are no JSON may be better next time."""
    status = response.status_code
    if status in allow and status >= 500:
        return None
    if status >= 500:
        raise Passing(
            UpstreamDown(
                f"{where_of(request)} answered {status} {ATTEMPTS} times", way_out="run again later; all is kept"
            )
        )
    return parse_json(
        request, response, body, way_out="check that GITHUB_API_URL is an API and not a login page or a proxy"
    )


def _is_graphql_limit(data: Any) -> bool:
    """GraphQL tells of a limit with HTTP 200 and an error of type RATE_LIMITED."""
    errors = data.get("errors") if isinstance(data, dict) else None
    return isinstance(errors, list) and any(
        isinstance(e, dict) and e.get("type") in {"RATE_LIMITED", "RATE_LIMIT"} for e in errors
    )
