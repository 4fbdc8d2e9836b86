"""Questionnaires: `/test` for oneself and for a customer, put down, taken up again, tapped twice, and kept."""

import re
from random import Random

import pytest
from sqlmodel import Session, select

from knowledge import questionnaire as machine
from knowledge.systems import Systems
from store import quizzes
from store.tables import Prospect, Quiz
from tests.conftest import Office, StoppedClock, at_work
from tests.handlers.conftest import customers, data_of, delivered, golden, labels, press, raw_update, taps


def rows(office: Office) -> list[Quiz]:
    """Every sheet."""
    with Session(office.db.engine) as session:
        return list(session.exec(select(Quiz).order_by(Quiz.id)))  # type: ignore[arg-type]


def sheet(office: Office, at: int = -1) -> machine.Sheet:
    """One of the sheets."""
    row = rows(office)[at]
    found = office.service.desk.systems.test(row.system)
    assert found is not None
    return machine.restore(quizzes.sheet(row), found[1])


async def ticked(office: Office, answers: dict[str, str | None], most: int = 60, who: int = 1001) -> int:
    """Answer the item at hand, one after the other, as told by item or by what it counts for; how many."""
    for count in range(most):
        now = sheet(office)
        if not now.at:
            return count
        system = rows(office)[-1].system
        test = office.service.desk.systems.test(system)
        assert test is not None
        item = test[1].by_id[now.at]
        key = answers.get(item.id, answers.get(item.sum, "3"))
        await press(office, "q:*:skip" if key is None else f"q:*:a:{item.id}:{key}", who)
    return most


def high(office: Office, **points: int) -> dict[str, str | None]:
    """Answers of the A/B test by which each axis comes to so many points."""
    found = office.service.desk.systems.test("social_style")
    assert found is not None
    left, given = dict(points), {}
    for item in found[1].items:
        counts = next(option.key for option in item.options if option.points == (1 if left[item.sum] > 0 else 0))
        left[item.sum] -= 1
        given[item.id] = counts
    return given


def abridged(text: str) -> str:
    """A transcript without the items in the middle, which read like the others."""
    parts = re.split(r"(?m)^(?=小李)", text)
    middle = [bool(re.search(r"改了.*\n    第 ([3-9]|1\d|2\d)/\d+ 题", part)) for part in parts]
    kept = [
        part if not skipped else "" if before else "……\n"
        for part, skipped, before in zip(parts, middle, [False, *middle], strict=False)
    ]
    return "".join(kept)


async def test_a_customer_is_tested_from_the_first_item_to_the_card(office: Office) -> None:
    await office.said("/test 王建国")
    await press(office, "q:go:social_style:*")
    first = office.phone().last.id
    answers = high(office, assertive=7, responsive=4)
    await ticked(office, answers, most=3)
    await press(office, "q:*:back")
    await press(office, "q:*:back")
    await ticked(office, answers, most=2)
    await ticked(office, {**answers, "gestures": None})

    assert office.phone().last.id == first
    assert "支配型" in office.phone().last.html
    await press(office, "a:social_style:dominant")
    await press(office, "p:open:*")
    assert "🧪 测过：支配型（沟通风格，今天）" in office.phone().last.text
    golden("test_of_a_customer", abridged(office.phone().transcript()))


async def test_a_rep_tests_himself_puts_it_down_and_goes_on_days_later(office: Office) -> None:
    await office.said("/test")
    await press(office, "q:go:animal:0")
    await ticked(office, {"tiger": "5"}, most=6)
    await press(office, "q:*:pause")
    office.clock.forward(days=4)
    await office.said("/test")
    await press(office, "q:go:animal:0")
    await ticked(office, {"tiger": "5", "koala": "1", "owl": "4", "q22": None})
    office.clock.forward(days=40)
    await press(office, "q:again:animal:0")
    await ticked(office, {})
    await press(office, "q:past:animal:0")

    assert [bool(row.done_at) for row in rows(office)] == [True, True]
    golden("test_of_oneself", abridged(office.phone().transcript()))


async def test_the_service_map_shows_the_place(office: Office) -> None:
    await office.said("/test")
    await press(office, "q:go:service_style:0")
    await ticked(office, {"personal": "4", "s05": "2", "s09": "3", "procedural": "3", "s12": None})

    assert office.phone().last.media
    assert "在右下边“热情友好型”那一格" in office.phone().last.text
    golden("test_of_service", abridged(office.phone().transcript()))


