"""Classification systems as data: a folder of TOML files each, refused with every fault at once.

Adding a system or a type is adding files, under `data/` or in a team's own folder; nothing in the code knows a system
by name. A system is read when somebody first asks for it: reading all of them takes a third of a second.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from itertools import pairwise
from threading import Lock
from typing import Any, TypeVar

from knowledge.errors import Faults, UnknownSystem, UnknownType
from knowledge.facts import Fact, load_facts, plain
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
    read_each,
    twice,
)
from knowledge.model import Model, shared
from knowledge.questionnaire import Questionnaire, questionnaire, questionnaire_faults
from knowledge.questions import Question, question
from knowledge.rules import LIMIT, TESTS, Condition, Rule, Value
from knowledge.tree import DATA, Source, Tree, tree

PRIMARY = "behavior"  # the system that plain descriptions are read with, unless somebody chooses another
TEST = "questionnaire.toml"
# Ids stand in what buttons send back, which Telegram cuts at 64 bytes: `a:<system>:<type>:complaint`, and
# `f:set:<customer>:<system>:<fact>:<n>` with a customer's number of ten digits.
LONGEST_PAIR = 44
_NAMED_LIMIT = re.compile(rf"{{{re.escape(LIMIT)}(\w+)}}")
COMPUTED: Mapping[str, str] = {  # facts that are worked out from the record and never asked for, and their kinds
    "days_since_contact": "number",
    "contacts": "number",
    "contacts_90": "number",
    "customer_days": "number",
    "behavior": "choice",
    "promised": "flag",
    "overdue_days": "number",
    "revenue_share": "number",
    "revenue_rank_share": "number",
}


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
    part_of: str
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


def load_systems(source: Source = DATA) -> Systems:
    """Every system (a folder that holds a `system.toml`), to be read when asked for.

    Raises:
        Faults: there is no system at all.
    """
    files = tree(source)
    ids = [name.partition("/")[0] for name in files.names("*/system.toml")]
    if not ids:
        raise Faults([f"{files.folders[0].name}: 没有任何分类系统（找不到 */system.toml）"])
    facts = cache(partial(load_facts, files))
    tested = [id for id in ids if f"{id}/{TEST}" in files]
    return Systems({id: partial(_catalogue, id, files, facts) for id in ids}, facts, tested)


T = TypeVar("T", bound=File)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A system being read: its id, and the faults so far."""

    id: str
    files: Tree
    facts: Callable[[], Mapping[str, Fact]]
    faults: list[str]

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return f"{self.id}/{name}" in self.files

    def needs(self, head: SystemFile | None, kind: str, name: str) -> bool:
        """Whether there should be: by the system's kind, or where that cannot be read, by what is there."""
        return head.kind == kind if head else self.has(name)

    def read(self, name: str, shape: type[T]) -> T | None:
        """One of its files."""
        return read(self.files, f"{self.id}/{name}", shape, self.faults)

    def types(self) -> dict[str, Kind]:
        """Its types, in the order of their files."""
        names = [name.removeprefix(f"{self.id}/") for name in self.files.names(f"{self.id}/types/*.toml")]
        return {kind.id: _kind(kind) for name in names if (kind := self.read(name, TypeFile))}

    def bank(self) -> list[QuestionFile]:
        """Its questions; one of the team's replaces the shipped one of its id, or comes after them."""
        rows: dict[str, QuestionFile] = {}
        for said, file in read_each(self.files, f"{self.id}/questions.toml", QuestionsFile, self.faults):
            self.faults.extend(f"{said}: {id}: 编号重复" for id in twice(row.id for row in file.question))
            rows |= {row.id: row for row in file.question}
        return list(rows.values())

    def model(self) -> Model | None:
        """What was fitted on its corpus."""
        entry = self.files.last(f"{self.id}/model.bin")
        try:
            return shared(entry.read(), entry.path.name)
        except OSError:
            self.faults.append(f"{entry.said}: 还没有模型文件，{how_to_fit(self.files, self.id)}")
        except ValueError as fault:
            self.faults.append(f"{entry.said}: 模型文件读不出来（{fault}），{how_to_fit(self.files, self.id)}")
        return None

    def fault(self, found: Iterable[str]) -> None:
        """Add faults that only show when its files are read together: "file: key: reason" each."""
        for told in found:
            name, _, rest = told.partition(": ")
            self.faults.append(f"{self.files.last(f'{self.id}/{name}').said}: {rest}")


