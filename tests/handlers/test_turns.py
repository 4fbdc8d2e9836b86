"""One transaction per update: delivered twice, raced by a second process, in order within a chat."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session, select

from cards.card import Act
from handlers import interview, plain
from handlers.desk import Desk, _settle
from store import interviews, visits
from store.db import Database
from store.tables import InterviewRow, Person, Prospect
from tests.conftest import Office
from tests.handlers.conftest import answered_as, current, customers, data_of, delivered, person, press, raw_update
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
        count = len(session.exec(select(visits.Visit)).all())
        return [*rows, str(count)]


# --- order ------------------------------------------------------------------------------------------------------------


async def test_messages_of_one_chat_are_answered_in_their_order(office: Office) -> None:
    office.sandbox.fail_next("sendMessage", status=200, delay=0.3)
    phone = office.phone()
    for text in ("/customers", "/help", "/settings"):
        await phone.say(text)
    await phone.settled()

    heads = [text[:6] for text in (message.text for message in phone.messages if message.from_bot)]
    assert [("客户" in head, "见客户前" in head, "设置" in head) for head in heads] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]


async def test_a_slow_chat_does_not_hold_up_another(office: Office) -> None:
    office.sandbox.fail_next("sendMessage", status=200, delay=0.5)
    await office.phone(1001).say("/help")
    await office.phone(1002).say("/help")
    await office.phone(1001).settled()

    sent = [call.params["chat_id"] for call in office.sandbox.calls if call.method == "sendMessage"]
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


def turned(desk: Desk, update_id: int, user: Any, decide: Any) -> list[Act]:
    """One update as a process works it off."""
    return list(desk.db.write_now(_settle, desk, update_id, user, "zhike_demo_bot", decide, managers=False))


class User:
    """As much of a Telegram user as the desk looks at."""

    id = 1001


def both(office: Office, decide: Any, *, same_update: bool = False) -> list[list[Act]]:
    """The same thing at the same moment in two processes with a database connection each."""
    desks = [replace(office.service.desk, db=Database(office.url)) for _ in range(2)]
    try:
        with ThreadPoolExecutor(2) as pool:
            ids = (7_000_001, 7_000_001 if same_update else 7_000_002)
            return list(pool.map(lambda desk, id: turned(desk, id, User, decide), desks, ids))
    finally:
        for desk in desks:
            desk.db.close()


async def test_two_processes_cannot_fork_an_interview(either_office: Office) -> None:
    office = either_office
    await office.said(VAGUE)
    for _ in range(5):
        row = current(office)
        if row is None:
            break
        _, data = data_of(office, f"i:{row.id}:*:skip")
        acts = await asyncio.to_thread(both, office, lambda turn, data=data: interview.tap(turn, data))
        after = office.db.read_now(interviews.mine, person(office).id or 0, row.id or 0)

        assert after is not None
        assert after.version == row.version + 1
        assert len(interviews.state(after)["turns"]) == len(interviews.state(row)["turns"]) + 1
        assert len(acts) == 2
        await office.said("/help")
        await office.phone().tap_data(office.phone().last.id, f"i:{row.id}:{row.version}:skip")
        await office.phone().settled()


async def test_two_processes_that_hear_of_one_customer_begin_one_interview_after_the_other(
    either_office: Office,
) -> None:
    office = either_office
    for number in range(5):
        await asyncio.to_thread(both, office, lambda turn: interview.start(turn, f"客户{number}"))  # noqa: B023
        with Session(office.db.engine) as session:
            waiting = session.exec(select(InterviewRow).where(InterviewRow.open)).all()

        assert len(waiting) == 1


async def test_two_processes_that_get_one_update_make_one_step(either_office: Office) -> None:
    office = either_office
    await office.said(VAGUE)
    row = current(office)
    assert row is not None
    first, second = await asyncio.to_thread(both, office, lambda turn: plain.read(turn, "他一直听着"), same_update=True)
    after = office.db.read_now(interviews.mine, person(office).id or 0, row.id or 0)

    assert after is not None
    assert after.version == row.version + 1
    assert first == second


async def test_two_processes_that_log_one_contact_log_it_once(either_office: Office) -> None:
    from handlers import reminders

    office = either_office
    row = customers(office)["赵大海"]
    await asyncio.to_thread(both, office, lambda turn: reminders.tap(turn, f"r:done:{row.id}"))

    assert len(office.db.read_now(visits.latest, row.id or 0, 10)) == 2


async def test_two_processes_that_save_one_interview_make_one_customer(either_office: Office) -> None:
    office = either_office
    await office.said("/new 马师傅")
    await office.said("话不多，看了一会儿，问他也就点点头")
    await answered_as(office, "silent")
    _, data = data_of(office, "i:*:save")
    await asyncio.to_thread(both, office, lambda turn: interview.tap(turn, data))

    with Session(office.db.engine) as session:
        assert len(session.exec(select(Prospect).where(Prospect.name == "马师傅")).all()) == 1


async def test_an_interview_goes_on_where_it_was_after_a_restart(either_office: Office) -> None:
    office = either_office
    await office.said(VAGUE)
    before = current(office)
    office.db.engine.dispose()  # what the process knew is gone; the row is not
    await press(office, "i:*:skip")
    after = current(office)

    assert before is not None
    assert after is not None
    assert (after.id, after.version) == (before.id, before.version + 1)
