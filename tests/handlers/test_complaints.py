"""Complaints: offered, opened, handled step by step, due, closed, and come again."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session, select

from store import complaints
from store.tables import Complaint, ComplaintEvent, Prospect
from tests.conftest import Office
from tests.handlers.conftest import current, customers, data_of, golden, labels, person, press, taps
from tests.handlers.test_contacts import promises

TUESDAY = date(2026, 11, 24)
TUESDAY_MORNING = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
LATE = "送货晚了两天，工人白等一天"
ANSWER = f"给抱怨回话（{LATE}）"


def all_of(office: Office) -> list[Complaint]:
    """Every complaint."""
    with Session(office.db.engine) as session:
        return list(session.exec(select(Complaint).order_by(Complaint.id)))  # type: ignore[arg-type]


async def opened(office: Office, name: str = "王建国", what: str = LATE) -> Complaint:
    """A complaint opened from the customer's card."""
    await office.said(name)
    await press(office, f"k:list:{customers(office)[name].id}")
    if any("另开一张" in label for label in labels(office)):
        await press(office, "k:new:*")
    await office.said(what)
    return all_of(office)[-1]


async def done(office: Office, times: int) -> None:
    """So many steps."""
    for _ in range(times):
        await press(office, "k:did:*")


async def test_a_complaint_from_beginning_to_end_and_once_more(office: Office) -> None:
    await office.said("/visit 王建国 投诉送货晚了两天，工人白等一天")
    await press(office, "k:open:*")
    await done(office, 4)
    await press(office, "k:wish:*")
    await office.said("明天上午补齐，误工费补两百")
    await done(office, 1)
    await press(office, "k:due:*")
    await office.said("昨天")
    await office.said("周五")
    await office.said("王建国")
    office.clock.jump_to(datetime(2026, 11, 27, 0, 30, tzinfo=UTC))
    await office.service.tick()
    await office.phone().settled()
    await press(office, "p:open:*")
    await press(office, "k:list:*")
    await press(office, "k:show:*")
    await done(office, 1)
    await press(office, "k:end:*")
    await office.said("当天补齐了，误工费补了两百，他说可以了")
    await press(office, "k:past:*")
    await office.said("/visit 王建国 又投诉送货，说好九点到，十一点才来")
    await press(office, "k:same:*")
    await press(office, "p:open:*")

    (row,) = all_of(office)
    assert (row.times, row.step, row.closed_at, row.kind) == (2, 0, None, "delivery")
    golden("complaint", office.phone().transcript())


async def test_a_complaint_is_offered_and_not_opened_by_itself(office: Office) -> None:
    await office.said("/visit 王建国 投诉送货晚了两天")
    offered = data_of(office, "k:open:*")
    before = all_of(office)
    await press(office, "k:no")
    answer = office.phone().last.text

    assert before == all_of(office) == []
    assert offered[1].startswith("k:open:v")
    assert "不开抱怨卡" in answer


@pytest.mark.parametrize("note", ["聊了报价", "没投诉，都挺好", "抱怨隔壁家送货慢", "上次的投诉处理完了"])
async def test_what_is_no_complaint_about_us_offers_nothing(office: Office, note: str) -> None:
    await office.said(f"/visit 王建国 {note}")

    assert not any("抱怨卡" in label for label in labels(office))


async def test_a_plain_sentence_with_a_name_is_read_as_before_and_a_complaint_offered(office: Office) -> None:
    await office.said("王建国 投诉窗户漏水，师傅来了一次没修好")
    read = office.phone().transcript()
    await press(office, "k:open:i*")

    (row,) = all_of(office)
    assert "抱怨" in read
    assert "依据" in read
    assert (row.what, row.kind) == ("窗户漏水，师傅来了一次没修好", "fitting")
    assert current(office) is None


@pytest.mark.parametrize("verb", ["note", "visit"])
async def test_a_card_can_be_opened_after_the_sentence_was_kept_as_a_note_or_a_contact(
    office: Office, verb: str
) -> None:
    await office.said("王建国 投诉送货晚了两天")
    offered = data_of(office, "k:open:i*")
    await press(office, f"said:*:{verb}")
    await taps(office, offered, offered)

    (row,) = all_of(office)
    assert row.what == "送货晚了两天"


async def test_an_offer_whose_words_are_gone_says_so_and_what_to_do(office: Office) -> None:
    await office.said("王建国 投诉送货晚了两天")
    message, data = data_of(office, "k:open:i*")
    await taps(office, (message, data.replace("open:i", "open:i9")))

    assert all_of(office) == []
    assert "没法照它开抱怨卡" in office.phone().transcript()


async def test_a_second_tap_on_an_offer_opens_nothing_more(office: Office) -> None:
    await office.said("/visit 王建国 投诉送货晚了两天")
    offered = data_of(office, "k:open:*")
    await taps(office, offered, offered)

    assert len(all_of(office)) == 1


