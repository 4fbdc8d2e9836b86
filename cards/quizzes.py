"""The words of the questionnaires. Callback data: `q:<verb>:<system>:<customer or 0>`, and of a sheet that is being
ticked `q:<sheet>:<version>:<verb>[:<argument>]`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from cards.card import Button, Card, Lines, Picture, Rows, captioned, fitted, grid, short
from cards.charts import Bar, Bars, Chart, Plane, Scale
from cards.days import day
from knowledge.files import AxesFile, AxisFile, Side
from knowledge.questionnaire import Item, Questionnaire, Result, Sheet, Sum, quarter
from knowledge.systems import Catalogue

NAME = 40  # UTF-16 units of a customer's name
BAR = 10
SIDES: tuple[Side, Side] = ("low", "high")
READ: tuple[tuple[Side, Side], ...] = (("low", "high"), ("high", "high"), ("low", "low"), ("high", "low"))
TITLED = 12  # UTF-16 units of a customer's name over a picture
HALF_ACROSS, HALF_UP = 6, 3  # cells on either side of the cuts; names of five characters fit over a half


@dataclass(frozen=True, slots=True)
class Place:
    """Where the buttons of a message point: a sheet at a version."""

    id: int
    version: int


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a test is about: a customer, or (id 0) whoever ticks it."""

    id: int = 0
    name: str = ""

    @property
    def said(self) -> str:
        """As the items speak of them."""
        return short(self.name, NAME) if self.id else "你"

    @property
    def title(self) -> str:
        """As a headline names them."""
        return short(self.name, NAME) if self.id else "给自己"


@dataclass(frozen=True, slots=True)
class Choice:
    """A test that may be chosen: where it was left (0: nowhere), and what it last came to."""

    system: Catalogue
    items: int
    at: int = 0
    last: str = ""
    on: date | None = None


def menu(whom: Whom, choices: Sequence[Choice], today: date) -> Card:
    """Which test?"""
    lines = Lines().add("🧪 <b>测一测</b>　{}", whom.title).gap()
    for one in choices:
        lines.add("<b>{}</b>　{} 题 · {}", one.system.zh, one.items, _standing(one, today))
        lines.add("<i>{}</i>", one.system.about)
    lines.gap().add("一题点一下，随时能停，过几天回来接着做。")
    if not whom.id:
        lines.add("给客户做就带上名字：<code>/test 王总</code>")
    buttons = [
        Button(f"▶️ 接着做{one.system.zh}" if one.at else one.system.zh, f"q:go:{one.system.id}:{whom.id}")
        for one in choices
    ]
    last = Button("👤 给客户做", "q:whom") if not whom.id else Button("👤 打开客户", f"p:open:{whom.id}")
    return Card(lines.text(), (*((button,) for button in buttons), (last,)))


def _standing(one: Choice, today: date) -> str:
    parts = [f"做到第 {one.at} 题"] if one.at else []
    if one.last:
        parts.append(f"上次 {one.last}（{day(one.on, today)}）")
    return " · ".join(parts) or "还没做过"


def choose(rows: Sequence[tuple[int, str]]) -> Card:
    """Which customer is the test about? `rows` are (id, name)."""
    if not rows:
        return Card(Lines().add("还没有客户。先发一句描述，或者点 /new ，判断完存下来，就能给他做了。").text())
    lines = Lines().add("给哪位客户做？").add("别的客户就带上名字发：<code>/test 王总</code>")
    return Card(lines.text(), grid([Button(name[:24], f"q:for:{id}") for id, name in rows], 2))


def asking(sheet: Sheet, item: Item, test: Questionnaire, system: Catalogue, whom: Whom, place: Place) -> Card:
    """One item, to be answered with one tap."""
    number, count = test.number(item.id), len(test.items)
    lines = Lines().add("🧪 <b>{}</b>　{}", system.zh, whom.title)
    lines.add("第 {}/{} 题　{}", number, count, bar(number - 1, count)).gap()
    if number == 1:
        lines.add("<i>{}</i>", test.intro).gap()
    ask = test.ask.format(who=whom.said)
    if item.zh:
        lines.add("<b>{}</b>", item.zh).gap().add("{}", ask)
    else:
        lines.add("{}", ask).gap()
        for option in item.options:
            lines.add("<b>{}</b>　{}", option.key.upper(), option.zh)
    return Card(lines.text(), (*_answers(sheet, item, place), _steering(number, place)))


