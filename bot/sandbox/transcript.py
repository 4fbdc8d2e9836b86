"""A chat as readable text: who said what, the buttons below it, edits, taps and toasts in the order they happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import view

if TYPE_CHECKING:
    from .chats import Chat, Event
    from .messages import Message

_MEDIA = {"photo": "图片", "document": "文件", "voice": "语音", "sticker": "贴纸", "contact": "名片"}


def transcript(chat: Chat, bot_name: str) -> str:
    """Messages are numbered within this chat, so that the text does not depend on other chats."""
    story = _Story(chat.person.first_name, bot_name)
    return "".join(story.line(event) for event in chat.story)


class _Story:
    def __init__(self, person: str, bot: str) -> None:
        self.names = {True: bot, False: person}
        self.numbers: dict[int, int] = {}

    def line(self, event: Event) -> str:
        if event.kind == "tap":
            return f"{self.names[False]} 点了 [{event.text}]{self._where(event)}\n"
        if event.kind == "toast":
            return f"{self.names[True]} {'弹窗' if event.alert else '提示'}> {event.text}\n"
        if event.message is None:
            return ""
        who = self.names[event.message.from_bot]
        if event.kind == "delete":
            return f"{who} 删了{self._where(event)}\n"
        if event.kind == "edit":
            return self._said(f"{who} 改了{self._where(event)}", event.message)
        self.numbers[event.message.id] = len(self.numbers) + 1
        return self._said(who, event.message)

    def _where(self, event: Event) -> str:
        known = self.numbers.get(event.message.id) if event.message else None
        return f"（第 {known} 条）" if known else ""

    def _said(self, start: str, message: Message) -> str:
        first, *rest = _content(message).split("\n")
        lines = [f"{start}> {first}".rstrip(), *(f"    {line}".rstrip() for line in rest)]
        lines += ["    " + " ".join(f"[{button.text}]" for button in row) for row in message.buttons]
        return "\n".join(lines) + "\n"


def _content(message: Message) -> str:
    parts = []
    if message.via_bot:
        parts.append("（选自机器人给的结果）")
    if message.origin:
        parts.append(f"（转发自{view.origin_name(message)}）")
    if message.media:
        name = message.media.get("name", "") if message.media["kind"] in {"document", "sticker", "contact"} else ""
        parts.append(f"[{_MEDIA[message.media['kind']]}{' ' + name if name else ''}]")
    if message.text:
        parts.append(view.shown_text(message))
    return " ".join(parts)
