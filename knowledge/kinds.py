"""Why a customer is due: the kinds of reminders, when each comes up, and how one shows in what a rep writes.

The rules are data (`data/kinds.toml`). An event may come up several times, once for each of its leads: 7 days ahead and
on the day. What would come up on a day off is moved to a working day, since nobody gets a message on the others.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import Field

from knowledge import dates, repeats
from knowledge.appointments import behind
from knowledge.calendar import working_before, working_from
from knowledge.errors import Faults
from knowledge.files import File, Id, Line, parse
from knowledge.numbers import DAYS_IN, HAN, number
from knowledge.tree import DATA, Entry
from knowledge.yearly import MOON, Yearly, moon, yearly
from knowledge.yearly import read as yearly_of

CONTACT, PROMISE = "contact", "promise"  # the rhythm, and a day that the rep gave: no kinds of the file
DORMANT = "dormant"  # silence has no day of its own: it may wait
OF_FACT = {"birthday": "birthday", "renewal_on": "renewal", "trial_end": "trial", "sold_on": "service"}
BIRTHDAY, RENEWAL, TRIAL, SOLD = OF_FACT
FAMILY = "family"  # birthdays of a customer's family: a kind, and no fact, since there may be several
LONGEST_TOLD = 24  # characters; a longer text with a birthday in it tells a story
NEAR = 14  # characters between a word such as 生日 and its day
_MOON = re.compile(MOON)
_SOLAR = re.compile(rf"(?:(?:19|20)\d\d[年.\-/])?(\d{{1,2}}|{HAN}{{1,2}})[月.\-/](\d{{1,2}}|{HAN}{{1,3}})[日号]?")
_LENGTH = re.compile(rf"(\d{{1,3}}|{HAN}{{1,3}})个?(天|周|星期|月)")
_BETWEEN = (
    r"的?[\d一二三四五六七八九十廿正冬腊闰初月号日岁农阴旧历公是在今明后天年下个这周末过满大\s]{0,14}"  # 女儿5月1号生日
)
_YESTERDAYS = {"大前天": 3, "前天": 2, "昨天": 1}
Days = Annotated[int, Field(ge=0, le=365)]
Word = Annotated[str, Field(min_length=1, max_length=10)]
Words = Annotated[list[Word], Field(min_length=1)]


class KindFile(File):
    """One kind of reminder."""

    id: Annotated[Id, Field(max_length=10)]
    zh: Line
    mark: Annotated[str, Field(min_length=1, max_length=4)]
    leads: Annotated[list[Days], Field(min_length=1, max_length=4)]
    passes: Days | None = None
    after: bool = False
    insists: bool = True
    why: Annotated[str, Field(min_length=2, max_length=40)]
    tip: str = ""


class QuoteFile(File):
    """When to ask after a quote, and how one shows."""

    days: Days
    signs: Words
    not_: Words = Field(alias="not")
    replied: Words


class SaleFile(File):
    """How a sale shows."""

    signs: Words
    not_: Words = Field(alias="not")


class StageFile(File):
    """A step after a sale, so many days after the one before."""

    id: Annotated[Id, Field(max_length=10)]
    zh: Line
    days: Days
    what: Line


class OwnerFile(File):
    """Who serves customers of a trade."""

    trade: Id
    who: Line


class ServiceFile(File):
    """How the one who serves is named behind a step after a sale."""

    with_: Annotated[str, Field(alias="with", pattern=r"\{who\}")]


class QuietFile(File):
    """When a customer is going quiet."""

    times: Annotated[int, Field(ge=1, le=10)]
    least: Days
    misses: Annotated[int, Field(ge=2, le=20)]
    every: Annotated[int, Field(ge=1, le=365)]


class WordsFile(File):
    """Words beside which a day is a birthday, a renewal, the end of a trial."""

    birthday: Words
    family: Words
    not_his: Words
    renewal: Words
    ends: Words
    trial: Words


class AsksFile(File):
    """What follows 每… where it is a reminder, and what follows where it is a description."""

    asks: Words
    not_: Words = Field(alias="not")


class KindsFile(File):
    """`kinds.toml`."""

    kind: Annotated[list[KindFile], Field(min_length=1)]
    quote: QuoteFile
    sale: SaleFile
    stage: Annotated[list[StageFile], Field(min_length=1)]
    service: ServiceFile
    owner: list[OwnerFile]
    quiet: QuietFile
    words: WordsFile
    own: AsksFile


@dataclass(frozen=True, slots=True)
class Occasion:
    """One reminder as the list shows it: `on` is when it comes up, `day` the day that it is about, if another."""

    id: int
    kind: str
    key: str
    on: date
    day: date | None = None
    what: str = ""
    at: time | None = None
    part: str = ""
    repeat: str = ""

    @property
    def ahead(self) -> date:
        """The day on which it is looked for: that which it is about, unless it comes up after it, like a quote."""
        return self.on if self.day is None or self.day < self.on else self.day


@dataclass(frozen=True, slots=True)
class Told:
    """A day of a customer's that a text tells: a fact with its value, and where it stands.

    `either` are other values that it may have: 八月十五 is a day of both calendars. `who` has that birthday, for one
    of the family, who is no fact.
    """

    fact: str
    value: str
    start: int
    end: int
    either: tuple[str, ...] = ()
    who: str = ""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The rules of all kinds."""

    all: Mapping[str, KindFile]
    stages: tuple[StageFile, ...]
    owners: Mapping[str, str]
    rules: KindsFile

    def passed(self, one: Occasion, today: date) -> bool:
        """Whether it is too late for it: its day was too long ago or, of an early notice, that of the notice."""
        row = self.all.get(one.kind)
        if row is None or row.passes is None:
            return False
        early = len(row.leads) > 1 and _lead(one.key) != min(row.leads)
        return today > (one.on if early else one.day or one.on) + timedelta(days=row.passes)

    def insists(self, kind: str) -> bool:
        """Whether it is tried again on another day after nobody was reached."""
        row = self.all.get(kind)
        return row is not None and row.insists

    def comes_up(self, kind: str, day: date, lead: int, days: Mapping[date, bool] | None = None) -> date:
        """The working day on which it comes up, `lead` days ahead; where a long break moves two notices of one matter
        to its eve, the earlier one comes the working day before.
        """
        on, rule = day - timedelta(days=lead), self.all[kind]
        if rule.after:
            return working_from(on, days)
        found = working_before(on, days)
        nearer = [one for one in rule.leads if one < lead] if lead in rule.leads else []
        if nearer and found >= (next_one := self.comes_up(kind, day, max(nearer), days)):
            found = working_before(next_one - timedelta(days=1), days)
        return found

    def times(
        self, kind: str, yearly_: Yearly | date, today: date, days: Mapping[date, bool] | None = None
    ) -> Sequence[Occasion]:
        """When an event comes up from today on, once for each lead.

        Of the leads that lie behind, the last one comes up at once and the others, if the event is yearly, next time.
        """
        day = yearly_ if isinstance(yearly_, date) else yearly_.next_from(today)
        repeat = "" if isinstance(yearly_, date) else f"y{yearly_.code}"
        found, at_once = [], False
        for lead in sorted(self.all[kind].leads):
            on = self.comes_up(kind, day, lead, days)
            one = Occasion(0, kind, str(lead), max(on, today), day, repeat=repeat)
            if on > today or (not at_once and day >= today):
                found.append(one)
                at_once = at_once or on <= today
            elif following := self.following(one, today, days):
                found.append(replace(one, day=following[0], on=following[1]))
        return found

    def following(
        self, one: Occasion, after: date, days: Mapping[date, bool] | None = None
    ) -> tuple[date, date] | None:
        """The next time that comes up after a date: (the day that it is about, the day on which it comes up)."""
        if not one.repeat:
            return None
        lead = _lead(one.key) if len(self.all[one.kind].leads) > 1 else 0
        day = one.day or one.on
        while True:
            day = repeats.after(one.repeat, day)
            on = self.comes_up(one.kind, day, lead, days)
            if on > after:
                return day, on
            late = working_from(day, days)  # everything before it up to `after` is a day off
            if late > after and not lead and working_before(day, days) <= one.on:
                return day, late

    def next_stage(self, key: str) -> StageFile | None:
        """The step after a sale that follows one, None after the last."""
        ids = [stage.id for stage in self.stages]
        at = ids.index(key) + 1 if key in ids else len(ids)
        return self.stages[at] if at < len(ids) else None

    def stage_words(self, stage: StageFile, trade: str) -> str:
        """What a step after a sale is about, with who serves customers of that trade ("" for not known)."""
        who = self.owners.get(trade)
        return stage.what + (self.rules.service.with_.format(who=who) if who else "")

    def quiet_on(self, contact: date, latest: int, days: Mapping[date, bool] | None = None) -> date:
        """The day on which silence since a contact is too long, for a rhythm of at most `latest` days."""
        quiet = self.rules.quiet
        return working_from(contact + timedelta(days=max(quiet.least, quiet.times * latest)), days)

    def quoted(self, note: str) -> bool:
        """Whether a note tells of a quote."""
        return _says(note, self.rules.quote.signs, self.rules.quote.not_) and not self.replied(note)

    def replied(self, note: str) -> bool:
        """Whether a note tells that the customer answered to one."""
        return _says(note, self.rules.quote.replied, ("没", "未", "还没", "不"))

    def told(self, text: str, today: date) -> Sequence[Told]:
        """The days of a customer's that a text tells."""
        words = self.rules.words
        family = list(_family(text, words, today))
        found = [
            _trial(text, words.trial, today),
            *family,
            _of_year(BIRTHDAY, dates.without(text, *family), words.birthday, [*words.family, *words.not_his], today),
            _of_year(RENEWAL, text, [*words.renewal, *_ends(text, words.ends)], (), today),
            self._sale(text, today),
        ]
        return [one for one in found if one is not None]

    def _sale(self, text: str, today: date) -> Told | None:
        span = _place(text, self.rules.sale.signs, self.rules.sale.not_)
        if span is None:
            return None
        was, said = behind(text, today), dates.find(text, today)
        if was is not None and was.end <= span[0] and dates.find(text[was.end : span[0]], today) is None:
            on = was.on
        else:
            on = said.on if said is not None and said.past else today - timedelta(days=_ago(text[: span[0]]))
        return Told(SOLD, on.isoformat(), *span)

    def asks(self, text: str, today: date) -> bool:
        """Whether a text that begins with 每… wants a reminder, and does not describe somebody."""
        found = repeats.find(text, today)
        if found is None:
            return False
        rest = text[found.end :].lstrip(" ，,")
        if "提醒" in text or "别忘" in text:
            return True
        asked = found.start <= 1 and rest.startswith(tuple(self.rules.own.asks))
        return asked and len(text) <= LONGEST_TOLD and not rest.startswith(tuple(self.rules.own.not_))


