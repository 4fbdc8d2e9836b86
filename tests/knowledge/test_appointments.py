from datetime import date, datetime

import pytest

from knowledge.appointments import LONGEST_PLAN, matter, odd, planned

MONDAY_MORNING = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - local, where the rep is


@pytest.mark.parametrize(
    ("note", "on", "what"),
    [
        ("明天去他厂里", date(2026, 11, 24), "去他厂里"),
        ("我明天去他厂里，带样品", date(2026, 11, 24), "我去他厂里，带样品"),
        ("打算下周三请他吃饭，聊聊报价", date(2026, 12, 2), "打算请他吃饭，聊聊报价"),
        ("想请他明天吃饭", date(2026, 11, 24), "想请他吃饭"),
        ("今天下午三点去他厂里", date(2026, 11, 23), "去他厂里"),
        ("今晚请他吃饭", date(2026, 11, 23), "请他吃饭"),
        ("明天去了再说", date(2026, 11, 24), "去了再说"),
        ("明天上午见过他再定", date(2026, 11, 24), "见过他再定"),
        ("明天问他要不要样品", date(2026, 11, 24), "问他要不要样品"),
        ("明天过去看看", date(2026, 11, 24), "过去看看"),
        ("下周三要交货了", date(2026, 12, 2), "要交货了"),
        ("周五前回话", date(2026, 11, 27), "回话"),
    ],
)
def test_a_note_that_only_says_what_will_be_done_is_a_plan(note, on, what):
    found = planned(note, MONDAY_MORNING)

    assert found is not None
    assert (found.on, matter(note, found.start, found.end)) == (on, what)
    assert odd(note, MONDAY_MORNING) is None


@pytest.mark.parametrize(
    "note",
    [
        "电话聊了报价，下周三再联系",
        "微信聊报价，下周三再联系",
        "微信说好12月8号量尺",
        "约好明天去",
        "下周三见面定了，他很满意",
        "明天下午三点约了去他厂里",
        "他说下周三再聊",
        "下周三再联系，他要跟老板商量",
        "他下周三要来看样板间",
        "要下周三交货",
        "打算下个月换三台设备",
        "今天聊了",
        "今天去他厂里",
        "今天上午八点去他厂里",
        "昨天签了合同，下周三送货",
        "11月20号去了他厂里",
        "打了个招呼",
        f"明天去他厂里{'，带样品' * LONGEST_PLAN}",
    ],
)
def test_a_note_that_tells_of_a_contact_is_no_plan(note):
    assert planned(note, MONDAY_MORNING) is None
    assert odd(note, MONDAY_MORNING) is None


@pytest.mark.parametrize("note", ["12月30号去了", "周五签了合同", "明天去了他厂里", "下周三，去了工地", "今晚吃了饭"])
def test_what_was_done_on_a_day_to_come_is_odd(note):
    assert planned(note, MONDAY_MORNING) is None
    assert odd(note, MONDAY_MORNING) is not None
