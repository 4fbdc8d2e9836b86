from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.cadence import GRADES, METHODS, Cadence, Standing, lateness, latest_day, load_cadence
from knowledge.calendar import is_working
from knowledge.errors import Faults
from knowledge.plan import window
from knowledge.systems import Systems
from knowledge.tree import DATA, Tree

MONDAY = date(2026, 11, 23)
CADENCE = load_cadence()


def next_after(contact: date, grade: str, every: int | None = None, days: Mapping[date, bool] | None = None) -> date:
    """The day from which the contact after one on `contact` is due."""
    return window(contact, CADENCE.rhythm(grade, every), days)[0]


def test_the_rhythm_of_every_grade() -> None:
    told = {grade: (rhythm.ideal, rhythm.latest, rhythm.method) for grade, rhythm in CADENCE.rhythms.items()}

    assert told == {
        "A": (7, 10, "visit"),
        "B": (14, 18, "visit"),
        "C": (30, 40, "phone"),
        "D": (60, 75, "wechat"),
        "new": (14, 21, "phone"),
    }
    assert CADENCE.retry_days == 2


def test_the_lower_the_grade_the_longer_the_rhythm() -> None:
    ideals = [CADENCE.rhythm(grade).ideal for grade in "ABCD"]

    assert ideals == sorted(set(ideals))


def test_a_customer_without_a_grade_has_the_rhythm_of_a_new_one() -> None:
    assert CADENCE.rhythm("") == CADENCE.rhythms["new"]
    assert set(GRADES) == {"A", "B", "C", "D", ""}


@pytest.mark.parametrize(
    ("grade", "contact", "due"),
    [
        ("A", MONDAY, date(2026, 11, 30)),
        ("B", MONDAY, date(2026, 12, 7)),
        ("C", MONDAY, date(2026, 12, 23)),
        ("D", MONDAY, date(2027, 1, 22)),
        ("", MONDAY, date(2026, 12, 7)),
        ("A", date(2026, 11, 28), date(2026, 12, 7)),  # seven days later is a Saturday
        ("A", date(2026, 9, 24), date(2026, 10, 8)),  # seven days later the holiday begins
        ("A", date(2026, 10, 3), date(2026, 10, 10)),  # a Saturday on which people work
    ],
)
def test_the_next_contact_falls_on_a_working_day(grade: str, contact: date, due: date) -> None:
    assert next_after(contact, grade) == due


def test_a_day_off_that_an_admin_set_is_passed_over() -> None:
    assert next_after(MONDAY, "A", None, {date(2026, 11, 30): False}) == date(2026, 12, 1)


def test_nobody_reached_is_tried_again_soon() -> None:
    assert CADENCE.retry_after(MONDAY) == date(2026, 11, 25)
    assert CADENCE.retry_after(date(2026, 11, 27)) == date(2026, 11, 30)
    assert CADENCE.retry_after(MONDAY, {date(2026, 11, 25): False}) == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("grade", "slack"), [("A", 3), ("B", 4), ("C", 10), ("D", 15), ("", 7)], ids=["A", "B", "C", "D", "new"]
)
def test_lateness_changes_on_its_days(grade: str, slack: int) -> None:
    told = {
        away: lateness(MONDAY, MONDAY + timedelta(away), CADENCE.rhythm(grade)) for away in (-1, 0, 1, slack, slack + 1)
    }

    assert told == {-1: "early", 0: "due", 1: "due", slack: "due", slack + 1: "late"}


def test_without_a_plan_nobody_is_late() -> None:
    assert lateness(None, MONDAY, CADENCE.rhythm("A")) == "none"


def test_a_reps_own_rhythm_replaces_the_grades() -> None:
    rhythm = CADENCE.rhythm("A", 20)

    assert (rhythm.ideal, rhythm.latest, rhythm.own) == (20, 29, True)
    assert rhythm.method == "visit"
    assert not CADENCE.rhythm("A").own
    assert next_after(MONDAY, "A", 4) == date(2026, 11, 27)


@pytest.mark.parametrize(("days", "late_after"), [(1, 1), (2, 1), (10, 4), (365, 156)])
def test_the_slack_of_an_own_rhythm_is_in_proportion(days: int, late_after: int) -> None:
    on = MONDAY + timedelta(late_after)

    assert lateness(MONDAY, on, CADENCE.rhythm("A", days)) == "due"
    assert lateness(MONDAY, on + timedelta(1), CADENCE.rhythm("A", days)) == "late"


@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.sampled_from(["A", "B", "C", "D", ""]))
def test_a_next_contact_is_never_too_early(contact: date, grade: str) -> None:
    due = next_after(contact, grade)

    assert is_working(due)
    assert due >= contact + timedelta(CADENCE.rhythm(grade).ideal)


