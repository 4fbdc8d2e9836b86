"""Taps and inline questions that wait for the bot's answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .errors import bad

if TYPE_CHECKING:
    from collections.abc import Callable

LIVES_SECONDS = 60.0  # real seconds, not demo time: jumping the clock does not age a tap
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_KEPT = 1000


@dataclass(slots=True)
class Query:
    """A tap (`message_id` set) or an inline question. The rest is what answerInlineQuery said."""

    id: str
    person_id: int
    born: float
    message_id: int | None = None
    label: str = ""
    answered: bool = False
    results: list[dict[str, Any]] = field(default_factory=list)
    button: dict[str, Any] | None = None
    more: str = ""


class Queries:
    """Open and answered queries by id, the oldest forgotten."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._known: dict[str, Query] = {}

    def open(self, key: str, person_id: int, *, message_id: int | None = None, label: str = "") -> Query:
        query = Query(key, person_id, self._monotonic(), message_id, label)
        self._known[key] = query
        while len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        return query

    def live(self, key: str, *, inline: bool) -> Query:
        """The query of that kind, while it may still be answered; otherwise Telegram's refusal."""
        query = self._known.get(key)
        if query is None or inline != (query.message_id is None) or self._monotonic() - query.born > LIVES_SECONDS:
            raise bad(_TOO_OLD)
        return query

    def find(self, key: str) -> Query | None:
        return self._known.get(key)
