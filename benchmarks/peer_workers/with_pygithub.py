"""PyGithub as its examples use it: iterate over the search, read the owner's attributes.

Every owner is one hidden GET, made when the first attribute is read that a search item does not carry. Its default
pause of 0.25 s between requests is switched off, or one run would take minutes: that is in its favour.
"""

from __future__ import annotations

from github import Auth, Github
from report import TOKEN, Report, read_task


def main() -> None:
    api_url, _, query = read_task()
    github = Github(auth=Auth.Token(TOKEN), base_url=api_url, per_page=100, seconds_between_requests=0)
    with Report("PyGithub") as report:
        owners = {}
        for found in github.search_repositories(query):
            report.repositories.add(found.id)
            if found.owner.type == "User":
                owners.setdefault(found.owner.id, found.owner)
        for number, owner in owners.items():
            _ = (owner.name, owner.email, owner.blog, owner.company, owner.location, owner.followers)
            report.owners.add(number)
    report.show()


if __name__ == "__main__":
    main()
