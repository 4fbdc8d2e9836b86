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
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, case, func, or_
from sqlmodel import Session, SQLModel, col, delete, insert, select, update

from knowledge import table as tables
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
from knowledge.standing import Rhythms
from knowledge.text import digits, key
from store.db import Database
from store.facts import written
from store.quick import Quick
from store.tables import ImportFile, KnownFact, Person, Prospect

KEPT_FOR = timedelta(days=3)  # that a list waits for its sender
TRIES = 5
Tell = Callable[[int, int], None]


class NoHeading(ZhikeError):
    """没找到表头。第一行要写每一列是什么，例：客户、公司、电话、等级。点 /import 要一份空表照着填。"""


class NotOpen(ZhikeError):
    """这份表已经导过，或者取消了。"""


class Moving(ZhikeError):
    """这位销售的客户这会儿一直在变，没有导。过一会儿再点一次。"""


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
    return tables.packed(table), _json(summary(table, head, columns, fields, today, there, tell))


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
        after = _json(summary(table, head, columns, fields, today, there, tell))
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
    rhythms: Rhythms
    days: Mapping[date, bool]
    now: datetime


def take(tell: Tell, url: str, order: Order, fields: Mapping[str, Field], today: date) -> None:
    """Take a list in: one transaction.

    On SQLite nobody else can write meanwhile. So everything is made ready before it, and the transaction itself only
    looks whether that still holds: the owner's customers are as they were.

    Raises:
        NotOpen: it was taken or dropped before; nothing happens.
        Moving: the owner's customers would not hold still.
    """
    with closing(Database(url)) as db:
        row = db.read_now(_open, order.file_id)
        before, table = told(row), tables.unpacked(row.body)
        head = Heading(before["heading"][0], tuple(before["heading"][1]))
        found = outcome(table, head, before["columns"], fields, today, tell)
        drafts = found.good if order.good_only else [with_unread(one) for one in found.drafts]
        left = len(found.drafts) - len(drafts) + found.lost
        plan = {one.row: on for one, on in plan_contacts(drafts, order.rhythms, today, order.days)}
        for _ in range(TRIES):
            writing = db.read_now(made_ready, order, drafts, plan, today, left)
            if db.write_now(writing.write):
                return
        raise Moving


def _mark(session: Session, owner_id: int) -> tuple[Any, ...]:
    """What changes when a customer of the owner does, or comes to have another fact."""
    theirs = col(Prospect.owner_id) == owner_id
    rows = select(func.count(), func.max(Prospect.id), func.max(Prospect.updated_at)).where(theirs)
    facts = select(func.count(), func.max(KnownFact.id)).join(Prospect, col(Prospect.id) == col(KnownFact.prospect_id))
    return (*session.exec(rows).one(), *session.exec(facts.where(theirs)).one())


def made_ready(
    session: Session, order: Order, drafts: Sequence[Draft], plan: Mapping[int, date | None], today: date, left: int
) -> "Writing":
    """Everything that a list brings, as it is to be written."""
    row = _open(session, order.file_id)
    if row.owner_id is None:
        raise NotOpen
    mark = _mark(session, row.owner_id)  # first: what comes while the rest is read is noticed
    owner = session.get_one(Person, row.owner_id)
    places = taken(drafts, known(session, row.owner_id), order.doubles)
    values = _Values(row.owner_id, ZoneInfo(owner.tz), order, today, plan)
    new, facts = [values.new(one) for one in places.new], _facts_of(session, row.owner_id)
    learnt = [(at, fact) for at, one in enumerate(places.new) for fact in values.facts(one)]
    told = [(id, fact) for id, one in places.known for fact in values.facts(one)]
    over = order.doubles is Doubles.OVER
    stale = [{"which": id, "what": fact["fact"]} for id, fact in told if over and (id, fact["fact"]) in facts]
    kept = [{**fact, "prospect_id": id} for id, fact in told if over or (id, fact["fact"]) not in facts]
    dialect = session.connection().dialect
    _ADD.ready(dialect, new)
    _LEARN.ready(dialect, [*(fact for _, fact in learnt), *kept])
    changes = []
    for statement, rows in values.changes(places.known):
        statement.ready(dialect, rows)
        changes.append((statement, rows))
    result = _json(_result(places, left))
    return Writing(order, row.owner_id, mark, result, new, learnt, kept, stale, changes)


@dataclass(frozen=True, slots=True)
class Writing:
    """What is to be written, ready for the driver. `learnt` are facts of new customers, by their place among them."""

    order: Order
    owner_id: int
    mark: tuple[Any, ...]
    result: str
    new: list[dict[str, Any]]
    learnt: list[tuple[int, dict[str, Any]]]
    kept: list[dict[str, Any]]
    stale: list[dict[str, Any]]
    changes: list[tuple[Quick, list[dict[str, Any]]]]

    def write(self, session: Session) -> bool:
        """Write it, and that the list has been taken; False if the owner's customers have changed meanwhile.

        Raises:
            NotOpen: somebody was faster.
        """
        if _mark(session, self.owner_id) != self.mark:
            return False
        claimed = session.exec(
            update(ImportFile)
            .where(col(ImportFile.id) == self.order.file_id, col(ImportFile.state) == "open")
            .values(state="done", closed_at=self.order.now, body=b"", told=self.result)
            .returning(col(ImportFile.id))
        )
        if claimed.first() is None:
            raise NotOpen
        for row, id in zip(self.new, _ids(session, len(self.new)), strict=True):
            row["id"] = id
        learnt = [fact | {"prospect_id": self.new[at]["id"]} for at, fact in self.learnt]
        for statement, rows in (
            (_ADD, self.new),
            *self.changes,
            (_FORGET, self.stale),
            (_LEARN, [*learnt, *self.kept]),
        ):
            if rows:
                statement.many(session, rows)
        return True


