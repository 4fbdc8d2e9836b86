"""The demo's colleagues: something to see on every day of the week, and nothing that has not happened yet."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, func, select

from bot import colleagues, sample
from bot.service import open_database
from knowledge.stages import SYSTEM
from knowledge.systems import Systems
from store import stages, team, verdicts
from store.tables import InterviewRow, StageRow, Verdict, Visit
from tests.conftest import MONDAY


@pytest.mark.parametrize("day", range(7))
def test_the_board_has_something_to_show_on_every_day(lite: str, systems: Systems, day: int) -> None:
    now: datetime = MONDAY + timedelta(days=day, hours=8)
    db = open_database(lite)
    db.write_now(sample.fill, now)
    db.write_now(colleagues.work, systems["behavior"], systems.catalogue(SYSTEM), now)

    def figures(session: Session) -> tuple[list[team.RepStatus], datetime, datetime, datetime]:
        today = now.date()
        rows = team.status(session, None, today, team.week_of(today, now, sample.TZ))
        latest = [
            session.exec(select(func.max(column))).one()
            for column in (Visit.at, InterviewRow.created_at, StageRow.since, Verdict.at)
        ]
        return [row for row in rows if row.role == "rep"], *latest

    reps, *latest = db.read_now(figures)
    funnel = db.read_now(stages.funnel, None, now, [])
    proven = [one for one in db.read_now(verdicts.of_team, None, "behavior").values() if one.rank]
    db.close()

    assert {row.name for row in reps} == {"小李", "小周", *colleagues.NAMES}
    assert all(at is not None and at <= now for at in latest)
    assert sum(row.overdue for row in reps) >= 5
    assert sum(row.contacts.now for row in reps) > 0
    assert sum(row.interviews.now for row in reps) > 0
    assert sum(row.interviews.before for row in reps) > 0
    assert {one.stage for one in funnel} == {"potential", "target", "near", "deal", "loyal"}
    assert {one.rank for one in proven} == {-1}
