"""Facts: what a typed answer means, and how a value is said."""

from pathlib import Path

import pytest

from knowledge.errors import Faults
from knowledge.facts import Fact, Option, load_facts

REVENUE = Fact("revenue", "年采购额", "一年大概买多少？", "money", "", 180, (Option(100000, "1–50 万"),))
MONTHS = Fact("months", "预计成交", "多久能定？", "number", "个月", 30, (Option(3, "3 个月内"),))
STARTED = Fact("started", "开始选型", "动手选了没有？", "flag", "", 30, (Option(True, "在选"), Option(False, "没有")))
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
        (MONTHS, "5 个月", 5),
        (MONTHS, "2.5", 2.5),
        (STARTED, "在选", True),
        (STARTED, "也许", None),
        (SINCE, "2026-02-28", "2026-02-28"),
        (SINCE, "2026-02-30", None),
        (SINCE, "", None),
    ],
)
def test_a_typed_answer_is_understood_or_refused(fact: Fact, typed: str, meant: object) -> None:
    assert fact.parsed(typed) == meant


def test_values_are_said_as_people_say_them() -> None:
    assert REVENUE.said(1_250_000) == "125 万元"
    assert REVENUE.said(800) == "800 元"
    assert MONTHS.said(3) == "3 个月"
    assert STARTED.said(value=True) == "在选"
    assert SINCE.said("2026-02-28") == "2026年2月28日"


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    row = '[[fact]]\nid = "{id}"\nzh = "是不是"\nask = "是不是这样？"\nkind = "{kind}"\nlasts = 0\n'
    (tmp_path / "facts" / "a.toml").write_text(row.format(id="one", kind="flag"), encoding="utf-8")
    (tmp_path / "facts" / "b.toml").write_text(
        row.format(id="one", kind="number") + row.format(id="two", kind="choice"), encoding="utf-8"
    )

    with pytest.raises(Faults) as raised:
        load_facts(tmp_path)

    assert raised.value.faults == (
        "facts/a.toml: one: choices: 是非题的选项要正好是 true 和 false",
        "facts/b.toml: one: 编号重复（facts/a.toml 里已经有了）",
        "facts/b.toml: two: choices: 选择题至少要两个选项",
    )
