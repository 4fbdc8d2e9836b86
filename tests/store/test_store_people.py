from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError

from bot.service import open_database
from store import people
from store.tables import Invite, Person, Team


def test_who_joins_is_found_by_the_telegram_account(session, me):
    assert people.by_telegram(session, 11) is me
    assert people.by_id(session, me.id) is me


def test_a_stranger_is_nobody(session, me):
    assert people.by_telegram(session, 99) is None
    assert people.by_id(session, me.id + 1) is None


def test_who_left_is_not_found_by_the_account_but_still_by_id(session, me):
    me.active = False
    session.flush()

    assert people.by_telegram(session, 11) is None
    assert people.by_id(session, me.id) is me


def test_who_comes_back_is_the_same_person_with_the_new_role_and_team(session, me, join):
    me.active, me.unreachable = False, True
    session.flush()

    back = join(session, 11, "林经理", role="manager", team="城南组")

    assert back.id == me.id
    assert (back.name, back.role, back.active, back.unreachable) == ("林经理", "manager", True, False)
    assert people.team_of(session, back).name == "城南组"


def test_who_comes_back_keeps_their_own_time_of_the_morning(session, me, join):
    me.push_at, me.tz = "07:15", "Asia/Urumqi"
    session.flush()

    back = join(session, 11, "小林")

    assert (back.push_at, back.tz) == ("07:15", "Asia/Urumqi")


def test_a_telegram_account_of_more_than_32_bits_fits(session, join):
    large = 2**40 + 7
    join(session, large, "远")
    session.expire_all()

    assert people.by_telegram(session, large).telegram_id == large


def test_two_people_cannot_have_one_telegram_account(session, me, now):
    session.add(Person(telegram_id=11, name="另一个", role="rep", created_at=now))

    with pytest.raises(IntegrityError):
        session.flush()


def test_anyone_says_whether_the_first_has_come(session, join):
    before = people.anyone(session)
    join(session, 11, "小林")

    assert (before, people.anyone(session)) == (False, True)


def test_admins_are_the_active_ones(session, join):
    join(session, 1, "甲", role="admin")
    join(session, 2, "乙", role="admin").active = False
    join(session, 3, "丙", role="manager")
    session.flush()

    assert [row.name for row in people.admins(session)] == ["甲"]


def test_a_team_is_made_once(session):
    first = people.team_named(session, "北组")

    assert people.team_named(session, "北组").id == first.id
    assert people.team_named(session, "北 组").id != first.id


def test_a_team_name_is_empty_for_no_team_and_for_one_that_is_not_there(session):
    team = people.team_named(session, "北组")

    assert people.team_name(session, team.id) == "北组"
    assert people.team_name(session, None) == ""
    assert people.team_name(session, team.id + 1) == ""


def test_somebody_without_a_team_has_neither_team_nor_mates(session, me, join):
    alone = join(session, 13, "独", team="")

    assert people.team_of(session, alone) is None
    assert people.mates(session, alone) == ()


def test_mates_are_the_other_active_people_of_the_team_by_name(session, me, join):
    join(session, 12, "B")
    join(session, 13, "A")
    join(session, 14, "C").active = False
    join(session, 15, "D", team="城南组")
    session.flush()

    assert [row.name for row in people.mates(session, me)] == ["A", "B"]


def test_teams_below_are_the_team_and_all_under_it(session):
    rows = {}
    for name, above in (("总", None), ("东", "总"), ("东一", "东"), ("西", "总"), ("别家", None)):
        rows[name] = Team(name=name, parent_id=rows[above].id if above else None)
        session.add(rows[name])
        session.flush()

    assert people.teams_below(session, rows["东"].id) == {rows["东"].id, rows["东一"].id}
    assert len(people.teams_below(session, rows["总"].id)) == 4


def test_teams_that_are_under_each_other_do_not_turn_in_circles(session):
    one, two = people.team_named(session, "一"), people.team_named(session, "二")
    one.parent_id, two.parent_id = two.id, one.id
    session.flush()

    assert people.teams_below(session, one.id) == {one.id, two.id}


def test_what_the_next_message_answers_is_kept(session, me):
    people.await_text(session, me.id, "note:7")
    session.expire_all()

    assert people.by_telegram(session, 11).awaiting == "note:7"


