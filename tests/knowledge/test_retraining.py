import json
import sys
import zlib
from collections.abc import Sequence
from dataclasses import replace

import pytest

from knowledge import retraining
from knowledge.belief import believe
from knowledge.corpus import Text, read_corpus
from knowledge.features import features
from knowledge.model import Model, loads
from knowledge.retraining import (
    ALONE,
    FEWEST,
    FOLDS,
    HELD_OUT,
    TEAM_WEIGHT,
    Change,
    Figures,
    Fit,
    FitLost,
    NotTrainable,
    Report,
    distinct,
    fitted,
    measured,
    need_trainer,
    objections,
)
from knowledge.training import RARE, examples
from knowledge.tree import DATA
from tests import small
from tests.small import corpus, mistaken, model, team


@pytest.fixture(scope="module")
def shipped() -> Model:
    """The small system's model."""
    return model()


@pytest.fixture(scope="module")
def report(shipped: Model) -> Report:
    """What the words of the small team come to."""
    return measured(shipped, corpus(), team(), quiet)


def quiet(done: int, of: int) -> None:
    """Nobody watches."""


def with_team(shipped: Model, cases: Sequence[Text]) -> Model:
    return loads(fitted(shipped, corpus(), cases))


def keys(raw: bytes) -> list[str]:
    """The features that a model file names."""
    return zlib.decompress(raw).partition(b"\0")[0].decode().split("\n")[1:-1]


def test_a_team_with_words_of_its_own_is_understood_and_nobody_else_worse(report: Report) -> None:
    assert list(objections(report, 2)) == []
    assert report.team.before.first == 0.5
    assert report.team.after.first == 1
    assert report.voices.after.first == report.voices.before.first


def test_each_text_is_judged_once(report: Report) -> None:
    single = [text for text in corpus() if text.voice in HELD_OUT and len(text.types) == 1]

    assert {report.team.before.texts, report.team.after.texts} == {len(team())}
    assert {report.voices.before.texts, report.voices.after.texts} == {len(single)}


def test_the_same_cases_come_to_the_same_figures(shipped: Model, report: Report) -> None:
    assert measured(shipped, corpus(), team(), quiet) == report


def test_a_report_comes_back_from_json(report: Report) -> None:
    assert Report.of(json.loads(json.dumps(report.values()))) == report


def test_every_fit_is_told(shipped: Model) -> None:
    told: list[tuple[int, int]] = []
    measured(shipped, corpus(), team(), lambda done, of: told.append((done, of)))

    assert told == [(number, 2 + FOLDS) for number in range(1, 3 + FOLDS)]


def test_fewer_cases_than_folds_are_left_out_one_by_one(shipped: Model) -> None:
    told: list[tuple[int, int]] = []
    few = measured(shipped, corpus(), team()[:3], lambda done, of: told.append((done, of)))

    assert told[-1] == (2 + 3, 2 + 3)
    assert few.team.after.texts == 3


