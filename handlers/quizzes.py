"""Questionnaires: `/test`, `/test 王总`, and the buttons of `q:`."""

from collections.abc import Sequence
from functools import partial

from telegram import Update

from cards import interview as interview_words
from cards import people as general
from cards import prospects as prospect_words
from cards import quizzes as words
from cards.card import Act, Card, Change, Say, Toast
from cards.quizzes import Choice, Place, Whom
from handlers.desk import Context, Turn, answer, number
from handlers.interview import DOUBLE_TAP
from handlers.views import Tested, read_test, tested
from handlers.visits import nobody
from knowledge import questionnaire as machine
from knowledge.files import Subject
from knowledge.questionnaire import Questionnaire, Sheet
from knowledge.systems import Catalogue
from knowledge.text import key, printable
from store import prospects, quizzes
from store.tables import Prospect, Quiz

Found = tuple[Catalogue, Questionnaire]


async def test(update: Update, context: Context) -> None:
    """`/test`, or `/test 王总`."""
    await answer(update, context, partial(begin, text=printable(" ".join(context.args or ()), 40)))


async def tapped(update: Update, context: Context) -> None:
    """A button of a questionnaire."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def begin(turn: Turn, text: str) -> Sequence[Act]:
    """The tests that there are, for oneself or for the customer that is named."""
    if not text:
        return [Say(_menu(turn, Whom()))]
    rows = prospects.named(turn.session, turn.me, key(text)) or prospects.page(turn.session, turn.me, text, 0)[0]
    if not rows:
        return [Say(nobody(turn, text, "q:for", "/test 王总"))]
    if len(rows) == 1:
        return [Say(_menu(turn, _whom(rows[0])))]
    return [Say(_choose(rows))]


def _choose(rows: Sequence[Prospect]) -> Card:
    return words.choose([(row.id or 0, f"{row.name} {row.company}".strip()) for row in rows])


def _whom(row: Prospect | None) -> Whom:
    return Whom(row.id or 0, row.name) if row else Whom()


def _menu(turn: Turn, whom: Whom) -> Card:
    prospect_id = whom.id or None
    last = {row.system: read_test(turn, row) for row in quizzes.latest(turn.session, turn.me, prospect_id)}
    choices = []
    for id in turn.desk.systems.tested:
        found = turn.desk.systems.test(id)
        if found is None or _subject(whom) not in found[1].whom:
            continue
        system, test = found
        row = quizzes.unfinished(turn.session, turn.me, prospect_id, id)
        at = machine.restore(quizzes.sheet(row), test).at if row else ""
        before = last.get(id)
        choices.append(
            Choice(
                system,
                len(test.items),
                at=test.number(at) if at else len(test.items) if row else 0,
                last=words.names(before.result, system) if before else "",
                on=before.on if before else None,
            )
        )
    return words.menu(whom, choices, turn.today)


def _subject(whom: Whom) -> Subject:
    return "customer" if whom.id else "self"


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """A tapped button, nothing of which can be trusted."""
    _, first, second, third, argument = [*data.split(":", 4), "", "", "", ""][:5]
    match first:
        case "whom":
            return [Say(_choose(prospects.page(turn.session, turn.me, "", 0)[0]))]
        case "for":
            customer = prospects.mine(turn.session, turn.me, number(second))
            return [Say(_menu(turn, _whom(customer)))] if customer else [Toast(prospect_words.gone(), alert=True)]
        case "go" | "again" | "past":
            return _chosen(turn, first, second, third)
    row = quizzes.mine(turn.session, turn.me, number(first))
    told = read_test(turn, row) if row else None
    if row is None or told is None:
        return [Toast(general.stale())]
    return _ticked(turn, row, told, second, third, argument)


def _chosen(turn: Turn, verb: str, system_id: str, whose: str) -> Sequence[Act]:
    """A test of the menu, or what comes after one."""
    if system_id not in turn.desk.systems.tested:
        return [Toast(general.stale())]
    row = prospects.mine(turn.session, turn.me, number(whose)) if whose != "0" else None
    if row is None and whose != "0":
        return [Toast(prospect_words.gone(), alert=True)]
    whom = _whom(row)
    found = turn.desk.systems.test(system_id)
    if found is None or _subject(whom) not in found[1].whom:
        return [Toast(words.not_for_customers())]
    match verb:
        case "go":
            return _go(turn, found, whom)
        case "again":
            return _again(turn, found, whom)
    return [Say(_history(turn, found, whom))]


def _go(turn: Turn, found: Found, whom: Whom) -> Sequence[Act]:
    """On with the one that is unfinished, or to the last result, or to the first item."""
    about = (turn.session, turn.me, whom.id or None, found[0].id)
    row = quizzes.unfinished(*about) or next(iter(quizzes.past(*about)), None) or _new(turn, found, whom)
    return [_shown(turn, row, tested(turn, row, *found), instead=True)]


def _again(turn: Turn, found: Found, whom: Whom) -> Sequence[Act]:
    """From the first item; the second of two quick taps is only acknowledged."""
    row = quizzes.unfinished(turn.session, turn.me, whom.id or None, found[0].id)
    if row is not None and row.version == 1 and turn.now - row.created_at < DOUBLE_TAP:
        return [Toast(interview_words.begun())]
    row = _new(turn, found, whom)
    return [_shown(turn, row, tested(turn, row, *found))]


def _new(turn: Turn, found: Found, whom: Whom) -> Quiz:
    system, test = found
    sheet = machine.dump(machine.begin(test))
    return quizzes.begin(
        turn.session, person_id=turn.me, prospect_id=whom.id or None, system=system.id, sheet=sheet, now=turn.now
    )


def _history(turn: Turn, found: Found, whom: Whom) -> Card:
    rows = quizzes.past(turn.session, turn.me, whom.id or None, found[0].id)
    told = [tested(turn, row, *found) for row in rows]
    return words.history([(one.id, one.on, one.result) for one in told if one.on], found[0], whom, turn.today)


def _ticked(turn: Turn, row: Quiz, told: Tested, version: str, verb: str, argument: str) -> Sequence[Act]:
    """A button of a sheet: `q:<sheet>:<version>:<verb>[:<item>:<answer>]`."""
    if verb == "see":
        return [_shown(turn, row, told)]
    if version != str(row.version):
        return _outdated(turn, row, told, verb, argument)
    sheet, test = told.sheet, told.test
    item, _, key = argument.partition(":")
    match verb:
        case "a" if item == sheet.at:
            return _moved(turn, row, told, machine.answer(sheet, key, test))
        case "skip":
            return _moved(turn, row, told, machine.answer(sheet, None, test))
        case "back":
            return _moved(turn, row, told, machine.back(sheet, test))
        case "fill":
            return _moved(turn, row, told, machine.fill(sheet, test))
        case "pause" if sheet.at:
            whom = _about(turn, row)
            return [Change(words.paused(test.number(sheet.at), len(test.items), told.system, whom, _place(row)))]
        case "on":
            return [_shown(turn, row, told, instead=True)]
    return [Toast(general.stale())]


def _outdated(turn: Turn, row: Quiz, told: Tested, verb: str, argument: str) -> Sequence[Act]:
    """A second tap on the answer just given is only acknowledged; any old button shows where things stand."""
    item, _, key = argument.partition(":")
    again = verb == "a" and told.sheet.given.get(item) == key
    return [Toast(words.noted() if again else words.past_step()), _shown(turn, row, told, instead=True)]


def _moved(turn: Turn, row: Quiz, told: Tested, sheet: Sheet | None) -> Sequence[Act]:
    """Keep what a sheet has become, and show it."""
    if sheet is None:
        return [Toast(general.stale())]
    finished = not sheet.at and machine.score(told.test, sheet, _subject(_about(turn, row))).enough
    done_at = turn.now if finished else row.done_at
    row = quizzes.advance(turn.session, row, machine.dump(sheet), done_at=done_at, now=turn.now)
    return [_shown(turn, row, tested(turn, row, told.system, told.test), instead=True)]


def _about(turn: Turn, row: Quiz) -> Whom:
    return _whom(prospects.mine(turn.session, turn.me, row.prospect_id)) if row.prospect_id else Whom()


def _place(row: Quiz) -> Place:
    return Place(row.id or 0, row.version)


def _shown(turn: Turn, row: Quiz, told: Tested, *, instead: bool = False) -> Act:
    """Where a sheet stands: the item at hand, what it came to, or what is missing; `instead` of what was tapped."""
    whom, place = _about(turn, row), _place(row)
    item = told.test.by_id.get(told.sheet.at)
    if item is None and told.result.enough:
        on = told.on or turn.today
        return words.result(told.result, told.test, told.system, whom, place, on=on, today=turn.today, instead=instead)
    if item is not None:
        card = words.asking(told.sheet, item, told.test, told.system, whom, place)
    else:
        card = words.withheld(told.result, told.system, whom, place)
    return Change(card) if instead else Say(card)
