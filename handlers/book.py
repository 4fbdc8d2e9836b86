"""The workbook of an export: rows of the store in the words of `cards/workbook.py`. It knows no Telegram.

`zhike export` writes it in its own process, `/export` as a job of `handlers/aside.py`.
"""

import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from functools import partial
from types import SimpleNamespace
from typing import Any, BinaryIO

from sqlmodel import Session

from cards import exports as words
from cards import workbook
from cards.prospects import gone
from cards.quizzes import names
from cards.workbook import Book, Column, Counted
from knowledge import interview, questionnaire
from knowledge.cadence import GRADES
from knowledge.columns import Field, written
from knowledge.complaints import load_handling
from knowledge.errors import ZhikeError
from knowledge.facets import facet, shares
from knowledge.systems import Systems, load_systems
from knowledge.tree import DATA, Source
from store import exports, facts, imports
from store import people as members
from store.db import Database
from store.exports import One, Query, Scope

MOST_SENT = 49 << 20  # bytes that Telegram takes from a bot, with room for what goes around them
TOLD_EVERY = 500  # customers
REVENUE, ABC = "revenue", "abc_value"
MANY = 12  # types in the chart
Tell = Callable[[int, int], None]
Facts = Mapping[str, tuple[Any, date]]


class Stranger(ZhikeError):
    """只有团队成员能导出。"""


def template(tell: Tell, fields: Mapping[str, Field]) -> bytes:  # noqa: ARG001 - jobs have one signature
    """The empty list, as a job."""
    return workbook.template(fields)


def one(
    tell: Tell,  # noqa: ARG001 - jobs have one signature
    url: str,
    telegram_id: int,
    prospect_id: int,
    fields: Mapping[str, Field],
    files: Source = DATA,
) -> bytes:
    """Everything about one customer whom that member may see, as a job.

    Raises:
        ZhikeError: they are no member, or may not see the customer.
    """
    systems, out = load_systems(files), io.BytesIO()

    def read(session: Session) -> int:
        found = exports.scope_of(session, telegram_id)
        if found is None:
            raise Stranger
        _, scope = found
        return write(session, One(prospect_id, scope), out, systems, fields)

    with closing(Database(url)) as db:
        if not db.read_now(read):
            raise ZhikeError(gone())
    return out.getvalue()


def export(
    tell: Tell, url: str, telegram_id: int, fields: Mapping[str, Field], files: Source = DATA
) -> tuple[bytes, int, int | None]:
    """What that member may see, as a job: the file, how many customers, of how many people (None: everybody's).

    Raises:
        ZhikeError: they are no member, or the file is more than Telegram takes.
    """
    systems, out = load_systems(files), io.BytesIO()

    def read(session: Session) -> tuple[int, int | None]:
        found = exports.scope_of(session, telegram_id)
        if found is None:
            raise Stranger
        person, scope = found
        count = write(session, scope, out, systems, fields, tell, me=person.id)
        return count, None if scope is None else members.active(session, scope)

    with closing(Database(url)) as db:
        count, people = db.read_now(read)
    if out.tell() > MOST_SENT:
        raise ZhikeError(words.too_large())
    return out.getvalue(), count, people


def write(
    session: Session,
    scope: Scope,
    out: BinaryIO,
    systems: Systems,
    fields: Mapping[str, Field],
    tell: Tell | None = None,
    *,
    me: int | None = None,
) -> int:
    """Write a workbook of everything within `scope`; how many customers."""
    book = Book()
    known = _facts(session, scope)
    told = [id for id in fields if any(id in one for one in known.values())]
    tally = _Tally(fields)
    columns = [Column("编号", 7, id), Column("负责人", 10, id), *workbook.customer_heads(fields, told)]
    count = book.add("客户", columns, _customers(session, scope, known, told, fields, tally, tell))
    own = {"quizzes": partial(exports.quizzes, me=me), "reminders": partial(exports.reminders, me=me)}
    queries: dict[str, Query] = {**exports.QUERIES, **own}
    for sheet in workbook.SHEETS:
        rows = queries[sheet.key](session, scope)
        shown = _SHOWN.get(sheet.key)
        found = (shown(row, systems, fields) if shown else row for row in rows)
        book.add(sheet.title, sheet.columns, ([column.cell(row) for column in sheet.columns] for row in found))
    book.charts(tally.counted(systems))
    book.save(out)
    return count


def _facts(session: Session, scope: Scope) -> dict[int, dict[str, tuple[Any, date]]]:
    found: defaultdict[int, dict[str, tuple[Any, date]]] = defaultdict(dict)
    for row in exports.facts(session, scope):
        found[row.customer][row.fact] = (facts.read(row.value), row.at)
    return found


def _customers(
    session: Session,
    scope: Scope,
    facts: Mapping[int, Facts],
    told: Sequence[str],
    fields: Mapping[str, Field],
    tally: "_Tally",
    tell: Tell | None,
) -> Iterator[list[Any]]:
    total = exports.count(session, scope)
    for done, (row, owner) in enumerate(exports.customers(session, scope), start=1):
        known = facts.get(row.id, {})
        tally.add(row, known)
        if tell and done % TOLD_EVERY == 0:
            tell(done, total)
        yield workbook.customer(row, owner, known, told, fields)


