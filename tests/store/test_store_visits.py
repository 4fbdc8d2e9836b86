from datetime import timedelta
from zoneinfo import ZoneInfo

from store import visits
from store.tables import Visit

ZONE = ZoneInfo("Asia/Shanghai")


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


def test_what_has_no_day_yet_is_told_and_is_no_contact(session, me, customer, now):
    row = customer(session, me)
    _log(session, me, row, now - timedelta(days=1), "聊了")
    asked = _log(session, me, row, now, "12月30号去了")
    asked.outcome = visits.ASKED
    session.flush()

    past = visits.recent(session, [row.id], ZONE)[row.id]

    assert [one.note for one in visits.told(session, row.id, 5)] == ["12月30号去了", "聊了"]
    assert [one.note for one in visits.latest(session, row.id, 5)] == ["聊了"]
    assert [one.note for one in past] == ["聊了"]
    assert visits.counted(session, row.id, now) == (1, 0)


def test_a_contact_belongs_to_who_logged_it(session, me, other, customer, now):
    kept = _log(session, me, customer(session, me), now)

    assert visits.mine(session, me.id, kept.id) is kept
    assert visits.mine(session, other.id, kept.id) is None
    assert visits.mine(session, me.id, kept.id + 1) is None


def test_times_come_back_as_the_same_instant_in_utc(session, me, customer, now):
    kept = _log(session, me, customer(session, me), now)
    session.expire_all()

    assert (kept.at, kept.at.utcoffset()) == (now, timedelta(0))


def test_the_last_notes_are_those_of_the_newest_contact_of_each(session, me, customer, now):
    rows = [customer(session, me, name) for name in ("甲", "乙", "丙")]
    for days, row, note in ((9, rows[0], "旧"), (1, rows[0], "新"), (5, rows[1], ""), (6, rows[1], "更旧")):
        visits.log(session, Visit(prospect_id=row.id, person_id=me.id, at=now - timedelta(days=days), note=note))
    for note in ("先写的", "后写的"):
        visits.log(session, Visit(prospect_id=rows[0].id, person_id=me.id, at=now, note=note))

    found = visits.recent(session, [row.id for row in rows], ZONE)

    assert {id: past[0].note for id, past in found.items()} == {rows[0].id: "后写的", rows[1].id: ""}


def test_any_number_of_customers_may_be_asked_about(session, me, customer, now):
    row = customer(session, me)
    visits.log(session, Visit(prospect_id=row.id, person_id=me.id, at=now, note="好"))

    found = visits.recent(session, [*range(10_000, 10_000 + 1500), row.id], ZONE)

    assert {id: [past.note for past in theirs] for id, theirs in found.items()} == {row.id: ["好"]}