def test_unreachable_are_the_names_of_active_people_only(session, join):
    for telegram_id, name, active, lost in ((1, "甲", True, True), (2, "乙", False, True), (3, "丙", True, False)):
        row = join(session, telegram_id, name)
        row.active, row.unreachable = active, lost
    session.flush()

    assert list(people.unreachable(session)) == ["甲"]


def _invite(now, **fields):
    kept = {"code_hash": "h1", "role": "rep", "created_at": now, "expires_at": now + timedelta(hours=1), **fields}
    return Invite(**kept)


def test_an_invitation_works_once(session, now):
    people.invite(session, _invite(now))

    first = people.redeem(session, "h1", now)

    assert (first.role, first.used_at) == ("rep", now)
    assert people.redeem(session, "h1", now) is None


def test_an_unknown_code_opens_nothing(session, now):
    people.invite(session, _invite(now))

    assert people.redeem(session, "h2", now) is None


@pytest.mark.parametrize("moved", [timedelta(hours=1), timedelta(days=30)])
def test_an_expired_invitation_opens_nothing(session, now, moved):
    people.invite(session, _invite(now))

    assert people.redeem(session, "h1", now + moved) is None


def test_a_revoked_invitation_opens_nothing(session, now):
    people.invite(session, _invite(now, revoked_at=now))

    assert people.redeem(session, "h1", now) is None


def test_of_two_simultaneous_tries_one_gets_the_invitation(db, url, now):
    db.write_now(people.invite, _invite(now))
    second = open_database(url)
    start = Barrier(2)

    def redeem(database):
        start.wait()
        return database.write_now(people.redeem, "h1", now) is not None

    with ThreadPoolExecutor(2) as pool:
        got = list(pool.map(redeem, [db, second]))
    second.close()

    assert sorted(got) == [False, True]


def test_above_somebody_are_the_managers_of_the_nearest_team_that_has_any_else_the_admins(session, join):
    top, below = people.team_named(session, "大区"), people.team_named(session, "城西组")
    below.parent_id = top.id
    rep = join(session, 71, "小林")
    alone = join(session, 72, "小单", team="")
    admin = join(session, 73, "管理", "admin", team="")
    before = [row.name for row in people.above(session, rep)]
    join(session, 74, "大区主管", "manager", team="大区")
    higher = [row.name for row in people.above(session, rep)]
    near = join(session, 75, "主管", "manager")

    assert before == ["管理"]
    assert higher == ["大区主管"]
    assert [row.name for row in people.above(session, rep)] == ["主管"]
    assert [row.name for row in people.above(session, near)] == ["大区主管"]
    assert [row.name for row in people.above(session, alone)] == ["管理"]
    assert list(people.above(session, admin)) == []


def test_teams_that_are_each_others_parents_end_the_search(session, join):
    one, two = people.team_named(session, "甲组"), people.team_named(session, "乙组")
    one.parent_id, two.parent_id = two.id, one.id
    rep = join(session, 76, "小林", team="甲组")

    assert list(people.above(session, rep)) == []


def test_everybody_above_somebody_sees_them_the_nearest_first_and_nobody_beside_or_below(session, join):
    rep, beside = join(session, 1, "销售", team="小组"), join(session, 2, "同事", team="小组")
    near, top = join(session, 3, "组长", "manager", team="小组"), join(session, 4, "总监", "manager", team="大区")
    join(session, 5, "别组主管", "manager", team="别组")
    admin = join(session, 6, "管理", "admin", team="")
    people.team_named(session, "小组").parent_id = people.team_named(session, "大区").id
    session.flush()

    assert [row.name for row in people.above_all(session, rep)] == ["组长", "总监", "管理"]
    assert [row.name for row in people.above_all(session, near)] == ["总监", "管理"]
    assert [row.name for row in people.above_all(session, top)] == ["管理"]
    assert list(people.above_all(session, admin)) == []
    assert people.scope(session, people.Caller.of(beside)) == set()
    assert people.scope(session, people.Caller.of(top)) == {top.team_id, near.team_id}
    assert people.scope(session, people.Caller.of(admin)) is None
