"""A card is a message to be shown: HTML and rows of buttons. User text is escaped here, once, by `Markup.format`.

Acts are what an answer consists of. They are plain values that survive a round trip through JSON.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from markupsafe import Markup, escape

from cards.charts import Chart, Look, packed, unpacked

TEXT_LIMIT = 4096  # UTF-16 units of visible text in one message
CAPTION_LIMIT = 1024  # the same below a picture
DATA_LIMIT = 64  # bytes of callback data


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button: `data` comes back when it is tapped, or `url` opens."""

    label: str
    data: str = ""
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One message."""

    text: Markup
    buttons: Rows = ()


@dataclass(frozen=True, slots=True)
class Say:
    """Send a card as a new message."""

    card: Card


@dataclass(frozen=True, slots=True)
class Change:
    """Put a card in the place of the message whose button was tapped."""

    card: Card


@dataclass(frozen=True, slots=True)
class Toast:
    """A short notice over the chat, at most 200 characters; `alert` makes the person close it."""

    text: str
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """Let the button that was tapped show it, where its message stays as it was sent: it says `label` from now on, or
    what it said, with a tick before it.
    """

    label: str = ""


@dataclass(frozen=True, slots=True)
class Tell:
    """Send a card to somebody else; `silent` where it is no hour to be disturbed at."""

    telegram_id: int
    card: Card
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Menu:
    """Give the person the command menu of a role."""

    role: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Show a chart as a photo, with `caption` below it; `alt` is what it shows, in words.

    A caption that is too long leaves `alt` below the photo, and `words` follow as a message. Where the chart cannot be
    drawn `words` are all there is. With `instead` it takes the place of the message whose button was tapped. `look` is
    what whoever gets it has chosen; a group gets the light one.
    """

    chart: Chart
    alt: str
    caption: Card
    words: Card
    instead: bool = False
    look: Look = "light"

    @property
    def fits(self) -> bool:
        """Whether the caption says everything."""
        return units(visible(self.caption.text)) <= CAPTION_LIMIT


@dataclass(frozen=True, slots=True)
class Article:
    """A text that can be put into any chat: `id` (at most 64 bytes), and how it is listed."""

    id: str
    title: str
    about: str
    text: Markup


@dataclass(frozen=True, slots=True)
class Offer:
    """Answer what was typed behind the bot's name in some chat; `more` is where the next ones begin, "" for none."""

    articles: tuple[Article, ...]
    more: str = ""


Act = Say | Change | Picture | Toast | Tick | Tell | Menu | Offer
TICK = "✓ "


@dataclass(slots=True)
class Lines:
    """Build a text line by line; what is passed to `add` after the template is escaped."""

    parts: list[str] = field(default_factory=list)  # each is HTML already

    def add(self, template: str, *values: object, **named: object) -> "Lines":
        """One line (or block) from our own template and anybody's values."""
        safe = {name: escape(value) for name, value in named.items()}
        self.parts.append(template.format(*map(escape, values), **safe))
        return self

    def items(self, values: Iterable[str], bullet: str = "·") -> "Lines":
        """One line per value."""
        for value in values:
            self.add(f"{bullet} {{}}", value)
        return self

    def gap(self) -> "Lines":
        """An empty line."""
        self.parts.append("")
        return self

    def text(self) -> Markup:
        """All lines together."""
        return Markup("\n".join(self.parts))  # noqa: S704 - templates are ours, and values were escaped


def grid(buttons: Sequence[Button], width: int) -> Rows:
    """Buttons in rows of `width`."""
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))


def paged(stem: str, at: int, *, more: bool, tail: str = "") -> Rows:
    """The row that turns pages, none where there is one page only: `at` counts from 0, callback data is the stem, the
    page and the tail.
    """
    back = (Button("⬅️ 上一页", f"{stem}:{at - 1}{tail}"),) if at > 0 else ()
    on = (Button("下一页 ➡️", f"{stem}:{at + 1}{tail}"),) if more else ()
    return ((*back, *on),) if back or on else ()


