"""Logged contacts and reminders: in a sentence, in the morning, and what comes of them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from store import reminders, visits
from store.tables import Delivery, Prospect, Reminder
from tests.conftest import Office
from tests.handlers.conftest import current, customers, data_of, labels, person, press, taps

TUESDAY_MORNING = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


def promises(office: Office, name: str) -> dict[date, str]:
    """A customer's open promises."""
    rows = office.db.read_now(reminders.coming, customers(office)[name].id or 0)
    return {row.on: row.what for row in rows}


def contacts(office: Office, name: str, telegram_id: int = 1001) -> list[tuple[str, str, str]]:
    """A customer's contacts, newest first."""
    rows = office.db.read_now(visits.latest, customers(office, telegram_id)[name].id or 0, 20)
    return [(row.method, row.outcome, row.note) for row in rows]


# --- /visit -----------------------------------------------------------------------------------------------------------


async def test_a_contact_in_a_sentence_sets_the_next_date(office: Office) -> None:
    await office.said("/visit 钱总 电话聊了报价，他要跟老板商量，下周三再联系")

    row = customers(office)["钱总"]
    assert contacts(office, "钱总")[0] == ("phone", "reached", "电话聊了报价，他要跟老板商量，下周三再联系")
    assert row.next_contact_on == date(2026, 12, 2)
    assert row.last_contact_at == office.clock.now()
    assert promises(office, "钱总") == {date(2026, 12, 2): "电话聊了报价，他要跟老板商量，再联系"}


async def test_a_contact_without_a_date_follows_the_rhythm(office: Office) -> None:
    await office.said("/visit 钱总 上门量了尺寸")

    assert customers(office)["钱总"].next_contact_on == date(2026, 12, 23)  # grade C: 30 days
    assert promises(office, "钱总") == {}


@pytest.mark.parametrize(
    ("note", "next_on"),
    [("今天聊了", date(2026, 12, 23)), ("昨天电话聊了", date(2026, 12, 22)), ("上周五聊过", date(2026, 12, 21))],
)
async def test_the_rhythm_follows_the_day_of_the_contact(office: Office, note: str, next_on: date) -> None:
    await office.said(f"/visit 钱总 {note}")

    assert customers(office)["钱总"].next_contact_on == next_on
    assert promises(office, "钱总") == {}


async def test_a_contact_of_yesterday_is_kept_for_yesterday_and_leaves_what_is_due_today(office: Office) -> None:
    await office.said("/remind 钱总 今天下午五点送样品")
    await office.said("/visit 钱总 昨晚一起吃饭，他说下周三再聊")
    row = customers(office)["钱总"]

    assert "✅ 记在昨天。下次联系：今天，再下次 12月2日 周三" in office.phone().last.text
    assert row.last_contact_at == datetime(2026, 11, 22, 12, tzinfo=UTC)  # eight in the evening in Shanghai
    assert promises(office, "钱总").keys() == {date(2026, 11, 23), date(2026, 12, 2)}


async def test_a_tap_says_that_it_was_today(office: Office) -> None:
    await office.said("/visit 钱总 前天刚下雨，今天电话里聊了尺寸，下周三再聊")
    await press(office, "z:today:*")
    row = customers(office)["钱总"]

    assert row.last_contact_at == office.clock.now()
    assert row.next_contact_on == date(2026, 12, 2)
    assert "✅ 记下了。下次联系：12月2日 周三" in office.phone().last.text
    assert "z:today" not in str(office.phone().last)


async def test_an_older_contact_told_later_does_not_move_the_clock_back(office: Office) -> None:
    await office.said("/visit 钱总 今天聊了")
    await office.said("/visit 钱总 11月2号在展会上见过")
    row = customers(office)["钱总"]

    assert (row.last_contact_at, row.next_contact_on) == (office.clock.now(), date(2026, 12, 23))
    assert [note for _, _, note in contacts(office, "钱总")][:2] == ["今天聊了", "11月2号在展会上见过"]


