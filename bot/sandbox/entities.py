"""Formatting as Telegram counts it: offsets and lengths in UTF-16 units."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Entity = dict[str, Any]

_DETECTED = (
    ("bot_command", re.compile(r"(?<![\w/<>@.])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    (
        "url",
        re.compile(r"(?:https?://|(?<![\w.])t\.me/)[^\s<>\"'，。；！？、）】》]+[^\s<>\"'，。；！？、）】》.,;:!?)]"),
    ),
    ("email", re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("mention", re.compile(r"(?<![\w@.])@[A-Za-z]\w{3,31}\b", re.ASCII)),
    ("hashtag", re.compile(r"(?<![\w#&])#[^\W\d]\w*")),
)
_PLAIN_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
}


def utf16_len(text: str) -> int:
    """Length in UTF-16 units: what Telegram's limits and offsets count."""
    return len(text) + sum(character > "\uffff" for character in text)


def detected(text: str, taken: Iterable[Entity] = ()) -> list[Entity]:
    """Commands, links, mentions and tags that Telegram finds by itself, where `taken` left room for them."""
    blocked = [(e["offset"], e["offset"] + e["length"]) for e in taken if e["type"] in {"code", "pre", "text_link"}]
    found: list[Entity] = []
    for kind, pattern in _DETECTED:
        for match in pattern.finditer(text):
            start = utf16_len(text[: match.start()])
            end = start + utf16_len(match.group())
            if any(start < stop and begin < end for begin, stop in blocked):
                continue
            blocked.append((start, end))
            found.append({"offset": start, "length": end - start, "type": kind})
    return found


def in_order(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Outer before inner, left before right, as Telegram returns them; the kind decides between equals."""
    return tuple(sorted(entities, key=lambda e: (e["offset"], -e["length"], e["type"])))


def trimmed(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Without the blank ends Telegram cuts off; entities are shortened or dropped with them."""
    body = text.rstrip()
    lead = utf16_len(body) - utf16_len(body.lstrip())
    body, size = body.lstrip(), utf16_len(body.strip())
    kept = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, size)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return body, kept


def as_html(text: str, entities: Sequence[Entity]) -> str:
    """HTML that parses back to this text and these entities; what Telegram found by itself stays plain."""
    shown = [e for e in in_order(entities) if _tags(e) is not None]
    edges = {0, utf16_len(text), *(e["offset"] for e in shown), *(e["offset"] + e["length"] for e in shown)}
    units = text.encode("utf-16-le")
    stops = sorted(edges)
    html: list[str] = []
    open_now: list[Entity] = []
    for start, end in zip(stops, [*stops[1:], stops[-1]], strict=True):
        while open_now and open_now[-1]["offset"] + open_now[-1]["length"] <= start:
            html.append(_tags(open_now.pop(), closing=True) or "")
        for entity in shown:
            if entity["offset"] == start and entity["length"] > 0:
                html.append(_tags(entity) or "")
                open_now.append(entity)
        html.append(escape(units[start * 2 : end * 2].decode("utf-16-le", "replace"), quote=False))
    return "".join(html)


def _tags(entity: Entity, *, closing: bool = False) -> str | None:
    """The opening or closing HTML of an entity; None for one that has no tag."""
    kind = entity["type"]
    if kind in _PLAIN_TAGS:
        return f"</{_PLAIN_TAGS[kind]}>" if closing else f"<{_PLAIN_TAGS[kind]}>"
    if kind == "text_link":
        return "</a>" if closing else f'<a href="{escape(entity["url"])}">'
    if kind in {"blockquote", "expandable_blockquote"}:
        return "</blockquote>" if closing else "<blockquote expandable>" if kind[0] == "e" else "<blockquote>"
    if kind == "custom_emoji":
        return "</tg-emoji>" if closing else f'<tg-emoji emoji-id="{escape(entity["custom_emoji_id"])}">'
    if kind == "pre":
        return _pre(entity.get("language"), closing=closing)
    return None


def _pre(language: str | None, *, closing: bool) -> str:
    if not language:
        return "</pre>" if closing else "<pre>"
    return "</code></pre>" if closing else f'<pre><code class="language-{escape(language)}">'
