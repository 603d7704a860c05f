"""What can go wrong at GitHub."""

from __future__ import annotations

from talentscope.sandbox.fault import Fault

GITHUB_FAULTS = (
    Fault(
        "primary-limit",
        "The window of the resource asked for is spent: 403 until it resets; :429 answers 429.",
        "status",
        "403",
    ),
    Fault(
        "secondary-limit-seconds",
        "403 with Retry-After in seconds, and for all requests until then.",
        "seconds",
        "60",
    ),
    Fault(
        "secondary-limit-date",
        "403 with Retry-After as an HTTP date, and for all requests until then.",
        "seconds",
        "60",
    ),
    Fault(
        "secondary-limit-bare",
        "403 by the secondary limit without Retry-After, for all requests until then.",
        "seconds",
        "60",
    ),
    Fault(
        "graphql-200-limit",
        "GraphQL's window is spent, told with HTTP 200 and an error of type RATE_LIMITED.",
        "switch",
        "on",
    ),
    Fault(
        "resource-limits",
        "A GraphQL query gets partial data with RESOURCE_LIMITS_EXCEEDED beyond so many commit counts.",
        "counts",
        "40",
    ),
    Fault("bad-gateway", "502 with an HTML page."),
    Fault("service-unavailable", "503 with GitHub's JSON."),
    Fault("incomplete-results", "A search page with half its items missing and incomplete_results true."),
    Fault("unordered-search", "A search page that is not in the order asked for."),
    Fault("index-lag", "The search index knows nothing of the last so many seconds of pushes.", "seconds", "600"),
    Fault("duplicate-page", "A search page repeats the items of the page before it."),
    Fault("rename", "So many repositories of the next search page are renamed right after it.", "repositories", "1"),
    Fault(
        "deleted-node",
        "So many repositories of the next search page are deleted right after it, the first one's owner too.",
        "repositories",
        "1",
    ),
    Fault(
        "ties-101",
        "101 matches of the first search that has as many share one second of last push.",
        "switch",
        "on",
    ),
    Fault(
        "ties-1001",
        "1,001 matches of the first search that has as many share one second of last push.",
        "switch",
        "on",
    ),
    Fault(
        "push-while-crawling",
        "So many repositories are pushed with every request, half of them matches of the last search.",
        "pushes a request",
        "1",
    ),
    Fault("html-200", "An HTML page with status 200 where JSON is expected."),
    Fault("truncated-body", "The connection closes in the middle of the body."),
    Fault("slow", "Every answer takes so many milliseconds more.", "milliseconds", "2000"),
    Fault("connection-reset", "The connection is reset instead of an answer."),
    Fault("clock-skew", "Date and every reset time are wrong by so many seconds.", "seconds", "300"),
    Fault("malformed-record", "One item of an answer lacks a required field or has one of the wrong type."),
    Fault("unknown-field", "Objects carry a field that GitHub's contract does not know.", "switch", "on"),
    Fault(
        "hostile-bio-10mb",
        "The first person whose profile is asked for has a bio of 10 MB of hostile text.",
        "switch",
        "on",
    ),
    Fault("invalid-token", "Every token is refused with 401.", "switch", "on"),
)
