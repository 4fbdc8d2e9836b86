"""Complaints: the buttons of `k:`, and what is typed about them. A complaint is offered, never opened by itself."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

from telegram import Update

from cards import complaints as words
from cards import people as general
from cards import prospects as prospect_words
from cards.card import Act, Card, Change, Say, Toast
from handlers.desk import Context, Turn, answer, number
from handlers.occasions import day_in, which
from handlers.views import complaint_view
from knowledge import interview as machine
from knowledge.complaints import working_after
from knowledge.dates import find, over
from knowledge.text import printable
from store import complaints, interviews, prospects, visits
from store.tables import Complaint, Prospect

LONGEST_WHAT = 500
LONGEST_WISH = 200
CLOSED = 50  # closed complaints looked at for the same kind
EVENTS = 20

Found = tuple[Complaint, Prospect]


async def tapped(update: Update, context: Context) -> None:
    """A button of a complaint."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`k:<verb>:<id>[:<argument>]`; what the id stands for is checked against the caller before anything is done."""
    _, verb, given, argument = [*data.split(":"), "", "", ""][:4]
    if verb == "no":
        return [Change(words.declined())]
    if verb == "open":
        return _open(turn, given)
    id = number(given)
    if verb in {"list", "new"}:
        prospect = prospects.mine(turn.session, turn.me, id)
        if prospect is None:
            return [Toast(prospect_words.gone(), alert=True)]
        return _list(turn, prospect) if verb == "list" else _ask_what(turn, prospect)
    found = complaints.mine(turn.session, turn.me, id)
    if found is None:
        return [Toast(words.gone(), alert=True)]
    return _act(turn, found, verb, argument)


def _act(turn: Turn, found: Found, verb: str, argument: str) -> Sequence[Act]:
    row, prospect = found
    name = prospect.name
    verbs: Mapping[str, Callable[[], Sequence[Act]]] = {
        "show": lambda: [Change(card(turn, found))],
        "past": lambda: [Change(_history(turn, found))],
        "note": lambda: _ask(turn, f"knote:{row.id}", words.ask_note(name)),
        "drop": lambda: [Change(words.ask_drop(complaint_view(turn, row, prospect)))],
        "dropped": lambda: _drop(turn, found),
        "kind": lambda: [Change(_kinds(turn, found))],
        "sort": lambda: _sort(turn, found, argument),
        "same": lambda: _same(turn, found, argument),
        "again": lambda: _ask(turn, f"again:{row.id}", words.ask_again(name, row.what)),
        "did": lambda: _step(turn, found, argument, 1),
        "undo": lambda: _step(turn, found, argument, -1),
        "wish": lambda: _ask(turn, f"wish:{row.id}", words.ask_wish(name)),
        "due": lambda: _ask(
            turn, f"kdue:{row.id}", words.ask_due(name, answered=turn.desk.handling.answered(row.step))
        ),
        "on": lambda: _on(turn, found, argument),
        "end": lambda: _ask(turn, f"ending:{row.id}", words.ask_outcome(name)),
    }
    chosen = verbs.get(verb)
    if chosen is None:
        return [Toast(general.stale())]
    if _wrong_time(row, verb):
        return [Change(card(turn, found))]
    return chosen()


def _wrong_time(row: Complaint, verb: str) -> bool:
    """Whether an old button asks of a closed complaint what only an open one can do, or the other way round."""
    closed = row.closed_at is not None
    return (closed and verb in {"did", "undo", "wish", "due", "on", "end"}) or (not closed and verb == "again")


def typed(turn: Turn, what: str, id: int, text: str) -> Sequence[Act]:
    """The answer to what a button asked for."""
    if what == "complain":
        prospect = prospects.mine(turn.session, turn.me, id)
        return [Say(begin(turn, prospect, text))] if prospect else [Toast(prospect_words.gone())]
    found = complaints.mine(turn.session, turn.me, id)
    if found is None:
        return [Toast(words.gone())]
    if _wrong_time(found[0], {"ending": "end", "kdue": "due"}.get(what, what)):
        what = "knote"  # it was closed or opened meanwhile; what was written is kept all the same
    given: Mapping[str, Callable[[Turn, Found, str], Card]] = {
        "again": _again,
        "wish": _wished,
        "kdue": _due,
        "ending": _end,
        "knote": _noted,
    }
    shown = Say(given[what](turn, found, text))
    day = find(text, turn.today) if what == "kdue" else None
    return [shown, *(which(turn, text, day, f"k:on:{id}") if day else ())]


