"""Date phrases, said on Monday 23 November 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.dates import Found, coming, find
from knowledge.numbers import number

TODAY = date(2026, 11, 23)

PHRASES = {
    "今天下午": "2026-11-23",
    "今晚": "2026-11-23",
    "明天": "2026-11-24",
    "明早": "2026-11-24",
    "明晚": "2026-11-24",
    "后天": "2026-11-25",
    "大后天": "2026-11-26",
    "三天后": "2026-11-26",
    "3天后": "2026-11-26",
    "３天后": "2026-11-26",
    "两三天后": "2026-11-26",
    "十天以后": "2026-12-03",
    "十二天之后": "2026-12-05",
    "十二三天后": "2026-12-06",
    "二十天后": "2026-12-13",
    "二三十天后": "2026-12-23",
    "二十一天后": "2026-12-14",
    "120天后": "2027-03-23",
    "过两天": "2026-11-25",
    "过5天": "2026-11-28",
    "一周后": "2026-11-30",
    "两个星期后": "2026-12-07",
    "三个礼拜之后": "2026-12-14",
    "一个月后": "2026-12-23",
    "三个月以后": "2027-02-23",
    "半个月后": "2026-12-08",
    "周五": "2026-11-27",
    "星期五": "2026-11-27",
    "礼拜五": "2026-11-27",
    "周一": "2026-11-30",
    "周日": "2026-11-29",
    "星期天": "2026-11-29",
    "周末": "2026-11-28",
    "这周五": "2026-11-27",
    "本周三": "2026-11-25",
    "这个星期四": "2026-11-26",
    "下周三": "2026-12-02",
    "下周日": "2026-12-06",
    "下个星期一": "2026-11-30",
    "下周末": "2026-12-05",
    "下周": "2026-11-30",
    "下下周": "2026-12-07",
    "下下周一": "2026-12-07",
    "下下个星期二": "2026-12-08",
    "下个月": "2026-12-01",
    "下下个月": "2027-01-01",
    "月底": "2026-11-30",
    "月底前": "2026-11-30",
    "下个月底": "2026-12-31",
    "下月底前": "2026-12-31",
    "25号": "2026-11-25",
    "二十五号": "2026-11-25",
    "23号": "2026-11-23",
    "5号": "2026-12-05",
    "这个月25号": "2026-11-25",
    "下个月5号": "2026-12-05",
    "12月3号": "2026-12-03",
    "12月3日": "2026-12-03",
    "十二月三号": "2026-12-03",
    "十二月二十五日": "2026-12-25",
    "1月5号": "2027-01-05",
    "明年12月1号": "2027-12-01",
    "2026-12-03": "2026-12-03",
    "2026/12/3": "2026-12-03",
    "2026年12月3日": "2026-12-03",
    "12-03": "2026-12-03",
    "12/3": "2026-12-03",
    "2028年2月29日": "2028-02-29",
}


def test_every_phrase_means_its_day() -> None:
    told = {phrase: found.on.isoformat() if (found := find(phrase, TODAY)) else None for phrase in PHRASES}
    for phrase, day in told.items():
        print(f"{phrase}\t{day}")  # noqa: T201 - the table that is checked

    assert told == PHRASES


@pytest.mark.parametrize("phrase", PHRASES)
def test_the_rest_of_the_sentence_is_kept(phrase: str) -> None:
    text = f"王总，{phrase}问他合同盖章没有"
    found = find(text, TODAY)

    assert found is not None
    assert text[: found.start] == "王总，"
    assert phrase.startswith(text[found.start : found.end])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "他一直在比较三家的参数",
        "31号",
        "三十一号",
        "2月30号",
        "2026年2月30号",
        "2026-13-01",
        "0号",
        "3号楼",
        "1号线",
        "2号店",
        "单价3.5万",
        "版本1.2-3.4",
        "他要2-3台",
        "先试3-4天",
        "一周一次",
        "两周一次",
        "每周五例会",
        "每个周五例会",
        "上周五见过",
        "上个星期三来过",
        "上上周二",
        "之后天气不好",
        "不过三天打鱼",
        "9999年后",
    ],
)
def test_what_names_no_day_is_no_date(text: str) -> None:
    assert find(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("11月1号", date(2026, 11, 1)),
        ("2026-11-01", date(2026, 11, 1)),
        ("11-20", date(2026, 11, 20)),
        ("2020年1月1日", date(2020, 1, 1)),
    ],
)
def test_a_full_date_that_has_passed_is_marked(text: str, day: date) -> None:
    assert find(text, TODAY) == Found(day, 0, len(text), past=True)


def test_a_month_long_ago_is_next_years() -> None:
    found = find("9月1号", TODAY)

    assert found == Found(date(2027, 9, 1), 0, 4)


def test_the_thirty_first_is_found_where_the_month_has_one() -> None:
    december = find("31号", date(2026, 12, 5))

    assert december == Found(date(2026, 12, 31), 0, 3)


def test_a_month_after_the_thirty_first_ends_with_the_month() -> None:
    found = find("一个月后", date(2027, 1, 31))

    assert found is not None
    assert found.on == date(2027, 2, 28)


def test_the_first_phrase_counts() -> None:
    found = find("周三打电话，周五再去", TODAY)

    assert found is not None
    assert found.on == date(2026, 11, 25)


def test_a_longer_phrase_wins_at_the_same_place() -> None:
    found = find("下周末去", TODAY)

    assert found is not None
    assert "下周末去"[found.start : found.end] == "下周末"


@pytest.mark.parametrize(
    ("note", "day"),
    [
        ("今天聊了报价，下周三再联系", date(2026, 12, 2)),
        ("上周五寄的样品，明天问反馈", date(2026, 11, 24)),
        ("11月20号去过，12月3号回访", date(2026, 12, 3)),
        ("2026-11-01签的，月底收尾款", date(2026, 11, 30)),
    ],
)
def test_a_note_promises_the_first_day_to_come(note: str, day: date) -> None:
    found = coming(note, TODAY)

    assert found is not None
    assert found.on == day


@pytest.mark.parametrize("note", ["今天聊了报价", "11月20号去过", "没说什么时候", ""])
def test_a_note_without_a_day_to_come_promises_nothing(note: str) -> None:
    assert coming(note, TODAY) is None


@given(st.dates(date(2024, 1, 1), date(2034, 12, 31)))
def test_a_weekday_is_always_within_the_next_seven_days(today: date) -> None:
    for at, name in enumerate("一二三四五六日"):
        found = find(f"周{name}", today)
        assert found is not None
        assert found.on.weekday() == at
        assert timedelta(0) < found.on - today <= timedelta(7)


@given(st.dates(date(2024, 1, 1), date(2034, 12, 31)))
def test_next_week_is_the_week_after_this_one(today: date) -> None:
    found = find("下周三", today)

    assert found is not None
    monday = today - timedelta(today.weekday())
    assert found.on == monday + timedelta(9)


@given(st.dates(date(2024, 1, 1), date(2034, 12, 31)), st.integers(1, 28))
def test_a_day_of_the_month_is_today_or_to_come(today: date, day: int) -> None:
    found = find(f"{day}号", today)

    assert found is not None
    assert found.on.day == day
    assert timedelta(0) <= found.on - today <= timedelta(31)


DATEY = st.text("今明后大天周星期礼拜下上个月底半年号日前之以过这本每一两二三十零百0123456789-/. 楼，x", max_size=14)


@given(st.text() | DATEY, st.dates(date(2024, 1, 1), date(2034, 12, 31)))
def test_no_text_is_too_odd(text: str, today: date) -> None:
    found = find(text, today)

    if found is not None:
        assert 0 <= found.start < found.end <= len(text)
        assert found.past == (found.on < today)


@given(st.integers(1, 99))
def test_chinese_numbers_are_read(value: int) -> None:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(value, 10)
    spoken = digits[ones] if not tens else f"{digits[tens] if tens > 1 else ''}十{digits[ones] if ones else ''}"

    assert number(spoken) == value
    assert number(str(value)) == value
