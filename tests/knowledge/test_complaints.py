"""Complaints: how one shows, of what kind it is, and by when it is answered."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calendar import is_working
from knowledge.complaints import load_handling, working_after
from knowledge.errors import Faults
from knowledge.tree import DATA

HANDLING = load_handling()
FRIDAY = date(2026, 11, 27)
WORDS = st.lists(
    st.sampled_from(["投诉", "抱怨", "没", "上一家", "送货", "，", "处理完", "型", "他", "", "了", "\n"]), max_size=8
)


@pytest.mark.parametrize(
    "text",
    [
        "投诉送货晚了两天",
        "货不对投诉了",
        "聊了报价，顺便抱怨师傅来晚了",
        "他要求退货",
        "打电话来要说法",
        "没谈成，投诉窗户漏水",
    ],
)
def test_a_complaint_about_us_shows(text: str) -> None:
    assert HANDLING.complains(text)


@pytest.mark.parametrize(
    "text",
    [
        "没投诉",
        "从来没有抱怨",
        "不会投诉",
        "像是抱怨型",
        "上一家装完漏风，抱怨没人管",
        "抱怨隔壁送货慢",
        "投诉处理完了",
        "聊了报价",
        "",
    ],
)
def test_what_is_none_or_not_ours_or_over_does_not(text: str) -> None:
    assert not HANDLING.complains(text)


@pytest.mark.parametrize(
    ("text", "matter", "kind"),
    [
        ("投诉送货晚了两天", "送货晚了两天", "送货"),
        ("客户打电话来投诉：窗户漏水", "窗户漏水", "安装"),
        ("又抱怨说好的周五没来", "说好的周五没来", "说话不算"),
        ("投诉", "投诉", ""),
        ("颜色不喜欢", "颜色不喜欢", ""),
    ],
)
def test_the_matter_and_its_kind(text: str, matter: str, kind: str) -> None:
    assert (HANDLING.matter(text), HANDLING.kind_zh(HANDLING.kind_of(text))) == (matter, kind)


@given(parts=WORDS)
def test_any_words_can_be_read(parts: list[str]) -> None:
    text = "".join(parts)

    assert HANDLING.complains(text) in {True, False}
    assert HANDLING.kind_of(text) in {"", *HANDLING.kinds}
    assert bool(HANDLING.matter(text)) == bool(text.strip())


def test_the_first_answer_is_due_on_the_next_working_day_and_the_end_three_later() -> None:
    assert HANDLING.due(0, FRIDAY) == HANDLING.due(4, FRIDAY) == date(2026, 11, 30)
    assert HANDLING.due(5, FRIDAY) == date(2026, 12, 2)
    assert HANDLING.due(0, FRIDAY, {date(2026, 11, 28): True}) == date(2026, 11, 28)


@given(day=st.dates(date(2026, 1, 1), date(2027, 12, 1)), count=st.integers(1, 10))
def test_so_many_working_days_later_is_a_working_day_with_so_many_up_to_it(day: date, count: int) -> None:
    after = working_after(day, count)
    between = [date.fromordinal(at) for at in range(day.toordinal() + 1, after.toordinal() + 1)]

    assert is_working(after)
    assert sum(map(is_working, between)) == count


def test_one_asks_again_three_days_and_a_month_after_the_end() -> None:
    assert HANDLING.ask_again_on(FRIDAY) == (date(2026, 11, 30), date(2026, 12, 28))


def test_every_step_fits_a_telephone() -> None:
    assert len(HANDLING.steps) == 7
    assert all(step.do and step.say and len(step.title) <= 16 for step in HANDLING.steps)


def test_every_fault_of_both_files_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "playbooks").mkdir()
    rules = (DATA / "complaint.toml").read_text(encoding="utf-8")
    rules = rules.replace("answer = 1 ", "anwser = 1 ").replace('zh = "送货"', 'zh = "送"')
    (tmp_path / "complaint.toml").write_text(rules, encoding="utf-8")
    steps = (DATA / "playbooks" / "complaint.toml").read_text(encoding="utf-8")
    (tmp_path / "playbooks" / "complaint.toml").write_text(steps.replace("goal =", "gaol =", 1), encoding="utf-8")

    with pytest.raises(Faults) as told:
        load_handling(tmp_path)

    assert set(told.value.faults) == {
        "complaint.toml: days.answer: 缺少这一项",
        "complaint.toml: days.anwser: 没有这一项（是不是拼错了？）",
        "complaint.toml: kind[0].zh: 太短，至少 2 个字",
        "playbooks/complaint.toml: step[0].goal: 缺少这一项",
        "playbooks/complaint.toml: step[0].gaol: 没有这一项（是不是拼错了？）",
    }


def test_a_step_that_is_not_there_and_a_kind_twice_are_faults(tmp_path: Path) -> None:
    (tmp_path / "playbooks").mkdir()
    shutil.copy(DATA / "playbooks" / "complaint.toml", tmp_path / "playbooks")
    rules = (DATA / "complaint.toml").read_text(encoding="utf-8")
    rules = rules.replace("answer = 5", "answer = 9").replace('id = "fitting"', 'id = "delivery"')
    (tmp_path / "complaint.toml").write_text(rules, encoding="utf-8")

    with pytest.raises(Faults) as told:
        load_handling(tmp_path)

    assert told.value.faults == (
        "complaint.toml: kind.delivery: 编号重复",
        "complaint.toml: steps.answer: 只有 7 步，没有第 9 步",
    )
