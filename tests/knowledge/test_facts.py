"""Facts: what a typed answer means, and how a value is said."""

from pathlib import Path

import pytest

from knowledge.errors import Faults
from knowledge.facts import Fact, Option, by_name, load_facts, told
from knowledge.tree import DATA

REVENUE = Fact("revenue", "年采购额", "一年大概买多少？", "money", "", 180, (Option(100000, "1–50 万"),))
MONTHS = Fact("months", "预计成交", "多久能定？", "number", "个月", 30, (Option(3, "3 个月内"),))
STARTED = Fact("started", "开始选型", "动手选了没有？", "flag", "", 30, (Option(True, "在选"), Option(False, "没有")))
POINTS = Fact("points", "积分", "有多少积分？", "number", "分", 0, ())
GRAIN = Fact("grain", "用粮", "一个月用多少粮？", "number", "千克", 0, ())
SINCE = Fact("since", "首单日期", "哪天第一次买的？", "date", "", 0, ())


@pytest.mark.parametrize(
    ("fact", "typed", "meant"),
    [
        (REVENUE, "35万", 350_000),
        (REVENUE, "约 1.2 百万", 1_200_000),
        (REVENUE, "2亿", 200_000_000),
        (REVENUE, "1,500", 1_500),
        (REVENUE, "1–50 万", 100_000),
        (REVENUE, "很多", None),
        (REVENUE, "-5万", None),
        (MONTHS, "两三个月吧", None),
        (MONTHS, "3-6个月", None),
        (MONTHS, "一个多月", None),
        (MONTHS, "半", None),
        (MONTHS, "年底", None),
        (MONTHS, "5 个月", 5),
        (MONTHS, "1000", 1000),  # as it is kept, so that an export comes back
        (MONTHS, "2.125", 2.125),
        (MONTHS, "三个月", 3),
        (MONTHS, "半年后", 6),
        (MONTHS, "大概一年半", 18),
        (MONTHS, "2年", 24),
        (MONTHS, "一个半月", 1.5),
        (MONTHS, "十八个月左右", 18),
        (MONTHS, "90天", 3),
        (MONTHS, "下个季度", None),
        (MONTHS, "2.5", 2.5),
        (REVENUE, "3万5", 35_000),
        (REVENUE, "还没有", 0),
        (REVENUE, "没有", 0),
        (REVENUE, "三万五", 35_000),
        (REVENUE, "一百二十万", 1_200_000),
        (REVENUE, "大概一百二十万吧", 1_200_000),
        (REVENUE, "两三百万", 2_500_000),
        (REVENUE, "十几万左右", 150_000),
        (REVENUE, "20-30万吧", 250_000),
        (REVENUE, "上千万", 10_000_000),
        (POINTS, "十几分", 15),
        (POINTS, "1.2万分", 12_000),
        (POINTS, "三分", 3),
        (POINTS, "都清零了", 0),
        (GRAIN, "5千克", 5),
        (GRAIN, "5千", 5_000),
        (STARTED, "在选", True),
        (STARTED, "也许", None),
        (SINCE, "2026-02-28", "2026-02-28"),
        (SINCE, "2026-02-30", None),
        (SINCE, "", None),
    ],
)
def test_a_typed_answer_is_understood_or_refused(fact: Fact, typed: str, meant: object) -> None:
    assert fact.parsed(typed) == meant


NAMES = by_name(load_facts(DATA))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("欠款3万", {"debt": 30_000}),
        ("还欠我们 3万5 了", {"debt": 35_000}),
        ("欠三万", {"debt": 30_000}),
        ("尾款还有三千块，积分1200分。", {"debt": 3_000, "points": 1_200}),
        ("欠款都结清了", {"debt": 0}),
        ("不欠了、积分：1.2万", {"debt": 0, "points": 12_000}),
        ("年成交额 50万左右", {"revenue": 500_000}),
        ("年成交额一百二十万，欠款二十来万", {"revenue": 1_200_000, "debt": 200_000}),
        ("预计成交3个月", {"close_months": 3}),
        ("家里情况 单身", {"household": "single"}),
        ("欠款的事聊了3次", {}),
        ("欠款3万 下周三催", {}),
        ("欠款3万的事别提", {}),
        ("要价3万", {}),
        ("欠款", {}),
        ("积分3家都有", {}),
        ("欠款1千亿亿", {}),
        ("欠款 9999999999999", {}),
        ("", {}),
    ],
)
def test_a_sentence_that_says_figures_and_nothing_else_is_understood(text: str, meant: dict[str, object]) -> None:
    assert {fact.id: value for fact, value in told(text, NAMES)} == meant


