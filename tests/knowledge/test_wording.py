"""The check of drafts: the lists as they are written, the model where they are silent, and faults of the file."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import Faults
from knowledge.tree import DATA
from knowledge.wording import MOST, Wording, load_taboos, load_wording, plain

DRAFTS = Path(__file__).parent / "drafts"
FAULTY = [tuple(line.split("\t")) for line in (DRAFTS / "faulty.txt").read_text(encoding="utf-8").splitlines()]
HARMLESS = (DRAFTS / "harmless.txt").read_text(encoding="utf-8").splitlines()

TABOO = """[[kind]]
id = "vague"
zh = "暧昧话"
origin = "document"
why = "听着像答应，其实没有日子。"
ask = "有没有日子？"
better = "写上日子。"
phrases = ["改天再"]
soft = ["尽快"]
needs = ["今天"]
alone = ["嗯"]
fine = ["改天再来玩"]
swap = { "尽快" = "今天下班前" }

[[principle]]
id = "thanks"
zh = "多夸多谢"
rule = 7
origin = "document"
why = "没有谢。"
ask = "谢了没有？"
better = "谢一句。"
phrases = ["早干嘛"]
swap = {}
"""


@pytest.fixture(scope="module")
def wording() -> Wording:
    """The shipped check."""
    return load_wording()


def folder(tmp_path: Path, text: str) -> Path:
    """A data folder with that file of taboos."""
    (tmp_path / "wording").mkdir()
    (tmp_path / "wording" / "taboo.toml").write_text(text, encoding="utf-8")
    return tmp_path


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


def test_a_soft_phrase_counts_only_without_what_makes_it_definite(tmp_path: Path) -> None:
    vague = load_taboos(folder(tmp_path, TABOO))["vague"]

    assert vague.hits("我尽快给你") == [(1, 3)]
    assert vague.hits("今天尽快给你") == []


def test_a_phrase_inside_a_fine_one_does_not_count(tmp_path: Path) -> None:
    vague = load_taboos(folder(tmp_path, TABOO))["vague"]

    assert vague.hits("改天再说") == [(0, 3)]
    assert vague.hits("改天再来玩") == []


def test_a_bare_answer_counts_as_a_whole(tmp_path: Path) -> None:
    vague = load_taboos(folder(tmp_path, TABOO))["vague"]

    assert vague.hits("嗯。") == [(0, 2)]
    assert vague.hits("嗯，今天送") == []


def test_better_words_come_with_what_was_found(tmp_path: Path) -> None:
    vague = load_taboos(folder(tmp_path, TABOO))["vague"]

    assert vague.swaps("我尽快给你", [(1, 3)]) == [("尽快", "今天下班前")]
    assert vague.swaps("改天再说", [(0, 3)]) == []


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


@given(st.text(max_size=60))
def test_what_is_compared_is_as_long_as_what_was_written(text: str) -> None:
    assert len(plain(text)) == len(text)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('better = "写上日子。"\n', "", r"taboo\.toml: kind\[0\]\.better: 缺少这一项"),
        ("soft =", "sofd =", r"kind\[0\]\.sofd: 没有这一项"),
        ("rule = 7", "rule = 9", r"principle\[0\]\.rule: 数字太大"),
        ('id = "thanks"', 'id = "vague"', "vague: id: 编号重复"),
        ('"改天再"]', '"改天再", "改天再"]', "vague: phrases: “改天再”写了两遍"),
        ('soft = ["尽快"]', 'soft = ["尽快", "改天再"]', "vague: soft: “改天再”在 phrases 里已经有了"),
        ('["早干嘛"]', '["早"]', "thanks: phrases: “早”太短"),
        ('"今天下班前"', '"尽快办"', "vague: swap: 建议的说法“尽快办”自己就犯了暧昧话"),
        ("[[kind]]", "[[kind]", "不是合法的 TOML"),
    ],
)
def test_a_fault_of_the_file_is_named_with_its_key(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in TABOO
    with pytest.raises(Faults) as caught:
        load_taboos(folder(tmp_path, TABOO.replace(old, new, 1)))

    assert any(re.search(told, fault) for fault in caught.value.faults), caught.value.faults


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    broken = TABOO.replace('["早干嘛"]', '["早"]').replace('"改天再"]', '"改天再", "改天再"]')
    with pytest.raises(Faults) as caught:
        load_taboos(folder(tmp_path, broken))

    assert len(caught.value.faults) == 2


def test_a_model_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(Faults, match=r"model\.bin: 模型文件读不出来"):
        load_wording(folder(tmp_path, TABOO))


def test_a_model_that_does_not_know_a_kind_is_named(tmp_path: Path) -> None:
    path = folder(tmp_path, TABOO.replace('"thanks"', '"gratitude"'))
    (path / "wording" / "model.bin").write_bytes((DATA / "wording" / "model.bin").read_bytes())

    with pytest.raises(Faults, match="模型不认识 gratitude"):
        load_wording(path)
