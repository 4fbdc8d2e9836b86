from datetime import timedelta

from store import interviews, people, team, visits
from store.tables import Visit


def test_the_figures_of_a_rep_are_counted(session, me, customer, now, today):
    for name, fields in {
        "甲": {"grade": "A", "next_contact_on": today},
        "乙": {"grade": "A", "next_contact_on": today - timedelta(days=1)},
        "丙": {"grade": "D", "next_contact_on": today + timedelta(days=1)},
        "丁": {"grade": "", "next_contact_on": today - timedelta(days=3), "paused": True},
        "戊": {"grade": "B", "next_contact_on": today, "status": "archived"},
        "己": {"grade": "C"},
    }.items():
        row = customer(session, me, name, **fields)
    week = now - timedelta(days=2)
    for away in (0, 1, 2, 3):
        at = now - timedelta(days=away)
        visits.log(session, Visit(prospect_id=row.id, person_id=me.id, at=at))
        interviews.begin(session, person_id=me.id, name="", prospect_id=None, state={"system": "behavior"}, now=at)
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
        contacts=3,
        interviews=3,
        pushed_at=now,
    )


def test_a_rep_without_anything_has_zeros(session, me, now, today):
    [figures] = team.status(session, None, today, now)

    counts = (figures.customers, figures.today, figures.overdue, figures.contacts, figures.interviews)
    assert counts == (0, 0, 0, 0, 0)
    assert figures.grades == {"A": 0, "B": 0, "C": 0, "D": 0}
    assert figures.pushed_at is None


def test_figures_do_not_mix(session, me, other, customer, now, today):
    visits.log(session, Visit(prospect_id=customer(session, me, "甲", grade="A").id, person_id=me.id, at=now))
    for name in ("乙", "丙"):
        customer(session, other, name, grade="B")

    rows = {row.name: row for row in team.status(session, None, today, now)}

    assert (rows["小林"].customers, rows["小林"].contacts, rows["小林"].grades["B"]) == (1, 1, 0)
    assert (rows["小梅"].customers, rows["小梅"].contacts, rows["小梅"].grades["B"]) == (2, 0, 2)


def test_only_active_people_of_the_teams_are_shown_by_name(session, join, now, today):
    join(session, 1, "B", team="东")
    join(session, 2, "A", team="东")
    join(session, 3, "C", team="西")
    join(session, 4, "D", team="东").active = False
    join(session, 5, "E", team="")
    session.flush()
    east = people.team_named(session, "东").id

    assert [row.name for row in team.status(session, {east}, today, now)] == ["A", "B"]
    assert [row.name for row in team.status(session, set(), today, now)] == []
    assert [row.name for row in team.status(session, None, today, now)] == ["A", "B", "C", "E"]
