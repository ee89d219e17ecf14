"""Pictures and tables of a run: what is in them is what was measured, and can be read."""

import re
from xml.etree import ElementTree

import pytest

from benchmarks.drawn.markdown import PARTS, written
from benchmarks.drawn.pictures import PICTURES
from benchmarks.drawn.svg import BAR_WIDTH, COLOURS, GLYPH_PX, WIDTH, Row, bars
from tests.unit.benchmarks.example import bench, report_of

RUN = report_of(bench(wrong=[]))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_xml_and_nothing_in_it_is_cut(name: str) -> None:
    picture = ElementTree.fromstring(PICTURES[name](RUN))  # noqa: S314 - our own
    assert picture.get("width") == str(WIDTH)
    height = float(picture.get("height", ""))
    for shape in picture.iter(f"{SVG}rect"):
        assert 0 <= float(shape.get("x", 0)) <= WIDTH - float(shape.get("width", 0))
        assert shape.get("class") in COLOURS
    for text in picture.iter(f"{SVG}text"):
        width = GLYPH_PX * int(text.get("font-size", "")) / 12 * len(text.text or "")
        x = float(text.get("x", ""))
        begin = x - width if text.get("text-anchor") == "end" else x
        assert 0 <= begin <= WIDTH - width, text.text
        assert 0 < float(text.get("y", "")) < height


def test_bars_are_as_long_as_what_they_tell() -> None:
    rows = [
        Row(label="a", parts=[("own", 2), ("own-faint", 1)], said="3"),
        Row(label="b", parts=[("own", 1.5)], said="1.5", asked=6),
        Row(label="c", parts=[("own", 30)], said="30"),
    ]
    picture = bars("Title", "Under <it> & it", rows, legend={}, most=12)
    widths = [float(found) for found in re.findall(r'class="own(?:-faint)?" .*?width="([\d.]+)"', picture)]
    assert widths == pytest.approx([BAR_WIDTH / 6, BAR_WIDTH / 12, BAR_WIDTH / 8, BAR_WIDTH], abs=0.1)
    assert "Under &lt;it&gt; &amp; it" in picture


def test_rates_are_multiples_of_the_view_with_what_is_asked() -> None:
    picture = PICTURES["rates"](RUN)
    assert "29.56 x, 6,194/s" in picture
    assert picture.count('class="mark"') == 3 + 1, "singles, two calls, bulk; and the legend"


def test_a_page_gets_the_parts_that_it_has_a_place_for() -> None:
    page = "# Bench\n\n<!-- bench: origin -->\n<!-- end -->\n\n<!-- bench: speed -->\nold\ntable\n<!-- end -->\nEnd.\n"
    new = written(page, RUN)
    assert written(new, RUN) == new
    assert new.startswith("# Bench\n\n<!-- bench: origin -->\nMeasured on ")
    assert "with `./ringup bench`, in 2.0 minutes, on " in new
    assert "kept up to 0.2 of them busy. PostgreSQL" in new
    assert "old" not in new
    assert new.endswith(" |\n<!-- end -->\nEnd.\n")
    assert "| bulk of 100 | 6,194 | 29.56 | 50 | 99 | 1.00 | 6,813 5,884 |" in new


def test_a_rate_that_does_not_last_is_told_in_the_table() -> None:
    singles = RUN["contenders"]["singles"] | {"lasts": False, "halves_per_s": [12.34, 1000]}
    run = {**RUN, "contenders": {"singles": singles}}
    assert "| 12.3 1,000, differ |" in PARTS["speed"](run)


def test_figures_stand_in_the_table_with_what_is_asked() -> None:
    table = PARTS["figures"](RUN)
    assert "| idle: p99 | 99.0 ms | <= 20 | MISSED |" in table
    assert "| nobody waits: web's memory | 90.0 MB | | |" in table


def test_processor_time_stands_in_the_table_by_program() -> None:
    assert "| bulk of 100 | 0.10 | 0.80 | 0.00 | 0.00 | 0.05 | 0.00 | 0.00 | 0.85 |" in PARTS["processor"](RUN)


def test_who_was_not_measured_is_in_no_picture() -> None:
    some = {name: RUN["contenders"][name] for name in ("view", "idle")}
    picture = PICTURES["latencies"]({**RUN, "contenders": some})
    assert "1 till<" in picture
    assert "128 tills" not in picture
