"""parse_mode HTML, read as strictly as Telegram reads it, with Telegram's words when it refuses.

The rules follow tdlib's own parser: unknown tags, tags left open and malformed attributes are errors; only &lt; &gt;
&amp; &quot; and numeric references are decoded, any other & stays as written. Offsets in errors count UTF-8 bytes.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field

from .entities import Entity, in_order, utf16_len
from .links import link_url

_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "tg-spoiler": "spoiler", "span": "spoiler", "a": "text_link", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE = " \t\r\n\v\f\0"
_SURROGATES = range(0xD800, 0xE000)


class MarkupError(ValueError):
    """The text is not HTML that Telegram takes; the message is what Telegram says after "can't parse entities: "."""


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)


def parse_html(source: str) -> tuple[str, tuple[Entity, ...]]:
    """Plain text and entities. Raises MarkupError and nothing else."""
    return _Reader(source).read()


class _Reader:
    """One pass over the source; `at` is where it stands."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def read(self) -> tuple[str, tuple[Entity, ...]]:
        while self.at < len(self.source):
            if self.source[self.at] != "<":
                self._add(self._character())
            elif self.source.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.text), in_order(self.entities)

    def _add(self, character: str) -> None:
        self.text.append(character)
        self.length += utf16_len(character)

    def _peek(self) -> str:
        return self.source[self.at] if self.at < len(self.source) else ""

    def _character(self) -> str:
        """The next character, a reference counted as one."""
        match = _REFERENCE.match(self.source, self.at)
        decoded = _decoded(match) if match else ""
        if match and decoded:
            self.at = match.end()
            return decoded
        self.at += 1
        return self.source[self.at - 1]

    def _until(self, stops: str) -> str:
        begin = self.at
        while self._peek() and self._peek() not in stops:
            self.at += 1
        return self.source[begin : self.at]

    def _skip_space(self) -> None:
        while self._peek() and self._peek() in _SPACE:
            self.at += 1

    def _byte(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self._until(_SPACE + ">").lower()
        unclosed = MarkupError(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if not self._peek():
            raise unclosed
        if tag not in _KINDS:
            raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        opened = _Open(tag, self.length)
        self._skip_space()
        while self._peek() != ">":
            if not self._peek():
                raise unclosed
            name, value = self._attribute(tag, begin)
            opened.attributes[name] = value
            self._skip_space()
        self.at += 1
        if tag == "span" and opened.attributes.get("class") != "tg-spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        if tag == "tg-emoji" and not opened.attributes.get("emoji-id", "").isdecimal():
            raise MarkupError("Invalid custom emoji identifier specified")
        self.open.append(opened)

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._until(_SPACE + "=>/\"'").lower()
        where = f'of the tag "{tag}" at byte offset {self._byte(begin)}'
        if not name:
            raise MarkupError(f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(begin)}')
        self._skip_space()
        if self._peek() != "=":
            if tag == "blockquote" and name == "expandable":
                return name, ""
            raise MarkupError(f"Expected equal sign in declaration of an attribute {where}")
        self.at += 1
        self._skip_space()
        return name, self._value()

    def _value(self) -> str:
        if self._peek() in {'"', "'"}:
            return self._quoted()
        begin = self.at
        while self._peek() and self._in_name():
            self.at += 1
        if self._peek() not in _SPACE + ">" or begin == self.at:
            raise MarkupError(f"Unexpected end of name token at byte offset {self._byte(begin)}")
        return self.source[begin : self.at].lower()

    def _in_name(self) -> bool:
        return (self._peek().isascii() and self._peek().isalnum()) or self._peek() in ".-"

    def _quoted(self) -> str:
        quote = self._peek()
        begin = self.at
        self.at += 1
        value: list[str] = []
        while self._peek() != quote:
            if not self._peek():
                raise MarkupError(f"Unclosed start tag at byte offset {self._byte(begin)}")
            value.append(self._character())
        self.at += 1
        return "".join(value)

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise MarkupError(f"Unexpected end tag at byte offset {self._byte(begin)}")
        self.at += 2
        found = self._until(_SPACE + ">").lower()
        self._skip_space()
        if self._peek() != ">":
            raise MarkupError(f"Unclosed end tag at byte offset {self._byte(begin)}")
        self.at += 1
        opened = self.open.pop()
        if found and found != opened.tag:
            raise MarkupError(
                f'Unmatched end tag at byte offset {self._byte(begin)}, expected "</{opened.tag}>", found "</{found}>"'
            )
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        length = self.length - opened.offset
        if length == 0:
            return
        entity: Entity = {"offset": opened.offset, "length": length, "type": _KINDS[opened.tag]}
        if opened.tag == "a":
            link = opened.attributes.get("href") or "".join(self.text)[-length:]
            if (url := link_url(link)) is None:
                return
            entity["url"] = url
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes["emoji-id"]
        elif opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "code" and self._names_a_language(opened):
            self.open[-1].attributes["language"] = opened.attributes["class"].removeprefix("language-")
            return
        elif opened.tag == "pre" and opened.attributes.get("language"):
            entity["language"] = opened.attributes["language"]
        self.entities.append(entity)

    def _names_a_language(self, opened: _Open) -> bool:
        """True for the code of `<pre><code class="language-…">`, which Telegram folds into the pre."""
        inside = bool(self.open) and self.open[-1].tag == "pre" and self.open[-1].offset == opened.offset
        return inside and opened.attributes.get("class", "").startswith("language-")


def _decoded(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code <= sys.maxunicode and code not in _SURROGATES else ""
