"""From a table to customers: which row is the heading, what each column is, and what every row says.

Nothing is lost on the way: a cell that does not fit its column is named by row and column, and its text goes into the
customer's notes. Nothing here knows the database; who is on record already is an argument.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from knowledge.cadence import Rhythm
from knowledge.calendar import working_from
from knowledge.columns import (
    COMPANY,
    FACTS_ON,
    LONGEST,
    NAME,
    NOT_TAKEN,
    NOTES,
    Field,
    Reading,
    Unfit,
    factor,
    heading,
    meant,
    named,
    short,
    value,
)
from knowledge.numbers import About
from knowledge.plan import window
from knowledge.rules import Value
from knowledge.standing import Rhythms
from knowledge.table import FORMULA, Cell, Row, Table
from knowledge.text import digits, key, legible, printable

TOLD_EVERY = 1000  # rows
HEADING_WITHIN = 15  # rows: titles and remarks may stand above the heading
EXAMPLE = "例："  # begins the name of a row of the template, which is not taken
_SUMS = frozenset(["合计", "总计", "小计", "共计", "汇总"])


class Doubles(StrEnum):
    """What becomes of a row whose customer is there already."""

    FILL = "fill"  # what is blank on record is filled in
    OVER = "over"  # what the row says replaces what is on record
    SKIP = "skip"
    NEW = "new"
    APART = "apart"  # as FILL, but the same name with another telephone number is another customer


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the heading is (the number of its last row), and what stands in it."""

    row: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that does not fit its column; without a column the whole row."""

    row: int
    column: str
    why: str


@dataclass(slots=True)
class Draft:
    """A customer as a row has it: what it says by field, facts apart. Local times, without a zone.

    `unread` are cells that did not fit, as (heading, text); `rough` those that stand for a range, as (heading, text,
    fact).
    """

    row: int
    told: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Value] = field(default_factory=dict)
    unread: list[tuple[str, str]] = field(default_factory=list)
    rough: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def name_key(self) -> str:
        """The name in its comparable form."""
        return key(self.told[NAME])

    @property
    def phone_key(self) -> str:
        """The telephone number in its comparable form, "" for none."""
        return digits(self.told.get("phone", ""))


@dataclass(frozen=True, slots=True)
class Known:
    """A customer on record."""

    id: int
    name: str
    name_key: str
    phone_key: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rows of a table come to. `left` rows are sums and the template's examples."""

    drafts: list[Draft]
    faults: list[Fault]
    lost: int  # rows that cannot be taken, since nobody is named in them
    left: int

    @property
    def good(self) -> list[Draft]:
        """Those without a fault."""
        return [one for one in self.drafts if not one.unread]


# --- the heading ------------------------------------------------------------------------------------------------------


def find_heading(table: Table, fields: Mapping[str, Field]) -> Heading | None:
    """The row among the first ones that names most columns; None where none names any.

    A heading of two rows, as merged cells make it (联系方式 over 电话 and 微信), is taken together.
    """
    names = named(fields)
    best: tuple[int, Heading] | None = None
    rows = table.rows[:HEADING_WITHIN]
    for at, (number, cells) in enumerate(rows):
        one = Heading(number, tuple(map(_line, cells)))
        below = rows[at + 1] if at + 1 < len(rows) else None
        for made in (one, _two(one, below, names) if below else None):
            count = _count(made.cells, names) if made else 0
            if made and count and (best is None or count > best[0]):
                best = count, made
    return best[1] if best else None


def _line(cell: Cell) -> str:
    return printable(str(cell), 40)


def _count(cells: Sequence[str], names: Mapping[str, str]) -> int:
    return len({found[1] for cell in cells if cell and (found := meant(cell, names))})


def _two(above: Heading, below: Row, names: Mapping[str, str]) -> Heading | None:
    """Both rows as one heading, where everything in the lower one is the name of a column."""
    number, lower = below
    if not all(heading(cell) in names for cell in lower if cell != ""):
        return None
    width = max(len(above.cells), len(lower))
    upper, under = ([*cells, *[""] * (width - len(cells))] for cells in (above.cells, list(map(_line, lower))))
    return Heading(number, tuple(below or above for above, below in zip(upper, under, strict=True)))


