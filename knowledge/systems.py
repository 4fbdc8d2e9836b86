"""Classification systems as data: a folder of TOML files each, refused with every fault at once.

Adding a system or a type is adding files under `data/`; nothing in the code knows a system by name. A system is read
when somebody first asks for it: reading all of them takes a third of a second.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from knowledge.errors import Faults, UnknownSystem, UnknownType
from knowledge.facts import Fact, load_facts
from knowledge.files import (
    CardFile,
    File,
    NeighbourFile,
    QuestionFile,
    QuestionnaireFile,
    QuestionsFile,
    RulesFile,
    SystemFile,
    TypeFile,
    read,
)
from knowledge.model import Model, load
from knowledge.questionnaire import Questionnaire, questionnaire, questionnaire_faults
from knowledge.questions import Question, question
from knowledge.rules import TESTS, Condition, Rule

DATA = Path(__file__).parent / "data"
PRIMARY = "behavior"  # the system that plain descriptions are read with, unless somebody chooses another
TEST = "questionnaire.toml"
COMPUTED = frozenset(  # facts that are worked out from the record and never asked for
    [
        "days_since_contact",
        "contacts",
        "contacts_90",
        "customer_days",
        "behavior",
        "promised",
        "overdue_days",
        "revenue_share",
        "revenue_rank_share",
    ]
)


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
class Catalogue:
    """A classification system: what every kind of them has. Some have a test to tick."""

    id: str
    zh: str
    kind: str
    about: str
    source: tuple[str, ...]
    types: Mapping[str, Kind]
    questionnaire: Questionnaire | None

    def type(self, id: str) -> Kind:
        """The type of that id.

        Raises:
            UnknownType: the system has no such type.
        """
        if id not in self.types:
            raise UnknownType(f"{self.zh}里没有“{id}”这个类型。用 zhike systems 看看有哪些。")
        return self.types[id]


@dataclass(frozen=True, eq=False, repr=False)
class System(Catalogue):
    """A system whose types are inferred from what a rep writes and answers."""

    first: str
    first_why: str
    questions: Mapping[str, Question]
    model: Model

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Ids of the types, sorted."""
        return tuple(sorted(self.types))


@dataclass(frozen=True, eq=False, repr=False)
class RuleSystem(Catalogue):
    """A system whose types are computed from facts. `axes` names two facts that span a picture of the customers."""

    needs: tuple[str, ...]
    rules: tuple[Rule, ...]
    axes: tuple[str, ...]


class Systems:
    """All systems, by id; each is read when it is first asked for."""

    def __init__(
        self,
        readers: Mapping[str, Callable[[], Catalogue]],
        facts: Callable[[], Mapping[str, Fact]],
        tested: Sequence[str] = (),
    ) -> None:
        self._readers = readers
        self.tested = tuple(tested)  # ids of those that have a test to tick
        self._read: dict[str, Catalogue] = {}
        self._facts = facts
        self._one_at_a_time = Lock()

    def __iter__(self) -> Iterator[Catalogue]:
        """All of them.

        Raises:
            Faults: with every fault of every file.
        """
        faults: list[str] = []
        for id in self._readers:
            try:
                self.catalogue(id)
            except Faults as found:
                faults.extend(found.faults)
        if faults:
            raise Faults(dict.fromkeys(faults))
        return iter([self._read[id] for id in self._readers])

    def __contains__(self, id: object) -> bool:
        return id in self._readers

    def __getitem__(self, id: str) -> System:
        """The system of that id, whose types are inferred.

        Raises:
            UnknownSystem: there is none.
        """
        found = self.catalogue(id)
        if not isinstance(found, System):
            raise UnknownSystem(f"“{found.zh}”不是从文字判断的，没有问答。")
        return found

    def test(self, id: str) -> tuple[Catalogue, Questionnaire] | None:
        """The system of that id with its test; None where there is no such test."""
        found = self.catalogue(id) if id in self.tested else None
        return (found, found.questionnaire) if found is not None and found.questionnaire is not None else None

    def catalogue(self, id: str) -> Catalogue:
        """The system of that id, of whatever kind.

        Raises:
            UnknownSystem: there is none.
        """
        if id not in self._readers:
            raise UnknownSystem(f"没有“{id}”这个分类系统。现有：{'、'.join(self._readers)}。")
        with self._one_at_a_time:
            if id not in self._read:
                self._read[id] = self._readers[id]()
            return self._read[id]

    def replaced(self, system: System) -> "Systems":
        """The same systems, with this one in the place of the one of its id."""
        return Systems({**self._readers, system.id: lambda: system}, self._facts, self.tested)

    def with_model(self, id: str, model: Model) -> "Systems":
        """The same systems, one of them with another model."""
        return self.replaced(replace(self[id], model=model))

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """What can be known of a customer, by id."""
        return self._facts()


def load_systems(data: Path = DATA) -> Systems:
    """Every system under `data` (folders that hold a `system.toml`), to be read when asked for.

    Raises:
        Faults: there is no system at all.
    """
    folders = sorted(path.parent for path in data.glob("*/system.toml"))
    if not folders:
        raise Faults([f"{data.name}: 没有任何分类系统（找不到 */system.toml）"])
    facts = cache(partial(load_facts, data / "facts", data))
    tested = [folder.name for folder in folders if (folder / TEST).exists()]
    return Systems({folder.name: partial(_catalogue, folder, data, facts) for folder in folders}, facts, tested)


