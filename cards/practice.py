"""The words of practice.

Callback data: `x:<verb>[:<system>:<type>]`, and of a drill `x:<drill>:<version>:<verb>[:<option>]`.

What is said is about one answer, never about the person who gave it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cards.card import Button, Card, Lines, Rows, grid, short
from cards.days import day
from knowledge.drill import RECOGNISE, REPLY, RIGHT, SKIPPED, UNKNOWN, WRITE, Drill, Item
from knowledge.practice import Exchange, Exercise
from knowledge.talk import Talk

KINDS = {RECOGNISE: "认人", REPLY: "接话", WRITE: "写一句"}
MARKS = {"good": "✅", "hard": "☑️", "again": "🔁"}  # right; right with help, or half of it; once more
ROOM = 200  # UTF-16 units of a reply that is quoted
NAME = 20
HINTS = 2  # lines of the card
LISTED = 60  # people on a manager's screen


@dataclass(frozen=True, slots=True)
class Place:
    """Where the buttons of a message point: a drill at a version."""

    id: int
    version: int


@dataclass(frozen=True, slots=True)
class Shown:
    """An item with everything that is said of it.

    `names` are the types by id; `telling` the words of the episode that give its type away, the strongest first;
    `other` the type that it was taken for, or is most easily taken for, and `apart` how to tell the two apart;
    `customers` are the rep's own of that type; `wrote` is a reply that was just written.
    """

    drill: Drill
    item: Item
    exercise: Exercise
    system_zh: str
    names: Mapping[str, str]
    talk: Talk
    telling: Sequence[str] = ()
    other: str = ""
    apart: str = ""
    customers: Sequence[str] = ()
    wrote: str = ""

    @property
    def type_zh(self) -> str:
        """What the type is called."""
        return self.names[self.item.type]

    def said(self, line: str) -> str:
        """A line with the team's own words in it."""
        return self.talk.fill([line])[0]

    @property
    def exchange(self) -> Exchange:
        """What the customer says, and the replies."""
        return self.exercise.exchanges[self.item.number % len(self.exercise.exchanges)]

    @property
    def episode(self) -> str:
        """What the customer did."""
        return self.exercise.episodes[self.item.number % len(self.exercise.episodes)]


def item(shown: Shown, place: Place) -> Card:
    """The item at hand, asked or told."""
    if shown.item.kind == RECOGNISE:
        return _recognise(shown, place)
    return _reply(shown, place) if shown.item.kind == REPLY else _write(shown, place)


def _title(shown: Shown, about: str) -> Lines:
    at, count = shown.drill.at + 1, len(shown.drill.items)
    return Lines().add("🏋️ <b>{}/{} {}</b>　{}", at, count, KINDS[shown.item.kind], about).gap()


def _recognise(shown: Shown, place: Place) -> Card:
    at = shown.item
    lines = _title(shown, shown.system_zh).add("<i>{}</i>", shown.episode).gap()
    if not at.done:
        if at.hinted and shown.telling:
            lines.add("💡 留意这一句：“{}”", shown.telling[0])
        options = [Button(shown.names[id], _data(place, "a", id)) for id in at.options]
        return Card(lines.add("这位客户像哪一种？").text(), (*grid(options, 2), _steering(place, at)))
    if at.chosen == at.right:
        lines.add("✅ 对，像 <b>{}</b>。", shown.type_zh)
    elif at.chosen == UNKNOWN:
        lines.add("👉 像 <b>{}</b>。", shown.type_zh)
    else:
        lines.add("🤔 更像 <b>{}</b>，你选的是{}。", shown.type_zh, shown.names[at.chosen])
    if shown.telling:
        lines.add("📌 露在这几句：{}", "".join(f"“{words}”" for words in shown.telling))
    if shown.apart:
        lines.add("↔️ 跟{}怎么分：{}", shown.names[shown.other], shown.apart)
    return Card(_own(lines, shown).text(), _onward(shown, place))


