"""An OIDC provider: the way there (code flow with PKCE, state and nonce) and what comes back, verified.

Rules: https://openid.net/specs/openid-connect-core-1_0.html, https://www.rfc-editor.org/rfc/rfc9700 (best practice)
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from talentscope.runtime.clock import Clock
from talentscope.web.errors import NotSignedIn
from talentscope.web.signin.outside import KEPT_SECONDS, Keys, ProviderDown, check_address, fetch_json, post_form
from talentscope.web.signin.tokens import read_token, refuse

SCOPE = "openid email profile"


@dataclass(frozen=True)
class Errand:
    """What must be the same on the way back as it was on the way there."""

    state: str
    nonce: str
    verifier: str
    next: str


@dataclass(frozen=True)
class Vouched:
    """Whom the provider vouches for. `claims` are those of its ID token."""

    email: str
    claims: Mapping[str, Any]


class Provider:
    """One provider. Its addresses and keys are kept for an hour. Safe to share between threads."""

    def __init__(self, *, issuer: str, client_id: str, client_secret: str | None, clock: Clock) -> None:
        self.issuer, self._client_id, self._client_secret = issuer, client_id, client_secret
        self._clock, self._keys = clock, Keys(clock)
        self._lock = threading.Lock()
        self._found: tuple[float, dict[str, Any]] | None = None

    @property
    def host(self) -> str:
        """What people are told where they are going."""
        return urlsplit(self.issuer).hostname or self.issuer

    def begin(self, back: str, *, next_path: str) -> tuple[str, Errand]:
        """The address to send the visitor to, and what to keep until they are `back`. Raises ProviderDown."""
        errand = Errand(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), next_path)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(errand.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": back,
            "scope": SCOPE,
            "state": errand.state,
            "nonce": errand.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        address = self._address("authorization_endpoint")
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", errand

    def finish(self, answer: Mapping[str, str], errand: Errand, back: str) -> Vouched:
        """Who came back. Raises NotSignedIn, whatever is wrong, or ProviderDown."""
        if not hmac.compare_digest(answer.get("state", "").encode(), errand.state.encode()):
            raise refuse("the answer belongs to another request")
        if answer.get("iss", self.issuer) != self.issuer:  # RFC 9207: another provider's answer, mixed in
            raise refuse("the answer is another provider's")
        if "error" in answer:
            raise NotSignedIn(
                f"{self.host} did not let you in: {answer['error'][:60]!r}", way_out="try again, or ask your operator"
            )
        tokens = self._redeem(answer.get("code", ""), errand, back)
        claims = read_token(
            tokens,
            keys=lambda key_id: self._keys.at(self._address("jwks_uri"), key_id),
            algorithms=self._algorithms(),
            issuer=self.issuer,
            audience=self._client_id,
            now=int(self._clock.now().timestamp()),
        )
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), errand.nonce.encode()):
            raise refuse("it was made for another request")
        email = claims.get("email")
        if not isinstance(email, str) or "@" not in email or claims.get("email_verified") is not True:
            raise refuse("it names no e-mail address that the provider has verified")
        return Vouched(email, claims)

    def way_out(self, back: str) -> str | None:
        """Where people can sign out of the provider too; None where it has no such place, or does not answer."""
        try:
            address = self._addresses().get("end_session_endpoint")
            if not isinstance(address, str):
                return None
            check_address(address)
        except ProviderDown:
            return None
        asked = urlencode({"client_id": self._client_id, "post_logout_redirect_uri": back})
        return f"{address}{'&' if '?' in address else '?'}{asked}"

    def _redeem(self, code: str, errand: Errand, back: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": errand.verifier,
        }
        methods = self._addresses().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        credentials = None
        if self._client_secret is not None and "client_secret_basic" in methods:
            credentials = (quote_plus(self._client_id), quote_plus(self._client_secret))
        else:
            form |= {"client_id": self._client_id}
            form |= {"client_secret": self._client_secret} if self._client_secret is not None else {}
        status, answer = post_form(self._address("token_endpoint"), form, credentials=credentials)
        token = answer.get("id_token")
        if status != 200 or not isinstance(token, str):
            raise refuse(f"{self.host} does not know the code any more")
        return token

    def _algorithms(self) -> list[str]:
        said = self._addresses().get("id_token_signing_alg_values_supported", ["RS256"])
        return [name for name in said if isinstance(name, str)] if isinstance(said, list) else ["RS256"]

    def _address(self, name: str) -> str:
        address = self._addresses().get(name)
        if not isinstance(address, str):
            raise ProviderDown(f"{self.host} does not say its {name}")
        check_address(address)
        return address

    def _addresses(self) -> dict[str, Any]:
        with self._lock:
            now = self._clock.now().timestamp()
            if self._found is not None and now - self._found[0] < KEPT_SECONDS:
                return self._found[1]
            said = fetch_json(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if said.get("issuer") != self.issuer:
                raise ProviderDown(
                    f"{self.host} calls itself {str(said.get('issuer'))[:100]!r}",
                    way_out="set TALENTSCOPE_OIDC_ISSUER to exactly that, if it is who you mean",
                )
            self._found = (now, said)
            return said