def how_to_fit(files: Tree, id: str) -> str:
    """What to do about a model that is missing or too old."""
    return f"请运行 zhike knowledge train {id}" if files.own else "请运行 make train"


def load_types(id: str, source: Source = DATA) -> Mapping[str, Kind]:
    """The types of a system alone, as long as it has no model yet.

    Raises:
        Faults: with every fault of their files.
    """
    folder = _Folder(id, tree(source), dict, [])
    types = folder.types()
    if folder.faults:
        raise Faults(folder.faults)
    return types


def _catalogue(id: str, files: Tree, facts: Callable[[], Mapping[str, Fact]]) -> Catalogue:
    """Read the system of that id.

    Raises:
        Faults: with every fault of its files; where there is none, with those that show when they are put together.
    """
    folder = _Folder(id, files, facts, [])
    head = folder.read("system.toml", SystemFile)
    types = folder.types()
    bank = folder.bank() if folder.needs(head, "infer", "questions.toml") else []
    model = folder.model() if folder.needs(head, "infer", "model.bin") else None
    rules = folder.read("rules.toml", RulesFile) if folder.needs(head, "rule", "rules.toml") else None
    has_test = folder.needs(head, "score", TEST) or folder.has(TEST)
    test = folder.read(TEST, QuestionnaireFile) if has_test else None
    if head is None or folder.faults:
        raise Faults(folder.faults)
    folder.fault(_type_faults(head, id, types, files))
    if model is not None:
        shipped = {row.id for row in _shipped_bank(id, files)} if files.own else set[str]()
        folder.fault(_inference_faults(head, types, [row for row in bank if row.id not in shipped]))
        folder.fault(_unknown_to(model, types, how_to_fit(files, id)))
    limits = {**rules.limits, **files.limits.get(id, {})} if rules else {}
    if rules is not None:
        folder.fault(_rule_faults(rules, types, facts(), head))
        folder.faults.extend(_limit_faults(id, rules.limits, limits))
    elif id in files.limits:
        folder.faults.append(f"配置 knowledge.limits.{id}: 这个系统不是按资料算的，没有门槛")
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
        "part_of": head.part_of or "",
        "types": types,
        "questionnaire": questionnaire(test, {id: kind.zh for id, kind in types.items()}) if test else None,
    }
    if model is not None:
        questions = {row.id: _question(row, tuple(types)) for row in bank}
        return System(**common, first=head.first, first_why=head.first_why, questions=questions, model=model)
    if rules is not None:
        made = tuple(_ruled(rules, limits, facts()))
        return RuleSystem(**common, needs=tuple(rules.needs), rules=made, axes=tuple(head.axes))
    return Catalogue(**common)


def _shipped_bank(id: str, files: Tree) -> list[QuestionFile]:
    """The questions that are not the team's: made for the shipped types, they need not know one of the team's."""
    own = read_each(files, f"{id}/questions.toml", QuestionsFile, [])
    mine = {row.id for said, file in own if said != f"{id}/questions.toml" for row in file.question}
    return [row for said, file in own if said == f"{id}/questions.toml" for row in file.question if row.id not in mine]


