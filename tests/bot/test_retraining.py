import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from bot.cli import main, parser
from bot.retraining import retrain
from bot.service import open_database
from knowledge.belief import believe
from knowledge.corpus import Text
from knowledge.model import loads
from knowledge.systems import load_systems
from store import interviews, models, people
from store.db import Database
from store.tables import Feedback
from tests import small
from tests.conftest import StoppedClock
from tests.small import corpus, mistaken, team

NOW = StoppedClock().now()
Command = Callable[..., int]


def tell(session: object, cases: Iterable[Text]) -> None:
    """A rep types each case in an interview of its own and names the type."""
    from sqlmodel import Session

    assert isinstance(session, Session)
    rep = people.by_telegram(session, 11) or people.join(
        session, telegram_id=11, name="小林", role="rep", team_id=None, tz="Asia/Shanghai", push_at="08:30", now=NOW
    )
    for case in cases:
        state = {"system": "behavior", "turns": [["open", None, case.text or None]]}
        row = interviews.begin(session, person_id=rep.id or 0, name="", prospect_id=None, state=state, now=NOW)
        word = {"system": "behavior", "said": "fast", "correct": case.label, "at": NOW}
        interviews.correct(session, Feedback(person_id=rep.id or 0, interview_id=row.id, **word))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small system's knowledge files."""
    return small.knowledge(tmp_path_factory.mktemp("data"))


@pytest.fixture
def told(lite: str, monkeypatch: pytest.MonkeyPatch) -> Iterable[Callable[[Iterable[Text]], Database]]:
    """`told(cases)`: the database of the command line, with those cases in it."""
    db = open_database(lite)
    monkeypatch.setenv("ZHIKE_DATABASE__URL", lite)

    def fill(cases: Iterable[Text]) -> Database:
        db.write_now(tell, cases)
        return db

    yield fill
    db.close()


@pytest.fixture
def zhike(data: Path) -> Command:
    """`zhike("retrain", …)`: the command line, on the small system's knowledge."""

    def run(*arguments: str) -> int:
        options = parser().parse_args(arguments)
        return int(options.run(options, data) or 0)

    return run


def used(db: Database) -> bytes | None:
    kept = db.read_now(models.in_use, "behavior")
    return kept.body if kept else None


Told = Callable[[Iterable[Text]], Database]


