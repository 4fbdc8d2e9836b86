"""What comes at its hour: the evening's question, own reminders, leave. Callback data: `e:<verb>:<customer>` in the
evening, `s:move:<reminder>` and `s:moveall` before a leave.
"""

from collections.abc import Sequence
from datetime import date, datetime, time

from markupsafe import Markup

from cards.card import Button, Card, Lines, short
from cards.days import day, timed
from cards.occasions import hour
from knowledge.appointments import Promise

SHOWN = 6  # items with buttons in one message
NAME = 50  # UTF-16 units
WHAT = 150
REST = 500
AWAY = 5  # people named


def evening(rows: Sequence[Promise], today: date) -> Card:
    """What was promised for today and is still open."""
    count = len({row.customer for row in rows})
    lines = Lines().add("🌆 <b>说好今天办的，还有 {} 位没记</b>", count)
    lines.add("办了点一下；没来得及的，改个日子。")
    shown = _shown(rows)
    for row in rows:
        if row.customer in shown:
            lines.add("· <b>{}</b>　{}", short(row.name, NAME), short(_when(row, today), WHAT))
    _rest(lines, rows, shown)
    buttons = tuple(
        (
            Button(f"✅ {name[:6]}", f"e:done:{id}"),
            Button("没联系上", f"e:missed:{id}"),
            Button("改天 ⋯", f"r:more:{id}"),
        )
        for id, name in shown.items()
    )
    return Card(lines.text(), buttons)


def kept(name: str) -> str:
    """What was promised to a customer was kept with a contact that is logged already."""
    return f"{name} 今天记过联系，说好的也算办了。"


def evening_done() -> Card:
    """Everything that was promised for today is on record."""
    return Card(Lines().add("🌙 说好今天办的都记上了。歇着吧。").text())


def check_evening() -> Card:
    """An uncertain evening message is asked about, never repeated."""
    lines = Lines().add("傍晚那条提醒可能没有送到你这里（网络中断）。没看到的话点一下：")
    return Card(lines.text(), ((Button("📌 看说好今天办的", "e:open"),),))


def own(id: int, at: time, what: str) -> Card:
    """An own reminder at its hour."""
    lines = Lines().add("⏰ <b>{}</b>　{}", f"{at:%H:%M}", what or "到点了")
    return Card(lines.text(), ((Button("✅ 办好了", f"n:done:{id}"),),))


def check_own(id: int, at: time, what: str) -> Card:
    """An own reminder that may not have arrived is said once more as a question, never repeated as if it were new."""
    lines = Lines().add("{} 那条提醒可能没有送到你这里（网络中断）：<b>{}</b>", f"{at:%H:%M}", what or "到点了")
    return Card(lines.text(), ((Button("✅ 办好了", f"n:done:{id}"),),))


# --- leave ------------------------------------------------------------------------------------------------------------


def span(first: date, last: date, today: date) -> str:
    """The days of a leave."""
    return day(first, today) if first == last else f"{day(first, today)} 到 {day(last, today)}"


def away(first: date, last: date, rows: Sequence[Promise], back: date, today: date) -> Card:
    """A leave is set; what is promised for its days."""
    lines = Lines().add("🏖 好，<b>{}</b> 你请假，这几天我不打扰你。", span(first, last, today))
    lines.add("<b>{}</b> 上班，攒下的一条补齐。主管在 /team 里看得到。", day(back, today))
    lines.add("<i>日子不对就重说一遍，例：下周一到周五请假</i>")
    buttons = (Button("↩️ 不请了", "s:back"),)
    return _promised(lines, rows, back, today, buttons)


def before_leave(first: date, last: date, rows: Sequence[Promise], back: date, today: date) -> Card:
    """On the eve of a leave."""
    lines = Lines().add("🏖 <b>{}</b> 你请假。", span(first, last, today))
    return _promised(lines, rows, back, today, ())


