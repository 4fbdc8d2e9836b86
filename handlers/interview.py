"""The guided interview on Telegram: `/new`, descriptions in plain text, and the buttons of `i:`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from telegram import Update

from cards import interview as words
from cards import people as general
from cards import practice as practice_words
from cards import prospects as prospect_words
from cards import told as told_words
from cards.advice import handling
from cards.card import Act, Card, Change, Say, Toast
from handlers.desk import Context, Turn, answer, number
from handlers.saving import beginnings, save, shown_name
from knowledge import corrections
from knowledge import interview as machine
from knowledge.drill import Place
from knowledge.interview import OPEN, Back, Chose, Conclude, Interview, More, Refused, Revise, Said, Skip, Stop
from knowledge.introductions import introduced
from knowledge.systems import System
from knowledge.text import CHINESE, key, printable
from store import facts, interviews, practice, prospects, verdicts
from store.interviews import Kept
from store.tables import Feedback, Prospect

LONGEST_NAME = 40
LONGEST_NAMED = 60  # with a number and a company
DOUBLE_TAP = timedelta(seconds=5)  # two taps on a slow line; later ones are meant
JUST_NOW = timedelta(minutes=30)  # so long words may correct a result without saying whose it is
EVENTS: Mapping[str, machine.Event] = {"skip": Skip(), "back": Back(), "stop": Stop(), "more": More()}


async def new(update: Update, context: Context) -> None:
    """`/new`, `/new 王总`, or the button of the same meaning."""
    name = printable(" ".join(context.args or ()), LONGEST_NAME)
    begin = start if update.callback_query is None else start_by_tap
    await answer(update, context, partial(begin, name=name))


async def tapped(update: Update, context: Context) -> None:
    """A button of an interview."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def start(
    turn: Turn, name: str = "", text: str = "", prospect_id: int | None = None, system_id: str = ""
) -> Sequence[Act]:
    """Begin an interview, in the primary system or another; with `text` the open question is answered at once."""
    system = turn.desk.systems[system_id] if system_id else turn.desk.system
    known = prospects.named(turn.session, turn.me, key(name)) if name and prospect_id is None else ()
    if len(known) == 1:
        prospect_id = known[0].id
    turn.await_text("")
    interview = Interview(system.id)
    after, effect = machine.step(interview, Said(text), system) if text else (interview, None)
    if isinstance(effect, Refused):
        return [Toast(words.refused(effect.reason), alert=True)]
    row = interviews.begin(
        turn.session,
        person_id=turn.me,
        name=name,
        prospect_id=prospect_id,
        state=machine.dump(after),
        version=1 if effect is None else 2,  # as if the question had been asked first
        open=_waits(after),
        now=turn.now,
    )
    if effect is None:
        return [Say(words.opening(shown_name(name), system, place(row)))]
    return [Say(shown(turn, row, after, effect, system))]


def start_by_tap(turn: Turn, name: str = "", prospect_id: int | None = None, system_id: str = "") -> Sequence[Act]:
    """`start` from a button; the second of two quick taps is only acknowledged."""
    row = interviews.current(turn.session, turn.me)
    system_id = system_id or turn.desk.system.id
    begun = row is not None and (row.version, row.name, row.system) == (1, name, system_id)
    if row is not None and begun and turn.now - row.created_at < DOUBLE_TAP:
        return [Toast(words.begun())]
    return start(turn, name, prospect_id=prospect_id, system_id=system_id)


def keep_aside(turn: Turn, prospect: Prospect | None, text: str) -> Kept:
    """Keep what was said, of a customer where it names one, until its sender says what it is; it is judged already."""
    system = turn.desk.system
    after, _ = machine.step(Interview(system.id), Said(text), system)
    return interviews.keep_aside(
        turn.session,
        person_id=turn.me,
        name=prospect.name if prospect else "",
        prospect_id=prospect.id if prospect else None,
        state=machine.dump(after),
        now=turn.now,
    )


def take_up(turn: Turn, row: Kept) -> Sequence[Act]:
    """What was kept aside is a description after all: go on with its interview."""
    system = turn.desk.systems[row.system]
    kept = machine.restore(interviews.state(row), system)
    row = interviews.taken_up(turn.session, row, person_id=turn.me, open=_waits(kept), now=turn.now)
    return [Say(again(turn, row))]


def place(row: Kept) -> words.Place:
    """Where the buttons of a message about `row` point."""
    return words.Place(row.id, row.version)


