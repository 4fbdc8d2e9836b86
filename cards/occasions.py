"""Why a customer is due beside promises and the rhythm, the days of a customer's that matter, and one's own reminders.

Callback data: `d:<verb>:<customer>[:<fact>[:<value>]]` for days, `n:<verb>:<reminder>[:<argument>]` for reminders.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from cards.card import Button, Card, Lines, Rows, fitted, grid, paged, short
from cards.days import day
from knowledge import repeats
from knowledge.facts import Fact
from knowledge.festivals import load_festivals
from knowledge.kinds import BIRTHDAY, FAMILY, PROMISE, RENEWAL, SOLD, TRIAL, Occasion, load_kinds
from knowledge.yearly import read

MARKS = {BIRTHDAY: "🎂", RENEWAL: "🔁", TRIAL: "⏳", SOLD: "🤝"}
FACTS = {BIRTHDAY: "生日", RENEWAL: "续约续保", TRIAL: "试用到期", SOLD: "成交"}
EXAMPLES = {
    BIRTHDAY: "3月10日，或 农历八月十五",
    RENEWAL: "3月10日",
    TRIAL: "12月15号，或 月底",
    SOLD: "今天，或 11月20号",
}
PAGE = 8
LISTED = 5  # in a day's list, below its customers
NAME = 30  # UTF-16 units, as everywhere here
WHAT = 80
LINE = 48
GREET = 2  # days before a birthday from which on its greeting is shown
NAMES = 400  # of one greeting's customers


@dataclass(frozen=True, slots=True)
class Ahead:
    """A reminder that is coming, with the customer's name ("" for one without)."""

    one: Occasion
    name: str = ""


def named(fact: str) -> tuple[str, str]:
    """The mark and the name of a day: of a fact, or of the birthday of one of the family (`family:女儿`)."""
    if fact.startswith(f"{FAMILY}:"):
        return MARKS[BIRTHDAY], f"{fact.partition(':')[2]}生日"
    return MARKS[fact], FACTS[fact]


def hour(at: time | None, part: str) -> str:
    """A time of day as it is shown: 15:30, 下午, or nothing."""
    return f"{at:%H:%M}" if at else part


def why(one: Occasion, today: date) -> str:
    """Why today, in one line."""
    kind = load_kinds().all[one.kind]
    on = read(one.repeat[1:]) if one.repeat.startswith("y") else None
    year = f"（{on.said()}）" if on is not None and on.lunar else ""
    told = kind.why.format(day=day(one.day or one.on, today), what=one.what, year=year)
    when = [hour(one.at, one.part)] if one.kind == "own" else []
    about = one.day or one.on
    if one.kind == "own" and about != today:
        when.insert(0, day(about, today))
    if one.kind == "own" and about < today:
        told = f"晚了 {(today - about).days} 天：{told}"
    return f"{kind.mark} {' '.join([*filter(None, when), told])}"


def tip(one: Occasion, today: date, type_id: str = "") -> str:
    """What to do about it, or to write on a birthday to a customer of that type; "" where there is nothing to say."""
    if one.kind == BIRTHDAY and one.day is not None and (one.day - today).days <= GREET:
        festivals = load_festivals()
        write = "可以写" if one.day <= today else f"{day(one.day, today)}再发，可以写"  # the greeting says 今天
        return f"{write}：{festivals.birthday[festivals.tone(type_id)]}"
    return load_kinds().all[one.kind].tip


LIST = "list"  # the key of a reminder to look at a list begins with this, and its number follows


def matters(lines: Lines, rows: Sequence[Occasion], today: date) -> Rows:
    """The part of a day's list that is about no single customer; its buttons."""
    if not rows:
        return ()
    lines.gap()
    for one in rows[:LISTED]:
        lines.add("{}", short(why(one, today), LINE))
    if len(rows) > LISTED:
        lines.add("<i>还有 {} 件，见 /remind</i>", len(rows) - LISTED)
    return fitted([button for one in rows[:LISTED] for button in _matter(one)], 20)


def _matter(one: Occasion) -> Iterator[Button]:
    if one.kind == "festival":
        yield Button(f"🏮 {short(one.what, 8)}问候谁、怎么说", f"n:greet:{one.id}")
        return
    if one.key.startswith(LIST):
        yield Button("🗂 打开名单", f"y:show:{one.key.removeprefix(LIST)}")
    yield Button(f"✔️ {short(one.what, 12)}", f"n:done:{one.id}")


