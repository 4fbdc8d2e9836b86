"""A manager's view: the board, a rep's week, who waits, nudges, the funnel and the types; and nobody else's."""

from typing import Any

import pytest

from bot.sandbox.messages import Message
from store import deliveries, people, prospects
from store.tables import Person, Prospect
from tests.conftest import Office, StoppedClock, at_work
from tests.handlers.conftest import customers, data_of, golden, labels, person, press, taps

MANAGER, REP = 1003, 1001


async def test_a_manager_goes_from_the_team_to_a_customer_and_reminds_a_rep(office: Office) -> None:
    await office.said("/team", MANAGER)
    await press(office, f"t:rep:{person(office).id}", MANAGER)
    await office.said("/rep 小周", MANAGER)
    await office.said("/rep 没这人", MANAGER)
    await office.said("/rep", MANAGER)
    await office.said("/overdue", MANAGER)
    await press(office, f"t:nudge:{customers(office)['刘芳'].id}:*", MANAGER)
    await press(office, f"t:see:{customers(office)['刘芳'].id}", MANAGER)
    await office.said("/types", MANAGER)
    for picture in ("t:types:map", "t:types:abc"):
        await press(office, picture, MANAGER)
        await press(office, "t:types", MANAGER)
    await office.said("/funnel", MANAGER)
    await office.service.tick()
    await office.phone(REP).settled()

    assert "陈主管帮你留意着：刘芳" in office.phone(REP).last.text
    golden("team", office.phone(MANAGER).transcript())
    golden("nudged", office.phone(REP).transcript())


async def morning(office: Office) -> Message:
    """The manager's morning message, on the next day."""
    office.clock.forward(days=1)
    await office.service.tick()
    await office.phone(MANAGER).settled()
    return next(one for one in office.phone(MANAGER).messages if "件事要你看看" in one.text)


def said(message: Message) -> list[str]:
    """What its buttons say."""
    return [button.text for row in message.buttons for button in row]


async def test_the_buttons_of_the_morning_show_that_they_were_tapped_and_its_words_stay(office: Office) -> None:
    before = await morning(office)
    phone, late = office.phone(MANAGER), customers(office)["刘芳"].id
    for data in (f"t:nudge:{late}:r", f"t:see:{late}:n", "t:board:0:n", f"t:see:{late}:n", f"t:nudge:{late}:r"):
        await taps(office, (before.id, data), telegram_id=MANAGER)
    after = next(one for one in phone.messages if one.id == before.id)
    edits = [call for call in office.sandbox.calls if call.method == "editMessageReplyMarkup"]

    assert after.text == before.text
    assert said(before)[:2] == ["👤 刘芳", "👋 提醒小李"]
    assert said(after)[:2] == ["✓ 👤 刘芳", "✓ 今天提醒过"]
    assert said(after)[-1] == "✓ 👥 看团队"
    assert said(after)[2:-1] == said(before)[2:-1]
    assert len(edits) == 3  # the second tap on each has nothing to change
    assert [button.data for row in after.buttons for button in row] == [
        button.data for row in before.buttons for button in row
    ]


async def test_a_button_of_the_morning_says_where_there_is_nothing_to_remind_of_any_more(office: Office) -> None:
    before = await morning(office)
    await office.said("/visit 刘芳 电话聊了，定了白色")
    await taps(office, (before.id, f"t:nudge:{customers(office)['刘芳'].id}:r"), telegram_id=MANAGER)

    assert "✓ 不用提醒了" in said(next(one for one in office.phone(MANAGER).messages if one.id == before.id))


async def test_a_button_that_cannot_be_ticked_does_what_it_is_for(office: Office) -> None:
    before = await morning(office)
    office.sandbox.fail_next("editMessageReplyMarkup", status=400)
    await taps(office, (before.id, "t:board:0:n"), telegram_id=MANAGER)

    assert "图：城东一组" in office.phone(MANAGER).last.text


async def test_a_button_that_did_nothing_is_not_ticked(office: Office) -> None:
    before = await morning(office)
    late = customers(office)["刘芳"].id

    def unreachable(session: Any) -> None:
        session.get_one(Person, person(office).id).unreachable = True

    office.db.write_now(unreachable)
    await taps(office, (before.id, f"t:nudge:{late}:r"), (before.id, "t:see:99999:n"), telegram_id=MANAGER)

    assert said(next(one for one in office.phone(MANAGER).messages if one.id == before.id)) == said(before)


async def test_a_second_nudge_on_the_same_day_changes_nothing_and_the_next_day_it_may_be_given_again(
    office: Office,
) -> None:
    late = customers(office)["刘芳"]
    await office.said("/overdue", MANAGER)
    await taps(office, *[data_of(office, f"t:nudge:{late.id}:*", MANAGER)] * 3, telegram_id=MANAGER)
    toasts = [event for event in office.phone(MANAGER).transcript().splitlines() if "提示>" in event]
    await office.service.tick()
    await office.phone(REP).settled()
    first = [m for m in office.phone(REP).messages if m.from_bot and "留意" in m.text]
    office.clock.forward(days=1)
    await press(office, f"t:nudge:{late.id}:*", MANAGER)
    await office.service.tick()
    await office.phone(REP).settled()

    assert [("我去提醒小李" in toast, "最多一次" in toast) for toast in toasts] == [(True, False), *[(False, True)] * 2]
    assert len(first) == 1
    assert len([m for m in office.phone(REP).messages if m.from_bot and "留意" in m.text]) == 2


