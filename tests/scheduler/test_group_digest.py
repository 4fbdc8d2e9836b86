"""A team's morning in its group: once a day whatever happens, in figures, and only as long as it is wanted."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.service import open_database
from scheduler.delivery import Outcome
from scheduler.push import CLAIM, LEASE
from store import deliveries, groups, people
from store.tables import GroupChat, Person
from tests.scheduler.conftest import Mornings

MONDAY, TUESDAY = "2026-06-01", "2026-06-02"
GROUP, GROWN = -4001234, -1001234567890
MOVED = Outcome("moved", problem="the group is a supergroup now", cause="moved", moved_to=GROWN)


@dataclass
class Floor:
    """A manager who claimed a group on Monday at seven, and a rep of a team below with customers."""

    mornings: Mornings
    manager: Person
    rep: Person

    def claim(self, person: Person, at: str, chat: int = GROUP) -> None:
        """Somebody sends `/here`."""

        def claim_(session: Any) -> None:
            row, _ = groups.met(session, chat, self.mornings.at(at), "城东销售群")
            groups.claim(row, session.get(Person, person.id), self.mornings.at(at), {})

        self.mornings.db.write_now(claim_)

    def change(self, **fields: Any) -> None:
        """Change the group's row."""
        self.mornings.change(GroupChat, GROUP, **fields)

    def states(self, kind: str = f"group:{GROUP}") -> list[tuple[str, str]]:
        """(date, state) of every message for a group."""
        return [(on, state) for one, on, state in self.mornings.rows() if one == kind]

    def told(self, chat: int = GROUP) -> list[str]:
        """What arrived in a group."""
        return self.mornings.sending.arrived(chat)


@pytest.fixture
def floor(mornings: Mornings) -> Floor:
    def make(session: Any) -> tuple[Person, Person]:
        above, below = (people.team_named(session, name) for name in ("城东", "城东一组"))
        below.parent_id = above.id
        key = {"tz": "Asia/Shanghai", "push_at": "08:30", "now": mornings.at("2026-06-08 08:30")}
        manager = people.join(session, telegram_id=21, name="主管", role="manager", team_id=above.id, **key)
        rep = people.join(session, telegram_id=22, name="小李", role="rep", team_id=below.id, **key)
        return manager, rep

    manager, rep = mornings.db.write_now(make)
    made = Floor(mornings, manager, rep)
    mornings.customer(rep, "机密王总", "2026-05-28", grade="A", company="机密公司")
    mornings.customer(rep, "机密刘姐", MONDAY)
    made.claim(manager, f"{MONDAY} 07:00")
    return made


async def test_it_comes_at_the_managers_hour_once_in_figures_and_names_no_customer(floor: Floor) -> None:
    for clock in ("08:29", "08:30", "08:31", "12:00", "19:00"):
        await floor.mornings.tick(f"{MONDAY} {clock}")

    [text] = floor.told()
    assert "城东" in text
    assert "今天该联系：<b>1</b> 位（小李 1）" in text
    assert "过了日子还在等的：<b>1</b> 位" in text
    assert "机密" not in text
    assert floor.states() == [("06-01", "sent")]


async def test_working_days_only(floor: Floor) -> None:
    seen = await floor.mornings.live("2026-06-05 08:00", "2026-06-08 09:00", timedelta(minutes=30))

    assert floor.states() == [("06-05", "sent"), ("06-08", "sent")]
    assert seen.count("06-05 08:30") == 1


async def test_it_goes_on_while_the_manager_is_on_leave_or_has_blocked_the_bot(floor: Floor) -> None:
    away = {"away_from": floor.mornings.at(MONDAY).date(), "away_to": floor.mornings.at("2026-06-10").date()}
    floor.mornings.change(Person, floor.manager.id, unreachable=True, digest=False, **away)
    await floor.mornings.tick(f"{MONDAY} 08:30")

    assert len(floor.told()) == 1


async def test_two_processes_post_once(floor: Floor, url: str) -> None:
    other = open_database(url)
    one, two = floor.mornings.push("host:1"), floor.mornings.push("host:2", other)
    now = floor.mornings.at(f"{MONDAY} 08:30")
    for push in (one, two, one, two):
        await push.tick(now)
    other.close()

    assert len(floor.told()) == 1


async def test_another_manager_who_claims_the_group_meanwhile_brings_no_second_one(floor: Floor) -> None:
    await floor.mornings.tick(f"{MONDAY} 08:30")
    second = {"telegram_id": 23, "name": "副主管", "role": "manager", "tz": "Asia/Shanghai", "push_at": "09:30"}
    now = floor.mornings.at(f"{MONDAY} 08:40")
    made = floor.mornings.db.write_now(
        lambda session: people.join(session, team_id=floor.manager.team_id, now=now + timedelta(days=9), **second)
    )
    floor.claim(made, f"{MONDAY} 08:40")
    await floor.mornings.tick(f"{MONDAY} 09:30")
    await floor.mornings.tick(f"{TUESDAY} 09:29")
    early = len(floor.told())
    await floor.mornings.tick(f"{TUESDAY} 09:30")

    assert early == 1
    assert floor.states() == [("06-01", "sent"), ("06-02", "sent")]


