"""Practice: a whole drill, what comes again, replies in own words, the theme and who took part; any state, any tap."""

from datetime import timedelta
from random import Random

import pytest
from sqlmodel import Session, col, select

from knowledge import drill as machine
from knowledge.drill import RECOGNISE, REPLY, UNKNOWN, WRITE, Drill, Item, Key
from knowledge.systems import Systems
from store import practice
from store.tables import DrillRow, MemoryRow, Person, Practice, Prospect
from tests.conftest import Office, StoppedClock, at_work
from tests.handlers.conftest import (
    TROUBLE,
    current,
    customers,
    data_of,
    delivered,
    golden,
    labels,
    person,
    press,
    raw_update,
    taps,
)

FITS = "您要是今天定两套，我就去申请送您一年延保，写进合同，七天内不合适能退。"  # whatever the type: most checks hold


def row(office: Office, who: int = 1001) -> DrillRow:
    """Somebody's last drill."""
    with Session(office.db.engine) as session:
        mine = select(DrillRow).where(DrillRow.person_id == person(office, who).id)
        return session.exec(mine.order_by(col(DrillRow.id).desc()).limit(1)).one()


def drill(office: Office, who: int = 1001) -> Drill:
    """Where it stands."""
    return machine.restore(practice.state(row(office, who)))


def item(office: Office, who: int = 1001) -> Item:
    """Its item at hand."""
    found = drill(office, who).item
    assert found is not None
    return found


def memories(office: Office, who: int = 1001) -> dict[Key, machine.Known]:
    """What is remembered of somebody's practice."""
    return office.db.read_now(practice.remembered, person(office, who).id or 0)


async def answered(office: Office, *, right: bool = True, who: int = 1001) -> Item:
    """Answer the item at hand; the item as it was asked."""
    asked = item(office, who)
    if asked.kind == WRITE:
        await office.said(FITS if right else "行", who)
        return asked
    option = asked.right if right else next(option for option in asked.options if option != asked.right)
    await press(office, f"x:*:a:{option}", who)
    return asked


async def done(office: Office, *, right: bool = True, who: int = 1001) -> list[Item]:
    """Answer every item and look at the result; the items as they were asked."""
    asked = []
    while row(office, who).done_at is None:
        asked.append(await answered(office, right=right, who=who))
        await press(office, "x:*:next", who)
    return asked


async def to_the_reply(office: Office, who: int = 1001) -> None:
    """Answer what comes before the reply that is written."""
    while item(office, who).kind != WRITE:
        await answered(office, who=who)
        await press(office, "x:*:next", who)


# --- a whole drill ----------------------------------------------------------------------------------------------------


async def test_a_whole_drill(office: Office) -> None:
    await office.said("/practice")
    await answered(office, right=False)
    await press(office, "x:*:next")
    await press(office, "x:*:hint")
    await answered(office)
    await press(office, "x:*:next")
    await press(office, "x:*:hint")
    await answered(office)
    await press(office, "x:*:next")
    await press(office, f"x:*:a:{UNKNOWN}")
    await press(office, "x:*:next")
    await answered(office)
    await press(office, "x:*:next")
    await press(office, "x:*:hint")
    await office.said("便宜点给您，您别嫌贵，最低七百八。")
    await press(office, "x:*:next")

    assert row(office).done_at is not None
    golden("practice", office.phone().transcript())


async def test_the_theme_of_the_week_and_the_next_customers_are_practised_first(office: Office) -> None:
    mine = {row.type_id for row in customers(office).values()}
    await office.said("/practice")
    items = drill(office).items

    assert [item.kind for item in items] == list(machine.SLOTS)
    assert {next(item for item in items if item.kind == kind).type for kind in machine.SLOTS} == {"bargainer"}
    assert {item.type for item in items} <= mine
    assert "🎯" not in office.phone().last.text  # it would give the type away


async def test_what_is_due_comes_back_when_it_is_due_and_not_before(office: Office) -> None:
    await office.said("/practice")
    first = await done(office, right=False)
    office.clock.forward(days=1)
    await office.said("/practice")
    second = await done(office)
    office.clock.forward(days=1)
    await office.said("/practice")
    before, tonight = memories(office), office.clock.now() + timedelta(hours=15)
    third = await done(office)

    assert {item.key for item in first if item.kind == RECOGNISE} == {i.key for i in second if i.kind == RECOGNISE}
    assert [item.key for item in third if item.key in before and before[item.key].memory.due >= tonight] == []
    assert any(item.key not in before for item in third)
    shown = [(item.key, item.number) for item in (*first, *second) if item.kind == RECOGNISE]
    assert len(set(shown)) == len(shown)  # the same type by another episode


