"""The check of drafts: the lists as they are written, the model where they are silent, and faults of the file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import Faults
from knowledge.slots import plain
from knowledge.tree import DATA
from knowledge.wording import MOST, Wording, load_wording
from tests.knowledge.test_taboos import TABOO, folder

DRAFTS = Path(__file__).parent / "drafts"
FAULTY = [tuple(line.split("\t")) for line in (DRAFTS / "faulty.txt").read_text(encoding="utf-8").splitlines()]
HARMLESS = (DRAFTS / "harmless.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def wording() -> Wording:
    """The shipped check."""
    return load_wording()


def test_the_lists_name_every_draft_that_they_were_made_from_and_no_harmless_one(wording: Wording) -> None:
    unnamed = [draft for kind, draft in FAULTY if not wording.taboos[kind].hits(plain(draft))]
    wrongly = [draft for draft in HARMLESS if any(taboo.hits(plain(draft)) for taboo in wording.taboos.values())]

    assert len(FAULTY) == len(HARMLESS) == 110
    assert unnamed == []
    assert wrongly == []


def test_the_whole_check_finds_nearly_all_that_the_lists_name_and_spares_the_harmless(wording: Wording) -> None:
    missed = [draft for _, draft in FAULTY if not wording.check(draft)]
    wrongly = [draft for draft in HARMLESS if wording.check(draft)]

    assert len(missed) <= 11
    assert len(wrongly) <= 4


@pytest.mark.parametrize(
    ("kind", "draft"),
    [
        ("vague", "总会有办法的"),
        ("vague", "改天我再和您联系，今天样品还没看"),
        ("vague", "问题解决后我通知您一声，麻烦您了"),
        ("vague", "谢谢您的耐心，我想近期内可以给您答复"),
        ("impatient", "不是告诉您了吗，怎么还不明白"),
        ("impatient", "有完没完，真是麻烦"),
        ("spite", "您到底想怎么样呢，我们好商量"),
        ("spite", "我就这服务态度，您能怎么样呢"),
    ],
)
def test_what_the_document_forbids_word_for_word_is_named_whatever_stands_beside_it(
    wording: Wording, kind: str, draft: str
) -> None:
    assert kind in [finding.taboo.id for finding in wording.check(draft)]


@pytest.mark.parametrize(
    ("kind", "draft"),
    [
        ("rival", "别人家便宜是因为用的是垃圾料 您用了肯定后悔"),
        ("rival", "别家都是翻新料 用几天就坏"),
        ("rival", "他们家骗人的 您别上当"),
        ("rival", "隔壁那家快倒闭了 没人管售后的"),
        ("rival", "他们家用的都是回收料 您别信他们忽悠"),
        ("hush", "沈姐 您别生气嘛 多大点事 我们会处理的"),
        ("hush", "多大点事 别生气"),
        ("hush", "您先别激动 听我解释"),
        ("contempt", "您没听懂我的意思"),
        ("contempt", "您可能没听懂 我再说一遍"),
        ("contempt", "你是猪吗 讲了这么多遍"),
        ("flirt", "宝贝 晚上出来喝一杯呗"),
        ("flirt", "美女 想你了 什么时候有空一起吃饭呀"),
        ("flirt", "小姐姐有男朋友了吗"),
    ],
)
def test_what_runs_somebody_down_or_comes_on_to_them_is_called_that(wording: Wording, kind: str, draft: str) -> None:
    assert wording.check(draft)[0].taboo.id == kind


@pytest.mark.parametrize(
    "draft",
    [
        "您在别家买的机器坏了也可以拿来，我们照样修",
        "别家用什么料我不评价，我们的检测报告在这儿，您自己比",
        "同行有没有用翻新件我不清楚，您买的时候看一眼标签就知道，我帮您看也行",
        "您别生气，是我们没做好，今天下班前给您换好",
        "对不起让您久等了，您先消消气，我这就去催，四点前回您",
        "哪里没听懂您尽管问，我画张图讲给您",
        "您没听懂没关系，我画张图给您，您看好吗",
        "亲爱的顾客，您的宝贝已经发货，请您留意电话",
        "王总，今晚的晚饭订在六点，地址我发您，谢谢您抽空来",
        "您一个人住的话，这款小一点的更合适，您看呢",
    ],
)
def test_what_only_has_those_words_is_not(wording: Wording, draft: str) -> None:
    assert [finding.taboo.id for finding in wording.check(draft) if finding.taboo.own] == []
    assert "contempt" not in {finding.taboo.id for finding in wording.check(draft)}


@pytest.mark.parametrize("draft", ["爱买不买，随你便。", "愛買不買，隨你便。", "爱买不买，随您便。"])
def test_signs_and_script_make_no_difference(wording: Wording, draft: str) -> None:
    (first, *_) = wording.check(draft)

    assert first.taboo.id == "spite"
    assert next(draft[start:end] for start, end in first.spans) in {"爱买不买", "愛買不買"}


def test_words_inside_those_of_another_kind_are_not_named_twice(wording: Wording) -> None:
    found = wording.check("这都不知道啊？要买就买，不买拉倒。")

    assert {finding.taboo.id for finding in found} == {"contempt", "spite"}


def test_what_no_list_names_is_underlined_by_the_clause(wording: Wording) -> None:
    draft = "王总，定金不退，这是公司的规矩。"
    found = wording.check(draft)

    assert found
    assert all(0 <= start < end <= len(draft) for finding in found for start, end in finding.spans)


@given(st.text(max_size=80))
def test_any_text_can_be_checked(text: str) -> None:
    found = load_wording().check(text)

    assert len(found) <= MOST
    assert len({finding.taboo.id for finding in found}) == len(found)
    assert all(0 <= start <= end <= len(text) for finding in found for start, end in finding.spans)


def test_a_model_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(Faults, match=r"model\.bin: 模型文件读不出来"):
        load_wording(folder(tmp_path, TABOO))


def test_a_model_that_does_not_know_a_kind_is_named(tmp_path: Path) -> None:
    path = folder(tmp_path, TABOO.replace('"thanks"', '"gratitude"'))
    (path / "wording" / "model.bin").write_bytes((DATA / "wording" / "model.bin").read_bytes())

    with pytest.raises(Faults, match="模型不认识 gratitude"):
        load_wording(path)
