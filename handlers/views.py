"""Rows as the cards want them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from cards import complaints as complaint_words
from cards import prospects as words
from cards.card import Card
from cards.complaints import ComplaintView
from cards.occasions import FACTS, hour, why
from cards.prospects import ProspectView
from cards.quizzes import names
from handlers.desk import Turn
from knowledge import questionnaire
from knowledge.cadence import LEVEL, Rhythm, lateness
from knowledge.contacts import Contact
from knowledge.filters import STALE
from knowledge.kinds import BIRTHDAY
from knowledge.questionnaire import Questionnaire, Result, Sheet
from knowledge.systems import Catalogue
from store import complaints, contacts, facts, quizzes, reminders, visits
from store import occasions as occasion_rows
from store.tables import Complaint, ContactRow, Prospect, Quiz

VISITS = 5


def view_of(turn: Turn, row: Prospect) -> ProspectView:
    """A customer without their history."""
    return views_of(turn, [row])[0]


def views_of(turn: Turn, rows: Sequence[Prospect]) -> list[ProspectView]:
    """Several customers without their history."""
    planner = turn.desk.planner
    ids = [row.id or 0 for row in rows]
    known, ahead = facts.of(turn.session, ids, planner.facts), reminders.earliest(turn.session, ids)
    rhythms = (
        planner.rhythms.rhythm(row.grade, row.every_days, known.get(row.id or 0, {}), row.type_id, turn.today)
        for row in rows
    )
    return [_view(turn, row, rhythm, ahead.get(row.id or 0)) for row, rhythm in zip(rows, rhythms, strict=True)]


def next_of(turn: Turn, row: Prospect) -> date | None:
    """When a customer is contacted next: by the rhythm, or sooner where something is promised or planned."""
    return _sooner(row.next_contact_on, reminders.earliest(turn.session, [row.id or 0]).get(row.id or 0))


def _sooner(one: date | None, other: date | None) -> date | None:
    return min((on for on in (one, other) if on is not None), default=None)


def _view(turn: Turn, row: Prospect, rhythm: Rhythm, ahead: date | None) -> ProspectView:
    kind = turn.desk.system.types.get(row.type_id)
    last, coming = turn.local(row.last_contact_at) if row.last_contact_at else None, _sooner(row.next_contact_on, ahead)
    return ProspectView(
        id=row.id or 0,
        name=row.name,
        company=row.company,
        phone=row.phone,
        wechat=row.wechat,
        notes=row.notes,
        next_step=row.next_step,
        grade=row.grade,
        archived=row.status == "archived",
        paused=row.paused,
        type_id=kind.id if kind else "",
        type_zh=kind.zh if kind else "",
        type_p=row.type_p,
        type_by=row.type_by,
        type_stale=_stale(turn, row),
        type_why=tuple(row.type_why.splitlines()),
        last_contact=last,
        next_contact=coming,
        lateness="none" if row.paused else lateness(coming, turn.today, rhythm, last, turn.desk.rules.days),
        rhythm=words.rhythm(rhythm, _called(turn, f"{LEVEL}:{rhythm.level}"), _moved(turn, rhythm)),
    )


def _called(turn: Turn, key: str) -> str:
    """The name of a type ("system:type"), "" where there is none."""
    system, _, type = key.partition(":")
    kind = turn.desk.systems.catalogue(system).types.get(type) if system in turn.desk.systems else None
    return kind.zh if kind else ""


def _moved(turn: Turn, rhythm: Rhythm) -> list[tuple[str, bool]]:
    """What made a rhythm faster or slower: (name, whether faster)."""
    factors = turn.desk.cadence.factors
    parts = [(key, *key.split(":")) for key in rhythm.moved]
    return [(_called(turn, key), factors[system][type] < 1) for key, system, type in parts]


def _stale(turn: Turn, row: Prospect) -> bool:
    """Whether the type has to be looked at again: after a hand-over, and after a year."""
    at = row.type_at or row.created_at
    return bool(row.type_id) and (
        turn.now - at > timedelta(days=STALE) or (row.owned_at is not None and at < row.owned_at)
    )


def open_card(turn: Turn, row: Prospect, notice: str = "") -> Card:
    """A customer's whole card."""
    id = row.id or 0
    view = replace(
        view_of(turn, row),
        visits=contacts_of(turn, row, VISITS),
        promises=ahead_of(turn, row),
        complaints=tuple(complaint_view(turn, one, row) for one in complaints.open_of(turn.session, id)),
        people=tuple(people_of(turn, id)),
        tests=tuple(_tests(turn, row)),
        figures=figures(turn, id),
        dates=tuple(dates_of(turn, id)),
    )
    return words.whole(view, turn.today, notice)


