"""What a person does with a phone. Whole-conversation tests and the page both act through this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import wire
from .entities import detected, in_order, utf16_len
from .errors import NoSuchButton, SandboxError
from .files import Upload, media_of
from .links import start_payload
from .settle import settled
from .transcript import transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    from .chats import Chat
    from .messages import Button, Message
    from .people import SandboxPerson
    from .queries import Query
    from .world import World

TEXT_LIMIT = 4096  # UTF-16 units
VOICE = Upload("voice.oga", "audio/ogg", b"OggS" + bytes(60))
_WEBP = b"RIFF$\0\0\0WEBPVP8 " + bytes(24)


class Seat:
    """A chat as its people have it. They act on the sandbox directly; what the bot does then goes over real HTTP."""

    def __init__(self, world: World, chat: Chat, busy: Callable[[], bool], rest: Callable[[], float]) -> None:
        self._world = world
        self._chat = chat
        self._busy = busy
        self._rest = rest

    @property
    def toasts(self) -> list[str]:
        """Texts of answerCallbackQuery, oldest first."""
        return [event.text for event in self._chat.story if event.kind == "toast"]

    async def settled(self, quiet: float | None = None, timeout: float = 20) -> None:  # noqa: ASYNC109 - a fixed interface
        """Wait until the bot fetched every update and made no call for `quiet` seconds; Unsettled otherwise.

        By default 0.15, or a moment when the bot says itself whether it works (`Sandbox.busy`).
        """
        await settled(self._world, self._busy, self._rest() if quiet is None else quiet, timeout)


class Phone(Seat):
    """One person's phone."""

    @property
    def person(self) -> SandboxPerson:
        return self._chat.person

    @property
    def messages(self) -> list[Message]:
        """Everything on the screen, oldest first."""
        return list(self._chat.messages.values())

    @property
    def last(self) -> Message:
        """The bot's newest message."""
        found = next((m for m in reversed(self.messages) if m.from_bot), None)
        if found is None:
            raise SandboxError(f"机器人还没有给{self.person.first_name}发过消息")
        return found

    @property
    def keyboard(self) -> list[list[str]]:
        """Rows of the reply keyboard below the chat."""
        rows = (self._chat.keyboard or {}).get("keyboard", [])
        return [[button["text"] for button in row] for row in rows]

    def transcript(self) -> str:
        """The chat so far as readable text without times, for golden files."""
        return transcript(self._chat, self._world.bot["first_name"])

    async def say(self, text: str, *, reply_to: int | None = None) -> Message:
        """Send a text; the first one opens the chat. A text too long for one message goes in several, as on a phone."""
        text = text.strip()
        if not text:
            raise SandboxError("空白消息发不出去")
        while utf16_len(text) > TEXT_LIMIT:
            self._say(_fitting(text), reply_to)
            text = text[len(_fitting(text)) :]
        return self._say(text, reply_to)

    def _say(self, text: str, reply_to: int | None) -> Message:
        return self._send(text=text, entities=in_order(detected(text)), reply_to=reply_to)

    async def press(self, text: str) -> Message:
        """Press a button of the reply keyboard, which sends its text (or one's own contact)."""
        buttons = [button for row in (self._chat.keyboard or {}).get("keyboard", []) for button in row]
        names = [button["text"] for button in buttons]
        if text not in names:
            raise NoSuchButton(f"回复键盘上没有“{text}”；有的是：{names}")
        if (self._chat.keyboard or {}).get("one_time_keyboard"):
            self._world.alter(self._chat, keyboard=None)
        if buttons[names.index(text)].get("request_contact"):
            return await self.send_contact(self.person.first_name, "+8613800000000")
        return await self.say(text)

    async def tap(self, label: str) -> str:
        """Tap the inline button with this text, or beginning with it, in the newest message that has one."""
        for message in reversed(self.messages):
            if (button := labelled(message, label)) is not None:
                return await self._tap(message, button)
        shown = [b.text for m in reversed(self.messages) for row in m.buttons for b in row]
        raise NoSuchButton(f"没有叫“{label}”的按钮；有的是（从新到旧）：{shown}")

    async def _tap(self, message: Message, button: Button) -> str:
        if button.url is not None:
            await self.open_link(button.url)
            return ""
        if button.data is None:
            return ""
        return self._world.tapped(self._chat, message.id, button.data, button.text)

    async def tap_data(self, message_id: int, data: str) -> str:
        """Send a tap with this data whether or not such a button exists; returns the query's id."""
        message = self._chat.messages.get(message_id)
        rows = message.buttons if message else []
        label = next((b.text for row in rows for b in row if b.data == data), data)
        return self._world.tapped(self._chat, message_id, data, label)

    async def open_link(self, link: str) -> Message | None:
        """Open a t.me link of this bot: its payload goes to the bot behind /start. Other links do nothing here."""
        payload = start_payload(link, self._world.bot["username"])
        if payload is None:
            return None
        return await self.say(f"/start {payload}".strip())

    async def send_voice(self) -> Message:
        """A three-second voice message."""
        return self._send_file("voice", VOICE)

    async def send_sticker(self, emoji: str = "👍") -> Message:
        return self._send_file("sticker", Upload(emoji, "image/webp", _WEBP))

    async def send_photo(self, data: bytes, caption: str = "") -> Message:
        """PNG, GIF or JPEG bytes."""
        return self._send_file("photo", Upload("photo.jpg", "image/jpeg", data), caption)

    async def send_document(self, name: str, data: bytes, *, caption: str = "", mime: str = "") -> Message:
        return self._send_file("document", Upload(name, mime or "application/octet-stream", data), caption)

    async def send_contact(self, name: str, number: str) -> Message:
        """A contact card."""
        card = {"phone_number": number, "first_name": name}
        return self._send(media={"kind": "contact", "name": name, "object": card})

    async def forward(self, text: str, sender: str = "客户") -> Message:
        """Forward somebody else's words; the sender hides who they are, as most do."""
        origin = {"type": "hidden_user", "date": self._world.seconds(), "sender_user_name": sender}
        return self._send(text=text, entities=in_order(detected(text)), origin=origin)

    async def forward_message(self, message_id: int) -> Message:
        """Forward a message of this chat to the bot itself."""
        source = self._own_view(message_id)
        user = wire.bot_user(self._world) if source.from_bot else self.person.as_user()
        origin = source.origin or {"type": "user", "date": source.sent, "sender_user": user}
        return self._send(text=source.text, entities=source.entities, media=source.media, origin=origin)

    async def edit(self, message_id: int, text: str) -> Message:
        """Change one's own text."""
        message = self._own_view(message_id)
        if message.from_bot or not text.strip():
            raise SandboxError("只能把自己的消息改成有内容的文字")
        changed = self._world.change(
            message, text=text.strip(), entities=in_order(detected(text.strip())), edited_at=self._world.seconds()
        )
        self._world.deliver("edited_message", wire.message(self._world, changed), self._chat)
        return changed

    async def read(self) -> None:
        """Mark everything as seen."""
        newest = self._chat.newest
        if newest is not None and newest.id > self._chat.read_upto:
            self._world.alter(self._chat, read_upto=newest.id)

    async def ask_inline(self, text: str, offset: str = "") -> str:
        """Type `@bot text` somewhere, or scroll on to `offset`; returns the query's id. Phones send 256 characters."""
        key = str(self._world.journal.count("next_inline_id", 1))
        self._world.queries.open(key, self.person.id)
        payload = {
            "id": key,
            "from": self.person.as_user(),
            "query": text[:256],
            "offset": offset,
            "chat_type": "sender",
        }
        self._world.deliver("inline_query", payload, self._chat)
        return key

    def inline_results(self, query: str) -> list[dict[str, Any]]:
        """What the bot offered for an inline question."""
        found = self._world.queries.find(query)
        return found.results if found else []

    def inline_answer(self, query: str) -> Query:
        """The inline question with everything that the bot said to it."""
        found = self._world.queries.find(query)
        if found is None or found.message_id is not None:
            raise SandboxError(f"没有编号为 {query} 的内联提问")
        return found

    async def choose_inline(self, query: str, result_id: str) -> Message:
        """Choose a result in one's own chat with the bot: it is sent there in the person's name, via the bot."""
        chosen = next((item for item in self.inline_results(query) if item["id"] == result_id), None)
        if chosen is None:
            raise SandboxError(f"没有编号为 {result_id} 的结果")
        content = chosen["message"]
        return self._send(
            text=content["text"], entities=tuple(content["entities"]), markup=content["markup"], via_bot=True
        )

    async def tap_inline_button(self, query: str) -> Message:
        """Tap the button above the results: it opens the chat and starts the bot with the button's parameter."""
        button = self.inline_answer(query).button
        if button is None:
            raise NoSuchButton("结果上面没有按钮")
        return await self.say(f"/start {button['start_parameter']}")

    def _own_view(self, message_id: int) -> Message:
        message = self._chat.messages.get(message_id)
        if message is None:
            raise SandboxError(f"这个聊天里没有编号为 {message_id} 的消息")
        return message

    def _send_file(self, kind: str, upload: Upload, caption: str = "") -> Message:
        media = media_of(kind, self._world.files.keep(kind, upload))
        return self._send(media=media, text=caption.strip(), entities=in_order(detected(caption.strip())))

    def _send(self, **content: object) -> Message:
        if self._chat.blocked:
            raise SandboxError(f"{self.person.first_name}停用了机器人，要先恢复才能发消息")
        if not self._chat.started:
            self._world.alter(self._chat, started=True)
        message = self._world.post(self._chat, from_bot=False, **content)
        self._world.alter(self._chat, read_upto=message.id)
        self._world.deliver("message", wire.message(self._world, message), self._chat)
        return message


def _fitting(text: str) -> str:
    """As much of the beginning as one message holds."""
    piece = text[:TEXT_LIMIT]
    while utf16_len(piece) > TEXT_LIMIT:
        piece = piece[: -max((utf16_len(piece) - TEXT_LIMIT) // 2, 1)]
    return piece


def labelled(message: Message, label: str) -> Button | None:
    """The inline button with this text, or beginning with it."""
    buttons = [button for row in message.buttons for button in row]
    exact = (button for button in buttons if button.text == label)
    return next(exact, None) or next((button for button in buttons if button.text.startswith(label)), None)
