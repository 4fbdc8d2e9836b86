"""Plain words for lists of customers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.filters import (
    LONGEST,
    MOST,
    Added,
    Archived,
    Comes,
    Complained,
    Either,
    Every,
    Graded,
    Has,
    Idle,
    Met,
    Never,
    Next,
    Not,
    Owned,
    Paused,
    Promised,
    Reached,
    Recheck,
    Says,
    Surnamed,
    Typed,
    Unplanned,
    Vocabulary,
    days_wanted,
    read,
)
from knowledge.rules import Condition
from knowledge.systems import Systems

TODAY = date(2026, 11, 26)  # a Thursday
OWNERS = {"小李": (1,), "小周": (3,), "小郑": (4,), "城东一组": (1, 2)}


@pytest.fixture(scope="module")
def words(systems: Systems) -> Vocabulary:
    """The shipped vocabulary."""
    return Vocabulary(systems, "behavior")


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("A级 两周没联系 分析型", (Graded(("A",)), Idle(14), Typed("behavior", ("analytical",)))),
        ("白金 城东 有未结投诉", (Typed("spend_tier", ("platinum",)), Says("城东"), Complained())),
        ("30天内生日", (Comes("birthday", 0, 30),)),
        ("没有下次联系", (Unplanned(),)),
        ("AB级的客户", (Graded(("A", "B")),)),
        ("Ａ類", (Graded(("A",)),)),
        ("没定级", (Graded(("",)),)),
        ("A级客户", (Graded(("A",)),)),
        ("AB级客户 两周没联系", (Graded(("A", "B")), Idle(14))),
        ("不是A级", (Not(Graded(("A",))),)),
        ("A级或没定级", (Either((Graded(("A",)), Graded(("",)))),)),
        ("钻石或白金或黄金", (Either(tuple(Typed("spend_tier", (id,)) for id in ("diamond", "platinum", "gold"))),)),
        ("三个月没联系", (Idle(90),)),
        ("半个月没跟进过", (Idle(15),)),
        ("半年没动静的", (Idle(182),)),
        ("从没联系过", (Never(),)),
        ("最近一周联系过", (Reached(7),)),
        ("本月没联系", (Not(Reached(25)),)),
        ("这个月还没联系过的客户", (Not(Reached(25)),)),
        ("这周没联系", (Not(Reached(3)),)),
        ("今天联系过", (Reached(0),)),
        ("上个月没联系", (Not(Met(-56, -26)),)),
        ("上周联系过", (Met(-10, -4),)),
        ("去年没联系 A级", (Not(Met(-694, -330)), Graded(("A",)))),
        ("好久没联系", (Idle(30),)),
        ("很长时间没跟进了", (Idle(30),)),
        ("姓王的", (Surnamed("王"),)),
        ("姓欧阳的客户", (Surnamed("欧阳"),)),
        ("姓王或姓李 好久没联系", (Either((Surnamed("王"), Surnamed("李"))), Idle(30))),
        ("不是姓王的", (Not(Surnamed("王")),)),
        ("成交额超过一百二十万", (Condition("revenue", ">", 1_200_000),)),
        ("逾期的", (Next(None, -1),)),
        ("今天该联系", (Next(None, 0),)),
        ("7天内要联系", (Next(None, 7),)),
        ("下周要联系", (Next(4, 10),)),
        ("本周要联系", (Next(None, 3),)),
        ("本月生日", (Either((Comes("birthday", 0, 4), Comes("birthday", 340, 364))),)),
        ("下个月生日", (Comes("birthday", 5, 35),)),
        ("明天生日", (Comes("birthday", 1, 1),)),
        ("60天内续约", (Comes("renewal", 0, 60),)),
        ("没有投诉", (Not(Complained()),)),
        ("有说好的事", (Promised(),)),
        ("说好的没做", (Promised(late=True),)),
        ("电话没填", (Not(Has("phone")),)),
        ("没电话 有微信", (Not(Has("phone")), Has("wechat"))),
        ("暂停的", (Paused(),)),
        ("归档的", (Archived(),)),
        ("最近7天新增", (Added(7),)),
        ("本周新增", (Added(3),)),
        ("还没判断类型", (Typed("", ()),)),
        ("类型要重新确认", (Recheck(),)),
        ("联系过2次以上", (Condition("contacts", ">=", 2),)),
        ("联系少于三次", (Condition("contacts", "<", 3),)),
        ("年成交额50万以上", (Condition("revenue", ">=", 500000),)),
        ("成交额不到 1.5万", (Condition("revenue", "<", 15000),)),
        ("有欠款", (Condition("debt", ">", 0),)),
        ("欠3万5以上", (Condition("debt", ">=", 35000),)),
        ("尾款超过三千块", (Condition("debt", ">", 3000),)),
        ("没有欠款 A级", (Not(Condition("debt", ">", 0)), Graded(("A",)))),
        ("会员积分1000分以上", (Condition("points", ">=", 1000),)),
        ("积分不到1.2万", (Condition("points", "<", 12000),)),
        ("欠款没填", (Not(Has("debt")),)),
        ("合同额50万以上", (Condition("revenue", ">=", 500000),)),
        ("成交次数>3", (Condition("orders", ">", 3),)),
        ("成交次数没填", (Not(Has("orders")),)),
        ("懂行", (Condition("knows_trade", "=", True),)),
        ("不懂行", (Condition("knows_trade", "=", False),)),
        ("量大，常年在买", (Condition("buy_rhythm", "=", "often"),)),
        ("用量等级白金", (Typed("spend_tier", ("platinum",)),)),
        ("小李的 杀价", (Owned((1,)), Typed("behavior", ("bargainer",)))),
        ("城东一组 逾期", (Owned((1, 2)), Next(None, -1))),
        ("关键客户", (Typed("abc_value", ("key",)),)),
        ("喜欢钓鱼", (Says("喜欢钓鱼"),)),
        ("兩週沒聯繫", (Idle(14),)),
    ],
)
def test_what_is_said_is_what_is_meant(words, text, terms):
    told = read(text, TODAY, words, OWNERS)

    assert (told.terms, told.unknown) == (terms, ())
    assert len(told.said) == len(told.terms)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("12月续保", (Comes("renewal", 5, 35),)),
        ("明年1月续保", (Comes("renewal", 36, 66),)),
        ("合同12月到期", (Comes("renewal", 5, 35),)),
        ("28日生日", (Comes("birthday", 2, 2),)),
        ("12日内生日", (Comes("birthday", 0, 12),)),
        ("10月以来没联系", (Not(Reached(56)),)),
        ("10月1号以后没联系过", (Not(Reached(55)),)),
        ("12月合同到期", (Comes("renewal", 5, 35),)),
        ("8月生日", (Comes("birthday", 248, 278),)),
        ("12月份生日的", (Comes("birthday", 5, 35),)),
        ("生日在8月", (Comes("birthday", 248, 278),)),
        ("去年8月生日", (Comes("birthday", 248, 278),)),
        ("3月内生日", (Comes("birthday", 0, 90),)),
        ("近3月没联系", (Idle(90),)),
        ("三个月没联系", (Idle(90),)),
        ("10月没联系", (Not(Met(-56, -26)),)),
        ("8月和10月联系过", (Either((Met(-117, -87), Met(-56, -26))),)),
        ("明年1月联系过", ()),
        ("12月要联系", (Next(5, 35),)),
        ("明天联系", (Next(1, 1),)),
        ("今天联系", ()),
        ("上个月新增", (Added(56, 26),)),
        ("试用到期", (Comes("trial", -30, 30),)),
        ("试用快到期的", (Comes("trial", -30, 30),)),
        ("快过生日的", (Comes("birthday", 0, 30),)),
        ("没续保的", ()),
    ],
)
def test_a_month_by_its_number_is_one_of_the_calendar(words, text, terms):
    told = read(text, TODAY, words, OWNERS)

    assert told.terms == terms
    assert bool(told.unknown) is (not terms)


def test_a_month_of_another_year_is_said_with_it(words):
    said = lambda text: read(text, TODAY, words, OWNERS).said  # noqa: E731

    assert said("1月续保") == ("明年1月续约续保",)
    assert said("12月没联系") == ("去年12月没联系",)
    assert said("8月生日") == ("8月生日",)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("小李和小周的A级", (Either((Owned((1,)), Owned((3,)))), Graded(("A",)))),
        ("小李小周的A级", (Either((Owned((1,)), Owned((3,)))), Graded(("A",)))),
        ("小李、小周、小郑", (Either((Owned((1,)), Owned((3,)), Owned((4,)))),)),
        ("小李 A级 小周", (Either((Owned((1,)), Owned((3,)))), Graded(("A",)))),
        ("小李和小周 A级和B级", (Either((Owned((1,)), Owned((3,)))), Either((Graded(("A",)), Graded(("B",)))))),
        ("钻石和白金", (Either((Typed("spend_tier", ("diamond",)), Typed("spend_tier", ("platinum",)))),)),
        ("姓王和姓李", (Either((Surnamed("王"), Surnamed("李"))),)),
        ("小李和杀价", (Owned((1,)), Typed("behavior", ("bargainer",)))),
        ("城东一组 小李", (Owned((1, 2)), Owned((1,)))),
        ("A级和城东", (Graded(("A",)), Says("城东"))),
        ("钓鱼和打球", (Either((Says("钓鱼"), Says("打球"))),)),
        ("安康和谐家园", (Says("安康和谐家园"),)),
        ("城东和小李", (Says("城东"), Owned((1,)))),
        ("小郑手上超过10天没联系的", (Owned((4,)), Idle(10))),
        ("小周手里的", (Owned((3,)),)),
        ("除了小周以外的A级", (Not(Owned((3,))), Graded(("A",)))),
        ("除小周外的A级", (Not(Owned((3,))), Graded(("A",)))),
        ("小周除外", (Not(Owned((3,))),)),
        ("除了小李和小周以外的", (Not(Owned((1,))), Not(Owned((3,))))),
        ("不是小李和小周的", (Not(Owned((1,))), Not(Owned((3,))))),
        ("不要小周的", (Not(Owned((3,))),)),
    ],
)
def test_what_nobody_could_be_at_once_is_a_choice(words, text, terms):
    told = read(text, TODAY, words, OWNERS)

    assert (told.terms, told.unknown) == (terms, ())


@pytest.mark.parametrize(
    ("text", "fact", "low", "high"),
    [
        ("欠款5万到20万", "debt", 50_000, 200_000),
        ("欠5-20万之间", "debt", 50_000, 200_000),
        ("成交额50到100万", "revenue", 500_000, 1_000_000),
        ("积分500到1000", "points", 500, 1000),
        ("欠款10万左右", "debt", 80_000, 120_000),
    ],
)
def test_an_amount_may_lie_between_two(words, text, fact, low, high):
    told = read(text, TODAY, words, OWNERS)

    assert told.terms == (Every((Condition(fact, ">=", low), Condition(fact, "<=", high))),)
    assert told.unknown == ()


def test_an_amount_may_have_two_bounds(words):
    told = read("欠款5万以上20万以下 积分超过100不到500", TODAY, words, OWNERS)

    assert told.terms == (
        Every((Condition("debt", ">=", 50_000), Condition("debt", "<=", 200_000))),
        Every((Condition("points", ">", 100), Condition("points", "<", 500))),
    )
    assert told.said[0] == "欠款至少 5 万元、不超过 20 万元"


@pytest.mark.parametrize("text", ["毛利超过10万", "哈哈哈哈哈哈哈哈哈哈哈哈", "???"])
def test_what_is_not_understood_is_said_and_not_guessed(words, text):
    told = read(text, TODAY, words, OWNERS)

    assert told.terms == ()
    assert told.unknown == ((text,) if text != "???" else ())


def test_what_is_understood_counts_beside_what_is_not(words):
    told = read("A级 毛利超过10万 30天内生日", TODAY, words, OWNERS)

    assert told.terms == (Graded(("A",)), Comes("birthday", 0, 30))
    assert told.unknown == ("毛利超过10万",)


def test_names_of_people_out_of_reach_are_plain_words(words):
    assert read("小李", TODAY, words, {}).terms == (Says("小李"),)


@given(
    text=st.text(
        alphabet="AB级两周3天没联系有无投诉不是或，。 分析型白金内生日成交额>万以上的%_'\\", max_size=2 * LONGEST
    )
)
def test_any_words_come_to_a_filter(words, text):
    told = read(text, TODAY, words, OWNERS)

    assert len(told.terms) == len(told.said) <= MOST


def test_the_days_of_the_birthdays_that_are_wanted_are_told_and_no_others():
    born = Either((Comes("birthday", 0, 4), Comes("birthday", 340, 364)))
    terms = (Graded(("A",)), born, Comes("renewal", 0, 30), Not(Comes("birthday", 5, 9)))

    assert days_wanted(terms, "birthday") == [(0, 4), (340, 364)]
