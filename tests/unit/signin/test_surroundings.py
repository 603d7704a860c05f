"""Hosts, addresses and origins; where the page may listen, and which gate the settings ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.signin.pieces import ANYWHERE, HASH, ask, web

from talentscope.runtime.clock import FixedClock
from talentscope.runtime.errors import SettingError
from talentscope.web.errors import NotAllowed
from talentscope.web.signin.gates import PasswordGate, build_gate, check_bind
from talentscope.web.signin.identity import OpenGate, Role
from talentscope.web.signin.security import local_path
from talentscope.web.signin.surroundings import (
    client_address,
    counted_as,
    host_name,
    is_known,
    is_loopback,
    is_same_origin,
)
from talentscope.web.signin.users import Account, write_users

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
