"""The shipped knowledge, and what is said about a folder with faults."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.belief import believe
from knowledge.errors import Faults, UnknownSystem, UnknownType
from knowledge.files import MOMENTS
from knowledge.interview import Chose, Said, begin, step
from knowledge.model import dumps
from knowledge.questions import SLIP
from knowledge.systems import Kind, System, Systems, load_systems
from knowledge.talk import Talk
from knowledge.tree import DATA

PARTS = ("opening", "do", "dont", "say", "ask", "close", "warning")
PLACEHOLDERS = {"product", "point", "trade", "company"}

SYSTEM = """id = "pace"
zh = "决策节奏"
kind = "infer"
about = "多快做决定"
source = ["000"]
first = "他做决定快不快？"
first_why = "快慢两种谈法"
"""
TYPE = """id = "{id}"
zh = "{zh}"
aliases = ["{zh}的"]
definition = "做决定{zh}，不拖也不催。"
source = ["000"]
origin = "document"

[card]
essence = "跟着他的步子走。"
opening = ["先问他什么时候要。"]
do = ["话说{zh}一点。"]
dont = ["别打乱他。"]
say = ["{{product}}您看哪天定？"]
close = ["给一个日子。"]
warning = ["他不回话了。"]

[card.moments]
visit = ["面谈看他的手表。"]
phone = ["电话只说一件事。"]
wechat = ["微信发一句话。"]
quote = ["报价只报一次。"]
objection = ["先认再说。"]
complaint = ["先给时间表。"]

[[neighbours]]
id = "{other}"
tell = "看他问不问交期。"
both = "先把交期说清楚。"
"""
QUESTIONS = """[[question]]
id = "deadline"
topic = "time"
zh = "他说了哪天要吗？"
why = "有日子的多半是快的"
cost = 1.0

[[question.choice]]
id = "yes"
zh = "说了"
likely = { fast = 8, slow = 2 }