async def test_a_kill_before_it_left_is_made_up_for_and_one_after_is_not_repeated(floor: Floor) -> None:
    def die(begun: bool, clock: str) -> Any:
        def claim_(session: Any) -> None:
            now = floor.mornings.at(clock)
            deliveries.plan(session, person_id=floor.manager.id or 0, kind=f"group:{GROUP}", on=now.date(), due_at=now)
            for row in deliveries.claim(session, by="dead:1", now=now, limit=9):
                if begun:
                    deliveries.begin(session, row.id or 0, "dead:1", now)

        floor.mornings.db.write_now(claim_)

    die(False, f"{MONDAY} 08:30")
    await floor.mornings.push().tick(floor.mornings.at(f"{MONDAY} 08:30") + CLAIM + timedelta(seconds=1))
    made_up_for = len(floor.told())
    die(True, f"{TUESDAY} 08:30")
    for minutes in (3, 6, 60):
        await floor.mornings.push().tick(floor.mornings.at(f"{TUESDAY} 08:30") + LEASE + timedelta(minutes=minutes))

    assert made_up_for == len(floor.told()) == 1
    assert floor.states() == [("06-01", "sent"), ("06-02", "uncertain")]
    assert [row for row in floor.mornings.rows() if row[0] == "check"] == []


async def test_after_downtime_it_comes_late_on_its_day_and_not_at_night(floor: Floor) -> None:
    await floor.mornings.tick(f"{MONDAY} 14:00")
    await floor.mornings.tick(f"{TUESDAY} 20:30")
    await floor.mornings.tick("2026-06-03 03:00")

    assert floor.states() == [("06-01", "sent")]


async def test_what_waits_until_it_is_too_late_is_let_be(floor: Floor) -> None:
    down = Outcome("again", problem="502", after=5.0, cause="network")
    floor.mornings.sending.will(GROUP, down)
    await floor.mornings.tick(f"{MONDAY} 19:59")
    await floor.mornings.tick(f"{MONDAY} 20:30")

    assert floor.told() == []
    assert floor.states() == [("06-01", "moot")]


async def test_where_the_bot_was_removed_nothing_is_sent_and_the_manager_keeps_hearing(floor: Floor) -> None:
    floor.mornings.sending.will(GROUP, Outcome("unreachable", problem="not in the group", cause="blocked"))
    await floor.mornings.tick(f"{MONDAY} 08:30")
    await floor.mornings.tick(f"{TUESDAY} 08:30")
    gone = floor.states()
    floor.mornings.db.write_now(groups.met, GROUP, floor.mornings.at(f"{TUESDAY} 12:00"))  # somebody speaks to us there
    await floor.mornings.tick("2026-06-03 08:30")

    assert gone == [("06-01", "failed")]
    assert not floor.mornings.person(21).unreachable
    assert floor.states() == [*gone, ("06-03", "sent")]
    assert floor.states(f"lost:{GROUP}:1") == [("06-01", "sent")]


def lost(floor: Floor, person: int) -> list[str]:
    """What somebody was told of the group."""
    return [text for text in floor.mornings.sending.arrived(person) if text.startswith("📣")]


async def test_everybody_who_looks_after_the_team_is_told_once_and_nobody_else(floor: Floor) -> None:
    def join(session: Any) -> None:
        key = {"tz": "Asia/Shanghai", "push_at": "08:30", "now": floor.mornings.at("2026-06-08 08:30")}
        for id, name, role, team in (
            (23, "副主管", "manager", "城东"), (24, "组长", "manager", "城东一组"), (25, "管理员", "admin", ""),
            (26, "别处主管", "manager", "城西"), (27, "走了的主管", "manager", "城东"),
        ):  # fmt: skip
            team_id = people.team_named(session, team).id if team else None
            person = people.join(session, telegram_id=id, name=name, role=role, team_id=team_id, **key)
            person.active = id != 27

    floor.mornings.db.write_now(join)
    for minute in (0, 1):
        floor.mornings.db.write_now(groups.lose, GROUP, groups.REMOVED, floor.mornings.at(f"{MONDAY} 10:0{minute}"))
    for clock in ("10:01", "10:02", "14:00"):
        await floor.mornings.tick(f"{MONDAY} {clock}")

    assert {person: len(lost(floor, person)) for person in range(21, 28)} == {
        21: 1, 22: 0, 23: 1, 24: 0, 25: 0, 26: 0, 27: 0,
    }  # fmt: skip


