from datetime import timedelta

from knowledge.worth import Tried
from store import stages, verdicts

WHAT = {"system": "behavior", "type_id": "silent"}


def test_the_last_word_on_a_line_counts_once_and_can_be_taken_back(session, me, customer, now):
    id = customer(session, me, "甲").id
    for helped in (True, False, True):
        verdicts.say(session, person_id=me.id, prospect_id=id, line="a", helped=helped, now=now, **WHAT)
    verdicts.say(session, person_id=me.id, prospect_id=id, line="b", helped=False, now=now, **WHAT)
    verdicts.say(session, person_id=me.id, prospect_id=id, line="b", helped=None, now=now, **WHAT)

    assert verdicts.of(session, id, "behavior", "silent") == {"a": True}
    assert verdicts.counts(session, "behavior", "silent") == {"a": Tried(1, 0)}
    assert verdicts.counts(session, "behavior", "shrewd") == {}


def test_a_team_sees_its_own_and_how_many_went_further_afterwards(session, me, join, customer, now):
    stranger = join(session, 99, "外人", team="城东组")
    one, two, theirs = customer(session, me, "甲"), customer(session, me, "乙"), customer(session, stranger, "丙")
    order, day = ("potential", "near", "deal"), timedelta(days=1)
    for row, owner, helped in ((one, me, True), (two, me, True), (theirs, stranger, False)):
        verdicts.say(session, person_id=owner.id, prospect_id=row.id, line="a", helped=helped, now=now, **WHAT)
    for row, first in ((one, now + day), (two, now - day)):  # the second had gone further before
        key = {"prospect_id": row.id, "person_id": me.id, "order": order, "won": False}
        stages.enter(session, **key, stage="potential", now=first - day)
        stages.enter(session, **key, stage="near", now=first)

    assert verdicts.of_team(session, {me.team_id}, "behavior") == {("silent", "a"): Tried(2, 0, 1)}
    assert verdicts.of_team(session, None, "behavior") == {("silent", "a"): Tried(2, 1, 1)}
    assert verdicts.of_team(session, set(), "behavior") == {}
