"""Reads a small YAML file into plain values and remembers the line of each key. Pure.

Only what a brief needs: mappings, lists, scalars. Duplicate keys, anchors, aliases, tags and deep nesting are errors,
so a hostile file can neither expand nor hide anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

MAX_BYTES = 64 * 1024
MAX_DEPTH = 6

Path = tuple[str | int, ...]


@dataclass
class Document:
    """Values of a YAML file, and for each key path the line (1-based) where it stands."""

    values: dict[str, object] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of `path`, or of its nearest ancestor that is in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class MarkupError(ValueError):
    """The text is not a document of this kind. `line` is 1-based; `path` the key path where known."""

    def __init__(self, message: str, *, line: int, path: Path = (), way_out: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.path = path
        self.way_out = way_out


def parse_document(text: str) -> Document:
    """Parse one YAML mapping. Raises MarkupError with the line."""
    try:
        _refuse_tricks(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise MarkupError(f"expected YAML, but {error.problem or error.context}", line=_line(mark)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise MarkupError(
            f"expected YAML, came a character that YAML forbids (#x{error.character:04x})", line=line
        ) from error
    if node is None:
        raise MarkupError("expected a brief, came an empty file", line=1)
    if not isinstance(node, yaml.MappingNode):
        raise MarkupError("expected keys with values (`name: …`), came something else", line=node.start_mark.line + 1)
    document = Document()
    document.values = _read_mapping(node, (), document)
    return document


def _refuse_tricks(text: str) -> None:
    """Anchors, aliases, tags and deep nesting, found in the event stream, before anything recursive runs."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = _line(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise MarkupError("anchors (&) and aliases (*) have no place here", line=line, way_out="write it out")
        if getattr(event, "tag", None):
            raise MarkupError("tags (!) have no place here", line=line, way_out="remove the tag")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise MarkupError(f"nested deeper than {MAX_DEPTH} levels", line=line)


def _line(mark: Any) -> int:
    """1-based; PyYAML has two unrelated classes of marks, with one attribute in common."""
    return mark.line + 1 if mark else 1


def _read_mapping(node: yaml.MappingNode, path: Path, document: Document) -> dict[str, object]:
    values: dict[str, object] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = _read_key(key_node, path)
        here = (*path, key)
        if key in values:
            first = document.lines[here]
            raise MarkupError(f"the key is here twice, first on line {first}", line=line, path=here, way_out="keep one")
        document.lines[here] = line
        values[key] = _read(value_node, here, document)
    return values


def _read_key(node: yaml.Node, path: Path) -> str:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.ScalarNode):
        raise MarkupError("expected a word as key", line=line, path=path)
    return str(node.value)


def _read(node: yaml.Node, path: Path, document: Document) -> object:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _read_mapping(node, path, document)
    if isinstance(node, yaml.SequenceNode):
        return tuple(_read(item, (*path, index), document) for index, item in enumerate(node.value))
    return _read_scalar(node, path)


def _read_scalar(node: yaml.Node, path: Path) -> object:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node)
    except (ValueError, yaml.YAMLError) as error:  # `2024-99-99`, and `=` or `<<` as values
        line = node.start_mark.line + 1
        raise MarkupError(
            f"expected a plain value, came {node.value!r}", line=line, path=path, way_out="put it in quotes"
        ) from error
    finally:
        loader.dispose()