async def test_a_rhythm_that_is_over_already_asks_for_the_next_working_day(office: Office) -> None:
    id = customers(office)["钱总"].id

    def unmet(session: Session) -> None:
        session.get_one(Prospect, id).last_contact_at = None

    office.db.write_now(unmet)
    await office.said("/visit 钱总 10月9号见过")

    assert customers(office)["钱总"].next_contact_on == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("note", "method"),
    [("打了个招呼", "other"), ("微信发了图", "wechat"), ("去了工地", "visit"), ("通话五分钟", "phone")],
)
async def test_a_note_says_how_the_contact_was_made(office: Office, note: str, method: str) -> None:
    await office.said(f"/visit 钱总 {note}")

    assert contacts(office, "钱总")[0][0] == method


def noted(office: Office, name: str) -> dict[date, str]:
    """What else is to be remembered of a customer, by its day."""
    rows = office.db.read_now(reminders.planned, customers(office)[name].id or 0)
    return {row.day or row.on: row.what for row in rows}


@pytest.mark.parametrize(
    ("note", "on", "what"),
    [
        ("昨晚喝酒 他透露年底有预算", date(2026, 12, 31), "有预算"),
        ("听说他们春节前要换设备", date(2027, 2, 4), "要换设备"),
    ],
)
async def test_what_was_heard_of_a_customers_plans_is_noted_and_no_promise(
    office: Office, note: str, on: date, what: str
) -> None:
    await office.said(f"/visit 钱总 {note}")
    row = customers(office)["钱总"]

    assert promises(office, "钱总") == {}
    assert what in noted(office, "钱总")[on]
    assert row.next_contact_on is not None
    assert row.next_contact_on <= date(2026, 12, 23)  # grade C: 30 days


@pytest.mark.parametrize(
    ("note", "ours", "theirs"),
    [
        ("客户说下周二体检完再定 答应她三号前出计划书", date(2026, 12, 3), date(2026, 12, 1)),
        ("他说下周五给答复 我答应后天发资料", date(2026, 11, 25), date(2026, 12, 4)),
    ],
)
async def test_both_days_of_a_note_are_kept_and_the_reps_own_is_the_promise(
    office: Office, note: str, ours: date, theirs: date
) -> None:
    await office.said(f"/visit 钱总 {note}")

    assert promises(office, "钱总").keys() == {ours}
    assert noted(office, "钱总").keys() == {theirs}
    assert customers(office)["钱总"].next_contact_on == ours


async def test_the_next_contact_waits_no_longer_than_the_rhythm_for_what_is_promised(office: Office) -> None:
    await office.said("/visit 钱总 聊了报价，答应春节前给他新样册")
    row = customers(office)["钱总"]

    assert promises(office, "钱总").keys() == {date(2027, 2, 4)}
    assert row.next_contact_on == date(2026, 12, 23)


async def test_a_day_on_which_to_be_in_touch_again_may_be_later_than_the_rhythm(office: Office) -> None:
    await office.said("/visit 钱总 他让年后再联系")

    assert customers(office)["钱总"].next_contact_on == date(2027, 2, 11)


async def test_the_next_contact_is_no_later_than_what_was_promised_before(office: Office) -> None:
    await office.said("/remind 钱总 周四送样品")
    said = await office.said("/visit 钱总 聊了报价，下周三再联系")

    assert customers(office)["钱总"].next_contact_on == date(2026, 11, 26)
    assert "下次联系：11月26日 周四，再下次 12月2日 周三" in said


async def test_words_of_another_day_are_dated_in_the_lists_of_later_days(office: Office) -> None:
    await office.said("/visit 钱总 今天聊了报价，答应明天上午十点去他酒店")
    await office.said("/visit 赵大海 今天没打通")
    await office.said("周六下午三点提醒我交周报")
    office.clock.jump_to(datetime(2026, 12, 1, 2, tzinfo=UTC))
    shown = await office.said("/today")

    assert "说好 11月24日，晚了 7 天：10:00 11月23日聊了报价，答应去他酒店" in shown
    assert "上次 11月23日：今天没打通" in shown
    assert "🔔 11月28日 周六 15:00 晚了 3 天：交周报" in shown


async def test_a_name_alone_is_asked_about(office: Office) -> None:
    await office.said("/visit 钱总")
    await office.said("电话里说下个月再看")

    assert contacts(office, "钱总")[0][2] == "电话里说下个月再看"


