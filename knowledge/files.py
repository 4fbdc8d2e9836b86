"""The shapes of the knowledge files, and how their faults are said: every fault, with path and key, at once."""

import re
import tomllib
from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError

from knowledge.tree import Entry, Tree

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=32)]
Line = Annotated[str, Field(min_length=2, max_length=120, pattern=r"^[^<>&\n]+$")]
Lines = Annotated[list[Line], Field(min_length=1, max_length=8)]

MOMENTS = {
    "visit": "面谈",
    "phone": "电话",
    "wechat": "微信",
    "quote": "报价",
    "objection": "异议",
    "complaint": "投诉",
}
SCENES = {"find": "找客户", "prep": "访前准备", **MOMENTS}  # what playbooks are sorted by


Origin = Literal["document", "extended"]


class File(BaseModel):
    """A knowledge file: unknown keys are faults, so that a misspelt key is not silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)  # until one is read


class SystemFile(File):
    """`system.toml`: what the system is."""

    id: Id
    zh: Line
    kind: Literal["infer", "rule", "score"]
    about: Line
    source: list[str]
    part_of: Id | None = None  # what the documents tell as one thing and the record needs apart
    first: Line = ""  # the open question that an interview begins with, where types are inferred
    first_why: Line = ""
    axes: list[str] = []  # two facts that span a picture of the customers, where there is one


class MomentsFile(File):
    """Tips by moment."""

    visit: Lines
    phone: Lines
    wechat: Lines
    quote: Lines
    objection: Lines
    complaint: Lines


class CardFile(File):
    """How to handle a type. What a customer's record decides needs no opening and no moments."""

    essence: Line
    opening: Lines = []
    do: Lines
    dont: Lines
    say: Lines
    ask: Lines = []
    close: Lines = []
    warning: Lines = []
    moments: MomentsFile | None = None


class NeighbourFile(File):
    """A type that is easily taken for this one."""

    id: Id
    tell: Line
    both: Line


class TypeFile(File):
    """`types/<id>.toml`: one type with its card."""

    id: Id
    zh: Line
    aliases: list[Line]
    definition: Line
    source: list[str]
    origin: Origin
    card: CardFile
    neighbours: list[NeighbourFile] = []


class ChoiceFile(File):
    """One answer; `likely` says of ten customers of a type how many would get it, `other` for types not named."""

    id: Id
    zh: Annotated[str, Field(min_length=1, max_length=20)]
    likely: dict[str, Annotated[float, Field(gt=0, le=10, strict=False)]]


class QuestionFile(File):
    """One question of the bank."""

    id: Id
    topic: Id
    zh: Annotated[str, Field(min_length=4, max_length=40)]
    why: Annotated[str, Field(min_length=4, max_length=40)]
    cost: Annotated[float, Field(ge=0.5, le=3, strict=False)]
    choice: Annotated[list[ChoiceFile], Field(min_length=2, max_length=5)]


class QuestionsFile(File):
    """`questions.toml`."""

    question: Annotated[list[QuestionFile], Field(min_length=1)]


Fixed = bool | int | float | str


class OptionFile(File):
    """One answer to tap when a fact is asked for."""

    value: Fixed
    zh: Annotated[str, Field(min_length=1, max_length=20)]


class FactFile(File):
    """A fact on a customer's record: how it is asked for, and after how many days again (0: never)."""

    id: Id
    zh: Annotated[str, Field(min_length=2, max_length=10)]
    aliases: list[Annotated[str, Field(min_length=1, max_length=10)]] = []
    ask: Annotated[str, Field(min_length=4, max_length=60)]
    kind: Literal["number", "flag", "choice", "money", "date", "yearly"]
    unit: str = ""
    lasts: int
    on_card: bool = False  # stands on the customer's card, and is told there without being asked for
    choices: Annotated[list[OptionFile], Field(max_length=8)] = []


class FactsFile(File):
    """`facts/*.toml`."""

    fact: list[FactFile]


class RuleFile(File):
    """A type and the conditions under which it holds: [fact, test, value] each."""

    type: Id
    when: list[Annotated[tuple[str, str, Fixed | list[Fixed]], Field(strict=False)]]
    why: Line


class RulesFile(File):
    """`rules.toml`. `limits` are thresholds that the configuration may change; their order from high to low (or from
    low to high) stays. `limits.<name>` stands for one in `when`, `{limits.<name>}` in `why`.
    """

    needs: list[str]
    limits: dict[Id, Annotated[float, Field(ge=0, strict=False)]] = {}
    rule: Annotated[list[RuleFile], Field(min_length=1)]


