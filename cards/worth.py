"""What works: a rep says which lines of a card helped, a manager sees which did for whom. Callback data: `g:`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cards.card import Button, Card, Lines, grid, short
from cards.funnel import between
from knowledge.talk import Talk
from knowledge.worth import ENOUGH, SECTIONS, Line, Tried

TEXT = 70  # UTF-16 units of a line of advice
PART = 24  # lines of one message
TYPES = 12  # types in the list of a team
SAID = {None: "", True: " 👍", False: " 👎"}


def ask(
    customer: str, prospect_id: int, type_zh: str, lines: Sequence[Line], said: Mapping[str, bool], talk: Talk
) -> Card:
    """Which lines helped with a customer? Each number is tapped: it helped, it did not, nothing said."""
    told = Lines().add("👍 和 <b>{}</b>（{}）打交道，哪几条管用？", short(customer, 40), type_zh)
    told.add("<i>点数字：一下 👍 有用，两下 👎 没用，三下收回。试过的才点，不用都点。</i>")
    section = ""
    for number, line in enumerate(lines[:PART], start=1):
        if line.section != section:
            section = line.section
            told.gap().add("<b>{}</b>", SECTIONS[section])
        told.add("{}. {}{}", number, short(talk.fill([line.text])[0], TEXT), SAID[said.get(line.key)])
    buttons = [
        Button(f"{number}{SAID[said.get(line.key)]}", f"g:say:{prospect_id}:{line.key}")
        for number, line in enumerate(lines[:PART], start=1)
    ]
    told.gap().add("<i>攒够了，管用的会排到卡片前面；主管只看到加起来的次数。</i>")
    return Card(told.text(), (*grid(buttons, 5), (Button("👤 回到客户", f"p:open:{prospect_id}"),)))


def way_in(prospect_id: int) -> tuple[Button, ...]:
    """The row below a card."""
    return (Button("👍 哪条管用", f"g:open:{prospect_id}"),)


def untyped() -> str:
    """No type, no advice to judge."""
    return "这位客户还没判断类型，先判断了才有打法可评。"


@dataclass(frozen=True, slots=True)
class Proof:
    """A line as a team tried it."""

    section: str
    text: str
    tried: Tried


@dataclass(frozen=True, slots=True)
class TypeProof:
    """What a team said of the lines of a type."""

    id: str
    zh: str
    proofs: tuple[Proof, ...]

    @property
    def cases(self) -> int:
        """How often any of them was judged."""
        return sum(one.tried.cases for one in self.proofs)


def team(title: str, types: Sequence[TypeProof]) -> Card:
    """Which types there is word of, the most often judged first; and the lines that have proven themselves."""
    lines = Lines().add("💡 <b>{}</b>：什么管用", title)
    back = (Button("👥 团队", "t:board:0"),)
    if not types:
        lines.add("还没有人评过。销售看“📖 怎么打交道”或记完联系，点“👍 哪条管用”就行，两下的事。")
        return Card(lines.text(), (back,))
    lines.add("<i>次数是销售试过以后自己评的；{} 次以上才说得出比例，给的是区间。</i>", ENOUGH)
    proven = [(one.zh, proof) for one in types for proof in one.proofs if proof.tried.rank]
    for zh, proof in sorted(proven, key=lambda told: (told[1].tried.rank, -told[1].tried.cases))[:6]:
        lines.gap().add("<b>{}</b> · {}", zh, SECTIONS[proof.section]).add("{}", _proof(proof))
    if not proven:
        lines.gap().add("还没有哪一条试够次数。先看大家试了什么：")
    lines.gap().add("{}", "、".join(f"{one.zh} {one.cases} 次" for one in types[:TYPES]))
    buttons = [Button(one.zh, f"g:worth:{one.id}") for one in types[:TYPES]]
    return Card(lines.text(), (*grid(buttons, 3), back))


def of_type(title: str, one: TypeProof) -> Card:
    """Every line of a type that was tried, the proven first."""
    lines = Lines().add("💡 <b>{}</b>：对{}什么管用", title, one.zh)
    ranked = sorted(one.proofs, key=lambda proof: (proof.tried.rank, -proof.tried.helped, proof.tried.useless))
    for section, zh in SECTIONS.items():
        mine = [proof for proof in ranked if proof.section == section]
        if mine:
            lines.gap().add("<b>{}</b>", zh)
            for proof in mine[:PART]:
                lines.add("{}", _proof(proof))
    return Card(lines.text(), ((Button("⬅️ 全部类型", "g:worth"), Button("👥 团队", "t:board:0")),))


def _proof(proof: Proof) -> str:
    """A line with its count; a share only where there are enough cases, and then as an interval."""
    tried = proof.tried
    mark = {-1: "👍", 0: "·", 1: "👎"}[tried.rank]
    said = f"{tried.cases} 次里 {tried.helped} 次有用"
    said += f"（{between(tried.helped, tried.cases)}）" if tried.enough else "，还说不准"
    moved = f"；{tried.moved} 位后来往前走了" if tried.moved else ""
    return f"{mark} {short(proof.text, TEXT)}\n　→ {said}{moved}"
