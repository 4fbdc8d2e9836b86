"""What a column of a customer list can be: how its heading is called, and how its cells are read.

`/import` and `/export` share it: every heading that an export writes is one that an import knows, and every value that
an export writes is one that it reads back. A cell that cannot be read says why; nothing is guessed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from knowledge.dates import find
from knowledge.facts import Fact
from knowledge.kinds import year_day
from knowledge.numbers import About, amount
from knowledge.rules import Value
from knowledge.systems import Catalogue, System, Systems
from knowledge.table import FORMULA, Cell
from knowledge.text import PHONE, comparable, legible, printable

NAME, COMPANY, NOTES = "name", "company", "notes"
FACTS_ON = "facts_on"
NOT_TAKEN = "-"  # columns of an export that say nothing of the customer
LONGEST = {"name": 60, "company": 80, "phone": 30, "wechat": 40, "next_step": 200, "notes": 4000, "type_why": 2000}
NOON = time(12)  # of a contact of which only the day is told
GRADES = "ABCD"
STATES = {"active": "在跟", "archived": "归档"}
YES_NO = {True: "是", False: "否"}

_YES = frozenset(["是", "有", "对", "√", "✓", "y", "yes", "true", "1", "暂停", "已暂停"])
_NO = frozenset(["否", "没有", "无", "不是", "没", "不", "×", "x", "n", "no", "false", "0"])
_NOTHING = frozenset(["", "-", "--", "—", "——", "/", "\\", "无", "暂无", "n/a", "null", "none", "空", "未知", "不详"])
_MEASURED = frozenset(["phone", "grade", "type", "told", "share", "moment", "past", "day", "days"])
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")
_E_NOTATION = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_DAY = re.compile(
    r"(?P<y>(?:19|20)\d\d)(?:\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?|(?P<mm>\d\d)(?P<dd>\d\d))"
    r"(?:[t\s]+(?P<h>\d{1,2})[:：点时](?P<min>\d\d)?分?(?:[:：](?P<s>\d\d))?(?:\.\d+)?)?"
)
_MONTH_DAY = re.compile(r"(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]?")
_MOON_OR_DAY = re.compile(r"^(?!\d{4}).*月")  # a day without a year, of either calendar
YEARLY = "看不懂是哪一天（例：3月10日、农历八月十五）"
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SERIALS = (18_000.0, 80_000.0)  # days as spreadsheets count them: from 1949 to 2119
_RHYTHMS = {
    "每天": 1,
    "每周": 7,
    "一周": 7,
    "两周": 14,
    "每两周": 14,
    "半个月": 15,
    "每月": 30,
    "一个月": 30,
    "季度": 90,
}
_DEFUSED = re.compile(r"'+[=+\-@\t\r]")


class Unfit(Exception):
    """A cell cannot be taken for what its column is; the message says why, and ends the sentence "第 3 行 等级：…"."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a column can be. `kind` is a key of `_READERS`; `words` are what its cells may say, and what each means.

    `shown` is the word for each meaning.
    """

    id: str
    zh: str
    kind: str
    names: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    fact: Fact | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a cell depends on. `factor` is a unit in the heading, such as 万."""

    today: date
    since_1904: bool = False
    factor: str = ""


# Names in their everyday variety; a heading that ends in one of them is taken for it, the longest first.
_FIELDS: tuple[tuple[str, str, str, str], ...] = (
    (NAME, "称呼", "name", "客户 姓名 名称 名字 客户名 客户名称 客户姓名 联系人 联系人姓名 顾客 name"),
    (COMPANY, "公司", "text", "单位 企业 公司名 公司名称 单位名称 企业名称 工作单位 机构 店名 company"),
    ("phone", "电话", "phone", "手机 手机号 手机号码 电话号码 联系电话 联系方式 座机 固话 tel phone mobile"),
    ("wechat", "微信", "text", "微信号 wechat wx vx"),
    ("grade", "等级", "grade", "级别 分级 客户等级 客户级别 abc grade"),
    ("type_id", "类型", "type", "性格 性格类型 客户类型 类别 type"),
    ("type_p", "把握", "share", ""),
    ("type_why", "依据", "text", ""),
    ("type_at", "判断时间", "moment", ""),
    ("last_contact_at", "上次联系", "past", "最近联系 最后联系 上次跟进 最近跟进 最后跟进 上次拜访 最近拜访 跟进"),
    ("next_contact_on", "下次联系", "day", "下次跟进 下次拜访 下次回访 回访 计划联系"),
    ("every_days", "跟进间隔", "days", "联系间隔 跟进周期 联系周期 跟进频率 联系频率"),
    ("next_step", "下一步", "text", "下步 下一步计划 下一步行动 下步计划 待办 跟进计划 计划"),
    (NOTES, "备注", "notes", "说明 情况 描述 备忘 客户情况 跟进记录 沟通记录 note notes remark"),
    ("paused", "暂停提醒", "flag", ""),
    ("status", "状态", "status", ""),
    (FACTS_ON, "资料日期", "day", ""),
    (NOT_TAKEN, "不导入", "none", "编号 序号 负责人 业务员 no id"),
)


