"""Who is in the sandbox, and the clock they live by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class SandboxPerson:
    """Somebody with a phone. `role` is a Chinese label for the page; the bot never sees it.

    `started` says that this person opened the bot before the sandbox was switched on, so it may write first. A person
    who is not `listed` can be written to like everybody else, but the page does not offer their phone.
    """

    id: int
    first_name: str
    username: str
    role: str = ""
    color: str = ""
    started: bool = False
    listed: bool = True

    def as_user(self) -> dict[str, Any]:
        """The User object of the Bot API."""
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            **({"username": self.username} if self.username else {}),
            "language_code": "zh-hans",
        }

    def as_chat(self) -> dict[str, Any]:
        """The private Chat object of the Bot API."""
        return {
            "id": self.id,
            "type": "private",
            "first_name": self.first_name,
            **({"username": self.username} if self.username else {}),
        }


@dataclass(frozen=True, slots=True)
class SandboxGroup(SandboxPerson):
    """A group that the bot is in: it takes a person's place in a chat, `first_name` is its title. Ids are negative."""

    def as_chat(self) -> dict[str, Any]:
        """The Chat object of the Bot API: ids of supergroups begin with -100."""
        return {"id": self.id, "type": "supergroup" if self.id <= -(10**12) else "group", "title": self.first_name}


class Clock(Protocol):
    """The demo's clock: aware UTC, and it only goes forward."""

    def now(self) -> datetime: ...

    def jump_to(self, at: datetime) -> None:
        """Move on to `at`; ValueError when that is already past."""
