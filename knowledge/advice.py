"""What to say about a belief: how close the runner-up is, and what would overturn the label."""

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
