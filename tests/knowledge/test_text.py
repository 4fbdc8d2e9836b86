import unicodedata

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import comparable, printable, simplified

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=40)
ANYTHING = st.text(max_size=80) | CHINESE


@given(ANYTHING)
def test_the_comparable_text_is_as_long_as_the_typed_one(text: str) -> None:
    assert len(comparable(text)) == len(text)


@given(CHINESE, CHINESE)
def test_every_character_keeps_its_place(left: str, right: str) -> None:
    text = f"{left}ＶＩＰ{right}"

    assert comparable(text)[len(left) : len(left) + 3] == "vip"


@given(ANYTHING)
def test_making_comparable_twice_changes_nothing_in_half_width_and_case(text: str) -> None:
    once = comparable(text)

    assert not any(0xFF01 <= ord(char) < 0xFF5F or "A" <= char <= "Z" for char in once)


@pytest.mark.parametrize(
    ("traditional", "plain"),
    [
        ("他嫌價錢貴，一直殺價", "他嫌价钱贵，一直杀价"),
        ("說話慢條斯理，先看著說明書", "说话慢条斯理，先看着说明书"),
        ("憑藉關係來壓價", "凭借关系来压价"),
        ("這個客戶很囉唆", "这个客户很啰唆"),
        ("裡面電話響個不停", "里面电话响个不停"),
        ("頭髮花白的老闆", "头发花白的老板"),
    ],
)
def test_traditional_reads_as_simplified(traditional: str, plain: str) -> None:
    assert comparable(traditional) == comparable(plain)


def test_simplified_text_stays_as_it_is() -> None:
    text = "他一进门就问最低多少钱，还要再送一年保养。"

    assert simplified(text) == text


def test_full_width_reads_as_half_width() -> None:
    assert comparable("ＡＢＣ１２３，（ＶＩＰ）　！") == "abc123,(vip) !"


def test_a_phrase_that_the_converter_would_shorten_or_lengthen_keeps_its_length() -> None:
    # OpenCC knows phrases that are not as long in the other script; search its own answers for one.
    converter = opencc.OpenCC("tw2s")
    ligature = "㍿ﬁ…"

    assert len(comparable(ligature)) == len(ligature)
    assert len(simplified("只要功夫深，鐵杵磨成針")) == len(converter.convert("只要功夫深，鐵杵磨成針"))


@given(ANYTHING, st.integers(min_value=1, max_value=60))
def test_a_printable_line_is_one_line_within_its_limit(text: str, limit: int) -> None:
    line = printable(text, limit)

    assert len(line) <= limit
    assert line == line.strip()
    assert "  " not in line
    assert all(unicodedata.category(char) not in {"Cc", "Cs", "Co", "Cn"} for char in line)


def test_direction_marks_and_line_breaks_are_not_printed() -> None:
    assert printable("王\u202e总\u200f\n 华鑫\t建材\u0000", 40) == "王总 华鑫 建材"


def test_a_family_of_emoji_stays_together() -> None:
    assert printable("👨\u200d👩\u200d👧", 40) == "👨\u200d👩\u200d👧"


def test_what_is_too_long_ends_with_an_ellipsis() -> None:
    assert printable("一二三四五六", 4) == "一二三…"
