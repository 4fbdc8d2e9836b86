"""How to handle a type: 开场 · 该做 · 别做 · 可以这样说 · 促成 · 危险信号, and tips by moment."""

from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup

from cards.card import Button, Card, Lines, Rows, fitted, grid
from knowledge.files import MOMENTS
from knowledge.systems import Catalogue, Kind
from knowledge.talk import Talk


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
    _folded(lines, ("💬 可以这样说", said))
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


def whole(kind: Kind, system: Catalogue, talk: Talk) -> Card:
    """The handling card on its own."""
    lines = Lines()
    lines.add("<b>{}</b>　<i>{}</i>", kind.zh, system.zh)
    lines.add("{}", kind.definition).gap()
    lines.parts.append(handling(kind, talk))
    tips = moments(system.id, kind.id) if kind.card.moments else ()
    return Card(lines.text(), (*tips, (Button("📚 别的类型", f"a:{system.id}"),)))


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
    """Every type to tap."""
    lines = Lines()
    lines.add("<b>{}</b>：{}。", system.zh, system.about)
    lines.add("点一个看打法，也可以发 <code>/advice 杀价</code> 直接查。")
    buttons = [Button(kind.zh, f"a:{system.id}:{kind.id}") for kind in system.types.values()]
    return Card(lines.text(), grid(buttons, 3))


def choices(system: Catalogue, kinds: Sequence[Kind], words: str) -> Card:
    """Several types answer a query, or none."""
    if not kinds:
        lines = Lines().add("没找到“{}”。换个词试试，或者从下面挑一个：", words)
        return Card(lines.text(), catalogue(system).buttons)
    lines = Lines().add("“{}”可能是这几种，点一个看打法：", words)
    return Card(lines.text(), fitted([Button(kind.zh, f"a:{system.id}:{kind.id}") for kind in kinds[:10]]))
