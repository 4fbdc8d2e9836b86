"""Changes of the bot's own messages. Without reply_markup an edit takes the inline buttons away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import wire
from ..errors import bad
from ..keyboards import inline_keyboard
from ..params import Params
from .parts import media, own_message, words

if TYPE_CHECKING:
    from ..messages import Message
    from ..world import World

_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)


def edit_text(world: World, params: Params) -> dict[str, Any]:
    message = own_message(world, params)
    if message.media:
        raise bad("there is no text in the message to edit")
    text, entities = words(params)
    if not text:
        raise bad("message text is empty")
    return _edit(world, message, params, text=text, entities=entities)


def edit_caption(world: World, params: Params) -> dict[str, Any]:
    message = own_message(world, params)
    if not message.media:
        raise bad("there is no caption in the message to edit")
    text, entities = words(params, caption=True)
    return _edit(world, message, params, text=text, entities=entities)


def edit_media(world: World, params: Params) -> dict[str, Any]:
    message = own_message(world, params)
    wanted = params.json("media")
    if not isinstance(wanted, dict) or wanted.get("type") not in {"photo", "document"}:
        raise bad("can't parse InputMedia: type must be photo or document in this sandbox")
    text, entities = words(Params(wanted), caption=True)
    found = media(world, params, wanted["type"], wanted.get("media"))
    return _edit(world, message, params, text=text, entities=entities, media=found)


def edit_reply_markup(world: World, params: Params) -> dict[str, Any]:
    return _edit(world, own_message(world, params), params)


def _edit(world: World, message: Message, params: Params, **content: Any) -> dict[str, Any]:
    changes = {**content, "markup": inline_keyboard(params.json("reply_markup"))}
    if all(getattr(message, name) == value for name, value in changes.items()):
        raise bad(_SAME)
    return wire.message(world, world.change(message, **changes, edited_at=world.seconds()))
