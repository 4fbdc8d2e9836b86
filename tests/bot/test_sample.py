"""The demo's sample team: when it hears from us first."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot import sample
from bot.service import open_database
from knowledge.systems import Systems
from store import people
from tests.conftest import StoppedClock, at_work

SHANGHAI = ZoneInfo(sample.TZ)


@pytest.mark.parametrize(
    ("begun", "first"),
    [
        ("2026-11-23 07:00", "2026-11-23 08:30"),  # a working Monday, before the morning's hour
        ("2026-11-23 08:30", "2026-11-24 08:30"),
        ("2026-11-23 15:00", "2026-11-24 08:30"),
        ("2026-11-21 07:00", "2026-11-23 08:30"),  # Saturday
        ("2026-11-27 20:00", "2026-11-30 08:30"),  # Friday
        ("2026-09-30 09:00", "2026-10-08 08:30"),  # before the National Day
    ],
)
def test_the_first_morning_is_the_next_one_on_which_people_work(lite: str, begun: str, first: str) -> None:
    now, expected = (datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) for text in (begun, first))
    db = open_database(lite)
    db.write_now(sample.fill, now)
    found = {one.id: db.read_now(people.by_telegram, one.id) for one in sample.PEOPLE}
    db.close()

    assert {id: person and person.next_push_at for id, person in found.items()} == dict.fromkeys(found, expected)


async def test_a_demo_that_is_begun_early_says_and_sends_the_list_of_that_day(lite: str, systems: Systems) -> None:
    clock = StoppedClock(datetime(2026, 11, 23, 7, 0, tzinfo=SHANGHAI))
    async with at_work(lite, clock, systems) as office:
        said = await office.said("/settings")
        await office.service.push.tick(clock.now())
        early = len(office.phone().messages)
        clock.forward(minutes=90)
        await office.service.push.tick(clock.now())
        morning = office.phone().last.text

    assert "下一次：11月23日 08:30 早上的清单" in said
    assert early == 2
    assert "今天联系 2 位" in morning