def _answers(sheet: Sheet, item: Item, place: Place) -> Rows:
    chosen = sheet.given.get(item.id)
    buttons = [
        Button(
            ("✓ " if option.key == chosen else "") + (option.zh if item.zh else option.key.upper()),
            _data(place, "a", f"{item.id}:{option.key}"),
        )
        for option in item.options
    ]
    return grid(buttons, 3)


def _steering(number: int, place: Place) -> tuple[Button, ...]:
    back = (Button("⬅️ 上一题", _data(place, "back")),) if number > 1 else ()
    return (*back, Button("说不准，跳过", _data(place, "skip")), Button("⏸ 先停一下", _data(place, "pause")))


def _data(place: Place, verb: str, argument: str = "") -> str:
    return f"q:{place.id}:{place.version}:{verb}" + (f":{argument}" if argument else "")


def paused(number: int, count: int, system: Catalogue, whom: Whom, place: Place) -> Card:
    """Put down for now."""
    lines = Lines().add("⏸ <b>{}</b>　{}", system.zh, whom.title)
    lines.add("停在第 {}/{} 题，答过的都记着。哪天想接着做，点下面，或者发 /test{}", number, count, _name(whom))
    return Card(lines.text(), ((Button("▶️ 接着做", _data(place, "on")), _again(system, whom, "↩️ 从头来")),))


def _name(whom: Whom) -> str:
    return f" {whom.said}" if whom.id else ""


def _again(system: Catalogue, whom: Whom, label: str) -> Button:
    return Button(label, f"q:again:{system.id}:{whom.id}")


def withheld(result: Result, system: Catalogue, whom: Whom, place: Place) -> Card:
    """Too much was left blank."""
    lines = Lines().add("🧪 <b>{}</b>　{}", system.zh, whom.title).gap()
    lines.items(result.why)
    if result.types:
        lines.add("眼下只能说：{}，两样里的一样。", "或者".join(system.type(id).zh for id in result.types))
    later = "见了面留心一下，回头再补也行。" if whom.id else "想好了再补也行。"
    lines.gap().add("答过的都记着，{}", later)
    buttons = (Button("✏️ 补答漏的题", _data(place, "fill")), _again(system, whom, "↩️ 从头来"))
    return Card(lines.text(), (buttons,))


def result(
    found: Result,
    test: Questionnaire,
    system: Catalogue,
    whom: Whom,
    place: Place,
    *,
    on: date,
    today: date,
    instead: bool = False,
) -> Picture:
    """What it came to, why, every sum, and what to do about it; `instead` of the item that was ticked last."""
    alt = _seen(found, test)
    head = Lines().add("🧪 <b>{}</b>　{}　<i>{}</i>", system.zh, whom.title, day(on, today))
    head.add("{} <b>{}</b>", "像" if whom.id else "你像", names(found, system))
    body = Lines().items(found.why).gap()
    seen = "" if whom.id or "customer" not in test.whom else "别人眼里的"  # the definitions speak of a customer
    for id in found.types:
        body.add("<b>{}{}</b>：{}", seen, system.type(id).zh, system.type(id).definition)
    words = Lines([*head.parts, "", *body.parts])
    drawn, buttons = [*words.parts, "", *_in_signs(found, test)], _after(found, system, whom, place)
    return Picture(
        _chart(found, test, system, whom),
        alt,
        captioned(alt, words, buttons),
        Card(Lines(drawn).text(), buttons),
        instead,
    )


def _chart(found: Result, test: Questionnaire, system: Catalogue, whom: Whom) -> Chart:
    title = f"{short(whom.name, TITLED) if whom.id else '你'}像 {names(found, system)}"
    if isinstance(test.reading, AxesFile):
        across, up = (
            Scale(axis.zh, one.lowest, one.highest, axis.high, one.points)
            for one, axis in zip(found.sums, test.reading.axis, strict=True)
        )
        named = [test.types[quarter(test.reading, sides).type] for sides in READ]
        return Plane(title, across, up, (named[0], named[1], named[2], named[3]), whom.said)
    bars = tuple(Bar(one.zh, one.points, one.highest, one.id in found.types) for one in found.sums)
    return Bars(title, bars)


def _seen(found: Result, test: Questionnaire) -> str:
    """What the picture shows, in words."""
    points = "、".join(f"{one.zh} {one.points}" for one in found.sums)
    most = found.sums[0].highest  # all sums of a test are as long
    if not isinstance(test.reading, AxesFile):
        return f"图：{points}（满分 {most}）。"
    across, up = (_side(one, axis) for one, axis in zip(found.sums, test.reading.axis, strict=True))
    where = ("右" if across == "high" else "左") + ("上" if up == "high" else "下")
    here = test.types[quarter(test.reading, (across, up)).type]
    return f"图：{points}（满分 {most}），在{where}边“{here}”那一格。"


