"""Commands and menu buttons by scope, and which of them a person sees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .errors import bad

if TYPE_CHECKING:
    from .world import World

MAX_COMMANDS = 100
MAX_DESCRIPTION = 256
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


def scope_key(world: World, scope: object, language: str) -> str:
    """The setting that holds this scope's commands; a scope of an unknown chat is refused."""
    scope = {"type": "default"} if scope in (None, {}) else scope
    kind = scope.get("type") if isinstance(scope, dict) else None
    if not isinstance(scope, dict) or kind not in _SCOPES:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad("LANG_CODE_INVALID")
    parts = [str(scope.get(name, "")) for name in _SCOPES[kind]]
    if parts and (not parts[0].lstrip("-").isdecimal() or int(parts[0]) not in world.chats):
        raise bad("chat not found")
    return ":".join(["commands", kind, *parts, language])


def checked_commands(items: object) -> list[dict[str, str]]:
    """The commands, or the refusal of the first wrong one."""
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise bad("can't parse commands JSON object: expected an Array of Objects")
    if len(items) > MAX_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    return [_checked(item) for item in items]


def _checked(item: dict[str, Any]) -> dict[str, str]:
    command = str(item.get("command") or "").removeprefix("/")
    description = str(item.get("description") or "").strip()
    if not _COMMAND.fullmatch(command):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= MAX_DESCRIPTION:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


def commands_for(world: World, person_id: int) -> list[dict[str, str]]:
    """What the person's menu lists: the narrowest scope that is set, its Chinese variant first."""
    for scope in (f"chat:{person_id}", "all_private_chats", "default"):
        for language in ("zh", ""):
            found: list[dict[str, str]] | None = world.journal.setting(f"commands:{scope}:{language}")
            if found:
                return found
    return []


def menu_button_for(world: World, person_id: int) -> dict[str, Any]:
    """The chat's own menu button, else the one for everybody, else the standard one."""
    own = world.journal.setting(f"menu:{person_id}")
    button: dict[str, Any] = own or world.journal.setting("menu:") or {"type": "default"}
    return button