[[question.choice]]
id = "no"
zh = "没说"
likely = { fast = 2, other = 8 }
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with one small system of two types, without a fault."""
    folder = tmp_path / "data" / "pace"
    (folder / "types").mkdir(parents=True)
    (folder / "system.toml").write_text(SYSTEM, encoding="utf-8")
    (folder / "questions.toml").write_text(QUESTIONS, encoding="utf-8")
    (folder / "types" / "fast.toml").write_text(TYPE.format(id="fast", zh="很快", other="slow"), encoding="utf-8")
    (folder / "types" / "slow.toml").write_text(TYPE.format(id="slow", zh="很慢", other="fast"), encoding="utf-8")
    weights = {"w马上": (-1.0, 2.0, -1.0), "w慢慢": (-1.0, -1.0, 2.0)}
    labels = ("-", "fast", "slow")
    raw = dumps(labels=labels, bias=(0.0, 0.0, 0.0), weights=weights, temperature=1.0, trained={})
    (folder / "model.bin").write_bytes(raw)
    return tmp_path / "data"


def changed(data: Path, name: str, change: Callable[[str], str]) -> None:
    """Change a file of the small system."""
    path = data / "pace" / name
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")


def faults_of(data: Path) -> tuple[str, ...]:
    """What loading is refused with."""
    with pytest.raises(Faults) as refused:
        list(load_systems(data))
    return refused.value.faults


def test_a_new_system_is_only_files(data: Path) -> None:
    system = load_systems(data)["pace"]

    assert system.order == ("fast", "slow")
    assert believe(system.model, ["他马上要"], types=system.order).top == "fast"
    interview, _ = step(begin(system)[0], Said("没说什么"), system)
    assert interview.asking == "deadline"
    assert step(interview, Chose("deadline", "yes"), system)[0].turns[-1].choice == "yes"


def test_numbers_for_other_types_fill_the_gaps(data: Path) -> None:
    question = load_systems(data)["pace"].questions["deadline"]

    mixed = {"fast": 0.2 * (1 - SLIP) + SLIP / 2, "slow": 0.8 * (1 - SLIP) + SLIP / 2}
    assert question.choices[1].likelihood == pytest.approx(mixed)


FAST, SLOW, ASKS, HEAD = "types/fast.toml", "types/slow.toml", "questions.toml", "system.toml"
SECOND_CHOICE = QUESTIONS[QUESTIONS.rindex("[[question.choice]]") :]
BAD = {  # fault: (file, what is replaced, by what, what is said)
    "misspelt key": (FAST, "aliases", "alias", "types/fast.toml: alias: 没有这一项"),
    "and the right one missing": (FAST, "aliases", "alias", "types/fast.toml: aliases: 缺少这一项"),
    "missing key": (HEAD, 'kind = "infer"\n', "", "system.toml: kind: 缺少这一项"),
    "unknown kind": (HEAD, '"infer"', '"magic"', "system.toml: kind: 不在允许的"),
    "wrong id of the system": (HEAD, '"pace"', '"race"', "system.toml: id: 应当和文件夹同名"),
    "wrong id of a type": (FAST, '"fast"', '"quick"', "types/fast.toml: id: 应当和文件同名"),
    "an id that is none": (FAST, '"fast"', '"Fast one"', "types/fast.toml: id: 有不允许的字符"),
    "unknown neighbour": (SLOW, '"fast"', '"middle"', "types/slow.toml: neighbours: 没有“middle”"),
    "what is asked is no question": (
        SLOW,
        "close = [",
        'ask = ["您哪天用？", "您说说。"]\nclose = [',
        "types/slow.toml: card.ask: “您说说。”不是问句，要用“？”结尾",
    ),
    "its own neighbour": (SLOW, '"fast"', '"slow"', "types/slow.toml: neighbours: 没有“slow”"),
    "duplicate question": (ASKS, "[[question]]", f"{QUESTIONS}\n[[question]]", "questions.toml: deadline: 编号重复"),
    "duplicate choice": (ASKS, '"no"', '"yes"', "questions.toml: deadline: 选项编号重复"),
    "unknown type in likely": (ASKS, "slow = 2", "slug = 2, other = 1", "deadline.yes.likely: 没有 slug"),
    "type without a number": (ASKS, ", slow = 2", "", "deadline.yes.likely: 缺少 other"),
    "impossible number": (ASKS, "fast = 8", "fast = 0", "question[0].choice[0].likely.fast: 数字太小"),
    "too large a number": (ASKS, "fast = 8", "fast = 80", "question[0].choice[0].likely.fast: 数字太大"),
    "text for a number": (ASKS, "cost = 1.0", 'cost = "cheap"', "question[0].cost: 要写成数字"),
    "one choice only": (ASKS, SECOND_CHOICE, "", "question[0].choice: 条数太少"),
    "text for a list": (FAST, '["话说很快一点。"]', '"话说很快一点。"', "card.do: 要写成列表"),
    "list for a text": (FAST, '"跟着他的步子走。"', '["跟着他的步子走。"]', "card.essence: 要写成文字"),
    "text for a section": (SLOW, "[card.moments]", 'moments = "慢"\n[rest]', "card.moments: 要写成一节"),
    "empty list": (FAST, '["话说很快一点。"]', "[]", "card.do: 条数太少"),
    "markup in a line": (FAST, "别打乱他。", "别<b>打乱</b>他。", "card.dont[0]: 有不允许的字符"),
    "too long a line": (FAST, "别打乱他。", "别打乱他。" * 30, "card.dont[0]: 太长"),
    "missing moment": (FAST, 'quote = ["报价只报一次。"]\n', "", "card.moments.quote: 缺少这一项"),
    "broken TOML": (FAST, '["他不回话了。"]', '["他不回话了。"', "types/fast.toml: 不是合法的 TOML"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_file_is_refused_by_path_and_key(data: Path, fault: str) -> None:
    file, old, new, said = BAD[fault]
    changed(data, file, lambda text: text.replace(old, new))

    faults = faults_of(data)

    assert any(said in fault for fault in faults)
    assert all(fault.startswith("pace/") for fault in faults)
    assert all(re.search("[一-鿿]", fault) for fault in faults)


def test_a_file_that_is_not_utf8_is_refused(data: Path) -> None:
    path = data / "pace" / "types" / "fast.toml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gbk"))

    assert faults_of(data) == ("pace/types/fast.toml: 不是 UTF-8 编码",)


def test_a_missing_file_is_named(data: Path) -> None:
    (data / "pace" / "questions.toml").unlink()

    assert faults_of(data) == ("pace/questions.toml: 读不到这个文件",)


@pytest.mark.parametrize("keep", [0, 10, -5])
def test_a_cut_model_is_refused(data: Path, keep: int) -> None:
    path = data / "pace" / "model.bin"
    path.write_bytes(path.read_bytes()[:keep])

    (fault,) = faults_of(data)

    assert fault.startswith("pace/model.bin: 模型文件读不出来")
    assert "make train" in fault


def test_a_model_that_lacks_a_type_is_refused(data: Path) -> None:
    added = TYPE.format(id="even", zh="不快不慢", other="fast")
    (data / "pace" / "types" / "even.toml").write_text(added, encoding="utf-8")

    faults = faults_of(data)

    assert any(fault.startswith("pace/model.bin: 模型不认识 even") for fault in faults)


def test_a_folder_without_any_system_is_refused(tmp_path: Path) -> None:
    assert faults_of(tmp_path) == (f"{tmp_path.name}: 没有任何分类系统（找不到 */system.toml）",)


def test_all_faults_of_all_files_are_said_at_once(data: Path) -> None:
    changed(data, "system.toml", lambda text: text.replace('kind = "infer"\n', ""))
    changed(data, "types/fast.toml", lambda text: text.replace("aliases", "alias").replace("origin", "origins"))
    changed(data, "types/slow.toml", lambda text: text + "[[")
    changed(data, "questions.toml", lambda text: text.replace("fast = 8", "fast = -8").replace("topic", "subject"))
    (data / "pace" / "model.bin").write_bytes(b"cut")

    faults = faults_of(data)

    files = Counter(fault.partition(":")[0] for fault in faults)
    assert files == {
        "pace/system.toml": 1,
        "pace/types/fast.toml": 4,
        "pace/types/slow.toml": 1,
        "pace/questions.toml": 3,
        "pace/model.bin": 1,
    }


def test_faults_between_files_are_said_beside_each_other(data: Path) -> None:
    changed(data, "types/slow.toml", lambda text: text.replace('"fast"', '"middle"'))
    changed(data, "questions.toml", lambda text: text.replace("slow = 2", "slug = 2, other = 1"))

    faults = faults_of(data)

    assert len(faults) == 2


def test_faults_of_two_systems_are_said_together(data: Path) -> None:
    second = data / "tempo"
    (second / "types").mkdir(parents=True)
    (second / "system.toml").write_text(SYSTEM.replace("pace", "tempo"), encoding="utf-8")
    changed(data, "questions.toml", lambda text: text.replace("slow = 2", "slug = 2, other = 1"))

    files = {fault.partition(":")[0] for fault in faults_of(data)}

    assert files == {"pace/questions.toml", "tempo/questions.toml", "tempo/model.bin"}


def test_an_unknown_system_names_those_that_exist(data: Path) -> None:
    with pytest.raises(UnknownSystem, match="pace"):
        load_systems(data)["behaviour"]


def test_an_unknown_type_is_said_so(data: Path) -> None:
    with pytest.raises(UnknownType, match="middle"):
        load_systems(data)["pace"].type("middle")


# --- the shipped files ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def behavior(systems: Systems) -> System:
    """The primary system."""
    return systems["behavior"]


def lines_of(kind: Kind) -> list[str]:
    """Every sentence of a type's card."""
    card = kind.card
    parts = [getattr(card, part) for part in PARTS] + [getattr(card.moments, moment) for moment in MOMENTS]
    tells = [sentence for near in kind.neighbours for sentence in (near.tell, near.both)]
    return [card.essence, *(line for part in parts for line in part), *tells]


