"""Checks what an identity provider has signed: by public key only, and with every claim that we rely on."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Collection
from typing import Any

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry

from talentscope.web.errors import NotSignedIn

PUBLIC_KEY_ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Never `none`, and never HS256: a public key is no secret, so anybody could sign with it."""

LEEWAY_SECONDS = 30
MOST_LETTERS = 16 * 1024


def read_token(
    token: str,
    *,
    keys: Callable[[str | None], KeySet],
    algorithms: Collection[str],
    issuer: str,
    audience: str,
    now: int,
) -> dict[str, Any]:
    """The claims of a signed token that is meant for us and in force now. Raises NotSignedIn, whatever is wrong.

    `keys` gives the issuer's keys for the id of one; `now` is seconds since 1970.
    """
    if len(token) > MOST_LETTERS:
        raise refuse("it is too long")
    algorithm, key_id = _header(token)
    allowed = PUBLIC_KEY_ALGORITHMS & set(algorithms)
    if algorithm not in allowed:
        raise refuse("it is not signed in a way that is allowed")
    key_set = keys(key_id)
    if key_id is None and len(key_set.keys) != 1:
        raise refuse("it does not say which key signed it")
    essential: ClaimsOption = {"essential": True}
    registry = JWTClaimsRegistry(
        now=now,
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        exp=essential,
        iat=essential,
        sub=essential,
    )
    try:
        claims = jwt.decode(token, key_set, algorithms=sorted(allowed)).claims
        registry.validate(claims)
    except (JoseError, ValueError, TypeError, KeyError, binascii.Error) as error:
        raise refuse(type(error).__name__.removesuffix("Error")) from error
    audiences = claims["aud"]
    if isinstance(audiences, list) and len(audiences) > 1 and claims.get("azp") != audience:
        raise refuse("it is meant for several, and was not given to us")
    return dict(claims)


def refuse(why: str) -> NotSignedIn:
    """A token that is not good. `why` goes into the answer: it names no secret."""
    return NotSignedIn(
        f"what the identity provider vouches for is not good: {why}",
        way_out="sign in again; if it lasts, tell your operator",
    )


def _header(token: str) -> tuple[str, str | None]:
    first = token.split(".", 1)[0]
    try:
        header = orjson.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, binascii.Error) as error:
        raise refuse("it is no token") from error
    if not isinstance(header, dict) or not isinstance(header.get("alg"), str):
        raise refuse("it is no token")
    key_id = header.get("kid")
    return header["alg"], key_id if isinstance(key_id, str) else None
