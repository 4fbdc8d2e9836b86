"""One transaction per update: delivered twice, raced by a second process, in order within a chat."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlmodel import Session, select

from knowledge.systems import Systems
from store import interviews, visits
from store.tables import InterviewRow, Person, Prospect, Visit
from tests.conftest import Office, StoppedClock, at_work
from tests.handlers.conftest import answered_as, current, customers, data_of, delivered, person, raw_update
from tests.handlers.test_joining import link_from

VAGUE = "昨天在店门口碰上一位客户"


def answers(office: Office, telegram_id: int = 1001) -> list[str]:
    """What the bot said."""
    return [message.html for message in office.phone(telegram_id).messages if message.from_bot]


@pytest.mark.parametrize(
    "text", ["/new 王总", VAGUE, "/visit 钱总 微信聊了价格", "/remind 钱总 明天 问价", "/customers", "/help"]
)
async def test_a_message_delivered_twice_takes_effect_once(office: Office, text: str) -> None:
    await office.phone().say(text)
    raw = raw_update(office)
    await office.phone().settled()
    first = answers(office)
    kept = _rows(office)
    await delivered(office, raw)

    assert answers(office) == first * 2
    assert _rows(office) == kept


async def test_a_tap_delivered_twice_takes_effect_once(either_office: Office) -> None:
    office = either_office
    await office.said(VAGUE)
    message_id, data = data_of(office, "i:*:c:*")
    await office.phone().tap_data(message_id, data)
    raw = raw_update(office)
    await office.phone().settled()
    before, said = _rows(office), answers(office)
    await delivered(office, raw)

    assert _rows(office) == before
    assert answers(office) == [*said, said[-1]]


async def test_an_invitation_delivered_twice_is_answered_the_same_way(office: Office) -> None:
    link = await link_from(office)
    await office.phone(1009).open_link(link)
    raw = raw_update(office)
    await office.phone(1009).settled()
    await delivered(office, raw, 1009)

    first, again = answers(office, 1009)
    assert "欢迎" in first
    assert again == first


async def test_a_customer_handed_over_twice_by_one_update_is_told_of_twice_but_moved_once(office: Office) -> None:
    row, mate = customers(office)["钱总"], person(office, 1002)
    await office.said("/help")
    await office.phone().tap_data(office.phone().last.id, f"r:given:{row.id}:{mate.id}")
    raw = raw_update(office)
    await office.phone().settled()
    await delivered(office, raw)

    assert customers(office, 1002)["钱总"].owner_id == mate.id
    assert "找不到" not in "".join(office.phone().toasts)


def _rows(office: Office) -> list[str]:
    """All that updates change, as text."""
    with Session(office.db.engine) as session:
        tables: tuple[Any, ...] = (InterviewRow, Prospect, Person)
        rows = [repr(row) for table in tables for row in session.exec(select(table).order_by(table.id))]
        count = len(session.exec(select(Visit)).all())
        return [*rows, str(count)]


# --- order ------------------------------------------------------------------------------------------------------------


async def test_an_update_that_cannot_be_read_keeps_nobody_waiting(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    world = office.sandbox.world
    broken = {"message_id": 1, "text": "王总说的话"}  # no date, no chat: from a server of another version
    world.deliver("message", broken, world.chat(1001))

    assert "/customers" in await office.said("/help")
    assert "/customers" in await office.said("/help")
    noted = [one for one in caplog.records if getattr(one, "action", "") == "update_unreadable"]
    assert [one.getMessage() for one in noted] == ["an update could not be read: message"]
    assert "王总" not in caplog.text


async def test_messages_of_one_chat_are_answered_in_their_order(office: Office) -> None:
    office.sandbox.fail_next("sendMessage", status=200, delay=0.3)
    phone = office.phone()
    for text in ("/customers", "/help", "/settings"):
        await phone.say(text)
    await phone.settled()

    texts = [message.text for message in phone.messages if message.from_bot]
    assert ["我的客户" in texts[0], "见客户前" in texts[1], "设置" in texts[2]] == [True, True, True]


async def test_a_slow_chat_does_not_hold_up_another(office: Office) -> None:
    office.sandbox.fail_next("sendMessage", status=200, delay=0.5)
    await office.phone(1001).say("/help")
    await office.phone(1002).say("/help")
    await office.phone(1001).settled()

    sent = [call.parameters["chat_id"] for call in office.sandbox.calls if call.method == "sendMessage"]
    assert [str(chat) for chat in sent] == ["1002", "1001"]


async def test_answers_that_come_fast_are_steps_one_after_the_other(office: Office) -> None:
    phone = office.phone()
    for text in (VAGUE, "他听着，没说什么", "还问了一句多少钱"):
        await phone.say(text)
    await phone.settled()

    row = office.db.read_now(interviews.mine, person(office).id or 0, 1)
    assert row is not None
    texts = [turn[2] for turn in interviews.state(row)["turns"]]
    assert texts[: len(texts)] == [VAGUE, "他听着，没说什么", "还问了一句多少钱"][: len(texts)]
    assert len(texts) >= 2


# --- two processes ----------------------------------------------------------------------------------------------------


@pytest.fixture
async def two_offices(url: str, clock: StoppedClock, systems: Systems) -> AsyncIterator[tuple[Office, Office]]:
    """Two bots with connections of their own on one database, of either kind."""
    async with at_work(url, clock, systems) as first, at_work(url, clock, systems, filled=False) as second:
        second.sandbox.world.journal.set("next_update_id", 900_000_001)
        yield first, second


async def both_tap(offices: tuple[Office, Office], data: str) -> None:
    """The same button tapped at one moment, the taps going to different processes."""
    for office in offices:
        await office.phone().tap_data(1, data)
    for office in offices:
        await office.phone().settled()


async def both_say(offices: tuple[Office, Office], *texts: str) -> None:
    """Messages of one person at one moment, going to different processes."""
    for office, text in zip(offices, texts, strict=True):
        await office.phone().say(text)
    for office in offices:
        await office.phone().settled()


async def test_two_processes_cannot_fork_an_interview(two_offices: tuple[Office, Office]) -> None:
    office, _ = two_offices
    await office.said(VAGUE)
    while (row := current(office)) is not None:
        await both_tap(two_offices, f"i:{row.id}:{row.version}:skip")
        after = office.db.read_now(interviews.mine, person(office).id or 0, row.id or 0)

        assert after is not None
        assert after.version == row.version + 1
        assert len(interviews.state(after)["turns"]) == len(interviews.state(row)["turns"]) + 1


async def test_two_answers_typed_to_two_processes_are_both_kept(two_offices: tuple[Office, Office]) -> None:
    office, _ = two_offices
    await office.said(VAGUE)
    before = current(office)
    await both_say(two_offices, "他看了看门口", "店里人多")
    assert before is not None
    after = office.db.read_now(interviews.mine, person(office).id or 0, before.id or 0)

    assert after is not None
    assert {turn[2] for turn in interviews.state(after)["turns"]} == {VAGUE, "他看了看门口", "店里人多"}


async def test_two_descriptions_typed_to_two_processes_leave_one_interview_open(
    two_offices: tuple[Office, Office],
) -> None:
    office, _ = two_offices
    for number in range(8):
        await both_say(two_offices, f"/new 客户{number}", f"/new 顾客{number}")
        with Session(office.db.engine) as session:
            waiting = session.exec(select(InterviewRow).where(InterviewRow.open)).all()

        assert len(waiting) == 1


async def test_two_processes_that_get_one_update_make_one_step(two_offices: tuple[Office, Office]) -> None:
    first, second = two_offices
    await first.said(VAGUE)
    row = current(first)
    await first.phone().say("他一直在门口站着")
    raw = raw_update(first)
    await asyncio.gather(delivered(second, raw), first.phone().settled())
    assert row is not None
    after = first.db.read_now(interviews.mine, person(first).id or 0, row.id or 0)

    assert after is not None
    assert after.version == row.version + 1
    assert answers(first)[-1] == answers(second)[-1]


async def test_two_processes_that_log_one_contact_log_it_once(two_offices: tuple[Office, Office]) -> None:
    office, _ = two_offices
    row = customers(office)["赵大海"]
    await both_tap(two_offices, f"r:done:{row.id}")

    assert len(office.db.read_now(visits.latest, row.id or 0, 10)) == 2


async def test_two_processes_that_save_one_interview_make_one_customer(two_offices: tuple[Office, Office]) -> None:
    office, _ = two_offices
    await office.said("/new 马师傅")
    await office.said("话不多，看了一会儿，问他也就点点头")
    await answered_as(office, "silent")
    await both_tap(two_offices, data_of(office, "i:*:save")[1])

    with Session(office.db.engine) as session:
        assert len(session.exec(select(Prospect).where(Prospect.name == "马师傅")).all()) == 1


async def test_one_link_opened_at_two_processes_lets_one_person_in(two_offices: tuple[Office, Office]) -> None:
    first, second = two_offices
    link = await link_from(first)
    await first.phone(1009).open_link(link)
    await second.phone(1009).open_link(link)
    await first.phone(1009).settled()
    await second.phone(1009).settled()

    with Session(first.db.engine) as session:
        assert len(session.exec(select(Person).where(Person.telegram_id == 1009)).all()) == 1
    welcomes = [text for office in two_offices for text in answers(office, 1009) if "欢迎" in text]
    assert len(welcomes) == 1


async def test_an_interview_goes_on_in_another_process(two_offices: tuple[Office, Office]) -> None:
    first, second = two_offices
    await first.said(VAGUE)
    before = current(first)
    await second.said("他看了看门口")
    after = current(second)

    assert before is not None
    assert after is not None
    assert (after.id, after.version) == (before.id, before.version + 1)
