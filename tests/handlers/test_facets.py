"""A customer seen through the systems of a scene, as whole conversations."""

import re
from pathlib import Path

import pytest

from bot.config import Config, KnowledgeSection
from knowledge.scenes import load_conflicts, load_scenes, strangers
from knowledge.systems import RuleSystem, Systems, load_systems
from tests.conftest import Office, StoppedClock, at_work
from tests.handlers.conftest import answered_as, customers, data_of, golden, labels, press, taps


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
    await press(office, "f:ask:*:abc_value*")
    await office.said("挺多的")
    assert "没看懂" in office.phone().last.html
    await office.said("120万")

    assert "关键客户" in office.phone().last.html
    assert "白金" in office.phone().last.html  # it was lacking for that as well


async def test_the_long_view_stays_after_an_answer_and_after_none(office: Office) -> None:
    await saved(office, "马师傅")
    await press(office, "f:open:*")
    short = office.phone().last.text
    long = await press(office, "f:all:*")
    await press(office, "f:ask:*:close_grade:all")
    await press(office, "f:set:*:close_months:0:all")
    await press(office, "f:set:*:has_system:1:all")
    answered = await press(office, "f:set:*:started:0:all")
    await press(office, "f:ask:*:abc_value:all")
    typed = await office.said("120万")
    await press(office, "f:ask:*:all")
    back = await press(office, "f:all:*")

    names = [set(re.findall(r"<b>(\w+)</b>", shown)) for shown in (long, answered, typed, back)]
    assert short.count("还差") < long.count("还差")
    assert all(shown == names[0] for shown in names)
    assert "还有" not in str(labels(office))


async def test_what_several_systems_lack_is_asked_for_once(office: Office) -> None:
    await office.said("周阿姨")
    await press(office, "f:open:*")
    text = await press(office, "f:all:*")
    shown = [label for label in labels(office) if label.startswith("✍️")]

    assert text.count("还差：年成交额") > 1
    assert len(shown) == len(set(shown))
    assert "✍️ 年成交额" in shown


async def test_a_number_that_is_left_open_is_not_waited_for(office: Office) -> None:
    await saved(office, "马师傅")
    await press(office, "f:open:*")
    await press(office, "f:ask:*:close_grade")
    await press(office, "f:open:*")
    await office.said("开口就问最低多少，零头也要抹")

    assert "没看懂" not in office.phone().last.html
    assert "杀价" in office.phone().last.html


async def test_what_is_owed_is_said_in_a_sentence_and_changed_on_the_page(office: Office) -> None:
    await saved(office, "马师傅")
    await office.said("马师傅欠款3万5，积分 1200")
    await office.said("马师傅 还欠 2 万")
    await press(office, "f:open:*")
    await press(office, "f:facts:*")
    await press(office, "f:fill:*:points")
    await office.said("好多分")
    await office.said("860")
    await press(office, "f:open:*")
    await press(office, "f:facts:*")
    await press(office, "f:fill:*:debt")
    await press(office, "f:put:*:debt:0")
    await office.said("马师傅")

    golden("balance", office.phone().transcript().partition("小李> 马师傅欠款3万5")[2])


async def test_what_is_owed_is_found_by_the_list_and_told_before_the_visit(office: Office) -> None:
    await saved(office, "马师傅")
    await office.said("马师傅 欠款3万")
    assert "欠款 3 万元" in await office.said("/prep 马师傅")
    await office.said("/list 有欠款")
    assert "马师傅" in " ".join(labels(office))
    await office.said("马师傅 欠款都结清了")
    assert "欠款" not in await office.said("/prep 马师傅")
    await office.said("/list 有欠款")

    assert "马师傅" not in " ".join(labels(office))


async def test_an_amount_that_is_left_open_on_the_page_is_not_waited_for(office: Office) -> None:
    await saved(office, "马师傅")
    await press(office, "f:open:*")
    await press(office, "f:facts:*")
    await press(office, "f:fill:*:debt")
    await press(office, "f:facts:*")
    await office.said("开口就问最低多少，零头也要抹")

    assert "杀价" in office.phone().last.html


async def test_an_amount_is_told_as_a_range_and_said_to_be_about_its_middle(office: Office) -> None:
    await saved(office, "马师傅")
    told = await office.said("马师傅 年成交额两三百万")
    exact = await office.said("马师傅 年成交额一百二十万，欠款十几万")

    assert "年成交额 约 250 万元" in told
    assert "年成交额 120 万元（原来 约 250 万元），欠款 约 15 万元" in exact
    assert "欠款 约 15 万元" in await office.said("/prep 马师傅")