# --- one's own reminders: /remind -------------------------------------------------------------------------------------


def listing(rows: Sequence[Ahead], count: int, at: int, today: date, gone: Ahead | None = None) -> Card:
    """What is coming, with a button to cancel each; `gone` was cancelled just now and can be had back."""
    lines = Lines()
    if gone is not None:
        lines.add("🗑 取消了：{}", _line(gone, today)).gap()
    if not count:
        lines.add("⏰ 还没有提醒。")
    else:
        lines.add("⏰ <b>提醒</b>　共 {} 个{}", count, f"，第 {at + 1} 页" if count > PAGE else "")
        for number, row in enumerate(rows, start=1):
            lines.add("{}. {}", number, _line(row, today))
    lines.gap().add("<i>再加一个：直接发，或者写在 /remind 后面，例：</i>")
    for example in ("每月15号提醒我对账", "明天下午三点提醒我交周报", "王总 下周三问合同", "王总生日农历八月十五"):
        lines.add("<code>{}</code>", example)
    back = ((Button("↩️ 恢复刚取消的", f"n:back:{gone.one.id}"),),) if gone is not None else ()
    cancel = [Button(f"🗑 {number}", f"n:drop:{row.one.id}:{at}") for number, row in enumerate(rows, start=1)]
    who = ((Button("➕ 给客户设一个", "n:who:0"),),)
    return Card(lines.text(), (*back, *grid(cancel, 4), *paged("n:page", at, more=(at + 1) * PAGE < count), *who))


def _line(row: Ahead, today: date) -> str:
    one = row.one
    when = " ".join(part for part in (day(one.ahead, today), hour(one.at, one.part)) if part)
    again = repeats.said(one.repeat) if one.repeat and one.kind == "own" else ""
    what = one.what if one.kind in {PROMISE, "own"} else load_kinds().all[one.kind].zh
    what = f"{one.what}问候" if one.kind == "festival" else f"{one.what}生日" if one.kind == FAMILY else what
    parts = [short(row.name, NAME), short(what or "联系", WHAT)]
    return f"{when}　{' · '.join(part for part in parts if part)}{f'（{again}）' if again else ''}"


def set_own(row: Ahead, today: date, unknown: str = "") -> Card:
    """An own reminder is set; `unknown` may have been meant for a customer's name."""
    one = row.one
    lines = Lines().add("⏰ 好，{}", _line(row, today))
    if unknown:
        lines.add("<i>没有这位客户：{}。先记成你自己的提醒。</i>", short(unknown, NAME))
    if one.day is not None and one.day != one.on:
        listed = "今天的清单里就有" if one.on == today else f"{day(one.on, today)}早上就提醒你"
        at_its_hour = "，到点再叫你一声" if one.at is not None and not row.name else ""
        lines.add("<i>那天不上班，{}{}。</i>", listed, at_its_hour)
    return Card(lines.text(), ((Button("🗑 取消", f"n:drop:{one.id}:0"), Button("⏰ 全部提醒", "n:page:0")),))


def ask_own() -> Card:
    """A text without a day."""
    lines = Lines().add("没看懂是哪天、提醒什么。可以这样发：")
    for example in ("每月15号提醒我对账", "每周五问王总要货吗", "明天下午三点提醒我交周报"):
        lines.add("<code>{}</code>", example)
    return Card(lines.text())


def which(said: str, on: date, options: Sequence[tuple[date, str]], today: date) -> Card:
    """A date that may be several, kept as `on`: which one? (date, callback data)."""
    lines = Lines().add("“{}”说的是哪天？先记在 <b>{}</b>，不对就点一下。", said, _named(on, today))
    buttons = [Button(_named(on, today), data) for on, data in options]
    return Card(lines.text(), fitted(buttons, 24))


def _named(on: date, today: date) -> str:
    return f"今天（{on.month}月{on.day}日）" if on == today else day(on, today)


def took(on: date, today: date) -> str:
    """Which day it was."""
    return f"好，记成 {day(on, today)}。"


def gone() -> str:
    """The reminder does not exist for this person."""
    return "找不到这个提醒，可能已经办完或者取消了。"


def did(what: str) -> str:
    """Done."""
    return f"✔️ {what or '这件事'} 办完了。"