def guess(cells: Sequence[str], fields: Mapping[str, Field]) -> list[str]:
    """The field of each column, "" for none: the best name gets it, of equals the first column."""
    names = named(fields)
    found = [meant(cell, names) if cell else None for cell in cells]
    taken: dict[str, int] = {}
    for at in sorted((at for at, one in enumerate(found) if one), key=lambda at: (found[at] or (9,))[0]):
        id = (found[at] or (0, ""))[1]
        if id in {NOTES, NOT_TAKEN}:
            continue
        taken.setdefault(id, at)
    columns = ["" for _ in cells]
    for at, one in enumerate(found):
        if one and (one[1] in {NOTES, NOT_TAKEN} or taken.get(one[1]) == at):
            columns[at] = one[1]
    _firm_and_person(cells, columns)
    return columns


def _firm_and_person(cells: Sequence[str], columns: list[str]) -> None:
    """客户名称 beside 联系人 is the firm; a firm alone is what the customer is called."""
    persons = [at for at, cell in enumerate(cells) if heading(cell) in {"联系人", "联系人姓名"} and not columns[at]]
    if COMPANY not in columns and NAME in columns and persons:
        columns[columns.index(NAME)], columns[persons[0]] = COMPANY, NAME
    elif NAME not in columns and COMPANY in columns:
        columns[columns.index(COMPANY)] = NAME


def assigned(columns: Sequence[str], at: int, id: str) -> list[str]:
    """The columns with another field for one of them; a field other than the notes is that of one column only."""
    others = ["" if one == id and id not in {NOTES, NOT_TAKEN} else one for one in columns]
    return [*others[:at], id, *others[at + 1 :]]


# --- the rows ---------------------------------------------------------------------------------------------------------


def below(table: Table, head: Heading) -> list[Row]:
    """The rows under the heading."""
    return [row for row in table.rows if row[0] > head.row]


