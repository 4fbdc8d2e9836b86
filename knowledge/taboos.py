"""What is not said to a customer, and the seven principles of speaking, as data: a folder of files, refused with
every fault at once.

`taboo.toml` has the kinds and their phrases, `patterns.toml` phrases with slots, `classes.toml` words of like use,
`repairs.toml` what to say instead and of which matter, `clash.toml` what only customers of some types mind. A team adds
to the first and the last two. The model was fitted with the shipped patterns and classes, so a team's would do nothing
and are not read.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from knowledge.corpus import DRAFTS
from knowledge.errors import Faults
from knowledge.features import Span
from knowledge.files import (
    ClashesFile,
    ClashFile,
    ClassesFile,
    MorePhrasesFile,
    PatternsFile,
    RepairFile,
    RepairsFile,
    TabooFile,
    Taboos,
    parse,
    read_each,
    twice,
)
from knowledge.slots import places, plain, slotted
from knowledge.tree import DATA, Entry, Source, Tree, tree
from knowledge.wordclasses import WordClasses

ANY = "any"  # the matter of a repair that is right whatever a draft is about
_NOT_WORDS = re.compile(r"[^\w]")


@dataclass(frozen=True, eq=False)
class Repair:
    """What a clause at fault is replaced by, where `about` is in it; `{it}` in `say` is what `drop` leaves of it."""

    about: re.Pattern[str] | None
    drop: tuple[re.Pattern[str], ...]
    say: str
    matter: str = ""  # the only matter that it is for; where there is one, words for no matter would change it
    own: bool = False  # the team's, which knows what it is for

    def suits(self, matters: Collection[str]) -> bool:
        """Whether a draft about these matters is still about them; what keeps its words is."""
        return self.matter in {ANY, *matters} if self.matter else self.own or not matters or "{it}" in self.say


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
    sure: tuple[str, ...] = ()  # phrases that count whatever the model thinks: the documents' own, and a team's
    always: tuple[re.Pattern[str], ...] = ()  # phrases with slots that count whatever the model thinks
    own: bool = False  # a kind of which the model knows nothing: its lists decide

    def hits(self, told: str) -> list[Span]:
        """Where its phrases stand in a text of `plain`, in order, soft ones among them; those that overlap as one."""
        soft = () if any(word in told for word in self.needs) else self._places(self.soft, told)
        return _joined([*self.firm(told), *soft])

    def firm(self, told: str) -> list[Span]:
        """The same without the soft ones."""
        if _NOT_WORDS.sub("", told) in self.alone:
            return [(0, len(told))]
        return self._places((*self.phrases, *self.sure), told)

    def certain(self, told: str) -> list[Span]:
        """Where its phrases stand that always count; those that overlap as one."""
        found = self._unexcused([*_places(self.sure, told), *places(self.always, told)], told)
        return _joined([*found, *(self.hits(told) if self.own else ())])

    def named(self, told: str) -> list[Span]:
        """Where anything of its lists stands."""
        return _joined([*self.hits(told), *self.certain(told)])

    def _places(self, words: Sequence[str], told: str) -> list[Span]:
        return self._unexcused(list(_places(words, told)), told)

    def _unexcused(self, found: Sequence[Span], told: str) -> list[Span]:
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
    said: str = ""  # where it stands, for faults

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
    matters: Mapping[str, Sequence[re.Pattern[str]]]  # what a draft may be about
    repairs: Sequence[Repair] = ()  # for any kind, each for a matter

    @property
    def learnt(self) -> Mapping[str, Taboo]:
        """The kinds of which the model knows."""
        return {id: taboo for id, taboo in self.taboos.items() if not taboo.own}

    def about(self, told: str) -> set[str]:
        """The matters of a text of `plain`."""
        return {id for id, patterns in self.matters.items() if any(pattern.search(told) for pattern in patterns)}


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


def load_lists(source: Source = DATA) -> Lists:
    """All of the files: the shipped ones with what the team added, and its own kinds, repairs and clashes.

    Raises:
        Faults: with every fault of every file; whether the types of clashes exist is for `strangers` to say.
    """
    files = tree(source)
    faults: list[str] = []
    matters = _matters(files, faults)
    taboos, repairs = _taboos(files, matters, faults)
    lists = Lists(taboos, _classes(files, faults), _clashes(files, faults), matters, repairs)
    if faults:
        raise Faults(faults)
    return lists


def strangers(clashes: Iterable[Clash], types: Collection[str]) -> list[str]:
    """Faults of clashes that name a type that does not exist."""
    return [
        f"{clash.said}.types: 没有“{id}”这个类型" for clash in clashes for id in sorted(clash.types - frozenset(types))
    ]


def _shipped(files: Tree, name: str) -> Entry:
    """The file that the model was fitted with, whatever a team has."""
    return files.layers(f"{DRAFTS}/{name}")[0]


def _classes(files: Tree, faults: list[str]) -> WordClasses:
    told = parse(_shipped(files, "classes.toml"), ClassesFile, faults)
    return WordClasses.read(told.root if told else {})


def _taboos(files: Tree, matters: Collection[str], faults: list[str]) -> tuple[Mapping[str, Taboo], Sequence[Repair]]:
    """The kinds and principles, with their patterns and repairs, and the repairs for any; what is wrong with any is
    added to `faults`.
    """
    name = f"{DRAFTS}/taboo.toml"
    read = read_each(files, name, Taboos, faults)
    where: dict[str, str] = {}
    shipped: dict[str, TabooFile] = {}
    own: dict[str, TabooFile] = {}
    more: dict[str, MorePhrasesFile] = {}
    for said, told in read:
        rows = [*told.kind, *told.principle]
        where |= {row.id: f"{said}: {row.id}" for row in rows}
        if not shipped:
            faults.extend(f"{said}: {part}: 缺少这一项" for part in ("kind", "principle") if not getattr(told, part))
            shipped = {row.id: row for row in rows}
        else:
            faults.extend(
                f"{said}: {row.id}: id: 自带的已经有了，加词请写 [[more]]" for row in rows if row.id in shipped
            )
            own = {row.id: row for row in rows}
        faults.extend(f"{said}: {fault}" for fault in _faults(rows, list({**shipped, **own}.values())))
        faults.extend(f"{said}: more.{fault}" for fault in _more_faults(told.more, shipped))
        more |= {row.id: row for row in told.more}
    # What a file that cannot be read would have named is no stranger to the others.
    ids = {*shipped, *own} if len(read) == len(files.layers(name)) else set[str]()
    patterns, repairs = _patterns(files, ids, faults), _repairs(files, ids, matters, faults)
    taboos: dict[str, Taboo] = {}
    for id, row in {**shipped, **own}.items():
        always = tuple(_slotted(f"{where[id]}: always", row.always, faults).values())
        read_ = replace(_taboo(row, patterns.get(id, {}), repairs.get(id, ())), always=always)
        taboos[id] = _owned(read_) if id in own or row.listed else read_
    return {id: _with_more(taboo, more.get(id)) for id, taboo in taboos.items()}, repairs.get("", ())


def _clashes(files: Tree, faults: list[str]) -> Sequence[Clash]:
    """What types mind, the team's first; what is wrong with it is added to `faults`."""
    found: list[Clash] = []
    for said, told in read_each(files, f"{DRAFTS}/clash.toml", ClashesFile, faults):
        rows = [_clash(f"{said}: clash[{number}]", row, faults) for number, row in enumerate(told.clash)]
        found = [*rows, *found]
    return found


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
        repairs=(Repair(None, (), row.say, own=True),),
    )
    return Clash(frozenset(row.types), taboo, name)