async def test_too_many_blanks_come_to_no_result_until_they_are_filled(office: Office) -> None:
    await office.said("/test 钱总")
    await press(office, "q:go:animal:*")
    await ticked(office, {"owl": None, "q05": None})
    without = office.phone().last.text
    card = await office.said("钱总")
    await office.said("/test 钱总")
    await press(office, "q:go:animal:*")
    await press(office, "q:*:fill")
    filled = await ticked(office, {"owl": "5", "q05": "4"})

    assert "漏了7题，太多了" in without
    assert "测过" not in card
    assert filled == 7
    assert "像 猫头鹰" in office.phone().last.text
    golden("test_with_blanks", without + "\n\n" + office.phone().last.text + "\n")


async def test_an_axis_with_blanks_is_left_open_and_said_so(office: Office) -> None:
    await office.said("/test 钱总")
    await press(office, "q:go:social_style:*")
    answers = high(office, assertive=9, responsive=9)
    await ticked(office, {**answers, "contact": None, "own_time": None, "strays": None})

    assert "情感性漏了3题，这条轴先不下结论" in office.phone().last.text
    assert "表达型或者支配型" in office.phone().last.text
    assert rows(office)[-1].done_at is None


async def test_a_few_blanks_can_be_filled_after_the_result(office: Office) -> None:
    await office.said("/test")
    await press(office, "q:go:animal:0")
    await ticked(office, {"q01": None, "q30": None, "tiger": "5"})
    told = office.phone().last.text
    await press(office, "q:*:fill")
    kept = rows(office)[-1].done_at
    await ticked(office, {"q01": "5", "q30": "5"})

    assert "漏了2题，每题按3分算" in told
    assert kept is not None
    assert "漏了" not in office.phone().last.text
    assert sheet(office).blank == ()


# --- taps -------------------------------------------------------------------------------------------------------------


async def begun(office: Office) -> None:
    """The animal test of oneself, at its first item."""
    await office.said("/test")
    await press(office, "q:go:animal:0")


async def test_two_taps_on_one_answer_are_one_answer(either_office: Office) -> None:
    office = either_office
    await begun(office)
    tap = data_of(office, "q:*:a:q01:5")
    await taps(office, tap, tap)

    assert sheet(office) == machine.Sheet({"q01": "5"}, "q02")
    assert "第 2/30 题" in office.phone().last.text
    assert office.phone().toasts == ["这一题已经记下了。"]


async def test_two_different_answers_at_once_count_the_first(office: Office) -> None:
    await begun(office)
    id, data = data_of(office, "q:*:a:q01:5")
    await taps(office, (id, data), (id, data.replace(":5", ":1")))

    assert sheet(office).given == {"q01": "5"}
    assert rows(office)[-1].version == 2


async def test_two_taps_that_begin_a_test_begin_one(office: Office) -> None:
    await office.said("/test")
    tap = data_of(office, "q:go:animal:0")
    await taps(office, tap, tap)
    await ticked(office, {})
    again = data_of(office, "q:again:animal:0")
    await taps(office, again, again)

    assert len(rows(office)) == 2
    assert office.phone().toasts[-1] == "已经开始了，看最新的那条消息。"


async def test_an_answer_delivered_twice_counts_once(either_office: Office) -> None:
    office = either_office
    await begun(office)
    await office.phone().tap_data(*data_of(office, "q:*:a:q01:5"))
    raw = raw_update(office)
    await office.phone().settled()
    await delivered(office, raw)

    assert sheet(office) == machine.Sheet({"q01": "5"}, "q02")
    assert rows(office)[-1].version == 2


@pytest.mark.parametrize(
    "data",
    [
        "q:",
        "q:go",
        "q:go:behavior:0",
        "q:go:nothing:0",
        "q:go:animal:999",
        "q:go:animal:x",
        "q:go:animal:-1",
        "q:for:0",
        "q:for:²",
        "q:0:1:a:q01:5",
        "q:1:1:a:q02:5",
        "q:1:1:a:q01:9",
        "q:1:1:a:q01",
        "q:1:1:back",
        "q:1:1:shout",
        "q:1:1",
        "q:²:1:skip",
        "q:99999999999:1:skip",
    ],
)
async def test_made_up_data_changes_nothing(office: Office, data: str) -> None:
    await begun(office)
    before = [repr(row) for row in rows(office)]
    await taps(office, (office.phone().last.id, data))

    assert [repr(row) for row in rows(office)] == before
    assert len(office.phone().toasts) == 1


async def test_the_rep_s_own_check_is_not_for_customers(office: Office) -> None:
    id = customers(office)["钱总"].id
    await office.said("/test 钱总")
    offered = labels(office)
    await taps(office, (office.phone().last.id, f"q:go:service_style:{id}"))

    assert not any("服务" in label for label in offered)
    assert office.phone().toasts == ["这一份只给自己做。"]
    assert rows(office) == []


