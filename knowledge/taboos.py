"""What is not said to a customer, and the seven principles of speaking, as data: a folder of files, refused with
every fault at once.

`taboo.toml` has the kinds and their phrases, `patterns.toml` phrases with slots, `classes.toml` words of like use,
`repairs.toml` what to say instead, `clash.toml` what only customers of some types mind.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from knowledge.corpus import DRAFTS
from knowledge.errors import Faults
from knowledge.features import Span
from knowledge.files import (
    ClashesFile,
    ClashFile,
    ClassesFile,
    PatternsFile,
    RepairFile,
    RepairsFile,
    TabooFile,
    Taboos,
    read,
)
from knowledge.slots import places, plain, slotted
from knowledge.systems import DATA
from knowledge.wordclasses import WordClasses

_NOT_WORDS = re.compile(r"[^\w]")


@dataclass(frozen=True, eq=False)
class Repair:
    """What a clause at fault is replaced by, where `about` is in it; `{it}` in `say` is what `drop` leaves of it."""

    about: re.Pattern[str] | None
    drop: tuple[re.Pattern[str], ...]
    say: str


@dataclass(frozen=True, eq=False)
class Taboo:
    """One kind of what is not said to a customer, or one principle; its phrases are as `plain` has them."""

    id: str
    zh: str
    principle: int  # 1 to 7, 0 for a kind of taboo phrases
    why: str
    ask: str
    better: str
    phrases: tuple[str, ...]
    soft: tuple[str, ...]  # count only where no word of `needs` is in the draft
    needs: tuple[str, ...]
    alone: frozenset[str]  # count where they are the whole draft
    fine: tuple[str, ...]  # a phrase that overlaps one of these is no fault
    swap: tuple[tuple[str, str, str], ...]  # (left as compared, left, right)
    patterns: Mapping[str, re.Pattern[str]]  # phrases with slots, as they are written and compiled
    repairs: tuple[Repair, ...]

    aliases: Sequence[str] = ()

    def hits(self, told: str) -> list[Span]:
        """Where its phrases stand in a text of `plain`, in order, soft ones among them; those that overlap as one."""
        soft = () if any(word in told for word in self.needs) else self._places(self.soft, told)
        return _joined([*self.firm(told), *soft])

    def firm(self, told: str) -> list[Span]:
        """The same without the soft ones."""
        if _NOT_WORDS.sub("", told) in self.alone:
            return [(0, len(told))]
        return self._places(self.phrases, told)

    def _places(self, words: Sequence[str], told: str) -> list[Span]:
        found = list(_places(words, told))
        fine = list(_places(self.fine, told)) if found else []
        return [span for span in found if not any(overlap(span, excused) for excused in fine)]

    def swaps(self, told: str, spans: Sequence[Span]) -> list[tuple[str, str]]:
        """What to write instead of what was found: (words, better words), at most one for each span."""
        chosen: list[tuple[str, str]] = []
        for span in spans:
            near = [
                (end - start, left, right)
                for compared, left, right in self.swap
                for start, end in _places([compared], told)
                if overlap(span, (start, end))
            ]
            near.extend(
                (len(compared), left, right) for compared, left, right in self.swap if told[slice(*span)] in compared
            )
            if near and (best := max(near)[1:]) not in chosen:
                chosen.append(best)
        return chosen


@dataclass(frozen=True, eq=False)
class Clash:
    """What customers of some types cannot bear to hear, though it is harmless to others."""

    types: frozenset[str]
    taboo: Taboo

    def hits(self, told: str) -> list[Span]:
        """Where it stands in a text of `plain`."""
        excused = list(_places(self.taboo.fine, told))
        found = places(self.taboo.patterns.values(), told)
        return _joined(span for span in found if not any(overlap(span, other) for other in excused))


@dataclass(frozen=True, eq=False, repr=False)
class Lists:
    """Everything that is written down about drafts."""

    taboos: Mapping[str, Taboo]
    classes: WordClasses
    clashes: Sequence[Clash]


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


def _places(words: Iterable[str], told: str) -> Iterator[Span]:
    """Everywhere that one of `words` stands."""
    for word in words:
        at = told.find(word)
        while at >= 0:
            yield at, at + len(word)
            at = told.find(word, at + 1)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that overlap as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


# --- reading the files ------------------------------------------------------------------------------------------------


def load_lists(data: Path = DATA) -> Lists:
    """All of the files.

    Raises:
        Faults: with every fault of every file.
    """
    faults: list[str] = []
    lists = Lists(_taboos(data, faults), _classes(data, faults), _clashes(data, faults))
    if faults:
        raise Faults(faults)
    return lists


def _classes(data: Path, faults: list[str]) -> WordClasses:
    told = read(data / DRAFTS / "classes.toml", ClassesFile, faults, data)
    return WordClasses.read(told.root if told else {})


def _taboos(data: Path, faults: list[str]) -> Mapping[str, Taboo]:
    path = data / DRAFTS / "taboo.toml"
    told = read(path, Taboos, faults, data)
    rows = [*told.kind, *told.principle] if told else []
    faults.extend(f"{path.relative_to(data)}: {fault}" for fault in _faults(rows))
    ids = {row.id for row in rows}
    patterns, repairs = _patterns(data, ids, faults), _repairs(data, ids, faults)
    return {row.id: _taboo(row, patterns.get(row.id, {}), repairs.get(row.id, ())) for row in rows}


def _clashes(data: Path, faults: list[str]) -> Sequence[Clash]:
    path = data / DRAFTS / "clash.toml"
    told = read(path, ClashesFile, faults, data)
    rows = told.clash if told else []
    return [_clash(f"{path.relative_to(data)}: clash[{number}]", row, faults) for number, row in enumerate(rows)]


def _clash(name: str, row: ClashFile, faults: list[str]) -> Clash:
    taboo = Taboo(
        id="clash",
        zh="他听不得的话",
        principle=0,
        why=row.why,
        ask=row.better,
        better=row.better,
        phrases=(),
        soft=(),
        needs=(),
        alone=frozenset(),
        fine=tuple(map(plain, row.fine)),
        swap=(),
        patterns=_slotted(f"{name}.patterns", row.patterns, faults),
        repairs=(Repair(None, (), row.say),),
    )
    return Clash(frozenset(row.types), taboo)


def _patterns(data: Path, ids: Collection[str], faults: list[str]) -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    """The phrases with slots of each kind; what is wrong with them is added to `faults`."""
    path = data / DRAFTS / "patterns.toml"
    told = read(path, PatternsFile, faults, data)
    rows = told.root if told else {}
    faults.extend(_strangers(path.relative_to(data), rows, ids))
    return {id: _slotted(f"{path.relative_to(data)}: {id}", texts, faults) for id, texts in rows.items()}


def _repairs(data: Path, ids: Collection[str], faults: list[str]) -> Mapping[str, tuple[Repair, ...]]:
    """The repairs of each kind; what is wrong with them is added to `faults`."""
    path = data / DRAFTS / "repairs.toml"
    told = read(path, RepairsFile, faults, data)
    rows = told.root if told else {}
    faults.extend(_strangers(path.relative_to(data), rows, ids))
    return {
        id: tuple(_repair(f"{path.relative_to(data)}: {id}[{number}]", row, faults) for number, row in enumerate(many))
        for id, many in rows.items()
    }


def _repair(name: str, row: RepairFile, faults: list[str]) -> Repair:
    about = _slotted(f"{name}.about", [row.about] if row.about else [], faults)
    if "{part}" in row.say and not any(pattern.groups for pattern in about.values()):
        faults.append(f"{name}.say: 用了 {{part}}，about 里却没有括号")
    return Repair(next(iter(about.values()), None), tuple(_slotted(f"{name}.drop", row.drop, faults).values()), row.say)


def _strangers(name: Path, rows: Iterable[str], ids: Collection[str]) -> Iterator[str]:
    return (f"{name}: {id}: taboo.toml 里没有这个编号" for id in rows if ids and id not in ids)


def _slotted(name: str, texts: Sequence[str], faults: list[str]) -> Mapping[str, re.Pattern[str]]:
    """The phrases compiled; what is wrong with one is added to `faults`."""
    patterns: dict[str, re.Pattern[str]] = {}
    for text in texts:
        if text in patterns:
            faults.append(f"{name}: 句式“{text}”写了两遍")
        try:
            patterns[text] = slotted(text)
        except ValueError as fault:
            faults.append(f"{name}: 句式“{text}”{fault}")
    return patterns


LISTS: tuple[Literal["phrases", "soft", "needs", "alone", "fine"], ...] = ("phrases", "soft", "needs", "alone", "fine")


def _faults(rows: Sequence[TabooFile]) -> Iterator[str]:
    """Faults that only show when the lists are read together."""
    ids = [row.id for row in rows]
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        yield f"{id}: id: 编号重复"
    for row in rows:
        for name in LISTS:
            words = getattr(row, name)
            for word in sorted({word for word in words if words.count(word) > 1}):
                yield f"{row.id}: {name}: “{word}”写了两遍"
            if name not in {"alone", "needs"}:
                yield from (f"{row.id}: {name}: “{word}”太短，会误伤" for word in words if len(word) < 2)
        for word in sorted(set(row.phrases) & set(row.soft)):
            yield f"{row.id}: soft: “{word}”在 phrases 里已经有了"
        for right in row.swap.values():
            for other in rows:
                if _taboo(other, {}, ()).hits(plain(right)):
                    yield f"{row.id}: swap: 建议的说法“{right}”自己就犯了{other.zh}"


def _taboo(row: TabooFile, patterns: Mapping[str, re.Pattern[str]], repairs: tuple[Repair, ...]) -> Taboo:
    lists = {name: tuple(map(plain, getattr(row, name))) for name in LISTS if name != "alone"}
    swap = tuple((plain(left), left, right) for left, right in row.swap.items())
    alone = frozenset(map(plain, row.alone))
    return Taboo(
        id=row.id,
        zh=row.zh,
        principle=row.rule,
        why=row.why,
        ask=row.ask,
        better=row.better,
        alone=alone,
        swap=swap,
        patterns=patterns,
        repairs=repairs,
        **lists,
    )
