"""Signing in, piece by piece: hosts and addresses, the file of users, passwords, sessions, slowing down, rates."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import Request, Response
from hypothesis import given
from hypothesis import strategies as st

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import SettingError, UsageError
from talentscope.runtime.settings import load
from talentscope.runtime.web_settings import WebSettings
from talentscope.web.errors import NotAllowed
from talentscope.web.signin.ended import EndedSessions
from talentscope.web.signin.gates import PasswordGate, build_gate, check_bind
from talentscope.web.signin.identity import OpenGate, Role
from talentscope.web.signin.passwords import Passwords, check_password
from talentscope.web.signin.rates import Rates
from talentscope.web.signin.roles import NobodyKnown, Roles
from talentscope.web.signin.security import local_path
from talentscope.web.signin.sessions import Sessions, Signer, load_session_key
from talentscope.web.signin.slowdown import FREE, Slowdown
from talentscope.web.signin.surroundings import (
    client_address,
    counted_as,
    host_name,
    is_known,
    is_loopback,
    is_same_origin,
)
from talentscope.web.signin.users import Account, Users, read_users, write_users

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = "0123456789abcdef0123456789abcdef"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ANYWHERE = "0.0.0.0"  # noqa: S104 - the address whose danger is tested
PASSWORD = "correct horse battery"


def web(**values: Any) -> WebSettings:
    return load(WebSettings, _env_file=None, **values)


def ask(
    cookies: dict[str, str] | None = None,
    *,
    host: str = "127.0.0.1:8080",
    scheme: str = "http",
    peer: str = "127.0.0.1",
    headers: dict[str, str] | None = None,
) -> Request:
    named = {"host": host} | (headers or {})
    if cookies:
        named["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": "/leads",
            "query_string": b"",
            "scheme": scheme,
            "server": ("127.0.0.1", 8080),
            "client": (peer, 1),
            "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
            "state": {},
        }
    )


def cookies_of(response: Response) -> dict[str, str]:
    pairs = [value.split(";")[0].split("=", 1) for value in response.headers.getlist("set-cookie")]
    return {name: value.strip('"') for name, value in pairs}


# hosts and addresses


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "127.0.0.1", "127.8.9.1", "::1", "[::1]", "::ffff:127.0.0.1"]
)
def test_this_machine_is_known_by_its_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", [ANYWHERE, "::", "10.0.0.1", "localhost.evil.example", "127.0.0.1.nip.io", "", "127.1"]
)
def test_other_names_are_not_this_machine(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Example.org:80", "example.org"),
        ("example.org.", "example.org"),
        ("[::1]:80", "::1"),
        ("a@b", None),
        ("a/b", None),
        ("a:port", None),
        ("", None),
        ("a b", None),
    ],
)
def test_the_name_in_a_host_header(header: str, name: str | None) -> None:
    assert host_name(header) == name


def test_known_hosts_by_name_by_pattern_and_by_the_address_connected_to() -> None:
    assert is_known("talent.example.org", ["talent.example.org"], "")
    assert is_known("a.example.org", ["*.example.org"], "")
    assert not is_known("example.org", ["*.example.org"], "")
    assert not is_known("evilexample.org", ["*.example.org"], "")
    assert is_known("10.0.0.5", [], "10.0.0.5")
    assert not is_known("rebound.evil.example", [], "10.0.0.5")
    assert not is_known("rebound.evil.example", [], "")


@pytest.mark.parametrize(
    ("origin", "is_ours"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://127.0.0.1:9090", False),
        ("https://evil.example", False),
        ("null", False),
        ("", False),
        ("https://talent.example.org", True),
        ("https://talent.example.org:443", True),
        ("http://talent.example.org", False),
        ("https://talent.example.org.evil.example", False),
        ("file://", False),
    ],
)
def test_an_origin_is_the_host_or_the_public_address(origin: str, is_ours: bool) -> None:
    assert is_same_origin(origin, "127.0.0.1:8080", "https://talent.example.org") is is_ours


def test_a_client_cannot_write_its_own_address() -> None:
    proxies = web(TALENTSCOPE_TRUSTED_PROXIES="10.0.0.0/8, 192.168.1.1").proxies
    assert client_address("203.0.113.9", "1.1.1.1", proxies, trusts_peer=False) == "203.0.113.9"
    assert client_address("10.0.0.1", "6.6.6.6, 203.0.113.9", proxies, trusts_peer=False) == "203.0.113.9"
    assert client_address("10.0.0.1", "6.6.6.6, 203.0.113.9, 192.168.1.1", proxies, trusts_peer=False) == "203.0.113.9"
    assert client_address("169.254.1.1", "6.6.6.6, 203.0.113.9", (), trusts_peer=True) == "203.0.113.9"
    assert client_address("169.254.1.1", "", (), trusts_peer=True) == "169.254.1.1"
    assert client_address("169.254.1.1", "6.6.6.6, 169.254.1.1", (), trusts_peer=True) == "169.254.1.1"


def test_one_household_has_one_ipv6_network() -> None:
    assert counted_as("2001:db8::1") == counted_as("2001:db8::ffff:2")
    assert counted_as("2001:db8:0:1::1") != counted_as("2001:db8::1")
    assert counted_as("203.0.113.9") == "203.0.113.9"


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "",
     "leads", "/\tevil", " //evil.example", "///evil.example", "/sign-in?next=/", "http:/evil",
     "/a\r\nSet-Cookie: a=b", "/" * 3000],
)  # fmt: skip
def test_nobody_is_led_elsewhere(wanted: str) -> None:
    assert local_path(wanted) == "/"


def test_a_local_page_is_led_to() -> None:
    assert local_path("/leads?brief=minecraft-modders&min=3#top") == "/leads?brief=minecraft-modders&min=3#top"


@given(st.text(max_size=40))
def test_whatever_is_led_to_begins_on_this_site(text: str) -> None:
    led = local_path(text)
    assert led.startswith("/")
    assert not led.startswith(("//", "/\\"))


# where it may listen


def test_without_signing_in_it_listens_on_this_machine_only() -> None:
    check_bind("127.0.0.1", web())
    check_bind("localhost", web())
    for host in (ANYWHERE, "::", "10.0.0.5", "talent.example.org"):
        with pytest.raises(SettingError, match="can be reached from elsewhere") as raised:
            check_bind(host, web())
        assert "talentscope users add" in raised.value.way_out
        check_bind(host, web(TALENTSCOPE_SIGN_IN="password"))


def test_a_proxy_in_front_needs_signing_in_too() -> None:
    for values in ({"TALENTSCOPE_PUBLIC_URL": "https://a.example"}, {"TALENTSCOPE_TRUSTED_PROXIES": "10.0.0.1"}):
        with pytest.raises(SettingError, match="through a proxy"):
            check_bind("127.0.0.1", web(**values))


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"TALENTSCOPE_SIGN_IN": "iap"}, "TALENTSCOPE_IAP_AUDIENCE"),
        ({"TALENTSCOPE_SIGN_IN": "oidc"}, "TALENTSCOPE_OIDC_ISSUER"),
        ({"TALENTSCOPE_SIGN_IN": "oidc", "TALENTSCOPE_OIDC_ISSUER": "https://a.example"}, "TALENTSCOPE_OIDC_CLIENT_ID"),
        (
            {
                "TALENTSCOPE_SIGN_IN": "oidc",
                "TALENTSCOPE_OIDC_ISSUER": "http://a.example",
                "TALENTSCOPE_OIDC_CLIENT_ID": "a",
            },
            "expected an https address",
        ),
        (
            {
                "TALENTSCOPE_SIGN_IN": "oidc",
                "TALENTSCOPE_OIDC_ISSUER": "https://a.example",
                "TALENTSCOPE_OIDC_CLIENT_ID": "a",
            },
            "TALENTSCOPE_PUBLIC_URL",
        ),
    ],
)
def test_a_way_to_sign_in_that_lacks_a_setting_says_which(values: dict[str, str], missing: str) -> None:
    with pytest.raises(SettingError, match=missing):
        check_bind(ANYWHERE, web(**values))


@pytest.mark.parametrize(
    "values",
    [
        {"TALENTSCOPE_PUBLIC_URL": "talent.example.org"},
        {"TALENTSCOPE_PUBLIC_URL": "https://talent.example.org/path"},
        {"TALENTSCOPE_SESSION_KEY": "short"},
        {"TALENTSCOPE_TRUSTED_PROXIES": "everybody"},
        {"TALENTSCOPE_DEFAULT_ROLE": "boss"},
    ],
)
def test_a_setting_that_is_not_right_is_told_without_its_secret(values: dict[str, str]) -> None:
    with pytest.raises(SettingError, match=next(iter(values))) as raised:
        web(**values)
    assert "short" not in raised.value.message


def test_the_open_gate_is_for_this_machine() -> None:
    user = OpenGate().identify(ask())
    assert user is not None
    assert user.role is Role.operator
    for request in (ask(peer="10.0.0.7"), ask(peer="2001:db8::7"), ask(headers={"X-Forwarded-For": "203.0.113.9"})):
        with pytest.raises(NotAllowed, match="only this machine"):
            OpenGate().identify(request)


# the file of users


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_users_are_written_for_their_owner_only_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "users.yaml"
    accounts = [Account("ada", Role.operator, Passwords(QUICK).hash(PASSWORD)), Account("g@example.org", Role.reader)]
    write_users(path, accounts)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(read_users(path).values()) == accounts
    assert [one.name for one in tmp_path.iterdir()] == ["users.yaml"]
    assert PASSWORD not in path.read_text()


HASH = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "users:\n  ada:\n    role: boss\n",
            r":3: users\.ada\.role: expected reader, recruiter or operator, came 'boss'",
        ),
        ("users:\n  ada: {}\n", r":2: users\.ada\.role: expected this key"),
        ("users:\n  ada:\n    role: reader\n    rights: all\n", r":4: users\.ada\.rights: there is no such key"),
        ("users:\n  ada: {role: reader}\n  ada: {role: operator}\n", r":3: users\.ada: the key is here twice"),
        ("users:\n  ada: {role: reader}\n  Ada: {role: operator}\n", r":3: Ada is here twice"),
        ("users:\n  ada: {role: reader, password: secret}\n", r":2: users\.ada\.password: expected an argon2id hash$"),
        ("users:\n  'a b': {role: reader}\n", r":2: expected a name"),
        ("users: [ada]\n", r":1: users: expected users:"),
        ("users:\n  ada: &a {role: reader}\n", r":2: anchors"),
        ("- ada\n", r":1: expected keys"),
    ],
)
def test_a_file_that_is_not_right_is_told_by_line_and_key(tmp_path: Path, text: str, told: str) -> None:
    path = write(tmp_path / "users.yaml", text)
    with pytest.raises(SettingError, match=told.removesuffix("$")) as raised:
        read_users(path)
    assert "secret" not in raised.value.message


def test_a_change_of_the_file_holds_at_once_and_a_missing_one_has_nobody(tmp_path: Path) -> None:
    users = Users(tmp_path / "users.yaml")
    assert users.find("ada") is None
    write_users(users.path, [Account("Ada", Role.reader, HASH)])
    found = users.find("ADA")
    assert found is not None
    assert found.role is Role.reader
    write_users(users.path, [])
    assert users.find("ada") is None
    users.path.write_text("users: nonsense")
    with pytest.raises(SettingError):
        users.find("ada")
    with pytest.raises(NobodyKnown):
        Roles(users, None).account("ada")


# passwords


def test_a_password_is_checked_and_nobody_costs_as_much_as_somebody() -> None:
    verified: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
            verified.append(str(hash))
            return super().verify(hash, password)

    passwords = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    kept = passwords.hash("pässword of ada")
    assert passwords.is_right("pässword of ada", kept), "the same letters, composed another way"
    assert not passwords.is_right("pässword of Ada", kept)
    assert not passwords.is_right("anything", None)
    assert not passwords.is_right("x" * 5000, kept)
    assert len(verified) == 4
    assert verified[2] != kept


@pytest.mark.parametrize(
    "password", ["short", "x" * 300, "aaaaaaaaaaaaaaaa", "adalovelaceadalovelace", "ababababababab"]
)
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    with pytest.raises(UsageError, match="expected a password"):
        check_password(password, "adalovelace@example.org")
    check_password(PASSWORD, "adalovelace")


# sessions


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def sessions(tmp_path: Path, clock: FixedClock) -> Sessions:
    return make_sessions(tmp_path, clock)


def make_sessions(folder: Path, clock: FixedClock, key: str = KEY, **values: Any) -> Sessions:
    return Sessions(Signer(key), EndedSessions(folder / "sessions.sqlite"), web(**values), clock)


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


# the gate of passwords


@pytest.fixture
def gate(tmp_path: Path, sessions: Sessions, clock: FixedClock) -> PasswordGate:
    passwords = Passwords(QUICK)
    users = Users(tmp_path / "users.yaml")
    write_users(users.path, [Account("Ada", Role.recruiter, passwords.hash(PASSWORD)), Account("b@c.de", Role.reader)])
    return PasswordGate(Roles(users, None), sessions, passwords, Slowdown(clock))


def sign_in(gate: PasswordGate, name: str = "ada", password: str = PASSWORD, address: str = "a") -> Any:
    response = Response()
    wait = gate.sign_in(ask(), response, name=name, password=password, address=address)
    return wait if isinstance(wait, int) else cookies_of(response)


def test_name_and_password_open_a_session_with_the_role_of_the_file(gate: PasswordGate) -> None:
    user = gate.identify(ask(sign_in(gate)))
    assert user is not None
    assert (user.name, user.role, user.via) == ("Ada", Role.recruiter, "password")


@pytest.mark.parametrize(
    ("name", "password"), [("ada", "wrong"), ("eve", PASSWORD), ("", ""), ("b@c.de", ""), ("b@c.de", "x")]
)
def test_whatever_is_wrong_the_answer_is_the_same(gate: PasswordGate, name: str, password: str) -> None:
    assert sign_in(gate, name, password) == 0


def test_a_new_password_role_or_a_removal_ends_sessions(gate: PasswordGate, tmp_path: Path) -> None:
    path, hasher = tmp_path / "users.yaml", Passwords(QUICK)
    for changed in (
        [Account("Ada", Role.recruiter, hasher.hash(PASSWORD))],
        [Account("Ada", Role.operator, read_users(path)["ada"].password_hash)],
        [],
    ):
        before = list(read_users(path).values())
        cookies = sign_in(gate)
        assert gate.identify(ask(cookies)) is not None
        write_users(path, changed)
        assert gate.identify(ask(cookies)) is None
        write_users(path, before)


def test_guessing_waits_longer_and_longer_then_a_good_password_works(gate: PasswordGate, clock: FixedClock) -> None:
    assert [sign_in(gate, password=f"guess {n}") for n in range(FREE["pair"])] == [0] * FREE["pair"]
    assert sign_in(gate) == 1, "even the right one waits, and nobody learns that it is right"
    clock.advance(1)
    assert sign_in(gate, password="another guess") == 0
    assert sign_in(gate) == 2
    assert isinstance(sign_in(gate, address="elsewhere"), dict), "the same name from another address does not wait"
    clock.advance(2)
    assert isinstance(sign_in(gate), dict)
    assert sign_in(gate, password="guess") == 0, "nothing is held against the pair any more"


def test_one_address_cannot_try_one_password_on_many_names(gate: PasswordGate) -> None:
    waits = [sign_in(gate, name=f"name{n}", password="password12345") for n in range(FREE["address"] + 1)]
    assert waits[:-1] == [0] * FREE["address"]
    assert waits[-1] > 0


def test_many_addresses_cannot_keep_somebody_out_for_long(gate: PasswordGate, clock: FixedClock) -> None:
    for n in range(500):
        sign_in(gate, password="guess", address=f"bot {n}")
        clock.advance(1)
    wait = sign_in(gate, address="ada's own")
    assert isinstance(wait, dict) or wait <= 60


def test_the_memory_of_attempts_is_bounded(clock: FixedClock) -> None:
    slowdown = Slowdown(clock)
    for n in range(25_000):
        slowdown.attempt(f"n{n}", f"a{n}")
    assert len(slowdown._counted) <= 20_000


# rates


def test_a_bucket_empties_and_fills_again(clock: FixedClock) -> None:
    rates = Rates(60, clock)
    taken = [rates.take("user ada", 60) for _ in range(61)]
    assert [rate.is_allowed for rate in taken] == [True] * 60 + [False]
    assert taken[0].headers() == {"RateLimit-Policy": '"default";q=60;w=60', "RateLimit": '"default";r=59;t=0'}
    assert taken[60].headers()["Retry-After"] == "1"
    assert rates.take("user bob", 60).is_allowed
    clock.advance(1)
    assert rates.take("user ada", 60).is_allowed
    assert not rates.take("user ada", 60).is_allowed
    clock.advance(3600)
    assert rates.take("user ada", 60).remaining == 59


def test_the_memory_of_rates_is_bounded(clock: FixedClock) -> None:
    rates = Rates(60, clock, most=100)
    for n in range(1000):
        rates.take(f"address {n}", 60)
    assert len(rates._buckets) == 100


# which gate


def test_the_gate_that_the_settings_ask_for(tmp_path: Path, clock: FixedClock) -> None:
    assert isinstance(build_gate(tmp_path, web(), clock), OpenGate)
    with pytest.raises(SettingError, match="there is nobody") as raised:
        build_gate(tmp_path, web(TALENTSCOPE_SIGN_IN="password"), clock)
    assert "talentscope users add" in raised.value.way_out
    with pytest.raises(SettingError, match="nobody has a role"):
        build_gate(tmp_path, web(TALENTSCOPE_SIGN_IN="iap", TALENTSCOPE_IAP_AUDIENCE="/a"), clock)
    write_users(tmp_path / "users.yaml", [Account("ada", Role.operator, HASH)])
    assert isinstance(build_gate(tmp_path, web(TALENTSCOPE_SIGN_IN="password"), clock), PasswordGate)
