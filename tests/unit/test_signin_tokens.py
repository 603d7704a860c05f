"""What identity providers sign, and what attackers do: tokens read strictly, Google IAP, keys that are asked for."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from talentscope.runtime.clock import FixedClock
from talentscope.web.errors import NotAllowed, NotSignedIn
from talentscope.web.signin.iap import IapGate
from talentscope.web.signin.identity import Role, User
from talentscope.web.signin.outside import AGAIN_SECONDS, KEPT_SECONDS, Keys, ProviderDown, check_address
from talentscope.web.signin.roles import Roles
from talentscope.web.signin.tokens import read_token
from talentscope.web.signin.users import Account, Users, write_users

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NOW = int(START.timestamp())
ISSUER, AUDIENCE = "https://cloud.google.com/iap", "/projects/1/global/backendServices/2"
OURS = ECKey.generate_key("P-256", {"kid": "ours"})
THEIRS = ECKey.generate_key("P-256", {"kid": "theirs"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
KEYS_URL = "https://keys.example/jwk"


def claims(**changed: Any) -> dict[str, Any]:
    made = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "accounts.google.com:1",
        "email": "Grace@example.org",
        "iat": NOW - 5,
        "exp": NOW + 600,
    }
    return {name: value for name, value in (made | changed).items() if value is not None}


def signed(payload: dict[str, Any] | None = None, key: Any = OURS, algorithm: str = "ES256", **header: Any) -> str:
    named = {"alg": algorithm, "kid": key.kid} | header
    return jwt.encode({k: v for k, v in named.items() if v is not None}, payload or claims(), key, [algorithm])


def read(token: str, *keys: Any, algorithms: tuple[str, ...] = ("ES256",)) -> dict[str, Any]:
    known = KeySet(list(keys) or [OURS])
    return read_token(token, keys=lambda _: known, algorithms=algorithms, issuer=ISSUER, audience=AUDIENCE, now=NOW)


def encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_good_token_is_read() -> None:
    assert read(signed())["email"] == "Grace@example.org"
    assert read(signed(key=RSA, algorithm="RS256"), RSA, algorithms=("RS256",))["sub"] == "accounts.google.com:1"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"iss": ISSUER + "/"},
        {"aud": "/projects/1/global/backendServices/3"},
        {"aud": None},
        {"aud": []},
        {"aud": [AUDIENCE, "another"]},
        {"aud": [AUDIENCE, "another"], "azp": "another"},
        {"exp": NOW - 31},
        {"exp": None},
        {"exp": "never"},
        {"iat": NOW + 120},
        {"iat": None},
        {"nbf": NOW + 120},
        {"sub": None},
        {"sub": ""},
    ],
    ids=str,
)
def test_claims_that_are_not_for_us_and_not_for_now_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(NotSignedIn):
        read(signed(claims(**changed)))


def test_a_token_for_several_that_was_given_to_us_is_read() -> None:
    assert read(signed(claims(aud=[AUDIENCE, "another"], azp=AUDIENCE)))


def test_a_signature_by_another_key_is_refused() -> None:
    with pytest.raises(NotSignedIn):
        read(signed(key=THEIRS))
    with pytest.raises(NotSignedIn):
        read(signed(key=THEIRS, kid="ours"))
    with pytest.raises(NotSignedIn):
        read(signed(key=RSA, algorithm="RS256"))


def test_no_signature_is_refused() -> None:
    for algorithm in ("none", "None", "NONE", ""):
        body = f"{encoded({'alg': algorithm, 'kid': 'ours'})}.{encoded(claims())}."
        for token in (body, body + "x", body.rstrip(".")):
            with pytest.raises(NotSignedIn):
                read(token, algorithms=("ES256", "none"))


def test_the_public_key_is_no_secret_to_sign_with() -> None:
    """HS256 with the public key's bytes as the shared secret: the classic confusion of algorithms."""
    for pem in (
        RSA.as_pem(private=False),
        RSA.as_pem(private=False).strip(),
        json.dumps(RSA.as_dict(private=False)).encode(),
    ):
        body = f"{encoded({'alg': 'HS256', 'kid': 'rsa'})}.{encoded(claims())}"
        mac = base64.urlsafe_b64encode(hmac.digest(pem, body.encode(), "sha256")).rstrip(b"=").decode()
        token = f"{body}.{mac}"
        with pytest.raises(NotSignedIn):
            read(token, RSA, algorithms=("RS256", "HS256"))


