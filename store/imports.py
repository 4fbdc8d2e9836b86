"""Customer lists that are imported: what is kept of a list while its sender decides, and the one transaction of it.

What takes long is done by `read`, `look` and `take`, jobs for a process of their own (`handlers/aside.py`) with a
connection of its own: neither the event loop nor the writer of everybody else waits for them. `take` writes everything
in one transaction that also closes the list, so that nothing is imported by half, and nothing twice.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, bindparam, case, or_
from sqlmodel import Session, SQLModel, col, delete, insert, select, update

from knowledge import table as tables
from knowledge.cadence import Cadence
from knowledge.columns import NAME, Field
from knowledge.errors import ZhikeError
from knowledge.imports import (
    Doubles,
    Draft,
    Heading,
    Known,
    Taken,
    assigned,
    facts_on,
    find_heading,
    guess,
    outcome,
    plan_contacts,
    summary,
    taken,
    with_unread,
)
from knowledge.text import digits, key
from store.db import Database
from store.tables import ImportFile, KnownFact, Person, Prospect

KEPT_FOR = timedelta(days=3)  # that a list waits for its sender
SLICE = 500  # rows of one statement
Tell = Callable[[int, int], None]
T = TypeVar("T")


class NoHeading(ZhikeError):
    """没找到表头。第一行要写每一列是什么，例：客户、公司、电话、等级。点 /import 要一份空表照着填。"""


class NotOpen(ZhikeError):
    """这份表已经导过，或者取消了。"""


# --- rows -------------------------------------------------------------------------------------------------------------


def begin(
    session: Session, *, person_id: int, owner_id: int | None, name: str, body: bytes, told: str, now: datetime
) -> ImportFile:
    """Keep a list; one that the person left open goes, and so does whatever has waited too long."""
    old = or_(col(ImportFile.person_id) == person_id, col(ImportFile.created_at) < now - KEPT_FOR)
    session.exec(
        update(ImportFile)
        .where(col(ImportFile.state) == "open", old)
        .values(state="dropped", body=b"", told="{}", closed_at=now)
    )
    row = ImportFile(person_id=person_id, owner_id=owner_id, name=name, body=body, told=told, created_at=now)
    session.add(row)
    session.flush()
    return row


def mine(session: Session, person_id: int, file_id: int) -> ImportFile | None:
    """The list of that id, if that person sent it."""
    found = select(ImportFile).where(col(ImportFile.id) == file_id, col(ImportFile.person_id) == person_id)
    return session.exec(found).one_or_none()


def told(row: ImportFile) -> dict[str, Any]:
    """What was found in a list."""
    found: dict[str, Any] = json.loads(row.told)
    return found


def drop(session: Session, row: ImportFile, now: datetime) -> None:
    """Forget a list."""
    row.state, row.body, row.told, row.closed_at = "dropped", b"", "{}", now
    session.add(row)


def known(session: Session, owner_id: int) -> list[Known]:
    """The owner's customers, archived ones too, the oldest first."""
    found = select(Prospect.id, Prospect.name, Prospect.name_key, Prospect.phone_key)
    rows = session.exec(found.where(col(Prospect.owner_id) == owner_id).order_by(col(Prospect.id)))
    return [Known(id or 0, name, name_key, phone_key) for id, name, name_key, phone_key in rows]


# --- jobs -------------------------------------------------------------------------------------------------------------


def read(
    tell: Tell, url: str, name: str, data: bytes, fields: Mapping[str, Field], today: date, owner_id: int | None
) -> tuple[bytes, str]:
    """A file as it is kept: the table, and what was found in it.

    Raises:
        Unreadable: the file is no table that can be read.
        NoHeading: no row names the columns.
    """
    table = tables.read(name, data)
    head = find_heading(table, fields)
    if head is None:
        raise NoHeading
    columns = guess(head.cells, fields)
    with closing(Database(url)) as db:
        there = db.read_now(known, owner_id) if owner_id is not None else None
    return tables.packed(table), _json(summary(table, head, columns, fields, today, there))


