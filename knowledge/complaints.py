"""Complaints: how one shows in what a rep writes, the steps of handling it, and by when.

The rules are data: `data/complaint.toml`, and the steps in `data/playbooks/complaint.toml`. A complaint is never opened
by what is found here; it is only offered.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from knowledge.calendar import working_from
from knowledge.errors import Faults
from knowledge.files import File, Id, PlaybookFile, StepFile, read, twice
from knowledge.tree import DATA, Source, tree

_SENTENCE = re.compile(r"[。！!？?\n]+")
_CLAUSE = re.compile(r"[，,；;]+")
_NOT = re.compile(r"(?:没|不|未|别|无)(?:有|会|是|再|人|怎么|来|去|想|敢|能|要|用)?$")
Word = Annotated[str, Field(min_length=1, max_length=10)]
Words = Annotated[list[Word], Field(min_length=1)]
Days = Annotated[int, Field(ge=1, le=365)]
Number = Annotated[int, Field(ge=1, le=20)]
MOST_STEPS = 12


class DaysFile(File):
    """Working days."""

    answer: Days
    finish: Days


class BackFile(File):
    """Days after the end on which to ask again."""

    after: Annotated[list[Days], Field(max_length=4)]


class WhichFile(File):
    """Steps by number, from 1."""

    wish: Number
    answer: Number


class RepeatFile(File):
    """From how many complaints of a kind on the way of working is to blame."""

    often: Annotated[int, Field(ge=2, le=20)]


class SortFile(File):
    """A kind of complaint and the words that show it."""

    id: Annotated[Id, Field(max_length=16)]
    zh: Annotated[str, Field(min_length=2, max_length=6)]
    signs: Words


class ComplaintFile(File):
    """`complaint.toml`."""

    signs: Words
    others: list[Word]
    over: list[Word]
    days: DaysFile
    back: BackFile
    steps: WhichFile
    repeat: RepeatFile
    kind: Annotated[list[SortFile], Field(min_length=1, max_length=12)]


@dataclass(frozen=True, slots=True)
class Handling:
    """How complaints are handled. `step` counts the steps that are done."""

    steps: tuple[StepFile, ...]
    signs: tuple[str, ...]
    others: tuple[str, ...]
    over: tuple[str, ...]
    kinds: Mapping[str, tuple[str, tuple[str, ...]]]  # id -> (zh, signs)
    answer_days: int
    finish_days: int
    back_after: tuple[int, ...]
    wish_step: int
    answer_step: int
    often: int

    def complains(self, text: str) -> bool:
        """Whether the text tells of a complaint that is about us and not over."""
        ours = (part for part in _SENTENCE.split(text) if not any(word in part for word in self.others))
        return any(self._complains(clause) for part in ours for clause in _CLAUSE.split(part))

    def _complains(self, clause: str) -> bool:
        if any(word in clause for word in self.over):
            return False
        for sign in self.signs:
            for found in re.finditer(re.escape(sign), clause):
                if not _NOT.search(clause[: found.start()]) and clause[found.end() : found.end() + 1] != "型":
                    return True
        return False

    def matter(self, text: str) -> str:
        """The text without the word 投诉 that introduces it; all of it where nothing else would be left."""
        signs = "|".join(map(re.escape, self.signs))
        intro = (
            rf"^(?:他|她|客户|人家)?(?:又|在)?(?:打?来|打电话来?)?(?:{signs})(?:了|我们|说(?![好话过定]))*[ ，,：:]*"
        )
        return re.sub(intro, "", text.strip()) or text.strip()

    def kind_of(self, text: str) -> str:
        """The kind whose signs stand in the text most often, the first of equals; "" where none does."""
        counts = {id: sum(sign in text for sign in signs) for id, (_, signs) in self.kinds.items()}
        best = max(counts, key=counts.__getitem__)
        return best if counts[best] else ""

    def kind_zh(self, kind: str) -> str:
        """What a kind is called, "" for one that is not known."""
        return self.kinds[kind][0] if kind in self.kinds else ""

    def answered(self, step: int) -> bool:
        """Whether the customer has had an answer once so many steps are done."""
        return step >= self.answer_step

    def due(self, step: int, today: date, overrides: Mapping[date, bool] | None = None) -> date:
        """By when the answer is due or, once there was one, by when the matter is to be settled."""
        return working_after(today, self.finish_days if self.answered(step) else self.answer_days, overrides)

    def ask_again_on(self, today: date, overrides: Mapping[date, bool] | None = None) -> tuple[date, ...]:
        """The days on which to ask again after the end."""
        return tuple(working_from(today + timedelta(days=days), overrides) for days in self.back_after)


def working_after(day: date, count: int, overrides: Mapping[date, bool] | None = None) -> date:
    """The working day that is `count` working days after `day`."""
    for _ in range(count):
        day = working_from(day + timedelta(days=1), overrides)
    return day


@lru_cache(maxsize=2)  # two readings: that in use, and that which takes its place
def load_handling(source: Source = DATA) -> Handling:
    """The rules from their files.

    Raises:
        Faults: with every fault of both files.
    """
    files, faults = tree(source), list[str]()
    rules = read(files, "complaint.toml", ComplaintFile, faults)
    book = read(files, "playbooks/complaint.toml", PlaybookFile, faults)
    said = files.last("complaint.toml").said
    if rules is not None:
        faults.extend(f"{said}: kind.{id}: 编号重复" for id in twice(row.id for row in rules.kind))
    if book is not None:
        faults.extend(f"{files.last('playbooks/complaint.toml').said}: {fault}" for fault in _step_faults(book))
    if rules is not None and book is not None:
        faults.extend(
            f"{said}: steps.{key}: 只有 {len(book.step)} 步，没有第 {number} 步"
            for key, number in (("wish", rules.steps.wish), ("answer", rules.steps.answer))
            if number > len(book.step)
        )
    if faults or rules is None or book is None:
        raise Faults(faults)
    return Handling(
        steps=tuple(book.step),
        signs=tuple(rules.signs),
        others=tuple(rules.others),
        over=tuple(rules.over),
        kinds={row.id: (row.zh, tuple(row.signs)) for row in rules.kind},
        answer_days=rules.days.answer,
        finish_days=rules.days.finish,
        back_after=tuple(rules.back.after),
        wish_step=rules.steps.wish,
        answer_step=rules.steps.answer,
        often=rules.repeat.often,
    )


def _step_faults(book: PlaybookFile) -> Iterator[str]:
    """What every playbook may lack but this one."""
    if not 2 <= len(book.step) <= MOST_STEPS:
        yield f"step: 要有 2 到 {MOST_STEPS} 步"
    for number, step in enumerate(book.step):
        if not step.say:
            yield f"step[{number}].say: 条数太少"