async def test_nobody_reaches_the_sheet_or_the_customer_of_a_colleague(office: Office) -> None:
    theirs = next(iter(customers(office, 1002).values()))
    await begun(office)
    _, data = data_of(office, "q:*:a:q01:5")
    await office.said("/test", 1002)
    await taps(office, (office.phone(1002).last.id, data), telegram_id=1002)
    await taps(
        office, (office.phone().last.id, f"q:go:animal:{theirs.id}"), (office.phone().last.id, f"q:for:{theirs.id}")
    )

    assert sheet(office).given == {}
    assert len(rows(office)) == 1
    assert theirs.name not in office.phone().transcript()


# --- whom -------------------------------------------------------------------------------------------------------------


async def test_a_part_of_a_name_or_a_choice_from_the_list_is_enough(office: Office) -> None:
    assert "王建国" in await office.said("/test 建国")
    assert "王建国" in await office.said("/test 华鑫")
    await office.said("/test")
    await press(office, "q:whom")
    await press(office, f"q:for:{customers(office)['刘芳'].id}")
    assert "刘芳" in office.phone().last.text
    assert "没有叫“查无此人”的客户" in await office.said("/test 查无此人")


async def test_several_customers_of_the_words_are_told_apart(office: Office) -> None:
    with Session(office.db.engine) as session:
        for name in ("刘芳", "孙老师"):
            row = session.get_one(Prospect, customers(office)[name].id)
            row.name, row.name_key = "王总", "王总"
        session.commit()
    await office.said("/test 王总")

    assert sum(label.startswith("王总") for label in labels(office)) == 2


async def test_a_deleted_customer_takes_the_test_along(office: Office) -> None:
    await office.said("/test 钱总")
    await press(office, "q:go:animal:*")
    tap = data_of(office, "q:*:a:q01:5")
    await office.said("钱总")
    await press(office, "p:edit:*")
    await press(office, "p:erase:*")
    await press(office, "p:erased:*")
    await taps(office, tap)

    assert rows(office) == []
    assert "过期" in office.phone().toasts[-1]


async def test_a_result_goes_with_the_customer_to_the_colleague(office: Office) -> None:
    id = customers(office)["钱总"].id
    await office.said("/test 钱总")
    await press(office, "q:go:animal:*")
    await ticked(office, {"tiger": "5"})
    await office.said("钱总")
    await press(office, "p:edit:*")
    await press(office, "r:give:*")
    await press(office, f"r:given:{id}:*")
    card = await office.said("钱总", 1002)
    await office.said("/test 钱总", 1002)
    await press(office, "q:go:animal:*", 1002)

    assert "测过：老虎" in card
    assert "像 老虎" in office.phone(1002).last.text


# --- what lasts -------------------------------------------------------------------------------------------------------


async def test_the_place_survives_a_restart(lite: str, clock: StoppedClock, systems: Systems) -> None:
    async with at_work(lite, clock, systems) as office:
        await begun(office)
        await ticked(office, {"tiger": "4"}, most=9)
        before = sheet(office)
    async with at_work(lite, clock, systems, filled=False) as office:
        office.sandbox.world.journal.set("next_update_id", 900_000_001)
        await office.said("/test")
        await press(office, "q:go:animal:0")
        after = sheet(office)
        asked = office.phone().last.text
        await ticked(office, {"tiger": "4"})

        assert after == before
        assert "第 10/30 题" in asked
        assert len(sheet(office).given) == 30


async def test_two_processes_cannot_fork_a_sheet(url: str, clock: StoppedClock, systems: Systems) -> None:
    async with at_work(url, clock, systems) as first, at_work(url, clock, systems, filled=False) as second:
        second.sandbox.world.journal.set("next_update_id", 900_000_001)
        await first.said("/test")
        await press(first, "q:go:animal:0")
        await second.said("/test")
        await press(second, "q:go:animal:0")
        for number in range(1, 6):
            row = rows(first)[0]
            for office, key in ((first, "5"), (second, "1")):
                await office.phone().tap_data(office.phone().last.id, f"q:{row.id}:{row.version}:a:q{number:02}:{key}")
            for office in (first, second):
                await office.phone().settled()

            assert rows(first)[0].version == number + 1
            assert len(sheet(first).given) == number
        assert len(rows(first)) == 1


async def test_any_walk_through_a_test_ends_in_a_card(office: Office) -> None:
    dice = Random(7)
    await begun(office)
    for _ in range(80):
        if not sheet(office).at:
            break
        verbs = [b.data for row in office.phone().last.buttons for b in row if b.data and not b.data.endswith("pause")]
        await taps(office, (office.phone().last.id, dice.choice([*verbs, *verbs[:5] * 3])))

    assert "动物性格测试" in office.phone().last.text
    assert len([row for row in rows(office) if row.done_at is None]) <= 1