def outcome(
    table: Table,
    head: Heading,
    columns: Sequence[str],
    fields: Mapping[str, Field],
    today: date,
    tell: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Every row under the heading as a customer; `tell` hears how many of how many are done, now and then."""
    whole = Outcome([], [], 0, 0)
    lost = left = 0
    plan = [
        (at, head.cells[at], fields[id], _how(table, head.cells[at], today))
        for at, id in enumerate(columns)
        if id in fields
    ]
    rows = below(table, head)
    for done, (number, cells) in enumerate(rows, start=1):
        if tell and done % TOLD_EVERY == 0:
            tell(done, len(rows))
        draft = _draft(number, cells, plan, whole.faults)
        said = draft.told.get(NAME, "")
        if not said:
            lost += 1
            whole.faults.append(Fault(number, "", "没有称呼，导不了"))
        elif said in _SUMS or said.startswith(EXAMPLE):
            left += 1
        else:
            whole.drafts.append(draft)
    return Outcome(whole.drafts, whole.faults, lost, left)


def _how(table: Table, title: str, today: date) -> Reading:
    return Reading(today, table.since_1904, factor(title))


def _draft(
    number: int, cells: Sequence[Cell], plan: Sequence[tuple[int, str, Field, Reading]], faults: list[Fault]
) -> Draft:
    draft, notes = Draft(number), list[str]()
    for at, title, one, how in plan:
        cell = cells[at] if at < len(cells) else ""
        if cell == "":
            continue
        try:
            told = value(one, cell, how)
        except Unfit as unfit:
            faults.append(Fault(number, title, str(unfit)))
            draft.unread.append((title, "" if cell == FORMULA else legible(str(cell))[: LONGEST[NOTES]]))
            continue
        if told is None or told == "":
            continue
        if one.kind == "notes":
            own = heading(title) in {heading(name) for name in (one.zh, *one.names)}
            notes.append(str(told) if own else f"{title}：{told}")
        elif one.kind in {"fact", "told"}:
            draft.facts[one.id] = told.isoformat() if isinstance(told, date) else told
            if isinstance(told, About):
                draft.rough.append((title, short(str(cell)), one.id))
        else:
            draft.told[one.id] = told
    if notes:
        draft.told[NOTES] = "\n".join(notes)[: LONGEST[NOTES]]
    if NAME not in draft.told and COMPANY in draft.told:
        draft.told[NAME] = draft.told[COMPANY][: LONGEST[NAME]]
    return draft


def with_unread(draft: Draft) -> Draft:
    """The draft with what did not fit among its notes."""
    lost = "；".join(f"{title}：{text}" for title, text in draft.unread if text)
    if not lost:
        return draft
    notes = "\n".join(filter(None, (draft.told.get(NOTES, ""), f"（导入时没认出）{lost}")))
    return Draft(draft.row, {**draft.told, NOTES: notes[: LONGEST[NOTES]]}, draft.facts, [])


# --- who is there already ---------------------------------------------------------------------------------------------


class Register:
    """Customers by telephone number and by name: those on record, then rows as they are taken."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._phones: dict[str, Known] = {}
        self._names: dict[str, list[Known]] = {}
        for one in known:
            self.add(one)

    def add(self, one: Known) -> None:
        """One more; of several with the same number or name the first is found."""
        if one.phone_key:
            self._phones.setdefault(one.phone_key, one)
        self._names.setdefault(one.name_key, []).append(one)

    def same(self, draft: Draft, *, apart: bool = False) -> Known | None:
        """Who has the same telephone number or, failing that, the same name.

        With `apart` the same name with another telephone number is somebody else.
        """
        if draft.phone_key in self._phones and draft.phone_key:
            return self._phones[draft.phone_key]
        for one in self._names.get(draft.name_key, ()):
            if not (apart and other_number(draft, one)):
                return one
        return None


def other_number(draft: Draft, one: Known) -> bool:
    """Whether both have a telephone number, and not the same."""
    return bool(draft.phone_key and one.phone_key and draft.phone_key != one.phone_key)


@dataclass(frozen=True, slots=True)
class Taken:
    """What is to be done: new customers, and drafts for those on record (with the customer's id)."""

    new: list[Draft]
    known: list[tuple[int, Draft]]
    skipped: int
    merged: int  # rows that went into another row of the same table


def taken(drafts: Sequence[Draft], known: Iterable[Known], doubles: Doubles) -> Taken:
    """Where each row goes. Rows of the same customer within a table are treated like one that is on record."""
    if doubles is Doubles.NEW:
        return Taken(list(drafts), [], 0, 0)
    register = Register(known)
    rows: dict[int, Draft] = {}  # drafts by the negative number under which the register has them
    onto: dict[int, Draft] = {}  # drafts for customers on record
    skipped = merged = 0
    for draft in drafts:
        same = register.same(draft, apart=doubles is Doubles.APART)
        if same is None:
            id = -len(rows) - 1
            rows[id] = draft
            register.add(Known(id, draft.told[NAME], draft.name_key, draft.phone_key))
        elif doubles is Doubles.SKIP:
            skipped += 1
        else:
            place = rows if same.id < 0 else onto
            merged += same.id in place
            before = place.get(same.id)
            place[same.id] = joined(before, draft, doubles) if before else draft
    return Taken(list(rows.values()), list(onto.items()), skipped, merged)


def joined(first: Draft, second: Draft, doubles: Doubles) -> Draft:
    """Two rows of one customer as one: what the first says counts, or (OVER) what the second says."""
    low, high = (first, second) if doubles is Doubles.OVER else (second, first)
    return Draft(
        first.row, {**low.told, **high.told, NAME: first.told[NAME]}, {**low.facts, **high.facts}, list(first.unread)
    )


@dataclass(frozen=True, slots=True)
class Met:
    """Rows whose customer is there already: how many by number, by name, by name with another number; some by name."""

    phone: int
    name: int
    namesake: int
    within: int  # of them with another row of the same table
    some: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many in all."""
        return self.phone + self.name + self.namesake


def met(drafts: Sequence[Draft], known: Iterable[Known], most: int = 5) -> Met:
    """Who is there already."""
    register = Register(known)
    counts = Counter[str]()
    some = list[str]()
    for draft in drafts:
        same = register.same(draft)
        if same is None:
            register.add(Known(-draft.row, draft.told[NAME], draft.name_key, draft.phone_key))
            continue
        how = "phone" if same.phone_key and same.phone_key == draft.phone_key else "name"
        how = "namesake" if how == "name" and other_number(draft, same) else how
        counts[how] += 1
        counts["within"] += same.id < 0
        if len(some) < most:
            where = f"和第 {-same.id} 行" if same.id < 0 else f"和已有的“{short(same.name)}”"
            why = {"phone": "电话一样", "name": "同名", "namesake": "同名，电话不一样"}[how]
            some.append(f"第 {draft.row} 行 {short(draft.told[NAME])}：{where}{why}")
    return Met(counts["phone"], counts["name"], counts["namesake"], counts["within"], tuple(some))


# --- the next contact -------------------------------------------------------------------------------------------------


def plan_contacts(
    drafts: Collection[Draft], rhythms: Rhythms, today: date, days: Mapping[date, bool]
) -> Iterator[tuple[Draft, date | None]]:
    """The next contact of each: as the row says; else by the rhythm from the last one.

    Those whose day would be today or past are spread over the days of their rhythm, so that hundreds of customers that
    came at once are not all due at once. Archived and paused customers have none.
    """
    resting = {id(one) for one in drafts if one.told.get("status") == "archived" or one.told.get("paused")}
    late = Counter[int]()
    found: dict[int, date | None] = {}
    waiting: dict[int, list[Draft]] = {}
    for one in drafts:
        told, last = one.told.get("next_contact_on"), one.told.get("last_contact_at")
        found[id(one)] = told
        if told is not None or id(one) in resting:
            continue
        rhythm = _rhythm(one, rhythms, today)
        on = window(_day(last), rhythm, days)[0] if last else None
        if on is not None and on > today:
            found[id(one)] = on
        else:
            waiting.setdefault(rhythm.ideal, []).append(one)
    for ideal, group in waiting.items():
        for one in group:
            late[ideal] += 1
            ahead = max(1, round(ideal * late[ideal] / len(group)))
            found[id(one)] = working_from(today + timedelta(days=ahead), days)
    return ((one, found[id(one)]) for one in drafts)


def _rhythm(draft: Draft, rhythms: Rhythms, today: date) -> Rhythm:
    told, on = draft.told, facts_on(draft, today)
    known = {fact: (value, on) for fact, value in draft.facts.items()}
    return rhythms.rhythm(told.get("grade", ""), told.get("every_days"), known, told.get("type_id", ""), today)


def _day(at: datetime) -> date:
    return at.date()


def facts_on(draft: Draft, today: date) -> date:
    """Since when the facts of a row are known: as it says, but not after today."""
    told: date = draft.told.get(FACTS_ON, today)
    return min(told, today)


# --- in short ---------------------------------------------------------------------------------------------------------

FAULTS_KEPT = 60
FIRST = 3
_SHOWN = (NAME, COMPANY, "phone", "grade", "type_id")


def summary(
    table: Table,
    head: Heading,
    columns: Sequence[str],
    fields: Mapping[str, Field],
    today: date,
    known: Iterable[Known] | None,
    tell: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """What a table comes to, as plain values for JSON; `known` is None while nobody said whose customers they are."""
    found = outcome(table, head, columns, fields, today, tell)
    rough = [(one, *cell) for one in found.drafts for cell in one.rough]
    return {
        "heading": [head.row, list(head.cells)],
        "columns": list(columns),
        "rows": len(found.drafts),
        "good": len(found.good),
        "lost": found.lost,
        "left": found.left,
        "faults": [[one.row, one.column, one.why] for one in found.faults[:FAULTS_KEPT]],
        "fault_count": len(found.faults),
        "rough": [
            [title, text, fact.said(draft.facts[id])]
            for draft, title, text, id in rough[:FIRST]
            if (fact := fields[id].fact)
        ],
        "rough_count": len(rough),
        "first": [_shown(one, fields) for one in found.drafts[:FIRST]],
        "others": list(table.others),
        "met": asdict(met(found.drafts, known)) if known is not None else None,
    }


def _shown(draft: Draft, fields: Mapping[str, Field]) -> list[str]:
    words = ((id, str(draft.told.get(id, ""))) for id in _SHOWN)
    return [short(fields[id].shown.get(text, text)) for id, text in words if text]
