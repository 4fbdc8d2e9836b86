import pytest

from knowledge.numbers import days


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("10", 10),
        ("0", 0),
        ("十天", 10),
        ("三十天", 30),
        ("两周", 14),
        ("每两周一次", 14),
        ("每周", 7),
        ("每隔10天", 10),
        ("半个月", 15),
        ("一个半月", 45),
        ("一个月", 30),
        ("一年", 365),
    ],
)
def test_a_span_of_days_is_read_as_people_write_it(text, meant):
    assert days(text) == meant


@pytest.mark.parametrize("text", ["", "天", "三回", "-1", "²天3", "٣", "999999", "十天半月"])
def test_what_is_no_span_of_days_is_not_read(text):
    assert days(text) is None
