"""What every request to GitHub passes: identity, version, token, limits, faults of transport, headers, the log."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import orjson

from talentscope.sandbox.exchange import Answer, Call, Endpoint, Log
from talentscope.sandbox.faults import Faults
from talentscope.sandbox.github import refusals
from talentscope.sandbox.github.dates import to_http_date
from talentscope.sandbox.limits import Meter, Standing

_SECONDARY = ("secondary-limit-seconds", "secondary-limit-date", "secondary-limit-bare")


@dataclass
class GitHubGate:
    """One per server. `before` runs ahead of every request that counts; `viewer` is the id told in limit errors."""

    meter: Meter
    faults: Faults
    log: Log
    before: Callable[[], None]
    viewer: Callable[[], int]
    _numbers: int = 0
    _style: str = _SECONDARY[0]

    def answer(self, call: Call, endpoint: Endpoint, *, in_flight: int) -> Answer:
        """The whole exchange; never raises for anything a caller can send."""
        self._numbers += 1
        request_id = f"5A9D:{self._numbers:06X}:7E57:{int(call.now):X}"
        answer = self._refuse(call, endpoint, request_id=request_id, in_flight=in_flight)
        if answer is None:
            self.before()
            answer = self._break_transport(endpoint) or endpoint.handle(call)
            self._account_for(call, endpoint, answer)
        self._cut(answer, endpoint)
        self._dress(call, endpoint, answer, request_id)
        size = len(answer.body) if isinstance(answer.body, bytes) else 0
        self.log.add(call, answer, resource=endpoint.resource, size=size, in_flight=in_flight)
        return answer

    def _refuse(self, call: Call, endpoint: Endpoint, *, request_id: str, in_flight: int) -> Answer | None:
        """Everything that GitHub says no to before it looks at the question."""
        if not call.headers.get("user-agent"):
            return refusals.no_user_agent()
        version = call.headers.get("x-github-api-version")
        if version is not None and version not in refusals.VERSIONS and endpoint.resource != "graphql":
            return refusals.unsupported_version(version)
        if self._is_bad(call.token):
            return refusals.bad_credentials()
        if endpoint.resource == "none":
            return None
        if endpoint.resource == "graphql" and call.token is None:
            return refusals.needs_token()
        return self._secondary(call, endpoint, request_id, in_flight) or self._primary(call, endpoint, request_id)

    def _is_bad(self, token: str | None) -> bool:
        return token is not None and (token.startswith(("bad", "expired")) or self.faults.is_on("invalid-token"))

    def _secondary(self, call: Call, endpoint: Endpoint, request_id: str, in_flight: int) -> Answer | None:
        for name in _SECONDARY:
            if self.faults.strikes(name):
                self._style = name
                self.meter.block(call.now + self.faults.quantity(name))
        family = "graphql" if endpoint.resource == "graphql" else "rest"
        is_crowded = self.meter.is_crowded(call.caller, family, points=1, now=call.now)
        is_blocked = self.meter.is_blocked(call.now)
        if not (is_blocked or is_crowded or in_flight > self.meter.limits.concurrent):
            return None
        answer = refusals.secondary_limit(request_id=request_id)
        until = self.meter.blocked_until if is_blocked else call.now + self.meter.limits.secondary_window
        if not is_blocked or self._style == _SECONDARY[0]:
            answer.headers["Retry-After"] = str(max(1, -int(-(until - call.now) // 1)))
        elif self._style == _SECONDARY[1]:
            answer.headers["Retry-After"] = to_http_date(until + 0.999 + self.faults.quantity("clock-skew"))
        return answer

    def _primary(self, call: Call, endpoint: Endpoint, request_id: str) -> Answer | None:
        has_token, resource = call.token is not None, endpoint.resource
        in_words = resource == "graphql" and self.faults.strikes("graphql-200-limit")
        if in_words or self.faults.strikes("primary-limit"):
            self.meter.exhaust(call.caller, resource, has_token=has_token, now=call.now)
        if resource == "graphql":
            if self._standing(call, resource).remaining:
                return None
            error = {"type": "RATE_LIMITED", "message": f"API rate limit exceeded for user ID {self.viewer()}."}
            return Answer(200, {"errors": [error]}, points=0)
        if self.meter.spend(call.caller, resource, points=1, has_token=has_token, now=call.now):
            return None
        status = int(self.faults.quantity("primary-limit")) or 403
        user = self.viewer() if has_token else None
        return refusals.primary_limit(status=status, user=user, address=call.address, request_id=request_id)

    def _break_transport(self, endpoint: Endpoint) -> Answer | None:
        if endpoint.resource == "none":
            return None
        if self.faults.strikes("connection-reset"):
            return Answer(200, b"", is_reset=True)
        if self.faults.strikes("bad-gateway"):
            return refusals.bad_gateway()
        if self.faults.strikes("service-unavailable"):
            return refusals.unavailable()
        return refusals.html_page() if self.faults.strikes("html-200") else None

    def _account_for(self, call: Call, endpoint: Endpoint, answer: Answer) -> None:
        if endpoint.resource == "graphql":
            self.meter.spend(call.caller, "graphql", points=answer.points, has_token=True, now=call.now)
        elif endpoint.resource == "none":
            answer.points = 0

    def _cut(self, answer: Answer, endpoint: Endpoint) -> None:
        answer.delay_ms += self.faults.quantity("slow")
        if answer.status == 200 and endpoint.resource != "none" and self.faults.strikes("truncated-body"):
            answer.is_cut = True

    def _standing(self, call: Call, resource: str) -> Standing:
        return self.meter.standing(call.caller, resource, has_token=call.token is not None, now=call.now)

    def _dress(self, call: Call, endpoint: Endpoint, answer: Answer, request_id: str) -> None:
        """Body to bytes, then headers as recorded from GitHub (shared/data/api/hub4j-wiremock)."""
        if not isinstance(answer.body, bytes):
            answer.body = orjson.dumps(answer.body)
        self._validate(call, endpoint, answer)
        skew = self.faults.quantity("clock-skew")
        resource = "core" if endpoint.resource == "none" else endpoint.resource
        standing = self._standing(call, resource)
        standing = Standing(resource, standing.limit, standing.used, standing.reset + int(skew))
        answer.headers |= standing.headers() | {
            "Date": to_http_date(call.now + skew),
            "Content-Type": answer.media,
            "Server": "GitHub.com",
            "X-GitHub-Media-Type": "github.v3; format=json",
            "X-GitHub-Request-Id": request_id,
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": (
                "ETag, Link, Location, Retry-After, X-GitHub-OTP, X-RateLimit-Limit, X-RateLimit-Remaining, "
                "X-RateLimit-Used, X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, X-Accepted-OAuth-Scopes, "
                "X-Poll-Interval, X-GitHub-Media-Type, X-GitHub-SSO, X-GitHub-Request-Id, Deprecation, Sunset"
            ),
            "Strict-Transport-Security": "max-age=31536000; includeSubdomains; preload",
            "X-Frame-Options": "deny",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "origin-when-cross-origin, strict-origin-when-cross-origin",
            "Content-Security-Policy": "default-src 'none'",
            "Vary": "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With",
        }
        if call.token is not None and answer.status != 401:
            scopes = "repo" if call.token.startswith("noscope") else "read:user, repo"
            answer.headers |= {"X-OAuth-Scopes": scopes, "X-Accepted-OAuth-Scopes": ""}
        if endpoint.resource != "graphql":
            version = call.headers.get("x-github-api-version", refusals.VERSIONS[0])
            answer.headers["X-GitHub-Api-Version-Selected"] = version

    def _validate(self, call: Call, endpoint: Endpoint, answer: Answer) -> None:
        """ETag and 304. Search answers carry none; ETags differ from token to token."""
        if endpoint.resource != "core" or answer.status != 200 or answer.is_reset:
            answer.headers.setdefault("Cache-Control", "no-cache")
            return
        tag = hashlib.sha256((call.token or "").encode() + answer.body).hexdigest()
        whose = "private" if call.token else "public"
        answer.headers |= {"ETag": f'W/"{tag}"', "Cache-Control": f"{whose}, max-age=60, s-maxage=60"}
        asked = call.headers.get("if-none-match", "")
        if tag in asked:
            answer.status, answer.body = 304, b""
            if call.token:
                self.meter.refund(call.caller, "core", 1)
                answer.points = 0
