"""What can go wrong in the sandbox: refusals the bot sees, and mistakes of the test or the page."""

from __future__ import annotations


class SandboxError(Exception):
    """The sandbox was asked for something a phone cannot do."""


class UnknownPerson(SandboxError):
    """Nobody with this id is in the sandbox."""


class NoSuchButton(SandboxError):
    """No button on the screen has this text."""


class Unsettled(SandboxError):
    """The bot did not come to rest in time."""


class ApiError(Exception):
    """A refusal in Telegram's own words, sent to the bot as `{"ok": false, …}`."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters  # such as retry_after


def bad(description: str) -> ApiError:
    """A 400 in Telegram's wording."""
    return ApiError(400, f"Bad Request: {description}")


def forbidden(description: str) -> ApiError:
    """A 403 in Telegram's wording."""
    return ApiError(403, f"Forbidden: {description}")


def conflict(description: str) -> ApiError:
    """A 409 in Telegram's wording."""
    return ApiError(409, f"Conflict: {description}")


def too_many(seconds: int) -> ApiError:
    """A 429 that asks the bot to wait this many whole seconds."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def upgraded(chat_id: int) -> ApiError:
    """A 400 that names the supergroup that a group has become."""
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    return ApiError(400, words, migrate_to_chat_id=chat_id)
