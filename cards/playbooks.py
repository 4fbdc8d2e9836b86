"""Playbooks as guides: one message each, turned step by step; and the shelves on which they are found."""

from collections.abc import Sequence

from cards.card import Button, Card, Lines, Rows, fitted, grid
from knowledge.files import MOMENTS, SCENES, StepFile
from knowledge.playbooks import Playbook
from knowledge.systems import Catalogue
from knowledge.talk import Talk

ALL = {"步": "全部步骤", "个": "全部办法"}
SHOWN = 8  # playbooks of a moment that are listed at once


def opened(book: Playbook, talk: Talk) -> Card:
    """All steps in short, what is easily missed, and a button for each step."""
    lines = Lines().add("🧭 <b>{}</b>　<i>共 {} {}</i>", book.zh, len(book.steps), book.each)
    lines.add("{}", *talk.fill([book.about])).gap()
    goals = talk.fill(step.goal for step in book.steps)
    for number, (step, goal) in enumerate(zip(book.steps, goals, strict=True), 1):
        lines.add("<b>{}. {}</b>　{}", number, step.title, goal)
    if book.misses:
        lines.gap().add("⚠️ <b>容易漏的</b>").items(talk.fill(miss.zh for miss in book.misses))
    start = Button("▶️ 从第一步开始" if book.each == "步" else "▶️ 从第一个看起", f"b:{book.id}:1")
    numbers = [Button(str(number), f"b:{book.id}:{number}") for number in range(1, len(book.steps) + 1)]
    return Card(lines.text(), ((start,), *grid(numbers, 7), (Button("📚 别的打法", "b:"),)))


def step(book: Playbook, number: int, talk: Talk) -> Card:
    """Step `number`, counted from 1, with the ways to the others."""
    one = book.steps[number - 1]
    lines = Lines().add(
        "🧭 <b>{}</b>　<i>第 {} {}，共 {} {}</i>", book.zh, number, book.each, len(book.steps), book.each
    )
    lines.gap().add("<b>{}. {}</b>", number, one.title)
    _told(lines, one, talk)
    around = []
    if number > 1:
        around.append(Button(f"⬅️ 上一{book.each}", f"b:{book.id}:{number - 1}"))
    if number < len(book.steps):
        around.append(Button(f"下一{book.each} ➡️", f"b:{book.id}:{number + 1}"))
    every = Button(f"📋 {ALL[book.each]}", f"b:{book.id}:0")
    return Card(lines.text(), (tuple(around), (every,)) if around else ((every,),))


def _told(lines: Lines, one: StepFile, talk: Talk) -> None:
    goal, check = talk.fill([one.goal])[0], talk.fill([one.check])[0]
    lines.add("🎯 {}", goal).gap()
    lines.add("✅ <b>该做</b>").items(talk.fill(one.do))
    if one.say:
        said = [f"“{line.strip('“”')}”" for line in talk.fill(one.say)]
        lines.gap().add("💬 <b>可以这样说</b>").items(said)
    lines.gap().add("🏁 <b>怎么知道成了</b>　{}", check)


def linked(books: Sequence[Playbook]) -> Rows:
    """Buttons that open playbooks below something else, which stays."""
    return fitted([Button(f"🧭 {book.zh}", f"b:{book.id}") for book in books], 20)


def shelves(counts: Sequence[tuple[str, int]]) -> Card:
    """When is it needed? `counts` are moments with how many playbooks there are for each."""
    lines = Lines().add("🧭 <b>步骤打法</b>：一件事分几步做、每步说什么、怎么知道成了。")
    lines.add("什么时候用？")
    buttons = [Button(f"{SCENES[moment]}（{count}）", f"b::{moment}") for moment, count in counts if count]
    return Card(lines.text(), (*grid(buttons, 2), (Button("⬅️ 全部分类", "a:"),)))


def scene(moment: str, books: Sequence[Playbook], talk: Talk, primary: Catalogue, *, everything: bool = False) -> Card:
    """What there is for a moment: playbooks, at first those that it matters most to, and the tips by type."""
    shown = books if everything else books[:SHOWN]
    lines = Lines().add("🎯 <b>{}</b>", SCENES[moment])
    abouts = talk.fill(book.about for book in shown)
    for book, about in zip(shown, abouts, strict=True):
        lines.add("· <b>{}</b>　{}", book.zh, about)
    more = []
    if len(books) > len(shown):
        more.append((Button(f"📋 还有 {len(books) - len(shown)} 个", f"b::{moment}:all"),))
    if moment in MOMENTS:
        lines.gap().add("知道他是哪种客户，点“按客户类型看”，只看{}的时候怎么对他。", SCENES[moment])
        more.append((Button(f"👤 按客户类型看（{primary.zh}）", f"b::{moment}:types"),))
    return Card(lines.text(), (*linked(shown), *more, (Button("⬅️ 别的场合", "b:"),)))


def scene_types(moment: str, system: Catalogue) -> Card:
    """Which type, for a moment?"""
    lines = Lines().add("🎯 <b>{}</b>：他是哪种客户？", SCENES[moment])
    buttons = [Button(kind.zh, f"m:{system.id}:{kind.id}:{moment}") for kind in system.types.values()]
    return Card(lines.text(), (*grid(buttons, 3), (Button("⬅️ 回去", f"b::{moment}"),)))
