"""Date phrases, said on Monday 23 November 2026."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calendar import is_working
from knowledge.dates import (
    BACK,
    Found,
    _any,
    _phrases,
    behind,
    coming,
    earlier,
    every,
    find,
    fixed,
    hour,
    over,
    without,
)
from knowledge.numbers import number
from knowledge.yearly import lunar

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
    "月初": "2026-12-01",
    "月中": "2026-12-15",
    "下月初": "2026-12-01",
    "下个月中旬": "2026-12-15",
    "12月初": "2026-12-01",
    "3月底前": "2027-03-31",
    "明年三月": "2027-03-01",
    "明年3月中": "2027-03-15",
    "一个半月后": "2027-01-07",
    "半年后": "2027-05-23",
    "两年后": "2028-11-23",
    "三天内": "2026-11-26",
    "一周内": "2026-11-30",
    "这周内": "2026-11-27",
    "本月内": "2026-11-30",
    "过几天": "2026-11-25",
    "年底": "2026-12-31",
    "年底前": "2026-12-31",
    "明年底": "2027-12-31",
    "明年年初": "2027-01-01",
    "季度末": "2026-12-31",
    "这个季度末": "2026-12-31",
    "下季度末": "2027-03-31",
    "下个季度": "2027-01-01",
    "农历八月十五": "2027-09-15",
    "阴历冬月初一": "2026-12-09",
    "正月初八": "2027-02-13",
    "大年初六": "2027-02-11",
    "腊月二十三": "2027-01-30",
    "腊月三十": "2027-02-05",
    "农历闰六月初一": "2027-07-04",
    "元旦": "2027-01-01",
    "元旦后": "2027-01-04",
    "国庆后": "2027-10-06",
    "国庆节以后": "2027-10-06",
    "国庆回来": "2027-10-06",
    "过完国庆": "2027-10-06",
    "国庆前": "2027-09-30",
    "五一回来": "2027-05-05",
    "五一": "2027-05-01",
    "春节前": "2027-02-04",
    "春节": "2027-02-06",
    "年前": "2027-02-04",
    "年后": "2027-02-11",
    "过完年": "2027-02-11",
    "过年后": "2027-02-11",
    "节后": "2027-01-04",
    "节前": "2026-12-31",
    "元宵节": "2027-02-20",
    "清明前": "2027-04-02",
    "端午": "2027-06-09",
    "中秋": "2027-09-15",
    "双十一后": "2027-11-12",
}

HOURS = {
    "下周三下午": ("2026-12-02", None, "下午"),
    "周五的上午": ("2026-11-27", None, "上午"),
    "今晚": ("2026-11-23", None, "晚上"),
    "明早九点": ("2026-11-24", "09:00", "早上"),
    "明晚七点半": ("2026-11-24", "19:30", "晚上"),
    "周五上午十点半": ("2026-11-27", "10:30", "上午"),
    "周五 下午3点": ("2026-11-27", "15:00", "下午"),
    "12月3号15:30": ("2026-12-03", "15:30", ""),
    "下周三两点": ("2026-12-02", "14:00", ""),
    "明天九点一刻": ("2026-11-24", "09:15", ""),
    "明天十点二十": ("2026-11-24", "10:20", ""),
    "明天中午12点": ("2026-11-24", "12:00", "中午"),
    "后天中午一点": ("2026-11-25", "13:00", "中午"),
    "月底前下午五点": ("2026-11-30", "17:00", "下午"),
}

EITHER = {
    "周一": ["2026-11-23", "2026-11-30"],
    "下周": ["2026-11-30", "2026-12-02", "2026-12-04"],
    "23号": ["2026-11-23", "2026-12-23"],
    "过两天": ["2026-11-25", "2026-11-26", "2026-11-28"],
    "过几天": ["2026-11-25", "2026-11-26", "2026-11-28"],
    "下个月": ["2026-12-01", "2026-12-15", "2026-12-31"],
    "下个季度": ["2027-01-01", "2027-02-01", "2027-03-01"],
    "明年三月": ["2027-03-01", "2027-03-15", "2027-03-31"],
    "八月十五": ["2027-08-15", "2027-09-15"],
}


def test_every_phrase_means_its_day() -> None:
    told = {phrase: found.on.isoformat() if (found := find(phrase, TODAY)) else None for phrase in PHRASES}
    for phrase, day in told.items():
        print(f"{phrase}\t{day}")  # noqa: T201 - the table that is checked

    assert told == PHRASES


def test_an_hour_is_understood_and_kept() -> None:
    told = {
        phrase: (found.on.isoformat(), f"{found.at:%H:%M}" if found.at else None, found.part)
        for phrase in HOURS
        if (found := find(f"{phrase}去送样", TODAY))
    }

    assert told == HOURS


@pytest.mark.parametrize(
    "text", ["周五一点都没空", "周五两点要求", "明天几点再说", "周五有一点贵", "周五25点", "明天9:75"]
)
def test_what_is_no_hour_is_left_alone(text: str) -> None:
    found = find(text, TODAY)

    assert found is not None
    assert (found.at, text[found.start : found.end]) == (None, text[:2])


def test_what_may_mean_several_days_has_them_all() -> None:
    told = {phrase: [on.isoformat() for on in found.either] for phrase in EITHER if (found := find(phrase, TODAY))}

    assert told == EITHER


@pytest.mark.parametrize("phrase", ["下周三", "周三", "25号", "月底", "三天后", "明天", "国庆后", "12月3号", "今天"])
def test_what_means_one_day_is_not_asked_back(phrase: str) -> None:
    found = find(phrase, TODAY)

    assert found is not None
    assert found.either == ()


def test_an_hour_alone_means_today() -> None:
    found = hour("下午三点问合同", TODAY)

    assert found == Found(TODAY, 0, 4, at=time(15), part="下午")
    assert hour("他有一点贵", TODAY) is None


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
        "五一广场",
        "国庆路口",
        "王国庆说再看看",
        "去年国庆送过",
        "上次中秋",
        "细节后面再谈",
        "三年前买的",
        "几年后",
        "少年后来",
        "每月15号",
        "每年3月10日",
        "每月底",
        "每季度末",
        "交货期15天内",
        "13月初",
        "年终奖",
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


@pytest.mark.parametrize("text", ["昨天", "前天下午", "上周三", "上个月五号", "去年三月", "上上周"])
def test_a_day_that_can_only_lie_behind_us_is_known_as_such(text: str) -> None:
    assert over(text)


@pytest.mark.parametrize("text", ["明天上午", "下周三", "周五", "三天后", "年前"])
def test_a_day_to_come_is_not_over(text: str) -> None:
    assert not over(text)


def test_a_month_long_ago_is_next_years() -> None:
    found = find("9月1号", TODAY)

    assert found == Found(date(2027, 9, 1), 0, 4)


def test_a_name_with_a_festival_in_it_is_no_festival() -> None:
    found = find("王国庆后天来", TODAY)

    assert found is not None
    assert found.on == date(2026, 11, 25)


def test_in_the_middle_of_a_holiday_after_it_means_this_one() -> None:
    found = find("国庆后", date(2026, 10, 3))

    assert found is not None
    assert found.on == date(2026, 10, 8)


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


RELATIVE = [
    phrase
    for phrase in (*PHRASES, *HOURS)
    if not phrase.startswith(("20", "1月", "11月", "12月", "12-", "12/", "十二月", "这", "本"))
]


@given(st.sampled_from(RELATIVE), st.dates(date(2024, 1, 1), date(2034, 12, 31)))
def test_no_phrase_that_counts_from_today_means_a_day_that_has_passed(phrase: str, today: date) -> None:
    found = find(phrase, today)

    if found is not None:  # the 31st, 30 February and the like do not exist in every month
        assert not found.past
        assert found.on >= today
        assert all(on >= today for on in found.either)
        assert not found.either or (found.on in found.either and list(found.either) == sorted(set(found.either)))


@given(st.dates(date(2024, 1, 1), date(2034, 12, 31)))
def test_a_weekday_said_on_that_day_is_asked_back(today: date) -> None:
    found = find(f"周{'一二三四五六日'[today.weekday()]}", today)

    assert found is not None
    assert found.either == (today, today + timedelta(7))
    assert found.on == today + timedelta(7)


@given(st.dates(date(2024, 1, 1), date(2034, 12, 31)))
def test_month_ends_are_the_last_of_a_month(today: date) -> None:
    for phrase, ahead in (("月底", 0), ("下月底", 1)):
        found = find(phrase, today)
        assert found is not None
        assert (found.on + timedelta(1)).day == 1
        assert (found.on.year * 12 + found.on.month) - (today.year * 12 + today.month) == ahead


@given(st.dates(date(2024, 1, 1), date(2034, 12, 31)))
def test_after_a_festival_people_work_and_before_it_too(today: date) -> None:
    for name in ("国庆", "春节", "五一", "中秋", "端午", "元旦"):
        after, before, day = find(f"{name}后", today), find(f"{name}前", today), find(name, today)
        assert after is not None
        assert before is not None
        assert day is not None
        assert is_working(after.on)
        assert is_working(before.on)
        assert today < after.on
        assert today <= before.on
        assert today <= day.on


@given(st.dates(date(2024, 1, 1), date(2034, 12, 31)), st.integers(1, 12), st.integers(1, 29))
def test_a_lunar_date_is_that_day_of_the_lunar_calendar(today: date, month: int, day: int) -> None:
    found = find(f"农历{month}月{day}日", today)

    assert found is not None
    assert lunar(found.on)[1:] == (month, day, False)
    assert today <= found.on


@given(st.dates(date(2024, 1, 1), date(2034, 12, 31)), st.integers(0, 23), st.integers(0, 59))
def test_a_clock_time_is_taken_as_it_is(today: date, hours: int, minutes: int) -> None:
    found = find(f"明天{hours}:{minutes:02}送样", today)

    assert found is not None
    assert found.on == today + timedelta(1)
    assert found.at == time(hours + 12 if 1 <= hours <= 6 else hours, minutes)


DATEY = st.text(
    "今明后大天周星期礼拜下上个月底初中末半年号日前之以过这本每一两二三十零百"
    "农历闰正腊廿国庆春节点早晚下午季度0123456789-/.: 楼，x",
    max_size=14,
)


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


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("昨天电话聊了", "2026-11-22"),
        ("昨晚一起吃饭", "2026-11-22"),
        ("昨儿去了趟他店里", "2026-11-22"),
        ("前天见了一面", "2026-11-21"),
        ("大前天送了样品", "2026-11-20"),
        (" 我们上周三去了他厂里", "2026-11-18"),
        ("上礼拜天碰上的", "2026-11-22"),
        ("上个星期一开的会", "2026-11-16"),
        ("11月20号上门量了尺寸", "2026-11-20"),
        ("10月9日聊过", "2026-10-09"),
        ("2026-11-01 见过面", "2026-11-01"),
        ("11.20看了样品", "2026-11-20"),
    ],
)
def test_a_note_that_begins_with_a_day_behind_us_tells_of_it(text: str, on: str) -> None:
    found = behind(text, TODAY)

    assert found is not None
    assert (found.on.isoformat(), found.past) == (on, True)
    assert coming(without(text, found), TODAY) is None
    assert len(without(text, found)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "今天聊了",
        "聊了聊，他昨天刚签了别家",
        "12月3号再去",  # lies ahead
        "11月23号见了",  # today
        "9月1号见过",  # too long ago for the last one
        "2月30号",
        "3.5万的报价发了",
        "上周没联系上",
        "前台说他不在",
        "昨",
        "",
    ],
)
def test_a_note_that_begins_otherwise_is_of_today(text: str) -> None:
    assert behind(text, TODAY) is None


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(-400, 400))
def test_a_month_and_a_day_are_behind_us_up_to_two_months(today: date, away: int) -> None:
    day = today + timedelta(days=away)
    found = behind(f"{day.month}月{day.day}号去了", today)

    if found is not None:
        assert (found.on.month, found.on.day) == (day.month, day.day)
        assert 0 < (today - found.on).days <= BACK
    else:
        assert not -BACK <= away < 0


@pytest.mark.parametrize(
    ("phrase", "on"),
    [
        ("周五", date(2026, 11, 20)),
        ("周一", date(2026, 11, 16)),
        ("25号", date(2026, 10, 25)),
        ("12月30号", date(2025, 12, 30)),
        ("国庆", date(2026, 10, 1)),
        ("明天", None),
        ("下周三", None),
        ("三天后", None),
    ],
)
def test_the_last_such_day_is_the_one_before_today(phrase: str, on: date | None) -> None:
    assert earlier(phrase, TODAY) == on


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("今天聊了，下周二去他厂里", "11月23日聊了，12月1日去他厂里"),
        ("昨晚喝酒，明天上午十点再去", "11月22日晚上喝酒，11月24日10:00再去"),
        ("上周五签了，周五前送货", "11月20日签了，11月27日前送货"),
        ("答应三天后给他，最晚月底前", "答应11月26日给他，最晚11月30日前"),
        ("年底有预算，春节前要换", "年底有预算，春节前要换"),
        ("12月30号交，下个月再看", "12月30号交，12月再看"),
        ("他下周出差，过两天再说", "他11月30日那周出差，过两天再说"),
        ("上个月28号去了", "10月28日去了"),
        ("前天台下见过他", "前天台下见过他"),
        ("一次买三台", "一次买三台"),
    ],
)
def test_what_means_another_day_tomorrow_is_written_as_a_date(text: str, said: str) -> None:
    assert fixed(text, TODAY) == said


def test_a_day_of_last_month_lies_behind_us() -> None:
    assert find("上个月二十八号去了", TODAY) == Found(date(2026, 10, 28), 0, 7, past=True)
    assert find("上上月28号", TODAY) == Found(date(2026, 9, 28), 0, 6, past=True)


def test_a_text_is_searched_once_a_day_however_often_it_is_asked_for_its_days():
    text = "周一聊了，答应明天上午十点去他酒店，下周再说"
    every.cache_clear()

    asked = [find(text, TODAY), coming(text, TODAY), *every(text, TODAY)], fixed(text, TODAY)
    once = every.cache_info().misses
    tomorrow = find(text, TODAY + timedelta(days=1))

    assert all(asked)
    assert once == 1
    assert every.cache_info().misses == 2
    assert tomorrow is not None
    assert tomorrow.on == date(2026, 11, 30)


@given(st.lists(st.sampled_from([*PHRASES, "他说", "再联系", "，", " ", "每", "上", "三"]), max_size=5).map("".join))
def test_all_phrases_as_one_pattern_are_in_a_text_where_one_of_them_is(text):
    some = any(pattern.search(text) for pattern, _ in _phrases())

    assert (_any().search(text) is not None) == some
