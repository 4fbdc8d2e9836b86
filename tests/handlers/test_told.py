"""Sentences about customers on record: carried out, or offered, whatever else is going on."""

import pytest

from store import facts, interviews, visits
from tests.conftest import Office
from tests.handlers.conftest import TROUBLE, current, customers, data_of, labels, person, press, taps

SHARP = "他嫌贵，一直砍价，零头都要抹，拿同行压我"
FRIEND = "王建国"


def debt(office: Office, name: str = FRIEND) -> object:
    """What a customer owes."""
    return office.db.read_now(facts.known, customers(office)[name].id or 0).get("debt", (None, None))[0]


def notes(office: Office, name: str = FRIEND) -> list[str]:
    """The notes of the contacts with a customer, the newest first."""
    return [one.note for one in office.db.read_now(visits.latest, customers(office)[name].id or 0, 9)]


async def answers(office: Office, text: str) -> list[str]:
    """Everything that the bot says to a text."""
    before = len(office.phone().messages)
    await office.said(text)
    return [message.text for message in office.phone().messages[before:] if message.from_bot]


# --- while a question is open -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("王建国 欠款5万", "记下了：欠款 5 万元"),
        ("王建国 下周四问合同", "12月3日 周四 提醒你联系 王建国"),
        ("王建国生日3月11日", "记下生日：3月11日"),
        ("钱总 年成交额80万", "记下了：年成交额 80 万元"),
        ("赵大海 后天把计划书发她", "后天 提醒你联系 赵大海"),
        ("赵大海 成交了", "记下成交"),
        ("赵大海改成A级", "等级改成 A 级"),
    ],
)
async def test_a_sentence_about_another_customer_is_carried_out_and_the_question_stays_open(
    office: Office, text: str, told: str
) -> None:
    await office.said("/new 林总")
    before = current(office)
    said = await answers(office, text)

    assert told in said[0]
    assert "林总" in said[-1]
    assert current(office) == before


async def test_what_may_be_an_answer_or_a_note_of_another_customer_is_asked(office: Office) -> None:
    await office.said("/new 林总")
    said = await answers(office, "王建国 电话聊了报价")
    await press(office, "said:*:visit")
    noted = notes(office)[0]
    open_ = current(office)

    assert "是说这位客户的，还是在回答上面那一问？" in said[0]
    assert "林总" in said[-1]
    assert noted == "电话聊了报价"
    assert open_ is not None
    assert open_.name == "林总"


async def test_a_sentence_with_another_customers_name_can_be_the_answer(office: Office) -> None:
    await office.said("/new 林总")
    await office.said("王建国 一直砍价，零头都要抹")
    await press(office, "said:*:answer")

    assert "林总 像是 杀价型" in office.phone().last.text
    assert notes(office)[0] != "一直砍价，零头都要抹"


async def test_a_description_that_begins_with_the_name_of_the_interviews_own_customer_is_an_answer(
    office: Office,
) -> None:
    await office.said("/new 王建国")
    await office.said("王建国 一直砍价，零头都要抹")
    own = office.phone().last.text
    await office.said("/new 林总")
    await office.said("林总 一直砍价，零头都要抹")

    assert "王建国 像是 杀价型" in own
    assert "林总 像是 杀价型" in office.phone().last.text


async def test_a_sentence_about_one_of_several_of_a_name_is_carried_out_for_the_one_that_is_chosen(
    office: Office,
) -> None:
    await office.said("王建国 13700000000 宏达机械")
    await press(office, "i:*:stop")
    await press(office, "i:*:save")
    await press(office, "p:other:*")
    await office.said("王建国 欠款5万")
    asked = labels(office)
    await office.tapped("王建国 · 宏达机械")

    assert asked == ["王建国 · 华鑫建材", "王建国 · 宏达机械"]
    assert "欠款 5 万元" in office.phone().last.text
    assert "宏达机械" in office.phone().last.text


# --- changes on the record --------------------------------------------------------------------------------------------


async def test_a_telephone_number_and_a_grade_are_changed(office: Office) -> None:
    await office.said("王建国电话改成13912345679")
    await office.said("王建国改成C级")
    row = customers(office)[FRIEND]

    assert (row.phone, row.phone_key, row.grade) == ("13912345679", "13912345679", "C")
    assert current(office) is None


async def test_several_changes_in_one_sentence_are_all_made(office: Office) -> None:
    await office.said("王建国 改成B级，电话改成13912345679，欠款5万")
    row = customers(office)[FRIEND]

    assert (row.grade, row.phone, debt(office)) == ("B", "13912345679", 50000)


