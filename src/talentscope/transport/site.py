"""What must be known of a site to visit it politely. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Site:
    """One upstream and the manners it asks for.

    `name` is for messages and counters; `url` the base without a trailing slash (a template if each employer has a
    host of its own; then every request names its `base`); `setting` the variable that moves it, for the way out.
    At most `per_second` requests are begun a second and `in_flight` are under way at once. `headers` go with every
    request to the site's own host and nowhere else. `secret_params` are query parameters (an API key) that go with
    each request and are never shown, stored or logged. `heeds_robots`: robots.txt is read once a run and obeyed.
    `hints` maps a refusal's status to the way out of it.
    """

    name: str
    url: str
    setting: str
    per_second: float
    in_flight: int = 1
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret_params: Mapping[str, str] = field(default_factory=dict, repr=False)
    heeds_robots: bool = False
    hints: Mapping[int, str] = field(default_factory=dict)
