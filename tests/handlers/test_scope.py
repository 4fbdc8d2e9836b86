"""Nobody reaches other people's data: every button that a rep or a manager was ever shown, and every command with every
name, is tried by a colleague, by the manager of another branch, and by somebody unknown.

A walk presses buttons as their owner and gathers them all; then others press them. Whatever the bot says to them holds
nothing of the customers, and not a row of theirs has changed. A new button is tried as soon as a walk meets it.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlmodel import Session, SQLModel, select
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot import sample
from bot.application import HANDLERS
from bot.config import Config
from bot.service import desk_for, open_database
from cards.card import Act, Button, Card, Change, Menu, Offer, Picture, Say, Tell, Tick, Toast, pack, unpack
from cards.people import ADMIN_COMMANDS, COMMANDS, MANAGER_COMMANDS, stranger
from handlers import plain, team
from handlers.desk import DESK, Case, Desk
from handlers.durable import Decided, on_disk_already
from handlers.show import DRAWING
from knowledge.systems import Systems
from store import people
from store.db import Database
from store.tables import Prospect, Visit
from tests.conftest import StoppedClock, reading

REP, COLLEAGUE, MANAGER, ELSEWHERE, UNKNOWN = 1001, 1002, 1003, 1009, 1010
ALIKE = 2  # buttons that differ in numbers only are pressed so often in a walk
STEPS = 400  # of a walk
FILES = {"export", "import"}  # they send files, past the desk; tests/handlers/test_book.py and test_imports.py try them
# What would end the walk is gathered, and not pressed by the owner.
ENDS = re.compile(r"^(p:(erased|archive)|r:given|u:(do|gone|leave|claim|pooled)|j:(erased|file)|o:)")
TOLD = {
    "person": "机密李经理，采购负责人，影响大",
    "complain": "机密：送货晚了两天",
    "fact": "12",
    "day": "3月5日",
    "list": "A级 机密",
    "remind": "下周三问合同",
    "until": "下周三",
    "push": "08:10",
}
BEGUN = (
    "/list A级 机密",
    "/visit 王建国 机密：投诉送货晚了两天，要赔钱",
    "/visit 王建国 电话聊了机密，下周三再联系",
    "王建国 生日农历八月十五",
    "每月15号提醒我对账机密",
    "王建国",
    "/new 马师傅",
    "话不多，看了一会儿，问他也就点点头，机密",
)


class Mute:
    """A bot that has nothing to say: what was decided is looked at instead."""

    username = "zhike_test_bot"

    async def answer_callback_query(self, *_: Any, **__: Any) -> bool:
        """Acknowledged."""
        return True


@dataclass
class Listening:
    """Takes down what is decided, and shows nothing."""

    desk: Desk
    acts: list[Act] = field(default_factory=list)

    async def decided(self, case: Case) -> Decided:
        """The same, at once."""
        return on_disk_already(await self.settled(case))

    def look_ahead(self, text: str) -> None:
        """Nothing to think about."""

    async def settled(self, case: Case) -> str:
        """Nothing to show."""
        self.acts = unpack(await self.desk.settled(case))
        return pack([])


class Overheard:
    """The database; what is decided while only reading is taken down as well."""

    def __init__(self, db: Database, ear: Listening) -> None:
        self._db = db
        self._ear = ear

    async def read(self, query: Any, *given: Any) -> Any:
        """As the database does it; nothing to show where it was a decision."""
        found = await self._db.read(query, *given)
        if query is not team.seen:
            return found
        self._ear.acts = found
        return []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


class Floor:
    """The bot's handlers without Telegram: each person presses and says, and what comes of it is returned."""

    def __init__(self, db: Database, clock: StoppedClock, systems: Systems) -> None:
        self.db = db
        desk = desk_for(Config(), db, clock.now, reading(systems))
        self.ear = Listening(desk)
        self.context: Any = SimpleNamespace(
            bot=Mute(),
            bot_data={DESK: replace(desk, elsewhere=self.ear, db=cast(Any, Overheard(db, self.ear))), DRAWING: None},
            args=[],
        )
        self.number = 0

    async def press(self, who: int, data: str) -> Sequence[Act]:
        """A tap on a button."""
        told = {"id": "1", "from": _user(who), "chat_instance": "1", "data": data}
        for handler in HANDLERS:
            if isinstance(handler, CallbackQueryHandler):
                pattern: Any = handler.pattern
                if pattern is None or pattern.match(data):
                    return await self._done(handler.callback, {"callback_query": told})
        raise AssertionError(data)

    async def say(self, who: int, text: str) -> Sequence[Act]:
        """A message."""
        message = {"message_id": 1, "date": 0, "chat": {"id": who, "type": "private"}, "from": _user(who), "text": text}
        name, *self.context.args = text.removeprefix("/").split() if text.startswith("/") else [""]
        for handler in HANDLERS:
            if name and isinstance(handler, CommandHandler) and name in handler.commands:
                return await self._done(handler.callback, {"message": message})
        return await self._done(plain.text, {"message": message})

    async def _done(self, callback: Any, what: Mapping[str, Any]) -> Sequence[Act]:
        self.number += 1
        self.ear.acts = []
        update = Update.de_json({"update_id": self.number, **what}, self.context.bot)
        await callback(update, self.context)
        return self.ear.acts

    def awaits(self, who: int) -> str:
        """What the person's next message answers."""
        with Session(self.db.engine) as session:
            found = people.by_telegram(session, who)
            return found.awaiting if found else ""


