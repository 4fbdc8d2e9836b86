"""Objects as the page needs them. The page gets text and entities, never HTML."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .commands import commands_for, menu_button_for

if TYPE_CHECKING:
    from .chats import Chat
    from .messages import Message
    from .world import World

_QUOTED = 80  # characters of a quoted or last message the page has room for


def message(chat: Chat, item: Message) -> dict[str, Any]:
    """One bubble."""
    return {
        "id": item.id,
        "from_bot": item.from_bot,
        "text": item.text,
        "entities": list(item.entities),
        "media": _media(item),
        "buttons": [[asdict(button) for button in row] for row in item.buttons],
        "sent": item.sent,
        "edited": item.edited,
        "reply": _quote(chat.messages.get(item.reply_to or 0)),
        "origin": origin_name(item),
        "via_bot": item.via_bot,
    }


def chat(world: World, item: Chat) -> dict[str, Any]:
    """Everything of a chat except its messages."""
    return {
        "started": item.started,
        "blocked": item.blocked,
        "keyboard": item.keyboard,
        "unread": item.unread,
        "commands": commands_for(world, item.person.id),
        "menu": menu_button_for(world, item.person.id),
    }


def person(item: Chat) -> dict[str, Any]:
    """One line of the people list."""
    newest = item.newest
    who = item.person
    return {
        "id": who.id,
        "name": who.first_name,
        "username": who.username,
        "role": who.role,
        "color": who.color,
        "unread": item.unread,
        "last": {"text": summary(newest), "from_bot": newest.from_bot, "sent": newest.sent} if newest else None,
    }


def summary(item: Message) -> str:
    """One line for lists and quotes."""
    kinds = {"photo": "图片", "document": "文件", "voice": "语音", "sticker": "贴纸", "contact": "名片"}
    mark = f"[{kinds[item.media['kind']]}] " if item.media else ""
    return (mark + " ".join(shown_text(item).split()))[:_QUOTED]


def shown_text(item: Message) -> str:
    """The text as a phone shows it: the payload of a deep link stays hidden behind /start."""
    return "/start" if not item.from_bot and item.text.startswith("/start ") else item.text


def origin_name(item: Message) -> str:
    """Whom a forwarded message is from; empty for a message of one's own."""
    if not item.origin:
        return ""
    sender: dict[str, Any] = item.origin.get("sender_user") or {}
    return str(sender.get("first_name") or item.origin.get("sender_user_name") or "")


def _quote(item: Message | None) -> dict[str, Any] | None:
    return None if item is None else {"id": item.id, "from_bot": item.from_bot, "text": summary(item)}


def _media(item: Message) -> dict[str, Any] | None:
    if not item.media:
        return None
    thing = item.media["object"]
    thing = thing[-1] if isinstance(thing, list) else thing
    return {"kind": item.media["kind"], "name": item.media.get("name", ""), **thing}
