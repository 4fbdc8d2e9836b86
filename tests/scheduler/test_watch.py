"""What goes wrong in silence is told to the admins once, and once more when it is over."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from scheduler.delivery import Outcome
from scheduler.push import Push
from scheduler.watch import ENOUGH, LATE, LOW, STUCK, Watch
from store import alarms, marks
from store.tables import Person

ADMIN = 9
MINUTE = timedelta(minutes=1)


class Machine:
    """A machine whose clock, time and disk a test decides."""

    def __init__(self, mornings):
        self.mornings = mornings
        self.now = mornings.at("2026-06-01 10:00")
        self.elapsed = 1000.0
        self.free = 50_000
        self.jumps = 0
        admin = mornings.join(ADMIN, "2027-06-01 08:30")
        mornings.change(Person, admin.id, role="admin")
        self.push = mornings.push()
        self.watch = Watch(self.push, lambda: self.elapsed, lambda: self.free, self._jumped)

    def _jumped(self):
        self.jumps += 1

    async def later(self, time, *, jump=timedelta(), ticking=True):
        """Some time passes, perhaps the clock jumps as well, and the watch looks."""
        self.now += time + jump
        self.elapsed += time.total_seconds()
        if ticking:
            await self.push.tick(self.now)
        await self.watch.look(self.now)

    @property
    def told(self):
        return [text.splitlines()[0] for text in self.mornings.sending.arrived(ADMIN)]


@pytest.fixture
def machine(mornings):
    return Machine(mornings)


async def test_where_all_is_well_nobody_is_told_anything(machine):
    for _ in range(5):
        await machine.later(MINUTE)

    assert machine.told == []


async def test_ticks_that_stay_away_are_told_once_and_their_return_once(machine):
    await machine.later(MINUTE)
    for _ in range(6):
        await machine.later(MINUTE, ticking=False)
    await machine.later(MINUTE)
    await machine.later(MINUTE)

    assert machine.told == ["⚠️ <b>推送停过</b>", "✅ <b>推送恢复了</b>"]
    assert f"{LATE.total_seconds() / 60 + 1:.0f} 分钟" in machine.mornings.sending.arrived(ADMIN)[0]


async def test_a_restart_after_an_hour_says_since_when_nobody_ticked(machine, mornings):
    await machine.later(MINUTE)
    restarted = Watch(mornings.push("host:2"), lambda: 5.0, lambda: None)
    machine.now += timedelta(hours=1)

    await restarted.look(machine.now)
    await mornings.push("host:2").tick(machine.now)
    await restarted.look(machine.now + MINUTE)

    first, second = mornings.sending.arrived(ADMIN)
    assert "从 6月1日 10:01 起有 60 分钟" in first
    assert "恢复" in second


async def test_the_very_first_start_is_no_trouble(machine):
    await machine.watch.look(machine.now)

    assert machine.told == []


async def test_a_push_that_does_not_get_through_is_told_and_that_it_did_at_last(machine, mornings):
    mornings.rep(1, "2026-06-01 10:00")
    mornings.sending.will(1, *[Outcome("again", problem="503", after=60.0, cause="network")] * 5)
    for _ in range(40):
        await machine.later(MINUTE)

    assert machine.told == ["⚠️ <b>有推送没发出去</b>", "✅ <b>积压的推送都处理完了</b>"]
    assert mornings.rows()[0] == ("morning", "06-01", "sent")


async def test_a_message_that_nobody_takes_is_told_too(machine, mornings):
    mornings.rep(1, "2026-06-01 09:00")
    await machine.later(MINUTE)
    mornings.db.write_now(marks.put, marks.PAUSE, machine.now + timedelta(hours=1))
    mornings.rep(2, "2026-06-01 09:00")
    for _ in range(13):
        await machine.later(MINUTE)

    assert alarms_open(machine) == {"incomplete"}
    assert timedelta(minutes=11) > STUCK


@pytest.mark.parametrize("jump", [timedelta(hours=3), timedelta(hours=-3), timedelta(seconds=90)])
async def test_a_clock_that_jumps_is_told_and_that_it_is_steady_again(machine, jump):
    await machine.later(MINUTE)
    await machine.later(MINUTE, jump=jump)
    for _ in range(12):
        await machine.later(MINUTE)

    assert machine.told == ["⚠️ <b>服务器的时间跳了</b>", "✅ <b>服务器的时间稳定了</b>"]
    assert machine.jumps == 1


async def test_a_clock_that_is_corrected_by_seconds_is_no_trouble(machine):
    await machine.later(MINUTE)
    await machine.later(MINUTE, jump=timedelta(seconds=30))

    assert machine.told == []


async def test_a_disk_that_fills_up_is_told_once_and_not_over_before_there_is_room(machine):
    for free in (LOW, LOW - 1, LOW - 100, LOW + 1, ENOUGH + 1, ENOUGH + 1):
        machine.free = free
        await machine.later(MINUTE)

    assert machine.told == ["⚠️ <b>磁盘快满了</b>", "✅ <b>磁盘又有地方了</b>"]
    assert f"只剩 {LOW - 1} MB" in machine.mornings.sending.arrived(ADMIN)[0]


async def test_a_trouble_that_comes_back_the_same_day_is_told_again(machine):
    for free in (LOW - 1, ENOUGH + 1, LOW - 2, ENOUGH + 1):
        machine.free = free
        await machine.later(MINUTE)

    assert len(machine.told) == 4


async def test_two_processes_that_see_the_same_trouble_tell_it_once(machine, mornings):
    other = Watch(mornings.push("host:2"), lambda: machine.elapsed, lambda: LOW - 1)
    machine.free = LOW - 1

    await asyncio.gather(machine.watch.look(machine.now), other.look(machine.now))

    assert len(machine.told) == 1


async def test_every_admin_is_told_and_nobody_else(machine, mornings):
    second = mornings.join(10, "2027-06-01 08:30")
    mornings.change(Person, second.id, role="admin")
    mornings.join(11, "2027-06-01 08:30")
    machine.free = LOW - 1

    await machine.watch.look(machine.now)

    assert [mornings.sending.tries(person) for person in (ADMIN, 10, 11)] == [1, 1, 0]


async def test_an_alarm_that_telegram_did_not_take_comes_with_a_later_tick(machine, mornings):
    mornings.sending.will(ADMIN, Outcome("again", problem="503", after=30.0, cause="network"))
    machine.free = LOW - 1
    await machine.watch.look(machine.now)
    before = list(machine.told)

    await machine.later(MINUTE)

    assert (before, machine.told) == ([], ["⚠️ <b>磁盘快满了</b>"])


class FullDatabase:
    """The database when its disk is full: reading goes on."""

    def __init__(self, db):
        self._db = db
        self.full = True

    async def read(self, *work):
        return await self._db.read(*work)

    async def write(self, *work, **named):
        if self.full:
            raise OperationalError("INSERT", None, Exception("database or disk is full"))
        return await self._db.write(*work, **named)


async def test_a_disk_that_is_quite_full_is_told_without_a_row_and_once(machine, mornings):
    real = machine.push
    full = FullDatabase(mornings.db)
    push = Push(full, real.planner, real.rules, real.sending, real.brief)
    watch = Watch(push, lambda: machine.elapsed, lambda: 0)
    for _ in range(3):
        await watch.look(machine.now)
    full.full = False
    await watch.look(machine.now)

    assert machine.told == ["🛑 <b>数据库写不进去了</b>", "⚠️ <b>磁盘快满了</b>"]


async def test_a_look_that_fails_is_logged_and_the_next_one_comes(machine, caplog):
    looks = []

    def broken():
        looks.append(1)
        if len(looks) == 1:
            raise LookupError("no disk")
        return 50_000

    machine.watch.free = broken
    watching = asyncio.create_task(machine.watch.keep_looking(lambda: machine.now, 0.001))
    async with asyncio.timeout(20):
        while len(looks) < 3:
            await asyncio.sleep(0.001)
    watching.cancel()

    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [LookupError]


def alarms_open(machine):
    return set(machine.mornings.db.read_now(alarms.open_))
