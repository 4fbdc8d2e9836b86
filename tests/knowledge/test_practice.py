"""The shipped exercises, every check with its pair, and what is said about files with faults."""

import re
import shutil
from pathlib import Path

import pytest

from knowledge.corpus import read_corpus
from knowledge.errors import Faults
from knowledge.files import CheckFile, ChecksFile, read
from knowledge.practice import (
    CHECKS,
    CHOICES,
    FOLDER,
    Exercise,
    Exercises,
    heard,
    load_checks,
    lookalikes,
    told_apart,
)
from knowledge.systems import PRIMARY, System, Systems
from knowledge.tree import DATA, Tree
from knowledge.wording import Wording, load_wording

READ: list[str] = []
SHIPPED = read(Tree(DATA), CHECKS, ChecksFile, READ)
ROWS: list[CheckFile] = SHIPPED.check if SHIPPED else []
EPISODES = {PRIMARY: 8}  # at least; of the other systems 3
SHARED = 12  # characters in a row that an episode may not have in common with a training text
BARE = re.compile(r"\W")


@pytest.fixture(scope="module")
def exercises(systems: Systems) -> Exercises:
    """The shipped ones."""
    made = Exercises(systems)
    made.read_all()
    return made


@pytest.fixture(scope="module")
def wording() -> Wording:
    """The shipped lists and their model."""
    return load_wording()


def everything(exercises: Exercises) -> list[tuple[str, Exercise]]:
    """Every exercise with its system."""
    return [(id, exercise) for id in exercises.systems for exercise in exercises.of(id).values()]


# --- what is shipped --------------------------------------------------------------------------------------------------


def test_every_type_that_is_inferred_can_be_practised(exercises: Exercises, systems: Systems) -> None:
    inferred = {system.id: set(system.types) for system in systems if isinstance(system, System)}

    assert {id: set(exercises.of(id)) for id in exercises.systems} == inferred


def test_every_type_has_enough_episodes_with_a_source(exercises: Exercises) -> None:
    few = [
        (system, one.kind.id, len(one.episodes))
        for system, one in everything(exercises)
        if len(one.episodes) < EPISODES.get(system, 3) or not one.source
    ]

    assert few == []


def test_no_episode_was_written_twice(exercises: Exercises) -> None:
    told = [BARE.sub("", text) for _, one in everything(exercises) for text in one.episodes]

    assert len(set(told)) == len(told) == 320


def test_no_episode_was_learnt_from(exercises: Exercises) -> None:
    def runs(text: str) -> set[str]:
        bare = BARE.sub("", text)
        return {bare[at : at + SHARED] for at in range(len(bare) - SHARED + 1)}

    learnt = set[str]()
    for id in exercises.systems:
        for text in read_corpus(DATA / "corpus" / id):
            learnt |= runs(text.text)

    assert [text for _, one in everything(exercises) for text in one.episodes if runs(text) & learnt] == []


def test_no_episode_says_what_its_type_is_called(exercises: Exercises) -> None:
    named = [
        text
        for _, one in everything(exercises)
        for text in one.episodes
        if one.kind.zh in text or one.kind.zh.removesuffix("型") in text
    ]

    assert named == []


def test_every_episode_has_words_that_give_its_type_away(exercises: Exercises, systems: Systems) -> None:
    mute = [
        text
        for id, one in everything(exercises)
        for text in one.episodes
        if max((piece.weights[one.kind.id] for piece in heard(systems[id], text).evidence), default=0.0) <= 0
    ]

    assert mute == []


def test_the_model_finds_nearly_every_episode_among_its_first_three(exercises: Exercises, systems: Systems) -> None:
    ranks = [
        heard(systems[id], text).ranked.index(one.kind.id) for id, one in everything(exercises) for text in one.episodes
    ]

    assert sum(rank == 0 for rank in ranks) >= 0.9 * len(ranks)
    assert sum(rank < 3 for rank in ranks) >= 0.97 * len(ranks)


