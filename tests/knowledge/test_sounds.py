import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sounds import FIRST, SOUNDS, blurred, sounds


@pytest.mark.parametrize(
    ("meant", "typed"),
    [("就", "旧"), ("签字", "千字"), ("两", "娘"), ("是", "四"), ("生气", "森气"), ("price", "price")],
)
def test_what_is_misheard_sounds_the_same(meant: str, typed: str) -> None:
    assert sounds(meant) == sounds(typed)


@pytest.mark.parametrize(("one", "other"), [("签", "问"), ("价", "话"), ("a", "b"), ("1", "一"), ("没", "卖")])
def test_what_is_not_misheard_sounds_different(one: str, other: str) -> None:
    assert sounds(one) != sounds(other)


@given(st.text(max_size=50))
def test_a_sound_stands_where_its_character_stands(text: str) -> None:
    assert len(sounds(text)) == len(text)


def test_punctuation_has_no_sound() -> None:
    assert sounds("，。 \n") == "，。 \n"


@pytest.mark.parametrize(
    ("syllable", "heard"),
    [("zhang", "zan"), ("cheng", "cen"), ("shi", "si"), ("lin", "nin"), ("ying", "yin"), ("ma", "ma")],
)
def test_what_accents_lose_is_lost(syllable: str, heard: str) -> None:
    assert blurred(syllable) == heard


def test_every_character_of_the_table_has_one_sound() -> None:
    rows = [line.split(" ") for line in SOUNDS.read_text(encoding="utf-8").splitlines()]
    characters = "".join(chars for _, chars in rows)

    assert len(characters) == len(set(characters))
    assert [name for name, _ in rows] == sorted({name for name, _ in rows})
    assert FIRST + len(rows) + 36 < 0xF8FF
