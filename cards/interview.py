"""The words of the interview. Callback data: `i:<interview>:<version>:<verb>[:<argument>]`."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from cards.advice import handling, moments
from cards.card import Button, Card, Lines, Rows, fitted, grid, percent
from knowledge.advice import Verdict, verdict
from knowledge.belief import Belief
from knowledge.interview import LONGEST_TEXT, MOST_QUESTIONS, OPEN, Ask, Interview, Reason, Turn
from knowledge.questions import Question
from knowledge.quotes import Quote, both_sides, reasons
from knowledge.systems import System
from knowledge.talk import Talk
from knowledge.worth import Tried, ordered

SHOWN_WORDS, SHOWN_DOUBTS = 3, 2
MOST_NAMED = 2


class Place:
    """Where the buttons of a message point: an interview at a version."""

    def __init__(self, interview_id: int, version: int) -> None:
        self._stem = f"i:{interview_id}:{version}"

    def to(self, verb: str, argument: str = "") -> str:
        """Callback data for a verb."""
        return f"{self._stem}:{verb}:{argument}" if argument else f"{self._stem}:{verb}"


def opening(name: str, system: System, place: Place) -> Card:
    """The open question."""
    lines = Lines()
    if name:
        lines.add("<b>{}</b>，我们来看看是哪种客户。", name).gap()
    lines.add("<b>{}</b>", system.first)
    lines.add("<i>{}</i>", system.first_why).gap()
    lines.add("例：<i>进门先看了一圈，问三句才回一句，价钱也没提</i>")
    return Card(lines.text(), (_steering(place, back=False),))


def asking(ask: Ask, interview: Interview, name: str, system: System, talk: Talk, place: Place) -> Card:
    """The next question, with what is thought so far."""
    if ask.question is None:
        return opening(name, system, place)
    lines = Lines()
    _so_far(lines, ask.belief, interview, system, talk)
    lines.gap()
    lines.add("<b>❓ {}</b>", ask.question.zh)
    lines.add("<i>为什么问：{}</i>", ask.question.why)
    lines.add("<i>第 {} 问，最多 {} 问。点一个，或者打字说。</i>", ask.number, MOST_QUESTIONS)
    choices = fitted([Button(choice.zh, place.to("c", choice.id)) for choice in ask.question.choices])
    return Card(lines.text(), (*choices, _steering(place, back=bool(interview.turns))))


def _so_far(lines: Lines, belief: Belief, interview: Interview, system: System, talk: Talk) -> None:
    if not (belief.speaks or belief.answered):
        lines.add("还没看出他平时怎么说话办事，没关系，我来问。")
        return
    told = verdict(belief, system)
    if belief.clear:
        lines.add("🔎 目前像 <b>{}</b> {}{}", told.kind.zh, percent(belief.sure), _second(told))
    else:
        likely = "、".join(f"{system.type(id).zh} {percent(p)}" for id, p in list(belief.p.items())[:3])
        lines.add("🔎 还说不准：{}", likely)
    words = _quoted(reasons(belief, interview, 2))
    if words:
        lines.add("依据：{}", words)
    lines.add("💡 {}", talk.fill([told.both or told.kind.card.essence])[0])


def _second(told: Verdict) -> str:
    return f"，也可能是{told.others[0][0].zh} {percent(told.others[0][1])}" if told.others else ""


def answered(question: Question, choice: str) -> Card:
    """What a question's message becomes once it is answered by a tap: no buttons, the answer kept."""
    return Card(Lines().add("❓ {}", question.zh).add("✔️ <b>{}</b>", choice).text())


def skipped(question: str) -> Card:
    """The same for a skipped question."""
    return Card(Lines().add("❓ {}", question).add("↷ <i>跳过了</i>").text())


