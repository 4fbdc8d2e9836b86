"""The words of handing customers over, and of the pool. Callback data: `u:<verb>:<what>[:<argument>]`.

`what` is handed over: `p<customer>`, `l<list>` or `a<person>` (everything of theirs).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cards.card import Button, Card, Lines, Rows, fitted, grid, paged, short
from knowledge.cadence import GRADES

NAME = 60
PEOPLE = 30  # people to choose from in one message
FIRST = 5  # customers that are named to the new owner


@dataclass(frozen=True, slots=True)
class Load:
    """What changes hands: how it is called, how many customers, and what comes with them."""

    zh: str
    count: int
    grades: Mapping[str, int]
    promises: int
    complaints: int
    late: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to choose: `gone` who left."""

    id: int
    name: str
    customers: int = 0
    gone: bool = False


def sources(people: Sequence[Colleague]) -> Card:
    """Whose customers?"""
    lines = Lines().add("🔁 转交谁的客户？")
    if any(one.gone for one in people):
        lines.add("<i>👋 的已经离开团队，客户还没人接。</i>")
    lines.add("也可以直接发：<code>/transfer 王总 小周</code>、<code>/transfer 小李 小周</code>（小李的全部）")
    lines.add("只转一部分：先 /list 列出来，再点“整份转交”。")
    buttons = [
        Button(f"{'👋 ' if one.gone else ''}{short(one.name, 16)} {one.customers} 位", f"u:from:{one.id}")
        for one in people[:PEOPLE]
    ]
    return Card(lines.text(), grid(buttons, 2))


def of_person(
    one: Colleague, rows: Sequence[tuple[int, str]], at: int, size: int, *, may_remove: bool, may_pool: bool
) -> Card:
    """All of them, or one of them: (customer, label)."""
    lines = Lines().add(
        "<b>{}</b> 名下 {} 位客户。{}", short(one.name, NAME), one.customers, "他已经离开团队。" if one.gone else ""
    )
    lines.add("全部一起转，还是挑一位？" if one.customers else "没有可转的。")
    every = ((Button(f"🔁 全部 {one.customers} 位", f"u:who:a{one.id}"),),) if one.customers else ()
    pool = ((Button("🌊 全部放进公海", f"u:pooled:{one.id}"),),) if may_pool and one.customers else ()
    listed = tuple((Button(short(label, 30), f"u:who:p{id}"),) for id, label in rows)
    paging = paged(f"u:from:{one.id}", at, more=(at + 1) * size < one.customers)
    out = ((Button("👋 他离开团队了", f"u:out:{one.id}"),),) if may_remove else ()
    return Card(lines.text(), (*every, *listed, *paging, *pool, *out))


def own(rows: Sequence[tuple[int, str]]) -> Card:
    """A rep chooses one of the own customers."""
    lines = Lines().add("🔁 转交哪一位？也可以直接发：<code>/transfer 王总 小周</code>")
    if not rows:
        lines.add("你还没有客户。")
    return Card(lines.text(), tuple((Button(short(label, 30), f"u:who:p{id}"),) for id, label in rows))


def targets(what: str, zh: str, people: Sequence[Colleague]) -> Card:
    """To whom?"""
    if not people:
        return Card(Lines().add("团队里还没有别的同事可以接手。让主管用 /invite 请人进来。").text())
    lines = Lines().add("把 <b>{}</b> 转给谁？", short(zh, NAME))
    if len(people) > PEOPLE:
        lines.add("<i>人多，列不全。直接发：/transfer 名字 接手的人</i>")
    buttons = [Button(short(one.name, 16), f"u:ask:{what}:{one.id}") for one in people[:PEOPLE]]
    return Card(lines.text(), (*grid(buttons, 2), (Button("不转了", "u:no"),)))


def confirm(what: str, load: Load, to: Colleague) -> Card:
    """What would happen."""
    lines = Lines().add("把 <b>{}</b>（{} 位）转给 <b>{}</b>？", short(load.zh, NAME), load.count, short(to.name, NAME))
    _load(lines, load)
    lines.add("<i>来往、说好的事、没结的抱怨一起过去，两边都会收到通知。一天内可以撤销。</i>")
    yes = Button("🔁 转", f"u:do:{what}:{to.id}")
    return Card(lines.text(), ((yes, Button("不转了", "u:no")),))


