from datetime import timedelta

import pytest
from sqlmodel import col, select

from store import interviews
from store.tables import Feedback, InterviewRow


def _begin(session, person, now, **state):
    kept = {"system": "behavior", "asked": [], **state}
    return interviews.begin(session, person_id=person.id, name="龙先生", prospect_id=None, state=kept, now=now)


def _open(session):
    rows = session.exec(select(InterviewRow).order_by(col(InterviewRow.id))).all()
    return [row.open for row in rows]


def test_what_is_kept_comes_back(session, me, now):
    begun = _begin(session, me, now, asked=["q1", "q2"], said="“摸了摸”\n又放下")

    row = interviews.mine(session, me.id, begun.id)

    assert row == begun
    assert interviews.state(row) == {"system": "behavior", "asked": ["q1", "q2"], "said": "“摸了摸”\n又放下"}


def test_the_open_interview_is_the_current_one(session, me, now):
    row = _begin(session, me, now)

    assert interviews.current(session, me.id).id == row.id


def test_a_new_interview_closes_the_one_before(session, me, other, now):
    _begin(session, me, now), _begin(session, other, now)
    second = _begin(session, me, now)

    assert _open(session) == [False, True, True]
    assert interviews.current(session, me.id).id == second.id


def test_nobody_has_the_interview_of_another(session, me, other, now):
    row = _begin(session, me, now)

    assert interviews.mine(session, me.id, row.id) == row
    assert interviews.mine(session, other.id, row.id) is None
    assert interviews.current(session, other.id) is None


def test_a_step_raises_the_version(session, me, now):
    row = _begin(session, me, now)

    later = now + timedelta(minutes=1)
    after = interviews.advance(session, row, {"system": "behavior", "asked": ["q1"]}, open=True, now=later)

    kept = session.get(InterviewRow, row.id)
    assert (kept.version, kept.open, kept.updated_at) == (2, True, later)
    assert after == interviews.mine(session, me.id, row.id)
    assert interviews.state(after)["asked"] == ["q1"]


def test_it_is_said_whom_an_interview_is_about(session, me, customer, now):
    row, whom = _begin(session, me, now), customer(session, me, "云老师")

    interviews.about(session, row, name="云老师", prospect_id=whom.id)

    after = interviews.mine(session, me.id, row.id)
    assert (after.name, after.prospect_id, after.version) == ("云老师", whom.id, row.version)


def test_a_closed_interview_is_not_current_any_more(session, me, now):
    row = _begin(session, me, now)

    interviews.advance(session, row, interviews.state(row), open=False, now=now)

    assert interviews.current(session, me.id) is None


def test_a_step_from_an_old_version_is_refused_and_changes_nothing(db, join, now):
    me = db.write_now(join, 11, "小林")
    row = db.write_now(_begin, me, now)
    same = db.read_now(interviews.current, me.id)
    db.write_now(_advance, row.id, me.id, ["first"], now)

    with pytest.raises(interviews.Stale):
        db.write_now(interviews.advance, same, {"system": "behavior", "asked": ["second"]}, open=True, now=now)

    after = db.read_now(interviews.current, me.id)
    assert (after.version, interviews.state(after)["asked"]) == (2, ["first"])


def _advance(session, interview_id, person_id, asked, now):
    row = interviews.mine(session, person_id, interview_id)
    interviews.advance(session, row, {"system": "behavior", "asked": asked}, open=True, now=now)


def test_the_last_word_of_a_rep_counts(session, me, now):
    row = _begin(session, me, now)
    for right in ("shrewd", "silent"):
        word = Feedback(person_id=me.id, interview_id=row.id, system="behavior", said="hesitant", correct=right, at=now)
        interviews.correct(session, word)
        session.flush()

    assert interviews.corrected(session, row.id).correct == "silent"


def test_without_a_word_nothing_is_corrected(session, me, now):
    assert interviews.corrected(session, _begin(session, me, now).id) is None


def _aside(session, person, now, text="爱喝龙井"):
    state = {"system": "behavior", "turns": [["open", None, text]]}
    return interviews.keep_aside(session, person_id=person.id, name="", prospect_id=None, state=state, now=now)


def test_what_is_kept_aside_leaves_the_open_interview_open(session, me, now):
    begun = _begin(session, me, now)
    aside = _aside(session, me, now)

    assert interviews.current(session, me.id) == begun
    assert interviews.mine(session, me.id, aside.id) == aside
    assert interviews.moved_since(session, me.id, now) == begun


def test_what_is_kept_aside_is_taken_up_instead_of_the_open_interview(session, me, now):
    _begin(session, me, now)
    taken = interviews.taken_up(session, _aside(session, me, now), person_id=me.id, open=True, now=now)

    assert interviews.current(session, me.id) == taken
    assert taken.version == 1


def test_only_what_is_kept_aside_is_forgotten(session, me, now):
    begun, aside = _begin(session, me, now), _aside(session, me, now)
    interviews.forget(session, begun)
    interviews.forget(session, aside)

    assert interviews.mine(session, me.id, begun.id) == begun
    assert interviews.mine(session, me.id, aside.id) is None


def test_what_was_kept_aside_and_has_become_something_else_is_no_interview_and_still_there(session, me, now):
    begun, aside = _begin(session, me, now), _aside(session, me, now)
    interviews.settle(session, begun)
    interviews.settle(session, aside)
    kept = interviews.mine(session, me.id, aside.id)

    assert interviews.mine(session, me.id, begun.id) == begun
    assert kept is not None
    assert (kept.version, kept.state) == (interviews.SETTLED, aside.state)
    assert interviews.moved_since(session, me.id, now) == begun


def test_an_interview_that_has_not_moved_lately_is_none(session, me, now):
    _begin(session, me, now)

    assert interviews.moved_since(session, me.id, now + timedelta(minutes=1)) is None
