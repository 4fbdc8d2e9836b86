"""Customers: the list, search, every field, duplicates, archive and deletion."""

import re
from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from store import prospects
from store.tables import Feedback, InterviewRow, Prospect, Reminder, Visit
from tests.conftest import Office
from tests.handlers.conftest import answered_as, current, customers, data_of, labels, person, press

QUIET = "话不多，看了一会儿，问他也就点点头"


def many(session: Session, owner: int, count: int, office: Office) -> None:
    """So many more customers of one owner."""
    now = office.clock.now()
    for number in range(count):
        name = f"客户{number:02}"
        on = date(2027, 1, 1) + timedelta(days=number)
        row = Prospect(
            owner_id=owner, name=name, name_key=name, next_contact_on=on, created_at=now, updated_at=now, company="大同"
        )
        prospects.add(session, row)


async def test_a_long_list_has_pages(office: Office) -> None:
    office.db.write_now(many, person(office).id or 0, 14, office)
    await office.said("/customers")
    first = labels(office)
    await press(office, "p:page:1")
    second = labels(office)
    await press(office, "p:page:2")
    third = labels(office)

    opened = [label for page in (first, second, third) for label in page if "·" in label]
    assert len(opened) == 20
    assert len(set(opened)) == 20
    assert not any("上一页" in label for label in first)
    assert any("上一页" in label for label in third)
    assert not any("下一页" in label for label in third)


async def test_a_search_keeps_its_words_from_page_to_page(office: Office) -> None:
    office.db.write_now(many, person(office).id or 0, 10, office)
    answer = await office.said("/customers 大同")
    await press(office, "p:page:1:大同")

    assert "10" in answer
    assert sum("客户" in label for label in labels(office)) == 2


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("刘", "刘芳"),
        ("民宿", "刘芳"),
        ("10002", "刘芳"),
        ("华鑫 王", "王建国"),
        ("1380001", "王建国"),
        ("%", ""),
        ("_", ""),
        ("查无此人", ""),
    ],
)
async def test_search_looks_at_name_company_and_telephone(either_office: Office, words: str, found: str) -> None:
    await either_office.said(f"/customers {words}")

    opened = [label for label in labels(either_office) if "·" in label]
    assert any(found in label for label in opened) if found else not opened


async def test_an_empty_list_says_how_to_begin(office: Office) -> None:
    answer = await office.said("/customers", 1003)

    assert "/new" in answer


async def test_a_name_alone_opens_the_customer(office: Office) -> None:
    assert "华鑫建材" in await office.said(" 王建国 ")
    assert current(office) is None


async def test_a_name_alone_opens_the_customer_in_the_middle_of_an_interview(office: Office) -> None:
    await office.said("昨天在店门口碰上一位客户")
    before = current(office)
    opened = await office.said("王建国")
    after = current(office)

    assert "华鑫建材" in opened
    assert before is not None
    assert after is not None
    assert (after.id, after.version) == (before.id, before.version)


@pytest.mark.parametrize("verb", ["visit", "remind"])
async def test_a_name_opens_its_customer_where_a_note_or_a_day_is_waited_for(office: Office, verb: str) -> None:
    await office.said(f"/{verb} 刘芳")
    opened = await office.said("王建国")

    assert "华鑫建材" in opened
    assert person(office).awaiting == ""


@pytest.mark.parametrize(
    ("said", "stem"),
    [
        ("/visit 王总 电话聊了报价，下周三再联系", "p:visit"),
        ("/prep 王总", "p:prep"),
        ("/prep 华鑫", "p:prep"),
        ("/test 王总", "q:for"),
        ("王总", "p:open"),
        ("老王", "p:open"),
        ("王经理下周三问合同", "p:remind"),
    ],
)
async def test_a_title_or_a_word_finds_the_customers_who_may_be_meant(office: Office, said: str, stem: str) -> None:
    answer = await office.said(said)

    assert "没有叫“" in answer
    assert data_of(office, f"{stem}:{customers(office)['王建国'].id}")
    assert current(office) is None


async def test_what_was_written_to_another_name_can_be_sent_again(office: Office) -> None:
    answer = await office.said("/visit 王总 电话聊了报价，下周三再联系")
    copied = re.findall("<code>(/visit [^<]*)</code>", answer)
    await office.said(copied[0])

    assert copied == ["/visit 王建国 电话聊了报价，下周三再联系"]
    assert "电话聊了报价" in office.phone().last.text


async def test_customers_of_others_are_not_offered_by_their_surname(office: Office) -> None:
    await office.said("/visit 王总 聊了报价", 1002)

    mine = {f"p:visit:{row.id}" for row in customers(office, 1002).values()}
    shown = {button.data for row in office.phone(1002).last.buttons for button in row}
    assert shown <= mine | {"p:page:0"}


async def test_a_title_that_nobody_has_begins_with_that_name(office: Office) -> None:
    await office.said("欧阳总")
    row = current(office)

    assert row is not None
    assert row.name == "欧阳总"


