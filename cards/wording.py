"""The words of the check of a draft. Callback data: `w:again:<customer>`, 0 for no customer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cards.card import Button, Card, Lines, Rows, short, units
from knowledge.features import Span
from knowledge.rewording import Reworded
from knowledge.wording import LONGEST_DRAFT, Finding

NAME = 80  # UTF-16 units
WORDS = 40  # of one quote
QUOTES = 3  # of one finding
LONGEST_WHOLE = 900  # UTF-16 units; beyond them it would not fit into one message with the draft itself
LONGEST_PART = 120  # of what is proposed for one finding; all of it is in the whole below
NUMBERS = "①②③"


@dataclass(frozen=True, slots=True)
class Reader:
    """The customer whom a draft is for: `type_zh` is empty where no type is known yet."""

    id: int = 0
    name: str = ""
    type_zh: str = ""
    dont: tuple[str, ...] = ()
    several: bool = False  # several customers have that name


def checked(draft: str, findings: Sequence[Finding], reader: Reader, reworded: Reworded | None = None) -> Card:
    """What was found and what could be sent instead, or that nothing is conspicuous."""
    if not findings:
        return _clean(reader)
    parts = reworded.parts if reworded else (None,) * len(findings)
    lines = Lines().add("🔍 <b>有 {} 处再想想</b>", len(findings))
    lines.parts.append(Markup("<blockquote>") + marked(draft, findings) + Markup("</blockquote>"))
    for number, finding, part in zip(NUMBERS, findings, parts, strict=False):
        _explain(lines.gap(), number, draft, finding, part)
    if reworded and units(reworded.whole) <= LONGEST_WHOLE:
        lines.gap().add("📋 <b>可以这样发</b>（点一下就复制；日子、钟点按实情改）").add(
            "<code>{}</code>", reworded.whole
        )
    _for_reader(lines, reader)
    return Card(lines.text(), _again(reader))


def _clean(reader: Reader) -> Card:
    lines = Lines().add("👌 <b>没看出扎眼的地方。</b>")
    lines.add("我只查禁语和说话七原则，拐着弯的话会漏。发之前自己再念一遍。")
    _for_reader(lines, reader)
    return Card(lines.text(), ((Button("✍️ 再查一句", f"w:again:{reader.id}"),),))


def _explain(lines: Lines, number: str, draft: str, finding: Finding, part: tuple[str, str] | None) -> None:
    taboo = finding.taboo
    told = "、".join(f"“{short(draft[start:end].strip(), WORDS)}”" for start, end in finding.spans[:QUOTES])
    name = f"没做到“{taboo.zh}”" if taboo.principle else taboo.zh
    lines.add("{} <b>{}</b>：{}", number, name, told if finding.listed else f"{told}读着像")
    lines.add("{}", taboo.why)
    if part:
        lines.add("👉 “{}” 换成 “{}”", short(part[0].strip(), WORDS), short(part[1], LONGEST_PART))
    elif finding.swaps:
        lines.items([f"“{left}” 换成 “{right}”" for left, right in finding.swaps[:QUOTES]], "👉")
    else:
        lines.add("👉 {}", taboo.better)


def _for_reader(lines: Lines, reader: Reader) -> None:
    """What this customer's type cannot stand."""
    name = short(reader.name, NAME)
    if reader.several:
        lines.gap().add("<i>叫{}的不止一位，没按类型看。打开那位的卡片再点“查一句要发的话”。</i>", name)
    elif reader.dont:
        lines.gap().add("🚫 <b>{}是{}，还要避开</b>", name, reader.type_zh).items(reader.dont)
    elif reader.id:
        lines.gap().add("<i>{}还没判断类型，没法按人看。</i>", name)


def _again(reader: Reader) -> Rows:
    return ((Button("🔁 换好了再查一次", f"w:again:{reader.id}"),),)


def marked(draft: str, findings: Sequence[Finding]) -> Markup:
    """The draft with listed words bold and underlined, and what only sounds wrong underlined."""
    depth = [0] * len(draft)
    for finding in findings:
        for start, end in finding.spans:
            for at in range(start, end):
                depth[at] = max(depth[at], 1 + finding.listed)
    text = Markup()
    for (start, end), level in _runs(depth):
        text += (Markup("{}"), Markup("<u>{}</u>"), Markup("<b><u>{}</u></b>"))[level].format(draft[start:end])
    return text


def _runs(depth: Sequence[int]) -> Iterator[tuple[Span, int]]:
    """Stretches of one depth."""
    start = 0
    for at in range(1, len(depth) + 1):
        if at == len(depth) or depth[at] != depth[start]:
            yield (start, at), depth[start]
            start = at


def ask_draft(name: str = "") -> Card:
    """Which draft?"""
    lines = Lines().add("要发给{}的话，先发来我看看哪里会让人不舒服。不会替你发出去。", short(name, NAME) or "客户")
    if not name:
        lines.add("也可以回复你自己写的一条，只写 /check。带上客户更准：<code>/check 王总 您看周四方便吗</code>")
    return Card(lines.add("不查了就点 /cancel").text())


def ask_changed(name: str = "") -> Card:
    """The draft again, changed."""
    return Card(Lines().add("把要发给{}的那句发来。不查了就点 /cancel", short(name, NAME) or "客户").text())


def not_yours() -> Card:
    """The reply was to a message of the bot."""
    return Card(Lines().add("那条是我写的。回复你自己写的那条再发 /check，或者把话直接发给我。").text())


def no_draft() -> Card:
    """There is nothing to read."""
    return Card(Lines().add("没看到字。把要发给客户的那句话用文字发过来。不查了就点 /cancel").text())


def foreign() -> Card:
    """Not Chinese: whatever the lists and the model say of it would be made up."""
    return Card(Lines().add("我只会查中文。把要发给客户的那句话用中文发过来。不查了就点 /cancel").text())


def too_long() -> Card:
    """That is no message to a customer."""
    return Card(Lines().add("这段太长了（超过 {} 字）。分成两段，一段一段发给我。", LONGEST_DRAFT).text())