async def test_a_debt_that_was_paid_is_gone(office: Office) -> None:
    await office.said("王建国 欠款5万")
    await office.said("王建国还清了")

    assert debt(office) == 0


async def test_what_was_paid_back_is_taken_off_the_debt(office: Office) -> None:
    await office.said("王建国 欠款5万")
    said = await office.said("王建国还了3万")

    assert "欠款 2 万元（原来 5 万元）" in said
    assert debt(office) == 20000


async def test_more_than_is_owed_changes_nothing_and_is_offered(office: Office) -> None:
    said = await office.said("王建国还了3万")
    await press(office, "said:*:note")

    assert "没记过他有欠款" in said
    assert debt(office) is None
    assert "还了3万" in customers(office)[FRIEND].notes


# --- what describes nobody --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["王建国 爱喝龙井", "王建国 爱人怀孕了 预产期3月", "昨天去了王建国家 她老公也在"])
async def test_what_describes_nobody_is_offered_and_not_judged(office: Office, text: str) -> None:
    await office.said(text)

    assert labels(office) == ["✅ 记一次联系", "🗒 记为备注", "🔎 判断类型"]
    assert current(office) is None
    await press(office, "said:*:visit")
    assert notes(office)[0] in text
    assert "还没看出" not in office.phone().last.text


async def test_an_offered_sentence_is_kept_as_a_note_once(office: Office) -> None:
    await office.said("王建国 爱喝龙井")
    offered = data_of(office, "said:*:note")
    await taps(office, offered, offered)

    assert customers(office)[FRIEND].notes.count("爱喝龙井") == 1
    assert "记在备注里" in next(one.text for one in office.phone().messages if one.id == offered[0])


async def test_an_offered_plan_is_no_contact_and_is_not_said_to_be_one(office: Office) -> None:
    before = customers(office)[FRIEND].last_contact_at
    await office.said("王建国 准备请他吃饭")
    offered = data_of(office, "said:*:visit")
    await taps(office, offered)
    settled = next(one.text for one in office.phone().messages if one.id == offered[0])

    assert "还没做，记成提醒" in settled
    assert "记为一次联系" not in settled
    assert "没算联系" in office.phone().last.text
    assert customers(office)[FRIEND].last_contact_at == before


async def test_an_offered_sentence_can_be_judged_after_all(office: Office) -> None:
    await office.said("王建国 爱喝龙井")
    await press(office, "said:*:judge")
    row = current(office)

    assert row is not None
    assert row.prospect_id == customers(office)[FRIEND].id
    assert "❓" in office.phone().last.text


async def test_what_sounds_like_a_complaint_can_be_opened_as_one(office: Office) -> None:
    await office.said("王建国 投诉送货晚了")
    card = await press(office, "k:open:*")

    assert "送货晚了" in card
    assert "还没看出" not in card


async def test_a_description_of_a_customer_is_judged_without_the_name(office: Office) -> None:
    await office.said("王建国 一直砍价")

    assert "王建国 像是 杀价型" in office.phone().last.text


# --- who it is, and how they are --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "type"),
    [
        ("李工 13511113333 宏达机械 进门就砍价 拿同行压我", "李工", "杀价型"),
        ("李工 宏达机械 13511113333 张口就要降价", "李工", "杀价型"),
        ("13511113333 赵经理 宏达机械 脾气大 一说价格就拍桌子", "赵经理", "暴躁型"),
    ],
)
async def test_number_and_company_do_not_water_down_a_judgement_and_are_kept_with_the_customer(
    office: Office, text: str, name: str, type: str
) -> None:
    said = await office.said(text)
    if current(office) is not None:
        await press(office, "i:*:stop")
    await press(office, "i:*:save")
    row = customers(office)[name]

    assert type in said
    assert "13511113333" not in said
    assert (row.phone, row.company) == ("13511113333", "宏达机械")


async def test_a_name_with_number_and_company_answers_the_open_question_of_nobody(office: Office) -> None:
    await office.said("/new")
    said = await office.said("李工 13511113333 宏达机械 张口就要降价")
    await press(office, "i:*:save")

    assert "李工 像是 <b>杀价型</b>" in said
    assert customers(office)["李工"].company == "宏达机械"


async def test_somebody_else_with_a_number_is_no_answer_about_the_first(office: Office) -> None:
    await office.said("/new 林总")
    await office.said("李工 13511113333 宏达机械 张口就要降价")

    assert "李工 像是 杀价型" in office.phone().last.text


async def test_a_namesake_of_another_company_changes_nobody(office: Office) -> None:
    before = customers(office)[FRIEND].phone
    await office.said("王建国 13700000000 宏达机械 一直砍价")

    assert customers(office)[FRIEND].phone == before
    assert "王建国 像是 杀价型" in office.phone().last.text