def _user(who: int) -> Mapping[str, Any]:
    return {"id": who, "is_bot": False, "first_name": str(who)}


def cards(acts: Sequence[Act]) -> Iterator[Card]:
    """Every card that is shown to the person."""
    for act in acts:
        match act:
            case Say(card) | Change(card):
                yield card
            case Picture(_, _, caption, words, _):
                yield from (caption, words)
            case Toast() | Tick() | Tell() | Menu() | Offer():
                pass


def buttons(acts: Sequence[Act]) -> Iterator[Button]:
    """Every button that is shown to the person."""
    for card in cards(acts):
        for row in card.buttons:
            yield from row


def words(acts: Sequence[Act]) -> str:
    """Everything that a person reads, whoever it is sent to."""
    told = [str(card.text) for card in cards(acts)] + [button.label for button in buttons(acts)]
    told += [act.text for act in acts if isinstance(act, Toast)]
    return "\n".join(told + [str(act.card.text) for act in acts if isinstance(act, Tell)])


async def walk(floor: Floor, who: int, begun: Sequence[str]) -> set[str]:
    """Say what begins things, press what is offered, answer what is asked; every button that was seen."""
    seen: set[str] = set()
    alike = Counter[str]()
    waiting: list[str] = []

    async def take(acts: Sequence[Act]) -> None:
        for button in buttons(acts):
            shape = re.sub(r"\d+", "#", button.data)
            if not button.data or button.data in seen:
                continue
            seen.add(button.data)
            if alike[shape] < ALIKE and not ENDS.match(button.data):
                alike[shape] += 1
                waiting.append(button.data)

    for text in begun:
        await take(await floor.say(who, text))
    for _ in range(STEPS):
        if not waiting:
            break
        await take(await floor.press(who, waiting.pop(0)))
        awaited = floor.awaits(who).partition(":")[0]
        if awaited:
            await take(await floor.say(who, TOLD.get(awaited, "机密")))
    return seen


MINE = ("person_id", "owner_id", "created_by", "by_id", "used_by", "telegram_id")
LEFT_OUT = {"receipt", "mark", "team"}


def rows_of_others(db: Database, who: int) -> dict[str, list[Any]]:
    """Every row of the database that is not of that person."""
    with Session(db.engine) as session:
        me = people.by_telegram(session, who)
        mine = {who, me.id if me else None} - {None}
        found = {}
        for name, table in SQLModel.metadata.tables.items():
            if name not in LEFT_OUT:
                rows = [dict(row._mapping) for row in session.execute(select(table))]
                found[name] = [row for row in rows if not any(row.get(column) in mine for column in MINE)]
        return found


def secrets(db: Database, owner: int) -> set[str]:
    """What nobody else may read: of a rep's customers, and whatever was said in a walk (it has 机密 in it)."""
    with Session(db.engine) as session:
        me = people.by_telegram(session, owner)
        assert me is not None
        rows = session.exec(select(Prospect).where(Prospect.owner_id == me.id)).all()
        notes = session.exec(select(Visit.note).where(Visit.person_id == me.id)).all()
    told = {
        text for row in rows for text in (row.name, row.company, row.phone, row.next_step, *row.type_why.split("\n"))
    }
    return {text for text in (*told, *notes, "机密") if len(text) > 1}