def test_choices_are_the_right_type_s_neighbours(exercises: Exercises, systems: Systems) -> None:
    for id, one in everything(exercises):
        near = lookalikes(systems[id], one.kind, one.episodes[0])
        declared = [neighbour.id for neighbour in one.kind.neighbours][: CHOICES - 1]

        assert one.kind.id not in near
        assert len(set(near)) == len(near) == min(CHOICES, len(systems[id].types)) - 1
        assert near[: len(declared)] == declared
        assert told_apart(systems[id], one.kind.id, near[0])


def test_the_reply_that_fits_passes_every_check_of_its_type(exercises: Exercises, wording: Wording) -> None:
    failing = [
        (system, one.kind.id, exchange.replies[0].zh, check.id)
        for system, one in everything(exercises)
        for exchange in one.exchanges
        for check in one.checks
        if not check.holds(exchange.replies[0].zh, wording)
    ]

    assert failing == []


def test_every_reply_that_does_not_fit_fails_a_check(exercises: Exercises, wording: Wording) -> None:
    passing = [
        (system, one.kind.id, reply.zh)
        for system, one in everything(exercises)
        for exchange in one.exchanges
        for reply in exchange.replies[1:]
        if len(one.met(reply.zh, wording)) == len(one.checks)
    ]

    assert passing == []


def test_one_reply_fits_and_every_one_has_the_line_of_the_card_that_says_why(exercises: Exercises) -> None:
    for _, one in everything(exercises):
        for exchange in one.exchanges:
            assert [reply.fits for reply in exchange.replies] == [True, *[False] * (len(exchange.replies) - 1)]
            assert exchange.replies[0].why in one.kind.card.do
            assert all(reply.why in one.kind.card.dont for reply in exchange.replies[1:])


def test_types_of_the_primary_system_have_two_exchanges(exercises: Exercises) -> None:
    assert {len(one.exchanges) for one in exercises.of(PRIMARY).values()} == {2}


# --- the checks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_check_passes_and_fails_what_its_file_says(row: CheckFile, wording: Wording) -> None:
    check = load_checks()[row.id]

    assert check.holds(row.passing, wording)
    assert not check.holds(row.failing, wording)


def test_every_check_is_used(exercises: Exercises) -> None:
    used = {check.id for _, one in everything(exercises) for check in one.checks}

    assert used == {row.id for row in ROWS}


def test_a_check_hears_traditional_and_full_width_writing(wording: Wording) -> None:
    checks = load_checks()

    assert checks["number"].holds("一年省９０００", wording)
    assert checks["evidence"].holds("檢測報告在第二頁", wording)


def test_a_word_inside_another_is_not_the_word(wording: Wording) -> None:
    assert not load_checks()["sees"].holds("这个真好看", wording)


# --- files with faults, and a team's own ------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the shipped exercises and checks, beside nothing else."""
    folder = tmp_path / "data"
    shutil.copytree(DATA / FOLDER, folder / FOLDER)
    (folder / CHECKS).parent.mkdir()
    shutil.copy(DATA / CHECKS, folder / CHECKS)
    return folder


def broken(data: Path, file: str, *changes: tuple[str, str]) -> None:
    path = data / file
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def faults_of(systems: Systems, *folders: Path) -> tuple[str, ...]:
    with pytest.raises(Faults) as refused:
        Exercises(systems, Tree(*folders)).read_all()
    return tuple(refused.value.faults)


def test_every_fault_of_every_file_is_said_at_once(systems: Systems, data: Path) -> None:
    broken(
        data,
        "practice/sensory.toml",
        ('checks = ["sees"]', 'checks = ["tastes"]'),
        ("dont = 2", "dont = 8"),
        ("do = 1", "do = 8"),
        ('id = "feeling"', 'id = "smelling"'),
    )
    broken(data, "practice/buyer_role.toml", ("source = ", "sources = "))
    broken(data, CHECKS, ("pattern = ['报告", "pattern = ['(报告"))
    (data / FOLDER / "weather.toml").write_text('system = "weather"\n', encoding="utf-8")

    assert faults_of(systems, data) == (
        "wording/checks.toml: evidence: 写法（正则）不对：missing ), unterminated subpattern at position 0",
        "practice/buyer_role.toml: type[0].source: 缺少这一项",
        "practice/buyer_role.toml: type[0].sources: 没有这一项（是不是拼错了？）",
        "practice/sensory.toml: visual: checks: 没有“tastes”这一样（wording/checks.toml）",
        "practice/sensory.toml: visual: scene[0].do: 打法卡“该做”只有 4 条",
        "practice/sensory.toml: visual: scene[0].dont: 打法卡“别做”只有 3 条",
        "practice/sensory.toml: smelling: id: 没有“smelling”这个类型",
        "practice/weather.toml: system: 没有“weather”这个分类系统",
    )


