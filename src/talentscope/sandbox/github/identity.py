"""Global node ids in GitHub's present form: a prefix for the type and, base64, a MessagePack array of 0 and the id.

Rule: https://docs.github.com/en/graphql/guides/migrating-graphql-global-node-ids
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

PREFIXES = {"User": "U", "Organization": "O", "Bot": "BOT", "Repository": "R"}
_KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}


@dataclass(frozen=True)
class NodeId:
    """What a node id says: the type's name and the numeric id."""

    kind: str
    number: int


def to_node_id(kind: str, number: int) -> str:
    """`R_kgDOAAGGoQ` for repository 100001."""
    packed = b"\x92\x00\xce" + number.to_bytes(4, "big")
    return f"{PREFIXES[kind]}_{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def from_node_id(text: str) -> NodeId | None:
    """None when the text is no node id of ours."""
    prefix, _, rest = text.partition("_")
    if prefix not in _KINDS:
        return None
    try:
        packed = base64.urlsafe_b64decode(rest + "=" * (-len(rest) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(packed) != 7 or packed[:3] != b"\x92\x00\xce":
        return None
    return NodeId(_KINDS[prefix], int.from_bytes(packed[3:], "big"))
