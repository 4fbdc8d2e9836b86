"""What is told is on disk: an answer that is decided elsewhere leaves once its transaction has committed."""

import asyncio
from asyncio import Future
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from cards.card import Act, Card, Say, Tell, Toast, pack
from handlers.desk import Case, Turn
from handlers.durable import Decided, on_disk, telling
from tests.conftest import MONDAY, Office

FIRST, SECOND = pack([Say(Card("甲"))]), pack([Say(Card("乙"))])


class Elsewhere:
    """Another process, as a test wants it: everything is decided at once, and kept when the test says so."""

    def __init__(self, acts: str) -> None:
        self.acts = acts
        self.kept: Future[str] = asyncio.get_running_loop().create_future()

    async def settled(self, case: Case) -> str:
        """What is on disk in the end."""
        del case
        return await self.kept

    async def decided(self, case: Case) -> Decided:
        """What it looks like before."""
        del case
        return Decided(self.acts, self.kept)

    def look_ahead(self, text: str) -> None:
        """Nothing to think about."""


@pytest.fixture
async def elsewhere(office: Office) -> AsyncIterator[Elsewhere]:
    """Whatever is said to the office is decided here."""
    made = Elsewhere(FIRST)
    office.service.take(replace(office.service.desk, elsewhere=made))
    yield made
    if not made.kept.done():
        made.kept.set_result(made.acts)


async def said(office: Office) -> None:
    """A message, and time enough for an answer that nothing holds back."""
    await office.phone().say("在吗")
    await asyncio.sleep(0.2)


def heard(office: Office, person: int = 1001) -> list[str]:
    """What the bot said."""
    return [message.html for message in office.phone(person).messages if message.from_bot]


async def test_an_answer_waits_until_it_is_on_disk(office: Office, elsewhere: Elsewhere) -> None:
    before = heard(office)
    await said(office)
    assert heard(office) == before

    elsewhere.kept.set_result(FIRST)
    await office.phone().settled()
    assert heard(office) == [*before, "甲"]


async def test_what_was_decided_anew_is_what_is_told(office: Office, elsewhere: Elsewhere) -> None:
    before = heard(office)
    await said(office)
    elsewhere.kept.set_result(SECOND)
    await office.phone().settled()

    assert heard(office) == [*before, "乙"]


async def test_nobody_is_told_what_could_not_be_kept(
    office: Office, elsewhere: Elsewhere, caplog: pytest.LogCaptureFixture
) -> None:
    before = heard(office)
    await said(office)
    elsewhere.kept.set_exception(OSError("the disk is full"))
    await office.phone().settled()

    (trouble,) = heard(office)[len(before) :]
    assert "没有生效" in trouble
    assert [getattr(record, "action", "") for record in caplog.records if record.exc_info] == ["update_failed"]
    caplog.clear()  # it is what this test is about


async def test_others_are_told_as_late(office: Office, elsewhere: Elsewhere) -> None:
    elsewhere.acts = pack([Tell(1002, Card("给同事")), Toast("好")])
    before = heard(office, 1002)
    await said(office)
    assert heard(office, 1002) == before

    elsewhere.kept.set_result(elsewhere.acts)
    await office.phone().settled()
    assert heard(office, 1002) == [*before, "给同事"]


async def test_an_answer_of_no_words_waits_too(office: Office, elsewhere: Elsewhere) -> None:
    """What was decided anew is shown even where at first nothing was to be said."""
    elsewhere.acts = pack([])
    before = heard(office)
    await said(office)
    elsewhere.kept.set_result(SECOND)
    await office.phone().settled()

    assert heard(office) == [*before, "乙"]


async def test_whoever_gives_up_waiting_stops_nobody_else(office: Office, elsewhere: Elsewhere) -> None:
    del office
    decided = await elsewhere.decided(Case(1, 1001, MONDAY, "bot", nothing))
    with telling(decided):
        waiting = [asyncio.create_task(on_disk()) for _ in range(2)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    elsewhere.kept.set_result(FIRST)
    await waiting[1]

    assert waiting[0].cancelled()


def nothing(_: Turn) -> Sequence[Act]:
    """What a case comes to that is never decided."""
    return ()
