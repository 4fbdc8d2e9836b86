"""A manager's view: the team on one screen, a rep's week, who waits, the morning. Callback data: `t:`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cards.card import (
    TEXT_LIMIT,
    Button,
    Card,
    Lines,
    Picture,
    Rows,
    captioned,
    grid,
    paged,
    short,
    units,
    visible,
)
from cards.charts import Board, Day, Lane, Tile, Week
from cards.days import WEEKDAYS, day
from knowledge.attention import Matter
from knowledge.cadence import GRADES

PAGE = 10  # people on one picture
NAME = 16  # UTF-16 units of a name in a line of its own
KEYS = ("A", "B", "C", "D", "未")  # grades, as short as the colours of a picture are named
NOTE = 120
REMINDED, NO_NEED = "✓ 今天提醒过", "✓ 不用提醒了"  # on a button that was tapped


@dataclass(frozen=True, slots=True)
class RepLine:
    """One person's figures. `contacts`, `interviews` and `won` are of this week, `*_before` by this time last week;
    `left` are the customers still to be contacted this week, late ones included.
    """

    id: int
    name: str
    unreachable: bool = False
    customers: int = 0
    grades: Mapping[str, int] = field(default_factory=dict)
    today: int = 0
    overdue: int = 0
    left: int = 0
    contacts: int = 0
    contacts_before: int = 0
    interviews: int = 0
    interviews_before: int = 0
    won: int = 0
    won_before: int = 0

    @property
    def plan(self) -> int:
        """How many contacts the week has, made and to be made."""
        return self.contacts + self.left

    @property
    def mark(self) -> str:
        """How things stand, at a glance."""
        return "📵" if self.unreachable else "🔴" if self.overdue else "🟡" if self.today else "🟢"

    @property
    def counts(self) -> tuple[int, ...]:
        """Customers by grade, those without one last."""
        graded = [self.grades.get(grade, 0) for grade in "ABCD"]
        return (*graded, max(0, self.customers - sum(graded)))


def total(rows: Sequence[RepLine]) -> RepLine:
    """Everybody's figures together."""
    names = [name for name in RepLine.__slots__ if name not in {"id", "name", "unreachable", "grades"}]
    grades = {grade: sum(row.grades.get(grade, 0) for row in rows) for grade in "ABCD"}
    return RepLine(0, "", grades=grades, **{name: sum(getattr(row, name) for row in rows) for name in names})


def empty(title: str) -> Card:
    """A team of nobody."""
    return Card(Lines().add("<b>👥 {}</b>", title).add("还没有人。用 /invite 邀请同事进来。").text())


def board(title: str, rows: Sequence[RepLine], at: int, away: str = "") -> Picture:
    """The team: its figures, and page `at` of its people; `rows` are all of them, the first to be looked at first.

    `away` says who is on leave.
    """
    all_, shown = total(rows), rows[at * PAGE : (at + 1) * PAGE]
    alt = f"图：{title} {len(rows)} 人，客户 {all_.customers} 位，本周联系 {all_.contacts}/{all_.plan}，"
    alt += f"逾期 {all_.overdue}，今天 {all_.today}；下面每人一条，内容和文字一样。"
    words = Lines().add("<b>👥 {}</b>　{} 人", title, len(rows))
    words.add("客户 {}（{}）", all_.customers, by_grade(all_) or "还没分级")
    words.add("本周联系 <b>{}</b>/{}（{}）", all_.contacts, all_.plan, since(all_.contacts, all_.contacts_before))
    words.add("判断 {}{}　成交 {}{}", all_.interviews, _change(all_.interviews, all_.interviews_before),
              all_.won, _change(all_.won, all_.won_before))  # fmt: skip
    words.add("🔴 逾期 {}　🟡 今天 {}", all_.overdue, all_.today)
    if away:
        words.add("{}", away)
    words.gap()
    for row in shown:
        words.add("{} <b>{}</b>　{}", row.mark, short(row.name, NAME), _pressing(row))
    buttons = _board_buttons(rows, shown, at)
    chart = Board(
        f"{short(title, 24)} · 本周", _tiles(all_), KEYS, tuple(map(_lane, shown)), _more(len(rows), at, len(shown))
    )
    return Picture(chart, alt, captioned(alt, words, buttons), Card(words.text(), buttons))


