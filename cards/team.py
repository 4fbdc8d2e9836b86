"""A manager's view."""

from collections.abc import Sequence
from dataclasses import dataclass

from cards.card import TEXT_LIMIT, Card, Lines, units


@dataclass(frozen=True, slots=True)
class RepLine:
    """One person's figures as they are shown."""

    name: str
    role: str
    unreachable: bool
    customers: int
    grades: dict[str, int]
    today: int
    overdue: int
    contacts: int
    interviews: int


def status(title: str, rows: Sequence[RepLine], away: str = "") -> Card:
    """The team on one screen; `away` says who is on leave."""
    lines = Lines().add("<b>👥 {}</b>　{} 人", title, len(rows))
    if not rows:
        return Card(lines.add("还没有人。用 /invite 邀请同事进来。").text())
    total = (
        sum(r.customers for r in rows),
        sum(r.contacts for r in rows),
        sum(r.today for r in rows),
        sum(r.overdue for r in rows),
    )
    lines.add("客户 {} · 本周联系 {} · 今天 {} · 逾期 {}", *total)
    if away:
        lines.add("{}", away)
    room = TEXT_LIMIT - units(lines.text()) - ROOM_FOR_THE_REST
    for number, row in enumerate(rows):
        block = _person(row).text()
        room -= units(block) + 2
        if room < 0:
            lines.gap().add("还有 {} 人没列出来。", len(rows) - number)
            break
        lines.gap().parts.append(block)
    return Card(lines.text())


ROOM_FOR_THE_REST = 40  # UTF-16 units


def _person(row: RepLine) -> Lines:
    mark = "🔴" if row.overdue else "🟡" if row.today else "🟢"
    lines = Lines().add("{} <b>{}</b>{}", mark, row.name, "　⚠️ 收不到消息" if row.unreachable else "")
    grades = " ".join(f"{grade}{count}" for grade, count in row.grades.items() if count)
    lines.add(
        "客户 {}{}　本周联系 {}　判断 {}",
        row.customers,
        f"（{grades}）" if grades else "",
        row.contacts,
        row.interviews,
    )
    return lines.add("今天 {}　逾期 {}", row.today, row.overdue)
