"""What a person can do on the page, each one verb of a Phone. A string that comes back goes to the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .phone import Phone

Verb = Callable[["Phone", dict[str, Any]], Awaitable[object]]


async def _say(phone: Phone, asked: dict[str, Any]) -> object:
    return await phone.say(str(asked["text"]), reply_to=asked.get("reply_to"))


async def _tap(phone: Phone, asked: dict[str, Any]) -> object:
    return await phone.tap_data(int(asked["message_id"]), str(asked["data"]))


async def _press(phone: Phone, asked: dict[str, Any]) -> object:
    return await phone.press(str(asked["text"]))


async def _open(phone: Phone, asked: dict[str, Any]) -> object:
    return await phone.open_link(str(asked["link"]))


async def _edit(phone: Phone, asked: dict[str, Any]) -> object:
    return await phone.edit(int(asked["message_id"]), str(asked["text"]))


async def _forward(phone: Phone, asked: dict[str, Any]) -> object:
    return await phone.forward_message(int(asked["message_id"]))


async def _voice(phone: Phone, _asked: dict[str, Any]) -> object:
    return await phone.send_voice()


async def _sticker(phone: Phone, asked: dict[str, Any]) -> object:
    return await phone.send_sticker(str(asked.get("emoji") or "👍"))


async def _inline(phone: Phone, asked: dict[str, Any]) -> object:
    return await phone.ask_inline(str(asked["text"]), str(asked.get("offset") or ""))


async def _offered(phone: Phone, asked: dict[str, Any]) -> object:
    return await phone.choose_inline(str(asked["query"]), str(asked["result"]))


async def _above(phone: Phone, asked: dict[str, Any]) -> object:
    return await phone.tap_inline_button(str(asked["query"]))


async def _read(phone: Phone, _asked: dict[str, Any]) -> object:
    await phone.read()
    return None


VERBS: dict[str, Verb] = {
    "say": _say,
    "tap": _tap,
    "press": _press,
    "open": _open,
    "edit": _edit,
    "forward": _forward,
    "voice": _voice,
    "sticker": _sticker,
    "inline": _inline,
    "offered": _offered,
    "above": _above,
    "read": _read,
}