Title = Annotated[str, Field(min_length=2, max_length=14, pattern=r"^[^<>&\n]+$")]  # fits a button


class StepFile(File):
    """One step of a playbook; `check` says how a rep sees that it worked."""

    title: Title
    goal: Line
    do: Annotated[list[Line], Field(min_length=1, max_length=4)]
    say: Annotated[list[Line], Field(max_length=3)] = []
    check: Line


class MissFile(File):
    """A detail that is easily missed."""

    zh: Line


class PlaybookFile(File):
    """`playbooks/<id>.toml`: how a task is done, step by step, or by the one that fits where `each` is 个."""

    id: Id
    zh: Title
    aliases: list[Line]
    source: list[str]
    origin: Origin
    about: Line
    each: Literal["步", "个"] = "步"
    moments: Annotated[
        list[Literal["find", "prep", "visit", "phone", "wechat", "quote", "objection", "complaint"]],
        Field(min_length=1),
    ]
    types: list[Id]  # of the primary system: customers it serves best with
    step: Annotated[list[StepFile], Field(min_length=1, max_length=30)]
    miss: Annotated[list[MissFile], Field(max_length=6)] = []


Statement = Annotated[str, Field(min_length=2, max_length=40, pattern=r"^[^<>&\n]+$")]
Subject = Literal["self", "customer"]


class AnswerFile(File):
    """One answer of a scale, with its points."""

    points: Annotated[int, Field(ge=0, le=10)]
    zh: Annotated[str, Field(min_length=1, max_length=10)]


class ItemFile(File):
    """One item: a statement `zh` to agree with, or two statements `a` and `b` of which `counts` names the one that
    adds a point. `sum` is what it counts for; a `reverse` item counts from the other end of the scale.
    """

    id: Id
    sum: Id
    zh: Statement | None = None
    a: Statement | None = None
    b: Statement | None = None
    counts: Literal["a", "b"] | None = None
    reverse: bool = False
    origin: Origin = "extended"


class BlankFile(File):
    """What an item left blank counts, and with how many of them (of one sum, or of all) nothing is concluded."""

    within: Literal["sum", "all"]
    most: Annotated[int, Field(ge=0)]
    points: Annotated[int, Field(ge=0)]
    text: Line
    refuse: Line


class AxisFile(File):
    """A sum that is cut in two: `high` from there on; within `near` close to the cut; marked outside `strong`."""

    id: Id
    zh: Annotated[str, Field(min_length=2, max_length=6)]
    high: int
    near: Annotated[tuple[int, int], Field(strict=False)]
    strong: Annotated[tuple[int, int], Field(strict=False)] | None = None


Side = Literal["high", "low"]


class QuarterFile(File):
    """The type of the customers whose two sums lie on these sides."""

    type: Id
    sides: Annotated[tuple[Side, Side], Field(strict=False)]
    zh: Line | None = None


class AxesFile(File):
    """Two sums that span four quarters, a type each, and how a place is said."""

    axis: Annotated[list[AxisFile], Field(min_length=2, max_length=2)]
    quarter: Annotated[list[QuarterFile], Field(min_length=4, max_length=4)]
    text: Line
    below: Line
    above: Line
    maybe: Line
    strong: Line | None = None
    origin: Origin = "extended"


class RankedFile(File):
    """How a ranking of the sums is said."""

    one: Line
    two: Line
    three: Line
    close: Line
    flat: Line
    low: Line


class RanksFile(File):
    """One sum per type, read by rank: numbers are points. Ties keep the order of `order`."""

    order: Annotated[list[Id], Field(min_length=4, max_length=10)]
    lead: Annotated[int, Field(ge=1)]
    flat_spread: Annotated[int, Field(ge=0)]
    flat_type: Id
    low_at: int
    said: dict[Subject, RankedFile]
    origin: Origin = "extended"


class QuestionnaireFile(File):
    """`questionnaire.toml`: a test to tick. `whom`: whom it may be answered of; `{who}` in `ask` stands for them."""

    kind: Literal["choice", "scale"]
    whom: Annotated[list[Subject], Field(min_length=1)]
    intro: Line
    ask: Line
    blank: BlankFile
    answer: Annotated[list[AnswerFile], Field(max_length=7)] = []
    item: Annotated[list[ItemFile], Field(min_length=2, max_length=60)]
    axes: AxesFile | None = None
    ranks: RanksFile | None = None


Phrase = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[^<>&\n]+$")]


Slotted = Annotated[str, Field(min_length=3, max_length=400)]  # a phrase with slots


