"""The bot in a group: a manager's figures without a customer, one polite line where nobody claimed the group."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlmodel import Session

from bot import sample
from bot.service import open_database
from cards.card import Act
from handlers import groups
from store import groups as rows
from store import people
from tests.conftest import StoppedClock
from tests.handlers.test_scope import COLLEAGUE, ELSEWHERE, MANAGER, REP, UNKNOWN, Floor, secrets, words

GROUP = -1001234


@pytest.fixture
def floor(lite: str, clock: StoppedClock, systems: Any) -> Floor:
    """The sample team, and a manager of another branch."""
    db = open_database(lite)

    def fill(session: Session) -> None:
        sample.fill(session, clock.now())
        team = people.team_named(session, "城西组").id
        people.join(session, telegram_id=ELSEWHERE, name="别的主管", role="manager", team_id=team, tz="UTC",
                    push_at="08:30", now=clock.now())  # fmt: skip

    db.write_now(fill)
    return Floor(db, clock, systems)


def answered(floor: Floor, who: int, text: str) -> Sequence[Act]:
    """What the bot decides about a command in the group."""
    floor.number += 1
    name, _, rest = text.removeprefix("/").partition(" ")
    desk = floor.ear.desk
    return floor.db.write_now(groups._answer, desk, floor.number, GROUP, who, name=name, text=rest)


def test_a_group_that_nobody_claimed_gets_one_polite_line(floor: Floor) -> None:
    said = [words(answered(floor, who, "/team")) for who in (UNKNOWN, REP, MANAGER, UNKNOWN)]

    assert "/here" in said[0]
    assert said[1:] == ["", "", ""]


def test_a_manager_claims_the_group_and_gets_figures_without_a_customer(floor: Floor) -> None:
    hidden = secrets(floor.db, REP) | secrets(floor.db, COLLEAGUE)
    told = [
        words(answered(floor, MANAGER, text)) for text in ("/here", "/team", "/list A级", "/list 王建国", "/customers")
    ]

    assert "城东一组" in told[0]
    assert "在跟的客户：<b>12</b> 位" in told[1]
    assert "A 级：<b>4</b> 位" in told[2]
    assert "小李 2" in told[2]
    assert [text for text in hidden for one in told if text in one] == []
    assert "私聊" in told[4]
    with Session(floor.db.engine) as session:
        team = people.team_named(session, "城东一组").id
        assert rows.of_team(session, team or 0) == [GROUP]


def test_others_get_no_figures_there(floor: Floor) -> None:
    answered(floor, MANAGER, "/here")
    said = {who: words(answered(floor, who, "/team")) for who in (REP, ELSEWHERE, UNKNOWN)}

    assert "只听主管的" in said[REP]
    assert "只听主管的" in said[ELSEWHERE]
    assert said[UNKNOWN] == ""


def test_an_update_that_comes_again_gets_the_same_answer(floor: Floor) -> None:
    desk = floor.ear.desk
    first = floor.db.write_now(groups._answer, desk, 7, GROUP, UNKNOWN, name="team", text="")
    again = floor.db.write_now(groups._answer, desk, 7, GROUP, UNKNOWN, name="team", text="")

    assert first == again != []
