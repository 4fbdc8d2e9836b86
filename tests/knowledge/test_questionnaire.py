"""Questionnaires: ticking, the sums, how they are read, and what is said about a file with faults."""

from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import questionnaire as machine
from knowledge.errors import Faults
from knowledge.files import AxesFile, RanksFile, Subject
from knowledge.questionnaire import Questionnaire, Result, Sheet, score
from knowledge.systems import Systems, load_systems
from knowledge.tree import DATA

SYSTEMS = load_systems()


def of(id: str) -> Questionnaire:
    """A shipped questionnaire."""
    found = SYSTEMS.test(id)
    assert found is not None
    return found[1]


ANIMAL, STYLE, SERVICE = of("animal"), of("social_style"), of("service_style")
EVERY = {"animal": ANIMAL, "social_style": STYLE, "service_style": SERVICE}


def summed(test: Questionnaire, blank: Mapping[str, int] | None = None, **points: int) -> Sheet:
    """A sheet by which each sum comes to so many points, with the last items of a sum left blank."""
    given: dict[str, str | None] = {}
    for sum, wanted in points.items():
        items = [item for item in test.items if item.sum == sum]
        open = (blank or {}).get(sum, 0)
        left = wanted - open * test.blank.points
        for at, item in enumerate(items):
            if at >= len(items) - open:
                given[item.id] = None
                continue
            after = len(items) - open - at - 1
            lowest = min(option.points for option in item.options)
            best = max((o for o in item.options if o.points <= left - after * lowest), key=lambda o: o.points)
            given[item.id], left = best.key, left - best.points
        assert left == 0, f"{sum} cannot come to {wanted}"
    return Sheet(given, "")


def animals(tiger: int, peacock: int, koala: int, owl: int, chameleon: int, whom: Subject = "customer") -> Result:
    """What these sums come to."""
    sheet = summed(ANIMAL, tiger=tiger, peacock=peacock, koala=koala, owl=owl, chameleon=chameleon)
    return score(ANIMAL, sheet, whom)


# --- the shipped files ------------------------------------------------------------------------------------------------


def test_three_tests_are_shipped() -> None:
    assert SYSTEMS.tested == ("animal", "service_style", "social_style")
    assert {id: (test.kind, len(test.items), len(test.sums)) for id, test in EVERY.items()} == {
        "animal": ("scale", 30, 5),
        "social_style": ("choice", 18, 2),
        "service_style": ("scale", 12, 2),
    }
    assert SERVICE.whom == {"self"}
    assert ANIMAL.whom == STYLE.whom == {"self", "customer"}


def test_a_system_without_a_test_has_none() -> None:
    assert SYSTEMS.test("behavior") is None
    assert SYSTEMS.test("nothing") is None
    assert SYSTEMS["behavior"].questionnaire is None


@pytest.mark.parametrize("id", EVERY)
def test_every_item_can_be_answered_both_ways(id: str) -> None:
    for item in EVERY[id].items:
        assert len({option.points for option in item.options}) == len(item.options), item.id
        assert len({option.zh for option in item.options}) == len(item.options), item.id


def test_a_reverse_item_counts_from_the_other_end() -> None:
    straight, reverse = SERVICE.by_id["s01"], SERVICE.by_id["s04"]

    assert (straight.options[0].zh, straight.options[0].points) == ("总是这样", 5)
    assert [(option.zh, option.points) for option in reverse.options] == [
        ("总是这样", 1),
        ("多半这样", 2),
        ("一半一半", 3),
        ("偶尔这样", 4),
        ("从不这样", 5),
    ]


# --- ticking ----------------------------------------------------------------------------------------------------------


def test_the_items_come_one_after_the_other() -> None:
    sheet = machine.begin(ANIMAL)
    seen = []
    while sheet.at:
        seen.append(sheet.at)
        sheet = machine.answer(sheet, "3", ANIMAL) or sheet

    assert seen == [item.id for item in ANIMAL.items]


