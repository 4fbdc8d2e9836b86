from datetime import timedelta

from store import visits
from store.tables import Visit


def _log(session, person, prospect, at, note=""):
    return visits.log(session, Visit(prospect_id=prospect.id, person_id=person.id, at=at, note=note))


def test_the_latest_contacts_come_newest_first(session, me, customer, now):
    row, another = customer(session, me), customer(session, me, "别人")
    for away in (3, 1, 2):
        _log(session, me, row, now - timedelta(days=away), f"{away} 天前")
    _log(session, me, another, now, "别人的")

    assert [one.note for one in visits.latest(session, row.id, 2)] == ["1 天前", "2 天前"]


def test_of_two_contacts_at_one_moment_the_later_kept_is_newer(session, me, customer, now):
    row = customer(session, me)
    for note in ("先", "后"):
        _log(session, me, row, now, note)

    assert [one.note for one in visits.latest(session, row.id, 5)] == ["后", "先"]


def test_a_contact_belongs_to_who_logged_it(session, me, other, customer, now):
    kept = _log(session, me, customer(session, me), now)

    assert visits.mine(session, me.id, kept.id) is kept
    assert visits.mine(session, other.id, kept.id) is None
    assert visits.mine(session, me.id, kept.id + 1) is None


def test_times_come_back_as_the_same_instant_in_utc(session, me, customer, now):
    kept = _log(session, me, customer(session, me), now)
    session.expire_all()

    assert (kept.at, kept.at.utcoffset()) == (now, timedelta(0))
