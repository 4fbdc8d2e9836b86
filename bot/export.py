"""All customers as a spreadsheet. Text that a spreadsheet would take for a formula is defused."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from sqlalchemy import select
from sqlmodel import Session, col

from knowledge.cadence import METHODS
from knowledge.errors import ZhikeError
from knowledge.systems import System
from store.tables import Person, Prospect, Visit

CUSTOMERS = (
    "编号",
    "负责人",
    "称呼",
    "公司",
    "电话",
    "等级",
    "类型",
    "把握",
    "上次联系",
    "下次联系",
    "跟进间隔",
    "下一步",
    "备注",
    "状态",
)
VISITS = ("客户编号", "客户", "时间", "方式", "结果", "记录", "记录人")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(session: Session, file: Path, system: System) -> int:
    """Write every customer and contact to `file`; how many customers.

    Raises:
        ZhikeError: the file cannot be written.
    """
    try:
        with file.open("wb") as out:
            book = Workbook(write_only=True)
            count = _sheet(book, "客户", CUSTOMERS, _customers(session, system))
            _sheet(book, "来往", VISITS, _visits(session))
            book.save(out)
    except OSError as fault:
        raise ZhikeError(f"写不了文件 {file}：{fault.strerror}") from fault
    return count


def _sheet(book: Workbook, title: str, heads: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> int:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    cells = [WriteOnlyCell(sheet, value=head) for head in heads]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)
    count = 0
    for row in rows:
        sheet.append([safe(value) for value in row])
        count += 1
    return count


def safe(value: Any) -> Any:
    """A value that a spreadsheet program will not run; control characters, which xlsx cannot hold, go."""
    if not isinstance(value, str):
        return value
    clean = "".join(char for char in value if char in "\n\t" or ord(char) >= 32)
    return f"'{clean}" if clean.startswith(_FORMULA) and not clean[1:].isdigit() else clean


def _customers(session: Session, system: System) -> Iterator[tuple[Any, ...]]:
    found = select(Prospect, Person).join(Person, col(Person.id) == col(Prospect.owner_id)).order_by(col(Prospect.id))
    for row, owner in session.execute(found):
        kind = system.types.get(row.type_id)
        yield (
            row.id,
            owner.name,
            row.name,
            row.company,
            row.phone,
            row.grade,
            kind.zh if kind else "",
            round(row.type_p, 2) if kind else None,
            _local(row.last_contact_at, owner.tz),
            row.next_contact_on,
            row.every_days,
            row.next_step,
            row.notes,
            "归档" if row.status == "archived" else "在跟",
        )


def _visits(session: Session) -> Iterator[tuple[Any, ...]]:
    found = (
        select(Visit, Prospect, Person)
        .join(Prospect, col(Prospect.id) == col(Visit.prospect_id))
        .join(Person, col(Person.id) == col(Visit.person_id))
        .order_by(col(Visit.id))
    )
    for visit, prospect, person in session.execute(found):
        outcome = "没联系上" if visit.outcome == "missed" else "联系上了"
        method = METHODS.get(visit.method, "")
        yield (prospect.id, prospect.name, _local(visit.at, person.tz), method, outcome, visit.note, person.name)


def _local(at: datetime | None, tz: str) -> datetime | None:
    return at.astimezone(ZoneInfo(tz)).replace(tzinfo=None) if at else None
