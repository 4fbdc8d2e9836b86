"""Nothing leaves before what it tells of is on disk; everything else about it may happen before that.

Writing to a disk takes about as long as making a request ready. So the acts of a case are handed over as soon as they
are decided, and the request stops here, right before it is written, until the transaction has committed.
"""

from asyncio import Future, get_running_loop, shield
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decided:
    """What a case came to: its acts, packed; and what is on disk in the end: the same, unless it was decided anew."""

    acts: str
    kept: "Future[str]"


def on_disk_already(acts: str) -> Decided:
    """A case that is settled."""
    kept: Future[str] = get_running_loop().create_future()
    kept.set_result(acts)
    return Decided(acts, kept)


class Anew(Exception):
    """The transaction had to be done again and came to other acts, packed, which are on disk."""

    def __init__(self, acts: str) -> None:
        super().__init__("decided anew")
        self.acts = acts


_TELLING: ContextVar[Decided | None] = ContextVar("telling", default=None)


@contextmanager
def telling(decided: Decided) -> Iterator[None]:
    """Whatever is sent in this block tells of that case."""
    token = _TELLING.set(decided)
    try:
        yield
    finally:
        _TELLING.reset(token)


async def on_disk() -> None:
    """Wait until what the caller tells of is on disk; at once, where it tells of nothing.

    Raises:
        Anew: something else is on disk.
        Exception: nothing is, and this is why.
    """
    decided = _TELLING.get()
    if decided is None:
        return
    kept = await shield(decided.kept)  # whoever gives up waits for himself only
    if kept != decided.acts:
        raise Anew(kept)
