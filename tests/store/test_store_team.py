from datetime import UTC, datetime, timedelta

import pytest

from store import complaints, facts, interviews, people, stages, team, visits
from store.tables import Complaint, Visit
from store.team import Done, Week

ORDER = ("potential", "target", "near", "deal", "loyal")


@pytest.fixture
def week(now, today):
    """The week of that Monday so far: two hours and ten; and as much of the week before."""
    begins = datetime(2026, 5, 31, 16, tzinfo=UTC)
    before = begins - timedelta(days=7)
    return Week(begins, before, before + (now - begins), today + timedelta(days=6))


def test_the_figures_of_a_rep_are_counted(session, me, customer, now, today, week):
    for name, fields in {
        "甲": {"grade": "A", "next_contact_on": today},
        "乙": {"grade": "A", "next_contact_on": today - timedelta(days=1)},
        "丙": {"grade": "D", "next_contact_on": today + timedelta(days=6)},
        "丁": {"grade": "", "next_contact_on": today - timedelta(days=3), "paused": True},
        "戊": {"grade": "B", "next_contact_on": today, "status": "archived"},
        "己": {"grade": "C", "next_contact_on": today + timedelta(days=7)},
    }.items():
        row = customer(session, me, name, **fields)
    hour = timedelta(hours=1)
    for at in (now, now - hour, now - 7 * 24 * hour, now - 7 * 24 * hour + hour, now - 8 * 24 * hour):
        visits.log(session, Visit(prospect_id=row.id, person_id=me.id, at=at))
        interviews.begin(session, person_id=me.id, name="", prospect_id=None, state={"system": "behavior"}, now=at)
    visits.log(session, Visit(prospect_id=row.id, person_id=me.id, at=now, outcome="missed"))
    key = {"prospect_id": row.id, "person_id": me.id, "order": ORDER}
    stages.enter(session, **key, stage="near", won=False, now=now - 2 * hour)
    stages.enter(session, **key, stage="deal", won=True, now=now)
    me.pushed_at = now
    session.flush()

    [figures] = team.status(session, None, today, week)

    assert figures == team.RepStatus(
        person_id=me.id,
        name="小林",
        role="rep",
        unreachable=False,
        customers=5,
        grades={"A": 2, "B": 0, "C": 1, "D": 1},
        today=1,
        overdue=1,
        left=3,
        contacts=Done(2, 0),  # by the same moment of Monday a week ago there was none
        interviews=Done(2, 0),
        won=Done(1, 0),
        pushed_at=now,
    )


def test_what_was_done_by_the_same_time_last_week_is_counted_and_what_came_later_is_not(
    session, me, customer, now, today, week
):
    row = customer(session, me, "甲")
    for at in (
        now - timedelta(days=7, minutes=1),
        now - timedelta(days=6, hours=23),
        now - timedelta(days=7, hours=11),
    ):
        visits.log(session, Visit(prospect_id=row.id, person_id=me.id, at=at))

    [figures] = team.status(session, None, today, week)

    assert figures.contacts == Done(0, 1)


def test_a_rep_without_anything_has_zeros(session, me, today, week):
    [figures] = team.status(session, None, today, week)

    counts = (figures.customers, figures.today, figures.overdue, figures.left)
    assert counts == (0, 0, 0, 0)
    assert (figures.contacts, figures.interviews, figures.won) == (Done(), Done(), Done())
    assert figures.grades == {"A": 0, "B": 0, "C": 0, "D": 0}


def test_figures_do_not_mix_and_one_can_be_asked_for_alone(session, me, other, customer, now, today, week):
    visits.log(session, Visit(prospect_id=customer(session, me, "甲", grade="A").id, person_id=me.id, at=now))
    for name in ("乙", "丙"):
        customer(session, other, name, grade="B")

    rows = {row.name: row for row in team.status(session, None, today, week)}

    assert (rows["小林"].customers, rows["小林"].contacts.now, rows["小林"].grades["B"]) == (1, 1, 0)
    assert (rows["小梅"].customers, rows["小梅"].contacts.now, rows["小梅"].grades["B"]) == (2, 0, 2)
    assert team.status(session, None, today, week, other.id) == [rows["小梅"]]


def test_only_active_people_of_the_teams_are_shown_by_name(session, join, today, week):
    join(session, 1, "B", team="东")
    join(session, 2, "A", team="东")
    west = join(session, 3, "C", team="西")
    join(session, 4, "D", team="东").active = False
    join(session, 5, "E", team="")
    session.flush()
    east = people.team_named(session, "东").id

    assert [row.name for row in team.status(session, {east}, today, week)] == ["A", "B"]
    assert [row.name for row in team.status(session, set(), today, week)] == []
    assert [row.name for row in team.status(session, None, today, week)] == ["A", "B", "C", "E"]
    assert team.status(session, {east}, today, week, west.id) == []
    assert team.person(session, {east}, west.id) is None
    assert [one.name for one in team.named(session, {east}, "c", 5)] == []
    assert [one.name for one in team.named(session, None, "c", 5)] == ["C"]


def test_those_who_wait_come_by_grade_and_then_by_how_long_page_by_page(session, me, other, customer, today):
    for name, who, grade, away, fields in (
        ("甲", me, "", 30, {}),
        ("乙", me, "A", 2, {}),
        ("丙", other, "A", 9, {}),
        ("丁", other, "D", 1, {}),
        ("戊", me, "B", 0, {}),
        ("己", me, "A", 50, {"paused": True}),
        ("庚", me, "A", 50, {"status": "archived"}),
    ):
        customer(session, who, name, grade=grade, next_contact_on=today - timedelta(days=away), **fields)

    rows, count = team.late(session, None, today, 0, 3)

    assert ([row.name for row in rows], count) == (["丙", "乙", "丁"], 4)
    assert [row.name for row in team.late(session, None, today, 1, 3)[0]] == ["甲"]
    assert [row.name for row in team.late(session, None, today, 0, 9, me.id)[0]] == ["乙", "甲"]
    assert team.late(session, set(), today, 0, 9) == ([], 0)


