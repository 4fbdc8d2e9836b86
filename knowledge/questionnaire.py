"""Questionnaires: items to tick, one after the other, and what the sums of their points come to.

A sheet is what somebody has ticked so far; `answer`, `back` and `fill` return a new one. `score` reads it at any time,
with every reason. An item may be left blank: None in `given`, and counted as the file says.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from string import Formatter
from typing import Any

from knowledge.errors import Faults
from knowledge.files import (
    AxesFile,
    AxisFile,
    BlankFile,
    ItemFile,
    QuarterFile,
    QuestionnaireFile,
    RanksFile,
    Side,
    Subject,
)

AS_NAMED: Mapping[str, frozenset[str]] = {  # what each sentence of a file may leave to be filled in
    "ask": frozenset({"who"}),
    "blank.text": frozenset({"count", "points"}),
    "blank.refuse": frozenset({"count", "sum"}),
    "axes.below": frozenset({"sum", "points", "type", "other"}),
    "axes.above": frozenset({"sum", "points", "type", "other"}),
    "axes.maybe": frozenset({"sum", "count", "other"}),
    "one": frozenset({"first"}),
    "two": frozenset({"first", "second"}),
    "three": frozenset({"first", "second", "third"}),
    "close": frozenset({"first", "second"}),
    "flat": frozenset({"first"}),
    "low": frozenset({"weak"}),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of an item."""

    key: str
    zh: str
    points: int


@dataclass(frozen=True, slots=True)
class Item:
    """One item; `zh` is the statement to agree with, "" where the options are the statements."""

    id: str
    sum: str
    zh: str
    options: tuple[Option, ...]

    def option(self, key: str | None) -> Option | None:
        """The answer of that key."""
        return next((option for option in self.options if option.key == key), None)


@dataclass(frozen=True, eq=False)
class Questionnaire:
    """A test to tick. `sums` are what its items count for: ids and names, in the order in which they are shown."""

    kind: str
    whom: frozenset[Subject]
    intro: str
    ask: str
    items: tuple[Item, ...]
    sums: Mapping[str, str]
    blank: BlankFile
    reading: AxesFile | RanksFile  # how the sums are read
    types: Mapping[str, str]  # the names of the types, by id

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        """The items by their ids."""
        return {item.id: item for item in self.items}

    def number(self, id: str) -> int:
        """The place of an item, from 1."""
        return 1 + next(at for at, item in enumerate(self.items) if item.id == id)


def quarter(axes: AxesFile, sides: Sequence[Side]) -> QuarterFile:
    """The quarter on these sides of the two cuts."""
    return next(one for one in axes.quarter if one.sides == tuple(sides))


# --- ticking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """What has been ticked: `given` by item, None for one left blank; `at` is the item to answer, "" at the end."""

    given: Mapping[str, str | None]
    at: str

    @property
    def blank(self) -> tuple[str, ...]:
        """The items left blank on purpose."""
        return tuple(id for id, key in self.given.items() if key is None)


def begin(questionnaire: Questionnaire) -> Sheet:
    """Nothing ticked yet."""
    return Sheet({}, questionnaire.items[0].id)


def answer(sheet: Sheet, key: str | None, questionnaire: Questionnaire) -> Sheet | None:
    """The item at hand answered (None: left blank); None where it has no such answer, or nothing is at hand."""
    item = questionnaire.by_id.get(sheet.at)
    if item is None or (key is not None and item.option(key) is None):
        return None
    given = {**sheet.given, item.id: key}
    return Sheet(given, _next(given, item.id, questionnaire))


def _next(given: Mapping[str, str | None], after: str, questionnaire: Questionnaire) -> str:
    """The first item not seen yet; where all are, the next one left blank; "" where there is none."""
    unseen = (item.id for item in questionnaire.items if item.id not in given)
    later = questionnaire.items[questionnaire.number(after) :]
    return next(unseen, "") or next((item.id for item in later if given[item.id] is None), "")


def back(sheet: Sheet, questionnaire: Questionnaire) -> Sheet | None:
    """The item before; None at the first."""
    number = questionnaire.number(sheet.at) if sheet.at else len(questionnaire.items) + 1
    return Sheet(sheet.given, questionnaire.items[number - 2].id) if number > 1 else None


def fill(sheet: Sheet, questionnaire: Questionnaire) -> Sheet | None:
    """On to the first item left blank; None where there is none."""
    first = next((item.id for item in questionnaire.items if sheet.given.get(item.id) is None), None)
    return Sheet(sheet.given, first) if first else None


def dump(sheet: Sheet) -> dict[str, Any]:
    """A sheet as plain values."""
    return {"at": sheet.at, "given": dict(sheet.given)}


