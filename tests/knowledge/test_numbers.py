import pytest

from knowledge.numbers import About, about, days


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


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("35万", 350_000),
        ("3万5", 35_000),
        ("三万五", 35_000),
        ("1.2百万", 1_200_000),
        ("一百二十万", 1_200_000),
        ("一百零五万", 1_050_000),
        ("一千二百万", 12_000_000),
        ("一亿两千万", 120_000_000),
        ("两百五", 250),
        ("十", 10),
    ],
)
def test_an_amount_is_read_in_figures_and_in_words(text, meant):
    value, end = about(text)

    assert (value, end) == (meant, len(text))
    assert not isinstance(value, About)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("两三百万", 2_500_000),
        ("三五万", 40_000),
        ("二三十万", 250_000),
        ("十二三万", 125_000),
        ("十几万", 150_000),
        ("二十几万", 250_000),
        ("几十万", 550_000),
        ("好几百万", 5_500_000),
        ("数百万", 5_500_000),
        ("三十多万", 350_000),
        ("一百多万", 1_500_000),
        ("一百二十多万", 1_250_000),
        ("5万多", 55_000),
        ("二十来万", 200_000),
        ("30来万", 300_000),
        ("百八十万", 900_000),
        ("千八百", 900),
        ("上千万", 10_000_000),
        ("近百万", 1_000_000),
        ("上亿", 100_000_000),
        ("20-30万", 250_000),
        ("20到30万", 250_000),
        ("50万到100万", 750_000),
        ("五十到一百万", 750_000),
    ],
)
def test_of_a_range_the_middle_is_kept_or_the_end_that_is_named(text, kept):
    value, end = about(text)

    assert (value, end) == (kept, len(text))
    assert isinstance(value, About)


@pytest.mark.parametrize("text", ["", "很多", "万", "零", "百", "三三"])
def test_what_is_no_amount_is_not_read_as_one(text):
    assert about(text) is None