def result(
    belief: Belief,
    interview: Interview,
    name: str,
    system: System,
    talk: Talk,
    place: Place,
    tried: Mapping[str, Tried] | None = None,
    *,
    more: bool = True,
) -> Card:
    """The verdict with its reasons, and how to handle the customer: what has proven itself (`tried`) first; `more` is
    whether there is a question left to ask.
    """
    if not belief.clear:
        return unsure(belief, name, system, place, more=more)
    told = verdict(belief, system)
    lines = Lines()
    lines.add(
        "{}像是 <b>{}</b>，把握 <b>{}</b>", f"{name} " if name else "这位客户", told.kind.zh, percent(belief.sure)
    )
    if told.others:
        lines.add("其次：{}", "、".join(f"{kind.zh} {percent(p)}" for kind, p in told.others))
    _reasons(lines, belief, interview, system)
    if told.tell:
        lines.add("<b>🔄 见面再验一下</b>　{}", told.tell)
    if told.rival:
        lines.add("<b>⚖️ 和{}很接近，两头都顾</b>　{}", told.rival.zh, told.both or told.rival.card.essence)
    lines.parts.append(handling(ordered(told.kind, tried or {}), talk))
    first = (
        Button("💾 存为客户", place.to("save")),
        Button("✏️ 改类型", place.to("types")),
        Button("🏋️ 以后练", place.to("later")),
    )
    second = (
        *_more(place, more=more),
        Button("📝 补一句", place.to("add")),
        Button("↩️ 改答案", place.to("turns")),
    )
    return Card(lines.text(), (first, second, *moments(system.id, told.kind.id)))


def _reasons(lines: Lines, belief: Belief, interview: Interview, system: System) -> None:
    told, against = both_sides(belief, interview, SHOWN_WORDS, SHOWN_DOUBTS)
    lines.add("<b>📌 依据</b>　{}", _quoted([quote for quote in told if not quote.question]))
    lines.items(f"{system.questions[quote.question].zh} → {quote.words}" for quote in told if quote.question)
    if against:
        lines.add("<i>不太像的地方：{}</i>", _quoted(against))


def _quoted(quotes: Sequence[Quote]) -> str:
    return "".join(f"“{quote.words}”" for quote in quotes)


def _more(place: Place, *, more: bool) -> tuple[Button, ...]:
    return (Button("➕ 再问几个", place.to("more")),) if more else ()


def unsure(belief: Belief, name: str, system: System, place: Place, *, more: bool = True) -> Card:
    """Not enough was said; no label is forced."""
    lines = Lines()
    lines.add("{}还看不准，我不想硬给一个类型。", f"{name} " if name else "")
    if belief.speaks or belief.answered:
        likely = "、".join(f"{system.type(id).zh} {percent(p)}" for id, p in list(belief.p.items())[:3])
        lines.add("现在最像：{}", likely)
    lines.add("下次见面留意：{}", _watch(belief, system))
    lines.add("看到了再来补一句就行。")
    first = (Button("📝 补一句", place.to("add")), *_more(place, more=more))
    return Card(
        lines.text(), (first, (Button("💾 先存为客户", place.to("save")), Button("✏️ 我知道是哪型", place.to("types"))))
    )


def _watch(belief: Belief, system: System) -> str:
    near = system.type(belief.top).neighbours
    return near[0].tell if near else system.first


def types(belief: Belief, system: System, place: Place, *, everything: bool) -> Card:
    """Which type is it really? The likeliest first, or all of them."""
    ids = belief.ranked if everything else belief.ranked[:8]
    buttons = [Button(system.type(id).zh, place.to("t", id)) for id in (system.types if everything else ids)]
    more: Rows = () if everything else ((Button("都不是，看全部", place.to("all")),),)
    return Card(
        Lines().add("你觉得是哪一型？改了我会记住，以后也按你的来。").text(),
        (*grid(buttons, 3), *more, (Button("⬅️ 返回", place.to("show")),)),
    )