def restore(told: Mapping[str, Any], questionnaire: Questionnaire) -> Sheet:
    """A sheet from `dump`; what the questionnaire does not know any more is left out."""
    known = questionnaire.by_id
    kept = ((id, key) for id, key in told["given"].items() if id in known)
    given = {id: key for id, key in kept if key is None or known[id].option(key) is not None}
    at = told["at"]
    if at and at not in known:
        at = next((item.id for item in questionnaire.items if item.id not in given), "")
    return Sheet(given, at)


# --- scoring ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sum:
    """The points of one sum, the least and the most they can be, and how many of its items are blank."""

    id: str
    zh: str
    points: int
    lowest: int
    highest: int
    blank: int
    least: int  # what it would be at least, and at most, if the blank items were answered
    most: int

    def share(self, parts: int) -> int:
        """How many of so many parts it fills."""
        return (self.points - self.lowest) * parts // (self.highest - self.lowest)

    def cell(self, high: int, half: int) -> int:
        """Its place on a line of twice `half` cells that is cut in the middle: from `high` on it is in the upper."""
        if self.points < high:
            return (self.points - self.lowest) * half // (high - self.lowest)
        return half + (self.points - high) * half // (self.highest - high + 1)


@dataclass(frozen=True, slots=True)
class Result:
    """What the sums come to. `types`: the leading one first; more than one where several share the lead, or where an
    axis is open; none where too much is blank. `near`: types that are not far. `enough`: whether it is a result.
    """

    types: tuple[str, ...]
    near: tuple[str, ...]
    sums: tuple[Sum, ...]
    why: tuple[str, ...]
    blank: int
    enough: bool


def score(questionnaire: Questionnaire, sheet: Sheet, whom: Subject) -> Result:
    """What has been ticked comes to this, said of oneself or of a customer."""
    sums = tuple(_sum(questionnaire, id, sheet.given) for id in questionnaire.sums)
    blank, rule = sum(one.blank for one in sums), questionnaire.blank
    if rule.within == "all" and blank > rule.most:
        return Result((), (), sums, (rule.refuse.format(count=blank, sum=""),), blank, enough=False)
    if isinstance(questionnaire.reading, RanksFile):
        types, why = _ranked(questionnaire.reading, sums, whom)
        return Result(types, (), sums, (*why, *_blanks(rule, blank)), blank, enough=True)
    return _placed(questionnaire.reading, questionnaire, sums, blank)


def _blanks(rule: BlankFile, blank: int) -> Iterator[str]:
    if blank:
        yield rule.text.format(count=blank, points=rule.points)


def _sum(questionnaire: Questionnaire, id: str, given: Mapping[str, str | None]) -> Sum:
    points = lowest = highest = blank = least = most = 0
    for item in questionnaire.items:
        if item.sum != id:
            continue
        chosen = item.option(given.get(item.id))
        low, high = min(o.points for o in item.options), max(o.points for o in item.options)
        lowest, highest, blank = lowest + low, highest + high, blank + (chosen is None)
        points += chosen.points if chosen else questionnaire.blank.points
        least += chosen.points if chosen else low
        most += chosen.points if chosen else high
    return Sum(id, questionnaire.sums[id], points, lowest, highest, blank, least, most)


def _ranked(rule: RanksFile, sums: Sequence[Sum], whom: Subject) -> tuple[tuple[str, ...], list[str]]:
    """The first of the five rules that fits."""
    said = rule.said[whom]
    ordered = sorted(sums, key=lambda one: (-one.points, rule.order.index(one.id)))
    leads = [one.points - after.points >= rule.lead for one, after in pairwise(ordered)]
    if ordered[0].points - ordered[-1].points <= rule.flat_spread:
        leading, text = [next(one for one in sums if one.id == rule.flat_type)], said.flat
    elif True in leads[:3]:
        many = leads.index(True) + 1
        leading, text = ordered[:many], (said.one, said.two, said.three)[many - 1]
    else:
        leading, text = ordered[:2], said.close
    names = dict(zip(("first", "second", "third"), (one.zh for one in leading), strict=False))
    weak = [one.zh for one in sums if one.points <= rule.low_at]
    why = [text.format(**names), *([said.low.format(weak="、".join(weak))] if weak else [])]
    return tuple(one.id for one in leading), why


