"""Suggested lists: data that is understood whole, added to by a team, refused with every fault."""

from datetime import date
from pathlib import Path

import pytest

from knowledge import filters
from knowledge.errors import Faults
from knowledge.filters import Vocabulary
from knowledge.suggestions import load_suggestions, not_understood
from knowledge.systems import Systems
from knowledge.tree import DATA, Tree

SHIPPED = (DATA / "lists.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def words(systems: Systems) -> Vocabulary:
    return Vocabulary(systems, "behavior")


def own(folder: Path, text: str) -> Tree:
    """The shipped files with the team's over them."""
    (folder / "lists.toml").write_text(text, encoding="utf-8")
    return Tree(DATA, folder)


def test_every_shipped_suggestion_is_understood_whole_on_any_day(words: Vocabulary) -> None:
    rows = load_suggestions()
    told = [filters.read(row.words, date(2027, month, 1), words, {}) for row in rows.values() for month in (1, 6, 12)]

    assert list(not_understood(rows, words)) == []
    assert [one.unknown for one in told if one.unknown] == []
    assert {row.origin for row in rows.values()} == {"document", "extended"}


def test_a_team_replaces_one_and_adds_one(tmp_path: Path) -> None:
    text = """
[[list]]
id = "birthdays"
words = "7天内生日"
why = "这周就到"
origin = "extended"

[[list]]
id = "far"
words = "半年没联系"
why = "叫一叫"
origin = "extended"
"""
    rows = load_suggestions(own(tmp_path, text))

    assert rows["birthdays"].words == "7天内生日"
    assert list(rows)[-1] == "far"
    assert len(rows) == len(load_suggestions()) + 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "unplanned"', 'id = "hot_quiet"', "lists.toml: list.hot_quiet: 编号重复"),
        (
            'words = "没有下次联系"',
            'words = "A级 两周没联系"',
            "lists.toml: list.unplanned.words: 和 hot_quiet 是同样的词",
        ),
        ('why = "没安排的最容易丢"', 'because = "x"', "lists.toml: list[1].because: 没有这一项"),
        ('origin = "extended"', 'origin = "me"', "lists.toml: list[0].origin: 不在允许的几种写法里"),
    ],
)
def test_a_bad_file_is_refused_by_path_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SHIPPED
    (tmp_path / "lists.toml").write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Faults) as found:
        load_suggestions(tmp_path)

    assert any(fault.startswith(said) for fault in found.value.faults), found.value.faults


def test_words_that_mean_nothing_are_named(tmp_path: Path, words: Vocabulary) -> None:
    text = SHIPPED.replace("A级 两周没联系", "A级 毛利超过10万 城东")
    (tmp_path / "lists.toml").write_text(text, encoding="utf-8")

    assert list(not_understood(load_suggestions(tmp_path), words)) == [
        "lists.toml: list.hot_quiet.words: 没看懂“毛利超过10万”",
        "lists.toml: list.hot_quiet.words: 没看懂“城东”",
    ]
