"""What pages and API are built from, handed to every route."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from talentscope.desk.desk import Desk
from talentscope.registry.read import Registry
from talentscope.runtime.clock import Clock
from talentscope.runtime.secrets import Token
from talentscope.runtime.settings import Settings
from talentscope.runtime.web_settings import WebSettings
from talentscope.web.assets import Assets
from talentscope.web.jobs import Jobs
from talentscope.web.reader import Reader
from talentscope.web.signin.identity import Gate


@dataclass(frozen=True)
class Parts:
    """Everything that a route may need. Built in cli/serve.py, or by a test."""

    reader: Reader
    desk: Desk
    clock: Clock
    registry: Registry
    settings: Settings
    web: WebSettings
    gate: Gate
    assets: Assets
    jobs: Jobs | None = None
    is_demo: bool = field(default=False)
    metrics_token: Token | None = None


def get_parts(request: Request) -> Parts:
    """The parts of the app that a request came to."""
    parts: Parts = request.app.state.parts
    return parts


PartsHere = Annotated[Parts, Depends(get_parts)]
