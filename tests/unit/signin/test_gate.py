"""The gate of passwords: who is let in, who waits for how long, and rates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi import Response
from tests.unit.signin.pieces import PASSWORD, QUICK, ask, cookies_of

from talentscope.runtime.clock import FixedClock
from talentscope.web.signin.gates import PasswordGate
from talentscope.web.signin.identity import Role
from talentscope.web.signin.passwords import Passwords
from talentscope.web.signin.rates import Rates
from talentscope.web.signin.roles import Roles
from talentscope.web.signin.sessions import Sessions
from talentscope.web.signin.slowdown import FREE, Slowdown
from talentscope.web.signin.users import Account, Users, read_users, write_users

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
