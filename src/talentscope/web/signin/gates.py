"""The gates that need signing in, and which one the settings ask for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fastapi import Request, Response
from pydantic import SecretStr

from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import SettingError
from talentscope.runtime.secrets import Secrets
from talentscope.runtime.web_settings import SignIn, WebSettings
from talentscope.web.errors import NotAllowed, NotSignedIn
from talentscope.web.signin.ended import EndedSessions
from talentscope.web.signin.iap import IapGate
from talentscope.web.signin.identity import Gate, OpenGate, Role, User
from talentscope.web.signin.oidc import Errand, Provider, Vouched
from talentscope.web.signin.outside import Keys, ProviderDown, check_address
from talentscope.web.signin.passwords import MOST, Passwords
from talentscope.web.signin.roles import Roles
from talentscope.web.signin.sessions import Sessions, Signer, load_session_key
from talentscope.web.signin.slowdown import Slowdown
from talentscope.web.signin.surroundings import is_loopback
from talentscope.web.signin.users import Account, Users, fold

ERRAND_SECONDS = 600
"""How long somebody may take at the provider."""


class PasswordGate:
    """Name and password out of the file of users."""

    def __init__(self, roles: Roles, sessions: Sessions, passwords: Passwords, slowdown: Slowdown) -> None:
        self.sessions, self.roles = sessions, roles
        self._passwords, self._slowdown = passwords, slowdown

    def identify(self, request: Request) -> User | None:
        """The user whose session the request has. Raises NobodyKnown, DeskError."""
        session = self.sessions.read(request)
        if session is None or session.via != "password":
            return None
        account = self.roles.account(session.name)
        if account is None or account.password_hash is None or session.mark != self._mark(account):
            return None
        return User(account.name, account.role, via="password")

    def sign_in(self, request: Request, response: Response, *, name: str, password: str, address: str) -> User | int:
        """Begin a session; the user when that worked, 0 when name or password is wrong, else the seconds to wait.

        Which of the two is wrong is never said, and takes as long. Raises NobodyKnown, DeskError.
        """
        name, password = name.strip()[:200], password[: MOST + 1]
        wait = self._slowdown.attempt(fold(name), address)
        if wait > 0:
            return wait
        account = self.roles.account(name)
        if not self._passwords.is_right(password, account.password_hash if account else None) or account is None:
            return 0
        self._slowdown.succeeded(fold(name), address)
        self.sessions.begin(request, response, name=account.name, via="password", mark=self._mark(account))
        return User(account.name, account.role, via="password")

    def _mark(self, account: Account) -> str:
        return self.sessions.signer.mark(fold(account.name), account.role.name, account.password_hash or "")


class OidcGate:
    """Whom an OIDC provider vouches for."""

    def __init__(self, provider: Provider, roles: Roles, sessions: Sessions, *, role_claim: str) -> None:
        self.provider, self.sessions, self.roles = provider, sessions, roles
        self._role_claim = role_claim

    def identify(self, request: Request) -> User | None:
        """The user whose session the request has. Raises NobodyKnown, DeskError."""
        session = self.sessions.read(request)
        if session is None or session.via != "oidc":
            return None
        name, role = self._role(session.name, session.claimed_role)
        if role is None or session.mark != self._mark(session.name, role):
            return None
        return User(name, role, via="oidc")

    def begin(self, request: Request, response: Response, *, back: str, next_path: str) -> str:
        """Where to send the visitor. Raises ProviderDown."""
        address, errand = self.provider.begin(back, next_path=next_path)
        kept = [errand.state, errand.nonce, errand.verifier, errand.next]
        self.sessions.put_aside(request, response, "errand", kept, ERRAND_SECONDS)
        return address

    def finish(self, request: Request, response: Response, answer: Mapping[str, str], *, back: str) -> tuple[User, str]:
        """Begin a session for whoever came back; the user, and the page that they wanted.

        Raises NotSignedIn, NotAllowed, ProviderDown.
        """
        kept = self.sessions.take_back(request, response, "errand")
        if kept is None or [type(item) for item in kept] != [str] * 4:
            raise NotSignedIn(
                "you were away for too long, or began in another browser", way_out="begin again from here"
            )
        errand = Errand(*kept)
        vouched = self.provider.finish(answer, errand, back)
        claimed = self._claimed(vouched)
        name, role = self._role(vouched.email, claimed)
        if role is None:
            raise NotAllowed(
                f"{fold(vouched.email)} has no role here", way_out="ask an operator to add you: talentscope users add"
            )
        mark = self._mark(vouched.email, role)
        self.sessions.begin(request, response, name=fold(vouched.email), via="oidc", mark=mark, claimed_role=claimed)
        return User(name, role, via="oidc"), errand.next

    def _role(self, email: str, claimed: str) -> tuple[str, Role | None]:
        """The file of users first: an operator's word there counts more than the provider's."""
        account = self.roles.account(email)
        if account is None and claimed:
            return fold(email), Role[claimed]
        return self.roles.of(email)

    def _claimed(self, vouched: Vouched) -> str:
        said = vouched.claims.get(self._role_claim) if self._role_claim else None
        names = [said] if isinstance(said, str) else said if isinstance(said, list) else []
        known = [Role[name] for name in names if isinstance(name, str) and name in Role.__members__]
        return max(known).name if known else ""

    def _mark(self, email: str, role: Role) -> str:
        return self.sessions.signer.mark(fold(email), role.name)


def build_gate(home: Path, web: WebSettings, clock: Clock, secrets: Secrets | None = None) -> Gate:
    """The gate that the settings ask for. `secrets` finds its keys wherever they lie.

    Raises SettingError for settings or files that are not right.
    """
    secrets = secrets or Secrets(clock)
    if web.sign_in is SignIn.none:
        return OpenGate()
    users = Users(web.users or home / "users.yaml")
    known = users.all()
    is_claimed = web.sign_in is SignIn.oidc and bool(web.oidc_role_claim)
    roles = Roles(users, Role[web.default_role] if web.default_role else None, is_claimed=is_claimed)
    if not known and web.sign_in is SignIn.password:
        raise SettingError(
            f"{users.path}: expected somebody who may sign in, there is nobody",
            way_out="talentscope users add NAME --role operator",
        )
    if not (known or web.default_role or web.oidc_role_claim):
        raise SettingError(
            "nobody has a role, so nobody could be let in",
            way_out="talentscope users add NAME@EXAMPLE.ORG --role operator, or set TALENTSCOPE_DEFAULT_ROLE",
        )
    if web.sign_in is SignIn.iap:
        keys = Keys(clock)
        return IapGate(audience=web.iap_audience, keys_url=web.iap_keys_url, keys=keys, roles=roles, clock=clock)
    sessions = Sessions(
        Signer(load_session_key(home, _with_key(web, secrets))),
        EndedSessions(home / "sessions.sqlite"),
        web=web,
        clock=clock,
    )
    if web.sign_in is SignIn.oidc:
        secret = secrets.text(web.oidc_client_secret, setting="TALENTSCOPE_OIDC_CLIENT_SECRET")
        provider = Provider(issuer=web.oidc_issuer, client_id=web.oidc_client_id, client_secret=secret, clock=clock)
        return OidcGate(provider, roles, sessions, role_claim=web.oidc_role_claim)
    return PasswordGate(roles, sessions, Passwords(), Slowdown(clock))


def _with_key(web: WebSettings, secrets: Secrets) -> WebSettings:
    key = secrets.text(web.session_key, setting="TALENTSCOPE_SESSION_KEY")
    return web.model_copy(update={"session_key": SecretStr(key) if key is not None else None})


def check_bind(host: str, web: WebSettings) -> None:
    """Whether the page may listen on `host` with these settings. Pure. Raises SettingError with the way out."""
    is_far = not is_loopback(host)
    if web.sign_in is SignIn.none and (is_far or web.public_url or web.trusted_proxies):
        why = f"{host} can be reached from elsewhere" if is_far else "the page is to be reached through a proxy"
        raise SettingError(
            f"TALENTSCOPE_SIGN_IN: expected a way to sign in, since {why}, came none",
            way_out="set it to password (then: talentscope users add NAME --role operator), oidc or iap; "
            "or listen on 127.0.0.1 only",
        )
    if web.sign_in is SignIn.oidc:
        _need(web.oidc_issuer, "TALENTSCOPE_OIDC_ISSUER", "the issuer of the provider")
        _need(web.oidc_client_id, "TALENTSCOPE_OIDC_CLIENT_ID", "the id that the provider gave us")
        _check_url(web.oidc_issuer, "TALENTSCOPE_OIDC_ISSUER")
        if is_far:
            _need(web.public_url, "TALENTSCOPE_PUBLIC_URL", "the address that the provider sends people back to")
    if web.sign_in is SignIn.iap:
        _need(web.iap_audience, "TALENTSCOPE_IAP_AUDIENCE", "what the assertions must be meant for")
        _check_url(web.iap_keys_url, "TALENTSCOPE_IAP_KEYS_URL")


def _need(value: str, name: str, what: str) -> None:
    if not value:
        raise SettingError(f"{name}: expected {what}, it is not set", way_out="see docs/sign-in.md")


def _check_url(url: str, name: str) -> None:
    try:
        check_address(url)
    except ProviderDown as error:
        raise SettingError(f"{name}: {error.message}", way_out="see docs/sign-in.md") from error
