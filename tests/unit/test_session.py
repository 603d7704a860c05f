"""The session against answers in memory: patience, limits, refusals, and a token that stays at home."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from tests.answers import Dripping, Upstream, html, say

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import OutOfBudget, SettingError, UpstreamDown, UpstreamMalformed, UpstreamRefused
from talentscope.runtime.secrets import Secrets, Token
from talentscope.transport import session as session_module
from talentscope.transport.session import ATTEMPTS, Session, Wait

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
API, ELSEWHERE = "https://api.github.test", "https://elsewhere.test"
TOKEN = "ghp_invented"


def spent(*, status: int = 403, resets_in: int = 60, message: str = "API rate limit exceeded") -> httpx.Response:
    reset = str(int(NOW.timestamp()) + resets_in)
    return say(
        {"message": message}, status=status, x_ratelimit_remaining="0", x_ratelimit_reset=reset, x_ratelimit_limit="30",
        x_ratelimit_used="30",
    )  # fmt: skip


def build(upstream: Upstream, **changes: Any) -> Session:
    parts: dict[str, Any] = {
        "user_agent": "talentscope/1 (+mailto:a@example.org)",
        "token": TOKEN,
        "clock": FixedClock(NOW),
        "max_wait_seconds": 300,
        "timeout_seconds": 30,
        "transport": upstream,
    }
    return Session(**(parts | changes))


def ask(session: Session, **changes: Any) -> Any:
    return session.get(
        f"{API}/search/repositories", **({"params": {"q": "topic:rust"}, "resource": "search"} | changes)
    )


def test_it_says_who_it_is_and_which_version_it_speaks() -> None:
    upstream = Upstream(say())
    ask(build(upstream))
    headers = upstream.requests[0].headers

    assert headers["user-agent"] == "talentscope/1 (+mailto:a@example.org)"
    assert headers["x-github-api-version"] == "2026-03-10"
    assert headers["accept"] == "application/vnd.github+json"
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert "gzip" in headers["accept-encoding"]


def test_without_a_token_none_is_sent() -> None:
    upstream = Upstream(say())
    ask(build(upstream, token=None))

    assert "authorization" not in upstream.requests[0].headers


@pytest.mark.parametrize("token", ["ghp_a\nX-Evil: 1", "ghp a", "gehe\u00efm"])
def test_a_token_that_no_header_can_carry_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(SettingError) as refused:
        build(Upstream(say()), token=token)

    assert token not in f"{refused.value.message}{refused.value.way_out}"
    assert "GITHUB_TOKEN" in refused.value.message


class Vault:
    """A place whose secret changes."""

    def __init__(self, *values: str) -> None:
        self.values, self.asked = list(values), 0

    def __call__(self, reference: str) -> str:
        self.asked += 1
        return self.values[min(self.asked, len(self.values)) - 1]


def rotating(*values: str) -> Token:
    clock = FixedClock(NOW)
    token = Secrets(clock, {"gcp-secret": Vault(*values)}).token("gcp-secret://p/n", setting="GITHUB_TOKEN")
    assert token is not None
    return token


def sent(upstream: Upstream) -> list[str]:
    return [request.headers["authorization"] for request in upstream.requests]


def test_a_token_that_was_changed_is_used_as_soon_as_the_former_one_is_refused() -> None:
    upstream = Upstream(say({"message": "Bad credentials"}, status=401), say({"a": 1}), say({"b": 2}))
    session = build(upstream, token=rotating("ghp_old", "ghp_new"))

    assert ask(session).data == {"a": 1}
    assert ask(session).data == {"b": 2}
    assert sent(upstream) == ["Bearer ghp_old", "Bearer ghp_new", "Bearer ghp_new"]


def test_a_graphql_query_is_asked_again_with_the_new_token_too() -> None:
    upstream = Upstream(say({"message": "Bad credentials"}, status=401), say({"data": {}}))
    build(upstream, token=rotating("ghp_old", "ghp_new")).post_graphql(f"{API}/graphql", query="{ a }", variables={})

    assert sent(upstream) == ["Bearer ghp_old", "Bearer ghp_new"]


def test_a_token_that_is_refused_and_has_not_changed_ends_the_run() -> None:
    upstream = Upstream(say({"message": "Bad credentials"}, status=401))
    with pytest.raises(UpstreamRefused, match="invalid or expired"):
        ask(build(upstream, token=rotating("ghp_old")))

    assert len(upstream.requests) == 1


def test_packed_answers_are_unpacked() -> None:
    packed = httpx.Response(200, headers={"content-encoding": "gzip"}, content=gzip.compress(b'{"a": 1}'))

    assert ask(build(Upstream(packed))).data == {"a": 1}


PASSING = [
    say(status=500),
    say(status=503),
    html(502),
    html(200),
    httpx.Response(200, content=b'{"total_count": 3, "ite'),
    httpx.ReadTimeout("slow"),
    httpx.ConnectTimeout("slow"),
    httpx.ConnectError("connection refused"),
    httpx.ReadError("connection reset by peer"),
    httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
    httpx.DecodingError("not gzip"),
]


@pytest.mark.parametrize("trouble", PASSING, ids=lambda trouble: repr(trouble)[:60])
def test_a_trouble_that_passes_is_asked_through(trouble: httpx.Response | Exception) -> None:
    upstream, clock = Upstream(trouble, trouble, say({"a": 1})), FixedClock(NOW)

    assert ask(build(upstream, clock=clock)).data == {"a": 1}
    assert len(upstream.requests) == 3
    assert len(clock.slept) == 2
    assert 1 <= clock.slept[0] < clock.slept[1] + 1


@pytest.mark.parametrize("trouble", PASSING, ids=lambda trouble: repr(trouble)[:60])
def test_a_trouble_that_stays_ends_the_run_after_a_few_tries(trouble: httpx.Response | Exception) -> None:
    upstream = Upstream(trouble)
    is_malformed = isinstance(trouble, httpx.Response) and trouble.status_code == 200
    with pytest.raises(UpstreamMalformed if is_malformed else UpstreamDown) as error:
        ask(build(upstream))

    assert len(upstream.requests) == ATTEMPTS
    assert "api.github.test" in error.value.message
    assert error.value.way_out


def test_an_answer_that_drips_is_given_up() -> None:
    clock = FixedClock(NOW)
    upstream = Upstream(*[httpx.Response(200, stream=Dripping(clock))])
    with pytest.raises(UpstreamDown):
        ask(build(upstream, clock=clock))


def test_an_answer_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "MAX_BODY_BYTES", 1000)
    bomb = httpx.Response(
        200, headers={"content-encoding": "gzip"}, content=gzip.compress(b"[" + b" " * 100_000 + b"]")
    )
    upstream = Upstream(bomb)
    with pytest.raises(UpstreamMalformed, match="1,000 bytes"):
        ask(build(upstream))

    assert len(upstream.requests) == 1


def test_a_spent_window_is_waited_for_and_no_request_is_sent_meanwhile() -> None:
    last = say(x_ratelimit_remaining="0", x_ratelimit_reset=str(int(NOW.timestamp()) + 60))
    waits: list[Wait] = []
    upstream, clock = Upstream(last, say()), FixedClock(NOW)
    session = build(upstream, clock=clock, on_wait=waits.append)
    ask(session)
    assert clock.slept == []
    ask(session)

    assert len(upstream.requests) == 2
    assert 60 <= clock.slept[0] <= 62
    assert [wait.resource for wait in waits] == ["search"]
    assert waits[0].reason


@pytest.mark.parametrize("status", [403, 429])
def test_a_primary_limit_is_waited_out(status: int) -> None:
    upstream, clock = Upstream(spent(status=status), say({"a": 1})), FixedClock(NOW)

    assert ask(build(upstream, clock=clock)).data == {"a": 1}
    assert 60 <= sum(clock.slept) <= 63


@pytest.mark.parametrize("after", ["45", format_datetime(NOW.replace(second=45), usegmt=True)])
def test_a_secondary_limit_is_waited_out_as_long_as_it_says(after: str) -> None:
    limit = say({"message": "secondary rate limit"}, status=403, retry_after=after)
    upstream, clock = Upstream(limit, say({"a": 1})), FixedClock(NOW)

    assert ask(build(upstream, clock=clock)).data == {"a": 1}
    assert 45 <= sum(clock.slept) <= 47


def test_a_secondary_limit_that_names_no_time_is_waited_out_a_minute_then_longer() -> None:
    limit = say({"message": "You have exceeded a secondary rate limit."}, status=403)
    upstream, clock = Upstream(limit, limit, say({"a": 1})), FixedClock(NOW)
    ask(build(upstream, clock=clock))

    assert sum(clock.slept) == 180


def test_a_limit_that_never_ends_stops_the_run_out_of_budget() -> None:
    limit = say({"message": "secondary rate limit"}, status=403, retry_after="1")
    with pytest.raises(OutOfBudget):
        ask(build(Upstream(limit)))


def test_a_wait_longer_than_allowed_stops_the_run_out_of_budget_and_says_until_when() -> None:
    upstream, clock = Upstream(spent(resets_in=1800)), FixedClock(NOW)
    with pytest.raises(OutOfBudget) as stopped:
        ask(build(upstream, clock=clock))

    assert clock.slept == []
    assert stopped.value.resource == "search"
    assert stopped.value.resets_at is not None
    assert (stopped.value.resets_at - NOW).total_seconds() == 1800
    assert stopped.value.exit_code == 75
    assert stopped.value.way_out


@pytest.mark.parametrize("kind", ["RATE_LIMITED", "RATE_LIMIT"])
def test_graphql_may_tell_a_limit_with_status_200(kind: str) -> None:
    limit = say(
        {"errors": [{"type": kind, "message": "API rate limit exceeded"}]},
        x_ratelimit_remaining="0", x_ratelimit_reset=str(int(NOW.timestamp()) + 90),
    )  # fmt: skip
    upstream, clock = Upstream(limit, say({"data": {}})), FixedClock(NOW)
    answer = build(upstream, clock=clock).post_graphql(f"{API}/graphql", query="{ viewer { id } }", variables={})

    assert answer.data == {"data": {}}
    assert 90 <= sum(clock.slept) <= 93


@pytest.mark.parametrize("slow", [html(502), html(504), httpx.ReadTimeout("slow")])
def test_a_graphql_query_that_takes_too_long_comes_back_at_once_to_be_made_smaller(
    slow: httpx.Response | Exception,
) -> None:
    upstream = Upstream(slow)
    answer = build(upstream).post_graphql(f"{API}/graphql", query="{ viewer { id } }", variables={})

    assert (answer.status in {502, 504}, answer.data) == (True, None)
    assert len(upstream.requests) == 1


def test_a_graphql_question_travels_as_json() -> None:
    upstream = Upstream(say({"data": {}}))
    build(upstream).post_graphql(f"{API}/graphql", query="query($a: ID!) { x }", variables={"a": "R_1"})
    request = upstream.requests[0]

    assert request.method == "POST"
    assert json.loads(request.content) == {"query": "query($a: ID!) { x }", "variables": {"a": "R_1"}}


def test_an_invalid_token_is_named_with_the_way_out_and_not_shown() -> None:
    upstream = Upstream(say({"message": "Bad credentials"}, status=401))
    with pytest.raises(UpstreamRefused, match="token is invalid or expired") as refused:
        ask(build(upstream))

    assert refused.value.status == 401
    assert "GITHUB_TOKEN" in refused.value.way_out
    assert TOKEN not in f"{refused.value!r}{refused.value.message}{refused.value.way_out}"
    assert len(upstream.requests) == 1


def test_401_without_a_token_asks_for_one() -> None:
    with pytest.raises(UpstreamRefused) as refused:
        ask(build(Upstream(say({"message": "Requires authentication"}, status=401)), token=None))

    assert "invalid" not in refused.value.message
    assert refused.value.way_out == "set GITHUB_TOKEN"


def test_403_for_want_of_a_scope_is_refused_at_once() -> None:
    upstream, clock = Upstream(say({"message": "Resource not accessible by token"}, status=403)), FixedClock(NOW)
    with pytest.raises(UpstreamRefused, match="Resource not accessible") as refused:
        ask(build(upstream, clock=clock))

    assert (refused.value.status, len(upstream.requests), clock.slept) == (403, 1, [])
    assert "scope" in refused.value.way_out


@pytest.mark.parametrize("status", [404, 410, 422, 451])
def test_other_refusals_are_raised_unless_the_caller_allows_them(status: int) -> None:
    refusal = say({"message": "no"}, status=status)
    with pytest.raises(UpstreamRefused) as refused:
        ask(build(Upstream(refusal)))
    assert refused.value.status == status

    answer = ask(build(Upstream(refusal)), allow={status})
    assert (answer.status, answer.data) == (status, {"message": "no"})


def test_no_content_is_an_answer_without_data() -> None:
    answer = ask(build(Upstream(httpx.Response(204))))

    assert (answer.status, answer.data) == (204, None)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_followed_with_the_token_on_the_same_host(status: int) -> None:
    upstream = Upstream(say({"message": "Moved"}, status=status, location=f"{API}/repositories/7"), say({"id": 7}))
    session = build(upstream)

    assert ask(session, resource="core").data == {"id": 7}
    assert str(upstream.requests[1].url) == f"{API}/repositories/7"
    assert upstream.requests[1].headers["authorization"] == f"Bearer {TOKEN}"
    assert session.budgets.of["core"].requests == 2


@pytest.mark.parametrize("place", [ELSEWHERE, "http://api.github.test", "https://api.github.test:8443"])
def test_the_token_is_never_sent_to_another_host(place: str) -> None:
    upstream = Upstream(say(status=301, location=f"{place}/x"), say({"id": 7}))
    ask(build(upstream))

    assert len(upstream.requests) == 2
    assert "authorization" not in upstream.requests[1].headers
    assert TOKEN not in str(upstream.requests[1].headers.raw)


def test_each_step_of_a_redirect_waits_for_the_budget() -> None:
    moved = say(
        status=301, location=f"{API}/repositories/7", x_ratelimit_remaining="0",
        x_ratelimit_reset=str(int(NOW.timestamp()) + 60),
    )  # fmt: skip
    clock = FixedClock(NOW)
    ask(build(Upstream(moved, say()), clock=clock), resource="core")

    assert 60 <= sum(clock.slept) <= 62


@pytest.mark.parametrize("location", [f"{API}/again", "http://[", "file:///etc/passwd", "javascript:alert(1)"])
def test_a_redirect_that_leads_nowhere_ends_the_request(location: str) -> None:
    upstream = Upstream(say(status=302, location=location))
    with pytest.raises((UpstreamMalformed, UpstreamDown)):
        ask(build(upstream))

    assert len(upstream.requests) <= 30


def test_a_question_is_not_redirected() -> None:
    upstream = Upstream(say(status=302, location=f"{ELSEWHERE}/graphql"), say({"data": {}}))
    with pytest.raises(UpstreamRefused):
        build(upstream).post_graphql(f"{API}/graphql", query="{ viewer { id } }", variables={})

    assert len(upstream.requests) == 1
