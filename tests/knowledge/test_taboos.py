"""The lists of the check of drafts: how they are read, and every fault of theirs at once."""

import re
from pathlib import Path

import pytest

from knowledge.errors import Faults
from knowledge.systems import load_types
from knowledge.taboos import load_lists

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


REST = {
    "patterns": "vague = ['(早|迟)…有的']\n",
    "classes": 'hurry = "快 赶紧"\n',
    "repairs": "[[repair]]\nid = 'vague'\nabout = '(货|票)'\nsay = '{part}的事今天回您'\n"
    "[[repair]]\nid = 'vague'\nsay = '今天回您'\n",
    "clash": """
[[clash]]
types = ["irritable"]
patterns = ['别(激动|生气)']
fine = ["让你别生气"]
why = "火上浇油。"
better = "先给结果。"
say = "我这就办"
""",
}


def folder(tmp_path: Path, text: str = TABOO, **others: str) -> Path:
    """A data folder with that file of taboos, and other files by their name without the ending."""
    (tmp_path / "wording").mkdir()
    for name, written in {**REST, "taboo": text, **others}.items():
        (tmp_path / "wording" / f"{name}.toml").write_text(written, encoding="utf-8")
    return tmp_path


def test_a_soft_phrase_counts_only_without_what_makes_it_definite(tmp_path: Path) -> None:
    vague = load_lists(folder(tmp_path)).taboos["vague"]

    assert vague.hits("我尽快给你") == [(1, 3)]
    assert vague.hits("今天尽快给你") == []


def test_a_phrase_inside_a_fine_one_does_not_count(tmp_path: Path) -> None:
    vague = load_lists(folder(tmp_path)).taboos["vague"]

    assert vague.hits("改天再说") == [(0, 3)]
    assert vague.hits("改天再来玩") == []


def test_a_bare_answer_counts_as_a_whole(tmp_path: Path) -> None:
    vague = load_lists(folder(tmp_path)).taboos["vague"]

    assert vague.hits("嗯。") == [(0, 2)]
    assert vague.hits("嗯，今天送") == []


def test_better_words_come_with_what_was_found(tmp_path: Path) -> None:
    vague = load_lists(folder(tmp_path)).taboos["vague"]

    assert vague.swaps("我尽快给你", [(1, 3)]) == [("尽快", "今天下班前")]
    assert vague.swaps("改天再说", [(0, 3)]) == []


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
        load_lists(folder(tmp_path, TABOO.replace(old, new, 1)))

    assert any(re.search(told, fault) for fault in caught.value.faults), caught.value.faults


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    broken = TABOO.replace('["早干嘛"]', '["早"]').replace('"改天再"]', '"改天再", "改天再"]')
    with pytest.raises(Faults) as caught:
        load_lists(folder(tmp_path, broken))

    assert len(caught.value.faults) == 2


def test_a_kind_may_have_phrases_with_slots_that_always_count_and_one_that_nobody_learnt_has_only_its_lists(
    tmp_path: Path,
) -> None:
    written = TABOO.replace('soft = ["尽快"]', 'soft = ["尽快"]\nalways = ["过(几|两)天…再"]\nlisted = true')
    vague = load_lists(folder(tmp_path, written)).taboos["vague"]

    assert vague.own
    assert vague.certain("过几天我再看") == [(0, 5)]
    assert vague.certain("我尽快") == [(1, 3)]
    assert vague.certain("我今天尽快") == []


def test_a_repair_for_a_matter_is_for_nothing_else(tmp_path: Path) -> None:
    repairs = (
        "[[matter]]\nid = 'money'\nzh = '催款'\nabout = ['货款…没']\n"
        "[[repair]]\nmatter = 'money'\nsay = '账单发您'\n"
        "[[repair]]\nid = 'vague'\nsay = '今天回您'\n"
        "[[repair]]\nid = 'vague'\nmatter = 'any'\nsay = '我去办'\n"
        "[[repair]]\nid = 'vague'\nsay = '{it}，行吗'\n"
    )
    lists = load_lists(folder(tmp_path, repairs=repairs))
    suited = lambda matters: [  # noqa: E731
        one.say for one in (*lists.taboos["vague"].repairs, *lists.repairs) if one.suits(matters)
    ]

    assert lists.about("货款还没到") == {"money"}
    assert suited({"money"}) == ["我去办", "{it}，行吗", "账单发您"]
    assert suited(set()) == ["今天回您", "我去办", "{it}，行吗"]


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("repairs", "[[repair]]\nsay = '今天回您'", r"repair\[0\]: id、matter 至少写一个"),
        (
            "repairs",
            "[[repair]]\nmatter = 'lease'\nsay = '今天回您'",
            r"repair\[0\]\.matter: 没有“lease”这个 \[\[matter\]\]",
        ),
        (
            "repairs",
            "[[matter]]\nid = 'lease'\nzh = '催租'\nabout = ['(房租']\n[[repair]]\nmatter = 'lease'\nsay = '今天回您'",
            r"matter\.lease\.about: 句式“\(房租”写得不对",
        ),
        ("taboo", TABOO.replace("soft", "always = ['(改天']\nsoft", 1), r"vague: always: 句式“\(改天”写得不对"),
        ("patterns", "vauge = ['改…再']", r"patterns\.toml: vauge: taboo\.toml 里没有这个编号"),
        ("patterns", "vague = ['(改|换']", r"vague: 句式“\(改\|换”写得不对"),
        ("patterns", "vague = ['(改)?']", "空话也对得上"),
        ("patterns", "vague = ['改…再', '改…再']", "写了两遍"),
        (
            "repairs",
            "[[repair]]\nid = 'vague'\nabout = '货到了'\nsay = '{part}今天回您'",
            r"repairs\.toml: repair\[0\]\.say: 用了 \{part\}",
        ),
        (
            "repairs",
            "[[repair]]\nid = 'vauge'\nsay = '今天回您'",
            r"repairs\.toml: repair\[0\]\.id: taboo\.toml 里没有“vauge”这个编号",
        ),
        ("clash", "[[clash]]\ntypes = []", r"clash\.toml: clash\[0\]\.types: 条数太少"),
        ("classes", "hurry = 3", r"classes\.toml: hurry: 要写成文字"),
    ],
)
def test_a_fault_of_the_other_files_is_named(tmp_path: Path, name: str, written: str, told: str) -> None:
    with pytest.raises(Faults) as caught:
        load_lists(folder(tmp_path, **{name: written}))

    assert any(re.search(told, fault) for fault in caught.value.faults), caught.value.faults


def test_what_a_type_minds_is_found_where_it_stands_unless_it_is_excused(tmp_path: Path) -> None:
    (clash,) = load_lists(folder(tmp_path)).clashes

    assert clash.types == {"irritable"}
    assert clash.hits("刘总你别激动") == [(3, 6)]
    assert clash.hits("让你别生气是我的事") == []


def test_the_types_of_the_shipped_clashes_are_types_of_behaviour() -> None:
    known = set(load_types("behavior"))

    assert {type for clash in load_lists().clashes for type in clash.types} == known
