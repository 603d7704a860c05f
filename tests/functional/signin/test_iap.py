"""Signing in by Google IAP at the whole app."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.signin_world import SITE, Page

from talentscope.runtime.clock import FixedClock
from talentscope.web.signin.iap import IapGate
from talentscope.web.signin.outside import Keys
from talentscope.web.signin.roles import Roles
from talentscope.web.signin.users import Users

# Google IAP

IAP_KEY = ECKey.generate_key("P-256", {"kid": "google"})
AUDIENCE = "/projects/1/global/backendServices/2"


@pytest.fixture
def google(home: Path) -> Page:
    def fetch(_: str) -> dict[str, Any]:
        return {"keys": [IAP_KEY.as_dict(private=False)]}

    clock, keys_url = FixedClock(datetime.now(UTC)), "https://keys.example/jwk"
    keys, roles = Keys(clock, fetch), Roles(Users(home / "users.yaml"), None)
    gate = IapGate(audience=AUDIENCE, keys_url=keys_url, keys=keys, roles=roles, clock=clock)
    values = {"TALENTSCOPE_SIGN_IN": "iap", "TALENTSCOPE_IAP_AUDIENCE": AUDIENCE, "TALENTSCOPE_PUBLIC_URL": SITE}
    return Page(home, address=SITE, gate=gate, **values)


def assertion(email: str = "grace@example.org", **changed: Any) -> dict[str, str]:
    now = int(datetime.now(UTC).timestamp())
    said = {
        "iss": "https://cloud.google.com/iap",
        "aud": AUDIENCE,
        "sub": "1",
        "email": email,
        "iat": now,
        "exp": now + 600,
    }
    return {"X-Goog-IAP-JWT-Assertion": jwt.encode({"alg": "ES256", "kid": "google"}, said | changed, IAP_KEY)}


def test_googles_signature_lets_in(google: Page) -> None:
    answer = google.browser().get("/who", headers=assertion())
    assert answer.json() == {"name": "grace@example.org", "role": "recruiter", "via": "iap"}
    programs = assertion() | {"Authorization": "Bearer eyJhbGciOi.google.token"}
    assert google.browser().get("/who", headers=programs).status_code == 200, "Google's bearer token is no key of ours"


def test_behind_googles_proxy_keys_of_ours_work(google: Page) -> None:
    headers = assertion() | {"Authorization": f"Bearer {google.key('read')}"}
    assert google.browser().get("/api/v1/who", headers=headers).json()["via"] == "key"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Goog-Authenticated-User-Email": "accounts.google.com:grace@example.org"},
        {"X-Goog-IAP-JWT-Assertion": "a.b.c"},
    ],
)
def test_without_googles_signature_nobody_is_let_in_and_nobody_goes_round_in_circles(
    google: Page, headers: dict[str, str]
) -> None:
    browser = google.browser()
    assert browser.get("/api/v1/who", headers=headers).status_code == 401
    away = browser.get("/who", headers=headers)
    assert away.headers["location"].startswith("/sign-in?")
    shown = browser.get(away.headers["location"], headers=headers)
    assert shown.status_code in {200, 401}
    assert "the proxy did not vouch for you" in shown.text


def test_who_has_no_role_is_told_so(google: Page) -> None:
    answer = google.browser().get("/who", headers=assertion("eve@example.org"))
    assert answer.status_code == 403
    assert "eve@example.org has no role here" in answer.text
