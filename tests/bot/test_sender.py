"""Every way in which a send can end, from the real client against the sandbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from markupsafe import Markup
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.application import build
from bot.config import Telegram
from bot.pace import Pace
from bot.pictures import Pictures
from bot.sender import Sender
from cards.card import Card
from handlers.show import muted
from scheduler.delivery import Outcome
from tests.conftest import TOKEN, Office

CARD = Card(Markup("今天联系 3 位"))


@pytest.fixture(autouse=True)
def _pauses_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `bot.config.load_config` sets it."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


def sending(office: Office) -> Sender:
    """The office's own."""
    found = office.service.push.sending
    assert isinstance(found, Sender)
    return found


async def sent(office: Office, person: int = 1001) -> Outcome:
    """One try."""
    assert await sending(office).near(0.0) == 0
    assert await sending(office).turn(person) == 0
    return await sending(office).send(person, CARD)


async def test_what_arrives_is_sent_with_the_number_of_the_message(office: Office) -> None:
    outcome = await sent(office)

    assert outcome == Outcome("sent", message_id=office.phone().last.id)
    assert office.phone().last.text == "今天联系 3 位"


@pytest.mark.parametrize("status", [500, 502])
async def test_a_fault_of_telegrams_is_tried_again(office: Office, status: int) -> None:
    office.sandbox.fail_next("sendMessage", status=status)

    outcome = await sent(office)

    assert (outcome.state, outcome.cause) == ("again", "network")
    assert outcome.after > 0


async def test_who_has_blocked_the_bot_is_unreachable(office: Office) -> None:
    office.sandbox.block(1001)

    outcome = await sent(office)

    assert (outcome.state, outcome.cause) == ("unreachable", "blocked")


async def test_a_chat_that_is_not_there_is_unreachable(office: Office) -> None:
    assert (await sent(office, 424242)).state == "unreachable"


async def test_a_group_that_the_bot_is_not_in_is_unreachable_and_one_that_grew_has_moved(office: Office) -> None:
    group = office.sandbox.group(-4001, "销售群")
    group.remove_bot()
    kicked = await sent(office, -4001)
    group.upgrade(-1001234567890, 1003, told=False)
    moved = await sent(office, -4001)

    assert (kicked.state, kicked.cause) == ("unreachable", "blocked")
    assert (moved.state, moved.cause, moved.moved_to) == ("moved", "moved", -1001234567890)


async def test_a_group_in_which_the_bot_may_not_write_is_unreachable_and_says_why(office: Office) -> None:
    office.sandbox.group(-4001, "销售群").mute_bot()

    outcome = await sent(office, -4001)

    assert (outcome.state, outcome.cause) == ("unreachable", "muted")


@pytest.mark.parametrize(
    ("fault", "is_muted"),
    [
        (BadRequest("Not enough rights to send text messages to the chat"), True),
        (Forbidden("Forbidden: not enough rights to send text messages to the chat"), True),
        (BadRequest("Have no rights to send a message"), True),
        (BadRequest("CHAT_WRITE_FORBIDDEN"), True),
        (BadRequest("Topic_closed"), True),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), False),
        (Forbidden("Forbidden: bot was blocked by the user"), False),
        (BadRequest("Chat not found"), False),
        (BadRequest("Message is too long"), False),
    ],
)
def test_what_telegram_says_where_the_bot_may_not_write(fault: TelegramError, is_muted: bool) -> None:
    assert muted(fault) is is_muted


async def test_what_telegram_does_not_take_has_failed(office: Office) -> None:
    office.sandbox.fail_next("sendMessage", status=400)

    outcome = await sent(office)

    assert (outcome.state, outcome.cause) == ("failed", "refused")


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_lost_answer_is_uncertain_whether_it_arrived_or_not(office: Office, drop: str) -> None:
    office.sandbox.fail_next("sendMessage", drop=drop)  # type: ignore[arg-type]

    outcome = await sent(office)

    assert (outcome.state, outcome.cause) == ("uncertain", "no_answer")


async def test_a_pause_that_telegram_asks_for_holds_the_push_and_live_answers(office: Office) -> None:
    office.sandbox.fail_next("sendMessage", retry_after=1)
    begin = asyncio.get_running_loop().time()

    outcome = await sent(office)
    held = await sending(office).near(0.0)
    answer = await office.said("/help")

    assert (outcome.state, outcome.cause, outcome.after) == ("again", "throttled", 1.0)
    assert 0 < held <= 1
    assert "/customers" in answer
    assert asyncio.get_running_loop().time() - begin >= 1
    assert await sending(office).near(0.0) == 0
    assert sum(call.status == 429 for call in office.sandbox.calls) == 1


async def test_a_pause_that_a_live_answer_met_holds_the_push_too(office: Office) -> None:
    office.sandbox.fail_next("sendMessage", retry_after=3)
    telling = asyncio.create_task(office.said("/help"))
    async with asyncio.timeout(20):
        while not any(call.status == 429 for call in office.sandbox.calls):
            await asyncio.sleep(0.01)

    held = await sending(office).near(0.0)

    assert 0 < held <= 3
    assert "/customers" in await telling


async def test_a_closed_door_is_tried_again() -> None:
    async with _alone("http://127.0.0.1:9/bot") as sender:
        outcome = await sender.send(1001, CARD)

    assert (outcome.state, outcome.cause) == ("again", "network")


@asynccontextmanager
async def _alone(base_url: str) -> AsyncIterator[Sender]:
    """A sender whose Telegram is not there."""
    pace = Pace(30)
    app = build(Telegram(token=TOKEN, base_url=base_url), None, Pictures(), pace)  # type: ignore[arg-type]
    await app.bot.request.initialize()
    try:
        yield Sender(app.bot, pace)
    finally:
        await app.bot.request.shutdown()
