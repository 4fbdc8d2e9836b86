"""Reminders of every kind, as a rep meets them: said in a sentence, in the morning, and what comes of them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from store import facts, reminders
from store.tables import Reminder
from tests.conftest import Office
from tests.handlers.conftest import current, customers, data_of, golden, labels, person, press, taps
from tests.handlers.test_contacts import promises

BEIJING = ZoneInfo("Asia/Shanghai")

TODAY = date(2026, 11, 23)
TUESDAY_MORNING = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


def rows(office: Office, kind: str, state: str = "open") -> list[Reminder]:
    """Reminders of a kind, earliest first."""
    with Session(office.db.engine) as session:
        found = select(Reminder).where(Reminder.kind == kind, Reminder.state == state)
        return list(session.exec(found.order_by(Reminder.on)))  # type: ignore[arg-type]


def known(office: Office, name: str) -> dict[str, object]:
    """What is known of a customer."""
    found = office.db.read_now(facts.known, customers(office)[name].id or 0)
    return {fact: value for fact, (value, _) in found.items()}


async def morning(office: Office, at: datetime, telegram_id: int = 1001) -> str:
    """The morning's message of a day."""
    office.clock.jump_to(at)
    await office.service.tick()
    await office.phone(telegram_id).settled()
    return office.phone(telegram_id).last.html


async def test_days_and_reminders_in_plain_words(office: Office) -> None:
    await office.said("王建国生日农历八月十五")
    await office.said("刘芳 3月10日 续保")
    await office.said("孙老师 生日11月24日")
    await office.said("周阿姨 生日八月十五")
    await press(office, "d:set:*:birthday:L08-15")
    await office.said("钱总 成交了")
    await press(office, "d:trade:*:0")
    await office.said("赵大海 试用到12月2号")
    await office.said("每月15号提醒我对账")
    await office.said("每周五问王建国要货吗")
    await office.said("/remind 明天下午三点交周报")
    await office.said("孙老师 周一上午十点半问合同")
    await press(office, "n:on:*:20261123")
    await office.said("/remind")
    await press(office, "n:drop:*")
    await press(office, "n:back:*")
    await morning(office, TUESDAY_MORNING)
    await press(office, "n:done:*")
    await office.said("王建国")
    await press(office, "d:list:*")
    await press(office, "d:drop:*:birthday")

    golden("reminding", office.phone().transcript())


async def test_a_festival_is_one_message_with_a_greeting_for_each_kind_of_customer(office: Office) -> None:
    shown = await morning(office, datetime(2026, 12, 30, 0, 30, tzinfo=UTC))
    await press(office, "n:greet:*")
    digest = office.phone().last.html
    await press(office, "n:done:*")
    after = await office.said("/today")

    assert "元旦" in shown
    assert "元旦" not in after
    golden("festival", digest)


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("钱总生日农历八月十五", "birthday", "L08-15"),
        ("钱总 3月10日 续保", "renewal_on", "03-10"),
        ("钱总 试用到月底", "trial_end", "2026-11-30"),
        ("钱总 成交了", "sold_on", "2026-11-23"),
        ("/visit 钱总 聊得好，昨天签了合同", "sold_on", "2026-11-22"),
        ("/visit 钱总 他说生日是腊月初八", "birthday", "L12-08"),
        ("/remind 钱总 生日3月5日", "birthday", "03-05"),
    ],
)
async def test_a_day_of_a_customers_is_noted_in_a_sentence(office: Office, text: str, fact: str, value: str) -> None:
    await office.said(text)

    assert known(office, "钱总")[fact] == value
    assert promises(office, "钱总") == {}
    assert current(office) is None


async def test_days_are_filled_in_by_buttons_and_asked_for_again_where_they_cannot_be(office: Office) -> None:
    await office.said("钱总")
    await press(office, "d:list:*")
    await press(office, "d:ask:*:birthday")
    refused = await office.said("不知道")
    await office.said("农历腊月三十")
    await press(office, "d:ask:*:trial_end")
    await office.said("30天")
    await press(office, "d:sold:*")
    sold = known(office, "钱总")["sold_on"]
    await press(office, "d:drop:*:trial_end")

    assert "没看懂" in refused
    assert known(office, "钱总")["birthday"] == "L12-30"
    assert sold == "2026-11-23"
    assert "trial_end" not in known(office, "钱总")
    assert rows(office, "trial") == []


async def test_a_second_tap_on_sold_plans_nothing_twice(office: Office) -> None:
    await office.said("钱总")
    await press(office, "d:list:*")
    button = data_of(office, "d:sold:*")
    await taps(office, button, button)

    assert [row.key for row in rows(office, "service")] == ["first"]


