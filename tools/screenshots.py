"""Takes pictures of every page, at three widths in both themes, for docs/screenshots/. Sandbox data only.

    .venv/bin/python tools/screenshots.py [FOLDER] [--all]

Places in Chinese and the like need a font that has them (Debian: fonts-wqy-microhei).
By default the pictures that the documentation keeps; with --all each page at 360, 1440 and 2560 px, light and dark,
whole.
Worlds are those of the browser tests, made anew or taken from `--worlds`.
"""

from __future__ import annotations

import argparse
import base64
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402
from tests.browser.furnish import Furnished, furnish  # noqa: E402
from tests.browser.pages import PAGES  # noqa: E402
from tests.browser.site import Site, copy_home, serving  # noqa: E402

WIDTHS = (360, 1440, 2560)
HEIGHTS = {360: 780, 1440: 900, 2560: 1440}
TALLEST = 4000
KEPT = (
    ("leads", 1440, "light"), ("leads-open", 1440, "dark"), ("leads", 360, "light"), ("leads", 2560, "dark"),
    ("leads-filtered", 1440, "dark"), ("leads-empty", 1440, "light"),
    ("developer", 1440, "light"), ("developer", 360, "dark"), ("developer", 2560, "dark"),
    ("compare", 1440, "dark"), ("compare", 360, "light"), ("shortlists", 1440, "light"),
    ("shortlist", 1440, "light"), ("shortlist", 360, "dark"), ("companies", 1440, "light"),
    ("companies", 2560, "dark"), ("companies", 360, "light"), ("company", 1440, "dark"), ("company", 360, "light"),
    ("explore", 1440, "light"), ("explore", 360, "dark"),
    ("runs", 1440, "light"), ("runs", 360, "dark"), ("runs", 2560, "light"), ("brief", 1440, "dark"),
    ("brief", 360, "light"), ("brief-history", 1440, "light"), ("privacy", 360, "light"),
    ("privacy-requests", 1440, "light"), ("keys", 1440, "light"), ("api-docs", 1440, "dark"),
)  # fmt: skip
"""Page, width, theme of what the documentation keeps: the first screen of each."""


def worlds_in(folder: Path) -> Path:
    """A folder with the browser tests' world, made if it is not there."""
    if not (folder / "home").exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "tests.browser.world", folder], cwd=ROOT, check=True)
    return folder


def open_page(browser: Browser, site: Site, address: str, width: int, theme: str) -> Page:
    """The page in a fresh context, still."""
    page = browser.new_page(
        base_url=site.url,
        viewport={"width": width, "height": HEIGHTS[width]},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    return page


def take(browser: Browser, site: Site, there: Furnished, folder: Path, *, is_all: bool) -> Iterator[Path]:
    """Take the pictures, one after the other."""
    every = [(name, width, theme) for name in PAGES for width in WIDTHS for theme in ("light", "dark")]
    for name, width, theme in every if is_all else KEPT:
        page = open_page(browser, site, PAGES[name](there), width, theme)
        path = folder / f"{name}-{width}-{theme}.png"
        if is_all:
            height = min(int(page.evaluate("document.documentElement.scrollHeight")), TALLEST)
            page.set_viewport_size({"width": width, "height": max(height, HEIGHTS[width])})
        page.screenshot(path=path, scale="css", animations="disabled", caret="hide")
        page.close()
        yield path


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "docs" / "screenshots")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--worlds", type=Path)
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    executable = (ROOT / ".venv" / "chromium").read_text().strip()
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        home = copy_home(worlds_in(wanted.worlds or Path(scratch) / "worlds") / "home", Path(scratch) / "home")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        with serving(home, others={"is_demo": True}) as site:
            there = furnish(site.parts)
            painter = browser.new_page()
            for path in take(browser, site, there, wanted.folder, is_all=wanted.all):
                size = path.stat().st_size if wanted.all else shrink(painter, path)
                sys.stderr.write(f"{path.name}: {size // 1000} kB\n")
        browser.close()
    return 0


PALETTE = """async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
  const {width, height} = picture;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(picture, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const apart = (a, b) => [0, 8, 16].reduce((sum, at) => sum + (((a >> at) & 255) - ((b >> at) & 255)) ** 2, 0);
  const colours = [];
  for (const least of [200, 60, 0])  // the most frequent, but no two that nobody could tell apart
    for (const [colour] of [...counts].sort((a, b) => b[1] - a[1]))
      if (colours.length < 256 && colours.every((one) => apart(one, colour) > least)) colours.push(colour);
  const places = new Map();
  const placeOf = (pixel) => {
    if (!places.has(pixel)) {
      let best = 0;
      colours.forEach((one, at) => { if (apart(one, pixel) < apart(colours[best], pixel)) best = at; });
      places.set(pixel, best);
    }
    return places.get(pixel);
  };
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = placeOf(pixels[y * width + x]);
  const packing = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));
  const packed = new Uint8Array(await new Response(packing).arrayBuffer());
  const four = (one) => [24, 16, 8, 0].map((by) => (one >>> by) & 255);
  const numbers = (...all) => all.flatMap(four);
  const crc = (data) => {
    let sum = -1;
    for (const byte of data) {
      sum ^= byte;
      for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
    }
    return ~sum;
  };
  const chunk = (name, data) => {
    const body = new Uint8Array([...new TextEncoder().encode(name), ...data]);
    return [...numbers(data.length), ...body, ...numbers(crc(body))];
  };
  const palette = colours.flatMap((one) => [one & 255, (one >> 8) & 255, (one >> 16) & 255]);
  const file = [137, 80, 78, 71, 13, 10, 26, 10, ...chunk("IHDR", [...numbers(width, height), 8, 3, 0, 0, 0]),
    ...chunk("PLTE", palette), ...chunk("IDAT", packed), ...chunk("IEND", [])];
  let text = "";
  for (const byte of file) text += String.fromCharCode(byte);
  return btoa(text);
}"""
"""The same picture in at most 256 colours, worked out by the browser: no other tool is needed."""


def shrink(painter: Page, path: Path) -> int:
    """Write the picture anew in a palette if that is smaller; its size in bytes."""
    before = path.read_bytes()
    after = base64.b64decode(painter.evaluate(PALETTE, base64.b64encode(before).decode()))
    if len(after) < len(before):
        path.write_bytes(after)
    return path.stat().st_size


if __name__ == "__main__":
    sys.exit(main())
