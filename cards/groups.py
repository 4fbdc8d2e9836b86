"""What is said in groups: figures, never a customer. Callback data there: `c:on`, `c:off`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cards.card import Button, Card, Lines, Rows, short
from cards.days import day

PEOPLE = 20  # who are named with a number
OFF: Rows = ((Button("🔕 早上不用发了", "c:off"),),)
ON: Rows = ((Button("🔔 早上还是发", "c:on"),),)


@dataclass(frozen=True, slots=True)
class Morning:
    """A team's figures of a morning. `each` are (name, customers of today); `plan` is what the week asks for."""

    today: int
    each: Sequence[tuple[str, int]]
    overdue: int
    complaints: int
    contacts: int
    plan: int
    won: int


def morning(team: str, told: Morning, today: date) -> Card:
    """What a group reads in the morning. Who is behind is not said in front of everybody."""
    lines = Lines().add("☀️ <b>{}</b>　{}", short(team, 60), day(today, today))
    lines.add("📌 今天该联系：<b>{}</b> 位{}", told.today, f"（{_named(told.each)}）" if told.each else "")
    if told.overdue:
        lines.add("⏰ 过了日子还在等的：<b>{}</b> 位", told.overdue)
    if told.complaints:
        lines.add("🛠 没结的抱怨：<b>{}</b> 件", told.complaints)
    lines.add("📞 本周已联系：<b>{}</b>{} 次", told.contacts, f"/{told.plan}" if told.plan else "")
    if told.won:
        lines.add("🎉 本周成交：<b>{}</b> 位", told.won)
    return Card(lines.add("<i>要看是谁，私聊我：销售发 /today，主管发 /team。</i>").text(), OFF)


def ended(at: str) -> Card:
    """Nothing is told by itself any more; `at` is when it would have been."""
    return Card(Lines().add("🔕 好，早上 {} 不在这个群里发了。主管发 /team 我还是答。", at).text(), ON)


def begun(at: str) -> Card:
    """The figures are told each working morning."""
    return Card(Lines().add("🔔 每个工作日早上 {} 在这里报一次数。", at).text(), OFF)


def _named(each: Sequence[tuple[str, int]]) -> str:
    named = "　".join(f"{short(name, 20)} {many}" for name, many in sorted(each, key=lambda one: -one[1])[:PEOPLE])
    return named + (" …" if len(each) > PEOPLE else "")


def welcome() -> Card:
    """The one line for a group that nobody has claimed."""
    return Card(Lines().add("你好，我只在团队自己的群里报数。主管在这里发一次 /here ，这个群就算登记了。").text())


def claimed(team: str, at: str) -> Card:
    """Whose figures are told here from now on; `at` is when they are by themselves, "" for never."""
    lines = Lines().add("✅ 登记好了，这个群报“{}”的数。", short(team, 60))
    if at:
        lines.add("每个工作日早上 {} 我自己报一次；不想要就点下面。", at)
    lines.add("主管在这里可以发：/team 看今天，/list A级 两周没联系 看有几位。")
    text = lines.add("<i>群里只报数，不出现客户的名字和资料；要看是谁，私聊我。</i>").text()
    return Card(text, OFF if at else ())


def figures(team: str, rows: Sequence[tuple[str, int]]) -> Card:
    """How a team stands today: (what, how many)."""
    lines = Lines().add("📊 <b>{}</b>", short(team, 60))
    for zh, count in rows:
        lines.add("· {}：<b>{}</b> 位", zh, count)
    return Card(lines.add("<i>要看是谁，私聊我发同样的话。</i>").text())


def counted(said: str, count: int, unknown: Sequence[str], people: Sequence[tuple[str, int]]) -> Card:
    """How many customers some words mean, and how many of each person: no customer is named."""
    lines = Lines().add("🗂 {}：<b>{}</b> 位", short(said, 300), count)
    if unknown:
        lines.add("⚠️ 没看懂：{}", short("、".join(f"“{word}”" for word in unknown), 200))
    if people:
        lines.add("{}", _named(people))
    return Card(lines.add("<i>要看是谁，私聊我发同样的话。</i>").text())


def only_managers_end_it() -> str:
    """A button that is the managers'."""
    return "这个按钮只有本团队的主管能点。"


def done_already() -> str:
    """It was tapped before."""
    return "已经是这样了。"


def managers_only() -> Card:
    """Others ask in private."""
    return Card(Lines().add("群里只听主管的。你自己的客户，私聊我就行。").text())


def in_private() -> Card:
    """Not in front of everybody."""
    return Card(Lines().add("这件事请私聊我，群里人多，不说客户。").text())
