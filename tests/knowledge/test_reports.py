import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.files import MOMENTS
from knowledge.reports import card, judgement, overview
from knowledge.systems import System, Systems, load_systems
from knowledge.talk import Talk

SYSTEM = load_systems()["behavior"]
NOTE = "他不怎么还价，就是问题一个接一个，安装保养都要问清楚"


@pytest.fixture(scope="module")
def system(systems: Systems) -> System:
    """The primary system."""
    return systems["behavior"]


def test_a_judgement_has_the_promised_shape(system: System) -> None:
    told = judgement(NOTE, system, top=3)

    assert list(told) == ["text", "system", "types", "evidence", "enough"]
    assert told["text"] == NOTE
    assert told["system"] == "behavior"
    assert [list(row) for row in told["types"]] == [["id", "zh", "p"]] * 3
    assert told["types"][0]["id"] == "inquisitive"
    assert told["types"][0]["zh"] == "问题型"
    assert told["enough"] is True
    assert told["evidence"]
    for row in told["evidence"]:
        assert list(row) == ["term", "start", "end", "for", "against", "weight"]
        assert NOTE[row["start"] : row["end"]] == row["term"]
        assert set(row["for"]) | set(row["against"]) <= set(system.types)
        assert not set(row["for"]) & set(row["against"])
        assert row["for"] or row["against"]


def test_a_judgement_is_one_line_of_json(system: System) -> None:
    line = json.dumps(judgement(NOTE, system), ensure_ascii=False)

    assert "\n" not in line
    assert json.loads(line) == judgement(NOTE, system)


def test_the_probabilities_over_all_types_sum_to_one(system: System) -> None:
    rows = judgement(NOTE, system, top=0)["types"]

    assert len(rows) == len(system.types)
    assert sum(row["p"] for row in rows) == pytest.approx(1, abs=1e-4)
    assert [row["p"] for row in rows] == sorted((row["p"] for row in rows), reverse=True)


def test_a_positive_weight_speaks_for_the_leading_type(system: System) -> None:
    told = judgement(NOTE, system)
    leading = told["types"][0]["id"]

    for row in told["evidence"]:
        assert (leading in row["for"]) == (row["weight"] >= 0.1)
        assert (leading in row["against"]) == (row["weight"] <= -0.1)


@pytest.mark.parametrize("text", ["", "。", "姓王，四十来岁，开一家五金店", "hello", "😀😀"])
def test_no_label_is_forced_on_a_text_that_says_nothing(system: System, text: str) -> None:
    told = judgement(text, system)

    assert told["enough"] is False
    assert len(told["types"]) == 3


@settings(max_examples=60)
@given(st.text(max_size=60) | st.text("他不没还价砍问嫌贵好说就是但很一再，。怕骗", max_size=40))
def test_any_text_can_be_judged(text: str) -> None:
    told = judgement(text, SYSTEM, top=0)

    assert sum(row["p"] for row in told["types"]) == pytest.approx(1, abs=1e-4)
    for row in told["evidence"]:
        assert text[row["start"] : row["end"]] == row["term"] != ""


def test_a_card_has_all_its_parts_in_order(system: System) -> None:
    told = card(system.type("bargainer"), system, Talk(product="静音门窗"))

    assert [told["system"], told["id"], told["zh"]] == ["behavior", "bargainer", "杀价型"]
    assert list(told["card"]) == ["要点", "开场", "该做", "别做", "可以这样说", "可以这样问", "促成", "危险信号"]
    assert "静音门窗" in "".join(told["card"]["可以这样说"])
    assert "{" not in json.dumps(told["card"], ensure_ascii=False).replace("{", "", 1)


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_tips_of_a_moment_stand_alone(system: System, moment: str) -> None:
    told = card(system.type("silent"), system, Talk(), moment)

    assert list(told["card"]) == [MOMENTS[moment]]
    assert told["card"][MOMENTS[moment]]


def test_the_overview_names_every_type_with_its_source(system: System) -> None:
    told = overview(system)

    assert [told["id"], told["zh"], told["kind"]] == ["behavior", "性格行为型", "infer"]
    assert {row["id"] for row in told["types"]} == set(system.types)
    assert all(list(row) == ["id", "zh", "aliases", "source", "origin"] for row in told["types"])
