"""Messages taken away. In a private chat a bot may delete both sides' messages, its own for 48 hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import bad
from .parts import writable_chat

if TYPE_CHECKING:
    from ..chats import Chat
    from ..messages import Message
    from ..params import Params
    from ..world import World

DELETABLE_SECONDS = 48 * 3600  # demo time
MOST_AT_ONCE = 100


def delete_message(world: World, params: Params) -> bool:
    chat = writable_chat(world, params)
    key = params.whole("message_id")
    if key is None:
        raise bad("message identifier is not specified")
    if key not in chat.messages:
        raise bad("message to delete not found")
    world.remove(_young(world, chat.messages[key]))
    return True


def delete_messages(world: World, params: Params) -> bool:
    """Those that are gone already are passed over, as Telegram does."""
    chat = writable_chat(world, params)
    keys = params.json("message_ids")
    if not isinstance(keys, list) or not keys:
        raise bad("message identifiers are not specified")
    if len(keys) > MOST_AT_ONCE:
        raise bad("too many message identifiers specified")
    for message in [_young(world, message) for message in _found(chat, keys)]:
        world.remove(message)
    return True


def _found(chat: Chat, keys: list[int]) -> list[Message]:
    return [chat.messages[key] for key in dict.fromkeys(keys) if key in chat.messages]


def _young(world: World, message: Message) -> Message:
    if world.seconds() - message.sent > DELETABLE_SECONDS:
        raise bad("message can't be deleted for everyone")
    return message
