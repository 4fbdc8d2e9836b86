"""How charts look. This is the only file that knows matplotlib, and it runs in a process of its own: `bot/pictures.py`.

Everything is laid out in units of a phone's pixels: a picture is 320 wide, about what a chat bubble has on a screen of
390. There are two looks, for light and for dark chats, which differ in colours alone. Every text has a contrast of 4.5
to 1 at least to what lies behind it. Colours are told apart by lightness too, and each mark has its name beside it, so
nobody has to see a hue. No text overlaps another; what is too long or too much is shortened and counted.
"""

import io
import json
import os
import signal
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.patches import Circle, FancyBboxPatch
from matplotlib.patheffects import withStroke
from pylopdf_fonts_zh_cn import sans_path

from bot.pictures import DRAWN, FAILED, LENGTH
from cards.charts import (
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
    Step,
    Tile,
    Week,
    unpacked,
)

WIDTH = 320.0  # units, each a pixel of a phone's screen
SCALE = 3  # dots to a unit, as phones have them
POINTS = 72  # of type to an inch; here one to a unit
EDGE = 14.0
TITLE, TEXT, SMALL = 16.0, 12.0, 10.5  # sizes of type


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a look. What comes first, or is best, stands out most from the paper."""

    paper: str
    ink: str
    muted: str  # ink of what is said beside the point
    pale: str  # ground of tiles, tracks of bars
    groups: tuple[str, ...]
    accent: str
    accent_pale: str
    alarm: str
    alarm_pale: str
    waiting: str
    grades: tuple[str, ...]  # the last are customers without one
    quarters: tuple[str, ...]  # in reading order


PALETTES: Mapping[Look, Palette] = {
    "light": Palette(
        paper="#fbfaf7",
        ink="#1d2733",
        muted="#56626f",
        pale="#e9edf1",
        groups=("#0b4f8a", "#4a97cf", "#9aa5b1"),
        accent="#ad4506",
        accent_pale="#fde7d6",
        alarm="#b3261e",
        alarm_pale="#fbe3e0",
        waiting="#8a5800",
        grades=("#0b4f8a", "#2f7fc0", "#7db4de", "#b9c4ce", "#dde2e7"),
        quarters=("#e4eef7", "#dcefe4", "#eeeeeb", "#fcecd9"),
    ),
    "dark": Palette(
        paper="#1c2632",
        ink="#f0f3f6",
        muted="#a9b6c3",
        pale="#2d3a48",
        groups=("#8fcdfb", "#5799cf", "#56646f"),
        accent="#ff9d5c",
        accent_pale="#4a3226",
        alarm="#ff8a80",
        alarm_pale="#4b2a2d",
        waiting="#f0b445",
        grades=("#9bd3fb", "#5b9fd6", "#3d76a6", "#53616e", "#36434f"),
        quarters=("#26394d", "#24403a", "#333a42", "#45382a"),
    ),
}

FONT = FontProperties(fname=str(sans_path()))


def contrast(one: str, other: str) -> float:
    """How well one colour (#rrggbb) is told from another: 1 to 21, as WCAG 2 measures it."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    parts = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# --- the paper --------------------------------------------------------------------------------------------------------


class Paper:
    """A figure in units from the top left, with the few marks that the charts are made of, in the colours of a look."""

    def __init__(self, height: float, colors: Palette) -> None:
        self.height = height
        self.colors = colors
        size = (WIDTH / POINTS, height / POINTS)
        self.figure = Figure(figsize=size, dpi=POINTS * SCALE, facecolor=colors.paper)
        FigureCanvasAgg(self.figure)
        self._axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        self._axes.set_axis_off()

    def title(self, text: str) -> None:
        """What the picture says, in one line."""
        self.text(EDGE, 24, fitting(text, TITLE, WIDTH - 2 * EDGE), TITLE, bold=True)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = TEXT,
        color: str = "",
        *,
        at: str = "left",
        bold: bool = False,
        up: bool = False,
    ) -> None:
        """A line of text around the height `y`, in ink where no colour is given; `at` says which end of it `x` is, `up`
        that it runs upwards.
        """
        color = color or self.colors.ink
        effects = [withStroke(linewidth=0.45, foreground=color)] if bold else []  # the font has one weight
        self._axes.text(
            x, y, text, color=color, ha=at, va="center_baseline" if not up else "center",
            rotation=90 if up else 0, fontproperties=FONT, fontsize=size, parse_math=False, path_effects=effects,
        )  # fmt: skip

    def box(self, x: float, y: float, width: float, height: float, color: str, *, rounded: float = 0) -> None:
        """A filled rectangle, with round corners if wanted."""
        style = f"round,pad=0,rounding_size={min(rounded, width / 2, height / 2)}" if rounded else "square,pad=0"
        self._axes.add_artist(FancyBboxPatch((x, y), width, height, boxstyle=style, fc=color, ec="none", lw=0))

    def line(self, start: tuple[float, float], end: tuple[float, float], color: str, dashes: tuple[int, int]) -> None:
        """A thin straight line of dashes: how long they are, and the gaps."""
        self._axes.plot([start[0], end[0]], [start[1], end[1]], color=color, lw=0.9, ls=(0, dashes))

    def dot(self, x: float, y: float, radius: float, color: str) -> None:
        """A dot with a rim of paper."""
        self._axes.add_artist(Circle((x, y), radius, fc=color, ec=self.colors.paper, lw=1.6, zorder=5))

    def png(self) -> bytes:
        """The picture."""
        made = io.BytesIO()
        # Packed at once rather than small: these pictures are flat, and a third of the time went into packing.
        few = {"compress_level": 2}
        self.figure.savefig(made, format="png", dpi="figure", metadata={"Software": None}, pil_kwargs=few)
        return made.getvalue()


