"""What templates are given: links that lead only to the web, assets whose names change with their content."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from talentscope.web.assets import load_assets
from talentscope.web.render import environment, initials, is_web_address, known, link, moment

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//example.org",
        "/local",
        "example.org",
        "https://",
        "https:///path",
        "http://exa mple.org",
        "https://example.org/\x00",
        "https://example.org/\u202egnp",
        "http://[half",
        "",
    ],
)
def test_what_is_no_web_address_becomes_no_link(url: str) -> None:
    assert not is_web_address(url)
    assert "<a" not in link(url, "text")


def test_a_link_cannot_leave_its_attribute() -> None:
    made = link('https://example.org/"onmouseover="x', "<b>name</b>")
    assert made.count('"') == 6
    assert "<b>" not in made
    assert 'rel="noopener noreferrer nofollow"' in made


def test_text_from_outside_is_escaped_in_every_template() -> None:
    template = environment().from_string("<p>{{ text }}</p>")
    assert template.render(text="<script>x</script>") == "<p>&lt;script&gt;x&lt;/script&gt;</p>"


def test_what_is_unknown_is_set_apart() -> None:
    assert 'class="unknown"' in known("unknown")
    assert known("0") == "0"
    assert 'class="unknown"' in moment(None, NOW)


def test_a_date_is_told_by_its_age_and_exactly() -> None:
    made = moment(date(2026, 11, 18), NOW)
    assert made == '<time datetime="2026-11-18" title="2026-11-18">3 days ago</time>'


@pytest.mark.parametrize(
    ("name", "letters"), [("Ada Lovelace", "AL"), ("ada-lovelace", "AL"), ("x", "X"), ("", "?"), ("<>", "?")]
)
def test_initials_stand_for_a_picture(name: str, letters: str) -> None:
    assert initials(name) == letters


def folder_of(tmp_path: Path, css: str) -> Path:
    (tmp_path / "css").mkdir(exist_ok=True)
    (tmp_path / "js").mkdir(exist_ok=True)
    (tmp_path / "css" / "10-a.css").write_text(css)
    (tmp_path / "css" / "20-b.css").write_text("b {}")
    (tmp_path / "js" / "10-a.js").write_text("(() => {})()")
    return tmp_path


def test_the_name_of_a_bundle_changes_with_its_content(tmp_path: Path) -> None:
    first = load_assets(folder_of(tmp_path, "a {}"))
    second = load_assets(folder_of(tmp_path, "a { color: red }"))
    assert first.url("app.css") != second.url("app.css")
    assert first.url("app.js") == second.url("app.js")
    assert first.by_name["app.css"].content == b"a {}\nb {}"


def test_what_was_not_fetched_is_not_linked(tmp_path: Path) -> None:
    assets = load_assets(folder_of(tmp_path, "@font-face { src: url(inter-latin.woff2) }"))
    assert assets.url("htmx.min.js") is None
    assert b"url(" not in assets.by_name["app.css"].content


def test_style_names_no_other_host() -> None:
    assets = load_assets()
    for name in ("app.css", "app.js", "icon.svg"):
        text = assets.by_name[name].content.decode().replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text, name
        assert "https://" not in text, name
