"""The workbook of an export, and the empty list: titles, headings, widths, the words for every code, and the charts.

Rows come as objects with named values; what becomes of them is a table per sheet. Text that a spreadsheet would run is
defused (`knowledge/columns.py`), and the sheet 客户 has the headings that an import knows.
"""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO
from zoneinfo import ZoneInfo

from cards.contacts import LABELS
from knowledge.cadence import METHODS
from knowledge.columns import STATES, YES_NO, Field, defused, written
from knowledge.imports import EXAMPLE
from knowledge.kinds import CONTACT, PROMISE, load_kinds

if TYPE_CHECKING:
    pass

MOST_WIDE = 60  # characters
LONGEST_CELL = 32_000  # characters; a cell of xlsx holds 32,767


@dataclass(frozen=True, slots=True)
class Column:
    """A column: heading, width in characters, and what a row says in it."""

    head: str
    width: int
    cell: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: `key` names its rows (`store/exports.py`)."""

    key: str
    title: str
    columns: tuple[Column, ...]


def local(at: datetime | None, tz: str) -> datetime | None:
    """An instant as a spreadsheet has it: local, to the second, without a zone."""
    return at.astimezone(ZoneInfo(tz)).replace(tzinfo=None, microsecond=0) if at else None


def _plain(head: str, width: int, name: str) -> Column:
    return Column(head, width, lambda row: getattr(row, name))


def _when(head: str, name: str) -> Column:
    return Column(head, 18, lambda row: local(getattr(row, name), row.tz))


def _code(head: str, width: int, name: str, words: Mapping[str, str]) -> Column:
    return Column(head, width, lambda row: words.get(getattr(row, name), getattr(row, name)))


_WHO = _plain("谁", 10, "who")
_CUSTOMER = (_plain("客户编号", 9, "customer"), _plain("客户", 14, "name"))
_OUTCOMES = {"reached": "联系上了", "missed": "没联系上", "asked": "哪天还没定"}
_REMINDED = {
    "open": "还没到或没办",
    "done": "办了",
    "missed": "没联系上",
    "moved": "改了日子",
    "passed": "过去了",
    "dropped": "取消了",
}
_EVENTS = {
    "opened": "开卡",
    "step": "做完一步",
    "back": "退回一步",
    "due": "改日子",
    "wish": "客户要求",
    "note": "补记",
    "closed": "结案",
    "again": "又来了",
}


def _reason(kind: str) -> str:
    """Why a reminder was there, whatever kind it is of."""
    kinds = load_kinds().all
    return {CONTACT: "按节奏该联系", PROMISE: "说好的"}.get(kind) or (kinds[kind].zh if kind in kinds else kind)


SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "visits",
        "来往",
        (
            *_CUSTOMER,
            _when("时间", "at"),
            _code("方式", 8, "method", METHODS),
            _code("结果", 10, "outcome", _OUTCOMES),
            _plain("记录", 50, "note"),
            _plain("记录人", 10, "who"),
        ),
    ),
    Sheet(
        "reminders",
        "提醒",
        (
            *_CUSTOMER,
            _plain("日期", 12, "on"),
            _plain("什么事", 40, "what"),
            Column("为什么", 14, lambda row: _reason(row.kind)),
            _code("现在", 14, "state", _REMINDED),
            _when("办结时间", "closed_at"),
            _plain("提醒谁", 10, "who"),
        ),
    ),
    Sheet(
        "complaints",
        "投诉",
        (
            _plain("投诉编号", 9, "number"),
            *_CUSTOMER,
            _when("什么时候", "opened_at"),
            _plain("什么事", 50, "what"),
            _plain("哪一类", 12, "kind_zh"),
            _plain("客户要求", 30, "wish"),
            _plain("做完几步", 9, "step"),
            _plain("答应的日子", 12, "due_on"),
            _plain("第几次", 8, "times"),
            _when("结案时间", "closed_at"),
            _plain("怎么了结", 40, "outcome"),
            _plain("谁记的", 10, "who"),
        ),
    ),
    Sheet(
        "events",
        "投诉经过",
        (
            _plain("投诉编号", 9, "complaint_id"),
            *_CUSTOMER,
            _when("时间", "at"),
            _code("做了什么", 12, "kind", _EVENTS),
            _plain("内容", 60, "text"),
            _WHO,
        ),
    ),
    Sheet(
        "contacts",
        "人脉",
        (
            *_CUSTOMER,
            _plain("姓名", 12, "person"),
            _plain("职务", 18, "title"),
            _code("影响力", 12, "influence", LABELS["influence"]),
            _code("跟我们", 12, "tie_us", LABELS["tie_us"]),
            _code("跟对手", 12, "tie_them", LABELS["tie_them"]),
            _code("角色", 8, "decides", LABELS["decides"]),
            _plain("我方谁盯", 12, "owner"),
            _plain("备注", 40, "note"),
            _plain("没看懂的", 30, "unread"),
        ),
    ),
    Sheet(
        "quizzes",
        "测试",
        (
            *_CUSTOMER,
            _plain("测试", 16, "test_zh"),
            _plain("结果", 18, "result_zh"),
            _plain("得分", 40, "sums_zh"),
            _when("做完时间", "done_at"),
            _WHO,
        ),
    ),
    Sheet(
        "judgements",
        "判断",
        (
            *_CUSTOMER,
            _when("时间", "created_at"),
            _plain("哪一套分类", 14, "system_zh"),
            _plain("说过的话", 60, "texts"),
            _plain("答了几题", 9, "answers"),
            _plain("当时判断", 14, "said_zh"),
            Column("把握", 8, lambda row: share(row.said_p)),
            _plain("确认或改成", 14, "correct_zh"),
            _WHO,
        ),
    ),
    Sheet(
        "facts",
        "资料",
        (*_CUSTOMER, _plain("哪一项", 16, "fact_zh"), _plain("内容", 24, "value_zh"), _plain("哪天知道的", 12, "at")),
    ),
)


@dataclass(frozen=True, slots=True)
class Share:
    """A number to be shown in percent; the file keeps it whole."""

    p: float


def share(p: float | None) -> Share | None:
    """How sure, None for not said."""
    return Share(p) if p else None


# --- customers --------------------------------------------------------------------------------------------------------

_WIDTHS = {"name": 14, "company": 20, "phone": 15, "wechat": 14, "notes": 50, "next_step": 30, "type_why": 40}
_OURS = ("编号", "负责人")


def customer_heads(fields: Mapping[str, Field], told: Sequence[str]) -> tuple[Column, ...]:
    """The columns of the sheet 客户 but for the two of our own: the record, then the facts of these ids."""
    record = [one for one in fields.values() if one.kind not in {"fact", "told", "none"}]
    some = [fields[id] for id in told]
    return tuple(Column(one.zh, _WIDTHS.get(one.id, 12), _nothing) for one in (*record, *some))


def _nothing(row: Any) -> None:  # noqa: ARG001 - cells of customers are made by `customer`
    return None


def customer(
    row: Any, owner: Any, facts: Mapping[str, tuple[Any, date]], told: Sequence[str], kept: Mapping[str, Field]
) -> list[Any]:
    """A customer's cells, in the order of `customer_heads`."""
    known = {
        "type_id": written(kept["type_id"], row.type_id) if row.type_id else "",
        "type_p": share(row.type_p) if row.type_id else None,
        "type_at": local(row.type_at, owner.tz),
        "last_contact_at": local(row.last_contact_at, owner.tz),
        "paused": YES_NO[row.paused] if row.paused else "",
        "status": STATES.get(row.status, row.status),
        "facts_on": min((on for _, on in facts.values()), default=None),
    }
    record = [
        known[one.id] if one.id in known else getattr(row, one.id)
        for one in kept.values()
        if one.kind not in {"fact", "told", "none"}
    ]
    return [row.id, owner.name, *record, *(written(kept[id], facts[id][0]) if id in facts else None for id in told)]