@cache
def _font() -> Any:
    return get_font(str(sans_path()))


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(_font().get_charmap())


def legible(text: str) -> str:
    """A text in one line of characters that the font has; "？" where none is left."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(sign for sign in line if ord(sign) in _glyphs()).strip() or "？"


def wide(text: str, size: float) -> float:
    """How wide a line of text is, in units. Measuring signs one by one, once each, takes a tenth of measuring lines."""
    return sum(map(_sign, text)) * size / 100


@lru_cache(maxsize=4096)
def _sign(sign: str) -> float:
    """How wide one character is at size 100, with the room that it leaves to the next."""
    font = _font()
    font.set_size(100, POINTS)
    font.clear()
    return float(font.load_char(ord(sign)).linearHoriAdvance) / 65536


def fitting(text: str, size: float, room: float) -> str:
    """As much of a text, made legible, as `room` units hold; "…" stands for the rest."""
    line = legible(text)
    if wide(line, size) <= room:
        return line
    while line and wide(f"{line}…", size) > room:
        line = line[:-1].rstrip()
    return f"{line}…"


# --- Pareto -----------------------------------------------------------------------------------------------------------

ROW = 25.0  # height of a row
NAMES, PLOT, AMOUNTS = EDGE, (96.0, 204.0), 264.0  # where the columns begin, or (amounts) end


def pareto(chart: Pareto, colors: Palette) -> Paper:
    """Steps from the largest down: each starts where the one above ended, so its right end is what they come to."""
    top = 84.0
    bottom = top + ROW * len(chart.steps)
    paper = Paper(bottom + 30, colors)
    paper.title(chart.title)
    _legend(paper, chart)
    paper.text(AMOUNTS, top - 11, "成交额", SMALL, paper.colors.muted, at="right")
    paper.text(WIDTH - EDGE, top - 11, "累计", SMALL, paper.colors.muted, at="right")
    _cuts(paper, chart.cuts, top, bottom)
    for number, row in enumerate(chart.steps):
        _step(paper, row, top + ROW * (number + 0.5))
    return paper


def _legend(paper: Paper, chart: Pareto) -> None:
    x = EDGE
    for number, group in enumerate(chart.groups):
        told = fitting(group, SMALL, WIDTH - EDGE - 13 - x)
        paper.box(x, 44.5, 9, 9, _color(paper, number), rounded=2)
        paper.text(x + 13, 49, told, SMALL, paper.colors.muted)
        x += 13 + wide(told, SMALL) + 12


def _color(paper: Paper, group: int) -> str:
    return paper.colors.groups[min(group, len(paper.colors.groups) - 1)]


def _along(share: float) -> float:
    return PLOT[0] + (PLOT[1] - PLOT[0]) * min(1.0, max(0.0, share))


def _cuts(paper: Paper, cuts: Sequence[float], top: float, bottom: float) -> None:
    """The limits of the groups; each with its name where there is room for it."""
    free = 0.0
    for number, cut in enumerate(cuts):
        x, told = _along(cut), f"{cut:.0%}"
        paper.line((x, top - 4), (x, bottom + 4), paper.colors.muted, (2, 2))
        begin = x - wide(told, SMALL) + 3 if number < len(cuts) - 1 else x - 3
        if begin >= free:
            paper.text(begin, bottom + 14, told, SMALL, paper.colors.muted)
            free = begin + wide(told, SMALL) + 3


def _step(paper: Paper, row: Step, y: float) -> None:
    start, end = _along(row.above), _along(row.above + row.share)
    paper.box(PLOT[0], y - 7, max(start - PLOT[0], 2.0), 14, paper.colors.pale)
    if row.share > 0:
        width = max(2.0, end - start)
        paper.box(min(start, PLOT[1] - width), y - 7, width, 14, _color(paper, row.group), rounded=2)
    paper.text(NAMES, y, fitting(row.label, 11.5, PLOT[0] - NAMES - 4), 11.5)
    paper.text(AMOUNTS, y, fitting(row.said, 11, AMOUNTS - PLOT[1] - 4), 11, at="right")
    paper.text(WIDTH - EDGE, y, f"{row.above + row.share:.0%}", 11, paper.colors.muted, at="right")


# --- four quarters ----------------------------------------------------------------------------------------------------

GAP = 4.0
LEFT, TOP, BELOW = 32.0, 42.0, 28.0  # room for the axis on the left, the title, the axis below
CELL = (WIDTH - LEFT - EDGE + 4 - GAP) / 2
TALL = (92.0, 126.0, 164.0)  # heights of a quarter; as low as everybody fits
HEAD = 28.0  # of a quarter, for its name
SIZES = (12.0, 10.5, 9.5)  # of the names in it; the smallest that can be read on a phone
PAD = 8.0


@dataclass(frozen=True, slots=True)
class Chip:
    """A name in a quarter, with its place there."""

    x: float
    y: float
    width: float
    text: str


def square(chart: Square, colors: Palette) -> Paper:
    """Four quarters, the members of each as a list that runs from left to right and down."""
    size, tall = next(
        ((size, tall) for size, tall in _ways() if all(_flow(cell, size, tall)[1] == 0 for cell in chart.cells)),
        (SIZES[-1], TALL[-1]),
    )
    paper = Paper(TOP + 2 * tall + GAP + BELOW, colors)
    paper.title(chart.title)
    for number, cell in enumerate(chart.cells):
        x, y = LEFT + (CELL + GAP) * (number % 2), TOP + (tall + GAP) * (number // 2)
        paper.box(x, y, CELL, tall, paper.colors.quarters[number], rounded=8)
        _quarter(paper, cell, (x, y), size, tall)
    _axis_names(paper, chart.across, chart.up, TOP + tall + GAP / 2)
    return paper


def _ways() -> Iterator[tuple[float, float]]:
    """Sizes of type with heights of a quarter, the best first."""
    for size in SIZES:
        for tall in TALL:
            yield size, tall


def _quarter(paper: Paper, cell: Cell, corner: tuple[float, float], size: float, tall: float) -> None:
    x, y = corner
    many = f"{cell.many} 位"
    paper.text(x + PAD, y + 16, fitting(cell.name, 13, CELL - 3 * PAD - wide(many, 11)), 13, bold=True)
    paper.text(x + CELL - PAD, y + 16, many, 11, paper.colors.muted, at="right")
    chips, left = _flow(cell, size, tall)
    high = size + 6
    for chip in chips:
        paper.box(x + chip.x, y + chip.y, chip.width, high, paper.colors.paper, rounded=4)
        paper.text(x + chip.x + 5, y + chip.y + high / 2, chip.text, size)
    if left:
        paper.text(x + PAD, y + tall - 11, f"还有 {left} 位", SMALL, paper.colors.muted)


def _flow(cell: Cell, size: float, tall: float) -> tuple[list[Chip], int]:
    """The members one after the other in lines, and how many found no room (then the last line is left to say so)."""
    room = CELL - 2 * PAD
    chips: list[Chip] = []
    x, y, high = PAD, HEAD, size + 6
    for member in cell.members:
        text = fitting(member, size, room - 10)
        width = wide(text, size) + 10
        if x > PAD and x + width > PAD + room:
            x, y = PAD, y + high + 4
        if y + high > tall - PAD + 2:
            kept = [chip for chip in chips if chip.y + high <= tall - 20]
            return kept, cell.many - len(kept)
        chips.append(Chip(x, y, width, text))
        x += width + 4
    return chips, cell.many - len(chips)


def _axis_names(paper: Paper, across: str, up: str, middle: float) -> None:
    """The names of the two axes, each with an arrow to where it grows."""
    paper.text(LEFT / 2 + 1, middle, legible(f"{up}　低 → 高"), SMALL, paper.colors.muted, at="center", up=True)
    x = LEFT + CELL + GAP / 2
    paper.text(x, paper.height - 13, legible(f"{across}　低 → 高"), SMALL, paper.colors.muted, at="center")


# --- a place on a plane -----------------------------------------------------------------------------------------------

Span = tuple[float, float]

SIDE_X, SIDE_Y = (46.0, WIDTH - EDGE), (44.0, 280.0)
DOT = 8.0


@dataclass(frozen=True, slots=True)
class Box:
    """A place that is taken: its middle and its size."""

    x: float
    y: float
    width: float
    height: float

    def free_of(self, other: "Box", gap: float = 3.0) -> bool:
        """Whether the two are apart."""
        apart_x = abs(self.x - other.x) >= (self.width + other.width) / 2 + gap
        return apart_x or abs(self.y - other.y) >= (self.height + other.height) / 2 + gap

    def within(self, x: Span, y: Span) -> bool:
        """Whether it lies inside these bounds."""
        inside_x = x[0] <= self.x - self.width / 2 and self.x + self.width / 2 <= x[1]
        return inside_x and y[0] <= self.y - self.height / 2 and self.y + self.height / 2 <= y[1]


def plane(chart: Plane, colors: Palette) -> Paper:
    """Two scales, the cuts that make quarters of them, and where somebody stands."""
    paper = Paper(SIDE_Y[1] + 44, colors)
    paper.title(chart.title)
    x, y = _on(chart.across, chart.across.value, SIDE_X), _on(chart.up, chart.up.value, SIDE_Y[::-1])
    cut_x, cut_y = _on(chart.across, chart.across.cut - 0.5, SIDE_X), _on(chart.up, chart.up.cut - 0.5, SIDE_Y[::-1])
    here = 2 * (chart.up.value < chart.up.cut) + (chart.across.value >= chart.across.cut)
    spans = [
        (left, right, top, bottom)
        for top, bottom in ((SIDE_Y[0], cut_y - 1), (cut_y + 1, SIDE_Y[1]))
        for left, right in ((SIDE_X[0], cut_x - 1), (cut_x + 1, SIDE_X[1]))
    ]
    for number, (left, right, top, bottom) in enumerate(spans):
        paper.box(
            left,
            top,
            right - left,
            bottom - top,
            paper.colors.accent_pale if number == here else paper.colors.pale,
            rounded=5,
        )
    paper.line((x, y), (x, SIDE_Y[1]), paper.colors.accent, (3, 2))
    paper.line((x, y), (SIDE_X[0], y), paper.colors.accent, (3, 2))
    down, left = SIDE_Y[1] - y, x - SIDE_X[0]
    taken = [Box(x, y, 2 * DOT, 2 * DOT), Box(x, y + down / 2, 1, down), Box(x - left / 2, y, left, 1)]
    _who(paper, chart.who, (x, y), taken)
    for number, span in enumerate(spans):
        _quarter_name(paper, chart.quarters[number], span, taken, lit=number == here)
    paper.dot(x, y, DOT, paper.colors.accent)
    _scales(paper, chart, x, y)
    return paper


def _on(scale: Scale, value: float, ends: Sequence[float]) -> float:
    """Where a value lies between two ends, half a step away from either at least."""
    return ends[0] + (ends[1] - ends[0]) * (value - scale.low + 0.5) / (scale.high - scale.low + 1)


def _who(paper: Paper, who: str, dot: tuple[float, float], taken: list[Box]) -> None:
    """A name beside the dot, clear of the two lines that lead from it to the axes."""
    text = fitting(who, TEXT, 90)
    (x, y), width, height = dot, wide(text, TEXT), TEXT + 2
    aside, away = DOT + 5 + width / 2, DOT + 5 + height / 2
    over = min(max(x, SIDE_X[0] + 4 + width / 2), SIDE_X[1] - 4 - width / 2)
    places = [
        Box(x + aside, y, width, height),
        Box(over, y - away, width, height),
        Box(x - aside, y + away, width, height),
        Box(x + aside, y + away, width, height),
    ]
    taken.append(_clear(places, taken, (SIDE_X, SIDE_Y)))
    paper.text(taken[-1].x, taken[-1].y, text, TEXT, paper.colors.accent, at="center", bold=True)


def _clear(places: Sequence[Box], taken: Sequence[Box], bounds: tuple[Span, Span]) -> Box:
    """The first of these places that lies inside and touches nothing; failing that, the first."""
    inside = [place for place in places if place.within(*bounds)]
    return next((place for place in inside if all(map(place.free_of, taken))), (inside or places)[0])


def _quarter_name(
    paper: Paper, name: str, span: tuple[float, float, float, float], taken: Sequence[Box], *, lit: bool
) -> None:
    """The name of a quarter: in its middle, or where it is clear of what stands there already."""
    left, right, top, bottom = span
    text = fitting(name, 13, right - left - 6)
    x, y, width, height = (left + right) / 2, (top + bottom) / 2, wide(text, 13), 15.0
    downs = (y, top + 16, bottom - 16, (top + y) / 2, (y + bottom) / 2)
    acrosses = (x, left + 8 + width / 2, right - 8 - width / 2)
    places = [Box(across, down, width, height) for across in acrosses for down in downs]
    spot = _clear(places, taken, ((left, right), (top, bottom)))
    paper.text(spot.x, spot.y, text, 13, paper.colors.ink if lit else paper.colors.muted, at="center", bold=lit)


def _scales(paper: Paper, chart: Plane, x: float, y: float) -> None:
    """Beside the axes: their ends, the value, their names. An end that the value would touch is left out."""
    across, up = chart.across, chart.up
    for end in {across.low, across.high}:
        if abs(at := _on(across, end, SIDE_X) - x) > 18:
            paper.text(at + x, SIDE_Y[1] + 12, str(end), SMALL, paper.colors.muted, at="center")
    for end in {up.low, up.high}:
        if abs(at := _on(up, end, SIDE_Y[::-1]) - y) > 15:
            paper.text(SIDE_X[0] - 6, at + y, str(end), SMALL, paper.colors.muted, at="right")
    paper.text(x, SIDE_Y[1] + 12, str(across.value), TEXT, paper.colors.accent, at="center", bold=True)
    paper.text(SIDE_X[0] - 6, y, str(up.value), TEXT, paper.colors.accent, at="right", bold=True)
    paper.text(
        sum(SIDE_X) / 2, SIDE_Y[1] + 30, legible(f"{across.name}　低 → 高"), SMALL, paper.colors.muted, at="center"
    )
    paper.text(16, sum(SIDE_Y) / 2, legible(f"{up.name}　低 → 高"), SMALL, paper.colors.muted, at="center", up=True)


# --- bars -------------------------------------------------------------------------------------------------------------

BAR, NAME_ROOM = 32.0, 110.0


def bars(chart: Bars, colors: Palette) -> Paper:
    """Values side by side, those that matter in colour."""
    paper = Paper(52 + BAR * len(chart.bars) + 8, colors)
    paper.title(chart.title)
    named = [fitting(bar.label, 13, NAME_ROOM) for bar in chart.bars]
    start = EDGE + max((wide(name, 13) for name in named), default=0) + 10
    end = WIDTH - EDGE - 48
    for number, (bar, name) in enumerate(zip(chart.bars, named, strict=True)):
        y = 50 + BAR * (number + 0.5)
        full = (end - start) * min(1.0, max(0.0, bar.value / bar.most)) if bar.most else 0.0
        paper.text(EDGE, y, name, 13, paper.colors.ink if bar.strong else paper.colors.muted, bold=bar.strong)
        paper.box(start, y - 8, end - start, 16, paper.colors.pale, rounded=4)
        if full:
            paper.box(
                start,
                y - 8,
                max(full, 3),
                16,
                paper.colors.groups[0] if bar.strong else paper.colors.groups[2],
                rounded=4,
            )
        told, most = str(bar.value), f"/{bar.most}"
        right = WIDTH - EDGE - wide(most, SMALL)
        paper.text(right - 1, y, told, 14, paper.colors.ink, at="right", bold=bar.strong)
        paper.text(WIDTH - EDGE, y + 1, most, SMALL, paper.colors.muted, at="right")
    return paper


# --- a team -----------------------------------------------------------------------------------------------------------

TILES_TOP, TILE, TILE_GAP = 38.0, 46.0, 6.0
LANE = 30.0  # height of a person's lane: ten of them and everything else fit a phone's screen
WHO, DONE = (EDGE, 104.0), (114.0, 192.0)  # where name and customers, and the week, begin and end
NUMBERS = {"逾期": 214.0, "今天": 241.0, "判断": 268.0, "成交": 295.0}  # the middles of the columns
NUMBER = 25.0  # their width


def board(chart: Board, colors: Palette) -> Paper:
    """The team's figures in large type, then a lane for each person."""
    top = TILES_TOP + TILE + 22
    paper = Paper(top + LANE * len(chart.lanes) + (22 if chart.more else 6), colors)
    paper.title(chart.title)
    _tiles(paper, chart.tiles)
    _headings(paper, chart.keys, top - 9)
    most = max((sum(lane.grades) for lane in chart.lanes), default=0)
    for number, lane in enumerate(chart.lanes):
        _lane(paper, lane, top + LANE * number, most)
    if chart.more:
        paper.text(
            WIDTH / 2,
            paper.height - 11,
            fitting(chart.more, 9.5, WIDTH - 2 * EDGE),
            9.5,
            paper.colors.muted,
            at="center",
        )
    return paper