def test_after_going_back_the_first_item_not_seen_follows() -> None:
    sheet = Sheet({"q01": "5", "q02": "4", "q03": None}, "q04")
    back = machine.back(machine.back(sheet, ANIMAL) or sheet, ANIMAL)
    assert back is not None
    after = machine.answer(back, "1", ANIMAL)

    assert back.at == "q02"
    assert after == Sheet({"q01": "5", "q02": "1", "q03": None}, "q04")


def test_there_is_nothing_before_the_first_item() -> None:
    assert machine.back(machine.begin(ANIMAL), ANIMAL) is None


def test_an_answer_that_the_item_has_not_is_refused() -> None:
    assert machine.answer(machine.begin(ANIMAL), "6", ANIMAL) is None
    assert machine.answer(Sheet({}, ""), "5", ANIMAL) is None


def test_blank_items_are_filled_one_after_the_other() -> None:
    ticked = dict.fromkeys((item.id for item in SERVICE.items), "3")
    sheet = Sheet({**ticked, "s02": None, "s07": None, "s12": None}, "")
    filled = machine.fill(sheet, SERVICE)
    assert filled is not None
    second = machine.answer(filled, "5", SERVICE)
    assert second is not None
    third = machine.answer(second, None, SERVICE)
    assert third is not None
    end = machine.answer(third, "1", SERVICE)

    assert [filled.at, second.at, third.at, end and end.at] == ["s02", "s07", "s12", ""]
    assert end is not None
    assert end.blank == ("s07",)
    assert machine.fill(Sheet(ticked, ""), SERVICE) is None


def test_what_a_questionnaire_does_not_know_any_more_is_left_out() -> None:
    told = {"at": "gone", "given": {"q01": "5", "q02": "9", "gone": "1", "q03": None}}

    assert machine.restore(told, ANIMAL) == Sheet({"q01": "5", "q03": None}, "q02")


verbs = st.lists(st.sampled_from(["1", "2", "3", "4", "5", None, "back", "fill"]), max_size=60)


@given(verbs)
def test_whatever_is_tapped_a_sheet_stays_whole_and_survives_a_round_trip(taps: list[str | None]) -> None:
    sheet = machine.begin(SERVICE)
    for tap in taps:
        if tap in {"back", "fill"}:
            after = machine.back(sheet, SERVICE) if tap == "back" else machine.fill(sheet, SERVICE)
        else:
            after = machine.answer(sheet, tap, SERVICE)
        sheet = after or sheet

        assert not sheet.at or sheet.at in SERVICE.by_id
        assert sheet.at or len(sheet.given) == len(SERVICE.items)
    assert machine.restore(machine.dump(sheet), SERVICE) == sheet


# --- ranks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sums", "types", "said"),
    [
        ((22, 18, 18, 18, 18), ("chameleon",), "各项分数差不多"),  # 4 between highest and lowest: flat
        ((22, 18, 18, 18, 17), ("tiger",), "老虎这一项比别的高出一截"),
        ((24, 20, 12, 15, 19), ("tiger",), "高出一截"),  # a lead of exactly 4
        ((24, 21, 12, 15, 17), ("tiger", "peacock"), "老虎和孔雀都高，别的低一截"),
        ((24, 22, 21, 15, 17), ("tiger", "peacock", "koala"), "老虎、孔雀、考拉差不多高"),
        ((24, 22, 20, 18, 16), ("tiger", "peacock"), "可跟后面的差得不多"),
        (
            (24, 22, 20, 18, 14),
            ("tiger", "peacock"),
            "可跟后面的差得不多",
        ),  # a gap behind the fourth: none
        ((15, 15, 24, 15, 24), ("koala", "chameleon"), "考拉和变色龙都高"),  # ties keep the order of the file
        ((6, 6, 6, 6, 6), ("chameleon",), "各项分数差不多"),
    ],
)
def test_the_first_rule_that_fits_reads_the_five_sums(
    sums: tuple[int, int, int, int, int], types: tuple[str, ...], said: str
) -> None:
    found = animals(*sums)

    assert found.types == types
    assert said in found.why[0]