async def test_a_number_with_a_description_of_a_known_customer_is_kept(office: Office) -> None:
    await office.said("13511113333 王建国 一直砍价")

    assert customers(office)[FRIEND].phone == "13511113333"
    assert "王建国 像是 杀价型" in office.phone().last.text


# --- corrections ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("不对 他是分析型", "分析型"),
        ("不对 他其实是冲动型", "冲动型"),
        ("改成分析型", "分析型"),
        ("其实是沉默型", "沉默型"),
    ],
)
async def test_a_type_named_right_after_a_result_corrects_it(office: Office, text: str, type: str) -> None:
    await office.said(SHARP)
    said = await office.said(text)
    found = office.db.read_now(interviews.corrected, 1)

    assert f"改成 <b>{type}</b>（原来判断是杀价型）" in said
    assert found is not None
    assert (found.said, found.person_id) == ("bargainer", person(office).id)


async def test_a_bare_denial_asks_which_type_it_is(office: Office) -> None:
    await office.said(SHARP)
    said = await office.said("不对")
    await press(office, "i:*:t:shrewd")

    assert "你觉得是哪一型" in said
    assert "改成 <b>精明型</b>" in office.phone().last.html


async def test_a_type_named_long_after_is_no_correction(office: Office) -> None:
    await office.said(SHARP)
    office.clock.forward(hours=2)
    await office.said("其实是沉默型")

    assert office.db.read_now(interviews.corrected, 1) is None


async def test_words_that_put_right_what_was_said_can_be_added_to_the_result(office: Office) -> None:
    await office.said("一说价格就拍桌子，急得很，等不了")
    await office.said("不是拍桌子 是拍大腿 他挺高兴的")
    asked = labels(office)
    await press(office, "said:*:add:*")
    row = office.db.read_now(interviews.mine, person(office).id or 0, 1)

    assert asked == ["📝 补给刚才那位", "👤 说的是另一位"]
    assert row is not None
    assert [text for _, _, text in interviews.state(row)["turns"]] == ["一说价格就拍大腿，急得很，等不了", "他挺高兴的"]
    assert TROUBLE not in office.phone().last.text


async def test_words_like_a_correction_can_be_about_somebody_else(office: Office) -> None:
    await office.said(SHARP)
    await office.said("不是很爱说话，是问三句才回一句那种")
    await press(office, "said:*:judge")
    first = office.db.read_now(interviews.mine, person(office).id or 0, 1)

    assert first is not None
    assert len(interviews.state(first)["turns"]) == 1
    assert "沉默型" in office.phone().last.text


# --- questions to us --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("欠款超过十万的有哪些", "欠款超过 10 万元"),
        ("谁没联系", "30 天没联系"),
        ("本月没联系的客户", "本月没联系"),
        ("客户嫌贵怎么办", "异议处理"),
        ("怎么跟沉默型的客户聊", "沉默型"),
        ("王建国最近怎么样", "👤 王建国"),
        ("杀价型", "性格行为型"),
    ],
)
async def test_a_question_is_answered_and_nobody_judged(office: Office, text: str, told: str) -> None:
    await office.said(text)

    assert told in office.phone().last.text
    assert current(office) is None


async def test_a_manager_asks_how_a_reps_week_is(office: Office) -> None:
    await office.said("小周这周怎么样", 1003)
    manager = office.phone(1003).last
    await office.said("小周这周怎么样", 1001)

    assert "小周" in (manager.text or manager.html)
    assert "❓" not in manager.text
    assert current(office, 1003) is None


async def test_a_question_of_ours_stays_open_after_one_to_us(office: Office) -> None:
    await office.said("/new 林总")
    said = await answers(office, "怎么跟沉默型的客户聊")

    assert "沉默型" in said[0]
    assert "林总" in said[-1]


@pytest.mark.parametrize("text", ["谁都不信", "他问我怎么办", "没怎么说话"])
async def test_a_description_worded_like_a_question_is_judged(office: Office, text: str) -> None:
    await office.said(text)
    begun = office.db.read_now(interviews.mine, person(office).id or 0, 1)

    assert begun is not None
    assert interviews.state(begun)["turns"][0][2] == text


async def test_a_sentence_of_somebody_elses_cannot_be_kept(office: Office) -> None:
    await office.said("王建国 爱喝龙井")
    _, data = data_of(office, "said:*:note")
    await office.said("/customers", 1002)
    await taps(office, (office.phone(1002).last.id, data), telegram_id=1002)

    assert "爱喝龙井" not in customers(office)[FRIEND].notes