def _tiles(paper: Paper, tiles: Sequence[Tile]) -> None:
    """Figures side by side, each with its change below."""
    width = (WIDTH - 2 * EDGE - TILE_GAP * (len(tiles) - 1)) / max(1, len(tiles))
    for number, tile in enumerate(tiles):
        x, ink = EDGE + (width + TILE_GAP) * number, paper.colors.alarm if tile.alarming else paper.colors.ink
        paper.box(x, TILES_TOP, width, TILE, paper.colors.alarm_pale if tile.alarming else paper.colors.pale, rounded=7)
        middle, room = x + width / 2, width - 6
        paper.text(middle, TILES_TOP + 9, fitting(tile.label, 9.5, room), 9.5, paper.colors.muted, at="center")
        _number(paper, tile.value, (middle, TILES_TOP + 23.5), room, (17.0, 14.0, 11.5, 9.5), ink, bold=True)
        if tile.change:
            paper.text(middle, TILES_TOP + 39.5, fitting(tile.change, 9.5, room), 9.5, paper.colors.muted, at="center")


def _number(
    paper: Paper,
    said: str,
    middle: tuple[float, float],
    room: float,
    sizes: Sequence[float],
    ink: str,
    *,
    bold: bool = False,
) -> None:
    """A figure as large as it fits."""
    size = next((size for size in sizes if wide(said, size) <= room), sizes[-1])
    paper.text(*middle, fitting(said, size, room), size, ink, at="center", bold=bold)