def test_a_very_low_sum_is_named() -> None:
    assert "考拉、猫头鹰这一项特别低，少用那一套跟他谈。" in animals(24, 18, 12, 6, 13).why
    assert not any("特别低" in why for why in animals(24, 18, 13, 14, 13).why)


def test_a_result_of_oneself_is_said_to_oneself() -> None:
    found = animals(24, 18, 12, 18, 18, "self")

    assert found.why == ("老虎这一项比别的高出一截，你就是老虎的路数。", "考拉这一项特别低，这就是你该补的一课。")


points = st.integers(6, 30)


@given(st.tuples(points, points, points, points, points))
def test_the_types_of_a_ranking_are_the_highest_and_what_is_left_out_is_lower(
    sums: tuple[int, int, int, int, int],
) -> None:
    found = animals(*sums)
    assert isinstance(ANIMAL.reading, RanksFile)
    told = dict(zip(ANIMAL.sums, sums, strict=True))
    ordered = sorted(sums, reverse=True)
    leading = [told[type] for type in found.types]

    if ordered[0] - ordered[-1] <= ANIMAL.reading.flat_spread:
        assert found.types == ("chameleon",)
        return
    assert leading == ordered[: len(leading)]
    gap = leading[-1] - ordered[len(leading)]
    assert gap >= ANIMAL.reading.lead or "差得不多" in found.why[0]


@pytest.mark.parametrize(("open", "enough"), [(0, True), (6, True), (7, False)])
def test_more_blank_items_than_allowed_come_to_nothing(open: int, enough: bool) -> None:
    blank = {"tiger": min(open, 6), "owl": max(0, open - 6)}
    sheet = summed(
        ANIMAL, blank, tiger=(6 - blank["tiger"]) * 5 + blank["tiger"] * 3, peacock=12, koala=12, owl=18, chameleon=12
    )
    found = score(ANIMAL, sheet, "customer")

    assert found.enough == enough
    assert bool(found.types) == enough
    assert found.blank == open
    if open:
        assert f"漏了{open}题" in found.why[-1]


# --- axes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assertive", "responsive", "type"),
    [
        (5, 4, "dominant"),
        (5, 5, "expressive"),
        (4, 5, "amiable"),
        (4, 4, "analytical"),
        (9, 0, "dominant"),
        (9, 9, "expressive"),
        (0, 9, "amiable"),
        (0, 0, "analytical"),
    ],
)
def test_the_quarter_of_two_sums_is_the_type(assertive: int, responsive: int, type: str) -> None:
    found = score(STYLE, summed(STYLE, assertive=assertive, responsive=responsive), "customer")

    assert found.types == (type,)
    assert f"果断性{assertive}分，情感性{responsive}分" in found.why[0]


@pytest.mark.parametrize(
    ("assertive", "responsive", "near", "strong"),
    [
        (4, 9, ("expressive",), False),
        (5, 9, ("amiable",), False),
        (4, 4, ("dominant", "amiable"), False),
        (6, 8, (), False),
        (7, 8, (), True),
        (2, 7, (), True),
        (3, 7, (), False),
    ],
)
def test_close_to_a_cut_both_neighbours_are_said_and_far_from_both_it_is_marked(
    assertive: int, responsive: int, near: tuple[str, ...], strong: bool
) -> None:
    found = score(STYLE, summed(STYLE, assertive=assertive, responsive=responsive), "customer")

    assert found.near == near
    assert sum("也沾边" in why for why in found.why) == len(near)
    assert any("很鲜明" in why for why in found.why) == strong


@pytest.mark.parametrize(
    ("personal", "procedural", "type", "said"),
    [
        (21, 25, "excellent", "待人刚刚过线，松一松就退回“按部就班型”。"),
        (20, 25, "orderly", "待人差1分过线，补上就到“优质服务型”。"),
        (22, 22, "excellent", "章法刚刚过线，松一松就退回“热情友好型”。"),
        (23, 19, "friendly", ""),
        (6, 6, "indifferent", ""),
    ],
)
def test_the_service_map_says_how_far_the_line_is(personal: int, procedural: int, type: str, said: str) -> None:
    found = score(SERVICE, summed(SERVICE, personal=personal, procedural=procedural), "self")

    assert found.types == (type,)
    assert said in found.why if said else found.near == ()