async def test_no_name_offers_customers_to_tap(office: Office) -> None:
    await office.said("/visit")
    await press(office, f"p:visit:{customers(office)['钱总'].id}")
    await office.said("上门坐了坐")

    assert contacts(office, "钱总")[0] == ("visit", "reached", "上门坐了坐")


@pytest.mark.parametrize("command", ["/visit", "/remind"])
async def test_an_unknown_customer_is_said_to_be_unknown(office: Office, command: str) -> None:
    answer = await office.said(f"{command} 诸葛亮 明天借东风")

    assert "没有叫“诸葛亮”的客户" in answer or "没有这位客户：诸葛亮" in answer
    assert len(customers(office)) == 6


@pytest.mark.parametrize("command", ["/visit", "/remind"])
async def test_nobody_to_name_says_how_it_is_done(office: Office, command: str) -> None:
    assert command in await office.said(command, 1003)


async def test_what_is_only_planned_is_a_promise_and_no_contact(office: Office) -> None:
    before = customers(office)["钱总"].last_contact_at
    answer = await office.said("/visit 钱总 明天去他厂里，带样品")
    row = customers(office)["钱总"]

    assert "没算联系" in answer
    assert row.last_contact_at == before
    assert row.next_contact_on == date(2026, 11, 24)
    assert promises(office, "钱总") == {date(2026, 11, 24): "去他厂里，带样品"}
    assert "去他厂里，带样品" not in str(contacts(office, "钱总"))


@pytest.mark.parametrize("note", ["准备请他吃饭", "想约钱总喝茶，聊聊新品", "回头给他送样品"])
async def test_a_plan_without_a_day_is_a_promise_for_the_next_contact_and_no_contact(office: Office, note: str) -> None:
    before = customers(office)["钱总"]
    answer = await office.said(f"/visit 钱总 {note}")
    row = customers(office)["钱总"]

    assert "没算联系" in answer
    assert "没说哪天" in answer
    assert (row.last_contact_at, row.next_contact_on) == (before.last_contact_at, before.next_contact_on)
    assert promises(office, "钱总") == {before.next_contact_on: note}
    assert note not in str(contacts(office, "钱总"))


async def test_the_day_of_a_plan_without_one_is_tapped(office: Office) -> None:
    await office.said("/visit 钱总 准备请他吃饭")
    await press(office, "n:on:*:20261124")

    assert promises(office, "钱总") == {date(2026, 11, 24): "准备请他吃饭"}
    assert customers(office)["钱总"].next_contact_on == date(2026, 11, 24)


async def test_a_plan_without_a_day_takes_no_words_of_a_promise(office: Office) -> None:
    await office.said("/remind 钱总 明天送样品")
    await office.said("/visit 钱总 准备请他吃饭")

    assert promises(office, "钱总") == {date(2026, 11, 24): "送样品", date(2026, 11, 25): "准备请他吃饭"}
    assert customers(office)["钱总"].next_contact_on == date(2026, 11, 24)


async def test_a_plan_without_a_day_may_have_been_a_contact(office: Office) -> None:
    await office.said("/visit 钱总 准备请他吃饭")
    button = data_of(office, "z:had:*")
    await taps(office, button, button)

    assert customers(office)["钱总"].last_contact_at == office.clock.now()
    assert [note for _, _, note in contacts(office, "钱总")].count("准备请他吃饭") == 1


async def test_a_contact_with_a_plan_without_a_day_is_a_contact(office: Office) -> None:
    await office.said("/visit 钱总 电话聊了报价，准备请他吃饭")

    assert customers(office)["钱总"].last_contact_at == office.clock.now()
    assert contacts(office, "钱总")[0][2] == "电话聊了报价，准备请他吃饭"


async def test_a_plan_of_today_is_due_today(office: Office) -> None:
    await office.said("/visit 钱总 下午三点去他厂里")

    assert promises(office, "钱总") == {date(2026, 11, 23): "去他厂里"}
    assert "去他厂里" in await office.said("/today")