def _pressing(row: RepLine) -> str:
    said = [f"{row.customers} 位", f"{row.contacts}/{row.plan}"]
    said += [f"逾期 {row.overdue}"] if row.overdue else []
    said += [f"今天 {row.today}"] if row.today else []
    return " · ".join([*said, *(["收不到消息"] if row.unreachable else [])])


def by_grade(row: RepLine) -> str:
    """Customers by grade, in short."""
    return " ".join(f"{key}{count}" for key, count in zip((*"ABCD", "未分级 "), row.counts, strict=True) if count)


def since(now: int, before: int) -> str:
    """A change against last week by this time."""
    return "和上周同期一样" if now == before else f"比上周同期{'多' if now > before else '少'} {abs(now - before)}"


def _change(now: int, before: int) -> str:
    """The same, in a sign, nothing where nothing changed."""
    return "" if now == before else f"（{'↑' if now > before else '↓'}{abs(now - before)}）"


def _arrow(now: int, before: int) -> str:
    return "和上周平" if now == before else f"{'↑' if now > before else '↓'} {abs(now - before)}"


def _tiles(row: RepLine) -> tuple[Tile, ...]:
    return (
        Tile("客户", str(row.customers), "", alarming=False),
        Tile("本周联系", f"{row.contacts}/{row.plan}", _arrow(row.contacts, row.contacts_before), alarming=False),
        Tile("逾期", str(row.overdue), f"今天 {row.today}", alarming=row.overdue > 0),
        Tile("判断", str(row.interviews), _arrow(row.interviews, row.interviews_before), alarming=False),
        Tile("成交", str(row.won), _arrow(row.won, row.won_before), alarming=False),
    )


def _lane(row: RepLine) -> Lane:
    return Lane(
        short(row.name, 24),
        row.counts,
        row.contacts,
        row.plan,
        row.overdue,
        row.today,
        row.interviews,
        row.won,
        row.unreachable,
    )


def _more(many: int, at: int, shown: int) -> str:
    return f"第 {at * PAGE + 1}–{at * PAGE + shown} 人，共 {many} 人；最要看的在前" if many > PAGE else ""


def _board_buttons(rows: Sequence[RepLine], shown: Sequence[RepLine], at: int) -> Rows:
    people = [Button(f"{row.mark} {short(row.name, NAME)}", f"t:rep:{row.id}") for row in shown]
    pages = paged("t:board", at, more=(at + 1) * PAGE < len(rows))
    return (
        *grid(people, 2),
        *pages,
        (Button("📌 谁在等", "t:late:0"), Button("🔻 漏斗", "t:funnel")),
        (Button("🗂 类型", "t:types"), Button("💡 什么管用", "g:worth")),
    )


# --- a rep ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LateLine:
    """A customer who waits. `nudged`: the rep has been reminded today; `own`: it is the reader's own customer."""

    id: int
    name: str
    grade: str
    type_zh: str
    due: date
    owner: str
    nudged: bool = False
    own: bool = False


def rep(
    row: RepLine, days: Sequence[tuple[date, int, int]], late: Sequence[LateLine], today: date, *, own: bool
) -> Picture:
    """A rep's week: `days` are (date, contacts made, customers still due on it); `late` the first who wait."""
    alt = f"图：{short(row.name, 20)} 这一周每天联系了几次、还有几位该联系："
    alt += "，".join(_said(on, done, left) for on, done, left in days if done or left) or "都是空的"
    words = Lines().add("{} <b>{}</b> 的一周", row.mark, short(row.name, 40))
    words.add("客户 {}{}", row.customers, f"（{by_grade(row)}）" if row.customers else "")
    words.add("联系 <b>{}</b>/{}（{}）", row.contacts, row.plan, since(row.contacts, row.contacts_before))
    words.add("判断 {}　成交 {}", row.interviews, row.won)
    if row.unreachable:
        words.add("📵 他收不到我的消息，请他点一下 /start。")
    if late:
        words.gap().add("<b>在等的客户</b>（{} 位）", row.overdue)
        for one in late:
            words.add("{}", _late(one, today))
    else:
        words.gap().add("没有客户在等，这一周挺稳。")
    buttons = _late_buttons(late, "w") + _rep_buttons(row, late, own=own)
    columns = tuple(Day(WEEKDAYS[on.weekday()], done, left, on == today) for on, done, left in days)
    chart = Week(f"{short(row.name, 20)} · 本周", _tiles(row)[1:], columns)
    return Picture(chart, f"{alt}。", captioned(f"{alt}。", words, buttons), Card(words.text(), buttons))