def shipped() -> str:
    return (DATA / "cadence.toml").read_text(encoding="utf-8")


RETRY = shipped()[shipped().index("[retry]") :]


def bad(tmp_path: Path, change: Callable[[str], str]) -> tuple[str, ...]:
    """The faults of a changed file."""
    path = tmp_path / "cadence.toml"
    after = change(shipped())
    assert after != shipped()
    path.write_text(after, encoding="utf-8")
    with pytest.raises(Faults) as refused:
        load_cadence(tmp_path)
    return refused.value.faults


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[rhythm.C]", "[rhythm.E]", "cadence.toml: rhythm.C: 缺少这个等级"),
        ("ideal = 14\nlatest = 18", "ideal = 14\nlatest = 13", "cadence.toml: rhythm.B.latest: 不能小于 ideal"),
        ("ideal = 7\n", "", "cadence.toml: rhythm.A.ideal: 缺少这一项"),
        ("ideal = 7\n", 'ideal = "7"\n', "cadence.toml: rhythm.A.ideal: 要写成整数"),
        ("ideal = 7\n", "ideal = 0\n", "cadence.toml: rhythm.A.ideal: 数字太小"),
        ("latest = 75", "latest = 7500", "cadence.toml: rhythm.D.latest: 数字太大"),
        (
            'method = "wechat"',
            'method = "fax"',
            "cadence.toml: rhythm.D.method: 不在允许的几种写法里：visit, phone, wechat",
        ),
        ("days = 2", "day = 2", "cadence.toml: retry.day: 没有这一项"),
        ("[retry]", "[again]", "cadence.toml: again: 没有这一项"),
        (RETRY, "", "cadence.toml: retry: 缺少这一项"),
        ("days = 2", "days = ", "cadence.toml: 不是合法的 TOML"),
    ],
)
def test_a_bad_file_is_refused_by_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    faults = bad(tmp_path, lambda text: text.replace(old, new))

    assert any(fault.startswith(said) for fault in faults), faults


def test_all_faults_of_a_bad_file_are_said_at_once(tmp_path: Path) -> None:
    swapped = {"[rhythm.A]\nideal = 7\n": "[rhythm.A]\nideal = 70\n", "[rhythm.C]": "[rhythm.c]"}

    def change(text: str) -> str:
        for old, new in swapped.items():
            text = text.replace(old, new)
        return text

    assert len(bad(tmp_path, change)) == 3


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Faults, match=r"cadence\.toml: 读不到这个文件"):
        load_cadence(tmp_path)


def test_the_rules_are_read_once() -> None:
    assert load_cadence() is load_cadence()
    assert isinstance(load_cadence(), Cadence)
    assert set(METHODS) >= {rhythm.method for rhythm in CADENCE.rhythms.values()}


def at(**types: str) -> Standing:
    return Standing(types)


@pytest.mark.parametrize(
    ("level", "days", "method", "visit"),
    [
        ("strategic", (14, 18), "visit", None),
        ("vip", (7, 10), "visit", None),
        ("focus", (14, 18), "visit", None),
        ("honoured", (7, 10), "phone", 14),
        ("model", (30, 40), "visit", None),
        ("free", (7, 10), "phone", 14),
        ("new", (14, 21), "visit", None),
        ("dormant", (14, 21), "visit", None),
        ("low", (90, 120), "wechat", None),
    ],
)
def test_the_visit_plans_of_the_documents(level: str, days: tuple[int, int], method: str, visit: int | None) -> None:
    rhythm = CADENCE.rhythm("", None, at(account_level=level))

    assert ((rhythm.ideal, rhythm.latest), rhythm.method, rhythm.visit) == (days, method, visit)
    assert rhythm.level == level


def test_of_grade_and_level_the_one_that_asks_for_more_decides() -> None:
    vip = at(account_level="vip")

    assert CADENCE.rhythm("D", None, vip).ideal == 7
    assert CADENCE.rhythm("D", None, vip).worth == "A"
    assert CADENCE.rhythm("B", None, at(account_level="low")).ideal == 14
    assert CADENCE.rhythm("B", None, at(account_level="low")).level == ""


def test_who_has_not_bought_yet_is_met_by_the_grade() -> None:
    new = at(account_level="new")

    assert CADENCE.rhythm("D", None, new).ideal == 60
    assert CADENCE.rhythm("", None, new).ideal == 14


