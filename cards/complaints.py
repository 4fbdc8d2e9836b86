"""The words of the complaint card. Callback data: `k:<verb>:<complaint, customer or source>[:<argument>]`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cards.card import Button, Card, Lines, Rows, fitted, grid, short
from cards.days import day
from knowledge.files import StepFile

EXAMPLE = "送货晚了两天，工人白等一天，他要我们补误工费"
# UTF-16 units
WHAT = 300
WISH = 150
LINE = 24
HINT = 14
EVENT = 110
LISTED = 8  # complaints of a kind (open, closed) in one list


@dataclass(frozen=True, slots=True)
class ComplaintView:
    """A complaint as it is shown. `step` counts the steps that are done; `answered`: the customer had an answer."""

    id: int
    customer: int
    name: str
    what: str
    opened: date
    kind_zh: str = ""
    wish: str = ""
    step: int = 0
    steps: int = 1
    due: date | None = None
    answered: bool = False
    times: int = 1
    closed: date | None = None
    outcome: str = ""


def matter(what: str, *, answered: bool) -> str:
    """What a reminder of an open complaint says."""
    return f"把抱怨办完（{_bare(what)}）" if answered else f"给抱怨回话（{_bare(what)}）"


def back(what: str) -> str:
    """What a reminder to ask again says."""
    return f"抱怨回访（{_bare(what)}）"


def matters(what: str) -> tuple[str, ...]:
    """Everything that a reminder may say about a complaint."""
    return matter(what, answered=False), matter(what, answered=True), back(what)


def _bare(what: str, room: int = LINE) -> str:
    return short(what.replace("；", "，"), room)


def in_short(view: ComplaintView, others: int, today: date) -> str:
    """An open complaint in one line of the customer's card."""
    more = f"，还有 {others} 件" if others else ""
    return f"{_bare(view.what, HINT)}　{_due(view, today)}{more}"


def _number(view: ComplaintView) -> int:
    return min(view.step + 1, view.steps)


def _due(view: ComplaintView, today: date) -> str:
    todo = "办完" if view.answered else "回话"
    if view.due is None:
        return f"没定哪天{todo}"
    late = (today - view.due).days
    return f"🔴 该{todo}了，晚了 {late} 天" if late > 0 else f"⏰ {day(view.due, today)}{todo}"


def whole(view: ComplaintView, step: StepFile, today: date, notice: str = "") -> Card:
    """An open complaint with the step at hand: what to do and what to say."""
    lines = _head(view, notice)
    lines.add("{}开的卡　{}", day(view.opened, today), _due(view, today))
    if view.wish:
        lines.add("💬 他要：{}", short(view.wish, WISH))
    lines.gap().add("<b>第 {}/{} 步 · {}</b>", _number(view), view.steps, step.title).add("{}", step.goal)
    lines.add("<b>✅ 该做</b>").items(step.do)
    lines.add("<b>💬 可以这样说</b>").items([f"“{line.strip('“”')}”" for line in step.say])
    lines.add("<i>做到了没有：{}</i>", step.check)
    return Card(lines.text(), _buttons(view))


def _head(view: ComplaintView, notice: str) -> Lines:
    lines = Lines()
    if notice:
        lines.add("{}", notice).gap()
    again = f"　第 {view.times} 次" if view.times > 1 else ""
    lines.add("😤 <b>{} 的抱怨</b>{}{}", view.name, f"　{view.kind_zh}" if view.kind_zh else "", again)
    return lines.add("“{}”", short(view.what, WHAT))


def _buttons(view: ComplaintView) -> Rows:
    id = view.id
    ending = Button("🏁 结案", f"k:end:{id}")
    last = view.step >= view.steps - 1
    forward = ending if last else Button("✅ 做完了，下一步", f"k:did:{id}:{view.step}")
    before = (Button("⬅️ 上一步", f"k:undo:{id}:{view.step}"),) if view.step else ()
    return (
        (forward, *before),
        (Button("💬 他想怎么办", f"k:wish:{id}"), Button("📅 改日子", f"k:due:{id}")),
        (Button("🏷 归类", f"k:kind:{id}"), Button("🕘 经过", f"k:past:{id}"), *(() if last else (ending,))),
        (Button("👤 打开客户", f"p:open:{view.customer}"),),
    )


