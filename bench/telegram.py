"""Telegram's side of a bench: a minimal Bot API server and the posting of updates, in one cheap process.

It shares the machine with the bot under test, so it is plain asyncio protocols: about 30 µs a request.
"""

import asyncio
import json
import time
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

TOKEN = "700000001:token-of-the-bench-on-loopback-only"
SECRET = "secret-of-the-bench"
ME = {"id": 700000001, "is_bot": True, "first_name": "bench", "username": "bench_bot", "can_join_groups": False}


class Http(asyncio.Protocol):
    """Splits a stream into HTTP messages with a Content-Length; `told` gets the first line and the body of each."""

    def __init__(self) -> None:
        self._buffer = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Hand over every message that is complete."""
        self._buffer += data
        while (at := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:at]
            _, _, after = head.lower().partition(b"content-length:")
            end = at + 4 + int(after.split(b"\r\n", 1)[0] or b"0")
            if len(self._buffer) < end:
                return
            body, self._buffer = self._buffer[at + 4 : end], self._buffer[end:]
            self.told(head.split(b"\r\n", 1)[0].decode(), body)

    def told(self, first: str, body: bytes) -> None:
        """One message came."""
        raise NotImplementedError


class Call(Http):
    """A connection from the bot."""

    def __init__(self, telegram: "Telegram") -> None:
        super().__init__()
        self._telegram = telegram

    def told(self, first: str, body: bytes) -> None:
        """A method call."""
        now = time.perf_counter()
        method = first.split(" ")[1].rsplit("/", 1)[1]
        if method == "getUpdates":
            self._telegram.polled(self)
        else:
            self.answer(self._telegram.called(method, body, now))

    def answer(self, result: object) -> None:
        """The result of the call."""
        body = json.dumps({"ok": True, "result": result}).encode()
        self.transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        )


class Post(Http):
    """A connection to the bot's webhook; one post at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.done: asyncio.Future[str] | None = None

    def told(self, first: str, body: bytes) -> None:  # noqa: ARG002 - there is nothing in it
        """The bot has taken the update."""
        assert self.done is not None
        self.done.set_result(first)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - the post only needs to know
        """The bot hung up; a post under way fails."""
        if self.done is not None and not self.done.done():
            self.done.set_exception(ConnectionError("the bot closed the connection"))


@dataclass
class Telegram:
    """The server, the people who write, and what came back to them."""

    hook: str = ""
    answers: int = 0
    texts: dict[int, str] = field(default_factory=dict)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    _waits: dict[int, asyncio.Future[float]] = field(default_factory=dict)
    _free: deque[Post] = field(default_factory=deque)
    _pending: list[dict[str, object]] = field(default_factory=list)
    _poller: Call | None = None
    _server: asyncio.Server | None = None
    _update: int = 0

    async def listen(self) -> str:
        """Serve on any free port of loopback; the base address for a bot."""
        server = await asyncio.get_running_loop().create_server(self.connection, "127.0.0.1", 0)
        self._server = server
        port = server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}/bot"

    async def close(self) -> None:
        """Serve nobody any more."""
        if self._server is not None:
            self._server.close()
            await asyncio.sleep(0)

    def connection(self) -> Call:
        """What serves a connection."""
        return Call(self)

    def expect(self, hook: str) -> None:
        """Forget the last bot; the next takes its updates at `hook` (or polls, if that is empty)."""
        self.hook, self.ready = hook, asyncio.Event()
        self.answers = 0
        self._waits.clear()
        self._free.clear()
        self._pending.clear()
        self._poller = None

    def called(self, method: str, body: bytes, now: float) -> object:
        """What Telegram would return."""
        if method == "getMe":
            return ME
        if method == "setWebhook":
            self.ready.set()
        if method != "sendMessage":
            return True
        said = parameters(body.decode())
        chat, text = int(said["chat_id"]), said["text"]
        self.answers += 1
        self.texts[chat] = text
        wait = self._waits.pop(chat, None)
        if wait is not None and not wait.done():
            wait.set_result(now)
        return {"message_id": self.answers, "date": 1790000000, "chat": _chat(chat), "from": ME, "text": text}

    def polled(self, call: Call) -> None:
        """Long polling: answered when there is something."""
        self.ready.set()
        if self._pending:
            call.answer(self._pending)
            self._pending = []
        else:
            self._poller = call

    async def say(self, chat: int, text: str) -> float:
        """Deliver a message and wait for the bot's: seconds from the post until its sendMessage arrived."""
        answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waits[chat] = answered
        self._update += 1
        update = {"update_id": self._update, "message": _message(self._update, chat, text)}
        at = time.perf_counter()
        if self.hook:
            await asyncio.gather(self._post(update), answered)
        else:
            self._push(update)
            await answered
        return answered.result() - at

    async def _post(self, update: dict[str, object]) -> None:
        while not self._free:
            self._free.append(await self._connected())
        post = self._free.pop()
        where = urlsplit(self.hook)
        body = json.dumps(update).encode()
        head = (
            f"POST {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        post.done = asyncio.get_running_loop().create_future()
        post.transport.write(head.encode() + body)
        first = await post.done
        if " 200 " not in f"{first} ":
            raise ConnectionError(f"the webhook answered {first}")
        self._free.append(post)

    async def _connected(self) -> Post:
        where = urlsplit(self.hook)
        while True:
            try:
                _, post = await asyncio.get_running_loop().create_connection(Post, where.hostname, where.port)
                return post
            except ConnectionRefusedError:
                await asyncio.sleep(0.01)  # python-telegram-bot announces its webhook before it listens

    def _push(self, update: dict[str, object]) -> None:
        if self._poller is None:
            self._pending.append(update)
        else:
            self._poller.answer([update])
            self._poller = None


def parameters(body: str) -> dict[str, str]:
    """The parameters of a call: a JSON object, or a form as python-telegram-bot's own client sends it."""
    if body.startswith("{"):
        found: dict[str, str] = json.loads(body)
        return found
    return {name: values[0] for name, values in parse_qs(body).items()}


def _chat(id: int) -> dict[str, object]:
    return {"id": id, "type": "private", "first_name": f"rep {id}"}


def _message(number: int, chat: int, text: str) -> dict[str, object]:
    person = {"id": chat, "is_bot": False, "first_name": f"rep {chat}", "language_code": "zh-hans"}
    return {"message_id": number, "date": 1790000000, "chat": _chat(chat), "from": person, "text": text}