def card(turn: Turn, found: Found, notice: str = "") -> Card:
    """A complaint: the step at hand, or how it ended."""
    row, prospect = found
    view = complaint_view(turn, row, prospect)
    if row.closed_at is not None:
        return words.over(view, turn.today, notice)
    steps = turn.desk.handling.steps
    return words.whole(view, steps[min(row.step, len(steps) - 1)], turn.today, notice)


def _ask(turn: Turn, what: str, asked: Card) -> Sequence[Act]:
    turn.await_text(what)
    return [Say(asked)]


def _list(turn: Turn, prospect: Prospect) -> Sequence[Act]:
    """A customer's complaints; where there are none, one is asked for at once."""
    id = prospect.id or 0
    opened, closed = complaints.open_of(turn.session, id), complaints.closed_of(turn.session, id, words.LISTED)
    if not opened and not closed:
        return _ask_what(turn, prospect)
    views = [[complaint_view(turn, row, prospect) for row in rows] for rows in (opened, closed)]
    return [Say(words.listing(prospect.name, id, views[0], views[1], turn.today))]


def _ask_what(turn: Turn, prospect: Prospect) -> Sequence[Act]:
    return _ask(turn, f"complain:{prospect.id}", words.ask_what(prospect.name))


# --- offered ----------------------------------------------------------------------------------------------------------


def offer(turn: Turn, prospect: Prospect, text: str, source: str) -> Sequence[Act]:
    """An offer where the text sounds like a complaint; `source` is "v" (visit) or "i" (interview) with the row's id."""
    handling = turn.desk.handling
    if not handling.complains(text):
        return []
    kind = handling.kind_of(text)
    same = list(complaints.open_of(turn.session, prospect.id or 0))[:2]
    if kind and not same:
        before = complaints.closed_of(turn.session, prospect.id or 0, CLOSED)
        same = [row for row in before if row.kind == kind][:1]
    return [Say(words.offer(prospect.name, source, [complaint_view(turn, row, prospect) for row in same]))]


def _said(turn: Turn, source: str) -> tuple[Prospect, str] | None:
    """The customer and the words that an offer was about."""
    kind, id = source[:1], number(source[1:])
    if kind == "v":
        visit = visits.mine(turn.session, turn.me, id)
        prospect = prospects.mine(turn.session, turn.me, visit.prospect_id) if visit else None
        return (prospect, visit.note) if visit and prospect else None
    talk = interviews.mine(turn.session, turn.me, id) if kind == "i" else None
    prospect = prospects.mine(turn.session, turn.me, talk.prospect_id or 0) if talk else None
    if talk is None or prospect is None or talk.system not in turn.desk.systems:
        return None
    told = machine.restore(interviews.state(talk), turn.desk.systems[talk.system]).turns
    text = told[0].text if told else ""
    return (prospect, text.removeprefix(talk.name).strip(" ，,：:、")) if text else None


def _open(turn: Turn, source: str) -> Sequence[Act]:
    """Open what was offered."""
    said = _said(turn, source)
    if said is None:
        return [Toast(words.offer_gone(), alert=True)]
    _put_down(turn, source)
    return [Change(begin(turn, *said))]


def _same(turn: Turn, found: Found, source: str) -> Sequence[Act]:
    """What was said is about a complaint that is there: it is noted, or the complaint opened again."""
    said = _said(turn, source)
    row, prospect = found
    if said is None or said[0].id != prospect.id:
        return [Toast(general.stale())]
    _put_down(turn, source)
    text = printable(turn.desk.handling.matter(said[1]), LONGEST_WHAT)
    if any(event.text == text for event in complaints.events(turn.session, row.id or 0, 1)):
        return [Change(card(turn, found))]  # tapped twice
    return [Change(_again(turn, found, text) if row.closed_at is not None else _noted(turn, found, text))]


