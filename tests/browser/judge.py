"""axe-core's judgement of a page, and whether it fits its window."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / ".contracts" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

RUN = """async (tags) => {
  const options = {runOnly: {type: "tag", values: tags}, resultTypes: ["violations", "incomplete"]};
  const found = await axe.run(document, options);
  const told = (rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`);
  const isPicture = (node) => document.querySelector(node.target.at(-1))?.closest("svg");
  const isClipped = (node) => {  // in a strip that scrolls: those of its kind that are in sight are judged
    const item = document.querySelector(node.target.at(-1));
    for (let at = item?.parentElement; at; at = at.parentElement)
      if (getComputedStyle(at).overflowX !== "visible")
        return item.getBoundingClientRect().right > at.getBoundingClientRect().right;
    return false;
  };
  const unsure = found.incomplete.filter((rule) => rule.id === "color-contrast")
    .map((rule) => ({...rule, nodes: rule.nodes.filter((node) => !isPicture(node) && !isClipped(node))}));
  return {
    violations: found.violations.flatMap(told),
    unjudged: unsure.flatMap(told).filter((text) => !text.includes("only non-text characters")),
    judged: found.passes.some((rule) => rule.id === "color-contrast"),
  };
}"""

FAINT = """() => {
  const read = (text) => (text.match(/[0-9.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (item) => {
    for (let at = item; at; at = at.parentElement) {
      const colour = read(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const told = [];
  for (const text of document.querySelectorAll("svg text")) {
    const style = getComputedStyle(text);
    if (!text.textContent.trim() || !text.getClientRects().length || !text.checkVisibility()) continue;
    const [a, b] = [light(read(style.fill)), light(behind(text.closest("svg")))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.6 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio < least) told.push(`faint text in a picture, ${ratio.toFixed(2)}: ${text.textContent.trim()}`);
  }
  return told;
}"""
"""Contrast of text in pictures, which axe leaves open: against what is behind the picture, not against its shapes."""

WIDER = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const isOutside = (item) => item.getBoundingClientRect().right > room + 1;
  const outside = [...document.body.querySelectorAll("*")].filter(isOutside);
  return outside.map((item) => `${item.tagName.toLowerCase()}.${item.className.baseVal ?? item.className}`).slice(0, 8);
}"""


@lru_cache(maxsize=1)
def _axe() -> str:
    assert AXE.exists(), "axe-core is not there: `make .contracts/ready` fetches it"
    return AXE.read_text(encoding="utf-8")


def judge(page: Page) -> list[str]:
    """What WCAG 2.2 AA and axe's best practice hold against the page as it stands; contrast must have been judged."""
    room = page.viewport_size or {"width": 1440, "height": 900}
    whole = page.evaluate("Math.min(document.documentElement.scrollHeight, 20000) + 100")  # nothing behind a fixed bar
    page.set_viewport_size({"width": room["width"], "height": max(whole, room["height"])})
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(RUN, TAGS)
    assert found["judged"], "axe judged no contrast at all"
    faint: list[str] = page.evaluate(FAINT)
    page.set_viewport_size(room)
    return [*found["violations"], *found["unjudged"], *faint]


def sticks_out(page: Page) -> list[str]:
    """What makes the page scroll sideways; nothing when it does not."""
    wider: list[str] = page.evaluate(WIDER)
    is_wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wider or (["something"] if is_wider else [])