class TabooFile(File):
    """One kind of what is not said to a customer, or one principle of speaking."""

    id: Id
    zh: Line
    rule: Annotated[int, Field(ge=0, le=7)] = 0
    origin: Origin
    why: Line
    ask: Line
    better: Line
    phrases: Annotated[list[Phrase], Field(min_length=1)]
    quoted: list[Phrase] = []
    soft: list[Phrase] = []
    needs: list[Phrase] = []
    alone: list[Phrase] = []
    always: list[Slotted] = []
    listed: bool = False
    fine: list[Phrase] = []
    swap: dict[Phrase, Line]


class MorePhrasesFile(File):
    """What a team adds to a kind or a principle that is shipped; a phrase of its own always counts."""

    id: Id
    phrases: list[Phrase] = []
    fine: list[Phrase] = []
    swap: dict[Phrase, Line] = {}


class Taboos(File):
    """`wording/taboo.toml`; `more` is for a team's own file."""

    kind: list[TabooFile] = []
    principle: list[TabooFile] = []
    more: list[MorePhrasesFile] = []


class PatternsFile(RootModel[dict[Id, list[Slotted]]]):
    """`wording/patterns.toml`, shipped only: the phrases with slots of each kind."""

    model_config = ConfigDict(frozen=True, strict=True, defer_build=True)


class ClassesFile(RootModel[dict[Id, str]]):
    """`wording/classes.toml`, shipped only: words of like use, parted by blanks, under a name."""

    model_config = ConfigDict(frozen=True, strict=True, defer_build=True)


class MatterFile(File):
    """What a draft is about; a repair that is about something else is none."""

    id: Id
    zh: Line
    about: Annotated[list[Slotted], Field(min_length=1)]


class RepairFile(File):
    """What a clause at fault of that kind, or of any in a draft about that matter, is replaced by, where `about` is in
    it.
    """

    id: Id | Literal[""] = ""
    matter: Id | Literal[""] = ""
    about: Slotted = ""
    drop: list[Slotted] = []
    say: Line


class RepairsFile(File):
    """`wording/repairs.toml`: of a kind the first that fits counts."""

    matter: list[MatterFile] = []
    repair: Annotated[list[RepairFile], Field(min_length=1)]


class ClashFile(File):
    """What customers of some types cannot bear to hear."""

    types: Annotated[list[Id], Field(min_length=1)]
    patterns: Annotated[list[Slotted], Field(min_length=1)]
    fine: list[Phrase] = []
    why: Line
    better: Line
    say: Line


class ClashesFile(File):
    """`wording/clash.toml`."""

    clash: Annotated[list[ClashFile], Field(min_length=1)]


class WrongFile(File):
    """A reply that does not fit; `dont` is the line of the card's 别做 that it goes against, counted from 1."""

    zh: Line
    dont: Annotated[int, Field(ge=1, le=8)]


class ExchangeFile(File):
    """What a customer says, the reply that fits (`do`: the line of the card's 该做, from 1), and others that do not."""

    says: Line
    good: Line
    do: Annotated[int, Field(ge=1, le=8)]
    bad: Annotated[list[WrongFile], Field(min_length=2, max_length=3)]


class ExerciseFile(File):
    """What is practised of one type: episodes to recognise it by, exchanges, and the checks of a reply in own words."""

    id: Id
    source: list[str]
    checks: Annotated[list[Id], Field(min_length=1, max_length=4)]
    episodes: Annotated[list[Line], Field(min_length=3)]
    scene: Annotated[list[ExchangeFile], Field(min_length=1)]


class ExercisesFile(File):
    """`practice/<system>.toml`."""

    system: Id
    type: Annotated[list[ExerciseFile], Field(min_length=1)]


class CheckFile(File):
    """A yes or no about a reply. What is left out is not asked for; `common` checks are asked of every type."""

    id: Id
    zh: Title
    better: Line
    pattern: list[str] = []
    without: list[str] = []
    words: list[str] = []
    shortest: Annotated[int, Field(ge=0)] = 0
    longest: Annotated[int, Field(ge=1)] | None = None
    wording: bool = False
    common: bool = False
    passing: Annotated[Line, Field(alias="pass")]
    failing: Annotated[Line, Field(alias="fail")]


class ChecksFile(File):
    """`wording/checks.toml`."""

    check: Annotated[list[CheckFile], Field(min_length=1)]


