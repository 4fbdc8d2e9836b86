"""A group that the bot is in, and what people do there. The bot may be removed, and the group be upgraded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import wire
from .chats import Chat
from .entities import detected, in_order
from .errors import NoSuchButton
from .people import SandboxGroup
from .phone import Seat, labelled

if TYPE_CHECKING:
    from .messages import Message


class Group(Seat):
    """One group."""

    @property
    def id(self) -> int:
        return self._chat.person.id

    @property
    def said(self) -> list[Message]:
        """What the bot has said there, oldest first."""
        return [one for one in self._chat.messages.values() if one.from_bot]

    async def say(self, person_id: int, text: str) -> Message:
        """Somebody says something in front of everybody."""
        return self._post(sender=person_id, text=text, entities=in_order(detected(text)))

    async def tap(self, person_id: int, label: str) -> str:
        """Somebody taps a button of the newest message that has it; the query's id."""
        for message in reversed(self.said):
            if (button := labelled(message, label)) is not None and button.data is not None:
                return self._world.tapped(self._chat, message.id, button.data, button.text, person_id)
        raise NoSuchButton(f"群里没有叫“{label}”的按钮")

    def remove_bot(self, by: int | None = None) -> None:
        """Take the bot out of the group. It hears of it where `by` says whose hand it was, else when it writes."""
        self._seat("member", "kicked", by, blocked=True)

    def take_bot_back(self, by: int | None = None) -> None:
        """Put the bot into the group again, or let it write again."""
        self._seat("restricted" if self._chat.muted else "left", "member", by, blocked=False, muted=False)

    def mute_bot(self, by: int | None = None) -> None:
        """Take the right to write from the bot; without `by` from everybody, of which the bot does not hear."""
        self._seat("member", "restricted", by, muted=True)

    def _seat(self, before: str, after: str, by: int | None, **facts: bool) -> None:
        for name, fact in facts.items():
            setattr(self._chat, name, fact)
        if by is not None:
            self._world.seat(self._chat, before, after, by=self._world.chat(by))

    def upgrade(self, chat_id: int, by: int, *, told: bool = True) -> Group:
        """The group becomes a supergroup with another id, of which the bot is told, unless it is not (yet)."""
        old, title = self._chat, self._chat.person.first_name
        new = Chat(SandboxGroup(chat_id, title, ""), started=True)
        self._world.groups[chat_id] = new
        old.moved_to = chat_id
        if told:
            body = wire.message(self._world, self._world.post(old, from_bot=False, sender=by))
            self._world.deliver("message", {**body, "migrate_to_chat_id": chat_id}, old)
        return Group(self._world, new, self._busy, self._rest)

    def _post(self, **content: object) -> Message:
        message = self._world.post(self._chat, from_bot=False, **content)
        self._world.deliver("message", wire.message(self._world, message), self._chat)
        return message
