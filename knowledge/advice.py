"""What to say about a belief: how close the runner-up is, what would overturn the label, which card answers a query."""

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.belief import Belief
from knowledge.systems import Kind, System

CLOSE = 0.4  # the runner-up counts as close when it has at least this share of the leader's probability
NAMED = 0.05  # a further type is named from this probability on


@dataclass(frozen=True, slots=True)
class Verdict:
    """A belief, put as advice. `rival` is set when the runner-up is close; `tell` says how to tell the two apart."""

    kind: Kind
    rival: Kind | None
    others: tuple[tuple[Kind, float], ...]
    tell: str
    both: str


def verdict(belief: Belief, system: System) -> Verdict:
    """How to act on `belief`."""
    kind, second = system.type(belief.top), system.type(belief.second)
    close = belief.p[second.id] >= CLOSE * belief.sure
    others = tuple((system.type(id), p) for id, p in list(belief.p.items())[1:4] if p >= NAMED)
    near = kind.neighbour(second.id) or second.neighbour(kind.id)
    flip = near or (kind.neighbours[0] if kind.neighbours else None)
    return Verdict(
        kind=kind,
        rival=second if close else None,
        others=others,
        tell=flip.tell if flip else "",
        both=near.both if near and close else "",
    )


def find(system: System, words: str) -> list[Kind]:
    """Types whose id, name or alias is, begins with, or contains `words`; the best match first."""
    wanted = words.strip().lower()
    if not wanted:
        return []
    ranked = [(grade, kind) for kind in system.types.values() if (grade := _match(kind, wanted)) is not None]
    return [kind for _, kind in sorted(ranked, key=lambda row: (row[0], row[1].id))]


def _match(kind: Kind, wanted: str) -> int | None:
    names = (kind.zh, kind.id, *kind.aliases)
    return min(_grades(names, wanted), default=None)


def _grades(names: Iterable[str], wanted: str) -> Iterable[int]:
    for name in names:
        bare = name.removesuffix("型")
        if wanted in (name, bare):
            yield 0
        elif name.startswith(wanted):
            yield 1
        elif wanted in name or bare in wanted:
            yield 2