def test_the_stage_and_the_type_make_it_faster_or_slower() -> None:
    assert CADENCE.rhythm("C", None, at(relation_stage="near")).ideal == 21
    assert CADENCE.rhythm("C", None, at(behavior="refusing")).latest == 60
    assert CADENCE.rhythm("C", None, at(behavior="analytical")) == CADENCE.rhythm("C")
    both = CADENCE.rhythm("C", None, at(relation_stage="near", behavior="impulsive"))
    assert (both.ideal, both.latest) == (15, 20)  # 0.49 is held at a half
    assert set(both.moved) == {"relation_stage:near", "behavior:impulsive"}


def test_a_reps_own_rhythm_stands_above_level_stage_and_type() -> None:
    standing = at(account_level="vip", relation_stage="near", behavior="refusing")
    rhythm = CADENCE.rhythm("C", 20, standing)

    assert (rhythm.ideal, rhythm.own, rhythm.level, rhythm.moved) == (20, True, "", ())


@given(
    st.sampled_from(["A", "B", "C", "D", ""]),
    st.sampled_from(["", *CADENCE.levels]),
    st.lists(st.sampled_from([(system, type) for system, rows in CADENCE.factors.items() for type in rows])),
)
def test_every_rhythm_has_an_ideal_and_a_later_latest_day(grade: str, level: str, moved: list[tuple[str, str]]) -> None:
    rhythm = CADENCE.rhythm(grade, None, Standing({"account_level": level, **dict(moved)}))
    plain = CADENCE.rhythm(grade, None, Standing({"account_level": level}))

    assert 1 <= rhythm.ideal <= rhythm.latest <= 730
    assert plain.ideal * 0.49 <= rhythm.ideal <= plain.ideal * 2.01
    assert rhythm.worth in {"A", "B", "C", "D", "new"}


def test_what_no_system_knows_is_a_fault() -> None:
    cadence = replace(CADENCE, factors={"behavior": {"nobody": 0.5}, "nothing": {"x": 1.5}})
    types = {"account_level": dict.fromkeys(CADENCE.levels, None), "behavior": {}}

    assert list(cadence.strangers(types)) == [
        "cadence.toml: factor.behavior.nobody: behavior 里没有这一类",
        "cadence.toml: factor.nothing: 没有这个分类系统",
    ]


def test_the_shipped_rules_name_what_there_is(systems: Systems) -> None:
    types = {id: systems.catalogue(id).types for id in CADENCE.systems}

    assert list(CADENCE.strangers(types)) == []


def test_a_team_changes_one_level_and_one_factor_and_keeps_the_rest(tmp_path: Path) -> None:
    own = '[level.vip]\nideal = 5\nlatest = 6\nmethod = "phone"\ngrade = "A"\n[factor.behavior]\nsilent = 1.5\n'
    (tmp_path / "cadence.toml").write_text(own, encoding="utf-8")
    team = load_cadence(Tree(DATA, tmp_path))

    assert team.rhythm("", None, at(account_level="vip")).ideal == 5
    assert team.rhythm("C", None, at(behavior="silent")).ideal == 45
    assert team.rhythm("C", None, at(behavior="refusing")) == CADENCE.rhythm("C", None, at(behavior="refusing"))
    assert team.rhythm("A") == CADENCE.rhythm("A")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('grade = "A"', 'grade = "E"', "cadence.toml: level.strategic.grade: 不在允许的几种写法里"),
        ("near = 0.7", "near = 7", "cadence.toml: factor.relation_stage.near: 数字太大"),
        ("latest = 120", "latest = 80", "cadence.toml: level.low.latest: 不能小于 ideal"),
    ],
)
def test_a_bad_level_or_factor_is_refused_by_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    faults = bad(tmp_path, lambda text: text.replace(old, new, 1))

    assert any(fault.startswith(said) for fault in faults), faults


@pytest.mark.parametrize(
    ("due", "last", "latest"),
    [
        (MONDAY, None, date(2026, 11, 26)),  # three days of slack
        (MONDAY, date(2026, 11, 16), date(2026, 11, 26)),  # due when it should be: ten days after the last one
        (date(2026, 11, 25), date(2026, 11, 16), date(2026, 11, 26)),  # moved to a quieter day: no more time
        (MONDAY, date(2026, 10, 1), MONDAY),  # long past it, but on its day it is not late yet
        (date(2026, 11, 20), date(2026, 11, 11), MONDAY),  # the latest day is a Saturday
        (date(2026, 9, 30), date(2026, 9, 23), date(2026, 10, 8)),  # the holiday lies between
    ],
)
def test_the_latest_day_is_counted_from_the_last_contact(due: date, last: date | None, latest: date) -> None:
    assert latest_day(due, CADENCE.rhythm("A"), last) == latest
    assert lateness(due, latest, CADENCE.rhythm("A"), last) == "due"
    assert lateness(due, latest + timedelta(days=1), CADENCE.rhythm("A"), last) == "late"
