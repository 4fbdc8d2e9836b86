import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.features import BREAK, DENIED, features, read, telling
from knowledge.segment import cut
from knowledge.sounds import sounds
from knowledge.text import comparable

CHARACTERS = "不没还价砍问了他但就是嫌贵好说很一再，。！？ \n“”abc12"


def clauses_of(line: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(f"[^{BREAK}]+", line)]


def own(text: str) -> set[str]:
    """The features of whole words and pairs, without the runs of characters."""
    return {key for key in features(comparable(text)) if key[0] == "w" or "|" in key}


@pytest.mark.parametrize(
    ("denied", "said"),
    [
        ("不怎么还价", "还价"),
        ("没嫌贵", "嫌贵"),
        ("没有抱怨", "抱怨"),
        ("从来不抱怨", "抱怨"),
        ("并没有发火", "发火"),
        ("很少抱怨", "抱怨"),
        ("没怎么犹豫", "犹豫"),
    ],
)
def test_a_denied_behaviour_is_another_feature(denied: str, said: str) -> None:
    words = {key.removeprefix("w") for key in own(said) if key[0] == "w"} or set(said)
    told = own(denied)

    assert not any(f"w{word}" in told for word in words if len(word) > 1)
    assert any("¬" in key for key in told)


def test_a_run_of_characters_under_a_negation_is_another_one_too() -> None:
    told, denied = features("他抱怨"), features("他从来不抱怨")

    assert "抱怨" in told
    assert "抱怨" not in denied
    assert "¬抱怨" in denied
    assert "不抱怨" in denied


def test_a_feature_said_again_is_found_at_both_places() -> None:
    reading = read("他砍价，又砍价")

    assert [(start, end) for key, start, end, _ in reading.hits() if key == "砍价"] == [(1, 3), (5, 7)]


def test_what_is_denied_twice_in_a_row_is_said() -> None:
    assert "w抱怨" in own("他不是不抱怨")
    assert "w¬抱怨" in own("他不抱怨")


def test_a_negation_ends_with_its_clause() -> None:
    assert "w抱怨" in own("他不砍价，抱怨个没完")
    assert "w¬抱怨" not in own("他不砍价，抱怨个没完")


def test_a_contrast_ends_a_negation() -> None:
    told = own("价格倒没问就是抱怨服务")

    assert "w抱怨" in told
    assert "w¬抱怨" not in told


def test_a_negation_reaches_four_words_and_no_further() -> None:
    near, far = "不他他他抱怨", "不他他他他抱怨"

    assert "w¬抱怨" in own(near)
    assert "w抱怨" in own(far)


def test_a_slip_of_the_thumb_sounds_like_what_was_meant() -> None:
    meant, typed = set(features("就嗯了一声")), set(features("旧嗯了一声"))

    assert sounds("就嗯") in meant & typed
    assert "就嗯了" not in typed


def test_words_on_both_sides_of_a_comma_are_no_pair() -> None:
    told = own("价格，服务")

    assert "价格|服务" not in told
    assert "价格|服务" in own("价格服务")


@given(st.text(CHARACTERS, max_size=60))
def test_every_feature_lies_inside_the_text(text: str) -> None:
    assert all(0 <= start < end <= len(text) for _, start, end, _ in read(text).hits())


@given(st.text(CHARACTERS, max_size=60))
def test_words_stand_in_order_and_do_not_overlap(text: str) -> None:
    words = read(text).words()

    assert all(0 <= start < end <= len(text) for start, end in words)
    assert all(left[1] <= right[0] for left, right in pairwise(words))


@given(st.text(CHARACTERS, max_size=60))
def test_a_run_of_characters_is_found_where_its_place_says(text: str) -> None:
    for key, start, end, _ in read(text).hits():
        there = text[start:end]
        if key[0] not in "w^" and key[-1] != "$" and not {"|", "_", DENIED} & set(key):
            assert key in (there, sounds(there))


@given(st.text(CHARACTERS, max_size=40))
def test_each_feature_is_told_once(text: str) -> None:
    told = features(text)

    assert len(told) == len(set(told))


def test_saying_it_twice_adds_no_word() -> None:
    once, twice = "他一直砍价", "他一直砍价，他一直砍价"

    assert set(features(once)) == set(features(twice))


def test_nothing_has_no_features() -> None:
    assert features("") == []
    assert features("，。！？ \n") == []


@given(st.text(max_size=60))
def test_the_cut_gives_the_text_again(text: str) -> None:
    assert "".join(cut(text)) == text


@given(st.text(CHARACTERS, max_size=60))
def test_what_lies_within_a_clause_is_what_stands_there(text: str) -> None:
    reading = read(text)
    clauses = clauses_of(reading.line)

    found = reading.within(clauses)

    assert found == [{key: row for key, at, _, row in reading.hits() if start <= at < end} for start, end in clauses]


def test_two_clauses_are_one_stretch_where_a_card_does_not_part_them() -> None:
    reading = read("他说（小声）太贵")

    (both,) = reading.within([(0, 8)])

    assert both.keys() == reading.found.keys()


@pytest.mark.parametrize(
    "key", ["砍", "砍价", "砍_钱", "w砍价", "w大砍价", "¬w砍", "¬砍价", "^他", "^他就", "钱$", "¬的钱$"]
)
def test_a_feature_tells_something_however_seldom_it_is(key: str) -> None:
    assert telling(key)


@pytest.mark.parametrize("key", ["就砍价", "¬就砍价", "他|砍价", "他|¬砍价", "砍\n"])
def test_runs_of_three_and_pairs_of_words_tell_nothing_where_they_are_seldom(key: str) -> None:
    assert not telling(key)
