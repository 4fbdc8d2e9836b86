"""The brief before a visit: one screen, everything at hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from cards.card import Button, Card, Lines, percent, short

LINE = 160  # UTF-16 units of one line of somebody's own words


@dataclass(frozen=True, slots=True)
class Brief:
    """What there is to say before a visit; what is empty is left out."""

    id: int
    name: str
    company: str = ""
    grade: str = ""
    type_zh: str = ""
    type_p: float | None = None
    why: str = ""
    facets: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    complaint: str = ""
    people: tuple[str, ...] = ()
    bring: tuple[str, ...] = ()
    opening: str = ""
    questions: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()
    close: str = ""
    both: str = ""
    details: tuple[str, ...] = field(default=())


def brief(told: Brief) -> Card:
    """The brief; the easily missed details are folded."""
    lines = Lines().add("🧳 <b>见 {} 前</b>　{}", short(told.name, 60), short(told.company, 60)).gap()
    lines.add("🏷 {}", _who(told))
    if told.why:
        lines.add("　<i>{}</i>", short(told.why, LINE))
    if told.facets:
        lines.add("📊 {}", "　".join(told.facets))
    _listed(lines, "🕘 上几次", told.contacts)
    _listed(lines, "⏰ 说好的", told.promises)
    if told.complaint:
        lines.add("⚠️ <b>没了结的抱怨</b>　{}", short(told.complaint, LINE))
    _listed(lines, "👥 要见的人", told.people)
    _listed(lines, "🎒 准备", told.bring)
    if told.opening:
        lines.add("🚪 <b>开场</b>　{}", told.opening)
    _listed(lines, "❓ 问三句", told.questions)
    _listed(lines, "🛡 他要是有异议", told.objections)
    if told.close:
        lines.add("🤝 <b>试着收口</b>　{}", told.close)
    if told.both:
        lines.add("⚖️ {}", told.both)
    if told.details:
        inner = Lines().add("<b>👀 五个容易漏的</b>").items(told.details)
        lines.parts.append(Markup("<blockquote expandable>") + inner.text() + Markup("</blockquote>"))
    return Card(lines.text(), _buttons(told))


def _who(told: Brief) -> str:
    if not told.type_zh:
        kind = "还没判断类型"
    else:
        kind = f"{told.type_zh}（{'你确认的' if told.type_p is None else f'把握 {percent(told.type_p)}'}）"
    return f"{kind}　{told.grade}".strip()


def _listed(lines: Lines, title: str, rows: Sequence[str]) -> None:
    if rows:
        lines.add("<b>{}</b>", title).items(short(row, LINE) for row in rows)


def _buttons(told: Brief) -> tuple[tuple[Button, ...], ...]:
    advice, judge = Button("📖 怎么打交道", f"p:advice:{told.id}"), Button("🔎 判断类型", f"p:judge:{told.id}")
    first = advice if told.type_zh else judge
    return ((first, Button("📊 分级分类", f"f:open:{told.id}")), (Button("✅ 见完了，记一笔", f"p:visit:{told.id}"),))
