"""A public fake of the port to the outside: what `Sending` promises, without Telegram.

It keeps every try in order, so that a test can ask who was written to and how often.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from cards.card import Card
from scheduler.delivery import Outcome


@dataclass(frozen=True, slots=True)
class Try:
    """One call of `send` and how it ended; None when it never came back."""

    telegram_id: int
    card: Card
    outcome: Outcome | None


@dataclass(slots=True)
class ScriptedSending:
    """A `Sending` that ends each try as scripted, and well where nothing is scripted.

    `will(7, Outcome("again"), OSError())` makes the first try for 7 end with `again`, the second raise (the process
    broke down while sending), and every later one arrive.
    """

    tried: list[Try] = field(default_factory=list)
    processes: int = 1
    per_second: float = 30.0
    _scripts: defaultdict[int, deque[Outcome | BaseException]] = field(default_factory=lambda: defaultdict(deque))

    def will(self, telegram_id: int, *outcomes: Outcome | BaseException) -> None:
        """Script the next tries for one person."""
        self._scripts[telegram_id].extend(outcomes)

    async def rest(self, telegram_id: int) -> None:
        """Any chat may be written to at any time."""

    async def near(self, ahead: float) -> float:  # noqa: ARG002 - as above
        """Any number of messages may go."""
        return 0.0

    async def turn(self, telegram_id: int) -> float:  # noqa: ARG002 - as above
        """Any number of messages may go."""
        return 0.0

    def share(self, processes: int) -> None:
        """Keep what was said."""
        self.processes = processes

    async def send(self, telegram_id: int, card: Card) -> Outcome:
        """Keep the try, and end it as scripted."""
        script = self._scripts[telegram_id]
        outcome = script.popleft() if script else Outcome("sent", message_id=len(self.tried) + 1)
        if isinstance(outcome, BaseException):
            self.tried.append(Try(telegram_id, card, None))
            raise outcome
        self.tried.append(Try(telegram_id, card, outcome))
        return outcome

    def arrived(self, telegram_id: int) -> list[str]:
        """The texts of what certainly arrived at one person, oldest first."""
        return [
            str(one.card.text)
            for one in self.tried
            if one.telegram_id == telegram_id and one.outcome is not None and one.outcome.state == "sent"
        ]

    def tries(self, telegram_id: int) -> int:
        """How often it was tried to write to one person."""
        return sum(one.telegram_id == telegram_id for one in self.tried)
