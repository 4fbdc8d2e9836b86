"""The words of the customer's record. Callback data: `p:<verb>:<customer>[:<argument>]`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cards import complaints, contacts
from cards.card import Button, Card, Lines, Rows, grid, latest, paged, percent, short
from cards.complaints import ComplaintView
from cards.days import ago, day
from knowledge.cadence import GRADES, METHODS, Rhythm
from knowledge.contacts import Contact

FIELDS = {
    "name": "称呼",
    "company": "公司",
    "phone": "电话",
    "wechat": "微信",
    "notes": "备注",
    "next_step": "下一步",
    "next_contact_on": "下次联系日期",
    "every_days": "跟进间隔",
}
ASKED = {
    "name": "新的称呼是？",
    "company": "公司或单位叫什么？",
    "phone": "电话号码是？",
    "wechat": "微信号是？",
    "notes": "想记什么？发过来会加在备注后面。",
    "next_step": "下一步要做什么？",
    "next_contact_on": "下次什么时候联系？例：下周三、三天后、12月8号",
    "every_days": "多少天联系一次？例：10、十天、两周；发 0 按等级的节奏来。",
}
EVERY = (7, 14, 30, 60)  # days to tap
WHEN_GRADED = {"A": "A · 3 个月内", "B": "B · 4–6 个月", "C": "C · 7–12 个月", "D": "D · 一年以后"}
# With these limits the longest card stays inside Telegram's 4096; all but the first count UTF-16 units.
PROMISES = 8
NAME = 80
PROMISE = 100
LONGEST_DAY = 12  # characters: 下周三上午十点半 and what goes with it
NOTE = 200
NOTES = 600
LATENESS = {"none": "⚪", "early": "🟢", "due": "🟡", "late": "🔴"}


@dataclass(frozen=True, slots=True)
class ProspectView:
    """A customer as it is shown. `visits` are (date, method, outcome, note), newest first; `promises` (date, hour or
    "", what); `tests` (type, test, date), newest first.
    """

    id: int
    name: str
    company: str = ""
    phone: str = ""
    wechat: str = ""
    notes: str = ""
    next_step: str = ""
    grade: str = ""
    archived: bool = False
    paused: bool = False
    type_id: str = ""
    type_zh: str = ""
    type_p: float = 0.0
    type_by: str = ""
    type_stale: bool = False  # has to be looked at again: after a hand-over, and after a year
    type_why: tuple[str, ...] = ()
    last_contact: date | None = None
    next_contact: date | None = None
    lateness: str = "none"
    rhythm: str = ""
    visits: tuple[tuple[date, str, str, str], ...] = ()
    promises: tuple[tuple[date, str, str], ...] = ()
    tests: tuple[tuple[str, str, date], ...] = ()
    figures: tuple[str, ...] = ()  # the facts that stand on the card, as said
    dates: tuple[str, ...] = ()  # the days of the customer's that matter, as said
    complaints: tuple[ComplaintView, ...] = ()  # open ones
    people: tuple[Contact, ...] = ()


def whole(view: ProspectView, today: date, notice: str = "") -> Card:
    """The customer's card."""
    lines = Lines()
    if notice:
        lines.add("{}", notice).gap()
    lines.add(
        "👤 <b>{}</b>{}{}",
        short(view.name, NAME),
        f"　{short(view.company, NAME)}" if view.company else "",
        "　（已归档）" if view.archived else "",
    )
    _ways(lines, view)
    lines.add("🏷 {}　{}", _type(view), GRADES[view.grade])
    since = f"上次 {ago(view.last_contact, today)}" if view.last_contact else ago(None, today)
    lines.add("🕘 {}　{} {}", since, LATENESS[view.lateness], _next(view, today))
    if view.rhythm:
        lines.add("<i>{}</i>", view.rhythm)
    if view.complaints:
        lines.add("😤 抱怨：{}", complaints.in_short(view.complaints[0], len(view.complaints) - 1, today))
    if view.people:
        lines.add("👥 {}", contacts.in_short(view.people))
    if view.next_step:
        lines.add("👉 下一步：{}", short(view.next_step, NOTE))
    told = {note for _, _, _, note in view.visits}
    for on, at, what in view.promises[:PROMISES]:
        when = f"{day(on, today)} {at}".rstrip()
        lines.add(
            "⏰ {}：{}",
            when,
            "上次说好的" if any(_is_all_of(what, note) for note in told) else short(what, PROMISE) or "说好要联系",
        )
    if view.figures:
        lines.add("🧾 {}", short(" · ".join(view.figures), NOTE))
    if view.dates:
        lines.add("📅 {}", " · ".join(view.dates))
    if view.type_why:
        lines.add("📌 依据：{}", short("".join(view.type_why), NOTE))
    if view.tests:
        lines.add("🧪 测过：{}", " · ".join(f"{type}（{test}，{day(on, today)}）" for type, test, on in view.tests))
    if view.notes:
        lines.gap().add("📝 {}", latest(view.notes, NOTES))
    if view.visits:
        lines.gap().add("<b>🗂 来往</b>")
        lines.items([visit(row, today) for row in view.visits])
    return Card(lines.text(), _buttons(view))


