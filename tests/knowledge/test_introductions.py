"""Names, numbers and companies apart from what is told."""

import pytest

from knowledge.introductions import Introduction, introduced

PHONE, FIRM = "13511113333", "宏达机械"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("李工 13511113333 宏达机械 进门就砍价 拿同行压我", ("李工", PHONE, FIRM, "进门就砍价 拿同行压我")),
        ("李工 宏达机械 13511113333 张口就要降价", ("李工", PHONE, FIRM, "张口就要降价")),
        ("13511113333 赵经理 宏达机械 脾气大", ("赵经理", PHONE, FIRM, "脾气大")),
        ("宏达机械的李工，电话13511113333，话少", ("李工", PHONE, FIRM, "话少")),
        ("李工 宏达机械 进门就砍价", ("李工", "", FIRM, "进门就砍价")),
        ("客户：王芳，13511113333", ("王芳", PHONE, "", "")),
        ("张三 138 0000 0000 华鑫建材", ("张三", "13800000000", "华鑫建材", "")),
    ],
)
def test_who_it_is_stands_apart_from_what_is_told(text: str, found: tuple[str, str, str, str]) -> None:
    assert introduced(text) == Introduction(*found)


@pytest.mark.parametrize(
    "text",
    [
        "李工 脾气大",
        "李工 进门就砍价，让我打13511113333",
        "他一直砍价，说同行的工厂便宜",
        "李先生 来过两次店 一直砍价",
        "进门先看了一圈，问三句才回一句",
        "周末 来店 看了一圈",
    ],
)
def test_what_is_told_is_no_introduction(text: str) -> None:
    assert introduced(text) is None


def test_who_it_is_reads_as_a_customer_is_kept() -> None:
    assert Introduction("李工", PHONE, FIRM, "话少").whole == "李工 13511113333 宏达机械"
