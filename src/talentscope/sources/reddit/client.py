"""Reddit: posts of a day that name a company, in communities about technology. Only with a key and Reddit's approval.

The API's search knows posts, not comments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock

from talentscope.registry.company import Company
from talentscope.registry.observation import Findings, Metric, Post
from talentscope.registry.passages import Find, passages
from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import SettingError
from talentscope.sources.reddit.records import Submission, parse_listing, parse_token
from talentscope.transport.site import Site
from talentscope.transport.visitor import Visitor

HOME, PAGES = "https://oauth.reddit.com", "https://www.reddit.com"
COMMUNITIES = (
    "technology", "programming", "cscareerquestions", "ExperiencedDevs", "sysadmin", "devops", "webdev",
    "dataengineering", "MachineLearning", "LocalLLaMA", "netsec", "hardware", "stocks", "wallstreetbets",
)  # fmt: skip
PAGE = 100
MOST_PAGES = 5


def site(url: str) -> Site:
    """100 requests a minute for each OAuth client (reference: companies.md, 3.1)."""
    return Site(
        name="reddit",
        url=url,
        setting="TALENTSCOPE_REDDIT_URL",
        per_second=1.5,
        hints={
            401: "check REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET",
            403: "Reddit must have approved the application",
        },
    )


def token_site(url: str) -> Site:
    """Where tokens are given: one request a run."""
    return Site(
        name="reddit",
        url=url,
        setting="TALENTSCOPE_REDDIT_TOKEN_URL",
        per_second=1.0,
        hints={401: "check REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET"},
    )


class Reddit:
    """Posts that name a company. Without client id and secret it cannot be built: SettingError."""

    name = "reddit"
    metrics: tuple[Metric, ...] = ()
    in_flight = 1
    has_past = False  # search reaches back by weeks, not to a day

    def __init__(
        self, visitor: Visitor, token_visitor: Visitor, *, clock: Clock, find: Find, client_id: str, client_secret: str
    ) -> None:
        if not client_id or not client_secret:
            raise SettingError(
                "Reddit needs an application's id and secret", way_out="set REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET"
            )
        self._visitor, self._token_visitor, self._clock, self._find = visitor, token_visitor, clock, find
        self._pages = PAGES if visitor.site.url == HOME else visitor.site.url  # a stand-in's posts are nobody's
        self._key = (client_id, client_secret)
        self._token = ""
        self._lock = Lock()

    def covers(self, company: Company, day: date) -> bool:  # noqa: ARG002 - the protocol
        """Everybody is written about."""
        return True

    def prepare(self, companies: Sequence[Company], day: date) -> None:  # noqa: ARG002 - the protocol
        """Get a token. Raises UpstreamError."""
        answer = self._token_visitor.post_form(
            "/api/v1/access_token", form={"grant_type": "client_credentials"}, auth=self._key
        )
        with self._lock:
            self._token = parse_token(answer)

    def observe(self, company: Company, day: date) -> Findings:
        """The company's posts of the UTC day. Raises UpstreamError."""
        start = datetime.combine(day, time(), UTC)
        posts: dict[str, Post] = {}
        set_aside: Counter[str] = Counter()
        after, notes = None, []
        for page in range(1, MOST_PAGES + 1):
            listing = parse_listing(self._page(company, after))
            set_aside.update(listing.set_aside)
            for item in listing.submissions:
                if start <= item.posted_at < start + timedelta(days=1):
                    text = passages(item.text, self._find).get(company.company_id)
                    if text is not None:
                        posts[item.post_id] = _post(item, company.company_id, text, pages=self._pages)
            after = listing.after
            if after is None or any(item.posted_at < start for item in listing.submissions):
                break
            if page == MOST_PAGES:
                notes.append(f"reddit: {company.name}: only the newest {MOST_PAGES * PAGE} posts were read")
        notes += [f"reddit: {count} posts set aside: {reason}" for reason, count in set_aside.items()]
        return Findings(posts=tuple(posts.values()), notes=tuple(notes))

    def _page(self, company: Company, after: str | None) -> object:
        params: dict[str, str | int] = {
            "q": '"' + company.name.replace('"', " ") + '"',
            "restrict_sr": 1,
            "sort": "new",
            "t": "week",
            "type": "link",
            "limit": PAGE,
            "raw_json": 1,
        }
        if after is not None:
            params["after"] = after
        path = f"/r/{'+'.join(COMMUNITIES)}/search"
        found: object = self._visitor.get_json(path, params=params, headers={"Authorization": f"bearer {self._token}"})
        return found


def _post(item: Submission, company_id: str, text: str, *, pages: str) -> Post:
    url = f"{pages}{item.permalink}"
    return Post(company_id, Reddit.name, item.post_id, url, text, item.author, item.posted_at)
