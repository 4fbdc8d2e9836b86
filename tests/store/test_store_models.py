from datetime import timedelta

import pytest

from knowledge.corpus import Text
from store import interviews, models
from store.models import KEPT
from store.tables import Feedback

BASE = "c201339f6d90"


def _told(session, person, now, *turns, right=(), system="behavior"):
    """An interview with those turns, and the types that the rep named one after the other."""
    state = {"system": system, "turns": [list(turn) for turn in turns]}
    row = interviews.begin(session, person_id=person.id, name="龙先生", prospect_id=None, state=state, now=now)
    for type in right:
        word = Feedback(person_id=person.id, interview_id=row.id, system=system, said="picky", correct=type, at=now)
        interviews.correct(session, word)
        session.flush()
    return row


def _take(session, now, *names, base=BASE, system="behavior"):
    for name in names:
        models.take(session, system=system, body=name.encode(), base=base, report=f'"{name}"', now=now)


def _used(session, system="behavior"):
    kept = models.in_use(session, system)
    return kept.body.decode() if kept else None


def _names(session, system="behavior"):
    return [row.report.strip('"') for row in models.made(session, system)]


def test_a_case_is_what_the_rep_typed_with_the_type_named_for_it(session, me, now):
    turns = [("open", None, "他半天没吭声"), ("his_pause", "quiet", None), ("open", None, None), ("open", None, "走了")]
    _told(session, me, now, *turns, right=["silent"])

    found = models.cases(session, "behavior")

    assert found.texts == [Text("team", "他半天没吭声\n走了", ("silent",))]
    assert found.silent == 0


def test_the_last_word_on_an_interview_counts_in_the_order_of_the_interviews(session, me, other, now):
    first, second = (_told(session, who, now, ("open", None, said)) for who, said in ((me, "一"), (other, "二")))
    for row, type in ((second, "picky"), (first, "silent"), (second, "shrewd")):
        interviews.correct(
            session,
            Feedback(person_id=me.id, interview_id=row.id, system="behavior", said="picky", correct=type, at=now),
        )
        session.flush()

    found = models.cases(session, "behavior").texts

    assert [(text.text, text.label) for text in found] == [("一", "silent"), ("二", "shrewd")]


def test_an_interview_of_taps_alone_is_counted_and_no_case(session, me, now):
    _told(session, me, now, ("his_pause", "quiet", None), right=["silent"])
    _told(session, me, now, ("open", None, " \u200b "), right=["silent"])

    found = models.cases(session, "behavior")

    assert (found.texts, found.silent) == ([], 2)


def test_without_a_word_of_the_rep_or_in_another_system_there_is_no_case(session, me, now):
    _told(session, me, now, ("open", None, "他半天没吭声"))
    _told(session, me, now, ("open", None, "他半天没吭声"), right=["fast"], system="pace")

    assert models.cases(session, "behavior") == models.Cases([], 0)


def test_what_would_break_a_line_of_the_models_file_is_not_in_a_case(session, me, now):
    _told(session, me, now, ("open", None, "不\u2028吭声\x00了"), right=["silent"])

    assert models.cases(session, "behavior").texts[0].text == "不 吭声了"


def test_at_first_no_model_of_the_team_is_in_use(session):
    assert models.in_use(session, "behavior") is None
    assert models.made(session, "behavior") == []


def test_a_model_that_is_taken_is_in_use_with_its_date_and_figures(session, now):
    _take(session, now, "first")

    (row,) = models.made(session, "behavior")
    assert models.in_use(session, "behavior") == models.InUse(now, BASE, b"first")
    assert (row.at, row.base, row.report, row.active) == (now, BASE, '"first"', True)


def test_only_the_last_one_taken_is_in_use(session, now):
    _take(session, now, "first")
    _take(session, now + timedelta(days=1), "second")

    assert _used(session) == "second"
    assert [row.active for row in models.made(session, "behavior")] == [True, False]


def test_the_newest_few_are_kept(session, now):
    _take(session, now, *"abcdefg")

    assert _names(session) == list("gfedc")
    assert len(_names(session)) == KEPT


def test_each_system_has_its_own(session, now):
    _take(session, now, "here")
    _take(session, now, *"abcdef", system="pace")

    assert (_used(session), _used(session, "pace")) == ("here", "f")
    assert _names(session) == ["here"]


def test_back_goes_to_the_one_before_and_at_last_to_the_shipped_one(session, now):
    _take(session, now, "first", "second")

    back = [(models.put_back(session, "behavior", BASE), _used(session)) for _ in range(3)]

    assert back == [(True, "first"), (True, None), (False, None)]
    assert _names(session) == ["second", "first"]


def test_back_passes_over_models_of_another_corpus(session, now):
    _take(session, now, "old", base="another")
    _take(session, now, "new")

    assert models.put_back(session, "behavior", BASE)
    assert _used(session) is None


@pytest.mark.parametrize("steps", [1, 2])
def test_what_was_put_back_is_forgotten_when_the_next_is_taken(session, now, steps):
    _take(session, now, "first", "second")
    for _ in range(steps):
        models.put_back(session, "behavior", BASE)
    _take(session, now, "third")

    assert _names(session) == ["third", "first"][: 3 - steps]
    assert _used(session) == "third"


def test_a_large_model_comes_back_byte_for_byte(db, now):
    body = bytes(range(256)) * 5_000
    db.write_now(models.take, system="behavior", body=body, base=BASE, report="{}", now=now)

    assert db.read_now(models.in_use, "behavior").body == body
