"""What is said in groups: figures, never a customer."""

from collections.abc import Sequence

from cards.card import Card, Lines, short

PEOPLE = 20  # who are named with a number


def welcome() -> Card:
    """The one line for a group that nobody has claimed."""
    return Card(Lines().add("你好，我只在团队自己的群里报数。主管在这里发一次 /here ，这个群就算登记了。").text())


def claimed(team: str) -> Card:
    """Whose figures are told here from now on."""
    lines = Lines().add("✅ 登记好了，这个群报“{}”的数。", short(team, 60))
    lines.add("主管在这里可以发：/team 看今天，/list A级 两周没联系 看有几位。")
    return Card(lines.add("<i>群里只报数，不出现客户的名字和资料；要看是谁，私聊我。</i>").text())


def figures(team: str, rows: Sequence[tuple[str, int]]) -> Card:
    """How a team stands today: (what, how many)."""
    lines = Lines().add("📊 <b>{}</b>", short(team, 60))
    for zh, count in rows:
        lines.add("· {}：<b>{}</b> 位", zh, count)
    return Card(lines.add("<i>要看是谁，私聊我发同样的话。</i>").text())


def counted(said: str, count: int, unknown: Sequence[str], people: Sequence[tuple[str, int]]) -> Card:
    """How many customers some words mean, and how many of each person: no customer is named."""
    lines = Lines().add("🗂 {}：<b>{}</b> 位", short(said, 300), count)
    if unknown:
        lines.add("⚠️ 没看懂：{}", short("、".join(f"“{word}”" for word in unknown), 200))
    if people:
        named = [f"{short(name, 20)} {many}" for name, many in people[:PEOPLE]]
        lines.add("{}{}", "　".join(named), " …" if len(people) > PEOPLE else "")
    return Card(lines.add("<i>要看是谁，私聊我发同样的话。</i>").text())


def managers_only() -> Card:
    """Others ask in private."""
    return Card(Lines().add("群里只听主管的。你自己的客户，私聊我就行。").text())


def in_private() -> Card:
    """Not in front of everybody."""
    return Card(Lines().add("这件事请私聊我，群里人多，不说客户。").text())
