"""Trouble ordered by a test: the next calls of a method go wrong in a stated way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .errors import ApiError, too_many

Drop = Literal["before", "after"]
_WORDS = {
    400: "Bad Request: something is wrong",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    500: "Internal Server Error: restart",
    502: "Bad Gateway",
}
_OK = 200


@dataclass(slots=True)
class Fault:
    """`delay` is real seconds before anything else; status 200 means the delay is all that is wrong."""

    times: int
    status: int
    retry_after: int | None
    drop: Drop | None
    delay: float

    def refusal(self) -> ApiError | None:
        """What the bot is told; None when the call is carried out."""
        if self.retry_after is not None:
            return too_many(self.retry_after)
        if self.drop is not None or self.status == _OK:
            return None
        return ApiError(self.status, _WORDS.get(self.status, f"Error {self.status}"))


class Faults:
    """Faults by method, each used up in the order they were ordered."""

    def __init__(self) -> None:
        self._ordered: dict[str, list[Fault]] = {}

    def order(self, method: str, fault: Fault) -> None:
        self._ordered.setdefault(method.lower(), []).append(fault)

    def take(self, method: str) -> Fault | None:
        """The fault for this call, counted down."""
        waiting = self._ordered.get(method.lower())
        if not waiting:
            return None
        fault = waiting[0]
        fault.times -= 1
        if fault.times <= 0:
            waiting.pop(0)
        return fault