async def test_a_run_is_said_once_a_day(office: Office) -> None:
    await office.said("/practice")
    await done(office)
    first = office.phone().last.text
    await press(office, "x:new")
    await done(office)

    assert "连续 3 天了。" in first
    assert "连续" not in office.phone().last.text


async def test_a_missed_day_is_not_mentioned_and_costs_nothing(office: Office) -> None:
    before = memories(office)
    office.clock.forward(days=10)
    await office.said("/practice")
    await done(office)

    assert "连续" not in office.phone().last.text
    assert "断" not in office.phone().last.text
    assert set(before) <= set(memories(office))


async def test_practising_far_more_than_a_drill_a_day_brings_nothing_new(office: Office) -> None:
    for _ in range(3):
        await office.said("/practice")
        await done(office)

    midnight = office.clock.now() - timedelta(hours=9)
    assert sum(known.met >= midnight for known in memories(office).values()) == machine.NEW_A_DAY


async def test_a_type_can_be_asked_for(office: Office) -> None:
    await office.said("/practice 刁酸")
    first = item(office)
    await office.said("/practice 没有这种人")

    assert (first.kind, first.type) == (RECOGNISE, "tricky")
    assert "没有叫“没有这种人”的类型可以练" in office.phone().last.text


async def test_a_type_put_aside_is_practised(office: Office) -> None:
    await office.said("话不多，看了一会儿，问他也就点点头")
    await press(office, "i:*:stop")
    await press(office, "i:*:later")
    await press(office, "i:*:later")
    with Session(office.db.engine) as session:
        aside = session.exec(select(Practice.type_id).order_by(col(Practice.id))).all()

    assert office.phone().toasts[-1].endswith("已经在练习单里，用 /practice 就能练。")
    assert list(aside) == ["arrogant", "silent"]


# --- the reply in own words -------------------------------------------------------------------------------------------


async def test_a_reply_is_checked_line_by_line_and_not_kept(office: Office) -> None:
    await office.said("/practice 杀价型")
    await to_the_reply(office)
    text = "您要是今天定两套，我就去申请送您一年延保。"
    shown = await office.said(text)

    assert shown.count("✅") == 4
    assert "▫️" not in shown
    assert text not in row(office).state
    assert item(office).outcome == "good"


async def test_what_a_reply_lacks_is_said_with_how_to_do_better(office: Office) -> None:
    await office.said("/practice 杀价型")
    await to_the_reply(office)
    shown = await office.said("最低七百八，你不懂就别买。")

    assert "▫️ 没有一下亮底价" in shown
    assert "▫️ 没有伤人的话" in shown
    assert "底价别先说" in shown


async def test_what_was_typed_is_shown_as_it_was_typed(office: Office) -> None:
    await office.said("/practice")
    await to_the_reply(office)
    shown = await office.said("<b>您</b> & {您} 看行吗，您说几号方便")

    assert "&lt;b&gt;您&lt;/b&gt; &amp; {您}" in shown


async def test_a_side_question_does_not_lose_the_place(office: Office) -> None:
    await office.said("/practice")
    await to_the_reply(office)
    await office.said("/advice 杀价")
    await office.said("/today")
    await office.said("王建国")
    card = office.phone().last.text
    await office.said("👍")
    shown = await office.said(FITS)

    assert "华鑫建材" in card
    assert "6/6 写一句" in shown
    assert current(office) is None


async def test_a_reply_that_is_not_written_is_no_answer(office: Office) -> None:
    await office.said("/practice")
    await to_the_reply(office)
    await press(office, "x:*:skip")
    await office.said("话不多，问三句回一句")

    assert item(office).outcome == "skipped"
    assert Key(WRITE, "behavior", "bargainer") not in memories(office)
    assert current(office) is not None  # what is typed now is a description again


# --- any state --------------------------------------------------------------------------------------------------------


