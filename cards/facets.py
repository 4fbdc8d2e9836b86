"""The words of a customer seen through several systems.

Callback data: `f:<verb>:<customer>[:<system>[:<fact>:<n>]]`.
"""

from collections.abc import Mapping, Sequence

from cards.card import Button, Card, Lines, Rows, fitted, grid, percent, short
from knowledge.facets import Facet
from knowledge.facts import Fact
from knowledge.scenes import Conflict, Scene
from knowledge.systems import Catalogue

WHY = 90  # UTF-16 units of a reason
CONFLICTS = 2
VALUE = 40
BAR = 10  # signs


def overview(
    name: str, prospect_id: int, scene: Scene, rows: Sequence[Facet], met: Sequence[Conflict], more: int
) -> Card:
    """What each system says, and what it still needs; `more` systems are not shown."""
    lines = Lines().add("📊 <b>{}</b>　{}", short(name, 60), scene.zh).gap()
    for row in rows:
        lines.add("<b>{}</b>　{}", row.system.zh, _said(row))
        if row.why:
            lines.add("　<i>{}</i>", short(row.why, WHY))
    if met:
        lines.gap().add("<b>⚖️ 两头都占，这样兼顾</b>")
        lines.items(conflict.zh for conflict in met[:CONFLICTS])
    return Card(lines.text(), (*_steps(prospect_id, rows), *_ways(prospect_id, more)))


def _said(row: Facet) -> str:
    if row.kind is not None:
        return f"{row.kind.zh}{f'（把握 {percent(row.p)}）' if row.p is not None else ''}"
    if row.lacking is not None:
        return f"还差：{row.lacking.zh}"
    return "还没听出来" if row.system.kind == "infer" else "还看不出"


def _steps(prospect_id: int, rows: Sequence[Facet]) -> Rows:
    """What can be done about each system: answer what it lacks, or ask about it; or read how to handle the type."""
    buttons = []
    for row in rows:
        system = row.system
        if row.lacking is not None:
            buttons.append(Button(f"✍️ {row.lacking.zh}", f"f:ask:{prospect_id}:{system.id}"))
        elif row.kind is None and system.kind == "infer":
            buttons.append(Button(f"🔎 问 {system.zh}", f"f:judge:{prospect_id}:{system.id}"))
        elif row.kind is not None:
            buttons.append(Button(f"📖 {row.kind.zh}", f"a:{system.id}:{row.kind.id}"))
    return fitted(buttons, 18)


def _ways(prospect_id: int, more: int) -> Rows:
    whole = (Button(f"📚 还有 {more} 项", f"f:all:{prospect_id}"),) if more else ()
    return ((*whole, Button("🗒 改资料", f"f:facts:{prospect_id}"), Button("⬅️ 返回", f"p:open:{prospect_id}")),)


def ask(name: str, prospect_id: int, system: Catalogue, fact: Fact) -> Card:
    """Ask for one fact; numbers and amounts may be typed too."""
    lines = Lines().add("✍️ <b>{}</b>　{}", short(name, 60), system.zh)
    lines.add("<b>{}</b>", fact.ask)
    if fact.kind in {"number", "money"}:
        example = "35万" if fact.kind == "money" else f"3{fact.unit}"
        lines.add("<i>点一个，或者直接发数字，例：{}</i>", example)
    elif fact.kind == "date":
        lines.add("<i>发日期，例：2026-12-01</i>")
    stem = f"f:set:{prospect_id}:{system.id}:{fact.id}"
    buttons = [Button(option.zh, f"{stem}:{number}") for number, option in enumerate(fact.choices)]
    return Card(lines.text(), (*fitted(buttons, 18), (Button("先不填", f"f:open:{prospect_id}"),)))


def not_understood(fact: Fact) -> Card:
    """A typed answer that cannot be used."""
    lines = Lines().add("没看懂“{}”该填多少。", fact.zh)
    lines.add("发一个数字就行，例：<code>{}</code>。不填了就点 /cancel", "35万" if fact.kind == "money" else "3")
    return Card(lines.text())


def known(name: str, prospect_id: int, rows: Sequence[tuple[Fact, str, str]]) -> Card:
    """What is on record: each fact with its value and when it was said. A tap forgets it, so that it is asked anew."""
    lines = Lines().add("🗒 <b>{}</b> 的资料", short(name, 60))
    if not rows:
        lines.add("还没有。回到上一页，点“✍️”补一项，等级就能算出来。")
    for fact, value, on in rows:
        lines.add("<b>{}</b>　{}　<i>{}</i>", fact.zh, short(value, VALUE), on)
    if rows:
        lines.gap().add("<i>记错了？点一下删掉，会重新问。</i>")
    buttons = [Button(f"✖️ {fact.zh}", f"f:drop:{prospect_id}:{fact.id}") for fact, _, _ in rows]
    return Card(lines.text(), (*grid(buttons, 3), (Button("⬅️ 返回", f"f:open:{prospect_id}"),)))


def scenes(found: Mapping[str, Scene], chosen: str) -> Card:
    """Which line of business?"""
    lines = Lines().add("🎬 你做哪一行？看客户先看什么，由它定。")
    for scene in found.values():
        lines.add("<b>{}</b>{}　{}", scene.zh, "（现在）" if scene.id == chosen else "", scene.about)
    buttons = [Button(scene.zh, f"s:scene:{scene.id}") for scene in found.values()]
    return Card(lines.text(), (*grid(buttons, 2), (Button("⬅️ 返回", "s:open:"),)))


def ranking(rows: Sequence[tuple[str, float, float, str]], without: int) -> Card:
    """The ABC table: (name, amount in yuan, share with those above, class), the largest first."""
    lines = Lines().add("📈 <b>ABC 分析</b>　按一年成交额")
    if not rows:
        lines.add("还没有客户填过成交额。打开一位客户，点“📊 分级分类”，补上“年成交额”，三五位就能看出谁是大头。")
        return Card(lines.text(), ((Button("📋 我的客户", "p:page:0"),),))
    lines.add("<i>名次、客户、成交额、累计占比</i>").gap()
    for number, (name, amount, share, kind) in enumerate(rows, start=1):
        bar = "▓" * max(1, round(BAR * share)) + "░" * (BAR - max(1, round(BAR * share)))
        lines.add("{} {}　{}　{} 万", number, kind, short(name, 24), f"{amount / 1e4:.1f}".rstrip("0").rstrip("."))
        lines.add("<code>{}</code> {}", bar, f"{share:.0%}")
    if without:
        lines.gap().add("<i>还有 {} 位没填成交额，没算进去。</i>", without)
    return Card(lines.text(), ())


def quadrant(cells: Mapping[str, Sequence[str]], titles: Sequence[tuple[str, str]], without: int) -> Card:
    """The 2×2 of loyalty and buying power: customers under the four types."""
    lines = Lines().add("🧭 <b>忠诚 × 购买力</b>").gap()
    for type, title in titles:
        names = cells.get(type, ())
        lines.add("<b>{}</b>　{} 位", title, len(names))
        if names:
            lines.add("　{}", short("、".join(names), 300))
    if without:
        lines.gap().add("<i>还有 {} 位资料不够，没放进来。</i>", without)
    return Card(lines.text(), ((Button("📋 我的客户", "p:page:0"),),))
