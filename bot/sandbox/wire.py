"""Objects as the Bot API sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from .chats import Chat
    from .messages import Message
    from .world import World

RIGHTS = (  # of a restricted member, none of which the bot has
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
    "can_edit_tag", "can_react_to_messages",
)  # fmt: skip


def message(world: World, item: Message, *, nested: bool = False) -> dict[str, Any]:
    """The Message object. A message inside another one does not name what it replies to itself."""
    chat = world.chat(item.chat_id)
    body: dict[str, Any] = {
        "message_id": item.id,
        "from": bot_user(world) if item.from_bot else world.chat(item.sender or item.chat_id).person.as_user(),
        "chat": chat.person.as_chat(),
        "date": item.sent,
        **_content(item),
    }
    if item.edited_at is not None:
        body["edit_date"] = item.edited_at
    if item.markup:
        body["reply_markup"] = item.markup
    if item.via_bot:
        body["via_bot"] = bot_user(world)
    if item.origin:
        body["forward_origin"] = item.origin
    replied = chat.messages.get(item.reply_to or 0)
    if replied is not None and not nested:
        body["reply_to_message"] = message(world, replied, nested=True)
    return body


def _content(item: Message) -> dict[str, Any]:
    words, spans = ("caption", "caption_entities") if item.media else ("text", "entities")
    body: dict[str, Any] = {}
    if item.media:
        body[item.media["kind"]] = item.media["object"]
    if item.text:
        body[words] = item.text
    if item.text and item.entities:
        body[spans] = list(item.entities)
    return body


def bot_user(world: World) -> dict[str, Any]:
    """The bot as the sender of a message."""
    return {name: world.bot[name] for name in ("id", "is_bot", "first_name", "username")}


def callback_query(
    world: World, chat: Chat, key: str, message_id: int, data: str, by: int | None = None
) -> dict[str, Any]:
    """A tap; a message that is gone is sent as inaccessible (date 0), as Telegram does."""
    found = chat.messages.get(message_id)
    gone = {"chat": chat.person.as_chat(), "message_id": message_id, "date": 0}
    return {
        "id": key,
        "from": world.chat(by or chat.person.id).person.as_user(),
        "message": message(world, found) if found else gone,
        "chat_instance": str(crc32(f"chat {chat.person.id}".encode()) << 20),
        "data": data,
    }


def my_chat_member(world: World, chat: Chat, before: str, after: str, by: Chat) -> dict[str, Any]:
    """The bot's standing in a chat has changed: member, kicked, left, or restricted (may not write)."""
    return {
        "chat": chat.person.as_chat(),
        "from": by.person.as_user(),
        "date": world.seconds(),
        "old_chat_member": _standing(world, before),
        "new_chat_member": _standing(world, after),
    }


def _standing(world: World, status: str) -> dict[str, Any]:
    standing = {"user": bot_user(world), "status": status}
    if status == "kicked":
        return {**standing, "until_date": 0}
    if status == "restricted":
        return {**standing, "is_member": True, "until_date": 0, **dict.fromkeys(RIGHTS, False)}
    return standing
