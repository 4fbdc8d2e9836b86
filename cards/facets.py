"""The words of a customer seen through several systems.

Callback data: `f:<verb>:<customer>[:<system>[:<fact>:<n>]][:all]`, without a system for facts that stand on the card;
`all` where every system was shown, to which an answer comes back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from cards.card import Button, Card, Lines, Picture, Rows, captioned, fitted, grid, percent, short
from cards.charts import Cell, Pareto, Square, Step
from knowledge.facets import Facet
from knowledge.facts import Fact
from knowledge.scenes import Conflict, Scene
from knowledge.systems import Catalogue

WHY = 90  # UTF-16 units of a reason
CONFLICTS = 2
VALUE, NOTED = 40, 200
BAR = 10  # signs
SHOWN = 30  # rows of the ABC table in words
LINES, NAMED = 12, 40  # rows of its picture; names in a quarter of the other one, which hold about 20
MOST_OF_IT = 0.8  # the share that a Pareto chart is about
CUSTOMERS: Rows = ((Button("📋 我的客户", "p:page:0"),),)
ABC = "📈 <b>ABC 分析</b>　按一年成交额"
QUARTERS = ("barnacle", "friend", "stranger", "butterfly")  # in reading order: loyal above, big to the right


def overview(
    name: str,
    prospect_id: int,
    scene: Scene,
    rows: Sequence[Facet],
    met: Sequence[Conflict],
    more: int,
    *,
    everything: bool = False,
) -> Card:
    """What each system says, and what it still needs; `more` systems are not shown, `everything` was asked for."""
    lines = Lines().add("📊 <b>{}</b>　{}", short(name, 60), scene.zh).gap()
    for row in rows:
        lines.add("<b>{}</b>　{}", row.system.zh, _said(row))
        if row.why:
            lines.add("　<i>{}</i>", short(row.why, WHY))
    if met:
        lines.gap().add("<b>⚖️ 两头都占，这样兼顾</b>")
        lines.items(conflict.zh for conflict in met[:CONFLICTS])
    return Card(lines.text(), (*_steps(prospect_id, rows, everything=everything), *_ways(prospect_id, more)))


def _said(row: Facet) -> str:
    if row.kind is not None:
        return f"{row.kind.zh}{f'（把握 {percent(row.p)}）' if row.p is not None else ''}"
    if row.lacking is not None:
        return f"还差：{row.lacking.zh}"
    return "还没听出来" if row.system.kind == "infer" else "还看不出"


def _steps(prospect_id: int, rows: Sequence[Facet], *, everything: bool) -> Rows:
    """What can be done about each system: answer what it lacks, or ask about it; or read how to handle the type.

    What several systems lack is asked for once.
    """
    buttons, lacking, whole = [], set[str](), ":all" if everything else ""
    for row in rows:
        system = row.system
        if row.lacking is not None and row.lacking.id in lacking:
            continue
        if row.lacking is not None:
            lacking.add(row.lacking.id)
            buttons.append(Button(f"✍️ {row.lacking.zh}", f"f:ask:{prospect_id}:{system.id}{whole}"))
        elif row.kind is None and system.kind == "infer":
            buttons.append(Button(f"🔎 问 {system.zh}", f"f:judge:{prospect_id}:{system.id}"))
        elif row.kind is not None:
            buttons.append(Button(f"📖 {row.kind.zh}", f"a:{system.id}:{row.kind.id}"))
    return fitted(buttons, 18)


def _ways(prospect_id: int, more: int) -> Rows:
    whole = (Button(f"📚 还有 {more} 项", f"f:all:{prospect_id}"),) if more else ()
    return ((*whole, Button("🗒 改资料", f"f:facts:{prospect_id}"), Button("⬅️ 返回", f"p:open:{prospect_id}")),)


def ask(name: str, prospect_id: int, system: Catalogue, fact: Fact, *, everything: bool = False) -> Card:
    """Ask for one fact; numbers and amounts may be typed too."""
    lines = Lines().add("✍️ <b>{}</b>　{}", short(name, 60), system.zh)
    stem, back = f"f:set:{prospect_id}:{system.id}:{fact.id}", f"f:{'all' if everything else 'open'}:{prospect_id}"
    return _asked(lines, fact, stem, Button("先不填", back), ":all" if everything else "")


def fill(name: str, prospect_id: int, fact: Fact, now: str) -> Card:
    """Ask for a fact of the customer's card; `now` is what is known of it, "" for nothing."""
    lines = Lines().add("✍️ <b>{}</b>　{}", short(name, 60), f"{fact.zh}现在记的是 {now}" if now else fact.zh)
    back = Button("不改了" if now else "先不填", f"f:facts:{prospect_id}")
    return _asked(lines, fact, f"f:put:{prospect_id}:{fact.id}", back)