async def test_an_interview_keeps_its_place_beside_a_drill(office: Office) -> None:
    await office.said("昨天在店门口碰上一位客户")
    before = current(office)
    await office.said("/practice")
    await answered(office)
    await press(office, "x:*:next")
    await office.said("他话不多，问三句回一句")
    after = current(office)

    assert before is not None
    assert after is not None
    assert (after.id, after.version) == (before.id, before.version + 1)
    assert (drill(office).at, row(office).done_at) == (1, None)


async def test_an_interview_in_the_middle_of_a_reply_leaves_the_drill_where_it_was(office: Office) -> None:
    await office.said("/practice")
    await to_the_reply(office)
    await office.said("/new 老魏")
    await office.said("他话不多，问三句回一句")
    await office.said("/practice")
    shown = await office.said(FITS)

    assert "你写的：" in shown
    assert current(office) is not None


async def test_cancel_leaves_a_drill_and_keeps_what_was_answered(office: Office) -> None:
    await office.said("/practice")
    await answered(office)
    told = await office.said("/cancel")
    nothing = await office.said("/cancel")
    await office.said("/practice")

    assert "答过的 1 题都记着" in told
    assert "手头没有进行到一半的事" in nothing
    assert Key(RECOGNISE, "behavior", "bargainer") in memories(office)
    assert drill(office).at == 0


async def test_cancel_leaves_a_reply_but_not_the_interview_behind_it(office: Office) -> None:
    await office.said("昨天在店门口碰上一位客户")
    await office.said("/practice")
    await to_the_reply(office)
    told = await office.said("/cancel")
    await office.said("他话不多，问三句回一句")

    assert "练习放下了" in told
    assert row(office).done_at is not None
    assert current(office) is not None


async def test_cancel_ends_an_open_interview_before_the_drill(office: Office) -> None:
    await office.said("/practice")
    await office.said("昨天在店门口碰上一位客户")
    await office.said("/cancel")

    assert current(office) is None
    assert row(office).done_at is None


async def test_stopping_early_shows_what_was_answered(office: Office) -> None:
    await office.said("/practice")
    await press(office, "x:*:stop")
    nothing = office.phone().last.text
    await press(office, "x:new")
    await answered(office)
    await press(office, "x:*:stop")

    assert "练习放下了" in nothing
    assert office.phone().last.text.count("再来") == 1
    assert row(office).answered == 1


# --- taps -------------------------------------------------------------------------------------------------------------


async def test_two_taps_on_an_answer_count_once(office: Office) -> None:
    await office.said("/practice")
    tap = data_of(office, f"x:*:a:{item(office).right}")
    await taps(office, tap, tap)

    assert office.phone().toasts == ["这一题已经记下了。"]
    assert memories(office)[item(office).key].seen == 1


async def test_two_taps_on_two_answers_count_the_first(office: Office) -> None:
    await office.said("/practice")
    first, second = (data_of(office, f"x:*:a:{option}") for option in item(office).options[:2])
    await taps(office, first, second)

    assert item(office).chosen == first[1].rpartition(":")[2]
    assert memories(office)[item(office).key].seen == 1


async def test_two_taps_on_again_begin_one_drill(office: Office) -> None:
    await office.said("/practice")
    await done(office)
    tap = data_of(office, "x:new")
    await taps(office, tap, tap)

    with Session(office.db.engine) as session:
        open = session.exec(select(DrillRow).where(col(DrillRow.done_at).is_(None))).all()
    assert len(open) == 1
    assert office.phone().toasts == ["这一组已经出来了。"]


async def test_an_old_button_shows_where_things_stand(office: Office) -> None:
    await office.said("/practice")
    old = data_of(office, f"x:*:a:{UNKNOWN}")
    await answered(office)
    await press(office, "x:*:next")
    await taps(office, old)

    assert "2/6" in office.phone().last.text
    assert "已经过去了" in office.phone().toasts[-1]
    assert not item(office).done


async def test_a_button_of_a_drill_that_is_over_says_so(office: Office) -> None:
    await office.said("/practice")
    old = data_of(office, f"x:*:a:{item(office).right}")
    await office.said("/practice 刁酸")
    await taps(office, old)

    assert office.phone().toasts == ["这一组已经收了，想练再发 /practice"]
    assert drill(office).answered == 0


async def test_an_update_that_comes_again_is_not_counted_again(office: Office) -> None:
    await office.said("/practice")
    asked = item(office)
    phone = office.phone()
    await phone.tap_data(*data_of(office, f"x:*:a:{asked.right}"))
    raw = raw_update(office)
    await phone.settled()
    await delivered(office, raw)

    assert memories(office)[asked.key].seen == 1


