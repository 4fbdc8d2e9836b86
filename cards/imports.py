"""The words of importing a customer list. Callback data: `o:<verb>:<list>[:<argument>…]`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cards.card import Button, Card, Lines, fitted, grid, paged, short
from knowledge.columns import NAME, NOT_TAKEN, NOTES, Field
from knowledge.imports import Doubles, Met
from knowledge.table import MOST_BYTES

MATCHES = 24  # columns that the preview names; with these limits it stays inside Telegram's 4096
FAULTS = 8
CELL = 60  # UTF-16 units
PAGE = 8  # columns or fields on one page
TEMPLATE = "客户表模板.xlsx"


@dataclass(frozen=True, slots=True)
class ListView:
    """A customer list as it is shown. `faults` are (row, column, why), `rough` cells that stand for a range, as
    (column, text, as kept); `met` is None while nobody said whose it is.
    """

    id: int
    name: str
    cells: tuple[str, ...]
    columns: tuple[str, ...]  # fields, "" for none
    meant: tuple[str, ...]  # what those are called
    rows: int
    good: int
    lost: int
    left: int
    faults: tuple[tuple[int, str, str], ...]
    fault_count: int
    rough: tuple[tuple[str, str, str], ...]
    rough_count: int
    first: tuple[tuple[str, ...], ...]
    others: tuple[str, ...]
    met: Met | None
    owner: str = ""  # whose customers they become, where it is not the sender
    choice: bool = False  # whether there is anybody to choose from


def template_caption() -> str:
    """Below the empty list."""
    return (
        "把客户填进这张表，发回给我就行。列可以删、可以换次序，也可以直接发你自己的表（xlsx 或 CSV）。"
        "称呼以“例：”开头的两行是样子，不会导进去。"
    )


def reading(name: str, done: int = 0, total: int = 0) -> Card:
    """A file is being looked at."""
    return Card(Lines().add("📄 收到 <b>{}</b>，正在看…{}", short(name, CELL), _so_far(done, total)).text())


def looking(done: int = 0, total: int = 0) -> Card:
    """It is being looked at anew."""
    return Card(Lines().add("📄 正在重新看…{}", _so_far(done, total)).text())


def _so_far(done: int, total: int) -> str:
    return f" {done} / {total} 行" if done else ""


def taking(done: int, total: int) -> Card:
    """It is being taken in."""
    lines = Lines().add("⏳ 正在导入…{}", _so_far(done, total))
    return Card(lines.add("<i>可以先去忙别的，导完我告诉你。</i>").text())


def too_large() -> Card:
    """Not even fetched."""
    lines = Lines().add("文件太大了，最多 {} MB。删掉图片和用不着的表，或者分成几份再发。", MOST_BYTES >> 20)
    return Card(lines.text())


def refused(why: str) -> Card:
    """A file that cannot be used; nothing came of it."""
    lines = Lines().add("❌ {}", why).add("<i>客户一位也没动。</i>")
    return Card(lines.text())


def not_fetched() -> Card:
    """Telegram did not hand the file over."""
    return Card(Lines().add("❌ 文件没取下来，可能是网络不好。请再发一次。").text())


def preview(view: ListView) -> Card:
    """What would be taken, before anything is."""
    lines = Lines().add("📄 <b>{}</b>　{} 位客户", short(view.name, CELL), view.rows)
    if view.owner:
        lines.add("导给：<b>{}</b>", view.owner)
    if NAME not in view.columns:
        lines.gap().add("⚠️ 没看出哪一列是客户的称呼。点“🔁 改列”指给我。")
    return Card(_found(lines, view).text(), _buttons(view))


def _found(lines: Lines, view: ListView) -> Lines:
    lines.gap().add("<b>每一列当作什么</b>")
    known = [(cell, zh) for cell, id, zh in _columns(view) if id and id != NOT_TAKEN]
    for cell, zh in known[:MATCHES]:
        lines.add("· {} → {}", short(cell, 24), zh)
    if len(known) > MATCHES:
        lines.add("· 还有 {} 列", len(known) - MATCHES)
    unknown = [cell for cell, id, _ in _columns(view) if cell and not id]
    if unknown:
        more = "……" if len(unknown) > PAGE else ""
        lines.add("没认出来，不导：{}{}", "、".join(short(cell, 16) for cell in unknown[:PAGE]), more)
    if view.first:
        lines.gap().add("<b>头 {} 位</b>", len(view.first))
        lines.items([short("，".join(cells), 2 * CELL) for cells in view.first])
    if view.rough:
        lines.gap().add("<b>📐 有 {} 处是范围或者约数</b>，记成“约…”", view.rough_count)
        lines.items([f"{short(column, 24)} {text} → {said}" for column, text, said in view.rough])
    if view.others:
        lines.add("<i>只看这一张表，没看：{}</i>", short("、".join(view.others), CELL))
    if view.left:
        lines.add("<i>合计和样子的行跳过了，{} 行。</i>", view.left)
    return _faults(lines, view)


def _columns(view: ListView) -> list[tuple[str, str, str]]:
    return list(zip(view.cells, view.columns, view.meant, strict=True))


def _faults(lines: Lines, view: ListView) -> Lines:
    if not view.faults:
        return lines
    lines.gap().add("<b>⚠️ 有 {} 处看不懂</b>", view.fault_count)
    for row, column, why in view.faults[:FAULTS]:
        lines.add("第 {} 行{}：{}", row, f" {short(column, 24)}" if column else "", short(why, 2 * CELL))
    if view.fault_count > FAULTS:
        lines.add("还有 {} 处。", view.fault_count - FAULTS)
    if view.rows > view.good:
        lines.add("<i>“导入”会把看不懂的格子原样记进备注，一个字不丢。</i>")
    if view.lost:
        lines.add("<i>没有称呼的 {} 行，怎么都导不了。</i>", view.lost)
    return lines


def _buttons(view: ListView) -> tuple[tuple[Button, ...], ...]:
    id = view.id
    ready = NAME in view.columns and view.rows
    rows = []
    if ready and view.choice and not view.owner:
        rows.append((Button("👤 导给谁？", f"o:who:{id}:0"),))
    elif ready:
        rows.append((Button(f"✅ 导入 {view.rows} 位", f"o:go:{id}:all"),))
        if 0 < view.good < view.rows:
            rows.append((Button(f"只导没问题的 {view.good} 位", f"o:go:{id}:good"),))
    change = [Button("🔁 改列", f"o:cols:{id}:0")]
    if view.choice and view.owner:
        change.append(Button("👤 换人", f"o:who:{id}:0"))
    return (*rows, (*change, Button("✖️ 取消", f"o:drop:{id}")))


def columns(view: ListView, at: int) -> Card:
    """Which column is something else? First those that were not recognised."""
    lines = Lines().add("<b>哪一列要改？</b>").add("<i>箭头后面是现在当作什么，“不导”的可以改成记进备注。</i>")
    named = sorted(
        ((number, *one) for number, one in enumerate(_columns(view)) if one[0]), key=lambda one: bool(one[2])
    )
    shown = named[at * PAGE : (at + 1) * PAGE]
    buttons = [
        (Button(f"{short(cell, 20)} → {zh if id and id != NOT_TAKEN else '不导'}", f"o:col:{view.id}:{number}:0"),)
        for number, cell, id, zh in shown
    ]
    return Card(
        lines.text(), (*buttons, *paged(f"o:cols:{view.id}", at, more=(at + 1) * PAGE < len(named)), _back(view))
    )


def column(view: ListView, number: int, fields: Mapping[str, Field], at: int) -> Card:
    """What is that column?"""
    lines = Lines().add("<b>{}</b> 这一列是什么？", short(view.cells[number], CELL))
    if view.columns[number]:
        lines.add("现在当作：{}", view.meant[number])
    if at == 0:
        lines.add("<i>客户的其他资料（成交额、懂不懂行……）在下一页。</i>")
    offered = [one for one in fields.values() if one.id not in {NOT_TAKEN, NOTES}]
    shown = offered[at * FIELDS : (at + 1) * FIELDS]
    buttons = [Button(one.zh, f"o:set:{view.id}:{number}:{one.id}") for one in shown]
    always = (
        Button("📝 记进备注", f"o:set:{view.id}:{number}:{NOTES}"),
        Button("不导这一列", f"o:set:{view.id}:{number}:{NOT_TAKEN}"),
    )
    paging = paged(f"o:col:{view.id}:{number}", at, more=(at + 1) * FIELDS < len(offered))
    return Card(lines.text(), (always, *grid(buttons, 3), *paging, _back(view)))


FIELDS = 15  # that can be tapped on one page: first the record's own


def _back(view: ListView) -> tuple[Button, ...]:
    return (Button("⬅️ 返回", f"o:show:{view.id}"),)


def owners(view: ListView, people: Sequence[tuple[int, str]], at: int) -> Card:
    """Whose customers do they become?"""
    lines = Lines().add("<b>{}</b> 的 {} 位客户导给谁？", short(view.name, CELL), view.rows)
    shown = people[at * 2 * PAGE : (at + 1) * 2 * PAGE]
    buttons = [Button(short(name, 20), f"o:for:{view.id}:{id}") for id, name in shown]
    paging = paged(f"o:who:{view.id}", at, more=(at + 1) * 2 * PAGE < len(people))
    return Card(lines.text(), (*fitted(buttons), *paging, _back(view)))


_DOUBLES = {
    Doubles.FILL: "合并：空的补上",
    Doubles.OVER: "覆盖：以表里的为准",
    Doubles.SKIP: "跳过这些行",
    Doubles.NEW: "都当新客户",
}


def doubles(view: ListView, met: Met, which: str) -> Card:
    """Some are there already: what becomes of those rows?"""
    lines = Lines().add("<b>有 {} 位像是已经有的</b>（一共 {} 位）", met.count, view.rows)
    counts = (
        (met.phone, "电话一样 {} 位"),
        (met.name, "同名 {} 位"),
        (met.namesake, "同名、电话不一样 {} 位"),
    )
    lines.add("{}", "，".join(words.format(count) for count, words in counts if count) + "。")
    if met.within:
        lines.add("其中 {} 位是表里自己重复的。", met.within)
    lines.gap().items([short(one, 2 * CELL) for one in met.some])
    if met.count > len(met.some):
        lines.add("· 还有 {} 位", met.count - len(met.some))
    lines.gap().add("这些怎么办？别的照常导。").add("<i>合并和覆盖都不会用表里的空格子去擦掉已有的。</i>")
    choices = dict(_DOUBLES)
    if met.namesake and met.count > met.namesake:
        choices[Doubles.APART] = "合并，电话不一样的另存"
    buttons = [(Button(zh, f"o:do:{view.id}:{which}:{doubles}"),) for doubles, zh in choices.items()]
    return Card(lines.text(), (*buttons, _back(view)))


def done(name: str, result: Mapping[str, int], owner: str) -> Card:
    """It has been taken in."""
    lines = Lines().add("✅ <b>{}</b> 导完了{}", short(name, CELL), f"，都在{owner}名下" if owner else "")
    return Card(_counted(lines, result).text(), () if owner else ((Button("📋 我的客户", "p:page:0"),),))


def _counted(lines: Lines, result: Mapping[str, int]) -> Lines:
    told = (
        ("new", "新客户 {} 位"),
        ("known", "补到已有客户上 {} 位"),
        ("merged", "表里重复、并成一位的 {} 行"),
        ("skipped", "已经有、跳过的 {} 位"),
        ("left", "没导的 {} 行"),
    )
    lines.items([words.format(result[key]) for key, words in told if result.get(key)] or ["没有要导的"])
    if result.get("new"):
        lines.add("<i>没写下次联系的，按等级排好了日子，错开了，不会挤在一天。</i>")
    return lines


def given(sender: str, name: str, result: Mapping[str, int]) -> Card:
    """Somebody else brought customers for this person."""
    lines = Lines().add("📥 {} 给你导入了客户（{}）", sender, short(name, CELL))
    return Card(_counted(lines, result).text(), ((Button("📋 我的客户", "p:page:0"),),))


def dropped(name: str) -> Card:
    """Nothing was taken in."""
    return Card(Lines().add("✖️ {} 取消了，客户一位也没动。", short(name, CELL)).text())


def closed() -> str:
    """A button of a list that is not waiting any more."""
    return "这份表已经导过，或者取消了。要导就再发一次文件。"


def no_name() -> str:
    """Nobody would know who the customers are."""
    return "还不知道哪一列是客户的称呼。点“改列”指给我。"


def nobody() -> str:
    """Nothing can be taken."""
    return "这份表里没有能导的客户。"
