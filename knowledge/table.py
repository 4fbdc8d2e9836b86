"""A file that somebody sends, as rows of plain cells: xlsx (the only file here that reads it) or CSV.

What cannot be read is refused with a sentence that says what to do about it; nothing is guessed. Anybody may have made
a file: it is measured before it is unpacked, XML that declares entities is refused, and `handlers/aside.py` gives the
reading a process of its own with bounded memory and time.
"""

import csv
import io
import json
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from knowledge.errors import ZhikeError

MB = 1 << 20
MOST_BYTES = 10 * MB  # of a file as it is sent
MOST_UNPACKED = 200 * MB  # of an xlsx unpacked; 20,000 rows of 60 columns come to about 60
MOST_PARTS = 2000  # files in an xlsx
MOST_ROWS = 20_000
MOST_COLUMNS = 200
LAST_ROW = 1 << 20  # a sheet has no more
FORMULA = "\x1a公式"  # a formula whose value the file does not hold; no text of a sheet begins so
KINDS = ("xlsx", "xlsm", "csv", "tsv", "txt", "xls", "et", "ods", "numbers", "xlsb")  # names that promise a table

Cell = str | int | float
Row = tuple[int, tuple[Cell, ...]]


class Unreadable(ZhikeError):
    """这个文件读不了。"""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that are not blank, with their numbers as people count them; "" for an empty cell. Dates are ISO text.

    `others` are further sheets with something in them; with `since_1904` numbers of days count from that year.
    """

    sheet: str
    rows: tuple[Row, ...]
    others: tuple[str, ...] = ()
    since_1904: bool = False


def is_table(name: str) -> bool:
    """Whether a file of that name may be a table, readable or not."""
    _, dot, kind = name.rpartition(".")
    return bool(dot) and kind.lower() in KINDS


def read(name: str, data: bytes) -> Table:
    """The table in a file.

    Raises:
        Unreadable: with what is wrong, and what to do about it.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable(f"文件太大了，最多 {MOST_BYTES // MB} MB。删掉图片和用不着的表，或者分成几份再发。")
    if not data.strip():
        raise Unreadable("这个文件是空的。")
    if data.startswith(b"PK"):
        table = _xlsx(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_old(data))
    elif data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc", b"\x1f\x8b", b"{\\rtf")):
        raise Unreadable("这不是表格。发 xlsx 或 CSV 的客户表；没有的话，点 /import 要一份空表。")
    else:
        table = _csv(name, data)
    if not table.rows:
        raise Unreadable("表是空的，一行都没有。")
    return table


def packed(table: Table) -> bytes:
    """A table in few bytes: one JSON value a line, so that reading it never holds up anybody for long."""
    head = [table.sheet, table.others, table.since_1904]
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in (head, *table.rows))
    return zlib.compress("\n".join(lines).encode(), 1)


def unpacked(data: bytes) -> Table:
    """What was packed."""
    head, *rows = map(json.loads, zlib.decompress(data).decode().split("\n"))
    return Table(head[0], tuple((number, tuple(cells)) for number, cells in rows), tuple(head[1]), head[2])


def _kept(rows: Iterable[tuple[int, Sequence[Cell]]]) -> Iterator[Row]:
    """Rows that are not blank, without their empty ends; too many of anything is refused."""
    count = 0
    for number, cells in rows:
        width = next((at for at in range(len(cells), 0, -1) if cells[at - 1] != ""), 0)
        if not width:
            continue
        count += 1
        if width > MOST_COLUMNS:
            raise Unreadable(f"列太多了：有 {width} 列，最多 {MOST_COLUMNS} 列。删掉用不着的列再发。")
        if count > MOST_ROWS + 1:
            raise Unreadable(f"行太多了，一次最多 {MOST_ROWS} 行。分成几份再发。")
        yield number, tuple(cells[:width])


# --- xlsx -------------------------------------------------------------------------------------------------------------