async def test_who_was_contacted_meanwhile_is_not_reminded_of(office: Office) -> None:
    late = customers(office)["刘芳"]
    await office.said("/overdue", MANAGER)
    await press(office, f"t:nudge:{late.id}:*", MANAGER)
    await office.said("/visit 刘芳 电话聊了配色")
    before = len(office.phone(REP).messages)
    await office.service.tick()
    await office.phone(REP).settled()
    state = office.db.read_now(
        deliveries.state_of, person(office).id or 0, f"nudge:{late.id}", office.clock.now().date()
    )
    await taps(office, data_of(office, f"t:nudge:{late.id}:*", MANAGER), telegram_id=MANAGER)

    assert state == "moot"
    assert len(office.phone(REP).messages) == before
    assert "现在不逾期了" in office.phone(MANAGER).transcript()


async def test_a_nudge_from_a_reps_week_shows_there_as_given(office: Office) -> None:
    await office.said("/rep 小李", MANAGER)
    await press(office, f"t:nudge:{customers(office)['刘芳'].id}:w", MANAGER)

    assert "✓ 今天提醒过" in labels(office, MANAGER)


async def test_from_a_nudge_the_rep_opens_the_customer_or_has_done_it(office: Office) -> None:
    await office.said("/overdue", MANAGER)
    await press(office, f"t:nudge:{customers(office)['刘芳'].id}:*", MANAGER)
    await office.service.tick()
    await office.phone(REP).settled()
    await press(office, f"r:done:{customers(office)['刘芳'].id}")
    answer = await office.said("/overdue", MANAGER)

    assert "刘芳" not in answer


def outsider(office: Office) -> int:
    """A customer of a rep of another team who waits; the id."""

    def add(session: Any) -> int:
        team = people.team_named(session, "城北组").id
        key = {"role": "rep", "team_id": team, "tz": "Asia/Shanghai", "push_at": "08:30", "now": office.clock.now()}
        rep = people.join(session, telegram_id=1009, name="外人", **key)
        now = office.clock.now()
        fields = {"created_at": now, "updated_at": now, "next_contact_on": now.date().replace(day=1), "grade": "A"}
        row = Prospect(owner_id=rep.id or 0, name="别组的客户", name_key="别组的客户", **fields)
        return prospects.add(session, row).id or 0

    return office.db.write_now(add)


@pytest.mark.parametrize("caller", [MANAGER, REP], ids=["another team's manager", "a rep"])
async def test_no_command_or_button_shows_another_teams_customers(office: Office, caller: int) -> None:
    id = outsider(office)
    rep = person(office, 1009).id
    for command in ("/team", "/rep 外人", "/rep", "/overdue", "/funnel", "/types"):
        await office.said(command, caller)
    await office.said("/help", caller)
    at = office.phone(caller).last.id
    datas = [
        f"t:rep:{rep}",
        f"t:due:{rep}:0",
        f"t:see:{id}",
        *(f"t:nudge:{id}:{at}" for at in ("l0", "r", "s", "w", "d1.0")),
    ]
    await taps(office, *((at, data) for data in datas), telegram_id=caller)
    said = office.phone(caller).transcript()

    assert "外人" not in said.replace("/rep 外人", "").replace("叫“外人”的人", "")
    assert "别组的客户" not in said
    assert "客户 13" not in said
    planned = office.db.read_now(deliveries.planned_kinds, [f"nudge:{id}"], office.clock.now().date())
    assert planned == set()


async def test_a_rep_is_refused_every_button_of_the_board(office: Office) -> None:
    await office.said("/help")
    at = office.phone().last.id
    mine, colleague = customers(office)["刘芳"], customers(office, 1002)["郑小姐"]
    verbs = (
        "board:0",
        "late:0",
        "funnel",
        "types",
        f"rep:{person(office).id}",
        f"see:{mine.id}",
        f"see:{colleague.id}",
    )
    nudges = (f"nudge:{mine.id}:l0", f"nudge:{colleague.id}:s")
    await taps(office, *((at, f"t:{verb}") for verb in (*verbs, *nudges)))
    said = office.phone().transcript()

    assert said.count("这个功能是主管用的") == len(verbs) + len(nudges)
    assert "郑小姐" not in said


async def test_an_admin_without_a_team_sees_everybody_and_a_manager_without_one_nobody(
    lite: str, clock: StoppedClock, systems: Any
) -> None:
    async with at_work(lite, clock, systems) as office:
        outsider(office)

        def alone(session: Any, role: str) -> None:
            row = people.by_telegram(session, MANAGER)
            assert row is not None
            row.role, row.team_id = role, None

        office.db.write_now(alone, "admin")
        everybody = await office.said("/team", MANAGER)
        late = await office.said("/overdue", MANAGER)
        office.db.write_now(alone, "manager")
        nobody = await office.said("/team", MANAGER)

    assert "外人" in everybody
    assert "客户 13" in everybody
    assert "别组的客户" in late
    assert "还没有人" in nobody


async def test_a_team_of_more_than_ten_is_turned_in_place(office: Office) -> None:
    def more(session: Any) -> None:
        team = people.team_named(session, "城东一组").id
        for at in range(12):
            key = {"role": "rep", "team_id": team, "tz": "Asia/Shanghai", "push_at": "08:30"}
            people.join(session, telegram_id=5000 + at, name=f"新人{at:02}", now=office.clock.now(), **key)

    office.db.write_now(more)
    first = await office.said("/team", MANAGER)
    messages = len(office.phone(MANAGER).messages)
    second = await press(office, "t:board:1", MANAGER)

    assert "小李" in first
    assert "小李" not in second
    assert "新人11" in second
    assert "⬅️ 上一页" in labels(office, MANAGER)
    assert len(office.phone(MANAGER).messages) == messages
