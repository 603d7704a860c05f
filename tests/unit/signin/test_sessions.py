"""Sessions: who signed in, for how long, and what is worth nothing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from fastapi import Request, Response
from tests.unit.signin.pieces import KEY, START, ask, cookies_of, make_sessions, web

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import SettingError
from talentscope.web.signin.sessions import Sessions, load_session_key


def begin(sessions: Sessions, request: Request | None = None) -> dict[str, str]:
    response = Response()
    sessions.begin(request or ask(), response, name="ada", via="password", mark="m")
    return cookies_of(response)


def test_a_session_is_who_signed_in(sessions: Sessions) -> None:
    session = sessions.read(ask(begin(sessions)))
    assert session is not None
    assert (session.name, session.via, session.mark) == ("ada", "password", "m")


def test_a_cookie_that_was_changed_forged_or_signed_by_another_key_is_nothing(
    sessions: Sessions, tmp_path: Path, clock: FixedClock
) -> None:
    value = begin(sessions)["talentscope"]
    for index in range(0, len(value), 7):
        other = "A" if value[index] != "A" else "B"
        assert sessions.read(ask({"talentscope": value[:index] + other + value[index + 1 :]})) is None
    foreign = make_sessions(tmp_path, clock, key="another key that is also long enough")
    assert sessions.read(ask(begin(foreign))) is None
    as_errand = sessions.signer.sign("errand", ["id", "ada", "password", "m", "", int(START.timestamp()), 1])
    assert sessions.read(ask({"talentscope": as_errand})) is None
    for text in ("", ".", "a.b", "x" * 10_000):
        assert sessions.read(ask({"talentscope": text})) is None


def test_a_session_ends_by_its_hours_however_busy(sessions: Sessions, clock: FixedClock) -> None:
    cookies = begin(sessions)
    for _ in range(12 * 60 - 1):
        clock.advance(60)
        request = ask(cookies)
        assert sessions.read(request) is not None
        cookies = {"talentscope": request.state.renewal.split(";")[0].split("=", 1)[1]}
    clock.advance(60)
    assert sessions.read(ask(cookies)) is None


def test_a_session_ends_when_nobody_uses_it(sessions: Sessions, clock: FixedClock) -> None:
    cookies = begin(sessions)
    clock.advance(120 * 60 - 1)
    assert sessions.read(ask(cookies)) is not None
    clock.advance(1)
    assert sessions.read(ask(cookies)) is None


def test_a_session_from_the_future_is_nothing(sessions: Sessions, tmp_path: Path) -> None:
    ahead = make_sessions(tmp_path, FixedClock(START.replace(hour=18)))
    assert sessions.read(ask(begin(ahead))) is None


def test_signing_out_ends_every_copy_also_for_another_process(
    sessions: Sessions, tmp_path: Path, clock: FixedClock
) -> None:
    cookies, other = begin(sessions), begin(sessions)
    clock.advance(300)
    request = ask(cookies)
    sessions.read(request)
    renewed = {"talentscope": request.state.renewal.split(";")[0].split("=", 1)[1]}
    sessions.end(ask(cookies), Response())
    for process in (sessions, make_sessions(tmp_path, clock)):
        assert process.read(ask(cookies)) is None
        assert process.read(ask(renewed)) is None
        assert process.read(ask(other)) is not None, "another browser stays signed in"
    assert stat.S_IMODE((tmp_path / "sessions.sqlite").stat().st_mode) == 0o600


def test_signing_in_again_leaves_the_former_session_worthless(sessions: Sessions) -> None:
    planted = begin(sessions)
    fresh = begin(sessions, ask(planted))
    assert fresh != planted
    assert sessions.read(ask(planted)) is None
    assert sessions.read(ask(fresh)) is not None


@pytest.mark.parametrize(
    ("host", "scheme", "values", "is_secure"),
    [
        ("127.0.0.1:8080", "http", {}, False),
        ("localhost", "https", {}, True),
        ("talent.example.org", "http", {}, True),
        ("127.0.0.1", "http", {"TALENTSCOPE_PUBLIC_URL": "https://talent.example.org"}, True),
    ],
)
def test_the_cookie_is_for_https_and_this_host_only_beyond_this_machine(
    tmp_path: Path, clock: FixedClock, host: str, scheme: str, values: dict[str, str], is_secure: bool
) -> None:
    sessions = make_sessions(tmp_path, clock, **values)
    response = Response()
    sessions.begin(ask(host=host, scheme=scheme), response, name="ada", via="password", mark="m")
    words = {word.strip().lower() for word in response.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= words
    assert ("secure" in words) is is_secure
    assert not any(word.startswith("domain") for word in words)
    assert response.headers["set-cookie"].startswith("__Host-talentscope=" if is_secure else "talentscope=")


def test_beyond_this_machine_a_cookie_without_its_prefix_is_nothing(sessions: Sessions) -> None:
    value = begin(sessions)["talentscope"]
    assert sessions.read(ask({"talentscope": value}, host="talent.example.org")) is None


def test_the_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    key = load_session_key(tmp_path, web())
    assert load_session_key(tmp_path, web()) == key
    assert len(key) == 64
    assert stat.S_IMODE((tmp_path / "session.key").stat().st_mode) == 0o600
    assert load_session_key(tmp_path, web(TALENTSCOPE_SESSION_KEY=KEY)) == KEY
    (tmp_path / "session.key").write_text("short")
    with pytest.raises(SettingError, match="expected a key"):
        load_session_key(tmp_path, web())
