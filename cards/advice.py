"""How to handle a type: 开场 · 该做 · 别做 · 可以这样说 · 促成 · 危险信号, tips by moment; and how it is looked up."""

from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup

from cards.card import DATA_LIMIT, Article, Button, Card, Lines, Rows, fitted, grid
from cards.playbooks import linked, opened
from knowledge.files import MOMENTS, SCENES
from knowledge.finding import Entry, Scene, Type
from knowledge.playbooks import Playbook
from knowledge.systems import Catalogue, Kind
from knowledge.talk import Talk

MOST = 12  # buttons of an answer
KINDS = {  # of systems: the mark of the shelf, its name, and what is on it
    "infer": ("👤", "客户是哪种人", "从他怎么说、怎么做看出来"),
    "rule": ("🗂", "客户分级和状态", "按成交、往来和资料算出来"),
    "score": ("📝", "打分测试", "打完分落在哪一种、该怎么办"),
}


@lru_cache(maxsize=1024)  # the same for everybody, and under every result
def handling(kind: Kind, talk: Talk) -> Markup:
    """The card of a type as a block of text, with the team's own words in it: the gist in sight, the rest folded."""
    card = kind.card
    lines = Lines()
    lines.add("💡 <b>{}</b>", talk.fill([card.essence])[0])
    if card.opening:
        lines.add("<b>{}</b>", "🚪 开场").items(talk.fill(card.opening))
    said = [f"“{line.strip('“”')}”" for line in talk.fill(card.say)]
    _folded(lines, ("✅ 该做", talk.fill(card.do)), ("🚫 别做", talk.fill(card.dont)))
    _folded(lines, ("💬 可以这样说", said), ("❓ 可以这样问", talk.fill(card.ask)))
    if card.close or card.warning:
        _folded(lines, ("🤝 促成", talk.fill(card.close)), ("⚠️ 危险信号", talk.fill(card.warning)))
    return lines.text()


def _folded(lines: Lines, *sections: tuple[str, Sequence[str]]) -> None:
    """Sections in a quote that a phone shows three lines of until it is tapped."""
    inner = Lines()
    for title, rows in sections:
        if not rows:
            continue
        inner.add("<b>{}</b>", title).items(rows)
    lines.parts.append(Markup("<blockquote expandable>") + inner.text() + Markup("</blockquote>"))


def whole(kind: Kind, system: Catalogue, talk: Talk, books: Sequence[Playbook] = (), *, tried: bool = False) -> Card:
    """The handling card on its own, with the playbooks that were made for such a customer.

    `tried`: its lines are in the order of what colleagues found out.
    """
    lines = Lines()
    lines.add("<b>{}</b>　<i>{}</i>", kind.zh, system.zh)
    lines.add("{}", kind.definition).gap()
    lines.parts.append(handling(kind, talk))
    if tried:
        lines.add("<i>同事试下来管用的排在前面。</i>")
    tips = moments(system.id, kind.id) if kind.card.moments else ()
    return Card(lines.text(), (*tips, *linked(books), (Button("📚 别的类型", f"a:{system.id}"),)))


def moments(system: str, type: str) -> Rows:
    """Buttons for the tips by moment: six short words in one row."""
    return (tuple(Button(zh, f"m:{system}:{type}:{key}") for key, zh in MOMENTS.items()),)


def moment(kind: Kind, system: Catalogue, key: str, talk: Talk) -> Card:
    """The tips for one moment."""
    lines = Lines()
    lines.add("<b>{} · {}</b>", kind.zh, MOMENTS[key]).items(talk.fill(getattr(kind.card.moments, key)))
    others = grid([Button(zh, f"m:{system.id}:{kind.id}:{other}") for other, zh in MOMENTS.items() if other != key], 5)
    return Card(lines.text(), (*others, (Button("📖 完整打法", f"a:{system.id}:{kind.id}"),)))


def catalogue(system: Catalogue) -> Card:
    """Every type of a system to tap."""
    lines = Lines()
    lines.add("<b>{}</b>：{}。", system.zh, system.about.rstrip("。"))
    first = next(iter(system.types.values()))
    lines.add("点一个看打法，也可以直接发 <code>/advice {}</code>。", first.zh)
    buttons = [Button(kind.zh, f"a:{system.id}:{kind.id}") for kind in system.types.values()]
    return Card(lines.text(), (*grid(buttons, 3), (Button("⬅️ 全部分类", "a:"),)))


