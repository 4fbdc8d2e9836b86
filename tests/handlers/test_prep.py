"""The brief before a visit, as conversations."""

from tests.conftest import Office
from tests.handlers.conftest import golden, press, taps


async def test_everything_at_hand_before_a_visit(office: Office) -> None:
    await office.said("/prep 王建国")
    card = office.phone().last.html

    assert "分析型" in card
    assert "送检测报告" in card
    golden("prep", office.phone().transcript())


async def test_the_customers_card_leads_to_the_brief(office: Office) -> None:
    await office.said("赵大海")
    card = await press(office, "p:prep:*")

    assert "见 赵大海 前" in card


async def test_without_a_name_customers_are_offered(office: Office) -> None:
    await office.said("/prep")
    card = await press(office, "p:prep:*")

    assert "见 " in card
    await office.said("/prep 谁也不是")
    assert "没有叫“谁也不是”的客户" in office.phone().last.html


async def test_an_open_complaint_and_the_people_stand_on_it(office: Office) -> None:
    await office.said("/visit 王建国 投诉送货晚了两天")
    await press(office, "k:open:*")
    await office.said("王建国")
    await press(office, "h:map:*")
    await press(office, "h:add:*")
    await office.said("李工 技术科 影响大 跟我们近 拍板")
    await office.said("/prep 王建国")
    card = office.phone().last.html

    assert "送货晚了两天" in card
    assert "李工" in card


async def test_what_a_person_decides_is_said_in_words(office: Office) -> None:
    await office.said("王建国")
    await press(office, "h:map:*")
    await press(office, "h:add:*")
    await office.said("李工 采购 拍板")
    await office.said("/prep 王建国")

    assert "李工 采购 拍板" in office.phone().last.html
    assert "decides" not in office.phone().last.html


async def test_a_quote_without_an_answer_and_the_end_of_a_trial_stand_on_it(office: Office) -> None:
    await office.said("/visit 王建国 电话报了价，他考虑考虑")
    await office.said("王建国 试用到12月10号")
    await office.said("/prep 王建国")
    card = office.phone().last.html

    assert "周一报的价，还没回话" in card
    assert "📅 试用到期 2026年12月10日" in card


async def test_nobody_elses_customer_is_briefed(office: Office) -> None:
    await office.said("王建国")
    theirs = next(
        button.data for row in office.phone().last.buttons for button in row if button.data.startswith("p:prep:")
    )
    await office.said("/customers", 1002)
    await taps(office, (office.phone(1002).last.id, theirs), telegram_id=1002)
    await office.said("/prep 王建国", 1002)

    assert "检测报告" not in office.phone(1002).transcript()


async def test_questions_are_those_of_the_scene_and_of_the_type_and_go_deeper_with_every_contact(
    office: Office,
) -> None:
    first = await _questions(office)
    for scene in ("store", "members"):
        await office.said("/settings")
        await press(office, "s:scenes")
        await press(office, f"s:scene:{scene}")
        other = await _questions(office)
        assert not set(first[:2]) & set(other[:2])
        assert other[2] == first[2]  # the type's own
    await office.said("/visit 王建国 看了报告，说再比比")
    later = await _questions(office)

    assert later[0] == other[1]
    assert later[2] != other[2]


async def _questions(office: Office) -> list[str]:
    """The questions of the brief about one customer."""
    await office.said("/prep 王建国")
    _, _, after = office.phone().last.html.partition("问三句")
    return [line.removeprefix("·").strip() for line in after.splitlines()[1:4]]
