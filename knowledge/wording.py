"""Is a draft fit to be sent to a customer? Taboo phrases and the seven principles of speaking, as data.

Two look at a draft. The lists of `taboo.toml` know phrases: they say which words, and what to say instead. The model
has learnt from drafts (`corpus/wording`) and hears what no list names. The lists are among what the model sees, and a
phrase weighs `TRUST` more than it has learnt; still the model has the last word, so that a phrase in a sentence that is
harmless through and through ("不喜欢拉倒我再找") is no fault. What a team itself forbids, what `always` counts and the
kinds that the model has not learnt (`listed`) are named whatever it thinks. The phrases with slots of `patterns.toml`
are clues for the model and nothing more: half of the harmless drafts have one. What only customers of a type mind is in
`clash.toml`.

`Finding.spans` are of the draft as it was written; everything is compared in the text of `plain`, of the same length.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.corpus import DRAFTS
from knowledge.errors import Faults
from knowledge.features import Span, features
from knowledge.model import NOTHING, Model, shared
from knowledge.slots import plain
from knowledge.taboos import Lists, Taboo, load_lists, overlap
from knowledge.text import comparable
from knowledge.tree import DATA, Source, tree

LONGEST_DRAFT = 1000  # characters; what is longer is no message to a customer any more
FAULTY = 0.5  # a draft with P(something is wrong) above this is said to have a fault; training moves the bias to suit
TRUST = 2.0  # nats for a listed phrase: as many faulty drafts are found as with 0 or 1, with 3.5 one in a hundred fewer
ALSO = 0.3  # share of what is wrong from which the model names a part of which the lists know nothing
SHORTEST = 5  # characters with its mark; a shorter part is an address or a filler
MOST = 3  # findings of one draft; more would not be read
_PARTS = re.compile(r"[^，。！？；,.!?;\n~…]+[，。！？；,.!?;\n~…]*|\s[^\s]+")
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

    lists: Lists
    model: Model

    @property
    def taboos(self) -> Mapping[str, Taboo]:
        """The kinds, by id."""
        return self.lists.taboos

    def check(self, draft: str, type: str = "") -> list[Finding]:
        """What is wrong with a draft, worst first: what anybody minds, then what customers of that type do."""
        told = plain(draft)
        minded = [
            Finding(clash.taboo, tuple(spans), True)
            for clash in self.lists.clashes
            if type in clash.types and (spans := clash.hits(told))
        ]
        return [*self._wrong(draft), *minded[:1]][:MOST]

    def _wrong(self, draft: str) -> list[Finding]:
        """What anybody minds; where the draft is more likely harmless, only what always counts."""
        p = self.chances(draft)
        wrong, told = 1 - p[NOTHING], plain(draft)
        sure = {id: spans for id, taboo in self.taboos.items() if (spans := taboo.certain(told))}
        if wrong <= FAULTY:
            return self._listed(sure, told)
        ordered = sorted(p.keys() & self.taboos.keys(), key=lambda kind: (-p[kind], kind))
        every = dict.fromkeys([*sure, *ordered, *self.taboos])
        found = self._listed({id: spans for id in every if (spans := self.taboos[id].named(told))}, told)
        first = self.taboos[ordered[0]]
        if found and (p[first.id] <= ALSO * wrong or first.id in {finding.taboo.id for finding in found}):
            return found
        part = self._worst_part(draft)
        if not any(overlap(part, span) for finding in found for span in finding.spans):
            found.insert(0, Finding(first, (part,), False))
        return found

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
        logits = dict(zip(model.labels, model.logits(model.known(seen(draft, self.lists))), strict=True))
        logits[NOTHING] -= TRUST * any(taboo.firm(told) for taboo in self.taboos.values() if not taboo.own)
        return logits

    def _worst_part(self, draft: str) -> Span:
        """The clause without which the draft would be the most harmless."""
        parts = [part.span() for part in _PARTS.finditer(draft)] or [(0, len(draft))]
        parts = [part for part in parts if part[1] - part[0] >= SHORTEST] or parts
        without = [self.chances(draft[:start] + draft[end:])[NOTHING] for start, end in parts]
        start, end = parts[max(range(len(parts)), key=without.__getitem__)]
        bare = draft[start:end].rstrip("，。！？；,.!?;~… \n") or draft[start:end]
        return start + len(bare) - len(bare.lstrip()), start + len(bare)


def seen(draft: str, lists: Lists) -> list[str]:
    """What the model sees in a draft: the features of its text, its word classes, what it has as a whole, and which
    lists name it.

    The classes begin with %, what is of the whole with @, both longer than any run of characters.
    """
    told = plain(draft)
    taboos = lists.learnt
    signs = [f"@{sign}" for sign, pattern in SIGNS.items() if pattern.search(told)]
    listed = [id for id, taboo in taboos.items() if taboo.hits(told)]
    return [
        *features(told),
        *dict.fromkeys(lists.classes.features(told)),
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


def _inside(spans: Sequence[Span], others: Sequence[Span]) -> bool:
    """Whether each of the spans is only a part of one of the others: 不知道 in 这都不知道."""
    return all(any(a <= start and end <= b and (a, b) != (start, end) for a, b in others) for start, end in spans)


# --- reading the files ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=2)  # two readings: that in use, and that which takes its place
def load_wording(source: Source = DATA) -> Wording:
    """The lists and the model, read once.

    Raises:
        Faults: with every fault of the lists, or with that of the model.
    """
    files = tree(source)
    lists = load_lists(files)
    entry = files.last(f"{DRAFTS}/model.bin")
    try:
        model = shared(entry.read(), entry.path.name)
    except (OSError, ValueError) as fault:
        raise Faults([f"{entry.said}: 模型文件读不出来（{fault}），请运行 make train"]) from fault
    if missing := sorted({*lists.learnt, NOTHING} - set(model.labels)):
        raise Faults([f"{entry.said}: 模型不认识 {'、'.join(missing)}，请运行 make train"])
    return Wording(lists, model)
