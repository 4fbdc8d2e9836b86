"""Customers change hands: one, a list, everything of somebody who left; the pool; leaving and coming back."""

from datetime import timedelta

from sqlmodel import Session, select

from bot.config import Config, PoolSection
from store import people
from store.tables import Access, Handover, Person, Prospect, Reminder
from tests.conftest import Office, at_work
from tests.handlers.conftest import customers, golden, labels, person, press


def owned(office: Office) -> dict[int, set[str]]:
    """The names of both reps' customers."""
    with Session(office.db.engine) as session:
        return {
            who: set(session.exec(select(Prospect.name).where(Prospect.owner_id == person(office, who).id)))
            for who in (1001, 1002)
        }


async def test_a_manager_hands_over_everything_and_takes_it_back(office: Office) -> None:
    before = owned(office)
    await office.said("/transfer", 1003)
    await press(office, f"u:from:{person(office).id}", 1003)
    await press(office, "u:who:a*", 1003)
    await press(office, f"u:ask:*:{person(office, 1002).id}", 1003)
    await press(office, "u:do:*", 1003)
    moved = owned(office)
    await press(office, "u:undo:*", 1003)
    for telegram_id in (1001, 1002):
        await office.phone(telegram_id).settled()

    assert moved == {1001: set(), 1002: before[1001] | before[1002]}
    assert owned(office) == before
    golden("transfer", office.phone(1003).transcript())
    golden("transfer_to", office.phone(1002).transcript())
    golden("transfer_from", office.phone(1001).transcript())


async def test_a_list_is_handed_over_by_a_manager_only(office: Office) -> None:
    await office.said("/list A级", 1001)
    assert not [label for label in labels(office) if "整份转交" in label]
    await office.said("/list 小李 A级", 1003)
    await press(office, "u:who:l*", 1003)
    await press(office, f"u:ask:*:{person(office, 1002).id}", 1003)
    await press(office, "u:do:*", 1003)

    assert {"王建国", "刘芳"} <= set(customers(office, 1002))
    assert not [row for row in customers(office).values() if row.grade == "A"]


async def test_what_is_open_moves_along_and_the_type_is_looked_at_again(either_office: Office) -> None:
    office = either_office
    row, mate = customers(office)["王建国"], person(office, 1002)
    office.clock.forward(minutes=5)
    await office.said("/transfer 王建国 小周")
    await press(office, "u:do:*")
    said = await office.said("王建国", 1002)
    with Session(office.db.engine) as session:
        open_ = session.exec(select(Reminder).where(Reminder.prospect_id == row.id, Reminder.state == "open")).all()
        assert {one.person_id for one in open_} == {mate.id}

    assert "要重新确认" in said
    assert "王建国" in await office.said("/list 类型要重新确认", 1002) or "王建国" in str(labels(office, 1002))
    assert "要重新确认" not in await office.said("王建国", 1002) or "要重新确认" not in await press(
        office, "p:sure:*", 1002
    )


async def test_an_undo_ends_after_a_day_and_where_the_customer_moved_on(office: Office) -> None:
    await office.said("/transfer 王建国 小周")
    await press(office, "u:do:*")
    await office.said("/transfer 王建国 小李", 1002)
    await press(office, "u:do:*", 1002)
    await press(office, "u:undo:*")
    assert "王建国" in customers(office)
    await office.said("/transfer 刘芳 小周")
    await press(office, "u:do:*")
    office.clock.forward(hours=25)
    await press(office, "u:undo:*")

    assert "刘芳" not in customers(office)


async def test_a_rep_can_hand_over_own_customers_only(office: Office) -> None:
    theirs = next(iter(customers(office, 1002).values()))
    await office.said(f"/transfer {theirs.name} 小李")
    assert "没找到" in office.phone().last.text
    me = person(office).id
    one, every = f"p{theirs.id}", f"a{person(office, 1002).id}"
    for data in (f"u:do:{one}:{me}", f"u:ask:{one}:{me}", f"u:do:{every}:{me}", "u:gone:2"):
        await office.phone().tap_data(office.phone().last.id, data)
    await office.phone().settled()

    assert theirs.name in customers(office, 1002)
    assert people_in(office) == 3


def people_in(office: Office) -> int:
    """How many are members."""
    with Session(office.db.engine) as session:
        return len(session.exec(select(Person).where(Person.active)).all())


