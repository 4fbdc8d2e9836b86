"""What the pictures look like, as far as it can be measured: sizes, texts, and that nothing lies over anything else."""

import json
import struct
import warnings
from itertools import combinations, pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from bot.drawing import PALETTES, SCALE, WIDTH, Paper, contrast, draw, fitting, legible, reply, wide
from bot.pictures import DRAWN, FAILED
from cards.charts import (
    Bar,
    Bars,
    Board,
    Cell,
    Chart,
    Day,
    Funnel,
    Lane,
    Level,
    Look,
    Pareto,
    Plane,
    Scale,
    Square,
    Tile,
    Week,
    packed,
)
from cards.facets import LINES, Ranked, ranking

NAMES = ["王建国", "刘芳", "赵大海", "欧阳娜娜·尼格买提", "A-1 Trading Co.", "👨‍👩‍👧", "$x$_{2}", "<b>王</b>", "龘靐齉"]
LOOKS: tuple[Look, ...] = get_args(Look)
names = st.one_of(st.sampled_from(NAMES), st.text(st.characters(codec="utf-8"), min_size=1, max_size=24))
quick = settings(max_examples=25, deadline=None)  # each draws


def customers(amounts: list[float], called: list[str]) -> Pareto:
    """The ABC chart of customers with these amounts."""
    total, above, rows = sum(amounts), 0.0, []
    for amount, name in zip(sorted(amounts, reverse=True), called, strict=True):
        kind = "关键" if above < 0.8 else "合适" if above < 0.95 else "一般"
        rows.append(Ranked(name, amount, amount / total, above, kind))
        above += amount / total
    chart = ranking(rows, (0.8, 0.95), 0).chart
    assert isinstance(chart, Pareto)
    return chart


def paretos(least: int, most: int) -> st.SearchStrategy[Chart]:
    numbers = st.integers(least, most).flatmap(
        lambda many: st.tuples(
            st.lists(st.floats(1, 9e7), min_size=many, max_size=many), st.lists(names, min_size=many, max_size=many)
        )
    )
    return numbers.map(lambda told: customers(*told))


cells = st.lists(names, max_size=40).map(lambda some: Cell("知己", len(some), tuple(some)))
squares = st.builds(lambda *four: Square("四格", "忠诚", "购买力", four), cells, cells, cells, cells)
planes = st.builds(
    lambda x, y, who: Plane(
        "王总像 支配型",
        Scale("果断性", 0, 9, 5, x),
        Scale("情感性", 0, 9, 5, y),
        ("和蔼型", "表达型", "分析型", "支配型"),
        who,
    ),
    st.integers(0, 9),
    st.integers(0, 9),
    names,
)
services = st.builds(
    lambda x, y: Plane(
        "你像 热情友好型", Scale("待人", 6, 30, 21, x), Scale("章法", 6, 30, 21, y),
        ("按部就班型", "优质服务型", "漠不关心型", "热情友好型"), "你",
    ),
    st.integers(6, 30),
    st.integers(6, 30),
)  # fmt: skip
animals = st.lists(st.builds(Bar, names, st.integers(6, 30), st.just(30), st.booleans()), min_size=1, max_size=10)
counts = st.one_of(st.integers(0, 20), st.integers(0, 99999))
tiles = st.lists(
    st.builds(Tile, st.sampled_from(["客户", "本周联系"]), counts.map(lambda n: f"{n}/{n}"), names, st.booleans()),
    min_size=4,
    max_size=5,
).map(tuple)
lanes = st.builds(
    Lane, names, st.tuples(counts, counts, counts, counts, counts), counts, counts, counts, counts, counts, counts,
    st.booleans(),
)  # fmt: skip
boards = st.builds(
    lambda tiles, lanes, more: Board("城东一组 · 本周", tiles, ("A", "B", "C", "D", "未"), tuple(lanes), more),
    tiles,
    st.lists(lanes, min_size=1, max_size=10),
    st.sampled_from(["", "第 1–10 人，共 1000 人；最要看的在前"]),
)
weeks = st.builds(
    lambda tiles, days: Week("小李 · 本周", tiles, tuple(Day(*one, now=at == 3) for at, one in enumerate(days))),
    tiles.map(lambda some: some[:4]),
    st.lists(
        st.tuples(st.sampled_from("一二三四五六日"), st.integers(0, 99), st.integers(0, 99)), min_size=7, max_size=7
    ),
)
levels = st.builds(
    Level, st.sampled_from(["潜在", "成交客户"]), counts, names, counts.map(lambda days: f"平均待 {days} 天")
)
funnels = st.lists(levels, min_size=2, max_size=6).map(lambda some: Funnel("走到哪一步", tuple(some)))
charts = st.one_of(
    paretos(1, 40), squares, planes, services, animals.map(lambda bars: Bars("你像 老虎", tuple(bars))),
    boards, weeks, funnels,
)  # fmt: skip


