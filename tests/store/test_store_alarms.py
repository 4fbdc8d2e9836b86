from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from bot.service import open_database
from store import alarms


def test_one_trouble_of_a_kind_is_open_at_a_time(session, now):
    first = alarms.begin(session, "disk", 100, now)
    again = alarms.begin(session, "disk", 50, now)
    other = alarms.begin(session, "late", 5, now)

    assert first
    assert again is None
    assert other
    assert {kind: row.figure for kind, row in alarms.open_(session).items()} == {"disk": 100, "late": 5}


def test_a_trouble_ends_once_and_may_come_back(session, now):
    first = alarms.begin(session, "disk", 100, now)
    ended = [alarms.end(session, "disk", now), alarms.end(session, "disk", now)]
    second = alarms.begin(session, "disk", 90, now + timedelta(hours=1))

    assert ended == [first, None]
    assert second not in {None, first}
    assert alarms.by_id(session, first).over_at == now
    assert alarms.by_id(session, second).over_at is None


def test_two_processes_that_see_a_trouble_at_once_note_one(db, url, now):
    second = open_database(url)
    start = Barrier(2)

    def see(database):
        start.wait()
        return database.write_now(alarms.begin, "disk", 100, now)

    with ThreadPoolExecutor(2) as pool:
        seen = list(pool.map(see, [db, second]))
    second.close()

    assert sum(one is not None for one in seen) == 1
