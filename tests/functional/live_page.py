"""The page as `serve` or `up` serve it: a process of its own, asked over HTTP."""

from __future__ import annotations

import signal

import httpx
from tests.functional.stage import Program


class Page:
    """A page that is being served by a process."""

    def __init__(self, program: Program, *words: str) -> None:
        self.program = program
        self.process = program.start(*words, "--port", "0")
        self.lines: list[str] = []
        assert self.process.stderr is not None
        for raw in self.process.stderr:
            self.lines.append(raw.decode())
            if self.lines[-1].startswith("http://"):
                break
        assert self.lines, "it ended without a word"
        assert self.lines[-1].startswith("http://"), self.lines
        self.url = self.lines[-1].split()[0]

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, timeout=60)

    def post(self, path: str, **form: object) -> httpx.Response:
        return httpx.post(self.url + path, data=form, headers={"Origin": self.url}, timeout=60)

    def end(self, number: signal.Signals = signal.SIGTERM) -> str:
        """Send a signal; what was said after the address. The exit code is 0."""
        self.process.send_signal(number)
        answer = self.program.finish(self.process)
        assert answer.code == 0, answer.err
        assert answer.out == ""
        return answer.err
