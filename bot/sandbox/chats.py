"""One person's chat with the bot, or a group that it is in, and what happened in it in order."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from .messages import Message
    from .people import SandboxPerson

Happening = Literal["message", "edit", "delete", "tap", "toast"]


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the chat's story. `message` is as it was then; `alert` marks a toast that had to be closed."""

    kind: Happening
    message: Message | None = None
    text: str = ""
    alert: bool = False


@dataclass(slots=True)
class Chat:
    """`keyboard` is the reply keyboard below the chat; `read_upto` the last message id the person has seen.

    `moved_to` is the supergroup that a group has become; `muted`: the bot is in the group and may not write there.
    """

    person: SandboxPerson
    started: bool = False
    blocked: bool = False
    keyboard: dict[str, Any] | None = None
    read_upto: int = 0
    moved_to: int | None = None
    muted: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    story: list[Event] = field(default_factory=list)

    @property
    def unread(self) -> int:
        return sum(m.from_bot and m.id > self.read_upto for m in self.messages.values())

    @property
    def newest(self) -> Message | None:
        return next(reversed(self.messages.values()), None)

    def as_json(self) -> str:
        """Everything except messages and story, for the journal."""
        return json.dumps(
            {
                "started": self.started,
                "blocked": self.blocked,
                "keyboard": self.keyboard,
                "read_upto": self.read_upto,
            },
            ensure_ascii=False,
        )

    def restore(self, line: str) -> None:
        """The reverse of `as_json`."""
        facts = json.loads(line)
        self.started, self.blocked = facts["started"], facts["blocked"]
        self.keyboard, self.read_upto = facts["keyboard"], facts["read_upto"]
