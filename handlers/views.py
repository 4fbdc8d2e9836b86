"""Rows as the cards want them."""

from collections.abc import Sequence
from dataclasses import replace

from cards import prospects as words
from cards.card import Card
from cards.prospects import ProspectView
from handlers.desk import Turn
from store import reminders, visits
from store.tables import Prospect

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
    return words.whole(replace(view_of(turn, row), visits=tuple(past), promises=tuple(ahead)), turn.today, notice)