async def test_a_double_tap_takes_one_step(office: Office) -> None:
    await opened(office)
    step = data_of(office, "k:did:*")
    await taps(office, step, step)

    assert all_of(office)[0].step == 1


async def test_an_open_complaint_stands_on_the_card_in_one_line_and_in_the_plan(office: Office) -> None:
    row = await opened(office)
    card = await office.said("王建国")
    office.clock.jump_to(TUESDAY_MORNING)
    await office.service.tick()
    await office.phone().settled()

    assert row.due_on == TUESDAY
    assert "😤 抱怨：送货晚了两天，工人白等一天　⏰ 明天回话" in card
    assert ANSWER not in card
    assert ANSWER in office.phone().last.text


async def test_what_was_promised_for_the_same_day_stays_promised(office: Office) -> None:
    before = promises(office, "王建国")
    row = await opened(office)
    during = promises(office, "王建国")
    await press(office, "k:end:*")
    await office.said("补送了，他说行")
    after = promises(office, "王建国")

    assert before == {TUESDAY: "送检测报告，谈安装周期"}
    assert during == {TUESDAY: f"{ANSWER}；送检测报告，谈安装周期"}
    assert after[TUESDAY] == before[TUESDAY]
    assert sorted(after)[1:] == [date(2026, 11, 26), date(2026, 12, 23)]
    assert row.closed_at is None


async def test_a_new_promise_for_the_same_day_does_not_push_the_complaint_out(office: Office) -> None:
    await opened(office)
    await office.said("/remind 王建国 明天 带样窗")

    assert promises(office, "王建国") == {TUESDAY: f"{ANSWER}；带样窗"}


@pytest.mark.parametrize("verb", ["done", "missed"])
async def test_a_contact_alone_does_not_take_an_open_complaint_out_of_the_plan(office: Office, verb: str) -> None:
    await opened(office, "钱总")
    office.clock.jump_to(TUESDAY_MORNING)
    await office.said("/today")
    await press(office, f"r:{verb}:{customers(office)['钱总'].id}")

    assert promises(office, "钱总") == {date(2026, 11, 25): ANSWER}
    assert customers(office)["钱总"].next_contact_on == date(2026, 11, 25)


async def test_a_put_off_complaint_is_still_found_when_it_is_closed(office: Office) -> None:
    await opened(office, "钱总")
    office.clock.jump_to(TUESDAY_MORNING)
    await office.said("/today")
    await press(office, f"r:more:{customers(office)['钱总'].id}")
    await press(office, "r:by:*:3")
    moved = promises(office, "钱总")
    await office.said("钱总")
    await press(office, "k:list:*")
    await press(office, "k:show:*")
    await press(office, "k:end:*")
    await office.said("换了新的")

    assert moved == {date(2026, 11, 27): ANSWER}
    assert ANSWER not in promises(office, "钱总").values()


async def test_an_answer_given_moves_the_day_to_that_of_the_end(office: Office) -> None:
    await opened(office, "钱总")
    await done(office, 5)
    after = promises(office, "钱总")
    await press(office, "k:undo:*")

    assert after == {date(2026, 11, 26): f"把抱怨办完（{LATE}）"}
    assert promises(office, "钱总") == {TUESDAY: ANSWER}


async def test_a_day_that_cannot_be_is_asked_for_again(office: Office) -> None:
    await opened(office, "钱总")
    await press(office, "k:due:*")
    refused = [await office.said(text) for text in ("不知道", "2026-11-01")]
    await office.said("12月8号")

    assert "没看懂是哪一天" in refused[0]
    assert "已经过去" in refused[1]
    assert promises(office, "钱总") == {date(2026, 12, 8): ANSWER}


async def test_a_day_that_may_be_several_is_asked_back(office: Office) -> None:
    await opened(office, "钱总")
    await press(office, "k:due:*")
    await office.said("周一")
    first = promises(office, "钱总")
    await press(office, "k:on:*:20261123")

    assert first == {date(2026, 11, 30): ANSWER}
    assert promises(office, "钱总") == {date(2026, 11, 23): ANSWER}


async def test_a_paused_customer_is_reminded_of_again(office: Office) -> None:
    await office.said("钱总")
    await press(office, "p:edit:*")
    await press(office, "p:pause:*")
    await opened(office, "钱总")

    assert not customers(office)["钱总"].paused


async def test_the_third_of_a_kind_says_that_the_way_of_working_is_to_blame(office: Office) -> None:
    for what in ("送货晚了", "送货送错了地方"):
        await opened(office, "钱总", what)
    before = office.phone().last.text
    await opened(office, "钱总", "送货又没人接")

    assert "报上去" not in before
    assert "“送货”类的抱怨，他已经是第 3 次了" in office.phone().last.text