def _load(lines: Lines, load: Load) -> None:
    parts = [f"{GRADES[grade]} {count}" for grade, count in load.grades.items() if count]
    more = ((load.promises, "说好的事"), (load.complaints, "没结的抱怨"), (load.late, "过了联系日子"))
    parts += [f"{zh} {count}" for count, zh in more if count]
    if parts:
        lines.add("{}", " · ".join(parts))


def nothing(zh: str) -> str:
    """Nobody to hand over."""
    return f"{short(zh, NAME)}：没有可以转的客户。"


def done(zh: str, count: int, to: str, batch: str) -> Card:
    """Handed over."""
    many = f"（{count} 位）" if count > 1 else ""
    lines = Lines().add("🔁 <b>{}</b>{} 已转给 {}，来往记录一起过去了。", short(zh, NAME), many, short(to, NAME))
    return Card(lines.text(), ((Button("↩️ 撤销（一天内）", f"u:undo:{batch}"),),))


def undone(count: int) -> Card:
    """Back again."""
    return Card(Lines().add("↩️ 撤销了，{} 位客户回到原来的人手里。", count).text())


def too_late() -> str:
    """The day is over, or they moved on."""
    return "撤销不了：过了一天，或者客户又转走了。"


def received(by: str, before: str, load: Load, first: Sequence[tuple[int, str]], brief: str = "") -> Card:
    """To the new owner: what came, and where to begin."""
    lines = Lines().add("🔁 {} 把 <b>{}</b> 转给你了{}。", short(by, NAME), short(load.zh, NAME), before)
    if load.count > 1:
        lines.add("一共 {} 位。", load.count)
    _load(lines, load)
    if brief:
        lines.parts.append(brief)
    lines.gap().add("<i>类型是前一位判断的，见过面再确认一次。</i>")
    if load.count == 1 and first:
        id = first[0][0]
        return Card(lines.text(), ((Button("👤 打开客户", f"p:open:{id}"), Button("🧳 见面前", f"p:prep:{id}")),))
    lines.add("先联系这几位：")
    buttons = [Button(short(name, 16), f"p:open:{id}") for id, name in first[:FIRST]]
    return Card(lines.text(), (*fitted(buttons, 22), (Button("📋 全部客户", "p:page:0"),)))


def brief(rows: Sequence[tuple[str, str]]) -> str:
    """One customer in a few lines, for whoever takes over: (what, words), as HTML."""
    lines = Lines()
    for mark, words in rows:
        lines.add("{} {}", mark, short(words, 200))
    return str(lines.text())


def lost(by: str, zh: str, count: int, to: str) -> Card:
    """To the old owner."""
    what = f"{count} 位客户" if count > 1 else f"客户“{short(zh, NAME)}”"
    lines = Lines().add("🔁 {} 把你的{}转给 {} 了。", short(by, NAME), what, short(to, NAME))
    return Card(lines.add("有没交代完的，直接跟他说一声。").text())


def returned(by: str, count: int, mine: bool) -> Card:
    """To both, after an undo."""
    what = "回到你这里了" if mine else "转回去了"
    return Card(Lines().add("↩️ {} 撤销了刚才的转交，{} 位客户{}。", short(by, NAME), count, what).text())


def unknown(words: str) -> Card:
    """Neither a customer nor a person."""
    lines = Lines().add("没找到“{}”。这样写：<code>/transfer 王总 小周</code>（客户，接手的人）", short(words, NAME))
    return Card(lines.text())


def not_yours() -> str:
    """Not this person's to hand over."""
    return "这些客户不归你转，或者已经转走了。"


# --- the pool ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Idle:
    """A customer of the pool as shown before it is claimed: no number, no notes. `days` since the last contact."""

    id: int
    name: str
    company: str
    type_zh: str
    grade: str
    days: int
    owner: str


