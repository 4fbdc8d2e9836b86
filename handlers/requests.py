"""Questions to us in plain words: which customers, how to deal with somebody, how somebody's week is."""

from collections.abc import Sequence

from cards.card import Act, Say
from handlers import advice, interview, lists, team, visits
from handlers.desk import Turn
from handlers.views import open_card
from knowledge import values
from knowledge.filters import Either, Filter, Not, Says
from knowledge.finding import Grade
from knowledge.requests import Request, requests
from knowledge.text import printable

LONGEST = 40  # characters; what is longer tells a story


def answered(turn: Turn, text: str, *, asking: bool) -> Sequence[Act]:
    """The answer to a question; () for a text that is none, or that asks for nothing that there is. `asking`: an
    interview waits for an answer, which it goes on doing.
    """
    if len(text) > LONGEST:
        return ()
    for one in requests(text):
        if acts := _answer(turn, one, asking=asking):
            return acts
    return ()


def _answer(turn: Turn, asked: Request, *, asking: bool) -> Sequence[Act]:
    match asked.what:
        case "who":
            return team.week_asked(turn, asked.words) or _customer(turn, asked.words)
        case "list":
            return lists.asked(turn, asked.words) if _plain(lists.read(turn, asked.words)) else ()
        case "type":
            known = any(hit.grade == Grade.WHOLE for hit in turn.desk.library.find(asked.words))
            return advice.look_up(turn, asked.words) if known and not asking else ()
        case _:
            return _advised(turn, printable(asked.words, advice.LONGEST), asking=asking)


def _customer(turn: Turn, name: str) -> Sequence[Act]:
    rows, rest = visits.beginning(turn, name)
    return [Say(open_card(turn, rows[0]))] if len(rows) == 1 and not rest else ()


def _plain(wanted: Filter) -> bool:
    """Whether all of the words are understood, none only as characters to look for: 谁都不信 is no question."""
    return bool(wanted.terms) and not wanted.unknown and not any(_says(term) for term in wanted.terms)


def _says(term: object) -> bool:
    match term:
        case Says():
            return True
        case Not(inner):
            return _says(inner)
        case Either(terms):
            return any(_says(one) for one in terms)
    return False


def _advised(turn: Turn, text: str, *, asking: bool) -> Sequence[Act]:
    """What is filed under the words; failing that, a behaviour is judged, which ends with how to handle it."""
    if not turn.desk.library.find(text) and values.speaks(text, turn.desk.system):
        return () if asking else interview.start(turn, "", text)
    return advice.look_up(turn, text)
