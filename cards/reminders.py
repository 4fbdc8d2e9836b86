"""The morning's list and what comes of it. Callback data: `r:<verb>:<customer>[:<argument>]`."""

from collections.abc import Iterator, Sequence
from datetime import date

from cards import occasions
from cards.card import Button, Card, Lines, Rows, grid, paged, short
from cards.days import ago, dated, day
from knowledge.cadence import GRADES
from knowledge.due import DueCustomer, pages
from knowledge.kinds import Occasion
from knowledge.methods import Chosen

SPACIOUS = 3  # up to so many items there is room for how to go about it
# UTF-16 units, so that a page of items with everything long stays inside Telegram's 4096
NAME = 50
LINE = 100
PROMISED = 150
OPENING = 90
OCCASIONS = 2
REASON = 50
REST = 300
BARE = 8  # customers without a plan in one message
HOW = {"visit": "上门", "phone": "打电话", "wechat": "发微信"}
WAY = {"visit": "上门", "phone": "电话", "wechat": "微信"}


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
    if planned := _planned(rows):
        lines.add("☀️ <b>{}，今天联系 {} 位</b>　{}", name, planned, day_title(today))
    elif rows:
        lines.add("☀️ <b>{}，今天的排满了</b>　{}", name, day_title(today))
        lines.add("<i>还有 {} 位到了日子，可以往后放；有空就先做。</i>", len(rows))
    else:
        lines.add("☀️ <b>{}，今天有 {} 件事</b>　{}", name, len(matters), day_title(today))
    if missed:
        lines.add("<i>前 {} 个工作日服务中断，没发出的都并在这里了。</i>", missed)
    card = _list(lines, rows, today, matters)
    if not drill:
        return card
    lines.gap().add("🏋️ 今天练两分钟？")
    return Card(lines.text(), (*card.buttons, (Button("🏋️ 练两分钟", "x:new"),)))


def today_list(
    rows: Sequence[DueCustomer], today: date, matters: Sequence[Occasion] = (), page: int = 0, bare: int = 0
) -> Card:
    """The same list, asked for; `page` counts from 0, `bare` customers have no plan."""
    lines = Lines()
    planned = _planned(rows)
    if not rows and not matters:
        lines.add("✅ 今天没有要联系的了。").add("<i>想看看谁快到日子，点 /customers</i>")
        return Card(lines.text(), _bare(bare))
    if planned:
        lines.add("📌 <b>今天要联系 {} 位</b>　{}", planned, day_title(today))
    elif rows:
        lines.add("✅ <b>今天的排满了，该联系的都联系了</b>　{}", day_title(today))
        lines.add("<i>还有 {} 位到了日子，可以往后放；有空就先做。</i>", len(rows))
    else:
        lines.add("📌 <b>今天还有 {} 件事</b>　{}", len(matters), day_title(today))
    card = _list(lines, rows, today, matters, page)
    return Card(card.text, (*card.buttons, *_bare(bare)))


def _planned(rows: Sequence[DueCustomer]) -> int:
    return sum(not row.waits for row in rows)


def _bare(count: int) -> Rows:
    return ((Button(f"⚪ {count} 位还没有计划", "r:bare:0"),),) if count else ()


def day_title(today: date) -> str:
    """A date as a heading."""
    return f"{today.month}月{today.day}日 周{'一二三四五六日'[today.weekday()]}"


def _list(lines: Lines, rows: Sequence[DueCustomer], today: date, matters: Sequence[Occasion], page: int = 0) -> Card:
    places = pages(_planned(rows), len(rows))
    page = min(page, len(places) - 1)
    shown = [rows[at] for at in places[page]]
    if page and shown[0].waits:
        lines.gap().add("<i>这几位今天排不下，可以往后放：</i>")
    for number, row in enumerate(shown, start=places[page].start + 1):
        lines.gap()
        _item(lines, number, row, today, roomy=len(shown) <= SPACIOUS)
    _rest(lines, rows[places[page].stop :])
    buttons = tuple(
        (
            Button(f"✅ {row.name[:6]}", f"r:done:{row.id}"),
            Button("没联系上", f"r:missed:{row.id}"),
            Button("延后 ⋯", f"r:more:{row.id}"),
        )
        for row in shown
    )
    own = occasions.matters(lines, matters, today) if not page else ()
    return Card(lines.text(), (*buttons, *paged("r:page", page, more=page + 1 < len(places)), *own))


