"""Better words for a draft: sendable, and everything else as it was written."""

import pytest

from knowledge.corpus import DRAFTS, read_corpus
from knowledge.rewording import reword
from knowledge.tree import DATA
from knowledge.wording import load_wording

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
    draft = "刘总，您先别激动。"

    assert WORDING.check(draft, "analytical") == []
    assert [finding.taboo.id for finding in WORDING.check(draft, "irritable")] == ["clash"]
    assert better(draft, "irritable").startswith("刘总，")


@pytest.mark.parametrize("voice", ["street_talk", "trade_desk"])
def test_whatever_is_proposed_passes_the_check(voice: str) -> None:
    faulty = [text.text for text in read_corpus(DATA / "corpus" / DRAFTS) if text.types and text.voice == voice]
    found = [(draft, findings) for draft in faulty if (findings := WORDING.check(draft))]
    told = [reworded for draft, findings in found if (reworded := reword(WORDING, draft, findings))]

    assert [row.whole for row in told if WORDING.check(row.whole)] == []
    assert len(told) > 0.8 * len(found)
