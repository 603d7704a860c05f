"""Who is asking, and what they may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from fastapi import Request

from talentscope.desk.api_keys import KeyRecord
from talentscope.web.errors import NotAllowed, NotSignedIn, RequestRefused, TooMany
from talentscope.web.signin.rates import Rates
from talentscope.web.signin.surroundings import is_address, is_loopback


class Role(IntEnum):
    """What somebody may do; each may also do what those before may."""

    reader = 1
    recruiter = 2
    operator = 3


SCOPE_ROLES = {"read": Role.reader, "export": Role.reader, "write": Role.recruiter, "operate": Role.operator}
"""What a key with a scope may do at least. Whoever may write or export may read."""

GRANTED_BY = SCOPE_ROLES | {"export": Role.recruiter}
"""What whoever made a key has to be for each of its scopes."""

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers that only a proxy adds."""


@dataclass(frozen=True)
class User:
    """Somebody who has said who they are. `name` signs what they write; `via` is none, password, oidc, iap or key.

    `counted_as` is whose requests these are where names are not unique: a key's number.
    """

    name: str
    role: Role
    via: str
    scopes: frozenset[str] = frozenset()
    counted_as: str = ""


class Gate(Protocol):
    """Tells who is asking."""

    def identify(self, request: Request) -> User | None:
        """The user behind a request, None for a visitor. Raises NotSignedIn for a credential that is not good."""
        ...


class Makers(Protocol):
    """Knows people who make keys; a gate that has such a thing calls it `roles`."""

    def may(self, name: str, least: Role) -> bool:
        """Whether they may by now what needs that role."""
        ...

    def is_listed(self, name: str) -> bool:
        """Whether an operator's file names them."""
        ...


def makers_of(gate: Gate) -> Makers | None:
    """Who knows the makers of keys; None where everybody is the operator."""
    makers: Makers | None = getattr(gate, "roles", None)
    return makers


@dataclass(frozen=True)
class OpenGate:
    """Everybody is the operator: for a page that only this machine can reach."""

    name: str = "operator"

    def identify(self, request: Request) -> User | None:
        """The operator. Raises NotAllowed for what has come from elsewhere: then this is the wrong gate."""
        peer = request.client.host if request.client else ""
        if (is_address(peer) and not is_loopback(peer)) or any(name in request.headers for name in FORWARDED):
            raise NotAllowed(
                "without signing in, only this machine may look; this request came through a proxy or from elsewhere",
                way_out="set TALENTSCOPE_SIGN_IN to password, oidc or iap",
            )
        return User(self.name, Role.operator, via="none")


def user_of(request: Request) -> User | None:
    """The user behind a request, looked up once; None for a visitor, and for a credential that is not good.

    Why a credential is not good is in `request.state.refusal`.
    """
    if not hasattr(request.state, "user"):
        request.state.user, request.state.refusal = None, None
        try:
            request.state.user = _identify(request)
        except RequestRefused as refusal:
            request.state.refusal = refusal
    user: User | None = request.state.user
    return user


def bearer_of(request: Request) -> str | None:
    """The secret of an API key that a request carries."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else None


def _identify(request: Request) -> User | None:
    parts = request.app.state.parts
    secret = bearer_of(request)
    if secret is None or (getattr(parts.gate, "has_own_bearer", False) and not secret.startswith("ts_")):
        user: User | None = parts.gate.identify(request)
        return user
    record = parts.desk.keys.check(secret)
    if record is None:
        raise NotSignedIn(
            "the API key is not known, was revoked or has expired",
            way_out="see /keys for the keys there are",
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    return _key_user(record, makers_of(parts.gate))


def _key_user(record: KeyRecord, makers: Makers | None) -> User:
    """A key may what its scopes say, and no more than whoever made it may by now. Raises NobodyKnown, NotSignedIn."""
    if makers is not None and not makers.may(record.created_by, Role.reader):
        raise NotSignedIn(
            "whoever made this API key has no role here any more",
            way_out="somebody with a role makes a new one on /keys",
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    scopes = [scope for scope in record.scopes if makers is None or makers.may(record.created_by, GRANTED_BY[scope])]
    role = max((SCOPE_ROLES[scope] for scope in scopes), default=Role.reader)
    name = f"key {record.name[:90]} of {record.created_by[:100]}"  # what signs has 200 characters at most
    return User(name, role, via="key", scopes=frozenset(scopes), counted_as=f"key {record.key_id}")


class Require:
    """The dependency that `require` returns. A structure test reads `role` off every route."""

    def __init__(self, role: Role) -> None:
        self.role = role

    def __call__(self, request: Request) -> User:
        user = user_of(request)
        if user is None:
            raise request.state.refusal or NotSignedIn(
                "expected somebody who is signed in", way_out="sign in first", headers={"WWW-Authenticate": "Bearer"}
            )
        _count(request, user)
        if user.role < self.role:
            raise NotAllowed(
                f"expected a {self.role.name}, came a {user.role.name}",
                way_out="ask an operator for the role, or leave this to somebody who has it",
            )
        return user


class RequireScope(Require):
    """The dependency that `require_scope` returns."""

    def __init__(self, scope: str) -> None:
        super().__init__(SCOPE_ROLES[scope])
        self.scope = scope

    def __call__(self, request: Request) -> User:
        user = super().__call__(request)
        if user.via == "key" and self.scope not in user.scopes:
            raise NotAllowed(
                f"the key lacks the scope {self.scope}, or whoever made it may not do that any more",
                way_out="make a key that has it; scopes of a key never change",
            )
        if user.via != "key" and self.scope == "export" and user.role < Role.recruiter:
            raise NotAllowed(
                "a reader may look, but not take a copy of personal data along",
                way_out="ask an operator for the role of recruiter",
            )
        return user


class RequirePerson(Require):
    """The dependency that `require_person` returns."""

    def __call__(self, request: Request) -> User:
        user = super().__call__(request)
        if user.via == "key":
            raise NotAllowed("an API key may not do this", way_out="sign in and do it on the page")
        return user


def require(role: Role) -> Callable[[Request], User]:
    """A dependency that lets through those who have `role` at least, and gives the user.

    Raises NotSignedIn (401), NotAllowed (403) or TooMany (429).
    """
    return Require(role)


def require_person(role: Role) -> Callable[[Request], User]:
    """As `require`, and never a key: one that could make others would outlive its own end, and grow."""
    return RequirePerson(role)


def require_scope(scope: str) -> Callable[[Request], User]:
    """As `require`: keys need the scope (read, export, write, operate), people its role, a recruiter's to export."""
    return RequireScope(scope)


def _count(request: Request, user: User) -> None:
    """One request of this user, whatever number of dependencies ask. Raises TooMany."""
    rates: Rates | None = getattr(request.app.state, "rates", None)
    if rates is None or getattr(request.state, "is_counted", False):
        return
    request.state.is_counted = True
    rate = rates.take(user.counted_as or f"user {user.name}", rates.per_minute)
    request.state.rate = rate
    if not rate.is_allowed:
        raise TooMany(
            f"{user.name} asked more than {rate.limit:,} times in a minute",
            way_out=f"wait {rate.wait_seconds} seconds; an operator can raise TALENTSCOPE_REQUESTS_PER_MINUTE",
            headers=rate.headers(),
        )
