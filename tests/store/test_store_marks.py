from datetime import timedelta

from store import marks


def test_a_moment_is_kept_and_moved_on(session, now):
    assert marks.get(session, marks.PAUSE) is None
    for minutes in (1, 5):
        marks.put(session, marks.PAUSE, now + timedelta(minutes=minutes))
        session.expire_all()

    assert marks.get(session, marks.PAUSE) == now + timedelta(minutes=5)


def test_the_last_tick_is_that_of_whoever_ticked_last(session, now):
    before = marks.last_tick(session)
    marks.put(session, marks.PAUSE, now + timedelta(hours=1))
    marks.ticked(session, "host:1:a", now)
    marks.ticked(session, "host:2:b", now - timedelta(hours=1))

    assert (before, marks.last_tick(session)) == (None, now)


def test_processes_are_counted_that_ticked_of_late(session, now):
    for number in range(3):
        marks.ticked(session, f"host:{number}:a", now - timedelta(minutes=number))
        marks.ticked(session, f"host:{number}:a", now - timedelta(minutes=number))

    assert marks.processes(session, now - timedelta(minutes=1)) == 2
    assert sorted(marks.ticking(session)) == ["host:0:a", "host:1:a", "host:2:a"]


def test_who_is_known_to_be_gone_is_forgotten(session, now):
    for name in ("host:1:a", "host:2:b"):
        marks.ticked(session, name, now)
    marks.forget(session, ["host:1:a", "host:9:z"])

    assert list(marks.ticking(session)) == ["host:2:b"]


def test_old_ticks_go_but_never_the_newest(session, now):
    for number in range(3):
        marks.ticked(session, f"host:{number}:a", now - timedelta(days=2 + number))
    marks.forget_ticks(session, now - timedelta(days=1))

    assert list(marks.ticking(session)) == ["host:0:a"]
