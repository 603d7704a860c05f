"""API keys at the whole app: what their scopes open, and what no key ever does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from tests.signin_world import PASSWORD, Page

from talentscope.web.signin.identity import OpenGate, Role, User
from talentscope.web.signin.roles import Roles
from talentscope.web.signin.users import Users

# API keys


def test_a_key_has_the_role_of_its_scopes(site: Page) -> None:
    browser = site.browser()
    for scopes, role in (
        (["read"], "reader"),
        (["export"], "reader"),
        (["read", "write"], "recruiter"),
        (["operate"], "operator"),
    ):
        answer = browser.get("/api/v1/who", headers={"Authorization": f"Bearer {site.key(*scopes)}"})
        assert answer.json() == {"name": "key nightly of ada", "role": role, "via": "key"}
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("credential", ["Bearer nonsense", "Bearer ", "bearer ts_000000000000_" + "a" * 43])
def test_a_key_that_is_not_good_is_told_as_a_problem(site: Page, credential: str) -> None:
    answer = site.browser().get("/api/v1/who", headers={"Authorization": credential})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_bad_key_is_not_covered_by_a_good_session_or_an_open_gate(site: Page, tmp_path: Path) -> None:
    headers = {"Authorization": "Bearer nonsense"}
    assert site.signed_in().get("/api/v1/who", headers=headers).status_code == 401
    assert Page(tmp_path, gate=OpenGate()).browser().get("/api/v1/who", headers=headers).status_code == 401


def test_a_key_that_was_revoked_or_has_expired_opens_nothing(site: Page) -> None:
    desk = site.parts.desk.keys
    record, revoked = desk.create("a", ["read"], actor="ada")
    _, expiring = desk.create("b", ["read"], actor="ada", expires_at=site.clock.now() + timedelta(hours=1))
    browser = site.browser()
    statuses = [
        browser.get("/api/v1/who", headers={"Authorization": f"Bearer {key}"}).status_code
        for key in (revoked, expiring)
    ]
    assert statuses == [200, 200]
    desk.revoke(record.key_id, actor="ada")
    site.clock.advance(3600)
    for key in (revoked, expiring):
        assert browser.get("/api/v1/who", headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_a_key_opens_no_session(site: Page) -> None:
    headers = {"Authorization": f"Bearer {site.key('operate')}"}
    browser = site.browser()
    answers = [
        browser.get("/sign-in", headers=headers),
        browser.post("/sign-in", headers=headers, data={"name": "ada", "password": PASSWORD}),
        browser.get("/sign-in/oidc", headers=headers),
        browser.post("/sign-out", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_no_key_makes_keys(site: Page) -> None:
    headers = {"Authorization": f"Bearer {site.key('write', 'operate')}"}
    form = {"name": "mine", "scopes": ["export", "operate"]}
    assert site.browser().post("/keys", headers=headers, data=form).status_code == 403
    assert len(site.parts.desk.keys.list()) == 1
    assert site.signed_in("bob").post("/keys", data={"name": "mine", "scopes": ["export"]}).status_code == 201


def test_taking_a_copy_needs_the_scope_or_a_recruiter(site: Page) -> None:
    def with_key(*scopes: str) -> int:
        headers = {"Authorization": f"Bearer {site.key(*scopes)}"}
        return site.browser().get("/export", headers=headers).status_code

    assert [with_key("read"), with_key("operate"), with_key("read", "export")] == [403, 403, 200]
    assert [site.signed_in(name).get("/export").status_code for name in ("cleo", "bob", "ada")] == [403, 200, 200]


@pytest.mark.parametrize(
    ("maker", "scopes", "role", "export"),
    [
        ("bob", ["operate", "export"], "reader", 200),
        ("cleo", ["export", "write"], "reader", 403),
        ("CLEO", ["write"], "reader", 403),
    ],
)
def test_a_key_may_no_more_than_whoever_made_it_may_now(
    site: Page, maker: str, scopes: list[str], role: str, export: int
) -> None:
    headers = {"Authorization": f"Bearer {site.parts.desk.keys.create('k', scopes, actor=maker)[1]}"}
    assert site.browser().get("/api/v1/who", headers=headers).json()["role"] == role
    assert site.browser().get("/export", headers=headers).status_code == export


def test_keys_of_one_name_sign_with_their_maker_and_are_counted_each(home: Path) -> None:
    site = Page(home, TALENTSCOPE_SIGN_IN="password", TALENTSCOPE_REQUESTS_PER_MINUTE=10)

    def ask(maker: str, name: str = "nightly") -> list[tuple[int, str]]:
        _, secret = site.parts.desk.keys.create(name, ["read"], actor=maker)
        headers = {"Authorization": f"Bearer {secret}"}
        answers = [site.browser().get("/api/v1/who", headers=headers) for _ in range(10)]
        return [(answer.status_code, answer.json()["name"]) for answer in answers]

    assert ask("ada") == [(200, "key nightly of ada")] * 10
    assert ask("bob") == [(200, "key nightly of bob")] * 10
    assert len(ask("bob", "n" * 200)[0][1]) <= 200, "what the audit takes"


def test_whoever_has_no_line_in_the_file_makes_keys_that_end(home: Path) -> None:
    site = Page(home, gate=Unlisted(Roles(Users(home / "users.yaml"), Role.recruiter)))
    browser = site.browser(headers={"Origin": site.address})
    statuses = [
        browser.post("/keys", data={"name": "k", "scopes": ["read"], "days": days}).status_code
        for days in ("", "91", "90")
    ]
    assert statuses == [400, 400, 201]
    assert "at most 90 days" in browser.get("/keys").text


@dataclass(frozen=True)
class Unlisted:
    """A gate at which a provider alone vouches for everybody."""

    roles: Roles

    def identify(self, _: object) -> User:
        """Somebody of whom the file of users knows nothing."""
        return User("eve@example.org", Role.recruiter, via="oidc")


@pytest.mark.parametrize(
    ("default", "is_claimed", "role"),
    [(Role.reader, False, "reader"), (Role.reader, True, "operator"), (None, True, "operator")],
)
def test_the_default_role_caps_a_key_unless_the_provider_may_say_another(
    home: Path, default: Role | None, is_claimed: bool, role: str
) -> None:
    site = Page(home, gate=Unlisted(Roles(Users(home / "users.yaml"), default, is_claimed=is_claimed)))
    _, secret = site.parts.desk.keys.create("k", ["operate"], actor="eve@example.org")
    assert site.browser().get("/api/v1/who", headers={"Authorization": f"Bearer {secret}"}).json()["role"] == role


def test_a_key_of_somebody_who_is_in_the_file_no_more_opens_nothing(home: Path) -> None:
    """As after an edit by hand: `users remove` would have revoked it."""
    site = Page(home, gate=Unlisted(Roles(Users(home / "users.yaml"), None)))
    _, secret = site.parts.desk.keys.create("k", ["read", "operate"], actor="eve@example.org")
    answer = site.browser().get("/api/v1/who", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401
    assert "has no role here any more" in answer.text
