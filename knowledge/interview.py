"""The interview: a state machine without I/O.

    step(interview, event, system) -> (interview, effects)

Its two rules:
1. Every transition is in `TABLE`; an event that the phase does not list is answered by `Refused` and changes nothing.
2. The turns are the whole state: belief, spent topics and the number of questions follow from them, so going back or
   correcting an answer is dropping a turn, and nothing can be asked or counted twice.

Nothing here knows Telegram, a database or a clock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from knowledge.belief import Belief, believe
from knowledge.questions import Choice, Question, likeliest_to_help
from knowledge.systems import System

OPEN = "open"  # the id of the open question
MOST_QUESTIONS = 6
SURE = 0.85  # stop early from this probability on
SURE_TEXT = 0.93  # the same before any question was answered: words alone are less certain than they look
CLEAR_MARGIN = 0.6
LONGEST_TEXT = 2000


class Phase(StrEnum):
    """Where an interview stands."""

    OPEN = "open"
    ASKING = "asking"
    RESULT = "result"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that was asked and what came back; both `choice` and `text` are None when it was skipped."""

    question: str
    choice: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Interview:
    """The whole state. `asking` is the id of the question that waits for an answer, in the phases open and asking."""

    system: str
    phase: Phase = Phase.OPEN
    asking: str | None = OPEN
    turns: tuple[Turn, ...] = ()
    wanted_more: int = 0  # the rep asked for more after a result: not settled before so many questions are answered


# --- events -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """The rep typed something."""

    text: str


@dataclass(frozen=True, slots=True)
class Chose:
    """The rep tapped a choice of a question."""

    question: str
    choice: str


@dataclass(frozen=True, slots=True)
class Skip:
    """The rep does not know."""


@dataclass(frozen=True, slots=True)
class Back:
    """Take the last answer back and ask it again."""


@dataclass(frozen=True, slots=True)
class Revise:
    """Take the answer of one turn (counted from 0) back and ask it again."""

    turn: int


@dataclass(frozen=True, slots=True)
class More:
    """After a result: ask on."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Enough; show what there is."""


Event = Said | Chose | Skip | Back | Revise | More | Stop

# --- effects ----------------------------------------------------------------------------------------------------------


class Reason(StrEnum):
    """Why an event was refused."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_ASKED = "not_asked"
    NO_SUCH_CHOICE = "no_such_choice"
    NOTHING_TO_TAKE_BACK = "nothing_to_take_back"
    NO_MORE_QUESTIONS = "no_more_questions"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask this question; `question` None is the open one. `belief` is what is thought so far."""

    question: Question | None
    belief: Belief
    number: int


@dataclass(frozen=True, slots=True)
class Conclude:
    """Show the result; `belief.clear` says whether it carries a label."""

    belief: Belief


@dataclass(frozen=True, slots=True)
class Ended:
    """The interview was stopped before it knew anything."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The event does not fit; the state is as before."""

    reason: Reason


Effect = Ask | Conclude | Ended | Refused
Step = tuple[Interview, Effect]


def begin(system: System) -> Step:
    """A new interview and its open question."""
    interview = Interview(system=system.id)
    return interview, show(interview, system)


def step(interview: Interview, event: Event, system: System) -> Step:
    """The state after `event`, and what to show for it."""
    transition = TABLE[interview.phase].get(type(event))
    if transition is None:
        return interview, Refused(Reason.ENDED if interview.phase is Phase.STOPPED else Reason.NOT_ASKED)
    return transition(interview, event, system)


def belief(interview: Interview, system: System) -> Belief:
    """What the turns say, all together."""
    texts = [turn.text for turn in interview.turns if turn.text]
    answers = [answer for turn in interview.turns if (answer := _answer(turn, system))]
    return believe(system.model, texts, answers, system.order)


def show(interview: Interview, system: System) -> Effect:
    """What the rep should see in this state: for a restart, a stale button, a repeated message."""
    if interview.phase is Phase.STOPPED:
        return Ended()
    now = belief(interview, system)
    if interview.phase is Phase.RESULT:
        return Conclude(now)
    question = system.questions.get(interview.asking or OPEN)
    return Ask(question, now, number=asked(interview) + (1 if question else 0))


def asked(interview: Interview) -> int:
    """How many questions of the bank have been put and answered or skipped."""
    return sum(turn.question != OPEN for turn in interview.turns)


def further(interview: Interview, told: Belief, system: System) -> Question | None:
    """What `More` would ask after a result, of which `told` is the belief; None where nothing is left."""
    return None if asked(interview) >= MOST_QUESTIONS else _question(interview, system, told)


def _answer(turn: Turn, system: System) -> tuple[Question, Choice] | None:
    question = system.questions.get(turn.question)
    choice = question.choice(turn.choice) if question and turn.choice else None
    return (question, choice) if question and choice else None


# --- transitions ------------------------------------------------------------------------------------------------------


def _say(interview: Interview, event: Said, system: System) -> Step:
    text = event.text.strip()
    if not text:
        return interview, Refused(Reason.EMPTY)
    if len(text) > LONGEST_TEXT:
        return interview, Refused(Reason.TOO_LONG)
    question = system.questions.get(interview.asking or OPEN)
    choice = _named(question, text) if question else None
    asking = interview.asking or OPEN
    return _next(_with(interview, Turn(asking, choice.id) if choice else Turn(asking, text=text)), system)


