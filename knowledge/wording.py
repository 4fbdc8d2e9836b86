"""Is a draft fit to be sent to a customer? Taboo phrases and the seven principles of speaking, as data.

Two look at a draft. The lists of `taboo.toml` know phrases: they say which words, and what to say instead. The model
has learnt from drafts (`corpus/wording`) and hears what no list names. The lists are among what the model sees, and a
phrase weighs `TRUST` more than it has learnt; still the model has the last word, so that a phrase in a sentence that is
harmless through and through ("不喜欢拉倒我再找") is no fault. The phrases with slots of `patterns.toml` are clues for
the model and nothing more: half of the harmless drafts have one. What only customers of a type mind is in `clash.toml`.

`Finding.spans` are of the draft as it was written; everything is compared in the text of `plain`, of the same length.
"""

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from knowledge.corpus import DRAFTS
from knowledge.errors import Faults
from knowledge.features import Span, features
from knowledge.files import ClashesFile, ClashFile, PatternsFile, RepairFile, RepairsFile, TabooFile, Taboos, read
from knowledge.model import NOTHING, Model, load
from knowledge.slots import places, plain, slotted
from knowledge.systems import DATA
from knowledge.text import comparable

LONGEST_DRAFT = 1000  # characters; what is longer is no message to a customer any more
FAULTY = 0.5  # a draft with P(something is wrong) above this is said to have a fault; training moves the bias to suit
TRUST = (
    3.5  # nats for a listed phrase: with 0 the model let 16 in 100 of them pass, with this 2, at 1 in 100 others missed
)
ALSO = 0.3  # share of what is wrong from which the model names a part of which the lists know nothing
SHORTEST = 5  # characters with its mark; a shorter part is an address or a filler
MOST = 3  # findings of one draft; more would not be read
_PARTS = re.compile(r"[^，。！？；,.!?;\n~…]+[，。！？；,.!?;\n~…]*|\s[^\s]+")
_NOT_WORDS = re.compile(r"[^\w]")
_NUMBER = "[0-9一二三四五六七八九十两半]+"

