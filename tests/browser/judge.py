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
  return {
    violations: found.violations.flatMap(told),
    unjudged: found.incomplete.filter((rule) => rule.id === "color-contrast").flatMap(told),
    judged: found.passes.some((rule) => rule.id === "color-contrast"),
  };
}"""

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
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(RUN, TAGS)
    assert found["judged"], "axe judged no contrast at all"
    return [*found["violations"], *found["unjudged"]]


def sticks_out(page: Page) -> list[str]:
    """What makes the page scroll sideways; nothing when it does not."""
    wider: list[str] = page.evaluate(WIDER)
    is_wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wider or (["something"] if is_wider else [])
