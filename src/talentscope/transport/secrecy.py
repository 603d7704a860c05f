"""Keeps a site's secrets (keys in headers and queries, passwords) out of messages, logs and other hosts' hands."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import local

import httpx

from talentscope.runtime.errors import UpstreamError
from talentscope.transport.site import Site

OPEN_HEADERS = frozenset({"accept", "accept-language", "content-type", "origin", "referer", "user-agent"})
"""What may be read by anybody. Every other header of a site is taken for a secret."""


class _Passing(local):
    """What is secret in the request that this thread makes."""

    def __init__(self) -> None:
        self.headers: set[str] = set()
        self.secrets: list[str] = []


class Secrecy(logging.Filter):
    """Knows the secrets of one site. It is also a filter of httpx's log, which names whole addresses."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self._secret_headers = {name.lower() for name in site.headers} - OPEN_HEADERS
        self._lasting = [
            *site.secret_params.values(),
            *(value for name, value in site.headers.items() if name.lower() in self._secret_headers),
        ]
        self._passing = _Passing()
        if site.secret_params:
            logging.getLogger("httpx").addFilter(self)

    def close(self) -> None:
        """Stop filtering."""
        logging.getLogger("httpx").removeFilter(self)

    @contextmanager
    def of(self, headers: Mapping[str, str], *secrets: str) -> Iterator[None]:
        """Headers of one request and what else in it is secret, in this thread."""
        names = {name.lower() for name in headers} - OPEN_HEADERS
        self._passing.headers = names
        self._passing.secrets = [*secrets, *(value for name, value in headers.items() if name.lower() in names)]
        try:
            yield
        finally:
            self._passing.headers, self._passing.secrets = set(), []

    def hide(self, text: str) -> str:
        """The text without any secret, as it is or as a query writes it."""
        for secret in (*self._lasting, *self._passing.secrets):
            for form in {secret, str(httpx.QueryParams({"x": secret})).removeprefix("x=")}:
                if len(form) >= 4:  # shorter ones would blacken ordinary words
                    text = text.replace(form, "…")
        return text

    def clear(self, error: UpstreamError) -> None:
        """Take secrets out of an error's message; what led to it may name them too, and is forgotten."""
        error.message = self.hide(error.message)
        error.args = (error.message,)
        if self._lasting or self._passing.secrets:
            error.__cause__ = error.__context__ = None

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite a record of httpx's log."""
        record.msg, record.args = self.hide(record.getMessage()), ()
        return True

    def redirected(self, before: httpx.Request, after: httpx.Request) -> httpx.Request:
        """The next request of a redirect: to another origin it carries no secret header. (httpx takes out only
        `Authorization`.)
        """
        if (before.url.scheme, before.url.host, before.url.port) != (after.url.scheme, after.url.host, after.url.port):
            for name in self._secret_headers | self._passing.headers:
                after.headers.pop(name, None)
        return after