async def test_a_day_after_a_title_that_nobody_has_becomes_a_reminder(office: Office) -> None:
    answer = await office.said("欧阳总下周三问合同")

    assert "没有这位客户：欧阳总" in answer
    assert current(office) is None


async def test_a_new_customer_is_kept_without_being_judged(either_office: Office) -> None:
    office = either_office
    await office.said("赵六 139 1111 2222 六和五金")
    await press(office, "i:*:stop")
    await press(office, "i:*:save")
    await press(office, "p:graded:*:B")
    row = customers(office)["赵六"]

    assert (row.phone, row.company, row.grade, row.type_id) == ("13911112222", "六和五金", "B", "")
    assert row.next_contact_on is not None


async def test_an_interview_put_down_can_still_be_kept(office: Office) -> None:
    await office.said("/new 丁老板")
    await office.said("/cancel")
    await press(office, "i:*:save")

    assert "丁老板" in customers(office)


async def test_about_a_customer_on_record_nobody_is_kept_twice(office: Office) -> None:
    await office.said("/new 王建国")
    await press(office, "i:*:stop")

    assert not office.phone().last.buttons


async def test_same_names_are_told_apart(office: Office) -> None:
    rows = customers(office)
    with Session(office.db.engine) as session:
        for name in ("刘芳", "孙老师"):
            row = session.get(Prospect, rows[name].id)
            assert row is not None
            row.name, row.name_key = "王总", "王总"
        session.commit()
    await office.said("王总")
    opened = {data_of(office, f"p:open:{rows[name].id}")[1] for name in ("刘芳", "孙老师")}
    await office.said("/visit 王总 聊了价格")
    visit = {data_of(office, f"p:visit:{rows[name].id}")[1] for name in ("刘芳", "孙老师")}
    await office.said("/remind 王总 明天")
    remind = {data_of(office, f"p:remind:{rows[name].id}")[1] for name in ("刘芳", "孙老师")}

    assert len(opened) == len(visit) == len(remind) == 2


# --- fields -----------------------------------------------------------------------------------------------------------


async def edit(office: Office, name: str, field: str, value: str) -> Prospect:
    """Change one field as a rep does; the row afterwards."""
    id = customers(office)[name].id
    await office.said(name)
    await press(office, "p:edit:*")
    await press(office, f"p:field:{id}:{field}")
    await office.said(value)
    with Session(office.db.engine) as session:
        row = session.get(Prospect, id)
        assert row is not None
        return row


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("name", "钱老板", "钱老板"),
        ("company", "钱氏地产", "钱氏地产"),
        ("phone", "+86 138-0000-9999", "+86 138-0000-9999"),
        ("notes", "下午四点后才有空", "下午四点后才有空"),
        ("next_step", "带合同", "带合同"),
        ("every_days", "10", 10),
        ("every_days", "365", 365),
        ("every_days", "0", None),
        ("every_days", "十天", 10),
        ("every_days", "每两周一次", 14),
        ("next_contact_on", "下周三", date(2026, 12, 2)),
        ("next_contact_on", "12月8号", date(2026, 12, 8)),
    ],
)
async def test_every_field_can_be_changed(office: Office, field: str, value: str, kept: object) -> None:
    row = await edit(office, "钱总", field, value)

    assert getattr(row, field) == kept
    assert person(office).awaiting == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "没有电话"),
        ("phone", "12"),
        ("phone", "1" * 40),
        ("every_days", "366"),
        ("every_days", "-1"),
        ("every_days", "三回"),
        ("every_days", "²天3"),
        ("every_days", "9" * 30),
        ("next_contact_on", "以后再说"),
        ("next_contact_on", "2026-11-01"),
        ("next_contact_on", "2月30号"),
    ],
)
async def test_a_value_that_cannot_be_is_asked_for_again(office: Office, field: str, value: str) -> None:
    before = getattr(customers(office)["钱总"], field)
    row = await edit(office, "钱总", field, value)

    assert getattr(row, field) == before
    assert person(office).awaiting == f"edit:{row.id}:{field}"


async def test_a_refused_value_can_be_put_right_at_once(office: Office) -> None:
    row = await edit(office, "钱总", "every_days", "三回")
    await office.said("12")

    assert customers(office)["钱总"].every_days == 12
    assert row.every_days is None


async def test_long_values_are_cut_and_the_card_still_fits(office: Office) -> None:
    for field in ("name", "company", "next_step", "notes"):
        name = next(row.name for row in customers(office).values() if row.phone == "13800010005")
        await edit(office, name, field, "很长" * 900)
    for number in range(12):
        day = date(2026, 12, 1) + timedelta(days=number)
        kept = next(row.name for row in customers(office).values() if row.phone == "13800010005")
        await office.said(kept)
        await press(office, "p:visit:*")
        await office.said(f"{day.month}月{day.day}号再谈，{'话很多' * 300}")

    assert office.phone().last.text.startswith("✅")
    assert len(office.phone().last.text) <= 4096


