from datetime import date, datetime

import pytest

from knowledge.appointments import (
    AGREED,
    HEARD,
    LONGEST_PLAN,
    OURS,
    behind,
    days,
    matter,
    matter_on,
    odd,
    over,
    planned,
    undated,
)

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
        ("周五他们搬家，去看看他", date(2026, 11, 27), "他们搬家，去看看他"),
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
        "春节前他们要换设备",
        "年底听说他有预算",
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


@pytest.mark.parametrize(
    "note",
    [
        "准备请他吃饭",
        "打算约他见面",
        "我打算去找他聊聊",
        "想约他喝茶",
        "想着请她吃个饭，聊聊新品",
        "回头请他吃饭",
        "改天再约他",
        "有空去看看他",
        "下次给他带点茶叶",
        "回头给他送样品，说说价格",
        "记得给她寄样册",
        "要去拜访他",
        "得跟他谈谈价格",
        "打算带他去看样板间",
        "准备打个电话问问",
        "准备上门",
        "抽空回访",
        "准备请他吃饭，他生日快到了",
        "准备寄份样册过去",
        "准备请他吃饭 聊聊新品",
        "打算去他厂里看看",
        "得去拜访他",
        "要给他补一张收据",
    ],
)
def test_a_note_that_only_says_what_will_be_done_on_some_day_is_a_plan_for_no_day(note):
    assert undated(note, MONDAY_MORNING.date())
    assert planned(note, MONDAY_MORNING) is None


@pytest.mark.parametrize(
    "note",
    [
        "聊了报价，准备请他吃饭",
        "准备请他吃饭，他说没空",
        "准备请他吃饭，没空",
        "想约他见面，推掉了",
        "想约他见面，说月底忙",
        "想约他没约上",
        "约好回头请他吃饭",
        "请他吃饭了，回头再约他",
        "打了电话，改天再约他",
        "他打算约我见面",
        "想约我吃饭",
        "要我给他报价",
        "想看看样品",
        "准备换设备",
        "打算给他女儿买保险",
        "要跟她老公商量",
        "要跟老板商量",
        "想要样品",
        "要求给他报价",
        "要经理给他道歉",
        "要站着跟他说话",
        "要免安装费 还得给他送货",
        "想帮他，他只肯出三千",
        "下次来之前打个电话",
        "我该怎么跟他谈",
        "要不要约他吃饭呢",
        "要不要请他吃饭",
        "计划书给他看了",
        "改天再说",
        "回头再聊",
        "回头他请我吃饭",
        "回头客，跟他很熟",
        "上次准备请他吃饭，聊得挺好",
        "昨天打算请他吃饭",
        "明天请他吃饭",
        f"准备请他吃饭{'，带样品' * LONGEST_PLAN}",
    ],
)
def test_what_a_customer_wants_or_was_heard_on_is_no_plan_for_some_day(note):
    assert not undated(note, MONDAY_MORNING.date())


@pytest.mark.parametrize("note", ["12月30号去了", "周一签了合同", "明天去了他厂里", "下周三，去了工地", "今晚吃了饭"])
def test_what_was_done_on_a_day_to_come_is_odd(note):
    assert planned(note, MONDAY_MORNING) is None
    assert odd(note, MONDAY_MORNING) is not None


WEDNESDAY = date(2026, 12, 2)


@pytest.mark.parametrize(
    ("note", "on"),
    [
        ("23号去她家坐了坐", date(2026, 11, 23)),
        ("1号去店里看过了", date(2026, 12, 1)),
        ("29号签了合同", date(2026, 11, 29)),
        ("我29号跟她见面聊得不错", date(2026, 11, 29)),
        ("上个月28号去了民宿", date(2026, 11, 28)),
        ("上月二十八号他厂里", date(2026, 11, 28)),
        ("周一去的 聊挺好", date(2026, 11, 30)),
        ("星期一见面了", date(2026, 11, 30)),
        ("这周一去了", date(2026, 11, 30)),
        ("周一上午10点去了他厂里，他说周五再聊", date(2026, 11, 30)),
        ("跟他周四吃了饭", date(2026, 11, 26)),
        ("昨天见了", date(2026, 12, 1)),
    ],
)
def test_a_day_on_which_something_was_done_is_the_last_such_day(note, on):
    found = behind(note, WEDNESDAY)
    now = datetime.combine(WEDNESDAY, MONDAY_MORNING.time())

    assert found is not None
    assert (found.on, found.past) == (on, True)
    assert planned(note, now) is None
    assert odd(note, now) is None


@pytest.mark.parametrize(
    "note",
    [
        "周一去",
        "周一要去的",
        "周四去了再说",
        "周五等他回来了打给他",
        "周三去了",  # today, or a week ago
        "下周三去了",
        "12月30号去了",  # a year ago
        "25号约好了",
        "聊了报价，周五再聊",
        "他说29号签了别家",
        "今天聊了",
    ],
)
def test_other_days_of_a_note_are_not_behind_us(note):
    assert behind(note, WEDNESDAY) is None


def test_a_day_on_which_something_was_done_is_none_to_come_wherever_it_stands():
    found = over("聊了聊，他29号签了别家，下周三再去", WEDNESDAY)

    assert [one.on for one in found] == [date(2026, 12, 29)]


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("昨晚喝酒 他透露年底有预算", [(date(2026, 12, 31), HEARD)]),
        ("听说他们春节前要换设备", [(date(2027, 2, 4), HEARD)]),
        ("听说 他们春节前要换设备", [(date(2027, 2, 4), HEARD)]),
        ("听说厂里要扩建，年底上新线", [(date(2026, 12, 31), HEARD)]),
        ("听老板娘说过年前要关店", [(date(2027, 2, 4), HEARD)]),
        ("上周四吃了个饭，他儿子6号结婚", [(date(2026, 12, 6), HEARD)]),
        ("客户打算下个月6号换设备", [(date(2027, 1, 6), HEARD)]),
        ("他打算下周三来店里看", [(date(2026, 12, 9), AGREED)]),
        ("他要下周三交货", [(date(2026, 12, 9), AGREED)]),
        ("王总答应周一签", [(date(2026, 12, 7), AGREED)]),
        ("电话聊了报价，他要跟老板商量，下周三再联系", [(date(2026, 12, 9), AGREED)]),
        ("答应周五前给他报价", [(date(2026, 12, 4), OURS)]),
        ("客户说下周二体检完再定 答应她五号前出计划书", [(date(2026, 12, 8), AGREED), (date(2026, 12, 5), OURS)]),
        ("他说下周五给答复 我答应后天发资料", [(date(2026, 12, 11), AGREED), (date(2026, 12, 4), OURS)]),
        ("周一见了，他29号刚签了别家", []),
    ],
)
def test_the_days_to_come_of_a_note_are_ours_or_agreed_or_only_heard_of(note, told):
    assert [(one.found.on, one.whose) for one in days(note, WEDNESDAY)] == told


@pytest.mark.parametrize(
    ("note", "what"),
    [
        ("周一打电话聊了，她说周五给答复", "11月30日打电话聊了，她说给答复"),
        ("聊了，他29号签了别家，下周三再去", "聊了，他11月29日签了别家，再去"),
        ("今天聊了，明天上午十点去他酒店，下周再说", "12月2日聊了，去他酒店，12月7日那周再说"),
    ],
)
def test_the_words_of_a_promise_can_be_read_on_any_day(note, what):
    found = days(note, WEDNESDAY)[0].found

    assert matter_on(note, found.start, found.end, WEDNESDAY) == what
