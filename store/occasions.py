"""The days of a customer's that matter: kept as facts, and planned as reminders."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, func

from knowledge.kinds import BIRTHDAY, FAMILY, OF_FACT, SOLD, load_kinds
from knowledge.yearly import Yearly, read
from store import facts, reminders
from store.reminders import QUOTE, SERVICE, TRADE, Days
from store.tables import Prospect, Reminder


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
    _plan(session, prospect, kind, read(value) or date.fromisoformat(value), today, now, days)


def keep_family(
    session: Session, prospect: Prospect, who: str, value: str, today: date, now: datetime, days: Days = None
) -> None:
    """Plan the birthday of one of a customer's family; an earlier one of theirs is dropped."""
    forget_family(session, prospect.id or 0, who, now)
    on = read(value)
    if on is not None:
        _plan(session, prospect, FAMILY, on, today, now, days, who)


def forget_family(session: Session, prospect_id: int, who: str, now: datetime) -> None:
    """The birthday of one of a customer's family brings nothing any more."""
    for row in reminders.of(session, prospect_id, FAMILY):
        if row.what == who:
            row.state, row.closed_at = "dropped", now
    session.flush()


def family(session: Session, prospect_id: int) -> dict[str, tuple[str, date]]:
    """The birthdays of a customer's family: whose, its code, and when it comes up next."""
    found: dict[str, tuple[str, date]] = {}
    for row in reminders.of(session, prospect_id, FAMILY):
        found.setdefault(row.what, (row.repeat[1:], row.on))
    return found


def birthdays(
    session: Session, prospect_ids: Sequence[int], stretches: Sequence[tuple[date, date]]
) -> Sequence[tuple[int, str, date]]:
    """The birthdays of these customers and of their families that come in these stretches of days, earliest first:
    (customer, who of the family or "", day).
    """
    if not prospect_ids or not stretches:
        return []
    on = func.coalesce(col(Reminder.day), col(Reminder.on))
    found = (
        columns(col(Reminder.prospect_id), col(Reminder.what), func.min(on))
        .where(col(Reminder.prospect_id).in_(prospect_ids), col(Reminder.state) == "open")
        .where(col(Reminder.kind).in_((BIRTHDAY, FAMILY)), or_(*(on.between(*stretch) for stretch in stretches)))
        .group_by(col(Reminder.prospect_id), col(Reminder.what))
        .order_by(func.min(on), col(Reminder.prospect_id), col(Reminder.what))
    )
    return [(id, who, day) for id, who, day in session.execute(found)]


def _plan(
    session: Session,
    prospect: Prospect,
    kind: str,
    on: Yearly | date,
    today: date,
    now: datetime,
    days: Days,
    who: str = "",
) -> None:
    """One reminder for each lead; `who` keeps those of several people apart."""
    for one in load_kinds().times(kind, on, today, days):
        reminders.place(
            session,
            person_id=prospect.owner_id,
            prospect_id=prospect.id,
            kind=kind,
            key=f"{one.key}:{who}" if who else one.key,
            on=one.on,
            day=one.day,
            repeat=one.repeat,
            what=who,
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


def quoted(
    session: Session, prospect: Prospect, today: date, now: datetime, days: Days = None, on: date | None = None
) -> None:
    """A quote was given, today or `on` a day before: ask after it some days on, unless there is an answer before. The
    last quote counts.
    """
    kinds, given = load_kinds(), on or today
    reminders.drop(session, prospect.id or 0, QUOTE, now)
    asked = max(given + timedelta(days=kinds.rules.quote.days), today)
    reminders.place(
        session,
        person_id=prospect.owner_id,
        prospect_id=prospect.id,
        kind=QUOTE,
        on=kinds.comes_up(QUOTE, asked, 0, days),
        day=given,
        now=now,
    )
