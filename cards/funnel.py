"""The team's customers as a whole: the stages that they are in, and what kinds of people they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cards.card import Button, Card, Lines, Picture, captioned, grid, short
from cards.charts import Bar, Bars, Cell, Funnel, Level, Pareto, Square, Step
from cards.facets import QUARTERS
from knowledge.worth import ENOUGH, wilson

COUNTED = 12  # types that have a bar each
TABLED = 8  # types in the table of the funnel


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage: customers there now, who ever came there, who went further; days they stayed, in the mean."""

    zh: str
    here: int
    entered: int
    ahead: int
    days: float
    last: bool = False

    @property
    def name(self) -> str:
        """Without what all of them have in common."""
        return self.zh.removesuffix("客户")


def funnel(
    title: str,
    stages: Sequence[StageLine],
    table: Sequence[tuple[str, str, Sequence[int]]],
    unknown: int,
    of_type: str = "",
    *,
    since: date | None = None,
) -> Picture | Card:
    """Stages from the first to the last; `table` are (type, its name, customers in each stage), the largest first.

    `since` is the day from which on it is known who came where.
    """
    words = Lines().add("🔻 <b>{}</b>{}", title, f"　只看{of_type}" if of_type else "")
    if not any(stage.entered for stage in stages):
        words.add("还看不出来：没有客户填过状态。")
        words.add("销售打开客户，点“📊 分级分类”，答一两项，就知道走到哪一步了。")
        return Card(words.text(), ((Button("👥 团队", "t:board:0"),),))
    alt = "图：客户走到哪一步，" + "，".join(f"{stage.name} {stage.here} 位" for stage in stages) + "。"
    for stage in stages:
        words.add(
            "<b>{}</b> {} 位　{}", stage.name, stage.here, "　".join(filter(None, (_onward(stage), _stay(stage))))
        )
    if not of_type and table:
        words.gap().add("<b>按类型</b>　<i>{}</i>", " / ".join(stage.name for stage in stages))
        for _, zh, counts in table[:TABLED]:
            words.add("{}　{}", zh, " / ".join(map(str, counts)))
        words.add("<i>待几天是平均数；往前走的比例给的是区间。</i>")
    if since is not None:
        begun = f"{since.year}年{since.month}月{since.day}日"
        words.add("<i>自 {} 起记录：更早走过的没记下来，待几天从记下的那天算。</i>", begun)
    if unknown and not of_type:
        words.gap().add("<i>还有 {} 位没填状态，没算进去。</i>", unknown)
    buttons = [Button(zh, f"t:funnel:{id}") for id, zh, _ in table[:TABLED] if id]
    last = (Button("⬅️ 全部类型", "t:funnel"),) if of_type else (Button("👥 团队", "t:board:0"),)
    rows = (*(grid(buttons, 3) if not of_type else ()), last)
    levels = tuple(Level(stage.name, stage.here, _onward(stage), _stay(stage)) for stage in stages)
    where = f"{of_type}走到哪一步" if of_type else f"{short(title, 16)}的客户走到哪一步"
    return Picture(Funnel(where, levels), alt, captioned(alt, words, rows), Card(words.text(), rows))


def _onward(stage: StageLine) -> str:
    """How many went on: in percent only where there are enough, and then as an interval."""
    if stage.last or not stage.entered:
        return ""
    if stage.entered < ENOUGH:
        return f"{stage.entered} 位里 {stage.ahead} 位往前走"
    return f"{stage.ahead}/{stage.entered} 往前走 {between(stage.ahead, stage.entered)}"


def between(successes: int, cases: int) -> str:
    """An honest interval in percent."""
    low, high = wilson(successes, cases)
    return f"{low:.0%}–{high:.0%}"


def _stay(stage: StageLine) -> str:
    return f"待 {max(1, round(stage.days))} 天" if stage.entered else ""


# --- the types --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class of a system, how many customers are in it, and (by revenue) what they come to as a share, 0 to 1."""

    id: str
    zh: str
    count: int
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Classes:
    """How the customers fall into the classes of a system, of how many too little is known."""

    title: str
    rows: Sequence[ClassLine]
    unknown: int


