"""Who is asking, and what they may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from fastapi import Request

from talentscope.web.errors import NotAllowed, NotSignedIn


class Role(IntEnum):
    """What somebody may do; each may also do what those before may."""

    reader = 1
    recruiter = 2
    operator = 3


@dataclass(frozen=True)
class User:
    """Somebody who has said who they are. `name` signs what they write; `via` is none, password, oidc, iap or key."""

    name: str
    role: Role
    via: str
    scopes: frozenset[str] = frozenset()


class Gate(Protocol):
    """Tells who is asking."""

    def identify(self, request: Request) -> User | None:
        """The user behind a request, None for a visitor. Raises NotSignedIn for a credential that is not good."""
        ...


@dataclass(frozen=True)
class OpenGate:
    """Everybody is the operator: for a page that only this machine can reach."""

    name: str = "operator"

    def identify(self, request: Request) -> User | None:  # noqa: ARG002 - nobody is asked anything here
        return User(self.name, Role.operator, via="none")


def user_of(request: Request) -> User | None:
    """The user behind a request, looked up once."""
    if not hasattr(request.state, "user"):
        request.state.user = request.app.state.parts.gate.identify(request)
    user: User | None = request.state.user
    return user


class Require:
    """The dependency that `require` returns. A structure test reads `role` off every route."""

    def __init__(self, role: Role) -> None:
        self.role = role

    def __call__(self, request: Request) -> User:
        user = user_of(request)
        if user is None:
            raise NotSignedIn("expected somebody who is signed in", way_out="sign in first")
        if user.role < self.role:
            raise NotAllowed(
                f"expected a {self.role.name}, came a {user.role.name}",
                way_out="ask an operator for the role, or leave this to somebody who has it",
            )
        return user


def require(role: Role) -> Callable[[Request], User]:
    """A dependency that lets through those who have `role` at least, and gives the user.

    Raises NotSignedIn (401) or NotAllowed (403).
    """
    return Require(role)
