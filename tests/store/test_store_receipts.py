from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from store import receipts


def test_a_new_update_has_no_receipt(session):
    assert receipts.answer_to(session, 1) is None


def test_an_update_that_took_effect_has_its_answer(session, now):
    receipts.keep(session, 2**40, 7, '[["say","好"]]', now)
    receipts.keep(session, 8, None, "", now)

    assert receipts.answer_to(session, 2**40) == '[["say","好"]]'
    assert receipts.answer_to(session, 8) == ""


def test_a_second_process_cannot_keep_the_same_update(session, now):
    receipts.keep(session, 1, 7, "甲", now)

    with pytest.raises(IntegrityError):
        receipts.keep(session, 1, 7, "乙", now)


def test_old_receipts_are_forgotten_and_counted(session, now):
    for number, age in ((1, 3), (2, 2), (3, 1)):
        receipts.keep(session, number, 7, "好", now - timedelta(days=age))

    gone = receipts.forget_before(session, now - timedelta(days=2))

    assert gone == 1
    assert [receipts.answer_to(session, number) for number in (1, 2, 3)] == [None, "好", "好"]


def test_after_a_long_time_they_go_some_at_a_time_the_oldest_first(session, now):
    for number in range(5):
        receipts.keep(session, number, None, "好", now - timedelta(days=9 - number))

    assert receipts.forget_before(session, now, most=3) == 3
    assert [receipts.answer_to(session, number) for number in range(5)] == [None, None, None, "好", "好"]