_SAID = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项（是不是拼错了？）",
    "string_type": "要写成文字",
    "list_type": "要写成列表 [ … ]",
    "tuple_type": "要写成列表 [ … ]",
    "float_type": "要写成数字",
    "float_parsing": "要写成数字",
    "int_type": "要写成整数",
    "int_parsing": "要写成整数",
    "int_from_float": "要写成整数",
    "bool_type": "要写成 true 或 false",
    "bool_parsing": "要写成 true 或 false",
    "dict_type": "要写成表 { … }",
    "model_type": "要写成一节 [ … ]",
    "string_too_short": "太短，至少 {min_length} 个字",
    "string_too_long": "太长，最多 {max_length} 个字",
    "too_short": "条数太少，至少 {min_length} 条",
    "too_long": "条数太多，最多 {max_length} 条",
    "string_pattern_mismatch": "有不允许的字符（不能有 < > & 和换行；编号只用小写英文、数字和下划线）",
    "literal_error": "不在允许的几种写法里：{expected}",
    "greater_than": "数字太小，要大于 {gt}",
    "greater_than_equal": "数字太小，至少 {ge}",
    "less_than_equal": "数字太大，最多 {le}",
    "finite_number": "要写成数字",
}
_GRAMMAR = {  # what tomllib says, by how it begins
    "Expected '=' after a key": "项名后面要有等号",
    "Invalid value": "等号后面不是合法的值，文字要加引号",
    "Unterminated string": "引号没有成对",
    "Illegal character": "有不允许的字符，引号没有成对时也会这样",
    "Unclosed array": "方括号没有成对",
    "Unclosed inline table": "花括号没有成对",
    "Cannot overwrite a value": "同一项写了两遍",
    "Cannot declare": "同一节写了两遍",
    "Cannot mutate immutable": "这一节前面已经写完了",
    "Duplicate inline table key": "同一项写了两遍",
    "Expected newline or end of document": "一行只能写一项",
    "Expected ']": "少了一个 ]",
    "Invalid statement": "看不懂这一行",
    "Unescaped": "反斜杠要写成两个",
    "Invalid initial character for a key part": "项名要用英文字母、数字、下划线",
}
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


T = TypeVar("T", bound=BaseModel)


def read(files: Tree, name: str, shape: type[T], faults: list[str]) -> T | None:
    """The file of that name as `shape`, or None; every fault is added to `faults` as "path: key: reason"."""
    return parse(files.last(name), shape, faults)


def read_each(files: Tree, name: str, shape: type[T], faults: list[str]) -> list[tuple[str, T]]:
    """The file of that name in each folder that has it, with what it is called: the team's comes last."""
    told = ((entry.said, parse(entry, shape, faults)) for entry in files.layers(name))
    return [(said, file) for said, file in told if file is not None]


def parse(entry: Entry, shape: type[T], faults: list[str]) -> T | None:
    """One file as `shape`, or None and its faults."""
    try:
        return shape.model_validate(tomllib.loads(entry.read().decode("utf-8-sig").replace("\r\n", "\n")))
    except OSError:
        faults.append(f"{entry.said}: 读不到这个文件")
    except UnicodeDecodeError:
        faults.append(f"{entry.said}: 不是 UTF-8 编码")
    except tomllib.TOMLDecodeError as fault:
        faults.append(f"{entry.said}: 不是合法的 TOML（{_grammar(str(fault))}）")
    except ValidationError as invalid:
        rows = (f"{entry.said}: {_key(row['loc'])}: {_reason(row)}" for row in invalid.errors())
        faults.extend(dict.fromkeys(rows))  # a value that may be of several kinds is refused once for each
    return None


def _grammar(told: str) -> str:
    reason = next((zh for begins, zh in _GRAMMAR.items() if told.startswith(begins)), told)
    place = _PLACE.search(told)
    return f"第 {place[1]} 行第 {place[2]} 列：{reason}" if place else f"文件末尾：{reason}"


def twice(ids: Iterable[str]) -> list[str]:
    """Those that stand more than once, in order."""
    seen: set[str] = set()
    found = [id for id in ids if id in seen or seen.add(id)]  # type: ignore[func-returns-value]
    return sorted(set(found))


_KINDS = frozenset(
    ["bool", "int", "float", "str", "list[union[bool,int,float,str]]"]
)  # pydantic's own names of `Fixed`


def _key(place: Iterable[int | str]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place if part not in _KINDS)
    return "".join(parts).lstrip(".")


def _reason(row: Any) -> str:
    said = _SAID.get(row["type"])
    if said is None:
        return str(row["msg"])
    told = {key: f"{value:g}" if isinstance(value, float) else value for key, value in (row.get("ctx") or {}).items()}
    if "expected" in told:
        told["expected"] = str(told["expected"]).replace(" or ", ", ").replace("'", "")
    return said.format(**told)