@dataclass
class Found:
    """What went wrong: what was tried, and what came out or changed."""

    leaks: list[tuple[int, str, list[str]]] = field(default_factory=list)
    changes: list[tuple[int, str]] = field(default_factory=list)


async def attack(floor: Floor, who: int, tried: Sequence[str], hidden: set[str]) -> Found:
    """Press and say everything as that person."""
    found = Found()
    before = rows_of_others(floor.db, who)
    for data in tried:
        said = data.startswith(("/", "=")) or ":" not in data
        acts = await (floor.say(who, data.removeprefix("=")) if said else floor.press(who, data))
        told = words(acts)
        if floor.awaits(who):
            told += words(await floor.say(who, "明天下午三点"))
        leaked = sorted(text for text in hidden if text in told and text not in data)
        if leaked:
            found.leaks.append((who, data, leaked))
    after = rows_of_others(floor.db, who)
    if after != before:
        names = [name for name in before if before[name] != after[name]]
        found.changes += [(who, name) for name in names]
    return found


@dataclass(frozen=True)
class Walked:
    """The floor after the walks: the buttons that a rep and a manager were shown, and what nobody else may read."""

    floor: Floor
    shown: set[str]
    managed: set[str]
    hidden: dict[int, set[str]]

    @property
    def everything(self) -> list[str]:
        """Every button."""
        return sorted(self.shown | self.managed)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory, systems: Systems) -> Iterator[Walked]:
    """The sample team with a manager of another branch, walked through once: whoever is turned away changes nothing."""
    clock = StoppedClock()
    db = open_database(f"sqlite:///{tmp_path_factory.mktemp('scope') / 'zhike.db'}")

    def fill(session: Session) -> None:
        sample.fill(session, clock.now())
        people.join(
            session,
            telegram_id=ELSEWHERE,
            name="别的主管",
            role="manager",
            team_id=people.team_named(session, "城西组").id,
            tz="Asia/Shanghai",
            push_at="08:30",
            now=clock.now(),
        )

    db.write_now(fill)
    floor = Floor(db, clock, systems)
    hidden = {who: secrets(db, who) for who in (REP, COLLEAGUE)}
    shown = asyncio.run(walk(floor, REP, [*BEGUN, *(f"/{name}" for name in COMMANDED)]))
    begun = ("/list 小李 机密", "/list 小李 A级", "/list 小周 A级")
    managed = asyncio.run(walk(floor, MANAGER, [*begun, *(f"/{name}" for name in COMMANDED)]))
    yield Walked(floor, shown, managed, hidden)
    db.close()


COMMANDED = [name for name in {**COMMANDS, **MANAGER_COMMANDS, **ADMIN_COMMANDS} if name not in FILES | {"leave"}]
NAMED = [f"/{name} 王建国" for name in COMMANDED if name not in {"invite", "new"}] + ["/transfer 刘芳 小周", "=王建国"]


def test_the_walks_meet_every_kind_of_button(walked: Walked) -> None:
    assert {data.partition(":")[0] for data in walked.everything} >= set("abdfhikmnpqrsuvwxy")
    assert len(walked.shown) > 150


@pytest.mark.parametrize("who", [COLLEAGUE, ELSEWHERE])
async def test_no_button_and_no_command_reaches_other_peoples_data(walked: Walked, who: int) -> None:
    found = await attack(walked.floor, who, [*walked.everything, *NAMED], walked.hidden[REP])

    assert found == Found()


async def test_a_rep_reaches_nothing_of_a_colleagues_by_a_managers_buttons(walked: Walked) -> None:
    theirs = walked.hidden[COLLEAGUE] - {"机密"}  # which the rep said as well
    tried = sorted(data for data in walked.managed if not ENDS.match(data))  # own customers are the rep's to give away
    found = await attack(walked.floor, REP, tried, theirs)

    assert found == Found()


async def test_somebody_unknown_is_told_how_to_get_in_and_nothing_else(walked: Walked) -> None:
    before = rows_of_others(walked.floor.db, UNKNOWN)
    told = {words(await walked.floor.press(UNKNOWN, data)) for data in walked.everything}
    told |= {words(await walked.floor.say(UNKNOWN, text)) for text in [*BEGUN, *NAMED]}

    assert told == {str(stranger().text)}
    assert rows_of_others(walked.floor.db, UNKNOWN) == before
