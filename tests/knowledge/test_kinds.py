"""Kinds of reminders, on Monday 23 November 2026."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calendar import is_working
from knowledge.errors import Faults
from knowledge.kinds import Occasion, load_kinds, year_day
from knowledge.systems import DATA, Systems
from knowledge.yearly import Yearly

TODAY = date(2026, 11, 23)
KINDS = load_kinds()
DAYS = st.dates(date(2024, 1, 1), date(2033, 12, 31))

TOLD = {
    "生日农历八月十五": ("birthday", "L08-15"),
    "他农历八月十五过生日": ("birthday", "L08-15"),
    "生日是1985年3月10日": ("birthday", "03-10"),
    "生日3.10": ("birthday", "03-10"),
    "生日 腊月三十": ("birthday", "L12-30"),
    "生日闰六月初一": ("birthday", "L06+01"),
    "下个月5号生日": ("birthday", "12-05"),
    "3月10日 续保": ("renewal_on", "03-10"),
    "保险到期3月10日": ("renewal_on", "03-10"),
    "合同明年3月10日到期": ("renewal_on", "03-10"),
    "试用到12月15号": ("trial_end", "2026-12-15"),
    "试用期月底结束": ("trial_end", "2026-11-30"),
    "试用30天": ("trial_end", "2026-12-23"),
    "成交了": ("sold_on", "2026-11-23"),
    "昨天签了合同": ("sold_on", "2026-11-22"),
    "11月20号下单了": ("sold_on", "2026-11-20"),
}


def test_a_sentence_tells_a_day_of_the_customers() -> None:
    told = {text: (row.fact, row.value) for text in TOLD for row in KINDS.told(text, TODAY)}

    assert told == TOLD


@pytest.mark.parametrize(
    "text",
    [
        "",
        "还没成交",
        "快成交了",
        "成交了吗",
        "女儿生日快到了",
        "公司生日3月5号",
        "生日快到了",
        "问价",
        "到期再说",
        "试用",
        "如果成交了再谈",
    ],
)
def test_what_tells_no_day_of_the_customers_tells_nothing(text: str) -> None:
    assert list(KINDS.told(text, TODAY)) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("女儿生日5月1号", [("女儿", "05-01")]),
        ("老公5月1号生日", [("老公", "05-01")]),
        ("女儿今年10岁 生日5月1号", [("女儿", "05-01")]),
        ("先生的生日农历八月十五", [("先生", "L08-15")]),
        ("大女儿生日5月1号，小女儿生日6月3号", [("大女儿", "05-01"), ("小女儿", "06-03")]),
        ("老婆生日4月1号，他生日3月5号", [("老婆", "04-01"), ("", "03-05")]),
        ("爸爸来过，他生日3月5号", [("", "03-05")]),
    ],
)
def test_the_birthday_of_one_of_the_family_is_told_with_whose_it_is(text: str, told: list[tuple[str, str]]) -> None:
    assert [(row.who, row.value) for row in KINDS.told(text, TODAY)] == told


def test_a_day_of_both_calendars_is_told_with_the_other_one() -> None:
    (row,) = KINDS.told("生日八月十五", TODAY)

    assert (row.value, row.either) == ("08-15", ("L08-15",))
    assert year_day("八月十五", TODAY) == (Yearly(8, 15), (Yearly(8, 15, lunar=True),))
    assert year_day("8月15日", TODAY) == (Yearly(8, 15), ())
    assert year_day("不知道", TODAY) is None


@pytest.mark.parametrize("note", ["电话报了价", "报价单发给他了", "聊了报价和交期", "价格报了，等他消息"])
def test_a_quote_is_heard(note: str) -> None:
    assert KINDS.quoted(note)


@pytest.mark.parametrize("note", ["还没报价", "他要我报价", "催我发报价", "发了报价，他嫌贵", "看了样品"])
def test_no_quote_is_heard_where_there_is_none_or_an_answer_to_it(note: str) -> None:
    assert not KINDS.quoted(note)


@pytest.mark.parametrize("note", ["他说太贵", "他还价到八折", "他同意了"])
def test_an_answer_is_heard(note: str) -> None:
    assert KINDS.replied(note)


def test_no_answer_is_no_answer() -> None:
    assert not KINDS.replied("他还没回复")


@pytest.mark.parametrize("text", ["每月15号提醒我对账", "每周五问王总要货吗", "每年3月10日续保", "每天记得打卡"])
def test_a_wish_to_be_reminded_again_and_again_is_heard(text: str) -> None:
    assert KINDS.asks(text, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "每周五都来店里转一圈",
        "每次来都问价",
        "每周都来问一次",
        "每天发朋友圈，问一句答一句，从来不主动说要买什么东西",
        "周五问",
    ],
)
def test_a_description_with_a_rhythm_is_no_wish(text: str) -> None:
    assert not KINDS.asks(text, TODAY)


def test_what_lies_behind_comes_up_at_once_and_only_once() -> None:
    told = [(one.key, one.on.isoformat(), str(one.day)) for one in KINDS.times("renewal", Yearly(11, 28), TODAY)]

    assert told == [
        ("0", "2026-11-27", "2026-11-28"),  # the 28th is a Saturday
        ("7", "2026-11-23", "2026-11-28"),
        ("30", "2027-10-29", "2027-11-28"),
    ]


def test_a_birthday_today_has_no_early_notice_any_more_this_year() -> None:
    told = [(one.key, one.on) for one in KINDS.times("birthday", Yearly(11, 23), TODAY)]

    assert told == [("0", TODAY), ("7", date(2027, 11, 16))]


def test_two_notices_of_one_birthday_do_not_come_on_the_eve_of_a_break_together() -> None:
    told = [(one.key, one.on) for one in KINDS.times("birthday", Yearly(2, 21), date(2025, 3, 1))]

    assert told == [("0", date(2026, 2, 14)), ("7", date(2026, 2, 13))]  # on the 15th a break of nine days begins


def test_two_saturdays_in_one_break_do_not_fall_together() -> None:
    saturday = Occasion(1, "own", "k", date(2026, 2, 14), date(2026, 2, 14), repeat="w6")  # works: swapped

    assert KINDS.following(saturday, date(2026, 2, 14)) == (date(2026, 2, 21), date(2026, 2, 24))


@given(st.sampled_from(["d", "d2", "d14", "w1", "w5", "w6", "w7", "m1", "m31", "q", "yL01-01", "y10-01"]), DAYS)
def test_what_comes_again_always_comes_up_later_on_a_working_day(code: str, day: date) -> None:
    one = Occasion(1, "own", "k", day, day, repeat=code)
    for _ in range(5):
        following = KINDS.following(one, one.on)
        assert following is not None
        about, on = following
        assert on > one.on
        assert is_working(on)
        assert about > (one.day or one.on)
        one = Occasion(1, "own", "k", on, about, repeat=code)


@given(st.sampled_from(["birthday", "renewal"]), st.integers(1, 12), st.integers(1, 28), st.booleans(), DAYS)
def test_every_lead_of_a_yearly_event_comes_up_once_before_it(
    kind: str, month: int, day: int, lunar: bool, today: date
) -> None:
    found = KINDS.times(kind, Yearly(month, day, lunar=lunar), today)

    assert sorted(int(one.key) for one in found) == sorted(KINDS.all[kind].leads)
    for one in found:
        assert one.day is not None
        assert today <= one.on <= one.day or one.on == today
        assert one.on == today or is_working(one.on)
    assert len({one.on for one in found}) == len(found)


@given(DAYS, st.integers(0, 60))
def test_a_trial_that_ends_is_never_noticed_after_its_end_but_at_once(today: date, away: int) -> None:
    end = today + timedelta(away)

    assert all(today <= one.on <= max(end, today) for one in KINDS.times("trial", end, today))


def test_a_birthday_passes_and_a_renewal_stays() -> None:
    birthday = Occasion(1, "birthday", "0", TODAY, TODAY)
    early = Occasion(1, "birthday", "7", TODAY, TODAY + timedelta(7))
    renewal = Occasion(1, "renewal", "0", TODAY, TODAY)
    later = TODAY + timedelta(2)

    assert [KINDS.passed(one, later) for one in (birthday, early, renewal)] == [True, True, False]
    assert [KINDS.passed(one, TODAY) for one in (birthday, early, renewal)] == [False, False, False]


def test_who_serves_stands_behind_the_step() -> None:
    stage = KINDS.stages[0]

    assert KINDS.stage_words(stage, "") == stage.what
    assert KINDS.stage_words(stage, "home") == f"{stage.what}。约上维修师傅一起"


def test_every_trade_has_somebody_who_serves(systems: Systems) -> None:
    assert {option.value for option in systems.facts["trade"].choices} == set(KINDS.owners)


def test_a_faulty_file_is_refused_with_every_fault(tmp_path: Path) -> None:
    text = (DATA / "kinds.toml").read_text(encoding="utf-8")
    text = text.replace('id = "trial"', 'id = "quote"').replace("leads = [30, 7, 0]", "leads = [7, 7]")
    text = text.replace('why = "{day}生日{year}"', 'why = "{when}生日"')
    file = tmp_path / "kinds.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(Faults) as raised:
        load_kinds(file)

    assert list(raised.value.faults) == [
        "kinds.toml: kind.quote: 编号重复",
        "kinds.toml: kind.trial: 缺少这一种",
        "kinds.toml: kind.renewal.leads: 同一个提前量写了两遍",
        "kinds.toml: kind.birthday.why: 只能用 {day}、{what} 和 {year}",
    ]