def texts(paper: Paper) -> list[Text]:
    return [text for text in paper.figure.findobj(Text) if text.get_text()]


def said(paper: Paper) -> list[str]:
    return [text.get_text() for text in texts(paper)]


def outside(paper: Paper) -> list[str]:
    """Texts that leave the paper."""
    whole = paper.figure.bbox
    boxes = {text.get_text(): text.get_window_extent() for text in texts(paper)}
    return [
        told
        for told, box in boxes.items()
        if box.x0 < whole.x0 or box.x1 > whole.x1 or box.y0 < whole.y0 or box.y1 > whole.y1
    ]


def overlapping(paper: Paper) -> list[tuple[str, str]]:
    """Pairs of texts that lie over each other by more than half a pixel of a phone."""
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts(paper)]
    slack = SCALE / 2
    return [
        (one, other)
        for (one, a), (other, b) in combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > slack and min(a.y1, b.y1) - max(a.y0, b.y0) > slack
    ]


@quick
@given(charts)
def test_no_text_lies_over_another_or_leaves_the_paper(chart: Chart) -> None:
    paper = draw(chart)

    assert overlapping(paper) == []
    assert outside(paper) == []


Behind = list[tuple[FancyBboxPatch, Bbox]]


def behind(paper: Paper) -> Behind:
    """What may lie behind a text, each with the box that it does not leave: to ask a patch about a point takes long."""
    patches = paper.figure.findobj(FancyBboxPatch)
    return [(patch, patch.get_window_extent().padded(4 * SCALE)) for patch in patches]


def grounds(paper: Paper, patches: Behind, text: Text) -> set[str]:
    """The colours that lie behind a text."""
    box = text.get_window_extent()
    inner = [(box.x0 + box.width * (1 + 2 * x) / 12, box.y0 + box.height * y / 4) for x in range(6) for y in (1, 2, 3)]
    over = (
        [patch for patch, most in patches if most.contains(*point) and patch.contains_point(point)] for point in inner
    )
    return {to_hex(found[-1].get_facecolor()) if found else to_hex(paper.figure.get_facecolor()) for found in over}


def pale_texts(paper: Paper) -> dict[str, float]:
    """Texts whose contrast to what lies behind them is less than what WCAG 2 asks for."""
    patches = behind(paper)
    found = {
        text.get_text(): min(contrast(to_hex(text.get_color()), ground) for ground in grounds(paper, patches, text))
        for text in texts(paper)
    }
    return {told: round(least, 2) for told, least in found.items() if least < 4.5}


@pytest.mark.parametrize("look", LOOKS)
@quick
@given(chart=charts)
def test_every_text_is_told_from_what_lies_behind_it_in_either_look(look: Look, chart: Chart) -> None:
    assert pale_texts(draw(chart, look)) == {}