def _headings(paper: Paper, keys: Sequence[str], y: float) -> None:
    """What the colours of the bars are, and what stands in the columns."""
    x = EDGE
    for number, told in enumerate(keys):
        paper.box(x, y - 4, 8, 8, paper.colors.grades[min(number, len(paper.colors.grades) - 1)], rounded=2)
        paper.text(x + 10, y, legible(told), 9, paper.colors.muted)
        x += 10 + wide(told, 9) + 4
    paper.text(DONE[1], y, "本周联系", 9, paper.colors.muted, at="right")
    for heading, middle in NUMBERS.items():
        paper.text(middle, y, heading, 9, paper.colors.muted, at="center")


def _lane(paper: Paper, lane: Lane, top: float, most: int) -> None:
    """A name over the customers by grade, the week, and the numbers."""
    paper.line((EDGE, top), (WIDTH - EDGE, top), paper.colors.pale, (1, 0))
    many, week = str(sum(lane.grades)), f"{lane.done}/{lane.plan}"
    paper.text(WHO[1], top + 10, many, 9.5, paper.colors.muted, at="right")
    name = fitting(lane.name, 12.5, WHO[1] - WHO[0] - wide(many, 9.5) - 5)
    paper.text(WHO[0], top + 10, name, 12.5, paper.colors.alarm if lane.lost else paper.colors.ink, bold=True)
    _stacked(paper, lane.grades, top + 20, most)
    paper.text(DONE[1], top + 10, fitting(week, SMALL, DONE[1] - DONE[0]), SMALL, at="right")
    full = (DONE[1] - DONE[0]) * min(1.0, lane.done / lane.plan) if lane.plan else 0.0
    paper.box(DONE[0], top + 20, DONE[1] - DONE[0], 5, paper.colors.pale, rounded=2)
    if full:
        paper.box(DONE[0], top + 20, max(full, 3.0), 5, paper.colors.accent, rounded=2)
    columns = (
        (lane.overdue, paper.colors.alarm),
        (lane.today, paper.colors.waiting),
        (lane.interviews, paper.colors.ink),
        (lane.won, paper.colors.ink),
    )
    for (count, ink), middle in zip(columns, NUMBERS.values(), strict=True):
        said, color = str(count) if count else "·", ink if count else paper.colors.muted
        _number(
            paper,
            said,
            (middle, top + LANE / 2),
            NUMBER,
            (12.5, 10.0, 8.0),
            color,
            bold=ink == paper.colors.alarm and count > 0,
        )