async def test_a_description_is_still_read_as_one(office: Office) -> None:
    await office.said("钱总 上次成交了以后就不怎么理人，问三句回一句，生日也不肯说，只说忙")

    assert current(office) is not None
    assert "sold_on" not in known(office, "钱总")


async def test_a_quote_without_an_answer_is_asked_after_and_an_answer_ends_it(office: Office) -> None:
    await office.said("/visit 钱总 电话报了价，他说考虑考虑")
    planned = [(row.on, row.day) for row in rows(office, "quote")]
    listed = await office.said("/remind")
    shown = await morning(office, datetime(2026, 11, 26, 0, 30, tzinfo=UTC))
    await office.said("/visit 钱总 他嫌贵，要再谈")

    assert planned == [(date(2026, 11, 26), TODAY)]
    assert "11月26日 周四　钱总 · 报价回音" in listed
    assert "报的价，还没回话" in shown
    assert rows(office, "quote") == []


@pytest.mark.parametrize(
    ("note", "given", "asked"),
    [
        ("昨天电话报了价", date(2026, 11, 22), date(2026, 11, 25)),
        ("16号电话报了价", date(2026, 11, 16), date(2026, 11, 23)),  # the day on which to ask has passed
    ],
)
async def test_a_quote_is_of_the_day_on_which_it_was_given(office: Office, note: str, given: date, asked: date) -> None:
    await office.said(f"/visit 钱总 {note}")

    assert [(row.day, row.on) for row in rows(office, "quote")] == [(given, asked)]


async def test_a_quote_with_a_day_of_its_own_plans_nothing_more(office: Office) -> None:
    await office.said("/visit 钱总 电话报了价，下周三再联系")

    assert rows(office, "quote") == []
    assert list(promises(office, "钱总")) == [date(2026, 12, 2)]


async def test_who_is_never_reached_is_going_quiet(office: Office) -> None:
    id = customers(office)["刘芳"].id
    days = []
    for _ in range(3):
        await office.said("/today")
        await press(office, f"r:missed:{id}")
        days.append(customers(office)["刘芳"].next_contact_on)
        office.clock.jump_to(datetime.combine(days[-1] or TODAY, time(1), UTC))
    shown = await office.said("/today")

    assert "好久没说上话了" in shown
    assert [row.on for row in rows(office, "dormant")] == [days[-1]]


async def test_what_was_not_reached_is_tried_again_with_its_reason(office: Office) -> None:
    await office.said("钱总 生日11月23日")
    await office.said("刘芳 11月23日 续保")
    await office.said("/today")
    await press(office, f"r:missed:{customers(office)['刘芳'].id}")

    assert [(row.key, row.on) for row in rows(office, "renewal")][:1] == [("0", date(2026, 11, 25))]


@pytest.mark.parametrize(
    ("birthday", "tip"),
    [
        ("11月23日", "可以写：今天是您的生日"),
        ("11月24日", "明天再发，可以写：今天是您的生日"),
        ("11月28日", "单写一条"),
    ],
)
async def test_a_birthdays_greeting_says_for_which_day_it_is(office: Office, birthday: str, tip: str) -> None:
    await office.said(f"钱总 生日{birthday}")

    assert tip in await office.said("/today")


@pytest.mark.parametrize("text", ["钱总女儿生日5月1号", "/remind 钱总 女儿生日5月1号", "/visit 钱总 女儿生日5月1号"])
async def test_a_birthday_of_the_family_comes_every_year_with_its_lead_and_its_name(office: Office, text: str) -> None:
    noted = await office.said(text)
    listed = await office.said("/remind")

    assert "记下女儿生日：5月1日" in noted
    assert {(row.day, row.repeat) for row in rows(office, "family")} == {(date(2027, 5, 1), "y05-01")}
    assert [row.on for row in rows(office, "family")] == [date(2027, 4, 23), date(2027, 4, 30)]
    assert "钱总 · 女儿生日" in listed
    assert "📅 女儿生日 5月1日" in await office.said("钱总")
    assert promises(office, "钱总") == {}
    assert "birthday" not in known(office, "钱总")


async def test_several_of_a_family_are_kept_apart(office: Office) -> None:
    await office.said("钱总 女儿生日11月24日")
    await office.said("钱总 儿子生日11月24日")
    await office.said("钱总 老婆生日八月十五")
    await press(office, "d:set:*:family:老婆:L08-15")
    shown = await office.said("/today")
    await press(office, "d:drop:*:family:儿子")
    left = {(row.what, row.repeat) for row in rows(office, "family")}

    assert "🎂 明天女儿生日" in shown
    assert "🎂 明天儿子生日" in shown
    assert "今天是您的生日" not in shown
    assert left == {("女儿", "y11-24"), ("老婆", "yL08-15")}