def _promised(lines: Lines, rows: Sequence[Promise], back: date, today: date, last: tuple[Button, ...]) -> Card:
    buttons: list[tuple[Button, ...]] = []
    if rows:
        lines.gap().add("请假期间有 <b>{}</b> 件说好的事，先安排一下：", len(rows))
        for row in rows[:SHOWN]:
            told = short(_when(row, today), WHAT)
            lines.add("· {}　<b>{}</b>　{}", day(row.day, today), short(row.name, NAME), told)
            name = row.name[:6]
            buttons.append(
                (
                    Button(f"📅 {name} 改到{_short(back)}", f"s:move:{row.reminder}"),
                    Button("🔁 转交", f"r:give:{row.customer}"),
                )
            )
        if len(rows) > SHOWN:
            lines.add("还有 {} 件：{}", len(rows) - SHOWN, short("、".join(row.name for row in rows[SHOWN:]), REST))
        if len(rows) > 1:
            buttons.append((Button(f"📅 全部改到{_short(back)}", "s:moveall"),))
    if last:
        buttons.append(last)
    return Card(lines.text(), tuple(buttons))


def arranged(first: date, last: date, back: date, today: date) -> Card:
    """Nothing is promised for the leave any more."""
    lines = Lines().add("🏖 <b>{}</b> 请假，说好的都安排好了。", span(first, last, today))
    return Card(lines.add("{} 上班见。", day(back, today)).text(), ((Button("↩️ 不请了", "s:back"),),))


def back(card: Card) -> Card:
    """The first morning after a leave: one message for all of it."""
    told = Lines().add("🏖 <i>欢迎回来，请假攒下的都在这里。</i>").text()
    return Card(Markup("{}\n{}").format(told, card.text), card.buttons)


def who_is_away(rows: Sequence[tuple[str, date]]) -> str:
    """Who of a team is on leave, each with the last day of it."""
    told = "、".join(f"{short(name, NAME)}（到 {_short(until)}）" for name, until in rows[:AWAY])
    more = f" 等 {len(rows)} 人" if len(rows) > AWAY else ""
    return f"🏖 请假：{told}{more}" if rows else ""


def is_back() -> str:
    """A leave is taken back."""
    return "好，不请假了，明天起照常。"


def not_away() -> str:
    """There was no leave to take back."""
    return "本来就没记着请假。"


def moved(name: str, on: date, today: date) -> str:
    """A promise goes to the day of return."""
    return f"{name} 改到 {day(on, today)}。"


# --- when the last message came and the next one will -----------------------------------------------------------------

ENDED = {"sent": "送到了", "uncertain": "不确定有没有送到", "failed": "没有送成"}
COMING = {"morning": "早上的清单", "evening": "问说好今天办的", "brief": "见面前一页"}


def pushes(
    upcoming: Sequence[tuple[datetime, str]], last: tuple[datetime, str] | None, until: date | None = None
) -> str:
    """When a person's next messages come, each (local time, kind), and what became of the last one; `until` is the end
    of a leave that holds them back.
    """
    told = "，".join(f"{timed(at)} {COMING[kind]}" for at, kind in upcoming) or "没有安排"
    told = f"{told}（请假到 {until.month}月{until.day}日）" if until else told
    return f"{told}\n上一次：{timed(last[0])} {ENDED[last[1]]}" if last else told


def under(card: Card, told: str) -> Card:
    """A card with that in small below it."""
    return Card(Markup("{}\n\n<i>下一次：{}</i>").format(card.text, told), card.buttons)


def _when(row: Promise, today: date) -> str:
    past = f"{day(row.day, today)}的 " if row.day < today else ""
    return f"{past}{hour(row.at, row.part)} {row.what or '联系'}".strip()


def _short(on: date) -> str:
    return f"{on.month}月{on.day}日"


def _shown(rows: Sequence[Promise]) -> dict[int, str]:
    names = {row.customer: row.name for row in rows}
    return dict(list(names.items())[:SHOWN])


def _rest(lines: Lines, rows: Sequence[Promise], shown: dict[int, str]) -> None:
    rest = list({row.customer: row.name for row in rows if row.customer not in shown}.values())
    if rest:
        lines.add("还有 {} 位：{}", len(rest), short("、".join(rest), REST))
