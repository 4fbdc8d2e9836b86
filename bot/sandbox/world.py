"""The state of the sandbox and the few ways it changes. Every change is journaled, told to the pages, and counted.

Nothing here knows HTTP. All of it runs on one event loop, so a change is never seen half done.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from . import view, wire
from .chats import Chat, Event
from .errors import UnknownPerson
from .files import Files
from .hub import Hub
from .messages import Message
from .people import Clock, SandboxPerson
from .queries import Queries
from .updates import Updates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .journal import Journal
    from .webhook import Webhook

FIRST_MESSAGE_ID = 1
FIRST_QUERY_ID = 7_300_000_000_000_000_001


class World:
    """People, their chats, files, settings and the updates the bot has not fetched yet.

    `webhook` is put in by the sandbox, because it needs the API that needs this world.
    """

    webhook: Webhook

    def __init__(
        self,
        *,
        bot: dict[str, Any],
        people: Sequence[SandboxPerson],
        clock: Clock,
        journal: Journal,
        monotonic: Callable[[], float],
    ) -> None:
        self.bot = bot
        self.clock = clock
        self.journal = journal
        self.hub = Hub()
        self.files = Files(journal)
        self.updates = Updates(journal)
        self.queries = Queries(monotonic)
        self.chats: dict[int, Chat] = {}
        self.groups: dict[int, Chat] = {}  # as long as the sandbox runs
        self._load(people)

    def _load(self, people: Sequence[SandboxPerson]) -> None:
        added = [SandboxPerson(**json.loads(body)) for _, body in self.journal.rows("person")]
        for person in [*people, *added]:
            self.chats.setdefault(person.id, Chat(person, started=person.started))
        for key, body in self.journal.rows("chat"):
            if key in self.chats:
                self.chats[key].restore(body)
        for _, body in self.journal.rows("message"):
            message = Message.from_json(body)
            if message.chat_id in self.chats:
                self.chats[message.chat_id].messages[message.id] = message
                self.chats[message.chat_id].story.append(Event("message", message))
        for update in self.updates.pending.values():
            if query := update.get("callback_query"):
                self.queries.open(query["id"], query["from"]["id"], message_id=query["message"]["message_id"])
            if query := update.get("inline_query"):
                self.queries.open(query["id"], query["from"]["id"])

    def seconds(self) -> int:
        """Now by the demo's clock, in whole Unix seconds."""
        return int(self.clock.now().timestamp())

    def chat(self, person_id: int) -> Chat:
        """UnknownPerson when nobody has this id."""
        known = self.known(person_id)
        if known is None:
            raise UnknownPerson(f"沙盒里没有编号为 {person_id} 的人；有的是 {sorted(self.chats)}")
        return known

    def known(self, chat_id: int) -> Chat | None:
        """The chat of a person, or a group."""
        return self.chats.get(chat_id) or self.groups.get(chat_id)

    def add_person(self, person: SandboxPerson) -> Chat:
        self.journal.put("person", person.id, json.dumps(asdict(person), ensure_ascii=False))
        chat = self.chats.setdefault(person.id, Chat(person, started=person.started))
        self.hub.tell("people")
        return chat

    def post(self, chat: Chat, **content: Any) -> Message:
        """A new message at the end of the chat."""
        key = self.journal.count("next_message_id", FIRST_MESSAGE_ID)
        message = Message(id=key, chat_id=chat.person.id, sent=self.seconds(), **content)
        self._store(chat, message)
        self._happened(chat, Event("message", message))
        return message

    def change(self, message: Message, **changes: Any) -> Message:
        """Put a new version in the place of the old one."""
        chat = self.chat(message.chat_id)
        changed = replace(message, **changes)
        self._store(chat, changed)
        self._happened(chat, Event("edit", changed))
        return changed

    def remove(self, message: Message) -> None:
        chat = self.chat(message.chat_id)
        del chat.messages[message.id]
        self.journal.drop("message", message.id)
        self._happened(chat, Event("delete", message))

    def _store(self, chat: Chat, message: Message) -> None:
        chat.messages[message.id] = message
        self.journal.put("message", message.id, message.as_json())

    def _happened(self, chat: Chat, event: Event) -> None:
        chat.story.append(event)
        if event.message is not None:
            self.hub.tell(
                event.kind, person=chat.person.id, message=view.message(chat, event.message), unread=chat.unread
            )

    def alter(self, chat: Chat, **facts: object) -> None:
        """Change what a chat is besides its messages: started, blocked, keyboard, read_upto."""
        for name, value in facts.items():
            setattr(chat, name, value)
        self.journal.put("chat", chat.person.id, chat.as_json())
        self.hub.tell("chat", person=chat.person.id, chat=view.chat(self, chat))

    def block(self, chat: Chat, *, blocked: bool) -> None:
        """The person shuts the bot out or lets it in again; the bot hears of a change."""
        if chat.blocked == blocked:
            return
        self.alter(chat, blocked=blocked)
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        self.seat(chat, before, after, by=chat)

    def seat(self, chat: Chat, before: str, after: str, *, by: Chat) -> None:
        """The bot hears that its standing in a chat has changed, by whose hand."""
        self.deliver("my_chat_member", wire.my_chat_member(self, chat, before, after, by), chat)

    def deliver(self, kind: str, payload: dict[str, Any], chat: Chat) -> None:
        """Queue an update for the bot, and let the pages show that it is being read, if it is answered in the chat."""
        if self.updates.add(kind, payload, chat.person.id) is not None:
            self.hub.stir()
            if kind != "inline_query" and "via_bot" not in payload:
                self.hub.tell("handling", person=chat.person.id)

    def tapped(self, chat: Chat, message_id: int, data: str, label: str, by: int | None = None) -> str:
        """Queue a callback query and return its id. The message may be gone already. `by` is who taps in a group."""
        key = str(self.journal.count("next_query_id", FIRST_QUERY_ID))
        self.queries.open(key, chat.person.id, message_id=message_id, label=label)
        chat.story.append(Event("tap", chat.messages.get(message_id), label))
        self.hub.tell("tap", person=chat.person.id, message_id=message_id, data=data, query=key)
        self.deliver("callback_query", wire.callback_query(self, chat, key, message_id, data, by), chat)
        return key

    def toast(self, chat: Chat, text: str, *, alert: bool, query: str, url: str = "") -> None:
        """Show what answerCallbackQuery said; without text it only ends the waiting."""
        if text:
            chat.story.append(Event("toast", None, text, alert))
        self.hub.tell("answer", person=chat.person.id, query=query, text=text, alert=alert, url=url)
