"""Unit tests touch nothing: a socket opened here is an error."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_sockets(socket_disabled: None) -> None:
    """pytest-socket refuses every connection."""