def _said(on: date, done: int, left: int) -> str:
    return f"周{WEEKDAYS[on.weekday()]} " + " ".join(
        [*([f"联系 {done}"] if done else []), *([f"待 {left}"] if left else [])]
    )


def _rep_buttons(row: RepLine, late: Sequence[LateLine], *, own: bool) -> Rows:
    more = (Button(f"📌 全部 {row.overdue} 位", f"t:due:{row.id}:0"),) if row.overdue > len(late) else ()
    return ((*more, Button("👥 团队", "t:board:0")),) if not own else ((*more,),) if more else ()


def _late(one: LateLine, today: date) -> str:
    parts = (GRADES[one.grade] if one.grade else "", one.type_zh, f"晚 {(today - one.due).days} 天")
    return f"🔴 {short(one.name, NAME)}　{' · '.join(part for part in parts if part)}"


def _late_buttons(rows: Sequence[LateLine], at: str) -> Rows:
    """Each customer with a way to remind the rep, once a day."""
    return tuple((Button(f"👤 {short(one.name, NAME)}", f"t:see:{one.id}"), *_nudge(one, at)) for one in rows)


def _nudge(one: LateLine, at: str) -> tuple[Button, ...]:
    return () if one.own else (_nudge_button(one.id, one.owner, at, nudged=one.nudged),)


def _nudge_button(id: int, owner: str, at: str, *, nudged: bool) -> Button:
    return Button(REMINDED if nudged else f"👋 提醒{short(owner, 8)}", f"t:nudge:{id}:{at}")


def which_rep(rows: Sequence[tuple[int, str]], name: str) -> Card:
    """Whose week?"""
    lines = Lines().add(
        "“{}”有好几位，看谁的？" if name else "看谁的一周？直接发名字也行：<code>/rep 小李</code>", name
    )
    return Card(lines.text(), grid([Button(short(zh, 20), f"t:rep:{id}") for id, zh in rows], 2))


def no_rep(name: str) -> Card:
    """Nobody is called so."""
    return Card(Lines().add("你的团队里没有叫“{}”的人。", name).text(), ((Button("👥 看团队", "t:board:0"),),))


def gone() -> str:
    """Not in the caller's teams, or not there."""
    return "找不到：可能已经离开或删除，或者不在你的团队里。"


# --- who waits --------------------------------------------------------------------------------------------------------