def _stacked(paper: Paper, counts: Sequence[int], y: float, most: int) -> None:
    """Customers by grade; as long as there are many of them beside whoever has the most."""
    x = WHO[0]
    for number, count in enumerate(counts):
        width = (WHO[1] - WHO[0]) * count / most if most else 0.0
        if width:
            paper.box(x, y, width, 5, paper.colors.grades[min(number, len(paper.colors.grades) - 1)])
            x += width
    if not any(counts):
        paper.box(x, y, 3, 5, paper.colors.pale)


# --- a week -----------------------------------------------------------------------------------------------------------

COLUMNS = (132.0, 236.0)  # top and bottom


def week(chart: Week, colors: Palette) -> Paper:
    """A column for each day: what is planned pale, what was done over it."""
    paper = Paper(COLUMNS[1] + 36, colors)
    paper.title(chart.title)
    _tiles(paper, chart.tiles)
    paper.box(EDGE, 107, 9, 9, paper.colors.accent, rounded=2)
    paper.text(EDGE + 13, 111.5, "联系过", SMALL, paper.colors.muted)
    paper.box(EDGE + 62, 107, 9, 9, paper.colors.grades[3], rounded=2)
    paper.text(EDGE + 75, 111.5, "到日子还没联系", SMALL, paper.colors.muted)
    room = (WIDTH - 2 * EDGE) / max(1, len(chart.days))
    most = max((day.done + day.planned for day in chart.days), default=0) or 1
    for number, day in enumerate(chart.days):
        _day(paper, day, EDGE + room * (number + 0.5), min(room - 10, 26.0), most)
    return paper


