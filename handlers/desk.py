"""What every handler works at: one transaction per update, its answer kept with it.

`answer` runs `decide(turn)` on a worker thread inside one write transaction, together with the update's receipt. An
update that Telegram delivers again (after a crash, say) takes no effect a second time; it gets the same answer again.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session
from telegram import Update
from telegram.ext import CallbackContext

from cards import people as words
from cards.card import Act, Picture, Say, Tell, Toast, pack, unpack
from handlers.aside import Aside
from handlers.durable import Anew, Decided, on_disk, on_disk_already, telling
from handlers.show import show
from knowledge.belief import believe
from knowledge.cadence import Cadence
from knowledge.complaints import Handling
from knowledge.edition import Edition
from knowledge.facts import Fact
from knowledge.finding import Library
from knowledge.interview import LONGEST_TEXT
from knowledge.plan import BUDGET, Pot
from knowledge.planner import Planner
from knowledge.practice import Exercises
from knowledge.quotes import said
from knowledge.scenes import Conflict, Scene
from knowledge.systems import PRIMARY, System, Systems
from knowledge.talk import Talk
from knowledge.text import CHINESE, legible
from knowledge.wording import Wording
from store import people, receipts
from store.db import Database
from store.interviews import Stale
from store.people import MANAGERS, Caller
from store.tables import Person
from store.waiting import Outcome

logger = logging.getLogger(__name__)

Context = CallbackContext[Any, Any, Any, Any]
DESK = "desk"
RACED = (Stale, IntegrityError)  # somebody else moved that version or wrote that receipt: it is there for a second look
DIGITS = 10  # of a number that still fits an integer column


@dataclass(frozen=True, slots=True)
class Rules:
    """What the configuration decides about conversations."""

    system: str = PRIMARY
    scene: str = ""
    tz: str = "Asia/Shanghai"
    push_at: str = "08:30"
    evening_at: str = "18:00"
    quiet: tuple[str, str] = ("21:00", "08:00")
    lead: int = 60
    invite_hours: int = 72
    idle_days: int = 90  # after which a customer is in the pool; 0 for no pool
    digest: bool = True
    days: Mapping[date, bool] = field(default_factory=dict)
    budget: Mapping[str, Pot] = field(default_factory=lambda: BUDGET)
    admins: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that handlers share; made in `bot`, and made anew where the knowledge changes."""

    db: Database
    edition: Edition
    talk: Talk
    rules: Rules
    now: Callable[[], datetime]
    elsewhere: "Elsewhere | None" = None
    aside: Aside = field(default_factory=Aside)

    @property
    def systems(self) -> Systems:
        """Every system."""
        return self.edition.systems

    @property
    def library(self) -> Library:
        """Everything that can be looked up."""
        return self.edition.library

    @property
    def cadence(self) -> Cadence:
        """When to be in touch again."""
        return self.edition.cadence

    @property
    def planner(self) -> Planner:
        """What a day's list is made with."""
        edition, rules = self.edition, self.rules
        return Planner(self.system, self.systems, edition.cadence, edition.methods, self.talk, rules.budget, rules.days)

    @property
    def wording(self) -> Wording:
        """What a draft is checked against."""
        return self.edition.wording

    @property
    def system(self) -> System:
        """The system that plain descriptions are read with."""
        return self.systems[self.rules.system]

    @property
    def facts(self) -> Mapping[str, Fact]:
        """What can be known of a customer."""
        return self.systems.facts

    @property
    def handling(self) -> Handling:
        """How complaints are handled."""
        return self.edition.handling

    @property
    def exercises(self) -> Exercises:
        """What is practised."""
        return self.edition.exercises

    @property
    def scenes(self) -> Mapping[str, Scene]:
        """The scenes to choose from."""
        return self.edition.scenes

    @property
    def conflicts(self) -> Sequence[Conflict]:
        """What wins where advice conflicts."""
        return self.edition.conflicts

    async def settled(self, case: "Case") -> str:
        """The acts of a case, packed, once they are on disk: decided elsewhere, if there is such a place, or here."""
        if self.elsewhere is not None:
            return await self.elsewhere.settled(case)
        try:
            return await self.db.write(settle, self, case)
        except RACED as fault:
            _second_look(fault)
            return await self.db.write(settle, self, case)

    async def decided(self, case: "Case") -> Decided:
        """The acts of a case before they are on disk, if it is decided elsewhere; once they are, if here."""
        if self.elsewhere is not None:
            return await self.elsewhere.decided(case)
        return on_disk_already(await self.settled(case))

    def look_ahead(self, text: str) -> None:
        """What a text says of somebody is remembered for a while: where it is asked for soon, it need not be read."""
        clean = legible(text)
        if len(clean) <= LONGEST_TEXT and CHINESE.search(clean):
            said(believe(self.system.model, [clean], types=self.system.order), [clean], 1)

    def settled_now(
        self, cases: Sequence["Case"], before: Callable[[Sequence[str]], None] | None = None
    ) -> Sequence[Outcome[str]]:
        """The same in this thread, for several cases and in one transaction; `before` hears of the acts of all of them
        before it commits, and what comes of them in the end may be different.
        """
        works = [partial(settle, desk=self, case=case) for case in cases]
        outcomes = list(self.db.write_all(works, before))
        for at, made in enumerate(outcomes):
            if isinstance(made.fault, RACED):
                _second_look(made.fault)
                outcomes[at] = self.db.write_all([works[at]])[0]
        return outcomes