def _item(lines: Lines, number: int, row: DueCustomer, today: date, *, roomy: bool) -> None:
    """Who, why today, how, what was last, what is next, and how to begin."""
    lines.add(
        "<b>{}. {}</b>{}　{}",
        number,
        short(row.name, NAME),
        f" {short(row.company, NAME)}" if row.company else "",
        " · ".join(part for part in (row.type_zh, row.grade and GRADES[row.grade]) if part),
    )
    if row.promises or not row.occasions:
        lines.add("{} {}", "🔴" if row.lateness == "late" else "🟡", _why(row, today))
    for one in row.occasions[:OCCASIONS]:
        lines.add("{}", short(occasions.why(one, today), REASON))
    if row.occasions and (roomy or not row.promises) and (tip := occasions.tip(row.occasions[0], today, row.type_id)):
        lines.add("　<i>{}</i>", tip)
    if row.touch is not None and not row.promises and not row.occasions:
        why = how_so(row.touch)
        lines.add("🤝 {}{}", row.touch.method.zh, f"（{why}）" if why else "")
        if roomy:
            lines.add("　<i>{}</i>", row.touch.method.how)
            if row.words:
                lines.add("　“{}”", short(row.words, OPENING))
    if row.last_note:  # which says 今天 of its own day
        lines.add("上次{}：{}", f" {dated(row.noted_on, today)}" if row.noted_on else "", short(row.last_note, LINE))
    if row.next_step:
        lines.add("👉 {}", short(row.next_step, LINE))
    if row.opening:
        lines.add("💬 <i>{}</i>", short(row.opening, OPENING))


def how_so(touch: Chosen) -> str:
    """Why the next contact is to be made in that way, "" where there is nothing to say."""
    way = WAY[touch.way]
    told = {
        "first": "还没说上过话，先用最直接的",
        "turn": "该当面见一次了",
        "deaf": f"{WAY.get(touch.than, '')}两次没找到人，换{way}",
        "answers": f"{WAY.get(touch.than, '')}他很少回，{way}回得多",
        "suits": "他这一型吃这一套",
        "next": f"上次是“{touch.than}”，换一样" if touch.than else "",
    }
    return told[touch.why]


def _rest(lines: Lines, rest: Sequence[DueCustomer]) -> None:
    """Those on later pages, briefly."""
    for waits, title in ((False, "后面还有"), (True, "今天排不下，可以往后放的")):
        names = [row.name for row in rest if row.waits == waits]
        if names:
            lines.gap().add("{} {} 位：{}", title, len(names), short("、".join(names), REST))


def _why(row: DueCustomer, today: date) -> str:
    if row.promises:
        return short("；".join(_promised(row, today)), PROMISED)
    late = (today - row.due).days
    since = f"上次 {ago(row.last_contact, today)}" if row.last_contact else "还没联系过"
    waits = f"，最晚 {day(row.latest, today)}" if row.waits and row.latest and row.latest > today else ""
    return f"该{HOW.get(row.method, '联系')}了，{since}{f'，晚了 {late} 天' if late > 0 else ''}{waits}"


def _promised(row: DueCustomer, today: date) -> Iterator[str]:
    """What was promised, day by day: for today, or for a day that has passed and how long ago that is."""
    days = sorted({one.on for one in row.promises})
    for on in days:
        said = "；".join(one.said for one in row.promises if one.on == on)
        late = (today - on).days
        if late > 0:
            yield f"说好 {dated(on, today)}，晚了 {late} 天：{said}"
        else:
            yield f"说好的：{said}" if on == days[0] else f"说好今天：{said}"


def without_plan(rows: Sequence[tuple[int, str]], count: int) -> Card:
    """Customers (id, name) for whom no next contact is planned; `count` of them there are in all."""
    lines = Lines()
    if not rows:
        return Card(lines.add("✅ 每位客户都排了下次联系。").text())
    lines.add("⚪ <b>{} 位客户还没有计划</b>", count)
    lines.add("<i>没排日子的不会提醒你。点名字打开，或者按各自的节奏一次排上。</i>")
    names = [Button(f"👤 {name[:10]}", f"p:open:{id}") for id, name in rows]
    return Card(lines.text(), (*grid(names, 2), (Button(f"📅 这 {len(rows)} 位按节奏排上", "r:plan:0"),)))


def planned(rows: Sequence[tuple[str, date | None]], left: int, today: date) -> Card:
    """Those were planned just now: (name, day)."""
    lines = Lines().add("📅 <b>排好了</b>")
    lines.items([f"{short(name, NAME)}：{day(on, today)}" for name, on in rows])
    return Card(lines.text(), _bare(left))


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
