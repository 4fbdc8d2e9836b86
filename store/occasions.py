"""The days of a customer's that matter: kept as facts, and planned as reminders."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from knowledge.kinds import OF_FACT, SOLD, load_kinds
from knowledge.yearly import read
from store import facts, reminders
from store.reminders import QUOTE, SERVICE, TRADE, Days
from store.tables import Prospect


def keep(
    session: Session, prospect: Prospect, fact: str, value: str, today: date, now: datetime, days: Days = None
) -> None:
    """Keep a day (a fact of `OF_FACT`) and plan what it brings; what an earlier value brought is dropped."""
    facts.keep(session, prospect.id or 0, fact, value, today)
    kind = OF_FACT[fact]
    reminders.drop(session, prospect.id or 0, kind, now)
    if fact == SOLD:
        _after_sale(session, prospect, date.fromisoformat(value), today, now, days)
        return
    for one in load_kinds().times(kind, read(value) or date.fromisoformat(value), today, days):
        reminders.place(
            session,
            person_id=prospect.owner_id,
            prospect_id=prospect.id,
            kind=kind,
            key=one.key,
            on=one.on,
            day=one.day,
            repeat=one.repeat,
            now=now,
        )


def forget(session: Session, prospect_id: int, fact: str, now: datetime) -> None:
    """It is not known any more, and brings nothing."""
    facts.forget(session, prospect_id, fact)
    if fact in OF_FACT:
        reminders.drop(session, prospect_id, OF_FACT[fact], now)


def _after_sale(session: Session, prospect: Prospect, on: date, today: date, now: datetime, days: Days) -> None:
    """The first step; each of the others comes when the one before is done."""
    kinds = load_kinds()
    stage = kinds.stages[0]
    first = kinds.comes_up(SERVICE, max(on + timedelta(days=stage.days), today), 0, days)
    reminders.place(
        session,
        person_id=prospect.owner_id,
        prospect_id=prospect.id,
        kind=SERVICE,
        key=stage.id,
        on=first,
        what=kinds.stage_words(stage, reminders.trade(session, prospect.id or 0)),
        now=now,
    )


def trade(session: Session, prospect: Prospect, value: str, today: date) -> None:
    """Keep a customer's trade: it says who serves after a sale."""
    kinds = load_kinds()
    facts.keep(session, prospect.id or 0, TRADE, value, today)
    stages = {stage.id: stage for stage in kinds.stages}
    for row in reminders.of(session, prospect.id or 0, SERVICE):
        row.what = kinds.stage_words(stages[row.key], value)
    session.flush()


def quoted(session: Session, prospect: Prospect, today: date, now: datetime, days: Days = None) -> None:
    """A quote was given: ask after it some days on, unless there is an answer before. The last quote counts."""
    kinds = load_kinds()
    reminders.drop(session, prospect.id or 0, QUOTE, now)
    reminders.place(
        session,
        person_id=prospect.owner_id,
        prospect_id=prospect.id,
        kind=QUOTE,
        on=kinds.comes_up(QUOTE, today + timedelta(days=kinds.rules.quote.days), 0, days),
        day=today,
        now=now,
    )
