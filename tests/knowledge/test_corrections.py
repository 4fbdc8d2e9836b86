"""Words that correct a judgement."""

import pytest

from knowledge.corrections import corrected, corrects, denies, may_correct, named_type
from knowledge.systems import Systems


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("不对 他是分析型", "analytical"),
        ("不对 他其实是冲动型", "impulsive"),
        ("改成分析型", "analytical"),
        ("其实是沉默型", "silent"),
        ("不是杀价型，是分析型", "analytical"),
        ("我觉得他更像沉默型的客户", "silent"),
        ("不对，他是老江湖", "shrewd"),
        ("应该是好好先生吧", "easygoing"),
        ("他是分析型的", "analytical"),
    ],
)
def test_a_type_is_named_instead_by_its_name_or_another_of_its_names(systems: Systems, text: str, type: str) -> None:
    assert named_type(text, systems["behavior"]) == type
    assert may_correct(text)


@pytest.mark.parametrize("text", ["他是老江湖", "他是老板", "分析型", "不对", "其实挺爽快", "他一直砍价，其实是试探"])
def test_a_description_names_no_type_instead(systems: Systems, text: str) -> None:
    assert named_type(text, systems["behavior"]) == ""


def test_what_is_taken_back_is_replaced_and_what_is_new_is_added() -> None:
    told = ["一直砍价，气得拍桌子", "话不多"]

    assert corrected(told, "不是拍桌子 是拍大腿 他挺高兴的") == (["一直砍价，气得拍大腿", "话不多"], "他挺高兴的")
    assert corrected(told, "不是很爱说话，是闷的那种") == (told, "闷的那种")
    assert corrected(told, "说错了，他只问了问价") == (told, "他只问了问价")


@pytest.mark.parametrize("text", ["他一直砍价", "不是很爱说话", "不对", "问三句才回一句"])
def test_a_description_corrects_nothing(text: str) -> None:
    assert not corrects(text)


def test_a_bare_denial_says_only_that_it_is_not_so() -> None:
    assert all(denies(text) for text in ("不对", "看错了", "不像啊", "他不像"))
    assert not any(denies(text) for text in ("不对劲", "他一直砍价", "不是"))
