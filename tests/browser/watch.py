"""What is true of every page in every test: no error in the console, nothing refused by the policy, no other host."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

LISTEN = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} refused ${event.blockedURI} ${event.sourceFile ?? ""}`));
"""
"""Also tells of what a policy would refuse without a word in the console."""

INSIDE = {"data", "blob", "about"}


@dataclass
class Watch:
    """Listens to a browser context. `expected` are pieces of messages that a test has provoked on purpose."""

    host: str
    troubles: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Begin to listen."""
        context.add_init_script(LISTEN)
        context.on("console", self._hear)
        context.on("weberror", self._fail)
        context.on("request", self._see)

    def expect(self, *pieces: str) -> None:
        """A message with this piece is what the test is about: a refused form is an error in Chromium's console."""
        self.expected.extend(pieces)

    def left(self) -> list[str]:
        """What nobody expected."""
        return [trouble for trouble in self.troubles if not any(piece in trouble for piece in self.expected)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            place = message.location.get("url", "")
            self.troubles.append(f"console {message.type}: {message.text} ({place})")

    def _fail(self, error: WebError) -> None:
        self.troubles.append(f"page error: {error.error}")

    def _see(self, request: Request) -> None:
        self.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in INSIDE and parts.netloc != self.host:
            self.troubles.append(f"request to another host: {request.url}")
