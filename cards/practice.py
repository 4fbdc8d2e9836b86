"""Practising the types that a rep put aside. Callback data: `x:<verb>[:<system>:<type>[:<argument>]]`."""

from collections.abc import Sequence

from cards.card import Button, Card, Lines


def empty() -> Card:
    """Nothing put aside yet."""
    return Card(Lines().add("练习单还是空的。判断完一位客户，点一下“以后练”，他那一型就会放进来。").text())


def drill(type_zh: str, definition: str, system: str, type: str, options: Sequence[tuple[str, str]]) -> Card:
    """Which sentence fits? `options` are (key, sentence)."""
    lines = Lines().add("🏋️ <b>{}</b>　{}", type_zh, definition).gap().add("对面坐着这样的人，哪一句最合适？").gap()
    for number, (_, sentence) in enumerate(options, start=1):
        lines.add("<b>{}</b>　“{}”", number, sentence)
    row = tuple(
        Button(str(number), f"x:pick:{system}:{type}:{key}") for number, (key, _) in enumerate(options, start=1)
    )
    return Card(lines.text(), (row,))


def outcome(right: bool, type_zh: str, best: str, why: str, tried: int, hits: int, system: str, type: str) -> Card:
    """Right or not, and why."""
    lines = Lines().add("{}　<b>{}</b>", "✅ 对，就这么说" if right else "🤔 这句他不爱听", type_zh).gap()
    lines.add("合适的是：<i>“{}”</i>", best).add("因为：{}", why).gap().add("这一型练了 {} 次，对 {} 次。", tried, hits)
    return Card(lines.text(), ((Button("再来一题", "x:next"), Button("📖 看打法", f"a:{system}:{type}")),))


def answered() -> str:
    """That drill is over."""
    return "这一题已经答过了，点“再来一题”。"


def kept(type_zh: str, new: bool) -> str:
    """Put aside."""
    return f"{type_zh}放进练习单了，空了用 /practice 练。" if new else f"{type_zh}已经在练习单里，用 /practice 就能练。"