def _patterns(files: Tree, ids: Collection[str], faults: list[str]) -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    """The phrases with slots of each kind; what is wrong with them is added to `faults`."""
    entry = _shipped(files, "patterns.toml")
    told = parse(entry, PatternsFile, faults)
    rows = told.root if told else {}
    faults.extend(f"{entry.said}: {id}: taboo.toml 里没有这个编号" for id in rows if ids and id not in ids)
    return {id: _slotted(f"{entry.said}: {id}", texts, faults) for id, texts in rows.items()}


def _matters(files: Tree, faults: list[str]) -> Mapping[str, Sequence[re.Pattern[str]]]:
    """What drafts are about, in the words of every file; `_repairs` reads the same files and says what is wrong with
    them as a whole.
    """
    found: dict[str, list[re.Pattern[str]]] = {}
    for said, told in read_each(files, f"{DRAFTS}/repairs.toml", RepairsFile, []):
        faults.extend(f"{said}: matter: 编号“{id}”重复" for id in twice(row.id for row in told.matter))
        for row in told.matter:
            found.setdefault(row.id, []).extend(_slotted(f"{said}: matter.{row.id}.about", row.about, faults).values())
    return found


def _repairs(
    files: Tree, ids: Collection[str], matters: Collection[str], faults: list[str]
) -> Mapping[str, tuple[Repair, ...]]:
    """The repairs of each kind and, as "", those for any, the team's first; what is wrong with them is added to
    `faults`.
    """
    found: dict[str, tuple[Repair, ...]] = {}
    for said, told in read_each(files, f"{DRAFTS}/repairs.toml", RepairsFile, faults):
        rows: dict[str, list[Repair]] = {}
        own = bool(found)  # the shipped file is the first
        for number, row in enumerate(told.repair):
            at = f"{said}: repair[{number}]"
            if ids and row.id and row.id not in ids:
                faults.append(f"{at}.id: taboo.toml 里没有“{row.id}”这个编号")
            if not row.id and not row.matter:
                faults.append(f"{at}: id、matter 至少写一个")
            if row.matter and row.matter not in {ANY, *matters}:
                faults.append(f"{at}.matter: 没有“{row.matter}”这个 [[matter]]")
            rows.setdefault(row.id, []).append(replace(_repair(at, row, faults), matter=row.matter, own=own))
        found |= {id: (*many, *found.get(id, ())) for id, many in rows.items()}
    return found


