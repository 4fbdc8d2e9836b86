"""Customers: `/customers`, and the buttons of `p:`."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from telegram import Update

from cards import people as general
from cards import prep as prep_words
from cards import prospects as words
from cards import reminders as reminder_words
from cards import worth as worth_words
from cards.card import Act, Card, Change, Say, Toast
from cards.wording import ask_draft
from handlers import interview
from handlers.advice import handled
from handlers.desk import Context, Turn, answer
from handlers.occasions import which
from handlers.prep import brief
from handlers.saving import create, label, replan
from handlers.views import open_card, view_of, views_of
from knowledge.dates import find, over
from knowledge.numbers import days
from knowledge.text import PHONE, digits, key, printable
from store import interviews, prospects
from store.tables import Prospect

LONGEST_NOTES = 4000
PAGES = 9999


async def customers(update: Update, context: Context) -> None:
    """`/customers`, or `/customers 华鑫`."""
    searched = printable(" ".join(context.args or ()), 30)
    await answer(update, context, partial(_listed, searched=searched))


def _listed(turn: Turn, searched: str) -> Sequence[Act]:
    return [Say(listing(turn, searched, 0))]


async def tapped(update: Update, context: Context) -> None:
    """A button of a customer."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def listing(turn: Turn, searched: str, at: int, status: str = "active") -> Card:
    """A page of customers."""
    rows, count = prospects.page(turn.session, turn.me, searched, at, status)
    return words.listing(
        views_of(turn, rows), count, at, prospects.PAGE, searched, turn.today, archived=status == "archived"
    )


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`p:<verb>:<number>[:<argument>]`; the number is checked against the caller before anything is done."""
    _, verb, number, argument = [*data.split(":", 3), "", "", ""][:4]
    if not number.isdecimal() or len(number) > 9:
        return [Toast(general.stale())]
    if verb in {"page", "boxed"}:
        status = "archived" if verb == "boxed" else "active"
        return [Change(listing(turn, printable(argument, 30), min(int(number), PAGES), status))]
    if verb == "other":
        return _another(turn, int(number))
    row = prospects.mine(turn.session, turn.me, int(number))
    if row is None:
        return [Toast(words.gone(), alert=True)]
    verbs: Mapping[str, Callable[[], Sequence[Act]]] = {
        "open": lambda: [Say(open_card(turn, row))],
        "judge": lambda: interview.start_by_tap(turn, row.name, row.id),
        "advice": lambda: _advice(turn, row),
        "prep": lambda: [Say(prep_words.brief(brief(turn, row)))],
        "visit": lambda: _ask(turn, f"visit:{row.id}", words.ask_visit(row.name)),
        "check": lambda: _ask(turn, f"check:{row.id}", ask_draft(row.name)),
        "remind": lambda: _ask(turn, f"remind:{row.id}", reminder_words.ask_when(row.name)),
        "sure": lambda: _sure(turn, row),
        "grade": lambda: [Say(words.grade(view_of(turn, row)))],
        "graded": lambda: _graded(turn, row, argument),
        "edit": lambda: [Change(words.edit(view_of(turn, row)))],
        "field": lambda: _field(turn, row, argument),
        "every": lambda: _every(turn, row, argument),
        "pause": lambda: _pause(turn, row, paused=True),
        "resume": lambda: _pause(turn, row, paused=False),
        "archive": lambda: _archive(turn, row),
        "restore": lambda: _restore(turn, row),
        "erase": lambda: [Change(words.ask_erase(view_of(turn, row)))],
        "erased": lambda: _erase(turn, row),
        "same": lambda: _same(turn, row, argument),
    }
    chosen = verbs.get(verb)
    return chosen() if chosen else [Toast(general.stale())]


def _ask(turn: Turn, what: str, card: Card) -> Sequence[Act]:
    turn.await_text(what)
    return [Say(card)]


def _advice(turn: Turn, row: Prospect) -> Sequence[Act]:
    kind = turn.desk.system.types.get(row.type_id)
    if kind is None:
        return interview.start_by_tap(turn, row.name, row.id)
    card = handled(turn, turn.desk.system, kind)
    return [Say(Card(card.text, (*card.buttons, worth_words.way_in(row.id or 0))))]


def _graded(turn: Turn, row: Prospect, grade: str) -> Sequence[Act]:
    if grade not in {"A", "B", "C", "D", "-"}:
        return [Toast(general.stale())]
    return [Change(regraded(turn, row, "" if grade == "-" else grade, "💾 存好了。"))]


def regraded(turn: Turn, row: Prospect, grade: str, notice: str) -> Card:
    """The card of a customer whose grade is another now, and with it the rhythm."""
    row.grade = grade
    replan(turn, row)
    return open_card(turn, row, notice)


def _sure(turn: Turn, row: Prospect) -> Sequence[Act]:
    """The type was looked at again, and it is the same."""
    if not row.type_id:
        return [Toast(general.stale())]
    row.type_at = turn.now
    prospects.touch(row, turn.now)
    return [Change(open_card(turn, row, "✔️ 记下了，还是这一型。"))]


def _field(turn: Turn, row: Prospect, field: str) -> Sequence[Act]:
    if field not in words.FIELDS:
        return [Toast(general.stale())]
    rhythm = words.ask_rhythm(view_of(turn, row), row.every_days) if field == "every_days" else None
    return _ask(turn, f"edit:{row.id}:{field}", rhythm or words.ask_field(field, row.name))


def _every(turn: Turn, row: Prospect, days: str) -> Sequence[Act]:
    """A rhythm of the rep's own by a tap, or (0) back to the rules."""
    if not days.isdecimal() or int(days[:4]) not in {0, *words.EVERY}:
        return [Toast(general.stale())]
    turn.await_text("")
    row.every_days = int(days) or None
    replan(turn, row)
    return [Change(open_card(turn, row, f"✏️ {words.FIELDS['every_days']}改好了。"))]