def fields(systems: Systems, primary: str) -> Mapping[str, Field]:
    """Everything that a column can be, by id: the record, the facts, and confirmed types of other systems.

    Raises:
        Faults: a knowledge file has faults.
    """
    known = systems.catalogue(primary)
    made = [
        Field(id, zh, kind, tuple(names.split()), *(_types(known) if kind == "type" else ()))
        for id, zh, kind, names in _FIELDS
    ]
    made += [Field(fact.id, fact.zh, "fact", fact.aliases, fact=fact) for fact in systems.facts.values()]
    inferred = [system for system in systems if isinstance(system, System) and system.id != primary]
    made += [Field(system.id, system.zh, "told", (), *_types(system)) for system in inferred]
    return {one.id: one for one in made}


def _types(system: Catalogue) -> tuple[dict[str, str], dict[str, str]]:
    """Every name of every type with the type's id, its own before another one's alias; and what each type is called."""
    aliases = {_said(name): kind.id for kind in system.types.values() for name in (kind.id, *kind.aliases)}
    own = {_said(name): kind.id for kind in system.types.values() for name in (kind.zh.removesuffix("型"), kind.zh)}
    return aliases | own, {kind.id: kind.zh for kind in system.types.values()}


# --- headings ---------------------------------------------------------------------------------------------------------

_BRACKETS = re.compile(r"[(（\[【<](.*?)[)）\]】>]")
_NOISE = re.compile(r"[\s*:：·_\-.、，,/|]+|\d+$")
_SUFFIXES = re.compile(r"(?:的)?(?:日期|时间|号码|信息|金额|余额|必填|选填|元)$")


def heading(cell: Cell) -> str:
    """A heading in its comparable form: without brackets, spaces and punctuation."""
    return _NOISE.sub("", _BRACKETS.sub("", comparable(str(cell))))


def factor(cell: Cell) -> str:
    """The unit of money in a heading, as in 年成交额（万元）: 万, or "" for none."""
    return next(
        (unit for unit in ("亿", "百万", "万", "千") if f"{unit}元" in str(cell) or f"({unit})" in str(cell)), ""
    )


def named(fields: Mapping[str, Field]) -> dict[str, str]:
    """Every name that a heading can have, in its comparable form, and the field of that name."""
    found: dict[str, str] = {}
    for one in fields.values():
        for name in (one.zh, *one.names):
            found.setdefault(heading(name), one.id)
    return found


def meant(cell: Cell, names: Mapping[str, str]) -> tuple[int, str] | None:
    """The field that a heading names, and how well: 0 for the very name, more for one that only ends in it."""
    whole = heading(cell)
    shorter = _SUFFIXES.sub("", whole)
    for rank, text in enumerate((whole, shorter)):
        if text in names:
            return rank, names[text]
    ends = [name for name in names if len(name) > 1 and shorter.endswith(name) and not name.isascii()]
    if not ends or len(shorter) > 12:  # a longer one is a sentence
        return None
    return 2, names[max(ends, key=len)]


# --- cells ------------------------------------------------------------------------------------------------------------


def value(one: Field, cell: Cell, how: Reading) -> Value | date | datetime | None:
    """What a cell says, in the form in which it is kept; None for nothing.

    Raises:
        Unfit: it does not fit the column.
    """
    if cell == FORMULA:
        raise Unfit("是公式，文件里没有算好的数。在表格软件里打开、保存一次再发")
    if isinstance(cell, str):
        cell = restored(cell)
        if _ERROR.fullmatch(cell):
            raise Unfit(f"是出错的公式（{cell}）")
        if one.kind in _MEASURED and comparable(cell).strip() in _NOTHING:
            return None
    if not str(cell).strip():
        return None
    return _READERS[one.kind](one, cell, how)


