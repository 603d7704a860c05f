"""Pictures made by Python: places on axes, ticks, gaps, names that do not collide, nothing that a page may not hold."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from talentscope.warehouse.company_rules import MARKS
from talentscope.web import formats
from talentscope.web.charts.dots import Dot, ranked_dots
from talentscope.web.charts.labels import Box, Spot, place
from talentscope.web.charts.lines import Frame, Line, lines, readings
from talentscope.web.charts.scales import Linear, Log, day_ticks, linear, logarithmic
from talentscope.web.charts.scatter import Extras, Guide, Mark, axis, scatter
from talentscope.web.charts.sparks import MOST_POINTS, WIDTH, interval, sparkline, split_bar
from talentscope.web.charts.svg import element, number, path, shorten, text_width
from talentscope.web.pages.company_view import QUALITY, dress, marks_of, tone_of

HOSTILE = '"><script>alert(1)</script>&\x00'
FIRST = date(2026, 8, 1)


def days(count: int) -> list[date]:
    return [FIRST + timedelta(days=n) for n in range(count)]


def tree(svg: str) -> ET.Element:
    """The picture as a browser reads it: it must be well formed."""
    return ET.fromstring(str(svg))  # noqa: S314 - written by us


def of_class(svg: str, name: str) -> list[dict[str, str]]:
    return [item.attrib for item in tree(svg).iter() if name in item.attrib.get("class", "").split()]


def mark(name: str = "Acme", **changes: Any) -> Mark:
    told: dict[str, Any] = {"name": name, "href": "/companies/acme", "x": 10.0, "y": 1e6, "size": 5.0, "told": name}
    return Mark(**told | changes)


def test_a_linear_scale_puts_its_ends_at_its_ends() -> None:
    scale = Linear(10, 20, 100, 0)
    assert (scale(10), scale(15), scale(20)) == (100, 50, 0)
    assert Linear(5, 5, 0, 100)(5) == 50


def test_a_logarithmic_scale_makes_equal_ratios_equal_distances() -> None:
    scale = Log(1, 1e4, 0, 400)
    assert [round(scale(10.0**power)) for power in range(5)] == [0, 100, 200, 300, 400]


@pytest.mark.parametrize("span", [0.04, 0.7, 1, 7, 13, 99, 100, 4_321, 1e6, 3.7e12])
@pytest.mark.parametrize("low", [-1.0, 0.0, 3.3])
def test_linear_ticks_are_round_inside_and_few(low: float, span: float) -> None:
    scale = Linear(low * span, low * span + span, 0, 100)
    ticks = scale.ticks(5)
    assert 2 <= len(ticks) <= 7
    assert all(scale.low - 1e-9 * span <= tick <= scale.high + 1e-9 * span for tick in ticks)
    steps = [round((after - before) / span, 9) for before, after in pairwise(ticks)]
    assert len(set(steps)) == 1


@pytest.mark.parametrize("decades", [0.1, 0.4, 1, 2, 3, 5, 9])
@pytest.mark.parametrize("low", [0.02, 1, 37, 1e9])
def test_logarithmic_ticks_are_inside_told_apart_and_told_right(low: float, decades: float) -> None:
    scale = Log(low, low * 10**decades, 0, 600)
    ticks = scale.ticks(5)
    assert 2 <= len(ticks) <= 16
    assert ticks == sorted(set(ticks))
    assert all(scale.low * 0.99 <= tick <= scale.high * 1.01 for tick in ticks)
    told = [formats.money(tick) for tick in ticks]
    assert len(set(told)) == len(told)


def test_scales_leave_air_and_reach_zero_where_asked() -> None:
    scale = linear([10, 20], 0, 100)
    assert scale.low < 10
    assert scale.high > 20
    assert linear([10, 20], 0, 100, with_zero=True).low == 0
    assert linear([-3, -1], 0, 100, with_zero=True).high == 0
    assert linear([7], 0, 100).low < 7 < linear([7], 0, 100).high
    assert logarithmic([7], 0, 100).low < 7 < logarithmic([7], 0, 100).high


@pytest.mark.parametrize("count", [1, 7, 30, 45, 90, 365, 3_000])
@pytest.mark.parametrize("most", [4, 8])
def test_day_ticks_are_inside_in_order_and_few(count: int, most: int) -> None:
    ticks = day_ticks(FIRST, FIRST + timedelta(days=count), most=most)
    assert 1 <= len(ticks) <= most
    assert ticks == sorted(set(ticks))
    assert all(FIRST <= tick <= FIRST + timedelta(days=count) for tick in ticks)


def test_a_gap_is_never_bridged_and_a_lone_day_is_a_dot() -> None:
    assert path([(0, 0), (1, 1), None, (3, 3), None, None, (6, 6), (7, 7)]) == "M0 0L1 1M3 3h0M6 6L7 7"
    assert path([None, (1, 1)]) == "M1 1h0"
    assert path([None, None]) == ""


def test_coordinates_have_a_tenth_and_no_needless_zero() -> None:
    assert [number(value) for value in (0, 0.04, 1.0, 1.25, 10.0, 100.04, -2.5)] == [
        "0",
        "0",
        "1",
        "1.2",
        "10",
        "100",
        "-2.5",
    ]


def test_text_and_attributes_are_escaped() -> None:
    made = element("a", HOSTILE, href=HOSTILE, class_="x", view_box="0 0 1 1")
    assert "<script>" not in made
    assert 'class="x" viewBox="0 0 1 1"' in made
    assert "onclick" not in element("a", href="x")


def test_a_text_is_cut_to_its_room() -> None:
    assert shorten("Acme", 11, 200) == "Acme"
    cut = shorten("A very long name of a company indeed", 11, 80)
    assert cut.endswith("…")
    assert text_width(cut, 11) <= 80


def test_a_sparkline_has_its_text_and_ends_at_the_last_known_day() -> None:
    svg = sparkline([1.0, 2.0, None, 3.0, None], "Value: from $1 to $3")
    assert tree(svg).attrib["aria-label"] == "Value: from $1 to $3"
    assert tree(svg).attrib["role"] == "img"
    (dot,) = of_class(svg, "spark-dot")
    assert 3 < float(dot["cx"]) < WIDTH - 3
    (line,) = of_class(svg, "spark-line")
    assert line["d"].count("M") == 2


@pytest.mark.parametrize("values", [[], [None], [1.0], [None, 1.0, None]])
def test_one_day_makes_no_line(values: list[float | None]) -> None:
    assert sparkline(values, "nothing") == ""


def test_a_long_sparkline_is_thinned_but_keeps_its_gaps_and_its_end() -> None:
    values: list[float | None] = [float(n % 17) for n in range(365)]
    values[101] = None
    svg = sparkline(values, "long")
    (line,) = of_class(svg, "spark-line")
    assert line["d"].count("M") == 2
    assert line["d"].count("L") <= MOST_POINTS + 4
    assert float(of_class(svg, "spark-dot")[0]["cx"]) == pytest.approx(WIDTH - 3)


def test_a_flat_sparkline_runs_in_the_middle() -> None:
    (line,) = of_class(sparkline([5.0, 5.0, 5.0], "flat"), "spark-line")
    assert set(re.findall(r"[ML][\d.]+ ([\d.]+)", line["d"])) == {"13"}


@pytest.mark.parametrize(
    ("low", "high", "tone"),
    [(0.1, 0.3, "positive"), (-0.3, -0.1, "negative"), (-0.1, 0.3, "neutral"), (None, None, "unknown")],
)
def test_the_tone_is_what_the_whole_interval_says(low: float | None, high: float | None, tone: str) -> None:
    assert tone_of(low, high) == tone
    if low is not None and high is not None:
        assert len(of_class(interval((low + high) / 2, low, high), tone)) == 2


def test_an_interval_beyond_its_axis_is_cut_at_its_end() -> None:
    for line in of_class(interval(0.9, -0.99, 0.99), "range"):
        assert 0 <= float(line["x1"]) < float(line["x2"]) <= 76


def test_shares_of_posts_fill_their_bar() -> None:
    svg = split_bar(0.5, 0.25)
    assert [float(of_class(svg, name)[0]["width"]) for name in ("bar-positive", "bar-negative")] == [44, 22]


def test_names_neither_cover_one_another_nor_a_mark() -> None:
    chance = random.Random(4)
    within = Box(0, 0, 640, 400)
    spots = [
        Spot(chance.uniform(20, 620), chance.uniform(20, 380), chance.uniform(3, 16), f"Company {n}")
        for n in range(120)
    ]
    taken = [Box(0, 0, 120, 20)]
    found = place(spots, within=within, taken=taken, most=60)
    assert len(found) >= 10
    boxes = [one.box for one in found]
    for number_of, one in enumerate(found):
        assert one.box.is_inside(within)
        assert not any(one.box.meets(other) for other in boxes[:number_of] + taken)
        for spot in spots:
            if spot.text != one.text:
                reach = spot.radius
                around = Box(spot.x - reach, spot.y - reach, spot.x + reach, spot.y + reach)
                assert not one.box.meets(around), (one.text, spot.text)


def test_the_first_ones_get_their_names_first() -> None:
    alone = [Spot(100, 100, 5, "first"), Spot(140, 100, 5, "second")]
    assert place(alone, within=Box(0, 0, 300, 200), most=1)[0].text == "first"


def test_no_name_leaves_the_picture() -> None:
    spots = [Spot(199, 5, 4, "At the very corner")]
    assert all(one.box.is_inside(Box(0, 0, 200, 200)) for one in place(spots, within=Box(0, 0, 200, 200)))
    assert place([Spot(10, 10, 4, "A name that is far too long")], within=Box(0, 0, 60, 20)) == []


def test_marks_are_as_large_as_their_figure_by_area_and_hollow_when_unsure() -> None:
    marks = [
        mark("Large", size=400.0),
        mark("Small", x=20.0, size=100.0),
        mark("Unknown", x=30.0, size=None),
        mark("Unsure", x=40.0, size=100.0, is_sure=False),
    ]
    svg = scatter(
        marks,
        across=axis("across", str, [10, 40], is_log=True),
        up=axis("up", formats.money, [1e6], is_log=True),
        label="x",
    )
    circles = of_class(svg, "mark")
    radii = sorted(float(circle["r"]) for circle in circles)
    assert radii[-1] == pytest.approx(2 * radii[-2], rel=0.02)
    assert len(of_class(svg, "unsure")) == 1
    assert {item.text for item in tree(svg).iter() if item.attrib.get("class") == "name"} == {m.name for m in marks}


def test_a_narrow_picture_has_no_names_but_every_mark_says_its_own() -> None:
    marks = [mark(f"Company {n}", x=10.0 + n, told=f"Company {n}: $1M") for n in range(5)]
    across, up = axis("across", str, [10, 14], is_log=True), axis("up", formats.money, [1e6], is_log=True)
    svg = scatter(marks, across=across, up=up, label="x", extras=Extras(corners=("a", "b", "c", "d")), width=340)
    assert of_class(svg, "name") == []
    titles = [item.text for item in tree(svg).iter() if item.tag == "title"]
    assert sorted(str(title) for title in titles) == [f"Company {n}: $1M" for n in range(5)]


def test_marks_without_a_place_across_stand_aside_at_their_height() -> None:
    across, up = axis("across", formats.signed, [0.2], is_even=True), axis("up", formats.money, [1e6, 1e8], is_log=True)
    aside = [mark("Low", x=0.0, y=1e6, is_sure=False), mark("High", x=0.0, y=1e8, is_sure=False)]
    svg = scatter(
        [mark(x=0.2, y=1e7)], across=across, up=up, label="x", extras=Extras(aside=aside, aside_title="withheld")
    )
    (strip,) = of_class(svg, "gap")
    low, high = of_class(svg, "unsure")
    assert min(float(low["cx"]), float(high["cx"])) > float(strip["x"])
    assert float(low["cy"]) > float(high["cy"])
    assert "withheld" in svg


def test_a_line_of_equal_ratio_is_straight_and_told() -> None:
    across, up = axis("people", str, [10, 1000], is_log=True), axis("value", formats.money, [1e7, 1e9], is_log=True)
    guide = Guide(10, 10 * 1e6, 1000, 1000 * 1e6, "$1M per employee")
    svg = scatter([mark(x=100.0, y=1e8)], across=across, up=up, label="x", extras=Extras(guides=[guide]))
    (line,) = of_class(svg, "guide")
    (circle,) = of_class(svg, "mark")
    x1, y1, x2, y2 = (float(line[name]) for name in ("x1", "y1", "x2", "y2"))
    x, y = float(circle["cx"]), float(circle["cy"])
    assert (y - y1) / (x - x1) == pytest.approx((y2 - y1) / (x2 - x1), rel=0.02), (
        "a company of $1M each lies on the line"
    )
    assert "$1M per employee" in svg


def test_an_even_axis_has_zero_in_its_middle() -> None:
    across = axis("feeling", formats.signed, [0.1, -0.4], is_even=True)
    assert across.low == -across.high
    assert across.scale(0, 100)(0) == 50


def test_ranked_dots_tell_now_before_and_change() -> None:
    rows = [
        Dot("Acme", "/companies/acme", 2e6, 1e6, "$2M", "+100.0 %", "Acme: $2M"),
        Dot(HOSTILE, "/companies/x", 1e6, None, "$1M", "", "x"),
    ]
    svg = ranked_dots(rows, label="Who leads", tell=formats.money)
    now, before = of_class(svg, "now"), of_class(svg, "before")
    assert len(now) == 2
    assert len(before) == 1, "what is not known is not drawn"
    assert float(before[0]["cx"]) < float(now[0]["cx"])
    assert "+100.0 %" in svg
    assert "+100.0 %" not in ranked_dots(rows, label="Who leads", tell=formats.money, width=340)
    assert "<script>" not in svg


def test_lines_keep_gaps_tell_them_and_show_lone_days() -> None:
    values = [1.0, 2.0, None, None, 5.0, None, 7.0]
    svg = lines(days(7), [Line("Acme", values)], Frame(label="Acme", tell=str, unknown="not read"))
    (line,) = of_class(svg, "line")
    assert line["d"].count("M") == 3
    assert len(of_class(svg, "gap")) == 2
    assert "not read: 2026-08-03 to 2026-08-04" in svg
    assert "not read: 2026-08-06 to 2026-08-06" in svg
    assert len(of_class(svg, "end")) == 2


def test_a_band_is_drawn_for_each_unbroken_stretch() -> None:
    mean = [0.1, 0.2, None, 0.2, 0.3]
    low, high = [0.0, 0.1, None, 0.1, 0.2], [0.2, 0.3, None, 0.3, 0.4]
    svg = lines(days(5), [Line("Acme", mean, low=low, high=high)], Frame(label="x", tell=formats.signed))
    assert len(of_class(svg, "band")) == 2
    alone = lines(
        days(3), [Line("A", [None, 0.1, None], low=[None, 0.0, None], high=[None, 0.2, None])], Frame("x", str)
    )
    assert len(of_class(alone, "lone")) == 1, "a day alone keeps its interval"


def test_names_at_the_ends_of_lines_stand_apart() -> None:
    series = [Line(f"Company {n}", [1.0, 1.0 + n / 1000], part=n) for n in range(1, 7)]
    svg = lines(days(2), series, Frame(label="x", tell=str, is_named=True))
    heights = sorted(float(item["y"]) for item in of_class(svg, "line-name"))
    assert len(heights) == 6
    assert all(after - before >= 13.9 for before, after in pairwise(heights))


def test_nothing_known_makes_no_picture() -> None:
    assert lines(days(3), [Line("Acme", [None, None, None])], Frame(label="x", tell=str)) == ""
    assert lines([], [], Frame(label="x", tell=str)) == ""
    assert readings({}, Frame(label="x", tell=str)) == ""


def test_readings_stand_at_their_own_days() -> None:
    points = [(date(2024, 1, 1), 10.0, "ten"), (date(2025, 1, 1), 20.0, "twenty"), (date(2026, 1, 1), 30.0, "thirty")]
    svg = readings({"SEC": points}, Frame(label="x", tell=formats.count))
    places = [float(item["cx"]) for item in of_class(svg, "reading")]
    assert places[1] - places[0] == pytest.approx(places[2] - places[1], rel=0.02)
    assert [item.text for item in tree(svg).iter() if item.tag == "title"] == ["ten", "twenty", "thirty"]


def test_readings_of_two_sources_are_two_lines_with_their_names() -> None:
    told = {"SEC": [(date(2024, 1, 1), 10.0, "a")], "Wikidata": [(date(2025, 1, 1), 20.0, "b")]}
    svg = readings(told, Frame(label="x", tell=formats.count))
    assert [len(of_class(svg, f"reading part-{part}".split()[1])) >= 1 for part in (1, 2)] == [True, True]
    assert {item.text for item in tree(svg).iter() if "line-name" in item.attrib.get("class", "")} == set(told)


def test_no_picture_holds_a_style_a_script_or_a_colour_of_its_own() -> None:
    across, up = axis("a", str, [10], is_log=True), axis("b", formats.money, [1e6], is_log=True)
    pictures = [
        sparkline([1.0, 2.0], "x"),
        interval(0.1, 0.0, 0.2),
        split_bar(0.2, 0.3),
        ranked_dots([Dot("A", "/a", 1.0, 2.0, "$1", "+1 %", "A")], label="x", tell=formats.money),
        scatter([mark()], across=across, up=up, label="x"),
        lines(days(3), [Line("A", [1.0, None, 2.0])], Frame(label="x", tell=str, unknown="gap", bars=[1.0, 2.0, 3.0])),
    ]
    for svg in pictures:
        names = {name for item in tree(svg).iter() for name in item.attrib}
        assert not {name for name in names if name in {"style", "fill", "stroke"} or name.startswith("on")}
        assert {item.tag for item in tree(svg).iter()}.isdisjoint({"script", "style", "foreignObject", "image", "use"})


def test_every_quality_mark_has_its_word_beside_a_figure() -> None:
    assert set(QUALITY) == {rule.name for rule in MARKS}
    assert {found.figure for found in QUALITY.values()} == {"value", "employees", "offers", "sentiment"}
    row = {"quality": ",".join(QUALITY)} | dict.fromkeys(
        ("sentiment_mean", "sentiment_low", "sentiment_high", "market_value_source", "employees_source", "offers_state")
    )
    assert len(marks_of(row)) == len(MARKS)
    assert sum(len(found) for found in dress(row)["marks"].values()) == len(MARKS)
    assert marks_of({"quality": "of_a_later_version,value_old"}) == (QUALITY["value_old"],)