def festival(what: str, on: date, groups: Sequence[tuple[str, str, Sequence[str]]], id: int, today: date) -> Card:
    """One digest for a festival: (way of greeting, greeting, names of customers)."""
    lines = Lines().add("🏮 <b>{}</b>　{}", what, day(on, today))
    lines.add("<i>一位一条，前面加上称呼，改成你平常的口气再发。点一下句子就能复制。</i>")
    for zh, greeting, names in groups:
        lines.gap().add("<b>{}</b>（{} 位）：{}", zh, len(names), short("、".join(names), NAMES))
        lines.add("<code>{}</code>", greeting)
    return Card(lines.text(), ((Button("✔️ 问候完了", f"n:done:{id}"),),))


# --- the days of a customer's -----------------------------------------------------------------------------------------


def dates(
    name: str, id: int, known: Mapping[str, str], next_: Mapping[str, date], today: date, notice: str = ""
) -> Card:
    """The days that are known, as said, with the day on which each comes up next."""
    lines = Lines()
    if notice:
        lines.add("{}", notice).gap()
    lines.add("📅 <b>{}</b> 的要紧日子", short(name, 60))
    if not known:
        lines.add("还没有。点一个填上，到日子前我提醒你。")
    for fact, value in known.items():
        when = "　<i>下次提醒 {}</i>" if fact in next_ else "{}"
        lines.add(f"{{}} {{}}：<b>{{}}</b>{when}", *named(fact), value, _on(next_.get(fact), today))
    lines.gap().add("<i>也可以直接发，例：{} 生日农历八月十五</i>", short(name, 20))
    ask = [
        Button(f"{MARKS[fact]} {'成交了（今天）' if fact == SOLD else zh}", f"d:{_verb(fact)}:{id}:{fact}")
        for fact, zh in FACTS.items()
    ]
    drop = [Button(f"✖️ {named(fact)[1]}", f"d:drop:{id}:{fact}") for fact in known]
    return Card(lines.text(), (*grid(ask, 2), *grid(drop, 2), (Button("⬅️ 返回", f"p:open:{id}"),)))


def _on(on: date | None, today: date) -> str:
    return day(on, today) if on is not None else ""


def _verb(fact: str) -> str:
    return "sold" if fact == SOLD else "ask"


def ask_day(name: str, fact: str) -> Card:
    """Which day?"""
    lines = Lines().add("{} <b>{}</b> 的{}是哪天？", MARKS[fact], name, FACTS[fact])
    return Card(lines.add("<i>例：{}。不填了就点 /cancel</i>", EXAMPLES[fact]).text())


def bad_day(fact: str) -> Card:
    """Not a day that can be used."""
    return Card(Lines().add("没看懂是哪天，或者那天已经过去了。例：{}。不填了就点 /cancel", EXAMPLES[fact]).text())


def kept(rows: Sequence[tuple[str, str, date | None]], today: date) -> str:
    """What was noted: (fact, value as said, when it comes up)."""
    told = [
        f"{named(fact)[0]} 记下{named(fact)[1]}：{value}{f'，{day(on, today)}提醒你' if on else ''}"
        for fact, value, on in rows
    ]
    return "\n".join(told)


def calendars(fact: str, id: int, solar: tuple[str, str], lunar: tuple[str, str]) -> Card:
    """八月十五: of which calendar? Each as (code, as said)."""
    lines = Lines().add("是公历还是农历？先按公历记着，不对就点一下。")
    buttons = [Button(said, f"d:set:{id}:{fact}:{code}") for code, said in (solar, lunar)]
    return Card(lines.text(), (tuple(buttons),))


def trade(name: str, id: int, fact: Fact) -> Card:
    """After a sale: which trade, that is, who serves?"""
    lines = Lines().add("🤝 恭喜！<b>{}</b> 是哪一行的？售后找谁，由这个定。", name)
    buttons = [Button(option.zh, f"d:trade:{id}:{number}") for number, option in enumerate(fact.choices)]
    return Card(lines.text(), fitted(buttons, 18))


def served(zh: str, what: str, on: date | None, today: date) -> Card:
    """The trade is noted."""
    lines = Lines().add("记下了：{}。", zh)
    if on is not None:
        lines.add("🧰 {}：{}", day(on, today), what)
    return Card(lines.text())