def _ruled(told: RulesFile, limits: Mapping[str, float], facts: Mapping[str, Fact]) -> Iterator[Rule]:
    """The rules with their thresholds put in."""
    compared = {
        value.removeprefix(LIMIT): fact
        for rule in told.rule
        for fact, _, value in rule.when
        if isinstance(value, str) and value.startswith(LIMIT)
    }
    said = {
        name: facts[compared[name]].filled(value) if compared.get(name) in facts else plain(value)
        for name, value in limits.items()
    }
    for rule in told.rule:
        why = rule.why
        for name, zh in said.items():
            why = why.replace(f"{{{LIMIT}{name}}}", zh)
        yield Rule(
            rule.type, tuple(Condition(fact, test, _fixed(value, limits)) for fact, test, value in rule.when), why
        )


def _fixed(value: Any, limits: Mapping[str, float]) -> Value | tuple[Value, ...]:
    if isinstance(value, str) and value.startswith(LIMIT):
        return limits[value.removeprefix(LIMIT)]
    fixed: Value | tuple[Value, ...] = tuple(value) if isinstance(value, list) else value
    return fixed


def _type_faults(head: SystemFile, id: str, types: Mapping[str, Kind], files: Tree) -> Iterable[str]:
    """Faults that only show when the files of one system are read together."""
    if head.id != id:
        yield f"system.toml: id: 应当和文件夹同名（{id}）"
    if len(types) < 2:
        yield "system.toml: id: 至少要两种类型（types/*.toml）"
    for name in files.names(f"{id}/types/*.toml"):
        stem = name.rpartition("/")[2].removesuffix(".toml")
        if stem not in types:
            yield f"types/{stem}.toml: id: 应当和文件同名（{stem}）"
    names: dict[str, str] = {}
    for kind in types.values():
        if len(id) + len(kind.id) > LONGEST_PAIR:
            yield f"types/{kind.id}.toml: id: 太长了，和系统的编号加起来最多 {LONGEST_PAIR} 个字符"
        if (owner := names.setdefault(kind.zh, kind.id)) != kind.id:
            yield f"types/{kind.id}.toml: zh: “{kind.zh}”已经是 {owner} 的名称"
        for line in kind.card.ask:
            if not line.endswith("？"):
                yield f"types/{kind.id}.toml: card.ask: “{line}”不是问句，要用“？”结尾"
        for near in kind.neighbours:
            if near.id not in types or near.id == kind.id:
                yield f"types/{kind.id}.toml: neighbours: 没有“{near.id}”这个别的类型"


def _inference_faults(head: SystemFile, types: Mapping[str, Kind], bank: Sequence[QuestionFile]) -> Iterable[str]:
    for part in ("first", "first_why"):
        if len(getattr(head, part)) < 2:
            yield f"system.toml: {part}: 缺少这一项"
    for kind in types.values():
        for part in ("opening", "close", "warning", "moments"):
            if not getattr(kind.card, part):
                yield f"types/{kind.id}.toml: card.{part}: 缺少这一项"
    yield from _bank_faults(bank, types)


def _unknown_to(model: Model, types: Collection[str], how: str) -> Iterable[str]:
    missing = sorted(set(types) - set(model.labels))
    if missing:
        yield f"model.bin: 模型不认识 {'、'.join(missing)}，{how}"


def _rule_faults(
    told: RulesFile, types: Mapping[str, Kind], facts: Mapping[str, Fact], head: SystemFile
) -> Iterable[str]:
    for fact in told.needs:
        if fact not in facts and fact not in COMPUTED:
            yield f"rules.toml: needs: 没有“{fact}”这一项资料（facts/*.toml 里要有）"
    for fact in head.axes:
        if fact not in facts and fact not in COMPUTED:
            yield f"system.toml: axes: 没有“{fact}”这一项资料（facts/*.toml 里要有）"
    for number, rule in enumerate(told.rule):
        if rule.type not in types:
            yield f"rules.toml: rule[{number}].type: 没有“{rule.type}”这个类型"
        for fact, test, value in rule.when:
            found = _condition_faults(head.id, (fact, test, value), facts, told.limits)
            yield from (f"rules.toml: rule[{number}].when: {fault}" for fault in found)
        for name in _NAMED_LIMIT.findall(rule.why):
            if name not in told.limits:
                yield f"rules.toml: rule[{number}].why: 没有“{LIMIT}{name}”这个门槛（[limits] 里要有）"
    for type in sorted(set(types) - {rule.type for rule in told.rule}):
        yield f"rules.toml: rule: 没有一条规则会得出 {type}"