def _reply(shown: Shown, place: Place) -> Card:
    at, exchange = shown.item, shown.exchange
    lines = _talking(shown)
    said = [(number, exchange.replies[int(option)]) for number, option in enumerate(at.options, start=1)]
    if not at.done:
        for number, reply in said:
            lines.add("<b>{}</b>　“{}”", number, shown.said(reply.zh))
        if at.hinted:
            wrong = next(reply for reply in exchange.replies if not reply.fits)
            lines.gap().add("💡 这种人：{}", shown.said(wrong.why))
        options = tuple(
            Button(str(number), _data(place, "a", option)) for number, option in enumerate(at.options, start=1)
        )
        return Card(lines.gap().add("哪一句合适？").text(), (options, _steering(place, at)))
    right = 1 + at.options.index(RIGHT)
    if at.chosen == RIGHT:
        lines.add("✅ 对，第 {} 句合适。", right)
    elif at.chosen == UNKNOWN:
        lines.add("👉 第 {} 句合适。", right)
    else:
        lines.add("🤔 第 {} 句他不爱听，第 {} 句合适。", 1 + at.options.index(at.chosen), right)
    for number, reply in said:
        lines.gap().add("{} <b>{}</b>　“{}”", "✅" if reply.fits else "✖️", number, shown.said(reply.zh))
        lines.add("<i>{}：{}</i>", "该做" if reply.fits else "碰了", shown.said(reply.why))
    return Card(_own(lines.gap(), shown).text(), _onward(shown, place))


def _write(shown: Shown, place: Place) -> Card:
    at = shown.item
    lines = _talking(shown)
    if not at.done:
        lines.add("你怎么回？像发微信那样打字发给我，一两句就行。")
        if at.hinted:
            lines.gap().add("💡 打法卡上写着：").items(shown.talk.fill(shown.exercise.kind.card.do[:HINTS]))
        hint = () if at.hinted else (Button("💡 提示", _data(place, "hint")),)
        return Card(lines.text(), ((*hint, Button("⏭ 这题不写", _data(place, "skip")), _stop(place)),))
    if shown.wrote:
        lines.add("你写的：“{}”", short(shown.wrote, ROOM)).gap()
    if at.outcome == SKIPPED:
        lines.add("⏭ 没写也行，看看别人怎么回。")
    else:
        for check in shown.exercise.checks:
            met = check.id in at.met
            lines.add("{} {}", "✅" if met else "▫️", check.zh)
            if not met:
                lines.add("　<i>{}</i>", check.better)
    lines.gap().add("📖 一种回法：“{}”", shown.said(shown.exchange.replies[0].zh))
    return Card(_own(lines, shown).text(), _onward(shown, place))


def _talking(shown: Shown) -> Lines:
    """The customer, and what they say."""
    lines = _title(shown, f"对面是{shown.type_zh}（{shown.system_zh}）")
    return lines.add("客户：<b>“{}”</b>", shown.said(shown.exchange.says)).gap()


def _own(lines: Lines, shown: Shown) -> Lines:
    if shown.customers:
        names = "、".join(short(name, NAME) for name in shown.customers)
        lines.add("👤 你手上的 {} 也像这一型。", names)
    return lines


def _steering(place: Place, at: Item) -> tuple[Button, ...]:
    hint = () if at.hinted else (Button("💡 提示", _data(place, "hint")),)
    return (*hint, Button("🤷 说不准", _data(place, "a", UNKNOWN)), _stop(place))


def _stop(place: Place) -> Button:
    return Button("⏹ 先到这", _data(place, "stop"))


def _onward(shown: Shown, place: Place) -> Rows:
    last = shown.drill.at + 1 == len(shown.drill.items)
    label = "🏁 看这一组" if last else "▶️ 下一题"
    advice = Button("📖 看打法", f"a:{shown.item.system}:{shown.item.type}")
    stop = () if last else (_stop(place),)
    return ((Button(label, _data(place, "next")), advice, *stop),)