def move(turn: Turn, row: Kept, event: machine.Event) -> Sequence[Act]:
    """One step of the machine, kept, and what to show for it."""
    system = turn.desk.systems[row.system]
    before = machine.restore(interviews.state(row), system)
    after, effect = machine.step(before, event, system)
    if isinstance(effect, Refused):
        return [Toast(words.refused(effect.reason), alert=True)]
    row = interviews.advance(turn.session, row, machine.dump(after), open=_waits(after), now=turn.now)
    return [*_closed(before, event, system), Say(shown(turn, row, after, effect, system))]


def answered(turn: Turn, row: Kept, text: str) -> Sequence[Act]:
    """A typed answer. The name that it begins with, and a number and company beside it, only say who it is about."""
    found = None if row.name or row.prospect_id else introduced(text)
    if found is not None:
        row = replace(row, name=printable(found.whole, LONGEST_NAMED))
        interviews.about(turn.session, row, name=row.name, prospect_id=None)
        text = found.rest
    elif row.name and (end := beginnings(text).get(key(shown_name(row.name)))):
        text = text[end:].strip(" ，,：:、")
    return move(turn, row, Said(text)) if text else [Say(again(turn, row))]


def _waits(interview: Interview) -> bool:
    """Whether the next plain message answers it."""
    return interview.phase in (machine.Phase.OPEN, machine.Phase.ASKING)


def shown(turn: Turn, row: Kept, interview: Interview, effect: machine.Effect, system: System) -> Card:
    """The card of an effect."""
    name = shown_name(row.name)
    match effect:
        case machine.Ask():
            return words.asking(effect, interview, name, system, turn.desk.talk, place(row))
        case Conclude(belief):
            tried = verdicts.counts(turn.session, system.id, belief.top) if belief.clear else {}
            more = machine.further(interview, belief, system) is not None
            return words.result(belief, interview, name, system, turn.desk.talk, place(row), tried, more=more)
        case _:
            return ended(row)


def ended(row: Kept) -> Card:
    """The card of an interview that was put down; about somebody on record there is nobody to keep."""
    return words.ended(shown_name(row.name), None if row.prospect_id else place(row))


def again(turn: Turn, row: Kept) -> Card:
    """The card of where an interview stands."""
    system = turn.desk.systems[row.system]
    interview = machine.restore(interviews.state(row), system)
    return shown(turn, row, interview, machine.show(interview, system), system)


def _closed(before: Interview, event: machine.Event, system: System) -> Sequence[Act]:
    """What becomes of the tapped question's message."""
    question = system.questions.get(before.asking or OPEN)
    match event:
        case Chose(_, id) if question:
            choice = question.choice(id)
            return [Change(words.answered(question, choice.zh if choice else id))]
        case Skip():
            return [Change(words.skipped(question.zh if question else system.first))]
    return []


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """A tapped button: `i:<interview>:<version>:<verb>[:<argument>]`, none of which can be trusted."""
    _, id, version, verb, argument = [*data.split(":"), "", "", "", ""][:5]
    row = interviews.mine(turn.session, turn.me, number(id))
    if row is None or row.system not in turn.desk.systems:  # a team may have taken its own system away again
        return [Toast(general.stale())]
    if version != str(row.version):
        return _outdated(turn, row, version, verb, argument)
    system = turn.desk.systems[row.system]
    interview = machine.restore(interviews.state(row), system)
    match verb:
        case "c":
            return move(turn, row, Chose(interview.asking or "", argument))
        case "r" if argument.isdecimal() and len(argument) < 4:
            return move(turn, row, Revise(int(argument)))
        case "t":
            return _correct(turn, row, interview, system, argument)
    if verb in EVENTS:
        return move(turn, row, EVENTS[verb])
    return _aside(turn, row, interview, system, verb)


def _outdated(turn: Turn, row: Kept, version: str, verb: str, argument: str) -> Sequence[Act]:
    """A second tap on the step just done is only acknowledged; an older button also shows where things stand."""
    kept = machine.restore(interviews.state(row), turn.desk.systems[row.system])
    last = kept.turns[-1] if kept.turns else None
    if version == str(row.version - 1) and verb == "c" and last is not None and last.choice == argument:
        return [Toast("这一步已经记下了。")]
    return [Toast("这是前面的按钮，那一步已经过去了。现在到这里："), Say(again(turn, row))]


