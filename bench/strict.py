"""A Telegram that is as strict as the real one about how fast a bot may send, and as far away."""

import asyncio
import json
import random
import time
from collections import Counter

from bench.telegram import Call, Telegram, parameters
from bot.sandbox.errors import ApiError
from bot.sandbox.rates import Rates

ANSWER = (0.050, 0.200)  # seconds from the arrival of a call until its answer
NEAR = (0.0, 0.0)  # the same of a server that is not far away: loopback alone
JITTER = 0.004  # seconds by which the way to Telegram differs from one message to the next
COUNTED = frozenset({"sendMessage", "editMessageText"})


class StrictCall(Call):
    """A connection from the bot; what is asked over it is counted a moment later and answered later still."""

    def __init__(self, telegram: "StrictTelegram") -> None:
        super().__init__(telegram)
        self._strict = telegram

    def told(self, first: str, body: bytes) -> None:
        """A method call."""
        method = first.split(" ")[1].rsplit("/", 1)[1]
        if method in COUNTED:
            asyncio.get_running_loop().call_later(self._strict.dice.uniform(0, JITTER), self._arrived, body)
        else:
            super().told(first, body)

    def _arrived(self, body: bytes) -> None:
        answer = self._strict.counted(body, time.perf_counter())
        asyncio.get_running_loop().call_later(self._strict.dice.uniform(*self._strict.answer), self._answer, answer)

    def _answer(self, answer: bytes) -> None:
        self._strict.on_wire -= 1
        if not self.transport.is_closing():
            self.transport.write(answer)


class StrictTelegram(Telegram):
    """Counts messages by the sandbox's rules: 30 a second overall, five in five seconds to a person."""

    def __init__(self, seed: int = 7, answer: tuple[float, float] = ANSWER) -> None:
        super().__init__()
        self.answer = answer
        self.dice = random.Random(seed)
        self.rates = Rates(time.perf_counter)
        self.refused: list[int] = []  # chats that got a 429
        self.arrived: list[tuple[float, int]] = []  # when, and to which chat, what was let in
        self.got: Counter[tuple[int, str]] = Counter()  # of each chat and text
        self.on_wire = 0
        self.most_on_wire = 0

    async def served(self, chats: int, first: int) -> None:
        """Wait until so many chats from the id `first` on have got something."""
        while True:
            if len({chat for _, chat in self.arrived if chat >= first}) >= chats:
                return
            await asyncio.sleep(0.25)

    def connection(self) -> Call:
        """What serves a connection."""
        return StrictCall(self)

    def counted(self, body: bytes, now: float) -> bytes:
        """Let a message in, or refuse it; the whole HTTP answer."""
        self.on_wire += 1
        self.most_on_wire = max(self.most_on_wire, self.on_wire)
        said = parameters(body.decode())
        chat = int(said["chat_id"])
        try:
            self.rates.pass_or_refuse(chat)
        except ApiError as refusal:
            self.refused.append(chat)
            problem = {"ok": False, "error_code": 429, "description": refusal.description}
            return _http(b"429 Too Many Requests", problem | {"parameters": refusal.parameters})
        self.arrived.append((now, chat))
        self.got[chat, str(said["text"])] += 1
        return _http(b"200 OK", {"ok": True, "result": self.called("sendMessage", body, now)})


def _http(status: bytes, value: object) -> bytes:
    body = json.dumps(value).encode()
    return b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)
