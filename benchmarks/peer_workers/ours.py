"""talentscope's own GitHub source: keyset search by REST, owners by the hundred through GraphQL."""

from __future__ import annotations

from datetime import UTC, datetime

from report import TOKEN, Report, read_task

from talentscope.runtime.clock import SystemClock
from talentscope.sources.github.client import AccountRef, GitHub
from talentscope.transport.session import Session

BEFORE_GITHUB = datetime(2007, 1, 1, tzinfo=UTC)


def main() -> None:
    api_url, graphql_url, query = read_task()
    clock = SystemClock()
    session = Session(
        user_agent="talentscope-benchmark", token=TOKEN, clock=clock, max_wait_seconds=300, timeout_seconds=30
    )
    with Report("talentscope") as report:
        github = GitHub(session, api_url=api_url, graphql_url=graphql_url, clock=clock, has_token=True)
        owners: dict[int, AccountRef] = {}
        for batch in github.search(query, since=BEFORE_GITHUB, is_sweep=True):
            for found in batch.repositories:
                report.repositories.add(found.github_id)
                if found.owner_type == "User":
                    ref = AccountRef(found.owner_github_id, found.owner_node_id, found.owner_login)
                    owners.setdefault(found.owner_github_id, ref)
        for batch in github.fetch_accounts(list(owners.values())):
            report.owners.update(account.github_id for account in batch.accounts)
    session.close()
    report.show()


if __name__ == "__main__":
    main()