def test_every_shipped_file_loads(systems: Systems) -> None:
    assert [system.id for system in systems] == sorted(path.parent.name for path in DATA.glob("*/system.toml"))


def test_the_primary_system_has_its_twenty_five_types(behavior: System) -> None:
    assert " ".join(behavior.order) == (
        "analytical arrogant bargainer boastful cash_strapped complaining composed contrarian decisive easygoing"
        " hesitant impulsive inquisitive insincere irritable methodical picky refusing sensitive sentimental shrewd"
        " silent stubborn talkative tricky"
    )


def test_every_type_has_a_whole_card(behavior: System) -> None:
    for kind in behavior.types.values():
        assert all(len(getattr(kind.card, part)) >= 2 for part in PARTS), kind.id
        assert all(getattr(kind.card.moments, moment) for moment in MOMENTS), kind.id
        assert kind.neighbours, kind.id
        assert kind.source or kind.origin == "extended", kind.id


def test_no_sentence_stands_in_two_cards(behavior: System) -> None:
    owners: dict[str, set[str]] = {}
    for kind in behavior.types.values():
        for line in lines_of(kind):
            owners.setdefault(re.sub(r"\W", "", line), set()).add(kind.id)

    assert {line: ids for line, ids in owners.items() if len(ids) > 1} == {}


def test_no_sentence_stands_twice_in_one_card(behavior: System) -> None:
    for kind in behavior.types.values():
        told = Counter(re.sub(r"\W", "", line) for line in lines_of(kind))
        assert [line for line, count in told.items() if count > 1] == [], kind.id


def test_only_the_four_placeholders_are_used_and_all_are_filled(behavior: System) -> None:
    for kind in behavior.types.values():
        for line in lines_of(kind):
            assert set(re.findall(r"\{(.*?)\}", line)) <= PLACEHOLDERS, (kind.id, line)
            assert not re.search(r"[{}]", Talk().fill([line])[0]), (kind.id, line)


def test_the_talk_tracks_speak_of_the_teams_own_product(behavior: System) -> None:
    without = [kind.id for kind in behavior.types.values() if not any("{" in line for line in kind.card.say)]

    assert without == []


def test_there_are_three_questions_for_every_type(behavior: System) -> None:
    assert {kind.id: len(kind.card.ask) for kind in behavior.types.values()} == dict.fromkeys(behavior.types, 3)


def test_names_and_aliases_tell_the_types_apart(behavior: System) -> None:
    owners: dict[str, set[str]] = {}
    for kind in behavior.types.values():
        for name in (kind.zh, *kind.aliases):
            owners.setdefault(name, set()).add(kind.id)

    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}


def test_every_question_fits_a_button_and_says_why(behavior: System) -> None:
    for question in behavior.questions.values():
        labels = [choice.zh for choice in question.choices]
        assert len(set(labels)) == len(labels), question.id
        assert question.why, question.id
        assert max(map(len, labels)) <= 20, question.id
