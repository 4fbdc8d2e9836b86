"""Is a draft fit to be sent to a customer? Taboo phrases and the seven principles of speaking, as data.

Two look at a draft. The lists of `taboo.toml` know phrases: they say which words, and what to say instead. The model
has learnt from drafts (`corpus/wording`) and hears what no list names. The lists are among what the model sees, and a
phrase weighs `TRUST` more than it has learnt; still the model has the last word, so that a phrase in a sentence that is
harmless through and through ("不喜欢拉倒我再找") is no fault. Only what a team itself
forbids is named whatever it thinks.

`Finding.spans` are of the draft as it was written; everything is compared in the text of `plain`, of the same length.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from knowledge.corpus import DRAFTS
from knowledge.errors import Faults
from knowledge.features import Span, features
from knowledge.files import MorePhrasesFile, TabooFile, Taboos, read_each, twice
from knowledge.model import NOTHING, Model, shared
from knowledge.text import comparable
from knowledge.tree import DATA, Source, tree

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
    sure: tuple[str, ...] = ()  # phrases that count whatever the model thinks: those that a team added
    own: bool = False  # the team's kind, of which the model knows nothing

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
        return _joined(self._places(self.sure, told))

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
        """What is wrong with a draft, worst first; where it is more likely harmless, only what the team forbids."""
        p = self.chances(draft)
        wrong, told = 1 - p[NOTHING], plain(draft)
        sure = {id: spans for id, taboo in self.taboos.items() if (spans := taboo.certain(told))}
        if wrong <= FAULTY:
            return self._listed(sure, told)[:MOST]
        ordered = sorted(p.keys() & self.taboos.keys(), key=lambda kind: (-p[kind], kind))
        every = dict.fromkeys([*sure, *ordered, *self.taboos])
        found = self._listed({id: spans for id in every if (spans := self.taboos[id].hits(told))}, told)
        first = self.taboos[ordered[0]]
        if found and p[first.id] <= ALSO * wrong:
            return found[:MOST]
        part = self._worst_part(draft)
        if not any(_overlap(part, span) for finding in found for span in finding.spans):
            found.insert(0, Finding(first, (part,), False))
        return found[:MOST]

    def _listed(self, hits: Mapping[str, Sequence[Span]], told: str) -> list[Finding]:
        """What the lists name, but for what is only a part of something else that they name."""
        return [
            Finding(self.taboos[id], tuple(spans), True, tuple(self.taboos[id].swaps(told, spans)))
            for id, spans in hits.items()
            if not any(_inside(spans, others) for others in hits.values())
        ]

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


@lru_cache(maxsize=2)  # two readings: that in use, and that which takes its place
def load_wording(source: Source = DATA) -> Wording:
    """The lists and the model, read once.

    Raises:
        Faults: with every fault of either.
    """
    files = tree(source)
    taboos = load_taboos(files)
    entry = files.last(f"{DRAFTS}/model.bin")
    try:
        model = shared(entry.read(), entry.path.name)
    except (OSError, ValueError) as fault:
        raise Faults([f"{entry.said}: 模型文件读不出来（{fault}），请运行 make train"]) from fault
    learnt = {id for id, taboo in taboos.items() if not taboo.own}
    if missing := sorted({*learnt, NOTHING} - set(model.labels)):
        raise Faults([f"{entry.said}: 模型不认识 {'、'.join(missing)}，请运行 make train"])
    return Wording(taboos, model)


def load_taboos(source: Source = DATA) -> Mapping[str, Taboo]:
    """The lists alone, as long as there is no model yet: the shipped ones with what the team added, and its own.

    Raises:
        Faults: with every fault of the files.
    """
    faults: list[str] = []
    shipped: dict[str, TabooFile] = {}
    own: dict[str, TabooFile] = {}
    more: dict[str, MorePhrasesFile] = {}
    for said, told in read_each(tree(source), f"{DRAFTS}/taboo.toml", Taboos, faults):
        rows = [*told.kind, *told.principle]
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
    if faults:
        raise Faults(faults)
    return {
        **{id: _with_more(_taboo(row), more.get(id)) for id, row in shipped.items()},
        **{id: _owned(_taboo(row)) for id, row in own.items()},
    }


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
        for right in row.swap.values():
            for other in shipped.values():
                if _taboo(other).hits(plain(right)):
                    yield f"{row.id}: swap: 建议的说法“{right}”自己就犯了{other.zh}"


def _with_more(taboo: Taboo, more: MorePhrasesFile | None) -> Taboo:
    """A shipped entry with what the team added."""
    if more is None:
        return taboo
    return replace(
        taboo,
        sure=tuple(map(plain, more.phrases)),
        fine=(*taboo.fine, *map(plain, more.fine)),
        swap=(*taboo.swap, *((plain(left), left, right) for left, right in more.swap.items())),
    )


def _owned(taboo: Taboo) -> Taboo:
    """A kind of the team's: its phrases decide."""
    return replace(taboo, phrases=(), sure=taboo.phrases, own=True)


LISTS: tuple[Literal["phrases", "soft", "needs", "alone", "fine"], ...] = ("phrases", "soft", "needs", "alone", "fine")


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
        for right in row.swap.values():
            for other in all_rows:
                if _taboo(other).hits(plain(right)):
                    yield f"{row.id}: swap: 建议的说法“{right}”自己就犯了{other.zh}"


def _taboo(row: TabooFile) -> Taboo:
    lists: Any = {name: tuple(map(plain, getattr(row, name))) for name in LISTS if name != "alone"}
    swap = tuple((plain(left), left, right) for left, right in row.swap.items())
    alone = frozenset(map(plain, row.alone))
    return Taboo(row.id, row.zh, row.rule, row.why, row.ask, row.better, alone=alone, swap=swap, **lists)
