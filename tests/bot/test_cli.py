import io
import json
import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import sample
from bot.cli import main
from bot.clock import SystemClock
from bot.service import open_database
from knowledge.systems import Systems
from knowledge.tree import DATA
from store import people, prospects


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.fixture
def filled(lite: str, monkeypatch: pytest.MonkeyPatch) -> str:
    db = open_database(lite)
    db.write_now(sample.fill, SystemClock().now())
    db.close()
    monkeypatch.setenv("ZHIKE_DATABASE__URL", lite)
    return lite


def test_classify_answers_each_line_with_types_and_evidence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "他一直不开口，问什么都只是摇头\n\n朝阳区建国路88号\n")

    code = main(["classify", "--top", "0"])

    described, address = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert code == 0
    assert set(described) == {"text", "system", "types", "evidence", "enough"}
    assert described["types"][0]["id"] == "silent"
    assert len(described["types"]) == 25
    assert math.isclose(sum(row["p"] for row in described["types"]), 1, abs_tol=1e-4)
    assert {"term", "start", "end", "for", "against", "weight"} == set(described["evidence"][0])
    for row in described["evidence"]:
        assert described["text"][row["start"] : row["end"]] == row["term"]
    assert described["enough"] is True
    assert address["enough"] is False


def test_an_unknown_system_is_named_with_those_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["classify", "--system", "astrology"])

    assert code == 1
    assert "没有“astrology”这个分类系统" in capsys.readouterr().err


