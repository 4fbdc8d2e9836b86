"""Deciding in a process of its own.

python-telegram-bot and the wire take one core, inference and the database the other, and no transaction can hold up the
event loop by holding the interpreter's lock. `fork` splits the process before its event loop starts, when everything is
loaded: what both know lies in memory once.

The two talk over a socket pair, in frames: 4 bytes of length, then a pickle. The socket has no name that anybody else
could open.
"""

import asyncio
import ctypes
import gc
import logging
import os
import pickle
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import fields
from itertools import count, islice
from operator import attrgetter
from threading import Lock
from typing import Any

from bot.order import AT_ONCE
from handlers.desk import Case, Desk
from handlers.durable import Decided
from knowledge.errors import ZhikeError
from knowledge.segment import cut
from store.db import MOST_TOGETHER
from store.waiting import Outcome

logger = logging.getLogger(__name__)

DECIDED, KEPT, FAILED = range(3)  # what a reply tells of a case
Numbered = tuple[int, Case]
LENGTH = 4  # bytes before each frame
CHUNK = 1 << 18
TURN = 0.001  # seconds; at half of that it does not wait any less, and all together takes longer
GARBAGE = 20_000  # objects made since the last collection; an answer makes about 1,500, nearly all freed without it
AWAKE = 0.001  # seconds that a case is waited for without sleeping; most arrive within a third of it
THREADS = 4  # deciding side by side on PostgreSQL; SQLite has one writer


class WorkerLost(ZhikeError):
    """负责判断的进程没有了（也许内存不够）。请重新启动；没有回答的消息会在重启后回答。"""


class Undecided(Exception):
    """A case failed in the worker; its traceback is in the worker's log."""


def settle_memory() -> None:
    """What is loaded by now stays: the garbage collector need not walk through it again and again.

    Nor before: hardly any of it is garbage, and to find that out would be a tenth of the start.
    """
    cut("预热")  # the dictionary too, so that both processes share it
    _give_back()
    gc.freeze()
    gc.set_threshold(GARBAGE)
    gc.enable()


def settle_threads() -> None:
    """Threads take turns every millisecond: for each that makes a morning's list, the event loop would wait five."""
    sys.setswitchinterval(TURN)


def _give_back() -> None:
    """What loading needed and freed goes back to the system: 11 MB, which glibc would keep."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:  # musl has none
        trim(0)


def _same(desk: Desk) -> Desk:
    return desk


def fork(make_desk: Callable[[], Desk], renewed: Callable[[Desk], Desk] = _same) -> "Worker":
    """Start the process; `make_desk` is called in it, and opens a database of its own. No thread may run yet.

    `renewed` is asked before every decision for the desk to decide at: there may be changed knowledge.
    """
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid:
        theirs.close()
        return Worker(ours, lambda: os.waitpid(pid, 0))
    ours.close()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # it ends when the other side hangs up, which has work to finish first
    code = 1
    try:
        serve(theirs, make_desk(), renewed)
        code = 0
    except Exception:
        logger.exception("the worker failed", extra={"action": "worker_failed"})
    finally:
        os._exit(code)


# --- the worker's side ------------------------------------------------------------------------------------------------


def serve(end: socket.socket, desk: Desk, renewed: Callable[[Desk], Desk] = _same) -> None:
    """Decide cases until the other side hangs up."""
    if desk.db.is_sqlite:
        for arrived in _arriving(end):
            desk = renewed(desk)
            if cases := _cases(desk, arrived):
                _reply(desk, cases, end.sendall)
    else:
        one_at_a_time = Lock()  # a long reply leaves in pieces, and no other may come between them

        def send(replies: bytes) -> None:
            with one_at_a_time:
                end.sendall(replies)

        with ThreadPoolExecutor(THREADS, "decide") as pool:
            for arrived in _arriving(end):
                desk = renewed(desk)
                for case in _cases(desk, arrived):
                    pool.submit(_reply_or_end, end, desk, case, send)
    desk.db.close()


def _reply_or_end(end: socket.socket, desk: Desk, case: Numbered, send: Callable[[bytes], None]) -> None:
    try:
        _reply(desk, [case], send)
    except Exception:
        # As on SQLite: a worker that cannot reply ends, and the bot with it, rather than leave somebody waiting.
        logger.exception("the worker failed", extra={"action": "worker_failed"})
        end.shutdown(socket.SHUT_RDWR)


def _arriving(end: socket.socket) -> Iterator[list[Any]]:
    """What came, as much as is there at once: cases by `_frame`, and texts of which there will be a case."""
    buffer, soon = bytearray(), False
    while chunk := _received(end, soon=soon):
        buffer += chunk
        while frames := list(islice(_frames(buffer), MOST_TOGETHER)):
            told = [pickle.loads(frame) for frame in frames]  # noqa: S301 - from our other half
            soon = isinstance(told[-1], str)
            yield told


def _received(end: socket.socket, *, soon: bool) -> bytes:
    """What is there; nothing when the other side hung up, with or without having read all replies.

    What will be there soon is waited for awake: to fall asleep and be woken takes a twentieth of an answer.
    """
    try:
        until = time.monotonic() + AWAKE if soon else 0.0
        while time.monotonic() < until:
            try:
                return end.recv(CHUNK, socket.MSG_DONTWAIT)
            except BlockingIOError:
                os.sched_yield()
        return end.recv(CHUNK)
    except ConnectionResetError:
        return b""


def _cases(desk: Desk, arrived: Sequence[Any]) -> Sequence[Numbered]:
    """The cases among what came. The rest are texts, of which there will be a case in a moment."""
    found = []
    for told in arrived:
        if isinstance(told, str):
            desk.look_ahead(told)
        else:
            id, *parts = told
            found.append((id, Case(*parts)))
    return found


def _reply(desk: Desk, cases: Sequence[Numbered], send: Callable[[bytes], None]) -> None:
    """Two replies to each case: its acts before they are on disk, and that they are; or what came of it instead."""
    ids = [id for id, _ in cases]
    early: dict[int, str] = {}

    def decided(acts: Sequence[str]) -> None:
        early.update(zip(ids, acts, strict=True))
        send(b"".join(_frame((DECIDED, id, acts)) for id, acts in early.items()))

    outcomes = desk.settled_now([case for _, case in cases], decided)
    send(b"".join(_outcome(id, outcome, early.get(id)) for id, outcome in zip(ids, outcomes, strict=True)))


def _outcome(id: int, outcome: Outcome[str], early: str | None) -> bytes:
    if outcome.fault is not None:
        logger.error("a case failed", extra={"action": "case_failed"}, exc_info=outcome.fault)
        return _frame((FAILED, id, type(outcome.fault).__name__))
    return _frame((KEPT, id, None if outcome.value == early else outcome.value))


# --- frames -----------------------------------------------------------------------------------------------------------


def _frame(value: object) -> bytes:
    body = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return len(body).to_bytes(LENGTH, "big") + body


def _frames(buffer: bytearray) -> Iterator[bytes]:
    """Take complete frames out of the buffer."""
    while len(buffer) >= (end := LENGTH + int.from_bytes(buffer[:LENGTH], "big")):
        frame = bytes(buffer[LENGTH:end])
        del buffer[:end]
        yield frame


_PARTS = attrgetter(*(field.name for field in fields(Case)))  # a dataclass with slots pickles slowly


# --- the bot's side ---------------------------------------------------------------------------------------------------


class _Waiting:
    """Somebody who waits for a case, or has given up meanwhile."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.decided: asyncio.Future[Decided] = loop.create_future()
        self._kept: asyncio.Future[str] = loop.create_future()
        self._acts = ""

    def was_decided(self, acts: str) -> None:
        """Its acts, which are not on disk yet."""
        self._acts = acts
        if not self.decided.done():
            self.decided.set_result(Decided(acts, self._kept))

    def was_kept(self, acts: str | None) -> None:
        """They are on disk: those that were decided, or these."""
        self._kept.set_result(self._acts if acts is None else acts)
        if not self.decided.done():
            self.decided.set_result(Decided(self._kept.result(), self._kept))

    def failed(self, fault: Exception) -> None:
        """Nothing is."""
        if not self.decided.done():
            self.decided.set_exception(fault)
        self._kept.set_exception(fault)
        self._kept.exception()  # whoever asked may have gone