async def test_a_day_of_the_customers_own_is_neither_a_plan_nor_a_contact(office: Office) -> None:
    before = customers(office)["钱总"].last_contact_at
    noted = await office.said("/visit 钱总 3月10日续保")

    assert "续约续保" in noted
    assert promises(office, "钱总") == {}
    assert customers(office)["钱总"].last_contact_at == before


async def test_a_tap_logs_a_plan_as_a_contact_once_and_keeps_the_promise(office: Office) -> None:
    await office.said("/visit 钱总 明天去他厂里")
    button = data_of(office, "z:did:*")
    await taps(office, button, button)
    row = customers(office)["钱总"]

    assert row.last_contact_at == office.clock.now()
    assert row.next_contact_on == date(2026, 11, 24)
    assert [note for _, _, note in contacts(office, "钱总")].count("11月24日去他厂里") == 1
    assert promises(office, "钱总") == {date(2026, 11, 24): "去他厂里"}


@pytest.mark.parametrize(("note", "on"), [("12月30号去了", date(2025, 12, 30)), ("周一去看了样品", date(2026, 11, 16))])
async def test_what_was_done_on_a_day_to_come_is_asked_and_may_have_been_the_last_such_day(
    office: Office, note: str, on: date
) -> None:
    before = customers(office)["钱总"]
    asked = await office.said(f"/visit 钱总 {note}")
    between = customers(office)["钱总"]
    await press(office, "z:then:*")
    kept = office.db.read_now(visits.latest, before.id or 0, 20)

    assert "还没到" in asked
    assert between.last_contact_at == before.last_contact_at
    assert between.next_contact_on == before.next_contact_on
    assert [one.at.date() for one in kept if one.note == note] == [on]
    assert promises(office, "钱总") == {}


async def test_what_was_done_on_a_day_to_come_stands_in_the_history_as_such_until_its_day_is_known(
    office: Office,
) -> None:
    await office.said("/visit 钱总 12月30号去了")
    asked = await office.said("钱总")
    counted = contacts(office, "钱总")
    await press(office, "z:now:*")
    known = await office.said("钱总")

    assert "❓ 哪天还没定：12月30号去了" in asked
    assert "12月30号去了" not in str(counted)
    assert "哪天还没定" not in known
    assert "今天 上门：12月30号去了" in known
    assert ("visit", "reached", "12月30号去了") in contacts(office, "钱总")


async def test_a_contact_whose_day_is_asked_is_not_that_of_today(office: Office) -> None:
    await office.said("/visit 刘芳 12月30号去了")
    await office.said("/today")
    await press(office, f"r:done:{customers(office)['刘芳'].id}")

    assert customers(office)["刘芳"].last_contact_at == office.clock.now()


@pytest.mark.parametrize("note", ["周五上午去看了样品", "20号去她家坐了坐", "周五去的 聊挺好"])
@pytest.mark.parametrize("command", ["/visit ", ""])
async def test_what_was_done_on_a_day_that_has_just_been_is_kept_for_it(
    office: Office, command: str, note: str
) -> None:
    await office.said(f"{command}钱总 {note}")
    row = customers(office)["钱总"]

    assert row.last_contact_at == datetime(2026, 11, 20, 4, tzinfo=UTC)
    assert row.next_contact_on == date(2026, 12, 21)
    assert promises(office, "钱总") == {}
    assert "🕘 是今天的" in labels(office)


async def test_a_day_of_last_month_is_kept_for_it_and_no_day_to_come(office: Office) -> None:
    await office.said("/visit 钱总 上个月28号去了民宿")

    assert promises(office, "钱总") == {}
    assert "记在10月28日" in office.phone().last.text


async def test_a_sale_is_kept_for_the_day_on_which_it_was_made(office: Office) -> None:
    await office.said("/visit 钱总 20号签了合同")

    assert "成交：2026年11月20日" in " ".join(message.text for message in office.phone().messages)


async def test_without_a_command_it_is_asked_as_well_and_nobody_is_reminded_of_it(office: Office) -> None:
    asked = await office.said("钱总 12月30号去了")

    assert "还没到" in asked
    assert promises(office, "钱总") == {}


