"""Judgements, cards and systems as plain values, for the command line and other programs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from knowledge.belief import Belief, Evidence, believe
from knowledge.files import MOMENTS
from knowledge.playbooks import Playbook, Playbooks
from knowledge.suggestions import ListFile
from knowledge.systems import Catalogue, Kind, System
from knowledge.talk import Talk

LEADING = 3  # evidence says for and against which of so many leading types; so many spans are tried by leaving them out
SPEAKS_FROM = 0.1  # nats
DYNAMIC_SOURCE = ("001",)  # the document that tells of lists which keep themselves up to date


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
            "可以这样问": list(talk.fill(told.ask)),
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


def everything(systems: Iterable[Catalogue], books: Playbooks, lists: Iterable[ListFile]) -> Iterator[dict[str, Any]]:
    """A row for all that the source documents tell apart: systems, what several of them are parts of, the lists of
    customers that keep themselves up to date, and playbooks.
    """
    systems = list(systems)
    yield from (overview(system, books if system.id == books.primary else ()) for system in systems)
    parts: dict[str, list[Catalogue]] = {}
    for system in systems:
        if system.part_of and system.part_of not in {one.id for one in systems}:
            parts.setdefault(system.part_of, []).append(system)
    yield from (_whole(id, some) for id, some in parts.items())
    yield _dynamic(lists)
    yield from map(_steps, books)


def _whole(id: str, parts: Sequence[Catalogue]) -> dict[str, Any]:
    """Systems that the documents tell as one."""
    rows = list(map(overview, parts))
    return _row(
        id,
        "与".join(part.zh for part in parts),
        *dict.fromkeys(kind for row in rows for kind in row["kinds"]),
        about="；".join(part.about for part in parts),
        source=dict.fromkeys(source for part in parts for source in part.source),
        parts=[part.id for part in parts],
        types=[kind for row in rows for kind in row["types"]],
    )


def _dynamic(lists: Iterable[ListFile]) -> dict[str, Any]:
    """The lists that are worth having, as the types of a system: who is on one is worked out from the record."""
    return _row(
        "dynamic_list",
        "动态客户列表",
        "rule",
        about="几个字圈出一批客户，自己更新",
        source=DYNAMIC_SOURCE,
        types=[
            _type(one.id, one.words, DYNAMIC_SOURCE if one.origin == "document" else (), one.origin) for one in lists
        ],
    )


def _steps(book: Playbook) -> dict[str, Any]:
    """A playbook, its steps as the types."""
    steps = enumerate(book.steps, 1)
    return _row(
        book.id,
        book.zh,
        "playbook",
        about=book.about,
        source=book.source,
        aliases=book.aliases,
        types=[_type(str(number), step.title, book.source, book.origin) for number, step in steps],
    )


def overview(system: Catalogue, books: Iterable[Playbook] = ()) -> dict[str, Any]:
    """A system with its types and the playbooks that name one of them; `kinds` has "score" too where it has a test."""
    return _row(
        system.id,
        system.zh,
        *dict.fromkeys([system.kind, *(["score"] if system.questionnaire else [])]),
        about=system.about,
        source=system.source,
        part_of=system.part_of,
        types=[_type(one.id, one.zh, one.source, one.origin, one.aliases) for one in system.types.values()],
        playbooks=[{"id": book.id, "zh": book.zh, "types": list(book.types)} for book in books],
    )


def _row(
    id: str,
    zh: str,
    *kinds: str,
    about: str,
    source: Iterable[str],
    types: Sequence[dict[str, Any]],
    part_of: str = "",
    parts: Sequence[str] = (),
    aliases: Sequence[str] = (),
    playbooks: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """One row of `everything`; the first of `kinds` is what it is first of all."""
    return {
        "id": id,
        "zh": zh,
        "kind": kinds[0],
        "kinds": list(kinds),
        "about": about,
        "source": list(source),
        "part_of": part_of or None,
        "parts": list(parts),
        "aliases": list(aliases),
        "types": list(types),
        "playbooks": list(playbooks),
    }


def _type(id: str, zh: str, source: Iterable[str], origin: str, aliases: Iterable[str] = ()) -> dict[str, Any]:
    return {"id": id, "zh": zh, "aliases": list(aliases), "source": list(source), "origin": origin}
