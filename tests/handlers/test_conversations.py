"""Whole conversations as golden files: what a person reads, word for word."""

from datetime import UTC, date, datetime

from tests.conftest import Office
from tests.handlers.conftest import answered_as, current, customers, golden, labels, person, press

TUESDAY_MORNING = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)  # 08:30 in Shanghai
VAGUE = "昨天在店门口碰上一位客户"  # says nothing about behaviour, so questions follow
QUIET = "话不多，看了一会儿，问他也就点点头"


async def test_from_a_name_to_a_customer_on_record(office: Office) -> None:
    await office.said("/new 马师傅")
    await office.said(VAGUE)
    await answered_as(office, "silent")
    await press(office, "i:*:save")
    await press(office, "p:graded:*:A")
    card = office.phone().last.html

    assert "沉默型" in card
    assert "A 级" in card
    assert customers(office)["马师傅"].type_id == "silent"
    golden("new_customer", office.phone().transcript())


async def test_a_plain_description_is_enough_to_begin(office: Office) -> None:
    await office.said(VAGUE)
    await office.said("他就坐着听，一句评价也没有")
    await press(office, "i:*:skip")
    await press(office, "i:*:back")
    await answered_as(office, "silent")
    await press(office, "i:*:add")
    await office.said("走的时候说了三个字：再看看")
    await press(office, "i:*:turns")
    await press(office, "i:*:r:0")
    await office.said("进门坐下，不说话，光听我讲")
    await answered_as(office, "silent")
    assert "➕ 再问几个" not in labels(office)  # nothing could make it clearer
    await press(office, "i:*:stop")

    assert current(office) is None
    golden("plain_description", office.phone().transcript())


async def test_too_little_evidence_is_said_as_such(office: Office) -> None:
    await office.said("/new")
    await office.said("今天见了一位客户，在他公司楼下")
    while current(office) is not None:
        await press(office, "i:*:skip")

    assert "还看不准，我不想硬给一个类型" in office.phone().last.html
    assert "➕ 再问几个" not in labels(office)  # six were asked
    golden("not_enough", office.phone().transcript())


async def test_more_is_offered_as_long_as_a_question_is_left_and_no_longer(office: Office) -> None:
    await office.said("/new 马师傅")
    await office.said(VAGUE)
    await answered_as(office, "silent")
    offered = 0
    while "➕ 再问几个" in labels(office):
        offered += 1
        await press(office, "i:*:more")
        assert "不清楚，跳过" in labels(office)  # there is a question
        while current(office) is not None:
            await press(office, "i:*:skip")

    assert offered
    assert "📝 补一句" in labels(office)


async def test_nothing_said_and_stopped_is_simply_over(office: Office) -> None:
    await office.said("/new 丁老板")
    await press(office, "i:*:stop")

    assert current(office) is None
    golden("stopped_at_once", office.phone().transcript())


async def test_looking_something_up_does_not_lose_the_place(office: Office) -> None:
    await office.said(VAGUE)
    before = current(office)
    await office.said("/advice 杀价")
    await press(office, "m:*:quote")
    await office.said("/customers")
    await press(office, f"p:open:{customers(office)['赵大海'].id}")
    during = current(office)
    await answered_as(office, "silent", most=1)
    after = current(office)

    assert before is not None
    assert during is not None
    assert (during.id, during.version, during.state) == (before.id, before.version, before.state)
    assert after is None or (after.id, after.version) == (before.id, before.version + 1)
    golden("side_question", office.phone().transcript())


async def test_a_wrong_type_is_put_right(office: Office) -> None:
    await office.said("/new 马师傅")
    await office.said(QUIET)
    await answered_as(office, "silent")
    await press(office, "i:*:types")
    await press(office, "i:*:all")
    await press(office, "i:*:t:sensitive")
    await press(office, "i:*:save")
    await press(office, "p:graded:*:-")

    assert customers(office)["马师傅"].type_by == "corrected"
    assert "你确认的" in office.phone().last.html
    golden("corrected_type", office.phone().transcript())


async def test_the_morning_and_every_outcome_of_it(office: Office) -> None:
    office.clock.jump_to(TUESDAY_MORNING)
    await office.service.tick()
    phone = office.phone()
    await phone.settled()
    await press(office, f"r:done:{customers(office)['王建国'].id}")
    await office.said("电话聊了检测报告，下周三再联系")
    await phone.tap_data(phone.messages[0].id, f"r:missed:{customers(office)['刘芳'].id}")
    await phone.settled()
    await press(office, "r:more:*")
    await press(office, "r:by:*:3")
    await office.said("/today")

    planned = {name: row.next_contact_on for name, row in customers(office).items()}
    assert planned["王建国"] == date(2026, 12, 2)
    assert planned["刘芳"] == date(2026, 11, 26)
    assert planned["赵大海"] == date(2026, 11, 27)
    golden("morning", phone.transcript())
    golden("morning_of_the_mate", office.phone(1002).transcript())


async def test_handing_a_customer_over_in_the_morning(office: Office) -> None:
    office.clock.jump_to(TUESDAY_MORNING)
    await office.service.tick()
    await office.phone().settled()
    await press(office, f"r:more:{customers(office)['王建国'].id}")
    await press(office, "r:give:*")
    await press(office, f"r:given:*:{person(office, 1002).id}")
    await office.phone(1002).settled()
    await press(office, "p:open:*", 1002)

    golden("handed_over", office.phone().transcript())
    golden("handed_over_to", office.phone(1002).transcript())


async def test_a_new_person_comes_in_by_invitation(office: Office) -> None:
    await office.said("/invite", 1003)
    await press(office, "v:rep", 1003)
    link = office.phone(1003).last.text.splitlines()[-1]
    await office.phone(1009).open_link(link)
    await office.phone(1009).settled()
    await press(office, "new", 1009)
    await office.said("/team", 1003)

    golden("invitation_made", office.phone(1003).transcript())
    golden("invitation_used", office.phone(1009).transcript())


async def test_a_customer_is_looked_after(office: Office) -> None:
    await office.said("/customers 建材")
    await press(office, "p:open:*")
    await press(office, "p:advice:*")
    await office.said("/visit 王建国 微信发了报告，他说周五前回话")
    await office.said("/remind 王建国 12月8号 问工地什么时候封顶")
    await office.said("王建国")
    await press(office, "p:edit:*")
    await press(office, "p:field:*:notes")
    await office.said("只认第三方检测")
    await press(office, "p:archive:*")
    await press(office, "p:restore:*")

    golden("customer", office.phone().transcript())


async def test_help_and_settings_fit_a_phone(office: Office) -> None:
    await office.said("/start")
    await office.said("/help")
    await office.said("/help", 1003)
    await office.said("/settings")
    await press(office, "s:page:push")
    await press(office, "s:push:09:00")
    await press(office, "s:ask:push")
    await office.said("25:00")
    await office.said("早上七点三刻")
    await press(office, "s:open")
    await press(office, "s:page:tz")
    await press(office, "s:tz:Asia/Taipei")
    await press(office, "s:open")

    golden("help_and_settings", office.phone().transcript())
    golden("help_of_a_manager", office.phone(1003).transcript())