async def test_what_was_done_on_a_day_to_come_may_have_been_today(office: Office) -> None:
    await office.said("/visit 钱总 明天去了他厂里，下周三再聊")
    button = data_of(office, "z:now:*")
    await taps(office, button, button)
    row = customers(office)["钱总"]

    assert row.last_contact_at == office.clock.now()
    assert promises(office, "钱总").keys() == {date(2026, 12, 2)}
    assert len([note for _, _, note in contacts(office, "钱总") if note == "明天去了他厂里，下周三再聊"]) == 1


async def test_what_was_done_on_a_day_to_come_may_be_still_to_do(office: Office) -> None:
    await office.said("/visit 钱总 12月30号去了他厂里")
    await press(office, "z:plan:*")

    assert promises(office, "钱总") == {date(2026, 12, 30): "去了他厂里"}
    assert "去了他厂里" not in str(contacts(office, "钱总"))


async def test_the_next_contact_on_the_card_is_the_earliest_of_what_is_coming(office: Office) -> None:
    await office.said("/remind 钱总 明天 送样品")
    logged = await office.said("/visit 钱总 电话聊了报价，下周三再联系")
    listed = await office.said("/customers")

    assert "✅ 记下了。下次联系：明天，再下次 12月2日 周三" in logged
    assert "下次 明天" in logged
    assert "12月2日 周三：上次说好的" in logged
    assert any("钱总" in label and "明天" in label for label in labels(office)), listed


# --- /remind ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "on", "what"),
    [
        ("下周三 问合同盖章没有", date(2026, 12, 2), "问合同盖章没有"),
        ("明天的时候问候一声", date(2026, 11, 24), "问候一声"),
        ("三天后", date(2026, 11, 26), ""),
        ("送样品，12月8号", date(2026, 12, 8), "送样品"),
        ("今天回电话", date(2026, 11, 23), "回电话"),
        ("周五问候", date(2026, 11, 27), "问候"),
    ],
)
async def test_a_reminder_in_a_sentence(office: Office, words: str, on: date, what: str) -> None:
    await office.said(f"/remind 钱总 {words}")

    assert promises(office, "钱总") == {on: what}
    assert customers(office)["钱总"].next_contact_on == min(on, date(2026, 12, 2))


@pytest.mark.parametrize("words", ["2026-11-01 交货", "交货", "2月30号"])
async def test_a_reminder_without_a_day_to_come_is_asked_for_again(office: Office, words: str) -> None:
    await office.said(f"/remind 钱总 {words}")
    waits = person(office).awaiting
    await office.said("后天交货")

    assert waits == f"remind:{customers(office)['钱总'].id}"
    assert promises(office, "钱总") == {date(2026, 11, 25): "交货"}


async def test_a_name_with_a_day_is_a_reminder_without_a_command(office: Office) -> None:
    await office.said("钱总 下周一问价格")

    assert promises(office, "钱总") == {date(2026, 11, 30): "问价格"}
    assert current(office) is None


async def test_a_reminder_wakes_a_paused_customer(office: Office) -> None:
    await office.said("钱总")
    await press(office, "p:edit:*")
    await press(office, "p:pause:*")
    await office.said("/remind 钱总 明天 问价")

    assert not customers(office)["钱总"].paused


async def test_saying_a_day_again_replaces_the_words(office: Office) -> None:
    await office.said("/remind 钱总 明天 问价")
    await office.said("/remind 钱总 明天 送样品")

    assert promises(office, "钱总") == {date(2026, 11, 24): "送样品"}


# --- the morning ------------------------------------------------------------------------------------------------------


async def morning(office: Office) -> str:
    """Tuesday 08:30: what 1001 finds on the phone."""
    office.clock.jump_to(TUESDAY_MORNING)
    await office.service.tick()
    await office.phone().settled()
    return office.phone().last.text


async def test_the_morning_brings_one_ranked_message(either_office: Office) -> None:
    text = await morning(either_office)
    again = await either_office.service.tick()

    assert len([m for m in either_office.phone().messages if m.from_bot]) == 1
    assert again == 0
    assert text.index("王建国") < text.index("刘芳") < text.index("赵大海")
    assert "孙老师" not in text