def _data(place: Place, verb: str, argument: str = "") -> str:
    return f"x:{place.id}:{place.version}:{verb}" + (f":{argument}" if argument else "")


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a drill that is over: what it was about, whether it went right, and when it comes again."""

    kind: str
    type_zh: str
    outcome: str
    again: date | None


def finished(lines_of: Sequence[Line], today: date, streak: int, advice: tuple[str, str, str] | None) -> Card:
    """What a drill was, and when its items come again; `streak` days in a row, 0 where nothing is said of it.

    `advice` is the system, the type and the name of a type that is worth another look.
    """
    lines = Lines().add("🏁 <b>这一组练好了</b>").gap()
    for one in lines_of:
        if one.outcome == SKIPPED:
            lines.add("⏭ {}　{}", KINDS[one.kind], one.type_zh)
            continue
        lines.add("{} {}　{}　<i>{}再来</i>", MARKS[one.outcome], KINDS[one.kind], one.type_zh, day(one.again, today))
    if streak:
        lines.gap().add("连续 {} 天了。", streak)
    more = (Button("🏋️ 再来一组", "x:new"),)
    return Card(
        lines.text(), (more, (Button(f"📖 再看看{advice[2]}", f"a:{advice[0]}:{advice[1]}"),)) if advice else (more,)
    )


def put_down(answered: int) -> Card:
    """Left in the middle."""
    lines = Lines().add("🏋️ 练习放下了{}。", f"，答过的 {answered} 题都记着" if answered else "")
    return Card(lines.add("想练了再发 /practice").text(), ((Button("🏋️ 再来一组", "x:new"),),))


def kept(type_zh: str, new: bool) -> str:
    """Put aside."""
    return f"{type_zh}放进练习单了，空了用 /practice 练。" if new else f"{type_zh}已经在练习单里，用 /practice 就能练。"


def noted() -> str:
    """A second tap on the answer just given."""
    return "这一题已经记下了。"


def past() -> str:
    """A button of a step that is over."""
    return "这是前面的按钮，那一题已经过去了。现在到这里。"


def over() -> str:
    """A button of a drill that is over."""
    return "这一组已经收了，想练再发 /practice"


def begun() -> str:
    """The second of two quick taps."""
    return "这一组已经出来了。"


def written_already() -> Card:
    """A reply to an item that is over."""
    return Card(Lines().add("{}。", over()).text())


def unknown_type(words: str) -> Card:
    """No type is called so."""
    lines = Lines().add("没有叫“{}”的类型可以练。", words)
    return Card(lines.add("发 /practice 直接练，或者 /advice 看看有哪些类型。").text())


# --- for managers -----------------------------------------------------------------------------------------------------


def team(title: str, rows: Sequence[tuple[str, int, int]], theme: str) -> Card:
    """Who practised how often this week: (name, days, drills); `theme` is what the type of the week is called."""
    lines = Lines().add("🏋️ <b>本周练习</b>　{}", title)
    lines.add("🎯 本周主题：<b>{}</b>", theme) if theme else lines.add("🎯 本周还没定主题。")
    lines.gap()
    for name, days, drills in rows[:LISTED]:
        told = f"{days} 天 · {drills} 组" if drills else "还没练"
        lines.add("{}　{}", short(name, NAME), told)
    if len(rows) > LISTED:
        lines.add("还有 {} 人没列出来。", len(rows) - LISTED)
    if not rows:
        lines.add("还没有销售。用 /invite 邀请同事进来。")
    lines.gap().add("<i>这里只看练没练。题目和答案只有本人看得到。</i>")
    label = "🎯 换主题" if theme else "🎯 定主题"
    return Card(lines.text(), ((Button(label, "x:topic"), Button("🏋️ 我也练一组", "x:new")),))


def topics(system: str, types: Sequence[tuple[str, str]], theme: str) -> Card:
    """Which type is practised first this week? `types` are (id, name)."""
    lines = Lines().add("🎯 <b>本周先练哪一型？</b>").add("你的团队（连下面的团队）这周先练到它。")
    lines.add("别的分类这样发：<code>/practice 主题 任务型</code>")
    buttons = [Button(zh, f"x:theme:{system}:{id}") for id, zh in types]
    none = ((Button("🚫 不要主题", "x:theme"),),) if theme else ()
    return Card(lines.text(), (*grid(buttons, 3), *none, (Button("⬅️ 返回", "x:team"),)))


def which_theme(words: str, found: Sequence[tuple[str, str, str]]) -> Card:
    """Several types are called so: (system, type, "name · system")."""
    lines = Lines().add("“{}”有几个，是哪一个？", words)
    return Card(lines.text(), tuple((Button(label, f"x:theme:{system}:{type}"),) for system, type, label in found))


def theme_set(type_zh: str) -> str:
    """The theme is set, or taken away."""
    return f"好，这周先练{type_zh}。" if type_zh else "好，这周没有主题。"


def no_team() -> str:
    """A manager without a team has nobody to give a theme to."""
    return "你还没有团队，定不了主题。请管理员先把你放进一个团队。"