def fitted(buttons: Sequence[Button], room: int = 16) -> Rows:
    """Buttons in rows, two to a row where both labels are short enough for a phone (`room` characters together)."""
    rows: list[tuple[Button, ...]] = []
    for button in buttons:
        last = rows[-1] if rows else ()
        if len(last) == 1 and len(last[0].label) + len(button.label) <= room:
            rows[-1] = (*last, button)
        else:
            rows.append((button,))
    return tuple(rows)


def captioned(alt: str, words: Lines, buttons: Rows = ()) -> Card:
    """What stands below a picture: first what it shows, for whoever cannot see it, then the words."""
    return Card(Lines().add("<i>{}</i>", alt).gap().text() + "\n" + words.text(), buttons)


def units(text: str) -> int:
    """How long Telegram finds a text: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def visible(text: Markup) -> str:
    """What a person sees of our HTML: no tags, and every entity as its character."""
    return unescape(_TAG.sub("", text))


_TAG = re.compile("<[^>]*>")


def short(text: str, room: int) -> str:
    """`text` in at most `room` UTF-16 units; the last of them says that there was more."""
    if units(text) <= room:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * room - 2].decode("utf-16-le", "ignore") + "…"


def latest(text: str, room: int) -> str:
    """The end of `text` in at most `room` UTF-16 units; the first of them says that there was more."""
    if units(text) <= room:
        return text
    return "…" + text.encode("utf-16-le", "surrogatepass")[2 - 2 * room :].decode("utf-16-le", "ignore")


def percent(p: float) -> str:
    """A probability for people: whole percent, never 0 or 100."""
    return f"{min(99, max(1, round(100 * p)))}%"


def pack(acts: Sequence[Act]) -> str:
    """Acts as JSON."""
    return _encode([_packed(act) for act in acts])


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def unpack(text: str) -> list[Act]:
    """Acts from `pack`."""
    return [_unpacked(row) for row in json.loads(text)]


def _packed(act: Act) -> list[Any]:
    match act:
        case Say(card):
            return ["say", _card(card)]
        case Change(card):
            return ["change", _card(card)]
        case Picture(chart, alt, caption, words, instead, look):
            return ["picture", packed(chart), alt, _card(caption), _card(words), instead, look]
        case Toast(text, alert):
            return ["toast", text, alert]
        case Tick(label):
            return ["tick", label]
        case Tell(telegram_id, card, silent):
            return ["tell", telegram_id, _card(card), silent]
        case Menu(role):
            return ["menu", role]
        case Offer(articles, more):
            return ["offer", [[a.id, a.title, a.about, str(a.text)] for a in articles], more]


def _unpacked(row: list[Any]) -> Act:
    kind, *rest = row
    match kind:
        case "say":
            return Say(_uncard(rest[0]))
        case "change":
            return Change(_uncard(rest[0]))
        case "picture":
            chart, alt, caption, words, *how = rest
            return Picture(unpacked(chart), alt, _uncard(caption), _uncard(words), *how)
        case "toast":
            return Toast(rest[0], rest[1])
        case "tick":
            return Tick(rest[0])
        case "tell":
            return Tell(rest[0], _uncard(rest[1]), *rest[2:])
        case "menu":
            return Menu(rest[0])
        case "offer":
            return Offer(tuple(_article(*article) for article in rest[0]), rest[1])
    raise ValueError(f"no act is called {kind!r}")


def _card(card: Card) -> list[Any]:
    return [str(card.text), [[[b.label, b.data, b.url] for b in row] for row in card.buttons]]


def _article(id: str, title: str, about: str, text: str) -> Article:
    return Article(id, title, about, Markup(text))  # noqa: S704 - was a Markup when packed


def _uncard(row: list[Any]) -> Card:
    text, rows = row
    return Card(Markup(text), tuple(tuple(Button(*button) for button in line) for line in rows))  # noqa: S704 - was a Markup when packed
