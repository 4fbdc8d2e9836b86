"""The morning's list and what comes of it. Callback data: `r:<verb>:<customer>[:<argument>]`."""

from collections.abc import Sequence
from datetime import date

from cards import occasions
from cards.card import Button, Card, Lines, Rows, grid, short
from cards.days import ago, day
from knowledge.due import DueCustomer
from knowledge.kinds import Occasion

SPACIOUS = 3  # up to so many items there is room for a way to open the talk
# UTF-16 units, so that six items with everything long stay inside Telegram's 4096
NAME = 50
LINE = 100
PROMISED = 150
OCCASIONS = 2
REASON = 50
REST = 500
SHOWN = 6  # items with buttons in one message; a phone shows about this many without scrolling twice


def morning(
    rows: Sequence[DueCustomer],
    today: date,
    name: str,
    *,
    missed: int = 0,
    matters: Sequence[Occasion] = (),
    drill: bool = False,
) -> Card:
    """The one message of the day; `matters` are about no single customer. With `drill`, a line about practice."""
    lines = Lines()
    if rows:
        lines.add("☀️ <b>{}，今天联系 {} 位</b>　{}", name, len(rows), day_title(today))
    else:
        lines.add("☀️ <b>{}，今天有 {} 件事</b>　{}", name, len(matters), day_title(today))
    if missed:
        lines.add("<i>前 {} 个工作日服务中断，没发出的都并在这里了。</i>", missed)
    card = _list(lines, rows, today, matters)
    if not drill:
        return card
    lines.gap().add("🏋️ 今天练两分钟？")
    return Card(lines.text(), (*card.buttons, (Button("🏋️ 练两分钟", "x:new"),)))


def today_list(rows: Sequence[DueCustomer], today: date, matters: Sequence[Occasion] = ()) -> Card:
    """The same list, asked for."""
    lines = Lines()
    if not rows and not matters:
        lines.add("✅ 今天没有要联系的了。").add("<i>想看看谁快到日子，点 /customers</i>")
        return Card(lines.text())
    if rows:
        lines.add("📌 <b>今天要联系 {} 位</b>　{}", len(rows), day_title(today))
    else:
        lines.add("📌 <b>今天还有 {} 件事</b>　{}", len(matters), day_title(today))
    return _list(lines, rows, today, matters)


def day_title(today: date) -> str:
    """A date as a heading."""
    return f"{today.month}月{today.day}日 周{'一二三四五六日'[today.weekday()]}"


def _list(lines: Lines, rows: Sequence[DueCustomer], today: date, matters: Sequence[Occasion]) -> Card:
    for number, row in enumerate(rows[:SHOWN], start=1):
        lines.gap()
        lines.add(
            "<b>{}. {}</b>{}　{}",
            number,
            short(row.name, NAME),
            f" {short(row.company, NAME)}" if row.company else "",
            " · ".join(part for part in (row.type_zh, f"{row.grade}级" if row.grade else "") if part),
        )
        if row.promises or not row.occasions:
            lines.add("{} {}", "🔴" if row.lateness == "late" else "🟡", _why(row, today))
        for one in row.occasions[:OCCASIONS]:
            lines.add("{}", short(occasions.why(one, today), REASON))
        roomy = len(rows) <= SPACIOUS or not row.promises
        if roomy and row.occasions and (tip := occasions.tip(row.occasions[0], today, row.type_id)):
            lines.add("　<i>{}</i>", tip)
        if row.last_note:
            lines.add("上次：{}", short(row.last_note, LINE))
        if row.next_step:
            lines.add("👉 {}", short(row.next_step, LINE))
        if row.opening and len(rows) <= SPACIOUS:
            lines.add("💬 <i>{}</i>", row.opening)
    rest = rows[SHOWN:]
    if rest:
        lines.gap().add("还有 {} 位：{}", len(rest), short("、".join(row.name for row in rest), REST))
        lines.add("<i>处理完上面的再点 /today 。</i>")
    buttons = tuple(
        (
            Button(f"✅ {row.name[:6]}", f"r:done:{row.id}"),
            Button("没联系上", f"r:missed:{row.id}"),
            Button("延后 ⋯", f"r:more:{row.id}"),
        )
        for row in rows[:SHOWN]
    )
    own = occasions.matters(lines, matters, today)
    return Card(lines.text(), (*buttons, *own))


