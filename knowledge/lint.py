"""Faults of the training texts: `python -m knowledge.lint` (part of `make test` by its test).

What is measured is only as good as the corpus: a text that stands twice, or nearly, is learnt by heart and flatters the
figures; a type's own name in its texts teaches the name instead of the behaviour.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from knowledge.corpus import DRAFTS, Text, read_corpus
from knowledge.systems import load_types
from knowledge.taboos import load_lists
from knowledge.text import comparable
from knowledge.tree import DATA

LEAST = 60  # texts of one type alone, for any system
SHORT = range(4, 26)  # characters of a hurried note
SHORT_SHARE = 0.3  # of a type's texts
UNBALANCED = 1.6  # most texts of a type over fewest
NEAR = 0.6  # share of common runs of three characters from which two texts are nearly the same
COMMON = 200  # a run that stands in more texts tells nothing about two of them
_NOT_WORDS = re.compile(r"[^\w]+")
_ENDING = re.compile(r"(?:型客户|的客户|型|类)$")


class Named(Protocol):
    """What a text can be labelled with: a type, or a kind of what is not said to a customer."""

    @property
    def zh(self) -> str:
        """What it is called."""
        ...

    @property
    def aliases(self) -> Sequence[str]:
        """What else it is called."""
        ...


Types = Mapping[str, Named]


def labels(corpus: str) -> Types:
    """What the texts of that corpus are labelled with."""
    return load_lists().learnt if corpus == DRAFTS else load_types(corpus)


def faults(texts: Sequence[Text], types: Types) -> Iterator[str]:
    """Every fault, each naming the voice and the text or the type."""
    yield from _unknown(texts, types)
    yield from _twice(texts)
    yield from _named(texts, types)
    yield from _spread(texts, types)


def _unknown(texts: Iterable[Text], types: Types) -> Iterator[str]:
    for text in texts:
        for type in text.types:
            if type not in types:
                yield f"{text.voice}: no type is called {type!r}: {text.text}"
        if len(set(text.types)) != len(text.types) or len(text.types) > 2:
            yield f"{text.voice}: one type, two different ones, or none: {text.text}"


def _twice(texts: Sequence[Text]) -> Iterator[str]:
    """Texts that stand twice, or nearly."""
    bare = [_NOT_WORDS.sub("", comparable(text.text)) for text in texts]
    runs = [{words[at : at + 3] for at in range(max(1, len(words) - 2))} for words in bare]
    where: defaultdict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(runs):
        shared = Counter(other for run in own if len(where[run]) < COMMON for other in where[run])
        for other, count in shared.items():
            if not bare[number]:
                break  # marks alone: there is nothing in them to learn
            if bare[number] == bare[other]:
                yield f"{texts[number].voice}: stands in {texts[other].voice} too: {texts[number].text}"
            elif count > NEAR * len(own | runs[other]):
                both = f"{texts[number].text} | {texts[other].text}"
                yield f"{texts[number].voice}: nearly as in {texts[other].voice}: {both}"
        for run in own:
            where[run].append(number)


def _named(texts: Iterable[Text], types: Types) -> Iterator[str]:
    """Texts that say the name of their type with its ending, 沉默型, or whose type has a name that only labels use."""
    for text in texts:
        told = comparable(text.text)
        for type in text.types:
            kind = types.get(type)
            for name in (kind.zh, *kind.aliases) if kind else ():
                if name in told and _ENDING.search(name):
                    yield f"{text.voice}: says the name of its type ({name}): {text.text}"


def _spread(texts: Sequence[Text], types: Types) -> Iterator[str]:
    """Types with too few texts, too few short ones, or many more than others."""
    alone: defaultdict[str, list[Text]] = defaultdict(list)
    for text in texts:
        if len(text.types) == 1:
            alone[text.types[0]].append(text)
    counts = {type: len(alone[type]) for type in types}
    for type, count in counts.items():
        short = sum(len(text.text) in SHORT for text in alone[type])
        if count < LEAST:
            yield f"{type}: only {count} texts, {LEAST} are wanted"
        elif short < SHORT_SHARE * count:
            yield f"{type}: only {short} of {count} texts have {SHORT[0]} to {SHORT[-1]} characters"
    most, fewest = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
    if counts[most] > UNBALANCED * max(1, counts[fewest]):
        yield f"{fewest}: has {counts[fewest]} texts, {most} {counts[most]}"


def main() -> int:
    """Print every fault of every system's corpus; how many there are decides the exit code."""
    found = [
        f"{folder.name}/{fault}"
        for folder in sorted(path for path in (DATA / "corpus").iterdir() if path.is_dir())
        for fault in faults(list(read_corpus(folder)), labels(folder.name))
    ]
    sys.stdout.write("".join(f"{fault}\n" for fault in found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
