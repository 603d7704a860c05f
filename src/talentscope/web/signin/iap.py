"""Google Identity-Aware Proxy: it signs who is asking; only that signature counts, never a plain header.

Rule: https://cloud.google.com/iap/docs/signed-headers-howto
"""

from __future__ import annotations

from fastapi import Request

from talentscope.runtime.clock import Clock
from talentscope.web.errors import NotAllowed
from talentscope.web.signin.identity import User
from talentscope.web.signin.outside import Keys
from talentscope.web.signin.roles import Roles
from talentscope.web.signin.tokens import read_token, refuse

HEADER = "x-goog-iap-jwt-assertion"
ISSUER = "https://cloud.google.com/iap"
ALGORITHMS = frozenset({"ES256"})


class IapGate:
    """Lets in whom IAP vouches for and the file of users, or the default role, gives a role."""

    has_own_bearer = True
    """Programs show IAP a bearer token of Google's; it is no key of ours."""

    def __init__(self, *, audience: str, keys_url: str, keys: Keys, roles: Roles, clock: Clock) -> None:
        self._audience, self._keys_url = audience, keys_url
        self._keys, self.roles, self._clock = keys, roles, clock

    def identify(self, request: Request) -> User | None:
        """The user; None without an assertion. Raises NotSignedIn, NotAllowed (known to nobody), ProviderDown."""
        given = request.headers.getlist(HEADER)
        if not given:
            return None
        if len(given) > 1:
            raise refuse("there is more than one")
        claims = read_token(
            given[0],
            keys=lambda key_id: self._keys.at(self._keys_url, key_id),
            algorithms=ALGORITHMS,
            issuer=ISSUER,
            audience=self._audience,
            now=int(self._clock.now().timestamp()),
        )
        email = claims.get("email")
        if not isinstance(email, str) or "@" not in email:
            raise refuse("it names no e-mail address")
        name, role = self.roles.of(email)
        if role is None:
            raise NotAllowed(f"{email} has no role here", way_out="ask an operator to add you: talentscope users add")
        return User(name, role, via="iap")
