"""Words of like use as classes."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.taboos import load_lists
from knowledge.wordclasses import WordClasses

SHIPPED = load_lists().classes
SMALL = WordClasses.read({"dont": "别 不要", "hurry": "催 快点", "no": "不"})


def test_the_longest_word_counts_and_what_has_no_class_is_passed_over() -> None:
    assert SMALL.classes("你不要再催，快点！") == ["dont", "hurry", "/", "hurry", "!"]


def test_digits_and_signs_in_a_row_are_one() -> None:
    assert SMALL.classes("不，，……12345？？") == ["no", "/", "#", "?"]


def test_neighbours_are_seen_with_the_edges_and_over_one_between() -> None:
    assert list(SMALL.features("别再催")) == [
        "%dont",
        "%hurry",
        "%<|dont",
        "%dont|hurry",
        "%hurry|>",
        "%<|dont|hurry",
        "%dont|hurry|>",
        "%<_hurry",
        "%dont_>",
    ]


@given(st.text(max_size=60))
def test_any_text_has_classes(text: str) -> None:
    assert len(SHIPPED.classes(text)) <= len(text)
