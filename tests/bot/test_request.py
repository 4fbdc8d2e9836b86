"""The request on a real server: what leaves when, and what is said to have left."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from telegram import InputFile
from telegram.error import TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.pace import Pace
from bot.request import PacedRequest, Refused
from handlers.durable import Anew, Decided, telling
from handlers.show import plain

SOON = 0.05  # seconds; loopback needs a hundredth of it


class Server:
    """Counts what arrives."""

    def __init__(self) -> None:
        self.url = ""
        self.arrived: list[dict[str, Any]] = []
        self.hangs_up = False
        self.connections: set[asyncio.BaseTransport] = set()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Whatever is asked, it was done."""
        assert request.transport is not None
        self.connections.add(request.transport)
        multipart = request.content_type.startswith("multipart")
        self.arrived.append({} if multipart else json.loads(await request.read()))
        if self.hangs_up:
            self.hang_up()
        return web.json_response({"ok": True, "result": True})

    def hang_up(self) -> None:
        """Close every connection."""
        for connection in self.connections:
            connection.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """On a port of its own."""
    made = Server()
    runner = web.ServerRunner(web.Server(made.answer, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/botX/sendMessage"
    yield made
    await runner.cleanup()


@pytest.fixture
async def request_(pace: Pace) -> AsyncIterator[PacedRequest]:
    """One that is open."""
    made = PacedRequest(pace)
    await made.initialize()
    yield made
    await made.shutdown()


@pytest.fixture
async def pace() -> Pace:
    """As fast as anything here."""
    return Pace(1000.0)


def message() -> RequestData:
    """Words for chat 7."""
    return plain(chat_id=7, text="你好")


def photo() -> RequestData:
    """A file for chat 7."""
    file = RequestParameter("photo", None, [InputFile(b"png", filename="a.png", attach=False)])
    return RequestData([RequestParameter("chat_id", 7, None), file])


def undecided() -> Decided:
    """Acts that are on disk when the test says so."""
    return Decided("acts", asyncio.get_running_loop().create_future())


@pytest.mark.parametrize("data", [message, photo])
async def test_nothing_arrives_before_it_is_on_disk(request_: PacedRequest, server: Server, data: Any) -> None:
    decided = undecided()
    with telling(decided):
        sending = asyncio.create_task(request_.do_request(server.url, "POST", data()))
    await asyncio.sleep(SOON)
    assert server.arrived == []

    decided.kept.set_result("acts")
    assert (await sending)[0] == 200
    assert len(server.arrived) == 1


@pytest.mark.parametrize("data", [message, photo])
async def test_nothing_arrives_where_something_else_is_on_disk(
    request_: PacedRequest, server: Server, data: Any
) -> None:
    decided = undecided()
    with telling(decided):
        sending = asyncio.create_task(request_.do_request(server.url, "POST", data()))
    await asyncio.sleep(SOON)
    decided.kept.set_result("other acts")

    with pytest.raises(Anew) as anew:
        await sending
    assert anew.value.acts == "other acts"
    assert server.arrived == []


async def test_a_fault_of_the_transaction_is_not_taken_for_one_of_the_wire(
    request_: PacedRequest, server: Server
) -> None:
    decided = undecided()
    with telling(decided):
        sending = asyncio.create_task(request_.do_request(server.url, "POST", message()))
    await asyncio.sleep(SOON)
    decided.kept.set_exception(OSError("the disk is full"))

    with pytest.raises(OSError, match="disk"):
        await sending
    assert server.arrived == []


async def test_a_request_goes_out_after_one_that_was_called_off(request_: PacedRequest, server: Server) -> None:
    decided = undecided()
    decided.kept.set_result("other acts")
    with telling(decided), pytest.raises(Anew):
        await request_.do_request(server.url, "POST", message())
    status, _ = await request_.do_request(server.url, "POST", message())

    assert status == 200
    assert len(server.arrived) == 1


async def test_a_connection_that_breaks_while_it_waits_has_carried_nothing(
    request_: PacedRequest, server: Server
) -> None:
    decided = undecided()
    await request_.do_request(server.url, "POST", message())
    with telling(decided):
        sending = asyncio.create_task(request_.do_request(server.url, "POST", message()))
    await asyncio.sleep(SOON)
    server.hang_up()
    await asyncio.sleep(SOON)
    assert not decided.kept.done()

    decided.kept.set_result("acts")
    with pytest.raises(Refused):
        await sending
    assert len(server.arrived) == 1


async def test_a_connection_that_breaks_afterwards_leaves_it_uncertain(request_: PacedRequest, server: Server) -> None:
    decided = undecided()
    decided.kept.set_result("acts")
    server.hangs_up = True

    with telling(decided), pytest.raises(TimedOut):
        await request_.do_request(server.url, "POST", message())


@pytest.mark.parametrize("data", [message, photo])
async def test_a_chat_rests_from_when_its_message_left(
    request_: PacedRequest, server: Server, pace: Pace, data: Any
) -> None:
    decided = undecided()
    with telling(decided):
        sending = asyncio.create_task(request_.do_request(server.url, "POST", data()))
    await asyncio.sleep(4 * SOON)
    held_back = pace.rest(7)
    decided.kept.set_result("acts")
    await sending

    assert pace.rest(7) > held_back + SOON
