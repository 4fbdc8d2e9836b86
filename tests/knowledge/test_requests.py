"""Questions to us in plain words."""

import pytest

from knowledge.requests import Request, requests


@pytest.mark.parametrize(
    ("text", "what", "words"),
    [
        ("欠款超过十万的有哪些", "list", "欠款超过十万"),
        ("谁没联系", "list", "好久没联系"),
        ("本月没联系的客户", "list", "本月没联系"),
        ("哪些客户欠款超过十万？", "list", "欠款超过十万"),
        ("A级客户有几个", "list", "A级"),
        ("小郑这周怎么样", "who", "小郑"),
        ("王建国最近情况如何？", "who", "王建国"),
        ("客户嫌贵怎么办", "advice", "嫌贵"),
        ("怎么跟沉默型的客户聊", "advice", "沉默型"),
        ("如何应对杀价型", "advice", "杀价型"),
        ("分析型", "type", "分析型"),
        ("客户说再考虑考虑怎么回", "advice", "再考虑考虑"),
    ],
)
def test_a_question_is_read(text: str, what: str, words: str) -> None:
    assert requests(text)[0] == Request(what, words)


@pytest.mark.parametrize(
    "text", ["他问我怎么办", "没怎么说话", "不知道怎么说", "他说怎么样都行", "进门先看了一圈", "一直砍价", "不怎么聊天"]
)
def test_a_description_is_no_question(text: str) -> None:
    assert requests(text) == []
