"""From a table to customers: the heading, the rows, who is there already, and the next contact."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.cadence import load_cadence
from knowledge.calendar import is_working
from knowledge.columns import Field, fields
from knowledge.imports import (
    Doubles,
    Draft,
    Heading,
    Known,
    Outcome,
    assigned,
    facts_on,
    find_heading,
    guess,
    met,
    outcome,
    plan_contacts,
    summary,
    taken,
    with_unread,
)
from knowledge.systems import load_systems
from knowledge.table import FORMULA, Cell, Table
from tests.conftest import planner

TODAY = date(2026, 11, 23)
SYSTEMS = load_systems()
FIELDS: Mapping[str, Field] = fields(SYSTEMS, "behavior")
RHYTHMS = planner(SYSTEMS).rhythms


def table(*rows: Sequence[Cell], first: int = 1) -> Table:
    return Table("客户", tuple((number, tuple(row)) for number, row in enumerate(rows, start=first)))


def read(whole: Table) -> Outcome:
    head = find_heading(whole, FIELDS)
    assert head is not None
    return outcome(whole, head, guess(head.cells, FIELDS), FIELDS, TODAY)


# --- the heading ------------------------------------------------------------------------------------------------------


def test_the_heading_may_stand_below_a_title() -> None:
    whole = table(["2026 年客户名单"], ["制表：小李"], ["客户", "电话"], ["王总", "13800000001"])

    assert find_heading(whole, FIELDS) == Heading(3, ("客户", "电话"))


def test_a_merged_heading_of_two_rows_is_taken_together() -> None:
    whole = table(["客户", "联系方式", "", "等级"], ["", "电话", "微信", ""], ["王总", "13800000001", "wx1", "A"])
    found = read(whole)

    assert find_heading(whole, FIELDS) == Heading(2, ("客户", "电话", "微信", "等级"))
    assert [one.told for one in found.drafts] == [
        {"name": "王总", "phone": "13800000001", "wechat": "wx1", "grade": "A"}
    ]


def test_a_row_that_looks_like_a_heading_below_one_does_not_make_it_two() -> None:
    assert find_heading(table(["客户", "公司"], ["王总", "华鑫"], ["李总", "大同"]), FIELDS) == Heading(
        1, ("客户", "公司")
    )


def test_a_table_without_any_known_heading_has_none() -> None:
    assert find_heading(table(["王总", "13800000001"], ["李总", "13800000002"]), FIELDS) is None


@pytest.mark.parametrize(
    ("cells", "ids"),
    [
        (["客户名称", "联系人", "电话"], ["company", "name", "phone"]),
        (["客户名称", "公司", "联系人"], ["name", "company", ""]),
        (["公司名称", "电话"], ["name", "phone"]),
        (["姓名", "电话", "手机"], ["name", "phone", ""]),
        (["重点客户", "客户"], ["", "name"]),
        (["客户", "备注", "说明", "行业", ""], ["name", "notes", "notes", "", ""]),
        (["序号", "客户", "负责人"], ["-", "name", "-"]),
    ],
)
def test_each_column_is_what_its_heading_says_best(cells: list[str], ids: list[str]) -> None:
    assert guess(cells, FIELDS) == ids


@given(st.lists(st.one_of(st.sampled_from([one.zh for one in FIELDS.values()]), st.text(max_size=6)), max_size=30))
def test_no_two_columns_are_the_same_but_notes(cells: list[str]) -> None:
    single = [id for id in guess(cells, FIELDS) if id not in {"", "notes", "-"}]

    assert len(single) == len(set(single))


def test_a_column_that_is_reassigned_is_taken_from_the_other() -> None:
    assert assigned(["name", "phone", ""], 2, "phone") == ["name", "", "phone"]
    assert assigned(["name", "notes", ""], 2, "notes") == ["name", "notes", "notes"]


# --- the rows ---------------------------------------------------------------------------------------------------------


def test_every_fault_is_named_by_row_and_column_and_its_text_goes_into_the_notes() -> None:
    found = read(table(["客户", "等级", "电话", "备注"], ["王总", "E", "1.38E+10", "老客户"], ["", "A"], ["李总", "B"]))
    mended = with_unread(found.drafts[0])

    assert [(one.row, one.column) for one in found.faults] == [(2, "等级"), (2, "电话"), (3, "")]
    assert found.lost == 1
    assert [one.told["name"] for one in found.good] == ["李总"]
    assert mended.told == {"name": "王总", "notes": "老客户\n（导入时没认出）等级：E；电话：1.38E+10"}


def test_a_formula_without_a_value_has_nothing_to_keep() -> None:
    found = read(table(["客户", "电话"], ["王总", FORMULA]))

    assert found.faults[0].why.startswith("是公式")
    assert with_unread(found.drafts[0]).told == {"name": "王总"}


def test_sums_and_the_templates_examples_are_no_customers() -> None:
    found = read(table(["客户", "年成交额"], ["例：王建国", "12万"], ["李总", 3], ["合计", 120003]))

    assert [one.told["name"] for one in found.drafts] == ["李总"]
    assert found.left == 2
    assert found.faults == []


def test_a_firm_without_a_person_is_called_by_its_name() -> None:
    found = read(table(["公司", "联系人"], ["华鑫建材", ""], ["大同", "李总"]))

    assert [one.told["name"] for one in found.drafts] == ["华鑫建材", "李总"]


def test_notes_of_several_columns_say_where_they_are_from() -> None:
    whole = table(["客户", "备注", "行业"], ["王总", "老客户", "建材"])
    head = Heading(1, ("客户", "备注", "行业"))
    (draft,) = outcome(whole, head, ["name", "notes", "notes"], FIELDS, TODAY).drafts

    assert draft.told["notes"] == "老客户\n行业：建材"


def test_the_summary_names_the_first_three_and_counts_everything() -> None:
    whole = table(
        ["客户", "类型", "电话"], *([f"客户{n}", "杀价", f"1380000{n:04}"] for n in range(5)), ["王总", "大方", ""]
    )
    head = Heading(1, ("客户", "类型", "电话"))
    told = summary(whole, head, ["name", "type_id", "phone"], FIELDS, TODAY, [])

    assert told["rows"] == 6
    assert told["good"] == 5
    assert told["first"] == [[f"客户{n}", f"1380000{n:04}", "杀价型"] for n in range(3)]
    assert told["faults"] == [[7, "类型", "“大方” 不是哪一种类型（例：杀价型、沉默型）"]]


def test_the_summary_tells_of_the_first_ranges_and_counts_them_all() -> None:
    cells = ("客户", "年成交额（万元）", "积分")
    rows = [["甲", "10-20", "约1000"], ["乙", "15", ""], ["丙", "15以上", ""], ["丁", "几十", ""]]
    told = summary(table(list(cells), *rows), Heading(1, cells), ["name", "revenue", "points"], FIELDS, TODAY, [])

    assert told["rough"] == [
        ["年成交额（万元）", "10-20", "约 15 万元"],
        ["积分", "约1000", "约 1000 分"],
        ["年成交额（万元）", "15以上", "约 15 万元"],
    ]
    assert told["rough_count"] == 4


def test_facts_are_never_known_since_tomorrow() -> None:
    assert facts_on(Draft(2, {"facts_on": date(2026, 3, 1)}), TODAY) == date(2026, 3, 1)
    assert facts_on(Draft(2, {"facts_on": date(2027, 3, 1)}), TODAY) == TODAY
    assert facts_on(Draft(2), TODAY) == TODAY


# --- who is there already ---------------------------------------------------------------------------------------------

KNOWN = [Known(7, "王总", "王总", "13800000001"), Known(8, "李总", "李总", "")]


def draft(row: int, name: str, phone: str = "", **told: object) -> Draft:
    return Draft(row, {"name": name, **({"phone": phone} if phone else {}), **told})


def test_who_is_there_is_found_by_number_then_by_name() -> None:
    rows = [
        draft(2, "王先生", "138 0000 0001"),
        draft(3, "李总", "13900000009"),
        draft(4, "王总", "13900000008"),
        draft(5, "新人"),
    ]
    found = met(rows, KNOWN)

    assert (found.phone, found.name, found.namesake, found.within) == (1, 1, 1, 0)
    assert found.some == (
        "第 2 行 王先生：和已有的“王总”电话一样",
        "第 3 行 李总：和已有的“李总”同名",
        "第 4 行 王总：和已有的“王总”同名，电话不一样",
    )


def test_rows_of_one_customer_within_the_table_are_found() -> None:
    found = met([draft(2, "新人", "13900000001"), draft(9, "新人")], [])

    assert found.within == 1
    assert found.some == ("第 9 行 新人：和第 2 行同名",)


ROWS = [
    draft(2, "王总", "13900000008", grade="A"),
    draft(3, "新人", grade="B"),
    draft(4, "新人", grade="C", company="大同"),
]


@pytest.mark.parametrize(
    ("doubles", "new", "known", "skipped", "merged"),
    [
        (Doubles.NEW, [("王总", "A", None), ("新人", "B", None), ("新人", "C", "大同")], [], 0, 0),
        (Doubles.SKIP, [("新人", "B", None)], [], 2, 0),
        (Doubles.FILL, [("新人", "B", "大同")], [7], 0, 1),
        (Doubles.OVER, [("新人", "C", "大同")], [7], 0, 1),
        (Doubles.APART, [("王总", "A", None), ("新人", "B", "大同")], [], 0, 1),
    ],
)
def test_what_becomes_of_doubles(
    doubles: Doubles, new: list[tuple[str, str, str | None]], known: list[int], skipped: int, merged: int
) -> None:
    found = taken(ROWS, KNOWN, doubles)

    assert [(one.told["name"], one.told["grade"], one.told.get("company")) for one in found.new] == new
    assert [id for id, _ in found.known] == known
    assert (found.skipped, found.merged) == (skipped, merged)


names = st.sampled_from(["王总", "李总", "赵总"])
phones = st.sampled_from(["", "13800000001", "13800000002"])


@given(st.lists(st.tuples(names, phones), max_size=8), st.sampled_from(list(Doubles)))
def test_no_row_is_lost_whatever_becomes_of_doubles(rows: list[tuple[str, str]], doubles: Doubles) -> None:
    drafts = [draft(row, *one) for row, one in enumerate(rows, start=2)]
    found = taken(drafts, KNOWN, doubles)

    assert len(found.new) + len(found.known) + found.skipped + found.merged == len(drafts)
    assert len({id for id, _ in found.known}) == len(found.known)


@given(st.lists(st.tuples(names, phones), max_size=8))
def test_what_is_asked_about_is_what_would_be_skipped(rows: list[tuple[str, str]]) -> None:
    drafts = [draft(row, *one) for row, one in enumerate(rows, start=2)]

    assert met(drafts, KNOWN).count == taken(drafts, KNOWN, Doubles.SKIP).skipped


# --- the next contact -------------------------------------------------------------------------------------------------


def planned(drafts: Sequence[Draft]) -> list[date | None]:
    return [on for _, on in plan_contacts(drafts, RHYTHMS, TODAY, {})]


def test_the_next_contact_is_as_the_row_says_or_by_the_rhythm() -> None:
    told = draft(2, "甲", next_contact_on=date(2026, 11, 1))
    recent = draft(3, "乙", grade="A", last_contact_at=datetime(2026, 11, 20, 9))  # noqa: DTZ001 - local
    archived = draft(4, "丙", status="archived")
    paused = draft(5, "丁", paused=True)

    assert planned([told, recent, archived, paused]) == [date(2026, 11, 1), date(2026, 11, 27), None, None]


def test_what_else_a_row_says_changes_its_rhythm() -> None:
    when = datetime(2026, 11, 20, 9)  # noqa: DTZ001 - local
    plain = draft(2, "甲", last_contact_at=when)
    honoured = draft(3, "乙", last_contact_at=when)
    honoured.facts |= {"account_tie": "resource", "revenue": 120_000}
    long_ago = draft(4, "丙", last_contact_at=when, facts_on=date(2025, 11, 20))
    long_ago.facts |= honoured.facts

    first, second, third = planned([plain, honoured, long_ago])

    assert second < first
    assert third == first  # what was known a year ago does not count any more


@given(st.lists(st.sampled_from(["A", "B", "C", "D", ""]), min_size=1, max_size=60))
def test_customers_that_come_at_once_are_spread_over_working_days(grades: list[str]) -> None:
    days = planned([draft(row, f"客户{row}", grade=grade) for row, grade in enumerate(grades)])

    assert all(day is not None and day > TODAY and is_working(day) for day in days)
    for grade, rhythm in load_cadence().rhythms.items():
        mine = [day for day, one in zip(days, grades, strict=True) if day and (one or "new") == grade]
        assert all(day <= TODAY + timedelta(days=rhythm.ideal + 12) for day in mine)  # a long holiday may follow
        if len(mine) == 1 and grades.count("") == 0:
            assert mine[0] >= TODAY + timedelta(days=rhythm.ideal)


def test_a_hundred_customers_are_not_due_on_one_day() -> None:
    days = planned([draft(row, f"客户{row}", grade="B") for row in range(100)])

    assert max(map(days.count, set(days))) <= 30
