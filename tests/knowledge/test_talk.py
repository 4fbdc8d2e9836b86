from hypothesis import given
from hypothesis import strategies as st

from knowledge.talk import Talk

DOORS = Talk(product="静音门窗", points=("隔音好", "十年质保"), trade="建材", company="安居")


def test_all_four_placeholders_are_filled() -> None:
    (line,) = DOORS.fill(["{company}做{trade}，{product}{point}。"])

    assert line == "安居做建材，静音门窗隔音好。"


def test_selling_points_take_turns_from_line_to_line() -> None:
    lines = DOORS.fill(["{point}"] * 5)

    assert lines == ("隔音好", "十年质保", "隔音好", "十年质保", "隔音好")


def test_one_line_speaks_of_one_point() -> None:
    assert DOORS.fill(["{point}，{point}"]) == ("隔音好，隔音好",)


def test_without_a_configuration_the_lines_still_read_well() -> None:
    assert Talk().fill(["{company}的{product}{point}"]) == ("我们公司的我们的产品省心",)


def test_without_points_something_is_said() -> None:
    assert Talk(points=()).fill(["{point}"]) == ("省心",)


def test_a_brace_that_is_no_placeholder_stays() -> None:
    assert DOORS.fill(["{other} {0} {"]) == ("{other} {0} {",)


def test_no_lines_give_no_lines() -> None:
    assert DOORS.fill([]) == ()


@given(st.lists(st.text(max_size=20), max_size=6))
def test_filling_keeps_the_number_of_lines(lines: list[str]) -> None:
    assert len(DOORS.fill(lines)) == len(lines)