def _day(paper: Paper, day: Day, x: float, width: float, most: int) -> None:
    bottom, tall = COLUMNS[1], COLUMNS[1] - COLUMNS[0] - 12
    done, planned = tall * day.done / most, tall * day.planned / most
    paper.box(x - width / 2, bottom, width, 1.5, paper.colors.pale)
    if planned:
        paper.box(x - width / 2, bottom - done - planned, width, planned, paper.colors.grades[3])
    if done:
        paper.box(x - width / 2, bottom - done, width, done, paper.colors.accent)
    if day.done + day.planned:
        told = f"{day.done}" if not day.planned else f"{day.done}+{day.planned}" if day.done else f"{day.planned}"
        paper.text(x, bottom - done - planned - 8, told, SMALL, paper.colors.ink, at="center")
    paper.text(
        x,
        bottom + 16,
        legible(day.label),
        TEXT,
        paper.colors.accent if day.now else paper.colors.muted,
        at="center",
        bold=day.now,
    )


# --- a funnel ---------------------------------------------------------------------------------------------------------

LEVEL, SPOUT = 46.0, (70.0, 196.0)


def funnel(chart: Funnel, colors: Palette) -> Paper:
    """A bar for each stage around one middle, as wide as many are in it; beside it what comes of them."""
    paper = Paper(48 + LEVEL * len(chart.levels) + 8, colors)
    paper.title(chart.title)
    most = max((level.here for level in chart.levels), default=0) or 1
    for number, level in enumerate(chart.levels):
        _level(paper, level, 48 + LEVEL * (number + 0.5), most, _color(paper, number if number < 2 else 1))
    return paper