def test_a_key_inside_the_token_is_not_believed() -> None:
    for header in ({"jwk": THEIRS.as_dict(private=False)}, {"jku": "https://evil.example/keys"}):
        token = jws.serialize_compact(
            {"alg": "ES256", "kid": "ours", **header}, json.dumps(claims()), THEIRS, algorithms=["ES256"]
        )
        with pytest.raises(NotSignedIn):
            read(token)


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB"),
        lambda token: token.split(".")[0] + "." + encoded(claims(email="eve@example.org")) + "." + token.split(".")[2],
        lambda token: token + ".x",
        lambda token: ".".join(token.split(".")[:2]),
        lambda token: "",
        lambda token: "a.b.c",
        lambda token: token + "A" * 20_000,
        lambda token: "é.é.é",
        lambda token: encoded({"alg": ["ES256"]}) + ".a.b",
        lambda token: encoded({"alg": "ES256", "kid": "ours"}) + ".bm8=.c2ln",
        lambda token: "bnVsbA.a.b",
    ],
)  # fmt: skip
def test_what_was_changed_or_is_no_token_is_refused(change: Callable[[str], str]) -> None:
    with pytest.raises(NotSignedIn):
        read(change(signed()))


def test_a_token_that_names_no_key_is_read_only_where_there_is_one() -> None:
    token = signed(kid=None)
    assert read(token)
    with pytest.raises(NotSignedIn, match="which key"):
        read(token, OURS, THEIRS)


# keys that are asked for


class Published:
    """A key set at an address, and how often it was asked for."""

    def __init__(self, *keys: ECKey) -> None:
        self.keys, self.asked, self.is_down = list(keys), 0, False

    def __call__(self, url: str) -> dict[str, Any]:
        assert url == KEYS_URL
        self.asked += 1
        if self.is_down:
            raise ProviderDown("down")
        return {"keys": [key.as_dict(private=False) for key in self.keys]}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


def test_keys_are_kept_for_an_hour_and_a_new_one_is_found(clock: FixedClock) -> None:
    published = Published(OURS)
    keys = Keys(clock, published)
    for _ in range(50):
        keys.at(KEYS_URL, "ours")
    assert published.asked == 1
    published.keys.append(THEIRS)
    clock.advance(AGAIN_SECONDS)
    assert {key.kid for key in keys.at(KEYS_URL, "theirs").keys} == {"ours", "theirs"}
    clock.advance(KEPT_SECONDS)
    keys.at(KEYS_URL, "ours")
    assert published.asked == 3


def test_a_stranger_cannot_make_us_ask_all_the_time(clock: FixedClock) -> None:
    published = Published(OURS)
    keys = Keys(clock, published)
    for n in range(100):
        keys.at(KEYS_URL, f"made up {n}")
    assert published.asked == 1


def test_known_keys_do_while_the_provider_is_down_and_nothing_else_does(clock: FixedClock) -> None:
    published = Published(OURS)
    keys = Keys(clock, published)
    keys.at(KEYS_URL, "ours")
    published.is_down = True
    clock.advance(KEPT_SECONDS + 1)
    assert keys.at(KEYS_URL, "ours")
    asked = published.asked
    assert keys.at(KEYS_URL, "ours")
    assert published.asked == asked, "not asked again with every request"
    clock.advance(AGAIN_SECONDS)
    with pytest.raises(ProviderDown):
        keys.at(KEYS_URL, "theirs")
    fresh = Keys(clock, published)
    with pytest.raises(ProviderDown):
        fresh.at(KEYS_URL, "ours")


