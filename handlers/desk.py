"""What every handler works at: one transaction per update, its answer kept with it.

`answer` runs `decide(turn)` on a worker thread inside one write transaction, together with the update's receipt. An
update that Telegram delivers again (after a crash, say) takes no effect a second time; it gets the same answer again.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session
from telegram import Update, User
from telegram.ext import CallbackContext

from cards import people as words
from cards.card import Act, Say, Toast, pack, unpack
from handlers.show import show
from knowledge.cadence import Cadence
from knowledge.systems import System, Systems
from knowledge.talk import Talk
from store import people, receipts
from store.db import Database
from store.interviews import Stale
from store.people import Caller
from store.tables import Person

logger = logging.getLogger(__name__)

Context = CallbackContext[Any, Any, Any, Any]
DESK = "desk"
MANAGERS = frozenset({"manager", "admin"})


@dataclass(frozen=True, slots=True)
class Rules:
    """What the configuration decides about conversations."""

    system: str = "behavior"
    tz: str = "Asia/Shanghai"
    push_at: str = "08:30"
    invite_hours: int = 72
    days: Mapping[date, bool] = field(default_factory=dict)
    admins: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that handlers share; made once, in `bot`."""

    db: Database
    systems: Systems
    cadence: Cadence
    talk: Talk
    rules: Rules
    now: Callable[[], datetime]

    @property
    def system(self) -> System:
        """The system that plain descriptions are read with."""
        return self.systems[self.rules.system]


@dataclass(slots=True)
class Turn:
    """One update being answered: the caller, the time, and the transaction."""

    desk: Desk
    session: Session
    caller: Caller
    now: datetime
    bot_name: str
    awaiting: str  # what the caller's next plain message answers, "" for nothing

    @property
    def me(self) -> int:
        """The caller's id: every query is scoped by it."""
        return self.caller.id

    @property
    def person(self) -> Person:
        """The caller's row, to be changed."""
        return self.session.get_one(Person, self.me)

    def await_text(self, what: str) -> None:
        """Say what the caller's next plain message answers ("" for nothing)."""
        if what != self.awaiting:
            people.await_text(self.session, self.me, what)
            self.awaiting = what

    @property
    def today(self) -> date:
        """The caller's local date."""
        return self.local(self.now)

    def local(self, at: datetime) -> date:
        """The date of an instant where the caller is."""
        return at.astimezone(ZoneInfo(self.caller.tz)).date()


Decide = Callable[[Turn], Sequence[Act]]


async def answer(update: Update, context: Context, decide: Decide, *, managers: bool = False) -> None:
    """Decide in one transaction and show what came of it; only members get further than a polite refusal."""
    desk: Desk = context.bot_data[DESK]
    user = update.effective_user
    if user is None:
        return
    settle = partial(_settle, desk=desk, update_id=update.update_id, user=user, decide=decide, managers=managers)
    try:
        acts = await desk.db.write(settle, bot_name=context.bot.username)
    except (Stale, IntegrityError):
        # A version that somebody else moved, or a receipt that somebody else wrote: look again, they are there now.
        logger.info("another process was faster", extra={"action": "update_raced"})
        acts = await desk.db.write(settle, bot_name=context.bot.username)
    await show(update, context, acts)


def _settle(
    session: Session, *, desk: Desk, update_id: int, user: User, bot_name: str, decide: Decide, managers: bool
) -> Sequence[Act]:
    caller = people.taking_turn(session, user.id)
    kept = receipts.answer_to(session, update_id)
    if kept is not None:
        logger.info("an update came again; its answer is repeated", extra={"action": "update_repeated"})
        return unpack(kept)
    if caller is None:
        logger.info("a stranger was turned away", extra={"action": "stranger_refused"})
        return [Say(words.stranger())]
    if managers and caller.role not in MANAGERS:
        return [refusal()]
    turn = Turn(desk, session, caller, desk.now(), bot_name, caller.awaiting)
    acts = decide(turn)
    receipts.keep(session, update_id, turn.me, pack(acts), turn.now)
    return acts


def refusal() -> Act:
    """Only managers may do this."""
    return Toast(words.not_allowed(), alert=True)
