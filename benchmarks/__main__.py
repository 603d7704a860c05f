"""`python -m benchmarks [NAME]`: run one benchmark, or all of them. Each prints a small Markdown table."""

from __future__ import annotations

import importlib
import sys

NAMES = {
    "coverage": "all matches of a 20,000-repository query, quiet and while repositories are pushed",
    "peers": "the same work by PyGithub, githubkit, dlt's rest_api and tap-github on the same sandbox",
    "scoring": "leads for a three-topic brief over 1,000,000 repositories of 500,000 developers",
    "page": "the page in a cold browser, over HTTP and under readers, beside Datasette and a Dash app",
    "browsing": "what the Leads page waits for: sliders, filters, facets, pages, at 50,000 and 500,000 developers",
    "loading": "load and transform beside a bare DuckDB doing the same SQL",
    "backup": "200,000 rows of raw facts out of DuckDB and PostgreSQL and into the other",
    "distributed": "the marts on Spark's cluster beside DuckDB, and what BigQuery would bill for them",
    "memory": "peak memory of a run as the number of repositories grows",
    "container": "what the image adds, cold start to the first page, memory of page and run (needs root)",
    "ranking": "NDCG@10 of leads against awesome lists, beside exact topic by stars (needs the real test data)",
    "companies_day": "a day's run over 151 companies at the real pace: sources all at once beside one by one",
    "company_history": "a year of 150 companies in the marts: building it, and the ranking over it",
    "employers": "stated employers resolved, and texts read for companies (needs the real test data)",
    "sentiment": "labels of posts beside VADER and always-majority, on eight sets (needs the real test data)",
}


def main() -> int:
    """Run what was named. Returns the exit code: 2 for an unknown name."""
    wanted = sys.argv[1:] or list(NAMES)
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"no benchmark is called {', '.join(unknown)}; there are:", *sorted(NAMES), sep="\n  ")
        return 2
    for name in wanted:
        print(f"\n## {name}: {NAMES[name]}\n", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
