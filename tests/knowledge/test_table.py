"""Files of rows: what is read, and what is refused with which words."""
# ruff: noqa: DTZ001 - cells of a spreadsheet have no zone

import codecs
import csv
import io
import zipfile
from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from knowledge import table
from knowledge.table import FORMULA, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Table, Unreadable, packed, read, unpacked


def workbook(*rows: list[object], title: str = "客户", others: dict[str, list[list[object]]] | None = None) -> bytes:
    """An xlsx of these rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for name, more in (others or {}).items():
        other = book.create_sheet(name)
        for row in more:
            other.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rezipped(data: bytes, change: dict[str, bytes]) -> bytes:
    """The same xlsx with some of its parts replaced, or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part not in change:
                new.writestr(part, old.read(part))
        for name, body in change.items():
            new.writestr(name, body)
    return out.getvalue()


ROWS = ((1, ("客户", "电话")), (2, ("王总", "13800000001")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_is_read_in_every_usual_writing(encoding: str, separator: str, end: str) -> None:
    text = end.join(separator.join(cells) for _, cells in ROWS)

    assert read("a.csv", text.encode(encoding)).rows == ROWS


def test_blank_rows_count_but_are_not_kept() -> None:
    assert read("a.csv", "客户,电话\n\n,,\n王总,1\n".encode()).rows == ((1, ("客户", "电话")), (4, ("王总", "1")))


def test_a_line_that_names_the_separator_is_no_row() -> None:
    assert read("a.csv", "sep=;\n客户;电话\n王总;1,2\n".encode()).rows == ((2, ("客户", "电话")), (3, ("王总", "1,2")))


def test_digits_that_a_spreadsheet_was_kept_from_reading_are_bare() -> None:
    assert read("a.csv", '客户,电话\n王总,"=""0138"""\n'.encode()).rows[1] == (2, ("王总", "0138"))


def test_an_inch_is_no_open_quote() -> None:
    assert read("a.csv", '客户,备注\n王总,要 24" 的\n'.encode()).rows[1] == (2, ("王总", '要 24" 的'))


cells = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp", "Zs")), min_size=1, max_size=12)


@given(
    st.lists(st.lists(cells, min_size=2, max_size=5), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8-sig", "gb18030", "utf-16"]),
)
def test_whatever_a_csv_says_is_read_as_it_stands(rows: list[list[str]], separator: str, encoding: str) -> None:
    wide = max(map(len, rows))
    full = [["表头"] * wide, *[[*row, *["尾"] * (wide - len(row))] for row in rows]]
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(full)
    data = f"sep={separator}\n{out.getvalue()}".encode(encoding)
    told = [
        tuple(cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 2 else cell for cell in row)
        for row in full
    ]

    assert [row for _, row in read("a.csv", data).rows] == told


def test_values_of_a_sheet_are_plain() -> None:
    data = workbook(
        ["客户", "电话", "日期", "时间", "是否", "钱", "比"],
        ["王总", 13800000001.0, datetime(2026, 3, 5), datetime(2026, 3, 5, 14, 30), True, 1.5, time(8, 30)],
    )

    assert read("a.xlsx", data).rows[1][1] == (
        "王总",
        13800000001,
        "2026-03-05",
        "2026-03-05T14:30:00",
        "是",
        1.5,
        "08:30:00",
    )


def test_the_sheet_of_customers_is_read_and_the_others_are_named() -> None:
    data = workbook(["说明"], title="封面", others={"客户名单": [["客户"], ["王总"]], "空": [], "报价": [["价"]]})

    told = read("a.xlsx", data)

    assert told.sheet == "客户名单"
    assert told.others == ("封面", "报价")


def test_a_formula_without_its_value_is_marked() -> None:
    told = read("a.xlsx", workbook(["客户", "额"], ["王总", "=1+1"], ["", "=A1"]))

    assert told.rows[1:] == ((2, ("王总", FORMULA)), (3, ("", FORMULA)))


def test_a_formula_with_its_value_is_the_value() -> None:
    data = workbook(["客户", "额"], ["王总", "=1+1"])
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    data = rezipped(
        data, {"xl/worksheets/sheet1.xml": sheet.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>")}
    )

    assert read("a.xlsx", data).rows[1] == (2, ("王总", 2))


def test_a_size_that_the_file_states_wrongly_does_not_matter() -> None:
    data = workbook(["客户"], ["王总"])
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    data = rezipped(data, {"xl/worksheets/sheet1.xml": sheet.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"')})

    assert read("a.xlsx", data).rows == ((1, ("客户",)), (2, ("王总",)))


BOMB = (
    rezipped(workbook(["客户"]), {"xl/media/a.xml": b" " * 300_000_000}) if table.MOST_UNPACKED < 300_000_000 else b""
)
REFUSED = {
    "nothing at all": (b"", "空的"),
    "only blanks": (b" \r\n \t", "空的"),
    "a sheet without a cell": (workbook(), "一行都没有"),
    "a PDF": (b"%PDF-1.7 ...", "不是表格"),
    "a picture": (b"\x89PNG\r\n\x1a\n...", "不是表格"),
    "a text document": (rezipped(workbook(["x"]), {}).replace(b"xl/workbook.xml", b"word/docume.xml"), "不是表格"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"Workbook" * 9, ".xls"),
    "a workbook with a password": (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "a broken workbook": (workbook(["客户"])[:900], "坏了"),
    "only the beginning of one": (b"PK", "坏了"),
    "a bomb": (BOMB, "太大"),
    "entities": (rezipped(workbook(["x"]), {"xl/a.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "不该有"),
    "too many columns": (workbook([f"列{n}" for n in range(15_000)]), f"有 15000 列，最多 {MOST_COLUMNS} 列"),
    "too many rows": (b"a,b\n" * (MOST_ROWS + 2), f"一次最多 {MOST_ROWS} 行"),
    "too many bytes": (b"a" * (MOST_BYTES + 1), "文件太大"),
    "an open quote": ('客户,电话\n"王总,1\n李总,2\n'.encode(), "引号"),
    "no known encoding": (b"\xff\xff\xff\xff", "编码"),
    "noughts": (b"a,b\0\0\n", "不是表格"),
}


@pytest.mark.parametrize(("data", "why"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_with_the_reason(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read("客户.xlsx", data)


def test_a_part_that_is_locked_is_refused() -> None:
    data = bytearray(workbook(["客户"]))
    for at in range(len(data) - 4):
        if data[at : at + 4] == b"PK\x01\x02":
            data[at + 8] |= 1

    with pytest.raises(Unreadable, match="密码"):
        read("a.xlsx", bytes(data))


@given(
    st.lists(
        st.lists(st.one_of(st.text(max_size=9), st.integers(), st.floats(allow_nan=False)), max_size=5), max_size=5
    ),
    st.text(max_size=9),
    st.booleans(),
)
def test_a_packed_table_is_the_same_unpacked(rows: list[list[str | int | float]], sheet: str, since_1904: bool) -> None:
    whole = Table(sheet, tuple((n, tuple(row)) for n, row in enumerate(rows)), ("别的",), since_1904)

    assert unpacked(packed(whole)) == whole


def test_files_that_promise_a_table_are_known_by_their_names() -> None:
    assert all(map(table.is_table, ["客户.xlsx", "A.CSV", "老.xls", "b.tsv"]))
    assert not any(map(table.is_table, ["报价.pdf", "照片.jpg", "xlsx", "合同.docx"]))


def test_a_mark_alone_is_an_empty_file() -> None:
    with pytest.raises(Unreadable, match="一行都没有"):
        read("a.csv", codecs.BOM_UTF8)


def test_days_of_1904_are_noted() -> None:
    data = workbook(["客户"])
    book = zipfile.ZipFile(io.BytesIO(data)).read("xl/workbook.xml")
    data = rezipped(data, {"xl/workbook.xml": book.replace(b"<workbookPr ", b'<workbookPr date1904="1" ')})

    assert read("a.xlsx", data).since_1904