def test_an_interview_asks_takes_answers_and_ends_with_a_result(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    events = [{"text": "看了半天样品，说再看看"}, {"nonsense": 1}, *[{"skip": True}] * 6]
    typed(monkeypatch, "\n".join(json.dumps(event) for event in events))

    code = main(["interview"])

    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert rows[0]["ask"]["id"] == "open"
    assert rows[1]["ask"]["choices"]
    assert len(rows[1]["belief"]) == 3
    assert "没看懂" in rows[2]["error"]
    assert "result" in rows[-1]
    assert sum("ask" in row for row in rows) <= 7


def test_advise_prints_a_card_by_name_alias_or_id(capsys: pytest.CaptureFixture[str], systems: Systems) -> None:
    assert main(["advise", "沉默"]) == 0
    by_name = capsys.readouterr().out
    assert main(["advise", "silent", "--json"]) == 0
    by_id = json.loads(capsys.readouterr().out)

    assert "可以这样说" in by_name
    assert by_id["id"] == "silent"
    assert set(by_id["card"]) == {"要点", "开场", "该做", "别做", "可以这样说", "可以这样问", "促成", "危险信号"}


@pytest.mark.parametrize("moment", ["微信", "wechat"])
def test_advise_gives_the_tips_of_a_moment(moment: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["advise", "silent", "--moment", moment])

    assert "【微信】" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "id", "system"),
    [
        (["钻石"], "diamond", "spend_tier"),
        (["老虎"], "tiger", "animal"),
        (["分析型"], "analytical", "behavior"),
        (["分析型", "--system", "social_style"], "analytical", "social_style"),
        (["sj"], "bargainer", "behavior"),
    ],
)
def test_advise_knows_every_type_of_every_system(
    words: list[str], id: str, system: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["advise", *words, "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["id"], told["system"]) == (id, system)


def test_advise_prints_a_playbook(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["advise", "太贵了"]) == 0
    text = capsys.readouterr().out
    assert main(["advise", "objections", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert text.startswith("异议处理：")
    assert "成了的样子" in text
    assert told["steps"][0]["title"] == "先接住"
    assert told["misses"]


def test_advise_says_where_there_are_no_tips_by_moment(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["advise", "钻石", "--moment", "报价"]) == 1
    assert main(["advise", "杀价", "--system", "nope"]) == 1

    said = capsys.readouterr().err
    assert "没有分时机的提醒" in said
    assert "没有“nope”这个分类系统" in said


def test_advise_says_what_to_do_about_an_unknown_type_or_moment(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["advise", "外星人"]) == 1
    assert main(["advise", "silent", "--moment", "跳舞"]) == 1

    said = capsys.readouterr().err
    assert "zhike systems" in said
    assert "可选：面谈" in said


def test_systems_lists_every_type_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    main(["systems", "--json"])

    rows = json.loads(capsys.readouterr().out)
    behavior = next(row for row in rows if row["id"] == "behavior")
    assert {"id": "objections", "zh": "异议处理"}.items() <= next(
        book for book in behavior["playbooks"] if book["id"] == "objections"
    ).items()
    assert behavior["kind"] == "infer"
    assert len(behavior["types"]) == 25
    assert all({"id", "zh", "aliases", "source"} <= set(row) for row in behavior["types"])


def test_systems_has_a_row_for_everything_that_the_documents_tell_apart(capsys: pytest.CaptureFixture[str]) -> None:
    main(["systems", "--json"])

    told = json.loads(capsys.readouterr().out)
    rows = {row["id"]: row for row in told}
    assert len(rows) == len(told)
    assert rows["social_style"]["kinds"] == ["infer", "score"]
    assert rows["consumption"]["parts"] == ["consumption_amount", "consumption_frequency"]
    assert [kind["zh"] for kind in rows["consumption"]["types"]] == [
        kind["zh"] for id in rows["consumption"]["parts"] for kind in rows[id]["types"]
    ]
    assert {"kind": "playbook", "source": ["000"]}.items() <= rows["need_level"].items()
    assert [kind["zh"] for kind in rows["need_level"]["types"]][:2] == ["说出来的", "真正的"]
    assert rows["dynamic_list"]["kind"] == "rule"
    assert "A级 两周没联系" in {kind["zh"] for kind in rows["dynamic_list"]["types"]}
    assert all(row["types"] for row in rows.values())


def test_due_shows_what_would_be_pushed_and_sends_nothing(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    at = SystemClock().now().isoformat()

    main(["due", "--at", at, "--json"])

    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["person"] for row in rows} == {"小李", "小周"}
    assert all(item["name"] for row in rows for item in row["items"])
    assert all("morning" in {one["kind"] for one in row["next"]} and row["away"] is None for row in rows)
    main(["due", "--at", at])
    assert "  下一次：" in capsys.readouterr().out


@pytest.mark.parametrize(("at", "told"), [("tomorrow", "2026-11-23T08:30+08:00"), ("2026-11-23T08:30", "时区")])
def test_due_refuses_a_moment_that_it_cannot_place(at: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["due", "--at", at])

    assert code == 1
    assert told in capsys.readouterr().err


def test_an_invitation_can_be_used_once(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    from knowledge.invitations import code_hash

    main(["invite", "--role", "manager", "--team", "城西组"])

    code = capsys.readouterr().out.rsplit(" ", 1)[1].strip()
    db = open_database(filled)
    now = SystemClock().now()
    first = db.write_now(people.redeem, code_hash(code), now)
    second = db.write_now(people.redeem, code_hash(code), now)
    db.close()
    assert first is not None
    assert first.role == "manager"
    assert second is None


def test_export_writes_all_customers_and_defuses_formulas(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from openpyxl import load_workbook

    db = open_database(filled)

    def rename(session: object) -> None:
        from sqlmodel import Session

        assert isinstance(session, Session)
        owner = people.by_telegram(session, 1001)
        assert owner is not None
        row = prospects.mine(session, owner.id or 0, 1)
        assert row is not None
        row.name = '=HYPERLINK("http://example.com")'

    db.write_now(rename)
    db.close()

    code = main(["export", str(tmp_path / "客户.xlsx")])

    book = load_workbook(tmp_path / "客户.xlsx")
    names = [row[2] for row in book["客户"].iter_rows(min_row=2, values_only=True)]
    assert code == 0
    assert len(names) == 12
    assert names[0] == '\'=HYPERLINK("http://example.com")'
    assert book["来往"].max_row > 10


def test_export_says_so_when_the_file_cannot_be_written(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "/no/such/folder/a.xlsx"]) == 1
    assert "写不了文件" in capsys.readouterr().err


def test_purge_erases_a_customer_and_says_when_there_is_none(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["purge", "--prospect", "1"]) == 0
    assert main(["purge", "--prospect", "1"]) == 1
    assert "没有这位客户" in capsys.readouterr().out


def test_a_backup_restores_what_was_there(filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "backup.db")
    assert main(["db", "backup", file]) == 0
    assert main(["purge", "--prospect", "1"]) == 0
    assert main(["db", "restore", file]) == 0

    assert main(["purge", "--prospect", "1"]) == 0


def test_the_schema_goes_down_and_up_again(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", "downgrade", "base"]) == 0
    assert main(["db", "upgrade"]) == 0
    assert "最新" in capsys.readouterr().out


def test_a_wrong_option_is_explained_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["classify", "--wrong"])

    assert ended.value.code == 2
    assert "用法不对" in capsys.readouterr().err


def test_a_misspelt_key_of_the_configuration_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[telegram]\nproxi = "http://127.0.0.1:7890"\n[reminders]\ntz = "Mars/Olympus"\n', encoding="utf-8")
    monkeypatch.setenv("ZHIKE_CONFIG", str(file))

    code = main(["check"])

    said = capsys.readouterr().err
    assert code == 1
    assert "telegram.proxi" in said
    assert "没有这个时区" in said


def test_time_is_read_in_one_place_only() -> None:
    root = Path(__file__).parents[2]
    readers = [
        str(path.relative_to(root))
        for package in ("bot", "cards", "handlers", "knowledge", "scheduler", "store")
        for path in (root / package).rglob("*.py")
        if "datetime.now(" in path.read_text(encoding="utf-8") or "date.today(" in path.read_text(encoding="utf-8")
    ]

    assert readers == ["bot/clock.py"]
    assert SystemClock().now().tzinfo is UTC
    assert isinstance(SystemClock().now(), datetime)


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A team's own folder, set in the environment, with one file over a shipped one and one that is new."""
    folder = tmp_path / "team"
    (folder / "sensory" / "types").mkdir(parents=True)
    visual = (DATA / "sensory" / "types" / "visual.toml").read_text(encoding="utf-8")
    (folder / "sensory" / "types" / "visual.toml").write_text(visual.replace("视觉型", "看样派"), encoding="utf-8")
    playbook = (DATA / "playbooks" / "restate.toml").read_text(encoding="utf-8")
    playbook = playbook.replace('"restate"', '"ours"').replace("复述确认", "念一遍")
    aliases = next(line for line in playbook.splitlines() if line.startswith("aliases"))
    (folder / "playbooks").mkdir()
    (folder / "playbooks" / "ours.toml").write_text(playbook.replace(aliases, "aliases = []"), encoding="utf-8")
    monkeypatch.setenv("ZHIKE_KNOWLEDGE__FOLDER", str(folder))
    return folder


def test_the_command_line_knows_the_teams_own_files(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["systems"], ["advise", "看样派"], ["advise", "念一遍"], ["knowledge", "list", "sensory/types"]):
        assert main(arguments) == 0
    out = capsys.readouterr().out

    assert "看样派（感官系统）" in out
    assert "念一遍：" in out
    assert f"团队的：{team}，2 个文件" in out
    assert "  playbooks/ours.toml　新加的" in out
    assert "  sensory/types/visual.toml　换掉自带的" in out
    assert "  sensory/types/auditory.toml\n" in out


def test_the_team_is_judged_by_what_it_calls_a_type(
    team: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "他说看着顺眼，让我把图发过去\n")

    assert main(["classify", "--system", "sensory", "--top", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["types"][0]["zh"] == "看样派"


def test_a_shipped_file_is_copied_to_be_changed(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "copy", "scenes.toml"]) == 0
    assert main(["knowledge", "list"]) == 0

    assert (team / "scenes.toml").read_bytes() == (DATA / "scenes.toml").read_bytes()
    assert "  scenes.toml　逐条并进自带的" in capsys.readouterr().out


def test_an_editors_schemas_are_written_into_the_folder(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "schema", str(team)]) == 0
    assert main(["knowledge", "reload"]) == 0

    assert (team / ".taplo.toml").is_file()
    assert json.loads((team / ".schemas" / "type.json").read_text(encoding="utf-8"))["required"]
    assert "都没有问题" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["train"], "zhike knowledge train behavior"),
        (["copy"], "zhike knowledge copy scenes.toml"),
        (["reload", "now"], "zhike knowledge reload 这样"),
        (["train", "nix"], "没有“nix”这个分类系统"),
        (["copy", "nix.toml"], "自带的知识里没有 nix.toml"),
    ],
)
def test_what_cannot_be_done_with_knowledge_is_said(
    arguments: list[str], told: str, team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["knowledge", *arguments]) == 1
    assert told in capsys.readouterr().err


def test_without_a_folder_of_its_own_a_team_is_told_how_to_have_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ZHIKE_KNOWLEDGE__FOLDER", raising=False)
    assert main(["knowledge", "list"]) == 0
    assert main(["knowledge", "train", "behavior"]) == 1
    told = capsys.readouterr()

    assert "团队的：还没有" in told.out
    assert "[knowledge]" in told.err


def test_a_folder_that_is_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHIKE_KNOWLEDGE__FOLDER", "/nowhere/team")

    assert main(["systems"]) == 1
    assert "配置 knowledge.folder：没有这个文件夹：/nowhere/team" in capsys.readouterr().err


def test_due_lives_through_the_days_and_counts(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    del filled
    main(["due", "--from", "2026-11-23", "--to", "2027-02-26", "--json"])
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    days, told = [row for row in rows if "on" in row], [row for row in rows if "on" not in row]
    main(["due", "--from", "2026-11-23", "--to", "2026-12-04"])
    said = capsys.readouterr().out

    assert {row["person"] for row in told} == {"小李", "小周"}
    assert all((row["missed"], row["doubled"]) == (0, 0) for row in told)
    assert sum(row["contacts"] for row in told) == sum(len(row["contacts"]) for row in days)
    assert not {"2026-11-28", "2027-01-01"} & {row["on"] for row in days}
    assert "位客户" in said


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--from", "下周"], "2027-01-01"),
        (["--from", "2027-01-02", "--to", "2027-01-01"], "早于"),
        (["--from", "2027-01-01", "--to", "2037-01-01"], "三年"),
    ],
)
def test_due_refuses_days_that_it_cannot_live_through(
    given: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["due", *given]) == 1
    assert told in capsys.readouterr().err