def test_values_are_said_as_people_say_them() -> None:
    assert REVENUE.said(1_250_000) == "125 万元"
    assert REVENUE.said(800) == "800 元"
    assert MONTHS.said(3) == "3 个月"
    assert STARTED.said(value=True) == "在选"
    assert SINCE.said("2026-02-28") == "2026年2月28日"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("约15万", "约 15 万元"),
        ("大概 15 万", "约 15 万元"),
        ("15万左右", "约 15 万元"),
        ("20万以上", "约 20 万元"),
        ("20万以内", "约 20 万元"),
        ("不到20万", "约 20 万元"),
        ("10-20万", "约 15 万元"),
        ("15万", "15 万元"),
        ("15万元", "15 万元"),
        ("没有了", "0 元"),
    ],
)
def test_an_amount_that_is_not_said_exactly_is_about_that_much(typed: str, said: str) -> None:
    revenue = NAMES["年成交额"]
    value = revenue.parsed(typed)

    assert value is not None
    assert revenue.said(value) == said


def test_a_sentence_keeps_that_an_amount_is_not_exact() -> None:
    said = [fact.said(value) for fact, value in told("欠款大概3万，积分约1000，年成交额15万左右", NAMES)]

    assert said == ["约 3 万元", "约 1000 分", "约 15 万元"]
    assert [fact.said(value) for fact, value in told("欠款3万，积分1000", NAMES)] == ["3 万元", "1000 分"]


def test_a_span_of_time_is_no_range_however_it_is_said() -> None:
    value = MONTHS.parsed("大概6个月")

    assert value is not None
    assert MONTHS.said(value) == "6 个月"


def test_an_amount_that_stands_for_a_range_is_said_to_be_about_that_much() -> None:
    revenue = load_facts(DATA)["revenue"]
    typed = revenue.parsed("两三百万")
    tapped = {option.zh: revenue.said(option.value) for option in revenue.choices}

    assert typed is not None
    assert revenue.said(typed) == "约 250 万元"
    assert revenue.said(2_500_000) == "250 万元"
    assert tapped == {
        "还没成交": "0 元",
        "不到 1 万": "约 5000 元",
        "1 到 50 万": "约 25 万元",
        "50 到 100 万": "约 75 万元",
        "100 到 500 万": "约 300 万元",
        "500 万以上": "约 500 万元",
    }


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    row = '[[fact]]\nid = "{id}"\nzh = "是不是{id}"\nask = "是不是这样？"\nkind = "{kind}"\nlasts = 0\n'
    (tmp_path / "facts" / "a.toml").write_text(row.format(id="one", kind="flag"), encoding="utf-8")
    named = 'aliases = ["是不是two", "几天"]\non_card = true\n'
    (tmp_path / "facts" / "b.toml").write_text(
        row.format(id="one", kind="number")
        + row.format(id="two", kind="choice")
        + row.format(id="days", kind="yearly")
        + named,
        encoding="utf-8",
    )

    with pytest.raises(Faults) as raised:
        load_facts(tmp_path)

    assert raised.value.faults == (
        "facts/a.toml: one: choices: 是非题的选项要正好是 true 和 false",
        "facts/b.toml: one: 编号重复（facts/a.toml 里已经有了）",
        "facts/b.toml: two: choices: 选择题至少要两个选项",
        "facts/b.toml: days: on_card: 年年都有的日子只能从“要紧日子”里填",
        "facts/b.toml: days: “是不是two”已经是 two 的名字了",
    )
