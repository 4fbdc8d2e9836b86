"""One message of a chat as a value. A change makes a new value; nothing here knows HTTP or SQL."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from .entities import as_html


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button. Exactly one of `data`, `url`, `copy` is set for the kinds the sandbox shows."""

    text: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """`sent` and `edited_at` are Unix seconds of the demo clock; `media` is what `files.media_of` makes.

    `via_bot` marks what a person chose from the bot's inline results; `sender` is who wrote it in a group.
    """

    id: int
    chat_id: int
    from_bot: bool
    sent: int
    text: str = ""
    entities: tuple[dict[str, Any], ...] = ()
    media: dict[str, Any] | None = None
    markup: dict[str, Any] | None = None
    edited_at: int | None = None
    reply_to: int | None = None
    origin: dict[str, Any] | None = None
    via_bot: bool = False
    sender: int | None = None

    @property
    def date(self) -> datetime:
        """When it was sent, aware UTC."""
        return datetime.fromtimestamp(self.sent, UTC)

    @property
    def edited(self) -> bool:
        return self.edited_at is not None

    @property
    def html(self) -> str:
        """The text with its formatting, as the HTML Telegram itself would take."""
        return as_html(self.text, self.entities)

    @property
    def buttons(self) -> list[list[Button]]:
        """Rows of inline buttons, top to bottom."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [[_button(item) for item in row] for row in rows]

    def as_json(self) -> str:
        """One line for the journal."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> Message:
        """The reverse of `as_json`."""
        fields = json.loads(line)
        return cls(**{**fields, "entities": tuple(fields["entities"])})


def _button(item: dict[str, Any]) -> Button:
    copied = item.get("copy_text") or {}
    return Button(item["text"], item.get("callback_data"), item.get("url"), copied.get("text"))