def _is_all_of(what: str, note: str) -> bool:
    """Whether the words of a promise are a note without its day, which stands on the card anyway."""
    rest = iter(note)
    if what == note or not 0 < len(note) - len(what) <= min(LONGEST_DAY, len(what)):
        return what == note
    return all(char in rest for char in what)


def rhythm(rule: Rhythm, level: str, moved: Sequence[tuple[str, bool]]) -> str:
    """How often, by whose rule, and what made it faster or slower: (name, whether faster)."""
    whose = "你定的节奏" if rule.own else f"按客户级别“{level}”的节奏" if level else "按等级的节奏"
    told = f"{whose}：{rule.ideal} 天一次，最晚 {rule.latest} 天"
    why = "，".join(f"{name}要{'勤' if faster else '松'}一点" for name, faster in moved if name)
    return f"{told}（{why}）" if why else told


def _ways(lines: Lines, view: ProspectView) -> None:
    if view.phone:
        lines.add("📞 {}", view.phone)
    if view.wechat:
        lines.add("💬 微信 {}", view.wechat)


def _type(view: ProspectView) -> str:
    if not view.type_id:
        return "还没判断类型"
    how = "你确认的" if view.type_by == "corrected" else f"把握 {percent(view.type_p)}"
    return f"{view.type_zh}（{how}{'，要重新确认' if view.type_stale else ''}）"


def _next(view: ProspectView, today: date) -> str:
    if view.paused:
        return "已暂停提醒"
    return f"下次 {day(view.next_contact, today)}" if view.next_contact else "还没有计划"


def visit(row: tuple[date, str, str, str], today: date) -> str:
    """One contact in a line."""
    on, method, outcome, note = row
    if outcome == "asked":
        return f"❓ 哪天还没定：{short(note, NOTE)}"
    how = "没联系上" if outcome == "missed" else METHODS.get(method, "联系")
    return f"{day(on, today)} {how}{'：' + short(note, NOTE) if note else ''}"


def _buttons(view: ProspectView) -> Rows:
    id = view.id
    if view.archived:
        return ((Button("♻️ 恢复", f"p:restore:{id}"), Button("🗑 删除", f"p:erase:{id}")),)
    judge = Button("🔎 重新判断" if view.type_id else "🔎 判断类型", f"p:judge:{id}")
    still = ((Button("✔️ 还是这一型", f"p:sure:{id}"),),) if view.type_id and view.type_stale else ()
    advice = (Button("📖 怎么打交道", f"p:advice:{id}"),) if view.type_id else ()
    return (
        (Button("🧳 见面前", f"p:prep:{id}"), Button("✅ 记一次联系", f"p:visit:{id}"), *advice),
        *still,
        (judge, Button("⏰ 设提醒", f"p:remind:{id}")),
        (Button("📊 分级分类", f"f:open:{id}"), Button("🏷 定等级", f"p:grade:{id}")),
        (Button("👥 人脉", f"h:map:{id}"), Button("😤 抱怨", f"k:list:{id}")),
        (Button("📅 要紧日子", f"d:list:{id}"), Button("✍️ 查一句要发的话", f"p:check:{id}")),
        (Button("✏️ 修改", f"p:edit:{id}"), Button("📦 归档", f"p:archive:{id}")),
    )


