"""reply_markup: what Telegram takes, and what it says when it does not."""

from __future__ import annotations

from typing import Any

from .errors import bad
from .links import link_url

MAX_BUTTONS = 100
MAX_PER_ROW = 8
MAX_DATA_BYTES = 64
MAX_COPY = 256
MAX_PLACEHOLDER = 64
_ACTIONS = ("callback_data", "url", "switch_inline_query", "switch_inline_query_current_chat",
            "switch_inline_query_chosen_chat", "web_app", "login_url", "copy_text", "callback_game", "pay")  # fmt: skip


def inline_keyboard(markup: object) -> dict[str, Any] | None:
    """The inline keyboard of an edit; None when there is none, which takes the buttons away."""
    if markup is None:
        return None
    if not isinstance(markup, dict) or "inline_keyboard" not in markup:
        if markup == {}:
            return None
        raise bad("inline keyboard expected")
    rows = [[_inline_button(item) for item in row] for row in _rows(markup["inline_keyboard"]) if row]
    return {"inline_keyboard": rows} if rows else None


def reply_markup(markup: object) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """(inline keyboard of the message, new keyboard below the chat); one of them at most.

    The keyboard below is `{"keyboard": rows, …}`, `{"remove_keyboard": True}` or `{"force_reply": True}`.
    """
    if markup is None or markup == {}:
        return None, None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        return inline_keyboard(markup), None
    if len(markup.get("input_field_placeholder") or "") > MAX_PLACEHOLDER:
        raise bad("REPLY_MARKUP_INVALID")
    if "keyboard" in markup:
        rows = [[_reply_button(item) for item in row] for row in _rows(markup["keyboard"]) if row]
        return None, {**markup, "keyboard": rows} if rows else {"remove_keyboard": True}
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return None, markup
    raise bad("reply markup is not one of the supported kinds")


def _rows(rows: object) -> list[list[object]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('can\'t parse reply keyboard markup JSON object: field "inline_keyboard" must be an Array of Arrays')
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad("reply markup is too long")
    if any(len(row) > MAX_PER_ROW for row in rows):
        raise bad("REPLY_MARKUP_TOO_LONG")
    return rows


def _inline_button(item: object) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise bad("can't parse inline keyboard button: expected an Object")
    text = item.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad("inline keyboard button text must be non-empty")
    actions = [name for name in _ACTIONS if item.get(name) is not None]
    if not actions:
        raise bad("text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad("can't parse inline keyboard button: exactly one optional field must be used")
    return _checked(item, actions[0])


def _checked(item: dict[str, Any], action: str) -> dict[str, Any]:
    value = item[action]
    if action == "callback_data":
        if not isinstance(value, str) or not 1 <= len(value.encode("utf-8", "surrogatepass")) <= MAX_DATA_BYTES:
            raise bad("BUTTON_DATA_INVALID")
    elif action == "url":
        address = link_url(value) if isinstance(value, str) else None
        if address is None or address.startswith("mailto:"):
            raise bad("BUTTON_URL_INVALID")
        item = {**item, "url": address}
    elif action == "copy_text":
        copied = value.get("text") if isinstance(value, dict) else None
        if not isinstance(copied, str) or not 1 <= len(copied) <= MAX_COPY:
            raise bad("BUTTON_COPY_TEXT_INVALID")
    return item


def _reply_button(item: object) -> dict[str, Any]:
    button = {"text": item} if isinstance(item, str) else item
    if not isinstance(button, dict):
        raise bad("can't parse keyboard button: expected an Object")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad("keyboard button text must be non-empty")
    return button
