"""Style, scripts and fonts, served by us under names that change with their content.

css/ and js/ become one bundle each, in the order of their file names. What others publish (htmx, the font, uPlot,
Swagger UI) lies in vendor/, fetched at set-up by tools/fetch.py; without it the page is plain, and still works.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parent / "static"
FOREVER = "public, max-age=31536000, immutable"
PACKED = {".css", ".js", ".svg", ".json"}
FONTS = {"inter-latin.woff2", "inter-latin-ext.woff2"}


@dataclass(frozen=True)
class Asset:
    """One file: its address, its bytes, and the same packed by gzip where that helps."""

    url: str
    media_type: str
    content: bytes
    packed: bytes | None


@dataclass(frozen=True)
class Assets:
    """Everything static, by name (app.css, app.js, htmx.min.js …) and by address."""

    by_name: Mapping[str, Asset]
    by_url: Mapping[str, Asset]

    def url(self, name: str) -> str | None:
        """The address of an asset, None for one that was not fetched at set-up."""
        asset = self.by_name.get(name)
        return asset.url if asset else None


def load_assets(folder: Path = STATIC) -> Assets:
    """Read and pack everything once; about 3 MB."""
    by_name = {path.name: _asset(path.name, path.read_bytes()) for path in sorted(_single(folder))}
    css = "\n".join(path.read_text(encoding="utf-8") for path in sorted((folder / "css").glob("*.css")))
    for font in FONTS:
        css = css.replace(f"url({font})", f"url({by_name[font].url})" if font in by_name else "local(sans-serif)")
    by_name["app.css"] = _asset("app.css", css.encode())
    scripts = [path.read_text(encoding="utf-8") for path in sorted((folder / "js").glob("*.js"))]
    by_name["app.js"] = _asset("app.js", "\n;\n".join(scripts).encode())
    return Assets(by_name=by_name, by_url={asset.url: asset for asset in by_name.values()})


def _single(folder: Path) -> list[Path]:
    vendor = [path for path in (folder / "vendor").glob("*.*") if path.suffix in {".js", ".css", ".woff2"}]
    return [*vendor, *(path for path in folder.glob("*.*") if path.is_file())]


def _asset(name: str, content: bytes) -> Asset:
    digest = hashlib.sha256(content).hexdigest()[:12]
    stem, _, suffix = name.rpartition(".")
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    packed = gzip.compress(content, 9, mtime=0) if f".{suffix}" in PACKED else None
    return Asset(f"/static/{stem}.{digest}.{suffix}", media_type, content, packed)