def test_an_axis_with_three_blank_items_is_left_open() -> None:
    found = score(STYLE, summed(STYLE, {"responsive": 3}, assertive=8, responsive=6), "customer")

    assert not found.enough
    assert found.types == ("expressive", "dominant")
    assert found.why == ("情感性漏了3题，这条轴先不下结论，补答再算。",)


def test_with_both_axes_open_nothing_is_said_of_the_type() -> None:
    found = score(STYLE, Sheet({}, "contact"), "customer")

    assert (found.enough, found.types, len(found.why)) == (False, (), 2)


def test_blank_items_that_could_carry_a_sum_across_the_cut_are_said_so() -> None:
    found = score(STYLE, summed(STYLE, {"responsive": 2}, assertive=8, responsive=3), "customer")

    assert found.types == ("dominant",)
    assert found.near == ("expressive",)
    assert "情感性漏了2题，补上也许就到“表达型”了。" in found.why
    assert found.why[-1] == "漏了2题，不计分。"


@given(st.data())
def test_every_sheet_of_every_questionnaire_has_a_reading(data: st.DataObject) -> None:
    id = data.draw(st.sampled_from(sorted(EVERY)))
    test = EVERY[id]
    given = {
        item.id: data.draw(st.sampled_from([None, *(option.key for option in item.options)])) for item in test.items
    }
    for whom in test.whom:
        found = score(test, Sheet(given, ""), whom)

        assert found.why
        assert found.types or not found.enough
        assert set(found.types) | set(found.near) <= set(test.types)
        assert not any("{" in why for why in found.why)
        for one in found.sums:
            assert one.lowest <= one.least <= one.most <= one.highest
            assert 0 <= one.share(10) <= 10


