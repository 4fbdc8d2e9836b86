from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.cadence import Rhythm
from knowledge.errors import Faults
from knowledge.methods import LOOKED, WAYS, Case, Past, load_methods
from knowledge.systems import Systems
from knowledge.tree import DATA

TODAY = date(2026, 11, 23)
METHODS = load_methods()
PHONE = Rhythm(14, 21, "phone", worth="C")
VISIT = Rhythm(7, 10, "visit", worth="A")


def past(*contacts: str) -> list[Past]:
    """Contacts newest first, a week apart: "phone", "phone:news" with the method, "-phone" for nobody reached."""
    rows = []
    for at, told in enumerate(contacts, start=1):
        way, _, how = told.removeprefix("-").partition(":")
        rows.append(Past(TODAY - timedelta(days=7 * at), way, how, not told.startswith("-")))
    return rows


def case(*contacts: str, rhythm: Rhythm = PHONE, **fields: Any) -> Case:
    return Case(rhythm, past(*contacts), TODAY, **fields)


def test_the_first_contact_is_made_in_the_plainest_way() -> None:
    told = [METHODS.next(case(rhythm=Rhythm(14, 21, way))) for way in WAYS]

    assert [(one.method.id, one.way, one.why) for one in told] == [
        ("call", "phone", "first"),
        ("greet", "wechat", "first"),
        ("visit", "visit", "first"),
    ]
    assert all(one.method.first for one in told)


def test_a_stranger_whom_nobody_reached_yet_is_not_brought_news() -> None:
    told = [
        METHODS.next(case(*tried)) for tried in (("-phone",), ("-phone", "-phone"), ("-wechat", "-phone", "-phone"))
    ]

    assert [(one.method.id, one.why) for one in told] == [("call", "first"), ("greet", "deaf"), ("call", "first")]


def test_the_next_contact_differs_from_the_last_and_says_so() -> None:
    chosen = METHODS.next(case("phone"))

    assert chosen.method.id != "call"
    assert (chosen.why, chosen.than) == ("next", "打电话")


def test_all_that_is_allowed_comes_round_before_anything_comes_again() -> None:
    used: list[str] = []
    for _ in range(LOOKED):
        used.insert(0, METHODS.next(case(*(f"phone:{how}" for how in used or ["call"]))).method.id)

    assert len(set(used)) == LOOKED


def test_what_suits_the_type_comes_first_and_what_it_minds_never() -> None:
    suited = METHODS.next(case("phone", type_id="analytical"))
    told = {METHODS.next(case("phone", type_id="contrarian", seed=seed)).method.id for seed in range(40)}

    assert suited.why == "suits"
    assert "analytical" in suited.method.suits
    assert "signed" not in told
    assert len(told) > 3


def test_who_does_not_pick_up_the_phone_twice_is_met_another_way() -> None:
    once, twice = METHODS.next(case("-phone", "phone")), METHODS.next(case("-phone", "-phone", "phone"))

    assert once.way == "phone"
    assert (twice.way, twice.why, twice.than) == ("wechat", "deaf", "phone")


def test_the_way_that_somebody_answers_to_is_taken() -> None:
    chosen = METHODS.next(case("wechat", "-phone", "-phone", "wechat", "-phone"))

    assert (chosen.way, chosen.why, chosen.than) == ("wechat", "answers", "phone")


def test_a_call_every_week_and_a_visit_every_other_one() -> None:
    rhythm = Rhythm(7, 10, "phone", worth="B", visit=14)

    assert METHODS.next(case("phone", "visit", rhythm=rhythm)).way == "visit"
    assert METHODS.next(case("visit", "phone", rhythm=rhythm)).way == "phone"
    assert METHODS.next(case("phone", "-visit", "phone", rhythm=rhythm)).why == "turn"
    assert METHODS.next(case(rhythm=rhythm)).way == "visit"


@pytest.mark.parametrize(
    ("fields", "method", "allowed"),
    [
        ({"rhythm": Rhythm(60, 75, "phone", worth="D")}, "third", False),
        ({"rhythm": PHONE}, "third", True),
        ({"sold": True}, "checkup", True),
        ({"sold": False}, "checkup", False),
        ({"season": True, "rhythm": Rhythm(60, 75, "wechat", worth="D")}, "card", True),
        ({"season": False, "rhythm": Rhythm(60, 75, "wechat", worth="D")}, "card", False),
    ],
)
def test_some_methods_are_for_some_customers_and_times(fields: dict[str, Any], method: str, *, allowed: bool) -> None:
    found = {METHODS.next(case("other", seed=seed, **fields)).method.id for seed in range(40)}

    assert (method in found) is allowed