def _old(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "这个文件加了密码，打不开。在表格软件里去掉密码，另存一份再发。"
    return "这是老格式（.xls），读不了。在表格软件里打开，另存为 .xlsx 再发。"


def _xlsx(data: bytes) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            formulas = _inspected(archive)
        return _workbook(data, formulas=formulas)
    except (Unreadable, MemoryError):
        raise
    except Exception as fault:  # whatever a library says of a broken file, there is one thing to do about it
        raise Unreadable("文件坏了，打不开。在表格软件里打开看看，另存为 .xlsx 再发。") from fault


def _inspected(archive: zipfile.ZipFile) -> bool:
    """Measure an archive before it is unpacked, look for what no table needs; whether it has formulas."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable(f"解开以后太大了（超过 {MOST_UNPACKED // MB} MB），没有打开。只留客户那张表，另存一份再发。")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("这个文件加了密码，打不开。去掉密码，另存一份再发。")
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        if "xl/workbook.bin" in names:
            raise Unreadable("这是 .xlsb 格式，读不了。在表格软件里打开，另存为 .xlsx 再发。")
        if any(name.startswith(("content.xml", "Index/")) for name in names):
            raise Unreadable("这种表格读不了。在表格软件里打开，导出或另存为 .xlsx 再发。")
        raise Unreadable("这不是表格。发 xlsx 或 CSV 的客户表；没有的话，点 /import 要一份空表。")
    formulas = False
    for part in parts:
        if not part.filename.endswith((".xml", ".rels")):
            continue
        tail = b""
        with archive.open(part) as file:
            while chunk := file.read(MB):
                seen = tail + chunk
                if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                    raise Unreadable("文件里有不该有的东西，没有打开。在表格软件里打开，另存为 .xlsx 再发。")
                if part.filename.startswith("xl/worksheets/"):
                    formulas = formulas or b"<f>" in seen or b"<f " in seen
                tail = seen[-16:]
    return formulas


def _workbook(data: bytes, *, formulas: bool) -> Table:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which do not matter to the values
        with closing(_opened(data, values=True)) as book:
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            filled = [sheet.title for sheet in sheets if _has_rows(sheet)]
            if not filled:
                return Table("", ())
            title = next((name for name in filled if "客户" in name), filled[0])
            rows = list(_kept(_numbered(book[title])))
            since_1904 = book.epoch.year == 1904
        if formulas:
            with closing(_opened(data, values=False)) as written:
                rows = list(_with_formulas(rows, written[title]))
    return Table(title, tuple(rows), tuple(name for name in filled if name != title), since_1904)


def _opened(data: bytes, *, values: bool) -> Any:
    """The workbook, to be read row by row: the values of formulas, or the formulas."""
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(data), read_only=True, data_only=values)


def _has_rows(sheet: Any) -> bool:
    sheet.reset_dimensions()  # what a file says of its size is often wrong, and pads rows with thousands of empty cells
    return any(any(value not in (None, "") for value in row) for row in sheet.iter_rows(values_only=True))


def _numbered(sheet: Any) -> Iterator[tuple[int, list[Cell]]]:
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > LAST_ROW:
            raise Unreadable("行号不对，文件坏了。在表格软件里打开，另存为 .xlsx 再发。")
        yield number, [_plain(value) for value in row]


def _with_formulas(rows: Iterable[Row], sheet: Any) -> Iterator[Row]:
    """The same rows, those formulas marked of which the file holds no value."""
    written = {
        number: {at for at, value in enumerate(cells) if isinstance(value, str) and value.startswith("=")}
        for number, cells in _numbered(sheet)
    }
    values = dict(rows)
    for number in sorted(values.keys() | {number for number, lacking in written.items() if lacking}):
        cells, lacking = values.get(number, ()), written.get(number, set())
        full = [*cells, *[""] * (max(lacking, default=-1) + 1 - len(cells))]
        yield number, tuple(FORMULA if at in lacking and cell == "" else cell for at, cell in enumerate(full))


def _plain(value: Any) -> Cell:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case int() | float():
            return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value
        case datetime():
            told = (value + timedelta(milliseconds=500)).replace(microsecond=0)
            return told.date().isoformat() if told.time() == time() else told.isoformat()
        case date() | time():
            return value.isoformat()
        case _:
            return str(value).replace("\r\n", "\n").strip()


# --- CSV --------------------------------------------------------------------------------------------------------------

_SEPARATORS = ",;\t，；"
_END = "\x1a"  # a line of our own after the last
_SAID = re.compile(r"^sep=(.)$", re.IGNORECASE)


def _csv(name: str, data: bytes) -> Table:
    text = _decoded(data)
    if "\0" in text:
        raise Unreadable("这不是表格。发 xlsx 或 CSV 的客户表；没有的话，点 /import 要一份空表。")
    lines = text.split("\n", 1)
    said = _SAID.match(lines[0].removesuffix("\r"))
    separator = said[1] if said else _separator(text)
    skipped = 1 if said else 0
    try:
        found = csv.reader(io.StringIO(f"{text}\n{_END}", newline=""), delimiter=separator)
        rows = ((number, [_bare(cell) for cell in row]) for number, row in enumerate(found, start=1))
        kept = [row for row in _kept(rows) if row[0] > skipped]
    except csv.Error as fault:
        raise Unreadable("引号没有配对，后面的读不了。检查一下带引号的格子，或者另存为 .xlsx 再发。") from fault
    if not kept or kept.pop()[1] != (_END,):  # a quote that was opened and not closed has swallowed it
        raise Unreadable("引号没有配对，后面的读不了。检查一下带引号的格子，或者另存为 .xlsx 再发。")
    return Table(name.rpartition(".")[0] or name, tuple(kept))


def _decoded(data: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, or GB18030."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("文字的编码认不出来。在表格软件里另存为 .xlsx，或者“CSV UTF-8”再发。")


def _separator(text: str) -> str:
    """What stands between the cells: of the candidates the one that cuts the first lines most alike."""

    def likeness(separator: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(io.StringIO(head, newline=""), delimiter=separator) if row]
        (width, times), *_ = Counter(counts).most_common(1) or [(1, 0)]
        return (times if width > 1 else 0), width

    head = "\n".join(text.splitlines()[:30])
    return max(_SEPARATORS, key=likeness)


def _bare(cell: str) -> str:
    """A cell without the tricks by which spreadsheets are kept from reading digits as a number."""
    cell = cell.replace("\r\n", "\n").strip()
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 2 else cell
