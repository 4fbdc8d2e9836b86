"""Festivals: their days, and the ways of greeting."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import Faults
from knowledge.festivals import load_festivals
from knowledge.systems import DATA, Systems

OF_2027 = {
    "元旦": "2027-01-01",
    "除夕": "2027-02-05",
    "春节": "2027-02-06",
    "元宵": "2027-02-20",
    "清明": "2027-04-05",
    "五一": "2027-05-01",
    "端午": "2027-06-09",
    "七夕": "2027-08-08",
    "中秋": "2027-09-15",
    "国庆": "2027-10-01",
    "重阳": "2027-10-08",
    "腊八": "2028-01-04",
}


def test_festivals_fall_on_their_days() -> None:
    found = {one.zh: one.of(2027).isoformat() for one in load_festivals().all.values() if one.zh in OF_2027}

    assert found == OF_2027


@given(st.dates(date(2024, 1, 1), date(2034, 12, 31)))
def test_the_next_of_every_festival_is_to_come_and_within_thirteen_months(today: date) -> None:
    for festival in load_festivals().all.values():
        assert 0 <= (festival.next_from(today) - today).days <= 385


def test_every_behaviour_type_is_greeted_in_one_way(systems: Systems) -> None:
    festivals = load_festivals()

    assert set(festivals.tone_by_type) == set(systems["behavior"].types)
    assert festivals.tone("") == festivals.other


def test_no_greeting_is_written_twice() -> None:
    festivals = load_festivals()
    said = [line for one in festivals.greeted for line in one.greeting.values()] + list(festivals.birthday.values())

    assert len(set(said)) == len(said)
    assert len(said) == 4 * (len(festivals.greeted) + 1)


def test_a_faulty_file_is_refused_with_every_fault(tmp_path: Path) -> None:
    text = (DATA / "festivals.toml").read_text(encoding="utf-8")
    text = text.replace('tone = "proper"', 'tone = "nobody"').replace('when = "eve"', 'when = "13-01"')
    text = text.replace('id = "lantern"', 'id = "spring"').replace('when = "term 清明"', 'when = "term 清光"')
    text = text.replace('short = "五一好，歇几天！"\n', "").replace('useful = "端午安康！', 'loud = "端午安康！')
    file = tmp_path / "festivals.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(Faults) as raised:
        load_festivals(file)

    assert list(raised.value.faults) == [
        "festivals.toml: other.tone: 没有“nobody”这种口气",
        "festivals.toml: festival.new_years_eve.when: 看不懂“13-01”，要写成 03-08、L08-15、term 清明 或 eve",
        "festivals.toml: festival.spring: 编号重复",
        "festivals.toml: festival.qingming.when: 看不懂“term 清光”，要写成 03-08、L08-15、term 清明 或 eve",
        "festivals.toml: festival.labour.greeting: 缺少口气 short",
        "festivals.toml: festival.dragon_boat.greeting: 缺少口气 useful",
        "festivals.toml: festival.dragon_boat.greeting: 没有这些口气 loud",
    ]
