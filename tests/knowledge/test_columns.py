"""Headings and cells of a customer list."""
# ruff: noqa: DTZ001 - cells of a spreadsheet have no zone

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.columns import Field, Reading, Unfit, defused, factor, fields, meant, named, restored, value, written
from knowledge.systems import Systems

TODAY = date(2026, 11, 23)
HOW = Reading(TODAY)


@pytest.fixture(scope="module")
def known(systems: Systems) -> dict[str, Field]:
    return dict(fields(systems, "behavior"))


HEADINGS = {
    "客户": "name", "姓名": "name", "客户名称": "name", "联系人": "name", "公司": "company", "单位名称": "company",
    "手机号码（必填）": "phone", " 联系 电话：": "phone", "公司电话": "phone", "WeChat": "wechat", "微信号": "wechat",
    "客户等级": "grade", "级别*": "grade", "性格类型": "type_id", "备注1": "notes", "客户情况说明": "notes",
    "上次联系时间": "last_contact_at", "最近跟进日期": "last_contact_at", "下次联系": "next_contact_on",
    "下一步计划": "next_step", "跟进周期": "every_days", "年成交额（万元）": "revenue", "年成交额": "revenue",
    "应收账款（万元）": "debt", "欠款金额": "debt", "客户尾款": "debt", "累计积分": "points", "会员积分余额": "points",
    "成交次数": "orders", "懂行": "knows_trade", "采购人角色": "buyer_role", "序号": "-", "客戶名稱": "name",
}  # fmt: skip


@pytest.mark.parametrize(("heading", "id"), HEADINGS.items(), ids=HEADINGS)
def test_a_heading_is_known_in_everyday_words(heading: str, id: str, known: dict[str, Field]) -> None:
    found = meant(heading, named(known))

    assert found is not None
    assert found[1] == id


@pytest.mark.parametrize("heading", ["行业", "区域", "2026", "", "我们今年最想拿下来的那几位重点客户的公司名称"])
def test_what_names_no_column_is_not_guessed(heading: str, known: dict[str, Field]) -> None:
    assert meant(heading, named(known)) is None


def test_every_column_is_known_by_what_it_is_called(known: dict[str, Field]) -> None:
    names = named(known)

    assert {one.id: meant(one.zh, names) for one in known.values()} == {id: (0, id) for id in known}


CELLS = [
    ("name", " 王\n建国 ", "王 建国"),
    ("phone", 13800000001, "13800000001"),
    ("phone", "+86 138-0000-0001", "+86 138-0000-0001"),
    ("phone", "（021）5555 0001", "021-5555 0001"),
    ("phone", "'13800000001", "13800000001"),
    ("phone", "无", None),
    ("grade", "Ａ级", "A"),
    ("grade", "b", "B"),
    ("grade", "-", None),
    ("type_id", "杀价", "bargainer"),
    ("type_id", "杀价型", "bargainer"),
    ("type_id", "理智型", "analytical"),
    ("type_p", 0.86, 0.86),
    ("type_p", "86%", 0.86),
    ("type_p", 1, 1.0),
    ("last_contact_at", "2026-11-01", datetime(2026, 11, 1, 12)),
    ("last_contact_at", "2026年11月1日 14:30", datetime(2026, 11, 1, 14, 30)),
    ("last_contact_at", "2026-11-01T14:30:05", datetime(2026, 11, 1, 14, 30, 5)),
    ("last_contact_at", "20261101", datetime(2026, 11, 1, 12)),
    ("last_contact_at", 46327, datetime(2026, 11, 1, 12)),
    ("last_contact_at", 46327.5, datetime(2026, 11, 1, 12)),
    ("last_contact_at", "昨天", datetime(2026, 11, 22, 12)),
    ("last_contact_at", "12月3日", datetime(2025, 12, 3, 12)),
    ("next_contact_on", "2026/12/8", date(2026, 12, 8)),
    ("next_contact_on", "下周三", date(2026, 12, 2)),
    ("next_contact_on", "2026-11-01", date(2026, 11, 1)),
    ("every_days", "10天", 10),
    ("every_days", "两周", 14),
    ("paused", "是", True),
    ("status", "已归档", "archived"),
    ("status", "跟进中", "active"),
    ("revenue", "12.5万", 125000),
    ("revenue", "1,200", 1200),
    ("debt", "3.5万", 35000),
    ("debt", "已结清", 0),
    ("debt", "都结清了", 0),
    ("points", "1.2万分", 12000),
    ("points", 860, 860),
    ("orders", "两次", 2),
    ("orders", 7, 7),
    ("knows_trade", "否", False),
    ("knows_trade", "够，挺在行", True),
    ("came_by", "路过，顺脚进来", "passer"),
    ("came_by", "无", None),
]


