"""The words of lists. Callback data: `y:<verb>:<list>[:<argument>]`; `y:see:<customer>` opens one of them below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cards.card import Button, Card, Lines, Rows, fitted, paged, short
from cards.days import day
from cards.prospects import ProspectView, line
from knowledge.filters import Filter
from knowledge.suggestions import ListFile

NAME = 24  # characters of a list's name on a button
TOLD = 900  # UTF-16 units of what was understood
BIRTHDAYS = 16  # of the customers of one page
AGES = 300  # days; a birthday that comes later than that was not long ago
EXAMPLES = ("A级 两周没联系", "钻石或白金 有未结投诉", "30天内生日", "年成交额50万以上 没有下次联系", "不懂行 杀价型")
EVERY = {"w1": "每周一", "d": "每个工作日", "m1": "每月 1 号"}


@dataclass(frozen=True, slots=True)
class ListView:
    """A list as it is shown: `owner` is whose it is, "" for the caller's own; `team` whom it is shared with."""

    id: int
    name: str
    words: str
    kept: bool
    owner: str = ""
    team: str = ""


def home(
    rows: Sequence[ListView], suggested: Sequence[ListFile], notice: str = "", following: int | None = None
) -> Card:
    """All lists, and what else is worth having; `following` is where the next suggestions begin, None for no others."""
    lines = Lines()
    if notice:
        lines.add("{}", notice).gap()
    lines.add("🗂 <b>名单</b>")
    lines.add("想看哪些客户，一句话说出来，我随时照着最新的情况列。")
    lines.add("例：<code>/list A级 两周没联系 分析型</code>")
    buttons = [
        Button(f"{'👥' if row.owner or row.team else '🗂'} {short(row.name, NAME)}", f"y:open:{row.id}") for row in rows
    ]
    if suggested:
        lines.gap().add("<b>{}</b>", "这些也常用，点一下就看" if rows else "先看看这些")
        for one in suggested:
            lines.add("· {}：<i>{}</i>", one.words, one.why)
    tries = [Button(f"💡 {one.words}", f"y:try:{one.id}") for one in suggested]
    others = () if following is None else (Button("🔄 换一批", f"y:home:{following}"),)
    return Card(lines.text(), (*fitted(buttons, 22), *fitted(tries, 20), (*others, Button("✍️ 自己说一个", "y:ask"))))


def ask() -> Card:
    """Which customers?"""
    lines = Lines().add("想看哪些客户？几个条件写在一起就行，例：").gap()
    for example in EXAMPLES:
        lines.add("<code>{}</code>", example)
    return Card(lines.gap().add("<i>不看了就点 /cancel</i>").text())


def page(
    view: ListView,
    told: Filter,
    rows: Sequence[tuple[ProspectView, str]],
    count: int,
    at: int,
    size: int,
    today: date,
    *,
    may_give: bool,
    notice: str = "",
    nowhere: Sequence[str] = (),
    birthdays: Sequence[tuple[str, str, date]] = (),
) -> Card:
    """One page of a list: (customer, whose it is, "" for the caller's own); `nowhere` are words of the list that stand
    in no customer's record, `birthdays` those that it was asked for: (customer, who of the family or "", day).
    """
    lines = Lines()
    if notice:
        lines.add("{}", notice).gap()
    where = f"，第 {at + 1} 页" if count > size else ""
    lines.add("🗂 <b>{}</b>　{} 位{}", short(view.name, 60), count, where)
    lines.add("{}", short("我看的是：" + "，".join(told.said), TOLD))
    if told.unknown:
        lines.add("⚠️ 没看懂：{}（没算进去，换个说法试试）", short("、".join(f"“{word}”" for word in told.unknown), 200))
    if nowhere:
        absent = short("、".join(f"“{word}”" for word in nowhere), 200)
        lines.add("⚠️ 谁的资料里都没写着{}，所以一位也没有。是别的意思，就换个说法试试。", absent)
    if view.owner:
        lines.add("<i>{}分享给团队的，你看到的是你自己能看的客户。</i>", view.owner)
    elif view.team:
        lines.add("<i>已分享给{}，各人看到各人的客户。</i>", view.team)
    if not count:
        lines.gap().add("眼下没有这样的客户。" if told.terms else "换几个词试试，例：A级 两周没联系。")
    if birthdays:
        lines.gap()
    for name, who, on in birthdays[:BIRTHDAYS]:
        lines.add("🎂 {}　{}{}生日", _comes(on, today), short(name, 30), f"的{short(who, 10)}" if who else " ")
    if len(birthdays) > BIRTHDAYS:
        lines.add("<i>这一页还有 {} 个生日，点开客户看。</i>", len(birthdays) - BIRTHDAYS)
    listed = tuple((Button(line(row, today, owner), f"y:see:{row.id}"),) for row, owner in rows)
    paging = paged(f"y:open:{view.id}", at, more=(at + 1) * size < count)
    return Card(lines.text(), (*listed, *paging, *_verbs(view, count, may_give=may_give)))


def _comes(on: date, today: date) -> str:
    """When a birthday is; of this year's that was, only so much is known that it was."""
    return "今年过了" if (on - today).days > AGES else day(on, today)


def _verbs(view: ListView, count: int, *, may_give: bool) -> Rows:
    give = (Button("🔁 整份转交", f"u:who:l{view.id}"),) if may_give and count else ()
    home = Button("🗂 全部名单", "y:home")
    if view.owner:
        return ((Button("🔔 定期提醒我看", f"y:remind:{view.id}"), *give), (home,))
    if not view.kept:
        return ((Button("💾 存下这份名单", f"y:keep:{view.id}"), *give), (home,))
    share = Button("🙈 不分享了", f"y:own:{view.id}") if view.team else Button("👥 分享给团队", f"y:share:{view.id}")
    return (
        (Button("🔔 定期提醒我看", f"y:remind:{view.id}"), share),
        (Button("✏️ 改名", f"y:name:{view.id}"), Button("🗑 删掉", f"y:drop:{view.id}"), *give),
        (home,),
    )


def ask_name(name: str) -> Card:
    """What is the list to be called?"""
    return Card(Lines().add("“{}”改叫什么？发一个短名字。<i>不改了就点 /cancel</i>", name).text())


def renamed() -> str:
    """The list has another name, and so has what reminds of it."""
    return "✏️ 名字改好了。"


def every(view: ListView) -> Card:
    """How often?"""
    buttons = tuple(Button(zh, f"y:every:{view.id}:{code}") for code, zh in EVERY.items())
    lines = Lines().add("多久提醒你看一次“{}”？", short(view.name, 60))
    return Card(lines.text(), (buttons, (Button("⬅️ 返回", f"y:open:{view.id}"),)))


def matter(name: str) -> str:
    """What the reminder says."""
    return f"看名单：{name}"


def reminded(code: str) -> str:
    """The reminder is set."""
    return f"🔔 好，{EVERY[code]}早上提醒你看这份名单。不要了在 /remind 里取消。"


def dropped(view: ListView) -> Card:
    """The list is gone; the customers are not."""
    lines = Lines().add("🗑 名单“{}”删掉了，客户都还在。", short(view.name, 60))
    return Card(lines.text(), ((Button("↩️ 撤销", f"y:back:{view.id}"), Button("🗂 全部名单", "y:home")),))


def gone() -> str:
    """No such list for this person."""
    return "找不到这份名单，可能已经删掉，或者不再分享了。"


def full(most: int) -> str:
    """Too many lists."""
    return f"最多存 {most} 份名单。先删掉几份用不着的。"


def alone() -> str:
    """There is nobody to share with."""
    return "你还不在任何团队里，没法分享。"