def _repair(name: str, row: RepairFile, faults: list[str]) -> Repair:
    about = _slotted(f"{name}.about", [row.about] if row.about else [], faults)
    if "{part}" in row.say and not any(pattern.groups for pattern in about.values()):
        faults.append(f"{name}.say: 用了 {{part}}，about 里却没有括号")
    return Repair(next(iter(about.values()), None), tuple(_slotted(f"{name}.drop", row.drop, faults).values()), row.say)


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


LISTS: tuple[Literal["phrases", "quoted", "soft", "needs", "alone", "fine"], ...] = (
    "phrases",
    "quoted",
    "soft",
    "needs",
    "alone",
    "fine",
)


def _faults(rows: Sequence[TabooFile], all_rows: Sequence[TabooFile]) -> Iterator[str]:
    """Faults that only show when the lists are read together."""
    for id in twice(row.id for row in rows):
        yield f"{id}: id: 编号重复"
    for row in rows:
        for name in LISTS:
            words = getattr(row, name)
            for word in twice(words):
                yield f"{row.id}: {name}: “{word}”写了两遍"
            if name not in {"alone", "needs"}:
                yield from (f"{row.id}: {name}: “{word}”太短，会误伤" for word in words if len(word) < 2)
        for word in sorted(set(row.phrases) & set(row.soft)):
            yield f"{row.id}: soft: “{word}”在 phrases 里已经有了"
        yield from _swap_faults(row, all_rows)


def _more_faults(rows: Sequence[MorePhrasesFile], shipped: Mapping[str, TabooFile]) -> Iterator[str]:
    for id in twice(row.id for row in rows):
        yield f"{id}: id: 编号重复"
    for row in rows:
        if row.id not in shipped:
            yield f"{row.id}: id: 自带的没有这一条，可用 {' '.join(shipped)}"
        for name in ("phrases", "fine"):
            words: list[str] = getattr(row, name)
            yield from (f"{row.id}: {name}: “{word}”写了两遍" for word in twice(words))
            yield from (f"{row.id}: {name}: “{word}”太短，会误伤" for word in words if len(word) < 2)
        yield from _swap_faults(row, shipped.values())


def _swap_faults(row: TabooFile | MorePhrasesFile, all_rows: Iterable[TabooFile]) -> Iterator[str]:
    """Better words that are no better."""
    kinds = [_taboo(other) for other in all_rows] if row.swap else []
    for right in row.swap.values():
        for kind in kinds:
            if kind.hits(plain(right)):
                yield f"{row.id}: swap: 建议的说法“{right}”自己就犯了{kind.zh}"


def _with_more(taboo: Taboo, more: MorePhrasesFile | None) -> Taboo:
    """A shipped entry with what the team added."""
    if more is None:
        return taboo
    return replace(
        taboo,
        sure=(*taboo.sure, *map(plain, more.phrases)),
        fine=(*taboo.fine, *map(plain, more.fine)),
        swap=(*taboo.swap, *((plain(left), left, right) for left, right in more.swap.items())),
    )


def _owned(taboo: Taboo) -> Taboo:
    """A kind that the model has not learnt: its phrases decide."""
    return replace(taboo, phrases=(), sure=(*taboo.sure, *taboo.phrases), own=True)


def _taboo(
    row: TabooFile, patterns: Mapping[str, re.Pattern[str]] | None = None, repairs: tuple[Repair, ...] = ()
) -> Taboo:
    lists: Any = {name: tuple(map(plain, getattr(row, name))) for name in LISTS if name not in {"alone", "quoted"}}
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
        patterns=patterns or {},
        repairs=repairs,
        sure=tuple(map(plain, row.quoted)),
        **lists,
    )
