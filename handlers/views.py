"""Rows as the cards want them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from cards import prospects as words
from cards.card import Card
from cards.prospects import ProspectView
from cards.quizzes import names
from handlers.desk import Turn
from knowledge import questionnaire
from knowledge.questionnaire import Questionnaire, Result, Sheet
from knowledge.systems import Catalogue
from store import quizzes, reminders, visits
from store.tables import Prospect, Quiz

VISITS = 5


def view_of(turn: Turn, row: Prospect) -> ProspectView:
    """A customer without their history."""
    system, cadence = turn.desk.system, turn.desk.cadence
    kind = system.types.get(row.type_id)
    rhythm = cadence.rhythm(row.grade, row.every_days)
    return ProspectView(
        id=row.id or 0,
        name=row.name,
        company=row.company,
        phone=row.phone,
        notes=row.notes,
        next_step=row.next_step,
        grade=row.grade,
        archived=row.status == "archived",
        paused=row.paused,
        type_id=kind.id if kind else "",
        type_zh=kind.zh if kind else "",
        type_p=row.type_p,
        type_by=row.type_by,
        type_why=tuple(row.type_why.splitlines()),
        last_contact=turn.local(row.last_contact_at) if row.last_contact_at else None,
        next_contact=row.next_contact_on,
        lateness="none" if row.paused else cadence.lateness(row.next_contact_on, turn.today, row.grade, row.every_days),
        rhythm=f"{'你定的节奏' if rhythm.own else '按等级的节奏'}：{rhythm.ideal} 天一次，最晚 {rhythm.latest} 天",
    )


def views_of(turn: Turn, rows: Sequence[Prospect]) -> list[ProspectView]:
    """Several customers without their history."""
    return [view_of(turn, row) for row in rows]


def open_card(turn: Turn, row: Prospect, notice: str = "") -> Card:
    """A customer's whole card."""
    past = [(turn.local(v.at), v.method, v.outcome, v.note) for v in visits.latest(turn.session, row.id or 0, VISITS)]
    ahead = [(r.on, r.what) for r in reminders.coming(turn.session, row.id or 0)]
    view = replace(view_of(turn, row), visits=tuple(past), promises=tuple(ahead), tests=tuple(_tests(turn, row)))
    return words.whole(view, turn.today, notice)


@dataclass(frozen=True, slots=True)
class Tested:
    """A questionnaire as somebody ticked it, and what it comes to; `on` is the day on which it was finished."""

    id: int
    system: Catalogue
    test: Questionnaire
    sheet: Sheet
    result: Result
    on: date | None


def read_test(turn: Turn, row: Quiz) -> Tested | None:
    """What is kept of a questionnaire; None where there is no such questionnaire any more."""
    found = turn.desk.systems.test(row.system)
    return tested(turn, row, *found) if found else None


def tested(turn: Turn, row: Quiz, system: Catalogue, test: Questionnaire) -> Tested:
    """What is kept of that questionnaire."""
    sheet = questionnaire.restore(quizzes.sheet(row), test)
    result = questionnaire.score(test, sheet, "customer" if row.prospect_id else "self")
    return Tested(row.id or 0, system, test, sheet, result, turn.local(row.done_at) if row.done_at else None)


def _tests(turn: Turn, row: Prospect) -> list[tuple[str, str, date]]:
    """What the tests about a customer came to: type, test, date."""
    read = (read_test(turn, one) for one in quizzes.latest(turn.session, turn.me, row.id or 0))
    return [
        (names(one.result, one.system), one.system.zh, one.on) for one in read if one and one.on and one.result.types
    ]