def _over(color: str, colors: Palette) -> str:
    """Of paper and ink what is read better on that colour."""
    return max((colors.paper, colors.ink), key=lambda one: contrast(one, color))


def _level(paper: Paper, level: Level, y: float, most: int, color: str) -> None:
    middle, room = sum(SPOUT) / 2, SPOUT[1] - SPOUT[0]
    width = max(3.0, room * level.here / most)
    paper.text(EDGE, y, fitting(level.label, 13, SPOUT[0] - EDGE - 4), 13, bold=True)
    paper.box(SPOUT[0], y - 13, room, 26, paper.colors.pale, rounded=5)
    if level.here:
        paper.box(middle - width / 2, y - 13, width, 26, color, rounded=5)
    told = str(level.here)
    if level.here and width <= wide(told, 13) + 10:
        paper.text(middle + width / 2 + 4, y, told, 13, bold=True)
    else:
        ink = _over(color if level.here else paper.colors.pale, paper.colors)
        paper.text(middle, y, told, 13, ink, at="center", bold=True)
    x, space = SPOUT[1] + 8, WIDTH - EDGE - SPOUT[1] - 8
    if level.onward:
        paper.text(x, y - 8, fitting(level.onward, SMALL, space), SMALL)
    if level.stay:
        paper.text(x, y + 8, fitting(level.stay, SMALL, space), SMALL, paper.colors.muted)


