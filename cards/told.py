"""What to do with a sentence that may mean several things. Callback data: `said:<what was kept aside>:<verb>`."""

from collections.abc import Sequence

from cards.card import Button, Card, Lines, short

LONGEST = 120  # UTF-16 units of the rep's own words


def offered(name: str, text: str, id: int, why: str = "", *, answer: bool = False) -> Card:
    """A sentence about a customer on record that is not carried out by itself, and `why`; `answer`: it may answer what
    is open.
    """
    lines = Lines().add("📝 <b>{}</b>：{}", short(name, 60), short(text, LONGEST))
    if why:
        lines.add("{}", why)
    asked = "是说这位客户的，还是在回答上面那一问？点一个。" if answer else "这句怎么记？点一个。"
    lines.add("<i>{}</i>", asked)
    rows = [
        (Button("✅ 记一次联系", f"said:{id}:visit"), Button("🗒 记为备注", f"said:{id}:note")),
        (Button("🔎 判断类型", f"said:{id}:judge"),),
    ]
    if answer:
        rows.insert(0, (Button("↩️ 是回答上面那一问", f"said:{id}:answer"),))
    return Card(lines.text(), tuple(rows))


def whom(name: str, text: str, id: int, who: Sequence[tuple[int, str]], *, answer: bool = False) -> Card:
    """Which of several customers of that name: each (id, what tells them apart)?"""
    lines = (
        Lines().add("📝 <b>{}</b>：{}", short(name, 60), short(text, LONGEST)).add("<i>有几位同名的，是哪一位？</i>")
    )
    rows = [(Button(short(f"{name} · {told}", 40), f"said:{id}:who:{one}"),) for one, told in who]
    if answer:
        rows.append((Button("↩️ 是回答上面那一问", f"said:{id}:answer"),))
    return Card(lines.text(), tuple(rows))


def whose(name: str, text: str, id: int, interview_id: int) -> Card:
    """Words that correct what was said, after a result: are they about the same person?"""
    lines = Lines().add("📝 {}", short(text, LONGEST))
    lines.add("<i>这是更正刚才{}的吗？</i>", f" {name} " if name else "那一位")
    add, other = (
        Button("📝 补给刚才那位", f"said:{id}:add:{interview_id}"),
        Button("👤 说的是另一位", f"said:{id}:judge"),
    )
    return Card(lines.text(), ((add, other),))


def settled(name: str, text: str, how: str) -> Card:
    """What became of a sentence, in the place of the question."""
    lines = Lines().add("📝 {}{}", f"{short(name, 60)}：" if name else "", short(text, LONGEST))
    return Card(lines.add("✔️ {}", how).text())


def not_so_much(owed: str) -> str:
    """More was paid back than is known to be owed; "" for nothing."""
    told = f"欠款记着的是 {owed}，比这笔少" if owed else "没记过他有欠款"
    return f"💰 {told}，所以没动。要记欠款，例：欠款 2 万"
