"""Better words for a draft: sendable, and everything else as it was written."""

from dataclasses import replace

import pytest

from knowledge.corpus import DRAFTS, read_corpus
from knowledge.rewording import reword
from knowledge.taboos import Repair
from knowledge.tree import DATA
from knowledge.wording import Wording, load_wording

WORDING = load_wording()


def better(draft: str, type: str = "") -> str:
    reworded = reword(WORDING, draft, WORDING.check(draft, type), type)
    return reworded.whole if reworded else ""


def test_a_draft_without_a_fault_needs_no_better_words() -> None:
    assert reword(WORDING, "样品下午三点到，您看谁来收？", []) is None


def test_the_sentences_that_are_fine_stay_as_they_were() -> None:
    told = better("王姐，合同发您邮箱了。这都看不懂，说了您也不明白。")

    assert told.startswith("王姐，合同发您邮箱了。")
    assert "说了您也不明白" not in told


def test_an_order_becomes_a_request_with_all_that_it_asks_for() -> None:
    told = better("你必须今天把身份证照片发过来，过时不候。")

    assert told == "麻烦你今天把身份证照片发过来，行吗？"


def test_a_refusal_keeps_its_matter_between_an_apology_and_a_way_on() -> None:
    told = better("拆封了一律不退。")

    assert told.startswith("对不起，拆封了不退")
    assert told.endswith("行吗？")


def test_each_finding_has_its_own_words() -> None:
    draft = "这都不知道啊，说了您也不懂。货嘛，改天再说吧。"
    findings = WORDING.check(draft)
    reworded = reword(WORDING, draft, findings)

    assert len(findings) > 1
    assert reworded is not None
    told = [part[1] for part in reworded.parts if part]
    assert len(told) == len(set(told))
    assert all(text in reworded.whole for text in told)


def test_a_threat_over_money_owed_becomes_a_bill_and_not_the_answer_to_a_complaint() -> None:
    assert better("你再不付款别怪我不客气") == "这笔款我把账单发你，你看哪天方便安排。"
    assert "不满我听到了" in better("要投诉就去投诉，找消协也没用")


def test_what_a_type_cannot_bear_is_put_otherwise() -> None:
    draft = "刘总，事情是这样，我慢慢说给您听。"

    assert WORDING.check(draft, "analytical") == []
    assert [finding.taboo.id for finding in WORDING.check(draft, "irritable")] == ["clash"]
    assert better(draft, "irritable").startswith("刘总，")


@pytest.mark.parametrize(
    ("draft", "whole"),
    [
        ("款子再不打我们就停货了", "这笔款还没到账，我把账单发您，您看哪天方便安排？款到了我接着给您发货。"),
        ("王总 您欠的货款该结了吧 都拖了两个月了", "王总 这笔款到日子有一阵了，我把账单发您，您看哪天方便安排。"),
        ("总算付款了", "款收到了，谢谢您。"),
        (
            "别人家便宜是因为用的是垃圾料 您用了肯定后悔",
            "您可以多比几家，我们用的什么料、质保多久，我写清楚发您，您来定。",
        ),
        (
            "你怎么又投诉 上次不是给你换了吗",
            "又给你添麻烦了，对不起，上次没弄好的地方我去查清楚，今天下班前给你答复。",
        ),
        (
            "你听我说 你这样算不对 我们的价格已经给足你面子了",
            "这笔账我列一张明细发你，你看哪一项对不上，我们一起核。",
        ),
        ("资料我尽快给您 放心吧 应该没问题", "资料我今天下班前发您。"),
        (
            "沈姐 您别生气嘛 多大点事 我们会处理的",
            "沈姐 这件事让您受累了，对不起，我现在就去查，今天下班前给您答复。",
        ),
        ("您可能没听懂 我再说一遍", "可能是我没讲清楚，我换个说法再说一遍。"),
    ],
)
def test_better_words_are_about_what_the_draft_is_about(draft: str, whole: str) -> None:
    assert better(draft) == whole


def test_what_keeps_the_words_that_were_written_goes_before_words_for_the_matter() -> None:
    assert better("尾款今天必须打过来 不然不发货").startswith("尾款今天打过来，麻烦您了")


def test_a_come_on_is_not_put_otherwise() -> None:
    assert better("美女 想你了 什么时候有空一起吃饭呀") == ""


def test_where_no_words_are_for_the_matter_none_are_offered() -> None:
    taboos = {id: replace(taboo, repairs=(Repair(None, (), "谢谢您惦记"),)) for id, taboo in WORDING.taboos.items()}
    bare = Wording(replace(WORDING.lists, taboos=taboos, repairs=()), WORDING.model)
    about, without = "款子再不打我们就停货了", "这都不知道啊"

    assert reword(bare, about, bare.check(about)) is None
    assert reword(bare, without, bare.check(without)) is not None


@pytest.mark.parametrize("voice", ["street_talk", "trade_desk"])
def test_whatever_is_proposed_passes_the_check(voice: str) -> None:
    faulty = [text.text for text in read_corpus(DATA / "corpus" / DRAFTS) if text.types and text.voice == voice]
    found = [(draft, findings) for draft in faulty if (findings := WORDING.check(draft))]
    told = [reworded for draft, findings in found if (reworded := reword(WORDING, draft, findings))]

    assert [row.whole for row in told if WORDING.check(row.whole)] == []
    assert len(told) > 0.8 * len(found)