def _ago(text: str) -> int:
    """How many days ago something was, as far as the text before it says."""
    return next((days for word, days in _YESTERDAYS.items() if word in text), 0)


def _says(text: str, signs: Sequence[str], nots: Sequence[str]) -> bool:
    return _place(text, signs, nots) is not None


def _place(text: str, signs: Sequence[str], nots: Sequence[str]) -> tuple[int, int] | None:
    """Where the first sign stands that its clause does not deny; a longer sign goes before a shorter one."""
    for sign in sorted(signs, key=len, reverse=True):
        for found in re.finditer(re.escape(sign), text):
            clause = re.split(r"[，,。；;！!？?\n]", text[: found.start()])[-1]
            tail = text[found.end() : found.end() + 1]
            if not any(word in clause for word in nots) and tail not in {"吗", "么", "?", "？"}:
                return found.span()
    return None


def _of_year(fact: str, text: str, words: Sequence[str], others: Sequence[str], today: date) -> Told | None:
    """A day of every year beside one of the words."""
    place = _place(text, words, ())
    if place is None or any(word in text[max(0, place[0] - 4) : place[0]] for word in others):
        return None
    near = [row for row in _years_days(text) if row[0] < place[1] + NEAR and row[1] > place[0] - NEAR]
    if near:
        start, end, on = min(near, key=lambda row: abs(row[0] - place[0]))
        said = text[start:end]
        spoken = not on.lunar and not re.search(r"\d|[日号]", said)
        other = yearly(on.month, on.day, lunar=True) if spoken else None
        return Told(fact, on.code, min(start, place[0]), max(end, place[1]), (other.code,) if other else ())
    day = dates.coming(text, today)
    if day is None or day.either or abs(day.start - place[0]) > NEAR:
        return None
    on = Yearly(day.on.month, day.on.day)
    return Told(fact, on.code, min(day.start, place[0]), max(day.end, place[1]))