async def test_a_sentence_about_the_expected_close_grades_the_customer(office: Office) -> None:
    await saved(office, "马师傅")
    await office.said("马师傅 已有同类 还没有，开始选型 已经在选")
    assert customers(office)["马师傅"].grade == ""
    await office.said("马师傅 预计成交3个月")

    assert customers(office)["马师傅"].grade == "A"


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
        await press(office, "f:ask:*:abc_value*")
        await office.said(amount)
    await saved(office, "小金")
    await office.said("/abc")
    await office.said("/map")

    golden("ranking", office.phone().transcript().rpartition("小李> /abc")[2])


@pytest.mark.parametrize(
    "data",
    [
        "f:open:999",
        "f:open:x",
        "f:open",
        "f:set:1:close_grade:close_months:99",
        "f:ask:1:no",
        "f:fill:1:no",
        "f:fill:1:close_months",
        "f:put:1:close_months:0",
        "f:put:1:debt:9",
        "f:put:1:debt:x",
        "f:fill:999:debt",
    ],
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
    for fact in systems.facts:
        assert len(f"f:drop:9999999:{fact}") <= len(f"f:fill:9999999:{fact}:9") <= 64


def test_scenes_and_conflicts_name_what_exists() -> None:
    systems = load_systems()

    assert len(load_scenes(systems)) == 6
    assert strangers(load_conflicts(), systems) == []


def team_system(folder: Path) -> Path:
    """A system of rules of the team's own with a fact and a scene of its own."""
    home = folder / "pupil"
    (home / "types").mkdir(parents=True)
    (folder / "facts").mkdir()
    (home / "system.toml").write_text(
        'id = "pupil"\nzh = "学员"\nkind = "rule"\nabout = "在不在校"\nsource = []\n', encoding="utf-8"
    )
    for id, zh in (("inside", "在校生"), ("outside", "校外生")):
        card = '[card]\nessence = "照他的时间来。"\ndo = ["先问课表。"]\ndont = ["别催。"]\nsay = ["您哪天有空？"]\n'
        (home / "types" / f"{id}.toml").write_text(
            f'id = "{id}"\nzh = "{zh}"\naliases = []\ndefinition = "看他在不在校。"\nsource = []\n'
            f'origin = "extended"\n{card}',
            encoding="utf-8",
        )
    (home / "rules.toml").write_text(
        'needs = ["at_school"]\n'
        '[[rule]]\ntype = "inside"\nwhen = [["at_school", "=", true]]\nwhy = "还在上学"\n'
        '[[rule]]\ntype = "outside"\nwhen = [["at_school", "=", false]]\nwhy = "已经不上学了"\n',
        encoding="utf-8",
    )
    (folder / "facts" / "ours.toml").write_text(
        '[[fact]]\nid = "at_school"\nzh = "在校"\nask = "他还在上学吗？"\nkind = "flag"\nlasts = 365\n'
        'choices = [{ value = true, zh = "在上" }, { value = false, zh = "不上了" }]\n',
        encoding="utf-8",
    )
    (folder / "scenes.toml").write_text(
        '[[scene]]\nid = "tutoring"\nzh = "培训机构"\nabout = "先看在不在校"\n'
        'systems = ["pupil", "spend_tier", "behavior"]\n',
        encoding="utf-8",
    )
    return folder


async def test_a_teams_scene_system_fact_and_threshold_from_the_settings_to_the_card(
    lite: str, clock: StoppedClock, systems: Systems, tmp_path: Path
) -> None:
    own = KnowledgeSection(folder=str(team_system(tmp_path / "team")), limits={"spend_tier": {"diamond": 3_000_000.0}})
    async with at_work(lite, clock, systems, config=Config(knowledge=own)) as office:
        await saved(office, "马师傅")
        await office.said("/settings")
        await press(office, "s:scenes")
        await press(office, "s:scene:tutoring")
        await office.said("马师傅")
        await press(office, "f:open:*")
        await press(office, "f:ask:*:pupil")
        await press(office, "f:set:*:pupil:at_school:0")
        await press(office, "f:ask:*:spend_tier")
        await office.said("320万")
        card = office.phone().last.text

    assert "马师傅　培训机构" in card
    assert "学员　在校生\n　还在上学" in card
    assert "用量等级　钻石客户\n　最近一年成交 320 万元，到了 300 万元" in card


async def test_an_interview_in_a_system_that_the_team_took_away_again_is_left_alone(office: Office) -> None:
    await saved(office, "马师傅")
    await press(office, "f:open:*")
    await press(office, "f:judge:*:buyer_role")
    stale = data_of(office, "i:*")
    with office.db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE interview SET system = 'gone' WHERE system = 'buyer_role'")
    await taps(office, stale)
    answer = await office.said("开口就问最低多少，零头也要抹")

    assert "杀价" in answer