async def test_who_leaves_is_told_of_and_their_customers_are_arranged(office: Office) -> None:
    await office.said("/leave", 1002)
    await press(office, "u:leave", 1002)
    await office.phone(1003).settled()
    assert "受邀的团队成员" in await office.said("/today", 1002)
    await press(office, "u:from:*", 1003)
    await press(office, "u:pooled:*", 1003)
    await office.said("/pool")
    await press(office, "u:claim:*")
    await press(office, "p:open:*")
    await office.said("/invite rep", 1003)
    link = office.phone(1003).last.text.rsplit("start=", 1)[1].split()[0]
    await office.said(f"/start {link}", 1002)

    golden("leaving", office.phone(1002).transcript())
    golden("leaving_managed", office.phone(1003).transcript())
    golden("pool", office.phone(1001).transcript())


async def test_of_two_who_claim_one_gets_the_customer(office: Office) -> None:
    row = (
        customers(office, 1002)["吴姐"]
        if "吴姐" in customers(office, 1002)
        else next(iter(customers(office, 1002).values()))
    )
    office.clock.forward(days=120)
    await office.said("/pool")
    await office.said("/pool", 1003)
    data = f"u:claim:{row.id}"
    for who in (1001, 1003):
        await office.phone(who).tap_data(office.phone(who).last.id, data)
    await office.phone(1001).settled()
    await office.phone(1003).settled()
    with Session(office.db.engine) as session:
        moved = session.exec(select(Handover).where(Handover.prospect_id == row.id)).all()

    assert len(moved) == 1
    assert sum(row.name in customers(office, who) for who in (1001, 1003)) == 1


async def test_contact_or_a_plan_keeps_a_customer_out_of_the_pool(office: Office) -> None:
    office.clock.forward(days=120)
    await office.said("/pool", 1002)
    idle = str(labels(office, 1002))
    await office.said("/visit 王建国 电话聊了报价")
    await office.said("/remind 刘芳 下周三 问合同")
    await office.said("/pool", 1002)

    assert "王建国" in idle
    assert "刘芳" in idle
    assert "王建国" not in str(labels(office, 1002))
    assert "刘芳" not in str(labels(office, 1002))


async def test_without_a_pool_nothing_can_be_claimed(lite, clock, systems) -> None:
    async with at_work(lite, clock, systems, config=Config(pool=PoolSection(idle_days=0))) as office:
        row = next(iter(customers(office, 1002).values()))
        office.clock.forward(days=400)
        await office.said("/pool")
        await office.phone().tap_data(office.phone().last.id, f"u:claim:{row.id}")
        await office.phone().settled()

        assert row.name in customers(office, 1002)
        assert "没有开公海" in office.phone().last.text


async def test_invitations_are_listed_and_taken_back(office: Office) -> None:
    await office.said("/invite rep", 1003)
    link = office.phone(1003).last.text.rsplit("start=", 1)[1].split()[0]
    await office.said("/invite", 1003)
    await press(office, "v:revoke:*", 1003)
    await office.said(f"/start {link}", 1009)

    assert "用不了" in office.phone(1009).last.text
    assert "还没用的邀请" not in office.phone(1003).last.text


async def test_an_invitation_of_somebody_else_cannot_be_taken_back(office: Office) -> None:
    await office.said("/invite rep", 1003)
    await office.said("/today")
    await office.phone().tap_data(office.phone().last.id, "v:revoke:1")
    await office.phone().settled()
    with Session(office.db.engine) as session:
        caller = people.taking_turn(session, 1003)
        assert caller is not None
        assert len(people.open_invites(session, caller, office.clock.now())) == 1


async def test_a_manager_who_looks_is_noted_once_a_day(office: Office) -> None:
    await office.said("/list 小李 A级", 1003)
    for _ in range(2):
        await press(office, "y:see:*", 1003)
    office.clock.forward(days=1)
    await press(office, "y:see:*", 1003)
    with Session(office.db.engine) as session:
        rows = session.exec(select(Access)).all()
        owners = {session.get_one(Prospect, row.prospect_id).owner_id for row in rows}

    assert len(rows) == 2
    assert owners == {person(office).id}
    assert max(row.at for row in rows) - min(row.at for row in rows) == timedelta(days=1)


async def test_who_is_told_at_night_hears_no_sound_and_by_day_does(office: Office) -> None:
    def told() -> dict[str, object]:
        calls = [one.parameters for one in office.sandbox.calls if one.method == "sendMessage"]
        return next(one for one in reversed(calls) if one["chat_id"] == 1002)

    await office.said("/transfer 王建国 小周")
    await press(office, "u:do:*")
    by_day = told()
    office.clock.forward(hours=14)  # 23:00
    await office.said("/transfer 刘芳 小周")
    await press(office, "u:do:*")

    assert "王建国" in str(by_day["text"])
    assert "disable_notification" not in by_day
    assert "刘芳" in str(told()["text"])
    assert told()["disable_notification"] is True