def listing(
    rows: Sequence[ProspectView], count: int, at: int, size: int, words: str, today: date, *, archived: bool = False
) -> Card:
    """One page of customers."""
    lines = Lines()
    if not count:
        if words:
            lines.add("没有找到和“{}”有关的客户。", words)
        elif archived:
            lines.add("没有归档的客户。")
        else:
            lines.add("还没有客户。见客户前发一句描述，或者点 /new ，判断完就能存下来。")
        return Card(lines.text(), ((Button("📋 全部客户", "p:page:0"),),) if words or archived else ())
    title = "📦 归档的客户" if archived else f"🔍 和“{words}”有关的客户" if words else "📋 我的客户"
    lines.add("<b>{}</b>　共 {} 位{}", title, count, f"，第 {at + 1} 页" if count > size else "")
    if not words and not archived:
        lines.add("<i>日子是下次该联系的时候。找人用 /customers 加名字、公司或电话</i>")
    buttons = [(Button(line(row, today), f"p:open:{row.id}"),) for row in rows]
    return Card(lines.text(), (*buttons, *_paging(count, at, size, words, archived=archived)))


def line(row: ProspectView, today: date, owner: str = "") -> str:
    """One customer on a button; `owner` is whose it is, "" for the caller's own."""
    late = (today - row.next_contact).days if row.next_contact else 0
    when = "已暂停" if row.paused else f"晚了 {late} 天" if late > 0 else day(row.next_contact, today)
    parts = [short(row.name, 12), short(owner, 6), row.type_zh or "未判断", row.grade, when]
    return f"{LATENESS[row.lateness]} " + " · ".join(part for part in parts if part)


def _paging(count: int, at: int, size: int, words: str, *, archived: bool) -> Rows:
    verb = "boxed" if archived else "page"
    tail = f":{words}" if words and len(f"p:page:999:{words}".encode()) <= 64 else ""
    box = () if archived or words else ((Button("📦 看归档", "p:boxed:0"),),)
    return (*paged(f"p:{verb}", at, more=(at + 1) * size < count, tail=tail), *box)


def ask_name() -> Card:
    """How is the customer called?"""
    lines = Lines().add("这位客户怎么称呼？电话、公司也可以一起发，例：")
    return Card(lines.add("<code>王总 13800000000 华鑫建材</code>").text())


def duplicates(rows: Sequence[ProspectView], interview_id: int, name: str) -> Card:
    """The same name or telephone number is there already."""
    lines = Lines().add("你已经有叫“{}”或者同一个电话的客户。是同一位吗？", name)
    same = [
        (Button(f"是 {row.name} {row.company or row.phone}"[:30].strip(), f"p:same:{row.id}:{interview_id}"),)
        for row in rows
    ]
    return Card(lines.text(), (*same, (Button("不是，另存一位", f"p:other:{interview_id}"),)))


def grade(view: ProspectView) -> Card:
    """By when will they buy?"""
    lines = Lines().add("<b>{}</b> 大概多久能成交？", view.name).add("<i>等级决定多久提醒你联系一次。</i>")
    buttons = [Button(zh, f"p:graded:{view.id}:{key}") for key, zh in WHEN_GRADED.items()]
    return Card(lines.text(), (*grid(buttons, 2), (Button("先不分级", f"p:graded:{view.id}:-"),)))


def edit(view: ProspectView) -> Card:
    """What is to be changed?"""
    buttons = [Button(zh, f"p:field:{view.id}:{key}") for key, zh in FIELDS.items()]
    pause = Button("▶️ 恢复提醒" if view.paused else "⏸ 暂停提醒", f"p:{'resume' if view.paused else 'pause'}:{view.id}")
    return Card(
        Lines().add("改 <b>{}</b> 的哪一项？", view.name).text(),
        (
            *grid(buttons, 4),
            (pause, Button("🔁 转交同事", f"r:give:{view.id}")),
            (Button("👀 谁能看、谁看过", f"j:seen:{view.id}"), Button("📄 导出这位", f"j:file:{view.id}")),
            (Button("🗑 删除", f"p:erase:{view.id}"), Button("⬅️ 返回", f"p:open:{view.id}")),
        ),
    )