def ahead_of(turn: Turn, row: Prospect) -> tuple[tuple[date, str, str], ...]:
    """What is ahead of a customer, (day, hour, what): promises, and what follows from what happened, such as a quote
    without an answer. An open complaint has a line of its own.
    """
    id = row.id or 0
    told = {words for one in complaints.open_of(turn.session, id) for words in complaint_words.matters(one.what)}
    ahead = []
    for one in reminders.coming(turn.session, id):
        rest = complaints.without(one.what, told)
        if rest or not one.what:
            ahead.append((one.on, hour(one.at, one.part), rest))
    for one in reminders.planned(turn.session, id):
        on = one.day if one.kind == reminders.OWN and one.day else one.on
        ahead.append((on, "", why(reminders.occasion(one), on)))  # as it will read on its day
    return tuple(sorted(ahead))


def figures(turn: Turn, prospect_id: int) -> tuple[str, ...]:
    """The facts that stand on a customer's card, as said; a nought says nothing."""
    known = facts.known(turn.session, prospect_id)
    shown = ((fact, known[fact.id][0]) for fact in turn.desk.facts.values() if fact.on_card and fact.id in known)
    return tuple(f"{fact.zh} {fact.said(value)}" for fact, value in shown if value != 0 or fact.kind == "flag")


def dates_of(turn: Turn, prospect_id: int) -> list[str]:
    """The days of a customer's that matter, as said."""
    known = facts.known(turn.session, prospect_id)
    said = [f"{FACTS[id]} {turn.desk.facts[id].said(known[id][0])}" for id in FACTS if id in known]
    family = occasion_rows.family(turn.session, prospect_id)
    return [*said, *(f"{who}生日 {turn.desk.facts[BIRTHDAY].said(code)}" for who, (code, _) in family.items())]


def contacts_of(turn: Turn, row: Prospect, count: int) -> tuple[tuple[date, str, str, str], ...]:
    """The last contacts with a customer, newest first: date, method, outcome, note; also those whose day is asked."""
    past = visits.told(turn.session, row.id or 0, count)
    return tuple((turn.local(one.at), one.method, one.outcome, one.note) for one in past)


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


def complaint_view(turn: Turn, row: Complaint, prospect: Prospect) -> ComplaintView:
    """A complaint."""
    handling = turn.desk.handling
    return ComplaintView(
        id=row.id or 0,
        customer=prospect.id or 0,
        name=prospect.name,
        what=row.what,
        opened=turn.local(row.opened_at),
        kind_zh=handling.kind_zh(row.kind),
        wish=row.wish,
        step=row.step,
        steps=len(handling.steps),
        due=row.due_on,
        answered=handling.answered(row.step),
        times=row.times,
        closed=turn.local(row.closed_at) if row.closed_at else None,
        outcome=row.outcome,
    )


def contact_of(row: ContactRow) -> Contact:
    """A person of a customer's firm."""
    return Contact(
        id=row.id or 0,
        name=row.name,
        title=row.title,
        influence=row.influence,
        tie_us=row.tie_us,
        tie_them=row.tie_them,
        decides=row.decides,
        owner=row.owner,
        note=row.note,
        unread=tuple(row.unread.splitlines()),
    )


def people_of(turn: Turn, prospect_id: int) -> list[Contact]:
    """The people of a customer's firm, in the order in which they came."""
    return [contact_of(row) for row in contacts.of(turn.session, prospect_id)]
