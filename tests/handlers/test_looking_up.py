"""`/advice`, playbooks turned step by step, and the bot's name typed in any chat."""

import pytest
from sqlmodel import func, select
from telegram.ext import CallbackQueryHandler, ChatMemberHandler, CommandHandler, InlineQueryHandler, MessageHandler

from bot.application import HANDLERS, WANTED
from bot.sandbox.queries import Query
from cards.advice import MOST
from knowledge.finding import Library
from store.tables import Receipt
from tests.conftest import Office
from tests.handlers.conftest import current, customers, delivered, golden, labels, press, raw_update, taps


async def asked(office: Office, text: str, telegram_id: int = 1001, offset: str = "") -> Query:
    """Type `@bot text` somewhere, and wait; what the bot answered."""
    phone = office.phone(telegram_id)
    query = await phone.ask_inline(text, offset)
    await phone.settled()
    return phone.inline_answer(query)


async def test_a_playbook_is_found_and_followed(office: Office) -> None:
    await office.said("/advice 异议")
    await office.tapped("🧭 异议处理")
    await office.tapped("▶️ 从第一步开始")
    await office.tapped("下一步")
    await office.tapped("下一步")
    await office.tapped("⬅️ 上一步")
    await office.tapped("📋 全部步骤")
    await office.tapped("7")
    await office.tapped("📋 全部步骤")

    golden("playbook", office.phone().transcript())


async def test_what_there_is_can_be_browsed(office: Office) -> None:
    await office.said("/advice")
    await office.tapped("👤 客户是哪种人")
    await office.tapped("进店顾客")
    await office.tapped("高手型")
    await office.tapped("📚 别的类型")
    await office.tapped("⬅️ 全部分类")
    await office.tapped("🧭 步骤打法")
    await office.tapped("面谈")
    await office.tapped("📋 还有")
    await office.tapped("⬅️ 别的场合")
    await office.tapped("投诉")
    await office.tapped("👤 按客户类型看")
    await office.tapped("沉默型")

    golden("browsing", office.phone().transcript())


async def test_a_few_letters_are_enough(office: Office) -> None:
    for words in ("sj", "杀价", "客户", "大客户类型", "杀价 报价", "沙价", "火箭发射", "分析型"):
        await office.said(f"/advice {words}")

    golden("looking_up", office.phone().transcript())


async def test_a_playbook_turns_in_one_message(office: Office) -> None:
    await office.said("/advice 寻找客户十法")
    before = len(office.phone().messages)
    await office.tapped("▶️ 从第一个看起")
    for number in range(2, 11):
        assert f"第 {number} 个，共 10 个" in await office.tapped("下一个")
    assert "下一个 ➡️" not in labels(office)
    await office.tapped("📋 全部办法")

    assert len(office.phone().messages) == before


async def test_a_playbook_below_a_type_leaves_the_types_card(office: Office) -> None:
    card = await office.said("/advice 沉默")
    linked = [label for label in labels(office) if label.startswith("🧭")]
    shown = office.phone().last.id
    await office.tapped(linked[0])

    assert len(linked) == 3
    assert office.phone().last.id != shown
    assert next(message for message in office.phone().messages if message.id == shown).html == card


async def test_every_step_of_every_playbook_can_be_shown(office: Office) -> None:
    library: Library = office.service.desk.library
    await office.said("/advice 异议处理")
    message = office.phone().last.id
    for book in library.playbooks:
        for number in (1, len(book.steps), 0):
            await taps(office, (message, f"b:{book.id}:{number}"))
            assert book.zh in office.phone().last.html

    assert office.phone().last.id == message


@pytest.mark.parametrize(
    "data",
    ["b:magic", "b:magic:1", "b:objections:8", "b:objections:-1", "b:objections:²", "b:objections:x", "b::lunch",
     "b::find:types", "b::visit:x:y:z", "a:::magic", "a:magic", "a:behavior:magic", "m:behavior:silent:lunch",
     "m:spend_tier:diamond:quote", "l:", "l:火箭发射"],
)  # fmt: skip
async def test_a_button_that_leads_nowhere_says_so(office: Office, data: str) -> None:
    await office.said("/advice")
    before = len(office.phone().messages)
    await taps(office, (office.phone().last.id, data))

    if data != "b::visit:x:y:z":  # what comes behind is not read
        assert office.phone().toasts == ["这个按钮已经过期了，看最新的那条消息。"]
    assert len(office.phone().messages) == before


async def test_no_answer_has_more_than_twelve_choices(office: Office) -> None:
    await office.said("/advice 型")

    assert len(labels(office)) == MOST
    assert "多打一两个字更准" in office.phone().last.html