def ask_field(field: str, name: str) -> Card:
    """Ask for the new value of a field."""
    return Card(Lines().add("<b>{}</b>：{}", name, ASKED[field]).add("<i>不改了就点 /cancel</i>").text())


def ask_rhythm(view: ProspectView, own: int | None) -> Card:
    """How often is this customer to be contacted? `own` is the rep's own number of days, if there is one."""
    lines = Lines().add("<b>{}</b>：{}", view.name, ASKED["every_days"])
    lines.add("<i>现在是{}</i>", view.rhythm).add("<i>不改了就点 /cancel</i>")
    days = tuple(Button(f"{days} 天", f"p:every:{view.id}:{days}") for days in EVERY if days != own)
    back = ((Button("↩️ 按等级的节奏来", f"p:every:{view.id}:0"),),) if own else ()
    return Card(lines.text(), (days, *back))


def ask_erase(view: ProspectView) -> Card:
    """Deleting cannot be undone."""
    lines = Lines().add("真的删除 <b>{}</b>？来往、判断、提醒、抱怨和人脉会一起删掉，找不回来。", view.name)
    lines.add("只是暂时不跟，可以“归档”。")
    return Card(lines.text(), ((Button("🗑 删除", f"p:erased:{view.id}"), Button("不删了", f"p:open:{view.id}")),))


def erased() -> Card:
    """Gone; the name is not said again, since what is said is kept for a while."""
    return Card(Lines().add("🗑 已经彻底删除，来往、判断、提醒、抱怨、人脉都没了。聊天里以前的消息要你自己删。").text())


def archived(name: str, id: int) -> Card:
    """Put away."""
    lines = Lines().add("📦 {} 已归档，不再提醒。", name)
    return Card(lines.text(), ((Button("↩️ 撤销", f"p:restore:{id}"), Button("📋 全部客户", "p:page:0")),))


def gone() -> str:
    """The customer does not exist for this person."""
    return "找不到这位客户，可能已经删除，或者不是你的客户。"


def bad_number() -> Card:
    """Not a number of days."""
    return Card(
        Lines()
        .add("没看懂，最长 365 天。例：<code>10</code>、<code>十天</code>、<code>两周</code>。不改了就点 /cancel")
        .text()
    )


def bad_phone() -> Card:
    """Not a telephone number."""
    return Card(
        Lines()
        .add("这不像电话号码。发 5 到 20 位数字，可以带 + 和 -，例：<code>13800000000</code>。不改了就点 /cancel")
        .text()
    )


def bad_date(past: bool, *, asked: bool = True) -> Card:
    """Not a date that can be used; `asked` says that another one is waited for."""
    told = (
        "这一天已经过去了。换一个今天以后的日子，例：下周三。"
        if past
        else "没看懂是哪一天。可以这样说：明天、三天后、下周三、12月8号。"
    )
    return Card(Lines().add("{}{}", told, "算了就点 /cancel" if asked else "").text())


def choose(rows: Sequence[ProspectView], verb: str, question: str) -> Card:
    """Which customer is meant?"""
    buttons = [Button(f"{row.name} {row.company}".strip()[:24], f"p:{verb}:{row.id}") for row in rows]
    return Card(Lines().add("{}", question).text(), grid(buttons, 2))


def nobody(called: str, rows: Sequence[ProspectView], stem: str, again: str = "") -> Card:
    """Nobody has that name. `rows` are those of the same surname; `again` is what was asked for, with the name of the
    one who must be meant.
    """
    lines = Lines().add("没有叫“{}”的客户。", short(called, NAME))
    if rows:
        lines.add("是{}吗？点一下。", "这位" if len(rows) == 1 else "这里面的一位")
    if again:
        lines.add("或者写全名再发（点一下就复制）：").add("<code>{}</code>", again)
    lines.add("<i>新客户就先建：</i><code>/new {}</code>", called)
    buttons = [Button(f"{row.name} {row.company}".strip()[:24], f"{stem}:{row.id}") for row in rows]
    return Card(lines.text(), (*grid(buttons, 2), (Button("📋 我的客户", "p:page:0"),)))