async def test_cancelling_one_of_a_family_leaves_the_others_and_comes_again_next_year(office: Office) -> None:
    await office.said("钱总 女儿生日3月10日")
    await office.said("钱总 儿子生日3月10日")
    await office.said("/remind")
    daughters = next(row.id for row in rows(office, "family") if row.what == "女儿")
    await press(office, f"n:drop:{daughters}:0")

    assert {row.what for row in rows(office, "family")} == {"儿子"}
    await morning(office, datetime(2027, 3, 10, 0, 30, tzinfo=UTC))
    await press(office, f"r:done:{customers(office)['钱总'].id}")
    assert [(row.what, row.day) for row in rows(office, "family")] == [("儿子", date(2028, 3, 10))] * 2


async def test_a_birthday_put_off_stays_a_birthday(office: Office) -> None:
    await office.said("钱总 生日11月24日")
    await office.said("/today")
    await press(office, f"r:more:{customers(office)['钱总'].id}")
    await press(office, "r:by:*:1")

    assert promises(office, "钱总") == {}
    assert {(row.key, row.on) for row in rows(office, "birthday")} >= {("0", date(2026, 11, 24))}


# --- what may mean several days ---------------------------------------------------------------------------------------


async def test_what_may_mean_several_days_is_kept_and_asked_back(office: Office) -> None:
    await office.said("/remind 钱总 周一问合同")
    before = promises(office, "钱总")
    asked = labels(office)
    await press(office, "n:on:*:20261123")

    assert before == {date(2026, 11, 30): "问合同"}
    assert asked == ["今天（11月23日）", "11月30日 周一"]
    assert promises(office, "钱总") == {TODAY: "问合同"}
    assert customers(office)["钱总"].next_contact_on == TODAY


async def test_a_note_that_may_mean_several_days_is_asked_back(office: Office) -> None:
    await office.said("/visit 钱总 聊得不错，下周再约")
    asked = labels(office)
    await press(office, "n:on:*:20261202")

    assert len(asked) == 3
    assert list(promises(office, "钱总")) == [date(2026, 12, 2)]
    assert customers(office)["钱总"].next_contact_on == date(2026, 12, 2)


async def test_a_customer_put_off_to_what_may_mean_several_days_is_asked_back(office: Office) -> None:
    await office.said("/today")
    await press(office, f"r:more:{customers(office)['刘芳'].id}")
    await press(office, "r:date:*")
    await office.said("下周")
    first = customers(office)["刘芳"].next_contact_on
    await press(office, "r:to:*:20261204")

    assert first == date(2026, 11, 30)
    assert customers(office)["刘芳"].next_contact_on == date(2026, 12, 4)


@pytest.mark.parametrize("day", ["20261122", "20991231", "x", "", "20261301"])
async def test_a_day_that_no_button_of_ours_has_changes_nothing(office: Office, day: str) -> None:
    await office.said("/remind 钱总 周一问合同")
    message, data = data_of(office, "n:on:*")
    await taps(office, (message, f"{data.rsplit(':', 1)[0]}:{day}"))
    await taps(office, (message, f"r:to:{customers(office)['钱总'].id}:{day}"))

    assert promises(office, "钱总") == {date(2026, 11, 30): "问合同"}


# --- one's own --------------------------------------------------------------------------------------------------------


async def test_an_own_reminder_comes_again_after_it_was_done(office: Office) -> None:
    await office.said("每周一提醒我开例会")
    shown = await morning(office, datetime(2026, 11, 30, 0, 30, tzinfo=UTC))
    done = data_of(office, "n:done:*")
    await taps(office, done, done)

    assert "🔔 开例会" in shown
    assert [row.day for row in rows(office, "own")] == [date(2026, 12, 7)]
    assert [row.day for row in rows(office, "own", "done")] == [date(2026, 11, 30)]


async def test_a_day_off_is_reminded_of_on_the_working_day_before(office: Office) -> None:
    answer = await office.said("/remind 11月29日 交车")

    assert [(row.on, row.day) for row in rows(office, "own")] == [(date(2026, 11, 27), date(2026, 11, 29))]
    assert "那天不上班，11月27日 周五早上就提醒你。" in answer


async def test_what_is_told_of_a_day_off_is_what_comes(office: Office) -> None:
    office.clock.jump_to(datetime(2026, 11, 27, 10, 30, tzinfo=BEIJING))
    plain = await office.said("/remind 明天 交周报")
    timed = await office.said("/remind 明天下午三点提醒我对账")

    assert "那天不上班，今天的清单里就有。" in plain
    assert "那天不上班，今天的清单里就有，到点再叫你一声。" in timed
    assert [row.alert_at for row in rows(office, "own") if row.at] == [datetime(2026, 11, 28, 15, tzinfo=BEIJING)]