def _ids(session: Session, count: int) -> Iterable[int]:
    """So many ids for new customers."""
    if session.connection().dialect.name == "sqlite":  # nobody else writes until this transaction ends
        last = session.exec(select(func.max(Prospect.id))).one() or 0
        return range(last + 1, last + count + 1)
    sequence = func.pg_get_serial_sequence("prospect", "id")
    return list(session.exec(select(func.nextval(sequence)).select_from(func.generate_series(1, count).alias())))


def _facts_of(session: Session, owner_id: int) -> set[tuple[int, str]]:
    found = select(KnownFact.prospect_id, KnownFact.fact).join(Prospect, col(Prospect.id) == col(KnownFact.prospect_id))
    return set(session.exec(found.where(col(Prospect.owner_id) == owner_id)).all())


def _result(places: Taken, left: int) -> dict[str, Any]:
    known = len(places.known)
    return {"new": len(places.new), "known": known, "skipped": places.skipped, "merged": places.merged, "left": left}


_TABLE = SQLModel.metadata.tables["prospect"]
_FACTS = SQLModel.metadata.tables["fact"]
_ADD = Quick(
    insert(_TABLE).values({column.name: bindparam(column.name, type_=column.type) for column in _TABLE.columns})
)
_LEARN = Quick(
    insert(_FACTS).values({name: bindparam(name) for name in ("prospect_id", "fact", "value", "number", "at")})
)
_FORGET = Quick(delete(_FACTS).where(_FACTS.c.prospect_id == bindparam("which"), _FACTS.c.fact == bindparam("what")))
_JUDGED = ("type_id", "type_p", "type_by", "type_why", "type_at")  # filled or replaced together
_KEPT = frozenset(["paused", "status"])  # not touched where only blanks are filled


@dataclass(frozen=True, slots=True)
class _Values:
    """What drafts come to as rows of one owner."""

    owner_id: int
    zone: ZoneInfo
    order: Order
    today: date
    plan: Mapping[int, date | None]

    def new(self, draft: Draft) -> dict[str, Any]:
        """A new customer; the id comes later."""
        made = {
            "owner_id": self.owner_id,
            "name_key": draft.name_key,
            "next_contact_on": self.plan[draft.row],
            "created_at": self.order.now,
            "updated_at": self.order.now,
        }
        return _NEW | self._told(draft) | made

    def _told(self, draft: Draft) -> dict[str, Any]:
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

    def changes(self, drafts: Iterable[tuple[int, Draft]]) -> Iterator[tuple[Quick, list[dict[str, Any]]]]:
        """Customers on record: blanks filled, or everything that a draft tells put in its place."""
        over = self.order.doubles is Doubles.OVER
        groups: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for id, draft in drafts:
            told = {name: value for name, value in self._told(draft).items() if over or name not in _KEPT | {NAME}}
            if over:
                told["name_key"] = key(told[NAME])
            if told:
                row = {f"new_{name}": value for name, value in told.items()}
                row |= {"which": id, "whose": self.owner_id, "now": self.order.now}
                groups[tuple(sorted(told))].append(row)
        for names, rows in groups.items():
            changed = {name: _changed(name, over=over) for name in names}
            statement = (
                update(_TABLE)
                .where(_TABLE.c.id == bindparam("which"), _TABLE.c.owner_id == bindparam("whose"))
                .values({**changed, "updated_at": bindparam("now", type_=_TABLE.c.updated_at.type)})
            )
            yield Quick(statement), rows

    def facts(self, draft: Draft) -> Iterator[dict[str, Any]]:
        """What a draft tells of facts; whose they are comes later."""
        on = facts_on(draft, self.today)
        for fact, value in draft.facts.items():
            number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
            yield {"fact": fact, "value": written(value), "number": number, "at": on}


def _changed(name: str, *, over: bool) -> ColumnElement[Any]:
    """A column's new value; unless it is to be replaced, only where there is none."""
    new = bindparam(f"new_{name}", type_=_TABLE.c[name].type)
    if over:
        return new
    decisive = _TABLE.c.type_id if name in _JUDGED else _TABLE.c.phone if name == "phone_key" else _TABLE.c[name]
    blank = decisive.is_(None) if decisive.nullable else decisive == ""
    return case((blank, new), else_=_TABLE.c[name])


_NEW: dict[str, Any] = {
    "owned_at": None,
    "pooled_at": None,
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


def value(text: str) -> Any:
    """A value that is kept as JSON."""
    return json.loads(text)


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