async def test_whoever_claimed_it_from_above_is_told_beside_the_teams_own_manager(floor: Floor) -> None:
    def join(session: Any) -> None:
        team = people.team_named(session, "城东一组").id
        key = {"tz": "Asia/Shanghai", "push_at": "08:30", "now": floor.mornings.at("2026-06-08 08:30")}
        people.join(session, telegram_id=24, name="组长", role="manager", team_id=team, **key)
        session.get(GroupChat, GROUP).team_id = team

    floor.mornings.db.write_now(join)
    floor.mornings.db.write_now(groups.lose, GROUP, groups.MUTED, floor.mornings.at(f"{MONDAY} 10:00"))
    await floor.mornings.tick(f"{MONDAY} 10:01")

    assert [len(lost(floor, person)) for person in (21, 24)] == [1, 1]


async def test_at_night_it_waits_until_the_quiet_hours_are_over(floor: Floor) -> None:
    floor.mornings.db.write_now(groups.lose, GROUP, groups.REMOVED, floor.mornings.at(f"{MONDAY} 22:30"))
    await floor.mornings.tick(f"{MONDAY} 22:31")
    at_night = lost(floor, 21)
    await floor.mornings.tick(f"{TUESDAY} 08:01")

    assert at_night == []
    assert len(lost(floor, 21)) == 1


@pytest.mark.parametrize("why", ["back", "removed again", "other team", "deleted"])
async def test_what_is_not_so_any_more_is_not_told(floor: Floor, why: str) -> None:
    now = floor.mornings.at(f"{MONDAY} 22:30")
    floor.mornings.db.write_now(groups.lose, GROUP, groups.REMOVED, now)
    if why in {"back", "removed again"}:
        floor.mornings.db.write_now(groups.regain, GROUP)
    if why == "removed again":
        floor.mornings.db.write_now(groups.lose, GROUP, groups.REMOVED, now)
    if why == "other team":
        other = floor.mornings.db.write_now(lambda session: people.team_named(session, "城西").id)
        floor.mornings.change(Person, floor.manager.id, team_id=other)
    if why == "deleted":
        floor.mornings.db.write_now(groups.move, GROUP, GROWN)
    await floor.mornings.tick(f"{TUESDAY} 08:01")

    assert len(lost(floor, 21)) == (why == "removed again")


async def test_a_group_that_became_a_supergroup_gets_it_there_once(floor: Floor) -> None:
    floor.mornings.sending.will(GROUP, MOVED)
    for minute in (30, 31, 45):
        await floor.mornings.tick(f"{MONDAY} 08:{minute}")
    await floor.mornings.tick(f"{TUESDAY} 08:30")

    assert floor.told() == []
    assert len(floor.told(GROWN)) == 2
    assert floor.states() == []
    assert floor.states(f"group:{GROWN}") == [("06-01", "sent"), ("06-02", "sent")]


async def test_one_that_was_claimed_anew_before_keeps_what_was_said_there(floor: Floor) -> None:
    floor.claim(floor.manager, f"{MONDAY} 08:00", GROWN)
    floor.mornings.sending.will(GROUP, MOVED)
    for minute in (30, 31, 45):
        await floor.mornings.tick(f"{MONDAY} 08:{minute}")
    await floor.mornings.tick(f"{TUESDAY} 08:30")

    assert floor.told() == []
    assert len(floor.told(GROWN)) == 2
    assert floor.states() == [("06-01", "moot")]


async def test_a_manager_with_two_groups_has_one_in_each(floor: Floor) -> None:
    floor.claim(floor.manager, f"{MONDAY} 07:30", GROWN)
    await floor.mornings.tick(f"{MONDAY} 08:30")

    assert len(floor.told()) == len(floor.told(GROWN)) == 1


@pytest.mark.parametrize("why", ["ended", "left", "other team", "configuration"])
async def test_it_comes_no_more(floor: Floor, why: str) -> None:
    if why == "ended":
        floor.change(digest=False)
    elif why == "left":
        floor.mornings.change(Person, floor.manager.id, active=False)
    elif why == "other team":
        other = floor.mornings.db.write_now(lambda session: people.team_named(session, "城西").id)
        floor.mornings.change(Person, floor.manager.id, team_id=other)
    else:
        floor.mornings.digest = False
    await floor.mornings.tick(f"{MONDAY} 08:30")

    assert floor.told() == []


async def test_what_was_ended_between_the_plan_and_the_send_does_not_go(floor: Floor) -> None:
    at = floor.mornings.at(f"{MONDAY} 08:30")
    plan = {"person_id": floor.manager.id or 0, "kind": f"group:{GROUP}", "on": at.date(), "due_at": at}
    floor.mornings.db.write_now(lambda session: deliveries.plan(session, **plan))
    floor.change(digest=False)
    await floor.mornings.tick(f"{MONDAY} 08:30")

    assert floor.told() == []
    assert floor.states() == [("06-01", "moot")]


async def test_a_team_without_customers_has_nothing_to_count(floor: Floor) -> None:
    floor.mornings.change(Person, floor.rep.id, team_id=None)
    await floor.mornings.tick(f"{MONDAY} 08:30")

    assert floor.told() == []