def over(view: ComplaintView, today: date, notice: str = "") -> Card:
    """A closed complaint."""
    lines = _head(view, notice)
    lines.add("{}开的卡，{}结案", day(view.opened, today), day(view.closed, today))
    if view.wish:
        lines.add("💬 他要：{}", short(view.wish, WISH))
    lines.add("🏁 {}", short(view.outcome, WHAT))
    return Card(
        lines.text(),
        (
            (Button("🔁 又来了", f"k:again:{view.id}"), Button("🕘 经过", f"k:past:{view.id}")),
            (Button("👤 打开客户", f"p:open:{view.customer}"),),
        ),
    )


def listing(
    name: str, customer: int, opened: Sequence[ComplaintView], closed: Sequence[ComplaintView], today: date
) -> Card:
    """A customer's complaints, open and closed."""
    lines = Lines().add("😤 <b>{} 的抱怨</b>", name)
    for view in opened[:LISTED]:
        lines.add("· {}　第 {}/{} 步　{}", _bare(view.what), _number(view), view.steps, _due(view, today))
    if len(opened) > LISTED:
        lines.add("· 还有 {} 件没办完的", len(opened) - LISTED)
    for view in closed[:LISTED]:
        told = (day(view.closed, today), _bare(view.what), short(view.outcome, EVENT))
        lines.add("· <i>{}结案：{}。结果：{}</i>", *told)
    buttons = [
        Button(f"📂 {short(view.what, 16)}", f"k:show:{view.id}") for view in (*opened[:LISTED], *closed[:LISTED])
    ]
    last = (Button("➕ 另开一张", f"k:new:{customer}"), Button("👤 打开客户", f"p:open:{customer}"))
    return Card(lines.text(), (*((button,) for button in buttons), last))


def offer(name: str, source: str, same: Sequence[ComplaintView]) -> Card:
    """What was said sounds like a complaint; `same` may be what it is about."""
    lines = Lines().add("听着像 <b>{}</b> 的抱怨。要开一张抱怨卡，一步步盯到办完吗？", name)
    rows = [
        (
            Button(
                f"{'🔁 又是' if view.closed else '📂 就是'}“{short(view.what, 18)}”那件",
                f"k:same:{view.id}:{source}",
            ),
        )
        for view in same
    ]
    return Card(lines.text(), (*rows, (Button("😤 开抱怨卡", f"k:open:{source}"), Button("不用", "k:no"))))


def offer_gone() -> str:
    """What was said has become something else, or is deleted."""
    return "这句话已经另作处理，或者删掉了，没法照它开抱怨卡。要开就到客户卡上点“抱怨”，再写一句。"


def declined() -> Card:
    """No complaint."""
    return Card(Lines().add("好，不开抱怨卡。要开的时候，客户卡上点“抱怨”。").text())


def ask_what(name: str) -> Card:
    """What happened?"""
    lines = Lines().add("<b>{}</b> 抱怨什么？一句话：什么事、影响了他什么、他要怎样。例：", name)
    return Card(lines.add("<i>{}</i>", EXAMPLE).add("<i>不开了就点 /cancel</i>").text())


def ask_again(name: str, what: str) -> Card:
    """It came again: how?"""
    lines = Lines().add("<b>{}</b> 又来抱怨“{}”。这次是怎么回事？一句话。", name, short(what, LINE))
    return Card(lines.add("<i>不开了就点 /cancel</i>").text())


def ask_wish(name: str) -> Card:
    """What does the customer want?"""
    lines = Lines().add("<b>{}</b> 想怎么办？照他的原话记，例：<i>明天上午换一台，误工费补两百</i>", name)
    return Card(lines.add("<i>不记了就点 /cancel</i>").text())


def ask_due(name: str, *, answered: bool) -> Card:
    """By when?"""
    todo = "办完" if answered else "给他回话"
    lines = Lines().add("<b>{}</b> 这件事哪天{}？例：明天、周五、12月8号", name, todo)
    return Card(lines.add("<i>不改了就点 /cancel</i>").text())


def ask_outcome(name: str) -> Card:
    """How did it end?"""
    lines = Lines().add("<b>{}</b> 这件事怎么了结的？一句话：怎么办的、他满意不满意。例：", name)
    lines.add("<i>当天换了一台，补了两百误工费，他说可以了</i>")
    return Card(lines.add("<i>还没完就点 /cancel</i>").text())