def overdue(title: str, rows: Sequence[LateLine], count: int, at: int, size: int, today: date, person: int = 0) -> Card:
    """One page of the customers whose day has passed, of the team or of `person`."""
    lines = Lines()
    if not count:
        lines.add("✅ <b>{}</b>：没有客户在等，都联系上了。", title)
        return Card(lines.text(), ((Button("👥 团队", "t:board:0"),),))
    pages = -(-count // size)
    lines.add("📌 <b>{}</b>　{} 位客户在等{}", title, count, f"，第 {at + 1}/{pages} 页" if pages > 1 else "")
    lines.add("<i>等级高的在前。点“提醒”我去说，一位客户一天最多一次。</i>").gap()
    for one in rows:
        lines.add("{}　<i>{}</i>", _late(one, today), short(one.owner, NAME))
    where = f"d{person}.{at}" if person else f"l{at}"
    stem = f"t:due:{person}" if person else "t:late"
    paging = paged(stem, at, more=at + 1 < pages)
    return Card(lines.text(), (*_late_buttons(rows, where), *paging, (Button("👥 团队", "t:board:0"),)))


def nudged(name: str) -> str:
    """The rep will hear of it."""
    return f"好，我去提醒{name}，话会说得客气。"


def nudged_already() -> str:
    """Once a day."""
    return "这位客户今天已经提醒过了，一天最多一次。"


def in_time() -> str:
    """Nothing to remind of."""
    return "这位客户现在不逾期了，不用提醒。"


def your_own() -> str:
    """Nobody reminds themselves."""
    return "这是你自己的客户，/today 里有。"


def cannot_hear(name: str) -> str:
    """Messages do not reach the rep."""
    return f"{name} 收不到我的消息，请当面说，并让他点一下 /start。"


def nudge(manager: str, customer_id: int, customer: str, due: date, today: date, step: str) -> Card:
    """What the rep reads."""
    lines = Lines().add(
        "👋 {}帮你留意着：<b>{}</b> 该联系了，{}到的日子。", manager or "主管", customer, day(due, today)
    )
    if step:
        lines.add("👉 下一步：{}", short(step, NOTE))
    lines.add("<i>联系过了就点一下，忙不过来就改个日子。</i>")
    return Card(
        lines.text(),
        (
            (Button("✅ 已联系", f"r:done:{customer_id}"), Button("👤 打开", f"p:open:{customer_id}")),
            (Button("⏰ 延后 ⋯", f"r:more:{customer_id}"), Button("📌 今天的清单", "r:today")),
        ),
    )


# --- the morning ------------------------------------------------------------------------------------------------------


def digest(matters: Sequence[Matter]) -> Card:
    """The few matters that need the manager, each with a button."""
    news = all(one.kind == "won" for one in matters)
    many = len([one for one in matters if one.kind != "won"])
    lines = Lines().add("{}", "🌅 今天团队里没有要你操心的事。" if news else f"🌅 今天有 {many} 件事要你看看：").gap()
    rows: list[tuple[Button, ...]] = []
    for one in matters:
        lines.add("{}", _matter(one))
        rows.append(_doing(one))
    lines.gap().add("<i>不想每天收，在 /settings 里关。</i>")
    return Card(lines.text(), (*rows, (Button("👥 看团队", "t:board:0:n"),)))


def _matter(one: Matter) -> str:
    rep, customer = short(one.rep_name, NAME), short(one.customer_name, NAME)
    return {
        "complaint": f"😤 {customer}（{rep}）的抱怨过了说好答复的日子，{one.days} 天了。",
        "unreachable": f"📵 {rep} 收不到我的消息，请他点一下 /start。",
        "grade_a": f"🔴 A 级的{customer}（{rep}）晚了 {one.days} 天没联系。",
        "many_late": f"📌 {rep} 有 {one.count} 位客户在等，可能忙不过来。",
        "quiet": f"🤝 {rep} 这周还没记过联系，还有 {one.count} 位要联系，问问要不要帮忙。",
        "won": f"🎉 {rep} 这周成交 {one.count} 位，夸一句。",
    }[one.kind]


def _doing(one: Matter) -> tuple[Button, ...]:
    rep = short(one.rep_name, 8)
    if one.kind in {"complaint", "grade_a"}:
        see = Button(f"👤 {short(one.customer_name, NAME)}", f"t:see:{one.customer}:n")
        nudge = (Button(f"👋 提醒{rep}", f"t:nudge:{one.customer}:r"),) if one.kind == "grade_a" else ()
        return (see, *nudge)
    return (Button(f"👤 {rep}的一周", f"t:rep:{one.rep}:n"),)


# --- a customer of the team -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CustomerView:
    """What a manager is told of a rep's customer beside the card. `back` is whether the owner's week can be seen."""

    id: int
    owner_id: int
    owner: str
    stage_zh: str = ""
    type: str = ""  # "system:type" where there is one
    late: bool = False
    nudged: bool = False
    back: bool = True


def customer(card: Card, view: CustomerView) -> Card:
    """A customer of the team, to be read: the owner's card without the owner's buttons, which stay the owner's."""
    lines = Lines().add("👀 <b>{}</b> 的客户，只能看。你看过会记下来，他看得到。", short(view.owner, 40))
    if view.stage_zh:
        lines.add("走到哪一步：{}", view.stage_zh)
    text = lines.gap().text() + "\n" + card.text
    if units(visible(text)) > TEXT_LIMIT:
        text = lines.add("<i>来往太多，放不下；导出来看。</i>").text()
    id = view.id
    nudge = (_nudge_button(id, view.owner, "s", nudged=view.nudged),) if view.late else ()
    advice = (Button("📖 怎么打交道", f"a:{view.type}"),) if view.type else ()
    back = ((Button(f"⬅️ {short(view.owner, NAME)}的一周", f"t:rep:{view.owner_id}"),),) if view.back else ()
    rows = (
        (*nudge, *advice),
        (Button("🔁 转交", f"u:who:p{id}"), Button("📄 导出这位", f"j:file:{id}")),
        (Button("👀 谁能看、谁看过", f"j:seen:{id}"), Button("🗑 彻底删除", f"j:erase:{id}")),
        *back,
    )
    return Card(text, tuple(row for row in rows if row))
