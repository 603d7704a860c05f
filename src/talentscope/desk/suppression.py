"""Where the desk is opened; it lives in desk.py."""

from __future__ import annotations

from talentscope.desk.desk import Desk, open_desk

__all__ = ["Desk", "open_desk"]