def test_what_is_written_twice_or_misnamed_is_said(systems: Systems, data: Path) -> None:
    broken(
        data,
        "practice/sensory.toml",
        ('system = "sensory"', 'system = "behavior"'),
        ('id = "auditory"', 'id = "visual"'),
    )
    twice = next(iter(Exercises(systems).of("social_style").values())).episodes[0]
    broken(data, "practice/social_style.toml", (twice, "甲乙丙"), ("episodes = [\n", 'episodes = [\n  "甲乙丙",\n'))
    broken(data, CHECKS, ('id = "wording"', 'id = "length"'))

    assert faults_of(systems, data) == (
        "wording/checks.toml: length: id: 编号重复",
        "practice/sensory.toml: system: 应当和文件同名（sensory）",
        "practice/sensory.toml: visual: id: 编号重复",
        "practice/social_style.toml: dominant: episodes: “甲乙丙”写了两遍",
    )


def test_only_the_file_that_is_asked_for_is_read(systems: Systems, data: Path) -> None:
    broken(data, "practice/buyer_role.toml", ("source = ", "sources = "))
    exercises = Exercises(systems, data)

    assert exercises.get("sensory", "visual") is not None
    assert exercises.get("sensory", "nothing") is None
    assert exercises.get("nothing", "visual") is None
    with pytest.raises(Faults):
        exercises.of("buyer_role")


OWN = """system = "sensory"
[[type]]
id = "visual"
source = []
checks = ["ours"]
episodes = ["甲", "乙乙", "丙丙"]
[[type.scene]]
says = "看不清。"
good = "您看这张图。"
do = 1
[[type.scene.bad]]
zh = "听我讲。"
dont = 1
[[type.scene.bad]]
zh = "随便。"
dont = 2
"""
CHECK = """[[check]]
id = "ours"
zh = "说了图"
better = "说图。"
pattern = ["图"]
pass = "这张图。"
fail = "这张纸。"
"""


def test_a_team_s_entries_take_the_place_of_the_shipped_ones(systems: Systems, data: Path, tmp_path: Path) -> None:
    team = tmp_path / "team"
    for name, text in ((f"{FOLDER}/sensory.toml", OWN.replace('"甲"', '"甲甲"')), (CHECKS, CHECK)):
        (team / name).parent.mkdir(parents=True)
        (team / name).write_text(text, encoding="utf-8")
    found = Exercises(systems, Tree(data, team)).of("sensory")

    assert found["visual"].episodes == ("甲甲", "乙乙", "丙丙")
    assert [check.id for check in found["visual"].checks] == ["ours", "length", "wording"]
    assert found["feeling"].episodes == Exercises(systems).of("sensory")["feeling"].episodes


def test_a_fault_of_the_team_s_file_is_said_with_its_folder(systems: Systems, data: Path, tmp_path: Path) -> None:
    team = tmp_path / "team"
    (team / FOLDER).mkdir(parents=True)
    (team / FOLDER / "sensory.toml").write_text(OWN, encoding="utf-8")

    assert faults_of(systems, data, team) == (f"{team}/practice/sensory.toml: type[0].episodes[0]: 太短，至少 2 个字",)


def test_where_a_team_has_replaced_the_card_its_gist_says_why(systems: Systems, tmp_path: Path) -> None:
    card = tmp_path / "team" / "sensory" / "types" / "visual.toml"
    card.parent.mkdir(parents=True)
    card.write_text("# the team's own card", encoding="utf-8")
    found = Exercises(systems, Tree(DATA, tmp_path / "team")).of("sensory")

    assert {reply.why for reply in found["visual"].exchanges[0].replies} == {found["visual"].kind.card.essence}
    assert found["feeling"].exchanges[0].replies[0].why in found["feeling"].kind.card.do