def look(
    tell: Tell,
    url: str,
    file_id: int,
    fields: Mapping[str, Field],
    today: date,
    column: tuple[int, str] | None,
    owner_id: int | None,
) -> None:
    """Look at a list anew: with another field for one column, or for another owner.

    Raises:
        NotOpen: it is not waiting any more.
    """
    with closing(Database(url)) as db:
        row = db.read_now(_open, file_id)
        before, table = told(row), tables.unpacked(row.body)
        head, columns = Heading(before["heading"][0], tuple(before["heading"][1])), before["columns"]
        if column is not None:
            columns = assigned(columns, *column)
        owner = owner_id or row.owner_id
        there = db.read_now(known, owner) if owner is not None else None
        after = _json(summary(table, head, columns, fields, today, there))
        db.write_now(_looked, file_id, after, owner)


def _open(session: Session, file_id: int) -> ImportFile:
    row = session.get(ImportFile, file_id)
    if row is None or row.state != "open":
        raise NotOpen
    return row


def _looked(session: Session, file_id: int, told: str, owner_id: int | None) -> None:
    row = _open(session, file_id)
    row.told, row.owner_id = told, owner_id


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be taken of a list, and how: only rows without a fault, and what becomes of doubles."""

    file_id: int
    good_only: bool
    doubles: Doubles
    cadence: Cadence
    days: Mapping[date, bool]
    now: datetime


def take(tell: Tell, url: str, order: Order, fields: Mapping[str, Field], today: date) -> None:
    """Take a list in: one transaction.

    Raises:
        NotOpen: it was taken or dropped before; nothing happens.
    """
    with closing(Database(url)) as db:
        row = db.read_now(_open, order.file_id)
        before, table = told(row), tables.unpacked(row.body)
        head = Heading(before["heading"][0], tuple(before["heading"][1]))
        found = outcome(table, head, before["columns"], fields, today, tell)
        drafts = found.good if order.good_only else [with_unread(one) for one in found.drafts]
        plan = dict(_planned(drafts, order, today))
        db.write_now(_taken, order, drafts, plan, today, len(found.drafts) - len(drafts) + found.lost)


def _planned(drafts: Sequence[Draft], order: Order, today: date) -> Iterable[tuple[int, date | None]]:
    return ((one.row, on) for one, on in plan_contacts(drafts, order.cadence, today, order.days))


def _taken(
    session: Session, order: Order, drafts: Sequence[Draft], plan: Mapping[int, date | None], today: date, left: int
) -> None:
    """Everything that a list brings, and that it has been taken."""
    row = _open(session, order.file_id)
    if row.owner_id is None:
        raise NotOpen
    claimed = session.exec(
        update(ImportFile)
        .where(col(ImportFile.id) == order.file_id, col(ImportFile.state) == "open")
        .values(state="done", closed_at=order.now, body=b"")
        .execution_options(synchronize_session=False)
    )
    if claimed.rowcount != 1:
        raise NotOpen
    owner = session.get_one(Person, row.owner_id)
    places = taken(drafts, known(session, row.owner_id), order.doubles)
    writer = _Writer(session.connection(), row.owner_id, ZoneInfo(owner.tz), order, today)
    ids = writer.add(places.new, plan)
    writer.change(places.known)
    writer.learn([*zip(ids, places.new, strict=True), *places.known])
    session.exec(
        update(ImportFile)
        .where(col(ImportFile.id) == order.file_id)
        .values(told=_json(_result(places, left)))
        .execution_options(synchronize_session=False)
    )


def _result(places: Taken, left: int) -> dict[str, Any]:
    known = len(places.known)
    return {"new": len(places.new), "known": known, "skipped": places.skipped, "merged": places.merged, "left": left}


_TABLE = SQLModel.metadata.tables["prospect"]
_FACTS = SQLModel.metadata.tables["fact"]
_JUDGED = ("type_id", "type_p", "type_by", "type_why", "type_at")  # filled or replaced together
_KEPT = frozenset(["paused", "status"])  # not touched where only blanks are filled


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes drafts as rows of one owner, past the session: ten thousand objects would take their time."""

    connection: Connection
    owner_id: int
    zone: ZoneInfo
    order: Order
    today: date

    def add(self, drafts: Sequence[Draft], plan: Mapping[int, date | None]) -> list[int]:
        """New customers; their ids, in the order of the drafts."""
        ids: list[int] = []
        statement = insert(_TABLE).returning(_TABLE.c.id, sort_by_parameter_order=True)
        for some in _slices(drafts):
            rows = [_NEW | self.values(one) | self._made(one, plan[one.row]) for one in some]
            ids.extend(self.connection.execute(statement, rows).scalars())
        return ids

    def _made(self, draft: Draft, on: date | None) -> dict[str, Any]:
        return {
            "owner_id": self.owner_id,
            "name_key": draft.name_key,
            "next_contact_on": on,
            "created_at": self.order.now,
            "updated_at": self.order.now,
        }

    def values(self, draft: Draft) -> dict[str, Any]:
        """What a draft tells, by column."""
        told = {name: value for name, value in draft.told.items() if name in _TABLE.c}
        if "phone" in told:
            told["phone_key"] = digits(told["phone"])
        for name in ("last_contact_at", "type_at"):
            if name in told:
                told[name] = told[name].replace(tzinfo=self.zone)
        if "type_id" not in told:
            return {name: value for name, value in told.items() if name not in _JUDGED}
        sure = told.setdefault("type_p", 1.0)
        judged = {"type_by": "corrected" if sure == 1 else "inferred", "type_why": "", "type_at": self.order.now}
        return judged | told

    def change(self, drafts: Iterable[tuple[int, Draft]]) -> None:
        """Customers on record: blanks filled, or everything that a draft tells put in its place."""
        over = self.order.doubles is Doubles.OVER
        groups: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for id, draft in drafts:
            told = {name: value for name, value in self.values(draft).items() if over or name not in _KEPT | {NAME}}
            if over:
                told["name_key"] = key(told[NAME])
            if told:
                row = {f"new_{name}": value for name, value in told.items()}
                groups[tuple(sorted(told))].append(row | {"which": id, "now": self.order.now})
        for names, rows in groups.items():
            changed = {name: self._changed(name, over=over) for name in names}
            statement = (
                update(_TABLE)
                .where(_TABLE.c.id == bindparam("which"), _TABLE.c.owner_id == self.owner_id)
                .values({**changed, "updated_at": bindparam("now", type_=_TABLE.c.updated_at.type)})
            )
            self.connection.execute(statement, rows)

    def _changed(self, name: str, *, over: bool) -> ColumnElement[Any]:
        new = bindparam(f"new_{name}", type_=_TABLE.c[name].type)
        if over:
            return new
        decisive = _TABLE.c.type_id if name in _JUDGED else _TABLE.c.phone if name == "phone_key" else _TABLE.c[name]
        blank = decisive.is_(None) if decisive.nullable else decisive == ""
        return case((blank, new), else_=_TABLE.c[name])

    def learn(self, drafts: Sequence[tuple[int, Draft]]) -> None:
        """The facts of customers; what is known already stays, unless it is to be replaced."""
        facts = [
            (id, fact, value, facts_on(draft, self.today))
            for id, draft in drafts
            for fact, value in draft.facts.items()
        ]
        there = self._known_facts()
        if self.order.doubles is Doubles.OVER:
            again = [{"which": id, "what": fact} for id, fact, *_ in facts if (id, fact) in there]
            gone = delete(_FACTS).where(_FACTS.c.prospect_id == bindparam("which"), _FACTS.c.fact == bindparam("what"))
            if again:
                self.connection.execute(gone, again)
        else:
            facts = [row for row in facts if (row[0], row[1]) not in there]
        for some in _slices(facts):
            self.connection.execute(insert(_FACTS), [_fact(*row) for row in some])

    def _known_facts(self) -> set[tuple[int, str]]:
        found = (
            select(KnownFact.prospect_id, KnownFact.fact)
            .join(Prospect, col(Prospect.id) == col(KnownFact.prospect_id))
            .where(col(Prospect.owner_id) == self.owner_id)
        )
        return {(id, fact) for id, fact in self.connection.execute(found)}


_NEW: dict[str, Any] = {
    "company": "",
    "phone": "",
    "phone_key": "",
    "wechat": "",
    "notes": "",
    "next_step": "",
    "grade": "",
    "status": "active",
    "type_id": "",
    "type_p": 0.0,
    "type_by": "",
    "type_why": "",
    "type_at": None,
    "last_contact_at": None,
    "every_days": None,
    "paused": False,
}


def _fact(id: int, fact: str, value: Any, on: date) -> dict[str, Any]:
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    written = json.dumps(value, ensure_ascii=False)
    return {"prospect_id": id, "fact": fact, "value": written, "number": number, "at": on}


def _slices(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[at : at + SLICE] for at in range(0, len(rows), SLICE))


def value(text: str) -> Any:
    """A value that is kept as JSON."""
    return json.loads(text)


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
