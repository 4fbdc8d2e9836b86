"""New messages from the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import wire
from ..errors import bad
from ..keyboards import reply_markup
from .parts import chat_named, media, words, writable_chat

if TYPE_CHECKING:
    from ..chats import Chat
    from ..params import Params
    from ..world import World

_ACTIONS = frozenset({"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
                      "upload_document", "choose_sticker", "find_location", "record_video_note",
                      "upload_video_note"})  # fmt: skip


def send_message(world: World, params: Params) -> dict[str, Any]:
    chat = writable_chat(world, params)
    text, entities = words(params)
    if not text:
        raise bad("message text is empty")
    return _post(world, chat, params, text=text, entities=entities)


def send_photo(world: World, params: Params) -> dict[str, Any]:
    return _send_media(world, params, "photo")


def send_document(world: World, params: Params) -> dict[str, Any]:
    return _send_media(world, params, "document")


def _send_media(world: World, params: Params, kind: str) -> dict[str, Any]:
    chat = writable_chat(world, params)
    text, entities = words(params, caption=True)
    reference = kind if kind in params.files else params.text(kind)
    return _post(world, chat, params, text=text, entities=entities, media=media(world, params, kind, reference))


def _post(world: World, chat: Chat, params: Params, **content: object) -> dict[str, Any]:
    inline, below = reply_markup(params.json("reply_markup"))
    message = world.post(chat, from_bot=True, markup=inline, reply_to=_replied(chat, params), **content)
    if below is not None:
        world.alter(chat, keyboard=None if below.get("remove_keyboard") else below)
    return wire.message(world, message)


def _replied(chat: Chat, params: Params) -> int | None:
    reply = params.json("reply_parameters") or {}
    key = reply.get("message_id") or params.whole("reply_to_message_id")
    if key is None or key in chat.messages:
        return key
    if reply.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


def copy_message(world: World, params: Params) -> dict[str, Any]:
    """The same content as a new message of the bot's own."""
    chat = writable_chat(world, params)
    source = chat_named(world, params, "from_chat_id").messages.get(params.whole("message_id") or 0)
    if source is None:
        raise bad("message to copy not found")
    copy = _post(world, chat, params, text=source.text, entities=source.entities, media=source.media)
    return {"message_id": copy["message_id"]}


def send_chat_action(world: World, params: Params) -> bool:
    chat = writable_chat(world, params)
    if params.text("action") not in _ACTIONS:
        raise bad("wrong parameter action in request")
    world.hub.tell("typing", person=chat.person.id, action=params.text("action"))
    return True