def _placed(axes: AxesFile, questionnaire: Questionnaire, sums: Sequence[Sum], blank: int) -> Result:
    """The quarter of two sums, with its neighbours where a sum lies close to the cut or could cross it."""
    rule, names = questionnaire.blank, questionnaire.types
    sides: list[Side] = ["high" if one.points >= axis.high else "low" for one, axis in _pairs(axes, sums)]
    open = [rule.within == "sum" and one.blank > rule.most for one in sums]
    if any(open):
        possible = product(*(("high", "low") if o else (side,) for o, side in zip(open, sides, strict=True)))
        types = () if all(open) else tuple(quarter(axes, one).type for one in possible)
        why = [
            rule.refuse.format(sum=one.zh, count=one.blank) for one, is_open in zip(sums, open, strict=True) if is_open
        ]
        return Result(types, (), tuple(sums), tuple(why), blank, enough=False)
    here = quarter(axes, sides)
    near, told = [], []
    for at, (one, axis) in enumerate(_pairs(axes, sums)):
        other = quarter(axes, [_other(side) if at == turned else side for turned, side in enumerate(sides)]).type
        sentence = _closeness(axes, axis, one)
        if sentence:
            near.append(other)
            away = axis.high - one.points
            told.append(
                sentence.format(sum=axis.zh, points=away, count=one.blank, type=names[here.type], other=names[other])
            )
    points = {one.id: one.points for one in sums}
    strong = [axes.strong] if axes.strong and not near and _strong(axes, sums) else []
    why = [
        axes.text.format(type=names[here.type], **points),
        *([here.zh] if here.zh else []),
        *told,
        *strong,
        *_blanks(rule, blank),
    ]
    return Result((here.type,), tuple(near), tuple(sums), tuple(why), blank, enough=True)


def _pairs(axes: AxesFile, sums: Sequence[Sum]) -> Iterable[tuple[Sum, AxisFile]]:
    return zip(sums, axes.axis, strict=True)


def _other(side: Side) -> Side:
    return "low" if side == "high" else "high"


def _closeness(axes: AxesFile, axis: AxisFile, one: Sum) -> str:
    """The sentence about a sum that lies close to the cut, or that the blank items might carry across it."""
    if axis.near[0] <= one.points <= axis.near[1]:
        return axes.above if one.points >= axis.high else axes.below
    return axes.maybe if one.least < axis.high <= one.most else ""


def _strong(axes: AxesFile, sums: Sequence[Sum]) -> bool:
    return all(
        axis.strong is not None and not axis.strong[0] < one.points < axis.strong[1] for one, axis in _pairs(axes, sums)
    )


# --- reading the file -------------------------------------------------------------------------------------------------


def questionnaire(told: QuestionnaireFile, types: Mapping[str, str]) -> Questionnaire:
    """The questionnaire of a file without faults; `types` are the names of the system's types.

    Raises:
        Faults: the file does not say how the sums are read.
    """
    reading = told.axes or told.ranks
    if reading is None:
        raise Faults(questionnaire_faults(told, types))
    names = {axis.id: axis.zh for axis in told.axes.axis} if told.axes else {}
    ranked = {id: types[id] for id in told.ranks.order} if told.ranks else {}
    return Questionnaire(
        kind=told.kind,
        whom=frozenset(told.whom),
        intro=told.intro,
        ask=told.ask,
        items=tuple(Item(row.id, row.sum, row.zh or "", tuple(_options(row, told))) for row in told.item),
        sums=names or ranked,
        blank=told.blank,
        reading=reading,
        types=types,
    )


def _options(row: ItemFile, told: QuestionnaireFile) -> Iterator[Option]:
    if told.kind == "choice":
        yield Option("a", row.a or "", int(row.counts == "a"))
        yield Option("b", row.b or "", int(row.counts == "b"))
        return
    ends = min(a.points for a in told.answer) + max(a.points for a in told.answer)
    for one in told.answer:
        yield Option(str(one.points), one.zh, ends - one.points if row.reverse else one.points)


def questionnaire_faults(told: QuestionnaireFile, types: Iterable[str]) -> Iterator[str]:
    """What is wrong with a file beyond its shape: "key: reason" each."""
    types = set(types)
    if (told.axes is None) == (told.ranks is None):
        yield "axes: axes（两条轴）和 ranks（比高低）要写一种，也只能写一种"
    if told.kind == "choice" and told.answer:
        yield "answer: choice 的题只有 a、b 两句，不用写 answer"
    if told.kind == "scale" and len({one.points for one in told.answer}) < max(2, len(told.answer)):
        yield "answer: scale 至少要两个答案，分数不能重复"
    yield from _item_faults(told)
    if told.axes is not None:
        yield from _axes_faults(told, told.axes, types)
    if told.ranks is not None:
        yield from _ranks_faults(told, told.ranks, types)
    for key, text, known in _sentences(told):
        yield from _unfilled(key, text, known)