async def test_notes_are_added_to_what_is_there(office: Office) -> None:
    await edit(office, "钱总", "notes", "喜欢喝茶")
    row = await edit(office, "钱总", "notes", "不抽烟")

    assert row.notes == "喜欢喝茶\n不抽烟"


async def test_a_grade_sets_the_rhythm(office: Office) -> None:
    await office.said("周阿姨")
    await press(office, "p:grade:*")
    await press(office, "p:graded:*:D")

    row = customers(office)["周阿姨"]
    assert row.grade == "D"
    assert row.next_contact_on == date(2027, 1, 12)  # 60 days after the last contact on 13 November


# --- saving -----------------------------------------------------------------------------------------------------------


async def judged(office: Office, command: str = "/new") -> None:
    """An interview up to its result."""
    await office.said(command)
    await office.said(QUIET)
    await answered_as(office, "silent")


async def test_name_telephone_and_company_are_taken_from_one_line(office: Office) -> None:
    await judged(office)
    await press(office, "i:*:save")
    await office.said("马师傅 138 0000 7777 马记五金")
    await press(office, "p:graded:*:B")

    row = customers(office)["马师傅"]
    assert (row.phone, row.company, row.grade) == ("13800007777", "马记五金", "B")


async def test_a_telephone_number_alone_is_no_name(office: Office) -> None:
    await judged(office)
    await press(office, "i:*:save")
    await office.said("13800007777")
    still = person(office).awaiting
    await office.said("马师傅 13800007777")

    assert still.startswith("name:")
    assert "马师傅" in customers(office)


async def test_the_same_name_is_asked_about_and_may_be_the_same_person(office: Office) -> None:
    await judged(office)
    await press(office, "i:*:save")
    await office.said("钱总")
    await press(office, "p:same:*")

    assert len(customers(office)) == 6
    assert customers(office)["钱总"].type_id == "silent"


async def test_the_same_telephone_is_asked_about_and_may_be_another_person(office: Office) -> None:
    await judged(office)
    await press(office, "i:*:save")
    await office.said("钱太太 13800010005")
    asked = "p:other:" in data_of(office, "p:other:*")[1]
    await press(office, "p:other:*")
    await press(office, "p:graded:*:-")

    assert asked
    assert len(customers(office)) == 7
    assert customers(office)["钱太太"].phone == "13800010005"


async def test_a_known_name_links_the_interview_to_the_customer(office: Office) -> None:
    await judged(office, "/new 錢總")
    card = await press(office, "i:*:save")

    assert "已更新：原来是骄傲型，现在是沉默型。" in card
    assert len(customers(office)) == 6
    assert customers(office)["钱总"].type_id == "silent"


async def test_a_customer_can_be_judged_anew(office: Office) -> None:
    await office.said("韩工", 1002)
    await press(office, "p:judge:*", 1002)
    await office.said(QUIET, 1002)
    while current(office, 1002) is not None:
        await press(office, "i:*:stop", 1002)
    await press(office, "i:*:save", 1002)

    assert customers(office, 1002)["韩工"].type_by == "inferred"


async def test_a_corrected_type_does_not_carry_the_reasons_of_the_wrong_one(office: Office) -> None:
    await judged(office, "/new 钱总")
    await press(office, "i:*:save")
    told = customers(office)["钱总"].type_why
    await press(office, "i:*:types")
    await press(office, "i:*:all")
    await press(office, "i:*:t:bargainer")

    row = customers(office)["钱总"]
    assert told
    assert (row.type_id, row.type_by, row.type_why) == ("bargainer", "corrected", "")


# --- archive and deletion ---------------------------------------------------------------------------------------------


async def test_an_archived_customer_is_out_of_the_way_and_comes_back(office: Office) -> None:
    await office.said("刘芳")
    await press(office, "p:archive:*")
    away = customers(office)
    today = await office.said("/today")
    answer = await office.said("/customers 刘芳")
    await office.said("/customers")
    await press(office, "p:boxed:0")
    await press(office, "p:open:*")
    await press(office, "p:restore:*")

    assert "刘芳" not in away
    assert "刘芳" not in today
    assert "没有" in answer
    assert "刘芳" in customers(office)


async def test_deletion_is_asked_about_first(office: Office) -> None:
    await office.said("刘芳")
    await press(office, "p:edit:*")
    await press(office, "p:erase:*")
    await press(office, "p:open:*")

    assert "刘芳" in customers(office)


async def test_a_deleted_customer_leaves_nothing_behind(either_office: Office) -> None:
    office = either_office
    id = customers(office)["王建国"].id
    await judged(office, "/new 王建国")
    await press(office, "i:*:types")
    await press(office, "i:*:t:*")
    await press(office, "i:*:save")
    await office.said("王建国")
    await press(office, "p:edit:*")
    await press(office, "p:erase:*")
    await press(office, "p:erased:*")

    with Session(office.db.engine) as session:
        assert session.get(Prospect, id) is None
        for table in (Visit, Reminder, InterviewRow):
            assert not session.exec(select(table).where(table.prospect_id == id)).all()
        assert not session.exec(select(Feedback)).all()
    assert "王建国" not in customers(office)
