"""The brief before a visit: `/prep 王总`, and the button of a customer's card."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlmodel import Session
from telegram import Update

from cards import prep as words
from cards import prospects as prospect_words
from cards.card import Act, Card, Say
from cards.days import day
from cards.prep import Brief
from handlers.desk import Context, Desk, Turn, answer
from handlers.facets import known, scene_of, texts
from handlers.views import ahead_of, contacts_of, dates_of, figures, people_of, view_of, views_of
from handlers.visits import beginning, nobody
from knowledge.cadence import GRADES
from knowledge.contacts import DECIDES, Contact
from knowledge.facets import facets
from knowledge.interview import LONGEST_TEXT
from knowledge.scenes import FIRST, conflicting
from knowledge.systems import Kind
from knowledge.text import printable
from store import complaints, prospects, visits
from store.people import Caller
from store.tables import Person, Prospect

NEEDS, VISIT = "need_level", "visit_steps"  # the playbooks that a brief draws on
QUESTIONS = 3
CONTACTS = 2
PEOPLE = 4
AHEAD = 5


async def prep(update: Update, context: Context) -> None:
    """`/prep 王总`."""
    text = printable(" ".join(context.args or ()), LONGEST_TEXT)
    await answer(update, context, partial(asked, text=text))


def asked(turn: Turn, text: str) -> Sequence[Act]:
    """The brief of the customer who is named, or a choice of customers."""
    rows, _ = beginning(turn, text)
    if len(rows) == 1:
        return [Say(words.brief(brief(turn, rows[0])))]
    if rows:
        return [Say(prospect_words.choose(views_of(turn, rows), "prep", "是哪一位？"))]
    recent = prospects.page(turn.session, turn.me, "", 0)[0]
    if text or not recent:
        return [Say(nobody(turn, text, "p:prep", "/prep 王总"))]
    return [Say(prospect_words.choose(views_of(turn, recent), "prep", "要去见谁？"))]


def before_visit(desk: Desk, session: Session, person: Person, row: Prospect, now: datetime) -> Card:
    """The same for a message that comes by itself."""
    return words.brief(brief(Turn(desk, session, Caller.of(person), now, "", person.awaiting), row))


def brief(turn: Turn, row: Prospect) -> Brief:
    """Everything worth knowing before the visit."""
    view, desk = view_of(turn, row), turn.desk
    kind = desk.system.types.get(row.type_id)
    found = facets(desk.systems, _others(turn), known(turn, row), texts(turn, row))
    types = {one.key for one in found if one.kind} | ({f"{desk.system.id}:{kind.id}"} if kind else set())
    met = conflicting(desk.conflicts, types)
    past = contacts_of(turn, row, CONTACTS)
    return Brief(
        id=row.id or 0,
        name=row.name,
        company=row.company,
        grade=GRADES[row.grade] if row.grade else "",
        type_zh=view.type_zh,
        type_p=None if row.type_by == "corrected" else row.type_p,
        why="".join(view.type_why),
        facets=tuple(f"{one.system.zh}：{one.kind.zh}" for one in found if one.kind),
        contacts=tuple(prospect_words.visit(row, turn.today) for row in past),
        promises=tuple(
            f"{f'{day(on, turn.today)} {at}'.rstrip()}　{what}".strip() for on, at, what in ahead_of(turn, row)[:AHEAD]
        ),
        figures=figures(turn, row.id or 0),
        dates=tuple(dates_of(turn, row.id or 0)),
        complaint="；".join(one.what for one in complaints.open_of(turn.session, row.id or 0)),
        people=tuple(_person(one) for one in people_of(turn, row.id or 0)[:PEOPLE]),
        bring=(row.next_step,) if row.next_step else (),
        opening=_first(turn, kind, "opening"),
        questions=_questions(turn, kind, visits.counted(turn.session, row.id or 0, turn.now)[0]),
        objections=_lines(turn, kind)[:2],
        close=_first(turn, kind, "close"),
        both=met[0].zh if met else "",
        details=tuple(miss.zh for miss in desk.library.playbooks[VISIT].misses),
    )


def _others(turn: Turn) -> list[str]:
    """The first systems of the scene beside the primary one."""
    return [id for id in scene_of(turn).systems if id != turn.desk.system.id and id in turn.desk.systems][:FIRST]


def _person(one: Contact) -> str:
    """Who it is, and what he decides."""
    return " ".join(part for part in (one.name, one.title, DECIDES.get(one.decides, "")) if part)


def _first(turn: Turn, kind: Kind | None, part: str) -> str:
    lines = turn.desk.talk.fill(getattr(kind.card, part)) if kind else ()
    return lines[0] if lines else ""


def _lines(turn: Turn, kind: Kind | None) -> tuple[str, ...]:
    return turn.desk.talk.fill(kind.card.moments.objection) if kind and kind.card.moments else ()


def _questions(turn: Turn, kind: Kind | None, contacts: int) -> tuple[str, ...]:
    """Open questions of the scene, or of the layers of need, deeper from contact to contact and then from the first one
    again; the last one is of the customer's type, each time another.
    """
    of_type = kind.card.ask if kind else []
    layers = turn.desk.library.playbooks[NEEDS].steps
    general = scene_of(turn).ask or [line for step in layers for line in step.say[:1] if line.endswith("？")]
    many = QUESTIONS - bool(of_type)
    at = contacts % max(1, len(general) - many + 1)
    return turn.desk.talk.fill([*general[at : at + many], *(of_type[contacts % len(of_type) :][:1] if of_type else ())])