def _put_down(turn: Turn, source: str) -> None:
    """A description that turned out to be a complaint is not asked about any further."""
    current = interviews.current(turn.session, turn.me)
    if current is not None and source == f"i{current.id}":
        interviews.close(turn.session, turn.me)


# --- from opening to closing ------------------------------------------------------------------------------------------


def begin(turn: Turn, prospect: Prospect, text: str) -> Card:
    """Open a complaint; one that is open already in the same words is shown instead."""
    handling = turn.desk.handling
    what = printable(handling.matter(text), LONGEST_WHAT)
    id = prospect.id or 0
    open_already = next((row for row in complaints.open_of(turn.session, id) if row.what == what), None)
    if open_already is not None:
        return card(turn, (open_already, prospect))
    row = Complaint(prospect_id=id, person_id=turn.me, opened_at=turn.now, what=what, kind=handling.kind_of(text))
    row.due_on = handling.due(0, turn.today, turn.desk.rules.days)
    complaints.add(turn.session, row)
    complaints.note(turn.session, row.id or 0, turn.me, "opened", what, turn.now)
    _plan(turn, row, prospect)
    return card(turn, (row, prospect), "\n".join([words.opened(row.due_on, turn.today), *_often(turn, row)]))


def _often(turn: Turn, row: Complaint) -> Sequence[str]:
    if not row.kind:
        return ()
    count = complaints.times(turn.session, row.prospect_id, row.kind)
    return [words.often(turn.desk.handling.kind_zh(row.kind), count)] if count >= turn.desk.handling.often else ()


def _again(turn: Turn, found: Found, text: str) -> Card:
    """It came again: the same complaint from the first step, its history kept."""
    row, prospect = found
    complaints.forget(turn.session, row.prospect_id, words.matters(row.what), turn.now)
    row.what, row.wish, row.step, row.times = printable(text, LONGEST_WHAT), "", 0, row.times + 1
    row.closed_at, row.due_on = None, turn.desk.handling.due(0, turn.today, turn.desk.rules.days)
    complaints.note(turn.session, row.id or 0, turn.me, "again", row.what, turn.now)
    _plan(turn, row, prospect)
    return card(turn, found, "\n".join([words.reopened(row.due_on, turn.today), *_often(turn, row)]))


def _step(turn: Turn, found: Found, seen: str, by: int) -> Sequence[Act]:
    """One step on or back from the one that was seen; a second tap is only acknowledged."""
    row, prospect = found
    handling = turn.desk.handling
    if seen != str(row.step) or not 0 <= row.step + by < len(handling.steps):
        return [Toast(words.already()), Change(card(turn, found))]
    answered = handling.answered(row.step)
    complaints.note(
        turn.session,
        row.id or 0,
        turn.me,
        "step" if by > 0 else "back",
        handling.steps[row.step if by > 0 else row.step - 1].title,
        turn.now,
    )
    row.step += by
    notice = words.wish_unknown() if by > 0 and row.step == handling.wish_step and not row.wish else ""
    if handling.answered(row.step) != answered:
        row.due_on = handling.due(row.step, turn.today, turn.desk.rules.days)
        _plan(turn, row, prospect)
        notice = words.answered(row.due_on, turn.today) if by > 0 else words.moved(row.due_on, turn.today)
    return [Change(card(turn, found, notice))]


def _wished(turn: Turn, found: Found, text: str) -> Card:
    row, _ = found
    row.wish = printable(text, LONGEST_WISH)
    complaints.note(turn.session, row.id or 0, turn.me, "wish", row.wish, turn.now)
    return card(turn, found)


def _due(turn: Turn, found: Found, text: str) -> Card:
    """The day that was asked for; one that cannot be is asked for again."""
    row, _ = found
    day = find(text, turn.today)
    if day is None or day.past:
        turn.await_text(f"kdue:{row.id}")
        return prospect_words.bad_date(past=day is not None or over(text))
    return _set_due(turn, found, day.on)


