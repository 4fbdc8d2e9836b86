"""What several methods share: which chat, which message, which words, which file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ..entities import detected, in_order, trimmed, utf16_len
from ..errors import bad, forbidden, upgraded
from ..files import Upload, media_of
from ..markup import MarkupError, parse_html
from ..params import Params
from ..world import World

if TYPE_CHECKING:
    from ..chats import Chat
    from ..entities import Entity
    from ..messages import Message

Method = Callable[[World, Params], object | Awaitable[object]]
TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024


def chat_named(world: World, params: Params, name: str = "chat_id") -> Chat:
    """A chat the person has opened, or a group that the bot is in; anything else is "not found", as for a real bot."""
    value = params.text(name)
    if not value:
        raise bad(f"{name} is empty")
    known = world.known(int(value)) if value.lstrip("-").isdecimal() else None
    if known is None or not known.started:
        raise bad("chat not found")
    return known


def writable_chat(world: World, params: Params) -> Chat:
    """A chat that takes messages from the bot."""
    chat = chat_named(world, params)
    if chat.moved_to is not None:
        raise upgraded(chat.moved_to)
    if chat.blocked:
        group = chat.person.id < 0
        raise forbidden("bot was kicked from the group chat" if group else "bot was blocked by the user")
    if chat.muted:
        raise bad("not enough rights to send text messages to the chat")
    return chat


def own_message(world: World, params: Params) -> Message:
    """The bot's message an edit is about."""
    chat = writable_chat(world, params)
    key = params.whole("message_id")
    if key is None:
        raise bad("message identifier is not specified")
    message = chat.messages.get(key)
    if message is None:
        raise bad("message to edit not found")
    if not message.from_bot:
        raise bad("message can't be edited")
    return message


def words(params: Params, *, caption: bool = False) -> tuple[str, tuple[Entity, ...]]:
    """The formatted text or caption within its limit in UTF-16 units, counted after the tags are read."""
    name = "caption" if caption else "text"
    source = params.text(name).replace("\r", "")
    given = params.json("caption_entities" if caption else "entities") or []
    text, found = _read(source, params.text("parse_mode"), given)
    text, kept = trimmed(text, found)
    if utf16_len(text) > (CAPTION_LIMIT if caption else TEXT_LIMIT):
        raise bad("message caption is too long" if caption else "message is too long")
    return text, in_order([*kept, *detected(text, kept)])


def _read(source: str, mode: str, given: list[Entity]) -> tuple[str, list[Entity]]:
    if not mode:
        return source, [_spanned(item) for item in given]
    if mode.lower() != "html":
        known = mode.lower() in {"markdown", "markdownv2"}
        raise bad("this sandbox reads only parse_mode HTML" if known else "unsupported parse_mode")
    try:
        text, found = parse_html(source)
    except MarkupError as fault:
        raise bad(f"can't parse entities: {fault}") from fault
    return text, list(found)


def _spanned(item: Any) -> Entity:
    if not isinstance(item, dict) or not {"type", "offset", "length"} <= item.keys():
        raise bad("can't parse MessageEntity: Object expected")
    return item


def media(world: World, params: Params, kind: str, reference: object) -> dict[str, Any]:
    """The uploaded file, or one sent before and named by its id."""
    if not isinstance(reference, str) or not reference:
        raise bad(f"there is no {kind} in the request")
    upload = params.file(reference)
    if not isinstance(upload, Upload):
        stored = world.files.by_id(upload)
        if stored is None:
            raise bad("wrong file identifier/HTTP URL specified")
        return media_of(kind, stored)
    if not upload.data:
        raise bad("file must be non-empty")
    return media_of(kind, world.files.keep(kind, upload))