async def test_a_manager_without_customers_hears_of_the_team_and_gets_no_list(office: Office) -> None:
    await morning(office)

    [told] = office.phone(1003).messages
    assert "件事要你看看" in told.text
    assert not [button for row in told.buttons for button in row if button.data.startswith("r:")]


async def test_contacted_with_a_note_resets_the_clock(either_office: Office) -> None:
    office = either_office
    await morning(office)
    await press(office, f"r:done:{customers(office)['赵大海'].id}")
    after = customers(office)["赵大海"].next_contact_on
    await office.said("微信说好12月8号量尺")

    assert after == date(2026, 12, 8)  # grade B: 14 days
    assert contacts(office, "赵大海")[0] == ("wechat", "reached", "微信说好12月8号量尺")
    assert promises(office, "赵大海") == {date(2026, 12, 8): "微信说好量尺"}
    assert "赵大海" not in await office.said("/today")


async def test_contacted_without_a_note_waits_for_nothing_that_hurts(office: Office) -> None:
    await morning(office)
    await press(office, f"r:done:{customers(office)['赵大海'].id}")
    await office.said("/new")
    await office.said("昨天在店门口碰上一位客户")

    assert contacts(office, "赵大海")[0][2] == ""
    assert current(office) is not None


async def test_not_reached_comes_again_soon(office: Office) -> None:
    await morning(office)
    await press(office, f"r:missed:{customers(office)['赵大海'].id}")

    assert contacts(office, "赵大海")[0][1] == "missed"
    assert customers(office)["赵大海"].next_contact_on == date(2026, 11, 26)
    assert customers(office)["赵大海"].last_contact_at == office.clock.now() - timedelta(days=15) + timedelta(
        minutes=30
    )


@pytest.mark.parametrize(
    ("note", "outcome", "on"),
    [
        ("打了两次电话没人接", "missed", date(2026, 11, 25)),
        ("发了微信没回", "missed", date(2026, 11, 25)),
        ("昨天发微信一直没理我", "missed", date(2026, 11, 25)),
        ("微信没回我", "missed", date(2026, 11, 25)),
        ("发微信问他预算 没回复", "missed", date(2026, 11, 25)),
        ("一直没回我消息", "missed", date(2026, 11, 25)),
        ("微信发了报价，他没回，下周三再问", "missed", date(2026, 12, 2)),
        ("电话没人接，下周三再聊", "missed", date(2026, 12, 2)),
        ("发微信没回，下午回了", "reached", None),
        ("微信没回就打电话约了量尺", "reached", None),
        ("微信聊了，他还没回老家", "reached", None),
        ("发了样品，他没理解", "reached", None),
        ("昨天扑了个空", "missed", date(2026, 11, 25)),
        ("没联系上", "missed", date(2026, 11, 25)),
        ("电话没打通，下周三再打", "missed", date(2026, 12, 2)),
        ("电话没人接，后来微信聊了报价", "reached", None),
        ("送货又没人接，他有点急", "reached", None),
    ],
)
async def test_a_note_says_whether_anybody_was_reached(
    office: Office, note: str, outcome: str, on: date | None
) -> None:
    before = customers(office)["赵大海"].last_contact_at
    answer = await office.said(f"/visit 赵大海 {note}")
    row = customers(office)["赵大海"]

    assert contacts(office, "赵大海")[0][1] == outcome
    assert ("没联系上。再试" in answer) == (outcome == "missed")
    assert (row.last_contact_at == before) == (outcome == "missed")
    assert on is None or row.next_contact_on == on


@pytest.mark.parametrize(
    ("days", "on"), [(1, date(2026, 11, 25)), (3, date(2026, 11, 27)), (7, date(2026, 12, 1))], ids=str
)
async def test_put_off_by_a_tap(office: Office, days: int, on: date) -> None:
    await morning(office)
    row = customers(office)["王建国"]
    await press(office, f"r:more:{row.id}")
    await press(office, f"r:by:{row.id}:{days}")

    assert customers(office)["王建国"].next_contact_on == on
    assert promises(office, "王建国") == {on: "送检测报告，谈安装周期"}
    assert "王建国" not in await office.said("/today")