def _condition_faults(
    id: str, condition: tuple[str, str, Any], facts: Mapping[str, Fact], limits: Collection[str]
) -> Iterable[str]:
    fact, test, value = condition
    if fact not in facts and fact not in COMPUTED:
        yield f"没有“{fact}”这一项资料"
    elif fact not in COMPUTED and len(id) + len(fact) > LONGEST_PAIR:
        yield f"“{fact}”太长了，和系统的编号加起来最多 {LONGEST_PAIR} 个字符"
    if test not in TESTS:
        yield f"没有“{test}”这种比较，可用 {' '.join(TESTS)}"
    if (test == "in") != isinstance(value, list):
        yield f"{fact}: 只有 in 后面才写列表"
    if isinstance(value, str) and value.startswith(LIMIT):
        if value.removeprefix(LIMIT) not in limits:
            yield f"没有“{value}”这个门槛（[limits] 里要有）"
        return
    for one in value if isinstance(value, list) else [value]:
        yield from (f"{fact}: {fault}" for fault in _value_faults(fact, one, facts))


def _value_faults(id: str, value: Value, facts: Mapping[str, Fact]) -> Iterable[str]:
    """Why a fact can never be of that value."""
    fact = facts.get(id)
    kind = fact.kind if fact else COMPUTED.get(id)
    if kind in {"number", "money"} and (isinstance(value, bool) or not isinstance(value, int | float)):
        yield f"要和数字比，“{value}”不是数字"
    if kind == "flag" and not isinstance(value, bool):
        yield f"只能是 true 或 false，“{value}”不是"
    if kind == "choice" and fact:
        known = [(type(option.value), option.value) for option in fact.choices]
        if (type(value), value) not in known:
            yield f"“{value}”不是它的选项，可用 {' '.join(str(one) for _, one in known)}"


def _limit_faults(id: str, shipped: Mapping[str, float], limits: Mapping[str, float]) -> Iterable[str]:
    """Thresholds of the configuration that the rules do not have, or that change places."""
    for name in sorted(set(limits) - set(shipped)):
        yield f"配置 knowledge.limits.{id}.{name}: 没有这个门槛，可用 {' '.join(shipped) or '（没有）'}"
    order = list(shipped)
    falling = bool(order) and shipped[order[0]] > shipped[order[-1]]
    for one, other in pairwise(order):
        first, second = limits[one], limits[other]
        if (first <= second) if falling else (first >= second):
            more = "大" if falling else "小"
            told = f"{one} = {plain(first)}，{other} = {plain(second)}"
            yield f"配置 knowledge.limits.{id}.{one}: 要比 {other} {more}（现在 {told}）"


def _bank_faults(bank: Sequence[QuestionFile], types: Mapping[str, Kind]) -> Iterable[str]:
    for row in bank:
        if len({choice.id for choice in row.choice}) < len(row.choice):
            yield f"questions.toml: {row.id}: 选项编号重复"
        for choice in row.choice:
            strangers = sorted(set(choice.likely) - set(types) - {"other"})
            if strangers:
                yield f"questions.toml: {row.id}.{choice.id}.likely: 没有 {'、'.join(strangers)} 这个类型"
            if "other" not in choice.likely and set(types) - set(choice.likely):
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
    # A type that a question without `other` was written before gets the mean of the others: it is then no evidence.
    others = [c.likely.get("other", sum(c.likely.values()) / len(c.likely)) for c in row.choice]
    choices = (
        (c.id, c.zh, {type: c.likely.get(type, other) for type in types})
        for c, other in zip(row.choice, others, strict=True)
    )
    return question(id=row.id, topic=row.topic, zh=row.zh, why=row.why, cost=row.cost, choices=choices)
