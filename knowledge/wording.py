"""Is a draft fit to be sent to a customer? Taboo phrases and the seven principles of speaking, as data.

Two look at a draft. The lists of `taboo.toml` know phrases: they say which words, and what to say instead. The model
has learnt from drafts (`corpus/wording`) and hears what no list names. The lists are among what the model sees, and a
phrase weighs `TRUST` more than it has learnt; still the model has the last word, so that a phrase in a sentence that is
harmless through and through ("不喜欢拉倒我再找") is no fault.

`Finding.spans` are of the draft as it was written; everything is compared in the text of `plain`, of the same length.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from knowledge.corpus import DRAFTS
from knowledge.errors import Faults
from knowledge.features import Span, features
from knowledge.files import TabooFile, Taboos, read
from knowledge.model import NOTHING, Model, load
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
_YOU = str.maketrans("您妳", "你你")
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
    }.items()
}


def plain(text: str) -> str:
    """What is compared: simplified, half width, lower case, and one word for you; same length as `text`."""
    return comparable(text).translate(_YOU)


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


@dataclass(frozen=True, eq=False, repr=False)
class Wording:
    """Everything that a draft is checked against."""

    taboos: Mapping[str, Taboo]
    model: Model

    def check(self, draft: str) -> list[Finding]:
        """What is wrong with a draft, worst first; nothing where it is more likely harmless."""
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
        if found and p[first.id] <= ALSO * wrong:
            return found[:MOST]
        part = self._worst_part(draft)
        if not any(_overlap(part, span) for finding in found for span in finding.spans):
            found.insert(0, Finding(first, (part,), False))
        return found[:MOST]

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
    listed = [id for id, taboo in taboos.items() if taboo.hits(told)]
    return [
        *features(comparable(draft)),
        *(f"@{sign}" for sign, pattern in SIGNS.items() if pattern.search(told)),
        *(f"@listed:{id}" for id in listed),
        *(["@listed"] if listed else []),
    ]


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
    return Wording(taboos, model)


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
    if faults:
        raise Faults(faults)
    return {row.id: _taboo(row) for row in rows}


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
                if _taboo(other).hits(plain(right)):
                    yield f"{row.id}: swap: 建议的说法“{right}”自己就犯了{other.zh}"


def _taboo(row: TabooFile) -> Taboo:
    lists = {name: tuple(map(plain, getattr(row, name))) for name in LISTS if name != "alone"}
    swap = tuple((plain(left), left, right) for left, right in row.swap.items())
    alone = frozenset(map(plain, row.alone))
    return Taboo(row.id, row.zh, row.rule, row.why, row.ask, row.better, alone=alone, swap=swap, **lists)