def _family(text: str, words: WordsFile, today: date) -> Iterator[Told]:
    """The birthdays of a customer's family: 女儿生日5月1号, 老公3月5号生日."""
    begins = [match.start() for match in re.finditer(r"[^，,。；;！!？?\n]+", text)]
    said = [match.start() for match in re.finditer("|".join(map(re.escape, words.birthday)), text)]
    starts = sorted({max((begin for begin in begins if begin <= place), default=0) for place in said})
    every = "|".join(sorted(map(re.escape, words.family), key=len, reverse=True))
    for begin, end in pairwise([*starts, len(text)]):
        one = _of_year(FAMILY, text[begin:end], words.birthday, (), today)
        place = _place(text[begin:end], words.birthday, ())
        who = re.search(f"({every}){_BETWEEN}$", text[begin : begin + place[0]]) if place else None
        if one is not None and who is not None:
            start = begin + min(one.start, who.start())
            yield replace(one, start=start, end=begin + one.end, who=who[1].removeprefix("她").removesuffix("的"))


def _lead(key: str) -> int:
    """How many days ahead a notice comes: its key begins with it, and who it is about may follow."""
    return int(key.partition(":")[0])


def _ends(text: str, things: Sequence[str]) -> Sequence[str]:
    """到期, where the text says what ends: a contract, an insurance."""
    return ["到期"] if any(thing in text for thing in things) else ()