async def test_an_hour_is_kept_and_shown(office: Office) -> None:
    await office.said("/remind 钱总 明天下午三点半送样窗")
    card = await office.said("钱总")
    brief = await office.said("/prep 钱总")
    shown = await morning(office, TUESDAY_MORNING)

    assert [row.at for row in rows(office, "promise") if row.what == "送样窗"] == [time(15, 30)]
    assert "⏰ 明天 15:30：送样窗" in card
    assert "明天 15:30　送样窗" in brief
    assert "说好的：15:30 送样窗" in shown


async def test_the_same_thing_said_twice_is_kept_once(office: Office) -> None:
    for _ in range(2):
        await office.said("每月15号提醒我对账")

    assert len(rows(office, "own")) == 1


async def test_a_customers_name_inside_makes_it_that_customers(office: Office) -> None:
    await office.said("每周五问王建国要货吗")
    shown = await morning(office, datetime(2026, 11, 27, 0, 30, tzinfo=UTC))
    await press(office, f"r:done:{customers(office)['王建国'].id}")

    assert "🔔 问王建国要货吗" in shown
    assert [row.day for row in rows(office, "own")] == [date(2026, 12, 4)]


async def test_a_wish_to_be_reminded_goes_before_an_open_interview(office: Office) -> None:
    await office.said("进门先看了一圈，问三句才回一句，价钱也没提")
    before = current(office)
    await office.said("明天下午提醒我交周报")

    after = current(office)
    assert before is not None
    assert after is not None
    assert (after.id, after.version) == (before.id, before.version)
    assert [row.what for row in rows(office, "own")] == ["交周报"]


async def test_cancelling_a_birthday_takes_both_notices_and_can_be_taken_back(office: Office) -> None:
    await office.said("钱总 生日3月10日")
    await office.said("/remind")
    birthday = rows(office, "birthday")[0].id
    await press(office, f"n:drop:{birthday}:0")
    gone = rows(office, "birthday")
    await press(office, "n:back:*")

    assert gone == []
    assert len(rows(office, "birthday")) == 2


async def test_a_long_list_has_pages(office: Office) -> None:
    for day in range(1, 13):
        await office.said(f"每月{day}号提醒我第{day}件事")
    await office.said("/remind")
    first = office.phone().last.text
    await press(office, "n:page:1")

    assert "共 13 个，第 1 页" in first
    assert "第 2 页" in office.phone().last.text


async def test_a_customer_can_be_chosen_for_a_reminder(office: Office) -> None:
    await office.said("/remind")
    await press(office, "n:who:0")
    await press(office, f"p:remind:{customers(office)['钱总'].id}")
    await office.said("周五问候")

    assert promises(office, "钱总") == {date(2026, 11, 27): "问候"}


async def test_a_colleagues_reminder_does_not_exist(office: Office) -> None:
    await office.said("每月15号提醒我对账")
    await office.said("钱总 生日3月10日")
    own, birthday = rows(office, "own")[0].id, rows(office, "birthday")[0].id
    customer = customers(office)["钱总"].id
    await office.said("/help", 1002)
    message = office.phone(1002).last.id
    verbs = ["drop", "back", "done", "greet", "on"]
    for id in (own, birthday):
        for verb in verbs:
            await taps(office, (message, f"n:{verb}:{id}:20261201"), telegram_id=1002)
    days = [f"d:{verb}:{customer}:birthday:05-05" for verb in ("list", "ask", "set", "drop", "sold", "trade")]
    for data in days:
        await taps(office, (message, data), telegram_id=1002)

    assert len(office.phone(1002).toasts) == 2 * len(verbs) + len(days)
    assert person(office, 1002).awaiting == ""
    assert len(rows(office, "own")) == 1
    assert known(office, "钱总")["birthday"] == "03-10"


async def test_the_kinds_of_a_customer_follow_a_hand_over(either_office: Office) -> None:
    office = either_office
    await office.said("钱总 生日11月24日")
    await office.said("钱总")
    await press(office, "p:edit:*")
    await press(office, "r:give:*")
    await press(office, f"r:given:*:{person(office, 1002).id}")
    await office.phone(1002).settled()
    shown = await office.said("/today", 1002)

    assert "钱总" in shown
    assert "生日" in shown
    assert "生日" not in await office.said("/today")


async def test_nothing_is_due_on_a_day_without_reasons(office: Office) -> None:
    await office.said("每周五提醒我交表")
    office.db.write_now(lambda session: reminders.settle(session, 1, TODAY, office.clock.now()))

    assert [row.day for row in rows(office, "own")] == [TODAY + timedelta(4)]
