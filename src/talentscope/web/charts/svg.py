"""SVG as text: elements whose attributes and content are escaped. No style attribute and no script ever leave here."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

TEXT_WIDTH = 0.56
"""Mean width of a letter of the page's font, in parts of its size; wide letters and capitals count for more."""
_NAMES = {"class_": "class", "view_box": "viewBox"}
_WIDE, _NARROW = set("MWmw@%ABCDGHNOQRUV&"), set("iljtfrI.,:;'| ()1-")


def element(name: str, content: str = "", /, **attributes: object) -> Markup:
    """One element. `class_` is class, `view_box` is viewBox, other underscores are hyphens; None leaves one out.

    `content` that is Markup stands as it is, other text is escaped; numbers have two places at most.
    """
    told = "".join(
        [
            f' {_NAMES.get(key) or _name(key)}="{_value(value)}"'
            for key, value in attributes.items()
            if value is not None
        ]
    )
    inner = content if isinstance(content, Markup) else escape(content)
    return Markup(f"<{name}{told}>{inner}</{name}>" if inner else f"<{name}{told}/>")  # noqa: S704 - escaped above


def join(parts: Iterable[str]) -> Markup:
    """Elements one after the other; what is no element is escaped."""
    return Markup("".join([part if isinstance(part, Markup) else escape(part) for part in parts]))  # noqa: S704 - escaped


def path(points: Iterable[tuple[float, float] | None]) -> str:
    """The `d` of a line through points; None ends a piece, so that a gap stays a gap.

    A piece of one point is a line of no length, which a round cap shows as a dot.
    """
    told: list[str] = []
    length = 0
    for point in points:
        if point is None:
            told += ["h0"] if length == 1 else []
            length = 0
            continue
        told.append(f"{'L' if length else 'M'}{number(point[0])} {number(point[1])}")
        length += 1
    return "".join([*told, "h0"] if length == 1 else told)


def number(value: float) -> str:
    """A coordinate, to a tenth."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if value else "0"


def text_width(text: str, size: float) -> float:
    """About how wide a text is, in pixels, never too little for Latin script."""
    return size * sum(0.74 if c in _WIDE else 0.36 if c in _NARROW else TEXT_WIDTH for c in text)


def shorten(text: str, size: float, width: float) -> str:
    """The text, cut with an ellipsis where it would be wider than `width` pixels."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _name(key: str) -> str:
    return key.replace("_", "-")


def _value(value: object) -> str:
    if isinstance(value, float):
        return number(value)
    return str(value) if isinstance(value, int) else str(escape(value))