async def test_the_place_survives_a_restart(lite: str, clock: StoppedClock, systems: Systems) -> None:
    async with at_work(lite, clock, systems) as office:
        await office.said("/practice")
        await to_the_reply(office)
        before = drill(office)
    async with at_work(lite, clock, systems, filled=False) as office:
        office.sandbox.world.journal.set("next_update_id", 900_000_001)
        shown = await office.said(FITS)

        assert drill(office).items[:5] == before.items[:5]
        assert "你写的：" in shown


async def test_two_processes_cannot_answer_an_item_twice(url: str, clock: StoppedClock, systems: Systems) -> None:
    async with at_work(url, clock, systems) as first, at_work(url, clock, systems, filled=False) as second:
        second.sandbox.world.journal.set("next_update_id", 900_000_001)
        await first.said("/practice")
        await second.said("/practice")
        asked = item(first)
        for office, option in ((first, asked.options[0]), (second, asked.options[1])):
            await office.phone().tap_data(*data_of(office, f"x:*:a:{option}"))
        for office in (first, second):
            await office.phone().settled()

        assert item(first).chosen in asked.options[:2]
        assert memories(first)[asked.key].seen == 1


async def test_any_walk_is_answered(office: Office) -> None:
    dice = Random(11)
    await office.said("/practice")
    for _ in range(60):
        choices = [b.data for row in office.phone().last.buttons for b in row if b.data and b.data.startswith("x:")]
        if not choices:
            await office.said("/practice")
        elif item_kind(office) == WRITE and dice.random() < 0.5:
            await office.said(dice.choice([FITS, "行", "您看什么时候方便"]))
        else:
            await taps(office, (office.phone().last.id, dice.choice(choices)))

    assert TROUBLE not in office.phone().transcript()
    assert len(memories(office)) >= 6


def item_kind(office: Office) -> str:
    """The kind of the item that waits for an answer, "" where none does."""
    at = drill(office).item
    return at.kind if at and not at.done and row(office).done_at is None else ""


# --- nagging ----------------------------------------------------------------------------------------------------------


async def test_the_morning_says_nothing_of_practice_unless_it_is_wanted(office: Office) -> None:
    office.clock.forward(days=1)
    await office.service.tick()
    await office.phone().settled()
    quiet = office.phone().last.text
    await office.said("/settings")
    await press(office, "s:drill:on")
    settings = office.phone().last.text
    office.clock.forward(days=1)
    await office.service.tick()
    await office.phone().settled()
    morning = office.phone().last.text
    await press(office, "x:new")

    assert "练" not in quiet
    assert "提一句“今天练两分钟？”" in settings
    assert "今天练两分钟？" in morning
    assert "1/6" in office.phone().last.text
    await office.said("/settings")
    await press(office, "s:drill:off")
    assert not person(office).drill_line


# --- managers ---------------------------------------------------------------------------------------------------------


async def test_a_manager_sees_who_took_part_and_sets_the_theme(office: Office) -> None:
    await office.said("/practice")
    await done(office, right=False)
    await office.said("/practice", 1003)
    await press(office, "x:topic", 1003)
    await press(office, "x:theme:behavior:tricky", 1003)
    await office.said("/practice 主题 议价型", 1003)
    await office.said("/practice 主题 分析", 1003)
    await office.said("/practice 主题 吝啬", 1003)
    await office.said("/practice 主题 天秤座", 1003)
    await press(office, "x:topic", 1003)
    await press(office, "x:theme", 1003)
    await press(office, "x:new", 1003)

    golden("practice_of_a_team", office.phone(1003).transcript())


async def test_a_theme_reaches_the_reps_of_the_team_at_once(office: Office) -> None:
    await office.said("/practice 主题 刁酸型", 1003)
    await office.said("/practice", 1002)

    assert (item(office, 1002).kind, item(office, 1002).type) == (RECOGNISE, "tricky")


async def test_a_theme_of_another_system_is_practised_too(office: Office) -> None:
    await office.said("/practice 主题 任务型", 1003)
    await office.said("/practice")
    await done(office)

    assert [i.system for i in drill(office).items].count(
        "buyer_role"
    ) == 2  # one exchange: chosen from, not written too
    assert Key(RECOGNISE, "buyer_role", "task") in memories(office)