def _aside(turn: Turn, row: Kept, interview: Interview, system: System, verb: str) -> Sequence[Act]:
    """Buttons that do not move the machine."""
    belief = machine.belief(interview, system)
    match verb:
        case "show":
            return [Change(again(turn, row))]
        case "types" | "all":
            return [Change(words.types(belief, system, place(row), everything=verb == "all"))]
        case "turns":
            return [Change(words.turns(interview, system, place(row)))]
        case "add":
            turn.await_text(f"add:{row.id}")
            return [Say(words.add_more())]
        case "save":
            return save(turn, row)
        case "later":
            type = _label(turn, row) or belief.top
            new = practice.put_aside(turn.session, turn.me, Place(system.id, type), turn.now)
            return [Toast(practice_words.kept(system.type(type).zh, new))]
    return [Toast(general.stale())]


def _label(turn: Turn, row: Kept) -> str:
    said = interviews.corrected(turn.session, row.id)
    return said.correct if said else ""


def _correct(turn: Turn, row: Kept, interview: Interview, system: System, type: str) -> Sequence[Act]:
    """The rep names the type; the word is kept, and counts for the customer's record at once."""
    if type not in system.types:
        return [Toast(general.stale())]
    belief = machine.belief(interview, system)
    told = belief.top
    interviews.correct(
        turn.session,
        Feedback(
            person_id=turn.me,
            interview_id=row.id,
            system=system.id,
            said=told,
            said_p=belief.sure,
            correct=type,
            at=turn.now,
        ),
    )
    prospect = prospects.mine(turn.session, turn.me, row.prospect_id) if row.prospect_id else None
    if prospect is not None and system is not turn.desk.system:
        facts.keep(turn.session, prospect.id or 0, system.id, type, turn.today)
    elif prospect is not None:
        prospect.type_id, prospect.type_p, prospect.type_by, prospect.type_at = type, 1.0, "corrected", turn.now
        prospect.type_why = prospect.type_why if type == told else ""
    kind = system.type(type)
    text = handling(kind, turn.desk.talk)
    rows = words.after_correction(place(row), system, type)
    return [Change(words.corrected(system.type(told).zh, kind.zh, text, rows))]


def corrected(turn: Turn, text: str) -> Sequence[Act]:
    """Words that correct a result which was just shown: its type, or what it was judged by; () for any others."""
    may = corrections.may_correct(text)
    row = interviews.moved_since(turn.session, turn.me, turn.now - JUST_NOW) if may else None
    if row is None or row.system not in turn.desk.systems:
        return ()
    system = turn.desk.systems[row.system]
    interview = machine.restore(interviews.state(row), system)
    type = corrections.named_type(text, system)
    if type and interview.phase is machine.Phase.ASKING and machine.belief(interview, system).speaks:
        interview, _ = machine.step(interview, Stop(), system)
        row = interviews.advance(turn.session, row, machine.dump(interview), open=False, now=turn.now)
    if interview.phase is not machine.Phase.RESULT:
        return ()
    if type:
        acts = _correct(turn, row, interview, system, type)
        return [Say(act.card) if isinstance(act, Change) else act for act in acts]
    if corrections.denies(text):
        belief = machine.belief(interview, system)
        return [Say(words.types(belief, system, place(row), everything=False))]
    if not corrections.corrects(text):
        return ()
    aside = keep_aside(turn, None, text)
    return [Say(told_words.whose(shown_name(row.name), text, aside.id, row.id))]


def correct_told(turn: Turn, row: Kept, text: str) -> Sequence[Act]:
    """A text puts right what a result was judged by: it is judged anew, without what was taken back."""
    system = turn.desk.systems[row.system]
    interview = machine.restore(interviews.state(row), system)
    told, rest = corrections.corrected([one.text or "" for one in interview.turns], text)
    turns = tuple(replace(one, text=said) if one.text else one for one, said in zip(interview.turns, told, strict=True))
    event = Said(rest) if CHINESE.search(rest) else Stop()
    phase = machine.Phase.OPEN if isinstance(event, Stop) else interview.phase  # judged, with nothing to add
    after, effect = machine.step(replace(interview, turns=turns, phase=phase), event, system)
    if isinstance(effect, Refused):
        return [Toast(words.refused(effect.reason), alert=True)]
    row = interviews.advance(turn.session, row, machine.dump(after), open=_waits(after), now=turn.now)
    return [Say(shown(turn, row, after, effect, system))]


def add(turn: Turn, interview_id: int, text: str) -> Sequence[Act]:
    """A further sentence after a result."""
    row = interviews.mine(turn.session, turn.me, interview_id)
    if row is None or row.system not in turn.desk.systems:
        return [Say(prospect_words.which_customer("/new"))]
    return move(turn, row, Said(text))