def _second_look(fault: Exception) -> None:
    logger.info("another process was faster: %s", type(fault).__name__, extra={"action": "update_raced"})


class Elsewhere(Protocol):
    """Another process that decides cases."""

    async def settled(self, case: "Case") -> str:
        """The acts of a case, packed, once they are on disk."""
        ...

    async def decided(self, case: "Case") -> Decided:
        """The acts of a case, packed, perhaps before they are on disk."""
        ...

    def look_ahead(self, text: str) -> None:
        """Somebody has said that, and it will be a case in a moment."""
        ...


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


@dataclass(frozen=True, slots=True)
class Case:
    """An update to be decided: who sent it, when, and what decides. It can be handed to another process."""

    update_id: int
    telegram_id: int
    now: datetime
    bot_name: str
    decide: Decide  # a function of a module, or a partial of one
    managers: bool = False
    fleeting: bool = False  # changes nothing and need not be repeated: no receipt is kept


async def answer(
    update: Update, context: Context, decide: Decide, *, managers: bool = False, fleeting: bool = False
) -> None:
    """Decide in one transaction and show what came of it; only members get further than a polite refusal."""
    case = _case(update, context, decide, managers=managers, fleeting=fleeting)
    if case is None:
        return
    desk: Desk = context.bot_data[DESK]
    found = await desk.decided(case)
    try:
        with telling(found):
            await show(update, context, unpack(found.acts))
            await on_disk()  # where nothing was to be sent
    except Anew as anew:
        await show(update, context, unpack(anew.acts))


async def decided(
    update: Update, context: Context, decide: Decide, *, managers: bool = False, fleeting: bool = False
) -> Sequence[Act]:
    """The same without showing it. Of several decisions about one update all but the last are fleeting."""
    case = _case(update, context, decide, managers=managers, fleeting=fleeting)
    desk: Desk = context.bot_data[DESK]
    return unpack(await desk.settled(case)) if case else ()


def _case(update: Update, context: Context, decide: Decide, *, managers: bool, fleeting: bool) -> Case | None:
    desk: Desk = context.bot_data[DESK]
    user = update.effective_user
    if user is None:
        return None
    return Case(update.update_id, user.id, desk.now(), context.bot.username, decide, managers, fleeting)


def settle(session: Session, desk: Desk, case: Case) -> str:
    """The acts of a case, packed: decided in this transaction or, where the update came before, as they were then."""
    caller = people.taking_turn(session, case.telegram_id)
    kept = None if case.fleeting else receipts.answer_to(session, case.update_id)
    if kept is not None:
        logger.info("an update came again; its answer is repeated", extra={"action": "update_repeated"})
        return kept
    if caller is None:
        logger.info("a stranger was turned away", extra={"action": "stranger_refused"})
        return pack([Say(words.stranger())])
    if case.managers and caller.role not in MANAGERS:
        return pack([refusal()])
    turn = Turn(desk, session, caller, case.now, case.bot_name, caller.awaiting)
    acts = pack(decided_by(turn, case.decide))
    if case.fleeting:
        return acts
    receipts.keep(session, case.update_id, turn.me, acts, turn.now)
    return acts


def decided_by(turn: Turn, decide: Decide) -> list[Act]:
    """What a turn comes to, each act as whoever gets it wants it."""
    return [_considerate(turn, act) for act in decide(turn)]


def _considerate(turn: Turn, act: Act) -> Act:
    """What somebody else is told comes without a sound in their quiet hours and on their leave; pictures have the look
    that the caller has chosen.
    """
    if isinstance(act, Picture):
        return replace(act, look="dark" if turn.caller.dark else "light")
    if not isinstance(act, Tell):
        return act
    person = people.by_telegram(turn.session, act.telegram_id)
    held = person is not None and people.hours(person).held(turn.now) is not None
    return replace(act, silent=held)


def number(text: str) -> int:
    """An id as a button or a message has it; 0, which nothing has, where it cannot be one."""
    return int(text) if text.isdecimal() and len(text) < DIGITS else 0


def refusal() -> Act:
    """Only managers may do this."""
    return Toast(words.not_allowed(), alert=True)
