"""An OIDC provider of our own, on a loopback socket: it does everything right unless told to do one thing wrong."""

from __future__ import annotations

import base64
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "talentscope", "a secret: with a colon & more"

Change = Callable[[dict[str, Any]], dict[str, Any]]


def as_it_is(values: dict[str, Any]) -> dict[str, Any]:
    """No change."""
    return values


@dataclass
class Provider:
    """What it vouches for, and what it does wrong."""

    url: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "now", "use": "sig"}))
    signs_with: RSAKey | None = None
    person: dict[str, Any] = field(default_factory=lambda: {"email": "Grace@example.org", "email_verified": True})
    change_claims: Change = as_it_is
    change_discovery: Change = as_it_is
    change_token: Callable[[str], str] = str
    change_answer: Change = as_it_is
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def app(self) -> FastAPI:
        """Its pages."""
        app = FastAPI()
        app.add_api_route("/.well-known/openid-configuration", self.discovery)
        app.add_api_route("/keys", self.keys)
        app.add_api_route("/authorize", self.authorize, response_model=None)
        app.add_api_route("/token", self.token, methods=["POST"], response_model=None)
        return app

    def discovery(self) -> dict[str, Any]:
        """Where everything is."""
        return self.change_discovery(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "end_session_endpoint": f"{self.url}/leave",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            }
        )

    def keys(self) -> dict[str, Any]:
        """Its public keys."""
        return {"keys": [self.key.as_dict(private=False)]}

    def authorize(self, request: Request) -> Response:
        """Somebody signs in here, at once."""
        asked = dict(request.query_params)
        self.asked.append(asked)
        if asked.get("client_id") != CLIENT_ID or asked.get("code_challenge_method") != "S256":
            return JSONResponse({"error": "invalid_request"}, status_code=400)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        answer = self.change_answer({"code": code, "state": asked["state"], "iss": self.url})
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", status_code=302)

    def token(
        self,
        request: Request,
        code: str = Form(),
        code_verifier: str = Form(),
        redirect_uri: str = Form(),
        grant_type: str = Form(),
    ) -> Response:
        """A code for a token, once, for whoever began."""
        asked = self.codes.pop(code, None)
        wanted = base64.b64encode(b"talentscope:a+secret%3A+with+a+colon+%26+more").decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
        is_client = request.headers.get("authorization") == f"Basic {wanted}"
        if not asked or not is_client or grant_type != "authorization_code":
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        if asked["code_challenge"] != challenge or asked["redirect_uri"] != redirect_uri:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT_ID, "sub": "1", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        key = self.signs_with or self.key
        token = jwt.encode({"alg": "RS256", "kid": key.kid}, self.change_claims(said | self.person), key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": self.change_token(token)})


@contextmanager
def provider_at_work() -> Iterator[Provider]:
    """The provider, answering on a port of its own."""
    provider = Provider()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        provider.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(provider.app(), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        listening.listen(64)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.should_exit = True
            thread.join(timeout=10)