def restored(text: str) -> str:
    """Text as it was before an export kept a spreadsheet from running it; see `defused`."""
    return text[1:] if _DEFUSED.match(text) else text


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula. Control characters, which xlsx cannot hold, go.

    An apostrophe is put before it; before one that has some already, another one, so that `restored` is exact.
    """
    clean = text if text.isprintable() else "".join(char for char in text if char in "\n\t" or ord(char) >= 32)
    if _DEFUSED.match(clean):
        return f"'{clean}"
    harmless = clean[1:].replace(" ", "").isdigit()  # +86 13800000000 is a number
    return f"'{clean}" if clean.startswith(("=", "+", "-", "@", "\t", "\r")) and not harmless else clean


def _text(cell: Cell) -> str:
    """A cell as text; a number without a tail of noughts."""
    return str(cell).strip() if isinstance(cell, str | int) else f"{cell:.10f}".rstrip("0").rstrip(".")


def _words(one: Field, cell: Cell, how: Reading) -> str:
    text = printable(_text(cell), 10**6) if one.id != "type_why" else legible(_text(cell))
    if len(text) > LONGEST[one.id]:
        raise Unfit(f"太长了，有 {len(text)} 个字，最多 {LONGEST[one.id]} 个")
    return text


def _notes(one: Field, cell: Cell, how: Reading) -> str:
    text = legible(_text(cell))
    if len(text) > LONGEST[NOTES]:
        raise Unfit(f"太长了，有 {len(text)} 个字，最多 {LONGEST[NOTES]} 个")
    return text


def _phone(one: Field, cell: Cell, how: Reading) -> str:
    text = printable(comparable(_text(cell)), 60).replace("(", "").replace(")", "-").lstrip("'")
    if _E_NOTATION.fullmatch(text):
        raise Unfit(f"成了 {_text(cell)}，后几位丢了。把这一列设成“文本”，重填号码")
    if not PHONE.match(text) or len(text) > LONGEST["phone"]:
        raise Unfit(f"“{short(text)}” 不像电话号码")
    return text


def _grade(one: Field, cell: Cell, how: Reading) -> str:
    text = comparable(_text(cell)).upper().removesuffix("级").removesuffix("类").strip()
    if text == "未分":
        return ""
    if len(text) != 1 or text not in GRADES:
        raise Unfit(f"“{short(_text(cell))}” 不是 A、B、C、D")
    return text


def _said(text: str) -> str:
    return comparable(text).replace(" ", "")


def _type(one: Field, cell: Cell, how: Reading) -> str:
    found = one.words.get(_said(_text(cell)))
    if found is None:
        raise Unfit(f"“{short(_text(cell))}” 不是哪一种类型" + ("（例：杀价型、沉默型）" if one.kind == "type" else ""))
    return found


def _share(one: Field, cell: Cell, how: Reading) -> float:
    text = comparable(_text(cell))
    try:
        number = float(text.removesuffix("%")) if isinstance(cell, str) else float(cell)
    except ValueError:
        number = -1.0
    share = number / 100 if number > 1 or text.endswith("%") else number
    if not 0 < share <= 1:
        raise Unfit(f"“{short(text)}” 不是 0 到 100 的百分数")
    return share


def _moment(one: Field, cell: Cell, how: Reading) -> datetime:
    found = _on(cell, how)
    if found is None:
        raise Unfit(f"“{short(_text(cell))}” 看不懂是哪一天，写成 2026-03-05")
    return found


def _past(one: Field, cell: Cell, how: Reading) -> datetime:
    found = _on(cell, how)
    if found is None:
        text = comparable(_text(cell))
        back = {"今天": 0, "昨天": 1, "前天": 2}.get(text)
        day = _MONTH_DAY.fullmatch(text)
        if back is not None:
            found = datetime.combine(how.today - timedelta(days=back), NOON)
        elif day:
            years = (how.today.year, how.today.year - 1)
            dates = [made for year in years if (made := _made(year, int(day["m"]), int(day["d"])))]
            past = [made for made in dates if made <= how.today]
            found = datetime.combine(past[0], NOON) if past else None
    if found is None:
        raise Unfit(f"“{short(_text(cell))}” 看不懂是哪一天，写成 2026-03-05")
    if found.date() > how.today:
        raise Unfit(f"{found:%Y-%m-%d} 还没到")
    return found


def _day(one: Field, cell: Cell, how: Reading) -> date:
    found = _on(cell, how)
    if found is not None:
        return found.date()
    text = comparable(_text(cell))
    phrase = find(text, how.today)
    if phrase is None or (phrase.start, phrase.end) != (0, len(text)):
        raise Unfit(f"“{short(_text(cell))}” 看不懂是哪一天，写成 2026-12-08")
    return phrase.on


def _on(cell: Cell, how: Reading) -> datetime | None:
    """A full date, with its time if there is one: as text, or as spreadsheets number days."""
    text = comparable(_text(cell)).strip()
    if (match := _DAY.fullmatch(text)) is not None:
        day = _made(int(match["y"]), int(match["m"] or match["mm"]), int(match["d"] or match["dd"]))
        if day is None:
            return None
        if match["h"] is None:
            return datetime.combine(day, NOON)
        hour, minute, second = (int(match[part] or 0) for part in ("h", "min", "s"))
        return datetime.combine(day, time(hour, minute, second)) if hour < 24 and max(minute, second) < 60 else None
    if _SERIAL.fullmatch(text) and _SERIALS[0] <= float(text) <= _SERIALS[1]:
        first = datetime(1904, 1, 1) if how.since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - local, as in the file
        found = first + timedelta(seconds=round(float(text) * 86400))
        return datetime.combine(found.date(), NOON) if found.time() == time() else found
    return None


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _days(one: Field, cell: Cell, how: Reading) -> int:
    text = comparable(_text(cell)).replace(" ", "")
    if text in _RHYTHMS:
        return _RHYTHMS[text]
    text = text.removeprefix("每").removesuffix("一次").removesuffix("天")
    if not text.isdecimal() or not 1 <= int(text[:6]) <= 365:
        raise Unfit(f"“{short(_text(cell))}” 不是 1 到 365 的天数")
    return int(text)


def _flag(one: Field, cell: Cell, how: Reading) -> bool:
    text = comparable(_text(cell))
    if text not in _YES and text not in _NO:
        raise Unfit(f"“{short(_text(cell))}” 不是“是”或“否”")
    return text in _YES


def _status(one: Field, cell: Cell, how: Reading) -> str:
    """Words of other systems that say nothing of ours mean an active customer."""
    return "archived" if "归档" in _text(cell) else "active"


def _fact(one: Field, cell: Cell, how: Reading) -> Value | None:
    fact = one.fact
    if fact is None:
        raise Unfit("不知道是什么")
    text = _text(cell)
    if fact.kind == "date" and (found := _on(cell, how)) is not None:
        return found.date().isoformat()
    if fact.kind == "yearly" and (day := _year_day(text, cell, how)) is not None:
        return day
    told = fact.parsed(text)
    if fact.kind == "money":
        told = _scaled(told, text, how.factor)
    if told is None and fact.kind == "flag" and comparable(text) in _YES | _NO:
        return comparable(text) in _YES
    if told is None and comparable(text) in _NOTHING:
        return None
    if told is None:
        known = "、".join(option.zh for option in fact.choices)
        ways = {"number": "不是数字", "money": "不是金额（例：12万）", "date": "看不懂是哪一天", "yearly": YEARLY}
        raise Unfit(f"“{short(text)}” {ways.get(fact.kind) or f'不在这几样里：{known}'}")
    return told


def _scaled(told: Value | None, text: str, factor: str) -> Value | None:
    """An amount in the unit of its heading, such as 万, unless the cell (10-20, 约15) has one itself."""
    unit = amount(f"1{factor}") if factor else None
    if unit is None or not isinstance(told, int | float) or re.search(r"[万亿千wk元块]", comparable(text)):
        return told
    whole = round(told * unit, 2)
    return About(whole) if isinstance(told, About) else int(whole) if whole == int(whole) else whole


def _year_day(text: str, cell: Cell, how: Reading) -> str | None:
    """The code of a day of every year: named without a year, or of a date."""
    named = year_day(text, how.today) if _MOON_OR_DAY.search(text) else None
    if named is not None:
        return named[0].code
    found = _on(cell, how)
    return f"{found:%m-%d}" if found is not None else None


def _none(one: Field, cell: Cell, how: Reading) -> None:
    return None


_READERS: Mapping[str, Callable[[Field, Cell, Reading], Value | date | datetime | None]] = {
    "name": _words,
    "text": _words,
    "phone": _phone,
    "grade": _grade,
    "type": _type,
    "told": _type,
    "share": _share,
    "moment": _moment,
    "past": _past,
    "day": _day,
    "days": _days,
    "notes": _notes,
    "flag": _flag,
    "status": _status,
    "fact": _fact,
    "none": _none,
}


def short(text: str) -> str:
    """A cell in a sentence."""
    line = printable(text, 24)
    return line or "（看不见的字）"


def written(one: Field, told: Value) -> Value:
    """A fact, or a type's name, as an export writes it."""
    if one.shown:
        return one.shown.get(str(told), told)
    if one.fact is None or one.fact.kind in {"number", "money"}:
        return told
    if one.fact.kind == "yearly":
        return one.fact.said(told)
    option = next((option for option in one.fact.choices if option.value == told), None)
    return option.zh if option is not None else told
