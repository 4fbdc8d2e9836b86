"""Questionnaires: whose they are, versions, what is kept."""

from datetime import timedelta

import pytest

from store import prospects, quizzes
from store.interviews import Stale


def _begin(session, person, now, prospect=None, system="animal", **given):
    kept = {"at": "q01", "given": given}
    return quizzes.begin(
        session, person_id=person.id, prospect_id=prospect and prospect.id, system=system, sheet=kept, now=now
    )


def _done(session, row, now, **given):
    return quizzes.advance(session, row, {"at": "", "given": given}, done_at=now, now=now)


def test_what_is_kept_comes_back(session, me, now):
    row = _begin(session, me, now, q01="5", q02=None)
    session.expire_all()

    kept = quizzes.mine(session, me.id, row.id)
    assert quizzes.sheet(kept) == {"at": "q01", "given": {"q01": "5", "q02": None}}
    assert (kept.version, kept.created_at, kept.done_at) == (1, now, None)


def test_nobody_has_the_sheet_of_another(session, me, other, customer, now):
    own = _begin(session, me, now)
    about = _begin(session, me, now, customer(session, me))

    assert quizzes.mine(session, other.id, own.id) is None
    assert quizzes.mine(session, other.id, about.id) is None
    assert quizzes.unfinished(session, other.id, about.prospect_id, "animal") is None


def test_a_step_raises_the_version(session, me, now):
    row = _begin(session, me, now)
    later = now + timedelta(minutes=1)

    after = quizzes.advance(session, row, {"at": "q02", "given": {"q01": "4"}}, done_at=None, now=later)

    assert (after.version, after.updated_at, after.done_at) == (2, later, None)
    assert quizzes.sheet(after)["given"] == {"q01": "4"}


def test_a_step_from_an_old_version_is_refused_and_changes_nothing(db, join, now):
    def start(session):
        return _begin(session, join(session, 21, "小高"), now).id

    id = db.write_now(start)

    def both(session):
        from store.tables import Quiz

        row = session.get_one(Quiz, id)
        _done(session, row, now, q01="5")
        row.version = 1
        session.expunge(row)
        with pytest.raises(Stale):
            quizzes.advance(session, row, {"at": "", "given": {}}, done_at=None, now=now)
        return quizzes.sheet(session.get_one(Quiz, id))["given"]

    assert db.write_now(both) == {"q01": "5"}


def test_the_unfinished_one_is_found_again_by_person_customer_and_system(session, me, customer, now):
    own = _begin(session, me, now)
    about = _begin(session, me, now, customer(session, me))
    style = _begin(session, me, now, system="social_style")

    assert quizzes.unfinished(session, me.id, None, "animal").id == own.id
    assert quizzes.unfinished(session, me.id, about.prospect_id, "animal").id == about.id
    assert quizzes.unfinished(session, me.id, None, "social_style").id == style.id
    assert quizzes.unfinished(session, me.id, None, "service_style") is None


def test_beginning_anew_drops_what_was_unfinished_and_keeps_results(session, me, customer, now):
    first = _done(session, _begin(session, me, now), now).id
    left = _begin(session, me, now).id
    about = _begin(session, me, now, customer(session, me)).id
    new = _begin(session, me, now).id

    assert quizzes.mine(session, me.id, left) is None
    assert [bool(quizzes.mine(session, me.id, id)) for id in (first, about, new)] == [True] * 3


def test_past_results_come_newest_first(session, me, now):
    ids = [
        _done(session, _begin(session, me, now), now + timedelta(days=day), q01=str(day % 5 + 1)).id
        for day in (2, 0, 30, 1)
    ]
    _begin(session, me, now)

    assert [row.id for row in quizzes.past(session, me.id, None, "animal")] == [ids[2], ids[0], ids[3], ids[1]]
    assert quizzes.past(session, me.id, None, "social_style") == []


def test_the_latest_is_the_last_result_of_each_questionnaire(session, me, customer, now):
    row = customer(session, me)
    old = _done(session, _begin(session, me, now, row), now)
    new = _done(session, _begin(session, me, now, row), now + timedelta(days=3))
    style = _done(session, _begin(session, me, now, row, "social_style"), now + timedelta(days=1))
    _done(session, _begin(session, me, now), now + timedelta(days=9))
    _begin(session, me, now, row)

    assert old.id != new.id
    assert [one.id for one in quizzes.latest(session, me.id, row.id)] == [new.id, style.id]
    assert [one.prospect_id for one in quizzes.latest(session, me.id, None)] == [None]


def test_a_result_goes_with_the_customer_to_the_next_owner(session, me, other, customer, now):
    row = customer(session, me)
    done = _done(session, _begin(session, me, now, row), now)
    row.owner_id = other.id
    session.flush()

    assert quizzes.latest(session, me.id, row.id) == []
    assert quizzes.mine(session, me.id, done.id) is None
    assert [one.id for one in quizzes.latest(session, other.id, row.id)] == [done.id]
    assert quizzes.mine(session, other.id, done.id).id == done.id


def test_sheets_go_with_their_customer(session, me, customer, now):
    row = customer(session, me)
    about, own = _begin(session, me, now, row), _begin(session, me, now)
    ids = about.id, own.id
    prospects.erase(session, row.id)
    session.expire_all()

    assert [bool(quizzes.mine(session, me.id, id)) for id in ids] == [False, True]