def pool(
    rows: Sequence[Idle], count: int, at: int, size: int, own: Sequence[tuple[int, str]], days: int, notice: str = ""
) -> Card:
    """A page of the pool, and the caller's own customers who are in it: (customer, label)."""
    lines = Lines()
    if notice:
        lines.add("{}", notice).gap()
    lines.add("🌊 <b>公海</b>　{} 位{}", count, f"，第 {at + 1} 页" if count > size else "")
    lines.add(
        "<i>{} 天没人联系、没安排下次的，和同事走了留下的客户。谁想跟就点谁，点到就归你；认领前看不到电话、备注。</i>",
        days,
    )
    for row in rows:
        who = " · ".join(part for part in (row.company, row.type_zh, row.grade and GRADES[row.grade]) if part)
        lines.add(
            "· <b>{}</b>{}　{} 天没联系（{}）",
            short(row.name, 30),
            f" {short(who, 60)}" if who else "",
            row.days,
            short(row.owner, 20),
        )
    if not count:
        lines.add("眼下没有。")
    if own:
        lines.gap().add("你自己的这几位也在里面，联系一下或者定个下次就留住了：")
    claims = [Button(f"🙋 {short(row.name, 12)}", f"u:claim:{row.id}") for row in rows]
    paging = paged("u:pool", at, more=(at + 1) * size < count)
    kept = [Button(f"👤 {short(label, 12)}", f"p:open:{id}") for id, label in own]
    return Card(lines.text(), (*grid(claims, 2), *paging, *grid(kept, 2)))


def no_pool() -> Card:
    """Not in use."""
    return Card(Lines().add("这里没有开公海（config.toml 里 pool.idle_days 是 0），或者你还不在任何团队里。").text())


def claimed(name: str, batch: str, id: int) -> Card:
    """It is the caller's."""
    lines = Lines().add("🙋 <b>{}</b> 是你的客户了，今天就在 /today 里。", short(name, NAME))
    return Card(lines.text(), ((Button("👤 打开客户", f"p:open:{id}"), Button("↩️ 放回去", f"u:undo:{batch}")),))


def missed() -> str:
    """Somebody was quicker."""
    return "晚了一步，已经有人接走，或者原来的人刚联系过。"


def claimed_from(name: str, by: str, days: int) -> Card:
    """To the old owner, kindly."""
    lines = Lines().add(
        "🌊 <b>{}</b> 有 {} 天没联系，进了公海，{} 接过去跟了。有什么要交代的，跟他说一声。",
        short(name, NAME),
        days,
        short(by, NAME),
    )
    return Card(lines.text())


def pooled(name: str, count: int) -> Card:
    """A leaver's customers are there for whoever wants them."""
    lines = Lines().add("🌊 {} 的 {} 位客户放进公海了，大家用 /pool 认领。", short(name, NAME), count)
    return Card(lines.text())


# --- leaving ----------------------------------------------------------------------------------------------------------


def ask_leave(customers: int) -> Card:
    """Really?"""
    lines = Lines().add("真的要离开团队？离开以后，我就不再推送，你也看不到客户了。")
    if customers:
        lines.add("你名下的 {} 位客户留在团队里，由主管安排人接手。", customers)
    lines.add("<i>以后回来，让主管再发一个邀请链接。没转走的客户还是你的。</i>")
    return Card(lines.text(), ((Button("👋 离开", "u:leave"), Button("不走了", "u:no")),))


def left() -> Card:
    """Goodbye."""
    return Card(Lines().add("👋 好的，你已经离开团队，谢谢这段时间。想回来就找主管要邀请链接。").text())


def last_admin() -> str:
    """Somebody has to stay."""
    return "你是最后一位管理员，走了就没人管了。先请一位：/invite 管理员"


def colleague_left(name: str, id: int, customers: int) -> Card:
    """To the managers."""
    lines = Lines().add("👋 <b>{}</b> 离开团队了。", short(name, NAME))
    buttons: Rows = ()
    if customers:
        lines.add("名下 {} 位客户还没人接，请安排一下。", customers)
        buttons = ((Button(f"🔁 安排 {customers} 位客户", f"u:from:{id}"),),)
    return Card(lines.text(), buttons)


def ask_out(one: Colleague) -> Card:
    """Remove somebody?"""
    lines = Lines().add(
        "把 <b>{}</b> 移出团队？他马上就用不了了，名下 {} 位客户由你安排。", short(one.name, NAME), one.customers
    )
    return Card(lines.text(), ((Button("👋 移出", f"u:gone:{one.id}"), Button("先不", "u:no")),))


def removed() -> Card:
    """To who was removed."""
    return Card(Lines().add("👋 主管把你移出了团队，客户由团队接手。如果弄错了，请找主管要一个新的邀请链接。").text())


def put_down() -> str:
    """Nothing happened."""
    return "好，没动。"