def _item_faults(told: QuestionnaireFile) -> Iterator[str]:
    sums = {axis.id for axis in told.axes.axis} if told.axes else set(told.ranks.order) if told.ranks else set()
    seen: set[str] = set()
    for number, row in enumerate(told.item):
        key = f"item[{number}]"
        if row.id in seen:
            yield f"{key}.id: 编号“{row.id}”重复"
        seen.add(row.id)
        if sums and row.sum not in sums:
            yield f"{key}.sum: 没有“{row.sum}”这一项分数，可用 {' '.join(sorted(sums))}"
        pair = (row.a, row.b, row.counts)
        if told.kind == "choice" and (None in pair or row.zh is not None or row.reverse):
            yield f"{key}: choice 的题要写 a、b 和 counts，不写 zh 和 reverse"
        if told.kind == "scale" and (row.zh is None or any(part is not None for part in pair)):
            yield f"{key}: scale 的题要写 zh，不写 a、b 和 counts"
    for id in sorted(sums - {row.sum for row in told.item}):
        yield f"item: 没有一题算进“{id}”"


def _range(told: QuestionnaireFile, sum: str) -> tuple[int, int]:
    """The least and the most that a sum can be."""
    count = [row.sum for row in told.item].count(sum)
    points = [one.points for one in told.answer] if told.kind == "scale" else [0, 1]
    return count * min(points, default=0), count * max(points, default=0)


def _axes_faults(told: QuestionnaireFile, axes: AxesFile, types: set[str]) -> Iterator[str]:
    if len({axis.id for axis in axes.axis}) < len(axes.axis):
        yield "axes.axis: 编号重复"
    if len({quarter.sides for quarter in axes.quarter}) < len(axes.quarter):
        yield "axes.quarter: 四格要正好是高高、高低、低高、低低各一格"
    if len({quarter.type for quarter in axes.quarter}) < len(axes.quarter):
        yield "axes.quarter: 一个类型只能占一格"
    for number, quarter in enumerate(axes.quarter):
        if quarter.type not in types:
            yield f"axes.quarter[{number}].type: 没有“{quarter.type}”这个类型"
    for number, axis in enumerate(axes.axis):
        low, high = _range(told, axis.id)
        if not low < axis.high <= high:
            yield f"axes.axis[{number}].high: 这项分数在 {low} 到 {high} 之间，分界线要落在里面"
        for part in ("near", "strong"):
            ends = getattr(axis, part)
            if ends is not None and not low <= ends[0] <= ends[1] <= high:
                yield f"axes.axis[{number}].{part}: 要从小到大，并且在 {low} 到 {high} 之间"


def _ranks_faults(told: QuestionnaireFile, ranks: RanksFile, types: set[str]) -> Iterator[str]:
    if told.kind == "choice":
        yield "kind: choice 的题只能配两条轴（axes）"
    if len(set(ranks.order)) < len(ranks.order):
        yield "ranks.order: 类型重复"
    for type in sorted({*ranks.order, ranks.flat_type} - types):
        yield f"ranks.order: 没有“{type}”这个类型"
    if ranks.flat_type not in ranks.order:
        yield "ranks.flat_type: 要是 order 里的一个"
    if len({_range(told, id) for id in ranks.order}) > 1:
        yield "item: 各类型的题数要一样多，不然分数没法比"
    for whom in sorted(set(told.whom) - set(ranks.said)):
        yield f"ranks.said.{whom}: 缺少这一项"


def _sentences(told: QuestionnaireFile) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Every sentence with gaps: its key, itself, and what may stand in them."""
    blank = AS_NAMED["blank.refuse"] if told.blank.within == "sum" else frozenset({"count"})
    yield "ask", told.ask, AS_NAMED["ask"]
    yield "blank.text", told.blank.text, AS_NAMED["blank.text"]
    yield "blank.refuse", told.blank.refuse, blank
    if told.axes is not None:
        yield "axes.text", told.axes.text, frozenset({"type", *(axis.id for axis in told.axes.axis)})
        for part in ("below", "above", "maybe"):
            yield f"axes.{part}", getattr(told.axes, part), AS_NAMED[f"axes.{part}"]
    for whom, said in (told.ranks.said if told.ranks else {}).items():
        for part in ("one", "two", "three", "close", "flat", "low"):
            yield f"ranks.said.{whom}.{part}", getattr(said, part), AS_NAMED[part]


def _unfilled(key: str, text: str, known: frozenset[str]) -> Iterator[str]:
    try:
        gaps = {name for _, name, spec, convert in Formatter().parse(text) if name is not None or spec or convert}
    except ValueError:
        yield f"{key}: 花括号不成对"
        return
    for name in sorted(str(gap) for gap in gaps - known):
        yield f"{key}: 没有 {{{name}}} 可填，可用 {' '.join(f'{{{one}}}' for one in sorted(known))}"