# --- rows in words ----------------------------------------------------------------------------------------------------


def _quiz(row: Any, systems: Systems, fields: Mapping[str, Field]) -> Any:  # noqa: ARG001 - rows have one signature
    told = {"test_zh": row.system, "result_zh": "", "sums_zh": ""}
    found = systems.test(row.system)
    if found is not None:
        system, test = found
        sheet = questionnaire.restore(imports.value(row.answers), test)
        result = questionnaire.score(test, sheet, "customer" if row.customer else "self")
        sums = "，".join(f"{test.sums[one.id]} {one.points}" for one in result.sums)
        told = {"test_zh": system.zh, "result_zh": names(result, system), "sums_zh": sums}
    return SimpleNamespace(**row._mapping, **told)


def _judgement(row: Any, systems: Systems, fields: Mapping[str, Field]) -> Any:  # noqa: ARG001
    """An interview with the words that were said; without a rep's own word, with what it came to."""
    state = imports.value(row.state)
    system = systems[row.system] if row.system in systems else None  # noqa: SIM401 - Systems is no dict
    said, sure = row.said, row.said_p
    texts = [text for _, _, text in state["turns"] if text]
    if system is not None and not said:
        belief = interview.belief(interview.restore(state, system), system)
        said, sure = (belief.top, belief.sure) if belief.enough else ("", None)

    def zh(id: str | None) -> str:
        return system.types[id].zh if system is not None and id is not None and id in system.types else id or ""

    values = dict(row._mapping) | {"said_p": sure}
    answers = sum(1 for *_, text in state["turns"] if not text)
    more = {"system_zh": system.zh if system else row.system, "texts": "\n".join(texts), "answers": answers}
    return SimpleNamespace(**values, **more, said_zh=zh(said), correct_zh=zh(row.correct))


def _complaint(row: Any, systems: Systems, fields: Mapping[str, Field]) -> Any:  # noqa: ARG001
    return SimpleNamespace(**row._mapping, kind_zh=load_handling().kind_zh(row.kind))


def _fact(row: Any, systems: Systems, fields: Mapping[str, Field]) -> Any:  # noqa: ARG001
    value, known = facts.read(row.value), fields.get(row.fact)
    said = value if known is None else known.fact.said(value) if known.fact else written(known, value)
    return SimpleNamespace(**row._mapping, fact_zh=known.zh if known else row.fact, value_zh=said)


_SHOWN: Mapping[str, Callable[[Any, Systems, Mapping[str, Field]], Any]] = {
    "quizzes": _quiz,
    "judgements": _judgement,
    "complaints": _complaint,
    "facts": _fact,
}


# --- charts -----------------------------------------------------------------------------------------------------------


class _Tally:
    """What is counted while customers go by: those in hand, archived ones apart."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._fields = fields
        self._grades = Counter[str]()
        self._types = Counter[str]()
        self._customers = 0
        self._amounts: list[tuple[int, float]] = []

    def add(self, row: Any, facts: Facts) -> None:
        """One customer more."""
        if row.status != "active":
            return
        self._customers += 1
        self._grades[row.grade] += 1
        self._types[str(written(self._fields["type_id"], row.type_id)) if row.type_id else "还没判断"] += 1
        amount = facts.get(REVENUE, (None,))[0]
        if isinstance(amount, int | float) and not isinstance(amount, bool):
            self._amounts.append((row.id, float(amount)))

    def counted(self, systems: Systems) -> list[Counted]:
        """The tables of the charts."""
        grades = [(zh, float(self._grades[id])) for id, zh in GRADES.items() if self._grades[id]]
        types = [(zh, float(number)) for zh, number in self._types.most_common(MANY)]
        classes, sums = self._classes(systems)
        return [
            Counted("客户等级", "等级", "客户数", "pie", grades),
            Counted("客户类型", "类型", "客户数", "bar", types),
            Counted("ABC：各类有几位", "类", "客户数", "bar", classes),
            Counted("ABC：各类的成交额", "类", "成交额（元）", "pie", sums),
        ]

    def _classes(self, systems: Systems) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
        """How many customers there are in each class of the ABC analysis, and what they come to."""
        system = systems.catalogue(ABC)
        amounts = sorted(self._amounts, key=lambda one: (-one[1], one[0]))
        places = shares(amounts, self._customers)
        counts, sums = Counter[str](), Counter[str]()
        for id, amount in amounts:
            share, rank = places[id]
            known = {REVENUE: amount, "revenue_share": share, "revenue_rank_share": rank}
            kind = facet(system, known, (), systems.facts).kind
            if kind is not None:
                counts[kind.id] += 1
                sums[kind.id] += round(amount)
        ordered = [(kind.zh, kind.id) for kind in system.types.values() if counts[kind.id]]
        return [(zh, float(counts[id])) for zh, id in ordered], [(zh, float(sums[id])) for zh, id in ordered]
