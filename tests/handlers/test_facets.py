"""A customer seen through the systems of a scene, as whole conversations."""

import pytest

from knowledge.scenes import load_conflicts, load_scenes, strangers
from knowledge.systems import RuleSystem, load_systems
from tests.conftest import Office
from tests.handlers.conftest import answered_as, customers, data_of, golden, press, taps


async def saved(office: Office, name: str) -> None:
    """A customer on record."""
    await office.said(f"/new {name}")
    await office.said("话不多，看了一会儿，问他也就点点头")
    await answered_as(office, "silent")
    await press(office, "i:*:save")
    await press(office, "p:graded:*:-")


async def test_what_is_lacking_is_asked_for_until_the_grade_is_known(office: Office) -> None:
    await saved(office, "马师傅")
    await press(office, "f:open:*")
    await press(office, "f:ask:*:close_grade")
    await press(office, "f:set:*:close_months:0")
    await press(office, "f:set:*:has_system:1")
    card = await press(office, "f:set:*:started:0")

    assert "A 级" in card
    assert customers(office)["马师傅"].grade == "A"
    await press(office, "f:facts:*")
    await press(office, "f:drop:*:started")
    await press(office, "f:open:*")
    assert "还差：开始选型" in office.phone().last.html
    golden("facets", office.phone().transcript())


async def test_numbers_may_be_typed_and_what_is_not_understood_is_asked_again(office: Office) -> None:
    await saved(office, "马师傅")
    await press(office, "f:open:*")
    await press(office, "f:all:*")
    await press(office, "f:ask:*:spend_tier")
    await office.said("挺多的")
    assert "没看懂" in office.phone().last.html
    await office.said("120万")

    assert "白金" in office.phone().last.html


async def test_a_number_that_is_left_open_is_not_waited_for(office: Office) -> None:
    await saved(office, "马师傅")
    await press(office, "f:open:*")
    await press(office, "f:ask:*:close_grade")
    await press(office, "f:open:*")
    await office.said("开口就问最低多少，零头也要抹")

    assert "没看懂" not in office.phone().last.html
    assert "杀价" in office.phone().last.html


async def test_another_system_is_asked_about_and_its_type_is_kept(office: Office) -> None:
    await saved(office, "马师傅")
    await press(office, "f:open:*")
    await press(office, "f:judge:*:buyer_role")
    await office.said("他说公司的钱不是他的，能省一分是一分，每样都要我写清楚给老板看")
    await answered_as(office, "task")
    await press(office, "i:*:save")
    await press(office, "f:open:*")

    assert "问答判断的" in office.phone().last.html
    assert customers(office)["马师傅"].type_id == "silent"


async def test_a_scene_is_chosen_in_the_settings(office: Office) -> None:
    await saved(office, "马师傅")
    await office.said("/settings")
    await press(office, "s:scenes")
    await press(office, "s:scene:store")
    assert "门店零售" in office.phone().last.html
    await office.said("马师傅")
    await press(office, "f:open:*")

    assert "进店顾客" in office.phone().last.html


async def test_customers_are_ranked_and_placed(office: Office) -> None:
    for name, amount in (("马师傅", "120万"), ("刘姐", "20万"), ("丁老板", "3万")):
        await saved(office, name)
        await press(office, "f:open:*")
        await press(office, "f:all:*")
        await press(office, "f:ask:*:spend_tier")
        await office.said(amount)
    await saved(office, "小金")
    await office.said("/abc")
    await office.said("/map")

    golden("ranking", office.phone().transcript().rpartition("小李> /abc")[2])


@pytest.mark.parametrize(
    "data", ["f:open:999", "f:open:x", "f:open", "f:set:1:close_grade:close_months:99", "f:ask:1:no"]
)
async def test_made_up_buttons_do_nothing(office: Office, data: str) -> None:
    await saved(office, "马师傅")
    await press(office, "f:open:*")
    message, good = data_of(office, "f:ask:*")
    own = good.split(":")[2]
    await taps(office, (message, data.replace(":1:", f":{own}:")))

    assert customers(office)["马师傅"].grade == ""


async def test_nobody_elses_customer_is_shown(office: Office) -> None:
    await saved(office, "马师傅")
    theirs = data_of(office, "f:open:*")[1]
    await office.said("/customers", 1002)
    await taps(office, (office.phone(1002).last.id, theirs), telegram_id=1002)

    assert "马师傅" not in office.phone(1002).transcript()


def test_every_button_of_a_fact_fits_into_telegrams_64_bytes() -> None:
    systems = load_systems()
    for system in systems:
        if isinstance(system, RuleSystem):
            for fact in system.needs:
                assert len(f"f:set:9999999:{system.id}:{fact}:9") <= 64


def test_scenes_and_conflicts_name_what_exists() -> None:
    systems = load_systems()

    assert len(load_scenes(systems)) == 6
    assert strangers(load_conflicts(), systems) == []