T = TypeVar("T", bound=File)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A system being read: where, and the faults so far."""

    path: Path
    root: Path
    facts: Callable[[], Mapping[str, Fact]]
    faults: list[str]

    def read(self, name: str, shape: type[T]) -> T | None:
        """One of its files."""
        return read(self.path / name, shape, self.faults, self.root)

    def types(self) -> dict[str, Kind]:
        """Its types, in the order of their files."""
        names = [f"types/{file.name}" for file in sorted((self.path / "types").glob("*.toml"))]
        return {kind.id: _kind(kind) for name in names if (kind := self.read(name, TypeFile))}

    def fault(self, found: Iterable[str]) -> None:
        """Add faults that only show when its files are read together."""
        self.faults.extend(f"{self.path.name}/{fault}" for fault in found)


def load_types(id: str, data: Path = DATA) -> Mapping[str, Kind]:
    """The types of a system alone, as long as it has no model yet.

    Raises:
        Faults: with every fault of their files.
    """
    folder = _Folder(data / id, data, dict, [])
    types = folder.types()
    if folder.faults:
        raise Faults(folder.faults)
    return types


def _catalogue(path: Path, root: Path, facts: Callable[[], Mapping[str, Fact]]) -> Catalogue:
    """Read the system in a folder.

    Raises:
        Faults: with every fault of its files; where there is none, with those that show when they are put together.
    """
    folder = _Folder(path, root, facts, [])
    head = folder.read("system.toml", SystemFile)
    types = folder.types()
    bank = folder.read("questions.toml", QuestionsFile) if _has(path, head, "infer", "questions.toml") else None
    model = _model(path / "model.bin", folder.faults, root) if _has(path, head, "infer", "model.bin") else None
    rules = folder.read("rules.toml", RulesFile) if _has(path, head, "rule", "rules.toml") else None
    has_test = _has(path, head, "score", TEST) or (path / TEST).exists()
    test = folder.read(TEST, QuestionnaireFile) if has_test else None
    if head is None or folder.faults:
        raise Faults(folder.faults)
    folder.fault(_type_faults(path, head, types))
    if bank is not None and model is not None:
        folder.fault(_inference_faults(head, types, bank.question, model))
    if rules is not None:
        folder.fault(_rule_faults(rules, types, {*facts(), *COMPUTED}, head.axes))
    if test is not None:
        folder.fault(f"{TEST}: {fault}" for fault in questionnaire_faults(test, types))
    if folder.faults:
        raise Faults(folder.faults)
    common: Any = {
        "id": head.id,
        "zh": head.zh,
        "kind": head.kind,
        "about": head.about,
        "source": tuple(head.source),
        "types": types,
        "questionnaire": questionnaire(test, {id: kind.zh for id, kind in types.items()}) if test else None,
    }
    if bank is not None and model is not None:
        questions = {row.id: _question(row, tuple(types)) for row in bank.question}
        return System(**common, first=head.first, first_why=head.first_why, questions=questions, model=model)
    if rules is not None:
        made = tuple(
            Rule(row.type, tuple(Condition(fact, test, _fixed(value)) for fact, test, value in row.when), row.why)
            for row in rules.rule
        )
        return RuleSystem(**common, needs=tuple(rules.needs), rules=made, axes=tuple(head.axes))
    return Catalogue(**common)


def _has(path: Path, head: SystemFile | None, kind: str, name: str) -> bool:
    """Whether a system should have that file: by its kind, or where that cannot be read, by what is there."""
    return head.kind == kind if head else (path / name).exists()


def _fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _model(path: Path, faults: list[str], root: Path) -> Model | None:
    try:
        return load(path)
    except (OSError, ValueError) as fault:
        faults.append(f"{path.relative_to(root)}: 模型文件读不出来（{fault}），请运行 make train")
        return None


def _type_faults(folder: Path, head: SystemFile, types: Mapping[str, Kind]) -> Iterable[str]:
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


def _inference_faults(
    head: SystemFile, types: Mapping[str, Kind], bank: Sequence[QuestionFile], model: Model
) -> Iterable[str]:
    for part in ("first", "first_why"):
        if len(getattr(head, part)) < 2:
            yield f"system.toml: {part}: 缺少这一项"
    for kind in types.values():
        for part in ("opening", "close", "warning", "moments"):
            if not getattr(kind.card, part):
                yield f"types/{kind.id}.toml: card.{part}: 缺少这一项"
    missing = sorted(set(types) - set(model.labels))
    if missing:
        yield f"model.bin: 模型不认识 {'、'.join(missing)}，请运行 make train"
    yield from _bank_faults(bank, types)


def _rule_faults(told: RulesFile, types: Mapping[str, Kind], facts: set[str], axes: Sequence[str]) -> Iterable[str]:
    for fact in (*told.needs, *axes):
        if fact not in facts:
            yield f"rules.toml: needs: 没有“{fact}”这一项资料（facts/*.toml 里要有）"
    for number, rule in enumerate(told.rule):
        if rule.type not in types:
            yield f"rules.toml: rule[{number}].type: 没有“{rule.type}”这个类型"
        for fact, test, value in rule.when:
            if fact not in facts:
                yield f"rules.toml: rule[{number}].when: 没有“{fact}”这一项资料"
            if test not in TESTS:
                yield f"rules.toml: rule[{number}].when: 没有“{test}”这种比较，可用 {' '.join(TESTS)}"
            if (test == "in") != isinstance(value, list):
                yield f"rules.toml: rule[{number}].when: {fact}: 只有 in 后面才写列表"
    for type in sorted(set(types) - {rule.type for rule in told.rule}):
        yield f"rules.toml: 没有一条规则会得出 {type}"


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