def _asked(lines: Lines, fact: Fact, stem: str, back: Button, tail: str = "") -> Card:
    lines.add("<b>{}</b>", fact.ask)
    if fact.kind in {"number", "money"}:
        lines.add("<i>点一个，或者直接发数字，例：{}</i>", fact.example)
    elif fact.kind == "date":
        lines.add("<i>发日期，例：2026-12-01</i>")
    buttons = [Button(option.zh, f"{stem}:{number}{tail}") for number, option in enumerate(fact.choices)]
    return Card(lines.text(), (*fitted(buttons, 18), (back,)))


def noted(rows: Sequence[tuple[str, str, str]]) -> str:
    """What was noted: each fact with its value and what it was before, "" for not known or the same."""
    told = (f"{zh} {now}{f'（原来 {was}）' if was and was != now else ''}" for zh, now, was in rows)
    return f"💾 记下了：{short('，'.join(told), NOTED)}。"


def not_understood(fact: Fact) -> Card:
    """A typed answer that cannot be used."""
    lines = Lines().add("没看懂“{}”该填多少。", fact.zh)
    lines.add("发一个数字就行，例：<code>{}</code>。不填了就点 /cancel", fact.example)
    return Card(lines.text())


def known(name: str, prospect_id: int, rows: Sequence[tuple[Fact, str, str]], kept: Sequence[Fact] = ()) -> Card:
    """What is on record: each fact with its value and when it was said. A tap forgets it, so that it is asked anew.

    `kept` are those of the customer's card, which are told here.
    """
    lines = Lines().add("🗒 <b>{}</b> 的资料", short(name, 60))
    if not rows:
        lines.add("还没有。回到上一页，点“✍️”补一项，等级就能算出来。")
    for fact, value, on in rows:
        lines.add("<b>{}</b>　{}　<i>{}</i>", fact.zh, short(value, VALUE), on)
    if rows:
        lines.gap().add("<i>记错了？点 ✖️ 删掉，要用到的会重新问。</i>")
    if kept:
        lines.add("<i>{}点 ✍️ 填，或者直接发一句：</i><code>{} {}{}</code>", *_sentence(name, kept))
    fill = [Button(f"✍️ {fact.zh}", f"f:fill:{prospect_id}:{fact.id}") for fact in kept]
    buttons = [Button(f"✖️ {fact.zh}", f"f:drop:{prospect_id}:{fact.id}") for fact, _, _ in rows]
    return Card(lines.text(), (*grid(fill, 3), *grid(buttons, 3), (Button("⬅️ 返回", f"f:open:{prospect_id}"),)))


def _sentence(name: str, kept: Sequence[Fact]) -> tuple[str, str, str, str]:
    first = kept[0]
    return "、".join(fact.zh for fact in kept), short(name, 20), first.zh, first.example


@dataclass(frozen=True, slots=True)
class Ranked:
    """A customer of the ABC table: the amount in yuan, its share, that of those above, and the class."""

    name: str
    amount: float
    share: float
    above: float
    kind: str

    @property
    def sofar(self) -> float:
        """The share that everybody up to here comes to."""
        return self.above + self.share

    @property
    def said(self) -> str:
        """The amount in words."""
        return f"{self.amount / 1e4:.1f}".rstrip("0").rstrip(".") + " 万"


def unranked() -> Card:
    """Nobody's revenue is known."""
    lines = Lines().add(ABC)
    lines.add("还没有客户填过成交额。打开一位客户，点“📊 分级分类”，补上“年成交额”，三五位就能看出谁是大头。")
    return Card(lines.text(), CUSTOMERS)