@given(st.integers(0, 9), st.integers(1, 9), st.integers(1, 8))
def test_a_place_on_a_line_is_in_the_half_of_its_side(points: int, high: int, half: int) -> None:
    cell = machine.Sum("x", "x", points, 0, 9, 0, points, points).cell(high, half)

    assert (half <= cell < 2 * half) if points >= high else (0 <= cell < half)


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the three systems and the facts."""
    for name in ("animal", "service_style", "facts"):
        copytree(DATA / name, tmp_path / name)
    return tmp_path


def changed(data: Path, system: str, change: Callable[[str], str]) -> None:
    """Change the questionnaire of a system."""
    path = data / system / "questionnaire.toml"
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")


def faults_of(data: Path) -> tuple[str, ...]:
    """What loading is refused with."""
    with pytest.raises(Faults) as refused:
        list(load_systems(data))
    return refused.value.faults


AN, SE = "animal", "service_style"
BAD = {  # fault: (system, what is replaced once, by what, what is said)
    "unknown kind": (AN, 'kind = "scale"', 'kind = "guess"', "kind: 不在允许的几种写法里"),
    "misspelt key": (AN, "flat_spread = 4", "flat_spred = 4", "ranks.flat_spred: 没有这一项"),
    "nobody to ask": (SE, 'whom = ["self"]', "whom = []", "whom: 条数太少"),
    "choice without pairs": (SE, 'kind = "scale"', 'kind = "choice"', "item[0]: choice 的题要写 a、b 和 counts"),
    "choice with ranks": (AN, 'kind = "scale"', 'kind = "choice"', "kind: choice 的题只能配两条轴"),
    "same points": (SE, "points = 4", "points = 5", "answer: scale 至少要两个答案，分数不能重复"),
    "same item": (SE, 'id = "s02"', 'id = "s01"', "item[1].id: 编号“s01”重复"),
    "unknown sum": (SE, 'sum = "personal"', 'sum = "person"', "item[0].sum: 没有“person”这一项分数"),
    "uneven sums": (AN, 'sum = "owl"', 'sum = "tiger"', "item: 各类型的题数要一样多"),
    "unknown type of a quarter": (SE, 'type = "orderly"', 'type = "tidy"', "axes.quarter[0].type: 没有“tidy”"),
    "two types in one quarter": (SE, '["low", "high"]', '["low", "low"]', "axes.quarter: 四格要正好是"),
    "one type in two quarters": (SE, 'type = "orderly"', 'type = "friendly"', "axes.quarter: 一个类型只能占一格"),
    "a cut out of reach": (SE, "high = 21 ", "high = 31 ", "axes.axis[0].high: 这项分数在 6 到 30 之间"),
    "near the wrong way round": (SE, "near = [20, 22]", "near = [22, 20]", "axes.axis[0].near: 要从小到大"),
    "unknown animal": (AN, '"koala", "owl"', '"bear", "owl"', "ranks.order: 没有“bear”这个类型"),
    "the same animal twice": (AN, '"koala", "owl"', '"owl", "owl"', "ranks.order: 类型重复"),
    "a flat type that is none": (AN, 'flat_type = "chameleon"', 'flat_type = "cat"', "ranks.flat_type: 要是 order 里"),
    "nothing said of customers": (AN, "[ranks.said.customer]", "[ranks.said.others]", "ranks.said.others.[key]: 不在"),
    "a gap that nothing fills": (AN, "{first}这一项", "{fist}这一项", "ranks.said.customer.one: 没有 {fist} 可填"),
    "an open brace": (SE, "眼下落在“{type}”", "眼下落在“{type”", "axes.text: 花括号不成对"),
    "a numbered gap": (AN, "是{who}，", "是{}，", "ask: 没有 {} 可填，可用 {who}"),
    "a sum in a refusal of all": (AN, "漏了{count}题，太多了", "{sum}太多了", "blank.refuse: 没有 {sum} 可填"),
    "no reading at all": (SE, "[axes]", "[extra]", "extra: 没有这一项"),
    "a yes that is none": (SE, "reverse = true\n", 'reverse = "yes"\n', "reverse: 要写成 true 或 false"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_file_is_refused_by_path_and_key(data: Path, fault: str) -> None:
    system, old, new, said = BAD[fault]
    changed(data, system, lambda text: text.replace(old, new, 1))

    faults = faults_of(data)

    assert any(f"{system}/questionnaire.toml: {said}" in one or said in one for one in faults), faults
    assert all(one.startswith(f"{system}/questionnaire.toml: ") for one in faults)


def test_a_test_without_its_questionnaire_is_refused(data: Path) -> None:
    (data / "animal" / "questionnaire.toml").unlink()

    assert faults_of(data) == ("animal/questionnaire.toml: 读不到这个文件",)


def test_all_faults_of_both_files_are_said_at_once(data: Path) -> None:
    changed(data, AN, lambda text: text.replace('id = "q02"', 'id = "q01"').replace("{who}", "{whom}"))
    changed(data, SE, lambda text: text.replace("high = 21 ", "high = 3 ").replace('"orderly"', '"tidy"'))

    faults = faults_of(data)

    assert [fault.split(": ")[1] for fault in faults] == [
        "item[1].id",
        "ask",
        "axes.quarter[0].type",
        "axes.axis[0].high",
    ]


def test_a_file_that_reads_its_sums_in_no_way_or_in_both_is_refused(data: Path) -> None:
    axes = (data / SE / "questionnaire.toml").read_text(encoding="utf-8")
    changed(data, AN, lambda text: text + axes[axes.index("[axes]") :])
    changed(data, SE, lambda text: text[: text.index("[axes]")])

    faults = faults_of(data)

    assert sum("要写一种，也只能写一种" in fault for fault in faults) == 2


def test_the_shipped_axes_and_ranks_are_read_as_such(systems: Systems) -> None:
    kinds = {id: type(found[1].reading) for id in systems.tested if (found := systems.test(id))}

    assert kinds == {"animal": RanksFile, "service_style": AxesFile, "social_style": AxesFile}