def test_much_to_fit_is_fitted_by_processes_of_their_own_with_the_same_figures(shipped: Model, report: Report) -> None:
    # Texts that say nothing the model knows: more to do, and the same outcome.
    nothing = [Text("north", "……", ()) for _ in range(ALONE // (2 + FOLDS))]
    many = measured(shipped, [*corpus(), *nothing], team(), quiet)

    assert many.team.before == report.team.before
    assert many.team.after.first == report.team.after.first


def test_a_process_that_the_system_stops_is_said_to_have_lacked_memory() -> None:
    with pytest.raises(FitLost, match="内存不够"):
        list(retraining._each(small.stopped, [Fit(examples(corpus()))] * (ALONE // len(corpus()) + 1)))


def test_cases_with_wrong_types_are_refused_by_what_they_spoil(shipped: Model) -> None:
    against = list(objections(measured(shipped, corpus(), mistaken(), quiet), 2))

    assert any("没见过的口气的对数损失变大了" in reason for reason in against)
    assert any("比瞎猜还差" in reason for reason in against)


GOOD = Figures(texts=1000, first=0.8, three=0.9, loss=0.7)


@pytest.mark.parametrize(
    ("voices", "own", "told"),
    [
        ({}, {}, []),
        ({"first": 0.7985}, {}, []),
        ({"first": 0.7975}, {}, ["没见过的口气里第一个就对的变少了：80.0% → 79.8%"]),
        ({"loss": 0.703}, {}, []),
        ({"loss": 0.704}, {}, ["没见过的口气的对数损失变大了：0.7000 → 0.7040"]),
        ({}, {"loss": 0.7001}, ["团队自己客户的对数损失变大了：0.7000 → 0.7001"]),
        ({}, {"first": 0.1}, []),
        ({"first": 0.7, "loss": 0.9}, {"loss": 0.8}, ["没见过的口气里", "没见过的口气的对数损失", "团队自己客户"]),
    ],
)
def test_each_figure_that_got_worse_is_named(voices: dict[str, float], own: dict[str, float], told: list[str]) -> None:
    report = Report(Change(GOOD, replace(GOOD, **voices)), Change(GOOD, replace(GOOD, **own)))
    against = list(objections(report, 25))

    assert len(against) == len(told)
    assert all(reason.startswith(words) for reason, words in zip(against, told, strict=True))


def test_types_that_fit_their_texts_worse_than_a_guess_are_refused_even_when_that_is_better_than_before() -> None:
    bad = Change(replace(GOOD, loss=9.0), replace(GOOD, loss=8.0))

    assert [
        "比瞎猜还差：对数损失 8.0000，瞎猜是 3.2189" in reason
        for reason in objections(Report(Change(GOOD, GOOD), bad), 25)
    ] == [True]


def test_the_teams_model_says_what_it_is_and_keeps_the_temperature(shipped: Model) -> None:
    made = with_team(shipped, team())

    assert made.temperature == shipped.temperature
    assert made.trained == {**shipped.trained, "team": len(team())}
    assert made.labels == shipped.labels


def test_the_teams_model_knows_the_teams_words(shipped: Model) -> None:
    made = with_team(shipped, team())

    assert believe(made, ["湖边那家磨盘"]).top == "slow"
    assert believe(made, ["湖边那家秒表"]).top == "fast"


def named(name: str, times: int) -> list[Text]:
    """Cases of the team, some of them about somebody."""
    return [replace(text, text=f"{name}：{text.text}") if at < times else text for at, text in enumerate(team())]


def known(raw: bytes, name: str) -> set[str]:
    """What a model knows of a name: its words, characters and sounds, and whatever they are part of."""
    pieces = {name[start:end] for start in range(len(name)) for end in range(start + 1, len(name) + 1)}
    return {key for key in keys(raw) if any(piece in key for piece in pieces)} | {*loads(raw).known(features(name))}


@pytest.mark.parametrize("times", [1, 2])
def test_a_name_that_stands_in_one_or_two_interviews_is_not_in_the_model(shipped: Model, times: int) -> None:
    assert known(fitted(shipped, corpus(), named("诸葛瑾", times)), "诸葛瑾") == set()


def test_a_name_that_the_corpus_has_too_but_too_rarely_is_not_lifted_by_two_interviews(shipped: Model) -> None:
    rarely = [Text("north", f"诸葛瑾{said}", ("slow",)) for said in ("不急", "再看", "拖着", "明年")]
    made, without = (fitted(shipped, [*corpus(), *rarely], named("诸葛瑾", times)) for times in (2, 0))

    assert [key for key in keys(made) if any(piece in key for piece in "诸葛瑾")] == []
    assert known(made, "诸葛瑾") == known(without, "诸葛瑾")


def test_a_word_that_stands_in_three_interviews_is(shipped: Model) -> None:
    assert "诸葛" in known(fitted(shipped, corpus(), named("诸葛瑾", 3)), "诸葛瑾")


def test_two_cases_count_less_than_what_is_rare() -> None:
    assert 2 * TEAM_WEIGHT < RARE <= 3 * TEAM_WEIGHT
    assert FEWEST > FOLDS


def test_of_cases_with_the_same_words_the_last_counts() -> None:
    first, other, again = (
        Text("team", "他不急", ("fast",)),
        Text("team", "催发车", ("fast",)),
        Text("team", "他不急", ("slow",)),
    )

    assert distinct([first, other, again]) == [again, other]


def test_the_voices_left_out_are_in_the_shipped_corpus() -> None:
    assert {text.voice for text in read_corpus(DATA / "corpus" / "behavior")} > HELD_OUT


def test_without_scikit_learn_it_is_said_in_one_line_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    need_trainer()
    monkeypatch.setitem(sys.modules, "sklearn", None)

    with pytest.raises(NotTrainable) as told:
        need_trainer()
    assert "pip install --editable '.[train]'" in str(told.value)
    assert "\n" not in str(told.value)