@pytest.mark.parametrize("answer", [{}, {"keys": "no"}, {"keys": [1]}, {"keys": []}, {"keys": [{"kty": "EC"}]}])
def test_keys_that_cannot_be_read_let_nobody_in(clock: FixedClock, answer: dict[str, Any]) -> None:
    with pytest.raises(ProviderDown):
        Keys(clock, lambda _: answer).at(KEYS_URL, "ours")


@pytest.mark.parametrize(
    "url", ["http://provider.example/", "ftp://a", "file:///etc/passwd", "", "//a", "http://127.0.0.1.evil.example"]
)
def test_only_https_is_asked_beyond_this_machine(url: str) -> None:
    with pytest.raises(ProviderDown, match="expected an https address"):
        check_address(url)


# Google IAP


@pytest.fixture
def published() -> Published:
    return Published(OURS)


@pytest.fixture
def gate(tmp_path: Path, clock: FixedClock, published: Published) -> IapGate:
    return make_gate(tmp_path, clock, published)


def make_gate(folder: Path, clock: FixedClock, published: Published, default: Role | None = None) -> IapGate:
    users = Users(folder / "users.yaml")
    write_users(users.path, [Account("grace@example.org", Role.recruiter)])
    keys = Keys(clock, published)
    return IapGate(audience=AUDIENCE, keys_url=KEYS_URL, keys=keys, roles=Roles(users, default), clock=clock)


def ask(*assertions: str, **headers: str) -> Request:
    pairs = [(b"x-goog-iap-jwt-assertion", text.encode("latin-1", "replace")) for text in assertions]
    pairs += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": pairs, "state": {}})


def test_whom_google_vouches_for_is_let_in_with_the_role_of_the_file(gate: IapGate) -> None:
    assert gate.identify(ask(signed())) == User("grace@example.org", Role.recruiter, via="iap")


def test_the_plain_header_is_never_believed(gate: IapGate) -> None:
    plain = {
        "x_goog_authenticated_user_email": "accounts.google.com:grace@example.org",
        "x_goog_authenticated_user_id": "accounts.google.com:1",
    }
    assert gate.identify(ask(**plain)) is None
    with pytest.raises(NotSignedIn):
        gate.identify(ask(signed(key=THEIRS), **plain))


def test_who_is_in_no_file_stays_outside_or_has_the_default_role(
    gate: IapGate, tmp_path: Path, clock: FixedClock, published: Published
) -> None:
    stranger = signed(claims(email="eve@example.org"))
    with pytest.raises(NotAllowed, match="no role here"):
        gate.identify(ask(stranger))
    open_to_readers = make_gate(tmp_path, clock, published, Role.reader)
    assert open_to_readers.identify(ask(stranger)) == User("eve@example.org", Role.reader, via="iap")


@pytest.mark.parametrize("changed", [{"email": None}, {"email": 7}, {"email": "nobody"}], ids=str)
def test_an_assertion_without_an_address_is_refused(gate: IapGate, changed: dict[str, Any]) -> None:
    with pytest.raises(NotSignedIn, match="e-mail"):
        gate.identify(ask(signed(claims(**changed))))


def test_two_assertions_are_none(gate: IapGate) -> None:
    with pytest.raises(NotSignedIn, match="more than one"):
        gate.identify(ask(signed(), signed()))


def test_an_assertion_is_over_when_it_says_so(gate: IapGate, clock: FixedClock) -> None:
    token = signed()
    clock.advance(600 + 31)
    with pytest.raises(NotSignedIn):
        gate.identify(ask(token))


def test_another_algorithm_than_googles_is_refused(tmp_path: Path, clock: FixedClock) -> None:
    gate = make_gate(tmp_path, clock, Published(OURS, RSA))  # type: ignore[arg-type]
    with pytest.raises(NotSignedIn, match="in a way that is allowed"):
        gate.identify(ask(signed(key=RSA, algorithm="RS256")))


def test_without_googles_keys_nobody_is_let_in(gate: IapGate, published: Published) -> None:
    published.is_down = True
    with pytest.raises(ProviderDown):
        gate.identify(ask(signed()))
