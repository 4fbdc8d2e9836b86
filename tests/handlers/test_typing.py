"""Whatever people type, send and forward: during an interview and outside."""

import struct
import zlib

import pytest

from bot.sandbox.messages import Message
from store import interviews
from tests.conftest import Office
from tests.handlers.conftest import TROUBLE, answered_as, current, customers, person, press

VAGUE = "昨天在店门口碰上一位客户"
UNUSABLE = {
    "only emoji": "😀👍🔥",
    "only punctuation": "……？！",
    "only direction marks": "\u202e\u200f\u200b",
    "English": "he kept asking about the price",
    "Russian": "он всё время спрашивал о цене",
    "Japanese": "ずっとねだんをきいていました",
    "too long": "他一直问价格。" * 300,
}


def picture() -> bytes:
    """A PNG of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\0\0\0")) + chunk(b"IEND", b"")


async def send_all(office: Office) -> list[str]:
    """Send everything that is not text; the answers."""
    phone = office.phone()
    before = len(phone.messages)
    for act in (
        phone.send_voice(),
        phone.send_sticker(),
        phone.send_photo(picture()),
        phone.send_document("报价.xlsx", b"PK"),
        phone.send_contact("王总", "+8613900000000"),
    ):
        await act
        await phone.settled()
    return [message.text for message in phone.messages[before:] if message.from_bot]


async def test_two_people_in_one_message_are_said_to_be_judged_as_one(office: Office) -> None:
    both = await office.said("王总很爽快一口价，李总磨磨唧唧总说再考虑考虑")
    await office.said("/cancel")
    one = await office.said("王总很爽快，一口价，王总就是这样")

    assert "不止一位（王总、李总）" in both
    assert "不止一位" not in one


@pytest.mark.parametrize("text", UNUSABLE.values(), ids=UNUSABLE)
async def test_what_cannot_be_used_gets_an_answer_and_begins_nothing(office: Office, text: str) -> None:
    answer = await office.said(text)

    assert answer
    assert TROUBLE not in answer
    assert current(office) is None


@pytest.mark.parametrize(
    "text", ["谢谢", "谢谢啦！", "多謝晒", "辛苦了", "你好", "早", "好的，谢谢", "收到", "嗯嗯", "晚安哦"]
)
async def test_a_greeting_or_thanks_is_answered_and_judged_of_nobody(office: Office, text: str) -> None:
    assert "要见谁？" in await office.said(text)
    assert current(office) is None

    await office.said(VAGUE)
    before = current(office)
    assert "上面那一问还等着你" in await office.said(text)
    assert current(office) == before


@pytest.mark.parametrize(
    "text", ["他很客气，一直谢谢", "行不行他都不说", "你好凶的一个客户", "早就说好的又变卦", "话多"]
)
async def test_words_of_politeness_in_a_description_are_a_description(office: Office, text: str) -> None:
    assert "要见谁？" not in await office.said(text)


@pytest.mark.parametrize("text", UNUSABLE.values(), ids=UNUSABLE)
async def test_what_cannot_be_used_does_not_move_an_interview(office: Office, text: str) -> None:
    await office.said(VAGUE)
    before = current(office)
    answer = await office.said(text)
    after = current(office)

    assert before is not None
    assert after is not None
    assert (after.id, after.version) == (before.id, before.version)
    assert TROUBLE not in answer


async def test_pieces_of_ten_thousand_characters_are_refused_one_by_one(office: Office) -> None:
    await office.said(VAGUE)
    before = current(office)
    phone = office.phone()
    await phone.say("他问了又问" * 2000)  # a phone sends it as 4096 + 4096 + 1808; the last piece is short enough
    await phone.settled()
    answers = [message.text for message in phone.messages if message.from_bot]
    after = office.db.read_now(interviews.mine, person(office).id or 0, 1)

    assert sum("太长" in answer for answer in answers) == 2
    assert before is not None
    assert after is not None
    assert after.version == before.version + 1


async def test_everything_that_is_not_text_gets_its_own_answer(office: Office) -> None:
    answers = await send_all(office)

    assert len(answers) == 5
    assert len(set(answers)) == 5
    assert current(office) is None


async def test_what_is_not_text_does_not_move_an_interview(office: Office) -> None:
    await office.said(VAGUE)
    before = current(office)
    answers = await send_all(office)

    assert len(answers) == 5
    assert current(office) == before


async def test_a_caption_counts_as_text(office: Office) -> None:
    phone = office.phone()
    await phone.send_photo(picture(), "昨天在门口碰上一位客户")
    await phone.settled()

    row = current(office)
    assert row is not None
    assert interviews.state(row)["turns"][0][2] == "昨天在门口碰上一位客户"


async def test_forwarded_words_count_as_text(office: Office) -> None:
    phone = office.phone()
    await phone.forward("昨天路过你们店，改天再说", sender="客户")
    await phone.settled()

    row = current(office)
    assert row is not None
    assert interviews.state(row)["turns"][0][2] == "昨天路过你们店，改天再说"


HOSTILE = [
    "<b>王</b>&amp;<script>",
    "*王*_总_`x`[a](http://b)",
    "'; DROP TABLE prospect; --",
    "王%_\\总",
    "{0}{name}{}%s",
]


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_name_is_shown_as_it_was_written(either_office: Office, name: str) -> None:
    office = either_office
    await office.said(f"/new {name}")
    await office.said(VAGUE)
    await office.said(f"/customers {name}")

    said = [message.text for message in office.phone().messages if message.from_bot]
    assert not [text for text in said if TROUBLE in text]
    assert name in said[0]


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_customer_of_any_name_is_kept_found_and_opened(either_office: Office, name: str) -> None:
    office = either_office
    row = customers(office)["钱总"]
    await office.said("钱总")
    await press(office, "p:edit:*")
    await press(office, f"p:field:{row.id}:name")
    await office.said(name)
    kept = customers(office)
    await office.said(f"/customers {name.split(maxsplit=1)[0]}")
    await press(office, f"p:open:{row.id}")

    assert name in kept
    assert name in office.phone().last.text
    assert len(kept) == 6


@pytest.mark.parametrize("text", [*HOSTILE, "他说<b>贵</b>，& “太贵” {price}"])
async def test_an_answer_of_any_shape_is_kept_as_it_was_written(office: Office, text: str) -> None:
    await office.said("/new")
    await office.said(f"他问：{text}")
    answers = [message.text for message in office.phone().messages if message.from_bot]
    row = office.db.read_now(interviews.mine, person(office).id or 0, 1)

    assert row is not None
    assert interviews.state(row)["turns"][0][2] == f"他问：{text}"
    assert not [answer for answer in answers if TROUBLE in answer]


async def test_direction_marks_are_taken_out_of_names_and_answers(office: Office) -> None:
    await office.said("/new 王\u202e总\u200b")
    await office.said("他\u202e问了\u200f价格\u2066")
    row = office.db.read_now(interviews.mine, person(office).id or 0, 1)

    assert row is not None
    assert row.name == "王总"
    assert interviews.state(row)["turns"][0][2] == "他问了价格"


async def test_a_family_of_emoji_in_a_name_stays_whole(office: Office) -> None:
    await office.said("/new 王总👨\u200d👩\u200d👧")

    assert "王总👨\u200d👩\u200d👧" in office.phone().last.text


async def test_an_unknown_command_is_named_as_such(office: Office) -> None:
    await office.said(VAGUE)
    before = current(office)
    answer = await office.said("/frobnicate 王总")

    assert "没有这个命令" in answer
    assert current(office) == before


async def test_an_edited_message_changes_nothing(office: Office) -> None:
    phone = office.phone()
    message = await phone.say(VAGUE)
    await phone.settled()
    before, said = current(office), len(phone.messages)
    await phone.edit(message.id, "别的话")
    await phone.settled()

    assert current(office) == before
    assert len(phone.messages) == said


async def test_a_typed_choice_is_a_tapped_one(office: Office) -> None:
    await office.said(VAGUE)
    row = current(office)
    assert row is not None
    question = office.service.desk.system.questions[interviews.state(row)["asking"]]
    await office.said("2")

    after = office.db.read_now(interviews.mine, person(office).id or 0, row.id or 0)
    assert after is not None
    assert interviews.state(after)["turns"][1] == [question.id, question.choices[1].id, None]


# --- cancel -----------------------------------------------------------------------------------------------------------


async def test_a_number_where_nothing_is_asked_is_said_to_choose_nothing(office: Office) -> None:
    await office.said(VAGUE)
    await answered_as(office, "silent")
    said = await office.said("1")

    assert current(office) is None
    assert "没有等着选的问题" in said


async def test_cancel_puts_down_first_what_is_waited_for_then_the_interview(office: Office) -> None:
    await office.said(VAGUE)
    await office.said("/settings")
    await press(office, "s:page:push")
    await press(office, "s:ask:push")
    await office.said("/cancel")
    still = current(office)
    await office.said("/cancel")
    over = current(office)
    answer = await office.said("/cancel")

    assert still is not None
    assert over is None
    assert person(office).awaiting == ""
    assert "没有" in answer


# --- a sentence about somebody while one value is waited for ----------------------------------------------------------

SENTENCE = "他今天问了三家的价格，还要看检测报告"


async def told(office: Office, text: str) -> list[Message]:
    """What the bot says to a text."""
    before = len(office.phone().messages)
    await office.said(text)
    return [message for message in office.phone().messages[before:] if message.from_bot]


@pytest.mark.parametrize(
    ("buttons", "waits", "value"),
    [
        (("p:edit:*", "p:field:*:next_contact_on"), "edit", "下周三"),
        (("p:edit:*", "p:field:*:every_days"), "edit", "两周"),
        (("d:list:*", "d:ask:*:birthday"), "day", "3月10日"),
        (("f:open:*", "f:facts:*", "f:fill:*:debt"), "fill", "三万五"),
    ],
)
async def test_a_description_is_judged_while_a_value_is_waited_for_and_the_value_is_taken_afterwards(
    office: Office, buttons: tuple[str, ...], waits: str, value: str
) -> None:
    await office.said("钱总")
    for button in buttons:
        await press(office, button)
    waiting = person(office).awaiting
    before = customers(office)["钱总"].next_contact_on
    said = [message.html for message in await told(office, SENTENCE)]
    meanwhile = customers(office)["钱总"].next_contact_on
    await office.said(value)

    assert waiting.startswith(f"{waits}:")
    assert "分析型" in said[0]
    assert "还等着你" in said[-1]
    assert meanwhile == before
    assert person(office).awaiting == ""
    assert TROUBLE not in office.phone().last.html


async def test_what_is_no_value_answers_the_interview_that_began_meanwhile(office: Office) -> None:
    await office.said("钱总")
    await press(office, "p:edit:*")
    await press(office, "p:field:*:next_contact_on")
    await office.said("进门先看了一圈，问三句才回一句")
    before = current(office)
    await office.said("没怎么说话")
    after = current(office)
    await office.said("下周三")

    assert before is not None
    assert after is None or after.version > before.version
    assert str(customers(office)["钱总"].next_contact_on) == "2026-12-02"


async def test_a_sentence_about_another_customer_is_theirs(office: Office) -> None:
    await office.said("钱总")
    await press(office, "d:list:*")
    await press(office, "d:ask:*:birthday")
    noted = [message.html for message in await told(office, "王建国 欠款3万")]
    await office.said("3月10日")

    assert "记下了：欠款 3 万元" in noted[0]
    assert "“生日”还等着你" in noted[-1]
    assert "记下生日：3月10日" in office.phone().last.text


async def test_a_date_with_a_description_is_taken_and_the_description_judged(office: Office) -> None:
    await office.said("钱总")
    await press(office, "p:edit:*")
    await press(office, "p:field:*:next_contact_on")
    said = [message.html for message in await told(office, "下周三吧，他嫌贵，一直砍价，零头都要抹")]

    assert "下次联系日期改好了" in said[0]
    assert "杀价型" in said[-1]
    assert str(customers(office)["钱总"].next_contact_on) == "2026-12-02"
    assert person(office).awaiting == ""


async def test_a_description_of_today_is_no_reminder_for_today(office: Office) -> None:
    await office.said("/remind 钱总")
    said = [message.html for message in await told(office, SENTENCE)]
    await office.said("后天问他")

    assert "分析型" in said[0]
    assert "“哪天提醒”还等着你" in said[-1]
    assert "后天" in office.phone().last.text


async def test_thanks_are_answered_and_the_value_is_still_waited_for(office: Office) -> None:
    await office.said("钱总")
    await press(office, "d:list:*")
    await press(office, "d:ask:*:birthday")
    thanked = await told(office, "谢谢啦")
    refused = await office.said("不知道")

    assert "在呢" in thanked[0].html
    assert "没看懂" in refused
    assert person(office).awaiting.startswith("day:")


async def test_a_description_is_nobodys_name(office: Office) -> None:
    await office.said(VAGUE)
    await press(office, "i:*:stop")
    await press(office, "i:*:save")
    await office.said("进门先看了一圈，问三句才回一句")
    await office.said("马师傅，做瓦工的，一直砍价")

    assert "马师傅" in customers(office)
    assert len(customers(office)) == 7