def logged(on: date, next_on: date | None, today: date, after: date | None = None) -> str:
    """A contact is kept; for which day, where that is not today. `after` is the day that it brought, if it is later
    than what comes next.
    """
    kept = "✅ 记下了" if on == today else f"✅ 记在{day(on, today)}"
    return f"{kept}。{upcoming(next_on, after, today)}"


def upcoming(next_on: date | None, after: date | None, today: date) -> str:
    """When the next contact is, and the one after that, where it is another."""
    later = f"，再下次 {day(after, today)}" if next_on and after and after > next_on else ""
    return f"下次联系：{day(next_on, today)}{later}"


def updated(changed: tuple[str, str] | None) -> str:
    """A judgement was kept; which type it replaced by which other."""
    return f"💾 已更新：原来是{changed[0]}，现在是{changed[1]}。" if changed else "💾 已更新。"


def not_reached(on: date, next_on: date | None, today: date) -> str:
    """A try is kept; for which day, where that is not today."""
    kept = "记下了" if on == today else f"记在{day(on, today)}"
    return f"📵 {kept}：没联系上。再试：{day(next_on, today)}"


def was_today(visit_id: int) -> tuple[Button, ...]:
    """The row below a contact that was kept for a day behind."""
    return (Button("🕘 是今天的", f"z:today:{visit_id}"),)


def only_planned(name: str, reminder_id: int, plan: tuple[date, str, str], today: date) -> Card:
    """A note that only says what will be done is kept for its day; `plan` is (date, hour or "", what)."""
    on, hour, what = plan
    when = f"{day(on, today)} {hour}".strip()
    lines = Lines().add(
        "⏰ 这是还没做的事，没算联系。<b>{}</b> 提醒你联系 {}{}。", when, name, f"：{what}" if what else ""
    )
    return Card(lines.text(), ((Button("✅ 已经联系了，记一次", f"z:did:{reminder_id}"),),))


def planned_for_some_day(
    name: str, reminder_id: int, plan: tuple[date, str], days: Sequence[date], today: date
) -> Card:
    """A plan without a day is kept for one of ours; `plan` is (date, what), `days` are others to tap."""
    on, what = plan
    lines = Lines().add(
        "⏰ 这是还没做的事，没算联系。没说哪天，先记在 <b>{}</b> 提醒你联系 {}：{}。", day(on, today), name, what
    )
    lines.add("<i>换一天就点一下。</i>")
    others = [Button(day(one, today), f"n:on:{reminder_id}:{one:%Y%m%d}") for one in days]
    return Card(lines.text(), (*grid(others, 2), (Button("✅ 已经联系了，记一次", f"z:had:{reminder_id}"),)))


def planned_note(on: date, hour: str, what: str) -> str:
    """The note of a contact in which something was planned; the day as it is called on any day."""
    return f"{on.month}月{on.day}日{hour}{what}" if what else f"说好{on.month}月{on.day}日{hour}联系"


def doubtful(name: str, visit_id: int, said: str, days: tuple[date, date | None], today: date) -> Card:
    """Something was done on a day that has not come yet: when was it? `days` are that day, and the last such one."""
    on, before = days
    lines = Lines().add("🤔 “{}”还没到（{}），话里却是做过了。是哪天的？", said, day(on, today))
    lines.add("<i>{} 的这一句先留着，点了才算数。</i>", name)
    was = ((Button(f"🕘 是{day(before, today)}的", f"z:then:{visit_id}"),),) if before else ()
    return Card(
        lines.text(),
        (*was, (Button("✅ 是今天的", f"z:now:{visit_id}"), Button("⏰ 还没做，到那天提醒", f"z:plan:{visit_id}"))),
    )


def ask_visit(name: str) -> Card:
    """What happened?"""
    lines = Lines().add("和 <b>{}</b> 聊得怎样？一句话就行，例：", name)
    lines.add("<i>电话聊了报价，他要跟老板商量，下周三再联系</i>")
    return Card(lines.text(), ())


def which_customer(command: str) -> Card:
    """A command needs a name."""
    lines = Lines().add("还没有这位客户，或者没写名字。这样用：").add("<code>{}</code>", command)
    return Card(lines.text(), ((Button("📋 我的客户", "p:page:0"),),))