def _classes(words: Lines, told: Classes) -> None:
    words.add("<b>{}</b>", told.title)
    for row in told.rows:
        share = f"　占成交额 {row.share:.0%}" if row.share is not None and row.count else ""
        words.add("{} {} 位{}", row.zh, row.count, share)
    if told.unknown:
        words.add("<i>{} 位资料不够，没算。</i>", told.unknown)


def quadrant(title: str, told: Classes) -> Picture | Card:
    """The team's customers in the four quarters of loyalty and buying power."""
    words = Lines().add("🧭 <b>{}</b>", title)
    _classes(words, told)
    counts = {row.id: row for row in told.rows}
    placed = sum(row.count for row in told.rows)
    if not placed or set(counts) != set(QUARTERS):
        return Card(words.text(), BACK)
    four = [Cell(counts[id].zh, counts[id].count, ()) for id in QUARTERS]
    chart = Square(f"{placed} 位客户在哪一格", "忠诚", "购买力", (four[0], four[1], four[2], four[3]))
    alt = "图：上面的忠诚，右边的买得多；" + "、".join(f"{row.zh} {row.count} 位" for row in told.rows) + "。"
    return Picture(chart, alt, captioned(alt, words, BACK), Card(words.text(), BACK))


def abc(title: str, told: Classes) -> Picture | Card:
    """What each class of the team's customers comes to of everything."""
    words = Lines().add("📈 <b>{}</b>", title)
    _classes(words, told)
    rows = [row for row in told.rows if row.count and row.share is not None]
    if not rows:
        return Card(words.text(), BACK)
    above, steps = 0.0, []
    for number, row in enumerate(rows):
        share = row.share or 0.0
        steps.append(Step(f"{row.count} 位{row.zh}", above, share, f"{share:.0%}", number))
        above += share
    groups = tuple(f"{row.zh.removesuffix('客户')} {row.count} 位" for row in rows)
    cuts = tuple(sum(step.share for step in steps[: at + 1]) for at in range(len(steps) - 1))
    chart = Pareto(f"{rows[0].count} 位占了成交额的 {rows[0].share:.0%}", groups, tuple(steps), cuts)
    alt = "图：按一年成交额，" + "，".join(f"{row.count} 位{row.zh}占 {row.share:.0%}" for row in rows) + "。"
    return Picture(chart, alt, captioned(alt, words, BACK), Card(words.text(), BACK))


BACK = ((Button("🗂 类型", "t:types"), Button("👥 团队", "t:board:0")),)


def types(
    title: str, counts: Sequence[tuple[str, int]], unknown: int, also: Sequence[Classes], *, later: bool = False
) -> Picture | Card:
    """The team's customers by type, the largest first, then by value; `later`: the four quarters when asked for."""
    words = Lines().add("🗂 <b>{}</b>的客户是哪些人", title)
    judged = sum(count for _, count in counts)
    if counts:
        words.add("判断过 {} 位：{}", judged, "、".join(f"{zh} {count}" for zh, count in counts[:COUNTED]))
        if len(counts) > COUNTED:
            words.add("另外 {} 种 {} 位", len(counts) - COUNTED, sum(count for _, count in counts[COUNTED:]))
    if unknown:
        words.add("<i>还有 {} 位没判断。</i>", unknown)
    for one in also:
        _classes(words.gap(), one)
    if later:
        words.gap().add("<i>客户太多，四格要数几秒，点“🧭 四格图”再数。</i>")
    buttons = (
        (Button("🧭 四格图", "t:types:map"), Button("📈 ABC 图", "t:types:abc")),
        (Button("🔻 漏斗", "t:funnel"), Button("👥 团队", "t:board:0")),
    )
    if not counts:
        return Card(words.text(), buttons)
    alt = "图：各类型的客户有多少位，" + "，".join(f"{zh} {count}" for zh, count in counts[:5])
    alt += f" 等 {len(counts)} 种。" if len(counts) > 5 else "。"
    bars = tuple(Bar(zh, count, judged, strong=number < 3) for number, (zh, count) in enumerate(counts[:COUNTED]))
    chart = Bars(f"{judged} 位客户，最多的是{counts[0][0]}", bars)
    return Picture(chart, alt, captioned(alt, words, buttons), Card(words.text(), buttons))