def _side(one: Sum, axis: AxisFile) -> Side:
    return "high" if one.points >= axis.high else "low"


def _in_signs(found: Result, test: Questionnaire) -> list[str]:
    """The same drawn with signs, for where there is no picture."""
    width = max(len(one.zh) for one in found.sums)
    lines = Lines()
    for one in found.sums:
        padding = "　" * (width - len(one.zh))
        lines.add("{}{} {} {}/{}", one.zh, padding, bar(one.share(BAR), BAR), one.points, one.highest)
    if isinstance(test.reading, AxesFile):
        lines.parts.append(_plane(test.types, test.reading, found.sums))
    return lines.parts


def names(found: Result, system: Catalogue) -> str:
    """The types that a result comes to, in one breath."""
    return " + ".join(system.type(id).zh for id in found.types)


def _after(found: Result, system: Catalogue, whom: Whom, place: Place) -> Rows:
    label = "📖 {}怎么打交道" if whom.id else "📖 看看{}"
    advice = [
        Button(label.format(system.type(id).zh), f"a:{system.id}:{id}")
        for id in dict.fromkeys((*found.types, *found.near))
    ]
    fill = [Button("✏️ 补答漏的题", _data(place, "fill"))] if found.blank else []
    open = [Button("👤 打开客户", f"p:open:{whom.id}")] if whom.id else []
    past = Button("🗂 历次结果", f"q:past:{system.id}:{whom.id}")
    return (*fitted(advice), *fitted([_again(system, whom, "🔁 再做一次"), past, *fill, *open]))


def bar(full: int, parts: int) -> str:
    """A bar of `BAR` cells, `full` of so many `parts` full."""
    filled = full * BAR // parts
    return "▓" * filled + "░" * (BAR - filled)


def _plane(types: Mapping[str, str], axes: AxesFile, sums: Sequence[Sum]) -> Markup:
    """The place on the plane of two sums, in ASCII: other signs are not equally wide in every phone's fixed font."""
    across, up = axes.axis
    column, row = sums[0].cell(across.high, HALF_ACROSS), sums[1].cell(up.high, HALF_UP)
    lines = [f"↑ {up.zh}高", _corners(types, axes, "high")]
    for level in reversed(range(2 * HALF_UP)):
        cells = ["X" if (at, level) == (column, row) else "." for at in range(2 * HALF_ACROSS)]
        lines.append(" ".join([*cells[:HALF_ACROSS], "|", *cells[HALF_ACROSS:]]))
        if level == HALF_UP:
            lines.append("-" * 2 * HALF_ACROSS + "+" + "-" * 2 * HALF_ACROSS)
    lines.extend([_corners(types, axes, "low"), _right(across)])
    return Markup("<pre>{}</pre>").format("\n".join(lines))


def _corners(types: Mapping[str, str], axes: AxesFile, up: Side) -> str:
    """The names of two quarters, over the left and the right half."""
    left, right = (types[quarter(axes, (side, up)).type] for side in SIDES)
    return left + " " * max(1, 4 * HALF_ACROSS + 1 - 2 * len(left) - 2 * len(right)) + right


def _right(axis: AxisFile) -> str:
    words = f"{axis.zh}高 →"
    return " " * (4 * HALF_ACROSS + 1 - 2 * len(axis.zh) - 4) + words


def history(rows: Sequence[tuple[int, date, Result]], system: Catalogue, whom: Whom, today: date) -> Card:
    """Past results, newest first: (sheet, date, result)."""
    lines = Lines().add("🗂 <b>{}</b>　{}　历次结果", system.zh, whom.title).gap()
    if not rows:
        lines.add("还没有结果。")
    for _, on, found in rows:
        points = "　".join(f"{one.zh} {one.points}" for one in found.sums)
        lines.add("· {}　<b>{}</b>", day(on, today), names(found, system)).add("　<i>{}</i>", points)
    buttons = [Button(f"{on.month}月{on.day}日 {names(found, system)}", f"q:{id}:0:see") for id, on, found in rows]
    return Card(lines.text(), (*fitted(buttons), (_again(system, whom, "🔁 再做一次"),)))


def noted() -> str:
    """A second tap on the answer just given."""
    return "这一题已经记下了。"


def past_step() -> str:
    """A button of a step that is over."""
    return "这是前面的按钮，那一题已经过去了。现在到这里。"


def not_for_customers() -> str:
    """Only for oneself."""
    return "这一份只给自己做。"
