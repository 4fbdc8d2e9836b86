"""Judgements, cards and systems as plain values, for the command line and other programs."""

from collections.abc import Iterable, Iterator
from typing import Any

from knowledge.belief import Belief, Evidence, believe
from knowledge.files import MOMENTS
from knowledge.playbooks import Playbook
from knowledge.systems import Catalogue, Kind, System
from knowledge.talk import Talk

LEADING = 3  # evidence says for and against which of so many leading types; so many spans are tried by leaving them out
SPEAKS_FROM = 0.1  # nats


def judgement(text: str, system: System, top: int = 3) -> dict[str, Any]:
    """One text judged: the `top` likeliest types (0: all), the evidence, and whether it is enough for a label."""
    belief = believe(system.model, [text], types=system.order)
    return {
        "text": text,
        "system": system.id,
        "types": ranking(belief, system, top),
        "evidence": [row for piece in _telling(belief) if (row := _evidence(piece, belief))],
        "enough": belief.enough,
    }


def ranking(belief: Belief, system: System, top: int) -> list[dict[str, Any]]:
    """The likeliest types with their probabilities, which over all types sum to 1."""
    rows = [{"id": id, "zh": system.type(id).zh, "p": round(p, 6)} for id, p in belief.p.items()]
    return rows[:top] if top > 0 else rows


def _telling(belief: Belief) -> Iterator[Evidence]:
    """The evidence, but nothing stronger than the leading spans without which the type would be no less likely."""
    leading = belief.shown(LEADING)
    weakest = leading[-1].weights[belief.top] if len(leading) == LEADING else SPEAKS_FROM
    return (piece for piece in belief.evidence if piece in leading or piece.weights[belief.top] < weakest)


def _evidence(piece: Evidence, belief: Belief) -> dict[str, Any] | None:
    leading = belief.ranked[:LEADING]
    speaks_for = [id for id in leading if piece.weights[id] >= SPEAKS_FROM]
    against = [id for id in leading if piece.weights[id] <= -SPEAKS_FROM]
    if not speaks_for and not against:
        return None
    return {
        "term": piece.term,
        "start": piece.start,
        "end": piece.end,
        "for": speaks_for,
        "against": against,
        "weight": round(piece.weights[belief.top], 4),
    }


def card(kind: Kind, system: Catalogue, talk: Talk, moment: str = "") -> dict[str, Any]:
    """The handling card of a type, or its tips for one moment."""
    told = kind.card
    if moment:
        content: dict[str, Any] = {MOMENTS[moment]: list(talk.fill(getattr(told.moments, moment)))}
    else:
        content = {
            "要点": talk.fill([told.essence])[0],
            "开场": list(talk.fill(told.opening)),
            "该做": list(talk.fill(told.do)),
            "别做": list(talk.fill(told.dont)),
            "可以这样说": list(talk.fill(told.say)),
            "促成": list(talk.fill(told.close)),
            "危险信号": list(talk.fill(told.warning)),
        }
    return {"system": system.id, "id": kind.id, "zh": kind.zh, "definition": kind.definition, "card": content}


def playbook(book: Playbook, talk: Talk) -> dict[str, Any]:
    """A playbook with the team's own words in it."""
    steps = [
        {
            "title": step.title,
            "goal": talk.fill([step.goal])[0],
            "do": list(talk.fill(step.do)),
            "say": list(talk.fill(step.say)),
            "check": talk.fill([step.check])[0],
        }
        for step in book.steps
    ]
    misses = list(talk.fill(miss.zh for miss in book.misses))
    return {"id": book.id, "zh": book.zh, "about": talk.fill([book.about])[0], "steps": steps, "misses": misses}


def overview(system: Catalogue, books: Iterable[Playbook] = ()) -> dict[str, Any]:
    """A system with its types and the playbooks that name one of them."""
    types = [
        {
            "id": kind.id,
            "zh": kind.zh,
            "aliases": list(kind.aliases),
            "source": list(kind.source),
            "origin": kind.origin,
        }
        for kind in system.types.values()
    ]
    return {
        "id": system.id,
        "zh": system.zh,
        "kind": system.kind,
        "about": system.about,
        "source": list(system.source),
        "types": types,
        "playbooks": [{"id": book.id, "zh": book.zh, "types": list(book.types)} for book in books],
    }
