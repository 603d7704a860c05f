"""Which role somebody has whom a provider vouches for: the file of users says it, else the default role."""

from __future__ import annotations

import structlog

from talentscope.runtime.errors import SettingError
from talentscope.web.errors import RequestRefused
from talentscope.web.signin.identity import Role
from talentscope.web.signin.users import Account, Users, fold


class NobodyKnown(RequestRefused):
    """The file of users is not right, so nobody is let in."""

    status = 503


class Roles:
    """Looks names up in the file of users."""

    def __init__(self, users: Users, default: Role | None, *, is_claimed: bool = False) -> None:
        """`is_claimed`: for who has no line in the file, the provider may say another role than the default."""
        self._users, self._default, self._is_claimed = users, default, is_claimed

    def account(self, name: str) -> Account | None:
        """The account of that name. Raises NobodyKnown; what is wrong with the file goes to the log only."""
        try:
            return self._users.find(name)
        except SettingError as error:
            structlog.get_logger().error("the file of users is not right", cause=error.message)
            raise NobodyKnown(
                "the file of users is not right, so nobody can be let in",
                way_out="operators find the cause in the log, and by: talentscope users list",
            ) from error

    def of(self, email: str) -> tuple[str, Role | None]:
        """The name to sign with and the role; None for somebody who has none."""
        account = self.account(email)
        return (account.name, account.role) if account else (fold(email), self._default)

    def may(self, name: str, least: Role) -> bool:
        """Whether whoever made a key may by now what needs that role. Where only the provider could tell, and is not
        here to ask, the end of the key has to do. Raises NobodyKnown."""
        account = self.account(name)
        if account is None and self._is_claimed:
            return True
        role = account.role if account is not None else self._default
        return role is not None and role >= least

    def is_listed(self, name: str) -> bool:
        """Whether the file has a line for them, and so an operator's hand on what they made. Raises NobodyKnown."""
        return self.account(name) is not None
