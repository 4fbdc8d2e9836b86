"""A manager's view."""

from collections.abc import Sequence
from dataclasses import dataclass

from cards.card import Card, Lines


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


def status(title: str, rows: Sequence[RepLine]) -> Card:
    """The team on one screen."""
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
    for row in rows:
        lines.gap()
        mark = "🔴" if row.overdue else "🟡" if row.today else "🟢"
        lines.add("{} <b>{}</b>{}", mark, row.name, "　⚠️ 收不到消息" if row.unreachable else "")
        grades = " ".join(f"{grade}{count}" for grade, count in row.grades.items() if count)
        lines.add(
            "客户 {}{}　本周联系 {}　判断 {}",
            row.customers,
            f"（{grades}）" if grades else "",
            row.contacts,
            row.interviews,
        )
        lines.add("今天 {}　逾期 {}", row.today, row.overdue)
    return Card(lines.text())
