"""The shipped playbooks, and what is said about files with faults."""

import re
from collections import Counter
from pathlib import Path

import pytest

from knowledge.errors import Faults, UnknownPlaybook
from knowledge.files import SCENES
from knowledge.playbooks import Playbook, Playbooks, load_playbooks
from knowledge.systems import Systems
from knowledge.talk import Talk
from knowledge.tree import DATA

BOOK = """id = "{id}"
zh = "{zh}"
aliases = ["{zh}怎么做"]
source = []
origin = "extended"
about = "要做这件事的时候用。"
moments = ["visit"]
types = ["silent"]

[[step]]
title = "头一步"
goal = "先弄清楚。"
do = ["问一句。"]
say = ["您看{{product}}行吗？"]
check = "他点头。"

[[miss]]
zh = "别忘了名片。"
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with two small playbooks without a fault."""
    folder = tmp_path / "data" / "playbooks"
    folder.mkdir(parents=True)
    (folder / "first.toml").write_text(BOOK.format(id="first", zh="开头"), encoding="utf-8")
    (folder / "second.toml").write_text(BOOK.format(id="second", zh="收尾"), encoding="utf-8")
    return tmp_path / "data"


@pytest.fixture(scope="module")
def shipped(systems: Systems) -> Playbooks:
    """The shipped playbooks."""
    return load_playbooks(systems)


def faults_of(systems: Systems, data: Path) -> tuple[str, ...]:
    """What reading is refused with."""
    with pytest.raises(Faults) as refused:
        list(load_playbooks(systems, data))
    return refused.value.faults


def test_a_new_playbook_is_only_a_file(systems: Systems, data: Path) -> None:
    books = load_playbooks(systems, data)

    assert [book.id for book in books] == ["first", "second"]
    assert books["first"].steps[0].title == "头一步"
    assert [book.id for book in books.naming("behavior", "silent")] == ["first", "second"]
    assert books.naming("social_style", "silent") == []
    assert [book.id for book in books.at("visit")] == ["first", "second"]
    assert books.at("phone") == []


def test_no_playbook_is_no_fault(systems: Systems, tmp_path: Path) -> None:
    assert list(load_playbooks(systems, tmp_path)) == []


def test_an_unknown_playbook_is_said_so(shipped: Playbooks) -> None:
    with pytest.raises(UnknownPlaybook, match="magic"):
        shipped["magic"]


BAD = {  # fault: (what is replaced, by what, what is said)
    "misspelt key": ("aliases", "alias", "alias: 没有这一项"),
    "and the right one missing": ("aliases", "alias", "aliases: 缺少这一项"),
    "misspelt key of a step": ("goal", "gaol", "step[0].gaol: 没有这一项"),
    "wrong id": ('"first"', '"frist"', "id: 应当和文件同名（first）"),
    "an id that is none": ('"first"', '"第一"', "id: 有不允许的字符"),
    "unknown type": ('"silent"', '"quiet"', "types: 没有“quiet”这个类型"),
    "unknown moment": ('"visit"', '"lunch"', "moments[0]: 不在允许的"),
    "no moment": ('["visit"]', "[]", "moments: 条数太少"),
    "too long a title": ("头一步", "头一步" * 5, "step[0].title: 太长"),
    "nothing to do": ('["问一句。"]', "[]", "step[0].do: 条数太少"),
    "too much to say": ('["您看{product}行吗？"]', '["甲乙", "丙丁", "戊己", "庚辛"]', "step[0].say: 条数太多"),
    "markup": ("他点头。", "他<b>点头</b>。", "step[0].check: 有不允许的字符"),
    "a name of another": ("开头怎么做", "收尾", "aliases: “收尾”已经是 first.toml 的名字"),
    "broken TOML": ("[[miss]]", "[[miss]", "不是合法的 TOML"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_file_is_refused_by_path_and_key(systems: Systems, data: Path, fault: str) -> None:
    old, new, said = BAD[fault]
    path = data / "playbooks" / "first.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")

    faults = faults_of(systems, data)

    assert any(said in fault for fault in faults), faults
    assert all(re.match(r"playbooks/\w+\.toml: ", fault) for fault in faults)


def test_all_faults_of_all_files_are_said_at_once(systems: Systems, data: Path) -> None:
    for name in ("first", "second"):
        path = data / "playbooks" / f"{name}.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("goal", "gaol").replace('"visit"', '"lunch"'), encoding="utf-8")

    files = Counter(fault.partition(":")[0] for fault in faults_of(systems, data))

    assert files == {"playbooks/first.toml": 3, "playbooks/second.toml": 3}


# --- the shipped files ------------------------------------------------------------------------------------------------


def lines_of(book: Playbook) -> list[str]:
    """Every sentence of a playbook."""
    steps = [line for step in book.steps for line in (step.goal, *step.do, *step.say, step.check)]
    return [book.about, *steps, *(miss.zh for miss in book.misses)]


def test_all_shipped_files_load(shipped: Playbooks) -> None:
    assert [book.id for book in shipped] == sorted(path.stem for path in (DATA / "playbooks").glob("*.toml"))
    assert len(list(shipped)) >= 24


def test_there_is_a_playbook_for_every_moment_and_every_type(shipped: Playbooks, systems: Systems) -> None:
    assert [moment for moment in SCENES if not shipped.at(moment)] == []
    assert [type for type in systems["behavior"].types if not shipped.naming("behavior", type)] == []


def test_only_the_four_placeholders_are_used_and_all_are_filled(shipped: Playbooks) -> None:
    for book in shipped:
        for line in lines_of(book):
            assert not re.search(r"[{}]", Talk().fill([line])[0]), (book.id, line)


def test_no_sentence_stands_twice(shipped: Playbooks) -> None:
    told = Counter(line for book in shipped for line in lines_of(book))

    assert [line for line, count in told.items() if count > 1] == []


def test_the_most_particular_playbook_comes_first(shipped: Playbooks) -> None:
    counts = [len(book.types) for book in shipped.naming("behavior", "silent")]

    assert counts == sorted(counts)