def _why(row: DueCustomer, today: date) -> str:
    if row.promises:
        return f"说好的：{short('；'.join(row.promises), PROMISED)}"
    late = (today - row.due).days
    since = f"上次 {ago(row.last_contact, today)}" if row.last_contact else "还没联系过"
    return f"该{HOW.get(row.method, '联系')}了，{since}{f'，晚了 {late} 天' if late > 0 else ''}"


HOW = {"visit": "上门", "phone": "打电话", "wechat": "发微信"}


def done(name: str, on: date | None, today: date) -> Card:
    """Logged; one sentence more is welcome."""
    lines = Lines().add("✅ {} 记下了，下次 <b>{}</b>", name, day(on, today))
    return Card(lines.add("想补一句聊了什么，直接发给我。").text())


def missed(name: str, on: date | None, today: date) -> str:
    """Not reached; tried again later."""
    return f"{name} 没联系上，{day(on, today)}再提醒你。"


def later(id: int, name: str) -> Card:
    """Until when?"""
    return Card(Lines().add("<b>{}</b> 延后几天？", name).text(), _days(id))


def _days(id: int) -> Rows:
    days = (Button("1 天", f"r:by:{id}:1"), Button("3 天", f"r:by:{id}:3"), Button("7 天", f"r:by:{id}:7"))
    return (days, (Button("📅 说个日子", f"r:date:{id}"),))


def moved(name: str, on: date | None, today: date) -> str:
    """Put off."""
    return f"好，{name} 改到 {day(on, today)}。"


def more(id: int, name: str) -> Card:
    """Further outcomes."""
    rows = (
        *_days(id),
        (Button("👤 打开客户", f"p:open:{id}"), Button("🔁 转交同事", f"r:give:{id}")),
        (Button("⏸ 不再提醒", f"r:stop:{id}"),),
    )
    return Card(Lines().add("<b>{}</b> 延后几天？或者：", name).text(), rows)


def stopped(name: str, id: int) -> Card:
    """No more reminders."""
    return Card(Lines().add("⏸ 不再提醒联系 {}。", name).text(), ((Button("↩️ 恢复提醒", f"p:resume:{id}"),),))


def give(id: int, name: str, mates: Sequence[tuple[int, str]]) -> Card:
    """Hand over to whom?"""
    if not mates:
        return Card(Lines().add("团队里还没有别的同事可以接手。让主管用 /invite 请人进来。").text())
    buttons = [Button(mate, f"r:given:{id}:{person}") for person, mate in mates]
    lines = Lines().add("把 <b>{}</b> 转给谁？转了之后你就看不到这位客户了。", name)
    return Card(lines.text(), (*grid(buttons, 2), (Button("不转了", f"p:open:{id}"),)))


def check() -> Card:
    """An uncertain morning message is asked about, never repeated."""
    lines = Lines().add("今早的清单可能没有送到你这里（网络中断）。没看到的话点一下：")
    return Card(lines.text(), ((Button("📌 看今天的清单", "r:today"),),))


def set_for(name: str, on: date, what: str, today: date, hour: str = "") -> Card:
    """A reminder is set; `hour` is a time or part of the day."""
    when = f"{day(on, today)} {hour}".strip()
    return Card(Lines().add("⏰ 好，<b>{}</b> 提醒你联系 {}{}。", when, name, f"：{what}" if what else "").text())


def ask_when(name: str) -> Card:
    """When, and about what?"""
    lines = Lines().add("什么时候提醒你联系 <b>{}</b>？做什么？例：", name)
    return Card(lines.add("<i>下周三问合同盖章没有</i>").text())
