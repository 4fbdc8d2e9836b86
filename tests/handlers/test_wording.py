"""Checking a draft before it goes to a customer."""

import pytest

from knowledge.wording import LONGEST_DRAFT
from tests.conftest import Office
from tests.handlers.conftest import current, customers, golden, labels, person, press

RUDE = "这都不知道啊？要买就买，不买拉倒。"
KIND = "抱歉，黑色的周四才到，白的今天就有，您看要不要我先留一件？"


async def test_a_draft_is_checked_changed_and_checked_again(office: Office) -> None:
    await office.said(f"/check 王建国 {RUDE}")
    await press(office, "w:again:*")
    await office.said(KIND)

    golden("checked_draft", office.phone().transcript())


async def test_what_no_list_names_is_found_and_the_customer_is_asked_for(office: Office) -> None:
    await office.said("/check")
    await office.said("张先生您好，图纸今早发您邮箱了，让你们厂里懂技术的来看吧。")
    await office.said("钱总")
    await press(office, "p:check:*")
    await office.said("……")
    await office.said("收到")

    golden("asked_for_a_draft", office.phone().transcript())


async def test_what_only_the_customers_type_minds_is_named_for_that_customer_alone(office: Office) -> None:
    draft = "您放心，用过的客户都说好。"
    mine = await office.said(f"/check 王建国 {draft}")
    anybody = await office.said(f"/check {draft}")

    assert "他听不得的话" in mine
    assert "可以这样发" in mine
    assert "他听不得的话" not in anybody


async def test_a_come_on_is_told_how_to_be_put_and_nothing_is_offered_to_be_sent(office: Office) -> None:
    answer = await office.said("/check 美女 想你了 什么时候有空一起吃饭呀")

    assert "轻薄话" in answer
    assert "👉 称呼换成姓加职务，只谈事。" in answer
    assert "可以这样发" not in answer


async def test_a_draft_without_a_customer_is_asked_for(office: Office) -> None:
    await office.said("/check")
    answer = await office.said(RUDE)

    assert "不买拉倒" in answer
    assert "🚫" not in answer
    assert person(office).awaiting == ""
    assert current(office) is None


async def test_a_reply_to_ones_own_message_checks_that_message(office: Office) -> None:
    phone = office.phone()
    mine = await phone.say("/check")
    await phone.settled()
    await office.said("/cancel")
    draft = await phone.say(f"/check {RUDE}")
    await phone.settled()
    await phone.say("/check 王建国", reply_to=draft.id)
    await phone.settled()
    checked = phone.last.html
    await phone.say("/check", reply_to=mine.id)
    await phone.settled()

    assert "不买拉倒" in checked
    assert "王建国" in checked
    assert "要发给客户的话" in phone.last.html


async def test_a_reply_to_the_bot_is_told_apart(office: Office) -> None:
    phone = office.phone()
    await office.said("/help")
    await phone.say("/check", reply_to=phone.last.id)
    await phone.settled()

    assert "那条是我写的" in phone.last.html


async def test_the_address_of_a_draft_names_the_customer_and_stays_in_it(office: Office) -> None:
    answer = await office.said("/check 王建国，爱买不买，")

    assert "王建国，<b><u>爱买不买</u></b>，" in answer
    assert "还要避开" in answer


async def test_a_customers_card_leads_to_the_check(office: Office) -> None:
    await office.said("钱总")
    await press(office, "p:check:*")
    answer = await office.said(RUDE)

    assert "不买拉倒" in answer
    assert "钱总" in answer
    assert labels(office) == ["🔁 换好了再查一次"]


async def test_a_clean_draft_is_not_called_perfect(office: Office) -> None:
    answer = await office.said(f"/check {KIND}")

    assert "没看出扎眼的地方" in answer
    assert "会漏" in answer


async def test_what_cannot_be_checked_is_asked_for_again_and_nothing_is_lost(office: Office) -> None:
    await office.said("/check 王建国")
    empty = await office.said("……")
    long = await office.said("您好" * LONGEST_DRAFT)
    answer = await office.said(RUDE)

    assert "没看到字" in empty
    assert "太长" in long
    assert "王建国" in answer


@pytest.mark.parametrize("draft", ["hello", "OK", "12345"])
async def test_a_draft_that_is_not_chinese_is_not_judged(office: Office, draft: str) -> None:
    answer = await office.said(f"/check {draft}")

    assert "我只会查中文" in answer
    assert "爱买不买" in await office.said("爱买不买")


@pytest.mark.parametrize("draft", ["<b>不买拉倒</b> & {0}", "不买拉倒<script>", "不买拉倒\n\n第二行 %s"])
async def test_a_draft_is_shown_as_it_was_written(office: Office, draft: str) -> None:
    await office.said(f"/check {draft}")

    assert draft in office.phone().last.text


async def test_somebody_elses_customer_is_nobody(office: Office) -> None:
    await office.said(f"/check {RUDE}")
    message = office.phone().last.id
    theirs = next(iter(customers(office, 1002).values()))
    phone = office.phone()
    await phone.tap_data(message, f"w:again:{theirs.id}")
    await phone.settled()

    assert person(office).awaiting == "check:0"
    assert theirs.name not in phone.last.html


async def test_customers_of_one_name_are_not_guessed(office: Office) -> None:
    from sqlmodel import Session

    from store.tables import Prospect

    rows = customers(office)
    with Session(office.db.engine) as session:
        for name in ("刘芳", "孙老师"):
            row = session.get(Prospect, rows[name].id)
            assert row is not None
            row.name, row.name_key = "王总", "王总"
        session.commit()
    answer = await office.said(f"/check 王总 {RUDE}")

    assert "不止一位" in answer
    assert "还要避开" not in answer


@pytest.mark.parametrize("data", ["w:again:x", "w:gone:1", "w:again:9999999999", "w:"])
async def test_a_made_up_button_does_nothing(office: Office, data: str) -> None:
    await office.said(f"/check {RUDE}")
    phone = office.phone()
    await phone.tap_data(phone.last.id, data)
    await phone.settled()

    assert person(office).awaiting == ""


async def test_an_interview_keeps_its_place(office: Office) -> None:
    await office.said("昨天在店门口碰上一位客户")
    before = current(office)
    await office.said("/check")
    await office.said(RUDE)
    after = current(office)

    assert before is not None
    assert after is not None
    assert (before.id, before.version) == (after.id, after.version)