def edited(turn: Turn, prospect_id: int, field: str, text: str) -> Sequence[Act]:
    """The new value of a field; a value that cannot be used is asked for again."""
    row = prospects.mine(turn.session, turn.me, prospect_id)
    if row is None:
        return [Toast(words.gone())]
    refused = _set(turn, row, field, text.strip())
    if refused is not None:
        turn.await_text(f"edit:{prospect_id}:{field}")
        return [Say(refused)]
    prospects.touch(row, turn.now)
    found = find(text.strip(), turn.today) if field == "next_contact_on" else None
    asked = which(turn, text.strip(), found, f"r:to:{row.id}") if found else ()
    return [Say(open_card(turn, row, f"✏️ {words.FIELDS[field]}改好了。")), *asked]


def _set(turn: Turn, row: Prospect, field: str, text: str) -> Card | None:
    """Change one field, or say why not."""
    match field:
        case "name":
            name = printable(text, 40)
            if not name:
                return words.ask_field(field, row.name)
            row.name, row.name_key = name, key(name)
        case "phone":
            if not PHONE.match(text):
                return words.bad_phone()
            row.phone, row.phone_key = printable(text, 30), digits(text)
        case "notes":
            row.notes = f"{row.notes}\n{text}".strip()[-LONGEST_NOTES:]
        case "company":
            row.company = printable(text, 60)
        case "wechat":
            row.wechat = printable(text, 40)
        case "next_step":
            row.next_step = printable(text, 200)
        case "every_days":
            every = days(text)
            if every is None or every > 365:
                return words.bad_number()
            row.every_days = every or None
            replan(turn, row)
        case "next_contact_on":
            found = find(text, turn.today)
            if found is None or found.past:
                return words.bad_date(past=found is not None or over(text))
            row.next_contact_on, row.paused = found.on, False
    return None


def _pause(turn: Turn, row: Prospect, *, paused: bool) -> Sequence[Act]:
    row.paused = paused
    prospects.touch(row, turn.now)
    return [Change(open_card(turn, row, "⏸ 不再提醒。" if row.paused else "▶️ 恢复提醒了。"))]


def _archive(turn: Turn, row: Prospect) -> Sequence[Act]:
    row.status = "archived"
    prospects.touch(row, turn.now)
    return [Change(words.archived(row.name, row.id or 0))]


def _restore(turn: Turn, row: Prospect) -> Sequence[Act]:
    row.status = "active"
    prospects.touch(row, turn.now)
    return [Change(open_card(turn, row, "♻️ 恢复了。"))]


def _erase(turn: Turn, row: Prospect) -> Sequence[Act]:
    prospects.erase(turn.session, row.id or 0)
    return [Change(words.erased())]


def _same(turn: Turn, row: Prospect, interview_id: str) -> Sequence[Act]:
    """The customer of an interview is one that is on record."""
    found = (
        interviews.mine(turn.session, turn.me, int(interview_id))
        if interview_id.isdecimal() and len(interview_id) < 10
        else None
    )
    if found is None:
        return [Toast(general.stale())]
    label(turn, found, row)
    return [Change(open_card(turn, row, "💾 已更新到这位客户。"))]


def _another(turn: Turn, interview_id: int) -> Sequence[Act]:
    found = interviews.mine(turn.session, turn.me, interview_id)
    if found is None or not found.name or found.prospect_id is not None:
        return [Toast(general.stale())]
    return create(turn, found, found.name, sure=True)