@pytest.mark.parametrize(("id", "cell", "told"), CELLS)
def test_a_cell_is_read(id: str, cell: str | float, told: object, known: dict[str, Field]) -> None:
    found = value(known[id], cell, HOW)

    assert found == told
    assert isinstance(found, bool) == isinstance(told, bool)


FAULTS = [
    ("grade", "E", "“E” 不是 A、B、C、D"),
    ("phone", "1.38E+10", "成了 1.38E+10，后几位丢了。把这一列设成“文本”，重填号码"),
    ("phone", "打座机", "“打座机” 不像电话号码"),
    ("type_id", "大方", "“大方” 不是哪一种类型（例：杀价型、沉默型）"),
    ("last_contact_at", "2026-13-01", "“2026-13-01” 看不懂是哪一天，写成 2026-03-05"),
    ("last_contact_at", "2026-12-01", "2026-12-01 还没到"),
    ("next_contact_on", "有空再说", "“有空再说” 看不懂是哪一天，写成 2026-12-08"),
    ("every_days", "0", "“0” 不是 1 到 365 的天数"),
    ("type_p", "很大", "“很大” 不是 0 到 100 的百分数"),
    ("revenue", "不少", "“不少” 不是金额（例：12万）"),
    ("orders", "好多", "“好多” 不是数字"),
    ("name", "王" * 61, "太长了，有 61 个字，最多 60 个"),
    ("notes", "#N/A", "是出错的公式（#N/A）"),
    ("company", "\x1a公式", "是公式，文件里没有算好的数。在表格软件里打开、保存一次再发"),
    ("paused", "也许", "“也许” 不是“是”或“否”"),
]


@pytest.mark.parametrize(("id", "cell", "why"), FAULTS)
def test_a_cell_that_does_not_fit_says_why(id: str, cell: str, why: str, known: dict[str, Field]) -> None:
    with pytest.raises(Unfit) as unfit:
        value(known[id], cell, HOW)

    assert str(unfit.value) == why


def test_a_unit_in_the_heading_counts(known: dict[str, Field]) -> None:
    assert value(known["revenue"], 12, Reading(TODAY, factor=factor("年成交额（万元）"))) == 120_000
    assert value(known["revenue"], "3万", Reading(TODAY, factor="万")) == 30_000
    assert factor("年成交额") == ""


@pytest.mark.parametrize(
    ("cell", "factor", "said"),
    [
        ("10-20万", "", "约 15 万元"),
        ("约15万", "", "约 15 万元"),
        ("15万左右", "", "约 15 万元"),
        ("10-20", "万", "约 15 万元"),
        ("10 ~ 20", "百万", "约 1500 万元"),
        ("约15", "万", "约 15 万元"),
        ("15左右", "万", "约 15 万元"),
        ("几十", "万", "约 55 万元"),
        ("15万-20万", "万", "约 17.5 万元"),
        ("一百二十", "万", "120 万元"),
        ("12.5", "万", "12.5 万元"),
        ("8000元", "万", "8000 元"),
        ("100000-200000", "", "约 15 万元"),
    ],
)
def test_a_range_stays_one_and_has_the_unit_of_its_heading(
    cell: str, factor: str, said: str, known: dict[str, Field]
) -> None:
    revenue = known["revenue"]
    told = value(revenue, cell, Reading(TODAY, factor=factor))

    assert revenue.fact is not None
    assert isinstance(told, int | float)
    assert revenue.fact.said(told) == said


def test_days_are_counted_from_1904_where_the_file_does(known: dict[str, Field]) -> None:
    assert value(known["next_contact_on"], 44865, Reading(TODAY, since_1904=True)) == date(2026, 11, 1)


@given(st.text())
def test_a_defused_text_is_no_formula_and_is_restored(text: str) -> None:
    clean = "".join(char for char in text if char in "\n\t" or ord(char) >= 32)
    told = defused(text)

    assert restored(told) == clean
    assert not told.startswith(("=", "@", "\t", "\r"))
    assert not told.startswith(("+", "-")) or told[1:].replace(" ", "").isdigit()


@given(st.from_regex(r"'*[=+\-@].*", fullmatch=True))
def test_apostrophes_of_ones_own_survive(text: str) -> None:
    clean = "".join(char for char in text if char in "\n\t" or ord(char) >= 32)

    assert restored(defused(text)) == clean


def test_every_choice_of_every_fact_is_read_back_as_it_is_written(known: dict[str, Field]) -> None:
    lost = [
        (one.id, option.value)
        for one in known.values()
        if one.fact
        for option in one.fact.choices
        if value(one, written(one, option.value), HOW) != option.value  # type: ignore[arg-type]
    ]

    assert lost == []


def test_every_type_is_read_back_as_it_is_written(known: dict[str, Field]) -> None:
    typed = [one for one in known.values() if one.shown]

    assert len(typed) == 9
    for one in typed:
        assert {value(one, str(written(one, id)), HOW) for id in one.shown} == set(one.shown)
