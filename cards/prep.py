"""The brief before a visit: one screen, everything at hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time

from markupsafe import Markup

from cards.card import Button, Card, Lines, grid, percent, short
from cards.days import day

OFFERED = 6  # briefs below a day's list
WHAT = 150
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
    figures: tuple[str, ...] = ()  # the facts that stand on the card, as said
    dates: tuple[str, ...] = ()  # the customer's own days, as said


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
    if told.figures:
        lines.add("🧾 {}", short(" · ".join(told.figures), LINE))
    if told.dates:
        lines.add("📅 {}", short(" · ".join(told.dates), LINE))
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


def ahead(card: Card, id: int, on: date, at: time, what: str, today: date) -> Card:
    """A brief that comes by itself before an appointment; the day is named where it is not today."""
    when = f"{at:%H:%M}" if on == today else f"{day(on, today)} {at:%H:%M}"
    told = Lines().add("⏰ <b>{}</b>　{}", when, short(what or "约好的", WHAT)).text()
    moved = (Button("📅 改时间了", f"r:more:{id}"),)
    return Card(Markup("{}\n\n{}").format(told, card.text), (*card.buttons, moved))


def offered(card: Card, visits: Sequence[tuple[int, str]]) -> Card:
    """A day's list with the briefs of the visits, each (id, name), that have no hour."""
    buttons = [Button(f"🧳 见{name[:6]}前看一页", f"p:prep:{id}") for id, name in visits[:OFFERED]]
    return Card(card.text, (*card.buttons, *grid(buttons, 2))) if buttons else card


def check(id: int) -> Card:
    """An uncertain brief is asked about, never repeated."""
    lines = Lines().add("见面前那一页可能没有送到你这里（网络中断）。没看到的话点一下：")
    return Card(lines.text(), ((Button("🧳 看见面前一页", f"p:prep:{id}"),),))
