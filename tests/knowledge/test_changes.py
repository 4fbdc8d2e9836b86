"""Changes on the record, in a sentence."""

import pytest

from knowledge.changes import EVERYTHING, Changed, changed


@pytest.mark.parametrize(
    ("text", "what", "value"),
    [
        ("电话改成13912345679", "phone", "13912345679"),
        ("换号了 13912345679", "phone", "13912345679"),
        ("手机号：139 1234 5679", "phone", "139 1234 5679"),
        ("13912345679", "phone", "13912345679"),
        ("改成A级", "grade", "A"),
        ("等级改为b", "grade", "B"),
        ("现在是C级客户了", "grade", "C"),
        ("升A", "grade", "A"),
        ("还了3万", "paid", 30000),
        ("昨天又还了三万五", "paid", 35000),
        ("他的等级改成B", "grade", "B"),
        ("微信号是Wx_12345", "wechat", "Wx_12345"),
        ("公司改成华鑫建材", "company", "华鑫建材"),
        ("把欠款还清了", "paid", EVERYTHING),
        ("还清了", "paid", EVERYTHING),
        ("回款5000元", "paid", 5000),
    ],
)
def test_a_change_is_read(text: str, what: str, value: str | float) -> None:
    assert changed(text) == Changed(what, value)


@pytest.mark.parametrize(
    "text",
    [
        "爱喝龙井",
        "还了3万，说年底再还",
        "a",
        "是个好人",
        "电话没人接",
        "还欠3万",
        "要看A级的样品",
        "还了价",
        "微信聊了报价",
        "公司是做门窗的",
    ],
)
def test_what_says_more_or_something_else_is_no_change(text: str) -> None:
    assert changed(text) is None
