from datetime import date

import pytest

from knowledge.systems import Systems
from knowledge.values import beside, clauses, describes, first, is_value

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "text",
    [
        "下周三",
        "下周三吧，等他出差回来",
        "他说下周三再看",
        "下周三上午去他厂里把样品送过去",
        "12月8号上午十点",
        "上周五",
        "三天后",
        "大概三十万，他也说不准",
        "约 1.2 百万",
        "两三百万吧",
        "3个月",
        "2026-12-01",
        "30天",
    ],
)
def test_a_clause_that_says_little_else_is_a_value(text: str) -> None:
    assert is_value(text, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "他一直砍价，零头都要抹",
        "他今天问了三家的价格，还要看检测报告",
        "他说下周三要带他老板一起来看，问三句才回一句",
        "不知道",
        "等他通知",
        "",
    ],
)
def test_a_sentence_is_no_value_even_if_it_has_one(text: str) -> None:
    assert not is_value(text, TODAY)


def test_who_writes_how_somebody_is_describes_somebody(systems: Systems) -> None:
    told = {text: describes(text, systems["behavior"]) for text in SENTENCES}

    assert told == SENTENCES


SENTENCES = {
    "他一直砍价，零头都要抹": True,
    "他今天问了三家的价格，还要看检测报告": True,
    "不知道": False,
    "嫌贵": False,
    "华鑫建材有限公司，城东分公司": False,
    "he kept asking about the price": False,
    "2026-12-01 2026-12-02": False,
}


def test_what_stands_beside_a_value_is_left() -> None:
    assert beside("他说过两天再看，嫌贵，一直问能不能便宜", TODAY) == "嫌贵，一直问能不能便宜"
    assert beside("下周三吧", TODAY) == ""


def test_clauses_are_counted_by_their_breaks() -> None:
    assert [clauses(text) for text in ("", "王总", "王总 华鑫建材", "他砍价，零头都要抹。")] == [0, 1, 2, 2]
    assert [first(text) for text in ("", " 王总 华鑫建材", "他砍价，零头都要抹。")] == ["", "王总", "他砍价"]