def categories(systems: Sequence[Catalogue], primary: Catalogue, books: int) -> Card:
    """What can be looked up, in a few kinds."""
    lines = Lines().add("📖 <b>查什么？</b>")
    lines.add("知道叫什么就直接发：<code>/advice 杀价</code>、<code>/advice 报价</code>。")
    lines.add("拼音首字母也行：<code>/advice sj</code>")
    lines.gap()
    shelves = []
    for key, (mark, zh, about) in KINDS.items():
        count = sum(system.kind == key for system in systems)
        lines.add("{} <b>{}</b>　{} 套，{}", mark, zh, count, about)
        shelves.append(Button(f"{mark} {zh}", f"a:::{key}"))
    lines.add("🧭 <b>步骤打法</b>　{} 个，一件事一步步怎么做", books)
    shelves.append(Button("🧭 步骤打法", "b:"))
    often = Button(f"⭐ {primary.zh}（{len(primary.types)} 种，最常用）", f"a:{primary.id}::here")
    return Card(lines.text(), ((often,), *grid(shelves, 2)))


def shelf(key: str, systems: Sequence[Catalogue]) -> Card:
    """The systems of a kind."""
    mark, zh, about = KINDS[key]
    lines = Lines().add("{} <b>{}</b>　{}。", mark, zh, about).gap()
    for system in systems:
        lines.add("· <b>{}</b>　{} 种。{}", system.zh, len(system.types), system.about)
    buttons = [Button(system.zh, f"a:{system.id}::here") for system in systems]
    return Card(lines.text(), (*grid(buttons, 2), (Button("⬅️ 全部分类", "a:"),)))


def choices(found: Sequence[Entry], words: str, moment: str = "") -> Card:
    """Several answers to choose from, the likeliest first; types open at `moment`, where one was named."""
    lines = Lines().add("“{}”可能是这几个，点一个看：", words)
    if len(found) > MOST:
        lines.add("一共 {} 个，先列最像的 {} 个；多打一两个字更准。", len(found), MOST)
    return Card(lines.text(), _listed(found[:MOST], moment))


def nothing(words: str, near: Sequence[Entry]) -> Card:
    """Nothing is called so: what sounds nearly so, and the moments."""
    lines = Lines().add("没找到“{}”。", words)
    if near:
        lines.add("是不是想找：{}？", "、".join(_button(entry, "").label for entry in near))
    lines.add("也可以按场合找，或者看全部分类。")
    moments = grid([Button(f"🎯 {zh}", f"b::{id}") for id, zh in SCENES.items()], 3)
    return Card(lines.text(), (*_listed(near), *moments, (Button("📚 全部分类", "a:"),)))


def also(card: Card, words: str, count: int) -> Card:
    """A card that answers best, with a way to the other answers."""
    data = f"l:{words}"
    if not count or len(data.encode()) > DATA_LIMIT:
        return card
    return Card(card.text, (*card.buttons, (Button(f"🔎 还有 {count} 个带“{words}”的", data),)))


def _listed(found: Sequence[Entry], moment: str = "") -> Rows:
    """Types first or playbooks first, as the best answer is; each kind together."""
    kinds = list(dict.fromkeys(map(type, found)))
    together = sorted(found, key=lambda entry: kinds.index(type(entry)))
    return fitted([_button(entry, moment) for entry in together], 20)


def _button(entry: Entry, moment: str) -> Button:
    match entry:
        case Type(system, kind):
            at = f"m:{system.id}:{kind.id}:{moment}" if moment and kind.card.moments else f"a:{system.id}:{kind.id}"
            return Button(f"{kind.zh} · {system.zh}", at)
        case Playbook():
            return Button(f"🧭 {entry.zh}", f"b:{entry.id}")
        case Scene(id, zh):
            return Button(f"🎯 {zh}的时候", f"b::{id}")
        case Catalogue():
            return Button(f"📚 {entry.zh}（{len(entry.types)} 种）", f"a:{entry.id}")


def article(entry: Type | Playbook, talk: Talk) -> Article:
    """A card to be put into any chat."""
    if isinstance(entry, Playbook):
        return Article(f"b:{entry.id}", f"🧭 {entry.zh}", talk.fill([entry.about])[0], opened(entry, talk).text)
    kind, system = entry.kind, entry.system
    essence = talk.fill([kind.card.essence])[0]
    return Article(f"a:{system.id}:{kind.id}", f"{kind.zh} · {system.zh}", essence, whole(kind, system, talk).text)