async def test_what_was_said_may_belong_to_a_complaint_that_is_open(office: Office) -> None:
    await opened(office, "钱总")
    await office.said("/visit 钱总 打电话来投诉，还没人给他回话")
    await press(office, "k:same:*")
    await press(office, "k:past:*")

    assert len(all_of(office)) == 1
    assert "📝 补记：还没人给他回话" in office.phone().last.text


async def test_a_second_tap_on_what_it_belongs_to_notes_it_once(office: Office) -> None:
    await opened(office, "钱总")
    await office.said("/visit 钱总 又投诉，还没人给他回话")
    same = data_of(office, "k:same:*")
    await taps(office, same, same)

    with Session(office.db.engine) as session:
        assert [row.kind for row in session.exec(select(ComplaintEvent))] == ["opened", "note"]


async def test_an_outcome_written_after_the_end_is_kept_as_a_note(office: Office) -> None:
    row = await opened(office, "钱总")
    await press(office, "k:end:*")
    with Session(office.db.engine) as session:
        kept = session.get_one(Complaint, row.id)
        kept.closed_at, kept.outcome = office.clock.now(), "换了新的"
        session.commit()
    await office.said("退了货")

    with Session(office.db.engine) as session:
        last = session.exec(select(ComplaintEvent).order_by(ComplaintEvent.id)).all()[-1]  # type: ignore[arg-type]
    assert (last.kind, last.text) == ("note", "退了货")
    assert all_of(office)[0].outcome == "换了新的"


async def test_a_kind_can_be_given_by_hand(office: Office) -> None:
    await opened(office, "钱总", "颜色跟样板对不上")
    await press(office, "k:kind:*")
    await press(office, "k:sort:*:quality")

    assert all_of(office)[0].kind == "quality"


async def test_a_complaint_by_mistake_is_deleted_with_its_reminder(office: Office) -> None:
    await opened(office, "钱总")
    await press(office, "k:past:*")
    await press(office, "k:drop:*")
    await press(office, "k:dropped:*")

    assert all_of(office) == []
    assert promises(office, "钱总") == {}


async def test_an_old_button_of_a_closed_complaint_only_shows_how_it_ended(office: Office) -> None:
    await opened(office, "钱总")
    old = [data_of(office, f"k:{verb}:*") for verb in ("did", "wish", "due", "end")]
    await press(office, "k:end:*")
    await office.said("换了新的")
    for button in old:
        await taps(office, button)

    assert person(office).awaiting == ""
    assert all_of(office)[0].step == 7
    shown = next(message for message in office.phone().messages if message.id == old[0][0])
    assert "🏁 换了新的" in shown.text


async def test_a_colleagues_complaint_does_not_exist(office: Office) -> None:
    row = await opened(office)
    await office.said("/help", 1002)
    message = office.phone(1002).last.id
    visit = "k:open:v1"
    looking = ["show", "past", "kind", "note", "drop", "same"]
    verbs = [*looking, "dropped", "sort", "again", "did", "undo", "wish", "due", "end"]
    for verb in verbs:
        await taps(office, (message, f"k:{verb}:{row.id}:0"), telegram_id=1002)
    for data in (f"k:list:{row.prospect_id}", f"k:new:{row.prospect_id}", visit):
        await taps(office, (message, data), telegram_id=1002)

    assert len(office.phone(1002).toasts) == len(verbs) + 3
    assert person(office, 1002).awaiting == ""
    assert len(all_of(office)) == 1


async def test_typing_about_a_complaint_that_is_gone_is_answered(office: Office) -> None:
    row = await opened(office)
    await press(office, "k:wish:*")
    office.db.write_now(complaints.erase, row.id or 0)

    assert "找不到这张抱怨卡" in await office.said("补一车")


async def test_a_complaint_follows_a_customer_who_is_handed_over(office: Office) -> None:
    row = await opened(office)
    await press(office, "p:open:*")
    await press(office, "p:edit:*")
    await press(office, "r:give:*")
    await press(office, f"r:given:*:{person(office, 1002).id}")
    await office.phone(1002).settled()
    await press(office, "p:open:*", 1002)
    await press(office, "k:list:*", 1002)
    await press(office, "k:show:*", 1002)
    await press(office, "k:did:*", 1002)

    assert all_of(office)[0].step == 1
    with Session(office.db.engine) as session:
        last = session.exec(select(ComplaintEvent).order_by(ComplaintEvent.id)).all()[-1]  # type: ignore[arg-type]
    assert (last.complaint_id, last.person_id) == (row.id, person(office, 1002).id)


async def test_deleting_the_customer_deletes_the_complaints(either_office: Office) -> None:
    await opened(either_office, "钱总")
    await press(either_office, "p:open:*")
    await press(either_office, "p:edit:*")
    await press(either_office, "p:erase:*")
    await press(either_office, "p:erased:*")

    with Session(either_office.db.engine) as session:
        assert session.exec(select(ComplaintEvent)).all() == []
        assert session.exec(select(Complaint)).all() == []
        assert session.exec(select(Prospect).where(Prospect.name == "钱总")).all() == []