# --- the file ---------------------------------------------------------------------------------------------------------


class Book:
    """A workbook that is written row by row."""

    def __init__(self) -> None:
        from openpyxl import Workbook

        self.book: Workbook = Workbook(write_only=True)

    def add(self, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
        """A sheet with a frozen heading, a filter, and widths; how many rows it has."""
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font, PatternFill
        from openpyxl.utils import get_column_letter

        sheet: Any = self.book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for number, column in enumerate(columns, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = min(column.width, MOST_WIDE)
        heads = [WriteOnlyCell(sheet, value=column.head) for column in columns]
        for cell in heads:
            cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E9EDF1")
            cell.alignment = Alignment(vertical="center")
        sheet.append(heads)
        count = 0
        for row in rows:
            sheet.append([self._cell(sheet, value) for value in row])
            count += 1
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"
        return count

    def _cell(self, sheet: Any, value: Any) -> Any:
        from openpyxl.cell import WriteOnlyCell

        match value:
            case str():
                return defused(value[:LONGEST_CELL]) or None
            case bool():
                return YES_NO[value]
            case Share(p):
                cell = WriteOnlyCell(sheet, value=p)
                cell.number_format = "0%"
                return cell
            case timedelta():
                return str(value)
        return value

    def charts(self, counted: Sequence["Counted"]) -> None:
        """A sheet of small tables, each with its chart beside it."""
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.chart import BarChart, PieChart, Reference
        from openpyxl.styles import Font

        sheet: Any = self.book.create_sheet("图表")
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 18, 14
        at = 1
        if not any(one.rows for one in counted):
            sheet.append(["还没有客户，画不了图。"])
        for one in counted:
            if not one.rows:
                continue
            first = at + 2
            chart: Any = PieChart() if one.shape == "pie" else BarChart()
            chart.title, chart.height, chart.width = one.title, 7.5, 15
            if one.shape == "bar":
                chart.type, chart.legend = "bar", None
                chart.y_axis.delete = chart.x_axis.delete = False
                chart.x_axis.scaling.orientation = "maxMin"  # the first row on top
                chart.height = max(7.5, 0.7 * len(one.rows))
            chart.add_data(
                Reference(sheet, min_col=2, min_row=at + 1, max_row=at + 1 + len(one.rows)), titles_from_data=True
            )
            chart.set_categories(Reference(sheet, min_col=1, min_row=first, max_row=first + len(one.rows) - 1))
            title = WriteOnlyCell(sheet, value=one.title)
            title.font = Font(bold=True)
            sheet.append([title])
            sheet.append([one.what, one.unit])
            for name, number in one.rows:
                sheet.append([defused(name), number])
            tall = max(len(one.rows) + 3, round(chart.height / 0.5) + 1)
            sheet.add_chart(chart, f"D{at}")
            for _ in range(tall - len(one.rows) - 2):
                sheet.append([])
            at += tall

    def save(self, out: BinaryIO) -> None:
        """Write it."""
        self.book.save(out)


@dataclass(frozen=True, slots=True)
class Counted:
    """A small table with its chart: `shape` is pie or bar."""

    title: str
    what: str
    unit: str
    shape: str
    rows: Sequence[tuple[str, float]]


def template(fields: Mapping[str, Field]) -> bytes:
    """The empty list: headings, and two rows as an example that no import takes."""
    ids = (
        "name", "company", "phone", "wechat", "grade", "type_id", "last_contact_at", "next_contact_on", "next_step",
        "revenue", "notes",
    )  # fmt: skip
    columns = [Column(fields[id].zh, max(14, _WIDTHS.get(id, 12)), _nothing) for id in ids if id in fields]
    rows = [
        (f"{EXAMPLE}王建国", "华鑫建材", "13800000001", "wangjg", "A", "分析型", "2026-11-20", "2026-12-01",
         "送检测报告", "12万", "要看三家的数据"),
        (f"{EXAMPLE}刘姐", "", "021-55550002", "", "C", "", "", "", "", "", "朋友介绍来的，不着急"),
    ]  # fmt: skip
    book, out = Book(), io.BytesIO()
    book.add("客户", columns, rows)
    book.save(out)
    return out.getvalue()