def test_a_gift_is_not_brought_twice_in_a_season() -> None:
    gifts = case("visit", "visit:gift", rhythm=VISIT, type_id="sentimental")

    assert METHODS.next(gifts).method.id != "gift"
    assert METHODS.all["gift"].every == 90


@pytest.mark.parametrize(
    ("note", "how"),
    [
        ("送了两盒茶叶，聊得挺好", "gift"),
        ("发了资料给他，说晚上看", "news"),
        ("给他介绍生意，他很高兴", "business"),
        ("打了个电话", ""),
    ],
)
def test_a_note_tells_how_the_contact_was_made(note: str, how: str) -> None:
    assert METHODS.said(note) == how


histories = st.lists(
    st.builds(
        Past,
        st.dates(date(2026, 1, 1), TODAY),
        st.sampled_from([*WAYS, "other", ""]),
        st.sampled_from(["", *METHODS.all]),
        st.booleans(),
    ).filter(lambda one: not one.how or one.way in METHODS.all[one.how].ways),
    max_size=LOOKED,
).map(lambda rows: sorted(rows, key=lambda one: one.on, reverse=True))
rhythms = st.builds(
    Rhythm,
    st.just(14),
    st.just(21),
    st.sampled_from(WAYS),
    worth=st.sampled_from(["A", "B", "C", "D", "new"]),
    visit=st.sampled_from([None, 14]),
)


@given(histories, rhythms, st.sampled_from(["", "silent", "irritable", "refusing"]), st.booleans(), st.integers(0, 999))
def test_whatever_was_before_the_next_method_differs_and_is_allowed(
    rows: list[Past], rhythm: Rhythm, type_id: str, sold: bool, seed: int
) -> None:
    one = Case(rhythm, rows, TODAY, type_id=type_id, sold=sold, seed=seed)
    chosen = METHODS.next(one)
    last = rows[0].how or (METHODS.basic(rows[0].way).id if rows[0].way in WAYS else "") if rows else ""

    assert chosen.way in chosen.method.ways
    assert not any(one.reached for one in rows) or chosen.method.id != last
    assert not chosen.method.grades or rhythm.worth in chosen.method.grades
    assert sold or not chosen.method.sold
    assert METHODS.next(one) == chosen


def test_the_documents_twenty_one_methods_are_there_and_name_real_types(systems: Systems) -> None:
    assert sum(one.origin == "document" for one in METHODS.all.values()) == 21
    assert list(METHODS.strangers(systems["behavior"].types)) == []
    assert next(METHODS.strangers([])).startswith("methods.toml: method.call: 没有“decisive”这一类")


def bad(tmp_path: Path, change: Callable[[str], str]) -> tuple[str, ...]:
    """The faults of a changed file."""
    shipped = (DATA / "methods.toml").read_text(encoding="utf-8")
    (tmp_path / "methods.toml").write_text(change(shipped), encoding="utf-8")
    with pytest.raises(Faults) as refused:
        load_methods(tmp_path)
    return refused.value.faults


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "news"', 'id = "call"', "methods.toml: method.call: 编号重复"),
        ('basic = true\nways = ["wechat"]', 'ways = ["wechat"]', "methods.toml: method.basic: wechat 要有一样"),
        ('ways = ["phone"]', 'ways = ["fax"]', "methods.toml: method[0].ways[0]: 不在允许的几种写法里"),
        ('first = "您好，头一回来', 'say2 = "您好，头一回来', "methods.toml: method[1].say2: 没有这一项"),
    ],
)
def test_a_bad_file_is_refused_by_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    faults = bad(tmp_path, lambda text: text.replace(old, new, 1))

    assert any(fault.startswith(said) for fault in faults), faults


def test_the_bare_ways_need_words_for_a_stranger(tmp_path: Path) -> None:
    def change(text: str) -> str:
        return "\n".join(line for line in text.splitlines() if not line.startswith("first"))

    assert bad(tmp_path, change) == tuple(
        f"methods.toml: method.{id}.first: 缺少这一项" for id in ("call", "visit", "greet")
    )