def _choose(interview: Interview, event: Chose, system: System) -> Step:
    if event.question != interview.asking:
        return interview, Refused(Reason.NOT_ASKED)
    if system.questions[event.question].choice(event.choice) is None:
        return interview, Refused(Reason.NO_SUCH_CHOICE)
    return _next(_with(interview, Turn(event.question, event.choice)), system)


def _skip(interview: Interview, event: Skip, system: System) -> Step:
    return _next(_with(interview, Turn(interview.asking or OPEN)), system)


def _back(interview: Interview, event: Back, system: System) -> Step:
    return _revise(interview, Revise(len(interview.turns) - 1), system)


def _revise(interview: Interview, event: Revise, system: System) -> Step:
    if not 0 <= event.turn < len(interview.turns):
        return interview, Refused(Reason.NOTHING_TO_TAKE_BACK)
    taken = interview.turns[event.turn]
    left = interview.turns[: event.turn] + interview.turns[event.turn + 1 :]
    asking = taken.question if taken.question in system.questions else OPEN  # the bank may have lost it since
    phase = Phase.OPEN if asking == OPEN else Phase.ASKING
    now = replace(interview, turns=left, asking=asking, phase=phase)
    return now, show(now, system)


def _more(interview: Interview, event: More, system: System) -> Step:
    question = further(interview, belief(interview, system), system)
    if question is None:
        return interview, Refused(Reason.NO_MORE_QUESTIONS)
    now = replace(interview, phase=Phase.ASKING, asking=question.id, wanted_more=asked(interview) + 1)
    return now, show(now, system)


def _stop(interview: Interview, event: Stop, system: System) -> Step:
    told = belief(interview, system)
    phase = Phase.RESULT if told.speaks or told.answered else Phase.STOPPED
    now = replace(interview, phase=phase, asking=None)
    return now, show(now, system)


def _end(interview: Interview, event: Stop, system: System) -> Step:
    now = replace(interview, phase=Phase.STOPPED, asking=None)
    return now, Ended()


def _with(interview: Interview, turn: Turn) -> Interview:
    return replace(interview, turns=(*interview.turns, turn))


def _next(interview: Interview, system: System) -> Step:
    """Ask on, or conclude: when sure, when six questions are spent, or when no question would help."""
    told = belief(interview, system)
    question = None if _settled(interview, told) else _question(interview, system, told)
    phase = Phase.ASKING if question else Phase.RESULT
    now = replace(interview, phase=phase, asking=question.id if question else None)
    if question:
        return now, Ask(question, told, number=asked(now) + 1)
    return now, Conclude(told)


def _question(interview: Interview, system: System, told: Belief) -> Question | None:
    return likeliest_to_help(system.questions.values(), told.p, _spent(interview, system))


def _settled(interview: Interview, told: Belief) -> bool:
    if asked(interview) >= MOST_QUESTIONS:
        return True
    if asked(interview) < interview.wanted_more:
        return False
    return settled(told)


def settled(told: Belief) -> bool:
    """Whether a belief is so sure that asking on would only cost time."""
    sure = SURE if told.answered else SURE_TEXT
    return (told.speaks or told.answered > 0) and told.sure >= sure and told.margin >= CLEAR_MARGIN


def _spent(interview: Interview, system: System) -> set[str]:
    bank = system.questions
    return {bank[turn.question].topic for turn in interview.turns if turn.question in bank}


def _named(question: Question, text: str) -> Choice | None:
    """The choice that a typed answer names: its words or its number (1, 2 …)."""
    bare = text.strip("。.、,， ")
    for number, choice in enumerate(question.choices, start=1):
        if bare in (choice.zh, str(number)):
            return choice
    return None


# --- the table --------------------------------------------------------------------------------------------------------

Transition = Callable[[Interview, Any, System], Step]

TABLE: Mapping[Phase, Mapping[type, Transition]] = {
    Phase.OPEN: {Said: _say, Skip: _skip, Back: _back, Revise: _revise, Stop: _stop},
    Phase.ASKING: {Said: _say, Chose: _choose, Skip: _skip, Back: _back, Revise: _revise, Stop: _stop},
    Phase.RESULT: {Said: _say, More: _more, Back: _back, Revise: _revise, Stop: _end},
    Phase.STOPPED: {},
}


def dump(interview: Interview) -> dict[str, Any]:
    """The state as plain JSON values."""
    turns = [[turn.question, turn.choice, turn.text] for turn in interview.turns]
    return {
        "system": interview.system,
        "phase": interview.phase.value,
        "asking": interview.asking,
        "turns": turns,
        "more": interview.wanted_more,
    }


def restore(state: Mapping[str, Any], system: System) -> Interview:
    """The state from `dump`; a question that the bank no longer has is treated as open, its answer as not given."""
    asking = state["asking"]
    if asking is not None and asking != OPEN and asking not in system.questions:
        asking = OPEN
    phase = Phase.OPEN if asking == OPEN else Phase(state["phase"])
    turns = tuple(Turn(*turn) for turn in state["turns"])
    return Interview(state["system"], phase, asking, turns, state["more"])