async def test_put_off_over_a_weekend_lands_on_a_working_day(office: Office) -> None:
    office.clock.jump_to(TUESDAY_MORNING + timedelta(days=3))  # Friday
    await office.said("/today")
    row = customers(office)["王建国"]
    await taps(office, (office.phone().last.id, f"r:by:{row.id}:1"))

    assert customers(office)["王建国"].next_contact_on == date(2026, 11, 30)


async def test_put_off_to_a_day_that_is_said(office: Office) -> None:
    await morning(office)
    row = customers(office)["王建国"]
    await press(office, f"r:more:{row.id}")
    await press(office, f"r:date:{row.id}")
    await office.said("2026-11-01")
    await office.said("下周五")

    assert customers(office)["王建国"].next_contact_on == date(2026, 12, 4)
    assert "王建国" not in await office.said("/today")


async def test_stopped_is_never_pushed_again_until_it_is_taken_up(office: Office) -> None:
    await morning(office)
    row = customers(office)["赵大海"]
    await press(office, f"r:more:{row.id}")
    await press(office, "r:stop:*")
    quiet = await office.said("/today")
    await press(office, "p:resume:*")

    assert "赵大海" not in quiet
    assert "赵大海" in await office.said("/today")


async def test_handed_over_is_told_to_the_mate_with_all_that_was(office: Office) -> None:
    await morning(office)
    row, mate = customers(office)["王建国"], person(office, 1002)
    await press(office, f"r:more:{row.id}")
    await press(office, "r:give:*")
    await press(office, f"r:given:{row.id}:{mate.id}")
    await office.phone(1002).settled()

    assert "王建国" not in customers(office)
    assert "小李" in office.phone(1002).last.text
    assert contacts(office, "王建国", 1002)[0][2] == "看了样窗，问了三家的隔音数据，要原始报告"
    assert "王建国" in await office.said("/today", 1002)
    with Session(office.db.engine) as session:
        kept = session.exec(select(Reminder).where(Reminder.prospect_id == row.id, Reminder.state == "open")).all()
        assert {reminder.person_id for reminder in kept} == {mate.id}


async def test_the_mate_who_blocked_the_bot_still_gets_the_customer(office: Office) -> None:
    row, mate = customers(office)["王建国"], person(office, 1002)
    office.sandbox.block(1002)
    await office.said("/today")
    await taps(office, (office.phone().last.id, f"r:given:{row.id}:{mate.id}"))

    assert "王建国" in customers(office, 1002)
    assert "已转给" in office.phone().last.text


async def test_an_old_morning_message_still_works_in_the_evening(office: Office) -> None:
    await morning(office)
    tap = data_of(office, f"r:done:{customers(office)['刘芳'].id}")
    office.clock.forward(hours=10)
    await taps(office, tap)

    assert contacts(office, "刘芳")[0][1] == "reached"


async def test_days_without_service_are_one_message_that_says_so(office: Office) -> None:
    office.clock.jump_to(TUESDAY_MORNING + timedelta(days=3))  # Tuesday to Thursday were missed
    await office.service.tick()
    await office.phone().settled()

    assert len(office.phone().messages) == 1
    assert "3 个工作日" in office.phone().last.text
    with Session(office.db.engine) as session:
        assert {row.on for row in session.exec(select(Delivery))} == {date(2026, 11, 27)}


async def test_today_on_a_day_off_shows_what_waits(office: Office) -> None:
    office.clock.jump_to(TUESDAY_MORNING + timedelta(days=4))  # Saturday
    sent = await office.service.tick()

    assert sent == 0
    assert "刘芳" in await office.said("/today")


async def test_many_customers_are_one_message(office: Office) -> None:
    with Session(office.db.engine) as session:
        for number in range(40):
            name = f"老客户{number}"
            session.add(
                Prospect(
                    owner_id=person(office).id or 0,
                    name=name,
                    name_key=name,
                    company="好" * 60,
                    next_step="带" * 200,
                    next_contact_on=date(2026, 11, 24),
                    created_at=office.clock.now(),
                    updated_at=office.clock.now(),
                )
            )
        session.commit()
    text = await morning(office)

    assert len(office.phone().messages) == 1
    assert len(text) <= 4096