# --- the process ------------------------------------------------------------------------------------------------------

BY_KIND: Mapping[type[Chart], Callable[[Any, Palette], Paper]] = {
    Pareto: pareto,
    Square: square,
    Plane: plane,
    Bars: bars,
    Board: board,
    Week: week,
    Funnel: funnel,
}


def draw(chart: Chart, look: Look = "light") -> Paper:
    """A chart on paper."""
    return BY_KIND[type(chart)](chart, PALETTES[look])


def reply(asked: bytes) -> bytes:
    """The picture of a look and a packed chart; or what went wrong, without a word of what was to be seen."""
    try:
        look, chart = json.loads(asked)
        return DRAWN + draw(unpacked(chart), look).png()
    except Exception as fault:
        at = fault.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        return FAILED + f"{type(fault).__name__} in line {at.tb_lineno if at else 0}".encode()


def main() -> None:
    """Draw what is asked for on standard input until it ends. Signals are for the other side, which then hangs up."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    if hasattr(os, "nice"):  # not on Windows
        os.nice(5)  # whoever waits for an answer goes first
    asking, answering = sys.stdin.buffer, sys.stdout.buffer
    while head := asking.read(LENGTH):
        made = reply(asking.read(int.from_bytes(head, "big")))
        answering.write(len(made).to_bytes(LENGTH, "big") + made)
        answering.flush()


if __name__ == "__main__":
    main()
