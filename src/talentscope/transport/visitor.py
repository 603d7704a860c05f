"""Talks politely to one site: at its pace, never more at once than it likes, patient, and asking nothing twice.

`session.py` is the same for GitHub, whose budgets need more than manners. What both share is in `exchange.py`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore, Lock
from types import MappingProxyType
from typing import Any, TypeVar

import httpx
import orjson

from talentscope.runtime.clock import Clock
from talentscope.runtime.errors import UpstreamDown, UpstreamError, UpstreamMalformed, UpstreamRefused
from talentscope.transport import stream
from talentscope.transport.budget import Wait
from talentscope.transport.exchange import (
    MAX_BODY_BYTES,
    REDIRECTS_IN_A_ROW,
    Passing,
    parse_json,
    persist,
    receive,
    trusted,
    where_of,
)
from talentscope.transport.headers import http_date, retry_after
from talentscope.transport.kept import Kept, Shelf
from talentscope.transport.pace import Pace
from talentscope.transport.robots import CLOSED, Robots, read_robots
from talentscope.transport.secrecy import Secrecy
from talentscope.transport.site import Site
from talentscope.transport.told import said, text_of

ATTEMPTS = 4
LIMITS_IN_A_ROW = 5
DEAD_AFTER = 3
"""Requests in a row without a usable answer, each tried ATTEMPTS times, before a site counts as down for this run."""
PAUSE_SECONDS = 5.0
"""The first pause after a 429 that names no time; doubled each time it comes again."""

T = TypeVar("T")
Params = Mapping[str, str | int]
Parse = Callable[[httpx.Request, httpx.Response, bytes], T]


class Visitor:
    """Talks politely to one site; safe to use from several threads.

    Raises UpstreamRefused (401, 403, 404, 410, 422, 451 …; 429 if the wait is too long or never ends; robots.txt),
    UpstreamDown (no usable answer after ATTEMPTS; at once when the site is down for this run) or UpstreamMalformed
    (HTML for JSON, a broken body, too large, redirects in a circle). Nothing of httpx or websockets leaves this class.
    `cache` is a directory for conditional requests; `transport` replaces the network in tests.
    """

    def __init__(
        self,
        site: Site,
        *,
        user_agent: str,
        clock: Clock,
        timeout_seconds: float,
        max_wait_seconds: float,
        cache: Path | None = None,
        transport: httpx.BaseTransport | None = None,
        on_wait: Callable[[Wait], None] | None = None,
    ) -> None:
        self.site = site
        self.requests = 0  # sent, robots.txt and redirects among them
        self.unchanged = 0  # answers 304
        self._user_agent, self._clock, self._on_wait = user_agent, clock, on_wait
        self._timeout, self._max_wait = timeout_seconds, max_wait_seconds
        self._pace = Pace(site.per_second, clock=clock)
        self._slots = BoundedSemaphore(site.in_flight)
        self._lock, self._robots_lock = Lock(), Lock()
        self._robots: dict[str, Robots] = {}
        self._down_in_a_row = 0
        self._secrecy = Secrecy(site)
        self._shelf = Shelf(cache) if cache is not None else None
        if self._shelf is not None:
            self._shelf.tidy(clock.now().timestamp())
        self._client = httpx.Client(
            headers={"User-Agent": user_agent}, timeout=timeout_seconds, transport=transport, verify=trusted()
        )

    @property
    def keeps_answers(self) -> bool:
        """Whether answers are kept on disk for conditional requests."""
        return self._shelf is not None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        self._secrecy.close()

    def url_of(self, path: str, *, params: Params | None = None, base: str | None = None) -> str:
        """The address of a request, as a fact's `source_url`: without secrets."""
        return str(self._public_url(path, params, base))

    def get_json(
        self,
        path: str,
        *,
        params: Params | None = None,
        base: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """GET as JSON; None if there is no content. Asks whether it has changed where there is a cache."""
        with self._secrecy.of(headers or {}):
            return self._get(path, params, base, self._json, headers or {}, MAX_BODY_BYTES)

    def get_text(
        self, path: str, *, params: Params | None = None, base: str | None = None, limit_bytes: int = MAX_BODY_BYTES
    ) -> str:
        """GET as text: HTML, XML, CSV, a filing."""
        return self._get(path, params, base, text_of, {}, limit_bytes)

    def get_digest(
        self,
        path: str,
        *,
        digest: Callable[[str], str],
        version: str,
        base: str | None = None,
        limit_bytes: int = MAX_BODY_BYTES,
    ) -> str:
        """What `digest` makes of a text that never changes. Kept for good, so each text is read once a `version`."""
        url = self._public_url(path, None, base)
        kept = self._shelf.find(f"{version} {url}") if self._shelf is not None else None
        if kept is not None:
            return kept.body.decode()
        made = digest(self._ask(self._builder("GET", url, base), text_of, limit_bytes))
        if self._shelf is not None:
            self._shelf.keep(f"{version} {url}", Kept(made.encode()))
        return made

    def post_json(self, path: str, *, body: Mapping[str, object], base: str | None = None) -> Any:
        """POST JSON for JSON. Only for questions: a passing trouble asks again."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        build = self._builder("POST", self._public_url(path, None, base), base, headers, orjson.dumps(dict(body)))
        return self._ask(build, self._json, MAX_BODY_BYTES)

    def post_form(
        self, path: str, *, form: Mapping[str, str], auth: tuple[str, str] | None = None, base: str | None = None
    ) -> Any:
        """POST a form for JSON, with name and password (HTTP Basic) if `auth` is given: for tokens."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if auth is not None:
            headers["Authorization"] = f"Basic {b64encode(':'.join(auth).encode()).decode()}"
        content = str(httpx.QueryParams(dict(form))).encode()
        with self._secrecy.of(headers, *(auth or ()), *form.values()):
            build = self._builder("POST", self._public_url(path, None, base), base, headers, content)
            return self._ask(build, self._json, MAX_BODY_BYTES)

    def listen(self, path: str, *, params: Params | None = None) -> Iterator[str]:
        """Text messages of a WebSocket until it ends or the caller stops. A broken stream raises UpstreamDown."""
        self._check_alive()
        url = self._public_url(path, params, None)

        def open_stream() -> Any:
            self._wait_turn()
            return stream.connect(
                str(self._full(url)),
                headers=self.site.headers,
                user_agent=self._user_agent,
                timeout_seconds=self._timeout,
            )

        connection = self._counted(lambda: persist(open_stream, clock=self._clock, attempts=ATTEMPTS))
        where = str(url.copy_with(query=None))
        yield from stream.messages(connection, where=where, patience_seconds=self._timeout)

    # -- one request -------------------------------------------------------------------------------------------------

    def _public_url(self, path: str, params: Params | None, base: str | None) -> httpx.URL:
        return httpx.URL(f"{(base or self.site.url).rstrip('/')}/{path.lstrip('/')}").copy_merge_params(params or {})

    def _full(self, url: httpx.URL) -> httpx.URL:
        return url.copy_merge_params(self.site.secret_params) if self.site.secret_params else url

    def _builder(
        self,
        method: str,
        url: httpx.URL,
        base: str | None,
        headers: Mapping[str, str] = MappingProxyType({}),
        content: bytes | None = None,
    ) -> Callable[[], httpx.Request]:
        """Builds the request anew for each attempt. `root` is where its robots.txt lies."""
        root = (base or self.site.url).rstrip("/")
        return lambda: self._client.build_request(
            method,
            self._full(url),
            headers={**self.site.headers, **headers},
            content=content,
            extensions={"root": root},
        )

    def _get(
        self,
        path: str,
        params: Params | None,
        base: str | None,
        parse: Parse[T],
        headers: Mapping[str, str],
        limit_bytes: int,
    ) -> T:
        url = self._public_url(path, params, base)
        kept = self._shelf.find(str(url)) if self._shelf is not None else None
        asked = {**headers, **(kept.questions() if kept is not None else {})}

        def read(request: httpx.Request, response: httpx.Response, body: bytes) -> T:
            if response.status_code == 304 and kept is not None:  # no other request asks for a 304
                with self._lock:
                    self.unchanged += 1
                known = httpx.Response(200, headers={"content-type": kept.content_type})
                return parse(request, known, kept.body)
            found = parse(request, response, body)
            self._keep(str(url), response, body)
            return found

        return self._ask(self._builder("GET", url, base, asked), read, limit_bytes)

    def _keep(self, key: str, response: httpx.Response, body: bytes) -> None:
        headers = response.headers
        kept = Kept(body, headers.get("content-type", ""), headers.get("etag", ""), headers.get("last-modified", ""))
        is_keepable = response.status_code == 200 and "no-store" not in headers.get("cache-control", "")
        if self._shelf is not None and is_keepable and kept.questions():
            self._shelf.keep(key, kept)

    def _ask(self, build: Callable[[], httpx.Request], parse: Parse[T], limit_bytes: int) -> T:
        """Ask until there is an answer. Every message that leaves here has been cleared of secrets."""
        return self._counted(lambda: self._ask_through_limits(build, parse, limit_bytes))

    def _counted(self, ask: Callable[[], T]) -> T:
        try:
            found = ask()
        except UpstreamError as error:
            with self._lock:
                self._down_in_a_row = self._down_in_a_row + 1 if isinstance(error, UpstreamDown) else 0
            self._secrecy.clear(error)
            raise
        with self._lock:
            self._down_in_a_row = 0
        return found

    def _ask_through_limits(self, build: Callable[[], httpx.Request], parse: Parse[T], limit_bytes: int) -> T:
        for turn in range(LIMITS_IN_A_ROW):
            attempt = partial(self._attempt, build, parse, limit_bytes, PAUSE_SECONDS * 2**turn)
            request, found = persist(attempt, clock=self._clock, attempts=ATTEMPTS)
            if found is not None:
                return found[0]
        raise UpstreamRefused(
            f"{where_of(request)} was refused for its limit {LIMITS_IN_A_ROW} times in a row",
            status=429,
            way_out="run again later",
        )

    def _attempt(
        self, build: Callable[[], httpx.Request], parse: Parse[T], limit_bytes: int, pause_seconds: float
    ) -> tuple[httpx.Request, tuple[T] | None]:
        """One request with its redirects. None for the answer means that a limit was met and all pause for it."""
        with self._slots:
            request, response, body = self._follow(build(), limit_bytes)
            status, is_timed = response.status_code, "retry-after" in response.headers
            if status == 429 or (is_timed and (status == 403 or status >= 500)):
                self._pause(response, default=pause_seconds)  # before anybody else takes the place
        if status == 429 or (status == 403 and is_timed):
            return request, None
        if status >= 500:
            raise Passing(self._down(request, f"it answered {status}"))
        is_unchanged = status == 304 and ("if-none-match" in request.headers or "if-modified-since" in request.headers)
        if status >= 300 and not is_unchanged:
            raise self._refusal(request, response, body)
        return request, (parse(request, response, body),)

    def _follow(self, request: httpx.Request, limit_bytes: int) -> tuple[httpx.Request, httpx.Response, bytes]:
        for _ in range(REDIRECTS_IN_A_ROW + 1):
            self._check_alive()
            if self.site.heeds_robots:
                self._heed_robots(request)
            response, body = self._send(request, limit_bytes)
            if request.method != "GET" or response.next_request is None:
                return request, response, body
            request = self._secrecy.redirected(request, response.next_request)
        raise UpstreamMalformed(f"{request.url.host} redirects in a circle")

    def _send(self, request: httpx.Request, limit_bytes: int) -> tuple[httpx.Response, bytes]:
        self._wait_turn()
        return receive(
            self._client,
            request,
            clock=self._clock,
            patience=timedelta(seconds=4 * self._timeout),
            limit_bytes=limit_bytes,
            down=lambda problem: self._down(request, problem),
        )

    # -- manners -----------------------------------------------------------------------------------------------------

    def _wait_turn(self) -> None:
        self._refuse_long_wait(self._pace.wait_turn(self._max_wait))
        with self._lock:
            self.requests += 1

    def _pause(self, response: httpx.Response, *, default: float) -> None:
        now = self._clock.now()
        after = retry_after(response.headers.get("retry-after"), http_date(response.headers.get("date")) or now)
        seconds = default if after is None else after
        self._pace.pause(seconds)
        self._refuse_long_wait(seconds)
        if self._on_wait is not None and seconds > 0:
            self._on_wait(Wait(self.site.name, seconds, f"it answered {response.status_code}"))

    def _refuse_long_wait(self, seconds: float) -> None:
        if seconds > self._max_wait:
            raise UpstreamRefused(
                f"{self.site.name} asks to wait {seconds:.0f} s, at most {self._max_wait:.0f} s allowed",
                status=429,
                way_out="run again later, or raise TALENTSCOPE_MAX_WAIT_SECONDS",
            )

    def _heed_robots(self, request: httpx.Request) -> None:
        """Refuse what robots.txt does not allow. A base with a path stands in for a host: rules are read below it."""
        product, url = self._user_agent.partition("/")[0], str(request.url)
        origin = f"{request.url.scheme}://{request.url.netloc.decode()}"
        root = str(request.extensions.get("root", origin))
        root = root if url.startswith(f"{root}/") else origin
        with self._robots_lock:
            if root not in self._robots:
                self._robots[root] = self._read_robots(root)
                self._pace.slow_to(min(self._robots[root].delay(product), self._max_wait))
        robots = self._robots[root]
        if robots.delay(product) > self._max_wait or not robots.allows(origin + url.removeprefix(root), product):
            problem = "cannot be read" if robots.is_closed else "does not allow it"
            raise UpstreamRefused(
                f"{where_of(request)} was not asked: robots.txt of {root} {problem}",
                status=403,
                way_out=f"leave it out, or set {self.site.setting} to a place that may be read",
            )

    def _read_robots(self, root: str) -> Robots:
        def fetch() -> Robots:
            request = self._client.build_request("GET", f"{root}/robots.txt")
            for _ in range(REDIRECTS_IN_A_ROW + 1):
                response, body = self._send(request, MAX_BODY_BYTES)
                if response.next_request is None:
                    break
                request = response.next_request
            status = response.status_code
            if status >= 500 or status == 429:
                raise Passing(UpstreamRefused(f"{where_of(request)} answered {status}", status=status))
            return read_robots(status, body)

        try:
            return persist(fetch, clock=self._clock, attempts=ATTEMPTS)
        except UpstreamRefused:
            return CLOSED

    def _check_alive(self) -> None:
        if self._down_in_a_row >= DEAD_AFTER:
            raise UpstreamDown(
                f"{self.site.name} gave no usable answer {DEAD_AFTER} times in a row; it is left alone for this run",
                way_out=f"check the network and {self.site.setting}, or run again later",
            )

    # -- words -------------------------------------------------------------------------------------------------------

    def _json(self, request: httpx.Request, response: httpx.Response, body: bytes) -> Any:
        if "html" in response.headers.get("content-type", "") or body.lstrip()[:1] == b"<":
            raise UpstreamMalformed(
                f"{where_of(request)} answered {response.status_code} with HTML where JSON was expected",
                way_out=f"a wall for robots, a login page or a proxy answers there; check {self.site.setting}",
            )
        return parse_json(request, response, body, way_out=f"check that {self.site.setting} is an API")

    def _down(self, request: httpx.Request, problem: str) -> UpstreamDown:
        return UpstreamDown(
            f"no usable answer to {where_of(request)} after {ATTEMPTS} attempts: {problem}",
            way_out=f"check the network and {self.site.setting}, or run again later",
        )

    def _refusal(self, request: httpx.Request, response: httpx.Response, body: bytes) -> UpstreamRefused:
        status = response.status_code
        return UpstreamRefused(
            f"{where_of(request)} answered {status} {said(body)}".rstrip(),
            status=status,
            way_out=self.site.hints.get(status, f"check {self.site.setting}" if status != 404 else ""),
        )
