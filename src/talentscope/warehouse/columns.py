"""What the models say of their columns, read from the models' files: for pages, which cannot wait for SQLMesh."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_MODELS = Path(__file__).resolve().parent / "models"
_BLOCK = re.compile(r"column_descriptions \((.*?)\n  \)", re.DOTALL)
_LINE = re.compile(r"^\s*(\w+) = '((?:[^']|'')*)'", re.MULTILINE)


@lru_cache(maxsize=8)
def read_columns(layer: str, name: str) -> dict[str, str]:
    """Column -> sentence, in the order of the dictionary (docs/dictionary.md). Raises FileNotFoundError."""
    text = (_MODELS / layer / f"{name}.sql").read_text(encoding="utf-8")
    block = _BLOCK.search(text)
    return {column: said.replace("''", "'") for column, said in _LINE.findall(block[1])} if block else {}
