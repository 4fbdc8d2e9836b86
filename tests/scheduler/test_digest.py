"""The managers' morning: once, of their own teams, only what needs them."""

from datetime import date, timedelta
from typing import Any

import pytest

from store import people, stages, visits
from store.tables import Complaint, Person, Visit
from tests.scheduler.conftest import Mornings

MONDAY, THURSDAY = "2026-06-01", "2026-06-04"


@pytest.fixture
def team(mornings: Mornings) -> dict[str, Person]:
    """A manager, two reps of the team below, one of another, and an admin of no team."""

    def make(session: Any) -> dict[str, Person]:
        above, below, other = (people.team_named(session, name) for name in ("大区", "一组", "外组"))
        below.parent_id = above.id
        found = {}
        for id, (name, role, group) in enumerate(
            [("主管", "manager", above), ("甲", "rep", below), ("乙", "rep", below), ("外人", "rep", other),
             ("管理员", "admin", None)], start=21
        ):  # fmt: skip
            key = {"role": role, "team_id": group.id if group else None, "tz": "Asia/Shanghai", "push_at": "08:30"}
            found[name] = people.join(session, telegram_id=id, name=name, now=mornings.at(f"{MONDAY} 08:30"), **key)
        return found

    return mornings.db.write_now(make)


def told(mornings: Mornings, telegram_id: int) -> list[str]:
    return [
        text
        for text in mornings.sending.arrived(telegram_id)
        if "看团队" in text or "早上" in text or "/settings" in text
    ]


def digests(mornings: Mornings) -> list[tuple[str, str, str]]:
    return [row for row in mornings.rows() if row[0] == "digest"]


async def test_a_manager_hears_once_what_needs_them_and_nothing_of_another_team(
    mornings: Mornings, team: dict[str, Person]
) -> None:
    mornings.customer(team["甲"], "王总", "2026-05-28", grade="A")
    complained = mornings.customer(team["乙"], "刘姐", "2026-07-01")
    mornings.customer(team["外人"], "别组的客户", "2026-05-01", grade="A")
    opened = mornings.at(f"{MONDAY} 08:00") - timedelta(days=5)
    row = Complaint(prospect_id=complained.id or 0, person_id=team["乙"].id or 0, opened_at=opened, what="晚了")
    row.due_on = date(2026, 5, 29)
    mornings.db.write_now(lambda session: session.add(row))
    for minute in (30, 31, 45):
        await mornings.tick(f"{MONDAY} 08:{minute}")

    [card] = told(mornings, 21)
    assert "今天有 2 件事" in card
    assert card.index("刘姐（乙）的抱怨") < card.index("A 级的王总（甲）晚了 4 天")
    assert "别组的客户" not in card
    assert "别组的客户" in "".join(told(mornings, 25))  # an admin of no team sees everybody
    assert not [text for id in (22, 23, 24) for text in told(mornings, id) if "件事要你看看" in text]
    assert digests(mornings) == [("digest", "06-01", "sent")] * 2


async def test_where_nothing_needs_a_manager_nothing_is_said(mornings: Mornings, team: dict[str, Person]) -> None:
    mornings.customer(team["甲"], "王总", "2026-07-01", grade="A")
    await mornings.tick(f"{MONDAY} 08:30")

    assert told(mornings, 21) == []
    assert digests(mornings) == [("digest", "06-01", "moot")] * 2


async def test_who_does_not_want_it_gets_none_and_the_configuration_can_end_it_for_all(
    mornings: Mornings, team: dict[str, Person]
) -> None:
    mornings.customer(team["甲"], "王总", "2026-05-28", grade="A")
    mornings.change(Person, team["主管"].id, digest=False)
    await mornings.tick(f"{MONDAY} 08:30")
    first = digests(mornings)
    mornings.digest = False
    await mornings.tick("2026-06-02 08:30")

    assert told(mornings, 21) == []
    assert first == [("digest", "06-01", "sent")]
    assert digests(mornings) == first


async def test_many_who_wait_a_silent_week_and_a_deal_are_said_with_kindness(
    mornings: Mornings, team: dict[str, Person]
) -> None:
    for at in range(3):
        row = mornings.customer(team["甲"], f"客户{at}", "2026-06-03", grade="B")
    mornings.change(Person, team["乙"].id, unreachable=True)
    at_ = mornings.at(f"{THURSDAY} 08:00")

    def won(session: Any) -> None:
        key = {"prospect_id": row.id or 0, "person_id": team["乙"].id or 0, "order": ("near", "deal")}
        stages.enter(session, **key, stage="deal", won=True, now=at_)
        visits.log(session, Visit(prospect_id=row.id or 0, person_id=team["乙"].id or 0, at=at_))

    mornings.db.write_now(won)
    mornings.change(Person, team["主管"].id, next_push_at=mornings.at(f"{THURSDAY} 08:30"))
    await mornings.tick(f"{THURSDAY} 08:30")

    [card] = told(mornings, 21)
    assert "📵 乙 收不到我的消息" in card
    assert "甲 有 3 位客户在等，可能忙不过来" in card
    assert "甲 这周还没记过联系，还有 3 位要联系，问问要不要帮忙" in card
    assert "成交" not in card  # three is enough; good news are for a quieter day
