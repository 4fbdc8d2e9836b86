"""A team's own types and texts, learnt: on the small system, where a fit takes a fraction of a second."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.fitting import NoFolder, copied, train
from knowledge.belief import believe
from knowledge.errors import Faults, UnknownSystem, ZhikeError
from knowledge.systems import load_systems
from knowledge.tree import DATA, Tree
from tests.knowledge.test_systems import TYPE
from tests.small import WHERE, knowledge

CALM = ("半天不动", "坐着不急", "茶喝了三杯", "等他慢慢想")


def team(folder: Path, texts: Sequence[str] = CALM) -> Path:
    """A third type for the small system, with texts of one voice."""
    home = folder / "behavior" / "types"
    home.mkdir(parents=True)
    (home / "calm.toml").write_text(TYPE.format(id="calm", zh="很稳", other="slow"), encoding="utf-8")
    corpus = folder / "corpus" / "behavior"
    corpus.mkdir(parents=True)
    lines = [f"{where}那家{text}" for where in WHERE for text in texts]
    (corpus / "ours.txt").write_text("\n".join(["## calm", *lines]), encoding="utf-8")
    return folder


@pytest.fixture
def files(tmp_path: Path) -> Tree:
    return Tree(knowledge(tmp_path / "shipped"), team(tmp_path / "team"))


def again(files: Tree) -> Tree:
    """The files as they are now."""
    return Tree(*files.folders)


def test_before_it_is_learnt_the_new_type_is_a_fault_that_says_what_to_do(files: Tree) -> None:
    with pytest.raises(Faults, match="模型不认识 calm，请运行 zhike knowledge train behavior"):
        load_systems(files).catalogue("behavior")


def test_a_new_type_is_learnt_beside_the_shipped_ones(files: Tree) -> None:
    said: list[str] = []
    written = train(files, "behavior", said.append)
    system = load_systems(again(files))["behavior"]

    assert written == files.folders[1] / "behavior" / "model.bin"
    assert system.order == ("calm", "fast", "slow")
    assert believe(system.model, ["那家茶喝了三杯"], types=system.order).top == "calm"
    assert believe(system.model, ["他马上要货"], types=system.order).top == "fast"
    assert any("很稳（calm）28 条：第一个就对 28 条" in line for line in said), said
    assert "  calm 只有 28 条，60 条以上才靠得住" in said


def test_the_shipped_model_stays_as_it_was(files: Tree) -> None:
    before = (files.folders[0] / "behavior" / "model.bin").read_bytes()
    train(files, "behavior", lambda _: None)

    assert (files.folders[0] / "behavior" / "model.bin").read_bytes() == before


def test_a_system_of_the_teams_own_is_tuned_on_its_own_texts(tmp_path: Path) -> None:
    shipped = knowledge(tmp_path / "shipped")
    own = tmp_path / "team"
    for part in ("", "corpus/"):
        (own / part).mkdir(parents=True, exist_ok=True)
        (shipped / part / "behavior").rename(own / part / "pace")
    (own / "pace" / "model.bin").unlink()
    head = own / "pace" / "system.toml"
    head.write_text(head.read_text(encoding="utf-8").replace('"behavior"', '"pace"'), encoding="utf-8")
    files = Tree(shipped, own)
    said: list[str] = []
    train(files, "pace", said.append)
    system = load_systems(again(files))["pace"]

    assert believe(system.model, ["老板马上要货"], types=system.order).top == "fast"
    assert any(line.startswith("分五份轮流留出来试") for line in said)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("## nix\n他说什么都行", "corpus/behavior/ours.txt: 没有“nix”这个类型：他说什么都行"),
        ("他说什么都行", "corpus/behavior/ours.txt: 第 1 行: 前面还没有“## 类型”这样的标题"),
        ("## -\n他说什么都行", "corpus/behavior: calm 一条语料也没有"),
    ],
)
def test_texts_that_cannot_be_learnt_from_are_refused(files: Tree, text: str, told: str) -> None:
    (files.folders[1] / "corpus" / "behavior" / "ours.txt").write_text(text, encoding="utf-8")
    with pytest.raises(Faults) as refused:
        train(files, "behavior", lambda _: None)

    assert told in refused.value.faults


def test_systems_that_learn_nothing_are_refused() -> None:
    files = Tree(DATA, Path("team"))
    for id in ("size", "nix"):
        with pytest.raises(UnknownSystem):
            train(files, id, lambda _: None)
    with pytest.raises(NoFolder):
        train(Tree(DATA), "behavior", lambda _: None)


def test_a_shipped_file_is_copied_under_a_new_name_and_never_over_another(tmp_path: Path) -> None:
    files = Tree(DATA, tmp_path / "team")
    made = copied(files, "sensory/types/visual.toml", "sensory/types/smell.toml")

    assert made.read_bytes() == (DATA / "sensory/types/visual.toml").read_bytes()
    with pytest.raises(ZhikeError, match="已经有了"):
        copied(files, "scenes.toml", "sensory/types/smell.toml")


@pytest.mark.parametrize(("name", "new"), [("nix.toml", ""), ("../systems.py", ""), ("scenes.toml", "../out.toml")])
def test_nothing_is_copied_from_or_to_elsewhere(tmp_path: Path, name: str, new: str) -> None:
    with pytest.raises(ZhikeError):
        copied(Tree(DATA, tmp_path / "team"), name, new)

    assert not (tmp_path / "out.toml").exists()
