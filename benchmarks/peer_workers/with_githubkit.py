"""githubkit as its README says: `rest.paginate` over the search, owners side by side through the async client."""

from __future__ import annotations

import asyncio

from githubkit import GitHub
from report import TOKEN, Report, read_task


async def collect(api_url: str, query: str, report: Report) -> None:
    """Its own throttle holds the reads of owners to a hundred at once."""
    async with GitHub(TOKEN, base_url=api_url) as github:
        owners: dict[int, str] = {}
        search = github.rest.search.async_repos
        async for found in github.rest.paginate(
            search, map_func=lambda answer: answer.parsed_data.items, q=query, per_page=100
        ):
            report.repositories.add(found.id)
            if found.owner is not None and found.owner.type == "User":
                owners.setdefault(found.owner.id, found.owner.login)

        async def read(number: int, login: str) -> None:
            answer = await github.rest.users.async_get_by_username(login)
            assert answer.parsed_data.id == number
            report.owners.add(number)

        await asyncio.gather(*(read(number, login) for number, login in owners.items()))


def main() -> None:
    api_url, _, query = read_task()
    with Report("githubkit") as report:
        asyncio.run(collect(api_url, query, report))
    report.show()


if __name__ == "__main__":
    main()
