"""How the bot gets its updates: by polling, or pushed to an address of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..errors import bad, conflict
from ..webhook import DEFAULT_CONNECTIONS

if TYPE_CHECKING:
    from ..params import Params
    from ..world import World

MOST_UPDATES = 100
LONGEST_POLL = 50
MOST_CONNECTIONS = 100
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


async def get_updates(world: World, params: Params) -> list[dict[str, Any]]:
    """Long poll. `allowed_updates` is remembered for the next calls."""
    if world.journal.setting("webhook"):
        raise conflict(_WEBHOOK_ACTIVE)
    world.updates.allow(params.json("allowed_updates"))
    limit = min(max(params.whole("limit") or MOST_UPDATES, 1), MOST_UPDATES)
    seconds = min(max(params.whole("timeout") or 0, 0), LONGEST_POLL)
    found = await world.updates.poll(params.whole("offset") or 0, limit, seconds)
    if found:
        world.hub.stir()
    return found


def set_webhook(world: World, params: Params) -> bool:
    """Plain http is taken for loopback only; an empty url removes the webhook."""
    url = params.text("url")
    if not url:
        return delete_webhook(world, params)
    secret = params.text("secret_token")
    if secret and not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    _drop_pending(world, params)
    world.updates.allow(params.json("allowed_updates"))
    connections = min(max(params.whole("max_connections") or DEFAULT_CONNECTIONS, 1), MOST_CONNECTIONS)
    world.webhook.set({"url": url, "secret_token": secret, "max_connections": connections})
    world.updates.interrupt()
    return True


def delete_webhook(world: World, params: Params) -> bool:
    _drop_pending(world, params)
    if world.journal.setting("webhook"):
        world.webhook.set({})
    return True


def _drop_pending(world: World, params: Params) -> None:
    if params.flag("drop_pending_updates"):
        world.updates.clear()


def get_webhook_info(world: World, _params: Params) -> dict[str, Any]:
    """Without the secret, as Telegram."""
    config = world.journal.setting("webhook") or {}
    info: dict[str, Any] = {
        "url": config.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    if config:
        info["max_connections"] = config["max_connections"]
        info["ip_address"] = "127.0.0.1"
    if world.updates.allowed:
        info["allowed_updates"] = world.updates.allowed
    if error := world.journal.setting("webhook_error"):
        info["last_error_date"], info["last_error_message"] = error["date"], error["message"]
    return info