def _years_days(text: str) -> Iterator[tuple[int, int, Yearly]]:
    for match in _MOON.finditer(text):
        if on := moon(match):
            yield match.start(), match.end(), on
            return
    for match in _SOLAR.finditer(text):
        if on := yearly(number(match[1]), number(match[2])):
            yield match.start(), match.end(), on


def year_day(text: str, today: date) -> tuple[Yearly, tuple[Yearly, ...]] | None:
    """The day of every year that a text names, and others that it may be; None where it names none."""
    found = _of_year("", f"生日{text}", ("生日",), (), today)
    on = yearly_of(found.value) if found else None
    if found is None or on is None:
        return None
    others = (yearly_of(code) for code in found.either)
    return on, tuple(other for other in others if other is not None)


def _trial(text: str, words: Sequence[str], today: date) -> Told | None:
    place = _place(text, words, ())
    if place is None:
        return None
    day = dates.coming(text, today)
    if day is not None and not day.either:
        return Told(TRIAL, day.on.isoformat(), min(day.start, place[0]), max(day.end, place[1]))
    length = _LENGTH.match(text, place[1])
    if length is None:
        return None
    on = today + timedelta(days=number(length[1]) * DAYS_IN[length[2]])
    return Told(TRIAL, on.isoformat(), place[0], length.end())


@cache
def load_kinds(path: Path = DATA / "kinds.toml") -> Kinds:
    """The rules from their file.

    Raises:
        Faults: with every fault of the file.
    """
    faults: list[str] = []
    told = parse(Entry(path, path.name), KindsFile, faults)
    if told is not None:
        faults.extend(f"{path.name}: {fault}" for fault in _faults(told))
    if faults or told is None:
        raise Faults(faults)
    owners = {row.trade: row.who for row in told.owner}
    return Kinds({row.id: row for row in told.kind}, tuple(told.stage), owners, told)


def _faults(told: KindsFile) -> Iterator[str]:
    for name, ids in (("kind", [row.id for row in told.kind]), ("stage", [row.id for row in told.stage])):
        for id in sorted({id for id in ids if ids.count(id) > 1}):
            yield f"{name}.{id}: 编号重复"
    needed = ("quote", "trial", "renewal", "birthday", "family", "service", "dormant", "own", "festival")
    for id in needed:
        if id not in [row.id for row in told.kind]:
            yield f"kind.{id}: 缺少这一种"
    for row in told.kind:
        if len(set(row.leads)) < len(row.leads):
            yield f"kind.{row.id}.leads: 同一个提前量写了两遍"
        try:
            row.why.format(day="", what="", year="")
        except (KeyError, IndexError, ValueError):
            yield f"kind.{row.id}.why: 只能用 {{day}}、{{what}} 和 {{year}}"