async def test_where_several_types_are_called_so_the_manager_chooses(office: Office) -> None:
    await office.said("/practice 主题 支配", 1003)
    one = office.phone(1003).last.text
    await office.said("/practice 主题 价", 1003)
    several = labels(office, 1003)
    await press(office, "x:theme:behavior:bargainer", 1003)

    assert "支配型" in one
    assert len(several) > 1
    assert "🎯 本周主题：杀价型" in office.phone(1003).last.text


def as_role(office: Office, role: str) -> None:
    """Make the manager something else, without a team."""
    with Session(office.db.engine) as session:
        row = session.get_one(Person, person(office, 1003).id)
        row.role, row.team_id = role, None
        session.commit()


async def test_an_admin_of_no_team_sees_everybody_and_gives_a_theme_to_all_teams(office: Office) -> None:
    as_role(office, "admin")
    shown = await office.said("/practice", 1003)
    await office.said("/practice 主题 刁酸型", 1003)
    place = office.db.read_now(practice.theme, person(office).team_id, office.clock.now().date())

    assert "全部团队" in shown
    assert "小李" in shown
    assert place == ("behavior", "tricky")


async def test_a_manager_of_no_team_has_nobody_to_give_a_theme_to(office: Office) -> None:
    as_role(office, "manager")
    shown = await office.said("/practice", 1003)
    await press(office, "x:topic", 1003)
    await press(office, "x:theme:behavior:tricky", 1003)
    place = office.db.read_now(practice.theme, person(office).team_id, office.clock.now().date())

    assert "还没有销售" in shown
    assert "你还没有团队" in office.phone(1003).toasts[-1]
    assert place == ("behavior", "bargainer")


async def test_a_rep_without_customers_or_a_team_practises_too(office: Office) -> None:
    with Session(office.db.engine) as session:
        for row in session.exec(select(Prospect).where(Prospect.owner_id == person(office).id)):
            row.owner_id = person(office, 1002).id or 0
        session.get_one(Person, person(office).id).team_id = None
        session.commit()
    await office.said("/practice")

    assert [item.kind for item in drill(office).items] == list(machine.SLOTS)


@pytest.mark.parametrize("said", ["/practice 主题 刁酸型", "/practice 主题"])
async def test_a_rep_sets_no_theme(office: Office, said: str) -> None:
    await office.said(said)
    tap = office.phone().last.id
    for data in ("x:team", "x:topic", "x:theme", "x:theme:behavior:tricky"):
        await taps(office, (tap, data))

    assert "主管" in office.phone().last.text
    assert all("主管" in toast for toast in office.phone().toasts)
    place = office.db.read_now(practice.theme, person(office).team_id, office.clock.now().date())
    assert place == ("behavior", "bargainer")


async def test_a_manager_never_sees_an_answer(office: Office) -> None:
    await office.said("/practice")
    await done(office, right=False)
    drill_id, version = row(office).id, row(office).version
    await office.said("/practice", 1003)
    for verb in ("next", "stop", "hint", f"a:{UNKNOWN}"):
        await taps(office, (office.phone(1003).last.id, f"x:{drill_id}:{version}:{verb}"), telegram_id=1003)

    assert labels(office, 1003) == ["🎯 换主题", "🏋️ 我也练一组"]
    assert "小李　3 天" not in office.phone(1003).last.text  # two of the three days were last week
    assert "小李　1 天 · 1 组" in office.phone(1003).last.text
    assert set(office.phone(1003).toasts) == {"这个按钮已经过期了，看最新的那条消息。"}


async def test_nobody_answers_for_another(office: Office) -> None:
    await office.said("/practice")
    before = row(office)
    await office.said("/help", 1002)
    for verb in ("next", "stop", "hint", f"a:{UNKNOWN}", f"a:{item(office).right}"):
        await taps(office, (office.phone(1002).last.id, f"x:{before.id}:1:{verb}"), telegram_id=1002)

    assert (row(office).version, row(office).state) == (before.version, before.state)
    with Session(office.db.engine) as session:
        theirs = session.exec(select(MemoryRow).where(MemoryRow.person_id == person(office, 1002).id)).all()
    assert len(theirs) == 1  # what the sample gave them


async def test_reply_items_have_one_that_fits(office: Office) -> None:
    await office.said("/practice")
    replies = [item for item in drill(office).items if item.kind == REPLY]

    assert all(sorted(item.options) == ["0", "1", "2"] for item in replies)