def _on(turn: Turn, found: Found, argument: str) -> Sequence[Act]:
    """Which of several days was meant."""
    on = day_in(argument, turn.today)
    return [Change(_set_due(turn, found, on))] if on is not None else [Toast(general.stale())]


def _set_due(turn: Turn, found: Found, on: date) -> Card:
    row, prospect = found
    row.due_on = on
    complaints.note(turn.session, row.id or 0, turn.me, "due", on.isoformat(), turn.now)
    _plan(turn, row, prospect)
    return card(turn, found, words.moved(row.due_on, turn.today))


def _noted(turn: Turn, found: Found, text: str) -> Card:
    row, _ = found
    complaints.note(turn.session, row.id or 0, turn.me, "note", printable(text, LONGEST_WHAT), turn.now)
    return card(turn, found, words.noted())


def _end(turn: Turn, found: Found, text: str) -> Card:
    """Close with a sentence, and plan to ask again."""
    row, prospect = found
    handling = turn.desk.handling
    row.outcome, row.closed_at, row.step = printable(text, LONGEST_WHAT), turn.now, len(handling.steps)
    complaints.note(turn.session, row.id or 0, turn.me, "closed", row.outcome, turn.now)
    complaints.forget(turn.session, row.prospect_id, words.matters(row.what), turn.now)
    days = handling.ask_again_on(turn.today, turn.desk.rules.days)
    for on in days:
        complaints.remind(turn.session, prospect, on, words.back(row.what), turn.now)
    prospects.touch(prospect, turn.now)
    return card(turn, found, words.ended(days, turn.today))


def _plan(turn: Turn, row: Complaint, prospect: Prospect) -> None:
    """Put an open complaint into the plan for the day on which it is due, and nowhere else."""
    complaints.forget(turn.session, row.prospect_id, words.matters(row.what), turn.now)
    on = max(row.due_on or turn.today, turn.today)
    answered = turn.desk.handling.answered(row.step)
    complaints.remind(turn.session, prospect, on, words.matter(row.what, answered=answered), turn.now)
    prospect.paused = False
    if prospect.next_contact_on is None or on < prospect.next_contact_on:
        prospect.next_contact_on = on
    prospects.touch(prospect, turn.now)


def stay_planned(turn: Turn, prospect: Prospect) -> None:
    """After a contact or a new promise, what is still open comes up again: when it is due, or the next working day."""
    tomorrow = working_after(turn.today, 1, turn.desk.rules.days)
    for row in complaints.open_of(turn.session, prospect.id or 0):
        matter = words.matter(row.what, answered=turn.desk.handling.answered(row.step))
        if complaints.reminded(turn.session, prospect.id or 0, matter) is None:
            on = row.due_on if row.due_on is not None and row.due_on > turn.today else tomorrow
            complaints.remind(turn.session, prospect, on, matter, turn.now)
            if prospect.next_contact_on is None or on < prospect.next_contact_on:
                prospect.next_contact_on = on


# --- looking back, sorting, deleting ----------------------------------------------------------------------------------


def _history(turn: Turn, found: Found) -> Card:
    row, prospect = found
    told = [(turn.local(one.at), one.kind, one.text) for one in complaints.events(turn.session, row.id or 0, EVENTS)]
    return words.history(complaint_view(turn, row, prospect), told, turn.today)


def _kinds(turn: Turn, found: Found) -> Card:
    row, prospect = found
    options = [(id, zh) for id, (zh, _) in turn.desk.handling.kinds.items()]
    return words.kinds(complaint_view(turn, row, prospect), options)


def _sort(turn: Turn, found: Found, kind: str) -> Sequence[Act]:
    if kind not in turn.desk.handling.kinds:
        return [Toast(general.stale())]
    row, _ = found
    row.kind = kind
    return [Change(card(turn, found, "\n".join(_often(turn, row))))]


def _drop(turn: Turn, found: Found) -> Sequence[Act]:
    row, prospect = found
    complaints.forget(turn.session, row.prospect_id, words.matters(row.what), turn.now)
    complaints.erase(turn.session, row.id or 0)
    return [Change(words.dropped(prospect.name, prospect.id or 0))]