# What a draft has as a whole, which no run of characters tells. Its length is not among them: faulty drafts are shorter
# in most voices, and a model that saw it found only 29 instead of 47 in 100 of those of 28 characters or more.
SIGNS: Mapping[str, re.Pattern[str]] = {
    sign: re.compile(pattern)
    for sign, pattern in {
        "when": f"{_NUMBER}(?:点|号|分钟|小时|天|个?工作日)|周[一二三四五六日末]|[今明][天晚早]|后天|[上下]午|月底",
        "sorry": "对不起|抱歉|不好意思|对不住|过意不去|包涵|见谅",
        "thanks": "谢|多亏|辛苦|麻烦",
        "asks": r"(?:你看|好吗|行吗|可以吗|行不|吗|呢)[？?。]?$",
        "for_you": "[给帮替陪]你",
        "i_do": "我[先来去再给帮替问查陪]",
        "kind": "麻烦|请|谢|好吗|[行成][吗不]|可以吗|你看|抱歉|不好意思|对不[起住]|我[来帮]|[给帮]你|告诉你|辛苦",
    }.items()
}


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
        return [span for span in found if not any(_overlap(span, excused) for excused in fine)]

    def swaps(self, told: str, spans: Sequence[Span]) -> list[tuple[str, str]]:
        """What to write instead of what was found: (words, better words), at most one for each span."""
        chosen: list[tuple[str, str]] = []
        for span in spans:
            near = [
                (end - start, left, right)
                for compared, left, right in self.swap
                for start, end in _places([compared], told)
                if _overlap(span, (start, end))
            ]
            near.extend(
                (len(compared), left, right) for compared, left, right in self.swap if told[slice(*span)] in compared
            )
            if near and (best := max(near)[1:]) not in chosen:
                chosen.append(best)
        return chosen


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a draft: `spans` are the words (`listed`) or the part of the draft that sounds like it."""

    taboo: Taboo
    spans: tuple[Span, ...]
    listed: bool
    swaps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Clash:
    """What customers of some types cannot bear to hear, though it is harmless to others."""

    types: frozenset[str]
    taboo: Taboo

    def hits(self, told: str) -> list[Span]:
        """Where it stands in a text of `plain`."""
        excused = list(_places(self.taboo.fine, told))
        found = places(self.taboo.patterns.values(), told)
        return _joined(span for span in found if not any(_overlap(span, other) for other in excused))


@dataclass(frozen=True, eq=False, repr=False)
class Wording:
    """Everything that a draft is checked against."""

    taboos: Mapping[str, Taboo]
    model: Model
    clashes: Sequence[Clash] = ()

    def check(self, draft: str, type: str = "") -> list[Finding]:
        """What is wrong with a draft, worst first: what anybody minds, then what customers of that type do."""
        told = plain(draft)
        minded = [
            Finding(clash.taboo, tuple(spans), True)
            for clash in self.clashes
            if type in clash.types and (spans := clash.hits(told))
        ]
        return [*self._wrong(draft), *minded[:1]][:MOST]

    def _wrong(self, draft: str) -> list[Finding]:
        """What anybody minds; nothing where the draft is more likely harmless."""
        p = self.chances(draft)
        wrong = 1 - p[NOTHING]
        if wrong <= FAULTY:
            return []
        told = plain(draft)
        ordered = sorted(self.taboos, key=p.__getitem__, reverse=True)
        hits = {id: spans for id in ordered if (spans := self.taboos[id].hits(told))}
        found = [
            Finding(self.taboos[id], tuple(spans), True, tuple(self.taboos[id].swaps(told, spans)))
            for id, spans in hits.items()
            if not any(_inside(spans, others) for others in hits.values())
        ]
        first = self.taboos[ordered[0]]
        if found and (p[first.id] <= ALSO * wrong or first.id in {finding.taboo.id for finding in found}):
            return found
        part = self._worst_part(draft)
        if not any(_overlap(part, span) for finding in found for span in finding.spans):
            found.insert(0, Finding(first, (part,), False))
        return found

    def chances(self, draft: str) -> dict[str, float]:
        """The probability of each kind and, as `NOTHING`, of a harmless draft."""
        logits = self._logits(draft)
        high = max(logits.values())
        odds = {label: math.exp(logit - high) for label, logit in logits.items()}
        total = sum(odds.values())
        return {label: odd / total for label, odd in odds.items()}

    def harmless(self, draft: str) -> float:
        """How far "harmless" is above everything else together, in nats."""
        logits = self._logits(draft)
        return logits.pop(NOTHING) - math.log(sum(map(math.exp, logits.values())))

    def _logits(self, draft: str) -> dict[str, float]:
        model, told = self.model, plain(draft)
        logits = dict(zip(model.labels, model.logits(model.known(seen(draft, self.taboos))), strict=True))
        logits[NOTHING] -= TRUST * any(taboo.firm(told) for taboo in self.taboos.values())
        return logits

    def _worst_part(self, draft: str) -> Span:
        """The clause without which the draft would be the most harmless."""
        parts = [part.span() for part in _PARTS.finditer(draft)] or [(0, len(draft))]
        parts = [part for part in parts if part[1] - part[0] >= SHORTEST] or parts
        without = [self.chances(draft[:start] + draft[end:])[NOTHING] for start, end in parts]
        start, end = parts[max(range(len(parts)), key=without.__getitem__)]
        bare = draft[start:end].rstrip("，。！？；,.!?;~… \n") or draft[start:end]
        return start + len(bare) - len(bare.lstrip()), start + len(bare)


def seen(draft: str, taboos: Mapping[str, Taboo]) -> list[str]:
    """What the model sees in a draft: the features of its text, what it has as a whole, and which lists name it.

    Those that are not of the text begin with @ and are longer than any run of characters.
    """
    told = plain(draft)
    signs = [f"@{sign}" for sign, pattern in SIGNS.items() if pattern.search(told)]
    listed = [id for id, taboo in taboos.items() if taboo.hits(told)]
    return [
        *features(told),
        *signs,
        *(["@formal"] if told != comparable(draft) else []),
        *(f"@listed:{id}" for id in listed),
        *(["@listed"] if listed else []),
        *_alike(told, taboos, kind="@kind" in signs),
    ]


def _alike(told: str, taboos: Mapping[str, Taboo], *, kind: bool) -> Iterator[str]:
    """Which phrases with slots are in a draft, of which kinds, how many, and whether no kind word is beside them."""
    count = 0
    for id, taboo in taboos.items():
        fits = [f"@like:{id}:{text}" for text, pattern in taboo.patterns.items() if pattern.search(told)]
        yield from fits
        if fits:
            yield f"@like:{id}"
            count += len(fits)
        if fits and not kind:
            yield f"@bare:{id}"
        if len(fits) > 1:
            yield f"@often:{id}"
    yield from (f"@likes:{least}" for least in (1, 2, 3, 5) if count >= least)


def _places(words: Iterable[str], told: str) -> Iterator[Span]:
    """Everywhere that one of `words` stands."""
    for word in words:
        at = told.find(word)
        while at >= 0:
            yield at, at + len(word)
            at = told.find(word, at + 1)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _inside(spans: Sequence[Span], others: Sequence[Span]) -> bool:
    """Whether each of the spans is only a part of one of the others: 不知道 in 这都不知道."""
    return all(any(a <= start and end <= b and (a, b) != (start, end) for a, b in others) for start, end in spans)


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


@cache
def load_wording(data: Path = DATA) -> Wording:
    """The shipped lists and the model, read once.

    Raises:
        Faults: with every fault of either.
    """
    taboos = load_taboos(data)
    path = data / DRAFTS / "model.bin"
    try:
        model = load(path)
    except (OSError, ValueError) as fault:
        raise Faults([f"{path.relative_to(data)}: 模型文件读不出来（{fault}），请运行 make train"]) from fault
    if missing := sorted({*taboos, NOTHING} - set(model.labels)):
        raise Faults([f"{path.relative_to(data)}: 模型不认识 {'、'.join(missing)}，请运行 make train"])
    return Wording(taboos, model, load_clashes(data))


def load_taboos(data: Path = DATA) -> Mapping[str, Taboo]:
    """The lists alone, as long as there is no model yet.

    Raises:
        Faults: with every fault of the file.
    """
    faults: list[str] = []
    path = data / DRAFTS / "taboo.toml"
    told = read(path, Taboos, faults, data)
    rows = [*told.kind, *told.principle] if told else []
    faults.extend(f"{path.relative_to(data)}: {fault}" for fault in _faults(rows))
    ids = {row.id for row in rows}
    patterns, repairs = _patterns(data, ids, faults), _repairs(data, ids, faults)
    if faults:
        raise Faults(faults)
    return {row.id: _taboo(row, patterns.get(row.id, {}), repairs.get(row.id, ())) for row in rows}


def load_clashes(data: Path = DATA) -> Sequence[Clash]:
    """What customers of some types cannot bear to hear.

    Raises:
        Faults: with every fault of the file.
    """
    faults: list[str] = []
    path = data / DRAFTS / "clash.toml"
    told = read(path, ClashesFile, faults, data)
    clashes = [_clash(number, row, faults) for number, row in enumerate(told.clash)] if told else []
    if faults:
        raise Faults([fault if "clash.toml" in fault else f"{path.relative_to(data)}: {fault}" for fault in faults])
    return clashes


def _clash(number: int, row: ClashFile, faults: list[str]) -> Clash:
    name = f"clash[{number}]"
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
    said = (row.id, row.zh, row.rule, row.why, row.ask, row.better)
    return Taboo(*said, alone=alone, swap=swap, patterns=patterns, repairs=repairs, **lists)
