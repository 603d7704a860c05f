"""GitHub's own words for no. Pure: each function is one answer.

Texts from recordings (shared/data/api/hub4j-wiremock, PyGithub's replay data) and from issue threads that quote them.
"""

from __future__ import annotations

from typing import Any

from talentscope.sandbox.exchange import Answer

REST_DOCS = "https://docs.github.com/rest"
LIMIT_DOCS = f"{REST_DOCS}/overview/rate-limits-for-the-rest-api"
VERSIONS = ("2022-11-28", "2026-03-10")


def _plain(status: int, message: str, docs: str = REST_DOCS, **extra: Any) -> Answer:
    return Answer(status, {"message": message, "documentation_url": docs, "status": str(status)} | extra)


def not_found(docs: str = REST_DOCS) -> Answer:
    return _plain(404, "Not Found", docs)


def bad_credentials() -> Answer:
    return _plain(401, "Bad credentials")


def needs_token() -> Answer:
    docs = "https://docs.github.com/graphql/guides/forming-calls-with-graphql#authenticating-with-graphql"
    return _plain(401, "This endpoint requires you to be authenticated.", docs)


def requires_authentication() -> Answer:
    return _plain(401, "Requires authentication", f"{REST_DOCS}/users/users#get-the-authenticated-user")


def no_user_agent() -> Answer:
    text = (
        "Request forbidden by administrative rules. Please make sure your request has a User-Agent header "
        "(https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). "
        "Check https://developer.github.com for other possible causes.\n"
    )
    return Answer(403, text.encode(), media="text/html; charset=utf-8", points=0)


def unsupported_version(version: str) -> Answer:
    listed = ", ".join(f'"{known}"' for known in reversed(VERSIONS))
    message = (
        f'Bad Request: The version you specified in the "X-GitHub-API-Version" request header, "{version}", is not a '
        f"supported version. The following versions are currently supported: {listed}."
    )
    return _plain(400, message)


def primary_limit(*, status: int, user: int | None, address: str, request_id: str) -> Answer:
    if user is None:
        message = (
            f"API rate limit exceeded for {address}. (But here's the good news: Authenticated requests get a higher "
            "rate limit. Check out the documentation for more details.)"
        )
    else:
        message = (
            f"API rate limit exceeded for user ID {user}. If you reach out to GitHub Support for help, please include "
            f"the request ID {request_id}."
        )
    answer = _plain(status, message, LIMIT_DOCS)
    answer.points = 0
    return answer


def secondary_limit(*, request_id: str) -> Answer:
    message = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to "
        f"GitHub Support for help, please include the request ID {request_id}."
    )
    answer = _plain(403, message, f"{LIMIT_DOCS}#about-secondary-rate-limits")
    answer.points = 0
    return answer


def invalid_search(message: str | None) -> Answer:
    """422 for a search text; `message` None: `q` is missing."""
    error = {"resource": "Search", "field": "q", "code": "missing" if message is None else "invalid"}
    if message is not None:
        error = {"message": message} | error
    return _plain(422, "Validation Failed", "https://docs.github.com/v3/search/", errors=[error])


def too_deep() -> Answer:
    return _plain(422, "Only the first 1000 search results are available", "https://docs.github.com/v3/search/")


def moved(url: str) -> Answer:
    docs = "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects"
    answer = _plain(301, "Moved Permanently", docs, url=url)
    answer.body.pop("status")
    answer.headers["Location"] = url
    return answer


def unavailable() -> Answer:
    return _plain(
        503, "We had issues producing the response to your request. Sorry about that.", "https://www.githubstatus.com"
    )


def bad_gateway() -> Answer:
    return Answer(
        502, b"<html><head><title>502 Bad Gateway</title></head><body>Server Error</body></html>", media="text/html"
    )


def html_page() -> Answer:
    page = (
        b"<!DOCTYPE html><html><head><title>Unicorn!</title></head><body><p>This page is taking too long to load.</p>"
    )
    return Answer(200, page + b"</body></html>", media="text/html; charset=utf-8")
