"""The guided interview as JSON values in and out, for `zhike interview` and for simulations."""

from collections.abc import Iterable, Iterator
from typing import Any

from knowledge import interview as machine
from knowledge.belief import Belief
from knowledge.interview import OPEN, Ask, Back, Chose, Conclude, Event, Interview, Refused, Said, Skip, Stop
from knowledge.reports import ranking
from knowledge.systems import System

SHOWN = 3


def dialogue(system: System, events: Iterable[Any], *, scene: str = "") -> Iterator[dict[str, Any]]:
    """What is asked and concluded, one value per event; it ends with a result, or when the events do."""
    interview, effect = machine.begin(system)
    yield _told(effect, system, scene)
    for value in events:
        event = _event(value, interview)
        if event is None:
            yield {
                "error": '没看懂。可发 {"choice": 编号}、{"text": "…"}、{"skip": true}、{"back": true}、{"stop": true}'
            }
            continue
        interview, effect = machine.step(interview, event, system)
        yield _told(effect, system, scene)
        if isinstance(effect, Conclude | machine.Ended):
            return


def _event(value: Any, interview: Interview) -> Event | None:
    match value:
        case {"choice": str(id)}:
            return Chose(interview.asking or "", id) if interview.asking != OPEN else None
        case {"text": str(text)}:
            return Said(text)
        case {"skip": True}:
            return Skip()
        case {"back": True}:
            return Back()
        case {"stop": True}:
            return Stop()
    return None


def _told(effect: machine.Effect, system: System, scene: str) -> dict[str, Any]:
    match effect:
        case Ask(None, belief):
            first: dict[str, Any] = {"id": OPEN, "text": system.first, "why": system.first_why, "choices": []}
            return {"ask": first, "belief": ranking(belief, system, SHOWN)}
        case Ask(question, belief) if question is not None:
            choices = [{"id": choice.id, "zh": choice.zh} for choice in question.choices]
            ask: dict[str, Any] = {"id": question.id, "text": question.zh, "why": question.why, "choices": choices}
            return {"ask": ask, "belief": ranking(belief, system, SHOWN)}
        case Conclude(belief):
            return {"result": _result(belief, system, scene)}
        case Refused(reason):
            return {"error": reason.value}
        case _:
            return {"result": {"enough": False, "types": [], "scene": scene}}


def _result(belief: Belief, system: System, scene: str) -> dict[str, Any]:
    evidence = [
        {"term": piece.term, "question": piece.question, "weight": round(piece.weights[belief.top], 4)}
        for piece in belief.shown(6)
    ]
    label = belief.top if belief.clear else None
    types = ranking(belief, system, 0)
    return {"enough": belief.enough, "label": label, "types": types, "evidence": evidence, "scene": scene}
