"""Who the bot is, what its menu lists, and what it can look up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..commands import checked_commands, menu_button_for, scope_key
from ..errors import bad
from .parts import chat_named

if TYPE_CHECKING:
    from ..params import Params
    from ..world import World

_LIMITS = {"name": 64, "short_description": 120, "description": 512}
_ABILITIES = {
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": True,
    "can_connect_to_business": False,
    "has_main_web_app": False,
}
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_me(world: World, _params: Params) -> dict[str, Any]:
    return {**world.bot, **_ABILITIES}


def get_chat(world: World, params: Params) -> dict[str, Any]:
    """ChatFullInfo, with the fields it always has."""
    person = chat_named(world, params).person
    always = {"accent_color_id": person.id % 7, "max_reaction_count": 11}
    return {**person.as_chat(), **always, "accepted_gift_types": dict.fromkeys(_GIFTS, False)}


def get_file(world: World, params: Params) -> dict[str, Any]:
    stored = world.files.by_id(params.text("file_id"))
    if stored is None:
        raise bad("invalid file_id")
    return stored.as_file()


def set_my_commands(world: World, params: Params) -> bool:
    key = scope_key(world, params.json("scope"), params.text("language_code"))
    world.journal.set(key, checked_commands(params.json("commands") or []))
    world.hub.tell("people")
    return True


def get_my_commands(world: World, params: Params) -> list[dict[str, str]]:
    key = scope_key(world, params.json("scope"), params.text("language_code"))
    found: list[dict[str, str]] = world.journal.setting(key) or []
    return found


def delete_my_commands(world: World, params: Params) -> bool:
    world.journal.set(scope_key(world, params.json("scope"), params.text("language_code")), None)
    world.hub.tell("people")
    return True


def set_chat_menu_button(world: World, params: Params) -> bool:
    """For one chat, or for every chat when chat_id is left out."""
    button = params.json("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in {"commands", "web_app", "default"}:
        raise bad("can't parse menu button: unallowed type specified")
    owner = chat_named(world, params).person.id if params.text("chat_id") else ""
    world.journal.set(f"menu:{owner}", button)
    world.hub.tell("people")
    return True


def get_chat_menu_button(world: World, params: Params) -> dict[str, Any]:
    return menu_button_for(world, chat_named(world, params).person.id if params.text("chat_id") else 0)


def _set_words(world: World, params: Params, name: str) -> bool:
    text = params.text(name)
    if len(text) > _LIMITS[name]:
        raise bad(f"BOT_{name.upper()}_TOO_LONG")
    world.journal.set(f"{name}:{params.text('language_code')}", text)
    world.hub.tell("people")
    return True


def _words(world: World, params: Params, name: str) -> dict[str, str]:
    standard = world.bot["first_name"] if name == "name" else ""
    return {name: world.journal.setting(f"{name}:{params.text('language_code')}") or standard}


def set_my_name(world: World, params: Params) -> bool:
    return _set_words(world, params, "name")


def get_my_name(world: World, params: Params) -> dict[str, str]:
    return _words(world, params, "name")


def set_my_description(world: World, params: Params) -> bool:
    return _set_words(world, params, "description")


def get_my_description(world: World, params: Params) -> dict[str, str]:
    return _words(world, params, "description")


def set_my_short_description(world: World, params: Params) -> bool:
    return _set_words(world, params, "short_description")


def get_my_short_description(world: World, params: Params) -> dict[str, str]:
    return _words(world, params, "short_description")