class Worker(asyncio.Protocol):
    """The other process, as seen from here: `Elsewhere` of `handlers/desk.py`. `ended` waits for its end.

    When `lost` is set the process has gone by itself. Whoever waits for it then is left waiting: this process has to
    end as well, without answering or confirming anything, so that Telegram delivers again what was not answered.
    """

    def __init__(self, end: socket.socket, ended: Callable[[], object]) -> None:
        self.lost = asyncio.Event()
        self._closing = False
        self._end = end
        self._ended = ended
        self._buffer = bytearray()
        self._telling = False
        self._ids = count()
        self._waiting: dict[int, _Waiting] = {}
        self._transport: asyncio.WriteTransport | None = None

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """While this is open cases can be settled; afterwards the process ends."""
        self._transport, _ = await asyncio.get_running_loop().create_unix_connection(lambda: self, sock=self._end)
        try:
            yield
        finally:
            self._closing = True
            self._transport.close()
            await asyncio.to_thread(self._ended)

    async def settled(self, case: Case) -> str:
        """The acts of a case, packed, once they are on disk; the rest as with `decided`."""
        return await (await self.decided(case)).kept

    async def decided(self, case: Case) -> Decided:
        """The acts of a case, packed, before they are on disk. Never returns when the process is gone: see `lost`.

        Raises:
            Undecided: deciding failed.
        """
        id = next(self._ids)
        waiting = self._waiting[id] = _Waiting()
        if self._transport is not None:
            self._transport.write(_frame((id, *_PARTS(case))))
        return await waiting.decided

    def look_ahead(self, text: str) -> None:
        """Let the process think about it, if it has nothing else to do."""
        if not self._waiting and self._transport is not None:
            self._transport.write(_frame(text))

    def data_received(self, data: bytes) -> None:
        """Answers came."""
        self._buffer += data
        if not self._telling:
            self._tell()

    def _tell(self) -> None:
        """Pass on some of what came, the rest in the next rounds of the loop: each wakes somebody who has to work."""
        frames = list(islice(_frames(self._buffer), AT_ONCE))
        self._telling = len(frames) == AT_ONCE
        if self._telling:
            asyncio.get_running_loop().call_soon(self._tell)
        for frame in frames:
            what, id, told = pickle.loads(frame)  # noqa: S301 - from our other half
            if what == DECIDED:
                self._waiting[id].was_decided(told)
            elif what == KEPT:
                self._waiting.pop(id).was_kept(told)
            else:
                self._waiting.pop(id).failed(Undecided(told))

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - it says no more than this does
        """The process is gone, or we hung up ourselves."""
        if not self._closing:
            self.lost.set()