def turns(interview: Interview, system: System, place: Place) -> Card:
    """Which answer to take back?"""
    lines = Lines().add("要改哪一个？点了就重新问，别的答案都留着。")
    for number, turn in enumerate(interview.turns, start=1):
        said = _short(_said(turn.choice, turn.text, turn.question, system), 60)
        lines.add("<b>{}</b>　{} → {}", number, _asked(turn.question, system), said)
    buttons = [
        Button(f"{at + 1} {_named(turn, system)}", place.to("r", str(at))) for at, turn in enumerate(interview.turns)
    ]
    return Card(lines.text(), (*fitted(buttons), (Button("⬅️ 返回", place.to("show")),)))


def _named(turn: Turn, system: System) -> str:
    if turn.question == OPEN:
        return "你的描述"
    return _short(_said(turn.choice, turn.text, turn.question, system), 12)


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _asked(question: str, system: System) -> str:
    return "你的描述" if question == OPEN or question not in system.questions else system.questions[question].zh


def _said(choice: str | None, text: str | None, question: str, system: System) -> str:
    if choice and question in system.questions:
        found = system.questions[question].choice(choice)
        return found.zh if found else choice
    return text or "跳过"


def add_more() -> Card:
    """Wait for a further sentence."""
    return Card(Lines().add("好，再说一句他怎么说、怎么做的。").text())


def begun() -> str:
    """Tapped twice."""
    return "已经开始了，看最新的那条消息。"


def several(names: Sequence[str]) -> Card:
    """A text that is about several people."""
    told = f"{names[0]}、{names[1]}{'等' if len(names) > MOST_NAMED else ''}"
    return Card(Lines().add("👆 这段里不止一位（{}），我当成一位看了。一位一位分开发，才看得准。", told).text())


def ended(name: str, place: Place | None) -> Card:
    """Put down before there was a result; at a `place`, whom it was about can be kept all the same."""
    lines = Lines().add("好，{}先到这里。想再看的时候发一句话，或者 /new 。", f"{name} " if name else "")
    if place is None:
        return Card(lines.text())
    lines.add("<i>要先把人记下来，点“先存为客户”，以后再判断也行。</i>")
    return Card(lines.text(), ((Button("💾 先存为客户", place.to("save")),),))


REFUSALS = {
    Reason.EMPTY: "没收到文字。说一句客户当时的样子就行。",
    Reason.TOO_LONG: f"这段太长了（超过 {LONGEST_TEXT} 字），我怕抓不住重点。挑最能说明他为人的两三句发我。",
    Reason.NOT_ASKED: "这一步已经过去了，看最新的那条消息。",
    Reason.NO_SUCH_CHOICE: "这个选项不在了，看最新的那条消息。",
    Reason.NOTHING_TO_TAKE_BACK: "前面没有可以退回的了。",
    Reason.NO_MORE_QUESTIONS: "再问也不会更清楚了。想到什么，用“补一句”告诉我。",
    Reason.ENDED: "这次判断已经结束了。要看新的客户，发一句描述或 /new 。",
}


def refused(reason: Reason) -> str:
    """Why nothing happened, in one sentence."""
    return REFUSALS[reason]


def corrected(was: str, now: str, handling_text: Markup, rows: Rows) -> Card:
    """The rep's own word counts."""
    lines = Lines()
    if was == now:
        lines.add("👍 记下了：确认是 <b>{}</b>。", now)
    else:
        lines.add("✏️ 改成 <b>{}</b>（原来判断是{}）。记住了。", now, was)
    lines.gap().parts.append(handling_text)
    return Card(lines.text(), rows)


def after_correction(place: Place, system: System, type: str) -> Rows:
    """Buttons under a corrected result."""
    return (
        (Button("💾 存为客户", place.to("save")), Button("🏋️ 以后练", place.to("later"))),
        *moments(system.id, type),
    )


def _steering(place: Place, *, back: bool) -> tuple[Button, ...]:
    rows = [Button("不清楚，跳过", place.to("skip"))]
    if back:
        rows.append(Button("⬅️ 上一步", place.to("back")))
    rows.append(Button("⏹ 先到这", place.to("stop")))
    return tuple(rows)