async def test_words_of_any_length_and_kind_get_an_answer(office: Office) -> None:
    for words in ("杀价" * 40, "<b>杀价</b>", "？", "a" * 200, "s" * 30, ":::", "客户 报价"):
        await office.said(f"/advice {words}")

    assert office.phone().toasts == []


async def test_looking_up_by_inline_offers_the_cards(office: Office) -> None:
    answer = await asked(office, "杀价")

    assert [item["title"] for item in answer.results] == ["杀价型 · 性格行为型"]
    assert answer.results[0]["message"]["text"].startswith("杀价型")
    assert answer.button is None


def listed(words: str, answer: Query) -> str:
    """An inline answer as a phone lists it, with the first text in full."""
    rows = [f"    {item['title']}\n        {item['description']}" for item in answer.results]
    text = [f"    > {line}".rstrip() for line in answer.results[0]["message"]["text"].split("\n")]
    return "\n".join([f"@zhike {words}", *rows, "  第一张：", *text, ""])


async def test_inline_answers_read_well(office: Office) -> None:
    words = ("报价", "sj", "钻石")

    golden("inline", "".join([listed(one, await asked(office, one)) for one in words]))


async def test_a_moment_offers_its_playbooks_and_nothing_offers_the_usual_types(office: Office) -> None:
    moment, nothing = await asked(office, "投诉"), await asked(office, "")

    assert "🧭 投诉处理" in [item["title"] for item in moment.results]
    assert len(nothing.results) == 10
    assert all("性格行为型" in item["title"] for item in nothing.results)


async def test_scrolling_shows_every_type_once(office: Office) -> None:
    titles: list[str] = []
    offset, pages = "", 0
    while pages == 0 or offset:
        answer = await asked(office, "", offset=offset)
        titles += [item["title"] for item in answer.results]
        offset, pages = answer.more, pages + 1

    assert pages == 3
    assert len(titles) == len(set(titles)) == 25


@pytest.mark.parametrize("offset", ["x", "-1", "99999999999999999999", "²", "9999"])
async def test_an_odd_offset_does_no_harm(office: Office, offset: str) -> None:
    answer = await asked(office, "杀价", offset=offset)

    assert answer.answered


async def test_a_stranger_gets_nothing_but_the_way_in(office: Office) -> None:
    answer = await asked(office, "杀价", 1009)
    await office.phone(1009).tap_inline_button(answer.id)
    await office.phone(1009).settled()

    assert answer.answered
    assert answer.results == []
    assert answer.button == {"text": "只给团队成员用，点这里看怎么加入", "start_parameter": "elsewhere"}
    assert "请向你的主管要一个邀请链接" in office.phone(1009).last.html


async def test_a_card_put_into_our_own_chat_is_not_taken_for_a_customer(office: Office) -> None:
    answer = await asked(office, "杀价")
    before = len(office.phone().messages)
    await office.phone().choose_inline(answer.id, answer.results[0]["id"])
    await office.phone().settled()

    assert current(office) is None
    assert len(office.phone().messages) == before + 1


async def test_an_inline_question_keeps_no_receipt_and_may_come_again(office: Office) -> None:
    def kept() -> int:
        return office.db.read_now(lambda session: session.exec(select(func.count()).select_from(Receipt)).one())

    before = kept()
    phone = office.phone()
    query = await phone.ask_inline("杀价")
    raw = raw_update(office)
    await phone.settled()
    await delivered(office, raw)

    assert phone.inline_answer(query).answered
    assert kept() == before


async def test_an_inline_question_that_is_too_old_is_left(office: Office) -> None:
    office.sandbox.fail_next("answerInlineQuery", status=400)
    await asked(office, "杀价")

    assert await office.said("/advice 杀价")


async def test_a_customers_card_leads_to_the_playbooks_for_the_type(office: Office) -> None:
    await press_customer(office)

    assert [label for label in labels(office) if label.startswith("🧭")]


async def press_customer(office: Office) -> None:
    """Open a customer of a known type, and how to handle them."""
    await office.said("/customers 建材")
    await press(office, f"p:open:{customers(office)['王建国'].id}")
    await press(office, "p:advice:*")


async def test_telegram_is_asked_for_every_kind_of_update_that_has_a_handler(office: Office) -> None:
    kinds = {
        "message": (CommandHandler, MessageHandler),
        "callback_query": (CallbackQueryHandler,),
        "inline_query": (InlineQueryHandler,),
        "my_chat_member": (ChatMemberHandler,),
    }
    await office.said("/help")

    assert office.sandbox.world.updates.allowed == list(kinds) == list(WANTED)
    assert all(any(isinstance(handler, of) for of in kinds.values()) for handler in HANDLERS)
