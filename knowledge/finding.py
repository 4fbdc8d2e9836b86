"""Looking things up by a few characters: types of any system, systems, playbooks and moments.

A name answers by what it is called (whole, beginning, part) before it answers by how it is typed in pinyin. Among
equals the primary system comes first, then what a rep more likely means, then the shorter name.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import IntEnum
from functools import cached_property

from knowledge.files import MOMENTS, SCENES
from knowledge.pinyin import ends, letters, readings, spelt
from knowledge.playbooks import Playbook, Playbooks
from knowledge.sounds import sounds
from knowledge.systems import Catalogue, Kind, Systems
from knowledge.text import comparable

NEAR = 0.5  # a suggestion shares at least this much of its sound with what was typed; below, they are noise
NEARLY = 0.75  # and this much of what the best suggestion shares
SUGGESTED = 6
_TAILS = ("的客户", "客户", "的人", "的", "型")  # 杀价型的客户 means 杀价


class Grade(IntEnum):
    """How well a name answers."""

    WHOLE = 0
    BEGINS = 1
    HOLDS = 2  # it holds the words, or they hold it
    TYPED = 3  # in pinyin, from here on: the whole name
    TYPED_BEGINS = 4
    TYPED_HOLDS = 5  # left out where a whole name answers: two letters stand somewhere in many names


@dataclass(frozen=True, slots=True)
class Type:
    """A type with its system."""

    system: Catalogue
    kind: Kind


@dataclass(frozen=True, slots=True)
class Scene:
    """A moment: when a rep needs advice."""

    id: str
    zh: str


Entry = Type | Playbook | Scene | Catalogue


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry, and how well it answers."""

    entry: Entry
    grade: Grade


@dataclass(frozen=True, slots=True)
class _Name:
    """One of the names of an entry, ready to be compared."""

    entry: Entry
    place: tuple[bool, int, int]  # other than the primary system, what kind of entry, its number
    whole: str
    bare: str
    main: bool
    typed: bool  # may be typed in pinyin; an id is a word of its own

    def grade(self, wanted: str, bare: str, typed: str) -> Grade | None:
        """How well it answers, if it does."""
        if wanted in (self.whole, self.bare) or bare == self.bare:
            return Grade.WHOLE
        if not self.typed:
            return None
        if self.whole.startswith(bare):
            return Grade.BEGINS
        if bare in self.whole or (len(self.bare) > 1 and self.bare in wanted):
            return Grade.HOLDS
        return _grade_typed(typed, self) if typed else None


def _grade_typed(typed: str, name: _Name) -> Grade | None:
    read = readings(name.whole)
    found = set(ends(typed, read, 0))
    if found & {len(read), len(readings(name.bare))}:
        return Grade.TYPED
    if found:
        return Grade.TYPED_BEGINS
    inside = len(typed) > 1 and any(True for at in range(1, len(read)) for _ in ends(typed, read, at))
    return Grade.TYPED_HOLDS if inside else None


class Library:
    """Everything that can be looked up, indexed when somebody first looks something up."""

    def __init__(self, systems: Systems, playbooks: Playbooks) -> None:
        self.systems = systems
        self.playbooks = playbooks

    @property
    def primary(self) -> Catalogue:
        """The system that goes first."""
        return self.systems.catalogue(self.playbooks.primary)

    def find(self, words: str, system: str = "") -> list[Hit]:
        """What `words` name, the best answer first; of one system alone, where it is given.

        Raises:
            Faults: the knowledge files have faults.
        """
        wanted = comparable(words).strip()
        if not any(char.isalnum() for char in wanted):
            return []
        bare, typed = _bare(wanted), letters(wanted)
        best: dict[int, tuple[tuple[object, ...], Hit]] = {}
        for name in self._names:
            if system and not (isinstance(name.entry, Type) and name.entry.system.id == system):
                continue
            grade = name.grade(wanted, bare, typed)
            if grade is None:
                continue
            rank = (grade, not name.main and grade > Grade.WHOLE, name.place[:2], len(name.bare), name.place)
            known = best.get(id(name.entry))
            if known is None or rank < known[0]:
                best[id(name.entry)] = (rank, Hit(name.entry, grade))
        hits = [hit for _, hit in sorted(best.values(), key=lambda row: row[0])]
        told = any(hit.grade == Grade.TYPED for hit in hits)
        return [hit for hit in hits if not (told and hit.grade == Grade.TYPED_HOLDS)]

    def nearest(self, words: str, most: int = SUGGESTED) -> list[Entry]:
        """What sounds most like `words`, where nothing is called so."""
        typed = letters(words)
        wanted = typed or sounds(comparable(words).strip())
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(wanted)
        near: dict[int, tuple[float, Entry]] = {}
        for name in self._names:
            matcher.set_seq1(spelt(name.bare) if typed else sounds(name.bare))
            score = matcher.ratio()
            if score >= NEAR and score > near.get(id(name.entry), (0.0, None))[0]:
                near[id(name.entry)] = (score, name.entry)
        best = max((score for score, _ in near.values()), default=0.0)
        ranked = sorted(near.values(), key=lambda row: -row[0])[:most]
        return [entry for score, entry in ranked if score >= NEARLY * best]

    @cached_property
    def _names(self) -> tuple[_Name, ...]:
        return tuple(self._all_names())

    def _all_names(self) -> Iterator[_Name]:
        number = 0
        for system in self.systems:
            other = system.id != self.playbooks.primary
            for kind in system.types.values():
                number += 1
                entry, place = Type(system, kind), (other, 0, number)
                yield from _names(entry, place, kind.zh, kind.aliases)
                yield _Name(entry, place, kind.id, kind.id, main=False, typed=False)
            yield from _names(system, (False, 3, number), system.zh, ())
        for book in self.playbooks:
            number += 1
            yield from _names(book, (False, 1, number), book.zh, book.aliases)
            yield _Name(book, (False, 1, number), book.id, book.id, main=False, typed=False)
        for id, zh in SCENES.items():
            yield from _names(Scene(id, zh), (False, 2, number), zh, ())


def meant(hits: Sequence[Hit]) -> Entry | None:
    """The one entry that is meant, where there is no doubt: the only one, or the only one that is called just so."""
    whole = [hit for hit in hits if hit.grade == Grade.WHOLE]
    sure = whole if len(whole) == 1 else hits
    return sure[0].entry if len(sure) == 1 else None


def parted(words: str) -> tuple[str, str]:
    """A moment that stands apart at the end (杀价 报价) taken from the words: what is left, and the moment's id."""
    *rest, last = words.split() or [""]
    moment = next((id for id, zh in MOMENTS.items() if zh == comparable(last)), "")
    return (" ".join(rest), moment) if rest and moment else (words, "")


def _names(entry: Entry, place: tuple[bool, int, int], zh: str, aliases: Iterable[str]) -> Iterator[_Name]:
    for name in (zh, *aliases):
        whole = comparable(name)
        yield _Name(entry, place, whole, _bare(whole), main=name is zh, typed=True)


def _bare(name: str) -> str:
    """A name without what people add to it or leave out."""
    for tail in _TAILS:
        if len(name) > len(tail) + 1 and name.endswith(tail):
            return _bare(name.removesuffix(tail))
    return name