def test_a_better_model_is_taken_and_the_restart_is_asked_for(
    told: Told, zhike: Command, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = told([*team(), Text("team", "", ("slow",))])

    code = zhike("retrain")

    said = capsys.readouterr().out
    body = used(db)
    assert code == 0
    assert body is not None
    assert believe(loads(body), ["湖边那家磨盘"]).top == "slow"
    assert loads(body).trained["corpus"] == load_systems(data)["behavior"].model.trained["corpus"]
    assert "能用的有 14 条（另有 1 条没有打过字，用不上）" in said
    assert "团队自己的客户（14 条没参加训练的）：第一个就对 50.0% → 100.0%" in said
    assert "试算 7/7" in said
    assert "（或重启机器人）后生效" in said


def test_nothing_that_a_rep_wrote_is_printed(
    told: Told, zhike: Command, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    told(team())
    zhike("retrain")
    zhike("retrain", "--list")

    printed = capsys.readouterr()
    everything = printed.out + printed.err + caplog.text
    assert not [word for word in (*small.WHERE, *small.JARGON.values()) if word in everything]


def test_a_dry_run_measures_and_changes_nothing(told: Told, zhike: Command, capsys: pytest.CaptureFixture[str]) -> None:
    db = told(team())

    code = zhike("retrain", "--dry-run")

    said = capsys.readouterr().out
    assert code == 0
    assert "50.0% → 100.0%" in said
    assert "什么都没有改" in said
    assert used(db) is None


def test_wrong_types_are_refused_with_the_figures_that_got_worse(
    told: Told, zhike: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    db = told(mistaken())

    code = zhike("retrain")

    said = capsys.readouterr().out
    assert code == 1
    assert "✗ 没见过的口气的对数损失变大了" in said
    assert "不采用，什么都没有改" in said
    assert used(db) is None


def test_few_cases_are_not_enough_and_that_is_no_fault(
    told: Told, zhike: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    db = told(team()[:9])

    code = zhike("retrain")

    assert code == 0
    assert "还不够：至少要 10 条" in capsys.readouterr().out
    assert used(db) is None


def test_cases_that_cannot_be_learnt_from_are_counted_by_reason(
    told: Told, zhike: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = [Text("team", "", ("slow",)), Text("team", "他走了", ("gone",)), team()[0]]
    told([*team()[:5], *odd])

    zhike("retrain")

    said = capsys.readouterr().out
    assert "能用的有 5 条" in said
    assert "另有 1 条没有打过字、 1 条类型已经没有了、 1 条和后面的话一样，用不上" in said


def test_the_list_shows_dates_figures_and_what_is_in_use(
    told: Told, zhike: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    db = told(team())
    zhike("retrain", "--list")
    at_first = capsys.readouterr().out
    zhike("retrain")
    zhike("retrain")
    db.write_now(_age_the_first)
    capsys.readouterr()

    code = zhike("retrain", "--list")

    lines = capsys.readouterr().out.splitlines()
    heads = [line for line in lines if not line.startswith(" ")]
    assert code == 0
    assert at_first == "在用　自带的模型\n"
    assert [line.split("　")[0] for line in heads] == ["在用", "过时", ""]
    assert heads[0].startswith("在用　20")
    assert lines[2].strip().startswith("团队自己的客户（14 条没参加训练的）：第一个就对 50.0% → 100.0%")


def _age_the_first(session: object) -> None:
    """As if the corpus had changed between the two."""
    from sqlmodel import Session, select

    from store.tables import FittedRow

    assert isinstance(session, Session)
    row = session.exec(select(FittedRow)).first()
    assert row is not None
    row.base = "000000000000"


def test_undo_goes_back_step_by_step_and_says_where_to(
    told: Told, zhike: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    db = told(team())
    zhike("retrain")
    first = used(db)
    told(Text("team", f"{where}又是{word}", (type,)) for where in small.WHERE for type, word in small.JARGON.items())
    zhike("retrain")
    second = used(db)
    capsys.readouterr()

    steps = [(zhike("retrain", "--undo"), used(db)) for _ in range(3)]

    said = capsys.readouterr().out.splitlines()
    assert second not in (None, first)
    assert steps == [(0, first), (0, None), (1, None)]
    assert ["上一个团队模型" in said[0], "自带的模型" in said[1], "没有可退的" in said[2]] == [True] * 3


def test_the_ways_of_the_command_exclude_each_other(zhike: Command, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        zhike("retrain", "--undo", "--list")

    assert ended.value.code == 2
    assert "用法不对" in capsys.readouterr().err


def test_a_corpus_that_the_shipped_model_does_not_know_has_to_be_trained_first(
    told: Told, zhike: Command, data: Path
) -> None:
    db = told(team())
    file = data / "corpus" / "behavior" / "north.txt"
    before = file.read_text(encoding="utf-8")
    file.write_text(f"{before}\n## slow\n他明年再说", encoding="utf-8")

    with pytest.raises(Exception, match="先运行 make train"):
        zhike("retrain")
    file.write_text(before, encoding="utf-8")

    assert used(db) is None


def test_without_scikit_learn_it_is_said_what_to_install_and_the_rest_works(
    told: Told, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told(team())
    monkeypatch.setitem(sys.modules, "sklearn", None)

    codes = [main(["retrain", *way]) for way in ([], ["--dry-run"], ["--list"], ["--undo"])]

    said = capsys.readouterr()
    assert codes == [1, 1, 0, 1]
    assert [line.count("pip install --editable '.[train]'") for line in said.err.splitlines()] == [1, 1]
    assert said.out.splitlines() == ["在用　自带的模型", "用的就是自带的模型，没有可退的。"]


def test_the_command_reads_the_shipped_knowledge(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    told([Text("team", "他半天没吭声", ("silent",))])

    code = main(["retrain", "--dry-run"])

    assert code == 0
    assert capsys.readouterr().out.startswith("大家确认或改过类型的问答，能用的有 1 条。\n还不够")


def test_it_works_on_either_database(db: Database, data: Path) -> None:
    db.write_now(tell, team())
    said: list[str] = []
    texts = sorted(corpus(), key=lambda text: text.voice)

    assert retrain(db, load_systems(data)["behavior"], texts, StoppedClock().now, said.append)
    kept = db.read_now(models.in_use, "behavior")
    assert kept is not None
    assert kept.at == NOW