def ranking(rows: Sequence[Ranked], cuts: Sequence[float], without: int) -> Picture:
    """The ABC table, the largest first; `cuts` are the shares at which the classes part."""
    alt = f"图：{len(rows)} 位客户按一年成交额从大到小，{'，'.join(_classes(rows))}。"
    words = Lines().add(ABC).add("<i>名次、客户、成交额、累计占比</i>").gap()
    caption = Lines().add(ABC).gap()
    for number, row in enumerate(rows[:SHOWN], start=1):
        line = ("{} {}　{}　{}", number, row.kind, short(row.name, 24), row.said)
        full = max(1, round(BAR * row.sofar))
        words.add(*line).add("<code>{}</code> {}", "▓" * full + "░" * (BAR - full), f"{row.sofar:.0%}")
        caption.add(line[0] + "　累计 {}", *line[1:], f"{row.sofar:.0%}")
    for lines in (words, caption):
        if len(rows) > SHOWN:
            lines.add("后面还有 {} 位。", len(rows) - SHOWN)
        if without:
            lines.gap().add("<i>还有 {} 位没填成交额，没算进去。</i>", without)
    chart = _pareto(rows, cuts)
    return Picture(chart, alt, captioned(alt, caption, CUSTOMERS), Card(words.text(), CUSTOMERS))


def _pareto(rows: Sequence[Ranked], cuts: Sequence[float]) -> Pareto:
    """The first ones each in a row; where there are too many, the rest together, a row for each class."""
    kinds = list(dict.fromkeys(row.kind for row in rows))
    single = len(rows) if len(rows) <= LINES else LINES - len({row.kind for row in rows[LINES - len(kinds) :]})
    steps = [_step([row], kinds) for row in rows[:single]]
    steps += [_step(list(those), kinds) for _, those in groupby(rows[single:], lambda row: row.kind)]
    many = next((number for number, row in enumerate(rows, start=1) if row.sofar >= MOST_OF_IT), len(rows))
    title = f"前 {many} 位占了成交额的 {rows[many - 1].sofar:.0%}" if many < len(rows) else "成交额都从哪儿来"
    return Pareto(title, tuple(_classes(rows)), tuple(steps), tuple(cuts))


def _step(rows: Sequence[Ranked], kinds: Sequence[str]) -> Step:
    """A row for a customer, or for several of a class."""
    first, share = rows[0], sum(row.share for row in rows)
    label, said = (first.name, first.said) if len(rows) == 1 else (f"另 {len(rows)} 位{first.kind}", f"占 {share:.0%}")
    return Step(short(label, 24), first.above, share, said, kinds.index(first.kind))


def _classes(rows: Sequence[Ranked]) -> Iterator[str]:
    """How many are in each class, and what they come to."""
    for kind in dict.fromkeys(row.kind for row in rows):
        those = [row for row in rows if row.kind == kind]
        yield f"{kind} {len(those)} 位 {sum(row.share for row in those):.0%}"


def quadrant(cells: Mapping[str, Sequence[str]], titles: Mapping[str, str], without: int) -> Picture:
    """The 2×2 of loyalty and buying power: customers under the four types, the more loyal first."""
    counted = "、".join(f"{title} {len(cells.get(type, ()))} 位" for type, title in titles.items())
    alt = f"图：上面的忠诚，右边的买得多；{counted}。"
    words = Lines().add("🧭 <b>忠诚 × 购买力</b>").gap()
    for type, title in titles.items():
        names = cells.get(type, ())
        words.add("<b>{}</b>　{} 位", title, len(names))
        if names:
            words.add("　{}", short("、".join(names), 300))
    if without:
        words.gap().add("<i>还有 {} 位资料不够，没放进来。</i>", without)
    four = [_cell(titles[type], cells.get(type, ())) for type in QUARTERS]
    placed = sum(map(len, cells.values()))
    chart = Square(f"{placed} 位客户在哪一格", "忠诚", "购买力", (four[0], four[1], four[2], four[3]))
    return Picture(chart, alt, captioned(alt, words, CUSTOMERS), Card(words.text(), CUSTOMERS))


def _cell(title: str, names: Sequence[str]) -> Cell:
    return Cell(title, len(names), tuple(short(name, 24) for name in names[:NAMED]))
