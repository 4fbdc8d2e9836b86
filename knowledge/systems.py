"""Classification systems as data: a folder of TOML files each, read once, refused with every fault at once.

Adding a system or a type is adding files under `data/`; nothing in the code knows a system by name.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from knowledge.errors import Faults, UnknownSystem, UnknownType
from knowledge.files import CardFile, NeighbourFile, QuestionFile, QuestionsFile, SystemFile, TypeFile, read
from knowledge.model import Model, load
from knowledge.questions import Question, question

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, eq=False)  # compared and hashed as the one object that it is
class Kind:
    """One type of a system: what it is called, how it shows, how to handle it."""

    id: str
    zh: str
    aliases: tuple[str, ...]
    definition: str
    source: tuple[str, ...]
    origin: str
    card: CardFile
    neighbours: tuple[NeighbourFile, ...]

    def neighbour(self, id: str) -> NeighbourFile | None:
        """What the files say about telling this type from the type `id`."""
        return next((near for near in self.neighbours if near.id == id), None)


@dataclass(frozen=True, eq=False, repr=False)  # one object per process; printing it would take seconds
class System:
    """A classification system with its types, questions and model."""

    id: str
    zh: str
    kind: str
    about: str
    source: tuple[str, ...]
    first: str
    first_why: str
    types: Mapping[str, Kind]
    questions: Mapping[str, Question]
    model: Model

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Ids of the types, sorted."""
        return tuple(sorted(self.types))

    def type(self, id: str) -> Kind:
        """The type of that id.

        Raises:
            UnknownType: the system has no such type.
        """
        if id not in self.types:
            raise UnknownType(f"{self.zh}里没有“{id}”这个类型。用 zhike systems 看看有哪些。")
        return self.types[id]


class Systems:
    """All systems, by id."""

    def __init__(self, systems: Iterable[System]) -> None:
        self._systems = {system.id: system for system in systems}

    def __iter__(self) -> Iterator[System]:
        return iter(self._systems.values())

    def __getitem__(self, id: str) -> System:
        """The system of that id.

        Raises:
            UnknownSystem: there is none.
        """
        if id not in self._systems:
            known = "、".join(self._systems)
            raise UnknownSystem(f"没有“{id}”这个分类系统。现有：{known}。")
        return self._systems[id]


def load_systems(data: Path = DATA) -> Systems:
    """Read every system under `data` (folders that hold a `system.toml`).

    Raises:
        Faults: with every fault of every file.
    """
    faults: list[str] = []
    folders = sorted(path.parent for path in data.glob("*/system.toml"))
    if not folders:
        faults.append(f"{data.name}: 没有任何分类系统（找不到 */system.toml）")
    systems = [_system(folder, faults, data) for folder in folders]
    if faults:
        raise Faults(faults)
    return Systems(system for system in systems if system)


def _system(folder: Path, faults: list[str], root: Path) -> System | None:
    head = read(folder / "system.toml", SystemFile, faults, root)
    kinds = [read(path, TypeFile, faults, root) for path in sorted((folder / "types").glob("*.toml"))]
    bank = read(folder / "questions.toml", QuestionsFile, faults, root)
    model = _model(folder / "model.bin", faults, root)
    if head is None or bank is None or model is None or None in kinds:
        return None
    types = {kind.id: _kind(kind) for kind in kinds if kind}
    faults.extend(f"{folder.name}/{fault}" for fault in _disagreements(folder, head, types, bank.question, model))
    if faults:
        return None
    questions = {row.id: _question(row, tuple(types)) for row in bank.question}
    return System(
        id=head.id,
        zh=head.zh,
        kind=head.kind,
        about=head.about,
        source=tuple(head.source),
        first=head.first,
        first_why=head.first_why,
        types=types,
        questions=questions,
        model=model,
    )


def _model(path: Path, faults: list[str], root: Path) -> Model | None:
    try:
        return load(path)
    except (OSError, ValueError) as fault:
        faults.append(f"{path.relative_to(root)}: 模型文件读不出来（{fault}），请运行 make train")
        return None


def _disagreements(
    folder: Path, head: SystemFile, types: Mapping[str, Kind], bank: Sequence[QuestionFile], model: Model
) -> Iterable[str]:
    """Faults that only show when the files of one system are read together."""
    if head.id != folder.name:
        yield f"system.toml: id: 应当和文件夹同名（{folder.name}）"
    for path in sorted((folder / "types").glob("*.toml")):
        if path.stem not in types:
            yield f"types/{path.name}: id: 应当和文件同名（{path.stem}）"
    for kind in types.values():
        for near in kind.neighbours:
            if near.id not in types or near.id == kind.id:
                yield f"types/{kind.id}.toml: neighbours: 没有“{near.id}”这个别的类型"
    missing = sorted(set(types) - set(model.labels))
    if missing:
        yield f"model.bin: 模型不认识 {'、'.join(missing)}，请运行 make train"
    yield from _bank_faults(bank, types)


def _bank_faults(bank: Sequence[QuestionFile], types: Mapping[str, Kind]) -> Iterable[str]:
    seen: set[str] = set()
    for row in bank:
        if row.id in seen:
            yield f"questions.toml: {row.id}: 编号重复"
        seen.add(row.id)
        if len({choice.id for choice in row.choice}) < len(row.choice):
            yield f"questions.toml: {row.id}: 选项编号重复"
        for choice in row.choice:
            strangers = sorted(set(choice.likely) - set(types) - {"other"})
            if strangers:
                yield f"questions.toml: {row.id}.{choice.id}.likely: 没有 {'、'.join(strangers)} 这个类型"
            if "other" not in choice.likely and set(choice.likely) < set(types):
                yield f"questions.toml: {row.id}.{choice.id}.likely: 缺少 other（其余类型的数字）"


def _kind(row: TypeFile) -> Kind:
    return Kind(
        id=row.id,
        zh=row.zh,
        aliases=tuple(row.aliases),
        definition=row.definition,
        source=tuple(row.source),
        origin=row.origin,
        card=row.card,
        neighbours=tuple(row.neighbours),
    )


def _question(row: QuestionFile, types: tuple[str, ...]) -> Question:
    choices = (
        (c.id, c.zh, {type: c.likely.get(type, c.likely.get("other", 0.0)) for type in types}) for c in row.choice
    )
    return question(id=row.id, topic=row.topic, zh=row.zh, why=row.why, cost=row.cost, choices=choices)