@pytest.mark.parametrize(
    ("one", "other", "least"), [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ff0000", 1.0)]
)
def test_contrast_is_measured_as_wcag_does(one: str, other: str, least: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(least, abs=0.005)


@pytest.mark.parametrize("look", LOOKS)
def test_classes_and_grades_differ_in_lightness_and_the_first_stands_out_most(look: Look) -> None:
    colors = PALETTES[look]
    for marks in (colors.groups, colors.grades):
        out = [contrast(mark, colors.paper) for mark in marks]
        assert out == sorted(out, reverse=True)
        assert min(contrast(one, other) for one, other in pairwise(marks)) > 1.2
        assert out[0] > 7
        assert out[-1] > 1.2
    for mark in (colors.accent, colors.groups[0]):
        assert contrast(mark, colors.pale) >= 3  # a bar in its track


def test_the_dark_look_is_dark_and_the_light_one_light() -> None:
    light, dark = (PALETTES[look] for look in LOOKS)

    assert contrast(light.paper, "#ffffff") < 1.2
    assert contrast(dark.paper, "#000000") < 1.5
    assert contrast(light.paper, dark.paper) > 12


@quick
@given(charts)
def test_the_looks_differ_in_colours_alone(chart: Chart) -> None:
    light, dark = (texts(draw(chart, look)) for look in LOOKS)

    assert [(one.get_text(), one.get_position(), one.get_size()) for one in light] == [
        (one.get_text(), one.get_position(), one.get_size()) for one in dark
    ]


@quick
@given(charts)
def test_a_picture_is_a_png_of_three_dots_to_a_pixel_that_fits_a_screen(chart: Chart) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a glyph that the font lacks warns
        made = reply(json.dumps(["dark", packed(chart)]).encode())
    width, height = struct.unpack(">II", made[17:25])

    assert made[:9] == DRAWN + b"\x89PNG\r\n\x1a\n"
    assert width == WIDTH * SCALE
    assert 80 * SCALE < height <= 430 * SCALE
    assert len(made) < 400_000


@pytest.mark.parametrize("many", [1, 2, 12])
def test_each_of_a_few_customers_has_a_row_with_name_amount_and_what_it_comes_to(many: int) -> None:
    amounts = [100_000.0 / (at + 1) for at in range(many)]
    words = said(draw(customers(amounts, [f"客户{at}" for at in range(many)])))

    assert [f"客户{at}" for at in range(many) if f"客户{at}" not in words] == []
    assert "10 万" in words
    assert "100%" in words


def test_of_two_hundred_customers_the_largest_have_rows_and_the_others_one_for_each_class() -> None:
    chart = customers([1e6 / (at + 1) ** 1.3 for at in range(200)], [f"客户{at}" for at in range(200)])
    words = said(draw(chart))

    assert len(chart.steps) == LINES
    assert "客户0" in words
    assert [word for word in words if word.startswith("另 ")] == [step.label for step in chart.steps[-3:]]
    assert chart.steps[-1].above + chart.steps[-1].share == pytest.approx(1)


@given(paretos(1, 300))
@settings(max_examples=50, deadline=None)
def test_grouped_rows_still_come_to_everything_step_by_step(chart: Chart) -> None:
    assert isinstance(chart, Pareto)
    assert len(chart.steps) <= LINES
    at = 0.0
    for step in chart.steps:
        assert step.above == pytest.approx(at)
        at += step.share
    assert at == pytest.approx(1)


@quick
@given(squares)
def test_everybody_in_a_quarter_is_named_or_counted(chart: Chart) -> None:
    assert isinstance(chart, Square)
    words = said(draw(chart))
    left = sum(int(word.removeprefix("还有 ").removesuffix(" 位")) for word in words if word.startswith("还有 "))
    labels = 2 * 4 + sum(word.startswith("还有 ") for word in words) + 3  # titles and counts, the rest, axes and title

    assert len(words) - labels + left == sum(cell.many for cell in chart.cells)


def test_a_full_quarter_says_how_many_it_does_not_name() -> None:
    full = Cell("知己", 99, tuple(f"客户{at}" for at in range(40)))
    words = said(draw(Square("四格", "忠诚", "购买力", (full, Cell("藤壶", 0, ()), full, full))))

    assert words.count("99 位") == 3
    assert sum(word.startswith("还有 ") for word in words) == 3
    assert "0 位" in words


def test_a_place_on_a_plane_is_named_and_both_its_values_are_said() -> None:
    chart = Plane(
        "你像 支配型", Scale("果断性", 0, 9, 5, 7), Scale("情感性", 0, 9, 5, 4), ("和", "表", "析", "支"), "王总"
    )
    words = said(draw(chart))

    assert {"王总", "7", "4", "果断性 低 → 高", "情感性 低 → 高", "和", "表", "析", "支"} <= set(words)


def test_an_amount_in_dollars_is_not_taken_for_a_formula() -> None:
    assert "$x$_{2}" in said(draw(Bars("比一比", (Bar("$x$_{2}", 3, 5, True),))))


@pytest.mark.parametrize(
    ("text", "shown"), [("王总🔥", "王总"), ("🔥", "？"), ("  王\n总 ", "王 总"), ("\u202e王", "王"), ("", "？")]
)
def test_signs_that_the_font_lacks_are_left_out(text: str, shown: str) -> None:
    assert legible(text) == shown


@given(names, st.floats(30, 300))
def test_a_shortened_text_fits_its_room(text: str, room: float) -> None:
    cut = fitting(text, 12, room)

    assert wide(cut, 12) <= room
    assert cut == legible(text) or cut.endswith("…")


def test_what_cannot_be_drawn_is_told_without_a_word_of_what_was_to_be_seen() -> None:
    made = reply('["light",["pie","王总的秘密"]]'.encode())

    assert made.startswith(FAILED + b"ValueError in line ")
    assert "王总" not in made.decode()