def test_another_teams_customer_does_not_exist(session, me, join, customer, today):
    stranger = join(session, 99, "外人", team="城东组")
    mine, theirs = customer(session, me, "甲"), customer(session, stranger, "乙", next_contact_on=today)
    teams = {me.team_id}

    assert team.customer(session, teams, mine.id) == (mine, me)
    assert team.customer(session, teams, theirs.id) is None
    assert team.customer(session, None, theirs.id) == (theirs, stranger)
    assert team.customers(session, teams) == 1


def test_types_and_combinations_of_facts_are_counted(session, me, customer, today):
    for at in range(5):
        row = customer(session, me, f"客户{at}", type_id="silent" if at < 3 else "")
        facts.keep(session, row.id, "potential", "big" if at < 2 else "small", today - timedelta(days=at))
        if at == 1:
            facts.keep(session, row.id, "stays", True, today)

    since = {"potential": today - timedelta(days=3), "stays": None}
    told = sorted(team.known(session, None, since), key=lambda one: (one[1], str(one[0])))

    assert team.types(session, None, ["silent", "hesitant"]) == {"silent": 3}
    assert team.types(session, None, []) == {}
    assert team.customers(session, None) == 5
    assert told == [
        ({"potential": "big", "stays": True}, 1),
        ({"potential": "big"}, 1),
        ({"potential": "small"}, 2),
    ]


def test_classes_are_parted_by_the_share_of_those_with_more_and_the_first_by_place(session, me, customer, today):
    for at, amount in enumerate((70, 10, 10, 6, 4, 0)):
        facts.keep(session, customer(session, me, f"客户{at}").id, "revenue", amount, today)

    by_share = team.shares(session, None, "revenue", [(0.8, 0.0), (0.95, 0.0)], 6)
    by_place = team.shares(session, None, "revenue", [(0.5, 0.2), (0.5, 0.34)], 6)

    assert by_share == [(3, 90.0), (1, 6.0), (1, 4.0)]  # those with as much as each other are in one class
    assert by_place == [(1, 70.0), (2, 20.0), (2, 10.0)]
    assert team.shares(session, set(), "revenue", [(0.8, 0.0)], 6) == [(0, 0.0), (0, 0.0)]


def test_complaints_whose_day_has_passed_are_found_while_they_are_open(session, me, customer, now, today):
    row = customer(session, me, "甲")
    for what, away, closed in (("晚了", 2, None), ("今天到期", 0, None), ("好了", 5, now)):
        complaints_row = Complaint(
            prospect_id=row.id,
            person_id=me.id,
            opened_at=now,
            what=what,
            due_on=today - timedelta(days=away),
            closed_at=closed,
        )
        session.add(complaints_row)
    session.flush()

    assert [one.what for one, _, _ in team.complaints(session, None, today, 5)] == ["晚了"]
    assert team.complaints(session, set(), today, 5) == []
    assert complaints.open_of(session, row.id)


def test_a_week_has_what_was_made_and_what_is_planned(session, me, customer, now, today):
    row = customer(session, me, "甲", next_contact_on=today)
    customer(session, me, "乙", next_contact_on=today - timedelta(days=4))
    customer(session, me, "丙", next_contact_on=today + timedelta(days=9))
    visits.log(session, Visit(prospect_id=row.id, person_id=me.id, at=now))

    made = team.made(session, me.id, now - timedelta(days=1), now + timedelta(days=1))

    assert made == [(now, "reached")]
    assert team.planned(session, me.id, today + timedelta(days=6)) == {today: 1, today - timedelta(days=4): 1}


def test_a_stage_is_open_once_and_its_history_makes_the_funnel(session, me, customer, now):
    one, two = customer(session, me, "甲", type_id="silent"), customer(session, me, "乙")
    day = timedelta(days=1)

    def enter(row, stage, at, *, won=False):
        stages.enter(
            session, prospect_id=row.id, person_id=me.id, stage=stage, order=ORDER, won=won, now=now - (30 - at) * day
        )

    enter(one, "potential", 0)
    enter(one, "potential", 5)
    enter(one, "deal", 10, won=True)
    enter(two, "target", 10)
    enter(two, "potential", 20)
    enter(two, "", 25)
    enter(two, "potential", 26)

    rows = {(row.stage, row.type_id): row for row in stages.funnel(session, None, now, ["silent", "picky"])}

    potential, again = rows["potential", "silent"], rows["potential", ""]
    assert (potential.here, potential.entered, potential.ahead) == (0, 1, 1)
    assert potential.days == pytest.approx(10)
    assert (rows["deal", "silent"].here, rows["deal", "silent"].ahead) == (1, 0)
    assert rows["deal", "silent"].days == pytest.approx(20)
    assert (rows["target", ""].here, rows["target", ""].entered, rows["target", ""].ahead) == (0, 1, 0)  # it went back
    assert (again.here, again.entered, again.days) == (1, 2, pytest.approx(4.5))
    assert {one.type_id for one in stages.funnel(session, None, now, ["picky"])} == {""}
    assert stages.funnel(session, None, now, ["picky"], "silent") == [row for row in rows.values() if row.type_id]
    assert stages.funnel(session, set(), now, ["silent"]) == []