def ask_note(name: str) -> Card:
    """Anything to add?"""
    return Card(Lines().add("<b>{}</b> 这件事要补记什么？发一句。", name).add("<i>不记了就点 /cancel</i>").text())


def kinds(view: ComplaintView, options: Sequence[tuple[str, str]]) -> Card:
    """What kind of complaint is it?"""
    lines = Lines().add("“{}”算哪一类？", short(view.what, WHAT))
    lines.add("<i>归了类，才看得出同样的事出了几次。</i>")
    buttons = [Button(zh, f"k:sort:{view.id}:{id}") for id, zh in options]
    return Card(lines.text(), (*grid(buttons, 3), (Button("⬅️ 返回", f"k:show:{view.id}"),)))


EVENTS = {
    "opened": "😤 开卡",
    "step": "✅ 做完",
    "back": "↩️ 退回",
    "due": "📅 改期",
    "wish": "💬 他要",
    "note": "📝 补记",
    "closed": "🏁 结案",
    "again": "🔁 又来了",
}


def history(view: ComplaintView, events: Sequence[tuple[date, str, str]], today: date) -> Card:
    """Everything that was done; `events` are (date, kind, text)."""
    lines = Lines().add("🕘 <b>{} · {}</b>", view.name, short(view.what, LINE))
    for on, kind, text in events:
        told = _date(date.fromisoformat(text)) if kind == "due" else short(text, EVENT)
        lines.add("· {} {}：{}", day(on, today), EVENTS[kind], told)
    rows = (
        (Button("✏️ 补记一句", f"k:note:{view.id}"), Button("🗑 开错了", f"k:drop:{view.id}")),
        (Button("⬅️ 返回", f"k:show:{view.id}"),),
    )
    return Card(lines.text(), rows)


def _date(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def ask_drop(view: ComplaintView) -> Card:
    """Deleting cannot be undone."""
    lines = Lines().add("真的删掉这张抱怨卡？经过会一起删掉，找不回来。办完了的不用删，点“结案”就行。")
    lines.add("“{}”", short(view.what, WHAT))
    rows = fitted([Button("🗑 删掉", f"k:dropped:{view.id}"), Button("不删", f"k:show:{view.id}")])
    return Card(lines.text(), rows)


def dropped(name: str, customer: int) -> Card:
    """Gone."""
    return Card(Lines().add("{} 的这张抱怨卡删掉了。", name).text(), ((Button("👤 打开客户", f"p:open:{customer}"),),))


def opened(due: date | None, today: date) -> str:
    """A complaint was opened."""
    return f"抱怨卡开好了，{day(due, today)}提醒你给他回话。"


def reopened(due: date | None, today: date) -> str:
    """It came again."""
    return f"🔁 这张抱怨卡又开起来了，从头走一遍；{day(due, today)}提醒你给他回话。"


def often(kind_zh: str, times: int) -> str:
    """The same kind of complaint again and again."""
    return f"⚠️ “{kind_zh}”类的抱怨，他已经是第 {times} 次了。不光要救火，报上去把做法改掉。"


def wish_unknown() -> str:
    """The step is done at which one asks what the customer wants."""
    return "他想怎么办还没记。问到了就点“💬 他想怎么办”，照原话记一句。"


def answered(due: date | None, today: date) -> str:
    """The customer had an answer; now it is to be done."""
    return f"回过话了。办完先定在{day(due, today)}，答应他的不是这天就点“📅 改日子”。"


def moved(due: date | None, today: date) -> str:
    """Another day."""
    return f"改好了：{day(due, today)}提醒你。"


def ended(days: Sequence[date], today: date) -> str:
    """Closed, with the days on which to ask again."""
    asked = "、".join(day(on, today) for on in days)
    return f"🏁 结案了。{f'{asked} 提醒你回访一声。' if asked else ''}"


def noted() -> str:
    """Something was added."""
    return "📝 记进这张抱怨卡了。"


def already() -> str:
    """The step was taken before."""
    return "这一步刚才已经点过了。"


def gone() -> str:
    """The complaint does not exist for this person."""
    return "找不到这张抱怨卡，可能已经删掉，或者不是你的客户。"
